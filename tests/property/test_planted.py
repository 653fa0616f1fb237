"""Instances with a plan hidden in them: a plan is always found, is valid, and is no worse than the hidden one."""

import pytest

from scheduler.accounting import levels, trajectories
from scheduler.instance.types import Instance
from scheduler.plan import Plan, Status
from scheduler.solve import Options, solve
from tests.helpers.planting import Planted, plant
from tests.helpers.tiny import faults

N_SEEDS = 200
N_ALWAYS = 80  # the others are among the slow tests
HARD = (24, 54, 74)  # so are these, which take a minute or more
TRIES = ((2.0, 1), (10.0, 4), (30.0, 4), (180.0, 4))  # seconds and workers: mostly the first is enough


def solved(planted: Planted) -> Plan:
    """A plan as good as the hidden one, or the one that all the time allowed comes to."""
    for seconds, workers in TRIES:
        plan = solve(planted.instance, Options(workers=workers, time_limit_s=seconds))
        if plan.status is Status.OPTIMAL or (plan.candidates and delay(plan) <= delay(planted.plan)):
            break
    return plan


def delay(plan: Plan) -> int:
    """Everybody's delay together."""
    return sum(entry.delay for entry in plan.candidates)


def figures(instance: Instance, plan: Plan) -> dict[str, float]:
    """The objective's levels and worst cases, added up from the months of the plan; all of them to be made small."""
    added_up = levels(instance, trajectories(instance, plan))
    found: dict[str, float] = {}
    for level_id in instance.objective_order:
        if level_id in added_up:
            level = added_up[level_id]
            found[level_id] = -level.value if level_id == "breadth" else level.value
            found |= {} if level.worst is None else {f"{level_id}.worst": level.worst}
    return found


def figures_told(plan: Plan) -> dict[str, float]:
    """The same figures as the plan file tells them."""
    found = {
        objective.id: -objective.value if objective.id == "breadth" else objective.value
        for objective in plan.objectives
    }
    return found | {
        f"{objective.id}.worst": objective.worst.value for objective in plan.objectives if objective.worst is not None
    }


@pytest.mark.parametrize(
    "seed",
    [pytest.param(n, marks=[pytest.mark.slow] if n in HARD or n >= N_ALWAYS else []) for n in range(N_SEEDS)],
)
def test_a_plan_is_found_and_is_no_worse_than_the_one_planted(seed: int) -> None:
    planted = plant(seed)
    plan = solved(planted)
    assert plan.status in (Status.OPTIMAL, Status.FEASIBLE), plan.status
    assert faults(planted.instance, plan) == []
    found, hidden = figures(planted.instance, plan), figures(planted.instance, planted.plan)
    assert found["delay"] <= hidden["delay"] or planted.instance.objective_order[0] != "delay"
    assert figures_told(plan) == pytest.approx(found)
    if plan.status is Status.OPTIMAL:
        assert list(found.values()) <= list(hidden.values())


def test_the_same_seed_plants_the_same_instance() -> None:
    assert plant(7).tree == plant(7).tree


def test_the_seeds_together_use_every_table() -> None:
    """The generator has not grown lazy: every table and every field of a candidate is drawn somewhere."""
    trees = [plant(seed).tree for seed in range(60)]
    tables = {table for tree in trees for table, rows in tree.items() if rows}
    assert {"arenas", "limits", "reservations", "rotations", "requirements", "groups", "supervisors"} <= tables
    fields = {field for tree in trees for row in tree["candidates"] for field, value in row.items() if value}
    assert {"current", "fixed", "wishes", "allowed", "finish_by", "practice", "supervisor", "legevakt_from"} <= fields
    assert {"leave", "percent", "credited", "months_done", "goals_done", "group", "shifts_done", "legevakt"} <= fields
    ceilings = {field for tree in trees for row in tree["arenas"] for field in row}
    assert {"places", "percent", "min_places", "max_away", "shifts", "goals_with_shifts"} <= ceilings
    starts = [row["start"] for tree in trees for row in tree["candidates"]]
    assert any(isinstance(start, dict) for start in starts)
