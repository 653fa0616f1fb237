"""Guidance groups in the model: one each, its start and end, its places, leave in it, and its open year."""

import pytest

from scheduler.instance.types import Instance
from tests.helpers.tiny import (
    Row,
    bites,
    every_month,
    finish,
    is_impossible,
    make,
    months,
    months_in,
    objective,
    path,
    person,
    planned,
)


def group(group_id: str, start: str, n_months: int = 24, places: int = 1) -> Row:
    return {"id": group_id, "start": start, "months": n_months, "places": places}


def joins(*people: Row, groups: list[Row], n_months: int = 40, **changes: object) -> Instance:
    rules = {"group_required": True, "open_practice_cap": 40, "general_cap": 10}
    return make(*people, rules=rules, groups=groups, n_months=n_months, **changes)  # type: ignore[arg-type]


# --- one group, its start and its end ------------------------------------------------------------------------------


def test_the_group_decides_the_finish() -> None:
    """Twelve months of service, a group of two years from the third month on: 2027-03 .. 2029-02, delay 14."""
    plan = planned(joins(person(), groups=[group("G1", "2027-03")]))
    assert (finish(plan), objective(plan, "delay")) == ("2029-02", 14)
    assert plan.candidates[0].group == "G1"


def test_the_group_that_ends_first_is_joined() -> None:
    plan = planned(joins(person(), groups=[group("G1", "2027-06"), group("G2", "2027-02")]))
    assert (plan.candidates[0].group, finish(plan)) == ("G2", "2029-01")


def test_a_group_may_begin_with_the_candidate() -> None:
    """Twelve months of office are the group's one year, and two of ward come after it."""
    assert finish(planned(joins(person(start="2027-03"), groups=[group("G1", "2027-03", 12)]))) == "2028-04"


def test_a_group_that_began_before_the_candidate_is_closed() -> None:
    bites(joins(person(start="2027-03"), groups=[group("G1", "2027-02", 12)]), "group")


def test_a_group_may_begin_with_the_horizon_and_not_before_it() -> None:
    early = person(start="2026-06", credited={"open_practice": 2.0})
    assert finish(planned(joins(early, groups=[group("G1", "2027-01", 12)]))) == "2028-02"
    bites(joins(early, groups=[group("G1", "2026-12", 12)]), "group")


def test_a_group_may_end_with_the_horizon() -> None:
    assert finish(planned(joins(person(), groups=[group("G1", "2028-05")]))) == "2030-04"


def test_a_group_that_ends_after_the_horizon_is_too_late() -> None:
    bites(joins(person(), groups=[group("G1", "2028-06")]), "group")


def test_a_group_that_ends_with_the_finish_asked_for() -> None:
    row = person(finish_by="2028-02")
    assert planned(joins(row, groups=[group("G1", "2027-03", 12)]))
    bites(joins(row, groups=[group("G1", "2027-04", 12)]), "group")


def test_who_is_done_joins_none() -> None:
    plan = planned(joins(person(group="done"), groups=[group("G1", "2027-03")]))
    assert (plan.candidates[0].group, finish(plan)) == (None, "2027-12")


def test_the_start_chosen_in_a_window_is_no_later_than_the_group() -> None:
    """Begun in 2027-01 with the ward, done in 2028-02; or begun in 2027-03, ward last, done in 2028-04: delay 2."""
    row = person(start={"earliest": "2027-01", "latest": "2027-06"})
    plan = planned(joins(row, groups=[group("G1", "2027-03", 12)]))
    assert plan.candidates[0].start <= 2027 * 12 + 2  # 2027-03
    assert objective(plan, "delay") == 2
    late = person(start={"earliest": "2027-04", "latest": "2027-06"})
    bites(joins(late, groups=[group("G1", "2027-03", 12)]), "group")


# --- places --------------------------------------------------------------------------------------------------------


def test_a_full_group_sends_the_second_to_the_next() -> None:
    """Office all through the year. G1: ward after it, 2028-02, delay 2. G2: ward before it, 2028-03, delay 3."""
    plan = planned(joins(person(), person(), groups=[group("G1", "2027-01", 12), group("G2", "2027-04", 12)]))
    assert {entry.group for entry in plan.candidates} == {"G1", "G2"}
    assert objective(plan, "delay") == 5


def test_two_members_for_two_places() -> None:
    plan = planned(joins(person(), person(), groups=[group("G1", "2027-01", 12, places=2)]))
    assert [entry.group for entry in plan.candidates] == ["G1", "G1"]


def test_two_members_for_one_place() -> None:
    bites(joins(person(), person(), groups=[group("G1", "2027-01", 12, places=1)]), "group")


def test_a_fixed_member_takes_a_place() -> None:
    bites(joins(person(group="G1"), person(), groups=[group("G1", "2027-01", 12, places=1)]), "group")


# --- leave in a group year -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["2027-01", "2027-11", "2028-01", "2028-11"])
def test_two_leave_months_in_a_group_year(first: str) -> None:
    second = every_month(first, "2029-12")[1]
    assert planned(joins(person(leave=[months(first, second)]), groups=[group("G1", "2027-01")]))


def test_three_leave_months_in_a_group_year() -> None:
    bites(joins(person(leave=[months("2027-10", "2027-12")]), groups=[group("G1", "2027-01")]), "group")


def test_four_leave_months_over_two_group_years() -> None:
    assert planned(joins(person(leave=[months("2027-11", "2028-02")]), groups=[group("G1", "2027-01")]))


# --- the open year -------------------------------------------------------------------------------------------------


def clinic_in(*given: str, **changes: object) -> Instance:
    """A month of clinic given in each; group 2027-01 .. 2028-12, ward after it."""
    fixed = [months(month, month, rotation="clinic") for month in given]
    ward = {"places": [months("2029-01", "2029-06", places=1)]}
    return joins(
        person(fixed=fixed, **changes),
        groups=[group("G1", "2027-01")],
        arenas={"ward": ward},
        rotations={"clinic": {"max_blocks": 3}},
    )


def test_one_year_in_the_office_is_enough() -> None:
    plan = planned(clinic_in("2028-01"))
    assert plan.candidates[0].open_group_year == 1
    assert set(every_month("2027-01", "2027-12")) <= set(months_in(plan, "gp"))
    assert planned(clinic_in("2027-12")).candidates[0].open_group_year == 2


def test_a_month_elsewhere_in_each_year() -> None:
    bites(clinic_in("2027-12", "2028-01"), "group")


def test_the_first_and_the_last_month_of_the_group_count() -> None:
    bites(clinic_in("2027-01", "2028-12"), "group")


def test_leave_does_not_spoil_the_open_year() -> None:
    plan = planned(clinic_in("2028-01", leave=[months("2027-05", "2027-06")]))
    assert plan.candidates[0].open_group_year == 1


@pytest.mark.parametrize(("share", "possible"), [(50, True), (49, False)])
def test_half_of_the_mix_in_open_practice_is_enough(share: int, possible: bool) -> None:
    mix = {"mix": {"mix": {"practice": share, "clinic": 100 - share}, "max_blocks": 2}}
    fixed = [months("2027-06", "2027-06", rotation="mix"), months("2028-06", "2028-06", rotation="mix")]
    ward = {"ward": {"places": [months("2029-01", "2029-06", places=1)]}}
    instance = joins(person(fixed=fixed), groups=[group("G1", "2027-01")], arenas=ward, rotations=mix)
    if possible:
        assert planned(instance)
    else:
        bites(instance, "group")


def test_a_base_outside_open_practice() -> None:
    """Clinic is the base; the open year is a block of office of twelve months, in the group's first or second year."""
    rotations: dict[str, Row | None] = {
        "gp": {"base": False, "max_months": 12},
        "clinic": {"base": True, "max_months": 99},
    }
    plan = planned(joins(person(), groups=[group("G1", "2027-01")], rotations=rotations))
    assert set(months_in(plan, "gp")) in (
        set(every_month("2027-01", "2027-12")),
        set(every_month("2028-01", "2028-12")),
    )
    rotations["gp"] = {"base": False, "max_months": 11}
    bites(joins(person(), groups=[group("G1", "2027-01")], rotations=rotations), "group")


# --- a group that the coordinator has fixed ------------------------------------------------------------------------


def fixed_group(choice: object, **fields: object) -> Instance:
    """G1 began half a year before the horizon and ends 2028-06; clinic is given in its second year, 2027-09."""
    row = person(start="2026-01", group=choice, fixed=[months("2027-09", "2027-09", rotation="clinic")], **fields)
    return joins(row, groups=[group("G1", "2026-07")])


def test_a_fixed_group_may_have_begun_before_the_horizon() -> None:
    """Its first year is open: office since 2026-07, known from ``current``, and on until 2027-06."""
    plan = planned(fixed_group("G1", current={"rotation": "gp", "since": "2026-07"}))
    assert (plan.candidates[0].group, plan.candidates[0].open_group_year, finish(plan)) == ("G1", 1, "2028-06")


def test_months_before_the_horizon_that_nobody_knows_are_not_open() -> None:
    bites(fixed_group("G1", current={"rotation": "gp", "since": "2026-08"}), "group")


def test_an_open_year_that_is_done_is_not_asked_again() -> None:
    plan = planned(fixed_group({"id": "G1", "open_year_done": True}))
    assert finish(plan) == "2028-06"


def test_leave_months_of_a_fixed_group_are_not_questioned() -> None:
    leave = [months("2027-02", "2027-06")]
    plan = planned(fixed_group("G1", current={"rotation": "gp", "since": "2026-07"}, leave=leave))
    assert plan.candidates[0].open_group_year == 1


def test_the_end_of_a_fixed_group_holds() -> None:
    assert is_impossible(fixed_group({"id": "G1", "open_year_done": True}, finish_by="2028-05"))
    assert planned(fixed_group({"id": "G1", "open_year_done": True}, finish_by="2028-06"))


# --- unfinished ----------------------------------------------------------------------------------------------------


def test_an_unfinished_candidate_need_not_have_a_group() -> None:
    """Eight months of horizon and nothing to join: the projected finish is two years after the horizon."""
    plan = planned(joins(person(), groups=[], n_months=8))
    entry = plan.candidates[0]
    assert entry.unfinished
    assert entry.projected_finish == 2029 * 12 + 7  # 2029-08
    assert objective(plan, "delay") == 20  # earliest 2027-12


def test_an_unfinished_candidate_joins_a_group_that_brings_the_finish_forward() -> None:
    """G1 2027-02 .. 2028-07: seven months after the earliest finish, better than two years after the horizon."""
    plan = planned(joins(person(), groups=[group("G1", "2027-02", 18)], n_months=8))
    assert plan.candidates[0].group == "G1"
    assert objective(plan, "delay") == 7
    assert path(plan) == "gp*8"
