"""Changes of an instance's tables: what somebody types into cells, and what is different between two versions.

A row that goes takes the rows of other tables that belong to it along; where an id is written otherwise, whatever names
it is, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.files.tables import Content, Row, Table, Tables
from scheduler.files.workbook.cells import OR, Cell, pieces, quoted
from scheduler.files.workbook.layout import Column
from scheduler.texts import Language

Cells = Mapping[tuple[int, str], str]
"""What stands in cells, by the position of their row and the key of their column."""
_WHOLE = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
_DECIMAL = re.compile(r"(?:0|[1-9]\d{0,8})[.,](?:\d{1,2}|\d{4,6})", re.ASCII)  # 1.500 may be a thousand and a half
_LINE_ENDS = re.compile(r"\s*[\r\n]+\s*")


def as_shown(content: Content | None, lang: Language) -> str:
    """A cell's content on one line, as one types it: 23.5 is ``23,5`` in nb."""
    if content is None:
        return ""
    if isinstance(content, str):
        return _LINE_ENDS.sub(", ", content.strip())
    number = int(content) if float(content).is_integer() else content
    return str(number).replace(".", ",") if lang == "nb" else str(number)


def with_cells(tables: Tables, sheet: str, cells: Cells, gone: Collection[int] = (), lang: Language = "nb") -> Tables:
    """The tables with what was typed into a sheet's cells; a position behind its last row is a new row.

    ``gone``: positions of rows that go; such a row is blank from then on, and ``without_blanks`` takes it away. Cells
    that are not named stay as they are, and so does one that still shows what it showed. LookupError for a column that
    the sheet has not.
    """
    table = tables[sheet]
    known = {column.key: column for column in table.columns}
    rows: dict[int, Row] = {position: dict(row) for position, row in enumerate(table.rows)}
    for (position, key), typed in sorted(cells.items(), key=lambda item: item[0][0]):
        column = known[key]
        row = rows.setdefault(position, {})
        if typed.strip() != as_shown(row.get(key), lang):
            _put(row, column, typed.strip())
    edited = {**tables, sheet: replace(table, rows=list(rows.values()))}
    if not table.is_form:
        edited = _with_new_ids(edited, table)
        edited = _without(edited, sheet, gone)
    return edited


def without_blanks(tables: Tables, sheet: str) -> Tables:
    """The tables without the rows of a sheet in which nothing stands."""
    table = tables[sheet]
    return tables if table.is_form else {**tables, sheet: replace(table, rows=[row for row in table.rows if row])}


def _put(row: Row, column: Column, typed: str) -> None:
    if typed:
        row[column.key] = _content(column, typed)
    else:
        row.pop(column.key, None)


def _content(column: Column, typed: str) -> Content:
    """A number where one was typed into a column of numbers; whatever else it is, a reader will judge."""
    if column.kind.is_number and not column.kind.many:
        if _WHOLE.fullmatch(typed):
            return int(typed)
        if _DECIMAL.fullmatch(typed):
            return float(typed.replace(",", "."))
    return typed


# --- what follows from a change


def _without(tables: Tables, sheet: str, gone: Collection[int]) -> Tables:
    """Without some rows, and without the rows of other tables that belong to them and to no row that stays."""
    if not gone:
        return tables
    table = tables[sheet]
    left = [{} if position in gone else row for position, row in enumerate(table.rows)]
    ids = {_id(table.rows[position]) for position in gone if position < len(table.rows)}
    orphaned = (ids - {_id(row) for row in left} - {""}) if table.sheet.table is not None else set()
    edited = {**tables, sheet: replace(table, rows=left)}
    for key, child in tables.items():
        if child.sheet.parent == sheet and orphaned:
            edited[key] = replace(child, rows=[row for row in child.rows if _id(row) not in orphaned])
    return edited


def _id(row: Row) -> str:
    return str(row.get("id", "")).strip()


def _with_new_ids(tables: Tables, before: Table) -> Tables:
    """With every cell that names a row of the table naming it as it is called now."""
    if before.sheet.table is None:
        return tables
    old = [_id(row) for row in before.rows]
    now = [_id(row) for row in tables[before.key].rows]
    renamed = {
        was: is_now
        for was, is_now in zip(old, now, strict=False)
        if was and is_now and was != is_now and was not in now
    }
    renamed = {was: is_now for was, is_now in renamed.items() if old.count(was) == 1}
    if not renamed:
        return tables
    return {key: _renaming(table, before.key, renamed) for key, table in tables.items()}


def _renaming(table: Table, referred: str, renamed: Mapping[str, str]) -> Table:
    columns = [column for column in table.columns if column.refers == referred]
    if not columns:
        return table
    rows = [dict(row) for row in table.rows]
    for row in rows:
        for column in columns:
            if (content := row.get(column.key)) is not None:
                row[column.key] = _renamed(column, content, renamed)
    return replace(table, rows=rows)


def _renamed(column: Column, content: Content, renamed: Mapping[str, str]) -> Content:
    if not column.kind.many:
        return _other_name(str(content), renamed, content)
    said = str(content)
    if not any(was in said for was in renamed):
        return content
    marks = ",;\n" + (OR if column.kind.either else "")
    return "".join(_in_list(part, renamed) + mark for part, mark in pieces(said, marks))


def _in_list(part: str, renamed: Mapping[str, str]) -> str:
    bare = part.strip()
    name = str(_other_name(bare, renamed, bare))
    if name == bare:
        return part
    name = quoted(name) if set(name) & set(',;|"\n') else name
    return part.replace(bare, name, 1)


def _other_name(said: str, renamed: Mapping[str, str], otherwise: Content) -> Content:
    literal = Cell(said).literal()
    return renamed.get(said.strip() if literal is None else literal, otherwise)


# --- what is different between two versions


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell's content before and after; None for an empty one."""

    column: Column
    before: Content | None
    after: Content | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is new (``before`` None), gone (``after`` None) or different; ``cells`` are those of difference.

    ``called``: the id of the row, or of the one that it belongs to.
    """

    called: str
    before: Row | None
    after: Row | None
    cells: tuple[CellChange, ...]


def differences(old: Tables, new: Tables) -> dict[str, list[RowChange]]:
    """What is different, by sheet; sheets without a difference are left out. Where a row stands says nothing."""
    found = {}
    for key in new:
        changes = [*_row_changes(old.get(key), new[key])]
        if changes:
            found[key] = changes
    return found


@dataclass(frozen=True, slots=True)
class Carried:
    """Changes made once more, on other tables: ``gone`` rows are there still, ``lost`` is whose row is not."""

    tables: Tables
    gone: tuple[int, ...]
    lost: tuple[RowChange, ...]


def carried(changes: Sequence[RowChange], tables: Tables, sheet: str) -> Carried:
    """What has been typed into a sheet, typed into what somebody else has saved meanwhile.

    A row is looked for by all that stood in it, and else by its id, if no other row has that.
    """
    rows: list[Row] = [dict(row) for row in tables[sheet].rows]
    gone: list[int] = []
    lost: list[RowChange] = []
    for change in changes:
        position = _place_of(change, rows) if change.before is not None else len(rows)
        if position is None:
            lost.append(change)
        elif change.after is None:
            gone.append(position)
        else:
            rows[position : position + 1] = [_with_changes(rows[position] if change.before is not None else {}, change)]
    return Carried({**tables, sheet: replace(tables[sheet], rows=rows)}, tuple(gone), tuple(lost))


def _place_of(change: RowChange, rows: Sequence[Row]) -> int | None:
    assert change.before is not None
    was = change.before
    alike = [position for position, row in enumerate(rows) if _content_of(row) == _content_of(was)]
    named = [position for position, row in enumerate(rows) if _id(row) and _id(row) == _id(was)]
    form = [0] if len(rows) == 1 and not _id(was) else []
    found = alike[:1] or (named if len(named) == 1 else []) or form
    return found[0] if found else None


def _with_changes(row: Row, change: RowChange) -> Row:
    made = dict(row)
    for cell in change.cells:
        if cell.after is None:
            made.pop(cell.column.key, None)
        else:
            made[cell.column.key] = cell.after
    return made


def _row_changes(old: Table | None, new: Table) -> Iterator[RowChange]:
    columns = {column.key: column for column in [*(old.columns if old else ()), *new.columns]}
    for before, after in _pairs(old.rows if old else [], new.rows, new):
        cells = tuple(
            CellChange(column, (before or {}).get(key), (after or {}).get(key))
            for key, column in columns.items()
            if not _same((before or {}).get(key), (after or {}).get(key))
        )
        if cells:
            yield RowChange(_id(after or before or {}), before, after, cells)


def _same(before: Content | None, after: Content | None) -> bool:
    return as_shown(before, "en") == as_shown(after, "en")


def _pairs(old: Sequence[Row], new: Sequence[Row], table: Table) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows that are the same one before and after, in the order of the new ones; then those that are gone.

    The same is who has the same id; of several of an id (or of none) those that are alike, then one after the other.
    """
    if table.is_form:
        yield old[0] if old else None, new[0]
        return
    alike = Counter(map(_content_of, old)) & Counter(map(_content_of, new))
    left: dict[str, list[Row]] = {}
    kept = alike.copy()
    for row in old:
        if kept[_content_of(row)]:
            kept[_content_of(row)] -= 1
        else:
            left.setdefault(_id(row), []).append(row)
    for row in new:
        if alike[_content_of(row)]:
            alike[_content_of(row)] -= 1
            continue
        others = left.get(_id(row))
        yield (others.pop(0) if others else None), row
    for row in old:
        if any(row is other for other in left.get(_id(row), ())):
            yield row, None


def _content_of(row: Row) -> frozenset[tuple[str, str]]:
    return frozenset((key, as_shown(content, "en")) for key, content in row.items())


__all__ = [
    "Carried",
    "CellChange",
    "Cells",
    "RowChange",
    "as_shown",
    "carried",
    "differences",
    "with_cells",
    "without_blanks",
]
