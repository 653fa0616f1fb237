"""Clearly different paths for one candidate: the best, the best that is far enough from it, and so on.

"Far enough" counts months: of each earlier path at least so many in which the candidate is now elsewhere.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from scheduler.accounting.baseline import with_published
from scheduler.instance.assignment import Assignment
from scheduler.instance.offices import wide_enough_for
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.objective import away_from
from scheduler.plan import Plan, PlanCandidate
from scheduler.planning.assemble import assignment_of, plan_candidate
from scheduler.planning.one_model import OneModel
from scheduler.planning.procedure import Budget, Procedure, follow
from scheduler.planning.settle import settled
from scheduler.planning.state import Demand, Found, State, Task
from scheduler.replanning.affected import baseline_for
from scheduler.solver.engine import Settings, Stop
from scheduler.variables import Variables

FIRST_LEVELS = frozenset(["delay", "wishes", "away", "moves"])  # what everybody is improved by when all are free
TOGETHER: tuple[Procedure, ...] = (OneModel(),)


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
    instance: Instance,
    plan: Plan,
    candidate_id: str,
    n: int,
    apart: int,
    free: bool,
    settings: Settings,
    stop: Stop,
    held: Mapping[str, Container[Month]] = MappingProxyType({}),
) -> Alternatives:
    """The plan's own path and up to ``n - 1`` more, each ``apart`` months from all before it, cheapest first.

    The others stay as the plan has them; with ``free`` they make way where that makes the path cheaper for all.
    ``held``: months in which somebody stays where the plan has them, whoever makes way.
    """
    assignments = {entry.id: assignment_of(instance, entry) for entry in plan.candidates}
    instance = wide_enough_for(instance, assignments.values())
    others = {each_id: assignment for each_id, assignment in assignments.items() if each_id != candidate_id}
    found = [Alternative(tuple(plan.candidates), proved=True)]
    earlier = [assignments[candidate_id]]
    settling = with_published(instance, baseline_for(instance, plan))  # shifts and supervisors stay where they can
    while len(found) < n and not stop.over:
        budget = Budget(settings, stop.within((stop.seconds_left or settings.limits.paths_s) / (n - len(found))))
        demand = _all_of(_apart_from(candidate_id, earlier, apart), _held(assignments, held))
        made = follow(TOGETHER, State(Task(instance, others, demand=demand)), budget)
        if free:
            everybody = Task(instance, demand=demand, levels=FIRST_LEVELS)
            made = follow(TOGETHER, State(everybody, plan=_with(assignments, made.plan)), budget)
        if made.plan is None or (free and not made.task.stands(made.plan)):
            return Alternatives(tuple(found), no_more=made.impossible is not None)
        path = _settled(settling, {**assignments, **made.plan.assignments}, made.proved, settings)
        earlier.append(made.plan.assignments[candidate_id])
        if path is not None:
            found.append(path)
    return Alternatives(tuple(found), no_more=False)


def _with(assignments: Mapping[str, Assignment], beside: Found | None) -> Found | None:
    """Everybody's plan with the path beside the others, if there is one; nothing is proved of it."""
    return None if beside is None else Found({**assignments, **beside.assignments}, beside.by)


def _apart_from(candidate_id: str, earlier: Sequence[Assignment], apart: int) -> Demand:
    """That the candidate's path is so many months away from each of the earlier ones."""
    service = [{month: (rotation, 1) for month, rotation in _service(assignment)} for assignment in earlier]

    def state(variables: Variables) -> None:
        mine = next(candidate for candidate in variables.candidates if candidate.id == candidate_id)
        for months in service:
            variables.model.add(away_from(mine, months) >= apart)

    return state


def _held(assignments: Mapping[str, Assignment], held: Mapping[str, Container[Month]]) -> Demand:
    """That these candidates are where their plan has them, in these months."""
    service = {
        candidate_id: {
            month: (rotation, 1) for month, rotation in _service(assignments[candidate_id]) if month in months
        }
        for candidate_id, months in held.items()
    }

    def state(variables: Variables) -> None:
        for mine in variables.candidates:
            if months := service.get(mine.id):
                variables.model.add(away_from(mine, months) == 0)

    return state


def _all_of(*demands: Demand) -> Demand:
    def state(variables: Variables) -> None:
        for demand in demands:
            demand(variables)

    return state


def _service(assignment: Assignment) -> Iterator[tuple[int, str]]:
    for number, rotation in enumerate(assignment.rotations):
        if rotation is not None:
            yield assignment.first + number, rotation


def _settled(
    instance: Instance, assignments: Mapping[str, Assignment], proved: bool, settings: Settings
) -> Alternative | None:
    """Everybody written out, with shifts and supervisors; None if there are not enough of either."""
    everybody = settled(instance, assignments, settings)
    if everybody is None:
        return None
    with_shifts, supervision = everybody
    entries = tuple(
        plan_candidate(instance, assignment, supervision.get(candidate_id, {}))
        for candidate_id, assignment in with_shifts.items()
    )
    return Alternative(entries, proved)
