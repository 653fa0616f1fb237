"""What a repair costs, what could be won if more moved, and the plan that prefers it, held to the brute force."""

from __future__ import annotations

from typing import Any

import pytest
from oracle import answer

import scheduler
from scheduler import api
from scheduler.accounting.baseline import with_own_baseline
from scheduler.accounting.recount import recounted
from scheduler.explanation.keeping import Planner, keeping
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, Sentence, Status
from scheduler.replanning.matching import matched
from scheduler.replanning.successor import Replanning
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import Limits
from tests.helpers.tiny import Row, finish, make, months, path, person

OFFICE = {"places": [{"places": 2}]}
SOON, LATE = months("2027-05", "2027-08", places=1), months("2028-06", "2028-12", places=1)


def town(*people: Row, ward: list[Row] | None = None) -> scheduler.Instance:
    """One place in the ward, in May to August 2027 and again from June 2028 on."""
    return make(*people, arenas={"office-01": OFFICE, "ward": {"places": ward or [SOON, LATE]}})


def in_ward(first: str, last: str) -> Row:
    return person(fixed=[months(first, last, rotation="ward")])


ILL = person(leave=[months("2027-05", "2027-06")])


@pytest.fixture(scope="module")
def published() -> Plan:
    """A01 in the ward in May and June, A02 in July and August."""
    return api.plan(town(in_ward("2027-05", "2027-06"), in_ward("2027-07", "2027-08")), workers=1)


def repaired(published: Plan, instance: scheduler.Instance, **more: Any) -> Plan:
    manner = {"freeze_to": "2027-04", "allowed": api.Allowed(1.0, 1.0), "workers": 1, "time_limit_s": 60.0} | more
    return api.replan(instance, published, **manner)


@pytest.fixture(scope="module")
def waiting(published: Plan) -> Plan:
    """A01 is ill in May and June, and waits for June 2028 while A02 stays."""
    return repaired(published, town(ILL, person()))


@pytest.fixture(scope="module")
def both_waiting(published: Plan) -> Plan:
    """The ward is closed until June 2028 for everybody."""
    return repaired(published, town(person(), person(), ward=[LATE]))


def prices(plan: Plan) -> list[Sentence]:
    return [message for message in plan.messages if (message.key or "").startswith("replan.price")]


def delay(plan: Plan) -> float:
    return next(level.value for level in plan.objectives if level.id == "delay")


def test_a_repair_that_costs_delay_tells_what_could_be_won(published: Plan, waiting: Plan) -> None:
    """If A02 goes first, nobody waits."""
    assert (path(waiting, "A02"), delay(waiting)) == (path(published, "A02"), 5)
    (told,) = prices(waiting)
    assert told.key == "replan.price"
    assert told.fields["number"] == 5
    assert told.said("en").startswith("If more published months may move, delay is 5 months less in all")
    assert "A01 5 months earlier" in told.said("en")
    assert "A01 5 måneder tidligere" in told.said("nb")


def test_delay_preferred_plans_what_was_told(published: Plan, waiting: Plan) -> None:
    (told,) = prices(waiting)
    plan = repaired(published, town(ILL, person()), prefer="delay")
    assert (delay(plan), finish(plan, "A01")) == (0, "2028-02")
    assert [level.id for level in plan.objectives][:2] == ["delay", "changes"]
    assert prices(plan) == []
    (moved,) = [message for message in plan.messages if message.key == "replan.moved"]
    assert moved.fields["number"] == told.fields["moved"] > told.fields["instead"]


def test_a_plan_that_prefers_delay_is_checked_as_such_when_it_is_read_again(published: Plan) -> None:
    instance = town(ILL, person())
    plan = Plan.from_json(repaired(published, instance, prefer="delay").to_json())
    assert api.check(instance, plan).violations == []
    recounted_for = town(ILL, person(percent=[{"percent": 100}, months("2028-11", "2028-12", percent=60)]))
    recounted_plan = recounted(with_own_baseline(recounted_for, plan), plan)
    assert [level.id for level in recounted_plan.objectives] == [level.id for level in plan.objectives]


def test_nothing_is_asked_where_the_repair_costs_nothing(published: Plan) -> None:
    assert prices(repaired(published, town(person(leave=[months("2027-09", "2027-09")]), person()))) == []


def test_it_is_told_that_nothing_could_be_won(both_waiting: Plan) -> None:
    """Both wait, and no move helps."""
    assert delay(both_waiting) > 0
    assert [told.key for told in prices(both_waiting)] == ["replan.price-none"]


def test_without_time_for_it_that_is_told(published: Plan) -> None:
    none = Limits(price_share=0.0)
    plan = repaired(published, town(ILL, person()), limits=none)
    assert [told.key for told in prices(plan)] == ["replan.price-unknown"]


@pytest.mark.parametrize("ill", [("2027-05", "2027-06"), ("2027-06", "2027-06"), ("2027-04", "2027-05")])
def test_the_brute_force_tells_the_same_price(published: Plan, ill: tuple[str, str]) -> None:
    """What was told and the best there is, delay first: the same months of delay, and the same weight of changes."""
    instance = town(person(leave=[months(*ill)]), person())
    plan, other = repaired(published, instance), repaired(published, instance, prefer="delay")
    (told,) = prices(plan)
    assert instance.source is not None
    tree, basis = instance.source, published.model_dump(mode="json", by_alias=True)
    best = {
        first: answer(tree, published=basis, freeze_to="2027-04", order=[first, *rest]).values
        for first, *rest in (("changes", "delay"), ("delay", "changes"))
    }
    sparing, early = best["changes"], best["delay"]
    assert told.fields["number"] == sparing["delay"][0] - early["delay"][0]
    assert early["changes"][0] == next(level.value for level in other.objectives if level.id == "changes")


# --- what keeping costs each -----------------------------------------------------------------------------------------


def keepings(plan: Plan) -> dict[str, Sentence]:
    told = (message for message in plan.messages if (message.key or "").startswith("replan.keeping"))
    return {str(message.fields["who"]): message for message in told}


def late_by(who: str, month: str) -> list[Row]:
    """A01 is ill in May and June; that one of the two is to be done by the month."""
    rows = {"A01": ILL, "A02": person()}
    return [row | ({"finish_by": month} if row_id == who else {}) for row_id, row in rows.items()]


def test_who_waits_is_told_what_an_earlier_finish_takes_and_so_it_is_planned(published: Plan, waiting: Plan) -> None:
    told = keepings(waiting)["A01"]
    assert (told.key, told.fields["number"], told.fields["month"]) == ("replan.keeping", 5, "2028-02")
    assert "(A01: 2 months moved; A02: 4 months moved)" in told.said("en")
    assert "(A01: 2 måneder flyttet; A02: 4 måneder flyttet)" in told.said("nb")
    asked_for = repaired(published, town(*late_by("A01", "2028-02")))
    (moved,) = [message for message in asked_for.messages if message.key == "replan.moved"]
    assert (finish(asked_for, "A01"), moved.fields["number"]) == ("2028-02", told.fields["moved"])
    assert keepings(asked_for) == {}


def test_one_may_win_what_another_loses_and_it_is_told_who(both_waiting: Plan) -> None:
    """The ward opens in June 2028: A01 goes first and can go no sooner, A02 could if A01 waited."""
    told = keepings(both_waiting)
    assert [told[who].key for who in ("A01", "A02")] == ["replan.keeping-none", "replan.keeping"]
    assert "A01 2 months later" in told["A02"].said("en")


def test_somebody_new_who_is_late_is_asked_about_and_who_is_not_late_is_not(published: Plan) -> None:
    """A03 comes in May 2027 and has to wait for the ward until June 2028, unless A01 or A02 does."""
    plan = repaired(published, town(*[person()] * 2, person(start="2027-05")), limits=Limits(price_share=0.0))
    assert set(keepings(plan)) == {entry.id for entry in plan.candidates if entry.delay} == {"A03"}
    assert keepings(plan)["A03"].fields["number"] > 0


def test_the_brute_force_knows_no_earlier_finish_and_none_with_fewer_changes(published: Plan, waiting: Plan) -> None:
    told = keepings(waiting)["A01"]
    month, basis = str(told.fields["month"]), published.model_dump(mode="json", by_alias=True)
    before = format_month(parse_month(month) - 1)
    at, sooner = (
        answer(town(*late_by("A01", last)).source or {}, published=basis, freeze_to="2027-04")
        for last in (month, before)
    )
    assert (at.feasible, sooner.feasible) == (True, False)
    asked_for = repaired(published, town(*late_by("A01", month)))
    assert at.values["changes"][0] == next(level.value for level in asked_for.objectives if level.id == "changes")


def test_without_time_for_it_what_could_be_won_at_most_is_told(published: Plan) -> None:
    told = keepings(repaired(published, town(ILL, person()), limits=Limits(keeping_share=0.0)))["A01"]
    assert (told.key, told.fields["number"]) == ("replan.keeping-at-most", 5)


def test_a_question_halves_the_months_and_says_what_is_not_proved(published: Plan, waiting: Plan) -> None:
    """From three months of delay on there is a plan; less is impossible, or not known."""
    instance = Replanning.of(town(ILL, person()), matched(town(ILL, person()), published), None, api.Allowed()).instance
    made, (entry,) = waiting, [each for each in waiting.candidates if each.delay]
    least = entry.earliest_finish

    def planner(certainty: str) -> Planner:
        def plan(asked: scheduler.Instance, _: Stop) -> Plan:
            last = asked.candidates["A01"].finish_by or 0
            if last < least + 3:
                kind = Status.INFEASIBLE if certainty else Status.UNKNOWN
                return made.model_copy(
                    update={"status": kind, "candidates": [], "explanation": {"certainty": certainty}}
                )
            there = entry.model_copy(update={"finish": last, "delay": last - least})
            others = [each for each in made.candidates if each.id != "A01"]
            return made.model_copy(update={"candidates": [there, *others]})

        return plan

    found = {
        certainty: next(keeping(instance, published, made, planner(certainty), Settings(1), Stop()))
        for certainty in ("proved", "likely", "")
    }
    assert {certainty: (each.won, each.most, each.proved) for certainty, each in found.items()} == {
        "proved": (2, 2, True), "likely": (2, 5, False), "": (2, 5, False),
    }  # fmt: skip
    assert [each.phrase(instance, made).key for each in found.values()] == [
        "replan.keeping", "replan.keeping-likely", "replan.keeping-likely",
    ]  # fmt: skip
