"""Service in the model: total, open practice, institution, part-time and leave, each at its limit and one beyond."""

import pytest

from scheduler.instance.types import Instance
from tests.helpers.tiny import (
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

NO_WARD = {"ward": None}


def office_and_clinic(**fields: object) -> Instance:
    """No institution service asked for; open practice and clinic count up to 12 together."""
    rules = {"institution_min": 0, "institution_cap": 0, "open_practice_cap": 12, "general_cap": 12}
    return make(person(**fields), rules=rules, rotations=NO_WARD, arenas=NO_WARD)


# --- service-total ---------------------------------------------------------------------------------------------------


def test_twelve_months_make_twelve() -> None:
    plan = planned(make())
    assert finish(plan) == "2027-12"
    assert (len(months_in(plan, "gp")), len(months_in(plan, "ward"))) == (10, 2)
    assert plan.candidates[0].service.counted == 12.0
    assert objective(plan, "delay") == 0


def test_clinic_above_its_cap_is_worked_for_nothing() -> None:
    """8 of clinic count 6; 12 counted takes 6 more of office: 14 months, 2 of them uncounted, delay 2."""
    plan = planned(office_and_clinic(fixed=[months("2027-01", "2027-08", rotation="clinic")]))
    assert finish(plan) == "2028-02"
    assert (objective(plan, "delay"), objective(plan, "uncounted")) == (2, 2.0)


def test_clinic_at_its_cap_delays_nobody() -> None:
    plan = planned(office_and_clinic(fixed=[months("2027-01", "2027-06", rotation="clinic")]))
    assert (finish(plan), objective(plan, "uncounted")) == ("2027-12", 0)


def test_general_service_together_has_a_cap_of_its_own() -> None:
    """6 office + 6 clinic would count 12 but for the cap of 10, so 2 of ward come on top: 14 months, 2028-02."""
    six = {"id": "clinic-six", "rotations": ["clinic"], "min_months": 6.0}
    late = make(person(finish_by="2028-02"), requirements=[six])
    assert path(planned(late)).count("clinic*6") == 1
    assert is_impossible(make(person(finish_by="2028-01"), requirements=[six]))


def test_credited_service_counts_within_the_caps() -> None:
    """8 open and 9 other from before count 8 + 2 (10 together); 2 of ward are left."""
    plan = planned(make(person(credited={"open_practice": 8.0, "other_general": 9.0})))
    assert (path(plan), objective(plan, "uncounted")) == ("ward*2", 7.0)


def test_institution_above_its_cap_counts_nothing() -> None:
    """A running block of ward must be 4 months; 2 count: 14 months in all."""
    rotations = {"ward": {"min_months": 4}}
    plan = planned(make(person(), rotations=rotations))
    assert (finish(plan), objective(plan, "uncounted")) == ("2028-02", 2.0)


# --- open-practice ---------------------------------------------------------------------------------------------------


def clinic_for(n_months: int) -> Instance:
    row = {"id": "clinic", "rotations": ["clinic"], "min_months": float(n_months)}
    return make(person(finish_by="2027-12"), requirements=[row])


def test_six_months_in_the_office_are_enough() -> None:
    """Clinic 4 + ward 2 leave exactly 6 of the 12 months."""
    assert len(months_in(planned(clinic_for(4)), "gp")) == 6


def test_five_months_in_the_office_are_not() -> None:
    assert len(months_in(bites(clinic_for(5), "open-practice"), "gp")) == 5


def test_a_mix_gives_open_practice_its_share() -> None:
    """A month of 50/50 gives half of open practice: 10 months of it and one of office make 6.0, ward 2."""
    half = {"half": {"mix": {"practice": 50, "clinic": 50}, "min_months": 10, "max_months": 10}}
    wanted = {"id": "half", "rotations": ["half"], "min_months": 10.0}
    rules = {"total": 13, "general_cap": 11, "open_practice_cap": 11}
    enough = make(person(finish_by="2028-01"), rotations=half, requirements=[wanted], rules=rules)
    assert planned(enough).candidates[0].service.by_category["open_practice"] == 6.0
    bites(
        make(
            person(finish_by="2028-01"),
            rotations=half,
            requirements=[wanted],
            rules=rules | {"open_practice_min": 6.5},
        ),
        "open-practice",
    )


# --- institution -----------------------------------------------------------------------------------------------------


def ward_with_minimum(institution: float) -> Instance:
    """Ward blocks are two months at most; office alone would reach the total."""
    rules = {"institution_min": institution, "open_practice_cap": 12, "general_cap": 12}
    return make(rules=rules, rotations={"ward": {"max_months": 2}})


def test_two_months_of_ward_are_enough_for_two() -> None:
    assert len(months_in(planned(ward_with_minimum(2.0)), "ward")) == 2


def test_two_months_of_ward_are_not_enough_for_a_little_more() -> None:
    bites(ward_with_minimum(2.01), "institution")


def test_credited_institution_service_is_enough() -> None:
    rules = {"open_practice_cap": 12, "general_cap": 12}
    plan = planned(
        make(person(credited={"institution": 2.0}), rules=rules, arenas={"ward": {"places": [{"places": 0}]}})
    )
    assert path(plan) == "gp*10"


# --- part-time -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("percent", "last"), [(100, "2027-12"), (80, "2028-03"), (75, "2028-04"), (50, "2028-12")])
def test_part_time_takes_its_time(percent: int, last: str) -> None:
    """12 / 0.8 = 15 months, 12 / 0.75 = 16, 12 / 0.5 = 24; institution service by the same sum is 3, 3 and 4 months."""
    plan = planned(make(person(percent=[{"percent": percent}]), rules={"institution_cap": 4}))
    assert (finish(plan), objective(plan, "delay")) == (last, 0)
    assert len(months_in(plan, "ward")) >= -(-200 // percent)


def half_time_while_the_ward_is_open(n_months: int) -> Instance:
    """The ward is open from 2027-03 on, worked at 50 %, for n months; planned to 2028-02 because of the fixed month."""
    last = every_month("2027-03", "2028-02")[n_months - 1]
    row = person(
        percent=[{"percent": 100}, months("2027-03", last, percent=50)],
        fixed=[months("2028-02", "2028-02", rotation="gp")],
    )
    return make(row, arenas={"ward": {"places": [months("2027-03", last, places=1)]}})


def test_four_months_at_half_time_give_two() -> None:
    assert months_in(planned(half_time_while_the_ward_is_open(4)), "ward") == every_month("2027-03", "2027-06")


def test_three_months_at_half_time_give_one_and_a_half() -> None:
    bites(half_time_while_the_ward_is_open(3), "part-time")


def test_percent_changes_from_the_first_month_to_the_last() -> None:
    """50 % in the first month and in the last: 0.5 + 11 + 0.5 = 12 in 13 months."""
    percent = [{"percent": 100}, months("2027-01", "2027-01", percent=50), months("2028-01", "2028-01", percent=50)]
    plan = planned(make(person(percent=percent)))
    assert finish(plan) == "2028-01"
    assert [plan.candidates[0].months[number].percent for number in (0, 1, -2, -1)] == [50, 100, 100, 50]


# --- leave -----------------------------------------------------------------------------------------------------------


def test_leave_puts_off_the_finish_month_by_month() -> None:
    plan = planned(make(person(leave=[months("2027-05", "2027-07")])))
    assert (finish(plan), objective(plan, "delay")) == ("2028-03", 0)
    assert [row.percent for row in plan.candidates[0].months[4:7]] == [0, 0, 0]


def test_leave_in_the_first_month_and_up_to_the_end_of_the_horizon() -> None:
    """Leave 2027-01 and from 2028-02 on: exactly 12 months of service between."""
    plan = planned(make(person(leave=[months("2027-01", "2027-01"), months("2028-02", "2028-12")])))
    assert path(plan).startswith("-")
    assert finish(plan) == "2028-01"


def leave_in_an_open_ward(leave: list[dict[str, str]], last: str) -> Instance:
    """The ward is open from 2027-03 to ``last``; a block is three months."""
    ward = {"places": [months("2027-03", last, places=1)]}
    return make(person(leave=leave), arenas={"ward": ward}, rotations={"ward": {"min_months": 3}})


def test_leave_beside_a_block_leaves_it_whole() -> None:
    instance = leave_in_an_open_ward([months("2027-06", "2027-06")], "2027-06")
    assert months_in(planned(instance), "ward") == every_month("2027-03", "2027-05")


def test_leave_splits_a_block_and_both_halves_are_too_short() -> None:
    bites(leave_in_an_open_ward([months("2027-05", "2027-05")], "2027-07"), "leave")


def test_leave_splits_a_block_and_two_blocks_are_allowed() -> None:
    """Two blocks of one month around leave, 2 in all, where two blocks may be had."""
    ward = {"places": [months("2027-03", "2027-05", places=1)]}
    instance = make(
        person(leave=[months("2027-04", "2027-04")]),
        arenas={"ward": ward, "clinic": None},
        rotations={"ward": {"min_months": 1, "max_blocks": 2}, "clinic": None},
    )
    plan = planned(instance)
    assert months_in(plan, "ward") == ["2027-03", "2027-05"]
    assert [block.rotation for block in plan.candidates[0].blocks] == ["gp", "ward", "ward", "gp"]


def test_leave_takes_no_place() -> None:
    """The one office seat is A02's while A01 is on leave."""
    instance = make(
        person(leave=[months("2027-01", "2027-12")], credited={"open_practice": 2.0}),
        person(),
        n_months=30,
        arenas={"office-01": {"places": [{"places": 1}]}},
    )
    plan = planned(instance)
    assert (objective(plan, "delay"), finish(plan, "A02")) == (0, "2027-12")
