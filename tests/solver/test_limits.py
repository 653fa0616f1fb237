"""Every number of the search has one place, and what may be spent is counted, not timed."""

import ast
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from scheduler.instance.occupancy import Occupancy
from scheduler.planning.own_best import plan_alone
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS, Limits
from tests.helpers.tiny import make, person

PACKAGE = Path(__file__).parents[2] / "scheduler"
SEARCH = sorted(
    path
    for room in ("solver", "planning", "explanation", "intake", "alternatives")
    for path in (PACKAGE / room).rglob("*.py")
    if room == "planning" or "from scheduler.solver" in path.read_text(encoding="utf-8")
)
LIMITING = re.compile(r"MOST|LEAST|LARGEST|SMALL|FEW|SECONDS|EFFORT|ROUNDS|SHARE|ENOUGH|LONGEST|PATIENCE")
SIZES = {"MOST", "MOST_WISHES", "LARGEST", "WORST_DELAY", "WORST_WISHES"}  # larger than what occurs; names of steps


@pytest.mark.parametrize("path", SEARCH, ids=lambda path: path.stem)
def test_no_other_file_of_the_search_has_a_limit(path: Path) -> None:
    if path.name == "limits.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [
        name.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name) and LIMITING.search(name.id)
    ]
    assert set(named) <= SIZES
    assert [ast.unparse(node) for node in ast.walk(tree) if _spends_a_number(node)] == []


def _spends_a_number(node: ast.AST) -> bool:
    """``stop.within(5.0)``, ``Stop(5.0)``, ``run(..., effort=5.0)`` and the like."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in ("effort", "seconds"))]
    return name in ("within", "worth", "Stop", "run", "race") and any(
        isinstance(one, ast.Constant) and (isinstance(one.value, float) or (one is argument and one.value is not None))
        for argument in given
        for one in ast.walk(argument)
    )


def test_the_eye_sees_what_it_looks_for() -> None:
    assert _spends_a_number(ast.parse("stop.worth(5.0)").body[0].value)  # type: ignore[attr-defined]
    assert _spends_a_number(ast.parse("stop.within((left or 60.0) / n)").body[0].value)  # type: ignore[attr-defined]
    assert not _spends_a_number(ast.parse("stop.worth(limits.query_effort)").body[0].value)  # type: ignore[attr-defined]


def test_every_limit_says_what_it_does() -> None:
    """A sentence stands below every field, or below the last of some that belong together."""
    body = next(
        node.body
        for node in ast.parse((PACKAGE / "solver" / "limits.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert {field.name for field in fields(Limits)} == {
        one.target.id for one in body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    said = [isinstance(one, ast.Expr) for one in body]
    assert said[0]
    assert said[-1]
    longest = max(len(run) for run in "".join("d" if one else "f" for one in said).split("d"))
    assert longest <= 3


# --- effort ----------------------------------------------------------------------------------------------------------


def test_what_is_inside_spends_of_what_is_around_it() -> None:
    outer = Stop(effort=3.0)
    inner = outer.worth(2.0)
    inner.spend(1.5)
    assert (inner.effort_left, outer.effort_left) == (0.5, 1.5)
    outer.spend(1.5)
    assert inner.effort_left == 0.0
    assert inner.over
    assert not Stop().over


def test_a_question_without_effort_is_not_answered_and_with_enough_it_is() -> None:
    instance = make(person())
    candidate, held = instance.candidates["A01"], Occupancy(instance)
    nothing = plan_alone(instance, candidate, held, Stop(effort=0.0), Settings(workers=1))
    assert (nothing.assignment, nothing.impossible) == (None, False)
    assert plan_alone(instance, candidate, held, Stop(effort=5.0), Settings(workers=1)).proved


def test_the_same_effort_buys_the_same_whatever_the_clock_says() -> None:
    """Cut off in the middle of a search, twice: the same bounds and the same plan."""
    instance = make(person(percent=[{"percent": 80}], goals_done="001"), rules={"goals": "001-004"}, n_months=24)
    candidate, held = instance.candidates["A01"], Occupancy(instance)
    settings = Settings(workers=1, limits=replace(LIMITS, sharpen_effort=0.001))
    found = [plan_alone(instance, candidate, held, Stop(effort=0.02), settings) for _ in range(2)]
    assert found[0] == found[1]
