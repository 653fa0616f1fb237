"""Learning goals and legevakt shifts in the model."""

import pytest

from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan
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

CLOSED: Row = {"places": [{"places": 0}]}


# --- goals -----------------------------------------------------------------------------------------------------------


def clinic_goal(clinic: Row, *people: Row, **changes: object) -> Instance:
    """Goal 001 is learned in the clinic only."""
    return make(*people, rules={"goals": "001", **changes}, arenas={"clinic": {"goals": "001", **clinic}})


def clinic_open(n_months: int) -> Row:
    return {"places": [months("2027-03", every_month("2027-03", "2028-12")[n_months - 1], places=1)]}


def test_a_month_in_the_clinic_covers_its_goals() -> None:
    assert len(months_in(planned(clinic_goal(clinic_open(1))), "clinic")) == 1


def test_a_goal_of_a_closed_clinic() -> None:
    bites(clinic_goal(CLOSED), "goals")


def test_a_goal_that_is_done_needs_no_clinic() -> None:
    assert planned(clinic_goal(CLOSED, person(goals_done="001")))


def test_another_arena_covers_the_same_goal() -> None:
    arenas = {"clinic": {"goals": "001", **CLOSED}, "ward": {"goals": "001"}}
    assert planned(make(rules={"goals": "001"}, arenas=arenas))


@pytest.mark.parametrize(("exposure", "n_months", "enough"), [(2.0, 2, True), (2.1, 2, False), (2.1, 3, True)])
def test_exposure_is_reached_exactly_or_not(exposure: float, n_months: int, enough: bool) -> None:
    instance = clinic_goal({"exposure": exposure, **clinic_open(n_months)})
    if enough:
        assert len(months_in(planned(instance), "clinic")) == n_months
    else:
        bites(instance, "goals")


def test_exposure_is_credit_so_part_time_takes_longer() -> None:
    """Three months at 50 % are 1.5, four are 2.0."""
    for n_months, possible in ((3, False), (4, True)):
        clinic = clinic_open(n_months)
        row = person(percent=[{"percent": 100}, months("2027-03", "2027-06", percent=50)])
        instance = clinic_goal({"exposure": 2.0, **clinic}, row)
        assert is_impossible(instance) is not possible


def test_exposure_is_credit_so_a_mix_takes_longer() -> None:
    """Five months of 20 % clinic are 1.0, four are 0.8."""
    for n_months, possible in ((4, False), (5, True)):
        rotations = {"gp80": {"mix": {"practice": 80, "clinic": 20}}, "clinic": None}
        arenas = {"clinic": {"goals": "001", **clinic_open(n_months)}}
        instance = make(rules={"goals": "001"}, arenas=arenas, rotations=rotations)
        assert is_impossible(instance) is not possible


def test_partly_is_never_enough() -> None:
    bites(make(rules={"goals": "001"}, arenas={"clinic": {"goals_partial": "001"}}), "goals")


def test_own_practice_exposes_the_office() -> None:
    """Ten months in office-01 cover its goals; with an exposure of more than all the service there is, nothing does."""
    arenas = {"office-01": {"goals": "001", "exposure": 10.0}}
    assert planned(make(rules={"goals": "001"}, arenas=arenas))
    arenas = {"office-01": {"goals": "001", "exposure": 24.0}}
    bites(make(rules={"goals": "001"}, arenas=arenas), "goals")


def test_a_goal_can_decide_the_finish() -> None:
    clinic = {"places": [months("2028-04", "2028-04", places=1)]}
    plan = planned(clinic_goal(clinic))
    assert (finish(plan), objective(plan, "delay")) == ("2028-04", 4)


def test_an_arena_without_exposure_must_still_be_served_in() -> None:
    assert months_in(planned(clinic_goal({"exposure": 0.0})), "clinic")
    bites(clinic_goal({"exposure": 0.0, **CLOSED}), "goals")


# --- legevakt --------------------------------------------------------------------------------------------------------


def duty(
    shifts: list[Row] | None,
    *people: Row,
    need: int = 4,
    most: int = 2,
    rotations: dict[str, Row | None] | None = None,
    goals: str = "",
    office: Row | None = None,
    **more_arenas: Row,
) -> Instance:
    """Four shifts, two a month at most, in one roster with these shifts."""
    roster: Row = {"service": "parallel", "goals": goals} | ({} if shifts is None else {"shifts": shifts})
    rules = {"legevakt_shifts": need, "legevakt_max_per_month": most, "goals": goals}
    arenas = {"legevakt": roster, "office-01": office or {}, **more_arenas}
    return make(*people, rules=rules, arenas=arenas, rotations=rotations)


def shifts_of(plan: Plan, candidate: str = "A01") -> dict[str, int]:
    return {format_month(row.month): row.shifts for row in plan.candidate(candidate).shifts}


def test_four_shifts_are_planned_and_no_more() -> None:
    shifts = shifts_of(planned(duty(None)))
    assert sum(shifts.values()) == 4
    assert max(shifts.values()) <= 2


def test_shifts_done_are_not_planned_again() -> None:
    assert sum(shifts_of(planned(duty(None, person(shifts_done=3)))).values()) == 1
    assert shifts_of(planned(duty([{"shifts": 0}], person(shifts_done=4)))) == {}


def test_the_roster_has_just_enough() -> None:
    plan = planned(duty([months("2027-03", "2027-04", shifts=2)]))
    assert shifts_of(plan) == {"2027-03": 2, "2027-04": 2}


def test_the_roster_has_one_too_few() -> None:
    bites(duty([months("2027-03", "2027-03", shifts=2), months("2027-04", "2027-04", shifts=1)]), "legevakt")


def test_no_more_than_two_a_month() -> None:
    """Nine shifts in one month are two for A01."""
    bites(duty([months("2027-03", "2027-03", shifts=9)]), "legevakt")
    assert shifts_of(planned(duty([months("2027-03", "2027-03", shifts=9)], most=4))) == {"2027-03": 4}


@pytest.mark.parametrize("month", ["2027-01", "2027-12"])
def test_shifts_in_the_first_and_the_last_month(month: str) -> None:
    plan = planned(duty([months(month, month, shifts=2)], person(finish_by="2027-12"), need=2))
    assert shifts_of(plan) == {month: 2}


def test_shifts_can_decide_the_finish() -> None:
    """One shift a month from 2028-01 on: four months after everything else."""
    plan = planned(duty([months("2028-01", "2028-12", shifts=1)]))
    assert (finish(plan), objective(plan, "delay")) == ("2028-04", 4)


def test_two_candidates_share_the_roster() -> None:
    """Eight shifts for two, one a month: 2027-01 .. 2027-08 and not a month less."""
    both = (person(finish_by="2027-12"), person(finish_by="2027-12"))
    plan = planned(duty([months("2027-01", "2027-08", shifts=1)], *both))
    taken = list(shifts_of(plan, "A01")) + list(shifts_of(plan, "A02"))
    assert sorted(taken) == every_month("2027-01", "2027-08")
    bites(duty([months("2027-01", "2027-07", shifts=1)], *both), "legevakt")


def test_no_shifts_before_the_course() -> None:
    shifts = [months("2027-01", "2027-06", shifts=2)]
    assert shifts_of(planned(duty(shifts, person(legevakt_from="2027-05")))) == {"2027-05": 2, "2027-06": 2}
    bites(duty(shifts, person(legevakt_from="2027-06")), "legevakt")


def test_no_shifts_on_leave() -> None:
    shifts = [months("2027-03", "2027-05", shifts=2)]
    plan = planned(duty(shifts, person(leave=[months("2027-04", "2027-04")])))
    assert shifts_of(plan) == {"2027-03": 2, "2027-05": 2}
    bites(duty(shifts, person(leave=[months("2027-04", "2027-05")])), "legevakt")


def test_no_shifts_in_a_rotation_without_them() -> None:
    """Shifts in 2027-03..06 and ward given in two of these months: two are left, and with three of ward one."""
    no_shifts: dict[str, Row | None] = {"ward": {"legevakt": False}}
    shifts = [months("2027-03", "2027-06", shifts=2)]
    two = person(fixed=[months("2027-05", "2027-06", rotation="ward")])
    assert shifts_of(planned(duty(shifts, two, rotations=no_shifts))) == {"2027-03": 2, "2027-04": 2}
    three = person(fixed=[months("2027-04", "2027-06", rotation="ward")])
    bites(duty(shifts, three, rotations=no_shifts), "legevakt")
    assert shifts_of(planned(duty(shifts, three)))


def test_two_share_a_roster_around_rotations_without_shifts() -> None:
    """One shift a month in 2027-03..06, two each. With A01 in the ward in March and April these are A02's; with both
    there, two shifts are left for four."""
    no_shifts: dict[str, Row | None] = {"ward": {"legevakt": False}}
    shifts = [months("2027-03", "2027-06", shifts=1)]
    in_the_ward = person(fixed=[months("2027-03", "2027-04", rotation="ward")])
    plan = planned(duty(shifts, in_the_ward, person(), need=2, rotations=no_shifts))
    assert shifts_of(plan, "A01") == {"2027-05": 1, "2027-06": 1}
    assert shifts_of(plan, "A02") == {"2027-03": 1, "2027-04": 1}
    bites(duty(shifts, in_the_ward, in_the_ward, need=2, rotations=no_shifts), "legevakt")


def test_the_ward_is_put_where_it_costs_no_shifts() -> None:
    """Shifts only in 2027-01..02; ward without shifts goes elsewhere."""
    plan = planned(duty([months("2027-01", "2027-02", shifts=2)], rotations={"ward": {"legevakt": False}}))
    assert path(plan).startswith("gp")
    assert not {"2027-01", "2027-02"} & set(months_in(plan, "ward"))


def test_two_rosters_and_each_names_its_own() -> None:
    second: Row = {"service": "parallel", "shifts": [months("2027-05", "2027-06", shifts=2)]}
    people = (person(legevakt="legevakt"), person(legevakt="second"))
    plan = planned(duty([months("2027-03", "2027-04", shifts=2)], *people, second=second))
    assert shifts_of(plan, "A01") == {"2027-03": 2, "2027-04": 2}
    assert shifts_of(plan, "A02") == {"2027-05": 2, "2027-06": 2}
    same = (person(legevakt="second"), person(legevakt="second"))
    bites(duty([{"shifts": 9}], *same, second=second), "legevakt")


def test_without_any_roster_nobody_gets_shifts() -> None:
    bites(make(rules={"legevakt_shifts": 1}), "legevakt")


def test_the_rosters_goals_come_with_the_full_number() -> None:
    assert planned(duty(None, goals="001"))


def test_goals_with_shifts_come_with_the_full_number() -> None:
    assert planned(duty(None, goals="", office={"goals": "001", "goals_with_shifts": "001"}))


def test_an_unfinished_candidate_gets_the_shifts_that_fit() -> None:
    roster: Row = {"service": "parallel", "shifts": [months("2027-07", "2028-12", shifts=1)]}
    rules = {"legevakt_shifts": 4, "legevakt_max_per_month": 2}
    plan = planned(make(n_months=8, rules=rules, arenas={"legevakt": roster}))
    assert sum(shifts_of(plan).values()) <= 2
    assert plan.candidates[0].unfinished
