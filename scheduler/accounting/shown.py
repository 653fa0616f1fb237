"""The data that a plan is shown by: of what has been served they say what the published plan says (decision 0008).

The check moves frozen months into the past, where no rule judges them. On a chart, a page or in a document they are
months of the plan like any other: drawn, listed and added up. So there the data take the place of the past: today's
file may have another percent, leave or office in those months, and none of that was served.
"""

from __future__ import annotations

from dataclasses import replace

from scheduler.accounting.baseline import with_published
from scheduler.accounting.served import with_served
from scheduler.instance.past import Frozen
from scheduler.instance.types import Candidate, Instance, Span, StepOf
from scheduler.month import runs
from scheduler.plan import Plan, PlanBaseline


def as_shown(instance: Instance, plan: Plan) -> Instance:
    """The instance whose candidates have in frozen months what the plan's own published plan gave them.

    And have served before the horizon what that tells. As it is where the plan carries none, or the instance one.
    """
    if plan.baseline is None or instance.baseline is not None:
        return instance
    return instance.once_of(plan.baseline, _with_frozen_months)


def _with_frozen_months(instance: Instance, carried: PlanBaseline) -> Instance:
    judged = with_published(instance, carried).candidates
    served = with_served(instance, carried)
    candidates = {who: _shown(candidate, judged[who]) for who, candidate in served.candidates.items()}
    return replace(served, candidates=candidates)


def _shown(candidate: Candidate, judged: Candidate) -> Candidate:
    known = replace(
        candidate,
        start_earliest=judged.start_earliest,
        start_latest=judged.start_latest,
        window_from=judged.window_from,
        practice=judged.practice,
        group=judged.group,
    )
    frozen = judged.frozen
    if frozen is None:
        return known
    percents = ((month, None if row is None else row.percent) for month, row in sorted(frozen.rows.items()))
    rows = (StepOf(percent, start, end) for start, end, percent in runs(percents) if percent is not None)
    steps = replace(candidate.percent, rows=(*candidate.percent.rows, *rows))
    return replace(known, percent=steps, leave=_leave(candidate, frozen), judged=judged)


def _leave(candidate: Candidate, frozen: Frozen) -> tuple[Span, ...]:
    """The leave of the file but for frozen months, and theirs."""
    months = {month for span in candidate.leave for month in span.months()} - frozen.rows.keys()
    months |= {month for month, row in frozen.rows.items() if row is None}
    return tuple(Span(start, end) for start, end, _ in runs((month, None) for month in sorted(months)))
