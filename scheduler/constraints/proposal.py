"""What a rule offers to change so that a conflict is gone: kinds of changes with their amount left open.

How much of one is needed (months, places) is found by trying, in ``scheduler.explanation.remedies``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.changes.change import Action, Change
from scheduler.month import Month

Make = Callable[[int, Month | None, Month | None], list[Change]]
Cost = Callable[[int, int], float]

FOR_ALL = 12  # a change of a rotation's or requirement's numbers concerns everybody: as much as a year of one place
MOST_PLACES = 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kind of change with its amount left open.

    ``make(amount, start, end)`` gives the changes for an amount (1 .. ``most``) in the months ``start`` up to, not
    including, ``end`` (None, None where it has no window); ``cost(amount, months)`` is how small it is, in months.
    """

    make: Make
    cost: Cost
    most: int = 1
    window: tuple[Month, Month] | None = None


def added(table: str, row: str, field: str, unit: int = 1) -> Make:
    """So many units more (fewer: a negative unit) in a field that holds step by step."""

    def make(amount: int, start: Month | None, end: Month | None) -> list[Change]:
        return [Change(Action.ADD, table, row, field, amount * unit, start, None if end is None else end - 1)]

    return make


def set_to(table: str, row: str, field: str, value: Callable[[int], object]) -> Make:
    """Another value in a field, for an amount."""
    return lambda amount, _start, _end: [Change(Action.SET, table, row, field, value(amount))]


def each_month(unit: float = 1.0) -> Cost:
    """So much for each month and each of the amount."""
    return lambda amount, months: amount * months * unit


def concerning_all(amount: int, _months: int) -> float:
    """A number that concerns everybody, and by how much it changes."""
    return FOR_ALL + amount


def at_once(cost: float) -> Cost:
    """The same whatever the amount."""
    return lambda _amount, _months: cost
