"""What “why not there?” calls possible is what the file with those months fixed has a plan for, by the brute force."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

import scheduler
from scheduler.instance.problems import InputError
from scheduler.month import format_month

from . import TooLarge, answer
from .random_instances import Tree, case_of
from .test_against_oracle import BUDGET

FLOORS = ["floors-9", "floors-22"]  # months after the finish, which only a floor made any difference to
OTHERS = ["plain-6", "orders-7", "guidance-0", "duty-3"]
FOLDER = Path(__file__).parent / "found" / "why-not"
N_SEEDS = 40  # of each kind, with `-m slow`
FREE_TO_BEGIN = ("starts", "not_before", "after")  # what ``fixed`` in a file is exempt from, and a question is not


def questions(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """Every candidate in every rotation in every month that is not fixed already."""
    instance = scheduler.load(tree)
    for candidate in instance.candidates.values():
        settled = {month for row in candidate.fixed for month in row.span.months()}
        for rotation in candidate.allowed:
            for month in range(instance.start, instance.end):
                if month not in settled:
                    yield candidate.id, rotation, format_month(month)


def fixed_there(tree: Tree, candidate: str, rotation: str, month: str) -> Tree:
    """The file with one more row of ``fixed``."""
    changed = deepcopy(tree)
    (row,) = (row for row in changed["candidates"] if row["id"] == candidate)
    row.setdefault("fixed", []).append({"rotation": rotation, "from": month, "to": month})
    return changed


def without_begins(tree: Tree) -> Tree:
    """The tree with blocks that may begin at any time."""
    rotations = [{key: row[key] for key in row if key not in FREE_TO_BEGIN} for row in tree["rotations"]]
    return {**tree, "rotations": rotations}


def disagreements(tree: Tree) -> tuple[int, list[str]]:
    """How many questions were compared, and those whose answer is not the brute force's."""
    plan = scheduler.plan(tree, workers=1, time_limit_s=60)
    assert plan.status.has_plan
    compared, wrong = 0, []
    for candidate, rotation, month in questions(tree):
        try:
            told = scheduler.why_not(tree, candidate, rotation, month, month, plan=plan, workers=1, time_limit_s=60)
            right = answer(fixed_there(tree, candidate, rotation, month), budget=BUDGET).feasible
        except (InputError, TooLarge):  # a month before the start, or on leave
            continue
        compared += 1
        if told.possible is not right:
            wrong.append(f"{candidate} {rotation} {month}: told {told.possible}, is {right}")
    return compared, wrong


@pytest.mark.parametrize("name", FLOORS + OTHERS)
def test_possible_is_what_the_file_with_the_months_fixed_says(name: str) -> None:
    tree = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    compared, wrong = disagreements(without_begins(tree))
    assert compared
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(N_SEEDS))
@pytest.mark.parametrize("kind", ["floors", "plain", "orders", "guidance", "duty", "crowd"])
def test_possible_on_many(kind: str, seed: int) -> None:
    tree = without_begins(case_of(kind, seed).tree)
    if scheduler.plan(tree, workers=1, time_limit_s=60).status.has_plan:
        _, wrong = disagreements(tree)
        assert wrong == []
