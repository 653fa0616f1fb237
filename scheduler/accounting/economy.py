"""Money: months of service, hours of guidance and the file's own rates make lines that can be traced to months.

Nothing is said without a rate (``[[economy]]``). Amounts are exact; a line is rounded to the krone once, so that sums
of lines add up. How months are counted is a reading (decision 0032).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from scheduler.accounting.away import is_away
from scheduler.accounting.shown import as_shown
from scheduler.accounting.trajectory import Trajectory, trajectories
from scheduler.exact import Exact
from scheduler.instance.absence import absent_shares
from scheduler.instance.economy import SIDES, Rate, RatePer, RateSide, rate_in
from scheduler.instance.types import Candidate, Instance, Span
from scheduler.month import Month
from scheduler.plan import Plan

_YEAR = 12
_PARTS_OF_AN_HOUR = 10_000


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """A month of service as money sees it: the percent of a post, and the share of it that was not absent.

    ``hours`` of guidance and ``preparation`` as the ruleset asks for them; ``signed``: under a signed agreement.
    """

    candidate: Candidate
    month: Month
    rotation: str
    percent: Exact
    present: Fraction
    away: bool
    hours: Fraction
    preparation: Fraction

    @property
    def fte(self) -> Fraction:
        """FTE-months: 80 % with half of the weekdays absent is 0.4."""
        return Fraction(self.percent) / 100 * self.present

    @property
    def kind(self) -> str | None:
        """The kind of post, if an agreement says it."""
        return None if self.candidate.agreement is None else self.candidate.agreement.kind

    @property
    def signed(self) -> bool:
        """Whether a signed agreement holds in the month."""
        return self.candidate.agreement is not None and self.candidate.agreement.holds_in(self.month)

    def number_of(self, per: RatePer) -> Fraction:
        """How many the month has of what an amount is for one of; of the grant there is none to count here."""
        return {
            "fte-month": self.fte,
            "fte-year": self.fte / _YEAR,
            "service-month": Fraction(1),
            "service-year": Fraction(1, _YEAR),
            "away-fte-month": self.fte if self.away else Fraction(0),
            "guidance-hour": self.hours,
            "preparation-hour": self.preparation,
        }.get(per, Fraction(0))


@dataclass(frozen=True, slots=True)
class Entry:
    """What a rate comes to in a month: so many of what it is for, or for a share of the grant so many kroner of it."""

    month: Month
    rate: Rate
    number: Fraction

    @property
    def amount(self) -> Fraction:
        """Kroner, exact."""
        share = Fraction(1, 100) if self.rate.per == "percent-of-grant" else 1
        return self.number * self.rate.amount * share


@dataclass(frozen=True, slots=True)
class Line:
    """What one thing comes to for one candidate, month by month."""

    candidate: str
    side: RateSide
    what: str
    entries: tuple[Entry, ...]

    @property
    def kroner(self) -> int:
        """Rounded to the krone, halves up."""
        return rounded(sum((entry.amount for entry in self.entries), Fraction(0)))


@dataclass(frozen=True)
class Accounts:
    """The months of a span and what they come to. ``unsigned``: months of those without a signed agreement then."""

    span: Span
    months: tuple[PaidMonth, ...]
    lines: tuple[Line, ...]
    rates: tuple[Rate, ...]

    @property
    def people(self) -> list[str]:
        """The ids of those who serve in the span, in plan order."""
        return list(dict.fromkeys(month.candidate.id for month in self.months))

    @property
    def unsigned(self) -> dict[str, list[Month]]:
        """The months of service without a signed agreement, by candidate."""
        found: dict[str, list[Month]] = defaultdict(list)
        for month in self.months:
            if not month.signed:
                found[month.candidate.id].append(month.month)
        return dict(found)

    def fte(self, candidate: str | None = None, *, signed: bool = False) -> Fraction:
        """FTE-months, of one or all; ``signed``: only those under a signed agreement."""
        rows = (row for row in self._of(candidate) if row.signed or not signed)
        return sum((row.fte for row in rows), Fraction(0))

    def hours(self, candidate: str | None = None) -> Fraction:
        """Hours of guidance, of one or all."""
        return sum((row.hours for row in self._of(candidate)), Fraction(0))

    def kroner(self, *sides: RateSide, candidate: str | None = None) -> int:
        """The sum of lines of some sides, each rounded."""
        return sum(line.kroner for line in self.lines if line.side in sides and candidate in (None, line.candidate))

    @property
    def kept(self) -> list[Line]:
        """The lines that are shares of the grant: what the municipality keeps."""
        return [line for line in self.lines if line.entries[0].rate.per == "percent-of-grant"]

    def _of(self, candidate: str | None) -> Iterator[PaidMonth]:
        return (row for row in self.months if candidate in (None, row.candidate.id))


def accounts(instance: Instance, plan: Plan, span: Span, sides: Sequence[RateSide] = SIDES) -> Accounts:
    """What the plan's months in a span come to; with shares of the grant, if the grant is one of the sides."""
    instance = as_shown(instance, plan)
    months = [row for trajectory in trajectories(instance, plan) for row in paid_months(trajectory, span)]
    grant = "grant" in sides
    rates = [rate for rate in instance.economy if rate.side in sides or (grant and rate.per == "percent-of-grant")]
    by_person: dict[str, list[PaidMonth]] = defaultdict(list)
    for row in months:
        by_person[row.candidate.id].append(row)
    lines = [line for rows in by_person.values() for line in _lines(rows, rates)]
    return Accounts(span, tuple(months), tuple(lines), tuple(rates))


def paid_months(trajectory: Trajectory, span: Span) -> Iterator[PaidMonth]:
    """The service months of one candidate in a span, those before the plan that are told included."""
    candidate = trajectory.candidate
    rules, absent = candidate.rules, absent_shares(candidate.absences)
    number = candidate.months_done - sum(row.earns for row in candidate.past)
    for row in trajectory.whole_service:
        counts = row.past is None or row.past.earns
        if row.percent and row.month in span:
            yield PaidMonth(
                candidate,
                row.month,
                row.rotation.name,
                row.percent,
                1 - Fraction(absent.get(row.month, 0)),
                is_away(trajectory, row),
                _hours(rules.guidance_hours_after(number)),
                _hours(rules.preparation_hours_per_year / _YEAR),
            )
        number += counts


def rounded(amount: Fraction) -> int:
    """To the krone, halves up."""
    return floor(amount + Fraction(1, 2))


def _hours(hours: float) -> Fraction:
    """Hours of a month exactly as they were meant: 41 / 12 is no binary number."""
    return Fraction(hours).limit_denominator(_PARTS_OF_AN_HOUR)


def _lines(rows: Sequence[PaidMonth], rates: Iterable[Rate]) -> Iterator[Line]:
    """One candidate's lines, in the order of the file; shares of the grant after the grant itself."""
    named: dict[tuple[RateSide, str], list[Rate]] = defaultdict(list)
    for rate in rates:
        named[rate.side, rate.what].append(rate)
    granted: dict[Month, Fraction] = defaultdict(Fraction)
    found: dict[tuple[RateSide, str], Line] = {}
    for (side, what), of_it in sorted(named.items(), key=lambda item: item[0][0] != "grant"):
        entries = tuple(_entries(rows, side, of_it, granted))
        for entry in entries if side == "grant" else ():
            granted[entry.month] += entry.amount
        if entries:
            found[side, what] = Line(rows[0].candidate.id, side, what, entries)
    return (found[key] for key in named if key in found)


def _entries(
    rows: Iterable[PaidMonth], side: RateSide, rates: Sequence[Rate], granted: Mapping[Month, Fraction]
) -> Iterator[Entry]:
    for row in rows:
        rate = rate_in(rates, row.kind, row.month)
        if rate is None or (side == "grant" and not _is_granted(row, rate)):
            continue
        number = granted.get(row.month, Fraction(0)) if rate.per == "percent-of-grant" else row.number_of(rate.per)
        if number:
            yield Entry(row.month, rate, number)


def _is_granted(row: PaidMonth, rate: Rate) -> bool:
    """A month needs a signed agreement; guidance is granted without one, too."""
    return row.signed or rate.per in ("guidance-hour", "preparation-hour")
