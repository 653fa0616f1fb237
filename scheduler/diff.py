"""Two plans side by side: what moved, for whom, and what it cost. Plain data; the words come last.

Runs of months are inclusive at both ends, as in the files. Figures are those of the plan files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scheduler.ledger import spans_by_key
from scheduler.month import Month, format_month
from scheduler.plan import Plan, PlanCandidate

FIGURES = ("finish", "delay", "wishes_lost", "blocks", "counted", "uncounted")
CHOICES = ("start", "practice", "group", "supervisors", "shifts")


class Kind(StrEnum):
    """What happened to a month: elsewhere now; leave now; work again; no longer in the plan; new in the plan."""

    MOVED = "moved"
    LEAVE = "leave"
    BACK = "back"
    DROPPED = "dropped"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Months, both ends included, with what they were and what they are; None: leave, or no month of the plan."""

    kind: Kind
    start: Month
    to: Month
    before: str | None
    after: str | None

    @property
    def n_months(self) -> int:
        """Number of months."""
        return self.to - self.start + 1


@dataclass(frozen=True, slots=True)
class CandidateDiff:
    """One candidate in both plans; ``before`` or ``after`` empty: new, or gone."""

    id: str
    runs: tuple[Run, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Only in the new plan."""
        return not self.before

    @property
    def is_gone(self) -> bool:
        """Only in the old plan."""
        return not self.after

    @property
    def other(self) -> list[str]:
        """The figures and choices that are not the same."""
        if self.is_new or self.is_gone:
            return []
        return [name for name in (*CHOICES, *FIGURES) if self.before[name] != self.after[name]]

    @property
    def same(self) -> bool:
        """Whether nothing is different."""
        return not (self.runs or self.other or self.is_new or self.is_gone)

    def months(self, *kinds: Kind) -> int:
        """Number of months to which one of these things happened."""
        return sum(run.n_months for run in self.runs if run.kind in kinds)


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """All that is different; ``figures`` maps each level to its value before and after (None: the plan has no such)."""

    candidates: tuple[CandidateDiff, ...]
    figures: Mapping[str, tuple[float | None, float | None]]

    @property
    def same(self) -> bool:
        """Whether the plans say the same of everybody."""
        return not self.candidates

    def months(self, *kinds: Kind) -> int:
        """Number of months, over everybody in both plans, to which one of these things happened."""
        return sum(one.months(*kinds) for one in self.candidates)


def diff(old: Plan, new: Plan) -> PlanDiff:
    """What is different between two plans, candidate by candidate in the order of the new one."""
    before = {entry.id: entry for entry in old.candidates}
    after = {entry.id: entry for entry in new.candidates}
    everybody = [*after, *(one for one in before if one not in after)]
    compared = [_compared(one, before.get(one), after.get(one)) for one in everybody]
    values = [{level.id: level.value for level in plan.objectives} for plan in (old, new)]
    levels = dict.fromkeys([*values[1], *values[0]])
    return PlanDiff(
        candidates=tuple(one for one in compared if not one.same),
        figures={level: (values[0].get(level), values[1].get(level)) for level in levels},
    )


def _compared(candidate_id: str, old: PlanCandidate | None, new: PlanCandidate | None) -> CandidateDiff:
    both = old is not None and new is not None
    return CandidateDiff(
        id=candidate_id,
        runs=tuple(_runs(old, new)) if both and old is not None and new is not None else (),
        before={} if old is None else _facts(old),
        after={} if new is None else _facts(new),
    )


def _facts(entry: PlanCandidate) -> dict[str, Any]:
    """Figures and choices, comparable; supervisors by service month, so that leave inside a span changes nothing."""
    working = {row.month for row in entry.service_months}
    return {
        "start": entry.start,
        "practice": entry.practice,
        "group": entry.group,
        "supervisors": {m: row.id for row in entry.supervisors for m in range(row.from_, row.to + 1) if m in working},
        "shifts": {row.month: row.shifts for row in entry.shifts},
        "finish": entry.finish_or_projected,
        "delay": entry.delay,
        "wishes_lost": sum(wish.weight for wish in entry.wishes if not wish.met),
        "blocks": len(entry.blocks),
        "counted": entry.service.counted,
        "uncounted": entry.service.uncounted,
    }


def _runs(old: PlanCandidate, new: PlanCandidate) -> Iterator[Run]:
    before = {row.month: row.rotation for row in old.months}
    after = {row.month: row.rotation for row in new.months}
    pairs = [
        ((kind, before.get(month), after.get(month)), month)
        for month in sorted({*before, *after})
        if (kind := _kind(month, before, after)) is not None
    ]
    found = [Run(kind, span.start, span.end - 1, was, now) for (kind, was, now), span in spans_by_key(pairs)]
    yield from sorted(found, key=lambda run: run.start)


def _kind(month: Month, before: Mapping[Month, str | None], after: Mapping[Month, str | None]) -> Kind | None:
    was, now = before.get(month), after.get(month)
    if was == now:
        return None
    if was is not None and now is not None:
        return Kind.MOVED
    if was is not None:
        return Kind.LEAVE if month in after else Kind.DROPPED
    return Kind.BACK if month in before else Kind.ADDED


def as_tree(difference: PlanDiff) -> dict[str, Any]:
    """The difference as JSON's tables, months spelled out."""
    return {
        "same": difference.same,
        "months": {kind.value: difference.months(kind) for kind in Kind},
        "objectives": [{"id": level, "before": was, "after": now} for level, (was, now) in difference.figures.items()],
        "candidates": [_candidate_tree(one) for one in difference.candidates],
    }


def _candidate_tree(one: CandidateDiff) -> dict[str, Any]:
    return {
        "id": one.id,
        "status": "new" if one.is_new else "gone" if one.is_gone else "changed",
        "different": one.other,
        "runs": [
            {
                "kind": run.kind.value,
                "from": format_month(run.start),
                "to": format_month(run.to),
                "months": run.n_months,
                "before": run.before,
                "after": run.after,
            }
            for run in one.runs
        ],
        "before": _spelled(one.before) if one.before else None,
        "after": _spelled(one.after) if one.after else None,
    }


def _spelled(facts: Mapping[str, Any]) -> dict[str, Any]:
    spelled = dict(facts)
    for name in ("start", "finish"):
        spelled[name] = None if facts[name] is None else format_month(facts[name])
    for name in ("supervisors", "shifts"):
        spelled[name] = {format_month(month): value for month, value in facts[name].items()}
    return spelled
