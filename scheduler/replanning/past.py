"""What a published plan tells of months before the instance begins: taken off, and held against the file's own rows."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.accounting import spans_by_key
from scheduler.exact import Exact, plain
from scheduler.instance.past import PastMonth, Told
from scheduler.instance.types import Candidate
from scheduler.month import Month, format_span
from scheduler.plan import Plan, PlanCandidate, PlanMonth
from scheduler.texts import Phrase, phrase

Served = tuple[str | None, Exact]
"""A rotation and the percent of a post; no rotation where the month was not served."""


def planned_from(plan: Plan, start: Month) -> Plan:
    """The plan from a month on, without those whose plan had come to its end before."""
    if all(entry.months and entry.first >= start for entry in plan.candidates):
        return plan
    ahead = [entry for entry in plan.candidates if not entry.months or entry.last >= start]
    return plan.model_copy(update={"candidates": [_from(entry, start) for entry in ahead]})


def _from(entry: PlanCandidate, start: Month) -> PlanCandidate:
    blocks = [block for block in entry.blocks if block.to >= start]
    return entry.model_copy(
        update={
            "months": [row for row in entry.months if row.month >= start],
            "practice": entry.practice_at(start),
            "practices": [
                row.model_copy(update={"from_": max(row.from_, start)}) for row in entry.practices if row.to >= start
            ],
            "blocks": [block.model_copy(update={"from_": max(block.from_, start)}) for block in blocks],
            "shifts": [row for row in entry.shifts if row.month >= start],
            "supervisors": [
                row.model_copy(update={"from_": max(row.from_, start)}) for row in entry.supervisors if row.to >= start
            ],
        }
    )


def served_otherwise(candidate: Candidate, entry: PlanCandidate, start: Month) -> Iterator[Phrase]:
    """The months before ``start`` of which the file's rows say another thing than the plan that was published.

    Nothing of a candidate without rows: what has been served is then told by sums.
    """
    told = {month.month: month for month in candidate.past}
    if all(month.told is Told.CURRENT for month in told.values()):
        return
    pairs = [((_planned(row), _of(told.get(row.month))), row.month) for row in entry.months if row.month < start]
    different = [(pair, month) for pair, month in pairs if pair[0] != pair[1]]
    for (planned, served), span in spans_by_key(different):
        months = format_span(span.start, span.end)
        yield phrase("replan.served-otherwise", who=entry.id, months=months, plan=_say(planned), file=_say(served))


def _planned(row: PlanMonth) -> Served:
    return (None, 0) if row.rotation is None else (row.rotation, row.percent)


def _of(month: PastMonth | None) -> Served:
    return (None, 0) if month is None else (month.rotation, month.percent)


def _say(served: Served) -> Phrase:
    rotation, percent = served
    if rotation is None:
        return phrase("replan.not-served")
    return phrase("replan.served", rotation=rotation, percent=plain(percent))
