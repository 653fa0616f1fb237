"""Paths of blocks that have one length each: as cheap as the model's, for whom nothing else matters."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.planning.prices.by_blocks import is_by_blocks
from scheduler.planning.prices.path import BLOCK, MONTH_LATE, PathOracle, Prices, wish_lost
from scheduler.planning.prices.procedure import ByPrices, Turn
from scheduler.planning.prices.resources import Load
from scheduler.planning.prices.search import FULL
from scheduler.planning.procedure import Budget
from scheduler.planning.settle import Settle
from scheduler.planning.state import Task, begun
from scheduler.planning.written import written
from scheduler.solver.engine import Settings, Stop
from scheduler.variables import Scope

SETTINGS = Settings(workers=1)
Row = dict[str, Any]
WARDS = tuple(f"w{number}" for number in range(1, 7))
LENGTHS = dict(zip(WARDS, (1, 2, 1, 2, 3, 1), strict=True))
EIGHT = {"total": 8, "other_general_cap": 8, "general_cap": 8}
NOTHING = {"open_practice_min": 0, "institution_min": 0, "open_practice_cap": 0, "institution_cap": 0}


def town(
    *people: Row,
    wards: Row | None = None,
    rules: Row | None = None,
    requirements: list[Row] | None = None,
    after: Any = None,
) -> Instance:
    """Six wards, each visited once for its own length; w4 after w1 or w3. Five months of them, of which one in w1 or
    w2, and at most two of w3, w4, w6. Months in base count for nothing.
    """
    arenas = [{"id": ward, "service": "other_general", "places": [{"places": 1}]} for ward in WARDS]
    rotations = [
        {"id": ward, "mix": {ward: 100}, "min_months": length, "max_months": length, "max_blocks": 1}
        for ward, length in LENGTHS.items()
    ]
    rotations[3]["after"] = after or [["w1", "w3"]]
    rows = [{"id": "some", "rotations": ["w1", "w2"], "min_blocks": 1, "max_blocks": 1}]
    rows += [{"id": "few", "rotations": ["w3", "w4", "w6"], "max_blocks": 2}]
    total = {"total": 5, "other_general_cap": 5, "general_cap": 5, "goals": "", "legevakt_shifts": 0}
    return read_instance(
        {
            "schema": 1,
            "name": "by blocks",
            "horizon": {"start": "2027-01", "months": 12},
            "rules": {**NOTHING, **total, "group_required": False, **(rules or {})},
            "arenas": [{"id": "free", "service": "open_practice"}, *({**row, **(wards or {})} for row in arenas)],
            "rotations": [{"id": "free", "mix": {"practice": 100}, "base": True}, *rotations],
            "requirements": rows if requirements is None else requirements,
            "candidates": [
                {"id": f"A{number:02d}", "start": "2027-01", "practice": "free", "group": "done", **row}
                for number, row in enumerate(people or [{}], start=1)
            ],
        }
    )


def oracle_of(instance: Instance) -> tuple[PathOracle, Load]:
    load = Load(instance, list(instance.candidates.values()))
    return PathOracle(instance, Occupancy(instance), load, SETTINGS, Random(0)), load


def cost(instance: Instance, load: Load, heads: np.ndarray[Any, Any], path: Assignment) -> float:
    """What a path costs, reckoned from its months."""
    candidate = instance.candidates["A01"]
    late = path.end - (instance.start + timeline_of(instance, candidate).due)
    visited = set(path.rotations) - {"free", None}
    lost = sum(wish.weight for wish in candidate.wishes if wish.rotation not in visited)
    priced = sum(float(heads[row, t]) for row, t, _ in load.cells(path))
    return priced + MONTH_LATE * late + wish_lost(candidate) * lost + BLOCK * len(visited)


@pytest.mark.parametrize("seed", range(6))
def test_a_path_is_as_cheap_as_the_models(seed: int) -> None:
    """Under any prices, heads that pay among them (less than a month of delay costs, or the model of one stays on for
    them when all is done); with leave in the middle, and wishes.
    """
    random = Random(seed)
    leave = [{"from": "2027-03", "to": "2027-04"}] if seed % 2 else []
    wishes = [{"rotation": random.choice(WARDS), "weight": random.randint(1, 9)} for _ in range(2)]
    instance = town({"leave": leave, "wishes": wishes}, {})
    candidate = instance.candidates["A01"]
    oracle, load = oracle_of(instance)
    heads = np.array([[random.choice((-700, 0, 700, 3000)) for _ in range(12)] for _ in load.rows], dtype=np.float64)
    prices = Prices(heads, {}, {})
    assert is_by_blocks(instance, candidate)
    by_blocks, by_model = oracle._by_blocks(candidate, prices, Stop()), oracle._by_model(candidate, prices, Stop())
    assert by_blocks is not None
    assert by_model is not None
    assert cost(instance, load, heads, by_blocks) == cost(instance, load, heads, by_model)


@pytest.mark.parametrize("weight", [3, 34])
def test_a_wish_is_no_dearer_than_a_head_that_lacks(weight: int) -> None:
    """Of w1 and w2 one: w1 is wished for, w2 lacks somebody. However much is wished for, w2 is where one goes."""
    instance = town({"wishes": [{"rotation": "w1", "weight": weight}]}, {})
    oracle, load = oracle_of(instance)
    heads = np.zeros_like(load.used)
    heads[[resource.name.startswith("w2") for resource in load.rows], 2] = -FULL
    path = oracle.best(instance.candidates["A01"], Prices(heads, {}, {}), Stop())
    assert path is not None
    assert "w2" in path.rotations
    by_model = oracle._by_model(instance.candidates["A01"], Prices(heads, {}, {}), Stop())
    assert by_model is not None
    assert "w2" in by_model.rotations


def test_no_label_that_leads_nowhere_is_kept() -> None:
    """All of w4, w5 and w6, and two of the others: those after which w4 comes, w1 and w3. Whatever pays, a single label
    of each length of service leads to the end.
    """
    rows = [{"id": "two", "rotations": ["w1", "w2", "w3"], "min_blocks": 2, "max_blocks": 2}]
    rows += [{"id": "all", "rotations": ["w4", "w5", "w6"], "min_blocks": 3}]
    instance = town({}, {}, rules=EIGHT, requirements=rows, after=[["w1"], ["w3"]])
    candidate = instance.candidates["A01"]
    oracle, load = oracle_of(instance)
    narrow = replace(oracle, settings=replace(SETTINGS, limits=replace(SETTINGS.limits, path_labels=1)))
    for seed in range(30):
        heads = np.random.default_rng(seed).choice([-900.0, 0.0], load.used.shape)
        path = narrow._by_blocks(candidate, Prices(heads, {}, {}), Stop())
        assert path is not None, seed
        assert set(path.rotations) - {"free"} == {"w1", "w3", "w4", "w5", "w6"}


def test_what_a_path_takes_is_spent() -> None:
    """So that a search by prices ends with its effort, and not with the time."""
    instance = town({}, {})
    oracle, load = oracle_of(instance)
    stop = Stop().worth(1.0)
    oracle.best(instance.candidates["A01"], Prices(np.zeros_like(load.used), {}, {}), stop)
    assert stop.effort_left is not None
    assert 0 < stop.effort_left < 1


@pytest.mark.parametrize(
    "row",
    [
        {"fixed": [{"rotation": "w1", "from": "2027-02", "to": "2027-02"}]},
        {"percent": [{"percent": 80}]},
        {"absence": [{"from": "2027-02-01", "to": "2027-02-05", "percent": 100}]},
        {"until": "2027-10"},
        {"finish_by": "2027-10"},
        {"start": {"earliest": "2027-01", "latest": "2027-02"}},
        {"wishes": [{"rotation": "w1", "weight": 1, "from": "2027-02", "to": "2027-03"}]},
        {"served": [{"rotation": "w1", "from": "2026-12", "to": "2026-12", "percent": 100}]},
    ],
)
def test_whoever_has_another_rule_is_left_to_the_model(row: Row) -> None:
    """One such row is enough."""
    assert is_by_blocks(town({}), town({}).candidates["A01"])
    instance = town(row)
    assert not is_by_blocks(instance, instance.candidates["A01"])


@pytest.mark.parametrize(
    "rules",
    [
        {"open_practice_cap": 1},
        {"open_practice_min": 1, "open_practice_cap": 1},
        {"institution_min": 1, "institution_cap": 1},
    ],
)
def test_a_ruleset_that_counts_otherwise_is_left_to_the_model(rules: Row) -> None:
    """Months in base that count, and minima."""
    instance = town({}, rules=rules)
    assert not is_by_blocks(instance, instance.candidates["A01"])


def test_a_row_of_months_is_left_to_the_model() -> None:
    """Blocks are counted, months are not."""
    instance = town({}, requirements=[{"id": "long", "rotations": ["w1", "w2"], "min_months": 2.0}])
    assert not is_by_blocks(instance, instance.candidates["A01"])


def test_beside_those_who_stay_there_is_a_path_too() -> None:
    """Whoever has a place keeps it: the model looks for another, where the blocks did not find one."""
    instance = town({}, {})
    first, second = instance.candidates.values()
    oracle, load = oracle_of(instance)
    nothing = Prices(np.zeros_like(load.used), {}, {})
    held = Occupancy(instance)
    path = oracle.best(first, nothing, Stop())
    assert path is not None
    held.add(path)
    beside = PathOracle(instance, held, load, SETTINGS, Random(0))
    other = beside.best(second, nothing, Stop())
    assert other is not None
    assert held.fits(other)


def test_many_are_placed_where_each_ward_asks_for_somebody() -> None:
    """Thirty people, six wards with at least one and at most five in each of the first months."""
    floors = {"places": [{"places": 5}], "min_places": [{"from": "2027-02", "to": "2027-07", "places": 1}]}
    instance = town(*[{} for _ in range(30)], wards=floors)
    task, budget = Task(instance), Budget(SETTINGS, Stop(60.0).worth(0.2))
    state = ByPrices(Turn.FIRST).improve(begun(task), budget)
    assert state.plan is not None
    result = Settle().improve(state, budget).result
    assert result is not None
    assert check_plan(instance, written(instance, result, SETTINGS, 0.0, Stop())) == []


def test_a_path_keeps_every_rule_of_the_candidate() -> None:
    """The model of one takes it as it is."""
    instance = town({"leave": [{"from": "2027-02", "to": "2027-02"}]})
    candidate = instance.candidates["A01"]
    oracle, load = oracle_of(instance)
    path = oracle._by_blocks(candidate, Prices(np.zeros_like(load.used), {}, {}), Stop())
    assert path is not None
    assert build_model(Scope(instance, [candidate], Occupancy(instance))).candidates
    assert path.rotations.count("free") == 0
    assert len(path.rotations) == 6
