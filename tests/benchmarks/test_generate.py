"""Generated instances: the same every time, free of problems, and proved feasible by plans that the checker passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.generate import generate, planted
from benchmarks.generate.places import sarpsborg
from benchmarks.generate.world import make_world
from benchmarks.plans import plan_of, supervise
from scheduler import api
from scheduler.accounting import delay, trajectories
from scheduler.check import check_plan
from scheduler.files import load_instance, read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan

TIGHTNESSES = (0.0, 0.25, 0.5, 0.75, 1.0)
OSTFOLD = Path(__file__).parents[2] / "instances" / "region-ostfold.toml"
SMALL = [("municipality", 6), ("region", 15), ("country", 12)]


def by_hand(
    kind: str, n: int, seed: int, tightness: float, which: str = "tight", *, municipalities: bool = False
) -> tuple[Instance, Plan]:
    made = planted(kind, seed, tightness, n, municipalities=municipalities)
    instance = read_instance(made.tree)
    assignments = getattr(made, which)
    return instance, plan_of(instance, assignments, supervise(instance, assignments, made.supervision), "by hand")


@pytest.mark.parametrize(("kind", "n"), SMALL)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_plan_made_by_hand_is_valid_at_every_tightness(kind: str, n: int, seed: int) -> None:
    for tightness in TIGHTNESSES:
        instance, plan = by_hand(kind, n, seed, tightness)
        assert [violation.sentence("en") for violation in check_plan(instance, plan)] == []
        assert instance.remarks == ()
        assert len(plan.candidates) == n


# --- municipalities ---


REGIONS = [("region", 15, 1), ("region", 60, 2), ("ostfold", 84, 3), ("country", 60, 1)]


@pytest.mark.parametrize(("kind", "n", "seed"), REGIONS)
@pytest.mark.parametrize(("tightness", "which"), [(1.0, "tight"), (0.0, "tight"), (0.0, "at_ease")])
def test_quotas_leave_room_for_the_plans_made_by_hand(
    kind: str, n: int, seed: int, tightness: float, which: str
) -> None:
    instance, plan = by_hand(kind, n, seed, tightness, which, municipalities=True)
    assert [violation.sentence("en") for violation in check_plan(instance, plan)] == []
    assert instance.remarks == ()


def test_at_one_a_quota_is_as_small_as_the_plan_made_by_hand_allows() -> None:
    """With one place fewer than the most of Fredrikstad's at once, the plan breaks the quota and nothing else."""
    made = planted("ostfold", 3, 1.0, municipalities=True)
    quota = next(row for row in made.tree["quotas"] if row["of"] == "hospital" and row["places"][0]["places"] > 1)
    quota["places"] = [{"places": quota["places"][0]["places"] - 1}]
    instance = read_instance(made.tree)
    plan = plan_of(instance, made.tight, supervise(instance, made.tight, made.supervision), "by hand")
    assert {violation.rule for violation in check_plan(instance, plan)} == {"quota"}


def test_everything_but_what_is_shared_is_some_municipality_s() -> None:
    tree = generate("region", 2, 0.5, 60, municipalities=True)
    assert len(tree["municipalities"]) == 13
    of_nobody = {row["id"] for table in ("arenas", "supervisors") for row in tree[table] if "municipality" not in row}
    shared = {one for one in of_nobody if not one.startswith("template-")}
    assert {one.rstrip("0123456789").rstrip("-") for one in shared} == {"hospital", "legevakt", "V-hospital"}
    assert all(row["municipality"] for table in ("candidates", "groups") for row in tree[table])
    assert {row["of"] for row in tree["quotas"]} == {"hospital", *(group["id"] for group in tree["groups"])}
    offices = [row for row in tree["candidates"] if "practice" not in row]
    assert offices
    assert all("post" in row for row in offices), "only who has a municipal post is given an office by the plan"


def test_municipalities_change_nothing_else() -> None:
    """Who asks for none has the same tree as before; who does has the same people and places."""
    tree, region = generate("region", 2, 0.5, 30), generate("region", 2, 0.5, 30, municipalities=True)
    assert region == generate("region", 2, 0.5, 30, municipalities=True)
    assert not {"municipalities", "quotas"} & tree.keys()
    for table in ("arenas", "groups", "supervisors"):
        bare = [
            {key: value for key, value in row.items() if key not in ("municipality", "name")} for row in region[table]
        ]
        assert bare == [{key: value for key, value in row.items() if key != "name"} for row in tree[table]]


def test_the_bundled_region_is_what_the_command_writes(tmp_path: Path) -> None:
    path = tmp_path / "region-ostfold.toml"
    asked = ["generate", "ostfold", "--municipalities", "--tightness", "0.25", "--seed", "3", "-o", str(path)]
    assert main(asked) == 0
    assert path.read_text("utf-8") == OSTFOLD.read_text("utf-8")


def test_the_bundled_region_reads_without_a_problem_or_remark() -> None:
    region = load_instance(OSTFOLD)
    assert region.remarks == ()
    assert len(region.municipalities) == 13
    assert 60 <= len(region.candidates) <= 100
    assert {candidate.municipality for candidate in region.candidates.values()} == set(region.municipalities)
    assert {quota.of for quota in region.quotas.values()} >= {"hospital"}


@pytest.mark.slow
def test_the_bundled_region_is_planned_within_its_quotas() -> None:
    """Everybody has a plan that passes the check, as good as the one by hand at least."""
    plan = api.plan(OSTFOLD, time_limit_s=300.0)
    assert plan.status.has_plan
    region, by_its_makers = by_hand("ostfold", 84, 3, 0.25, municipalities=True)
    assert check_plan(region, plan) == []
    by_hand_late = sum(delay(trajectory) for trajectory in trajectories(region, by_its_makers))
    assert plan.objectives[0].id == "delay"
    assert plan.objectives[0].value <= by_hand_late


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "n", "seeds"), [("region", 100, 8), ("country", 300, 3)])
def test_so_it_is_with_municipalities_for_many_seeds(kind: str, n: int, seeds: int) -> None:
    for seed in range(1, seeds + 1):
        for tightness, which in ((1.0, "tight"), (0.5, "tight"), (0.0, "at_ease")):
            instance, plan = by_hand(kind, n, seed, tightness, which, municipalities=True)
            assert [violation.sentence("en") for violation in check_plan(instance, plan)] == [], (kind, seed)


# --- many seeds ---


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "n", "seeds"), [("municipality", 18, 60), ("region", 100, 6), ("country", 300, 4)])
def test_so_it_is_for_many_seeds(kind: str, n: int, seeds: int) -> None:
    for seed in range(seeds):
        for tightness, which in ((1.0, "tight"), (0.5, "tight"), (0.0, "at_ease")):
            instance, plan = by_hand(kind, n, seed, tightness, which)
            assert [violation.sentence("en") for violation in check_plan(instance, plan)] == [], (kind, seed)
            assert instance.remarks == (), (kind, seed)


def test_at_nought_nobody_waits_for_a_place() -> None:
    """The plan at ease fits at 0, and gives nobody a later finish than a hospital without any ceiling would."""
    instance, plan = by_hand("municipality", 30, 1, 0.0, "at_ease")
    assert check_plan(instance, plan) == []
    world = make_world("municipality", 30, 1)
    free = world.field.plant({arena: n for arena, n in world.slack_places.items() if arena != "hospital"})
    assert {each_slot: slot.end for each_slot, slot in world.at_ease.slots.items()} == {
        each_slot: slot.end for each_slot, slot in free.slots.items()
    }


def test_at_one_there_is_waiting() -> None:
    """30 candidates and one place each in hospital and kad4a: the plan by hand loses months that it need not at 0."""
    tight, at_ease = (
        sum(delay(trajectory) for trajectory in trajectories(instance, plan))
        for instance, plan in (by_hand("municipality", 30, 1, 1.0), by_hand("municipality", 30, 1, 0.0, "at_ease"))
    )
    assert tight > at_ease + 10


def test_one_place_less_than_tight_leaves_somebody_out() -> None:
    """The tight end is the planner's least: with one place less in the hospital, somebody finds no slot."""
    world = make_world("region", 60, 1)
    fewer = {**world.tight_places, "hospital": world.tight_places["hospital"] - 1}
    assert world.field.plant(world.tight_places).without == []
    assert world.field.plant(fewer).without != []


def test_places_fall_with_tightness_and_nothing_else_changes() -> None:
    trees = [generate("region", 3, tightness, 40) for tightness in TIGHTNESSES]
    places = [
        sum(
            row["places"][0]["places"]
            for row in tree["arenas"]
            if row["id"].endswith(("hospital", "kad4a")) and "places" in row
        )
        for tree in trees
    ]
    assert places == sorted(places, reverse=True)
    assert places[0] > places[-1]
    assert all(tree["candidates"] == trees[0]["candidates"] for tree in trees)
    assert all(tree["groups"] == trees[0]["groups"] for tree in trees)


def test_the_same_arguments_give_the_same_tree_and_another_seed_another() -> None:
    assert generate("municipality", 5) == generate("municipality", 5)
    assert generate("municipality", 5)["candidates"] != generate("municipality", 6)["candidates"]


def test_the_default_sizes() -> None:
    tree = generate("region")
    assert len(tree["candidates"]) == 100
    assert len({candidate["practice"].partition("-")[0] for candidate in tree["candidates"]}) == 13
    assert len(generate("municipality")["candidates"]) == 18
    assert sum(row["id"] == "hospital" for row in tree["arenas"]) == 1


def test_the_rhythms_of_the_field() -> None:
    """Of 300: 60 % at full time throughout, about half with a wish, about half with their group done or under way."""
    people = generate("country", 1, 0.5, 300)["candidates"]
    full = sum("percent" not in person for person in people) / 300
    assert 0.5 < full < 0.72
    assert 0.3 < sum("wishes" in person for person in people) / 300 < 0.6
    assert 0.3 < sum(person["group"] != "free" for person in people) / 300 < 0.7
    starts = {
        str(person["start"] if isinstance(person["start"], str) else person["start"]["earliest"])[-2:]
        for person in people
    }
    assert starts == {"03", "09"}
    assert 0.35 < sum("leave" in person for person in people) / 300 < 0.75


def test_rotations_and_goals_are_those_of_sarpsborg() -> None:
    tree, model = generate("municipality"), sarpsborg()
    assert {row["id"] for row in tree["rotations"]} == {row["id"] for row in model["rotations"]}
    given, named = read_instance(tree), read_instance(model)
    for arena in ("kad4a", "nursing-home", "family-centre", "legevakt", "hospital"):
        assert given.arenas[arena].goals == named.arenas[arena].goals


def test_the_command_writes_a_file_that_reads(tmp_path: Path) -> None:
    path = tmp_path / "region.json"
    assert main(["generate", "region", "--candidates", "14", "--tightness", "1", "-o", str(path)]) == 0
    assert len(read_instance(json.loads(path.read_text("utf-8"))).candidates) == 14


@pytest.mark.parametrize(("kind", "tightness"), [("village", 0.5), ("region", 1.5)])
def test_nonsense_is_refused(kind: str, tightness: float) -> None:
    with pytest.raises(ValueError, match=r"unknown kind|between 0"):
        generate(kind, 1, tightness)


def test_one_municipality_is_no_region() -> None:
    with pytest.raises(ValueError, match="no region"):
        generate("municipality", municipalities=True)
