"""What others use of a place, edited month by month: rows of ``reservations``, which have no id of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from scheduler.changes.steps import Edge, Rows, months_of_row, span_of, window_of
from scheduler.exact import Exact, exact, plain
from scheduler.month import Month

Row = Mapping[str, Any]
AMOUNTS = ("places", "percent", "shifts")


def reserved_in(rows: Sequence[Row], key: str, month: Month) -> Exact:
    """What is reserved in a month, in all rows together."""
    spans = ((row, *span_of(row)) for row in rows)
    return sum(exact(row.get(key) or 0) for row, start, end in spans if start <= month < end)


def with_reserved(
    rows: Sequence[Row], subject: Row, key: str, change: Callable[[Exact], Exact], start: Edge, to: Edge
) -> Rows:
    """The rows with ``change`` applied to what is reserved in all of them together, in the months ``start``..``to``.

    ``subject`` is the arena or the supervisor, as a row has it: what is more is a row of that alone. What is less goes
    from the last row first, and a row in which nothing is reserved any more goes.

    >>> ward = {"arena": "ward"}
    >>> with_reserved([{**ward, "places": 2}], ward, "places", lambda now: now - 1, 24331, None)
    [{'arena': 'ward', 'places': 2, 'to': '2027-07'}, {'arena': 'ward', 'places': 1, 'from': '2027-08'}]
    """
    first, end = window_of(start, to)
    mine = [row for row in rows if row.items() >= subject.items()]
    edges = sorted({first, end, *(edge for row in mine for edge in span_of(row))})
    pieces: list[list[dict[str, Any]]] = [[] for _ in (*mine, subject)]
    for begin, stop in pairwise(edges):
        there = [dict(row) if span_of(row)[0] <= begin < span_of(row)[1] else {} for row in mine] + [dict(subject)]
        if first <= begin < end:
            _make_sum(there, key, change(sum(exact(row.get(key) or 0) for row in there)))
        for pieces_of_one, row in zip(pieces, there, strict=True):
            if any(row.get(amount) for amount in AMOUNTS):
                pieces_of_one.append({**row, "from": begin, "to": stop})
    others = [dict(row) for row in rows if not row.items() >= subject.items()]
    return [*others, *(row for pieces_of_one in pieces for row in _joined(pieces_of_one))]


def _make_sum(there: list[dict[str, Any]], key: str, wanted: Exact) -> None:
    """Take what is too much from the last of the rows on; put what is too little into the last, which is new."""
    excess = sum(exact(row.get(key) or 0) for row in there) - wanted
    if excess < 0:
        there[-1][key] = plain(-excess)
    for row in reversed(there):
        taken = min(exact(row.get(key) or 0), excess)
        if taken > 0:
            left, excess = exact(row.pop(key)) - taken, excess - taken
            row |= {key: plain(left)} if left else {}


def _joined(pieces: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pieces that follow each other and say the same as one row, its months as files have them."""
    at = 0
    while at < len(pieces):
        last = at
        while (
            last + 1 < len(pieces)
            and _says(pieces[last + 1]) == _says(pieces[at])
            and pieces[last + 1]["from"] == pieces[last]["to"]
        ):
            last += 1
        yield _says(pieces[at]) | months_of_row(pieces[at]["from"], pieces[last]["to"])
        at = last + 1


def _says(piece: Row) -> dict[str, Any]:
    return {key: value for key, value in piece.items() if key not in ("from", "to")}
