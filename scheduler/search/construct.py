"""Plans grown one candidate at a time: each alone (a bound), then each against what the others have left (a plan)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scheduler.draft import Draft
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import make_levels
from scheduler.occupancy import Occupancy
from scheduler.search.engine import Settings, Stop
from scheduler.search.levels import LevelSearch
from scheduler.variables import Scope

MOST_RESTARTS = 40


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


def plan_single(instance: Instance, candidate: Candidate, held: Occupancy, stop: Stop, seed: int = 0) -> Single:
    """The best plan of one candidate beside the held ones, level by level."""
    variables = build_model(Scope(instance, [candidate], held))
    settings = Settings(workers=1, seed=seed)
    search = LevelSearch(variables, make_levels(variables), settings, stop, lambda *_: None)
    results = search.optimise({})
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

    with ThreadPoolExecutor(max_workers=max(settings.workers, 1)) as pool:
        return {single.candidate: single for single in pool.map(alone, candidates)}


def grow_plan(
    instance: Instance, alone: Mapping[str, Single], held: Occupancy, stop: Stop, seed: int
) -> dict[str, Single] | None:
    """Place candidates one after another against what is left; None if no order tried lets all of them in.

    Those with the least room come first: fixed months, then the latest finish. A candidate who does not fit goes to the
    front and everything starts again.
    """
    order = sorted(alone, key=lambda candidate_id: _urgency(instance.candidates[candidate_id], alone[candidate_id]))
    for _ in range(MOST_RESTARTS):
        placed, stuck = _place_in_order(instance, order, alone, held, stop, seed)
        if stuck is None:
            return placed
        if stop.over or order[0] == stuck:
            return None
        order.remove(stuck)
        order.insert(0, stuck)
    return None


def _urgency(candidate: Candidate, single: Single) -> tuple[int, int]:
    return (-len(candidate.fixed), -(single.draft.end if single.draft is not None else 0))


def _place_in_order(
    instance: Instance, order: list[str], alone: Mapping[str, Single], held: Occupancy, stop: Stop, seed: int
) -> tuple[dict[str, Single], str | None]:
    """Those placed, and the first candidate who did not fit."""
    occupancy = held.copy()
    placed: dict[str, Single] = {}
    for candidate_id in order:
        single = alone[candidate_id]
        if single.draft is None or not occupancy.fits(single.draft):
            single = plan_single(instance, instance.candidates[candidate_id], occupancy, stop, seed)
        if single.draft is None:
            return placed, candidate_id
        placed[candidate_id] = single
        occupancy.add(single.draft)
    return placed, None
