"""Supervisors in the model: enough of them in every month, in the right place, and the fixed one."""

from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan
from tests.helpers.tiny import Row, bites, every_month, is_impossible, make, months, months_in, path, person, planned


def supervised(*people: Row, supervisors: list[Row], **changes: object) -> Instance:
    return make(*people, supervisors=supervisors, **changes)  # type: ignore[arg-type]


def months_with(plan: Plan, supervisor: str, candidate: str = "A01") -> list[str]:
    """The service months a candidate has the supervisor in."""
    rows = plan.candidate(candidate).supervisors
    served = {row.month for row in plan.candidate(candidate).service_months}
    of_this = (month for row in rows if row.id == supervisor for month in range(row.from_, row.to + 1))
    return [format_month(month) for month in of_this if month in served]


V1, V2 = {"id": "V1", "places": 1}, {"id": "V2", "places": 1}


def test_one_supervisor_for_one() -> None:
    assert months_with(planned(supervised(person(), supervisors=[V1])), "V1") == every_month("2027-01", "2027-12")


def test_one_supervisor_with_two_places() -> None:
    assert planned(supervised(person(), person(), supervisors=[{"id": "V1", "places": 2}]))


def test_one_supervisor_for_two() -> None:
    bites(supervised(person(), person(), supervisors=[V1]), "supervision")


def test_a_supervisor_who_comes_and_goes() -> None:
    """V1 until 2027-06 and V2 from 2027-07: no month without; from 2027-08 there is one."""
    first = V1 | {"to": "2027-06"}
    plan = planned(supervised(person(), supervisors=[first, V2 | {"from": "2027-07"}]))
    assert months_with(plan, "V2") == every_month("2027-07", "2027-12")
    bites(supervised(person(), supervisors=[first, V2 | {"from": "2027-08"}]), "supervision")


def test_leave_months_need_no_supervisor() -> None:
    row = person(leave=[months("2027-07", "2027-07")])
    assert planned(supervised(row, supervisors=[V1 | {"to": "2027-06"}, V2 | {"from": "2027-08"}]))


def test_places_that_change() -> None:
    """Two places until 2027-12 and one from then on: the second must be done by the end of 2027."""
    fewer = {"id": "V1", "places": [{"places": 2}, {"from": "2028-01", "places": 1}]}
    assert planned(supervised(person(), person(), supervisors=[fewer]))
    earlier = {"id": "V1", "places": [{"places": 2}, {"from": "2027-12", "places": 1}]}
    bites(supervised(person(), person(), supervisors=[earlier]), "supervision")


def test_who_is_no_specialist_does_not_count() -> None:
    bites(supervised(person(), supervisors=[V1 | {"specialist": False}]), "supervision")


def test_a_fixed_supervisor_stays() -> None:
    plan = planned(supervised(person(supervisor="V2"), person(), supervisors=[V1, V2]))
    assert months_with(plan, "V2") == every_month("2027-01", "2027-12")
    assert months_with(plan, "V1", "A02") == every_month("2027-01", "2027-12")


def test_a_fixed_supervisor_without_a_place_for_both() -> None:
    """V1 has room, but both are given to V2."""
    both = (person(supervisor="V2"), person(supervisor="V2"))
    bites(supervised(*both, supervisors=[V1 | {"places": 9}, V2]), "supervision")


def test_a_fixed_supervisor_who_leaves_too_early() -> None:
    bites(supervised(person(supervisor="V2"), supervisors=[V1, V2 | {"to": "2027-11"}]), "supervision")
    assert planned(supervised(person(supervisor="V2"), supervisors=[V1, V2 | {"to": "2027-12"}]))


def test_a_supervisor_attached_to_the_ward_takes_who_is_there() -> None:
    """V1 is away in 2027-05..06, so that is when A01 is in the ward, with V2."""
    away = {"id": "V1", "places": [{"places": 1}, months("2027-05", "2027-06", places=0)]}
    plan = planned(supervised(person(), supervisors=[away, V2 | {"arenas": ["ward"]}]))
    assert months_in(plan, "ward") == months_with(plan, "V2") == ["2027-05", "2027-06"]
    longer = {"id": "V1", "places": [{"places": 1}, months("2027-05", "2027-07", places=0)]}
    clinic_only = V2 | {"arenas": ["clinic"]}
    assert planned(supervised(person(), supervisors=[longer, clinic_only]))
    bites(
        supervised(person(), supervisors=[longer, clinic_only], rotations={"clinic": {"max_months": 2}}), "supervision"
    )


def test_a_supervisor_attached_to_an_office() -> None:
    plan = planned(supervised(person(), supervisors=[V1 | {"arenas": ["office-01"]}, V2 | {"arenas": ["ward"]}]))
    assert months_with(plan, "V1") == months_in(plan, "gp")
    assert months_with(plan, "V2") == months_in(plan, "ward")


def test_the_office_with_the_supervisor_is_chosen() -> None:
    """office-01 has a seat as good as office-02, but the only supervisor for offices is in the other."""
    seat = {"places": [{"places": 1}]}
    arenas = {"office-01": seat, "office-02": {"service": "open_practice", **seat}}
    attached = [V1 | {"arenas": ["office-02"]}, V2 | {"arenas": ["ward"]}]
    plan = planned(supervised(person(practice=None), supervisors=attached, arenas=arenas))
    assert plan.candidates[0].practice == "office-02"


def test_a_fixed_supervisor_attached_to_the_ward_holds_the_candidate_there() -> None:
    """All A01 lacks is two months of ward, and V2 is there; with a month of office to do it cannot be."""
    attached = [V1, V2 | {"arenas": ["ward"]}]
    nearly = person(supervisor="V2", credited={"open_practice": 10.0})
    assert path(planned(supervised(nearly, supervisors=attached))) == "ward*2"
    lacks_one = person(supervisor="V2", credited={"open_practice": 9.0})
    assert is_impossible(supervised(lacks_one, supervisors=attached))


def test_without_supervisors_nothing_is_asked() -> None:
    assert planned(make()).candidates[0].supervisors == []
