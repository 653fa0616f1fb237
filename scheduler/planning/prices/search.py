"""Placing all by prices, and taking some out to place them anew ("ruin and recreate", G. Schrimpf et al., 2000).

Prices are weights on what is broken that grow as long as it stays so ("guided local search", C. Voudouris & E. Tsang,
1999). A plan is found when nothing is broken; then on, towards less delay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from random import Random

import numpy as np

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.timeline import due_of
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.prices.choice import best_choice
from scheduler.planning.prices.path import MONTH_LATE, PathOracle, Prices
from scheduler.planning.prices.resources import Load
from scheduler.solver.engine import Settings, Stop

FULL = 1200.0
"""A head too many costs more than a month of delay at first, and then more and more."""

CROWDED = 4000.0
GROWTH, FADING = 1.25, 0.997
GROW_EVERY = 15  # rounds
CHOOSE_EVERY = 40
REMEMBERED = 40  # paths of each candidate
FOR_THE_LATE = 0.5  # of the rounds in which nothing is broken
ARENAS_FIRST = 0.8  # of the rounds, where groups are crowded as well
AGAIN = (1, 2, 2, 3)  # how many are placed anew in a round

Fits = Callable[[Mapping[str, Assignment]], bool]


class PriceSearch:
    """Everybody free has a path at any time; ``best`` is the plan in which nothing is broken, with the least delay;
    ``nearest`` the paths, of all or of as many as there was time for, with the least broken.
    """

    def __init__(
        self, instance: Instance, free: list[Candidate], held: Occupancy, settings: Settings, stop: Stop, fits: Fits
    ) -> None:
        self.best: dict[str, Assignment] | None = None
        self.nearest: dict[str, Assignment] = {}
        self.paths: dict[str, Assignment] = {}
        self._free = {candidate.id: candidate for candidate in free}
        self._load = Load(instance, free, held.assignments.values())
        self._random = Random(settings.seed)
        self._oracle = PathOracle(instance, held, self._load, settings, self._random)
        self._fixed = self._load.used.copy()
        self._seen: dict[str, deque[Assignment]] = {
            candidate_id: deque(maxlen=REMEMBERED) for candidate_id in self._free
        }
        self._settings = settings
        self._due = {candidate.id: due_of(instance, candidate) for candidate in free}
        self._stop = stop
        self._effort = stop.effort_left
        self._best_after = 0.0
        self._fits = fits
        self._weight = np.full(self._load.used.shape, FULL)
        self._group_weight = dict.fromkeys(self._load.groups, CROWDED)
        self._ideals: dict[str, Assignment] = {}
        self._fewest_broken: float = np.inf

    def run(self, begin: Mapping[str, Assignment], least: int | None, *, patient: bool = True) -> None:
        """Until a plan has no more delay than ``least`` (None: than all have if nothing costs anything), or effort and
        time are over. ``begin``: a plan to begin from, empty if there is none. Not ``patient``: also once the best plan
        has stood for as long again as it took to come to it.
        """
        for path in begin.values():
            self._put(path)
        if not begin and not self._place_all():
            self.nearest = dict(self.paths)
            return
        current, round_ = self._cost(), 0
        while not self._stop.over:
            self._keep()
            if self.best is not None and (
                self._delay_of(self.best) <= self._enough(least) or not self._goes_on(patient)
            ):
                return
            round_ += 1
            if round_ % CHOOSE_EVERY == 0:
                self._choose()
                current = self._cost()
                continue
            chosen = self._whom()
            before = {candidate_id: self._take_out(candidate_id) for candidate_id in chosen}
            placed = all(self._place(candidate_id) for candidate_id in chosen)
            now = self._cost() if placed else np.inf
            if now <= current + self._random.random() * 2 * MONTH_LATE / 10:
                current = now
            else:
                self._put_back(before)
            if round_ % GROW_EVERY == 0:
                self._raise_prices()
                current = self._cost()
        self._keep()

    def _choose(self) -> None:
        """Of the paths seen lately, those that go best together."""
        paths = {
            candidate_id: list({_ways(path): path for path in [*seen, self.paths[candidate_id]]}.values())[::-1]
            for candidate_id, seen in self._seen.items()
        }
        made = best_choice(self._load, self._fixed, paths, self._settings, self._stop)
        for candidate_id, path in (made or {}).items():
            if path != self.paths[candidate_id]:
                self._take_out(candidate_id)
                self._put(path)

    # --- placing ---------------------------------------------------------------------------------------------------

    def _place_all(self) -> bool:
        """One after another, who is done last first."""
        order = sorted(self._free.values(), key=lambda candidate: -len(candidate.fixed))
        return all(self._place(candidate.id) for candidate in order)

    def _place(self, candidate_id: str) -> bool:
        path = self._oracle.best(self._free[candidate_id], self._prices(), self._stop)
        if path is None:
            return False
        self._put(path)
        self._seen[candidate_id].append(path)
        return True

    def _put(self, path: Assignment) -> None:
        self.paths[path.candidate] = path
        self._load.add(path)

    def _take_out(self, candidate_id: str) -> Assignment:
        path = self.paths.pop(candidate_id)
        self._load.remove(path)
        return path

    def _put_back(self, before: Mapping[str, Assignment]) -> None:
        for candidate_id in before:
            if candidate_id in self.paths:
                self._take_out(candidate_id)
        for path in before.values():
            self._put(path)

    def _prices(self) -> Prices:
        load = self._load
        heads = np.where(load.full, self._weight, 0.0) - np.where(load.lacking, self._weight, 0.0)
        groups = {year: round(self._group_weight[year]) for year, n in load.members.items() if n >= load.groups[year]}
        return Prices(heads, groups, {})

    def _raise_prices(self) -> None:
        broken = self._load.too_much > 0
        self._weight[broken] *= GROWTH
        self._weight *= FADING
        for year in self._load.crowded:
            self._group_weight[year] *= GROWTH

    # --- what it comes to ------------------------------------------------------------------------------------------

    def _cost(self) -> float:
        crowded = sum(self._group_weight[year] * n for year, n in self._load.crowded.items())
        return MONTH_LATE * self._delay_of(self.paths) + float((self._load.too_much * self._weight).sum()) + crowded

    def _delay_of(self, paths: Mapping[str, Assignment]) -> int:
        """Months of delay, as far as they differ from plan to plan."""
        return sum(path.end - self._due[path.candidate] for path in paths.values())

    def _enough(self, least: int | None) -> int:
        if least is not None:
            return least
        return self._delay_of({candidate_id: self._ideal(candidate_id) for candidate_id in self._free})

    @property
    def broken(self) -> int:
        """Head-months and memberships too many, or lacking."""
        return int(np.ceil(self._load.too_much).sum()) + sum(self._load.crowded.values())

    def _keep(self) -> None:
        """Note the plan if nothing is broken and it is better than the one noted."""
        broken = self.broken
        if broken < self._fewest_broken:
            self._fewest_broken, self.nearest = broken, dict(self.paths)
        if broken or (self.best is not None and self._delay_of(self.paths) >= self._delay_of(self.best)):
            return
        if self._fits(self.paths):
            self.best, self._best_after = dict(self.paths), self._spent

    @property
    def _spent(self) -> float:
        """Effort since the search was made; 0 where none is counted."""
        left = self._stop.effort_left
        return 0.0 if left is None or self._effort is None else self._effort - left

    def _goes_on(self, patient: bool) -> bool:
        """Whether the best plan is so new that another may well follow, where that is asked."""
        return patient or self._spent <= 2 * self._best_after

    def in_the_way(self, path: Assignment) -> int:
        """Months of a path, put among the others, in what is too full."""
        broken = self._load.too_much > 0
        return sum(bool(broken[row, t]) for row, t, _ in self._load.cells(path))

    # --- whom to place anew ----------------------------------------------------------------------------------------

    def _whom(self) -> list[str]:
        """A few to place anew, in order: some who use what is broken, or somebody late and who holds their place."""
        n = self._random.choice(AGAIN)
        if not self.broken and (late := self._late()) and self._random.random() < FOR_THE_LATE:
            first = self._random.choice(late)
            near = [candidate_id for candidate_id in self._holders(first) if candidate_id != first]
            return [first, *self._random.sample(near, min(n, len(near)))]
        broken = self._in_broken()
        first = self._random.choice(broken or list(self.paths))
        others = [candidate_id for candidate_id in self.paths if candidate_id != first]
        chosen = [first, *self._random.sample(others, min(n - 1, len(others)))]
        self._random.shuffle(chosen)
        return chosen

    def _in_broken(self) -> list[str]:
        """Who uses something that is too full, or could be where heads are lacking; nobody if nothing is broken."""
        broken, crowded = np.argwhere(self._load.too_much > 0), list(self._load.crowded)
        if len(broken) and (not crowded or self._random.random() < ARENAS_FIRST):
            row, t = broken[self._random.randrange(len(broken))]
            over = self._load.used[row, t] > self._load.room[row, t]
            return list(self._users({(int(row), int(t))})) if over else list(self.paths)
        if crowded:
            year = self._random.choice(crowded)
            return [path.candidate for path in self.paths.values() if year in self._load.years(path.group)]
        return []

    def _late(self) -> list[str]:
        """Who is done later than if nothing cost anything."""
        return [path.candidate for path in self.paths.values() if path.end > self._ideal(path.candidate).end]

    def _holders(self, candidate_id: str) -> list[str]:
        """Who is where the candidate would be if nothing cost anything, in months that are full."""
        ideal, full = self._ideal(candidate_id), self._load.full
        wanted = {(row, t) for row, t, _ in self._load.cells(ideal) if full[row, t]}
        crowded = {
            year for year in self._load.years(ideal.group) if self._load.members[year] >= self._load.groups[year]
        }
        members = (path.candidate for path in self.paths.values() if crowded.intersection(self._load.years(path.group)))
        return list(dict.fromkeys([*self._users(wanted), *members]))

    def _users(self, cells: set[tuple[int, int]]) -> Iterator[str]:
        for path in self.paths.values():
            if any((row, t) in cells for row, t, _ in self._load.cells(path)):
                yield path.candidate

    def _ideal(self, candidate_id: str) -> Assignment:
        """The candidate's path if nothing costs anything."""
        if candidate_id not in self._ideals:
            free = Prices(np.zeros_like(self._weight), {}, {})
            path = self._oracle.best(self._free[candidate_id], free, self._stop)
            self._ideals[candidate_id] = path or self.paths[candidate_id]
        return self._ideals[candidate_id]


def _ways(path: Assignment) -> tuple[object, ...]:
    """What tells paths of one candidate apart."""
    return path.first, path.rotations, path.practice, path.moves, path.group
