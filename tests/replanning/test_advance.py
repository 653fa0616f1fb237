"""A file rolled on to a later month: what the plan says of the months before is served, and nothing else is new."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

import scheduler
from scheduler import api
from scheduler.accounting import levels, trajectories, with_figures
from scheduler.files import bundled_instance_path, read_instance
from scheduler.instance.problems import InputError
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, Status
from scheduler.replanning.advance import Advanced, advance
from scheduler.replanning.before import planned_from
from scheduler.texts import month_in_words
from tests.helpers.planting import Planted, plant
from tests.helpers.tiny import Row, faults, make, months, person, plan_of, planned

TWO = {"office-01": {"places": [{"places": 2}]}, "ward": {"places": [{"places": 1}]}}
PUBLISHED = Path(__file__).parents[2] / "reports" / "sarpsborg" / "plan.json"
WARD_FIRST = [months("2027-01", "2027-02", rotation="ward")]


def rolled(instance: Instance, plan: Plan, to: str) -> Advanced:
    return advance(instance, plan, parse_month(to))


def row_of(found: Advanced, candidate: str = "A01") -> Row:
    rows = (found.instance.source or {})["candidates"]
    return next(dict(row) for row in rows if row["id"] == candidate)


def values(plan: Plan) -> dict[str, float]:
    """But for what only the plan after knows: the months that move, and who lost wishes before (decision 0023)."""
    new = ("changes", "history")
    return {objective.id: objective.value for objective in plan.objectives if objective.id not in new}


# --- rows ------------------------------------------------------------------------------------------------------------


def test_months_before_become_rows_and_the_horizon_ends_where_it_did() -> None:
    """Ward in January and February, then gp*10: on 1 May two rows, and twenty months are left."""
    instance = make(person(fixed=WARD_FIRST))
    found = rolled(instance, planned(instance), "2027-05")
    office = {"percent": 100, "practice": "office-01"}
    assert row_of(found)["served"] == [
        {"rotation": "ward", "from": "2027-01", "to": "2027-02", **office},
        {"rotation": "gp", "from": "2027-03", "to": "2027-04", **office},
    ]
    assert row_of(found)["fixed"] == []
    assert (found.instance.source or {})["horizon"] == {"start": "2027-05", "months": 20}
    assert found.instance.end == instance.end


def test_leave_is_a_gap_and_other_percents_are_other_rows() -> None:
    leave, half = [months("2027-02", "2027-03")], [months("2027-05", "2027-05", percent=50)]
    instance = make(person(leave=leave, percent=half))
    rows = row_of(rolled(instance, planned(instance), "2027-06"))["served"]
    assert [(row["from"], row["to"], row["percent"]) for row in rows] == [
        ("2027-01", "2027-01", 100), ("2027-04", "2027-04", 100), ("2027-05", "2027-05", 50),
    ]  # fmt: skip


def test_the_running_block_is_a_row_whose_credit_is_told_already() -> None:
    """gp since 2026-09, four months that are in credited: a row of them, and ten more of gp and ward are left."""
    running = person(
        start="2026-09", current={"rotation": "gp", "since": "2026-09"}, credited={"open_practice": 4.0}, months_done=4
    )
    instance = make(running)
    found = rolled(instance, planned(instance), "2027-03")
    row = row_of(found)
    assert "current" not in row
    assert (row["credited"], row["months_done"]) == ({"open_practice": 4.0}, 4)
    assert row["served"][0] == {
        "rotation": "gp", "from": "2026-09", "to": "2026-12", "percent": 100, "practice": "office-01",
        "in_credited": True,
    }  # fmt: skip
    before, after = instance.candidates["A01"], found.instance.candidates["A01"]
    served = [month for month in after.past if month.earns]
    assert after.credited["open_practice"] + after.credited["institution"] == 10_000 * (4 + len(served))
    assert after.months_done == before.months_done + len(served)


def test_a_start_that_was_chosen_is_one_and_what_was_waited_is_still_a_delay() -> None:
    """One place in the office and one bed: A02 can only begin when A01 is in the ward, and is late for good."""
    window = {"earliest": "2027-01", "latest": "2027-06"}
    one = {"office-01": {"places": [{"places": 1}]}, "ward": {"places": [{"places": 1}]}}
    fixed = [months("2027-01", "2027-03", rotation="gp")]
    instance = make(person(fixed=fixed, allowed=["gp", "ward"]), person(id="A02", start=window), arenas=one)
    plan = planned(instance)
    taken = plan.candidate("A02").start
    to = max(taken + 1, parse_month("2027-05"))
    found = advance(instance, plan, to)
    start = row_of(found, "A02")["start"]
    assert start == ("2027-01" if taken == parse_month("2027-01") else {**window, "latest": format_month(taken)})
    assert found.instance.candidates["A02"].start_earliest == taken
    assert values(scheduler.replan(found.instance, plan))["delay"] == values(plan)["delay"] > 0


def test_a_wish_that_only_ends_keeps_its_length() -> None:
    """Ward wished by February, from the first month of the horizon: two months are wanted, before and after."""
    instance = make(person(wishes=[{"rotation": "ward", "to": "2027-02"}]))
    found = rolled(instance, planned(instance), "2027-04")
    assert row_of(found)["wishes"] == [{"rotation": "ward", "to": "2027-02", "from": "2027-01"}]


@pytest.mark.parametrize("to", ["2027-03", "2027-04", "2027-05", "2027-09"])
@pytest.mark.parametrize("rules", [{}, {"absence_free_share": 6}, {"absence_free_share": 3, "absence_counts": "all"}])
def test_days_absent_stay_and_what_was_served_counts_less_by_them(to: str, rules: Row) -> None:
    """A fortnight of March, half of June's: before and after, the same credit, finish and order of free days."""
    absence = [
        {"from": "2027-03-01", "to": "2027-03-14"},
        {"from": "2027-06-15", "to": "2027-07-31", "percent": 50},
        {"from": "2027-08-01", "to": "2027-08-31"},
    ]
    instance = make(person(absence=absence, fixed=WARD_FIRST), rules=rules)
    plan = planned(instance)
    found = rolled(instance, plan, to)
    assert row_of(found)["absence"] == absence
    again = scheduler.replan(found.instance, plan)
    assert values(again) == values(plan)
    (before,), (after,) = plan.candidates, again.candidates
    assert (after.finish, after.earliest_finish) == (before.finish, before.earliest_finish)
    assert after.service == before.service
    assert after.absence == [row for row in before.absence if row.month >= parse_month(to)]
    assert faults(found.instance, again) == []


def test_requirements_that_named_only_those_who_are_done_go_with_them() -> None:
    asked = [
        {"id": "R1", "rotations": ["clinic"], "max_months": 3.0, "candidates": ["A01"]},
        {"id": "R2", "rotations": ["clinic"], "max_months": 3.0, "candidates": ["A01", "A02"]},
        {"id": "R3", "rotations": ["clinic"], "max_months": 3.0},
    ]
    instance = make(person(), person(id="A02", start="2027-06"), requirements=asked)
    found = rolled(instance, planned(instance), "2028-01")
    assert [(row["id"], row.get("candidates")) for row in (found.instance.source or {})["requirements"]] == [
        ("R2", ["A02"]), ("R3", None),
    ]  # fmt: skip


def test_months_outside_the_horizon_are_refused() -> None:
    instance = make(person())
    plan = planned(instance)
    for month in ("2027-01", "2026-05", "2029-01"):
        with pytest.raises(InputError, match="cannot be rolled on"):
            rolled(instance, plan, month)


def test_who_is_not_in_the_plan_and_has_begun_is_told() -> None:
    instance = make(person(), arenas=TWO)
    plan = planned(instance)
    more = make(person(), person(id="B07"), arenas=TWO)
    told = [each.said("en") for each in rolled(more, plan, "2027-04").told]
    assert any(line.startswith("B07 is not in the plan") for line in told)


# --- planned again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["2027-03", "2027-08", "2028-02"])
def test_planned_again_nothing_moves(to: str) -> None:
    """A03 is on leave from April to June and begins in March; one bed in the ward."""
    late = person(id="A03", start="2027-03", leave=[months("2027-04", "2027-06")], wishes=[{"rotation": "clinic"}])
    instance = make(person(), person(id="A02", percent=[{"percent": 80}]), late, arenas={"ward": TWO["ward"]})
    plan = planned(instance)
    found = rolled(instance, plan, to)
    again = scheduler.replan(found.instance, plan)
    assert next(objective.value for objective in again.objectives if objective.id == "changes") == 0
    assert api.check(found.instance, plan).violations == []
    left = planned_from(plan, parse_month(to))
    for entry in again.candidates:
        before = plan.candidate(entry.id)
        assert entry.months == [row for row in before.months if row.month >= parse_month(to)]
        assert (entry.finish, entry.delay, entry.service) == (before.finish, before.delay, before.service)
    assert [entry.id for entry in left.candidates] == [entry.id for entry in again.candidates]
    own = [each for each in trajectories(instance, plan) if each.candidate.id in found.instance.candidates]
    assert values(again) == {level: each.value for level, each in _without_history(levels(instance, own)).items()}


def test_a_served_month_that_is_otherwise_in_the_file_is_named() -> None:
    """The block in the ward is told to end a month early: in February the plan says ward, and the row nothing."""
    instance = make(person(fixed=WARD_FIRST))
    plan = planned(instance)
    tree = dict(rolled(instance, plan, "2027-05").instance.source or {})
    row = tree["candidates"][0]
    row["served"][0]["to"] = "2027-01"
    changed = read_instance(tree)
    assert [told.said("en") for told in api.check(changed, plan).matching] == [
        "A01: the rows of served say no service in February 2027, and the published plan ward at 100 %."
    ]
    row["served"][0] |= {"to": "2027-02", "percent": 50}
    told = api.check(read_instance(tree), plan).matching[0].said("en")
    assert "ward at 50 % in January–February 2027" in told or "ward at 50 % in January 2027" in told


# --- planted ---------------------------------------------------------------------------------------------------------


def _month(planted: Planted) -> int | None:
    """A month of the horizon before the last finish, drawn by the seed."""
    instance, last = planted.instance, max(entry.last for entry in planted.plan.candidates)
    month = Random(planted.seed).randrange(instance.start + 1, instance.end)
    month = month if month <= last else last
    return month if month > instance.start else None


def _figures(entry: Any) -> Mapping[str, Any]:
    names = ("finish", "projected_finish", "earliest_finish", "delay", "service", "away", "away_row", "unfinished")
    return {name: getattr(entry, name) for name in names}


def stays_as_it_is(seed: int) -> None:
    """The rest of the plan holds for the file rolled on, and every figure and level has the value that it had."""
    planted = plant(seed)
    to = _month(planted)
    if to is None:
        return
    found = advance(planted.instance, planted.plan, to).instance
    ahead = planned_from(planted.plan, to).candidates
    rest = plan_of(found, [with_figures(found, entry) for entry in ahead])
    assert faults(found, rest) == []
    for entry in rest.candidates:
        assert _figures(entry) == _figures(with_figures(planted.instance, planted.plan.candidate(entry.id)))
    own = [each for each in trajectories(planted.instance, planted.plan) if each.candidate.id in found.candidates]
    assert _without_history(levels(found, trajectories(found, rest))) == _without_history(levels(planted.instance, own))
    assert api.check(found, planted.plan).matching == ()
    assert _of_sums(found) <= _of_sums(planted.instance)
    _a_month_less_is_named(found, planted)


def _of_sums(instance: Instance) -> set[tuple[str | None, str]]:
    """Whose sums are remarked upon, and how: rolling a file on gives no new reason to."""
    codes = {"credited-nowhere": "nowhere", "current-nowhere": "nowhere"}
    kinds = ("months-done-below-credit", "months-done-below-current", "lost-before-unused", *codes)
    return {(each.row, codes.get(each.code, each.code)) for each in instance.remarks if each.code in kinds}


def _without_history(values: Mapping[str, Any]) -> dict[str, Any]:
    """A file rolled on remembers who lost wishes, which the one before did not (decision 0023)."""
    return {level: value for level, value in values.items() if level != "history"}


def _a_month_less_is_named(found: Instance, planted: Planted) -> None:
    """The last row of served of somebody, drawn by the seed, is a month shorter: the check tells whose and which."""
    tree = deepcopy(dict(found.source or {}))
    rows = [row for row in tree["candidates"] if row.get("served")]
    if not rows:
        return
    row = Random(planted.seed).choice(rows)
    served = row["served"][-1]
    month = parse_month(served["to"])
    if served["from"] == served["to"]:
        row["served"].remove(served)
    else:
        served["to"] = format_month(month - 1)
    told = [each.said("en") for each in api.check(read_instance(tree), planted.plan).matching]
    if len(row["served"]):  # of a candidate without rows nothing is told: sums may tell the same
        said = month_in_words(month, "en", "long")
        assert [line for line in told if line.startswith(f"{row['id']}: ") and said in line] != []
    _another_is_named(found, planted)


def _another_is_named(found: Instance, planted: Planted) -> None:
    """A row of somebody with another percent, office or supervisor: the check tells whose, and that very part."""
    drawn = Random(planted.seed)
    for part, others in (
        ("percent", [99]),
        ("practice", [office.id for office in found.offices]),
        ("supervisor", list(found.supervisors)),
    ):
        tree = deepcopy(dict(found.source or {}))
        rows = [(row, served) for row in tree["candidates"] for served in row.get("served", []) if part in served]
        row, served = drawn.choice(rows) if rows else ({}, {})
        other = [each for each in others if each != served.get(part)]
        if rows and other and not served.get("in_credited"):
            served[part] = drawn.choice(other)
            told = [each.said("en") for each in api.check(read_instance(tree), planted.plan).matching]
            begin = f"{row['id']}: the rows of served say "
            assert [line for line in told if line.startswith(begin) and f"{served[part]}" in line] != []


@pytest.mark.parametrize("seed", range(10))
def test_planted_plans_hold_in_a_file_rolled_on(seed: int) -> None:
    stays_as_it_is(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 200))
def test_two_hundred_planted_plans_hold_in_a_file_rolled_on(seed: int) -> None:
    stays_as_it_is(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_planned_once_rolled_on_and_planned_again_is_planned_once(seed: int) -> None:
    """At a random month: nothing moves, and every level has the value that it had, but for those who are done."""
    planted = plant(seed)
    made = api.plan(planted.instance, workers=1, time_limit_s=5)
    plan = made if made.status.has_plan else planted.plan
    to = _month(replace(planted, plan=plan))
    if to is None:
        return
    found = advance(planted.instance, plan, to).instance
    if not found.candidates:
        return
    again = api.replan(found, plan, workers=1, time_limit_s=30)
    assert next(objective.value for objective in again.objectives if objective.id == "changes") == 0
    own = [each for each in trajectories(planted.instance, plan) if each.candidate.id in found.candidates]
    before = {level: each.value for level, each in _without_history(levels(planted.instance, own)).items()}
    for level, value in values(again).items():
        assert value >= before[level] if level == "breadth" else value <= before[level]
    if plan.status is Status.OPTIMAL and len(own) == len(planted.instance.candidates):
        assert values(again) == {level: before[level] for level in values(again)}


@pytest.mark.slow
def test_sarpsborg_rolled_on_stays_as_it_is() -> None:
    """By 6, 12, 18 and 36 months: no month moves, and everybody left has the finish and the credit that they had."""
    instance, plan = scheduler.load(bundled_instance_path()), Plan.from_json(PUBLISHED.read_text(encoding="utf-8"))
    for months_on in (6, 12, 18, 36):
        found = advance(instance, plan, instance.start + months_on)
        again = scheduler.replan(found.instance, plan, time_limit_s=60)
        assert next(objective.value for objective in again.objectives if objective.id == "changes") == 0
        for entry in again.candidates:
            before = plan.candidate(entry.id)
            assert (entry.finish, entry.delay) == (before.finish, before.delay)
            assert entry.service.by_category == pytest.approx(before.service.by_category, abs=1e-4)
        own = [each for each in trajectories(instance, plan) if each.candidate.id in found.instance.candidates]
        assert values(again) == {level: each.value for level, each in _without_history(levels(instance, own)).items()}


def test_two_steps_are_one() -> None:
    """Rolled on to April and then to July, with a plan made in between: the same file, runs of months in one row."""
    instance = make(person(fixed=WARD_FIRST), person(id="A02"))
    plan = planned(instance)
    once = rolled(instance, plan, "2027-07").instance.source
    between = rolled(instance, plan, "2027-04").instance
    again = scheduler.replan(between, plan)
    twice = rolled(between, again, "2027-07").instance
    assert (twice.source or {})["candidates"] == (once or {})["candidates"]
    assert twice.sha256 == read_instance(once or {}).sha256
