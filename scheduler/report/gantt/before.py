"""Two plans compared: which months of whom are others now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scheduler.exact import Exact
from scheduler.month import Month
from scheduler.plan import PlanCandidate
from scheduler.report.gantt.chart import Chart


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of one candidate; ``moved`` are the months shown in which the two plans differ, in order."""

    kind: Literal["same", "moved", "new", "gone"]
    old: PlanCandidate | None
    moved: tuple[Month, ...] = ()


def change_of(chart: Chart, candidate: PlanCandidate) -> Comparison | None:
    """How the candidate's plan differs from the one before; None if nothing is compared.

    A month has moved if its rotation, leave or percent is another, or if only one of the plans has it. Another group,
    practice in some month or finish is a change too, whether or not months moved.
    """
    if chart.before is None:
        return None
    old = chart.old.get(candidate.id)
    if old is None:
        return Comparison("new", None)
    if candidate.id not in chart.ids:
        return Comparison("gone", old)
    before, after = _months(old), _months(candidate)
    moved = sorted(month for month in before.keys() | after.keys() if before.get(month) != after.get(month))
    shown = tuple(month for month in moved if chart.start <= month < chart.end)
    same = not moved and _rest(old) == _rest(candidate) and not other_offices(old, candidate)
    return Comparison("same" if same else "moved", old, shown)


def other_offices(old: PlanCandidate, new: PlanCandidate) -> bool:
    """Whether the office is another one in a month that both plans have."""
    months = {month.month for month in old.months} & {month.month for month in new.months}
    return any(old.practice_at(month) != new.practice_at(month) for month in months)


def _rest(candidate: PlanCandidate) -> tuple[str | None, Month | None]:
    return candidate.membership, candidate.finish


def gone(chart: Chart) -> list[PlanCandidate]:
    """Those whom only the plan before has."""
    return [old for key, old in chart.old.items() if key not in chart.ids]


def changed_people(chart: Chart) -> int:
    """How many candidates' plans are others now, those who came or went among them."""
    changes = [change_of(chart, candidate) for candidate in (*chart.people, *gone(chart))]
    return sum(change is not None and change.kind != "same" for change in changes)


def _months(candidate: PlanCandidate) -> dict[Month, tuple[str | None, Exact]]:
    return {month.month: (month.rotation, month.percent) for month in candidate.months}
