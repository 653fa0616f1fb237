"""What a published plan tells of the time before the file begins: taken off, and held against what the file tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheduler.accounting import spans_by_key
from scheduler.accounting.served import last_row, served_before
from scheduler.exact import Exact, plain
from scheduler.files.past import credit_of
from scheduler.files.ruleset import credit
from scheduler.instance.past import PastMonth, Told
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance
from scheduler.month import Month, format_month, format_span
from scheduler.plan import Plan, PlanCandidate, PlanMonth, PlanPublished
from scheduler.texts import Phrase, category_name, phrase

LEAST = (
    CREDIT_PER_FTE_MONTH // 1_000
)  # credit that is told: a file has four decimals, and may have rounded some of them


def planned_from(plan: Plan, start: Month) -> Plan:
    """The plan from a month on, without those whose plan had come to its end before."""
    if all(entry.months and entry.first >= start for entry in plan.candidates):
        return plan
    ahead = [entry for entry in plan.candidates if not entry.months or entry.last >= start]
    return plan.model_copy(update={"candidates": [entry.planned_from(start) for entry in ahead]})


def differences(instance: Instance, entry: PlanPublished, frozen_before: Month) -> Iterator[Phrase]:
    """Where the file says less, more or otherwise than a candidate's published plan, of a file that tells enough."""
    if entry.credited is None:
        return
    candidate = instance.candidates[entry.id]
    have, need = candidate.credited, _expected(instance, entry)
    less = [
        *(_amount(service, have, need) for service in have if have[service] < need.get(service, 0) - LEAST),
        *_counts(instance, candidate, entry),
    ]
    if less:
        moved_on = entry.start < instance.start
        month = {"month": format_month(instance.start)} if moved_on else {}
        yield phrase(f"replan.credit-{'less' if moved_on else 'fallen'}", who=entry.id, what=less, **month)
    ahead = _frozen_services(instance, entry, frozen_before)
    more = [service for service in have if have[service] > need.get(service, 0) + LEAST]
    by_rows = credit_of([month for month in candidate.past if month.earns], instance.rotations)
    still_planned = [service for service in more if service in ahead]
    in_rows = [service for service in more if service not in ahead and by_rows.get(service)]
    if still_planned:
        what = [_amount(one, have, need) for one in still_planned]
        yield phrase("replan.credit-more", who=entry.id, what=what, month=format_month(instance.start))
    if in_rows:
        yield phrase("replan.credit-more-rows", who=entry.id, what=[_amount(one, have, need) for one in in_rows])
    yield from _fewer_by_rows(instance, candidate, entry)
    yield from _otherwise(instance, candidate, entry)


def _expected(instance: Instance, entry: PlanPublished) -> dict[str, Exact]:
    """The credit that had been told when the plan was published, and what has been earned since."""
    earned = credit_of(_as_told(instance, entry), instance.rotations)
    before = {service: credit(amount) for service, amount in (entry.credited or {}).items()}
    return {service: before.get(service, 0) + earned.get(service, 0) for service in before.keys() | earned.keys()}


def _as_told(instance: Instance, entry: PlanPublished) -> list[PastMonth]:
    """The months before the file begins: as its own rows tell them up to their last month, then as the plan does."""
    candidate = instance.candidates[entry.id]
    last = last_row(candidate)
    own = [month for month in candidate.past if month.month <= last]
    return [*own, *(month for month in served_before(instance, entry) if month.month > last)]


def _counts(instance: Instance, candidate: Candidate, entry: PlanPublished) -> Iterator[Phrase]:
    """Service months and shifts of which the file tells fewer than what counts."""
    months = sum(month.earns for month in _as_told(instance, entry)) + (entry.months_done or 0)
    shifts = _shifts(instance, entry, last_row(candidate)) + candidate.shifts_served + (entry.shifts_done or 0)
    for key, have, need in (
        ("months", candidate.months_done, months),
        ("shifts", candidate.shifts_done, shifts),
    ):
        if have < need:
            yield phrase(f"replan.amount-{key}", have=have, need=need)


def _shifts(instance: Instance, entry: PlanPublished, last: Month = -1) -> int:
    """The plan's shifts before the file begins, of the months after a last one."""
    return sum(row.shifts for row in entry.shifts if last < row.month < instance.start)


def _fewer_by_rows(instance: Instance, candidate: Candidate, entry: PlanPublished) -> Iterator[Phrase]:
    """Fewer shifts in the file's rows than in the plan, in months in which the rows hold."""
    last = last_row(candidate)
    planned = _shifts(instance, entry) - _shifts(instance, entry, last)
    besides = candidate.shifts_done - candidate.shifts_served
    if candidate.shifts_served < planned and besides < planned - candidate.shifts_served + (entry.shifts_done or 0):
        fields = {"have": candidate.shifts_served, "need": planned, "month": format_month(last)}
        yield phrase("replan.shifts-otherwise", who=entry.id, **fields)


def _frozen_services(instance: Instance, entry: PlanPublished, frozen_before: Month) -> set[str]:
    """The categories of the frozen months that the plan still has ahead of it."""
    rotations = {
        run.rotation
        for run in entry.runs
        if max(run.from_, instance.start) < frozen_before and run.to >= instance.start
    } & instance.rotations.keys()
    return {service for rotation in rotations for service in instance.rotations[rotation].share_by_service}


def _otherwise(instance: Instance, candidate: Candidate, entry: PlanPublished) -> Iterator[Phrase]:
    """Months in which the file has another running block than the plan; its rows are told of in ``past``."""
    planned = {month.month: month for month in served_before(instance, entry)}
    running = [month for month in candidate.past if month.told is Told.CURRENT and month.month in planned]
    pairs = [((month, planned[month.month]), month.month) for month in running]
    said = [((_said(now), _said(was)), month) for (now, was), month in pairs if now.rotation != was.rotation]
    for (now, was), span in spans_by_key(said):
        fields = {"months": format_span(span.start, span.end), "file": now, "plan": was}
        yield phrase("replan.current-otherwise", who=entry.id, **fields)


def _said(month: PastMonth) -> str:
    return f"{month.rotation} {plain(month.percent):g} %"


def _amount(service: str, have: Mapping[str, Exact], need: Mapping[str, Exact]) -> Phrase:
    told, expected = (float(amounts.get(service, 0)) / CREDIT_PER_FTE_MONTH for amounts in (have, need))
    return phrase("replan.amount-service", category=category_name(service), have=told, need=expected)


# --- the file's own rows, month by month ------------------------------------------------------------------------------

Served = tuple[str | None, Exact, bool]
"""A rotation, the percent of a post, and whether it was approved; no rotation where the month was not served."""


def served_otherwise(candidate: Candidate, entry: PlanCandidate, start: Month) -> Iterator[Phrase]:
    """The months before ``start`` of which the file's rows say another thing than the plan that was published.

    Nothing of a candidate without rows: what has been served is then told by sums.
    """
    told = {month.month: month for month in candidate.past}
    if all(month.told is Told.CURRENT for month in told.values()):
        return
    pairs = [((_planned(row), _of(told.get(row.month))), row.month) for row in entry.months if row.month < start]
    different = [(pair, month) for pair, month in pairs if pair[0] != pair[1]]
    on_leave = [(planned, month) for (planned, _), month in different if candidate.on_leave(month)]
    for planned, span in spans_by_key(on_leave):
        months = format_span(span.start, span.end)
        yield phrase("replan.leave-over-served", who=entry.id, months=months, plan=_say(planned))
    rows = [(pair, month) for pair, month in different if not candidate.on_leave(month)]
    for (planned, served), span in spans_by_key(rows):
        months = format_span(span.start, span.end)
        yield phrase("replan.served-otherwise", who=entry.id, months=months, plan=_say(planned), file=_say(served))


def _planned(row: PlanMonth) -> Served:
    return (None, 0, True) if row.rotation is None else (row.rotation, row.percent, True)


def _of(month: PastMonth | None) -> Served:
    return (None, 0, True) if month is None else (month.rotation, month.percent, month.told is not Told.NOT_COUNTED)


def _say(served: Served) -> Phrase:
    rotation, percent, approved = served
    if rotation is None:
        return phrase("replan.not-served")
    return phrase(f"replan.served{'' if approved else '-not-approved'}", rotation=rotation, percent=plain(percent))
