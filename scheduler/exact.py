"""Numbers that are exact though they are not whole: a percent has two decimals, and what is earned of it has more.

Whole ones are an ``int`` and nothing else, so that where every percent is whole there is nothing but small integers;
53.33 is ``Fraction(5333, 100)``. Plain arithmetic takes both. The solver takes whole numbers only: there amounts are
counted in ``common_step``, the largest step of which all of them are multiples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor, gcd, lcm

Exact = int | Fraction

PERCENT_DECIMALS = 2
_PARTS = 10**PERCENT_DECIMALS
_NOISE = Fraction(1, 1000)  # of a hundredth of a percent: 60 as a spreadsheet keeps it in short is 60.0000024


def whole_if_it_is(number: Exact) -> Exact:
    """The number as an ``int`` where it is one."""
    return number.numerator if number.denominator == 1 else number


def exact_percent(number: float | Exact) -> Exact | None:
    """A percent as it was meant, 60.0000024 as 60; None if it has more decimals than a percent may have.

    >>> exact_percent(37.5), exact_percent(60.0000024), exact_percent(33.333)
    (Fraction(75, 2), 60, None)
    """
    if isinstance(number, int):
        return number
    parts = Fraction(number) * _PARTS
    return whole_if_it_is(Fraction(round(parts), _PARTS)) if abs(parts - round(parts)) <= _NOISE else None


def percent_upwards(number: Exact) -> Exact:
    """A percent that was worked out, with the decimals that a percent may have: 54.5454… is 54.55, in one's favour."""
    return whole_if_it_is(Fraction(-floor(-number * _PARTS), _PARTS))


def exact(number: float | Exact) -> Exact:
    """A number of a file in exact form: a percent as it was meant, anything else as it is."""
    percent = exact_percent(number)
    return whole_if_it_is(Fraction(number)) if percent is None else percent


def plain(number: Exact) -> int | float:
    """The number as files and outputs have it: 37.5."""
    return number if isinstance(number, int) else _plain(number)


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)


def rounded_up(number: Exact) -> int:
    """The next whole number."""
    return -floor(-number)


def common_step(amounts: Iterable[Exact]) -> Exact:
    """The largest number of which all amounts are whole multiples; 0 where all are 0.

    >>> common_step([10_000, 3_750]), common_step([Fraction(5333, 5), 2_000])
    (1250, Fraction(1, 5))
    """
    given = list(amounts)
    parts = lcm(*(amount.denominator for amount in given))
    return whole_if_it_is(Fraction(gcd(*(int(amount * parts) for amount in given)), parts))


def parts_in(amounts: Iterable[Exact]) -> int:
    """Into how many parts one has to be cut for all amounts to be whole: 2 for 37.5 and 100; 1 where all are whole."""
    return lcm(*(amount.denominator for amount in amounts))


def whole_row(amounts: Sequence[Exact], room: Exact) -> tuple[list[int], int]:
    """Amounts that may not come to more than there is room for, in whole numbers; whole amounts stay as they are.

    >>> whole_row([3750, 10_000], 30_000), whole_row([Fraction(5333, 5), 2_000], 3_000)
    (([3750, 10000], 30000), ([5333, 10000], 15000))
    """
    step = 1 if all(isinstance(amount, int) for amount in amounts) else common_step(amounts)
    return [int(amount // step) for amount in amounts], int(room // step) if step else 0
