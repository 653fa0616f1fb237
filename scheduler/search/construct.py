"""Plans grown one candidate at a time: each alone (a bound), then each against what the others have left (a plan)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from scheduler.draft import Draft
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import make_levels
from scheduler.occupancy import Occupancy
from scheduler.search.engine import Settings, Stop
from scheduler.search.levels import LevelSearch
from scheduler.timeline import timeline_of
from scheduler.variables import Scope


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
    settings: Settings,
    alone: Single | None = None,
) -> Single:
    """The best plan of one candidate beside the held ones, level by level.

    With ``alone`` given, proofs are saved where it is met, and effort where it is not.
    """
    variables = build_model(Scope(instance, [candidate], held))
    search = LevelSearch(variables, make_levels(variables), settings.for_few, stop, lambda *_: None)
    known = alone.totals if alone is not None and alone.proved else {}
    own = {level: {candidate.id: total} for level, total in known.items()}
    proofs = search.optimise(own, thorough=alone is None)
    if search.values is None:
        return Single(candidate.id, None, {}, proved=False, impossible=search.infeasible)
    draft = search.drafts()[candidate.id]
    totals = {proof.target.level: proof.value or 0 for proof in proofs if not proof.target.worst}
    return Single(candidate.id, draft, totals, proved=proofs.closed, impossible=False)


def own_bounds(alone: Mapping[str, Single]) -> dict[str, dict[str, int]]:
    """Per level what each candidate reaches alone, as long as everybody's was proved."""
    if not all(single.proved for single in alone.values()):
        return {}
    ids = next(iter(alone.values())).totals.keys()
    return {level: {one: single.totals[level] for one, single in alone.items()} for level in ids}


def plan_each_alone(
    instance: Instance, candidates: Iterable[Candidate], held: Occupancy, stop: Stop, settings: Settings
) -> dict[str, Single]:
    """Every candidate as if no other free one existed: nobody can do better in any plan."""

    def alone(candidate: Candidate) -> Single:
        return plan_single(instance, candidate, held, stop, settings)

    with ThreadPoolExecutor(max_workers=min(settings.workers, os.cpu_count() or 1)) as pool:
        return {single.candidate: single for single in pool.map(alone, candidates)}


def grow_plan(
    instance: Instance,
    alone: Mapping[str, Single],
    held: Occupancy,
    stop: Stop,
    settings: Settings,
    advice: Mapping[str, Sequence[Advice]] | None = None,
    expected: Mapping[str, int] | None = None,
    rounds: int | None = None,
    wishes_first: bool = False,
    effort_each: float | None = None,
) -> dict[str, Single] | None:
    """Place candidates one after another against what is left; None if none of ``rounds`` orders (``None``: as many
    as the limits say) lets all of them in.

    The first order puts those with fixed months and the latest finish in front. Whoever did not fit goes to the front
    of the next one, until everybody has got in. With ``advice`` all have blocks held for them until it is their turn;
    then ``wishes_first`` lets those with wishes choose before the others, and costs nobody a scarce place. Whoever is
    later than ``expected`` (months of delay) goes to the front, too, a few times, and the plan with the least delay is
    kept (D. Joslin & D. Clements, Squeaky wheel optimization, 1999).
    ``effort_each``: no more for anybody's plan, though it may not be proved best then.
    """
    growing = _Growing(instance, alone, held, stop, settings, advice or {}, expected or {}, effort_each)
    order = sorted(alone, key=lambda one: _urgency(instance.candidates[one], alone[one], wishes_first))
    for _ in range(settings.limits.grow_rounds if rounds is None else rounds):
        placed, stuck = growing.place(order)
        if stuck is None:
            return growing.sooner(placed, order) if expected else placed
        if stop.over or order[0] == stuck:
            break
        order = _in_front([stuck], order)
    return None


def _in_front(ahead: Sequence[str], order: Sequence[str]) -> list[str]:
    return [*ahead, *(one for one in order if one not in ahead)]


def sum_of(placed: Mapping[str, Single], level: str) -> int:
    """A level's total over everybody; 0 for those of whom nothing is known."""
    return sum(single.totals.get(level, 0) for single in placed.values())


def _urgency(candidate: Candidate, single: Single, wishes_first: bool) -> tuple[int, int, int]:
    wished = sum(wish.weight for wish in candidate.wishes) if wishes_first else 0
    return -len(candidate.fixed), -wished, -(single.draft.end if single.draft is not None else 0)


@dataclass(frozen=True, slots=True)
class _Growing:
    """Beside ``held``, what everybody not placed yet is bound to, and the blocks held for them."""

    instance: Instance
    alone: Mapping[str, Single]
    held: Occupancy
    stop: Stop
    settings: Settings
    advice: Mapping[str, Sequence[Advice]]
    expected: Mapping[str, int]
    effort_each: float | None = None
    before: dict[str, Single] = field(default_factory=dict)  # of the plan grown last, whoever has what was expected

    @property
    def _stop_for_one(self) -> Stop:
        return self.stop if self.effort_each is None else self.stop.worth(self.effort_each)

    def place(self, order: Sequence[str]) -> tuple[dict[str, Single], str | None]:
        """Those placed, and the first candidate who did not fit."""
        placed: dict[str, Single] = {}
        occupancy = self._beside(placed, order)
        for position, candidate_id in enumerate(order):
            occupancy.remove(candidate_id)
            single = self._fit(candidate_id, occupancy)
            if single.draft is None and self.advice:
                single = self._fit(candidate_id, self._beside(placed, order[position + 1 :], advised=False))
            if single.draft is None:
                return placed, candidate_id
            placed[candidate_id] = single
            if occupancy.fits(single.draft):
                occupancy.add(single.draft)
            else:
                occupancy = self._beside(placed, order[position + 1 :])
        return placed, None

    def sooner(self, placed: dict[str, Single], order: Sequence[str]) -> dict[str, Single]:
        """Once more with those in front who are later than expected, as long as it helps or has not been tried much."""
        best = placed
        for _ in range(self.settings.limits.sooner_rounds):
            late = [one for one in order if placed[one].totals["delay"] > self._expected_of(one)]
            if not late or self.stop.over:
                break
            self.before.update({one: single for one, single in placed.items() if one not in late})
            order = _in_front(late, order)
            placed, stuck = self.place(order)
            if stuck is not None:
                break
            best = min(best, placed, key=lambda one: sum_of(one, "delay"))
        return best

    def _expected_of(self, candidate_id: str) -> int:
        return self.expected.get(candidate_id, self.alone[candidate_id].totals["delay"])

    def _fit(self, candidate_id: str, occupancy: Occupancy) -> Single:
        """The plan the candidate has alone if it fits, or had before, else the best one that does."""
        single = self.alone[candidate_id]
        for known in (single, self.before.get(candidate_id)):
            if known is not None and known.draft is not None and occupancy.fits(known.draft):
                return known
        candidate = self.instance.candidates[candidate_id]
        return plan_single(self.instance, candidate, occupancy, self._stop_for_one, self.settings, single)

    def _beside(self, placed: Mapping[str, Single], waiting: Sequence[str], advised: bool = True) -> Occupancy:
        """The placed and, as far as there is room for them, the blocks held for those who wait."""
        occupancy = self.held.copy()
        for single in placed.values():
            if single.draft is not None:
                occupancy.add(single.draft)
        bound = {one: commitment(self.instance, self.instance.candidates[one]) for one in waiting}
        for draft in bound.values():
            occupancy.add(draft)
        for one in waiting if advised else ():
            if one in self.advice:
                occupancy.remove(one)
                wanted = commitment(self.instance, self.instance.candidates[one], self.advice[one])
                occupancy.add(wanted if occupancy.fits(wanted) else bound[one])
        return occupancy


@dataclass(frozen=True, slots=True)
class Advice:
    """A block (months in the horizon, end exclusive) that is to be held for the candidate."""

    rotation: str
    start: int
    end: int


def commitment(instance: Instance, candidate: Candidate, advice: Sequence[Advice] = ()) -> Draft:
    """What the candidate is bound to whatever the plan: fixed months, and the running block until it may end.

    Held for everybody who is not placed yet, so that nobody takes a place that is as good as taken.
    """
    first = instance.first_month(candidate)
    months: list[str | None] = [None] * (instance.end - first)
    timeline = timeline_of(instance, candidate)
    for block in advice:
        for t in range(block.start, block.end):
            months[instance.start + t - first] = block.rotation
    if candidate.current is not None and not candidate.on_leave(first):
        rotation = instance.rotations[candidate.current.rotation]
        at_least = max(rotation.min_months - timeline.elapsed_current, 1)
        if not rotation.base and (rotation.max_months is None or timeline.elapsed_current < rotation.max_months):
            months[:at_least] = [rotation.id] * at_least
    for row in candidate.fixed:
        for month in range(max(row.span.start, first), min(row.span.end, instance.end)):
            months[month - first] = None if candidate.on_leave(month) else row.rotation
    return Draft(candidate.id, first, tuple(months), candidate.practice, candidate.group.group_id)
