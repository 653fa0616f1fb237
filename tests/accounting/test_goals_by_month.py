"""Goals after each month, counted as the plan goes, are those of the plan cut there and counted anew."""

from __future__ import annotations

import pytest

from scheduler.accounting import cut, goals_after_each_month, goals_by_arena, trajectories
from tests.helpers.planting import plant


@pytest.mark.parametrize("seed", range(8))
def test_as_if_the_plan_stopped_there(seed: int) -> None:
    """The same arenas in the same order, each with the same goals."""
    planted = plant(seed, every_table=seed % 2 == 0)
    given_at_all = False
    for trajectory in trajectories(planted.instance, planted.plan):
        for month, given in goals_after_each_month(trajectory):
            anew = goals_by_arena(cut(trajectory, month + 1))
            assert list(given.items()) == list(anew.items())
            given_at_all = given_at_all or bool(given)
    assert given_at_all
