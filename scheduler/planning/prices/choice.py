"""The best choice among the paths seen: one for each candidate, so that least is broken and nobody is late for nothing
(a set partitioning model, as in column generation).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor

import numpy as np
from ortools.sat.python import cp_model

from scheduler.instance.assignment import Assignment
from scheduler.planning.prices.path import MONTH_LATE
from scheduler.planning.prices.resources import SLACK, Amounts, Load
from scheduler.solver.engine import Settings, Stop, evaluate, run
from scheduler.variables import Linear, Literal

PARTS = 100  # of a head, so that shares are whole numbers; finer ones are rounded up
PART_TOO_MANY = 60
ONE_TOO_MANY = PARTS * PART_TOO_MANY  # a head too many, or one that lacks, is dearer than some months of delay

Cell = tuple[int, int]  # a row and a month


def best_choice(
    load: Load, fixed: Amounts, paths: Mapping[str, Sequence[Assignment]], settings: Settings, stop: Stop
) -> dict[str, Assignment] | None:
    """The paths chosen, beginning from the first of each; None if there was no time. ``fixed``: what others use."""
    choice = _Choice(load, paths)
    model = choice.model
    model.minimize(sum([*choice.delay(), *choice.above(fixed), *choice.below(fixed), *choice.crowded()]))
    outcome = run(model, settings, stop, settings.limits.choice_effort)
    if outcome.values is None:
        return None
    values = outcome.values
    return {path.candidate: path for path, taken in choice.taken if evaluate(taken, values)}


class _Choice:
    """A literal for each path, and the sums they make in each cell."""

    def __init__(self, load: Load, paths: Mapping[str, Sequence[Assignment]]) -> None:
        self.model = cp_model.CpModel()
        self.load = load
        self.paths = paths
        self.taken: list[tuple[Assignment, Literal]] = []
        self._cells: defaultdict[Cell, list[Linear]] = defaultdict(list)
        self._most: defaultdict[Cell, int] = defaultdict(int)
        for known in paths.values():
            self._add(known)

    def _add(self, known: Sequence[Assignment]) -> None:
        """One of a candidate's paths is taken; by the hint, the first."""
        literals = [self.model.new_bool_var("") for _ in known]
        self.model.add_exactly_one(literals)
        most: defaultdict[Cell, int] = defaultdict(int)
        for path, taken in zip(known, literals, strict=True):
            self.model.add_hint(taken, path is known[0])
            self.taken.append((path, taken))
            for row, t, amount in self.load.cells(path):
                share = ceil(amount * PARTS - SLACK)
                self._cells[row, t].append(share * taken)
                most[row, t] = max(most[row, t], share)
        for cell, share in most.items():
            self._most[cell] += share

    def delay(self) -> Iterator[Linear]:
        """Months later than the first path of each."""
        for path, taken in self.taken:
            yield MONTH_LATE * (path.end - self.paths[path.candidate][0].end) * taken

    def above(self, fixed: Amounts) -> Iterator[Linear]:
        """What is too much in a cell."""
        for (row, t), amounts in self._cells.items():
            room = self.load.room[row, t] - fixed[row, t]
            if np.isfinite(room) and self._most[row, t] > room * PARTS:
                over = self.model.new_int_var(0, self._most[row, t] + max(0, ceil(-room * PARTS)), "")
                self.model.add(sum(amounts) <= floor(room * PARTS + SLACK) + over)
                yield PART_TOO_MANY * over

    def below(self, fixed: Amounts) -> Iterator[Linear]:
        """What is lacking in a cell."""
        missing = self.load.least - fixed
        for row, t in np.argwhere(missing > SLACK):
            least = ceil(missing[row, t] * PARTS - SLACK)
            lack = self.model.new_int_var(0, least, "")
            self.model.add(sum(self._cells.get((int(row), int(t)), [])) + lack >= least)
            yield PART_TOO_MANY * lack

    def crowded(self) -> Iterator[Linear]:
        """Members above the places of a group year."""
        members: defaultdict[tuple[str, int], list[Literal]] = defaultdict(list)
        for path, taken in self.taken:
            for year in self.load.years(path.group):
                members[year].append(taken)
        for year, literals in members.items():
            over = self.model.new_int_var(0, len(literals), "")
            self.model.add(sum(literals) <= self.load.groups[year] + over)
            yield ONE_TOO_MANY * over
