"""Editing a function of time as files spell it: rows of which the last one that covers a month wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from scheduler.exact import Exact, exact, plain
from scheduler.month import Month, format_month, parse_month

Rows = list[dict[str, Any]]
Edge = Month | None
Value = Exact | str | None
"""A number, or an id; None where no row covers the month."""

_BEFORE, _AFTER = -1, 10**6


def edit_steps(
    rows: Sequence[Mapping[str, Any]], key: str, change: Callable[[Value], Value], start: Edge, to: Edge
) -> Rows:
    """The rows of the same function with ``change`` applied to its value in the months ``start``..``to`` alone.

    >>> edit_steps([{"places": 2}], "places", lambda value: (value or 0) + 1, None, 24331)
    [{'to': '2027-08', 'places': 3}, {'from': '2027-09', 'places': 2}]
    """
    first, end = window_of(start, to)
    edges = {_BEFORE, _AFTER, first, end}
    for row in rows:
        edges |= set(span_of(row))
    ordered = sorted(edges)
    pieces = []
    for piece_start, piece_end in pairwise(ordered):
        value = _value_at(rows, key, piece_start)
        if first <= piece_start and piece_end <= end:
            value = change(value)
        pieces.append((piece_start, piece_end, value))
    return [_row(key, *piece) for piece in _merged(pieces) if piece[2] is not None]  # type: ignore[arg-type]


def months_below(
    rows: Sequence[Mapping[str, Any]], key: str, least: Exact, start: Edge, to: Edge, horizon: range
) -> Iterator[Month]:
    """The months of the horizon inside the window in which a row gives less than ``least``."""
    for month in horizon:
        value = _value_at(rows, key, month)
        inside = (start is None or start <= month) and (to is None or month <= to)
        if inside and value is not None and not isinstance(value, str) and value < least:
            yield month


def value_at(rows: Sequence[Mapping[str, Any]], key: str, month: Month) -> Value:
    """What the rows say of a month: the last one that covers it; None where none does."""
    return _value_at(rows, key, month)


def window_of(start: Edge, to: Edge) -> tuple[Month, Month]:
    """The months ``start``..``to`` as the first one and the one after the last; always and never have numbers, too."""
    return _BEFORE if start is None else start, _AFTER if to is None else to + 1


def months_of_row(start: Month, end: Month) -> dict[str, str]:
    """The same as a row of a file has them."""
    first = {} if start == _BEFORE else {"from": format_month(start)}
    return first if end == _AFTER else first | {"to": format_month(end - 1)}


def span_of(row: Mapping[str, Any]) -> tuple[Month, Month]:
    """The months of a row, in these numbers."""
    start = parse_month(row["from"]) if row.get("from") is not None else _BEFORE
    end = parse_month(row["to"]) + 1 if row.get("to") is not None else _AFTER
    return start, max(start, end)


def _value_at(rows: Sequence[Mapping[str, Any]], key: str, month: Month) -> Value:
    for row in reversed(rows):
        start, end = span_of(row)
        if start <= month < end:
            return row[key] if isinstance(row[key], str) else exact(row[key])
    return None


def _merged(pieces: Sequence[tuple[Month, Month, Value]]) -> list[tuple[Month, Month, Value]]:
    """Neighbours with one value as one piece."""
    merged: list[tuple[Month, Month, Value]] = []
    for start, end, value in pieces:
        if merged and merged[-1][2] == value:
            merged[-1] = (merged[-1][0], end, value)
        else:
            merged.append((start, end, value))
    return merged


def _row(key: str, start: Month, end: Month, value: Exact | str) -> dict[str, Any]:
    return {**months_of_row(start, end), key: value if isinstance(value, str) else plain(value)}
