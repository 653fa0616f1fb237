"""Plans grown one candidate at a time: each alone (a bound), then each against what the others have left (a plan)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from scheduler.draft import Draft
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import make_levels
from scheduler.occupancy import Occupancy
from scheduler.search.engine import Settings, Stop
from scheduler.search.levels import LevelSearch
from scheduler.timeline import timeline_of
from scheduler.variables import Scope

SINGLE = Settings(workers=1, presolve=False)  # a model this small is solved before presolve is through: 3x quicker
MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Single:
    """What one candidate reaches beside what is held: the draft and, if every level was proved, its level totals.

    ``draft`` None and ``impossible`` False: not known (time, or stopped).
    """

    candidate: str
    draft: Draft | None
    totals: Mapping[str, int]
    proved: bool
    impossible: bool


def plan_single(
    instance: Instance,
    candidate: Candidate,
    held: Occupancy,
    stop: Stop,
    seed: int = 0,
    alone: Single | None = None,
) -> Single:
    """The best plan of one candidate beside the held ones, level by level.

    With ``alone`` given, proofs are saved where it is met, and effort where it is not.
    """
    variables = build_model(Scope(instance, [candidate], held))
    settings = replace(SINGLE, seed=seed)
    search = LevelSearch(variables, make_levels(variables), settings, stop, lambda *_: None)
    known = alone.totals if alone is not None and alone.proved else {}
    own_bounds = {level: {candidate.id: total} for level, total in known.items()}
    results = search.optimise(own_bounds, thorough=alone is None)
    if search.values is None:
        return Single(candidate.id, None, {}, proved=False, impossible=search.infeasible)
    draft = search.drafts()[candidate.id]
    totals = {result.level.id: result.total.value for result in results}
    return Single(candidate.id, draft, totals, proved=all(r.proved for r in results), impossible=False)


def plan_each_alone(
    instance: Instance, candidates: Iterable[Candidate], held: Occupancy, stop: Stop, settings: Settings
) -> dict[str, Single]:
    """Every candidate as if no other free one existed: nobody can do better in any plan."""

    def alone(candidate: Candidate) -> Single:
        return plan_single(instance, candidate, held, stop, settings.seed)

    with ThreadPoolExecutor(max_workers=min(settings.workers, os.cpu_count() or 1)) as pool:
        return {single.candidate: single for single in pool.map(alone, candidates)}


def grow_plan(
    instance: Instance,
    alone: Mapping[str, Single],
    held: Occupancy,
    stop: Stop,
    seed: int,
    advice: Mapping[str, Advice] | None = None,
) -> dict[str, Single] | None:
    """Place candidates one after another against what is left; None if no order tried lets all of them in.

    The first order puts those with fixed months and the latest finish in front. Whoever did not fit goes to the front
    of the next one, until everybody has got in. With ``advice`` all have a block held for them until it is their turn.
    """
    order = sorted(alone, key=lambda candidate_id: _urgency(instance.candidates[candidate_id], alone[candidate_id]))
    reserved = held.copy()
    for one in order:
        reserved.add(commitment(instance, instance.candidates[one], (advice or {}).get(one)))
    for _ in range(MOST_ROUNDS):
        placed, stuck = _place_in_order(instance, order, alone, reserved, stop, seed)
        if stuck is None:
            return placed
        if stop.over or order[0] == stuck:
            break
        order = [stuck] + [one for one in order if one != stuck]
    return None


def sum_of(placed: Mapping[str, Single], level: str) -> int:
    """A level's total over everybody; 0 for those of whom nothing is known."""
    return sum(single.totals.get(level, 0) for single in placed.values())


def _urgency(candidate: Candidate, single: Single) -> tuple[int, int]:
    return (-len(candidate.fixed), -(single.draft.end if single.draft is not None else 0))


def _place_in_order(
    instance: Instance, order: list[str], alone: Mapping[str, Single], reserved: Occupancy, stop: Stop, seed: int
) -> tuple[dict[str, Single], str | None]:
    """Those placed, and the first candidate who did not fit. ``reserved`` holds what everybody is bound to."""
    occupancy = reserved.copy()
    placed: dict[str, Single] = {}
    for candidate_id in order:
        occupancy.remove(candidate_id)
        single = alone[candidate_id]
        if single.draft is None or not occupancy.fits(single.draft):
            candidate = instance.candidates[candidate_id]
            single = plan_single(instance, candidate, occupancy, stop, seed, alone[candidate_id])
        if single.draft is None:
            return placed, candidate_id
        placed[candidate_id] = single
        occupancy.add(single.draft)
    return placed, None


@dataclass(frozen=True, slots=True)
class Advice:
    """Months (in the horizon, end exclusive) that are to be held for the candidate in a rotation."""

    rotation: str
    start: int
    end: int


def commitment(instance: Instance, candidate: Candidate, advice: Advice | None = None) -> Draft:
    """What the candidate is bound to whatever the plan: fixed months, and the running block until it may end.

    Held for everybody who is not placed yet, so that nobody takes a place that is as good as taken.
    """
    first = instance.first_month(candidate)
    months: list[str | None] = [None] * (instance.end - first)
    timeline = timeline_of(instance, candidate)
    if advice is not None:
        for t in range(advice.start, advice.end):
            months[instance.start + t - first] = advice.rotation
    if candidate.current is not None and not candidate.on_leave(first):
        rotation = instance.rotations[candidate.current.rotation]
        at_least = max(rotation.min_months - timeline.elapsed_current, 1)
        if not rotation.base and (rotation.max_months is None or timeline.elapsed_current < rotation.max_months):
            months[:at_least] = [rotation.id] * at_least
    for row in candidate.fixed:
        for month in range(max(row.span.start, first), min(row.span.end, instance.end)):
            months[month - first] = None if candidate.on_leave(month) else row.rotation
    return Draft(candidate.id, first, tuple(months), candidate.practice, candidate.group.group_id)
