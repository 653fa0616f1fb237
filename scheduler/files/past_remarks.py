"""What is worth knowing of a candidate's past: time that may be told twice, leave over served rows, months untold."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from scheduler.exact import Exact
from scheduler.files.past import credit_of, elsewhere
from scheduler.files.schema import FileCandidate
from scheduler.files.values import in_favour
from scheduler.instance.absence import Absence, months_absent
from scheduler.instance.past import Told
from scheduler.instance.problems import Problem
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance
from scheduler.month import Month, format_month, format_span, runs
from scheduler.texts import LANGUAGES, Language, category_name, localised

FULL = 100  # percent of a post
NEARLY = 0.01  # FTE-months, of which nobody means that they are told twice
_IN_SUMS = (Told.CURRENT, Told.CREDITED)
"""Months whose credit ``credited`` tells, and their number ``months_done``."""


def past_remarks(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Every remark on what the file tells of the time before the horizon."""
    yield from _leave_over_rows(index, row)
    yield from _credited_nowhere(instance, index, row)
    yield from _credited_again(instance, index, candidate, row)
    yield from _untold(instance, index, candidate, row)


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


def _credited_nowhere(instance: Instance, index: int, row: FileCandidate) -> Iterator[Problem]:
    """Rows of which ``credited`` is said to have the credit already, where it has nothing of that category."""
    given = {category for category, amount in row.credited or () if amount}
    for number, served in enumerate(row.served):
        if not (served.in_credited and served.counted) or served.from_ is None or served.to is None:
            continue
        services = () if served.rotation is None else instance.rotations[served.rotation].share_by_service
        if services and given.isdisjoint(services):
            category = {lang: ", ".join(category_name(each).said(lang) for each in services) for lang in LANGUAGES}
            path, found = (
                ("candidates", index, "served", number, "in_credited"),
                format_span(served.from_, served.to + 1),
            )
            yield Problem("credited-nowhere", path, found, fields={"category": category})


def _credited_again(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Credit of a category of which rows tell, too, where no months are left since the start to have earned it in.

    From 2026-01 to 2026-10 a row tells ten months, and ``credited`` ten of the same category: none are left for these.
    Months of which it is said that ``credited`` tells them are worth their percent, any other a full one.
    """
    by_rows = credit_of([month for month in candidate.past if month.earns], instance.rotations)
    given = {category: in_favour(amount) for category, amount in row.credited or () if amount and by_rows.get(category)}
    since = _since(candidate)
    rows = {month.month for month in candidate.past if month.told not in _IN_SUMS}
    free = [month for month in range(since, instance.start) if month not in rows and not candidate.on_leave(month)]
    in_sums = {month.month: float(month.earned) / FULL for month in candidate.past if month.told in _IN_SUMS}
    if sum(given.values()) <= sum(in_sums.get(month, 1.0) for month in free) + NEARLY:
        return
    for category, amount in given.items():
        told = {
            "category": {lang: category_name(category).said(lang) for lang in LANGUAGES},
            "rows": {lang: _months_said(by_rows[category], lang) for lang in LANGUAGES},
            "credited": {lang: localised(amount, lang) for lang in LANGUAGES},
        }
        fields = {**told, "free": len(free), "since": format_month(since)}
        yield Problem("credited-and-served", ("candidates", index, "credited", category), str(amount), fields=fields)


def _untold(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Months between the start and the horizon of which no row tells, and more of them than the sums may stand for.

    Sums stand for what was before the first row first. Of that time they may well say less: leave is not told in them.
    """
    rows = [served for served in row.served if served.from_ is not None and served.to is not None]
    listed = {month for served in rows for month in range(served.from_ or 0, (served.to or 0) + 1)}
    listed |= {month.month for month in candidate.past}
    end = instance.start if candidate.until is None else min(instance.start, candidate.until + 1)
    holes = [month for month in range(_since(candidate), end) if month not in listed and not candidate.on_leave(month)]
    credited = ceil(sum(in_favour(amount) for _, amount in row.credited or ()))
    in_sums = sum(month.told in _IN_SUMS for month in candidate.past)
    stood_for = max(max(row.months_done, credited) - in_sums, 0) + elsewhere(row.served).months
    if credited or row.months_done or stood_for:
        first = min(listed, default=end)
        stood_for = max(stood_for - sum(month < first for month in holes), 0)
        holes = [month for month in holes if month > first]
    if len(holes) > stood_for:
        fields = {"missing": len(holes) - stood_for, "number": len(holes)}
        yield Problem("past-untold", ("candidates", index, "served"), _spans(holes), fields=fields)


def _since(candidate: Candidate) -> Month:
    """The first month of the training that the file knows of."""
    return min([candidate.start_earliest, *(month.month for month in candidate.past)])


def _spans(months: list[Month]) -> str:
    return ", ".join(format_span(start, end) for start, end, _ in runs((month, None) for month in months))


def _months_said(credit: Exact, lang: Language) -> object:
    return localised(float(credit) / CREDIT_PER_FTE_MONTH, lang)
