"""Bounds that were above what the plan has: the best plan has what it has, and nothing more is proved of it."""

import tomllib
from pathlib import Path

import pytest

from scheduler.files import read_instance
from scheduler.plan import Status
from scheduler.solve import Options, solve
from tests.oracle import answer

FOUND = Path(__file__).parent / "found"


@pytest.mark.parametrize("path", sorted(FOUND.glob("16*.toml")), ids=lambda path: path.stem)
def test_no_bound_is_beyond_the_best_plan(path: Path) -> None:
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    plan = solve(read_instance(tree), Options(workers=1, time_limit_s=60.0))
    assert plan.status is Status.OPTIMAL
    best = answer(tree).values
    for level in plan.objectives:
        worst = None if level.worst is None else (level.worst.value, level.worst.bound)
        assert (level.value, level.bound) == (best[level.id][0], best[level.id][0])
        assert worst in (None, (best[level.id][1], best[level.id][1]))
