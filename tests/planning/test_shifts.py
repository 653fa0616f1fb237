"""Shifts once the months are settled: even, in good time for the goals that wait for them, and always the same."""

from collections.abc import Iterable
from random import Random

import pytest

from scheduler.accounting import trajectories
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, PlanShifts
from scheduler.planning.assemble import assignment_of
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.report.facts import goal_sources, lacks_at_earliest
from tests.helpers.tiny import Row, finish, make, months, person, planned, rules_broken


def duty(
    *people: Row, need: int = 4, shifts: list[Row] | None = None, ward: Row | None = None, **rules: object
) -> Instance:
    """Goal 1 is the office's, and waits for shifts; twelve months each, two of them in the ward."""
    office: Row = {"goals": "001", "goals_with_shifts": "001"}
    roster: Row = {"service": "parallel"} | ({} if shifts is None else {"shifts": shifts})
    arenas: dict[str, Row | None] = {"office-01": office, "duty": roster, "ward": ward or {}}
    asked: Row = {"legevakt_shifts": need, "legevakt_max_per_month": 2, "goals": "001", "goal_exposure": 1, **rules}
    return make(*people, arenas=arenas, rotations={"clinic": None}, rules=asked)


def shifts_of(plan: Plan, candidate: str = "A01") -> dict[str, int]:
    return {format_month(row.month): row.shifts for row in plan.candidate(candidate).shifts}


def with_shifts(plan: Plan, **numbers: int) -> Plan:
    """The plan with A01's shifts in other months: ``m2027_03=2``."""
    rows = [PlanShifts(month=parse_month(key[1:].replace("_", "-")), shifts=n) for key, n in numbers.items()]
    entry = plan.candidate("A01").model_copy(update={"shifts": rows})
    return plan.model_copy(update={"candidates": [entry, *plan.candidates[1:]]})


# --- in good time -----------------------------------------------------------------------------------------------------


def test_shifts_are_done_half_a_year_before_the_finish_one_at_a_time() -> None:
    """Finish 2027-12, so until 2027-06; four in six months: the months in the middle of each quarter."""
    assert shifts_of(planned(duty())) == {"2027-01": 1, "2027-03": 1, "2027-04": 1, "2027-06": 1}


def test_many_shifts_take_as_many_months_as_they_are() -> None:
    """Nine at one a month are done by 2027-09, and no month has two."""
    assert list(shifts_of(planned(duty(need=9)))) == [f"2027-{month:02d}" for month in range(1, 10)]


def test_more_shifts_than_months_are_even() -> None:
    """18 in the twelve months until the finish: one or two in each."""
    numbers = list(shifts_of(planned(duty(need=18))).values())
    assert (len(numbers), sum(numbers), set(numbers)) == (12, 18, {1, 2})


def late_ward(**changes: object) -> Instance:
    """The ward opens in 2028-01: finish 2028-02, two months after the earliest."""
    only: Row = {"places": [months("2028-01", "2028-12", places=1)]}
    return duty(ward=only, **changes)  # type: ignore[arg-type]


def reasons(instance: Instance, plan: Plan) -> set[str]:
    everybody = trajectories(instance, plan)
    return {lack.key for lack in lacks_at_earliest(everybody[0], everybody)}


def test_the_shifts_of_one_who_is_delayed_are_done_before_the_earliest_finish() -> None:
    instance = late_ward(need=18)
    plan = planned(instance)
    assert finish(plan) == "2028-02"
    assert max(shifts_of(plan)) == "2027-12"
    assert reasons(instance, plan) == {"lack-total", "lack-institution"}


def test_two_shifts_in_a_month_before_one_after_the_earliest_finish() -> None:
    instance = late_ward(need=3, shifts=[months("2027-11", "2028-02", shifts=2)])
    plan = planned(instance)
    assert sum(shifts_of(plan).values()) == 3
    assert max(shifts_of(plan)) == "2027-12"


def test_who_begins_late_in_a_window_has_them_done_by_what_the_delay_counts_from() -> None:
    """The office opens in March: finish 2028-02, and 2027-12 is the earliest finish of a start in January."""
    office: Row = {"goals": "", "places": [months("2027-03", "2028-12", places=1)]}
    arenas: dict[str, Row | None] = {"office-01": office, "duty": {"service": "parallel"}, "ward": {"places": []}}
    row = person(start={"earliest": "2027-01", "latest": "2027-03"})
    only_gp: dict[str, Row | None] = {"clinic": None, "ward": {"not_before": 2}}
    asked: Row = {"legevakt_shifts": 11, "legevakt_max_per_month": 2}
    plan = planned(make(row, arenas=arenas, rotations=only_gp, rules=asked))
    assert finish(plan) == "2028-02"
    assert max(shifts_of(plan)) == "2027-12"


def test_a_shift_put_last_by_choice_is_no_reason_nor_is_its_goal() -> None:
    instance = late_ward()
    plan = with_shifts(planned(instance), m2027_01=2, m2027_02=1, m2028_02=1)
    assert reasons(instance, plan) == {"lack-total", "lack-institution"}


def test_a_shift_that_could_not_be_taken_in_time_is_a_reason_and_so_is_its_goal() -> None:
    """The roster has three until 2027-12."""
    instance = late_ward(shifts=[months("2027-01", "2027-03", shifts=1), months("2028-01", "2028-12", shifts=1)])
    plan = planned(instance)
    assert shifts_of(plan) == {"2027-01": 1, "2027-02": 1, "2027-03": 1, "2028-01": 1}
    assert reasons(instance, plan) == {"lack-total", "lack-institution", "lack-shifts-planned", "lack-goals"}


def test_a_shift_that_others_took_the_room_of_is_a_reason() -> None:
    instance = duty(
        person(),
        person(),
        need=2,
        ward={"places": [months("2028-01", "2028-12", places=2)]},
        shifts=[months("2027-01", "2027-01", shifts=3), months("2028-01", "2028-01", shifts=1)],
    )
    plan = planned(instance)
    everybody = trajectories(instance, plan)
    told = [{lack.key for lack in lacks_at_earliest(one, everybody)} for one in everybody]
    assert sorted("lack-shifts-planned" in keys for keys in told) == [False, True]


def test_a_delay_for_something_else_is_told_as_that() -> None:
    """All is done at the earliest finish, and the plan goes on because the office needs somebody."""
    office: Row = {"min_places": [months("2027-03", "2028-02", places=1)]}
    arenas: dict[str, Row | None] = {"office-01": office, "duty": {"service": "parallel"}}
    first = person(fixed=[months("2027-01", "2027-02", rotation="ward")])
    instance = make(first, arenas=arenas, rules={"legevakt_shifts": 1}, rotations={"clinic": None})
    plan = planned(instance)
    assert finish(plan) == "2028-02"
    assert shifts_of(plan) == {"2028-02": 1}, "nothing else keeps the plan going, by the reading of 0001"
    assert reasons(instance, plan) == {"lack-nothing"}


# --- always the same --------------------------------------------------------------------------------------------------


def crowd() -> Instance:
    """Three who want two shifts each where the roster has one a month."""
    return duty(person(), person(), person(), need=2, shifts=[{"shifts": 1}], ward={"places": [{"places": 3}]})


def assigned(instance: Instance, order: Iterable[str], plan: Plan) -> dict[str, dict[int, int]]:
    assignments = {name: assignment_of(instance, plan.candidate(name)) for name in order}
    found = spread_shifts(instance, assignments)
    assert found is not None
    return {name: dict(found[name].shifts) for name in instance.candidates}


def test_the_order_in_which_parts_were_planned_does_not_matter() -> None:
    instance = crowd()
    plan, names = planned(instance), list(instance.candidates)
    first = assigned(instance, names, plan)
    for seed in range(5):
        shuffled = Random(seed).sample(names, len(names))
        assert assigned(instance, shuffled, plan) == first


@pytest.mark.parametrize("seed", range(5))
def test_the_same_months_have_the_same_shifts_whatever_the_seed(seed: int) -> None:
    settled = [person(fixed=[months("2027-06", "2027-07", rotation="ward")]) for _ in range(3)]
    instance = duty(*settled, need=2, shifts=[{"shifts": 1}], ward={"places": [{"places": 3}]})
    first, plan = planned(instance), planned(instance, seed=seed)
    for name in instance.candidates:
        assert [row.rotation for row in plan.candidate(name).months] == [
            r.rotation for r in first.candidate(name).months
        ]
        assert shifts_of(plan, name) == shifts_of(first, name)


# --- with how many shifts goals count ---------------------------------------------------------------------------------


def goal_month(instance: Instance, plan: Plan) -> str:
    return format_month(goal_sources(trajectories(instance, plan)[0])[1].month)


def test_goals_count_with_all_shifts_or_with_the_number_that_is_said() -> None:
    """Shifts in 2027-01, -03, -04 and -06; a goal in the month of the last, or of the second."""
    for number, month in ((None, "2027-06"), (2, "2027-03"), (4, "2027-06"), (99, "2027-06"), (0, "2027-01")):
        instance = duty(**({} if number is None else {"goals_shifts": number}))  # type: ignore[arg-type]
        assert goal_month(instance, planned(instance)) == month, number


def test_the_check_asks_for_all_shifts_and_for_goals_as_many_as_are_said() -> None:
    instance = duty(goals_shifts=2)
    plan = planned(instance)
    assert "goals" not in rules_broken(instance, with_shifts(plan, m2027_01=2))
    assert "legevakt" in rules_broken(instance, with_shifts(plan, m2027_01=2))
    assert {"goals", "legevakt"} <= rules_broken(instance, with_shifts(plan, m2027_01=1))
    whole = duty()
    assert {"goals", "legevakt"} <= rules_broken(whole, with_shifts(planned(whole), m2027_01=2))
