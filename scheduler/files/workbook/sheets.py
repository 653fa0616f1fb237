"""Which sheet of a file is which table, and which of its columns is which field."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.files.workbook.cells import Cell
from scheduler.files.workbook.grid import Faulty, Grid, letters, place
from scheduler.files.workbook.layout import Column, Role, Sheet
from scheduler.files.workbook.titles import (
    column_title,
    columns_by_title,
    is_note,
    language_of,
    plain,
    says,
    sheet_title,
    sheets_by_title,
)
from scheduler.instance.problems import Problem, shown
from scheduler.instance.spelling import nearest
from scheduler.month import runs
from scheduler.texts import LANGUAGES, Language

_HEADER_WITHIN = 30
_COPY = re.compile(r"(.+?)\s*(?:\(\d+\)|[-–]\s*(?:kopi|copy).*)", re.IGNORECASE)
_MOST_COMPARED = 50
_ALWAYS_THERE = {"candidates", "arenas"}


@dataclass(slots=True)
class Open:
    """A sheet of the file that has been recognised; for a form ``columns`` is empty and the two numbers are given."""

    sheet: Sheet
    grid: Grid
    header: int = 0
    columns: dict[int, Column] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    field_column: int = 0
    value_column: int = 0

    @property
    def absent(self) -> list[Column]:
        """The required columns that the sheet does not have."""
        there = {column.key for column in self.columns.values()}
        return [column for column in self.sheet.columns if column.required and column.key not in there]

    def at(self, row: int, column: int) -> str:
        """The spelling of a cell of the sheet."""
        return place(self.grid.title, row, column)

    def data_rows(self) -> Iterator[tuple[int, dict[int, Cell | Faulty]]]:
        """The rows below the titles in which any column that is read is filled, with just those cells."""
        reads = self.columns if self.columns else (self.field_column, self.value_column)
        for number, cells in self.grid.rows.items():
            filled = {column: cells[column] for column in reads if column in cells}
            if number > self.header and filled:
                yield number, filled


def open_sheets(grids: list[Grid]) -> tuple[dict[str, Open], list[Problem], Language | None]:
    """The recognised sheets by key; what is wrong with, or worth knowing about, the others; their language."""
    found: dict[str, Open] = {}
    problems: list[Problem] = []
    for grid in grids:
        sheet = sheets_by_title().get(plain(grid.title))
        if sheet is not None and sheet.key in found:
            problems.append(_twice(grid, found[sheet.key].grid))
        elif sheet is not None:
            found[sheet.key] = Open(sheet, grid)
        elif grid.rows:
            problems.append(_stranger(grid, grids))
    unread = [problem for opened in found.values() for problem in _columns(opened)]
    if not found.keys() & _ALWAYS_THERE and not any(opened.header for key, opened in found.items() if key == "plan"):
        titles = shown(", ".join(grid.title for grid in grids))
        return {}, [Problem("workbook-not-instance", found=titles)], None  # such as a finished plan: it has a Plan too
    problems += unread
    for opened in found.values():
        problems += _merged(opened)
        problems += _hidden(opened)
    lang = _language(found.values())
    problems = [problem.in_words_of(lang) for problem in problems]
    return {key: opened for key, opened in found.items() if opened.header}, problems, lang


def _language(found: Collection[Open]) -> Language | None:
    """That of most titles of sheets and columns."""
    told = [title for opened in found for title in (opened.grid.title, *opened.titles.values())]
    titles: dict[Language, list[str]] = {
        lang: [
            title
            for opened in found
            for title in (sheet_title(opened.sheet.key, lang), *(column_title(c, lang) for c in opened.sheet.columns))
        ]
        for lang in LANGUAGES
    }
    return language_of(told, titles)


def unread(grids: list[Grid], opened: Mapping[str, Open]) -> Iterator[str]:
    """The keys of sheets that are there, with something in them, but could not be read; that has been told."""
    for grid in grids:
        sheet = sheets_by_title().get(plain(grid.title)) or _meant(grid, grids)
        if sheet is not None and grid.rows and sheet.key not in opened:
            yield sheet.key


def deleted(readme: Sequence[Grid], known: Collection[str], grids: Sequence[Grid]) -> Iterator[Problem]:
    """Sheets that the read-me names and the file does not have, not even so that they cannot be read."""
    there = {*known, *(sheet.key for grid in grids if (sheet := sheets_by_title().get(plain(grid.title))))}
    cells = (cell for grid in readme for row in grid.rows.values() for cell in row.values() if isinstance(cell, Cell))
    for title in dict.fromkeys(cell.content for cell in cells if isinstance(cell.content, str)):
        sheet = sheets_by_title().get(plain(title))
        if sheet is not None and sheet.key not in there and title in _titles(sheet):
            yield Problem("workbook-sheet-deleted", found=shown(title))


def _titles(sheet: Sheet) -> list[str]:
    return [sheet_title(sheet.key, lang) for lang in LANGUAGES]


def _twice(grid: Grid, first: Grid) -> Problem:
    fields = {"first": shown(first.title)}
    return Problem("workbook-sheet-twice", found=shown(grid.title), fields=fields, cell=place(grid.title))


def _stranger(grid: Grid, grids: list[Grid]) -> Problem:
    """A sheet that is none of ours: a copy of one, one with a misspelt title, or something else altogether."""
    copy = _COPY.fullmatch(grid.title[:100])
    original = sheets_by_title().get(plain(copy[1])) if copy else None
    if original is not None:
        first = next(
            (each_grid for each_grid in grids if sheets_by_title().get(plain(each_grid.title)) is original), None
        )
        if first is not None:
            return _twice(grid, first)
    near = _near(grid, grids)
    code = "workbook-sheet-unknown" if near else "workbook-sheet-ignored"
    return Problem(code, found=shown(grid.title), nearest=near, cell=place(grid.title))


def _near(grid: Grid, grids: list[Grid]) -> str | None:
    """The title of a sheet of ours, not there, that looks most like this one's."""
    titles = [sheet.title for sheet in grids]
    known = [sheet_title(key, lang) for key in _keys() for lang in LANGUAGES]
    return nearest(grid.title, [title for title in known if title not in titles])


def _meant(grid: Grid, grids: list[Grid]) -> Sheet | None:
    near = _near(grid, grids)
    return None if near is None else sheets_by_title().get(plain(near))


def _keys() -> list[str]:
    return list(dict.fromkeys(sheet.key for sheet in sheets_by_title().values() if sheet is not None))


# --- titles of columns


def _columns(opened: Open) -> Iterator[Problem]:
    """Find the row of titles and what stands below each; a sheet without anything in it is as good as not there."""
    if not opened.grid.rows:
        return
    known = columns_by_title(opened.sheet.key)
    recognised = {
        row: sum(isinstance(cell, Cell) and plain(str(cell.content)) in known for cell in cells.values())
        for row, cells in opened.grid.rows.items()
        if row <= _HEADER_WITHIN
    }
    best = max(recognised.values(), default=0)
    if best < 2:
        yield _no_titles(
            opened, {lang: [column_title(column, lang) for column in opened.sheet.columns[:3]] for lang in LANGUAGES}
        )
        return
    opened.header = next(row for row, number in recognised.items() if number == best)
    yield from (_form_columns(opened) if opened.sheet.is_form else _table_columns(opened))


def _form_columns(opened: Open) -> Iterator[Problem]:
    titles = {name: {plain(says(f"form.{name}", lang)) for lang in LANGUAGES} for name in ("field", "value")}
    for number, cell in opened.grid.rows[opened.header].items():
        said = plain(_said(cell))
        opened.field_column = number if said in titles["field"] else opened.field_column
        opened.value_column = number if said in titles["value"] else opened.value_column
    if not opened.field_column or not opened.value_column:
        yield _no_titles(opened, {lang: [says(f"form.{name}", lang) for name in titles] for lang in LANGUAGES})
        opened.header = 0


def _no_titles(opened: Open, first: Mapping[Language, Sequence[str]]) -> Problem:
    """That a sheet has no row of titles; the first ones that it should have."""
    fields = {"titles": {lang: ", ".join(titles) for lang, titles in first.items()}}
    return Problem("workbook-no-titles", found=shown(opened.grid.title), fields=fields, cell=place(opened.grid.title))


def _table_columns(opened: Open) -> Iterator[Problem]:
    known = columns_by_title(opened.sheet.key)
    taken: dict[str, int] = {}
    notes: set[int] = set()
    for number, cell in opened.grid.rows[opened.header].items():
        said = _said(cell)
        column = known.get(plain(said))
        if is_note(said):
            notes.add(number)
        elif column is None:
            yield _unknown(opened, number, said)
            notes.add(number)
        elif column.key in taken:
            fields = {"first": opened.at(opened.header, taken[column.key])}
            yield Problem(
                "workbook-column-twice", found=shown(said), fields=fields, cell=opened.at(opened.header, number)
            )
            notes.add(number)
        else:
            taken[column.key] = number
            opened.columns[number] = column
            opened.titles[number] = shown(said.strip().rstrip("*").strip())
    yield from _untitled(opened, notes)
    yield from _missing(opened)


def _said(cell: Cell | Faulty) -> str:
    return str(cell.content) if isinstance(cell, Cell) else cell.found


def _unknown(opened: Open, number: int, said: str) -> Problem:
    titles = [column_title(column, lang) for column in opened.sheet.columns for lang in LANGUAGES]
    allowed = {
        lang: ", ".join(column_title(c, lang) for c in opened.sheet.columns if c.role is not Role.TABLE)
        for lang in LANGUAGES
    }
    near = nearest(said, titles) if number <= _MOST_COMPARED else None
    where = opened.at(opened.header, number)
    return Problem("workbook-column-unknown", (), shown(said), near, {"allowed": allowed}, cell=where)


def _untitled(opened: Open, notes: set[int]) -> Iterator[Problem]:
    """The first value of every column that has no title."""
    told = set(opened.columns) | notes
    for row, cells in opened.grid.rows.items():
        if row <= opened.header:
            continue
        for number in cells.keys() - told:
            told.add(number)
            found = shown(_said(cells[number]))
            fields = {"title": f"{letters(number)}{opened.header}"}
            yield Problem("workbook-column-untitled", found=found, fields=fields, cell=opened.at(row, number))


def _missing(opened: Open) -> Iterator[Problem]:
    if next(opened.data_rows(), None) is not None:
        for column in opened.absent:
            name = {lang: column_title(column, lang) for lang in LANGUAGES}
            yield Problem("workbook-column-missing", fields={"name": name}, cell=opened.at(opened.header, 1))


# --- what the eye does not see


def _merged(opened: Open) -> Iterator[Problem]:
    reads = set(opened.columns) or {opened.field_column, opened.value_column}
    for top, first, bottom, last in sorted(opened.grid.merged):
        if opened.header and bottom >= opened.header and not reads.isdisjoint(range(first, last + 1)):
            area = f"{letters(first)}{top}:{letters(last)}{bottom}"
            yield Problem("workbook-merged", found=area, cell=opened.at(max(top, opened.header), first))


def _hidden(opened: Open) -> Iterator[Problem]:
    if not opened.header:
        return
    filled = [number for number, _ in opened.data_rows()]
    if opened.grid.hidden and filled:
        yield Problem("workbook-hidden-sheet", found=shown(opened.grid.title), cell=place(opened.grid.title))
    if hidden := [number for number in filled if number in opened.grid.hidden_rows]:
        yield Problem("workbook-hidden-rows", found=_runs(hidden), cell=opened.at(hidden[0], 1))
    reads = opened.columns if opened.columns else (opened.value_column,)
    if columns := sorted(opened.grid.hidden_columns.intersection(reads)):
        said = ", ".join(map(letters, columns))
        yield Problem("workbook-hidden-columns", found=said, cell=opened.at(opened.header, columns[0]))


def _runs(numbers: list[int]) -> str:
    """Row numbers, runs joined: [7, 8, 9, 12] is ``7–9, 12``."""
    joined = runs((number, None) for number in numbers)
    return shown(", ".join(str(low) if end == low + 1 else f"{low}–{end - 1}" for low, end, _ in joined))
