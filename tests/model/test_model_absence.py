"""Absence by date in a plan: a month counts less and is held whole. The tiny world: gp 10 + ward 2 in 12 months."""

from __future__ import annotations

from fractions import Fraction

from scheduler.accounting import exposure, past_exposure, trajectories
from scheduler.check import check_plan
from scheduler.exact import percent_upwards, plain
from scheduler.explanation.conflicts import find_conflicts
from scheduler.explanation.sentences import conflict_phrase
from scheduler.instance.timeline import timeline_of
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.solver.engine import Settings, Stop
from tests.helpers.tiny import (
    TIME_LIMIT_S,
    Row,
    faults,
    finish,
    is_impossible,
    make,
    months,
    months_in,
    path,
    person,
    plan_without,
    planned,
    rules_broken,
)

FORTNIGHT = [{"from": "2027-03-01", "to": "2027-03-14"}]  # 10 of March's 23 weekdays: 43.48 % of the month is lost


def days(first: str, last: str, percent: float = 100) -> Row:
    return {"from": first, "to": last, "percent": percent}


def earned(plan: Plan) -> dict[str, object]:
    rows = plan.candidates[0].model_dump(mode="json")["absence"]
    return {row["month"]: row["earned"] for row in rows}


def test_the_finish_is_a_month_later() -> None:
    plan = planned(make(person(absence=FORTNIGHT)))
    assert finish(plan) == "2028-01"
    assert plan.candidates[0].delay == 0
    assert earned(plan) == {"2027-03": 56.53}
    service = plan.candidates[0].service
    assert (service.by_category["open_practice"], service.counted) == (10.5653, 12.0)
    assert [month.percent for month in plan.candidates[0].months] == [100] * 13


def test_to_be_done_by_the_month_before_is_impossible_and_by_it_is_not() -> None:
    assert is_impossible(make(person(absence=FORTNIGHT, finish_by="2027-12")))
    assert finish(planned(make(person(absence=FORTNIGHT, finish_by="2028-01")))) == "2028-01"
    assert finish(planned(make(person(finish_by="2027-12")))) == "2027-12"


def test_it_bites_as_part_time_does() -> None:
    """One day is too many where no month is to spare; with months counted in full there is a plan, and it is wrong."""
    instance = make(person(absence=[days("2027-03-01", "2027-03-01")], finish_by="2027-12"))
    assert is_impossible(instance)
    plan = plan_without(instance, "part-time")
    assert plan is not None
    assert plan.candidates[0].service.counted == 11.9566
    assert "service-total" in rules_broken(instance, plan)
    assert not is_impossible(make(person(absence=[days("2027-03-06", "2027-03-07")], finish_by="2027-12")))  # a weekend


def test_a_free_share_is_exactly_enough() -> None:
    """5 % of 12 FTE-months are 0.6; thirteen weekdays of March are 0.5652, fourteen 0.6087."""
    enough, rules = [days("2027-03-15", "2027-03-31")], {"absence_free_share": 5}
    assert finish(planned(make(person(absence=enough, finish_by="2027-12"), rules=rules))) == "2027-12"
    more = [days("2027-03-12", "2027-03-31")]
    assert is_impossible(make(person(absence=more, finish_by="2027-12"), rules=rules))
    assert earned(planned(make(person(absence=more), rules=rules))) == {"2027-03": 99.14}
    rules |= {"absence_counts": "all"}
    assert earned(planned(make(person(absence=more), rules=rules))) == {"2027-03": 39.14}
    assert earned(planned(make(person(absence=enough), rules=rules))) == {}


def test_the_first_month_and_the_last() -> None:
    plan = planned(make(person(absence=[days("2027-01-01", "2027-01-15"), days("2027-12-20", "2027-12-31")])))
    assert earned(plan) == {"2027-01": 47.62, "2027-12": 56.53}
    assert finish(plan) == "2028-01"
    assert finish(planned(make(person(absence=[days("2028-01-03", "2028-01-20")])))) == "2027-12"  # after it


def test_a_month_absent_as_a_whole_is_leave() -> None:
    """The place is free, the ward's block ends, and the month is in no rotation."""
    instance = make(person(absence=[days("2027-03-01", "2027-03-31")]))
    plan = planned(instance)
    assert [month.rotation for month in plan.candidates[0].months][2] is None
    assert finish(plan) == "2028-01"
    assert earned(plan) == {}
    block = months("2027-02", "2027-04", rotation="ward")
    partly = make(person(absence=FORTNIGHT, fixed=[block]), rotations={"ward": {"min_months": 3}})
    assert months_in(planned(partly), "ward") == ["2027-02", "2027-03", "2027-04"]


def test_the_place_is_held_while_somebody_is_absent_in_part() -> None:
    """A01 is half absent in March, and has the ward's one place, whole."""
    one = {"ward": {"places": [{"places": 1}]}}
    fixed = [months("2027-02", "2027-03", rotation="ward")]
    first, second = (
        person(absence=FORTNIGHT, fixed=fixed),
        person(fixed=[months("2027-03", "2027-04", rotation="ward")]),
    )
    assert is_impossible(make(first, second, arenas=one))
    assert is_impossible(make(first, second, arenas={"ward": {"percent": [{"percent": 156}]}}))
    planned(make(first, second, arenas={"ward": {"percent": [{"percent": 200}]}}))
    gone = person(absence=[days("2027-03-01", "2027-03-31")], fixed=[months("2027-01", "2027-02", rotation="ward")])
    planned(make(gone, second, arenas=one))


def test_work_of_a_requirement_and_exposure_are_what_counts() -> None:
    """Two months in the ward, one of them at 56.53 %: 1.5653 FTE-months."""
    fixed = [months("2027-02", "2027-03", rotation="ward")]
    ward = {"ward": {"max_months": 2}}
    for least, impossible in ((1.5653, False), (1.5654, True)):
        asked = [{"id": "r", "rotations": ["ward"], "min_months": least}]
        rules = {"institution_min": 0, "open_practice_cap": 12, "general_cap": 12}
        instance = make(
            person(absence=FORTNIGHT, fixed=fixed), rotations=ward, rules=rules, requirements=asked, n_months=20
        )
        assert is_impossible(instance) is impossible
    for least, impossible in ((1.5653, False), (1.5654, True)):
        instance = make(
            person(absence=FORTNIGHT, fixed=fixed),
            rotations=ward,
            rules={"institution_min": 0, "open_practice_cap": 12, "general_cap": 12, "goals": "001"},
            arenas={"ward": {"goals": "001", "exposure": least}},
            n_months=20,
        )
        assert is_impossible(instance) is impossible


def test_exposure_in_the_plan_and_before_it_is_what_counts() -> None:
    served = [months("2026-11", "2026-12", rotation="ward")]
    absence = [days("2026-12-01", "2026-12-31", 50), *FORTNIGHT]
    row = person(
        start="2026-11", served=served, fixed=[months("2027-02", "2027-03", rotation="clinic")], absence=absence
    )
    instance = make(row)
    assert past_exposure(instance, instance.candidates["A01"]) == {"ward": 15_000}
    found = exposure(trajectories(instance, planned(instance))[0])
    assert (found["ward"], found["clinic"]) == (25_000, 15_653)  # a month in the ward is planned


def test_a_group_year_has_no_leave_month_by_it() -> None:
    """None are let, and ten days are no month; a whole month is."""
    group = {"groups": [{"id": "G1", "start": "2027-01", "months": 12, "places": 4}]}
    rules = {"group_required": True, "group_leave_months_max": 0}
    row = person(absence=FORTNIGHT)
    assert planned(make(row, rules=rules, **group)).candidates[0].group == "G1"
    assert is_impossible(make(person(absence=[days("2027-03-01", "2027-03-31")]), rules=rules, **group))


def test_percents_and_absence_together() -> None:
    """60 % with half of March's days at 50 %: 60 x (1 - 10/46)."""
    row = person(percent=[{"percent": 60}], absence=[days("2027-03-01", "2027-03-14", 50)])
    plan = planned(make(row, n_months=30))
    assert earned(plan) == {"2027-03": 46.96}
    assert finish(plan) == "2028-09"


def test_what_was_served_counts_less_too() -> None:
    """Six months before the plan, ten days of one absent; and what is free has been used up there."""
    served = [months("2026-07", "2026-12", rotation="gp")]
    absence = [days("2026-09-01", "2026-09-14"), days("2027-03-01", "2027-03-14")]
    instance = make(person(start="2026-07", served=served, absence=absence))
    past = {month.month: plain(month.earned) for month in instance.candidates["A01"].past}
    assert sorted(past.values()) == [54.55, 100, 100, 100, 100, 100]
    assert instance.candidates["A01"].credited["open_practice"] == 55_455
    assert finish(planned(instance)) == "2027-07"
    free = make(person(start="2026-07", served=served, absence=absence), rules={"absence_free_share": 4})
    plan = planned(free)
    assert earned(plan) == {"2027-03": 59.07}  # 0.48 are free: 0.4546 of September, the rest of March
    assert finish(plan) == "2027-07"


def test_a_month_of_the_past_that_nobody_served_is_no_part_of_a_year() -> None:
    """January is served and February and March are told by no row: a tenth of ten months is free, not of twelve."""
    row = person(
        start="2027-01",
        served=[months("2027-01", "2027-01", rotation="gp")],
        absence=[days("2027-05-03", "2027-05-28"), days("2027-06-01", "2027-06-29")],
    )
    rules = {"absence_free_share": 10, "absence_window": "year"}
    candidate = make(row, start="2027-04", rules=rules).candidates["A01"]
    june = parse_month("2027-06")
    absent = Fraction(20, 21) + Fraction(21, 22)
    assert candidate.earned_at(june) == percent_upwards(100 - 100 * (absent - 1))


def test_the_checker_knows_what_a_month_counts_as() -> None:
    instance = make(person(absence=FORTNIGHT))
    plan = planned(instance)
    entry = plan.candidates[0]
    for changed in ([], [entry.absence[0].model_copy(update={"earned": 60})]):
        wrong = plan.model_copy(update={"candidates": [entry.model_copy(update={"absence": changed})]})
        assert rules_broken(instance, wrong) == {"part-time"}
        assert "56.53" in faults(instance, wrong)[0] or "56,53" in faults(instance, wrong)[0]
    service = entry.service.model_copy(update={"counted": 12.5})
    wrong = plan.model_copy(update={"candidates": [entry.model_copy(update={"service": service})]})
    assert rules_broken(instance, wrong) == {"part-time"}


def test_a_plan_of_before_the_absence_is_told_to_be_otherwise() -> None:
    plan, instance = planned(make(person())), make(person(absence=FORTNIGHT))
    assert "part-time" in {violation.rule for violation in check_plan(instance, plan)}


def test_nobody_can_be_done_in_time_and_it_is_told_why() -> None:
    instance = make(person(absence=FORTNIGHT, finish_by="2027-12"))
    findings = find_conflicts(instance, Settings(workers=1), Stop(TIME_LIMIT_S))
    (conflict,) = findings.conflicts
    assert {key.rule for key in conflict.instances} == {"finish-by", "part-time", "service-total"}
    assert "absence (March 2027)" in conflict_phrase(instance, conflict).said("en")


def test_earliest_finish_and_the_wards_path_do_not_depend_on_where_one_is() -> None:
    instance = make(person(absence=FORTNIGHT, fixed=[months("2027-03", "2027-05", rotation="ward")]))
    assert timeline_of(instance, instance.candidates["A01"]).due == 13
    assert path(planned(instance)).count("ward") >= 1
