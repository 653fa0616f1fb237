"""A bound for the delay where the places for institution service are scarce.

Alone, everybody may have the best months of the same places. Here only that is looked at: each candidate who lacks
institution service begins it with one block somewhere, and no place is given twice. Everything else that holds a
candidate up is left out, so the least sum of delays is a bound for every plan; and because little else is scarce, the
months given here are mostly those of a best plan (``search.construct`` takes them as advice).

A 60 % candidate lacking 6 FTE-months who begins in March is through in December at the earliest; with an earliest
finish in October, that choice costs at least two months. What a choice costs one candidate in truth (the running block,
the group's year in practice) is asked of the candidate's own model, for those choices only that are about to be made.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from scheduler.instance.types import Candidate, Instance, Rotation, Service
from scheduler.model import build_model
from scheduler.month import calendar_month
from scheduler.objective import delay_of
from scheduler.occupancy import Occupancy
from scheduler.search.construct import SINGLE, Advice, Single, commitment
from scheduler.search.engine import Settings, Stop, evaluate, run
from scheduler.search.party import rounded_up
from scheduler.timeline import Timeline, timeline_of
from scheduler.variables import Scope

Key = tuple[str, str, int]  # candidate, rotation, start of the block
MOST_ROUNDS = 12
ROUND_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A block of institution service: its places are taken for ``length`` months from ``start`` (in the horizon).

    ``delay``: the candidate's at least. ``more``: whether a second block must follow, somewhere else.
    """

    candidate: str
    rotation: str
    start: int
    length: int
    delay: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Contest:
    """The least sum of delays, and for each candidate in the contest a block that goes with it."""

    bound: int
    chosen: Mapping[str, Choice]

    @property
    def advice(self) -> dict[str, Advice]:
        """The months to hold for each candidate."""
        return {one: Advice(c.rotation, c.start, c.start + c.length) for one, c in self.chosen.items()}


def contest(instance: Instance, alone: Mapping[str, Single], settings: Settings, stop: Stop) -> Contest | None:
    """Give out the places, again and again until what everybody has been given costs what it was thought to cost.

    None if the search found nothing in time. The bound holds whenever it stops.
    """
    asking = [_Asking(instance, instance.candidates[one], alone[one].totals["delay"]) for one in alone]
    contenders = [one for one in asking if one.lacking]
    outside = sum(one.delay for one in asking if not one.lacking)
    costs = _as_when_alone(instance, contenders, alone)
    best: Contest | None = None
    for _ in range(MOST_ROUNDS):
        model = _Model(instance, contenders, costs)
        outcome = run(model.model, replace(settings, workers=1, linearization=2), stop, ROUND_SECONDS)
        if outcome.values is None:
            return best
        chosen = [choice for choice, literal in model.first if evaluate(literal, outcome.values)]
        bound = max(outside + model.delays_at_least(outcome.bound), 0 if best is None else best.bound)
        best = Contest(bound, {one.candidate: one for one in chosen})
        asked = [choice for choice in chosen if _key(choice) not in costs]
        found = dict(zip(map(_key, asked), _costs(instance, asked, settings, stop), strict=True))
        costs.update(found)
        if stop.over or all(found[_key(choice)] <= choice.delay for choice in asked):
            return best
    return best


def _key(choice: Choice) -> Key:
    return choice.candidate, choice.rotation, choice.start


def _as_when_alone(instance: Instance, contenders: list[_Asking], alone: Mapping[str, Single]) -> dict[Key, int]:
    """What is known from the start: the block that each had alone goes with the least delay."""
    known: dict[Key, int] = {}
    for one in contenders:
        draft, ids = alone[one.id].draft, {rotation.id for rotation in one.rotations}
        for offset, rotation_id in enumerate(draft.rotations if draft is not None else ()):
            if rotation_id in ids and draft is not None:
                known[one.id, rotation_id, draft.first + offset - instance.start] = one.delay
                break
    return known


def _costs(instance: Instance, choices: list[Choice], settings: Settings, stop: Stop) -> list[int]:
    """The least delay with each choice, if the candidate were the only one."""
    with ThreadPoolExecutor(max_workers=min(settings.workers, os.cpu_count() or 1)) as pool:
        return list(pool.map(lambda choice: _cost(instance, choice, stop), choices))


def _cost(instance: Instance, choice: Choice, stop: Stop) -> int:
    variables = build_model(Scope(instance, [instance.candidates[choice.candidate]]))
    (person,) = variables.candidates
    block = person.blocks_of(choice.rotation)[0]
    variables.model.add(block.present == 1)
    variables.model.add(block.start == choice.start)
    variables.model.minimize(delay_of(person))
    outcome = run(variables.model, SINGLE, stop)
    if outcome.infeasible:
        return instance.end - instance.start
    return max(choice.delay, rounded_up(outcome.bound)) if outcome.values is not None else choice.delay


class _Asking:
    """One candidate: what is lacking, and every block that may begin it."""

    def __init__(self, instance: Instance, candidate: Candidate, delay: int) -> None:
        self.id = candidate.id
        self.delay = delay
        self._instance = instance
        self._candidate = candidate
        self.timeline: Timeline = timeline_of(instance, candidate)
        self.rotations = [r for r in instance.rotations_of(candidate) if _share(r) and not r.base]
        self.lacking = self._lacking()

    def _lacking(self) -> int:
        """Credit of institution service still to be earned; 0 for those whose case is not as simple as that."""
        one, ids = self._candidate, {rotation.id for rotation in self.rotations}
        settled = {row.rotation for row in one.fixed} | ({one.current.rotation} if one.current else set())
        if self.timeline.unfinished or len(self.timeline.earliest_end) > 1 or settled & ids:
            return 0
        return max(one.rules.institution_min - one.credited.get(Service.INSTITUTION, 0), 0)

    def first_blocks(self) -> Iterator[Choice]:
        """Every block that may be the first: all of what lacks in one, or its shortest and a second one."""
        several = sum(rotation.max_blocks or 2 for rotation in self.rotations) > 1
        for rotation in self.rotations:
            for start in self._starts(rotation):
                stretch, whole = self._stretch(start), self._whole(rotation, start)
                if whole <= min(stretch, rotation.max_months or whole) and whole >= 0:
                    length = max(whole, rotation.min_months)
                    if length <= stretch:
                        yield self._choice(rotation, start, length, start + length)
                if several and max(rotation.min_months, 1) < max(whole, 1) and rotation.min_months <= stretch:
                    end = start + whole if whole >= 0 else start + rotation.min_months
                    yield self._choice(rotation, start, max(rotation.min_months, 1), end, more=True)

    def second_blocks(self) -> Iterator[Choice]:
        """The shortest block of every rotation, wherever it may begin."""
        for rotation in self.rotations:
            for start in self._starts(rotation):
                length = max(rotation.min_months, 1)
                if length <= self._stretch(start):
                    yield self._choice(rotation, start, length, start + length)

    def _choice(self, rotation: Rotation, start: int, length: int, end: int, more: bool = False) -> Choice:
        (earliest,) = self.timeline.earliest_end.values()
        return Choice(self.id, rotation.id, start, length, max(self.delay, end - earliest), more)

    def _starts(self, rotation: Rotation) -> Iterator[int]:
        timeline, begin = self.timeline, self._instance.start
        for t in range(timeline.first + self._held_up(), timeline.end):
            served = self._candidate.months_done + timeline.service[t]
            in_season = not rotation.starts or calendar_month(begin + t) in rotation.starts
            if timeline.works(t) and in_season and served >= rotation.not_before:
                yield t

    def _held_up(self) -> int:
        """Months that the running block takes before another may begin."""
        current = self._candidate.current
        if current is None or not self.timeline.works(self.timeline.first):
            return 0
        rotation = self._instance.rotations[current.rotation]
        if rotation.max_months is not None and self.timeline.elapsed_current >= rotation.max_months:
            return 0
        return max(rotation.min_months - self.timeline.elapsed_current, 1)

    def _stretch(self, start: int) -> int:
        """Months from the start to the next leave or the end of the horizon."""
        timeline = self.timeline
        return next((t for t in range(start, timeline.end) if not timeline.works(t)), timeline.end) - start

    def _whole(self, rotation: Rotation, start: int) -> int:
        """Calendar months from the start until all that lacks is earned; -1 if that is beyond the horizon."""
        timeline, share = self.timeline, _share(rotation)
        for end in range(start + 1, timeline.end + 1):
            if share * (timeline.work[end] - timeline.work[start]) >= self.lacking:
                return end - start
        return -1


def _share(rotation: Rotation) -> int:
    return rotation.share_by_service.get(Service.INSTITUTION, 0)


class _Model:
    """One block each, no place twice, the delays as small as they go."""

    def __init__(
        self,
        instance: Instance,
        contenders: list[_Asking],
        costs: Mapping[Key, int],
    ) -> None:
        self.model = cp_model.CpModel()
        self.first: list[tuple[Choice, cp_model.IntVar]] = []
        self._instance = instance
        self._takers: defaultdict[tuple[str, int], list[cp_model.IntVar]] = defaultdict(list)
        delays: list[cp_model.IntVar] = []
        unknown: list[cp_model.IntVar] = []
        for one in contenders:
            delay = self.model.new_int_var(one.delay, max(one.delay, instance.end - instance.start), "")
            first = [(choice, self._literal(choice)) for choice in one.first_blocks()]
            self.model.add_exactly_one(literal for _, literal in first)
            cost = [(costs.get(_key(choice), choice.delay), literal) for choice, literal in first]
            unknown += [literal for choice, literal in first if _key(choice) not in costs]
            self.model.add(delay >= sum(least * literal for least, literal in cost))
            self._second(one, [(choice, literal) for choice, literal in first if choice.more], delay)
            self.first += first
            delays.append(delay)
        self._keep_places()
        self._weight = len(contenders) + 1
        self.model.minimize(self._weight * sum(delays) + sum(unknown))  # of equal choices those known to hold

    def delays_at_least(self, bound: float) -> int:
        """The least sum of delays, given a bound for the objective."""
        return max(-(-(rounded_up(bound) - (self._weight - 1)) // self._weight), 0)

    def _second(self, one: _Asking, begun: list[tuple[Choice, cp_model.IntVar]], delay: cp_model.IntVar) -> None:
        """Whoever begins with a block too short has another one, too."""
        if not begun:
            return
        second = [(choice, self._literal(choice)) for choice in one.second_blocks()]
        self.model.add(sum(literal for _, literal in second) == sum(literal for _, literal in begun))
        self.model.add(delay >= sum(choice.delay * literal for choice, literal in second))

    def _literal(self, choice: Choice) -> cp_model.IntVar:
        literal = self.model.new_bool_var("")
        for arena_id in self._instance.rotations[choice.rotation].mix:
            for t in range(choice.start, choice.start + choice.length):
                self._takers[arena_id, t].append(literal)
        return literal

    def _keep_places(self) -> None:
        committed = Occupancy(
            self._instance, (commitment(self._instance, one) for one in self._instance.candidates.values())
        )
        seen: set[tuple[str, frozenset[int]]] = set()
        for (arena_id, t), takers in sorted(self._takers.items()):
            left = committed.places_left(arena_id, self._instance.start + t)
            key = (arena_id, frozenset(literal.index for literal in takers))
            if left is not None and len(takers) > left and key not in seen:
                seen.add(key)
                self.model.add(sum(takers) <= max(left, 0))
