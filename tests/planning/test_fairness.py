"""The largest mean delay of a municipality: planted regions in which it is known, and what must not get in its way.

In all of them three months are asked for, one of them in the ward, which has one place: who is there in month t counted
from the own start is t - 2 months late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.objective import level_ids
from scheduler.plan import Plan, PlanObjective
from scheduler.planning.components import split
from scheduler.solve import Options, solve
from scheduler.solver.strategy import Strategy
from tests.helpers.tiny import Row, faults, make, months, person, planned

FIRST = parse_month("2027-01")
ASKED: Row = {"total": 3, "open_practice_min": 0, "institution_min": 1, "institution_cap": 1}


def region(*people: Row, closed: tuple[int, ...] = (), **tables: Any) -> Instance:
    """Candidates who share the ward's one place, in a region of the municipalities a, b and c."""
    closing = [months(format_month(FIRST + t), format_month(FIRST + t), places=0) for t in closed]
    ward = {"places": [{"places": 1}, *closing]}
    towns = [{"id": town} for town in "abc"]
    arenas = {"ward": ward, **tables.pop("arenas", {})}
    rotations = {"ward": {"min_months": 1}, "clinic": None}
    return make(*people, rules=ASKED, arenas=arenas, rotations=rotations, municipalities=towns, **tables)


def of(town: str | None, **fields: Any) -> Row:
    return person(municipality=town, **fields)


def level(plan: Plan, name: str = "fairness") -> PlanObjective:
    return next(each for each in plan.objectives if each.id == name)


# --- planted ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planted:
    """Each candidate's municipality and month of start, and the months in which the ward is closed."""

    towns: tuple[str, ...]
    starts: tuple[int, ...]
    closed: tuple[int, ...]

    @classmethod
    def of_seed(cls, seed: int, fewest: int, most: int) -> Planted:
        source = Random(f"fairness {seed}")
        number = source.randint(fewest, most)
        towns = "ab" if source.random() < 0.5 else "abc"
        return cls(
            tuple(source.choice(towns) for _ in range(number)),
            tuple(source.choice([0, 0, 0, 1, 2]) for _ in range(number)),
            tuple(sorted(source.sample(range(2, 9), source.choice([0, 0, 1, 2])))),
        )

    @property
    def instance(self) -> Instance:
        people = zip(self.towns, self.starts, strict=True)
        return region(*(of(town, start=format_month(FIRST + start)) for town, start in people), closed=self.closed)

    def best(self) -> tuple[int, int, Fraction]:
        """The least sum of delays, with it the least of one, with both the least of the largest mean: by looking at
        everybody's every month in the ward."""
        nobody: frozenset[int] = frozenset()
        reached = {(nobody, (0, 0, 0), 0)}
        for month in range(len(self.towns) + len(self.closed) + max(self.starts)):
            reached = {after for before in reached for after in self._after(*before, month)}
        return min(self._figures(sums, worst) for done, sums, worst in reached if len(done) == len(self.towns))

    def _figures(self, sums: tuple[int, ...], worst: int) -> tuple[int, int, Fraction]:
        means = (Fraction(total, max(self.towns.count(town), 1)) for town, total in zip("abc", sums, strict=True))
        return sum(sums), worst, max(means)

    def _after(
        self, done: frozenset[int], sums: tuple[int, ...], worst: int, month: int
    ) -> Iterator[tuple[frozenset[int], tuple[int, ...], int]]:
        """The month goes to nobody, or to one of those who have begun and wait."""
        yield done, sums, worst
        for who, start in enumerate(self.starts):
            if month not in self.closed and who not in done and start <= month:
                late = max(month - start - 2, 0)
                town = "abc".index(self.towns[who])
                yield done | {who}, tuple(n + late * (i == town) for i, n in enumerate(sums)), max(worst, late)


def held_to(planted: Planted, strategy: Strategy) -> bool:
    """Whether all is proved; what is told must be true in any case."""
    total, worst, mean = planted.best()
    instance = planted.instance
    plan = solve(instance, Options(workers=1, time_limit_s=60.0, strategy=strategy))
    assert faults(instance, plan) == []
    delay, fairness = level(plan, "delay"), level(plan)
    assert delay.worst is not None
    assert (delay.value, delay.worst.value) == (total, worst)
    assert fairness.bound <= float(mean) + 1e-5
    if fairness.proved:
        assert fairness.value == pytest.approx(float(mean), abs=1e-5)
    return delay.proved and fairness.proved


@pytest.mark.parametrize("strategy", [Strategy.EXACT, Strategy.DECOMPOSED])
@pytest.mark.parametrize("seed", range(3))
def test_a_planted_least_is_found_and_proved(seed: int, strategy: Strategy) -> None:
    assert held_to(Planted.of_seed(seed, 4, 6), strategy)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", [Strategy.EXACT, Strategy.DECOMPOSED])
def test_forty_planted_leasts_are_found_and_proved(strategy: Strategy) -> None:
    assert [seed for seed in range(40) if not held_to(Planted.of_seed(seed, 5, 8), strategy)] == []


def test_plants_differ_in_who_waits() -> None:
    """Otherwise the largest mean would follow from the sum, and nothing would be tested."""
    plants = [Planted.of_seed(seed, 5, 8) for seed in range(40)]
    assert sum(planted.best()[2] > Fraction(planted.best()[0], len(planted.towns)) for planted in plants) > 10
