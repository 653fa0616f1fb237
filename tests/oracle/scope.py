"""Which rule instances are enforced: all of them, or those of a told conflict (decision 0006).

"Every smaller model must be a true relaxation: what has been left out may hinder nothing." What that means for each
rule is written where it is enforced, in `walk.py` and `shared.py`: without `one-rotation` a candidate may be nowhere,
without `practice` in any office, without `leave` a month of leave may be worked or not; where any of the minima is
left out, the finish may be any month, since nobody knows when the rest is complete. Allowed rotations, the horizon
and the start are never left out.

Readings of our own: a row of a conflict stands for all instances that agree with it in the fields both have
(`candidate`, `candidates`, `arena`, `limit`, `group`, `rotation`, `requirement`, `supervisor`); rows over places also
only for the months in their `from`..`to`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from .world import covers, goals, span

SUBJECTS = ("arena", "limit", "group", "rotation", "requirement", "supervisor")
WINDOWED = ("capacity", "supervision", "away", "practice")


class Scope:
    """The rule instances enforced; `Scope(None)` enforces everything."""

    def __init__(self, rows: Collection[Mapping[str, Any]] | None = None) -> None:
        self.rows = rows

    @property
    def everything(self) -> bool:
        return self.rows is None

    def holds(self, rule: str, candidate: str | None = None, month: int | None = None, **subject: str) -> bool:
        if self.rows is None:
            return True
        return any(row["id"] == rule and agrees(row, candidate, month, subject) for row in self.rows)

    def goals(self, candidate: str) -> frozenset[int] | None:
        """The goals asked of a candidate; None: all."""
        if self.rows is None:
            return None
        asked: set[int] = set()
        for row in self.rows:
            if row["id"] == "goals" and agrees(row, candidate, None, {}):
                named = row.get("goals")
                if named is None:
                    return None
                asked |= goals(named) if isinstance(named, str) else {int(goal) for goal in named}
        return frozenset(asked)

    def candidates(self, everybody: Collection[str]) -> set[str]:
        """Those whom some row concerns; a row that names nobody concerns all."""
        if self.rows is None:
            return set(everybody)
        named: set[str] = set()
        for row in self.rows:
            named |= {row["candidate"]} if "candidate" in row else set(row.get("candidates") or everybody)
        return named & set(everybody)


def agrees(row: Mapping[str, Any], candidate: str | None, month: int | None, subject: Mapping[str, str]) -> bool:
    if candidate is not None:
        if "candidate" in row and row["candidate"] != candidate:
            return False
        if row.get("candidates") and candidate not in row["candidates"] and row["id"] not in ("capacity", "away"):
            return False
    if month is not None and row["id"] in WINDOWED and not covers(span(row), month):
        return False
    return all(row[key] == value for key, value in subject.items() if key in row)
