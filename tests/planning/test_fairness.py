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


@pytest.mark.slow
def test_plants_differ_in_who_waits() -> None:
    """Otherwise the largest mean would follow from the sum, and nothing would be tested."""
    plants = [Planted.of_seed(seed, 5, 8) for seed in range(40)]
    assert sum(planted.best()[2] > Fraction(planted.best()[0], len(planted.towns)) for planted in plants) > 10


# --- what counts, and what it changes --------------------------------------------------------------------------------


def test_who_belongs_to_the_larger_municipality_waits() -> None:
    """Of four one waits two months and one waits one: three of a share 3 months (1 each) rather than b's only one 2."""
    plan = planned(region(of("a"), of("b"), of("a"), of("a"), of("a")))
    assert {entry.id: entry.delay for entry in plan.candidates}["A02"] == 0
    assert (level(plan).value, level(plan, "delay").value) == (0.75, 3)


def test_without_the_level_nothing_is_made_of_it() -> None:
    """The order that leaves it out has no such figure, and its plan is the one without municipalities."""
    people = [of("a"), of("b"), of("a"), of("b")]
    order = ["delay", "wishes", "away", "moves", "uncounted", "breadth"]
    plan = planned(region(*people, objective={"order": order}))
    assert [each.id for each in plan.objectives] == order
    alike = [{key: value for key, value in row.items() if key != "municipality"} for row in people]
    other = planned(region(*alike, objective={"order": order}))
    assert [entry.months for entry in plan.candidates] == [entry.months for entry in other.candidates]


def test_candidates_of_no_municipality_are_in_no_mean() -> None:
    """Whoever belongs nowhere is the one to wait."""
    plan = planned(region(of("a"), of("a"), person(), of("b")))
    assert {entry.id: entry.delay for entry in plan.candidates} == {"A01": 0, "A02": 0, "A03": 1, "A04": 0}
    assert level(plan).value == 0


def test_before_the_delays_it_has_them_as_its_price() -> None:
    """Fairness first: the only one of b must not wait, and the three of a share 1 month, whoever has it."""
    plan = planned(region(of("a"), of("a"), of("a"), of("b"), objective={"order": ["fairness", "wishes", "delay"]}))
    assert {entry.id: entry.delay for entry in plan.candidates}["A04"] == 0
    assert level(plan).value == pytest.approx(1 / 3, abs=1e-5)
    assert [each.id for each in plan.objectives] == ["fairness", "wishes", "delay"]


def test_a_municipality_is_planned_in_one_part() -> None:
    """Two wards that share nobody are two parts, unless candidates of both belong to a; not if nobody asks for it."""
    wards: Row = {"arenas": {"clinic": {"places": [{"places": 1}]}}}
    rows = [
        of("a", allowed=["gp", "ward"]),
        of("b", allowed=["gp", "ward"]),
        of("a", allowed=["gp"]),
        of("c", allowed=["gp"]),
    ]
    assert [len(part.candidates) for part in split(region(*rows, **wards))] == [3, 1]
    assert "fairness" in level_ids(region(*rows))
    assert [len(part.candidates) for part in split(region(*rows, objective={"order": ["delay"]}, **wards))] == [2, 1, 1]
