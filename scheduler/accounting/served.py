"""What a published plan tells of the time before a later horizon: months served, and what no month of them tells.

A plan's own months become past when the horizon moves on, and so do the months that were past when it was made. Up to
the last month of the file's ``served`` rows these hold; every later month is the plan's. What the file credits besides
is what it credits less what it must have credited for these months, and never less than it did when the plan was made:
nothing is counted twice, and nothing is lost because five fields were not brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.exact import Exact, plain
from scheduler.files.past import charged, credit_of
from scheduler.files.ruleset import credit
from scheduler.instance.past import PastMonth, Told
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance
from scheduler.month import Month, runs
from scheduler.plan import PlanBaseline, PlanCandidate, PlanPublished, PlanServed, practice_in


def with_served(instance: Instance, carried: PlanBaseline) -> Instance:
    """The instance in which what a published plan tells of the time before the horizon has been served."""
    candidates = dict(instance.candidates)
    for entry in carried.candidates:
        if entry.id in candidates:
            candidates[entry.id] = _with_served(instance, candidates[entry.id], entry)
    return replace(instance, candidates=candidates)


def served_before(instance: Instance, entry: PlanPublished) -> tuple[PastMonth, ...]:
    """A candidate's months of a published plan that lie before the horizon, in order, those that it knew as past first.

    A file that is older than percents does not tell them; then they are the candidate's own in those months.
    """
    candidate = instance.candidates[entry.id]
    percents = {month: row.percent for row in entry.percents for month in range(row.from_, row.to + 1)}
    supervisors = {month: row.id for row in entry.supervisors for month in range(row.from_, row.to + 1)}
    found = {
        month: replace(_of_past(row, month), deducted=candidate.deducted_at(month))
        for row in entry.past
        for month in range(row.from_, row.to + 1)
    }
    found |= {
        month: PastMonth(
            month,
            run.rotation,
            percents.get(month, candidate.percent_at(month)),
            practice_in(entry.practices, entry.practice, month),
            supervisors.get(month),
            deducted=candidate.deducted_at(month),
        )
        for run in entry.runs
        for month in range(run.from_, run.to + 1)
    }
    known = instance.rotations
    return tuple(found[m] for m in sorted(found) if m < instance.start and found[m].rotation in known)


def untold_by(instance: Instance, candidate: Candidate, entry: PlanPublished) -> tuple[PastMonth, ...]:
    """The months of these after the file's last row: up to that its rows hold. Leave of the file is left out."""
    last = last_row(candidate)
    return tuple(
        month
        for month in served_before(instance, entry)
        if month.month > last and month.percent and not candidate.on_leave(month.month)
    )


def last_row(candidate: Candidate) -> Month:
    """The last month of which the file has a row of its own; -1 where it has none."""
    return max((month.month for month in candidate.past if month.told is not Told.CURRENT), default=-1)


def history(own: Instance, entry: PlanCandidate) -> dict[str, object]:
    """What a plan's successor must know of the time before the plan: its months, and what is credited besides."""
    candidate = own.candidates.get(entry.id)
    if candidate is None:
        return {}
    beside = {
        service: float(plain(amount - candidate.past_credit.get(service, 0))) / CREDIT_PER_FTE_MONTH
        for service, amount in candidate.credited.items()
    }
    return {
        "past": list(_rows([month for month in candidate.past if month.month < own.start])),
        "credited": beside,
        "months_done": candidate.months_done - _n_earning(candidate.past),
        "shifts_done": candidate.shifts_done - candidate.shifts_served,
    }


def _with_served(instance: Instance, candidate: Candidate, entry: PlanPublished) -> Candidate:
    new = untold_by(instance, candidate, entry)
    last = last_row(candidate)
    shifts = sum(row.shifts for row in entry.shifts if last < row.month < instance.start)
    besides = candidate.shifts_done - candidate.shifts_served
    done = int(_besides(besides, shifts, entry.shifts_done or 0)) + shifts + candidate.shifts_served
    if not new:
        return replace(candidate, shifts_done=done)
    told = {month.month: month for month in (*candidate.past, *new)}
    past = charged(replace(candidate, past=tuple(told[month] for month in sorted(told))))
    new = tuple(month for month in past if month.month in {each.month for each in new})
    earned, of_new = credit_of(past, instance.rotations), credit_of(new, instance.rotations)
    before = {service: credit(amount) for service, amount in (entry.credited or {}).items()}
    credited = {
        service: earned.get(service, 0)
        + _besides(amount - candidate.past_credit.get(service, 0), of_new.get(service, 0), before.get(service, 0))
        for service, amount in candidate.credited.items()
    }
    months = candidate.months_done - _n_earning(candidate.past)
    months_done = _besides(months, _n_earning(new), entry.months_done or 0) + _n_earning(past)
    earliest, latest = candidate.start_earliest, candidate.start_latest
    if earliest <= entry.start <= latest:
        earliest = latest = entry.start
    return replace(
        candidate,
        past=past,
        past_credit=earned,
        credited=credited,
        months_done=int(months_done),
        shifts_done=done,
        start_earliest=earliest,
        start_latest=latest,
    )


def _besides(told: Exact, new: Exact, before: Exact) -> Exact:
    """What the file tells that no month does: 10 told, 4 of new months, 6 before that: 6; of 6 told they are none."""
    return max(told - new, min(told, before))


def _n_earning(past: Sequence[PastMonth]) -> int:
    return sum(month.earns for month in past)


def _of_past(row: PlanServed, month: Month) -> PastMonth:
    return PastMonth(month, row.rotation, row.percent, row.practice, row.supervisor, Told(row.told))


def _rows(past: Sequence[PastMonth]) -> Iterator[PlanServed]:
    """Months of the past as a plan file has them: runs that are alike."""
    alike: Mapping[Month, tuple[object, ...]] = {
        month.month: (month.rotation, month.percent, month.practice, month.supervisor, month.told) for month in past
    }
    by_month = {month.month: month for month in past}
    for start, end, _ in runs(alike.items()):
        first = by_month[start]
        yield PlanServed.model_validate(
            {
                "rotation": first.rotation,
                "from": start,
                "to": end - 1,
                "percent": first.percent,
                "practice": first.practice,
                "supervisor": first.supervisor,
                "told": first.told.value,
            }
        )
