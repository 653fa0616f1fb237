"""What has moved since an earlier plan, candidate by candidate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.accounting import spans_by_key
from scheduler.month import Month
from scheduler.plan import Plan, PlanCandidate, PlanPublished, practice_in
from scheduler.report.workbook.book import Book
from scheduler.report.workbook.layout import FIRST_ROW, date_of

Before = PlanCandidate | PlanPublished
_HEADS = ("id", "name", "what", "from", "to", "was", "is")
_WIDTHS = (9, 26, 16, 12, 12, 44, 44)


@dataclass(frozen=True)
class ChangeRow:
    """One thing that is otherwise now; ``start`` and ``to`` (inclusive) where it is a matter of months."""

    candidate: str
    what: str
    was: str | Month | None
    now: str | Month | None
    start: Month | None = None
    to: Month | None = None


def changes(published: Iterable[Before], plan: Plan) -> Iterator[ChangeRow]:
    """Candidates who came and left, rotations month by month, then practice, group and the last month of service."""
    before = {entry.id: entry for entry in published}
    after = {entry.id: entry for entry in plan.candidates}
    for candidate_id in dict.fromkeys([*after, *before]):
        old, new = before.get(candidate_id), after.get(candidate_id)
        if old is None or new is None:
            yield ChangeRow(candidate_id, "joined" if old is None else "left", None, None)
            continue
        was, now = _rotations(old), _rotations(new)
        yield from _moved(candidate_id, "rotation", was, now)
        both = was.keys() & now.keys()
        yield from _moved(candidate_id, "practice", _offices(old, both), _offices(new, both))
        if old.group != new.group:
            yield ChangeRow(candidate_id, "group", old.group, new.group)
        if max(was, default=None) != max(now, default=None):
            yield ChangeRow(candidate_id, "finish", max(was, default=None), max(now, default=None))


def _rotations(entry: Before) -> dict[Month, str]:
    """The rotation of each service month."""
    if isinstance(entry, PlanCandidate):
        return {month.month: month.rotation for month in entry.months if month.rotation is not None}
    return {month: run.rotation for run in entry.runs for month in range(run.from_, run.to + 1)}


def _offices(entry: Before, months: Iterable[Month]) -> dict[Month, str]:
    """The office of each service month."""
    offices = ((month, practice_in(entry.practices, entry.practice, month)) for month in months)
    return {month: office for month, office in offices if office is not None}


def _moved(candidate_id: str, what: str, was: Mapping[Month, str], now: Mapping[Month, str]) -> Iterator[ChangeRow]:
    """Months in which the two plans differ, those that only one of them has included."""
    months = sorted(was.keys() | now.keys())
    differing = (((was.get(month), now.get(month)), month) for month in months if was.get(month) != now.get(month))
    for (before, after), span in spans_by_key(differing):
        yield ChangeRow(candidate_id, what, before, after, span.start, span.end - 1)


def write_changes(book: Book) -> None:
    """The sheet: a row a change; a sentence if there is nothing to compare with, or nothing has changed."""
    published = _published(book)
    found = [] if published is None else list(changes(published, book.plan))
    note = "note-no-baseline" if published is None else "note-changes" if found else "note-no-changes"
    sheet = book.titled_sheet("changes", note)
    book.heads(sheet, _HEADS, _WIDTHS)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(5)
    month = book.cell(num_format=book.date_format(), align="right")
    for row, change in enumerate(found, start=FIRST_ROW):
        candidate = book.instance.candidates.get(change.candidate)
        sheet.write_string(row, 0, change.candidate, book.cell(bold=True))
        sheet.write_string(row, 1, "" if candidate is None else candidate.name[:40], book.cell())
        sheet.write_string(row, 2, book.say(f"change-{change.what}"), book.cell())
        for column, at in ((3, change.start), (4, change.to)):
            if at is None:
                sheet.write_blank(row, column, None, month)
            else:
                sheet.write_datetime(row, column, date_of(at), month)
        for column, value in ((5, change.was), (6, change.now)):
            _write_value(book, sheet, row, column, change, value)


def _published(book: Book) -> Sequence[Before] | None:
    """The plan to compare with: the one given, else the one that this plan was made from; None without any."""
    if book.baseline is not None:
        return book.baseline.candidates
    return None if book.plan.baseline is None else book.plan.baseline.candidates


def _write_value(
    book: Book, sheet: object, row: int, column: int, change: ChangeRow, value: str | Month | None
) -> None:
    if isinstance(value, int):
        look = book.cell(num_format=book.date_format(), align="left")
        sheet.write_datetime(row, column, date_of(value), look)  # type: ignore[attr-defined]
        return
    words = "–" if value is None else book.rotation_name(value) if change.what == "rotation" else value
    sheet.write_string(row, column, words, book.cell())  # type: ignore[attr-defined]
