"""Searches side by side: the first that is through ends the others, and a fault in one is the caller's to hear."""

from __future__ import annotations

import pytest
from ortools.sat.python import cp_model

from scheduler.solver import engine
from scheduler.solver.engine import Settings, Stop, race


def model_with_least(least: int) -> cp_model.CpModel:
    model = cp_model.CpModel()
    value = model.new_int_var(least, 9, "value")
    model.minimize(value)
    return model


def test_the_best_is_found_by_whoever_is_first() -> None:
    found = race([(model_with_least(3), Settings(1)), (model_with_least(3), Settings(1, seed=1))], Stop(20))
    assert found.optimal
    assert found.values == (3,)


@pytest.mark.parametrize("broken", [{0}, {1}, {0, 1}])
def test_a_fault_in_one_of_them_arrives(broken: set[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a message of the thread's own, and not "min() of nothing"."""
    run = engine.run

    def breaks(model: cp_model.CpModel, settings: Settings, stop: Stop) -> engine.Run:
        if settings.seed in broken:
            raise LookupError(f"a wheel came off {settings.seed}")
        return run(model, settings, stop)

    monkeypatch.setattr(engine, "run", breaks)
    with pytest.raises(LookupError, match="a wheel came off"):
        race([(model_with_least(3), Settings(1, seed=seed)) for seed in (0, 1)], Stop(20))
