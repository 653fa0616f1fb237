"""A workbook file as plain cells: opened with care, nothing of it understood yet, the file itself never touched."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scheduler.files.workbook.cells import Cell
from scheduler.instance.problems import InputError, Problem, shown

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_UNPACKED = 60_000_000
MOST_PARTS = 2_000
MOST_MERGED = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/"  # what its names begin with where Excel was asked for strict Open XML
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MERGED = re.compile(rb"mergeCell\s[^>]*ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")


@dataclass(frozen=True, slots=True)
class Faulty:
    """A cell that shows no value of its own: a formula never worked out, an error."""

    code: str
    found: str


@dataclass(slots=True)
class Grid:
    """A sheet: ``rows`` by row number, each with its filled cells by column number, both counted from 1."""

    title: str
    rows: dict[int, dict[int, Cell | Faulty]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False


def letters(column: int) -> str:
    """A column's letters: 1 is A, 28 is AB."""
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def place(title: str, row: int | None = None, column: int = 1) -> str:
    """A cell as a spreadsheet spells it: ``Kandidater!D7``, ``'Låste perioder'!A3``; without a row the sheet."""
    name = shown(title)
    name = name if re.fullmatch(r"[^\W\d]\w*", name) else f"'{name.replace(chr(39), chr(39) * 2)}'"
    return name if row is None else f"{name}!{letters(column)}{row}"


def sheet_of(cell: str) -> str:
    """The title of the sheet that a cell is on: the inverse of :func:`place`.

    >>> sheet_of(place("Låste perioder", 3))
    'Låste perioder'
    """
    title = cell.rpartition("!")[0] or cell
    return title[1:-1].replace("''", "'") if title.startswith("'") else title


def read_grids(data: bytes, ignored: Callable[[str], bool]) -> list[Grid]:
    """The sheets of a workbook, without those whose title is ignored; InputError if it is not what it seems."""
    _look_at_the_package(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _grids(data, ignored)
    except InputError:
        raise
    except MemoryError:
        raise
    except Exception:  # openpyxl fails in many ways on a file that is not whole
        raise _damaged() from None


def _damaged() -> InputError:
    return InputError([Problem("workbook-damaged")])


def _look_at_the_package(data: bytes) -> None:
    """Refuse what is encrypted, old, broken, or would unpack to more than a workbook of people ever is."""
    if data.startswith(_OLE):
        code = "workbook-encrypted" if _ENCRYPTED in data else "workbook-old-format"
        raise InputError([Problem(code, found=".xls")])
    if not data:
        raise InputError([Problem("file-empty")])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _look_at_the_parts(package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError):
        raise _damaged() from None
    except RuntimeError:  # a part of the package wants a password
        raise InputError([Problem("workbook-encrypted")]) from None


def _look_at_the_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise InputError([Problem("workbook-too-big", fields={"most": MOST_UNPACKED // 1_000_000})])
    names = {part.filename for part in parts}
    if "mimetype" in names and b"opendocument" in package.read("mimetype")[:200]:
        raise InputError([Problem("workbook-old-format", found=".ods")])
    if "xl/workbook.bin" in names:
        raise InputError([Problem("workbook-old-format", found=".xlsb")])
    if any(_STRICT in package.read(name) for name in names & {"xl/workbook.xml", "_rels/.rels"}):
        raise InputError([Problem("workbook-strict")])
    n_merged = 0
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        content = package.read(part)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # never in a workbook of people
            raise _damaged()
        n_merged += sum(_area(match) for match in _MERGED.finditer(content))
    if n_merged > MOST_MERGED:  # openpyxl makes a cell of each
        raise InputError([Problem("workbook-merged-columns", fields={"cells": n_merged})])


def _area(match: re.Match[bytes]) -> int:
    first, top, last, bottom = match.groups()
    return (_number(last) - _number(first) + 1) * (int(bottom) - int(top) + 1)


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _grids(data: bytes, ignored: Callable[[str], bool]) -> list[Grid]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), keep_links=False)
    sheets = [sheet for sheet in book.worksheets if not ignored(sheet.title)]
    formulas = any(cell.data_type == "f" for sheet in sheets for cell in _cells(sheet))
    worked_out = load_workbook(io.BytesIO(data), keep_links=False, data_only=True) if formulas else None
    return [_grid(book, sheet, worked_out[sheet.title] if worked_out else None) for sheet in sheets]


def _cells(sheet: Worksheet) -> Iterator[Any]:
    """The cells that are there; a lone one in the last column of the last row does not make a billion."""
    cells: dict[tuple[int, int], Any] = sheet._cells
    return (cells[key] for key in sorted(cells))


def _grid(book: Workbook, sheet: Worksheet, worked_out: Worksheet | None) -> Grid:
    grid = Grid(sheet.title, hidden=sheet.sheet_state != "visible")
    for each_cell in _cells(sheet):
        cell = _cell(book, each_cell, worked_out)
        if isinstance(cell, Faulty) or not cell.blank:
            grid.rows.setdefault(each_cell.row, {})[each_cell.column] = cell
    grid.merged = [
        (each_range.min_row, each_range.min_col, each_range.max_row, each_range.max_col)
        for each_range in sheet.merged_cells.ranges
    ]
    grid.hidden_rows = frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden)
    grid.hidden_columns = frozenset(
        number
        for column in sheet.column_dimensions.values()
        if column.hidden and column.min and column.max
        for number in range(column.min, min(column.max, column.min + 200) + 1)
    )
    return grid


def _cell(book: Workbook, cell: Any, worked_out: Worksheet | None) -> Cell | Faulty:
    value = cell.value
    if cell.data_type == "f" and worked_out is not None:
        other = worked_out.cell(cell.row, cell.column)
        if other.value is None:
            return Faulty("workbook-formula", shown(getattr(value, "text", None) or str(value)))
        cell, value = other, other.value
    if cell.data_type == "e":
        return Faulty("workbook-cell-error", shown(value))
    if isinstance(value, str):
        value = value.replace("_x000D_", "\n")
    return Cell(value, cell.number_format or "General", book.epoch)
