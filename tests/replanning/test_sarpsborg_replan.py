"""The bundled example re-planned on top of its published plan: slow, and what the feature is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scheduler.check import check_plan
from scheduler.files import bundled_instance_path, read_instance
from scheduler.files.load import read_tree
from scheduler.intake.newcomers import with_newcomers
from scheduler.month import parse_month
from scheduler.plan import Plan, PlanObjective
from scheduler.replanning.affected import with_baseline
from scheduler.replanning.diff import ChangeKind, diff
from scheduler.solve import Options, solve

pytestmark = pytest.mark.slow
PUBLISHED = Path(__file__).parents[2] / "reports" / "sarpsborg" / "plan.json"


@pytest.fixture(scope="module")
def published() -> Plan:
    return Plan.from_json(PUBLISHED.read_text(encoding="utf-8"))


def again(tree: dict[str, Any], published: Plan, freeze: str, time_limit_s: float = 300.0) -> Plan:
    based = with_baseline(read_instance(tree), published, parse_month(freeze))
    plan = solve(based, Options(time_limit_s=time_limit_s))
    assert check_plan(based, plan) == []
    return plan


def level(plan: Plan, name: str) -> PlanObjective:
    return next(objective for objective in plan.objectives if objective.id == name)


def test_an_intake_of_three_moves_nobody_and_that_is_proved_least(published: Plan) -> None:
    tree = with_newcomers(read_tree(bundled_instance_path()), 3, parse_month("2027-03"))
    plan = again(tree, published, "2027-02")
    found = diff(published, plan)
    assert [(difference.id, difference.is_new) for difference in found.candidates] == [
        ("N01", True),
        ("N02", True),
        ("N03", True),
    ]
    assert level(plan, "changes").value == 0
    assert level(plan, "changes").proved
    assert level(plan, "delay").proved


@pytest.mark.parametrize(
    ("who", "start", "to", "freeze", "weight"),
    [
        (
            "A15",
            "2028-01",
            "2028-03",
            "2027-12",
            24,
        ),  # hospital goes: 18; at the end 3 move and 3 are added
        ("A13", "2029-04", "2029-06", "2029-03", None),  # in the hospital since 2029-03: that month stands
    ],
)
def test_three_months_of_sick_leave_move_nobody_else(
    published: Plan, who: str, start: str, to: str, freeze: str, weight: int | None
) -> None:
    tree = read_tree(bundled_instance_path())
    row = next(row for row in tree["candidates"] if row["id"] == who)
    row["leave"] = [*row.get("leave", []), {"from": start, "to": to}]
    plan = again(tree, published, freeze)
    found = diff(published, plan)
    assert [difference.id for difference in found.candidates if difference.runs] == [who]
    assert found.months(ChangeKind.LEAVE) == 3
    assert level(plan, "changes").proved
    assert weight is None or level(plan, "changes").value == weight
    frozen = parse_month(freeze)
    assert all(run.start > frozen for difference in found.candidates for run in difference.runs)
