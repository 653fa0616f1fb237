"""How ``capacity`` and ``quota`` are stated: one kind of ceiling for heads and percent, in arenas and under limits.

A ceiling knows what is left in each month and how much of it a candidate takes in each rotation. Where nobody's base
takes part, blocks are stacked in one cumulative constraint; where it does (offices), months are counted one by one, and
only those in which the ceiling can bind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

from scheduler.exact import Exact, parts_in, rounded_up, whole_if_it_is
from scheduler.instance.offices import may_be_offices
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.types import PRACTICE, Candidate, Instance, Rotation, Steps
from scheduler.month import Month

if TYPE_CHECKING:
    from scheduler.variables import BlockVariables, CandidateVariables, IntervalVar, Linear, Literal, Variables


@dataclass(frozen=True, slots=True)
class _Stake:
    """What one candidate takes of a ceiling in each rotation, if ``condition`` (the choice of office) holds then.

    ``step``: what credit is counted in; None where it is heads that are counted.
    """

    candidate: CandidateVariables
    condition: Callable[[int], Literal]
    always: bool
    weight: Callable[[Rotation], Exact]
    step: Exact | None

    def demand(self, rotation: Rotation, t: int) -> int:
        """Heads, or credit at the candidate's percent in month t, in steps."""
        return self._steps(self.weight(rotation), self.candidate.timeline.percent[t])

    def demands(self, rotation: Rotation) -> list[int]:
        """The same for every month."""
        weight, percents = self.weight(rotation), self.candidate.timeline.percent
        taken = {percent: self._steps(weight, percent) for percent in set(percents)}
        return [taken[percent] for percent in percents]

    def _steps(self, weight: Exact, percent: Exact) -> int:
        return int(weight) if self.step is None else int(weight * percent // self.step)

    @property
    def most_ever(self) -> int:
        """No month takes more."""
        rotations = self.candidate.variables.instance.rotations_of(self.candidate.candidate)
        most = max(map(self.weight, rotations))
        return int(most) if self.step is None else rounded_up(Fraction(most) * 100 / self.step)

    def most_by_month(self) -> list[int]:
        """The most the candidate may take in each month; the same as ``most``, for all of them at once."""
        candidate, timeline = self.candidate, self.candidate.timeline
        base = self.weight(candidate.base)
        blocks = [(weight, block) for block in candidate.blocks if (weight := self.weight(block.rotation)) > base]
        most = [0] * candidate.variables.n_months  # of the horizon: a contract may end before it
        for t in range(timeline.first, timeline.end):
            at_most = max([base, *(weight for weight, block in blocks if t not in block.forbidden)])
            percent = timeline.percent[t]
            most[t] = self._steps(at_most, percent) if percent else 0
        return most

    def most(self, t: int) -> int:
        """The most the candidate may take in month t."""
        return self.candidate.may_be_in(t, lambda rotation: self.demand(rotation, t))

    def amount(self, variables: Variables, t: int) -> Linear:
        """What the candidate takes in month t."""
        taken = self.candidate.month_sum(t, lambda rotation: self.demand(rotation, t))
        return variables.only_if(self.condition(t), taken, self.most(t))


@dataclass(frozen=True, slots=True)
class Ceiling:
    """``left[t]`` of something in month t (None: no ceiling), shared by the stakes. ``key``: an arena's or limit's."""

    key: RuleKey
    left: list[int | None]
    stakes: list[_Stake]

    def state(self, variables: Variables) -> None:
        """Add the ceiling to the model, if it can bind at all."""
        if self.key in variables.scope.windows:
            self._narrow(variables)
        self._keep_out()
        ever = sum(stake.most_ever for stake in self.stakes)
        if not ever or not any(left is not None and left < ever for left in self.left):
            return  # others may have reserved more than there is: nobody here is touched by that
        most = [sum(amounts) for amounts in zip(*(stake.most_by_month() for stake in self.stakes), strict=True)]
        binding = [t for t, left in enumerate(self.left) if left is not None and most[t] > max(left, 0)]
        if not binding:
            return
        by_blocks = all(stake.weight(stake.candidate.base) == 0 and stake.always for stake in self.stakes)
        if by_blocks:
            self._stack(variables, most)
        else:
            for t in binding:
                amounts = [stake.amount(variables, t) for stake in self.stakes if stake.most(t)]
                variables.model.add(sum(amounts) <= max(self.left[t] or 0, 0))

    def _narrow(self, variables: Variables) -> None:
        """Forget the months that the scope leaves out."""
        for t in range(variables.n_months):
            if not variables.states_in(self.key, t):
                self.left[t] = None

    def _keep_out(self) -> None:
        """A block that alone needs more than a month has left cannot cover it."""
        for stake in self.stakes:
            if not stake.always:
                continue
            for block in stake.candidate.blocks:
                if stake.weight(block.rotation):
                    both = enumerate(zip(self.left, stake.demands(block.rotation), strict=False))
                    block.keep_out_of(t for t, (left, demand) in both if left is not None and demand > left)

    def _stack(self, variables: Variables, most: list[int]) -> None:
        """Blocks as intervals under one capacity; fixed intervals fill it up where less is left."""
        model = variables.model
        room = [most[t] if left is None else max(min(left, most[t]), 0) for t, left in enumerate(self.left)]
        pieces = [piece for stake in self.stakes for piece in _pieces(stake)]
        unit = gcd(*(demand for _, demand in pieces))
        capacity = max(room) // unit
        intervals = [interval for interval, _ in pieces]
        demands = [demand // unit for _, demand in pieces]
        for start, end, free in _stretches([amount // unit for amount in room]):
            if free < capacity:
                intervals.append(model.new_fixed_size_interval_var(start, end - start, ""))
                demands.append(capacity - free)
        model.add_cumulative(intervals, demands, capacity)


def _pieces(stake: _Stake) -> Iterator[tuple[IntervalVar, int]]:
    """The stake's blocks cut where the candidate's percent changes, each with its constant demand."""
    candidate = stake.candidate
    for block in candidate.blocks:
        if not stake.weight(block.rotation):
            continue
        months = [t for t in range(candidate.timeline.first, candidate.timeline.end) if t not in block.forbidden]
        demands = stake.demands(block.rotation)
        ever = {demands[t] for t in months}
        if not months:
            continue
        if len(ever) == 1:
            yield block.interval, ever.pop()
            continue
        for start, end, demand in _stretches(demands[: candidate.timeline.end]):
            if demand:
                yield _clip(block, start, end), demand


def _clip(block: BlockVariables, start: int, end: int) -> IntervalVar:
    """The part of the block inside [start, end) as an interval, of length 0 where they do not meet."""
    variables, n = block.owner.variables, block.owner.timeline.end
    model = variables.model
    clipped = tuple(min(max(t, start), end) for t in range(n + 1))
    inside = []
    for when in (block.start, block.end):
        edge = model.new_int_var(start, end, "")
        model.add(edge == variables.at(clipped, when, block.owner.timeline.first))
        inside.append(edge)
    size = model.new_int_var(0, end - start, "")
    model.add(size == inside[1] - inside[0])
    return model.new_optional_interval_var(inside[0], size, inside[1], block.present, "")


def _stretches(values: list[int]) -> Iterator[tuple[int, int, int]]:
    """Runs of equal values: [2, 2, 3] gives (0, 2, 2), (2, 3, 3)."""
    start = 0
    for t in range(1, len(values) + 1):
        if t == len(values) or values[t] != values[start]:
            yield start, t, values[start]
            start = t


def ceilings(variables: Variables) -> Iterator[Ceiling]:
    """Every ceiling of the instance that a free candidate may touch."""
    instance, held = variables.instance, variables.held
    touched = _touched(variables)
    months = [variables.month(t) for t in range(variables.n_months)]
    for arena_id in touched:
        arena = instance.arenas[arena_id]
        key = RuleKey("capacity", arena=arena.id)
        if arena.places is not None:
            left = [held.places_left(arena.id, month) for month in months]
            yield Ceiling(key, left, _stakes(variables, (arena.id,), by_percent=False))
        if arena.percent is not None:
            credit = [held.credit_left(arena.id, month) for month in months]
            yield _in_steps(key, credit, _stakes(variables, (arena.id,), by_percent=True))
    for limit_id in dict.fromkeys(
        each_limit_id for arena_id in touched for each_limit_id in held.ceilings.limits_by_arena.get(arena_id, ())
    ):
        limit = instance.limits[limit_id]
        key = RuleKey("capacity", limit=limit.id)
        if limit.places is not None:
            left = [held.limit_places_left(limit.id, month) for month in months]
            yield Ceiling(key, left, _stakes(variables, limit.arenas, by_percent=False))
        if limit.percent is not None:
            credit = [held.limit_credit_left(limit.id, month) for month in months]
            yield _in_steps(key, credit, _stakes(variables, limit.arenas, by_percent=True))


def quota_ceilings(variables: Variables) -> Iterator[Ceiling]:
    """Every quota over arenas that a free candidate of its municipality may touch."""
    instance, held, touched = variables.instance, variables.held, set(_touched(variables))
    for quota in instance.quotas.values():
        people = [each for each in variables.candidates if quota.is_for(each.candidate)]
        if quota.places is not None and people and not touched.isdisjoint(quota.arenas):
            left = [held.quota_left(quota.id, variables.month(t)) for t in range(variables.n_months)]
            key = RuleKey("quota", quota=quota.id)
            yield Ceiling(key, left, _stakes(variables, quota.arenas, by_percent=False, people=people))


def _in_steps(key: RuleKey, left: list[Exact | None], stakes: list[_Stake]) -> Ceiling:
    """A ceiling of credit, counted in steps of which all that is taken of it is a multiple: whole credit, or finer."""
    amounts = {
        stake.weight(rotation) * percent
        for stake in stakes
        for rotation in stake.candidate.variables.instance.rotations_of(stake.candidate.candidate)
        for percent in set(stake.candidate.timeline.percent)
    }
    step = Fraction(1, parts_in(amounts))
    return Ceiling(
        key,
        [None if room is None else int(room // step) for room in left],
        [replace(stake, step=whole_if_it_is(step)) for stake in stakes],
    )


def _touched(variables: Variables) -> list[str]:
    """The arenas in which a free candidate may serve, offices included."""
    touched: dict[str, None] = {}
    for candidate in variables.candidates:
        for rotation in variables.instance.rotations_of(candidate.candidate):
            touched.update(dict.fromkeys(arena_id for arena_id in rotation.mix if arena_id != PRACTICE))
        touched.update(dict.fromkeys(candidate.practices or (office.id for office in candidate.any_office)))
    return list(touched)


def _stakes(
    variables: Variables,
    arena_ids: tuple[str, ...],
    by_percent: bool,
    people: Iterable[CandidateVariables] | None = None,
) -> list[_Stake]:
    """What each free candidate takes of the arenas together; a head counts once however many of them are in the mix."""
    stakes = []
    for candidate in variables.candidates if people is None else people:
        rotations = variables.instance.rotations_of(candidate.candidate)
        for condition, in_practice in _office_cases(variables, candidate, arena_ids):
            weights = {r.id: _weight(r, arena_ids, in_practice, by_percent) for r in rotations}
            if any(weights.values()):
                always = all(condition(t) is variables.true for t in candidate.seat_starts)
                stakes.append(_Stake(candidate, condition, always, _lookup(weights), 1 if by_percent else None))
    return stakes


def _office_cases(
    variables: Variables, candidate: CandidateVariables, arena_ids: tuple[str, ...]
) -> Iterator[tuple[Callable[[int], Literal], bool]]:
    """Whether ``practice`` is one of the arenas, for each choice of office that matters, month by month."""
    seats = [arena.id for arena in candidate.any_office if arena.id in arena_ids]
    if seats:
        yield lambda t: candidate.sits_in(seats, t), True
        yield lambda t: ~candidate.sits_in(seats, t), False
        return
    inside = [candidate.any_of(seat.chosen, arena_ids) for seat in candidate.seats]
    for whether in (variables.true, variables.false):
        if all(literal is whether for literal in inside):
            yield lambda _: variables.true, bool(inside) and whether is variables.true
            return
    yield lambda t: candidate.in_office(arena_ids, t), True
    yield lambda t: ~candidate.in_office(arena_ids, t), False


def _weight(rotation: Rotation, arena_ids: tuple[str, ...], in_practice: bool, by_percent: bool) -> Exact:
    shares = [share for arena_id, share in rotation.mix.items() if arena_id in arena_ids]
    if in_practice and rotation.uses_practice:
        shares.append(rotation.mix["practice"])
    return sum(shares) if by_percent else int(bool(shares))


def _lookup(weights: dict[str, Exact]) -> Callable[[Rotation], Exact]:
    return lambda rotation: weights[rotation.id]


def _might_be_in(instance: Instance, candidate: Candidate, arena_id: str, month: Month) -> bool:
    """Whether the data alone let the candidate be in the arena in the month, whatever the rules say."""
    if not instance.first_month(candidate) <= month < instance.end_for(candidate) or candidate.on_leave(month):
        return False
    office = instance.arenas[arena_id].is_office and arena_id in may_be_offices(instance, candidate, month)
    return any(
        arena_id in rotation.mix or (office and rotation.uses_practice) for rotation in instance.rotations_of(candidate)
    )


def state_floor(variables: Variables, key: RuleKey, arena_id: str, least: Steps) -> None:
    """At least so many heads in the arena in each month its rows cover."""
    stakes = _stakes(variables, (arena_id,), by_percent=False)
    for t in range(variables.n_months):
        if not variables.states_in(key, t):
            continue
        month = variables.month(t)
        missing = least.at(month) - variables.held.heads[arena_id, month]
        missing -= sum(
            _might_be_in(variables.instance, candidate, arena_id, month) for candidate in variables.scope.absent
        )
        if missing > 0:
            variables.model.add(sum(stake.amount(variables, t) for stake in stakes) >= missing)
