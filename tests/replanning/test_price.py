"""What a repair costs, what could be won if more moved, and the plan that prefers it, held to the brute force."""

from __future__ import annotations

from typing import Any

import pytest
from oracle import answer

import scheduler
from scheduler import api
from scheduler.accounting.baseline import with_own_baseline
from scheduler.accounting.recount import recounted
from scheduler.plan import Plan, Sentence
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


def prices(plan: Plan) -> list[Sentence]:
    return [message for message in plan.messages if (message.key or "").startswith("replan.price")]


def delay(plan: Plan) -> float:
    return next(level.value for level in plan.objectives if level.id == "delay")


def test_a_repair_that_costs_delay_tells_what_could_be_won(published: Plan) -> None:
    """A01 is ill in May and June, and waits for June 2028 while A02 stays; if A02 goes first, nobody waits."""
    plan = repaired(published, town(ILL, person()))
    assert (path(plan, "A02"), delay(plan)) == (path(published, "A02"), 5)
    (told,) = prices(plan)
    assert told.key == "replan.price"
    assert told.fields["number"] == 5
    assert told.said("en").startswith("If more published months may move, delay is 5 months less in all")
    assert "A01 5 months earlier" in told.said("en")
    assert "A01 5 måneder tidligere" in told.said("nb")


def test_delay_preferred_plans_what_was_told(published: Plan) -> None:
    (told,) = prices(repaired(published, town(ILL, person())))
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


def test_it_is_told_that_nothing_could_be_won(published: Plan) -> None:
    """The ward is closed until June 2028 for everybody: both wait, and no move helps."""
    plan = repaired(published, town(person(), person(), ward=[LATE]))
    assert delay(plan) > 0
    assert [told.key for told in prices(plan)] == ["replan.price-none"]


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
