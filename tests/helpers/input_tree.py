"""A small valid instance as a tree, and a way to break it in one place."""

import copy
from collections.abc import Mapping
from typing import Any

from scheduler.files import InputError, Problem, read_instance

Tree = dict[str, Any]

_BASE: Tree = {
    "schema": 1,
    "name": "Small",
    "horizon": {"start": "2026-09", "months": 96},
    "arenas": [
        {"id": "gp", "name": "Office", "service": "open_practice", "goals": "001-054, 056", "abstract": True},
        {"id": "office-1", "like": "gp", "places": [{"places": 1}]},
        {"id": "office-2", "like": "gp"},
        {"id": "clinic", "service": "other_general", "goals": "001-010"},
        {"id": "hospital", "service": "institution", "goals": "055, 085", "places": [{"places": 2}]},
        {"id": "duty", "service": "parallel", "goals": "040, 069", "shifts": [{"shifts": 24}]},
    ],
    "limits": [{"id": "all", "arenas": ["clinic", "hospital"], "percent": [{"percent": 300}]}],
    "reservations": [{"arena": "hospital", "who": "LIS1", "from": "2026-09", "to": "2027-02", "percent": 20}],
    "rotations": [
        {"id": "gp", "mix": {"practice": 100}, "base": True},
        {"id": "gp80", "mix": {"practice": 80, "clinic": 20}, "min_months": 6, "max_months": 24},
        {"id": "hospital", "mix": {"hospital": 100}, "min_months": 6, "max_months": 12, "starts": [3, 9]},
    ],
    "requirements": [{"id": "beds", "rotations": ["hospital"], "min_months": 6.0}],
    "groups": [{"id": "G27", "start": "2027-02", "places": 8}],
    "supervisors": [{"id": "V01", "places": 2}, {"id": "V02", "places": 1, "specialist": False}],
    "candidates": [
        {"id": "A01", "start": "2026-09", "practice": "office-1"},
        {"id": "A02", "start": {"earliest": "2027-01", "latest": "2027-06"}},
    ],
}

Edit = tuple[str, Any]
REMOVED = object()


def base() -> Tree:
    """A valid tree to take apart."""
    return copy.deepcopy(_BASE)


def edited(*edits: Edit) -> Tree:
    """The valid tree with values set at places: ``("candidates.0.start", 3)``; ``"arenas.+"`` adds a row."""
    tree = base()
    for place, value in edits:
        *steps, last = place.split(".")
        node: Any = tree
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
        if last == "+":
            node.append(value)
        elif value is REMOVED:
            del node[last]
        else:
            node[int(last) if isinstance(node, list) else last] = value
    return tree


def problems_of(tree: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Every problem of a tree; none if it is valid."""
    try:
        read_instance(tree)
    except InputError as error:
        return error.problems
    return ()


def codes_and_places(*edits: Edit) -> list[tuple[str, str]]:
    """What the edited tree's problems are, and where."""
    return [(problem.code, problem.place) for problem in problems_of(edited(*edits))]
