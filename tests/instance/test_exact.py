"""Percents are exact: as they were meant, whole where they are whole, and for models in the coarsest grain."""

from __future__ import annotations

from fractions import Fraction

import pytest

from scheduler.exact import (
    Exact,
    common_step,
    exact_percent,
    parts_in,
    percent_upwards,
    plain,
    rounded_up,
    whole_row,
)
from scheduler.instance.timeline import Grain, grain_of

ODD = Fraction(5333, 100)


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        (60, 60),
        (60.0, 60),
        (37.5, Fraction(75, 2)),
        (53.33, ODD),
        (0.1 + 0.2, Fraction(3, 10)),
        (60.0000024, 60),
        (66.66999816894531, Fraction(6667, 100)),  # as numbers of four bytes have it
        (33.333, None),
        (60.001, None),
    ],
)
def test_a_percent_as_it_was_meant(number: float, meant: Exact | None) -> None:
    found = exact_percent(number)
    assert found == meant
    assert isinstance(found, int) == isinstance(meant, int)


def test_what_is_worked_out_has_two_decimals_in_ones_favour() -> None:
    """Ten of 22 working days away leave 54.5454… %; 50 % stay 50 %."""
    assert percent_upwards(Fraction(1200, 22)) == Fraction(5455, 100)
    assert percent_upwards(50) == 50
    assert plain(percent_upwards(Fraction(1200, 22))) == 54.55


def test_steps_and_parts() -> None:
    assert common_step([10_000, 5333, Fraction(5333, 5)]) == Fraction(1, 5)
    assert common_step([0, 0]) == 0
    assert parts_in([100, (37.5).as_integer_ratio()[0], Fraction(75, 2)]) == 2
    assert [rounded_up(number) for number in (Fraction(1, 3), 1, Fraction(-1, 3))] == [1, 1, 0]


def test_a_row_in_whole_numbers() -> None:
    """Whole amounts stay as they are; of others, what there is room for is rounded down, and no more is lost."""
    assert whole_row([3750, 10_000], Fraction(50_001, 2)) == ([3750, 10_000], 25_000)
    assert whole_row([Fraction(5333, 5), 2000], Fraction(6401, 2)) == ([5333, 10_000], 16_002)


@pytest.mark.parametrize(
    ("percents", "shares", "grain"),
    [
        ({100, 60, 0}, {100, 80, 20}, Grain()),
        ({Fraction(75, 2)}, {100}, Grain(2, Fraction(1, 2))),
        ({100, ODD}, {100, 80, 20}, Grain(100, Fraction(1, 20))),
        ({100}, {Fraction(3333, 100), Fraction(6667, 100)}, Grain(1, 100)),
    ],
)
def test_the_grain_of_a_candidate(percents: set[Exact], shares: set[Exact], grain: Grain) -> None:
    """Work and weights are whole numbers in it, what they come to is the credit, of which a unit is whole."""
    assert grain_of(percents, shares) == grain
    for percent in percents:
        for share in (*shares, 100):
            assert grain.of_work(percent) == percent * grain.work
            assert grain.weight(share) == share * grain.share
            assert grain.of_work(percent) * grain.weight(share) == grain.credit(percent * share)
    assert grain.credit(1) == grain.work * grain.share
