"""What has a plan is never called impossible, and no remedy touches the law."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.constraints import RULES
from scheduler.explanation.conflicts import find_conflicts
from scheduler.explanation.remedies import may_give
from scheduler.files import load_instance
from scheduler.rulesets import load_ruleset, ruleset_ids
from scheduler.solver.engine import Settings, Stop
from tests.helpers.planting import plant
from tests.helpers.tiny import make, person

SETTINGS = Settings(workers=1)

INSTANCES = Path(__file__).parents[2] / "instances"
FEASIBLE = [
    path
    for path in sorted((INSTANCES / "small").glob("*.toml"))
    if "# expect: infeasible" not in path.read_text(encoding="utf-8")
]
LARGE = pytest.param(INSTANCES / "sarpsborg.toml", marks=pytest.mark.slow)
LAW = {
    "one-rotation",
    "service-total",
    "open-practice",
    "institution",
    "part-time",
    "leave",
    "goals",
    "horizon",
    "until",
}


@pytest.mark.parametrize("path", [*FEASIBLE, LARGE], ids=lambda path: path.stem)
def test_a_bundled_instance_with_a_plan_is_not_called_impossible(path: Path) -> None:
    assert find_conflicts(load_instance(path), SETTINGS, Stop(60.0)).impossible is False


@pytest.mark.parametrize("seed", range(12))
def test_a_planted_instance_is_not_called_impossible(seed: int) -> None:
    findings = find_conflicts(plant(seed).instance, SETTINGS, Stop(20.0))
    assert findings.impossible is not True
    assert findings.conflicts == ()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 120))
def test_many_planted_instances_are_not_called_impossible(seed: int) -> None:
    assert find_conflicts(plant(seed).instance, SETTINGS, Stop(60.0)).impossible is not True


@pytest.mark.parametrize("ruleset", ruleset_ids())
def test_the_law_never_gives(ruleset: str) -> None:
    giving = load_ruleset(ruleset).may_give
    assert giving & LAW == set()
    assert giving <= {rule.id for rule in RULES}
    assert giving | LAW | {"finish-by"} == {rule.id for rule in RULES}


def test_the_date_of_the_old_scheme_is_law() -> None:
    old = make(person(start="2026-01"), start="2026-01", rules={"ruleset": "ordning-2017"})
    assert "finish-by" not in may_give(old)
    assert "finish-by" in may_give(make())
