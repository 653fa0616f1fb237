"""Plans by prices: whatever is scarce, somebody's best path, and a plan in which nothing is broken."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from benchmarks.generate import plant_scarce
from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.planning.alone import Alone
from scheduler.planning.prices.path import PathOracle, Prices
from scheduler.planning.prices.procedure import ByPrices, Turn
from scheduler.planning.prices.resources import Load
from scheduler.planning.prices.search import PriceSearch
from scheduler.planning.procedure import Budget
from scheduler.planning.settle import Settle
from scheduler.planning.state import Task, begun
from scheduler.planning.written import written
from scheduler.solver.engine import Settings, Stop
from tests.helpers.tiny import make, person

RESOURCES = ("clinic", "limit", "floors", "groups", "supervisors", "offices", "shifts")
SETTINGS = Settings(workers=1)


def planted(resource: str, n: int = 6) -> Instance:
    return read_instance(plant_scarce([resource], n, seed=1).tree)


@pytest.mark.parametrize("resource", RESOURCES)
def test_whatever_is_scarce_there_is_a_plan_that_holds(resource: str) -> None:
    """Nobody loses a month in the planted plan, and everything that is scarce is used up in it."""
    instance = planted(resource)
    task, budget = Task(instance), Budget(SETTINGS, Stop(120.0))
    state = ByPrices().improve(begun(task), budget)
    assert state.plan is not None
    assert task.sum_of("delay", state.plan) <= 3
    result = Settle().improve(state, budget).result
    assert result is not None
    assert check_plan(instance, written(instance, result, SETTINGS, 0.0, Stop())) == []


def test_several_are_placed_by_prices_where_one_after_another_led_nowhere() -> None:
    """Not before it is known what each has alone, nor of very few, whom one model plans."""
    stuck, task = ByPrices(Turn.STUCK), Task(planted("limit", 8))
    assert not stuck.applies(begun(task))
    alone = Alone().improve(begun(task), Budget(SETTINGS, Stop(120.0)))
    assert stuck.applies(alone)
    state = stuck.improve(alone, Budget(SETTINGS, Stop(120.0)))
    assert state.plan is not None
    assert not stuck.applies(state)
    assert not stuck.applies(replace(alone, task=Task(planted("limit", 7))))
    assert not stuck.applies(replace(alone, task=Task(planted("floors", 8))))


def test_an_early_plan_stands_once_nothing_better_has_come_for_as_long_again(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = planted("clinic")
    free, stop = list(instance.candidates.values()), Stop(120.0).worth(100.0)
    search = PriceSearch(instance, free, Occupancy(instance), SETTINGS, stop, lambda paths: True)
    monkeypatch.setattr(search, "_enough", lambda least: -1)  # never reached
    search.run({}, None, patient=False)
    left = stop.effort_left
    assert search.best is not None
    assert left is not None
    assert 0 < left < 100.0


def test_a_head_in_a_full_month_costs_and_one_that_lacks_pays() -> None:
    """The ward has one place; who comes second goes later, or at once where the first months ask for somebody."""
    instance = make(person(), person(), arenas={"ward": {"places": [{"places": 1}]}})
    load = Load(instance, list(instance.candidates.values()))
    oracle = PathOracle(instance, Occupancy(instance), load, SETTINGS, Random(0))
    first = instance.candidates["A01"]
    heads = np.zeros_like(load.used)
    unpriced = oracle.best(first, Prices(heads, {}, {}), Stop(10.0))
    assert unpriced is not None
    load.add(unpriced)
    (ward,) = {row for row, _, _ in load.cells(unpriced)}
    used = [t for row, t, _ in load.cells(unpriced) if row == ward]
    assert all(load.full[ward, t] for t in used)
    heads[ward, used] = 10_000.0
    dearer = oracle.best(first, Prices(heads, {}, {}), Stop(10.0))
    assert dearer is not None
    assert not set(used) & {t for row, t, _ in load.cells(dearer) if row == ward}
    heads[ward] = 0.0
    heads[ward, -4:] = -10_000.0
    lured = oracle.best(first, Prices(heads, {}, {}), Stop(10.0))
    assert lured is not None
    assert {t for row, t, _ in load.cells(lured) if row == ward} & set(range(20, 24))
