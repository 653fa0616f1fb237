"""Absence by date: what share of a month it is, what of it is free, and what a month counts as. By hand."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.instance.absence import (
    ALL,
    COURSE,
    EXCESS,
    YEAR,
    Absence,
    FreeAbsence,
    absent_shares,
    earned,
    split_days,
    weekdays,
)
from scheduler.month import first_day, last_day, month_of, parse_month
from tests.helpers.tiny import Row, make, months, person

DATES = st.dates(datetime.date(2024, 1, 1), datetime.date(2029, 12, 31))


def days(first: str, last: str, percent: Any = 100) -> Row:
    return {"from": first, "to": last, "percent": percent}


def absence(first: str, last: str, percent: Any = 100) -> Absence:
    return Absence(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last), percent)


def share(month: str, *rows: Absence) -> Any:
    return absent_shares(rows).get(parse_month(month), 0)


@pytest.mark.parametrize(
    ("month", "row", "right"),
    [
        ("2027-03", absence("2027-03-15", "2027-03-31"), Fraction(13, 23)),  # March 2027 begins on a Monday
        ("2027-03", absence("2027-03-01", "2027-03-14"), Fraction(10, 23)),
        ("2027-05", absence("2027-05-01", "2027-05-03"), Fraction(1, 21)),  # May 2027 begins on a Saturday
        ("2027-05", absence("2027-05-01", "2027-05-02"), 0),
        ("2027-05", absence("2027-05-03", "2027-05-31"), 1),  # all its weekdays, though not all its days
        ("2027-02", absence("2027-02-01", "2027-02-14"), Fraction(1, 2)),
        ("2028-02", absence("2028-02-29", "2028-03-01"), Fraction(1, 21)),  # a leap year has a 29th, a Tuesday
        ("2028-02", absence("2028-02-01", "2028-02-28"), Fraction(20, 21)),
        ("2027-02", absence("2027-02-01", "2027-02-28"), 1),
        ("2027-04", absence("2027-03-15", "2027-05-10"), 1),
        ("2027-03", absence("2027-03-15", "2027-03-31", 50), Fraction(13, 46)),
        ("2027-03", absence("2027-03-01", "2027-03-31", 50), Fraction(1, 2)),
        ("2027-12", absence("2027-12-31", "2028-01-02"), Fraction(1, 23)),
        ("2028-01", absence("2027-12-31", "2028-01-02"), 0),  # a weekend
    ],
)
def test_the_share_of_a_month(month: str, row: Absence, right: Any) -> None:
    assert share(month, row) == right


@given(DATES, st.integers(0, 200))
def test_weekdays_are_counted_as_one_counts_them(first: datetime.date, more: int) -> None:
    last = first + datetime.timedelta(days=more)
    assert weekdays(first, last) == sum((first + datetime.timedelta(days=n)).weekday() < 5 for n in range(more + 1))


@given(DATES, st.integers(0, 400))
def test_the_parts_of_a_stretch_are_its_days(first: datetime.date, more: int) -> None:
    last = first + datetime.timedelta(days=more)
    whole, parts = split_days(first, last)
    told = [(first_day(month), last_day(month)) for month in whole] + parts
    assert sum((end - begin).days + 1 for begin, end in told) == more + 1
    assert all(month_of(begin) == month_of(end) for begin, end in parts)
    assert all(begin.day != 1 or end != last_day(month_of(end)) for begin, end in parts)


@given(DATES, st.integers(0, 400), st.integers(1, 99))
def test_shares_add_up_and_are_never_more_than_all(first: datetime.date, more: int, cut: int) -> None:
    """A stretch in two rows is the same as in one."""
    last = first + datetime.timedelta(days=more)
    middle = first + datetime.timedelta(days=more * cut // 100)
    rows = [Absence(first, middle)]
    if middle < last:
        rows.append(Absence(middle + datetime.timedelta(days=1), last))
    together = absent_shares([Absence(first, last)])
    assert absent_shares(rows) == together
    assert all(0 < part <= 1 for part in together.values())


# --- what is free


def deducted(reading: FreeAbsence, *amounts: int, course: int = 1000, post: int = 100) -> list[Any]:
    """Months from January 2027 on, so much absent in each."""
    first = parse_month("2027-01")
    absent = {first + t: amount for t, amount in enumerate(amounts) if amount}
    posts = {first + t: post for t in range(24)}
    off = reading.deducted(absent, posts, course)
    return [off.get(first + t, 0) for t in range(len(amounts))]


def test_nothing_is_free_unless_somebody_says_so() -> None:
    assert deducted(FreeAbsence(0, EXCESS, COURSE), 40, 0, 70) == [40, 0, 70]


def test_free_days_are_given_in_order_of_time() -> None:
    """10 % of 1000 is 100: 40 and 60 of the 70 that come next."""
    assert deducted(FreeAbsence(10, EXCESS, COURSE), 40, 0, 70, 5) == [0, 0, 10, 5]
    assert deducted(FreeAbsence(10, EXCESS, COURSE), 40, 60) == [0, 0]


def test_all_is_taken_off_once_there_is_more() -> None:
    assert deducted(FreeAbsence(10, ALL, COURSE), 40, 60) == [0, 0]
    assert deducted(FreeAbsence(10, ALL, COURSE), 40, 61) == [40, 61]


def test_each_year_has_its_own() -> None:
    """10 % of twelve months at 100 % is 120 in each year; what the first leaves is not the second's."""
    year = FreeAbsence(10, EXCESS, YEAR)
    assert deducted(year, *[0] * 10, 90, 50, 90, 50) == [*[0] * 10, 0, 20, 0, 20]
    assert deducted(FreeAbsence(10, ALL, YEAR), *[0] * 10, 90, 50, 90, 30) == [*[0] * 10, 90, 50, 0, 0]
    assert deducted(year, 90, post=50) == [30]  # half a post, half as much


def test_what_is_left_is_rounded_up() -> None:
    """100 % less 13 of 23 weekdays is 43.478…; 60 % the same is 26.086…"""
    assert earned(100, Fraction(1300, 23)) == Fraction(4348, 100)
    assert earned(60, Fraction(60 * 13, 23)) == Fraction(2609, 100)
    assert earned(100, 50) == 50
    assert earned(Fraction(75, 2), 0) == Fraction(75, 2)


# --- on a candidate


def counts(month: str, *people: Row, **world: Any) -> Any:
    return make(*people, **world).candidates["A01"].earned_at(parse_month(month))


def test_a_month_counts_less_and_is_held_whole() -> None:
    candidate = make(person(absence=[days("2027-03-15", "2027-04-02")])).candidates["A01"]
    march, april = parse_month("2027-03"), parse_month("2027-04")
    assert (candidate.percent_at(march), candidate.earned_at(march)) == (100, Fraction(4348, 100))
    assert (candidate.percent_at(april), candidate.earned_at(april)) == (100, Fraction(9091, 100))
    assert not candidate.on_leave(march)


def test_a_month_absent_as_a_whole_is_leave_and_not_set_off() -> None:
    """15 March to 14 September: five months of leave; of 0.6 free FTE-months March takes 0.5652, September the rest."""
    row = person(absence=[days("2027-03-15", "2027-09-14")])
    instance = make(row, rules={"absence_free_share": 5})
    candidate = instance.candidates["A01"]
    assert [span.months() for span in candidate.leave] == [range(parse_month("2027-04"), parse_month("2027-09"))]
    assert candidate.percent_at(parse_month("2027-04")) == candidate.earned_at(parse_month("2027-04")) == 0
    assert candidate.earned_at(parse_month("2027-03")) == 100
    taken = Fraction(10, 22) - (Fraction(6, 10) - Fraction(13, 23))
    assert candidate.earned_at(parse_month("2027-09")) == earned(100, 100 * taken)


def test_absence_is_of_ones_own_post() -> None:
    half = person(percent=[{"percent": 60}], absence=[days("2027-03-01", "2027-03-31", 50)])
    assert counts("2027-03", half) == 30


def test_extra_months_are_part_of_the_course() -> None:
    """Of 22/23 and 21/22 of a month 1.2 are free, 10 % of 12 FTE-months; 1.6 where 4 more are asked for."""
    gone, rules = [days("2027-03-01", "2027-03-30"), days("2027-04-01", "2027-04-29")], {"absence_free_share": 10}
    absent = Fraction(22, 23) + Fraction(21, 22)
    assert counts("2027-04", person(absence=gone), rules=rules) == earned(100, 100 * (absent - Fraction(12, 10)))
    more = counts("2027-04", person(absence=gone, extra_months=4.0), rules=rules)
    assert more == earned(100, 100 * (absent - Fraction(16, 10)))


def test_full_months_are_the_same_as_leave() -> None:
    leave = make(person(leave=[months("2027-03", "2027-04")])).candidates["A01"]
    absent = make(person(absence=[days("2027-03-01", "2027-04-30")])).candidates["A01"]
    assert absent.leave == leave.leave
    first = parse_month("2027-01")
    assert all(absent.earned_at(first + t) == leave.earned_at(first + t) for t in range(24))
