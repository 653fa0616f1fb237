"""The best plan of one candidate beside what is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.accounting.proof import Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import Level, make_levels
from scheduler.solver.engine import Settings, Stop, rounded_up, run
from scheduler.solver.lexicographic import LevelSearch
from scheduler.variables import Scope, Variables


@dataclass(frozen=True, slots=True)
class BestAlone:
    """What one candidate reaches beside what is held: the assignment and, if every level was proved, its level totals.

    A largest share that is no part of a total is not looked at: somebody else may have more.
    ``assignment`` None and ``impossible`` False: not known (time, or stopped).
    """

    candidate: str
    assignment: Assignment | None
    totals: Mapping[str, int]
    proved: bool
    impossible: bool

    @classmethod
    def unknown(cls, candidate_id: str) -> BestAlone:
        """The answer for a candidate who has not been asked about yet."""
        return cls(candidate_id, None, {}, proved=False, impossible=False)


def plan_alone(
    instance: Instance,
    candidate: Candidate,
    held: Occupancy,
    stop: Stop,
    settings: Settings,
    alone: BestAlone | None = None,
) -> BestAlone:
    """Plan one candidate, level by level, beside others who keep what they have.

    ``held``: what those others use. ``alone``: the candidate's best with nobody else there, if it is known; no level is
    then searched below it, and the levels that do not shape the plan are only searched as long as it is reached.
    """
    variables = build_model(Scope(instance, [candidate], held))
    search = LevelSearch(variables, _own_levels(variables), settings.for_few, stop, lambda *_: None)
    known = alone.totals if alone is not None and alone.proved else {}
    own = {level: {candidate.id: total} for level, total in known.items()}
    proofs = search.optimise(own, thorough=alone is None, for_all=False)
    if search.values is None:
        return BestAlone(candidate.id, None, {}, proved=False, impossible=search.infeasible)
    assignment = search.assignments()[candidate.id]
    totals = {proof.target.level: proof.value or 0 for proof in proofs if not proof.target.worst}
    return BestAlone(candidate.id, assignment, totals, proved=proofs.closed, impossible=False)


def _own_levels(variables: Variables) -> list[Level]:
    """Those that are somebody's own: what a municipality waits says nothing of one of its candidates alone."""
    return [level for level in make_levels(variables) if not level.joint]


def least_share(
    instance: Instance, own_best: BestAlone, held: Occupancy, target: Target, settings: Settings, stop: Stop
) -> int:
    """The least that a candidate can have alone of a share that is no part of a total, beside the own best at the
    levels up to it; a bound if there was no time."""
    variables = build_model(Scope(instance, [instance.candidates[own_best.candidate]], held))
    for level in _own_levels(variables):
        variables.model.add(sum(level.terms.values()) <= own_best.totals[level.id])
        if level.id == target.level:
            variables.model.minimize(sum(level.shares().values()))
            break
    outcome = run(variables.model, settings.for_few, stop.worth(settings.limits.cluster_effort))
    return max(rounded_up(outcome.bound), 0)


def own_bounds(alone: Mapping[str, BestAlone]) -> dict[str, dict[str, int]]:
    """Per level and candidate, the least in the solver's units that the candidate can have in any plan.

    Empty unless the best plan of every candidate was proved.
    """
    if not alone or not all(own_best.proved for own_best in alone.values()):
        return {}
    ids = next(iter(alone.values())).totals.keys()
    return {level: {candidate_id: own_best.totals[level] for candidate_id, own_best in alone.items()} for level in ids}


def sum_of(placed: Mapping[str, BestAlone], level: str) -> int:
    """A level's total over these candidates, in the solver's units; those about whom nothing is known count 0."""
    return sum(own_best.totals.get(level, 0) for own_best in placed.values())
