"""A linear model with whole numbers as plain rows, so that two solvers get the very same one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Terms = dict[int, int]
INFINITY = 10**9


@dataclass
class Sum:
    """``constant + sum(coefficient x variable)``."""

    terms: Terms = field(default_factory=dict)
    constant: int = 0

    def add(self, variable: int, coefficient: int = 1) -> Sum:
        """Add a term in place."""
        self.terms[variable] = self.terms.get(variable, 0) + coefficient
        return self

    def plus(self, other: Sum, times: int = 1) -> Sum:
        """Add another sum in place."""
        for variable, coefficient in other.terms.items():
            self.add(variable, coefficient * times)
        self.constant += other.constant * times
        return self

    def value(self, values: list[int]) -> int:
        """The sum under an assignment."""
        return self.constant + sum(c * values[v] for v, c in self.terms.items())


def one(variable: int, coefficient: int = 1) -> Sum:
    """A sum of one term."""
    return Sum({variable: coefficient})


def number(value: int) -> Sum:
    """A sum without terms."""
    return Sum({}, value)


@dataclass
class Model:
    """Variables with bounds, rows ``low <= terms <= high``."""

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    rows: list[tuple[Terms, int, int]] = field(default_factory=list)
    impossible: bool = False

    def boolean(self) -> int:
        """A variable that is 0 or 1."""
        return self.integer(0, 1)

    def integer(self, lower: int, upper: int) -> int:
        """A whole number within bounds."""
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def fix(self, variable: int, value: int) -> None:
        """Give a variable its value."""
        if not self.lower[variable] <= value <= self.upper[variable]:
            self.impossible = True
            return
        self.lower[variable] = self.upper[variable] = value

    def at_least(self, what: Sum, low: int) -> None:
        """``what >= low``."""
        self.between(what, low, INFINITY)

    def at_most(self, what: Sum, high: int) -> None:
        """``what <= high``."""
        self.between(what, -INFINITY, high)

    def equal(self, what: Sum, value: int) -> None:
        """``what == value``."""
        self.between(what, value, value)

    def between(self, what: Sum, low: int, high: int) -> None:
        """``low <= what <= high``, divided by what its coefficients have in common where that is exact."""
        terms = {variable: c for variable, c in what.terms.items() if c}
        low = low if low == -INFINITY else low - what.constant
        high = high if high == INFINITY else high - what.constant
        if not terms:
            self.impossible = self.impossible or not low <= 0 <= high
            return
        common = math.gcd(*terms.values())
        if common > 1:
            terms = {variable: c // common for variable, c in terms.items()}
            low = low if low == -INFINITY else -(-low // common)
            high = high if high == INFINITY else high // common
        self.rows.append((terms, low, high))


def total(sums: Iterable[Sum]) -> Sum:
    """All of them together."""
    result = Sum()
    for item in sums:
        result.plus(item)
    return result


def weighted(variables: Mapping[int, int]) -> Sum:
    """A sum from ``{variable: coefficient}``."""
    return Sum(dict(variables))
