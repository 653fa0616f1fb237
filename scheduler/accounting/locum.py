"""What the units lack while their doctors serve elsewhere or are absent: post minus present, month by month.

A candidate's own post is the unit named, else the office of the month. Present is the share of the rotation that is in
it, less days absent; on full leave nobody is. Weeks are the month's weekdays by five: half a post in March 2027, which
has 23, is 2.3 weeks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from scheduler.accounting.goals import arena_shares
from scheduler.accounting.trajectory import ServiceMonth, Trajectory
from scheduler.instance.absence import absent_shares, weekdays
from scheduler.instance.types import Candidate
from scheduler.month import Month, first_day, last_day

_FULL = 100
_WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """What a unit lacks of one candidate's post in a month; both in shares of a full post."""

    unit: str
    month: Month
    candidate: str
    post: Fraction
    present: Fraction

    @property
    def missing(self) -> Fraction:
        """Post minus present."""
        return self.post - self.present

    @property
    def weeks(self) -> Fraction:
        """The same in weeks of a full post."""
        return self.missing * Fraction(weekdays(first_day(self.month), last_day(self.month)), _WEEKDAYS)


@dataclass(frozen=True, slots=True)
class There:
    """Who serves in a unit in a month: the share of a full post there, and what is left of a full post."""

    candidate: str
    present: Fraction
    spare: Fraction


def gaps(people: Iterable[Trajectory]) -> list[Gap]:
    """Every candidate's every month in which the own unit lacks something, from the plan's first month to the last."""
    return [gap for trajectory in people for gap in _gaps(trajectory) if gap.missing > 0]


def total_weeks(found: Iterable[Gap]) -> Fraction:
    """Weeks of a full post, all together."""
    return sum((gap.weeks for gap in found), Fraction(0))


def by_unit(found: Iterable[Gap]) -> dict[str, dict[Month, list[Gap]]]:
    """The gaps of each unit and month."""
    units: dict[str, dict[Month, list[Gap]]] = defaultdict(lambda: defaultdict(list))
    for gap in found:
        units[gap.unit][gap.month].append(gap)
    return {unit: dict(sorted(months.items())) for unit, months in units.items()}


def there(people: Iterable[Trajectory]) -> dict[tuple[str, Month], list[There]]:
    """Who serves in each arena in each month: those who could cover, and what they have left of a full post."""
    found: dict[tuple[str, Month], list[There]] = defaultdict(list)
    for trajectory in people:
        for month in trajectory.shown:
            spare = Fraction(_FULL - month.percent) / _FULL
            for arena, share in arena_shares(trajectory, month).items():
                present = Fraction(month.percent) * share / _FULL**2
                found[arena, month.month].append(There(trajectory.candidate.id, present, spare))
    return dict(found)


def _gaps(trajectory: Trajectory) -> Iterator[Gap]:
    candidate = trajectory.candidate
    absent = absent_shares(candidate.absences)
    served = {month.month: month for month in trajectory.shown}
    for month in range(min([trajectory.first, *served]), trajectory.end):
        unit = candidate.post or trajectory.told.practice_at(month)
        if unit is not None:
            post = Fraction(_post(candidate, month)) / _FULL
            here = Fraction(0) if month not in served else _present(trajectory, served[month], unit)
            yield Gap(unit, month, candidate.id, post, here * (1 - Fraction(absent.get(month, 0))))


def _present(trajectory: Trajectory, month: ServiceMonth, unit: str) -> Fraction:
    return Fraction(month.percent) * arena_shares(trajectory, month).get(unit, 0) / _FULL**2


def _post(candidate: Candidate, month: Month) -> Fraction:
    """The percent of a post that the candidate holds, on leave as well: as the steps say, before they say nought."""
    if percent := candidate.percent_at(month):
        return Fraction(percent)
    rows = (row.value for row in reversed(candidate.percent.rows) if row.value and (row.start or 0) <= month)
    return Fraction(candidate.percent.at(month) or next(rows, _FULL))
