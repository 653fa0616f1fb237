"""Who is in which arena when, and how those stays are laid into the arena's places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduler.instance.types import PRACTICE, Arena
from scheduler.month import Month
from scheduler.plan import PlanCandidate
from scheduler.report.gantt.before import gone
from scheduler.report.gantt.chart import FULL, Chart, runs_of
from scheduler.report.gantt.room import heads
from scheduler.report.style import clean

_MOST_FREE_LANES = 12


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's months in an arena, with the share of the week; ``candidate`` None: others who use the place.

    Compared with a plan before: ``came`` are the months in which the candidate was not here; a stay that ``left`` is of
    that plan only.
    """

    start: Month
    end: Month
    candidate: str | None
    label: str
    share: int
    came: tuple[Month, ...] = ()
    left: bool = False


def stays_by_arena(chart: Chart) -> dict[str, list[Stay]]:
    """Who is in which arena when, by arena, in order of start; reservations of places first."""
    result: dict[str, list[Stay]] = {}
    for reservation in chart.instance.reservations:
        span = reservation.span
        for _ in range(reservation.places):
            stay = Stay(span.start, span.end, None, "" if chart.anonymise else clean(reservation.who), FULL)
            result.setdefault(reservation.arena, []).append(stay)
    for candidate in [*chart.people, *gone(chart)]:
        for arena, stay in _compared_stays(chart, candidate):
            result.setdefault(arena, []).append(stay)
    return {arena: sorted(here, key=lambda stay: stay.start) for arena, here in result.items()}


def _compared_stays(chart: Chart, candidate: PlanCandidate) -> list[tuple[str, Stay]]:
    """A candidate's stays, with what came since the plan before, and what left."""
    old = chart.old.get(candidate.id)
    stays = [] if candidate.id not in chart.ids else _candidate_stays(chart, candidate)
    if chart.before is None:
        return stays
    old_stays = _candidate_stays(chart, old) if old is not None else []
    now, then = _presence(stays), _presence(old_stays)
    result = [
        (arena, replace(stay, came=tuple(month for month in range(stay.start, stay.end) if (arena, month) not in then)))
        for arena, stay in stays
    ]
    for arena, stay in old_stays:
        months = [month for month in range(stay.start, stay.end) if (arena, month) not in now]
        result += [(arena, replace(stay, start=start, end=end, left=True)) for start, end in runs_of(months)]
    return result


def _presence(stays: Sequence[tuple[str, Stay]]) -> set[tuple[str, Month]]:
    return {(arena, month) for arena, stay in stays for month in range(stay.start, stay.end)}


def _candidate_stays(chart: Chart, candidate: PlanCandidate) -> list[tuple[str, Stay]]:
    """A candidate's stays; months in a row with the same share of the week are one."""
    stays: list[tuple[str, Stay]] = []
    open_at: dict[tuple[str, int], int] = {}
    for part in chart.segments(candidate):
        if part.rotation is None:
            continue
        rotation = chart.instance.rotations.get(part.rotation)  # a plan before may have others
        for name, share in rotation.mix.items() if rotation is not None else ():
            arena = candidate.practice if name == PRACTICE else name
            if arena is None:
                continue
            at = open_at.get((arena, share))
            if at is not None and stays[at][1].end == part.start:
                stays[at] = (arena, replace(stays[at][1], end=part.end))
            else:
                open_at[arena, share] = len(stays)
                stays.append((arena, Stay(part.start, part.end, candidate.id, "", share)))
    return stays


def lanes_of(chart: Chart, arena: Arena, stays: Sequence[Stay]) -> list[tuple[Stay, ...]]:
    """Pack stays into lanes, into places that exist where possible; at least one lane, and one for each free place."""
    lanes: list[list[Stay]] = []
    for stay in (stay for stay in stays if not stay.left):
        free = [at for at, lane in enumerate(lanes) if lane[-1].end <= stay.start]
        good = [at for at in free if all(at < (heads(chart, arena, month) or 0) for month in _within(chart, stay))]
        if free:
            lanes[(good or free)[0]].append(stay)
        else:
            lanes.append([stay])
    places = max((heads(chart, arena, month) or 0 for month in range(chart.start, chart.end)), default=0)
    wanted = max(1, min(places, _MOST_FREE_LANES))
    lanes += [[] for _ in range(wanted - len(lanes))]
    return [tuple(lane) for lane in [*lanes, *_lanes_left(stays)]]


def _lanes_left(stays: Sequence[Stay]) -> list[list[Stay]]:
    """Those who are not here any more, in lanes of their own below the places."""
    lanes: list[list[Stay]] = []
    for stay in (stay for stay in stays if stay.left):
        free = next((lane for lane in lanes if lane[-1].end <= stay.start), None)
        if free is None:
            lanes.append([stay])
        else:
            free.append(stay)
    return lanes


def _within(chart: Chart, stay: Stay) -> range:
    return range(max(stay.start, chart.start), min(stay.end, chart.end))
