"""What a candidate's file tells of the time before the horizon, as months; and what it gives that has no months."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from scheduler.exact import Exact
from scheduler.files.goals import parse_goals
from scheduler.files.ruleset import credit
from scheduler.files.schema import FileCandidate, FileRange, FileServed
from scheduler.files.values import in_favour
from scheduler.instance.past import PastMonth, Told
from scheduler.instance.types import NOBODY_NAMED, Candidate, Named, NamedStep, Rotation, Span, StepsOf
from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Service that rows tell by its category alone: credit, whole service months, and goals."""

    credit: Mapping[str, int]
    months: int
    goals: frozenset[int]


def elsewhere(rows: Sequence[FileServed]) -> Elsewhere:
    """All such rows together; a part of a month is a service month."""
    told = [row for row in rows if row.category is not None and row.counted]
    amounts: Counter[str] = Counter()
    for row in told:
        amounts[str(row.category)] += credit(in_favour(row.months or 0))
    goals = frozenset[int]().union(*(parse_goals(row.goals) for row in told))
    return Elsewhere(amounts, sum(ceil(row.months or 0) for row in told), goals)


def past_months(
    row: FileCandidate, horizon_start: Month, percent: StepsOf[Exact], leave: Sequence[Span]
) -> tuple[PastMonth, ...]:
    """The months before the horizon that are told, in order: by ``served`` rows, and where none does by ``current``.

    Months of leave inside a row were not served.
    """
    told: dict[Month, PastMonth] = {}
    if row.current is not None:
        told = running(row.current.rotation, row.current.since, horizon_start, percent, named_offices(row))
    told |= {month.month: month for served in row.served for month in _months(served, row, horizon_start, percent)}
    return tuple(
        told[month] for month in sorted(told) if told[month].percent and not any(month in span for span in leave)
    )


def named_offices(row: FileCandidate) -> Named:
    """The office that the row names, by months."""
    return Named(tuple(NamedStep(step.practice, step.from_, end_of(step)) for step in row.practice_steps))


def end_of(row: FileRange) -> Month | None:
    """The month after the row's last one; None where it has none."""
    return None if row.to is None else row.to + 1


def running(
    rotation: str, since: Month, horizon_start: Month, percent: StepsOf[Exact], practice: Named = NOBODY_NAMED
) -> dict[Month, PastMonth]:
    """The months before the horizon of a block that runs when it begins."""
    return {
        month: PastMonth(month, rotation, percent.at(month), practice.at(month), told=Told.CURRENT)
        for month in range(since, horizon_start)
    }


def _months(
    served: FileServed, row: FileCandidate, horizon_start: Month, percent: StepsOf[Exact]
) -> Iterator[PastMonth]:
    if served.rotation is None or served.from_ is None or served.to is None:
        return
    for month in range(served.from_, min(served.to + 1, horizon_start)):
        yield PastMonth(
            month=month,
            rotation=served.rotation,
            percent=percent.at(month) if served.percent is None else served.percent,
            practice=served.practice or named_offices(row).at(month),
            supervisor=served.supervisor,
            told=_how(served),
        )


def _how(served: FileServed) -> Told:
    if not served.counted:
        return Told.NOT_COUNTED
    return Told.CREDITED if served.in_credited else Told.SERVED


def charged(candidate: Candidate) -> tuple[PastMonth, ...]:
    """The months of the past with what the candidate's days absent take off each."""
    if not candidate.absences:
        return candidate.past
    return tuple(replace(month, deducted=candidate.deducted_at(month.month)) for month in candidate.past)


def credit_of(past: Sequence[PastMonth], rotations: Mapping[str, Rotation]) -> dict[str, Exact]:
    """Credit by category of the months that earn, days absent taken off."""
    found: dict[str, Exact] = defaultdict(int)
    for month in past:
        if month.earns:
            for service, share in rotations[month.rotation].share_by_service.items():
                found[service] += month.earned * share
    return dict(found)
