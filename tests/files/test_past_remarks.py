"""What the file tells of the past twice, not at all, or otherwise than it says itself is told with its place.

The tiny world's horizon begins in 2027-01.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.files import InputError
from tests.files.test_without_effect import told
from tests.helpers.tiny import Row, make, months, person

OFFICE = months("2026-01", "2026-10", rotation="gp")
WARD = months("2026-11", "2026-12", rotation="ward")
TWICE = ("credited-and-served", "candidates[0].credited.open_practice")
UNTOLD = ("past-untold", "candidates[0].served")


def said(**fields: Any) -> list[tuple[str, str]]:
    return told(make(person(**{"start": "2026-01", **fields})))


# --- credited beside rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("credited", "rows", "expected"),
    [
        ({"open_practice": 10.0}, [OFFICE, WARD], [TWICE]),
        ({"open_practice": 0.5}, [OFFICE, WARD], [TWICE]),
        ({"open_practice": 2.0}, [OFFICE], []),  # the two months that no row tells
        ({"open_practice": 2.1}, [OFFICE], [TWICE]),
        ({"institution": 6.0}, [months("2026-01", "2026-12", rotation="gp")], []),  # from before: of no row's category
        ({}, [OFFICE, WARD], []),
    ],
)
def test_credit_of_the_months_that_rows_tell(credited: Row, rows: list[Row], expected: list[Row]) -> None:
    assert said(credited=credited, served=rows) == expected


def test_months_of_leave_are_not_left_to_have_earned_it_in() -> None:
    rows = {"credited": {"open_practice": 2.0}, "served": [OFFICE]}
    assert said(**rows, leave=[months("2026-11", "2026-12")]) == [TWICE]


def test_half_a_post_told_twice_is_half_the_credit() -> None:
    rows = [months("2026-01", "2026-12", rotation="gp", percent=50)]
    assert said(credited={"open_practice": 6.0}, served=rows) == [TWICE]


def test_a_row_that_credited_tells_is_no_row_beside_it() -> None:
    rows = [{**OFFICE, "in_credited": True}, months("2026-11", "2026-12", rotation="gp")]
    assert said(credited={"open_practice": 10.0}, months_done=10, served=rows) == []


@pytest.mark.parametrize(
    ("credited", "counted", "expected"),
    [
        ({}, True, True),
        ({"open_practice": 0.0, "institution": 10.0}, True, True),
        ({"open_practice": 10.0}, True, False),
        ({}, False, False),
    ],
)
def test_a_row_that_credited_should_tell_and_does_not(credited: Row, counted: bool, expected: bool) -> None:
    rows = [{**OFFICE, "in_credited": True, "counted": counted}, WARD]
    remarks = make(person(start="2026-01", credited=credited, months_done=10, served=rows)).remarks
    found = [remark for remark in remarks if remark.code == "credited-nowhere"]
    assert [remark.place for remark in found] == ["candidates[0].served[0].in_credited"] * expected
    assert all(
        "January–October 2026 already, but nothing of open practice" in remark.sentence("en") for remark in found
    )


@pytest.mark.parametrize(("credited", "expected"), [(5.0, []), (6.0, [TWICE])])
def test_months_that_credited_tells_are_worth_their_percent(credited: float, expected: list[Row]) -> None:
    """Ten months at 50 % are 5 in credited; brought up to date with two that a row tells, it counts these twice."""
    rows = [{**OFFICE, "percent": 50, "in_credited": True}, months("2026-11", "2026-12", rotation="gp", percent=50)]
    assert said(credited={"open_practice": credited}, months_done=10, served=rows) == expected


def test_it_says_how_much_of_what_and_how_many_months_are_left() -> None:
    (remark,) = make(person(start="2026-01", credited={"open_practice": 9.5}, served=[OFFICE, WARD])).remarks
    sentence = remark.sentence("en")
    assert all(part in sentence for part in ("9.5 ", "open practice", "10 in rows", "January 2026", "only 0 months"))


# --- leave over a row ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("away", "other"),
    [
        ({"leave": [months("2025-01", "2025-02"), months("2026-03", "2026-05")]}, "leave[1]"),
        ({"absence": [{"from": "2026-03-01", "to": "2026-05-31"}]}, "absence[0]"),
    ],
)
def test_leave_over_a_served_row_is_told_with_both_places(away: Row, other: str) -> None:
    instance = make(person(start="2026-01", served=[OFFICE, WARD], **away))
    remarks = [remark for remark in instance.remarks if remark.code == "leave-over-served"]
    assert [remark.place for remark in remarks] == ["candidates[0].served[0]"]
    assert f"The row tells of March–May 2026, but by {other} that is leave" in remarks[0].sentence("en")
    assert instance.candidates["A01"].credited["open_practice"] == 70_000


def test_leave_beside_a_row_is_nothing_to_tell() -> None:
    assert said(served=[OFFICE], leave=[months("2026-11", "2026-12")]) == []
    assert said(served=[OFFICE, WARD], absence=[{"from": "2026-03-10", "to": "2026-03-31"}]) == [
        ("absence-reckoned", "candidates[0].absence[0]")
    ]


def test_what_is_left_of_months_with_absence_is_told_as_what_counts() -> None:
    """Ten of the 23 weekdays of March 2027, five of the 22 of April, and no free absence."""
    days = [{"from": "2027-03-01", "to": "2027-03-12"}, {"from": "2027-04-05", "to": "2027-04-09"}]
    (remark,) = make(person(absence=days), rules={"absence_free_share": 0}).remarks
    assert "av mars 2027 teller 56,53 %; av april 2027 teller 77,28 %." in remark.sentence("nb")
    assert "of March 2027 56.53 % counts; of April 2027 77.28 % counts." in remark.sentence("en")


# --- months of which nothing tells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"served": [OFFICE]}, [UNTOLD]),
        ({"served": [months("2026-01", "2026-04", rotation="gp"), WARD]}, [UNTOLD]),
        ({"served": [OFFICE], "leave": [months("2026-11", "2026-12")]}, []),
        ({"served": [OFFICE], "months_done": 2}, []),
        ({"served": [OFFICE], "credited": {"institution": 1.0}}, [UNTOLD]),
        ({"served": [OFFICE], "until": "2026-10"}, None),  # who has left is a problem of its own
        ({}, [UNTOLD]),
        ({"start": "2027-01"}, []),
        ({"start": {"earliest": "2026-01", "latest": "2027-03"}}, []),
        ({"current": {"rotation": "gp", "since": "2026-01"}, "months_done": 12, "credited": {"open_practice": 12}}, []),
        # sums are of the time before the first row, and say less of it than its months: there was leave
        ({"start": "2025-01", "months_done": 9, "served": [OFFICE, WARD]}, []),
        ({"start": "2025-01", "months_done": 9, "served": [OFFICE]}, [UNTOLD]),
    ],
)
def test_past_months_that_nothing_tells(fields: Row, expected: list[Row] | None) -> None:
    if expected is None:
        with pytest.raises(InputError):
            said(**fields)
    else:
        assert said(**fields) == expected


def test_it_says_which_months() -> None:
    (remark,) = make(person(start="2026-01", served=[OFFICE])).remarks
    assert "No row tells of November–December 2026" in remark.sentence("en")


# --- the office of a row ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("practice", ["ward", "clinic"])
def test_the_office_of_a_row_is_an_office(practice: str) -> None:
    with pytest.raises(InputError) as caught:
        said(served=[{**OFFICE, "practice": practice}, WARD])
    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == ("practice-not-office", "candidates[0].served[0].practice")
    assert said(served=[{**OFFICE, "practice": "office-01"}, WARD]) == []


# --- a wish that is met ----------------------------------------------------------------------------------------------


def test_a_wish_that_was_met_in_served_months_is_not_out_of_reach() -> None:
    wish = {"rotation": "ward", "from": "2026-11", "to": "2026-12"}
    assert said(served=[OFFICE, WARD], wishes=[wish]) == []
    half = [OFFICE, months("2026-11", "2026-12", rotation="gp")]
    assert said(served=half, wishes=[wish]) == [("wish-out-of-reach", "candidates[0].wishes[0]")]


# --- reservations ----------------------------------------------------------------------------------------------------

LIS = {"who": "LIS1", "from": "2027-03", "to": "2027-06"}


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([{**LIS, "arena": "office-01", "places": 3}], "reservations[0].places"),
        ([{**LIS, "arena": "office-01", "places": 2}], None),
        ([{**LIS, "arena": "office-01", "places": 1}, {**LIS, "arena": "office-01", "places": 2}],
         "reservations[1].places"),
        ([{**LIS, "arena": "ward", "percent": 60}], "reservations[0].percent"),
        ([{**LIS, "arena": "ward", "percent": 50}], None),
        ([{**LIS, "arena": "clinic", "places": 2}], "reservations[0].places"),
        ([{**LIS, "supervisor": "V01", "places": 2}], "reservations[0].places"),
        ([{**LIS, "supervisor": "V01", "places": 1}], None),
        ([{"who": "always", "supervisor": "V02", "places": 1}], None),  # in months without V02 it has no effect
    ],
)  # fmt: skip
def test_more_reserved_than_there_is(rows: list[Row], place: str | None) -> None:
    instance = make(
        arenas={"office-01": {"places": [{"places": 2}]}, "ward": {"percent": [{"percent": 50}]}},
        limits=[{"id": "under", "arenas": ["clinic"], "places": [{"places": 1}]}],
        supervisors=[{"id": "V01", "places": 1}, {"id": "V02", "places": 1, "from": "2027-05"}],
        reservations=rows,
    )
    found = [one for one in instance.remarks if one.code == "reservation-too-much"]
    assert [one.place for one in found] == ([] if place is None else [place])
    assert all("March–June 2027" in one.sentence("en") for one in found)


@pytest.mark.parametrize(("day", "code"), [("2028-12-29", "absence-reckoned"), ("2029-01-02", "row-outside")])
def test_absence_after_the_last_month_of_the_plan_is_not_told_as_reckoned_with(day: str, code: str) -> None:
    assert said(start="2027-01", absence=[{"from": day, "to": day}]) == [(code, "candidates[0].absence[0]")]


# --- what lies before the plan and does nothing there ----------------------------------------------------------------

SUMS: Row = {"credited": {"open_practice": 9.0}, "months_done": 9}
RUNNING: Row = {"current": {"rotation": "gp", "since": "2026-10"}}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (SUMS, "2026-03..2026-08"),
        ({"served": [months("2026-01", "2026-12", rotation="gp")]}, "2026-03..2026-08"),
        ({"served": [months("2026-01", "2026-05", rotation="ward")]}, "2026-06..2026-08"),
        ({"served": [months("2026-03", "2026-08", rotation="ward")]}, None),
        ({"current": {"rotation": "ward", "since": "2026-03"}}, None),
        ({**SUMS, "leave": [months("2026-07", "2026-08")]}, "2026-03..2026-06"),
    ],
)
def test_fixed_months_before_the_plan_are_told_unless_the_past_tells_them(fields: Row, found: str | None) -> None:
    row = {"fixed": [months("2027-05", "2027-06", rotation="ward"), months("2026-03", "2026-08", rotation="ward")]}
    remarks = make(person(start="2026-01", **row, **fields)).remarks
    told = [(each.place, each.found) for each in remarks if each.code == "fixed-before-plan"]
    assert told == ([] if found is None else [("candidates[0].fixed[1]", found)])


def test_a_fixed_block_that_reaches_into_the_plan_is_told_with_what_lies_before() -> None:
    row = {"fixed": [months("2026-11", "2027-02", rotation="ward")]}
    (told,) = (
        each for each in make(person(start="2026-01", **SUMS, **row)).remarks if each.code == "fixed-before-plan"
    )
    assert told.sentence("nb").startswith(
        "Månedene som er bestemt på forhånd (november–desember 2026), ligger før planen begynner (januar 2027)"
    )


ALL: Row = {"credited": {"open_practice": 12.0}, "months_done": 12}
LEAVE: Row = {"leave": [months("2027-03", "2027-03"), months("2026-03", "2026-05")]}
DAYS: Row = {"absence": [{"from": "2026-03-10", "to": "2026-03-20"}]}
MEMBER: Row = {"groups": [{"id": "G1", "start": "2026-02", "months": 24, "places": 3}]}
LATER: Row = {"groups": [{"id": "G1", "start": "2026-07", "months": 24, "places": 3}]}
SINCE_JUNE = [months("2026-06", "2026-12", rotation="ward")]
TWO_MONTHS: Row = {"absence": [{"from": "2026-03-01", "to": "2026-04-30"}]}


@pytest.mark.parametrize(
    ("away", "fields", "tables", "place"),
    [
        (LEAVE, ALL, {}, "leave[1]"),
        (LEAVE, {**ALL, "months_done": 10}, {}, "leave[1]"),
        (LEAVE, {"months_done": 10}, {}, "leave[1]"),
        (DAYS, ALL, {}, "absence[0]"),
        (TWO_MONTHS, ALL, {}, "absence[0]"),
        (LEAVE, {**ALL, **RUNNING}, {}, "leave[1]"),  # before the running block
        (LEAVE, {**ALL, "group": "G1"}, LATER, "leave[1]"),
        (LEAVE, {"months_done": 3, "served": SINCE_JUNE}, {}, "leave[1]"),
        (DAYS, {"credited": {"open_practice": 5.0}, "months_done": 5, "served": SINCE_JUNE}, {}, "absence[0]"),
        # sums that leave room for it have taken it off
        (LEAVE, SUMS, {}, None),
        (LEAVE, {"months_done": 2, "served": SINCE_JUNE}, {}, None),
        (DAYS, {"credited": {"open_practice": 11.59}, "months_done": 12}, {}, None),
        (TWO_MONTHS, {"credited": {"open_practice": 10.0}, "months_done": 10}, {}, None),
        # leave of a year of the group counts there; between rows it says why; days may use up what is free
        (LEAVE, {**ALL, "group": "G1"}, MEMBER, None),
        (LEAVE, {"served": [months("2026-01", "2026-02", rotation="gp"), *SINCE_JUNE]}, {}, None),
        (LEAVE, {"served": SINCE_JUNE}, {}, None),
        (LEAVE, {}, {}, None),  # nothing is credited: why not is told by the leave
        (DAYS, ALL, {"rules": {"absence_free_share": 10}}, None),
        (DAYS, {"served": [months("2026-01", "2026-12", rotation="gp")]}, {}, None),
        ({"leave": [months("2026-11", "2027-02")]}, ALL, {}, None),  # and it goes on in the plan
    ],
)
def test_absence_that_sums_have_not_taken_off_is_told(away: Row, fields: Row, tables: Row, place: str | None) -> None:
    """A year before the plan: twelve months are all there are, nine of them beside three of leave."""
    found = make(person(start="2026-01", **fields, **away), **tables).remarks
    told = [each.place for each in found if each.code == "away-before-plan"]
    assert told == ([] if place is None else [f"candidates[0].{place}"])


def test_days_absent_in_time_that_only_sums_tell_are_said_to_count_as_nothing() -> None:
    remarks = make(person(start="2026-01", **SUMS, **DAYS)).remarks
    assert "absence-reckoned" not in [each.code for each in remarks]


@pytest.mark.parametrize(
    ("credited", "told"),
    [({}, True), ({"institution": 2.0}, True), ({"open_practice": 0.0}, True), ({"open_practice": 3.0}, False)],
)
def test_a_running_block_that_credited_does_not_tell(credited: Row, told: bool) -> None:
    found = make(person(start="2026-10", credited=credited, months_done=3, **RUNNING)).remarks
    remarks = [each for each in found if each.code == "current-nowhere"]
    assert [(each.place, each.found) for each in remarks] == [("candidates[0].current", "2026-10..2026-12")] * told
    assert all("nothing of open practice stands in credited" in each.sentence("en") for each in remarks)


def test_a_block_that_begins_with_the_plan_has_nothing_to_be_credited() -> None:
    assert said(start="2027-01", current={"rotation": "gp", "since": "2027-01"}) == []
