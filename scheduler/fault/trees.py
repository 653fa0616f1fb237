"""Walking the tree of a file by its schema, and replacing the words that are the user's own.

A text is the user's own wherever the schema lets anything be written: ids, references to them, names, sentences. It is
not where the schema allows only months, learning goals or words of the program. So a field that is added to the schema
is covered without a word here, and what is not understood is replaced, not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, Protocol, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scheduler.files.schema import FileInstance
from scheduler.files.values import GoalText
from scheduler.plan import PlanInstance

Tree = dict[str, Any]
Marks = tuple[Any, ...]

_GOALS = get_args(GoalText)[1:]
_MONTHS_AND_NUMBERS = re.compile(r"[\d\s,.–-]*")


class WordsFound(Protocol):
    """What happens to the words of a tree."""

    def row(self, model: type[BaseModel], tree: Mapping[str, Any]) -> None:
        """A table of the tree, before anything in it."""

    def word(self, text: str) -> str:
        """What stands for a text of the user's own."""

    def key(self, text: str) -> str:
        """What stands for a key of a table that has no schema: the program's own word, or an id."""


def replaced(tree: Mapping[str, Any], model: type[BaseModel], words: WordsFound) -> Tree:
    """The tree of a model with every text of the user's own replaced."""
    words.row(model, tree)
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    made: Tree = {}
    for key, value in tree.items():
        if model is PlanInstance and key == "source" and value is not None:
            made[key] = replaced(value, FileInstance, words)
        elif key in fields:
            made[key] = value_replaced(value, fields[key], words)
        else:
            made[words.word(key)] = _replaced(value, str, (), words)
    return made


def value_replaced(value: Any, field: FieldInfo, words: WordsFound) -> Any:
    """The value of one field with every text of the user's own replaced."""
    return _replaced(value, field.annotation, tuple(field.metadata), words)


def _replaced(value: Any, annotation: Any, marks: Marks, words: WordsFound) -> Any:
    match value:
        case str():
            return value if _is_the_schemas(value, annotation, marks) else words.word(value)
        case list():
            return [_replaced(item, annotation, marks, words) for item in value]
        case dict():
            model = next(_models(annotation), None)
            if model is not None:
                return replaced(value, model, words)
            key = words.key if _has_no_schema(annotation) else words.word
            return {key(name): _replaced(item, annotation, marks, words) for name, item in value.items()}
    return value


def _is_the_schemas(text: str, annotation: Any, marks: Marks) -> bool:
    """Whether a text can only be a month, goals, or a word of the program's own."""
    leaves = list(_leaves(annotation, marks))
    if any(leaf in (str, Any, object) and own != _GOALS for leaf, own in leaves):
        return False
    listed = {word for leaf, _ in leaves for word in _listed(leaf)}
    return text in listed or _MONTHS_AND_NUMBERS.fullmatch(text) is not None


def _listed(leaf: Any) -> Iterator[str]:
    if get_origin(leaf) is Literal:
        yield from map(str, get_args(leaf))
    elif isinstance(leaf, type) and issubclass(leaf, Enum):
        yield from (str(member.value) for member in leaf)


def _leaves(annotation: Any, marks: Marks) -> Iterator[tuple[Any, Marks]]:
    """The types that an annotation is made of, each with the marks of its own."""
    if get_origin(annotation) is Annotated:
        inner, *own = get_args(annotation)
        yield from _leaves(inner, tuple(own))
    elif get_origin(annotation) is not Literal and get_args(annotation):
        for part in get_args(annotation):
            yield from _leaves(part, marks)
    else:
        yield annotation, marks


def _has_no_schema(annotation: Any) -> bool:
    return any(leaf in (Any, object) for leaf, _ in _leaves(annotation, ()))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    return (leaf for leaf, _ in _leaves(annotation, ()) if isinstance(leaf, type) and issubclass(leaf, BaseModel))
