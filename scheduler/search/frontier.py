"""What everybody could have together at best if there were room for all: a bound for each level of the objective.

A candidate who may give a little up on one level (a wish, one more block) may gain on the next. So each candidate's
choices are kept as *boxes*: ranges of what the earlier levels may come to, with the least the next level can then be.
Choosing one box each, within the totals that the plan has on the earlier levels, bounds the next total. It is
proved candidate by candidate, without looking at room; where there is room enough, the plan meets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from ortools.sat.python import cp_model

from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import Level, make_levels
from scheduler.search.construct import SINGLE, Single
from scheduler.search.engine import Settings, Stop, evaluate, run
from scheduler.variables import Scope

T = TypeVar("T")
R = TypeVar("R")
FEW_VALUES = 4  # a range of so many values is looked at value by value, a wider one as its least and the rest
QUERY_SECONDS = 5.0
NOTHING_KNOWN = -(2**30)
IMPOSSIBLE = 2**30


@dataclass(frozen=True, slots=True)
class Box:
    """What the levels so far come to: between ``low`` and ``high``, one entry a level."""

    low: tuple[int, ...] = ()
    high: tuple[int, ...] = ()


class _Person:
    """One candidate alone: the least a level can be when the earlier ones are held under given values."""

    def __init__(self, instance: Instance, candidate: Candidate, alone: Single, stop: Stop) -> None:
        self.id = candidate.id
        self._variables = build_model(Scope(instance, [candidate]))
        self._terms = [level.terms[candidate.id] for level in make_levels(self._variables)]
        self._stop = stop
        self._known: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = []
        if alone.proved:
            totals = tuple(alone.totals.values())
            self._known += [(k, totals[:k], totals[: k + 1]) for k in range(len(totals))]
        self.boxes = [Box()]
        self.least: dict[Box, int] = {}

    def look_at(self, k: int) -> None:
        """Find the least of level k in every box."""
        self.least = {box: self._least(k, box.high) for box in self.boxes}

    def _least(self, k: int, high: tuple[int, ...]) -> int:
        """An answer found for looser limits holds wherever its own figures still fit."""
        for level, limits, figures in self._known:
            looser = all(limit >= here for limit, here in zip(limits, high, strict=False))
            if level == k and looser and all(one <= here for one, here in zip(figures, high, strict=False)):
                return figures[k]
        model = self._variables.model.clone()
        for term, limit in zip(self._terms, high, strict=False):
            model.add(term <= limit)
        model.minimize(self._terms[k])
        outcome = run(model, SINGLE, self._stop, QUERY_SECONDS)
        if outcome.values is not None and outcome.optimal:
            figures = tuple(evaluate(term, outcome.values) for term in self._terms[: k + 1])
            self._known.append((k, high, figures))
            return figures[k]
        if outcome.infeasible:
            return IMPOSSIBLE
        return max(_safe(outcome.bound), self._least_when_looser(k, high))

    def _least_when_looser(self, k: int, high: tuple[int, ...]) -> int:
        """What is known under looser limits holds under tighter ones too."""
        found = [
            figures[k]
            for level, limits, figures in self._known
            if level == k and all(limit >= here for limit, here in zip(limits, high, strict=False))
        ]
        return max(found, default=NOTHING_KNOWN)

    def settle(self, most: int) -> None:
        """Split each box by what level k, just looked at, may come to: its least up to ``most``."""
        boxes: list[Box] = []
        for box, least in self.least.items():
            if least > most:
                continue
            if most - least < FEW_VALUES:
                ranges = [(value, value) for value in range(least, most + 1)]
            else:
                ranges = [(least, least), (least + 1, most)]
            boxes += [Box((*box.low, low), (*box.high, high)) for low, high in ranges]
        self.boxes = boxes


def _safe(bound: float) -> int:
    return NOTHING_KNOWN if bound < NOTHING_KNOWN else ceil(bound - 1e-6)


class Frontier:
    """Bounds level by level: ask ``bound`` for the next level, then tell with ``settle`` what the plan's total is."""

    def __init__(self, instance: Instance, alone: Mapping[str, Single], stop: Stop, n_threads: int) -> None:
        self._pool = max(n_threads, 1)
        self._stop = stop
        candidates = [instance.candidates[one] for one in alone]
        self._persons = self._each(lambda one: _Person(instance, one, alone[one.id], stop), candidates)
        self._totals: list[int] = []
        self.useful = all(single.proved for single in alone.values())

    def _each(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        with ThreadPoolExecutor(max_workers=self._pool) as pool:
            return list(pool.map(work, items))

    def bound(self) -> int | None:
        """A proved bound for the total of the next level; None when nothing is known."""
        if not self.useful:
            return None
        k = len(self._totals)
        self._each(lambda person: person.look_at(k), self._persons)
        best = self._choose_boxes()
        self.useful = best is not None
        return best

    def state_in(self, model: cp_model.CpModel, levels: list[Level]) -> None:
        """Tie the level just bounded to those before: each candidate is in one box, at its least or above."""
        if not self.useful or all(len(person.boxes) == 1 for person in self._persons):
            return
        k = len(self._totals)
        for person in self._persons:
            terms = [level.terms[person.id] for level in levels[: k + 1]]
            chosen = [(model.new_bool_var(""), box, person.least[box]) for box in person.boxes]
            model.add_exactly_one(literal for literal, _, _ in chosen)
            for j in range(k):
                model.add(terms[j] >= sum(box.low[j] * literal for literal, box, _ in chosen))
                model.add(terms[j] <= sum(box.high[j] * literal for literal, box, _ in chosen))
            possible = [(literal, least) for literal, _, least in chosen if least < IMPOSSIBLE]
            model.add(terms[k] >= sum(least * literal for literal, least in possible))
            model.add_exactly_one(literal for literal, _ in possible)

    def settle(self, total: int) -> None:
        """The plan's total of the level just bounded; it must not be below the bound."""
        if not self.useful:
            return
        self._totals.append(total)
        floors = [min(person.least.values()) for person in self._persons]
        if min(floors) <= NOTHING_KNOWN:
            self.useful = False
            return
        slack = total - sum(floors)
        for person, floor in zip(self._persons, floors, strict=True):
            person.settle(floor + slack)
            if not person.boxes:
                self.useful = False

    def _choose_boxes(self) -> int | None:
        """One box a candidate, within the totals so far, the sum of leasts as small as possible."""
        if all(len(person.boxes) == 1 for person in self._persons):
            return sum(next(iter(person.least.values())) for person in self._persons)
        model = cp_model.CpModel()
        chosen = [[model.new_bool_var("") for _ in person.boxes] for person in self._persons]
        for literals in chosen:
            model.add_exactly_one(literals)
        pairs = [
            (literal, box, person.least[box])
            for person, literals in zip(self._persons, chosen, strict=True)
            for literal, box in zip(literals, person.boxes, strict=True)
        ]
        for literal, _, least in pairs:
            if least >= IMPOSSIBLE:
                model.add(literal == 0)
        pairs = [(literal, box, least) for literal, box, least in pairs if least < IMPOSSIBLE]
        for level, total in enumerate(self._totals):
            model.add(sum(box.low[level] * literal for literal, box, _ in pairs) <= total)
        model.minimize(sum(least * literal for literal, _, least in pairs))
        outcome = run(model, Settings(workers=1), self._stop, QUERY_SECONDS)
        return None if outcome.values is None else ceil(outcome.bound - 1e-6)
