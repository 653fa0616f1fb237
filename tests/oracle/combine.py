"""Every combination of the candidates' paths against everything they share; the best of those that fit.

Branch and bound over candidates. A path's own values are compared in the objective's order, and sums in that order
keep the order of their parts; so a partial choice with everybody else at their own best is a bound, and among one
candidate's paths, from best to worst, the first that is no better than what is in hand ends the search there. (Worst
shares need no bound of their own: where the sums are equal to the least, each share is equal to its least. But the
longest row away is no share of a sum: of the levels after it the own bests say nothing, since somebody may have a
longer row than his own best to win there; so only what comes up to it is compared. Nor is a municipality's mean, where
no sum of delays is settled before it: who is not in the worst-off one may wait to win something.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .found import Budget
from .levels import Column, Waiting
from .shared import Shared
from .walk import Kept

MEANS = (Column.MEANS, Column.HELD)
Value = tuple[tuple[Any, int], ...]
"""Sum and worst of each level."""


class Combination:
    """The best choice of one path for each candidate."""

    def __init__(
        self, shared: Shared, paths: Sequence[Sequence[Kept]], columns: Sequence[Column], budget: Budget
    ) -> None:
        self.shared, self.budget = shared, budget
        self.columns = tuple(columns)
        self.comparable = next(
            (i + 1 for i, c in enumerate(columns) if c in (Column.WORST, Column.MEANS)), len(columns) + 1
        )
        self.paths = [sorted(own, key=lambda kept: kept.value) for own in sorted(paths, key=len)]
        self.usage = [matrix(own, len(shared.columns)) for own in self.paths]
        self.caps = np.array([shared.caps.get(key, 10**17) for key in shared.columns], dtype=np.int64)
        self.floors = np.array([shared.floors.get(key, 0) for key in shared.columns], dtype=np.int64)
        self.most = most_of_the_rest(self.usage, len(shared.columns))
        self.fits: dict[tuple[int, tuple[frozenset[str], ...]], bool] = {}
        self.best: tuple[Value, list[Kept]] | None = None

    def find(self) -> list[Kept] | None:
        if all(self.paths) or not self.paths:
            start = tuple((Waiting() if column in MEANS else 0, -(10**9)) for column in self.columns)
            self._choose(0, [], np.zeros(len(self.shared.columns), dtype=np.int64), start)
        return None if self.best is None else self.best[1]

    def _choose(self, depth: int, chosen: list[Kept], used: np.ndarray, value: Value) -> None:
        if depth == len(self.paths):
            if bool(np.all(used >= self.floors)) and (self.best is None or value < self.best[0]):
                self.best = (value, list(chosen))
            return
        usage = self.usage[depth] + used
        possible = np.all(usage <= self.caps, axis=1) & np.all(usage + self.most[depth + 1] >= self.floors, axis=1)
        for index in np.flatnonzero(possible):
            self.budget.spend()
            kept = self.paths[depth][int(index)]
            reached = self._add(value, kept)
            if self.best is not None and self._no_better(self._bound(reached, depth + 1), self.best[0]):
                break
            chosen.append(kept)
            if self._supervised(chosen) and self._shifts_fit(chosen):
                self._choose(depth + 1, chosen, usage[index], reached)
            chosen.pop()
            if self.best is not None and not self.columns:
                return

    def _no_better(self, bound: Value, best: Value) -> bool:
        return bound >= best if self.comparable > len(best) else bound[: self.comparable] > best[: self.comparable]

    def _add(self, value: Value, kept: Kept) -> Value:
        return tuple(
            (
                0 if column is Column.WORST else total + own,
                0 if column in (Column.SUM, *MEANS) else max(most, own),
            )
            for (total, most), own, column in zip(value, kept.value, self.columns, strict=True)
        )

    def _bound(self, value: Value, depth: int) -> Value:
        for own in self.paths[depth:]:
            value = self._add(value, own[0])
        return value

    def _supervised(self, chosen: Sequence[Kept]) -> bool:
        asked: dict[int, list[frozenset[str]]] = {}
        for kept in chosen:
            for month, names in kept.supervisors:
                asked.setdefault(month, []).append(names)
        return all(self._month_supervised(month, tuple(sets)) for month, sets in asked.items() if len(sets) > 1)

    def _month_supervised(self, month: int, sets: tuple[frozenset[str], ...]) -> bool:
        if (month, sets) not in self.fits:
            self.fits[month, sets] = self.shared.supervisors_suffice(month, sets)
        return self.fits[month, sets]

    def _shifts_fit(self, chosen: Sequence[Kept]) -> bool:
        needs = [kept.need for kept in chosen if kept.need is not None]
        return not needs or self.shared.shifts_suffice(needs)


def matrix(own: Sequence[Kept], width: int) -> np.ndarray:
    found = np.zeros((len(own), width), dtype=np.int64)
    for row, kept in enumerate(own):
        for column, amount in kept.uses:
            found[row, column] = amount
    return found


def most_of_the_rest(usage: Sequence[np.ndarray], width: int) -> list[np.ndarray]:
    """For each depth the most that those from there on could take of each column."""
    most = [np.zeros(width, dtype=np.int64)]
    for own in reversed(usage):
        most.insert(0, most[0] + (own.max(axis=0) if len(own) else 0))
    return most
