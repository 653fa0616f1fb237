"""What different paths of one candidate cost, and for whom, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scheduler.accounting.guidance import guidance
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan, PlanCandidate, Status
from scheduler.planning.assemble import objectives_of_edited
from scheduler.replanning.diff import CandidateDiff, diff


@dataclass(frozen=True, slots=True)
class PathCost:
    """One path: everybody's plan with it, the candidate's entry, how far from the plan's path, and what changes for
    others."""

    number: int
    plan: Plan
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
            "away": self.entry.away,
            "longest_away": self.entry.away_row,
            "blocks": [
                {"rotation": block.rotation, "from": format_month(block.from_), "to": format_month(block.to)}
                for block in self.entry.blocks
            ],
            "others": [
                {
                    "id": difference.id,
                    "delay": difference.after["delay"] - difference.before["delay"],
                    "wishes_lost": difference.after["wishes_lost"] - difference.before["wishes_lost"],
                    "away": away_more(difference),
                }
                for difference in self.others
            ],
        }


@dataclass(frozen=True, slots=True)
class Paths:
    """The plan's own path and others; ``no_more``: proved that there is none beside the held ones far enough away."""

    costs: tuple[PathCost, ...]
    no_more: bool


def wishes_lost(entry: PlanCandidate) -> int:
    """Weight of an entry's unmet wishes."""
    return sum(wish.weight for wish in entry.wishes if not wish.met)


def away_more(difference: CandidateDiff) -> int | None:
    """How many months more somebody is away; None where a plan file is older than such figures."""
    before, after = difference.before["away"], difference.after["away"]
    return None if before is None or after is None else after - before


def others_who_pay(before: Plan, after: Plan, candidate_id: str) -> Iterator[CandidateDiff]:
    """Everybody else whose delay, wishes or months away are not the same."""
    for difference in diff(before, after).candidates:
        if difference.id != candidate_id and {"delay", "wishes_lost", "away"} & set(difference.other):
            yield difference


class _Found(Protocol):
    """Everybody's plan with a path in it (``alternatives.search``)."""

    @property
    def entries(self) -> Sequence[PlanCandidate]: ...

    @property
    def proved(self) -> bool: ...


def priced(instance: Instance, plan: Plan, candidate_id: str, found: Iterable[_Found]) -> Iterator[PathCost]:
    """Each path with its price beside the plan, which is the first of them."""
    own = plan.candidate(candidate_id)
    for number, path in enumerate(found, start=1):
        whole = plan if number == 1 else plan_with(instance, plan, path.entries)
        entry = whole.candidate(candidate_id)
        others = tuple(others_who_pay(plan, whole, candidate_id))
        yield PathCost(number, whole, entry, months_apart(own, entry), path.proved, others)


def months_apart(entry: PlanCandidate, other: PlanCandidate) -> int:
    """Months in which two paths have different rotations, months that only one of them has included."""
    mine = {row.month: row.rotation for row in entry.months}
    theirs = {row.month: row.rotation for row in other.months}
    return sum(mine.get(month) != theirs.get(month) for month in {*mine, *theirs})


def plan_with(instance: Instance, plan: Plan, entries: Sequence[PlanCandidate]) -> Plan:
    """The plan with other entries, and the figures of these; nothing of it is called proved."""
    update = {
        "status": Status.FEASIBLE,
        "candidates": list(entries),
        "guidance": guidance(instance, entries) if plan.guidance else [],
        "messages": [],
    }
    after = plan.model_copy(update=update)
    return after.model_copy(update={"objectives": objectives_of_edited(instance, after, plan.objectives)})
