"""Half-yearly meetings of candidate, supervisor and leader: every six months from the start of the training.

A meeting that falls in full leave, or after the finish, is moved by one month if that helps; otherwise it is left out.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from scheduler.accounting import Trajectory, group_of
from scheduler.month import Month, calendar_month, year

EVERY_MONTHS = 6
TOLERANCE = (0, -1, 1)  # on time, else a month early, else a month late
_WEDNESDAY = 2


@dataclass(frozen=True, slots=True)
class Meeting:
    """The nth meeting counted from the start of the training; ``month`` None: leave all around it."""

    number: int
    due: Month
    month: Month | None

    @property
    def moved(self) -> int:
        """Months by which it is not on time: -1, 0 or 1."""
        return 0 if self.month is None else self.month - self.due


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """A month of the guidance group in which the candidate is not on leave; both numbers begin at 1."""

    group: str
    number: int
    group_year: int
    month: Month


def half_yearly_meetings(trajectory: Trajectory) -> list[Meeting]:
    """The meetings of the planned months: start 2026-09, finish 2031-08 gives 2027-03, 2027-09 … and 2031-08."""
    start = trajectory.entry.start
    return [
        Meeting(number, due, _held(trajectory, due))
        for number in range(1, (trajectory.end - start) // EVERY_MONTHS + 1)
        for due in [start + number * EVERY_MONTHS]
        if trajectory.first <= due <= trajectory.end
    ]


def _held(trajectory: Trajectory, due: Month) -> Month | None:
    for offset in TOLERANCE:
        month = due + offset
        if trajectory.first <= month < trajectory.end and not trajectory.candidate.on_leave(month):
            return month
    return None


def group_months(trajectory: Trajectory) -> list[GroupMonth]:
    """The months of the candidate's group inside the plan, full leave left out."""
    group = group_of(trajectory)
    if group is None:
        return []
    months = [
        (group_id, month)
        for (group_id, _), year in zip(group.attended(), group.years(), strict=True)
        for month in year.months()
    ]
    return [
        GroupMonth(group_id, number, (number - 1) // 12 + 1, month)
        for number, (group_id, month) in enumerate(months, start=1)
        if trajectory.first <= month < trajectory.end and not trajectory.candidate.on_leave(month)
    ]


def suggested_day(month: Month) -> datetime.date:
    """A day to hold a place in a calendar until one is agreed: the second Wednesday, which no fixed holiday is."""
    first = datetime.date(year(month), calendar_month(month), 1)
    return first + datetime.timedelta(days=(_WEDNESDAY - first.weekday()) % 7 + 7)
