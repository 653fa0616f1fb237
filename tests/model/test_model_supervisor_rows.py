"""A candidate's fixed supervisor by months: rows of `supervisor`."""

from scheduler.check import check_plan
from scheduler.month import format_month
from scheduler.plan import Plan, PlanSupervision
from tests.helpers.tiny import Row, make, person, planned

TWO: list[Row] = [{"id": "V01", "places": 1}, {"id": "V02", "places": 1}]
ROWS: list[Row] = [{"supervisor": "V02", "to": "2027-04"}, {"supervisor": "V01", "from": "2027-05"}]


def with_whom(plan: Plan, candidate: str = "A01") -> list[tuple[str, str, str]]:
    rows = plan.candidate(candidate).supervisors
    return [(row.id, format_month(row.from_), format_month(row.to)) for row in rows]


def test_one_after_the_other_as_the_rows_say() -> None:
    plan = planned(make(person(supervisor=ROWS), supervisors=TWO))
    assert with_whom(plan) == [("V02", "2027-01", "2027-04"), ("V01", "2027-05", "2027-12")]


def test_the_other_one_makes_way_in_just_those_months() -> None:
    plan = planned(make(person(supervisor=ROWS), person(), supervisors=TWO))
    assert with_whom(plan) == [("V02", "2027-01", "2027-04"), ("V01", "2027-05", "2027-12")]
    assert with_whom(plan, "A02") == [("V01", "2027-01", "2027-04"), ("V02", "2027-05", "2027-12")]


def test_where_the_rows_name_nobody_the_plan_chooses_and_who_is_there_stays() -> None:
    plan = planned(make(person(supervisor=[{"supervisor": "V02", "to": "2027-04"}]), supervisors=TWO))
    assert with_whom(plan) == [("V02", "2027-01", "2027-12")]


def test_the_checker_tells_the_months_in_which_a_row_is_not_kept() -> None:
    instance = make(person(supervisor=ROWS), supervisors=TWO)
    plan = planned(instance)
    late = [{"id": "V02", "from": "2027-01", "to": "2027-06"}, {"id": "V01", "from": "2027-07", "to": "2027-12"}]
    entry = plan.candidates[0].model_copy(update={"supervisors": [PlanSupervision.model_validate(row) for row in late]})
    found = check_plan(instance, plan.model_copy(update={"candidates": [entry]}))
    told = [(one.text_key, one.fields["given"], one.months()) for one in found if one.rule == "supervision"]
    assert told == [("violations.supervisor-other", "V01", "2027-05..2027-06")]


def test_who_leaves_is_followed_by_another_and_it_is_told() -> None:
    people = [{"id": "V01", "places": 1, "to": "2027-06"}, {"id": "V02", "places": 1}]
    plan = planned(make(person(supervisor=[{"supervisor": "V01", "from": "2027-03"}]), supervisors=people))
    assert with_whom(plan)[-1] == ("V02", "2027-07", "2027-12")
    assert [message.key for message in plan.messages if "supervisor" in message.key] == ["reported.supervisor-away"]
