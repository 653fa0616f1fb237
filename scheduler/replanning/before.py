"""What a published plan tells of the time before the file begins: taken off, and held against what the file tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.accounting import spans_by_key
from scheduler.accounting.remaining import remaining_goals
from scheduler.accounting.served import last_row, served_before, with_served
from scheduler.exact import Exact, plain
from scheduler.files.goals import format_goals
from scheduler.files.past import credit_of
from scheduler.files.ruleset import credit
from scheduler.instance.past import PastMonth, Told
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance
from scheduler.month import Month, format_month, format_span
from scheduler.plan import Plan, PlanBaseline, PlanCandidate, PlanPublished
from scheduler.texts import Phrase, category_name, chained, phrase

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
    yield from _shifts_otherwise(instance, candidate, entry)
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


def _shifts_otherwise(instance: Instance, candidate: Candidate, entry: PlanPublished) -> Iterator[Phrase]:
    """Fewer or more shifts in the file's rows than in the plan, in months in which the rows hold.

    Where ``shifts_done`` tells those that the rows do not, and none of those that they do, all are there.
    """
    last = last_row(candidate)
    planned = _shifts(instance, entry) - _shifts(instance, entry, last)
    besides = candidate.shifts_done - candidate.shifts_served
    too_few, too_many = planned - candidate.shifts_served, candidate.shifts_served - planned
    done = entry.shifts_done or 0
    if (too_few > 0 and besides < done + too_few) or (too_many > 0 and besides > done - too_many):
        fields = {"have": candidate.shifts_served, "need": planned, "month": format_month(last)}
        yield phrase("replan.shifts-otherwise", who=entry.id, **fields)


def fewer_goals(instance: Instance, entry: PlanPublished, own: Candidate | None) -> Iterator[Phrase]:
    """Goals that were done when the plan was published, that the file tells no more, and that no service gives."""
    candidate = with_served(instance, PlanBaseline(candidates=[entry])).candidates[entry.id]
    lost = frozenset() if own is None else own.goals_done & remaining_goals(instance, candidate)
    if lost:
        yield phrase("replan.goals-fewer", who=entry.id, goals=format_goals(lost))


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
    said = [((_served_in(now), _served_in(was)), month) for (now, was), month in pairs if now.rotation != was.rotation]
    for (current, published), span in spans_by_key(said):
        fields = {"months": format_span(span.start, span.end), "file": _say(current), "plan": _say(published)}
        yield phrase("replan.current-otherwise", who=entry.id, **fields)


def _amount(service: str, have: Mapping[str, Exact], need: Mapping[str, Exact]) -> Phrase:
    told, expected = (float(amounts.get(service, 0)) / CREDIT_PER_FTE_MONTH for amounts in (have, need))
    return phrase("replan.amount-service", category=category_name(service), have=told, need=expected)


# --- the file's own rows, month by month ------------------------------------------------------------------------------

Served = tuple[str | None, Exact, bool]
"""A rotation, the percent of a post, and whether it was approved; no rotation where the month was not served."""


@dataclass(frozen=True, slots=True)
class _Month:
    """What is told of a month before the file begins; office and supervisor None where nothing is held against them."""

    served: Served = (None, 0, True)
    office: str | None = None
    supervisor: str | None = None


def served_otherwise(
    instance: Instance, candidate: Candidate, entry: PlanCandidate, carried: PlanPublished
) -> Iterator[Phrase]:
    """The months before the file begins of which its rows say another thing than the plan that was published.

    Those that were past when the plan was made, too. Nothing of a candidate without rows: what has been served is then
    told by sums.
    """
    told = {month.month: month for month in candidate.past}
    if all(month.told is Told.CURRENT for month in told.values()):
        return
    planned = _published_months(instance, candidate, entry, carried)
    pairs = [(_held_against(was, told.get(month)), month) for month, was in sorted(planned.items())]
    different = [(pair, month) for pair, month in pairs if pair[0] != pair[1]]
    on_leave = [(planned, month) for (planned, _), month in different if candidate.on_leave(month)]
    for published, span in spans_by_key(on_leave):
        months = format_span(span.start, span.end)
        yield phrase("replan.leave-over-served", who=entry.id, months=months, plan=_say(published.served))
    rows = [(pair, month) for pair, month in different if not candidate.on_leave(month)]
    for (published, served), span in spans_by_key(rows):
        fields = {"plan": _what(published, served), "file": _what(served, published)}
        yield phrase("replan.served-otherwise", who=entry.id, months=format_span(span.start, span.end), **fields)


def _published_months(
    instance: Instance, candidate: Candidate, entry: PlanCandidate, carried: PlanPublished
) -> dict[Month, PastMonth | None]:
    """Every month before the file begins of which the published plan tells, None where it was not served.

    Where the plan knew the past by rows, none of these was left out: what rows tell besides has come since.
    """
    planned: dict[Month, PastMonth | None] = {row.month: None for row in entry.months if row.month < instance.start}
    if any(row.told != Told.CURRENT.value for row in carried.past):
        planned |= {month.month: None for month in candidate.past if month.month < entry.start}
    return planned | {month.month: month for month in served_before(instance, carried)}


def _held_against(was: PastMonth | None, now: PastMonth | None) -> tuple[_Month, _Month]:
    """A month as published and as the file's rows tell it.

    An office or a supervisor is told of where the plan tells one, and of the running block, which names none, nowhere.
    """
    if was is None or now is None or now.told is Told.CURRENT:
        return _Month(_served_in(was)), _Month(_served_in(now))
    office, supervisor = was.practice is not None, was.supervisor is not None
    published, row = (
        _Month(_served_in(each), each.practice if office else None, each.supervisor if supervisor else None)
        for each in (was, now)
    )
    return published, row


def _served_in(month: PastMonth | None) -> Served:
    return (None, 0, True) if month is None else (month.rotation, month.percent, month.told is not Told.NOT_COUNTED)


def _what(one: _Month, other: _Month) -> Phrase:
    """What is told of a month, as far as it is not what else is told of it."""
    said = [] if one.served == other.served else [_say(one.served)]
    if one.office != other.office:
        named = one.office is not None
        said.append(phrase("replan.frozen-office", value=one.office) if named else phrase("replan.no-office"))
    if one.supervisor != other.supervisor:
        named = one.supervisor is not None
        said.append(
            phrase("replan.frozen-supervisor", value=one.supervisor) if named else phrase("replan.no-supervisor")
        )
    return chained("explain.list", said)


def _say(served: Served) -> Phrase:
    rotation, percent, approved = served
    if rotation is None:
        return phrase("replan.not-served")
    return phrase(f"replan.served{'' if approved else '-not-approved'}", rotation=rotation, percent=plain(percent))
