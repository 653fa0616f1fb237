"""Absence by date: the share of a month that it takes, and what of it is taken off the month's service (decision 0022).

A day counts by the share of the month's weekdays, Monday to Friday, that it takes: ten of the 23 weekdays of March 2027
are 10/23 of the month. A month that is absent as a whole is leave, and is none of what is reckoned here.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scheduler.exact import Exact, percent_upwards, whole_if_it_is
from scheduler.month import Month, first_day, last_day, month_of, year

EXCESS, ALL = "excess", "all"
COURSE, YEAR = "course", "year"
_WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Absence:
    """Days from ``first`` to ``last``, both included; ``percent``: how much of each working day is absent."""

    first: datetime.date
    last: datetime.date
    percent: Exact = 100

    def months(self) -> range:
        """Every month that has a day of it."""
        return range(month_of(self.first), month_of(self.last) + 1)

    def weekdays_in(self, month: Month) -> int:
        """Its weekdays in a month."""
        return weekdays(max(self.first, first_day(month)), min(self.last, last_day(month)))


def weekdays(first: datetime.date, last: datetime.date) -> int:
    """Days from Monday to Friday between two, both included.

    >>> weekdays(datetime.date(2027, 3, 1), datetime.date(2027, 3, 31))
    23
    """
    days = max((last - first).days + 1, 0)
    weeks, rest = divmod(days, 7)
    return _WEEKDAYS * weeks + sum((first.weekday() + day) % 7 < _WEEKDAYS for day in range(rest))


def split_days(first: datetime.date, last: datetime.date) -> tuple[range, list[tuple[datetime.date, datetime.date]]]:
    """The whole months between two days, both included, and the days before and after these.

    15 March to 14 September is April to August, the rest of March and the first fourteen days of September.
    """
    start = month_of(first) if first.day == 1 else month_of(first) + 1
    end = month_of(last) + 1 if last == last_day(month_of(last)) else month_of(last)
    whole = range(start, max(start, end))
    if not whole:
        if month_of(first) == month_of(last) or first > last:
            return whole, [(first, last)]
        return whole, [(first, last_day(month_of(first))), (first_day(month_of(last)), last)]
    before = [] if first.day == 1 else [(first, last_day(month_of(first)))]
    after = [] if month_of(last) < end else [(first_day(month_of(last)), last)]
    return whole, before + after


def absent_shares(absences: Iterable[Absence]) -> dict[Month, Exact]:
    """The share of each month that is absent, 1 for all of it; months without a working day absent are left out."""
    days: dict[Month, Exact] = defaultdict(int)
    for row in absences:
        for month in row.months():
            days[month] += Fraction(row.percent) / 100 * row.weekdays_in(month)
    whole = {month: weekdays(first_day(month), last_day(month)) for month in days}
    return {month: min(Fraction(absent) / whole[month], Fraction(1)) for month, absent in days.items() if absent}


def months_absent(absences: Iterable[Absence]) -> list[Month]:
    """The months that are absent as a whole, which are leave."""
    return sorted(month for month, share in absent_shares(absences).items() if share == 1)


@dataclass(frozen=True, slots=True)
class FreeAbsence:
    """The reading of section 31 that is in use: the percent of the service time that may be absent and still counts,
    in the whole course or in each calendar year, and whether only what is above is taken off.
    """

    share: Exact
    counts: str
    window: str

    def deducted(
        self, absent: Mapping[Month, Exact], posts: Mapping[Month, Exact], course: Exact
    ) -> dict[Month, Exact]:
        """What is taken off the percent that each month would earn.

        ``absent``: percent of a post absent, by month; ``posts``: percent of a post of every month of the training;
        ``course``: the service time that the course asks for, in percent-months. What is left is rounded up to the
        decimals that a percent has. Free days are given in order of time.

        >>> FreeAbsence(10, EXCESS, COURSE).deducted({0: 60, 1: 60}, {}, 1000)
        {1: 20}
        """
        left: dict[int | None, Exact] = {}
        off: dict[Month, Exact] = {}
        total: dict[int | None, Exact] = defaultdict(int)
        for month, amount in absent.items():
            total[self._window(month)] += amount
        for month in sorted(absent):
            window = self._window(month)
            if window not in left:
                left[window] = self._free(window, posts, course)
                if self.counts == ALL and total[window] > left[window]:
                    left[window] = 0
            free = min(left[window], absent[month])
            left[window] -= free
            off[month] = whole_if_it_is(absent[month] - free)
        return {month: amount for month, amount in off.items() if amount}

    def _window(self, month: Month) -> int | None:
        return year(month) if self.window == YEAR else None

    def _free(self, window: int | None, posts: Mapping[Month, Exact], course: Exact) -> Exact:
        time = course if window is None else sum(post for month, post in posts.items() if year(month) == window)
        return Fraction(self.share) / 100 * time


def earned(percent: Exact, deducted: Exact) -> Exact:
    """What a month counts as: its percent less what is taken off, two decimals, rounded up.

    >>> earned(100, Fraction(100 * 10, 23))
    Fraction(5653, 100)
    """
    return percent_upwards(max(percent - deducted, 0)) if deducted else percent
