"""What is worth knowing of a candidate's past: time that may be told twice, leave over served rows, months untold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

from scheduler.files.past import credit_of, elsewhere
from scheduler.files.schema import FileCandidate
from scheduler.files.values import in_favour
from scheduler.instance.absence import Absence, absent_shares, months_absent
from scheduler.instance.past import Told
from scheduler.instance.problems import Problem
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance
from scheduler.month import Month, format_month, format_span, runs
from scheduler.texts import LANGUAGES, category_name

FULL = 100  # percent of a post
NEARLY = 0.01  # FTE-months, of which nobody means that they are told twice
IN_SUMS = (Told.CURRENT, Told.CREDITED)
"""Months whose credit ``credited`` tells, and their number ``months_done``."""


def past_remarks(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Every remark on what the file tells of the time before the horizon."""
    yield from _fixed_before(instance, index, candidate, row)
    yield from _away_before(instance, index, candidate, row)
    yield from _leave_over_rows(index, row)
    yield from _credited_nowhere(instance, index, candidate, row)
    yield from _credited_again(instance, index, candidate, row)
    yield from _untold(instance, index, candidate, row)


def _fixed_before(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Months of fixed blocks before the horizon of which nothing comes: those that are not told as the past as well."""
    told = {month.month: month.rotation for month in candidate.past}
    for number, fixed in enumerate(row.fixed):
        months = range(fixed.from_, min(fixed.to + 1, instance.start))
        lost = [month for month in months if told.get(month) != fixed.rotation and not candidate.on_leave(month)]
        if lost:
            fields = {"horizon": format_month(instance.start)}
            yield Problem("fixed-before-plan", ("candidates", index, "fixed", number), _spans(lost), fields=fields)


def _away_before(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Leave and days absent in the time for which ``credited`` and ``months_done`` stand, and not taken off there.

    They are of months before those that some row tells, of no year of one's group, and of no days that use up what may
    be absent: they change nothing. Sums that leave room for them have taken them off.
    """
    listed = _listed(row) | {month.month for month in candidate.past}
    time = range(candidate.start_earliest, min(listed, default=instance.start))
    group = instance.group_named(candidate.group.group_id)
    silent = {month for month in time if group is None or not any(month in year for year in group.years())}
    leave = [("leave", number, range(one.from_, one.to + 1)) for number, one in enumerate(row.leave)]
    days = [("absence", number, Absence(one.from_, one.to).months()) for number, one in enumerate(row.absence)]
    by_month, by_day = _left_in(candidate, row, time)
    of_leave = [] if _stood_for(candidate, row) <= by_month else leave
    of_days = [] if candidate.rules.absence_free_share or _credited(row) <= by_day + NEARLY else days
    for field, number, months in (*of_leave, *of_days):
        if months and silent.issuperset(months):
            found, fields = format_span(months.start, months.stop), {"horizon": format_month(instance.start)}
            yield Problem("away-before-plan", ("candidates", index, field, number), found, fields=fields)


def _left_in(candidate: Candidate, row: FileCandidate, time: Iterable[Month]) -> tuple[int, float]:
    """The service months that there are in time that no row tells, and the credit in them and in those of the sums."""
    absent = absent_shares(Absence(one.from_, one.to, one.percent) for one in row.absence)
    months = [month for month in time if not candidate.on_leave(month)]
    in_sums = [month.month for month in candidate.past if month.told in IN_SUMS]
    credit = sum(candidate.percent_at(month) * (1 - absent.get(month, 0)) for month in {*months, *in_sums})
    return len(months), float(credit) / FULL


def _credited(row: FileCandidate) -> float:
    return sum(in_favour(amount) for _, amount in row.credited or ())


def _leave_over_rows(index: int, row: FileCandidate) -> Iterator[Problem]:
    """Months of a row that are leave: they were not served, whatever the row says."""
    away = {f"leave[{number}]": range(leave.from_, leave.to + 1) for number, leave in enumerate(row.leave)}
    months: dict[str, frozenset[Month]] = {place: frozenset(span) for place, span in away.items()}
    for number, one in enumerate(row.absence):
        months[f"absence[{number}]"] = frozenset(months_absent([Absence(one.from_, one.to, one.percent)]))
    for number, served in enumerate(row.served):
        if served.rotation is None or served.from_ is None or served.to is None:
            continue
        for place, there in months.items():
            if both := sorted(there.intersection(range(served.from_, served.to + 1))):
                path = ("candidates", index, "served", number)
                yield Problem("leave-over-served", path, _spans(both), fields={"other": place})


def _credited_nowhere(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Rows of which ``credited`` is said to have the credit already, where it has nothing of that category."""
    given = {category for category, amount in row.credited or () if amount}
    for number, served in enumerate(row.served):
        if not (served.in_credited and served.counted) or served.from_ is None or served.to is None:
            continue
        services = () if served.rotation is None else instance.rotations[served.rotation].share_by_service
        if services and given.isdisjoint(services):
            path, found = (
                ("candidates", index, "served", number, "in_credited"),
                format_span(served.from_, served.to + 1),
            )
            yield Problem("credited-nowhere", path, found, fields=_categories(services))
    yield from _current_nowhere(instance, index, candidate, row)


def _current_nowhere(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """A running block of which ``credited`` has nothing: its months before the horizon give no credit."""
    given = {category for category, amount in row.credited or () if amount}
    months = [month.month for month in candidate.past if month.told is Told.CURRENT]
    services = instance.rotations[row.current.rotation].share_by_service if row.current is not None else {}
    if months and services and given.isdisjoint(services):
        yield Problem("current-nowhere", ("candidates", index, "current"), _spans(months), fields=_categories(services))


def _categories(services: Iterable[str]) -> dict[str, object]:
    return {"category": {lang: ", ".join(category_name(each).said(lang) for each in services) for lang in LANGUAGES}}


def _credited_again(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Credit of a category of which rows tell, too, where no months are left since the start to have earned it in.

    From 2026-01 to 2026-10 a row tells ten months, and ``credited`` ten of the same category: none are left for these.
    Months of which it is said that ``credited`` tells them are worth their percent, any other a full one.
    """
    by_rows = credit_of([month for month in candidate.past if month.earns], instance.rotations)
    given = {category: in_favour(amount) for category, amount in row.credited or () if amount and by_rows.get(category)}
    since = _since(candidate)
    rows = {month.month for month in candidate.past if month.told not in IN_SUMS}
    free = [month for month in range(since, instance.start) if month not in rows and not candidate.on_leave(month)]
    in_sums = {month.month: float(month.earned) / FULL for month in candidate.past if month.told in IN_SUMS}
    if sum(given.values()) <= sum(in_sums.get(month, 1.0) for month in free) + NEARLY:
        return
    for category, amount in given.items():
        told = {
            "category": {lang: category_name(category).said(lang) for lang in LANGUAGES},
            "rows": float(by_rows[category]) / CREDIT_PER_FTE_MONTH,
            "credited": amount,
        }
        fields = {**told, "free": len(free), "since": format_month(since)}
        yield Problem("credited-and-served", ("candidates", index, "credited", category), str(amount), fields=fields)


def _untold(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Months between the start and the horizon of which no row tells, and more of them than the sums may stand for.

    Sums stand for what was before the first row first. Of that time they may well say less: leave is not told in them.
    """
    listed = _listed(row) | {month.month for month in candidate.past}
    end = instance.start if candidate.until is None else min(instance.start, candidate.until + 1)
    holes = [month for month in range(_since(candidate), end) if month not in listed and not candidate.on_leave(month)]
    stood_for = _stood_for(candidate, row)
    if any(amount for _, amount in row.credited or ()) or row.months_done or stood_for:
        first = min(listed, default=end)
        stood_for = max(stood_for - sum(month < first for month in holes), 0)
        holes = [month for month in holes if month > first]
    if len(holes) > stood_for:
        fields = {"missing": len(holes) - stood_for, "number": len(holes)}
        yield Problem("past-untold", ("candidates", index, "served"), _spans(holes), fields=fields)


def _stood_for(candidate: Candidate, row: FileCandidate) -> int:
    """Months of service that sums, and rows of service elsewhere, stand for: those that no row with months tells."""
    credited = ceil(_credited(row))
    in_sums = sum(month.told in IN_SUMS for month in candidate.past)
    return max(max(row.months_done, credited) - in_sums, 0) + elsewhere(row.served).months


def _listed(row: FileCandidate) -> set[Month]:
    """The months that rows of past service tell, leave among them."""
    rows = [(each.from_, each.to) for each in row.served]
    return {month for first, last in rows if first is not None and last is not None for month in range(first, last + 1)}


def _since(candidate: Candidate) -> Month:
    """The first month of the training that the file knows of."""
    return min([candidate.start_earliest, *(month.month for month in candidate.past)])


def _spans(months: list[Month]) -> str:
    return ", ".join(format_span(start, end) for start, end, _ in runs((month, None) for month in months))
