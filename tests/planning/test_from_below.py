"""The least of a sum, from below: what a relaxation says is true of every solution, whatever the linear solver says."""

from random import Random

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.planning.benders import from_below as least_of_all
from scheduler.planning.benders import lp_bound as relaxing
from scheduler.planning.benders.from_below import FromBelow, at_once
from scheduler.planning.benders.lp_bound import lp_bound
from scheduler.solver.engine import Run, Settings, Stop, evaluate, run
from scheduler.solver.limits import LIMITS
from scheduler.variables import Linear

ONE, THREE = Settings(workers=1), Settings(workers=3)


def places(seed: int) -> tuple[cp_model.CpModel, Linear, list[cp_model.IntVar]]:
    """Six who each take one of five places, two to a place at most, some never together; each costs something."""
    random, model = Random(seed), cp_model.CpModel()
    literals, costs = [], []
    for _ in range(6):
        own = [model.new_bool_var("") for _ in range(5)]
        model.add_exactly_one(own)
        literals += own
        costs.append(sum(random.randint(0, 9) * literal for literal in own) + model.new_int_var(1, 3, ""))
    for place in range(5):
        model.add(sum(literals[place::5]) <= 2)
    for _ in range(4):
        literal, other = random.sample(literals, 2)
        model.add_at_most_one([literal, other] if random.random() < 0.5 else [literal, ~other])
    model.add(literals[0] + literals[6] <= 1).only_enforce_if(literals[12])
    elsewhere = model.new_bool_var("")
    model.add_exactly_one([literals[7], elsewhere, ~literals[7], ~elsewhere][random.randrange(2) :: 2])
    costs.append(random.randint(0, 9) * elsewhere)
    return model, sum(costs), literals


def least_of(model: cp_model.CpModel, target: Linear) -> int:
    whole = model.clone()
    whole.minimize(target)
    values = run(whole, ONE, Stop(60.0)).values
    assert values is not None
    return evaluate(target, values)


def relaxed(model: cp_model.CpModel, target: Linear) -> relaxing.LpBound:
    whole = model.clone()
    whole.minimize(target)
    return lp_bound(whole, LIMITS.linear_iterations)


@pytest.mark.parametrize("seed", range(12))
def test_no_solution_is_below_the_bound_or_has_what_is_excluded(seed: int) -> None:
    model, target, literals = places(seed)
    least, found = least_of(model, target), relaxed(model, target)
    assert least - 4 <= found.bound <= least
    for most in range(found.bound, least + 4):
        for literal in found.excluded(literals, most):
            narrowed = model.clone()
            narrowed.add(target <= most)
            narrowed.add(literal == 1)
            assert run(narrowed, ONE, Stop(60.0)).infeasible


def test_much_is_excluded_near_the_least() -> None:
    model, target, literals = places(1)
    found = relaxed(model, target)
    assert len(list(found.excluded(literals, found.bound))) >= len(literals) // 2
    assert list(found.excluded(literals, 10**6)) == []


@pytest.mark.parametrize("size", [1, 2**30], ids=["small", "too large for 64 bits"])
@pytest.mark.parametrize("seed", range(6))
def test_any_multipliers_give_a_true_bound(seed: int, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a linear solver says is not part of the proof: with numbers drawn at random the bound is bad, not wrong."""
    model, target, literals = places(seed)
    numbers = np.random.default_rng(seed)

    def drawn(rows: relaxing._Rows, iterations: int, seconds: float | None) -> relaxing.Whole:
        found = numbers.integers(-3, 4, len(rows.least)) * size * relaxing.SCALE // 2
        found[(found > 0) & (rows.least <= -relaxing.UNBOUNDED)] = 0
        found[(found < 0) & (rows.most >= relaxing.UNBOUNDED)] = 0
        return found

    monkeypatch.setattr(relaxing._Rows, "multipliers", drawn)
    least, found = least_of(model, target), relaxed(model, target)
    assert found.bound <= least
    for literal in found.excluded(literals, least):
        narrowed = model.clone()
        narrowed.add(target <= least)
        narrowed.add(literal == 1)
        assert run(narrowed, ONE, Stop(60.0)).infeasible


@pytest.mark.parametrize("settings", [ONE, THREE], ids=["one worker", "three workers"])
@pytest.mark.parametrize("least", [1, 2, 3, 7, 12])
def test_from_far_below_nothing_is_passed_over(least: int, settings: Settings) -> None:
    """The row holds under a condition, so the relaxation does not see it and says 0."""
    model = cp_model.CpModel()
    target, condition = model.new_int_var(0, 20, ""), model.new_bool_var("")
    model.add(target >= least).only_enforce_if(condition)
    model.add(condition == 1)
    assert relaxed(model, target).bound == 0
    found = FromBelow(model, target, [condition], settings, Stop(60.0)).search()
    assert (found.value, found.bound) == (least, least)


@pytest.mark.parametrize(
    ("reached", "least"), [(-3.0, 0), (0.0, 0), (11.0, 3), (12.0, 4), (13.4, 4), (14.9, 5), (30.0, 5)]
)
def test_at_once_a_search_that_was_stopped_proves_as_much_as_it_has_reached(
    reached: float, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target of 5 and at most two literals count 3 x 5 + 2: what is left of the bound without them, rounded up."""
    model = cp_model.CpModel()
    target, literals = model.new_int_var(5, 9, ""), [model.new_bool_var("") for _ in range(2)]
    stopped = Run(infeasible=False, optimal=False, values=(5, 1, 1), bound=reached)
    monkeypatch.setattr(least_of_all, "run", lambda *_: stopped)
    found = at_once(model, target, literals, ONE, Stop(60.0))
    assert (found.value, found.bound) == (5, least)
    assert found.proved is (least == 5)


@pytest.mark.parametrize("settings", [ONE, THREE], ids=["one worker", "three workers"])
@pytest.mark.parametrize("seed", range(6))
def test_the_least_is_found_and_proved(seed: int, settings: Settings) -> None:
    model, target, literals = places(seed)
    found = FromBelow(model, target, literals, settings, Stop(60.0)).search()
    assert found.proved
    assert found.values is not None
    assert found.value == evaluate(target, found.values) == least_of(model, target)


@pytest.mark.parametrize("settings", [ONE, THREE], ids=["one worker", "three workers"])
def test_far_above_its_bound_it_is_found_in_wider_steps(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without multipliers the bound is the sum of the smallest numbers; the least is more than four steps above."""
    model, target, literals = places(3)
    monkeypatch.setattr(
        relaxing._Rows, "multipliers", lambda rows, iterations, seconds: np.zeros(len(rows.least), dtype=np.int64)
    )
    assert least_of(model, target) > relaxed(model, target).bound + 4
    found = FromBelow(model, target, literals, settings, Stop(60.0)).search()
    assert found.proved
    assert found.value == least_of(model, target)


def test_without_time_there_is_a_bound_and_no_solution() -> None:
    model, target, literals = places(0)
    found = FromBelow(model, target, literals, ONE, Stop(0.0)).search()
    assert found.values is None
    assert not found.proved
    assert found.bound <= least_of(model, target)
    assert FromBelow(model, target, literals, ONE, Stop(0.0)).search(7).bound >= 7
