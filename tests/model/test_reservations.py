"""What others use of a duty roster's shifts, an office's places and a supervisor's: in the model and in the check."""

import pytest

from scheduler.files import read_instance
from scheduler.instance.problems import InputError
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan
from scheduler.planning.assemble import plan_instance
from tests.helpers.tiny import Row, bites, is_impossible, make, months, months_in, person, planned, rules_broken


def duty(*others: Row, need: int = 4, shifts: int = 3) -> Instance:
    """Four shifts to be taken in 2027-03 and 2027-04, at most two a month, where the roster has three."""
    roster: Row = {"service": "parallel", "shifts": [months("2027-03", "2027-04", shifts=shifts)]}
    rules: Row = {"legevakt_shifts": need, "legevakt_max_per_month": 2}
    return make(arenas={"duty": roster}, rules=rules, reservations=list(others))


def lis1(first: str, last: str, **what: object) -> Row:
    return {"who": "LIS1", **months(first, last), **what}


def against(instance: Instance, plan: Plan) -> set[str]:
    """What the checker says of another instance's plan."""
    return rules_broken(instance, plan.model_copy(update={"instance": plan_instance(instance)}))


def shifts_of(plan: Plan) -> dict[str, int]:
    return {format_month(row.month): row.shifts for row in plan.candidate("A01").shifts}


# --- shifts -----------------------------------------------------------------------------------------------------------


def test_one_shift_of_three_leaves_two() -> None:
    others = lis1("2027-03", "2027-04", arena="duty", shifts=1)
    assert shifts_of(planned(duty(others))) == {"2027-03": 2, "2027-04": 2}


@pytest.mark.parametrize("month", ["2027-03", "2027-04"])
def test_two_shifts_of_three_leave_too_few_in_the_first_month_and_in_the_last(month: str) -> None:
    bites(duty(lis1(month, month, arena="duty", shifts=2)), "legevakt")


def test_shifts_beside_the_months_of_the_reservation_are_all_there() -> None:
    beside = [lis1("2027-01", "2027-02", arena="duty", shifts=9), lis1("2027-05", "2027-12", arena="duty", shifts=9)]
    assert planned(duty(*beside))


def test_reservations_of_a_roster_add_up_and_never_leave_less_than_nothing() -> None:
    one = lis1("2027-03", "2027-03", arena="duty", shifts=1)
    bites(duty(one, one), "legevakt")
    assert is_impossible(duty(lis1("2027-03", "2027-03", arena="duty", shifts=99)))


@pytest.mark.parametrize("month", ["2027-03", "2027-04"])
def test_the_check_knows_the_shifts_of_others(month: str) -> None:
    plan = planned(duty())
    assert against(duty(lis1(month, month, arena="duty", shifts=1)), plan) == set()
    assert against(duty(lis1(month, month, arena="duty", shifts=2)), plan) == {"legevakt"}


# --- an office --------------------------------------------------------------------------------------------------------


def office(*others: Row) -> Instance:
    """A01 is in the office until 2027-12 but for two months in the ward; the office has two places."""
    two: Row = {"places": [{"places": 2}]}
    nowhere_else: dict[str, Row | None] = {"clinic": None}
    row = person(finish_by="2027-12")
    return make(row, arenas={"office-01": two}, rotations=nowhere_else, reservations=list(others))


def test_one_place_of_an_office_leaves_the_other() -> None:
    assert planned(office(lis1("2027-01", "2028-12", arena="office-01", places=1)))


@pytest.mark.parametrize(("first", "last"), [("2027-01", "2027-03"), ("2027-10", "2027-12")])
def test_both_places_of_an_office_leave_none(first: str, last: str) -> None:
    """A ward's two months can be where the office is full; a third month is one too many."""
    full = lis1(first, last, arena="office-01", places=2)
    bites(office(full), "capacity")
    assert "capacity" in against(office(full), planned(office()))


@pytest.mark.parametrize(("first", "last"), [("2027-01", "2027-02"), ("2027-11", "2027-12")])
def test_an_office_full_of_others_for_the_months_in_the_ward(first: str, last: str) -> None:
    plan = planned(office(lis1(first, last, arena="office-01", places=2)))
    assert months_in(plan, "ward") == [first, last]


# --- a supervisor -----------------------------------------------------------------------------------------------------


def guided(*others: Row, places: int = 2, people: int = 1) -> Instance:
    rows = [person() for _ in range(people)]
    return make(*rows, supervisors=[{"id": "V1", "places": places}], reservations=list(others))


def test_one_place_of_a_supervisor_leaves_the_other() -> None:
    assert planned(guided(lis1("2027-01", "2027-12", supervisor="V1", places=1)))


@pytest.mark.parametrize("month", ["2027-01", "2027-12"])
def test_a_supervisor_of_others_alone_in_the_first_month_and_in_the_last(month: str) -> None:
    bites(guided(lis1(month, month, supervisor="V1", places=2)), "supervision")
    assert against(guided(lis1(month, month, supervisor="V1", places=2)), planned(guided())) == {"supervision"}


def test_two_candidates_and_a_reservation_of_one_place_of_two() -> None:
    bites(guided(lis1("2027-06", "2027-06", supervisor="V1", places=1), people=2), "supervision")
    assert planned(guided(lis1("2027-06", "2027-06", supervisor="V1", places=1), people=2, places=3))


def test_after_the_finish_a_supervisor_may_be_anybody_s() -> None:
    assert planned(guided(lis1("2028-01", "2028-12", supervisor="V1", places=2)))


# --- what is wrong with a row -----------------------------------------------------------------------------------------


def problems_of(*rows: Row) -> list[str]:
    tree = {
        "schema": 1,
        "horizon": {"start": "2027-01", "months": 24},
        "arenas": [{"id": "office-01", "service": "open_practice"}, {"id": "duty", "service": "parallel"}],
        "rotations": [{"id": "gp", "mix": {"practice": 100}, "base": True}],
        "supervisors": [{"id": "V1", "places": 1}],
        "candidates": [{"id": "A01", "start": "2027-01"}],
        "reservations": list(rows),
    }
    try:
        return [
            f"{remark.code} {remark.path}" for remark in read_instance(tree).remarks if "reservation" in remark.code
        ]
    except InputError as error:
        return [problem.code for problem in error.problems]


def test_problems_of_a_reservation() -> None:
    assert problems_of({"places": 1}) == ["reservation-of-one"]
    assert problems_of({"arena": "office-01", "supervisor": "V1", "places": 1}) == ["reservation-of-one"]
    assert problems_of({"arena": "office-01"}) == ["reservation-empty"]
    assert problems_of({"supervisor": "V9", "places": 1}) == ["unknown-supervisor"]
    assert problems_of({"supervisor": "V1", "places": 1}) == []


def test_a_reservation_of_what_is_not_there_is_a_remark() -> None:
    for row in (
        {"arena": "office-01", "shifts": 1},
        {"arena": "duty", "shifts": 1},
        {"arena": "duty", "places": 1},
        {"supervisor": "V1", "percent": 20},
        {"supervisor": "V1", "shifts": 1},
    ):
        kind = next(key for key in ("percent", "places", "shifts") if key in row)
        assert problems_of(row) == [f"reservation-no-ceiling ('reservations', 0, '{kind}')"], row
