"""Every candidate alone: the best plan beside what is held, and a bound, since nobody does better in any plan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import make_levels
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.lexicographic import LevelSearch
from scheduler.variables import Scope


@dataclass(frozen=True, slots=True)
class BestAlone:
    """What one candidate reaches beside what is held: the assignment and, if every level was proved, its level totals.

    ``assignment`` None and ``impossible`` False: not known (time, or stopped).
    """

    candidate: str
    assignment: Assignment | None
    totals: Mapping[str, int]
    proved: bool
    impossible: bool


def plan_alone(
    instance: Instance,
    candidate: Candidate,
    held: Occupancy,
    stop: Stop,
    settings: Settings,
    alone: BestAlone | None = None,
) -> BestAlone:
    """The best plan of one candidate beside the held ones, level by level.

    With ``alone`` given, proofs are saved where it is met, and effort where it is not.
    """
    variables = build_model(Scope(instance, [candidate], held))
    search = LevelSearch(variables, make_levels(variables), settings.for_few, stop, lambda *_: None)
    known = alone.totals if alone is not None and alone.proved else {}
    own = {level: {candidate.id: total} for level, total in known.items()}
    proofs = search.optimise(own, thorough=alone is None)
    if search.values is None:
        return BestAlone(candidate.id, None, {}, proved=False, impossible=search.infeasible)
    assignment = search.assignments()[candidate.id]
    totals = {proof.target.level: proof.value or 0 for proof in proofs if not proof.target.worst}
    return BestAlone(candidate.id, assignment, totals, proved=proofs.closed, impossible=False)


def own_bounds(alone: Mapping[str, BestAlone]) -> dict[str, dict[str, int]]:
    """Per level what each candidate reaches alone, as long as everybody's was proved."""
    if not all(own_best.proved for own_best in alone.values()):
        return {}
    ids = next(iter(alone.values())).totals.keys()
    return {level: {candidate_id: own_best.totals[level] for candidate_id, own_best in alone.items()} for level in ids}


def plan_each_alone(
    instance: Instance, candidates: Iterable[Candidate], held: Occupancy, stop: Stop, settings: Settings
) -> dict[str, BestAlone]:
    """Every candidate as if no other free one existed: nobody can do better in any plan."""

    def alone(candidate: Candidate) -> BestAlone:
        return plan_alone(instance, candidate, held, stop, settings)

    with ThreadPoolExecutor(max_workers=min(settings.workers, os.cpu_count() or 1)) as pool:
        return {own_best.candidate: own_best for own_best in pool.map(alone, candidates)}


def sum_of(placed: Mapping[str, BestAlone], level: str) -> int:
    """A level's total over everybody; 0 for those of whom nothing is known."""
    return sum(own_best.totals.get(level, 0) for own_best in placed.values())
