"""Instances in which something is scarce: the planted plan passes the check with delay 0, and one place less fails."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.generate import RESOURCES, Scarce, plant_scarce
from benchmarks.generate.scarce import room_for
from benchmarks.plans import plan_of, supervise
from scheduler.accounting import delay, trajectories
from scheduler.check import check_plan
from scheduler.files import read_instance


def faults(made: Scarce) -> tuple[set[str], int]:
    """The rules that the planted plan breaks in the tree as it is, and its delay."""
    instance = read_instance(made.tree)
    plan = plan_of(instance, made.plan, supervise(instance, made.plan, made.supervision), "planted")
    months = sum(delay(trajectory) for trajectory in trajectories(instance, plan))
    return {violation.rule for violation in check_plan(instance, plan)}, months


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_planted_plan_is_valid_and_loses_no_month(resource: str) -> None:
    made = plant_scarce([resource], 12, seed=1)
    assert faults(made) == (set(), made.delay)
    assert read_instance(made.tree).remarks == ()
    assert made.delay == 0


@pytest.mark.slow
@pytest.mark.parametrize("resource", RESOURCES)
def test_so_it_is_for_the_sizes_of_the_table(resource: str) -> None:
    for size, seeds in ((18, range(1, 9)), (40, range(1, 5)), (100, range(1, 2))):
        for seed in seeds:
            assert faults(plant_scarce([resource], size, seed)) == (set(), 0), (size, seed)


LESS = {  # what is one less, and the rule that the planted plan then breaks
    "clinic": ("arenas", "family-centre", "places", "capacity"),
    "ward": ("arenas", "nursing-home", "places", "capacity"),
    "institution": ("arenas", "kad4a", "places", "capacity"),
    "limit": ("limits", "clinic-and-ward", "places", "capacity"),
    "groups": ("groups", None, "places", "group"),
    "shifts": ("arenas", "legevakt", "shifts", "legevakt"),
    "supervisors": ("supervisors", "V01", "places", "supervision"),
    "offices": ("arenas", "office-001", "places", "capacity"),
    "floors": ("arenas", "family-centre", "min_places", "capacity"),
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_is_scarce_has_nothing_to_spare(resource: str) -> None:
    """One less in the busiest row (of floors: one more asked for), and the planted plan is no plan any more."""
    made = plant_scarce([resource], 12, seed=1)
    table, row_id, key, rule = LESS[resource]
    tree = copy.deepcopy(made.tree)
    row = next(row for row in tree[table] if row["id"] == row_id or (row_id is None and row["places"]))
    if isinstance(row[key], int):
        row[key] -= 1
    else:
        busiest = max(row[key], key=lambda step: [*step.values()][-1])
        name = [*busiest][-1]
        busiest[name] += 1 if resource == "floors" else -1
    assert faults(Scarce(tree, made.plan, made.supervision))[0] == {rule}


def test_nothing_else_has_a_ceiling_that_binds() -> None:
    """Only the clinic's places are rows by half-year; other arenas have none, and groups and rosters room for all."""
    tree = plant_scarce(["clinic"], 12, seed=1).tree
    cut = [row["id"] for row in tree["arenas"] if len(row.get("places", [])) > 1]
    assert cut == ["family-centre"]
    assert all(row["places"] == 12 for row in tree["groups"])
    assert "limits" not in tree


def test_several_at_once() -> None:
    made = plant_scarce(["clinic", "shifts", "groups"], 12, seed=2)
    assert faults(made) == (set(), 0)
    assert sum(row["places"] for row in made.tree["groups"]) == 12


def test_tightness_is_the_share_of_the_room_that_is_used() -> None:
    assert [room_for(8, tightness) for tightness in (1, 0.8, 0.5)] == [8, 10, 16]
    tight, loose = (plant_scarce(["groups"], 12, 1, tightness) for tightness in (1, 0.5))
    assert sum(row["places"] for row in loose.tree["groups"]) == 2 * sum(row["places"] for row in tight.tree["groups"])
    assert faults(loose) == (set(), 0)
    assert tight.plan == loose.plan


def test_offices_are_shared_by_more_than_they_seat() -> None:
    tree = plant_scarce(["offices"], 18, 1).tree
    seats = sum(row["places"][0]["places"] for row in tree["arenas"] if row["id"].startswith("office-"))
    assert seats < len(tree["candidates"])


def test_the_command_writes_it_and_the_same_arguments_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "clinic.json"
    assert main(["generate", "municipality", "--candidates", "8", "--scarce", "clinic", "-o", str(path)]) == 0
    assert json.loads(path.read_text("utf-8")) == plant_scarce(["clinic"], 8, 1).tree


@pytest.mark.parametrize(("resource", "tightness"), [("sunlight", 1.0), ("clinic", 0.0), ("clinic", 1.1)])
def test_nonsense_is_refused(resource: str, tightness: float) -> None:
    with pytest.raises(ValueError, match=r"unknown resource|not above 0"):
        plant_scarce([resource], 8, 1, tightness)
