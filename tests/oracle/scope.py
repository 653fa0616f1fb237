"""Which rule instances are enforced: all of them, or those of a told conflict (decision 0006).

"Every smaller model must be a true relaxation: what has been left out may hinder nothing." What that means for each
rule is written where it is enforced, in `walk.py` and `shared.py`: without `practice` one who has no office named may
change it from month to month, without `part-time` a month earns as much as at 100 %, without `leave` a month of it may
lie in a block, without `horizon` somebody unfinished may stop earlier. Where anything that a finish still waits for is
left out, it may be any month, since nobody knows when the rest is complete. That whoever takes part is somewhere,
allowed rotations, a named office, the months of leave and the start are facts, never left out.

Readings of our own. A row of a conflict stands for every instance that agrees with it in the fields that both have. A
row with a `candidate` is that candidate's own (a membership, the number of shifts); one with an `arena`, `limit` or
`group` is a place's (its heads, percent, floor, shifts), whoever is named in `candidates`; one with neither is
everybody's. So with `supervision`: one with an arena is that arena's own supervisors, for those who are there half the
mix or more; one without is that everybody has some supervisor. One with `floor` is an arena's least places, one without
its most. Rows over places, supervisors and fixed months hold in the months of their
`from`..`to`. Under a floor whoever no row concerns counts wherever the data let them be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from .world import covers, goals, span

PLACES = ("arena", "limit", "group", "quota")
WINDOWED = ("capacity", "supervision", "away", "fixed", "legevakt", "quota")

Row = Mapping[str, Any]


class Scope:
    """The rule instances enforced; `Scope(None)` enforces everything."""

    def __init__(self, rows: Collection[Row] | None = None) -> None:
        self.rows = rows

    @property
    def everything(self) -> bool:
        return self.rows is None

    def own(self, rule: str, candidate: str, month: int | None = None, **subject: Any) -> bool:
        """Whether a rule is asked of a candidate: in that month, for that rotation or requirement."""
        return self.rows is None or any(
            row["id"] == rule and is_own(row, candidate) and in_month(row, month) and alike(row, subject)
            for row in self.rows
        )

    def of_place(self, rule: str, kind: str, name: str, month: int | None = None, floor: bool = False) -> bool:
        """Whether an arena's, a limit's or a group's rule holds in that month: its ceiling, or its floor."""
        return self.rows is None or any(
            row["id"] == rule
            and row.get("floor", False) == floor
            and is_place_s(row, kind, name)
            and in_month(row, month)
            for row in self.rows
        )

    def own_supervisor(self, arena: str, month: int) -> bool:
        """Whether an arena's own supervisors are asked for in that month."""
        return self.rows is None or any(
            row["id"] == "supervision" and row.get("arena") == arena and in_month(row, month) for row in self.rows
        )

    def supervision(self, month: int) -> bool:
        """Whether everybody's supervisors are asked for in that month, not only those of some arena."""
        return self.rows is None or any(
            row["id"] == "supervision" and "arena" not in row and in_month(row, month) for row in self.rows
        )

    def goals(self, candidate: str) -> frozenset[int] | None:
        """The goals asked of a candidate; None: all."""
        rows = [row for row in self.rows or () if row["id"] == "goals" and is_own(row, candidate)]
        if self.rows is None or any(row.get("goals") is None for row in rows):
            return None
        return frozenset().union(*(goals(row["goals"]) for row in rows))

    def candidates(self, everybody: Collection[str]) -> set[str]:
        """Those whom some row concerns; a row that names nobody concerns all."""
        if self.rows is None:
            return set(everybody)
        named: set[str] = set()
        for row in self.rows:
            named |= {row["candidate"]} if "candidate" in row else set(row.get("candidates", everybody))
        return named & set(everybody)


def is_own(row: Row, candidate: str) -> bool:
    if "candidate" in row:
        return bool(row["candidate"] == candidate)
    named = None if row["id"] == "supervision" else row.get("candidates")  # supervisors' places are everybody's
    return not any(kind in row for kind in PLACES) and (named is None or candidate in named)


def is_place_s(row: Row, kind: str, name: str) -> bool:
    if any(other in row for other in PLACES):
        return bool(row.get(kind) == name)
    return "candidate" not in row


def in_month(row: Row, month: int | None) -> bool:
    return month is None or row["id"] not in WINDOWED or covers(span(row), month)


def alike(row: Row, subject: Mapping[str, Any]) -> bool:
    """Fixed months and the running block are told apart by `current`; a row with neither months nor that is both."""
    months_alone = {"current": False} if "from" in row or "to" in row else {}
    return all({**months_alone, **row}.get(key, value) == value for key, value in subject.items())
