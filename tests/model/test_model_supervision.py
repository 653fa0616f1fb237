"""Supervisors in the model: enough of them in every month, in the right place, and the fixed one."""

from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan
from tests.helpers.tiny import Row, bites, every_month, make, months, months_in, path, person, planned


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
    """V1 has room, and both are given to V2, who has one place: V1 takes the other one over, and that is told."""
    both = (person(supervisor="V2"), person(supervisor="V2"))
    plan = planned(supervised(*both, supervisors=[V1 | {"places": 9}, V2]))
    taken = sorted(len(months_with(plan, "V2", who)) for who in ("A01", "A02"))
    assert taken == [0, 12]
    assert [(message.key, message.fields["other"]) for message in plan.messages] == [("reported.supervisor-full", "V1")]
    bites(supervised(*both, supervisors=[V2]), "supervision")


def test_a_fixed_supervisor_who_leaves_is_followed_by_another() -> None:
    plan = planned(supervised(person(supervisor="V2"), supervisors=[V1, V2 | {"to": "2027-10"}]))
    assert months_with(plan, "V2") == every_month("2027-01", "2027-10")
    assert months_with(plan, "V1") == ["2027-11", "2027-12"]
    (message,) = plan.messages
    assert (message.key, message.fields["months"]) == ("reported.supervisor-away", "2027-11..2027-12")
    stays = planned(supervised(person(supervisor="V2"), supervisors=[V1, V2 | {"to": "2027-12"}]))
    assert (stays.candidate("A01").supervisors[0].id, stays.messages) == ("V2", [])


def test_a_fixed_supervisor_comes_back_when_there_is_a_place_again() -> None:
    away = {"id": "V2", "places": [{"places": 1}, months("2027-04", "2027-05", places=0)]}
    plan = planned(supervised(person(supervisor="V2"), supervisors=[V1, away]))
    assert months_with(plan, "V1") == ["2027-04", "2027-05"]


def test_a_fixed_supervisor_goes_before_who_could_have_another() -> None:
    """V1 and V2 take one each, and V1 is fixed for A01; with V2 in the ward only there are too few in the office."""
    ward_only = V2 | {"arenas": ["ward"]}
    free = planned(supervised(person(supervisor="V1"), person(), supervisors=[V1, V2]))
    assert months_with(free, "V1") == months_with(free, "V2", "A02") == every_month("2027-01", "2027-12")
    bites(supervised(person(supervisor="V1"), person(), supervisors=[V1, ward_only]), "supervision")


def test_a_fixed_supervisor_gives_way_where_there_would_be_no_plan() -> None:
    """Two months of ward for A01, who is fixed to V1, beside A02 in the office: only V1 takes the office."""
    ward = person(supervisor="V1", credited={"open_practice": 10.0})
    office = person(credited={"open_practice": 8.0, "institution": 2.0}, goals_done="001-003", finish_by="2027-02")
    plan = planned(supervised(ward, office, supervisors=[V1, V2 | {"arenas": ["ward"]}]))
    assert months_with(plan, "V1", "A02") == ["2027-01", "2027-02"]
    assert months_with(plan, "V2") == months_in(plan, "ward")


OWN_WARD = {"ward": {"own_supervisor": True}}
IN_WARD = {"id": "V2", "places": 1, "arenas": ["ward"]}


def test_an_arena_with_a_supervisor_of_its_own() -> None:
    """In the ward V2, attached to it, and before and after V1; V1 alone would do without."""
    plan = planned(supervised(person(), supervisors=[V1, IN_WARD], arenas=OWN_WARD))
    assert months_with(plan, "V2") == months_in(plan, "ward")
    assert months_with(plan, "V1") == months_in(plan, "gp")
    bites(supervised(person(), supervisors=[V1 | {"places": 9}], arenas=OWN_WARD), "supervision")
    assert planned(supervised(person(), supervisors=[V1]))


def test_one_attached_elsewhere_is_not_of_the_arena() -> None:
    bites(supervised(person(), supervisors=[V1, IN_WARD | {"arenas": ["clinic"]}], arenas=OWN_WARD), "supervision")
    both = IN_WARD | {"arenas": ["clinic", "ward"]}
    assert planned(supervised(person(), supervisors=[V1, both], arenas=OWN_WARD))


def test_the_first_and_the_last_month_of_the_arena_s_supervisor() -> None:
    """Two months of ward; V2 is there for just two, then for one."""
    there = IN_WARD | {"from": "2027-05", "to": "2027-06"}
    assert months_in(planned(supervised(person(), supervisors=[V1, there], arenas=OWN_WARD)), "ward") == [
        "2027-05",
        "2027-06",
    ]
    bites(supervised(person(), supervisors=[V1, there | {"to": "2027-05"}], arenas=OWN_WARD), "supervision")


def test_no_more_in_the_arena_than_its_supervisors_have_places() -> None:
    """Both must be in the ward in 2027-01..02, and V2 has one place; from 2027-03 one of them may still come."""
    ward = {"credited": {"open_practice": 10.0}}
    two = (person(**ward, finish_by="2027-02"), person(**ward, finish_by="2027-02"))
    places = {"ward": {"own_supervisor": True, "places": [{"places": 2}]}}
    bites(supervised(*two, supervisors=[V1 | {"places": 9}, IN_WARD], arenas=places), "supervision")
    assert planned(supervised(*two, supervisors=[V1, IN_WARD | {"places": 2}], arenas=places))


def test_offices_are_not_alike_where_one_asks_for_supervisors_of_its_own() -> None:
    arenas: dict[str, Row] = {"office-01": {"own_supervisor": True}, "office-02": {"service": "open_practice"}}
    plan = planned(supervised(person(practice=None), supervisors=[V1], arenas=arenas))
    assert plan.candidates[0].practice == "office-02"


def test_a_fixed_supervisor_goes_on_after_the_arena() -> None:
    plan = planned(supervised(person(supervisor="V1"), supervisors=[V1, IN_WARD], arenas=OWN_WARD))
    assert months_with(plan, "V1") == months_in(plan, "gp")
    assert {message.key for message in plan.messages} == {"reported.supervisor-of-arena"}


def test_from_half_the_mix_the_arena_s_supervisor_is_asked_for() -> None:
    """Half practice, half ward, and nobody attached to the ward; at 40 percent no one need be."""
    mixed = {"ward": {"mix": {"practice": 50, "ward": 50}, "min_months": 4}}
    bites(supervised(person(), supervisors=[V1], arenas=OWN_WARD, rotations=mixed), "supervision")
    less = {"ward": {"mix": {"practice": 60, "ward": 40}, "min_months": 5}}
    assert planned(supervised(person(), supervisors=[V1], arenas=OWN_WARD, rotations=less))


def test_an_exemption_holds_to_its_month_and_no_longer() -> None:
    """Twelve months from 2027-01: exempted to 2027-12 V1 does, to 2027-11 does not; then another takes over."""
    exempt = V1 | {"exempt_to": "2027-12"}
    assert planned(supervised(person(), supervisors=[exempt]))
    bites(supervised(person(), supervisors=[V1 | {"exempt_to": "2027-11"}]), "supervision")
    shorter = V1 | {"specialist": False, "exempt_to": "2027-06"}
    plan = planned(supervised(person(supervisor="V1"), supervisors=[shorter, V2]))
    assert months_with(plan, "V1") == every_month("2027-01", "2027-06")
    assert months_with(plan, "V2") == every_month("2027-07", "2027-12")


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


def test_a_fixed_supervisor_attached_to_the_ward_has_the_candidate_there() -> None:
    """All A01 lacks is two months of ward, and V2 is there; with a month of office to do another has that."""
    attached = [V1, V2 | {"arenas": ["ward"]}]
    nearly = person(supervisor="V2", credited={"open_practice": 10.0})
    assert path(planned(supervised(nearly, supervisors=attached))) == "ward*2"
    lacks_one = person(supervisor="V2", credited={"open_practice": 9.0})
    plan = planned(supervised(lacks_one, supervisors=attached))
    assert months_with(plan, "V2") == months_in(plan, "ward")
    assert months_with(plan, "V1") == months_in(plan, "gp")


def test_without_supervisors_nothing_is_asked() -> None:
    assert planned(make()).candidates[0].supervisors == []
