"""Supervisors: who guides whom and when (to be edited), and the hours this takes in each year."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.accounting.guidance import guidance
from scheduler.plan import PlanCandidate, PlanSupervision
from scheduler.report.workbook.book import BAND, EDITABLE, Book, Sheet
from scheduler.report.workbook.grid import choose
from scheduler.report.workbook.layout import FIRST_ROW, SUPERVISOR_HEADS, date_of
from scheduler.report.workbook.lists import Lists

_WIDTHS = (9, 26, 14, 12, 12)
_SPARE_ROWS = 20
_TABLE_AT = len(SUPERVISOR_HEADS) + 1
_TABLE_HEADS = (
    "supervisor",
    "supervisor_name",
    "year",
    "n_candidates",
    "n_months",
    "hours",
    "preparation",
    "hours_sum",
)
_TABLE_WIDTHS = (12, 30, 8, 11, 11, 12, 14, 10)


def write_supervisors(book: Book, lists: Lists) -> None:
    """The sheet: periods to the left, hours to the right."""
    sheet = book.titled_sheet("supervisors", "note-supervisors")
    book.heads(sheet, SUPERVISOR_HEADS, _WIDTHS)
    book.heads(sheet, _TABLE_HEADS, _TABLE_WIDTHS, at=_TABLE_AT)
    sheet.set_row(5, 32)
    sheet.set_column(_TABLE_AT - 1, _TABLE_AT - 1, 3)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(5)
    rows = list(_periods(book))
    for row, (entry, period) in enumerate([*rows, *[(None, None)] * _SPARE_ROWS], start=FIRST_ROW):
        _write_period(book, sheet, lists, row, entry, period)
    _write_hours(book, sheet)


def _periods(book: Book) -> Iterator[tuple[PlanCandidate, PlanSupervision]]:
    for entry in book.entries:
        for period in entry.supervisors:
            yield entry, period


def _write_period(
    book: Book, sheet: Sheet, lists: Lists, row: int, entry: PlanCandidate | None, period: PlanSupervision | None
) -> None:
    """A period, or an empty row for one more."""
    edit = book.cell(bg_color=EDITABLE)
    month = book.cell(bg_color=EDITABLE, num_format=book.date_format(), align="right")
    if book.instance.supervisors:
        choose(sheet, row, 2, lists.supervisors, book.say("choose-supervisor"))
    if entry is None or period is None:
        for column, look in enumerate((edit, book.cell(), edit, month, month)):
            sheet.write_blank(row, column, None, look)
        return
    sheet.write_string(row, 0, entry.id, book.cell(bg_color=EDITABLE, bold=True))
    sheet.write_string(row, 1, book.name_of(entry), book.cell(shrink=True))
    sheet.write_string(row, 2, period.id, edit)
    sheet.write_datetime(row, 3, date_of(period.from_), month)
    sheet.write_datetime(row, 4, date_of(period.to), month)


def _write_hours(book: Book, sheet: Sheet) -> None:
    """A row for each supervisor and year: candidates, months, hours of guidance and of preparation."""
    hours = book.cell(num_format=book.decimal_format("0.0#"), bg_color=BAND)
    row = FIRST_ROW
    for told in guidance(book.instance, book.entries):
        for year in told.years:
            sheet.write_string(row, _TABLE_AT, told.id, book.cell(bold=True, bg_color=BAND))
            name = book.instance.supervisors[told.id].name
            sheet.write_string(row, _TABLE_AT + 1, name[:40], book.cell(bg_color=BAND))
            for offset, number in enumerate((year.year, year.candidates, year.months), start=2):
                sheet.write_number(row, _TABLE_AT + offset, number, book.cell(align="center", bg_color=BAND))
            both = round(year.guidance_hours + year.preparation_hours, 4)
            for offset, figure in enumerate((year.guidance_hours, year.preparation_hours, both), start=5):
                sheet.write_number(row, _TABLE_AT + offset, figure, hours)
            row += 1
