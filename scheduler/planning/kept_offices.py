"""Another plan that is as good at every level, and in which offices change less often.

No level counts such changes, so the months of a best plan may well send somebody to another office who need not have
gone. One model of all who may be concerned is held to what the plan at hand has, and asked for the fewest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.offices import came_from, n_changes, stretches_of
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Candidate, Instance
from scheduler.model import assert_small_numbers, build_model
from scheduler.objective import make_levels, target_of
from scheduler.planning.assign.offices import offices_in_file_order
from scheduler.planning.procedure import Budget
from scheduler.planning.settle import settled
from scheduler.planning.state import Found, State, Task
from scheduler.solver.engine import evaluate, run
from scheduler.variables import CandidateVariables, IntVar, Linear, Literal, Scope, Variables


@dataclass(frozen=True, slots=True)
class KeptOffices:
    """As few changes of office as in any plan as good. ``once_best``: only where the plan at hand is proved best."""

    once_best: bool = False

    def applies(self, state: State) -> bool:
        """Whether the plan at hand is the one to be settled, and has more changes than there must be."""
        if state.plan is None or state.refused or not state.task.stands(state.plan):
            return False
        if self.once_best and state.task.exact and not state.proved:
            return False
        return _n_changes(state.task.instance, state.plan) > _least_of_all(state.task)

    def improve(self, state: State, budget: Budget) -> State:
        """The state with the plan of fewest changes that was found, if any has fewer with the same months."""
        assert state.plan is not None
        task = state.task
        together = {**task.kept, **state.plan.assignments}
        seated = offices_in_file_order(task.instance, together, budget.limits, task.kept)
        found = _of_the_free(task, state.plan, seated)
        if _n_changes(task.instance, found) <= _least_of_all(task):
            return state  # settling will find the same
        other = _fewest(task, found, budget)
        if other is None or _n_changes(task.instance, other) >= _n_changes(task.instance, found):
            return state
        same = task.values(other) == task.values(state.plan)
        fits = same and settled(task.instance, {**task.kept, **other.assignments}, budget.settings, task.kept)
        return replace(state, plan=other) if fits else state


def _of_the_free(task: Task, found: Found, assignments: dict[str, Assignment]) -> Found:
    return replace(found, assignments={candidate.id: assignments[candidate.id] for candidate in task.free})


def _n_changes(instance: Instance, found: Found) -> int:
    return sum(n_changes(instance, assignment) for assignment in found.assignments.values())


def _least_of_all(task: Task) -> int:
    return sum(_least(task.instance, candidate) for candidate in task.free)


def _least(instance: Instance, candidate: Candidate) -> int:
    """How often the candidate's office changes in any plan: in months that all have, by rows that name another one."""
    began = max(candidate.start_latest, instance.door(candidate))
    done = instance.start + min(timeline_of(instance, candidate).earliest_end.values())
    before = came_from(instance, candidate)
    fewest = {} if before is None else {before: 0}
    for row in stretches_of(instance, candidate):
        if row.end > began and row.start < done:
            elsewhere = min(fewest.values(), default=-1) + 1
            fewest = {office: min(fewest.get(office, elsewhere), elsewhere) for office in row.offices}
    return min(fewest.values(), default=0)


def _fewest(task: Task, found: Found, budget: Budget) -> Found | None:
    """The plan as good with the fewest changes; None if none was found."""
    movers = _movers(task, found, budget)
    if task.instance.has_floors and len(movers) < len(task.instance.candidates):
        return None  # nobody would see to them
    variables = _held_to(task, found, movers)
    variables.model.minimize(sum(map(_changes_of, variables.candidates)))
    for key, value in variables.keys({candidate.id: found.assignments[candidate.id] for candidate in movers}):
        if isinstance(key, IntVar):
            variables.model.add_hint(key, value)
    assert_small_numbers(variables)
    values = run(variables.model, budget.settings, budget.stop, budget.limits.office_changes_effort).values
    if values is None:
        return None
    moved = variables.assignments(lambda expression: evaluate(expression, values))
    return replace(found, assignments={**found.assignments, **{each.candidate: each for each in moved}})


def _movers(task: Task, found: Found, budget: Budget) -> list[Candidate]:
    """All who are free; where that would be too many, those who change and some who are in the same offices."""
    if len(task.free) <= budget.limits.one_model_members:
        return task.free
    rows = found.assignments
    changing = [name for name, each in rows.items() if n_changes(task.instance, each)]
    theirs = {office for name in changing for office in rows[name].offices}
    beside = [name for name, each in rows.items() if name not in changing and theirs & {*each.offices}]
    chosen = {*[*changing, *beside][: budget.limits.freed_members]}
    return [candidate for candidate in task.free if candidate.id in chosen]


def _held_to(task: Task, found: Found, movers: list[Candidate]) -> Variables:
    """A model of the movers beside all others, held to what they have at every level."""
    ids = {candidate.id for candidate in movers}
    mine = {name: each for name, each in found.assignments.items() if name in ids}
    others = [each for name, each in {**task.kept, **found.assignments}.items() if name not in ids]
    variables = build_model(Scope(task.instance, movers, Occupancy(task.instance, others)))
    if task.demand is not None:
        task.demand(variables)
    sums = dict(zip(task.targets, task.values(replace(found, assignments=mine)), strict=True))
    all_sums = dict(zip(task.targets, task.values(found), strict=True))
    for level in make_levels(variables):
        total, worst = target_of(level.id), target_of(level.id, worst=True)
        if total in sums:
            variables.model.add(sum(level.terms.values()) <= sums[total])
            for share in level.shares().values() if level.worst else ():
                variables.model.add(share <= all_sums[worst])
    return variables


def _changes_of(candidate: CandidateVariables) -> Linear:
    """How often the office becomes another one in the months of the plan."""
    came = came_from(candidate.variables.instance, candidate.candidate)
    before: dict[str, Literal] = {} if came is None else {came: candidate.variables.true}
    changes: Linear = 0
    for seat in candidate.seats:
        if before:
            changes += _changed(candidate, before, seat.chosen, max(seat.start, candidate.timeline.first))
        before = dict(seat.chosen)
    return changes


def _changed(
    candidate: CandidateVariables, before: dict[str, Literal], after: Mapping[str, Literal], since: int
) -> Literal:
    """A literal that holds if the office is another one from a month of the plan on."""
    variables, changed = candidate.variables, candidate.model.new_bool_var("")
    outside = [variables.at_most(candidate.finish, since)]
    if since > candidate.timeline.first:  # else it is as the plan begins, beside what was before
        outside.append(~variables.at_most(candidate.start, since - 1))
    for office, was_there in before.items():
        candidate.model.add_bool_or(~was_there, after.get(office, variables.false), changed, *outside)
    return changed
