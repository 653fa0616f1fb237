"""Dates in a workbook: absence has a sheet for them, and leave may have them inside its months."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from scheduler.files.load import read_instance
from scheduler.files.workbook import read_workbook
from scheduler.instance.problems import Problem
from tests.helpers.workbooks import edited, problems_of, tree_of


def leave(first: Any, last: Any, **more: Any) -> bytes:
    """The workbook with one row of leave, in 2028 so that nothing else is in its way."""
    return edited({"Permisjon": {"A4": "A01", "B4": first, "C4": last, **more}})


def read(data: bytes) -> tuple[Any, Any]:
    row = tree_of(data)["candidates"][0]
    return row.get("leave"), row.get("absence")


def told(data: bytes) -> list[Problem]:
    return [each for each in read_instance(read_workbook(data)).remarks if each.code == "leave-by-date"]


DAY = datetime.datetime


@pytest.mark.parametrize(
    ("first", "last", "whole", "parts"),
    [
        (DAY(2028, 3, 15), DAY(2028, 9, 14), ("2028-04", "2028-08"), [("03-15", "03-31"), ("09-01", "09-14")]),
        ("15.03.2028", "14.09.2028", ("2028-04", "2028-08"), [("03-15", "03-31"), ("09-01", "09-14")]),
        (DAY(2028, 3, 31), DAY(2028, 4, 1), None, [("03-31", "03-31"), ("04-01", "04-01")]),
        (DAY(2028, 3, 15), DAY(2028, 3, 17), None, [("03-15", "03-17")]),
        (DAY(2028, 3, 15), "2028-04", ("2028-04", "2028-04"), [("03-15", "03-31")]),
        ("2028-03", DAY(2028, 4, 14), ("2028-03", "2028-03"), [("04-01", "04-14")]),
        (DAY(2028, 1, 1), DAY(2028, 2, 28), ("2028-01", "2028-01"), [("02-01", "02-28")]),
        (DAY(2028, 1, 1), DAY(2028, 2, 29), ("2028-01", "2028-02"), []),
        (DAY(2028, 1, 1), DAY(2028, 2, 1), ("2028-01", "2028-02"), []),
        ("januar 2028", "2028-02", ("2028-01", "2028-02"), []),
    ],
)
def test_leave_with_dates_inside_months(first: Any, last: Any, whole: Any, parts: list[tuple[str, str]]) -> None:
    """15 March to 14 September is five months of leave and two halves; dates on the first alone are months."""
    data = leave(first, last)
    months = [] if whole is None else [{"from": whole[0], "to": whole[1]}]
    days = [{"from": f"2028-{begin}", "to": f"2028-{end}"} for begin, end in parts]
    assert read(data) == (months, days or None)
    assert [each.cell for each in told(data)] == (["Permisjon!B4"] if parts else [])
    assert all(end in each.sentence("nb") for each in told(data) for _, end in parts)


def test_rows_of_both_sheets_are_one_list() -> None:
    data = edited(
        {
            "Permisjon": {"B4": DAY(2028, 3, 15), "C4": DAY(2028, 4, 30)},
            "Fravær": {"A4": "A01", "B4": 50, "C4": "01.06.2028", "D4": DAY(2028, 6, 2)},
        }
    )
    half = {"from": "2028-06-01", "to": "2028-06-02", "percent": 50}
    assert read(data) == ([{"from": "2028-04", "to": "2028-04"}], [{"from": "2028-03-15", "to": "2028-03-31"}, half])


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (DAY(2028, 6, 1), 46905, ("2028-06-01", "2028-06-01")),
        ("1. juni 2028", "2028-06-05", ("2028-06-01", "2028-06-05")),
        ("2028-06", "juni 2028", ("2028-06-01", "2028-06-30")),
    ],
)
def test_days_as_people_write_them(first: Any, last: Any, days: tuple[str, str]) -> None:
    data = edited({"Fravær": {"A4": "A01", "C4": first, "D4": last}})
    assert read(data)[1] == [{"from": days[0], "to": days[1]}]


def test_days_in_the_wrong_order_are_a_problem_in_their_cell() -> None:
    (problem,) = problems_of(leave(DAY(2028, 3, 20), DAY(2028, 3, 10)))
    assert (problem.code, problem.cell) == ("from-after-to", "Permisjon!B4")
    (problem,) = problems_of(edited({"Fravær": {"A4": "A01", "C4": "20.03.2028", "D4": "10.03.2028"}}))
    assert (problem.code, problem.cell) == ("from-after-to", "Fravær!C4")
    assert problem.sentence("en") == "The first day, 2028-03-20, comes after the last, 2028-03-10."
    assert problem.sentence("nb") == "Fra-datoen 2028-03-20 kommer etter til-datoen 2028-03-10."
