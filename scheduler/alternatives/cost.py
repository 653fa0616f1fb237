"""What different paths of one candidate cost, and for whom, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.month import format_month
from scheduler.plan import Plan, PlanCandidate
from scheduler.replanning.diff import CandidateDiff, diff


@dataclass(frozen=True, slots=True)
class PathCost:
    """One path: the candidate's entry, how far from the plan's path, and what changes for others."""

    number: int
    entry: PlanCandidate
    apart: int
    proved: bool
    others: tuple[CandidateDiff, ...]

    @property
    def wishes_lost(self) -> int:
        """Weight of the candidate's unmet wishes."""
        return wishes_lost(self.entry)

    def as_tree(self) -> dict[str, Any]:
        """The path as JSON's tables."""
        finish = self.entry.finish_or_projected
        return {
            "path": self.number,
            "months_from_plan": self.apart,
            "proved": self.proved,
            "finish": None if finish is None else format_month(finish),
            "delay": self.entry.delay,
            "wishes_lost": self.wishes_lost,
            "blocks": [
                {"rotation": block.rotation, "from": format_month(block.from_), "to": format_month(block.to)}
                for block in self.entry.blocks
            ],
            "others": [
                {
                    "id": difference.id,
                    "delay": difference.after["delay"] - difference.before["delay"],
                    "wishes_lost": difference.after["wishes_lost"] - difference.before["wishes_lost"],
                }
                for difference in self.others
            ],
        }


def wishes_lost(entry: PlanCandidate) -> int:
    """Weight of an entry's unmet wishes."""
    return sum(wish.weight for wish in entry.wishes if not wish.met)


def others_who_pay(before: Plan, after: Plan, candidate_id: str) -> Iterator[CandidateDiff]:
    """Everybody else whose delay or wishes are not the same."""
    for difference in diff(before, after).candidates:
        if difference.id != candidate_id and {"delay", "wishes_lost"} & set(difference.other):
            yield difference


def plan_with(plan: Plan, entries: Sequence[PlanCandidate]) -> Plan:
    """The plan with other entries; its own figures left out, since they are of other entries."""
    return plan.model_copy(update={"candidates": list(entries), "objectives": [], "guidance": [], "messages": []})
