"""A remedy of several changes holds nothing that is not needed, and names no month twice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import scheduler
from scheduler.changes import Action, Change, apply, parse_change
from scheduler.files import read_instance
from scheduler.instance.problems import InputError
from scheduler.solve import Options, solve

from .random_instances import Tree, case_of

FOUND = {
    "a first change that the second makes needless": ["plain-29", "crowd-23"],
    "the same month in several changes": ["plain-15", "crowd-9"],
    "both": ["crowd-28"],
    "places in some months, more of them in others": ["places-and-starts"],
}
FOLDER = Path(__file__).parent / "found" / "remedies"


def smaller(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Each way to do a little less: a change fewer, one less of something, a month fewer at either end."""
    for place, change in enumerate(changes):
        rest = [*changes[:place]], [*changes[place + 1 :]]
        if len(changes) > 1:
            yield [*rest[0], *rest[1]]
        if change.action is Action.ADD:
            if abs(change.value) > 1:
                yield [*rest[0], replace(change, value=change.value - (1 if change.value > 0 else -1)), *rest[1]]
            if change.start is not None and change.to is not None and change.start < change.to:
                yield [*rest[0], replace(change, start=change.start + 1), *rest[1]]
                yield [*rest[0], replace(change, to=change.to - 1), *rest[1]]


def has_plan(tree: Tree, changes: Sequence[Change]) -> bool:
    try:
        changed = read_instance(apply(tree, changes))
    except InputError:
        return False
    return solve(changed, Options(workers=1, time_limit_s=60.0)).status.has_plan


def verified(tree: Tree) -> list[list[Change]]:
    told = scheduler.explain(tree, workers=1, time_limit_s=60).told
    assert told is not None
    return [[parse_change(line) for line in remedy["inline"]] for remedy in told["remedies"] if remedy["verified"]]


def too_large(tree: Tree) -> list[str]:
    """What of the remedies told is more than it takes."""
    found = []
    for changes in verified(tree):
        assert has_plan(tree, changes)
        added = [change for change in changes if change.action is Action.ADD and change.start is not None]
        months = [
            (change.table, change.row, change.field, month)
            for change in added
            for month in range(change.start or 0, (change.to or 0) + 1)
        ]
        if len(months) != len(set(months)):
            found.append(f"a month twice: {[change.inline() for change in changes]}")
        subjects = [(change.table, change.row, change.field) for change in added]
        if len(subjects) != len(set(subjects)):
            found.append(f"in parts: {[change.inline() for change in changes]}")
        found += [
            f"enough: {[change.inline() for change in less]}" for less in smaller(changes) if has_plan(tree, less)
        ]
    return found


@pytest.mark.parametrize("name", [name for names in FOUND.values() for name in names])
def test_found(name: str) -> None:
    tree = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert verified(tree)
    assert too_large(tree) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "crowd", "floors", "ends", "duty", "supervised"])
@pytest.mark.parametrize("first", range(0, 80, 20))
def test_remedies_on_many(kind: str, first: int) -> None:
    for seed in range(first, first + 20):
        tree = case_of(kind, seed).tree
        try:
            impossible = scheduler.plan(tree, workers=1, time_limit_s=60).status is scheduler.Status.INFEASIBLE
        except InputError:
            continue
        assert not impossible or too_large(tree) == []
