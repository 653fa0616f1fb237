"""Rows with months that no month uses: later rows of their list cover all of them, or they lie beside what is planned.

Every list of rows with months is looked at, whatever it is of: where rows have a value (``places``, ``percent``,
``shifts`` …) the last that covers a month wins; where they have none (``leave`` …) each is for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.files.schema import (
    RANGE,
    FileCandidate,
    FileFixed,
    FileInstance,
    FileLeave,
    FileRange,
    FileSupervisor,
    FileTable,
    keys_of,
    step_value,
)
from scheduler.files.templates import merge_arenas
from scheduler.instance.problems import Path, Problem
from scheduler.instance.types import Span
from scheduler.month import format_month

Row = FileRange | FileLeave | FileFixed


@dataclass(frozen=True, slots=True)
class RowList:
    """Rows of one list as they hold, a template's before an arena's own, and the months that they are for."""

    rows: Sequence[Row]
    window: Span


def unused_rows(file: FileInstance) -> Iterator[Problem]:
    """A remark for each row that says something of no month, in any list that it is part of."""
    horizon = Span(file.horizon.start, file.horizon.start + file.horizon.months)
    places = _places(file)
    used: set[int] = set()
    reached: dict[int, Span] = {}
    held: dict[int, Span] = {}
    for each_list in _lists(file, horizon):
        free = set(each_list.window.months())
        for row in reversed(each_list.rows):
            months = set(_months(row, each_list.window))
            held.setdefault(id(row), each_list.window)
            if months:
                reached.setdefault(id(row), each_list.window)
            if months & free:
                used.add(id(row))
            if step_value(type(row)) is not None:
                free -= months
    for row_id, window in held.items():
        if row_id in used or row_id not in places:
            continue
        path, row = places[row_id]
        if row_id in reached:
            yield Problem("row-overruled", path, _spelt(row))
        else:
            fields = {"first": format_month(window.start), "last": format_month(window.end - 1)}
            yield Problem("row-outside", path, _spelt(row), fields=fields)


def _lists(file: FileInstance, horizon: Span) -> Iterator[RowList]:
    arenas = [row for row in merge_arenas({row.id: row for row in file.arenas}).values() if not row.abstract]
    for row in (*arenas, *file.limits, *file.supervisors, *file.quotas, *file.candidates):
        window = _window(row, horizon)
        for field in type(row).model_fields:
            if (rows := _rows(row, field)) and window.start < window.end:
                yield RowList(rows, window)
    for reservation in file.reservations:
        yield RowList([reservation], horizon)


def _window(row: FileTable, horizon: Span) -> Span:
    """The months that rows of a table's row can be for; a candidate's are history, too, from the start on.

    They end with the horizon, or with the contract.
    """
    match row:
        case FileCandidate():
            end = horizon.end if row.until is None else min(horizon.end, row.until + 1)
            return Span(min(row.earliest_start, end), end)
        case FileSupervisor():
            start = horizon.start if row.from_ is None else max(horizon.start, row.from_)
            end = horizon.end if row.to is None else min(horizon.end, row.to + 1)
            return Span(start, max(start, end))
    return horizon


def _rows(row: FileTable, field: str) -> list[Row]:
    """The rows with months of a field that has a list of them: with nothing to say but perhaps one value, or fixed."""
    given = getattr(row, field, None)
    if not isinstance(given, list):
        return []
    return [
        inner
        for inner in given
        if isinstance(inner, FileFixed)
        or (
            isinstance(inner, FileRange | FileLeave)
            and (step_value(type(inner)) is not None or set(keys_of(type(inner))) <= set(RANGE))
        )
    ]


def _places(file: FileInstance) -> dict[int, tuple[Path, Row]]:
    """Where each row stands, by the row itself (``id``): an arena's may stand in its template."""
    tables: dict[str, Sequence[FileTable]] = {
        "arenas": file.arenas,
        "limits": file.limits,
        "supervisors": file.supervisors,
        "quotas": file.quotas,
        "candidates": file.candidates,
    }
    found: dict[int, tuple[Path, Row]] = {
        id(row): (("reservations", index), row) for index, row in enumerate(file.reservations)
    }
    for table, rows in tables.items():
        for index, row in enumerate(rows):
            for field in type(row).model_fields:
                for number, inner in enumerate(_rows(row, field)):
                    found[id(inner)] = ((table, index, field, number), inner)
    return found


def _months(row: Row, window: Span) -> range:
    start = window.start if row.from_ is None else max(window.start, row.from_)
    end = window.end if row.to is None else min(window.end, row.to + 1)
    return range(start, end)


def _spelt(row: Row) -> str:
    """The row's months: ``2027-01..2027-06``, an end that is not given left open."""
    first, last = ("" if month is None else format_month(month) for month in (row.from_, row.to))
    return first if first == last and first else f"{first}..{last}"
