"""The same on the size of the real thing: 18 candidates, 96 months. Slow; each explanation within 30 seconds alone."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_conflicts import CASES

from scheduler.explanation.conflicts import find_conflicts
from scheduler.explanation.counting import count
from scheduler.files import read_instance
from scheduler.files.load import read_tree
from scheduler.instance.rule_key import RuleKey
from scheduler.solver.engine import Settings, Stop
from tests.helpers.planted import Site, planted

SETTINGS = Settings(workers=1)

Row = dict[str, Any]
SARPSBORG = Path(__file__).parents[2] / "instances" / "sarpsborg.toml"
LIMIT_S = 30.0
PLANTED: dict[str, tuple[Callable[[Row], None], set[RuleKey]]] = {}


def conflict(*keys: RuleKey) -> Callable[[Callable[[Row], None]], Callable[[Row], None]]:
    def register(edit: Callable[[Row], None]) -> Callable[[Row], None]:
        PLANTED[edit.__name__] = (edit, set(keys))
        return edit

    return register


def row(tree: Row, table: str, row_id: str) -> Row:
    found: Row = next(one for one in tree[table] if one["id"] == row_id)
    return found


@conflict(RuleKey("finish-by", "A06"), RuleKey("service-total", "A06"))
def a_date_too_early(tree: Row) -> None:
    row(tree, "candidates", "A06")["finish_by"] = "2029-07"


@conflict(RuleKey("group", group="G2025H"), RuleKey("group", "A05"), RuleKey("group", "A07"))
def a_group_too_small(tree: Row) -> None:
    row(tree, "groups", "G2025H")["places"] = 1


@conflict(RuleKey("capacity", arena="fengsel"), RuleKey("fixed", "A15", row=0))
def fixed_in_the_closed_prison(tree: Row) -> None:
    row(tree, "candidates", "A15")["fixed"] = [{"rotation": "fastlege80-fengsel20", "from": "2028-03", "to": "2028-08"}]
    row(tree, "arenas", "fengsel")["places"] = [{"places": 1}, {"from": "2028-05", "to": "2028-12", "places": 0}]


@conflict(RuleKey("supervision", arena="fengsel"), RuleKey("fixed", "A15", row=0))
def fixed_where_nobody_supervises(tree: Row) -> None:
    row(tree, "candidates", "A15")["fixed"] = [{"rotation": "fengsel", "from": "2028-03", "to": "2028-08"}]
    row(tree, "arenas", "fengsel").update(own_supervisor=True, percent=[{"percent": 100}])
    tree["rotations"].append({"id": "fengsel", "mix": {"fengsel": 100}, "min_months": 6})


@conflict(
    RuleKey("requirement", "A18", requirement="prison-year"),
    RuleKey("block-length", "A18", rotation="fastlege80-fengsel20"),
    RuleKey("block-count", "A18", rotation="fastlege80-fengsel20"),
)
def longer_in_prison_than_a_block_may_be(tree: Row) -> None:
    extra = {"id": "prison-year", "rotations": ["fastlege80-fengsel20"], "min_months": 30.0, "candidates": ["A18"]}
    tree["requirements"].append(extra)


@conflict(RuleKey("capacity", arena="flyktninghelse"), RuleKey("requirement", "A16", requirement="refugees"))
def a_requirement_in_a_closed_arena(tree: Row) -> None:
    extra = {"id": "refugees", "rotations": ["fastlege80-flyktning20"], "min_months": 6.0, "candidates": ["A16"]}
    tree["requirements"].append(extra)
    row(tree, "arenas", "flyktninghelse")["places"] = [{"places": 0}]


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_conflict_in_sarpsborg(name: str, record_property: Callable[[str, object], None]) -> None:
    edit, expected = PLANTED[name]
    tree = copy.deepcopy(read_tree(SARPSBORG))
    edit(tree)
    _assert_found(tree, [expected], record_property)


@pytest.mark.slow
@pytest.mark.parametrize("names", CASES, ids="+".join)
def test_a_planted_conflict_among_others(
    names: tuple[str, ...], record_property: Callable[[str, object], None]
) -> None:
    """The sixty plants in 96 months, with as many others beside them as make 18 candidates."""
    tree, _, plants = planted(*names)
    tree = copy.deepcopy(tree)
    tree["horizon"] = {"start": "2021-01", "months": 96}  # and ends with 2028-12 as it did
    others = Site("Z")
    others.office["places"] = [{"places": 18, "to": "2026-12"}]  # nobody else's
    for number in range(18 - len(tree["candidates"])):
        others.person(number, start=f"{2021 + number // 3}-0{1 + number % 3}")
    for table, rows in others.plant().tables.items():
        tree.setdefault(table, []).extend(rows)
    if "supervisors" in tree:
        tree["supervisors"].append({"id": "V99", "places": 99, "to": "2026-12"})
        tree["candidates"] = [candidate for candidate in tree["candidates"] if not candidate["id"].startswith("AZ")]
    closed = {RuleKey("capacity", arena=str(others.office["id"]))} if names[0].startswith("practice") else set()
    _assert_found(tree, [plant.expected | closed for plant in plants], record_property)


def _assert_found(tree: Row, expected: list[set[RuleKey]], record_property: Callable[[str, object], None]) -> None:
    instance = read_instance(tree)
    began = time.monotonic()
    findings = find_conflicts(instance, SETTINGS, Stop(60.0), [shortfall.keys for shortfall in count(instance)])
    seconds = time.monotonic() - began
    record_property("seconds", round(seconds, 1))
    assert {conflict.keys for conflict in findings.conflicts} == set(map(frozenset, expected))
    assert all(conflict.minimal and conflict.proved for conflict in findings.conflicts)
    assert seconds <= LIMIT_S
