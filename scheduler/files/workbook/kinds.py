"""What kind of value a field of the schema holds, found from its type, so that cells can be read and written."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator

from scheduler.files import values
from scheduler.files.schema import FileTable


class Type(StrEnum):
    """How a single value looks in a cell."""

    ID = "id"
    NAME = "name"
    GOALS = "goals"
    MONTH = "month"
    DAY = "day"
    FLAG = "flag"
    WHOLE = "whole"
    DECIMAL = "decimal"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class ValueKind:
    """A kind of value: ``low`` and ``high`` for numbers, ``choices`` for words, ``many`` for a list in one cell.

    ``either``: an item of the list may be a list itself, of alternatives.
    """

    type: Type
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    many: bool = False
    either: bool = False

    @property
    def is_number(self) -> bool:
        """Whether a single value is a number."""
        return self.type in (Type.WHOLE, Type.DECIMAL)


def _validator(annotation: Any) -> object:
    """The function that reads values of an annotation such as ``values.Percent``; None if there is none."""
    if get_origin(annotation) is not Annotated:
        return None
    return next((part.func for part in annotation.__metadata__ if isinstance(part, BeforeValidator)), None)


KIND_BY_ALIAS: Mapping[str, ValueKind] = {
    "Id": ValueKind(Type.ID),
    "Name": ValueKind(Type.NAME),
    "GoalText": ValueKind(Type.GOALS),
    "FileMonth": ValueKind(Type.MONTH),
    "FileDay": ValueKind(Type.DAY),
    "Flag": ValueKind(Type.FLAG),
    "Percent": ValueKind(Type.DECIMAL, 0, 100),
    "Share": ValueKind(Type.DECIMAL, 1, 100),
    "AbsentPercent": ValueKind(Type.DECIMAL, 1, 100),
    "PercentSum": ValueKind(Type.DECIMAL, 0, 100_000),
    "Count": ValueKind(Type.WHOLE, 0, 10_000),
    "Positive": ValueKind(Type.WHOLE, 1, 10_000),
    "MonthCount": ValueKind(Type.WHOLE, 0, 600),
    "PositiveMonthCount": ValueKind(Type.WHOLE, 1, 600),
    "CalendarMonth": ValueKind(Type.WHOLE, 1, 12),
    "FteMonths": ValueKind(Type.DECIMAL, 0, 600),
    "ServedMonths": ValueKind(Type.DECIMAL, 0, 600),
    "Amount": ValueKind(Type.DECIMAL, 0, 1_000_000_000),
    "Hours": ValueKind(Type.DECIMAL, 0, 2_000),
    "SchemaVersion": ValueKind(Type.WHOLE, 1, 1),
}
"""The kinds of :mod:`scheduler.files.values` by name; a test holds their bounds against what is really accepted."""

_KIND_BY_VALIDATOR = {_validator(getattr(values, alias)): kind for alias, kind in KIND_BY_ALIAS.items()}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field may hold: a single value (or a list of them in a cell), a table, a list of tables, a mapping."""

    kind: ValueKind | None = None
    table: type[FileTable] | None = None
    rows: type[FileTable] | None = None
    mapping: tuple[ValueKind, ValueKind] | None = None


@cache
def shapes(table: type[FileTable]) -> dict[str, Shape]:
    """Every field of a table by its key in files; TypeError for a type that no cell can hold."""
    hints = get_type_hints(table, include_extras=True)
    return {field.alias or name: _shape(hints[name]) for name, field in table.model_fields.items()}


def required(table: type[FileTable], key: str) -> bool:
    """Whether a table cannot do without the key."""
    fields = {field.alias or name: field for name, field in table.model_fields.items()}
    return fields[key].is_required()


def _shape(annotation: Any) -> Shape:
    """The shape of an annotation; for a choice between two, the two together."""
    kind = _KIND_BY_VALIDATOR.get(_validator(annotation)) if _validator(annotation) else _choice(annotation)
    if kind is not None:
        return Shape(kind=kind)
    inner = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return _shape(inner[0])
        case origin if origin in (Union, types.UnionType):
            return _union([_shape(part) for part in inner if part is not type(None)])
        case origin if origin is list:
            return _list(_shape(inner[0]), annotation)
        case origin if origin is dict:
            return Shape(mapping=(_single(inner[0]), _single(inner[1])))
    if isinstance(annotation, type) and issubclass(annotation, FileTable):
        return Shape(table=annotation)
    raise TypeError(f"no cell can hold {annotation}")


def _choice(annotation: Any) -> ValueKind | None:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ValueKind(Type.CHOICE, choices=tuple(str(value.value) for value in annotation))
    return ValueKind(Type.CHOICE, choices=get_args(annotation)) if get_origin(annotation) is Literal else None


def _list(item: Shape, annotation: Any) -> Shape:
    if item.kind is not None and item.table is None:
        single = item.kind
        return Shape(kind=replace(single, many=True))
    if item.table is not None and item.kind is None:
        return Shape(rows=item.table)
    raise TypeError(f"no cell can hold {annotation}")


def _single(annotation: Any) -> ValueKind:
    shape = _shape(annotation)
    if shape.kind is None or shape.kind.many:
        raise TypeError(f"no cell can hold {annotation}")
    return shape.kind


def _union(options: list[Shape]) -> Shape:
    """One shape from several: ``Count | list[PlacesStep]`` has a kind and rows, ``Id | list[Id]`` alternatives."""
    match options:
        case [Shape(kind=ValueKind(many=False) as single), Shape(kind=ValueKind(many=True) as several)] if (
            replace(single, many=True) == several
        ):
            return Shape(kind=replace(single, either=True))
    given = [
        {key: getattr(shape, key) for key in Shape.__slots__ if getattr(shape, key) is not None} for shape in options
    ]
    together = {key: value for mapping in given for key, value in mapping.items()}
    if len(together) < sum(map(len, given)):
        raise TypeError("a choice between two of the same shape")
    return Shape(**together)
