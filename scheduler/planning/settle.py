"""What is decided after the rotations: groups, offices, shifts and supervisors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from scheduler.accounting.proof import Proof, Proofs, as_it_is
from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy
from scheduler.planning.assemble import values_of
from scheduler.planning.assign.groups import earliest_groups
from scheduler.planning.assign.in_turn import Supervision
from scheduler.planning.assign.offices import offices_in_file_order
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.planning.assign.supervisors import assign_supervisors
from scheduler.planning.own_best import sum_of
from scheduler.planning.procedure import Budget, Finishing
from scheduler.planning.state import Found, Result, State, Task
from scheduler.solver.engine import Settings


def settled(
    instance: Instance, assignments: Mapping[str, Assignment], settings: Settings, kept: Collection[str] = ()
) -> tuple[dict[str, Assignment], Supervision] | None:
    """Everybody's assignments with groups, offices and shifts, and supervisors, in the instance's order.

    None if any of them does not fit. Those ``kept`` stay in the groups and offices that they have.
    """
    in_order = {candidate_id: assignments[candidate_id] for candidate_id in instance.candidates}
    grouped = earliest_groups(instance, in_order, kept)
    seated = None if grouped is None else offices_in_file_order(instance, grouped, settings.limits, kept)
    with_shifts = None if seated is None else spread_shifts(instance, seated)
    supervision = None if with_shifts is None else assign_supervisors(instance, with_shifts, settings)
    return None if with_shifts is None or supervision is None else (with_shifts, supervision)


@dataclass(frozen=True, slots=True)
class Settle(Finishing):
    """Make the plan at hand the result. ``once_best``: only where it is proved best."""

    once_best: bool = False

    def applies(self, state: State) -> bool:
        """Whether there is a plan that has not been refused."""
        if state.plan is None or state.refused or not state.task.stands(state.plan):
            return False
        return not self.once_best or state.proved or not state.task.exact

    def improve(self, state: State, budget: Budget) -> State:
        """The state with the result, or with the plan refused."""
        assert state.plan is not None
        result = _result(state, state.plan, budget)
        return replace(state, refused=True) if result is None else replace(state, result=result)


@dataclass(frozen=True, slots=True)
class SettleEarlier(Finishing):
    """Where the best plan leaves too few shifts or supervisors: take an earlier plan instead."""

    def applies(self, state: State) -> bool:
        """Where there is one."""
        return bool(state.earlier)

    def improve(self, state: State, budget: Budget) -> State:
        """The state with the first that goes as the result."""
        for found in filter(state.task.stands, state.earlier):
            result = _result(state, found, budget)
            if result is not None:
                return replace(state, result=result)
        return state


def _result(state: State, found: Found, budget: Budget) -> Result | None:
    task = state.task
    budget.happened("settle")
    everybody = settled(task.instance, {**task.kept, **found.assignments}, budget.settings, task.kept)
    if everybody is None:
        return None
    assignments, supervision = everybody
    strategy = FoundBy.BESIDE_PUBLISHED if task.kept else found.by
    proofs = _proofs_of_all(task, found.proofs if len(found.proofs) else _known_of(state, found), assignments)
    return Result(assignments, supervision, proofs, strategy, alone=state.alone)


def _known_of(state: State, found: Found) -> Proofs:
    """What is known of every plan, held against one that no search of the levels has looked at: time ran out first."""
    task, known = state.task, state.known
    if not len(known) and state.alone_proved and not task.targets[0].largest:
        known = Proofs((Proof(task.targets[0], sum_of(state.alone, task.targets[0].level)),))
    values = dict(zip(task.targets, task.values(found), strict=True))
    return Proofs(tuple(replace(proof, value=values[proof.target]) for proof in known if proof.target in values))


def _proofs_of_all(task: Task, proofs: Proofs, assignments: Mapping[str, Assignment]) -> Proofs:
    """Those who were kept are what they are."""
    if not task.kept:
        return proofs
    staying = as_it_is(
        values_of(
            task.instance, [assignments[candidate_id] for candidate_id in assignments if candidate_id in task.kept]
        )
    )
    return Proofs.beside([staying, proofs])
