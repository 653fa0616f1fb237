"""Instances so small that their answer is worked out by hand: what tests of the oracle itself begin with."""

from __future__ import annotations

from typing import Any

from . import Answer, answer, checking
from .world import month_number, world_of

Tree = dict[str, Any]

OFFICE = {"id": "office", "service": "open_practice"}
WARD = {"id": "ward", "service": "institution"}
CLINIC = {"id": "clinic", "service": "other_general"}
GP = {"id": "gp", "mix": {"practice": 100}, "base": True}
TO_WARD = {"id": "ward", "mix": {"ward": 100}}
TO_CLINIC = {"id": "clinic", "mix": {"clinic": 100}}


def tree(*candidates: Tree, months: int = 6, rules: Tree | None = None, **tables: Any) -> Tree:
    """From January 2027; four months of service in all, nothing else asked, no caps; gp, ward, clinic."""
    small = {
        "goals": "",
        "legevakt_shifts": 0,
        "group_required": False,
        "total": 4,
        "open_practice_min": 0,
        "institution_min": 0,
    }
    caps = dict.fromkeys(("open_practice_cap", "other_general_cap", "general_cap", "institution_cap"), 60)
    return {
        "schema": 1,
        "horizon": {"start": "2027-01", "months": months},
        "rules": {**small, **caps, **(rules or {})},
        "arenas": [OFFICE, WARD, CLINIC],
        "rotations": [GP, TO_WARD],
        "candidates": [{"id": f"A{n:02d}", "start": "2027-01", **row} for n, row in enumerate(candidates or ({},), 1)],
        **tables,
    }


def comes_to(instance: Tree, **wanted: Any) -> Answer:
    """`delay=4` is the sum; `delay=(4, 3)` sum and worst; `A01="gp ward -"` the months of the witness."""
    found = answer(instance)
    assert found.feasible
    for name, value in wanted.items():
        if name in found.values:
            told = found.values[name]
            assert (told if isinstance(value, tuple) else told[0]) == value, (name, found)
        else:
            assert months_of(found, name) == value
    return found


def months_of(found: Answer, candidate: str) -> str:
    return " ".join(rotation or "-" for rotation in found.witness[candidate]["months"].values())


def impossible(instance: Tree) -> None:
    assert not answer(instance).feasible


def published(instance: Tree) -> Tree:
    """The best plan as a file, with what a baseline needs."""
    rows = []
    people = {candidate.id: candidate for candidate in world_of(instance).candidates}
    for name, row in answer(instance).witness.items():
        months = [
            {"month": month, "rotation": rotation, "percent": people[name].worked(month_number(month)) / 100}
            for month, rotation in row["months"].items()
        ]
        rows.append({"id": name, **row, "unfinished": row["finish"] is None, "months": months})
    return {"candidates": rows}


def whole_plan(instance: Tree) -> Tree:
    """The best plan as a complete file, every figure by hand or by the oracle's own reckoning of its months."""
    plan, world = published(instance), world_of(instance)
    for one, row in zip(
        checking.planned_of(world, {"candidates": plan["candidates"]}), plan["candidates"], strict=True
    ):
        figures = checking.expected(world, one)
        blocks = [dict(zip(("rotation", "from", "to"), block, strict=True)) for block in figures.pop("blocks")]
        wishes = [dict(zip(("rotation", "weight", "met"), wish, strict=True)) for wish in figures.pop("wishes")]
        months = [dict(zip(("month", "rotation", "percent"), month, strict=True)) for month in figures.pop("months")]
        row.update(figures, blocks=blocks, wishes=wishes, months=months, open_group_year=None)
    reckoned = answer(instance).values
    rows = [
        {"id": level, "value": value, "worst": worst and {"value": worst}} for level, (value, worst) in reckoned.items()
    ]
    return {**plan, "objectives": [{**row, "worst": {"value": 0.0}} if row["worst"] == 0 else row for row in rows]}


def place(arena: Tree, **rows: Any) -> Tree:
    return {**arena, **rows}
