"""A plan workbook that somebody has had in their hands: its tables found by their heads, its cells read one by one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

from scheduler.files.load import read_bytes
from scheduler.files.workbook.grid import Faulty, Grid, letters, place, read_grids
from scheduler.files.workbook.months import month_from_text
from scheduler.files.workbook.titles import language_of
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.month import Month, parse_month
from scheduler.report.workbook.layout import SHEETS, head_titles, month_of, sheet_title, sheet_titles
from scheduler.texts import LANGUAGES, Language

READ_SHEETS = ("plan", "groups", "shifts", "supervisors", "source")
MOST_ROWS, MOST_COLUMNS = 10_000, 2_000
_HEADS_WITHIN = 30

Value = str | int | float | bool | datetime.date | None


class Opened:
    """The sheets of a workbook."""

    def __init__(self, path: Path) -> None:
        self._titles: list[str] = []
        self._grids = read_grids(read_bytes(path), self._is_not_read)

    def _is_not_read(self, title: str) -> bool:
        """Whether nothing is read from a sheet of that title; every title that comes by is noted."""
        self._titles.append(title)
        return _plain(title) not in {_plain(known) for key in READ_SHEETS for known in sheet_titles(key)}

    def grid(self, key: str) -> Grid:
        """A sheet, by its title in whichever language; InputError if there is none."""
        titles = sheet_titles(key)
        for grid in self._grids:
            if _plain(grid.title) in {_plain(title) for title in titles}:
                return grid
        found = ", ".join(shown(title) for title in self._titles[:20])
        fields = {"sheet": {lang: sheet_title(key, lang) for lang in LANGUAGES}}
        raise InputError([Problem("planbook-sheet", found=found, fields=fields).in_words_of(self.lang)])

    @property
    def lang(self) -> Language | None:
        """The language that its sheets' titles are in; None where they do not tell."""
        return language_of(self._titles, {lang: [sheet_title(key, lang) for key in SHEETS] for lang in LANGUAGES})

    def chunks(self, key: str) -> Iterator[str]:
        """The texts of a sheet's first column, down to the first cell that has none."""
        rows = self.grid(key).rows
        for row in range(1, MOST_ROWS):
            cell = rows.get(row, {}).get(1)
            if cell is None or isinstance(cell, Faulty) or not isinstance(cell.content, str):
                return
            yield cell.content


class Table:
    """A sheet with heads in some row and a table below. Rows and columns count from 1; problems are gathered."""

    def __init__(self, grid: Grid, lang: Language | None) -> None:
        self.lang = lang
        self._rows = grid.rows
        self._merged = grid.merged
        self.title = grid.title
        self.problems: list[Problem] = []
        self.n_rows = min(max(grid.rows, default=0), MOST_ROWS)
        self.n_columns = min(max((max(cells, default=0) for cells in grid.rows.values()), default=0), MOST_COLUMNS)
        self.head_row = self._find_heads()

    def _find_heads(self) -> int:
        """The row in which the head of the ids stands in the first column; InputError without one."""
        names = {name.casefold() for name in head_titles("id")}
        for row in range(1, min(_HEADS_WITHIN, self.n_rows) + 1):
            if (self._said(row, 1) or "").casefold() in names:
                return row
        problem = Problem("workbook-column-missing", fields=_head("id"), cell=place(self.title, 1, 1))
        raise InputError([problem.in_words_of(self.lang)])

    def _said(self, row: int, column: int) -> str | None:
        """The text in a cell, if it is one; no problem if it is something else."""
        cell = self._rows.get(row, {}).get(column)
        if cell is None or isinstance(cell, Faulty) or not isinstance(cell.content, str):
            return None
        return cell.content.strip()

    def at(self, row: int, column: int) -> str:
        """A cell as people name it: ``Plan!AF7``."""
        return place(self.title, row, column)

    def note(self, code: str, row: int, column: int, found: object = None, **fields: object) -> None:
        """Gather a problem with a cell."""
        problem = Problem(code, found=shown(found), fields=fields, cell=self.at(row, column))
        self.problems.append(problem.in_words_of(self.lang))

    def column(self, key: str) -> int | None:
        """The column with this head; a problem and None if there is none."""
        names = {name.casefold() for name in head_titles(key)}
        for column in range(1, self.n_columns + 1):
            if (self._said(self.head_row, column) or "").casefold() in names:
                return column
        self.note("workbook-column-missing", self.head_row, 1, **_head(key))
        return None

    def value(self, row: int, column: int) -> Value:
        """What stands in a cell: text without blanks round it, None if nothing; a problem if it shows no value."""
        cell = self._rows.get(row, {}).get(column)
        if cell is None:
            return None
        if isinstance(cell, Faulty):
            self.problems.append(Problem(cell.code, found=cell.found, cell=self.at(row, column)))
            return None
        value = cell.content
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, str):
            return value.strip() or None
        return value if isinstance(value, int | float | datetime.date) else str(value)

    def text(self, row: int, column: int) -> str | None:
        """What stands in a cell, as text: 7.0 is ``7``."""
        value = self.value(row, column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return None if value is None else str(value)

    def month(self, row: int, column: int) -> Month | None:
        """The month in a cell; a problem and None if there is something else, None if nothing."""
        value = self.value(row, column)
        month = as_month(value)
        if month is None and value is not None:
            self.note("workbook-not-a-month", row, column, value)
        return month

    def refuse_merged(self, rows: range, columns: range) -> None:
        """A problem for every merged range that touches these rows and columns."""
        for top, left, bottom, right in sorted(self._merged):
            if top < rows.stop and bottom >= rows.start and left < columns.stop and right >= columns.start:
                self.note("workbook-merged", top, left, f"{letters(left)}{top}:{letters(right)}{bottom}")


def _head(key: str) -> dict[str, Mapping[Language, str]]:
    """What the head of a column that is missing should be, in either language."""
    return {"name": dict(zip(LANGUAGES, head_titles(key), strict=True))}


def _plain(title: str) -> str:
    return title.strip().casefold()


def as_month(value: Value) -> Month | None:
    """A date or a text such as ``2027-03`` or ``mars 2027`` as a month; None for anything else."""
    if isinstance(value, datetime.date):
        return month_of(value)
    spelled = month_from_text(value) if isinstance(value, str) else None
    return None if spelled is None else parse_month(spelled)
