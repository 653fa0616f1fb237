"""Who is in which arena when, and how those placements are laid into the arena's places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduler.accounting import spans
from scheduler.exact import Exact
from scheduler.instance.types import PRACTICE, Arena
from scheduler.month import Month, runs
from scheduler.plan import PlanCandidate
from scheduler.report.gantt.before import gone
from scheduler.report.gantt.chart import FULL, Chart
from scheduler.report.gantt.free_places import heads
from scheduler.report.sheet import clean

_MOST_FREE_LANES = 12


@dataclass(frozen=True, slots=True)
class Placement:
    """Somebody's months in an arena, with the share of the week; ``candidate`` None: others who use the place.

    Compared with a plan before: ``came`` are the months in which the candidate was not here; a placement that ``left``
    is of that plan only.
    """

    start: Month
    end: Month
    candidate: str | None
    label: str
    share: Exact
    came: tuple[Month, ...] = ()
    left: bool = False


def placements_by_arena(chart: Chart) -> dict[str, list[Placement]]:
    """Who is in which arena when, by arena, in order of start; reservations of places first."""
    result: dict[str, list[Placement]] = {}
    for reservation in chart.instance.reservations:
        if reservation.arena is None:
            continue
        span = reservation.span
        for _ in range(reservation.places):
            placement = Placement(span.start, span.end, None, "" if chart.anonymise else clean(reservation.who), FULL)
            result.setdefault(reservation.arena, []).append(placement)
    for candidate in [*chart.people, *gone(chart)]:
        for arena, placement in _compared_placements(chart, candidate):
            result.setdefault(arena, []).append(placement)
    return {arena: sorted(here, key=lambda placement: placement.start) for arena, here in result.items()}


def _compared_placements(chart: Chart, candidate: PlanCandidate) -> list[tuple[str, Placement]]:
    """A candidate's placements, with what came since the plan before, and what left."""
    old = chart.old.get(candidate.id)
    placements = [] if candidate.id not in chart.ids else _candidate_placements(chart, candidate)
    if chart.before is None:
        return placements
    old_placements = _candidate_placements(chart, old) if old is not None else []
    now, then = _presence(placements), _presence(old_placements)
    result = [
        (
            arena,
            replace(
                placement,
                came=tuple(month for month in range(placement.start, placement.end) if (arena, month) not in then),
            ),
        )
        for arena, placement in placements
    ]
    for arena, placement in old_placements:
        months = [month for month in range(placement.start, placement.end) if (arena, month) not in now]
        result += [(arena, replace(placement, start=span.start, end=span.end, left=True)) for span in spans(months)]
    return result


def _presence(placements: Sequence[tuple[str, Placement]]) -> set[tuple[str, Month]]:
    return {(arena, month) for arena, placement in placements for month in range(placement.start, placement.end)}


def _candidate_placements(chart: Chart, candidate: PlanCandidate) -> list[tuple[str, Placement]]:
    """A candidate's placements; months in a row with the same share of the week are one."""
    placements: list[tuple[str, Placement]] = []
    open_at: dict[tuple[str, Exact], int] = {}
    for part in chart.segments(candidate):
        if part.rotation is None:
            continue
        rotation = chart.instance.rotations.get(part.rotation)  # a plan before may have others
        months = range(part.start, part.end)
        for name, share in rotation.mix.items() if rotation is not None else ():
            places = ((month, candidate.practice_at(month) if name == PRACTICE else name) for month in months)
            for start, end, arena in runs(places):
                if arena is None:
                    continue
                at = open_at.get((arena, share))
                if at is not None and placements[at][1].end == start:
                    placements[at] = (arena, replace(placements[at][1], end=end))
                else:
                    open_at[arena, share] = len(placements)
                    placements.append((arena, Placement(start, end, candidate.id, "", share)))
    return placements


def lanes_of(chart: Chart, arena: Arena, placements: Sequence[Placement]) -> list[tuple[Placement, ...]]:
    """Pack placements into lanes, into places that exist where possible; at least one lane, and one for each free
    place."""
    lanes: list[list[Placement]] = []
    for placement in (placement for placement in placements if not placement.left):
        free = [at for at, lane in enumerate(lanes) if lane[-1].end <= placement.start]
        good = [at for at in free if all(at < (heads(chart, arena, month) or 0) for month in _within(chart, placement))]
        if free:
            lanes[(good or free)[0]].append(placement)
        else:
            lanes.append([placement])
    places = max((heads(chart, arena, month) or 0 for month in range(chart.start, chart.end)), default=0)
    wanted = max(1, min(places, _MOST_FREE_LANES))
    lanes += [[] for _ in range(wanted - len(lanes))]
    return [tuple(lane) for lane in [*lanes, *_lanes_left(placements)]]


def _lanes_left(placements: Sequence[Placement]) -> list[list[Placement]]:
    """Those who are not here any more, in lanes of their own below the places."""
    lanes: list[list[Placement]] = []
    for placement in (placement for placement in placements if placement.left):
        free = next((lane for lane in lanes if lane[-1].end <= placement.start), None)
        if free is None:
            lanes.append([placement])
        else:
            free.append(placement)
    return lanes


def _within(chart: Chart, placement: Placement) -> range:
    return range(max(placement.start, chart.start), min(placement.end, chart.end))
