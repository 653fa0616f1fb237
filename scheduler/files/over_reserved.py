"""Reservations of more than there is: what is above it can be nobody's, and the plan goes on with none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from scheduler.exact import Exact, plain
from scheduler.instance.problems import Problem, shown
from scheduler.instance.types import Instance, Reservation
from scheduler.month import Month, format_span, runs

KINDS = ("percent", "places", "shifts")


@dataclass(frozen=True, slots=True)
class _Room:
    """What others may reserve of: whose it is, how much in a month before any reservation, and whose rows come off."""

    whose: str
    at: Callable[[Month], Exact]
    arenas: frozenset[str | None]
    supervisor: str | None

    def touches(self, row: Reservation) -> bool:
        """Whether a reservation comes off this."""
        return row.arena in self.arenas or (row.supervisor is not None and row.supervisor == self.supervisor)


def over_reserved(instance: Instance) -> Iterator[Problem]:
    """A remark for each row with which others have more in some months than there is in them, rows above it included.

    Months in which there is nothing are not spoken of where there is something in others: a window is often rounded up.
    """
    for index, row in enumerate(instance.reservations):
        for kind in KINDS:
            if getattr(row, kind):
                yield from _of_row(instance, index, row, kind)


def _of_row(instance: Instance, index: int, row: Reservation, kind: str) -> Iterator[Problem]:
    ours = range(max(row.span.start, instance.start), min(row.span.end, instance.end))
    for room in filter(None, _rooms(instance, row, kind)):
        others = [other for other in instance.reservations[: index + 1] if room.touches(other)]
        taken = {month: sum(getattr(other, kind) for other in others if month in other.span) for month in ours}
        above = [month for month in ours if taken[month] > room.at(month)]
        never = not any(room.at(month) > 0 for month in range(instance.start, instance.end))
        told = [month for month in above if never or room.at(month) > 0]
        if told:
            first = told[0]
            fields = {
                "kind": kind,
                "reserved": plain(taken[first]),
                "have": plain(room.at(first)),
                "months": ", ".join(format_span(start, end) for start, end, _ in runs((each, None) for each in told)),
            }
            yield Problem("reservation-too-much", ("reservations", index, kind), shown(room.whose), fields=fields)
            return


def _rooms(instance: Instance, row: Reservation, kind: str) -> Iterator[_Room | None]:
    """The arena or supervisor itself, then the limits that the arena is under."""
    if row.supervisor is not None:
        if kind == "places":
            yield _room(row.supervisor, instance.supervisors[row.supervisor].places, supervisor=row.supervisor)
        return
    arena = instance.arenas[row.arena or ""]
    yield _room(arena.id, getattr(arena, kind), frozenset((arena.id,)))
    for limit in instance.limits.values():
        if arena.id in limit.arenas and kind != "shifts":
            yield _room(limit.id, getattr(limit, kind), frozenset(limit.arenas))


def _room(
    whose: str, steps: Any, arenas: frozenset[str | None] = frozenset(), supervisor: str | None = None
) -> _Room | None:
    """What the steps give before reservations; None without a ceiling."""
    if steps is None:
        return None
    return _Room(whose, replace(steps, reserved=()).at, arenas, supervisor)
