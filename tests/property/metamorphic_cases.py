"""Cases for the metamorphic relations: planted instances, some of them made too tight, some to be planned again."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

from metamorphic import LEVELS, Case, ceilings, raise_ceiling

from benchmarks.generate import generate
from scheduler.month import format_month
from tests.helpers.planting import START, plant

Row = dict[str, Any]
TIGHTNESSES = (0.25, 0.5, 0.75, 1.0)


def planted_case(seed: int, every_table: bool = False) -> Case:
    """One to twelve candidates around a plan that is known, just as wide as that needs."""
    which = f"plant({seed}, every_table=True)" if every_table else f"plant({seed})"
    return Case(which, plant(seed, every_table).tree)


def generated_case(kind: str, seed: int, tightness: float, n: int) -> Case:
    """A municipality's or a region's candidates by the numbers of the regulation."""
    return Case(f"generate({kind!r}, {seed}, {tightness}, {n})", generate(kind, seed, tightness, n))


def without_floors(case: Case) -> Case:
    """No arena needs anybody: what one place more, or one candidate fewer, can be asked of."""
    arenas = [{key: value for key, value in row.items() if key != "min_places"} for row in case.tree["arenas"]]
    return replace(case, name=f"without_floors({case.name})", tree={**case.tree, "arenas": arenas})


def in_order(case: Case, order: list[str]) -> Case:
    """The same with its levels in this order."""
    return replace(case, name=f"in_order({case.name}, {order})", tree={**case.tree, "objective": {"order": order}})


def drawn_order(rng: Random) -> list[str]:
    """Two to five of the levels in any order."""
    return rng.sample(LEVELS, rng.randint(2, len(LEVELS)))


def with_a_place_fewer(case: Case, seed: int) -> Case:
    """A planted instance with a place fewer in the months of a step: there may be no plan any more."""
    rng, tree = Random(seed), deepcopy(case.tree)
    steps = [step for row in tree["arenas"] for step in row.get("places", []) if step["places"] > 0]
    if steps:
        rng.choice(steps)["places"] -= 1
    return replace(case, name=f"with_a_place_fewer({case.name}, {seed})", tree=tree)


def on_top_of_the_planted_plan(seed: int, every_table: bool = False) -> Case:
    """A planted plan as published; then somebody is on leave, or wishes for something else, and is planned again.

    There is a year more to be done in, and mostly a place more everywhere, or hardly anybody could be late.
    """
    planted, rng = plant(seed, every_table), Random(seed)
    tree = deepcopy(planted.tree)
    tree["horizon"]["months"] += 12
    for row in tree["arenas"]:
        row.pop("min_places", None)
    if rng.random() < 0.8:
        _ease(tree)
    for row in rng.sample(tree["candidates"], rng.randint(1, len(tree["candidates"]))):
        entry = planted.plan.candidate(row["id"])
        begin = rng.randint(entry.first, entry.last)
        row["fixed"] = []
        row.pop("finish_by", None)
        if rng.random() < 0.6:
            row["leave"] = [*row["leave"], {"from": format_month(begin), "to": format_month(begin + rng.randint(0, 2))}]
        else:
            may_take = row.get("allowed") or [rotation["id"] for rotation in tree["rotations"]]
            row["wishes"] = [{"rotation": rng.choice(may_take), "weight": 2}]
    name = f"on_top_of_the_planted_plan({seed}, {every_table})"
    return Case(name, tree, planted.plan, START + rng.randint(0, 8))


def _ease(tree: Row) -> None:
    """One more of everything, and what there is in the last month there is after it, too."""
    for row, key in ceilings(tree):
        raise_ceiling(row, key)
        if isinstance(row[key], list):
            row[key][-1].pop("to", None)


def drawn(seed: int) -> Case:
    """Anything of 2 to 40 candidates: planted or generated, contested, in an order of its own, on a published plan."""
    rng = Random(seed)
    kind = rng.choice(
        ["planted", "planted", "crowded", "every table", "municipality", "municipality", "region", "again"]
    )
    if kind == "again":
        return on_top_of_the_planted_plan(seed, rng.random() < 0.3)
    if kind == "municipality":
        case = generated_case("municipality", seed, rng.choice(TIGHTNESSES), rng.randint(2, 40))
    elif kind == "region":
        case = generated_case("region", seed, rng.choice(TIGHTNESSES), rng.randint(15, 40))
    else:
        case = planted_case(10 * seed + 4 if kind == "crowded" else seed, kind == "every table")
        case = with_a_place_fewer(case, seed) if rng.random() < 0.25 else case
        case = without_floors(case) if rng.random() < 0.5 else case
    return in_order(case, drawn_order(rng)) if rng.random() < 0.5 else case
