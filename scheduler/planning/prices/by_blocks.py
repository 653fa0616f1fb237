"""One candidate's best path under prices where every block has one length and months in base count for nothing.

Then what is still asked depends on which blocks there have been, and not on when: labels of month, blocks and cost are
set one after another and the dearer of two that ask for the same is dropped (M. Desrochers & F. Soumis, 1988). Of those
who have served as long, only so many of the cheapest go on, so a path need not be the best; what it breaks of the
candidate's own rules is nothing. A model takes a hundred times as long where there are dozens of such rotations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from heapq import nsmallest
from itertools import accumulate

from scheduler.exact import Exact
from scheduler.instance.assignment import Assignment
from scheduler.instance.categories import counted, shortfalls
from scheduler.instance.offices import offices_of
from scheduler.instance.timeline import Timeline, timeline_of
from scheduler.instance.types import Candidate, Instance, Requirement, Rotation
from scheduler.month import calendar_month
from scheduler.solver.engine import Stop
from scheduler.solver.limits import EFFORT_PER_LABEL

FULL_TIME = 100
_BITS = 10  # of a counter
_MOST_COUNTED = (1 << _BITS) - 1


@dataclass(frozen=True, slots=True)
class Costs:
    """What a path costs: a rotation by month (base included), a block of it, and each month of delay."""

    by_month: Mapping[str, Sequence[float]]
    of_block: Mapping[str, float]
    month_late: float


def is_by_blocks(instance: Instance, candidate: Candidate) -> bool:
    """Whether the candidate's rules are those that are known here, and no other."""
    return instance.remembered(candidate, _is_by_blocks)


def _is_by_blocks(instance: Instance, candidate: Candidate) -> bool:
    return (
        _is_plain(candidate)
        and len(offices_of(instance, candidate)) == 1
        and _has_time(timeline_of(instance, candidate))
        and _counts_alike(instance, candidate)
        and all(_is_known(row) for row in _rows_of(instance, candidate))
    )


def _is_plain(candidate: Candidate) -> bool:
    """New, at full time, with one start and nothing fixed, no group, shift or goal to come, and wishes for any time."""
    rules = candidate.rules
    settled = candidate.fixed or candidate.current or candidate.past or candidate.frozen or candidate.released
    ends = candidate.until or candidate.finish_by or rules.finish_by
    return not (
        settled
        or ends
        or candidate.absences
        or candidate.start_earliest != candidate.start_latest
        or not candidate.group.done
        or candidate.shifts_done < rules.legevakt_shifts
        or rules.goals - candidate.goals_done
        or rules.leave_credited_share
        or any(shortfalls(candidate.credited, rules).values())
        or any(wish.span is not None for wish in candidate.wishes)
    )


def _has_time(timeline: Timeline) -> bool:
    horizon = range(timeline.first, timeline.end)
    at_full_time = all(timeline.percent[t] in (0, FULL_TIME) for t in horizon)
    return at_full_time and not (timeline.unfinished or timeline.leaving or timeline.may_leave)


def _counts_alike(instance: Instance, candidate: Candidate) -> bool:
    """Whether months in base count for nothing, and those of every block in full, as far as the training goes."""
    rules, base = candidate.rules, instance.base_of(candidate)
    blocks = [rotation for rotation in instance.rotations_of(candidate) if not rotation.base]
    left = rules.total - counted(candidate.credited, rules)
    kinds = {tuple(rotation.share_by_service.items()) for rotation in blocks}
    whole = all(_has_one_length(rotation) for rotation in blocks) and not _is_bounded(base)
    if len(kinds) != 1 or left <= 0 or not whole:
        return False
    return _gain(candidate, dict(kinds.pop()), left) == left and not _gain(candidate, base.share_by_service, left)


def _gain(candidate: Candidate, shares: Mapping[str, Exact], amount: Exact) -> Exact:
    """What counts more when so much is served in a mix."""
    have = candidate.credited
    more = {each: have.get(each, 0) + Fraction(amount * share, FULL_TIME) for each, share in shares.items()}
    return counted({**have, **more}, candidate.rules) - counted(have, candidate.rules)


def _has_one_length(rotation: Rotation) -> bool:
    return rotation.min_months == rotation.max_months and rotation.max_blocks == 1


def _is_bounded(base: Rotation) -> bool:
    bounds = base.min_months > 1 or base.max_months is not None or base.max_blocks is not None
    return bounds or bool(base.starts or base.not_before or base.after)


def _rows_of(instance: Instance, candidate: Candidate) -> list[Requirement]:
    return [row for row in instance.requirements if row.names(candidate.id)]


def _is_known(row: Requirement) -> bool:
    return row.min_work is None and row.max_work is None


# --- labels ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counter:
    """Something that blocks are counted for, somewhere in the key: at most so many, at least so many in the end."""

    shift: int
    most: int
    least: int


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a block does to a key: ``adds``, if no counter of ``most`` (where it stands, how much) is full and none of
    ``after`` is empty.
    """

    adds: int
    most: tuple[tuple[int, int], ...]
    after: tuple[int, ...]
    months: int

    def on(self, key: int) -> int | None:
        for shift, most in self.most:  # asked a million times a second
            if key >> shift & _MOST_COUNTED >= most:
                return None
        for shift in self.after:
            if not key >> shift & _MOST_COUNTED:
                return None
        return key + self.adds


@dataclass(frozen=True, slots=True)
class _Label:
    """The cheapest way known to a key at a month: the block that ended there (None: a month in base), and before it."""

    cost: float
    before: _Label | None = None
    rotation: str | None = None
    start: int = 0


@dataclass(slots=True)
class _Counters:
    """The counters of a candidate, handed out one after another; the first counts months of blocks."""

    made: list[_Counter] = field(default_factory=list)

    def new(self, most: int, least: int = 0) -> _Counter:
        counter = _Counter(_BITS * (len(self.made) + 1), min(most, _MOST_COUNTED), least)
        self.made.append(counter)
        return counter


class BlockPaths:
    """The paths of one candidate: tabulated once, asked for again and again under other costs."""

    def __init__(self, instance: Instance, candidate: Candidate) -> None:
        self._instance, self._candidate = instance, candidate
        self._line = timeline_of(instance, candidate)
        self._base = instance.base_of(candidate).id
        self._rotations = [rotation for rotation in instance.rotations_of(candidate) if not rotation.base]
        left = candidate.rules.total - counted(candidate.credited, candidate.rules)
        self._asked = -(-left // (FULL_TIME * FULL_TIME))
        self._counters = _Counters()
        self._effects = self._tabulated()
        self._alike: defaultdict[_Effect, list[Rotation]] = defaultdict(list)
        for rotation in self._rotations:
            self._alike[self._effects[rotation.id]].append(rotation)

    def _tabulated(self) -> dict[str, _Effect]:
        """What a block of each rotation does; rotations that do the same have the same effect."""
        counted_for: defaultdict[str, list[_Counter]] = defaultdict(list)
        known = {rotation.id for rotation in self._rotations}
        once = set()
        for row in _rows_of(self._instance, self._candidate):
            at_most = len(known) if row.max_blocks is None else row.max_blocks
            if not row.min_blocks and at_most >= self._most_blocks:
                continue
            counter = self._counters.new(at_most, row.min_blocks or 0)
            for rotation_id in known.intersection(row.rotations):
                counted_for[rotation_id].append(counter)
                once |= {rotation_id} if at_most <= 1 else set()
        earlier = dict.fromkeys(some for rotation in self._rotations for some in rotation.after)
        ended = {some: self._counters.new(_MOST_COUNTED) for some in earlier}
        effects = {}
        for rotation in self._rotations:
            counters = counted_for[rotation.id]
            if rotation.id not in once:
                counters = [*counters, self._counters.new(1)]
            tells = [*counters, *(counter for some, counter in ended.items() if rotation.id in some)]
            adds = sum(1 << counter.shift for counter in tells) + rotation.min_months
            most = tuple((counter.shift, counter.most) for counter in counters)
            after = tuple(ended[some].shift for some in rotation.after)
            effects[rotation.id] = _Effect(adds, most, after, rotation.min_months)
        return effects

    @cached_property
    def _most_blocks(self) -> int:
        """So many blocks nobody exceeds: by rows that speak of all rotations, or by what is asked."""
        rows = _rows_of(self._instance, self._candidate)
        shortest = min(rotation.min_months for rotation in self._rotations)
        by_time = -(-self._asked // shortest) + sum(row.min_blocks or 0 for row in rows)
        open_ones, by_rows = {rotation.id for rotation in self._rotations}, 0
        bounds = [(row.max_blocks, row.rotations) for row in rows if row.max_blocks is not None]
        for most, rotations in sorted(bounds, key=lambda bound: bound[0] / max(len(bound[1]), 1)):
            if open_ones.intersection(rotations):
                open_ones.difference_update(rotations)
                by_rows += most
        return min(by_time, by_rows + len(open_ones))

    def best(self, costs: Costs, labels: int, stop: Stop) -> Assignment | None:
        """The cheapest path that is found with so many ``labels`` of each month and length of service, if one is."""
        line, layers = self._line, defaultdict[int, dict[int, _Label]](dict)
        layers[line.first][0] = _Label(0.0)
        base = _running(costs.by_month[self._base], line)
        best: tuple[float, int, _Label] | None = None
        ways, tried = self._ways(costs), 0
        for t in range(line.first, line.end):
            for key, label in self._kept(layers.pop(t, {}), t, labels):
                _set(layers[t + 1], key, _Label(label.cost + base[t + 1] - base[t], label))
                tried += len(ways[t])
                for effect, rotation_id, cost in ways[t] if line.works(t) else ():
                    after = effect.on(key)
                    if after is None:
                        continue
                    end, made = t + effect.months, _Label(label.cost + cost, label, rotation_id, t)
                    if not self._is_done(after):
                        _set(layers[end], after, made)
                        continue
                    total = made.cost + costs.month_late * (end - line.due)
                    best = (total, end, made) if best is None or total < best[0] else best
        stop.spend(tried * EFFORT_PER_LABEL)
        return None if best is None else self._assignment(best[1], best[2])

    def _is_done(self, key: int) -> bool:
        """Whether all is served; never within a block, which is to be whole."""
        return key & _MOST_COUNTED >= self._asked and all(
            key >> counter.shift & _MOST_COUNTED >= counter.least for counter in self._counters.made
        )

    def _kept(self, layer: Mapping[int, _Label], t: int, labels: int) -> Iterator[tuple[int, _Label]]:
        """Of those who have served as long the cheapest, if there is time for the rest."""
        by_service: defaultdict[int, list[tuple[int, _Label]]] = defaultdict(list)
        left = self._line.service[self._line.end] - self._line.service[t]
        for key, label in layer.items():
            served = key & _MOST_COUNTED
            if self._asked - served <= left:
                by_service[served].append((key, label))
        for some in by_service.values():
            yield from some if len(some) <= labels else nsmallest(labels, some, key=lambda each: each[1].cost)

    def _ways(self, costs: Costs) -> list[list[tuple[_Effect, str, float]]]:
        """By month: each effect that a block which begins then may have, and the cheapest rotation for it."""
        running = {rotation.id: _running(costs.by_month[rotation.id], self._line) for rotation in self._rotations}

        def cost(rotation: Rotation, t: int) -> float:
            over = running[rotation.id]
            return over[t + rotation.min_months] - over[t] + costs.of_block[rotation.id]

        ways: list[list[tuple[_Effect, str, float]]] = []
        for t in range(self._line.end):
            ways.append([])
            for effect, alike in self._alike.items():
                open_to = [(cost(rotation, t), rotation.id) for rotation in alike if self._may_begin(rotation, t)]
                if open_to:
                    least, rotation_id = min(open_to)
                    ways[-1].append((effect, rotation_id, least))
        return ways

    def _may_begin(self, rotation: Rotation, t: int) -> bool:
        """Whether the calendar allows a block to begin in a month, and it is whole before any leave."""
        line, end = self._line, t + rotation.min_months
        in_season = not rotation.starts or calendar_month(self._instance.start + t) in rotation.starts
        served = self._candidate.months_done + line.service[t]
        at_work = t >= line.first and end <= line.end and all(line.works(each) for each in range(t, end))
        return in_season and at_work and served >= rotation.not_before

    def _assignment(self, end: int, label: _Label | None) -> Assignment:
        rotations = [self._base if self._line.works(t) else None for t in range(self._line.first, end)]
        while label is not None:
            if label.rotation is not None:
                months = self._effects[label.rotation].months
                at = label.start - self._line.first
                rotations[at : at + months] = [label.rotation] * months
            label = label.before
        (office,) = offices_of(self._instance, self._candidate)
        first = self._instance.start + self._line.first
        return Assignment(self._candidate.id, first, tuple(rotations), practice=office, group=None)


def _set(layer: dict[int, _Label], key: int, label: _Label) -> None:
    if key not in layer or label.cost < layer[key].cost:
        layer[key] = label


def _running(by_month: Sequence[float], line: Timeline) -> list[float]:
    """The running total over the months in which the candidate works."""
    worked = (by_month[t] if line.works(t) else 0.0 for t in range(line.end))
    return list(accumulate(worked, initial=0.0))
