"""A published plan in the words of today's file: every id of it that a row had before is the row's id of today.

Whoever reads a published plan reads it through here. What is an id is said by the plan's own fields (``plan.IdOf``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from scheduler.plan import IdOf

Part = TypeVar("Part", bound=BaseModel)
Formerly = Mapping[str, Mapping[str, str]]


def renamed(part: Part, formerly: Formerly) -> Part:
    """A plan, or a part of it, with the ids of today; ``formerly``: table by table today's id by the former one."""
    if not any(formerly.values()):
        return part
    given = {name: getattr(part, name) for name in type(part).model_fields}
    today = {name: _renamed(value, _tables(type(part))[name], formerly) for name, value in given.items()}
    return part.model_copy(update=today)


def ids_in(part: BaseModel) -> Iterator[tuple[str, str]]:
    """Every id that a plan, or a part of it, names: the table it belongs to, and the id; some several times."""
    for name in type(part).model_fields:
        yield from _ids(getattr(part, name), _tables(type(part))[name])


def _renamed(value: Any, table: str | None, formerly: Formerly) -> Any:
    match value:
        case str() if table is not None:
            return formerly.get(table, {}).get(value, value)
        case BaseModel():
            return renamed(value, formerly)
        case list():
            return [_renamed(item, table, formerly) for item in value]
    return value


def _ids(value: Any, table: str | None) -> Iterator[tuple[str, str]]:
    match value:
        case str() if table is not None:
            yield table, value
        case BaseModel():
            yield from ids_in(value)
        case list():
            for item in value:
                yield from _ids(item, table)


@cache
def _tables(model: type[BaseModel]) -> Mapping[str, str | None]:
    """The table whose ids stand in each field; None for a field that holds no ids itself."""
    marks = {name: [*field.metadata, *_marks(field.annotation)] for name, field in model.model_fields.items()}
    return {name: next((mark.table for mark in found if isinstance(mark, IdOf)), None) for name, found in marks.items()}


def _marks(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _marks(inner)
