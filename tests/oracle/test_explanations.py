"""Every conflict told is impossible by itself and no part of it is; every remedy called verified leads to a plan."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.files import read_instance
from scheduler.plan import Plan

from . import compare as comparison
from .compare import MANNERS, Fault, Verdict, compare, without
from .random_instances import KINDS, Case, case_of
from .test_against_oracle import BUDGET, EASY, LONG_BUDGET, agrees

EXPLAINED = next(manner for manner in MANNERS if manner.name == "explained")
N_SEEDS, N_TOGETHER = 300, 50  # of each kind, and in one test

FOUND = Path(__file__).parent / "found" / "explanations"
"""Instances of which an explanation was once wrong, each with the reason in its first line."""


def found(name: str) -> Case:
    """The case of that name."""
    return Case(name.partition("-")[0], tomllib.loads((FOUND / f"{name}.toml").read_text()))


@pytest.mark.parametrize("name", sorted(path.stem for path in FOUND.glob("*.toml")))
def test_found(name: str) -> None:
    outcome = compare(found(name), 0, EXPLAINED, BUDGET)
    agrees(outcome)
    assert outcome.verdict is Verdict.IMPOSSIBLE


def test_goals_of_offices_alone_name_the_offices() -> None:
    tree = found("floors-227").tree
    plan = EXPLAINED.plan(read_instance(tree))
    assert plan.explanation is not None
    assert any("goals" in conflict["text"] for conflict in plan.explanation["conflicts"])
    assert not any("no arena" in conflict["text"] for conflict in plan.explanation["conflicts"])


def test_a_goal_that_an_office_gives_keeps_the_finish_waiting_for_the_office() -> None:
    """The office's floor is broken once its only candidate is done; who may sit anywhere may always lack the goal."""
    offices = [{"id": o, "service": "open_practice", "goals": "001"} for o in ("o1", "o2")]
    offices[0]["min_places"] = [{"places": 1, "from": "2027-03"}]
    tree = {**EASY, "rules": {**EASY["rules"], "goals": "001"}, "arenas": offices}
    agrees(compare(Case("office", tree), manner=EXPLAINED))
    plan = EXPLAINED.plan(read_instance(tree))
    assert plan.explanation is not None
    (conflict,) = plan.explanation["conflicts"]
    assert {rule["id"] for rule in conflict["rules"]} == {"capacity", "service-total", "goals", "practice"}


def test_an_office_whose_own_supervisors_are_missing_is_no_way_out() -> None:
    """One office is full, and nobody is attached to the other: without holding on to one office it is no better."""
    full = {"id": "o1", "service": "open_practice", "places": [{"places": 0}]}
    own = {"id": "o2", "service": "open_practice", "own_supervisor": True}
    tree = {**EASY, "arenas": [full, own], "supervisors": [{"id": "V1", "places": 3}]}
    agrees(compare(Case("own", tree), manner=EXPLAINED))
    plan = EXPLAINED.plan(read_instance(tree))
    assert plan.explanation is not None
    (conflict,) = plan.explanation["conflicts"]
    rules = {(rule["id"], rule.get("arena")) for rule in conflict["rules"]}
    assert {("capacity", "o1"), ("supervision", "o2")} <= rules
    assert ("practice", None) not in rules


def test_one_block_more_would_not_be_enough() -> None:
    """Three months in blocks of one month: it is the number of blocks that stands in the way."""
    short = {"id": "r0", "mix": {"practice": 100}, "max_months": 1}
    three = {"id": "q0", "rotations": ["r0"], "min_months": 3.0}
    horizon = {**EASY["horizon"], "months": 6}
    tree = {**EASY, "horizon": horizon, "rotations": [*EASY["rotations"], short], "requirements": [three]}
    agrees(compare(Case("short", tree), manner=EXPLAINED))
    plan = EXPLAINED.plan(read_instance(tree))
    assert plan.explanation is not None
    (conflict,) = plan.explanation["conflicts"]
    assert {rule["id"] for rule in conflict["rules"]} == {"requirement", "block-length", "block-count"}


@pytest.mark.parametrize("seed", [5, 23])
def test_a_floor_after_the_frozen_months_in_which_all_were_done(seed: int) -> None:
    """Nobody is left who might be there: that the floor cannot be met needs no other rule."""
    outcome = compare(case_of("replanning", seed), seed, EXPLAINED, BUDGET)
    agrees(outcome)
    assert outcome.verdict is Verdict.IMPOSSIBLE


def test_what_keeps_somebody_from_being_done_with_the_frozen_months_is_named() -> None:
    """Base may last two months, both frozen, and the other block begins in June only: were it not for the total, that
    would be all.
    """
    outcome = compare(case_of("replanning", 216), 216, EXPLAINED, BUDGET)
    agrees(outcome)
    assert outcome.verdict is Verdict.IMPOSSIBLE


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, N_SEEDS, N_TOGETHER))
@pytest.mark.parametrize("kind", KINDS)
def test_explanations_hold_on_many(kind: str, first: int) -> None:
    for seed in range(first, first + N_TOGETHER):
        agrees(compare(case_of(kind, seed), seed, EXPLAINED, LONG_BUDGET))


# the net itself

LATE = {**EASY, "candidates": [{"id": "A1", "start": "2027-01", "finish_by": "2027-01"}]}


def with_more(plan: Plan) -> Plan:
    """The same explanation with a rule in it that is not needed."""
    return changed(plan, lambda rules: [*rules, {"id": "practice", "candidate": "A1"}])


def with_less(plan: Plan) -> Plan:
    """The same explanation without its first rule."""
    return changed(plan, lambda rules: rules[1:])


def changed(plan: Plan, change: Callable[[list[Any]], list[Any]]) -> Plan:
    """The same plan with another list of rules in its conflict."""
    assert plan.explanation is not None
    (conflict,) = plan.explanation["conflicts"]
    told = {**plan.explanation, "conflicts": [{**conflict, "rules": change(conflict["rules"])}]}
    return plan.model_copy(update={"explanation": told})


def unhelpful(plan: Plan) -> Plan:
    """The same explanation with a remedy that changes nothing."""
    assert plan.explanation is not None
    remedy = {**plan.explanation["remedies"][0], "change": {"candidate": "A1", "finish_by": "2027-01"}}
    return plan.model_copy(update={"explanation": {**plan.explanation, "remedies": [remedy]}})


@pytest.mark.parametrize(
    ("spoil", "fault"), [(with_more, Fault.MINIMAL), (with_less, Fault.CONFLICT), (unhelpful, Fault.REMEDY)]
)
def test_what_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Plan], Plan], fault: Fault) -> None:
    right = comparison.plan_and_reasons
    assert compare(Case("late", LATE), manner=EXPLAINED).verdict is Verdict.IMPOSSIBLE
    monkeypatch.setattr(comparison, "plan_and_reasons", lambda *given, **more: spoil(right(*given, **more)))
    assert [finding.fault for finding in compare(Case("late", LATE), manner=EXPLAINED).findings] == [fault]


def test_whoever_has_no_rule_left_takes_no_part() -> None:
    place = {"id": "capacity", "arena": "ward", "candidates": ["A1", "A2"]}
    own = [{"id": "institution", "candidate": "A1"}, {"id": "one-rotation", "candidate": "A2"}]
    assert without([place, *own], own[1]) == [{**place, "candidates": ["A1"]}, own[0]]
