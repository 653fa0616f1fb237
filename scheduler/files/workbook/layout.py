"""The sheets and columns of an instance workbook, worked out from the schema so that no field can be forgotten.

- A table (``[rules]``) is a sheet with a line for each field; what stands alone at the top shares the sheet ``plan``.
- A list of tables (``[[arenas]]``) is a sheet with a row each. A table inside a row (``credited``) is some columns.
- A list inside a row (``leave``, ``wishes``) is a sheet of its own: the id it belongs to, and a row for each entry.
  Lists of steps (``places``, ``percent`` …) share one such sheet for all of a table's; a first step that holds always
  stands in the table's own row, so that a constant is one number in one cell.
- A mapping (``mix``) is pairs of columns, as many as are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from scheduler.files.schema import RANGE, FileInstance, FileTable, step_value
from scheduler.files.workbook.kinds import Shape, Type, ValueKind, required, shapes

PAIRS = 3
"""Pairs of columns for a mapping that a sheet has at least."""

_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "arenas": {"like": "arenas", "municipality": "municipalities"},
    "limits": {"arenas": "arenas"},
    "reservations": {"arena": "arenas", "supervisor": "supervisors"},
    "rotations": {"mix": "arenas", "after": "rotations"},
    "requirements": {"rotations": "rotations", "candidates": "candidates"},
    "groups": {"municipality": "municipalities"},
    "supervisors": {"arenas": "arenas", "municipality": "municipalities"},
    "quotas": {"municipality": "municipalities"},
    "candidates": {
        "practice": "arenas",
        "post": "arenas",
        "ruleset": "rulesets",
        "group": "groups",
        "group.second": "groups",
        "legevakt": "arenas",
        "supervisor": "supervisors",
        "current.rotation": "rotations",
        "fixed.rotation": "rotations",
        "served.rotation": "rotations",
        "served.practice": "arenas",
        "served.supervisor": "supervisors",
        "wishes.rotation": "rotations",
        "allowed": "rotations",
        "municipality": "municipalities",
    },
    "objective": {"order": "objectives"},
    "rules": {"ruleset": "rulesets"},
}
REFERENCES: Mapping[str, str] = {
    f"{table}.{key}": refers for table, fields in _REFERENCES.items() for key, refers in fields.items()
}
"""What the ids in a field are ids of."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "rotations.mix": ("practice",),
    "candidates.group": ("free", "done"),
    "objective.order": ("changes", "delay", "fairness", "wishes", "history", "away", "moves", "uncounted", "breadth"),
}
"""Words among the ids of a field that have a meaning of their own, and a Norwegian spelling."""

SHEET_ORDER = (
    "plan",
    "candidates",
    "candidates.steps",
    "candidates.leave",
    "candidates.absence",
    "candidates.served",
    "candidates.fixed",
    "candidates.wishes",
    "candidates.goals_status",
    "rotations",
    "arenas",
    "arenas.steps",
    "arenas.approved",
    "limits",
    "limits.steps",
    "reservations",
    "requirements",
    "groups",
    "supervisors",
    "supervisors.steps",
    "economy",
    "municipalities",
    "quotas",
    "quotas.steps",
    "rules",
)
"""The sheets as they come in the workbook; one that the schema has and this has not comes last."""

_OF_PERSONS = ("steps", "leave", "absence", "served", "fixed", "wishes", "goals_status")
PRIVATE = frozenset({"candidates", *(f"candidates.{rows}" for rows in _OF_PERSONS)})
"""Sheets without a column for notes: nobody should be led to write the reason for a leave."""


BY_DATE: Mapping[str, str] = {"candidates.leave": "absence"}
"""Sheets of months in which dates inside months may stand: the list of the parts of months that they come to."""


class Role(StrEnum):
    """What a column does with its value."""

    VALUE = "value"  # stands at the column's path
    STEP = "step"  # is the first step of the list at the path
    MAP_KEY = "map-key"  # names an entry of the mapping at the path ...
    MAP_VALUE = "map-value"  # ... and this is what the entry holds
    OWNER = "owner"  # says to which row of the parent's sheet the row belongs
    TABLE = "table"  # says that there is a table, though none of its fields is given; a column only when needed


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet (or a line of a form): ``path`` leads from the row to the value.

    ``alone``: the table (or list) at ``path[0]`` is a bare value when nothing of it but this column is filled in.
    ``text`` is the catalogue's key for its words; ``number`` tells apart the pairs of columns of a mapping.
    """

    path: tuple[str, ...]
    kind: ValueKind
    text: str
    role: Role = Role.VALUE
    required: bool = False
    alone: bool = False
    refers: str | None = None
    words: tuple[str, ...] = ()
    number: int = 0

    @property
    def key(self) -> str:
        """The column's name in files, unique in its sheet: ``current.rotation``."""
        last = f".{self.role}.{self.number}" if self.number else ".table" if self.role is Role.TABLE else ""
        return ".".join(self.path) + last


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: ``table`` is the list it holds; ``parent`` the table to whose rows its rows belong; neither: a form."""

    key: str
    columns: tuple[Column, ...]
    table: str | None = None
    parent: str | None = None

    @property
    def is_form(self) -> bool:
        """Whether the fields stand below each other, with the value beside them."""
        return self.table is None and self.parent is None

    @property
    def lists(self) -> list[str]:
        """For a child sheet: the lists that it fills, each with its value column first."""
        return list(dict.fromkeys(column.path[0] for column in self.columns if len(column.path) == 2))

    def of(self, role: Role) -> list[Column]:
        """The columns with a role."""
        return [column for column in self.columns if column.role is role]


@dataclass(frozen=True, slots=True)
class Layout:
    """All sheets, in the order of the workbook."""

    sheets: tuple[Sheet, ...]
    by_key: Mapping[str, Sheet] = field(default_factory=dict)

    def children(self, table: str) -> list[Sheet]:
        """The sheets whose rows belong to rows of the table."""
        return [sheet for sheet in self.sheets if sheet.parent == table]

    def tables(self) -> list[Sheet]:
        """The sheets with a row for each entry of a list at the top of the file."""
        return [sheet for sheet in self.sheets if sheet.table is not None]

    def forms(self) -> list[Sheet]:
        """The sheets with a line for each field."""
        return [sheet for sheet in self.sheets if sheet.is_form]


@cache
def layout() -> Layout:
    """The sheets for :class:`FileInstance`."""
    sheets: list[Sheet] = []
    plan: list[Column] = []
    for key, shape in shapes(FileInstance).items():
        if shape.rows is not None:
            sheets += _tables(key, shape.rows)
        elif shape.table is not None and len(shape.table.model_fields) > 2:
            sheets.append(Sheet(key, tuple(_form(key, shape.table))))
        elif shape.table is not None:
            plan += _form(key, shape.table)
        else:
            plan.append(_column(FileInstance, (key,), shape, f"plan.{key}"))
    plan.sort(key=lambda column: column.path[0] == "schema")  # what hardly anybody touches comes last
    sheets.append(Sheet("plan", tuple(plan)))
    order = {key: position for position, key in enumerate(SHEET_ORDER)}
    sheets.sort(key=lambda sheet: order.get(sheet.key, len(order)))
    return Layout(tuple(sheets), {sheet.key: sheet for sheet in sheets})


def _form(key: str, table: type[FileTable]) -> Iterator[Column]:
    for inner, shape in shapes(table).items():
        yield _column(table, (key, inner), shape, f"{key}.{inner}")
    yield Column((key,), ValueKind(Type.FLAG), "as-table", Role.TABLE)


def _column(table: type[FileTable], path: tuple[str, ...], shape: Shape, text: str, role: Role = Role.VALUE) -> Column:
    if shape.kind is None or shape.rows or shape.table or shape.mapping:
        raise TypeError(f"{'.'.join(path)} has no place in the workbook")
    need = required(table, path[-1])
    return Column(path, shape.kind, text, role, need, False, REFERENCES.get(text), WORDS.get(text, ()))


def _tables(key: str, table: type[FileTable]) -> Iterator[Sheet]:
    """The sheet of a list, and those of the lists inside its rows."""
    columns: list[Column] = []
    steps: list[Column] = []
    for inner, shape in shapes(table).items():
        text = f"{key}.{inner}"
        value = None if shape.rows is None else step_value(shape.rows)
        if shape.mapping is not None:
            columns += [each_column for number in range(1, PAIRS + 1) for each_column in pair(key, inner, number)]
        elif shape.rows is not None and value is not None:
            kind = shapes(shape.rows)[value].kind
            assert kind is not None
            refers = REFERENCES.get(text)
            columns.append(Column((inner, value), kind, text, Role.STEP, False, shape.kind is not None, refers))
            steps.append(Column((inner, value), kind, text, refers=refers))
        elif shape.rows is not None:
            yield _child(key, inner, shape.rows)
        elif shape.table is not None:
            columns += _inside(key, inner, table, shape)
        else:
            columns.append(_column(table, (inner,), shape, text))
    columns.sort(key=lambda column: column.path[0] in RANGE)  # months after what they are the months of
    if steps:
        yield Sheet(f"{key}.steps", (_owner(key), *_range(False), *steps), parent=key)
    yield Sheet(key, tuple(columns), table=key)


def pair(table: str, key: str, number: int) -> tuple[Column, Column]:
    """The two columns of a mapping's n-th entry."""
    text = f"{table}.{key}"
    kinds = shapes(_table(table))[key].mapping
    assert kinds is not None
    refers, words = REFERENCES.get(text), WORDS.get(text, ())
    need = number == 1 and required(_table(table), key)
    return (
        Column((key,), kinds[0], f"{text}.key", Role.MAP_KEY, need, False, refers, words, number),
        Column((key,), kinds[1], f"{text}.value", Role.MAP_VALUE, need, number=number),
    )


def _table(key: str) -> type[FileTable]:
    table = shapes(FileInstance)[key].rows
    assert table is not None
    return table


def _inside(key: str, inner: str, table: type[FileTable], shape: Shape) -> Iterator[Column]:
    """The columns of a table inside a row; if a bare value may stand for it, its first column is that value."""
    assert shape.table is not None
    either = shape.kind is not None
    for position, (name, field_shape) in enumerate(shapes(shape.table).items()):
        text = f"{key}.{inner}" if either and position == 0 else f"{key}.{inner}.{name}"
        column = _column(shape.table, (inner, name), field_shape, text)
        first = either and position == 0
        need = first and required(table, inner)
        yield Column(column.path, column.kind, text, Role.VALUE, need, first, REFERENCES.get(text), WORDS.get(text, ()))
    yield Column((inner,), ValueKind(Type.FLAG), "as-table", Role.TABLE)


def _child(key: str, inner: str, table: type[FileTable]) -> Sheet:
    """The sheet of a list of tables that are no steps: owner first, months before the rest."""
    columns = [
        _column(table, (inner, name), shape, f"{key}.{inner}.{name}")
        for name, shape in shapes(table).items()
        if name not in RANGE
    ]
    months = [_column(table, (inner, name), shape, name) for name, shape in shapes(table).items() if name in RANGE]
    return Sheet(f"{key}.{inner}", (_owner(key), *columns, *months), parent=key)


def _owner(table: str) -> Column:
    return Column(("id",), ValueKind(Type.ID), f"owner.{table}", Role.OWNER, True, refers=table)


def _range(need: bool) -> Iterator[Column]:
    for key in RANGE:
        yield Column((key,), ValueKind(Type.MONTH), key, required=need)
