"""What rows of absence must be to mean anything; and what of them has no effect, or what they come to."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.files.resolve import absences
from scheduler.files.rows import FileRow
from scheduler.files.schema import FileAbsence, FileCandidate
from scheduler.instance.absence import Absence, absent_shares
from scheduler.instance.problems import Problem
from scheduler.instance.types import Candidate, Instance, Rules
from scheduler.month import first_day, format_month, format_span, last_day, month_of, runs
from scheduler.texts import LANGUAGES, Phrase, phrase

CandidateRow = FileRow[FileCandidate]


def check_absence(row: CandidateRow) -> Iterator[Problem]:
    """Days that are told twice, and days outside the candidate's time: before the training, or after the contract."""
    if not row.sound("absence"):
        return
    rows = [(index, absence) for index, absence in enumerate(row.data.absence) if absence.from_ <= absence.to]
    yield from _overlaps(row, rows)
    for index, absence in rows:
        yield from _outside(row, index, absence)


def _overlaps(row: CandidateRow, rows: list[tuple[int, FileAbsence]]) -> Iterator[Problem]:
    latest: tuple[int, FileAbsence] | None = None
    for index, absence in sorted(rows, key=lambda each: each[1].from_):
        if latest is not None and absence.from_ <= latest[1].to:
            later, earlier = max(index, latest[0]), min(index, latest[0])
            fields = {"other": f"absence[{earlier}]"}
            yield Problem("absence-overlap", row.path("absence", later), str(absence.from_), fields=fields)
        if latest is None or absence.to > latest[1].to:
            latest = (index, absence)


def _outside(row: CandidateRow, index: int, absence: FileAbsence) -> Iterator[Problem]:
    if not row.sound("served"):
        return
    served = [each.from_ for each in row.data.served if each.rotation is not None and each.from_ is not None]
    began, until = min([row.data.earliest_start, *served]), row.data.until
    if month_of(absence.from_) < began:
        fields = {"start": str(first_day(began))}
        yield Problem("absence-before-start", row.path("absence", index, "from"), str(absence.from_), fields=fields)
    if until is not None and row.sound("until") and month_of(absence.to) > until:
        fields = {"until": str(last_day(until))}
        yield Problem("absence-after-until", row.path("absence", index, "to"), str(absence.to), fields=fields)


def absence_remarks(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Rows without effect, and what those with one come to."""
    for number, absence in enumerate(row.absence):
        days = Absence(absence.from_, absence.to, absence.percent)
        path = ("candidates", index, "absence", number)
        if not absent_shares([days]):
            yield Problem("absence-no-weekday", path, str(absence.from_))
        elif not _has_effect(candidate, row, days):
            yield Problem("absence-no-service", path, f"{absence.from_} – {absence.to}")
        elif days.months().start >= instance.end:
            fields = {"first": format_month(candidate.start_earliest), "last": format_month(instance.end - 1)}
            yield Problem("row-outside", path, f"{absence.from_} – {absence.to}", fields=fields)
    if row.absence:
        yield from _reckoned(instance, index, candidate, row)


def _has_effect(candidate: Candidate, row: FileCandidate, days: Absence) -> bool:
    """Whether there is a month of it that is not leave for another reason."""
    on_leave = {month for leave in row.leave for month in range(leave.from_, leave.to + 1)}
    return any(candidate.percent.at(month) for month in days.months() if month not in on_leave)


def _reckoned(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """What the months with days absent count as, and the reading in use."""
    partly = sorted(
        month for month, share in absent_shares(absences(row)).items() if share < 1 and month < instance.end
    )
    told = {month.month: month.earned for month in candidate.past}  # of the others before the horizon sums tell
    counts = {
        month: told.get(month, candidate.earned_at(month))
        for month in partly
        if month >= instance.start or month in told
    }
    served = [(month, percent) for month, percent in counts.items() if percent]
    if served:
        said = [
            phrase("problems.absence-counts", when=format_span(start, end), percent=percent)
            for start, end, percent in runs(served)
        ]
        fields = {
            "counts": {lang: "; ".join(each.said(lang) for each in said) for lang in LANGUAGES},
            "reading": {lang: absence_reading(candidate.rules).said(lang) for lang in LANGUAGES},
        }
        rows = [Absence(each.from_, each.to).months() for each in row.absence]
        first = next(number for number, months in enumerate(rows) if any(counts.get(month) for month in months))
        yield Problem("absence-reckoned", ("candidates", index, "absence", first), fields=fields)


def absence_reading(rules: Rules) -> Phrase:
    """How section 31 is read: how much absence is free, over what time, and what is taken off when there is more."""
    if not rules.absence_free_share:
        return phrase("problems.absence-none-free")
    key = f"problems.absence-free-{rules.absence_window}-{rules.absence_counts}"
    return phrase(key, share=rules.absence_free_share)
