"""Who lost wishes in the plan before goes first among equals the next time, and it is told where that decides."""

from __future__ import annotations

from typing import Any

import pytest

import scheduler
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.replanning.advance import Advanced, advance
from tests.helpers.tiny import Row, faults, make, months, objective, person, planned, rules_broken

ONE_BED: dict[str, Row | None] = {"ward": {"places": [{"places": 1}]}}
SPRING, AUTUMN = months("2027-03", "2027-04", rotation="ward"), months("2027-09", "2027-10", rotation="ward")


def two(first: Row, second: Row, wish: Row = SPRING, **tables: Any) -> Instance:
    """Two who wish for the one bed in the same two months."""
    return make(*(person(wishes=[wish], **fields) for fields in (first, second)), arenas=ONE_BED, **tables)


def winners(plan: Plan) -> list[str]:
    return [entry.id for entry in plan.candidates for wish in entry.wishes if wish.met]


def lost_before(found: Advanced) -> dict[str, int]:
    return {candidate.id: candidate.lost_before for candidate in found.instance.candidates.values()}


@pytest.mark.parametrize(
    ("first", "second", "winner", "reason"),
    [
        ({}, {}, "A01", "reasons.wish-draw"),
        ({}, {"lost_before": 1}, "A02", "reasons.wish-before"),
        ({"lost_before": 2}, {"lost_before": 3}, "A02", "reasons.wish-before"),
        ({"lost_before": 3}, {"lost_before": 3}, "A01", "reasons.wish-draw"),
        ({"lost_before": 3}, {"lost_before": 2}, "A01", "reasons.wish-before"),
        ({"lost_before": 1, "shifts_done": 3}, {"lost_before": 1}, "A01", "reasons.wish-others"),
        ({"wishes": [{**SPRING, "weight": 2}]}, {"lost_before": 9}, "A01", "reasons.wish-others"),  # nearly: lighter
    ],
)
def test_among_equals_whoever_lost_more_goes_first(first: Row, second: Row, winner: str, reason: str) -> None:
    people = ({"wishes": [SPRING], **row} for row in (first, second))
    plan = planned(make(*(person(**row) for row in people), arenas=ONE_BED))
    assert winners(plan) == [winner]
    (lost,) = (wish for entry in plan.candidates for wish in entry.wishes if not wish.met)
    assert lost.reason is not None
    assert lost.reason.key == reason


def test_it_is_told_with_what_each_has_lost() -> None:
    plan = planned(two({"lost_before": 2}, {"lost_before": 3}))
    reason = plan.candidate("A01").wishes[0].reason
    assert reason is not None
    assert "A02 (weight 3)" in reason.said("en")
    assert "vekt 2" in reason.said("nb")


def test_the_level_is_the_weight_lost_times_what_was_lost_before_and_the_checker_counts_it() -> None:
    """A01 loses a wish of weight 1 and lost 2 before: 2. With 3 instead, the check says so."""
    instance = two({"lost_before": 2}, {"lost_before": 3})
    plan = planned(instance)
    assert [level.id for level in plan.objectives][:3] == ["delay", "wishes", "history"]
    assert (objective(plan, "wishes"), objective(plan, "history")) == (1, 2)
    told = [level.model_copy(update={"value": 3.0}) if level.id == "history" else level for level in plan.objectives]
    assert rules_broken(instance, plan.model_copy(update={"objectives": told})) == {"figures"}


@pytest.mark.parametrize(
    ("order", "levels"),
    [
        (["wishes", "moves"], ["wishes", "history", "moves"]),
        (["history", "wishes"], ["history", "wishes"]),
        (["moves"], ["moves"]),
    ],
)
def test_it_goes_with_the_wishes_in_an_order_of_ones_own(order: list[str], levels: list[str]) -> None:
    instance = two({"lost_before": 2}, {}, objective={"order": order})
    assert list(instance.objective_order) == levels
    unused = "history" not in levels
    assert [remark.code for remark in instance.remarks] == ["lost-before-unused"] * unused
    assert "history" not in two({}, {}, objective={"order": ["history", "wishes"]}).objective_order


# --- written by advance ----------------------------------------------------------------------------------------------


def test_advance_writes_what_was_lost_and_the_loser_wins_next_time() -> None:
    instance = two({}, {})
    plan = planned(instance)
    found = advance(instance, plan, parse_month("2027-05"))
    assert lost_before(found) == {"A01": 0, "A02": 1}
    assert [told.key for told in found.told] == ["advance.lost-before"]
    tree: dict[str, Any] = dict(found.instance.source or {})
    rows = [{**row, "wishes": [months("2027-07", "2027-07", rotation="clinic")]} for row in tree["candidates"]]
    arenas = [{**row, "places": [{"places": 1}]} if row["id"] == "clinic" else row for row in tree["arenas"]]
    again = planned(scheduler.load({**tree, "candidates": rows, "arenas": arenas}))
    assert winners(again) == ["A02"]
    alike = [{key: value for key, value in row.items() if key != "lost_before"} for row in rows]
    assert winners(planned(scheduler.load({**tree, "candidates": alike, "arenas": arenas}))) == ["A01"]


def test_planned_on_the_same_plan_nothing_moves_and_no_wish_has_another_value() -> None:
    instance = two({}, {}, wish=AUTUMN)
    plan = planned(instance)
    found = advance(instance, plan, parse_month("2027-05"))
    again = scheduler.replan(found.instance, plan)
    assert objective(again, "changes") == 0
    assert objective(again, "wishes") == objective(plan, "wishes") == 1
    assert faults(scheduler.load(again.instance.source or {}), again) == []


@pytest.mark.parametrize("wish", [SPRING, AUTUMN])
def test_rolled_on_twice_is_rolled_on_once(wish: Row) -> None:
    instance = two({}, {}, wish=wish)
    plan = planned(instance)
    halfway = advance(instance, plan, parse_month("2027-03")).instance
    once, twice = (advance(each, plan, parse_month("2027-05")) for each in (instance, halfway))
    assert lost_before(once) == lost_before(twice) == {"A01": 0, "A02": 1}


def test_who_won_has_lost_nothing_any_more_and_who_wished_for_nothing_keeps_the_number() -> None:
    rows = [person(wishes=[SPRING], lost_before=4), person(lost_before=2), person(wishes=[SPRING])]
    instance = make(*rows, arenas=ONE_BED)
    found = advance(instance, planned(instance), parse_month("2027-06"))
    assert lost_before(found) == {"A01": 0, "A02": 2, "A03": 1}
    assert "lost_before" not in (found.instance.source or {})["candidates"][0]


@pytest.mark.parametrize(
    "own",
    [
        {"wishes": [months("2028-11", "2028-12", rotation="ward")]},  # after the finish
        {"wishes": [SPRING, months("2027-03", "2027-04", rotation="clinic")]},  # one of two at the same time
        {"wishes": [SPRING], "leave": [months("2027-03", "2027-04")]},
    ],
)
def test_a_wish_that_is_lost_by_oneself_makes_nobody_go_first(own: Row) -> None:
    instance = make(person(**own), arenas=ONE_BED)
    plan = planned(instance)
    assert any(not wish.met for wish in plan.candidate("A01").wishes)
    assert lost_before(advance(instance, plan, parse_month("2027-06"))) == {"A01": 0}


def test_a_wish_that_was_over_before_the_plan_is_not_lost_again() -> None:
    """A02 lost the spring, and wishes for nothing else: in the next plan the number stays."""
    instance = two({}, {})
    plan = planned(instance)
    later = advance(instance, plan, parse_month("2027-06")).instance
    replanned = scheduler.replan(later, plan)
    assert lost_before(advance(later, replanned, parse_month("2027-08"))) == {"A01": 0, "A02": 1}
