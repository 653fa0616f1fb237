"""Places are places of a calendar month, not of a candidate's first, second or n-th month."""

import pytest

from scheduler.instance.types import Instance
from tests.helpers.tiny import Row, bites, is_impossible, make, months, months_in, objective, person, planned

NO_CLINIC: dict[str, Row | None] = {"clinic": None}


def given_the_ward(first: Row, second: Row) -> Instance:
    """One place in the ward."""
    return make(first, second, arenas={"ward": {"places": [{"places": 1}]}, "clinic": None}, rotations=NO_CLINIC)


def in_the_ward(start: str, first: str, last: str) -> Row:
    return person(start=start, fixed=[months(first, last, rotation="ward")])


def test_the_same_calendar_months_clash_though_they_are_not_the_same_months_of_training() -> None:
    """2027-08..09 is A01's eighth and ninth month and A02's fifth and sixth."""
    bites(
        given_the_ward(in_the_ward("2027-01", "2027-08", "2027-09"), in_the_ward("2027-04", "2027-08", "2027-09")),
        "capacity",
    )


def test_one_month_in_common_is_enough_to_clash() -> None:
    bites(
        given_the_ward(in_the_ward("2027-01", "2027-07", "2027-08"), in_the_ward("2027-04", "2027-08", "2027-09")),
        "capacity",
    )


def test_one_month_earlier_they_do_not_clash() -> None:
    first, second = in_the_ward("2027-01", "2027-06", "2027-07"), in_the_ward("2027-04", "2027-08", "2027-09")
    assert objective(planned(given_the_ward(first, second)), "delay") == 0


def test_the_same_months_of_training_do_not_clash() -> None:
    """The fifth and sixth month of each: 2027-05..06 and 2027-08..09."""
    plan = planned(
        given_the_ward(in_the_ward("2027-01", "2027-05", "2027-06"), in_the_ward("2027-04", "2027-08", "2027-09"))
    )
    assert months_in(plan, "ward", "A01") == ["2027-05", "2027-06"]
    assert months_in(plan, "ward", "A02") == ["2027-08", "2027-09"]


@pytest.mark.parametrize("gap", range(6))
def test_free_to_choose_they_take_different_months_whatever_the_gap_between_their_starts(gap: int) -> None:
    plan = planned(given_the_ward(person(), person(start=f"2027-{1 + gap:02d}")))
    taken = months_in(plan, "ward", "A01"), months_in(plan, "ward", "A02")
    assert not set(taken[0]) & set(taken[1])
    assert objective(plan, "delay") == 0


def test_starts_are_months_of_the_calendar() -> None:
    """Ward begins in September: A01's ninth month, A02's sixth."""
    rotations: dict[str, Row | None] = {"ward": {"starts": [9]}, "clinic": None}
    plan = planned(make(person(), person(start="2027-04"), rotations=rotations, arenas=NO_CLINIC))
    assert months_in(plan, "ward", "A01") == months_in(plan, "ward", "A02") == ["2027-09", "2027-10"]


def test_shifts_of_a_roster_are_shared_in_the_calendar_month() -> None:
    """One shift in 2027-06; A01 and A02 need one each, and it is A01's sixth month, A02's third."""
    roster: Row = {"service": "parallel", "shifts": [months("2027-06", "2027-06", shifts=1)]}
    rules: Row = {"legevakt_shifts": 1}
    people = (person(), person(start="2027-04"))
    assert is_impossible(make(*people, rules=rules, arenas={"legevakt": roster}))
    later: Row = roster | {"shifts": [months("2027-06", "2027-07", shifts=1)]}
    assert planned(make(*people, rules=rules, arenas={"legevakt": later}))
