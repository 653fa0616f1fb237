"""Clearly different paths for one candidate: the best, the best that is far enough from it, and so on.

"Far enough" counts months: of each earlier path at least so many in which the candidate is now elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.accounting.baseline import with_published
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.objective import away_from, make_levels
from scheduler.plan import Plan, PlanCandidate
from scheduler.planning.assemble import plan_candidate
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.planning.assign.supervisors import assign_supervisors
from scheduler.replanning.affected import baseline_for
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.lexicographic import LevelSearch, solution_for
from scheduler.variables import CandidateVariables, Scope

FIRST_LEVELS = ("delay", "wishes", "moves")  # what everybody is improved by when all are free


@dataclass(frozen=True, slots=True)
class Alternative:
    """Everybody's plan with this path in it; ``proved``: none costs less and is as far from the earlier ones."""

    entries: tuple[PlanCandidate, ...]
    proved: bool


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The paths found; ``no_more``: proved that there is none beside the held ones that is far enough from these."""

    found: tuple[Alternative, ...]
    no_more: bool


def find_alternatives(
    instance: Instance, plan: Plan, candidate_id: str, n: int, apart: int, free: bool, settings: Settings, stop: Stop
) -> Alternatives:
    """The plan's own path and up to ``n - 1`` more, each ``apart`` months from all before it, cheapest first.

    The others stay as the plan has them; with ``free`` they make way where that makes the path cheaper for all.
    """
    assignments = {entry.id: assignment_of(entry) for entry in plan.candidates}
    found = [Alternative(tuple(plan.candidates), proved=True)]
    earlier = [assignments[candidate_id]]
    settling = with_published(instance, baseline_for(instance, plan))  # shifts and supervisors stay where they can
    no_more = False
    while len(found) < n and not stop.over:
        share = stop.within((stop.seconds_left or 60.0) / (n - len(found)))
        held = [
            assignment for each_candidate_id, assignment in assignments.items() if each_candidate_id != candidate_id
        ]
        search = _beside(instance, candidate_id, held, earlier, apart, settings, share)
        made = (
            _everybody(instance, assignments, search, candidate_id, earlier, apart, settings, share) if free else search
        )
        if made.values is None:
            no_more = made.infeasible
            break
        path = _settled(settling, {**assignments, **made.assignments()}, made, settings)
        earlier.append(made.assignments()[candidate_id])
        if path is not None:
            found.append(path)
    return Alternatives(tuple(found), no_more)


def assignment_of(entry: PlanCandidate) -> Assignment:
    """A plan's entry as an assignment."""
    return Assignment(
        entry.id,
        entry.first,
        tuple(row.rotation for row in entry.months),
        entry.practice,
        entry.group,
        {row.month: row.shifts for row in entry.shifts},
    )


class _Search(LevelSearch):
    """A level search that also knows whether it proved everything."""

    proved = False


def _beside(
    instance: Instance,
    candidate_id: str,
    held: Iterable[Assignment],
    earlier: list[Assignment],
    apart: int,
    settings: Settings,
    stop: Stop,
) -> _Search:
    """The best path beside the held ones."""
    variables = build_model(Scope(instance, [instance.candidates[candidate_id]], Occupancy(instance, held)))
    _keep_apart(variables.candidates[0], earlier, apart)
    search = _Search(variables, make_levels(variables), settings.for_few, stop, lambda *_: None)
    proofs = search.optimise({})
    looked_at = {proof.target.level for proof in proofs}
    search.proved = len(looked_at) == len(search.levels) and proofs.closed
    return search


def _everybody(
    instance: Instance,
    assignments: Mapping[str, Assignment],
    beside: _Search,
    candidate_id: str,
    earlier: list[Assignment],
    apart: int,
    settings: Settings,
    stop: Stop,
) -> _Search:
    """The best of everybody together, from the path beside the held ones where there is one."""
    variables = build_model(Scope(instance))
    mine = next(candidate for candidate in variables.candidates if candidate.id == candidate_id)
    _keep_apart(mine, earlier, apart)
    levels = [level for level in make_levels(variables) if level.id in FIRST_LEVELS]
    search = _Search(variables, levels, settings, stop, lambda *_: None)
    if beside.values is not None:
        search.start_from(solution_for(variables, {**assignments, **beside.assignments()}, settings, stop))
    if search.values is None:
        search.find_any()
    if search.values is not None:
        search.proved = search.optimise({}).closed
    return search


def _keep_apart(candidate: CandidateVariables, earlier: list[Assignment], apart: int) -> None:
    for assignment in earlier:
        months = {month: (rotation, 1) for month, rotation in _service(assignment)}
        candidate.model.add(away_from(candidate, months) >= apart)


def _service(assignment: Assignment) -> Iterator[tuple[int, str]]:
    for number, rotation in enumerate(assignment.rotations):
        if rotation is not None:
            yield assignment.first + number, rotation


def _settled(
    instance: Instance, assignments: Mapping[str, Assignment], search: _Search, settings: Settings
) -> Alternative | None:
    """Everybody written out, with shifts and supervisors; None if there are not enough of either."""
    in_order = {candidate_id: assignments[candidate_id] for candidate_id in instance.candidates}
    with_shifts = spread_shifts(instance, in_order)
    supervision = None if with_shifts is None else assign_supervisors(instance, with_shifts, settings)
    if with_shifts is None or supervision is None:
        return None
    entries = tuple(
        plan_candidate(
            instance,
            assignment,
            supervision.get(candidate_id, {}),
            finished=not timeline_of(instance, instance.candidates[candidate_id]).unfinished,
        )
        for candidate_id, assignment in with_shifts.items()
    )
    return Alternative(entries, search.proved)
