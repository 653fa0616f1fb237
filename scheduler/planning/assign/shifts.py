"""Legevakt shifts month by month once the rotations are settled: a flow, spread out and done in good time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]

from scheduler.accounting import published_for
from scheduler.constraints import RULES
from scheduler.constraints.complete import complete, last_complete_before
from scheduler.constraints.finishing import gains_by_staying
from scheduler.instance.assignment import Assignment
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.assemble import as_planned

if TYPE_CHECKING:
    from scheduler.month import Month

GOOD_TIME = 6  # months between the last shift and the finish: a half-yearly meeting, at which goals are assessed
SECOND_SHIFT = 1000  # dearer than any distance in months: one shift in each of two months before two in one
OVERDUE_SHIFT = 10_000  # dearer still: four shifts in one month before one that comes when all could be finished
NEW_SHIFT = 100_000  # dearer still: a published shift stays where it is
LATE_SHIFT = 10**9  # dear not to have: the shift that a finish waits for


@dataclass(frozen=True, slots=True)
class _Seat:
    """One more shift of a candidate in a month, and what it costs to have it there."""

    candidate: str
    month: Month
    cost: int


def spread_shifts(instance: Instance, assignments: Mapping[str, Assignment]) -> dict[str, Assignment] | None:
    """Assignments with their missing shifts; None if the rosters have no room for them all.

    A candidate who needs n shifts has n ideal months, evenly spaced over those that allow shifts until half a year
    before the earliest finish (goals wait for shifts, and are then assessed before the last month); a shift costs its
    distance to the nearest of them, more if the month has one already, and most after the earliest finish, so that
    shifts are never what delays somebody where there is room for them. Unfinished candidates get what fits.
    Published shifts stay where they can. Where a plan that goes on (for a floor, say) has everything else before its
    finish, one shift comes after that: the finish waits for it.
    """
    in_order = [assignments[candidate_id] for candidate_id in instance.candidates if candidate_id in assignments]
    wanted = {assignment.candidate: _wanted(instance, assignment) for assignment in in_order}
    seats = [seat for assignment in in_order for seat in _seats(instance, assignment, wanted[assignment.candidate])]
    must = {candidate_id for candidate_id in assignments if _finishes(instance, assignments[candidate_id])}
    if any(
        instance.candidates[each_candidate_id].legevakt_arena is None
        for each_candidate_id in must
        if wanted[each_candidate_id]
    ):
        return None
    done = {
        each_candidate_id: _done_but_for_shifts(instance, assignments[each_candidate_id], wanted[each_candidate_id])
        for each_candidate_id in must
    }
    waits = {each_candidate_id: month for each_candidate_id, month in done.items() if month is not None}
    taken = _flow(instance, seats, wanted, waits)
    shifts: dict[str, dict[Month, int]] = {candidate_id: {} for candidate_id in assignments}
    for seat in taken:
        shifts[seat.candidate][seat.month] = shifts[seat.candidate].get(seat.month, 0) + 1
    if any(sum(shifts[each_candidate_id].values()) < wanted[each_candidate_id] for each_candidate_id in must):
        return None
    if any(max(shifts[each_candidate_id]) <= month for each_candidate_id, month in waits.items()):
        return None
    return {
        each_candidate_id: replace(assignment, shifts=dict(sorted(shifts[each_candidate_id].items())))
        for each_candidate_id, assignment in assignments.items()
    }


def _wanted(instance: Instance, assignment: Assignment) -> int:
    """The shifts still missing; less one of who leaves without the training, and would be done with them all."""
    missing = instance.candidates[assignment.candidate].shifts_missing
    if not missing or assignment.completes or not assignment.rotations:
        return missing
    with_all = as_planned(instance, replace(assignment, shifts={assignment.first: missing}))
    return missing - complete(RULES, with_all)


def _done_but_for_shifts(instance: Instance, assignment: Assignment, n_wanted: int) -> Month | None:
    """The last month before the finish at whose end only shifts are missing, in a plan that may go on for a gain."""
    candidate = instance.candidates[assignment.candidate]
    if not n_wanted or not gains_by_staying(instance, candidate, timeline_of(instance, candidate)):
        return None
    early = replace(assignment, shifts={assignment.first: n_wanted})
    return last_complete_before(RULES, as_planned(instance, early))


def _finishes(instance: Instance, assignment: Assignment) -> bool:
    if not assignment.rotations:  # done within the frozen months
        return False
    return assignment.completes and not timeline_of(instance, instance.candidates[assignment.candidate]).unfinished


def _seats(instance: Instance, assignment: Assignment, n_wanted: int) -> list[_Seat]:
    months = [month for month in range(assignment.first, assignment.end) if _on_duty(instance, assignment, month)]
    if not months or not n_wanted:
        return []
    candidate = instance.candidates[assignment.candidate]
    due = _due(instance, assignment)
    window = _in_good_time(months, due, n_wanted)
    ideal = [window[(2 * k + 1) * len(window) // (2 * n_wanted)] for k in range(n_wanted)]
    seats = []
    for month in months:
        distance = min(abs(month - each_month) for each_month in ideal)
        kept = _published(instance, candidate, month)
        for number in range(candidate.most_shifts(month)):
            above_pace = max(number - max(ideal.count(month) - 1, 0), 0)
            cost = distance + SECOND_SHIFT * above_pace + OVERDUE_SHIFT * (month > due) + NEW_SHIFT
            seats.append(_Seat(assignment.candidate, month, 0 if number < kept else cost))
    return seats


def _due(instance: Instance, assignment: Assignment) -> Month:
    """The month by whose end all shifts are to be done: that of the earliest finish, or of an earlier one."""
    earliest = as_planned(instance, assignment).earliest_finish
    return min(earliest, assignment.end - 1) if _finishes(instance, assignment) else earliest


def _in_good_time(months: list[Month], due: Month, n_wanted: int) -> list[Month]:
    """The months to spread over: until half a year before the last one is due; more where that is less than one each.

    >>> _in_good_time([1, 2, 3, 4, 5, 6, 7, 8, 9], 8, 3)
    [1, 2, 3]
    """
    in_time = [month for month in months if month <= due] or months
    early = sum(month <= due - GOOD_TIME for month in in_time)
    return in_time[: max(early, n_wanted)]


def _published(instance: Instance, candidate: Candidate, month: Month) -> int:
    """How many published shifts the month has."""
    published = published_for(instance, candidate)
    return 0 if published is None else published.shifts.get(month, 0)


def _on_duty(instance: Instance, assignment: Assignment, month: Month) -> bool:
    candidate, rotation_id = instance.candidates[assignment.candidate], assignment.rotation_at(month)
    on_duty = rotation_id is not None and instance.rotations[rotation_id].legevakt
    return on_duty and candidate.may_take_shifts(month)


def _flow(instance: Instance, seats: list[_Seat], wanted: Mapping[str, int], waits: Mapping[str, Month]) -> list[_Seat]:
    """As many shifts as possible at the least cost: candidate -> seat -> roster's month -> sink.

    Whose finish waits for a shift after a month (``waits``) gains by one there, and only by one: through a node of its
    own, of capacity 1.
    """
    flow = min_cost_flow.SimpleMinCostFlow()
    nodes: dict[object, int] = {}

    def node(key: object) -> int:
        return nodes.setdefault(key, len(nodes))

    def arc(begin: object, end: object, most: int, cost: int = 0) -> int:
        return int(flow.add_arc_with_capacity_and_unit_cost(node(begin), node(end), most, cost))

    taken = []
    rosters = set()
    for number, seat in enumerate(seats):
        roster = instance.candidates[seat.candidate].legevakt_arena
        rosters.add((roster, seat.month))
        arc(seat.candidate, number, 1, seat.cost)
        if seat.candidate in waits and seat.month > waits[seat.candidate]:
            arc(("late", seat.candidate), number, 1, seat.cost)
        taken.append(arc(number, (roster, seat.month), 1))
    for candidate_id in dict.fromkeys(seat.candidate for seat in seats):
        arc("source", candidate_id, wanted[candidate_id])
        if candidate_id in waits:
            arc(candidate_id, ("late", candidate_id), 1, -LATE_SHIFT)
    for roster, month in sorted(rosters, key=str):
        steps = instance.arenas[roster or ""].shifts
        room = sum(wanted.values()) if steps is None else max(steps.at(month), 0)
        arc((roster, month), "sink", room)
    total = sum(wanted.values())
    flow.set_node_supply(node("source"), total)
    flow.set_node_supply(node("sink"), -total)
    flow.solve_max_flow_with_min_cost()
    return [seat for seat, in_use in zip(seats, taken, strict=True) if flow.flow(in_use)]
