"""A table of the data as a page shows it: fields to type in, with what is wrong beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scheduler.api import Problem
from scheduler.files.table_edits import as_shown
from scheduler.files.tables import Row, Table, Tables, column_choices, tree_of
from scheduler.files.workbook.kinds import Type
from scheduler.files.workbook.layout import Column, Role
from scheduler.files.workbook.titles import column_hint, column_title
from scheduler.files.workbook.write import usual_values
from scheduler.report.words import tidy
from scheduler.texts import Language
from scheduler.web.data import Data

BLANK_ROWS = 3
"""Rows that wait below those there are."""
_FEW_COLUMNS = 9
_CLOSED = {Type.FLAG, Type.CHOICE}
TABLE = "table"


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in words, or what is only worth knowing."""

    text: str
    remark: bool

    @classmethod
    def of(cls, problem: Problem, lang: Language) -> Said:
        """As it stands beside its cell."""
        return cls(problem.sentence(lang), problem.is_remark)


@dataclass(frozen=True, slots=True)
class Head:
    """A column: ``listed`` names the list of what is suggested in it; ``choices`` is all that may stand in it."""

    column: Column
    title: str
    hint: str
    choices: tuple[str, ...] = ()
    listed: str = ""

    @property
    def key(self) -> str:
        """The column's key."""
        return self.column.key

    @property
    def is_number(self) -> bool:
        """Whether numbers are typed."""
        return self.column.kind.is_number and not self.column.kind.many

    @property
    def is_long(self) -> bool:
        """Whether longer texts are typed."""
        return self.column.kind.many or self.column.kind.type in (Type.NAME, Type.GOALS)


@dataclass(frozen=True, slots=True)
class Field:
    """A cell: ``name`` is what its form calls it, ``label`` what a reader who does not see the table hears."""

    head: Head
    name: str
    label: str
    value: str
    said: tuple[Said, ...] = ()
    usual: str = ""

    @property
    def wrong(self) -> bool:
        """Whether something is wrong with it, and not only worth knowing."""
        return any(not one.remark for one in self.said)


@dataclass(frozen=True, slots=True)
class Line:
    """A row; ``new`` for one that is not there yet, ``gone`` for one that somebody wants to remove."""

    position: int
    called: str
    fields: tuple[Field, ...]
    new: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A table: ``hidden`` is how many columns are not shown, since nothing stands in them."""

    table: Table
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    lists: Mapping[str, Sequence[str]]
    said: tuple[Said, ...]
    hidden: int


def name_of(position: int, key: str) -> str:
    """What a form calls a cell."""
    return f"c.{position}.{key}"


def shown_table(
    data: Data,
    key: str,
    lang: Language,
    every_column: bool,
    row_word: str,
    saved: int | None = None,
    gone: Collection[int] = (),
) -> Shown:
    """A table with its problems; ``row_word``: what a row without an id is called.

    ``saved``: how many of its rows have been saved, if not all; ``gone``: those that somebody wants to remove.
    """
    table = data.tables[key]
    problems = data.at(key)
    columns = _columns(table, {column for _, column in problems}, every_column)
    heads = tuple(_head(column, data.tables, lang) for column in columns)
    usual = _usual(table, data.tables, lang)
    fresh = 0 if table.is_form else BLANK_ROWS
    rows = [*table.rows, *({} for _ in range(fresh))]
    old = len(table.rows) if saved is None else saved
    lines = tuple(
        _line(position, row, heads, problems, usual, lang, row_word, position >= old, position in gone)
        for position, row in enumerate(rows)
    )
    lists = {head.listed: column_choices(head.column, data.tables, lang) for head in heads if head.listed}
    whole = tuple(Said.of(problem, lang) for problem in data.of_whole(key))
    return Shown(table, heads, lines, lists, whole, len(table.columns) - len(columns))


def _columns(table: Table, wrong: set[str], every: bool) -> list[Column]:
    """Those that somebody looks for; each, where there are few."""
    if every or table.is_form or len(table.columns) <= _FEW_COLUMNS:
        return table.columns
    used = {key for row in table.rows for key in row} | wrong
    return [column for column in table.columns if column.required or column.key in used or column.path == ("name",)]


def _head(column: Column, tables: Tables, lang: Language) -> Head:
    choices = column_choices(column, tables, lang)
    closed = column.role is Role.TABLE or (column.kind.type in _CLOSED and not column.kind.many)
    listed = f"list-{column.key}" if choices and not closed and not column.kind.many else ""
    return Head(column, column_title(column, lang), column_hint(column, lang), tuple(choices) if closed else (), listed)


def _usual(table: Table, tables: Tables, lang: Language) -> Row:
    return usual_values(table.key, table.columns, tree_of(tables, lang), lang) if table.is_form else {}


def _line(
    position: int,
    row: Row,
    heads: Sequence[Head],
    problems: Mapping[tuple[int, str], Sequence[Problem]],
    usual: Row,
    lang: Language,
    row_word: str,
    new: bool,
    gone: bool,
) -> Line:
    called = as_shown(row.get("id"), lang) or f"{row_word} {position + 1}"
    fields = tuple(
        Field(
            head,
            name_of(position, head.key),
            f"{called}: {head.title}",
            tidy(as_shown(row.get(head.key), lang)),
            tuple(Said.of(problem, lang) for problem in problems.get((position, head.key), ())),
            as_shown(usual.get(head.key), lang),
        )
        for head in heads
    )
    return Line(position, called, fields, new, gone)
