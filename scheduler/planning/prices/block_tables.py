"""What there is to know of one candidate whose paths are made of blocks, whatever anything costs: what each block
counts for, what may follow what, and which labels lead nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import numpy as np

from scheduler.instance.assignment import Assignment
from scheduler.instance.categories import counted
from scheduler.instance.offices import offices_of
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Candidate, Instance, Requirement, Rotation
from scheduler.month import calendar_month
from scheduler.planning.prices.by_blocks import FULL_TIME, rows_of
from scheduler.planning.prices.labels import Counter, Counters, Effect, Flags, Layer
from scheduler.planning.prices.resources import Amounts


class BlockTables:
    """The blocks of one candidate and the rules over them, tabulated once."""

    def __init__(self, instance: Instance, candidate: Candidate) -> None:
        self._instance, self._candidate = instance, candidate
        self.line = timeline_of(instance, candidate)
        self.base = instance.base_of(candidate).id
        self.rotations = [rotation for rotation in instance.rotations_of(candidate) if not rotation.base]
        left = candidate.rules.total - counted(candidate.credited, candidate.rules)
        self.asked = -(-left // (FULL_TIME * FULL_TIME))
        self._counters = Counters()
        self.effects = self._tabulated()
        self.guards = self._counters.sums(lambda counter: counter.guard, self._counters.made)
        self.key = self._counters.sums(lambda counter: counter.begun, self._counters.made)

    def _tabulated(self) -> dict[Effect, list[int]]:
        """What blocks do, and which rotations' do the same."""
        counted_for: dict[str, list[Counter]] = {rotation.id: [] for rotation in self.rotations}
        counters: dict[frozenset[str], Counter] = {}
        self._room_for: list[tuple[Counter, list[Counter]]] = []

        def count(some: frozenset[str], most: int, least: int = 0) -> None:
            counters[some] = self._counters.new(most, least)
            for rotation_id in some:
                counted_for[rotation_id].append(counters[some])

        for some in self._once:
            count(some, 1, int(some in self._due_by))
        for row in self._rows:
            some = self._known.intersection(row.rotations)
            at_most = len(some) if row.max_blocks is None else min(row.max_blocks, len(some))
            if (row.min_blocks and some not in self._due_by) or (at_most != 1 and at_most < self._most_blocks):
                count(some, at_most, row.min_blocks or 0)
                inside = [counters[each] for each in self._due_by if each <= some and each != some]
                if inside:
                    self._room_for.append((counters[some], inside))
        for some in dict.fromkeys(
            self._known.intersection(some) for rotation in self.rotations for some in rotation.after
        ):
            if some not in self._once:
                count(some, max(len(some), 1))
        self._lateness = [(t, counters[some]) for some, t in sorted(self._due_by.items(), key=lambda each: each[1])]
        effects: defaultdict[Effect, list[int]] = defaultdict(list)
        for number, rotation in enumerate(self.rotations):
            adds = self._counters.sums(lambda counter: 1 << counter.shift, counted_for[rotation.id])
            after = tuple(counters[self._known.intersection(some)] for some in map(frozenset, rotation.after))
            effects[Effect(adds, after, rotation.min_months)].append(number)
        return dict(effects)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(rotation.id for rotation in self.rotations)

    @cached_property
    def _once(self) -> list[frozenset[str]]:
        """Rotations of which there is one block at most: those of a row, or one alone."""
        rows = [self._known.intersection(row.rotations) for row in self._rows if row.max_blocks == 1]
        alone = self._known.difference(*rows)
        return list(dict.fromkeys([*rows, *(frozenset([each.id]) for each in self.rotations if each.id in alone)]))

    @cached_property
    def _due_by(self) -> dict[frozenset[str], int]:
        """Those of them without which nobody is done, and the last month in which a block may begin: time enough for
        all that must come after it.
        """
        asked = list(dict.fromkeys(some for row in self._rows if row.min_blocks for some in self._asked_by(row)))
        for some in asked:  # grows meanwhile
            asked += [each for each in self._once if each not in asked and self._follows(some, each)]
        due = dict.fromkeys(asked, self.line.end)
        for _ in asked:  # no chain is longer
            for some in asked:
                followers = [due[other] for other in asked if self._follows(other, some)]
                by = min([*followers, self.line.end])
                due[some] = max(
                    (
                        t
                        for number in self._numbers(some)
                        for t in range(self.line.end)
                        if self.may_begin[number, t] == 0 and t + self.rotations[number].min_months <= by
                    ),
                    default=-1,
                )
        return due

    def _numbers(self, some: frozenset[str]) -> list[int]:
        return [number for number, rotation in enumerate(self.rotations) if rotation.id in some]

    def _follows(self, other: frozenset[str], some: frozenset[str]) -> bool:
        """Whether every block of one comes after a block of the other."""
        rotations = [self.rotations[number] for number in self._numbers(other)]
        return all(any(some.issuperset(self._known.intersection(each)) for each in one.after) for one in rotations)

    def _asked_by(self, row: Requirement) -> list[frozenset[str]]:
        """Where a row asks for as many blocks as there can be: one of each."""
        left, found = set(self._known.intersection(row.rotations)), list[frozenset[str]]()
        for some in sorted(self._once, key=lambda some: -len(left & some)):
            if left & some:
                left -= some
                found.append(some)
        return found if len(found) == row.min_blocks and all(some <= set(row.rotations) for some in found) else []

    def is_late(self, layer: Layer, t: int) -> Flags:
        """Whether there is no time any more for what must still come."""
        late, missing = np.zeros(layer.cost.shape, bool), np.zeros(layer.cost.shape, np.int64)
        works = self.line.service
        for due, counter in self._lateness:
            missing += ~counter.reached(layer.keys, 1)
            left = works[due + 1] - works[t] if due >= t else 0
            late |= missing > -(-left // self._shortest)
        for counter, some in self._room_for:
            taken = counter.counted(layer.keys)
            for each in some:
                taken = taken + ~each.reached(layer.keys, 1)
            late |= taken > counter.most
        return late

    @cached_property
    def _shortest(self) -> int:
        return min(rotation.min_months for rotation in self.rotations)

    @cached_property
    def _rows(self) -> list[Requirement]:
        return rows_of(self._instance, self._candidate)

    @cached_property
    def _most_blocks(self) -> int:
        """So many blocks nobody exceeds: by rows that speak of all rotations, or by what is asked."""
        rows = self._rows
        by_time = -(-self.asked // self._shortest) + sum(row.min_blocks or 0 for row in rows)
        open_ones, by_rows = {rotation.id for rotation in self.rotations}, 0
        bounds = [(row.max_blocks, row.rotations) for row in rows if row.max_blocks is not None]
        for most, rotations in sorted(bounds, key=lambda bound: bound[0] / max(len(bound[1]), 1)):
            if open_ones.intersection(rotations):
                open_ones.difference_update(rotations)
                by_rows += most
        return min(by_time, by_rows + len(open_ones))

    @cached_property
    def may_begin(self) -> Amounts:
        """By rotation and month: nothing where a block may begin, and no number is enough where it may not."""
        months = range(self.line.end)
        allowed = [[self._is_open(rotation, t) for t in months] for rotation in self.rotations]
        return np.where(np.array(allowed).reshape(len(self.rotations), -1), 0.0, np.inf)

    def is_done(self, layer: Layer) -> Flags:
        """Whether each minimum is met."""
        done = np.ones(layer.cost.shape, bool)
        for counter in self._counters.made:
            if counter.least:
                done &= counter.reached(layer.keys, counter.least)
        return done

    def _is_open(self, rotation: Rotation, t: int) -> bool:
        """Whether the calendar allows a block to begin in a month, and it is whole before any leave."""
        line, end = self.line, t + rotation.min_months
        in_season = not rotation.starts or calendar_month(self._instance.start + t) in rotation.starts
        served = self._candidate.months_done + line.service[t]
        at_work = t >= line.first and end <= line.end and all(line.works(each) for each in range(t, end))
        return in_season and at_work and served >= rotation.not_before

    def of_blocks(self, blocks: Iterable[tuple[int, int]], end: int) -> Assignment:
        """The path to a month with blocks that begin then, each of a rotation by its number."""
        months = [self.base if self.line.works(t) else None for t in range(self.line.first, end)]
        for t, number in blocks:
            rotation, at = self.rotations[number], t - self.line.first
            months[at : at + rotation.min_months] = [rotation.id] * rotation.min_months
        (office,) = offices_of(self._instance, self._candidate)
        first = self._instance.start + self.line.first
        return Assignment(self._candidate.id, first, tuple(months), practice=office, group=None)
