"""When everything is done that a finish waits for: each rule's own to say, by plain arithmetic (0001, *Finish*)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scheduler.accounting import Trajectory, cut, first_month_with_total
from scheduler.constraints.rule import Rule
from scheduler.month import Month


def complete(rules: Iterable[Rule], trajectory: Trajectory) -> bool:
    """Whether everything holds at the trajectory's end that the finish waits for."""
    return all(rule.met(trajectory) for rule in rules)


def complete_before(rules: Sequence[Rule], trajectory: Trajectory) -> Month | None:
    """The first month before the trajectory's last one at whose end the candidate is complete already; None is
    right."""
    for month in range(first_month_with_total(trajectory), trajectory.end - 1):
        if complete(rules, cut(trajectory, month + 1)):
            return month
    return None


def last_complete_before(rules: Sequence[Rule], trajectory: Trajectory) -> Month | None:
    """The last month before the trajectory's last one at whose end the candidate is complete already; None is right."""
    for month in range(trajectory.end - 2, first_month_with_total(trajectory) - 1, -1):
        if complete(rules, cut(trajectory, month + 1)):
            return month
    return None
