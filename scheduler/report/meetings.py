"""Half-yearly meetings of candidate, supervisor and leader: every six months from the start of the training.

A meeting that falls in full leave, or after the finish, is moved by one month if that helps; otherwise it is left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.accounting import Trajectory, group_of
from scheduler.month import Month, calendar_month, year

EVERY_MONTHS = 6
WITHOUT_GROUP_MEETING = frozenset({7, 12})
"""The two months of the year without one: ten group meetings a year (R32), and neither in July nor in December."""
HOURS = tuple(datetime.time(hour) for hour in (9, 10, 12, 13, 14))
"""When meetings of an hour begin on a day."""
TOLERANCE = (0, -1, 1)  # on time, else a month early, else a month late
_WEDNESDAY, _SATURDAY = 2, 5


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


def group_meetings(trajectory: Trajectory) -> list[GroupMonth]:
    """The months in which the group meets: ten a year."""
    months = group_months(trajectory)
    return [row for row in months if calendar_month(row.month) not in WITHOUT_GROUP_MEETING]


def slots(month: Month) -> Iterator[tuple[datetime.date, datetime.time]]:
    """Times for meetings one after the other, from the second Monday of a month on: weekdays that are no holidays."""
    first = datetime.date(year(month), calendar_month(month), 1)
    day = first + datetime.timedelta(days=-first.weekday() % 7 + 7)
    while True:
        if day.weekday() < _SATURDAY and day not in holidays(day.year):
            for hour in HOURS:
                yield day, hour
        day += datetime.timedelta(days=1)


def holidays(of_year: int) -> frozenset[datetime.date]:
    """Norway's public holidays of a year: five by date and seven by Easter.

    >>> sorted(holidays(2027))[1:4]  # Maundy Thursday, Good Friday, Easter Sunday
    [datetime.date(2027, 3, 25), datetime.date(2027, 3, 26), datetime.date(2027, 3, 28)]
    """
    fixed = {datetime.date(of_year, *day) for day in ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))}
    sunday = _easter(of_year)
    return frozenset(fixed | {sunday + datetime.timedelta(days=after) for after in (-3, -2, 0, 1, 39, 49, 50)})


def _easter(of_year: int) -> datetime.date:
    """Easter Sunday (the Gregorian rule of Meeus, Jones and Butcher)."""
    golden, century = of_year % 19, of_year // 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_year % 100 // 4) - epact - of_year % 100 % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return datetime.date(of_year, month, day + 1)


def suggested_day(month: Month) -> datetime.date:
    """A day to hold a place in a calendar until one is agreed: the second Wednesday, which no fixed holiday is."""
    first = datetime.date(year(month), calendar_month(month), 1)
    return first + datetime.timedelta(days=(_WEDNESDAY - first.weekday()) % 7 + 7)
