"""An instance as tables of cells: what a workbook shows, held in memory and edited cell by cell.

Columns, words and readings are the workbook's, so that nothing is lost either way, and a cell has the same name here
and in the workbook that is written: ``Kandidater!D7``. What is half done or wrong may stand in a cell, too.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.files.schema import FileInstance
from scheduler.files.workbook.cells import Cell, CellError
from scheduler.files.workbook.choices import FIRST_ROW
from scheduler.files.workbook.fill import Filler
from scheduler.files.workbook.grid import Faulty, Grid, read_grids, sheet_of
from scheduler.files.workbook.kinds import Type
from scheduler.files.workbook.layout import Column, Role, Sheet, layout, pair
from scheduler.files.workbook.places import SheetTree
from scheduler.files.workbook.read import Unreadable, read_tables
from scheduler.files.workbook.sheets import Open, open_sheets
from scheduler.files.workbook.titles import (
    column_title,
    columns_by_title,
    form_titles,
    is_ignored,
    plain,
    says,
    sheet_title,
    sheets_by_title,
    words,
)
from scheduler.instance.problems import InputError, Problem
from scheduler.texts import Language

Content = str | int | float
Row = dict[str, Content]

TITLES_ROW = FIRST_ROW - 1
_CELL = re.compile(r"!([A-Z]+)(\d+)$")


@dataclass(slots=True)
class Table:
    """A sheet's columns and rows; a row holds contents by the key of their column. A form has one row."""

    sheet: Sheet
    columns: list[Column]
    rows: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The sheet's name in files."""
        return self.sheet.key

    @property
    def is_form(self) -> bool:
        """Whether it is a list of fields."""
        return self.sheet.is_form

    def column(self, key: str) -> Column:
        """A column by its key; LookupError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise LookupError(key)


Tables = dict[str, Table]


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell: the key of its sheet, the position of its row counted from 0, the key of its column."""

    sheet: str
    row: int
    column: str


def tables_of(file: FileInstance, lang: Language = "nb") -> Tables:
    """The file as tables; InputError if they cannot hold it without losing something."""
    tree = file.tree()
    try:
        tables = _filled(Filler(tree, lang))
    except CellError as error:
        raise InputError([Problem(error.code, fields=error.fields)]) from None
    if _read_back(tables, lang) != json.dumps(tree):
        raise InputError([Problem("workbook-cannot-hold")])
    for table in tables.values():
        _with_room(table)
    return tables


def tables_as_spelled(tree: Mapping[str, Any], lang: Language = "nb") -> Tables | None:
    """The tables of a file that has mistakes in it, each mistake in its cell; None if they cannot hold all that it
    says."""
    try:
        tables = _filled(Filler(tree, lang, lenient=True))
        back = tree_of(tables, lang)
    except (
        CellError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):  # not built like an instance
        return None
    told, read = Counter(_values(tree)), Counter(_values(back))
    unreadable = sum(isinstance(value, Unreadable) for _, value in read.elements())
    if (told - read).total() != unreadable:
        return None
    for table in tables.values():
        _with_room(table)
    return tables


def _values(node: Any) -> Iterator[tuple[bool, Any]]:
    """Every value in a tree, a number as a number: 6 and 6.0 are one, 1 and true are two."""
    match node:
        case Mapping():
            for value in node.values():
                yield from _values(value)
        case list():
            for value in node:
                yield from _values(value)
        case _:
            yield isinstance(node, bool), node


def _filled(filler: Filler) -> Tables:
    return {filled.sheet.key: Table(filled.sheet, filled.columns, filled.rows) for filled in filler.sheets()}


def _with_room(table: Table) -> None:
    """One pair of columns of a mapping more than are used."""
    first = next((column for column in table.columns if column.role is Role.MAP_KEY), None)
    if first is None:
        return
    numbers = [column.number for column in table.columns if column.role is Role.MAP_KEY]
    used = {column.number for column in table.columns if column.number and any(column.key in r for r in table.rows)}
    if max(used, default=0) == max(numbers):
        last = max(position for position, column in enumerate(table.columns) if column.number)
        table.columns[last + 1 : last + 1] = pair(table.key, first.path[0], max(numbers) + 1)


def _read_back(tables: Tables, lang: Language) -> str | None:
    tree = tree_of(tables, lang)
    if any(not problem.is_remark for problem in tree.problems):
        return None
    return json.dumps(FileInstance.model_validate(tree).tree())


def tree_of(tables: Tables, lang: Language = "nb") -> SheetTree:
    """What the tables say, with the cell of every place and what cannot be read; ``lang``: of titles that are told."""
    return read_tables([_grid(table, lang) for table in tables.values()])


def _grid(table: Table, lang: Language) -> Grid:
    grid = Grid(sheet_title(table.key, lang))
    if table.is_form:
        grid.rows[TITLES_ROW] = dict(enumerate(map(Cell, form_titles(lang)), start=1))
        for position, column in enumerate(table.columns):
            content = Cell(table.rows[0].get(column.key))
            filled = {} if content.blank else {2: content}
            grid.rows[FIRST_ROW + position] = {1: Cell(column_title(column, lang)), **filled}
        return grid
    grid.rows[TITLES_ROW] = {n: Cell(column_title(column, lang)) for n, column in enumerate(table.columns, start=1)}
    numbers = {column.key: number for number, column in enumerate(table.columns, start=1)}
    for position, row in enumerate(table.rows):
        cells = sorted((numbers[key], content) for key, content in row.items() if not Cell(content).blank)
        if cells:
            grid.rows[FIRST_ROW + position] = {number: Cell(content) for number, content in cells}
    return grid


def tables_in(data: bytes) -> Tables:
    """A workbook's cells as they are, however wrong; InputError if it is none, or none of its sheets is one of ours."""
    opened, problems, _ = open_sheets(read_grids(data, is_ignored))
    if not opened:
        raise InputError(problems)
    given = {key: {"columns": [*_keys(one)], "rows": [*_rows(one)]} for key, one in opened.items()}
    return from_data(given)


def _keys(opened: Open) -> list[str]:
    return [column.key for column in (opened.sheet.columns if opened.sheet.is_form else opened.columns.values())]


def _rows(opened: Open) -> Iterator[Row]:
    if opened.sheet.is_form:
        known = columns_by_title(opened.sheet.key)
        row: Row = {}
        for _, cells in opened.data_rows():
            label, value = cells.get(opened.field_column), cells.get(opened.value_column)
            column = known.get(plain(as_typed(label))) if label is not None else None
            if column is not None and value is not None:
                row.setdefault(column.key, as_typed(value))
        yield row
        return
    for _, cells in opened.data_rows():
        yield {opened.columns[number].key: as_typed(cell) for number, cell in cells.items() if number in opened.columns}


def as_typed(cell: Cell | Faulty) -> str:
    """What one would type into a cell to see what is seen in it: ``80 %`` for 0.8, ``007`` for 7, a date as one."""
    if isinstance(cell, Faulty):
        return cell.found
    match cell.content:
        case datetime.datetime() as moment:
            return moment.date().isoformat()
        case datetime.date() | datetime.time() as date:
            return date.isoformat()
        case bool() as flag:
            return "1" if flag else "0"
        case int() | float() as number:
            number = number * 100 if "%" in cell.format else number
            whole = float(number).is_integer()
            said = str(int(number)) if whole else f"{number:.12g}"
            return said.zfill(len(cell.format)) if whole and not cell.format.strip("0") else said
    return str(cell.content)


def spot_of(problem: Problem, tables: Tables) -> Spot | None:
    """The cell that a problem is about; None for one that is about a sheet, or all of them."""
    match = _CELL.search(problem.cell or "")
    sheet = sheet_named(problem.cell) if problem.cell else None
    if match is None or sheet is None or sheet not in tables:
        return None
    table, row = tables[sheet], int(match[2]) - FIRST_ROW
    if table.is_form:
        return Spot(sheet, 0, table.columns[row].key) if 0 <= row < len(table.columns) else None
    number = _number(match[1]) - 1
    if not (0 <= row < len(table.rows) and number < len(table.columns)):
        return None
    return Spot(sheet, row, table.columns[number].key)


def sheet_named(cell: str) -> str | None:
    """The key of the sheet that a cell is on."""
    sheet = sheets_by_title().get(plain(sheet_of(cell)))
    return None if sheet is None else sheet.key


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# --- what a table's columns ask for


def column_choices(column: Column, tables: Tables, lang: Language) -> list[str]:
    """What may stand in a cell of the column, where that is a list; ids of other tables among it."""
    kind = column.kind
    if column.role is Role.TABLE or kind.type is Type.FLAG:
        return [words(key)[lang] for key in ("yes", "no")]
    if kind.type is Type.CHOICE:
        return [words(key)[lang] for key in kind.choices]
    own = [words(key)[lang] for key in column.words]
    if column.refers in tables:
        return own + [str(row["id"]) for row in tables[column.refers].rows if row.get("id")]
    return own


def title_of(sheet: str, lang: Language) -> str:
    """What a table is called."""
    return sheet_title(sheet, lang)


def about(sheet: str, lang: Language) -> str:
    """What a table is for, in a sentence."""
    return says(f"about.{sheet}", lang)


# --- as plain data


def as_data(tables: Tables) -> dict[str, Any]:
    """The tables as JSON has them."""
    return {
        key: {"columns": [column.key for column in table.columns], "rows": table.rows} for key, table in tables.items()
    }


def from_data(data: Mapping[str, Any]) -> Tables:
    """The tables of which ``as_data`` made this; a sheet that the program has by now is there, and empty."""
    tables: Tables = {}
    for sheet in layout().sheets:
        given = data.get(sheet.key)
        if given is None:
            tables[sheet.key] = Table(
                sheet, [c for c in sheet.columns if c.role is not Role.TABLE], [{}] * sheet.is_form
            )
            continue
        known = columns_by_title(sheet.key)
        keys = dict.fromkeys([*given["columns"], *(c.key for c in sheet.columns if c.role is not Role.TABLE)])
        found = [column for key in keys if (column := known.get(plain(key))) is not None]
        tables[sheet.key] = table = Table(sheet, found, [dict(row) for row in given["rows"]])
        _with_room(table)
    return tables
