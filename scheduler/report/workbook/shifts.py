"""Shifts: a number for each candidate and month, to be edited; sums by candidate and roster follow."""

from __future__ import annotations

from collections import Counter

from xlsxwriter.utility import xl_col_to_name, xl_range, xl_rowcol_to_cell

from scheduler.accounting import Trajectory, roster_of, shifts_by_month
from scheduler.instance.types import Arena
from scheduler.report import style
from scheduler.report.workbook.book import BAND, EDITABLE, FULL_TINT, RED, RED_TINT, Book, Sheet
from scheduler.report.workbook.layout import FIRST_MONTH, FIRST_ROW, SHIFT_HEADS

_WIDTHS = (7, 24, 14, 9, 9, 9)
_MONTH_WIDTH = 3.6
_ROSTER, _BEFORE, _TOTAL, _NEEDED = (
    SHIFT_HEADS.index(key) for key in ("roster", "shifts_before", "shifts_total", "shifts_needed")
)


def write_shifts(book: Book) -> None:
    """The sheet: the calendar of shifts, and each roster's sum against what it has."""
    sheet = book.titled_sheet("shifts", "note-shifts", shifts=True)
    book.heads(sheet, SHIFT_HEADS, _WIDTHS)
    book.calendar(sheet, _MONTH_WIDTH)
    sheet.freeze_panes(FIRST_ROW, FIRST_MONTH)
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        _write_candidate(book, sheet, trajectory, row)
    row = book.last_row + 2
    sheet.write_string(row, 0, book.say("rosters"), book.format(bold=True))
    for roster in book.instance.parallel_arenas:
        row += 1
        _write_roster(book, sheet, roster, row)
        row += 1  # the hidden row of room
    book.print_calendar(sheet, row)


def _write_candidate(book: Book, sheet: Sheet, trajectory: Trajectory, row: int) -> None:
    candidate, rules = trajectory.candidate, trajectory.candidate.rules
    roster = roster_of(book.instance, candidate)
    sheet.write_string(row, 0, candidate.id, book.cell(bold=True))
    sheet.write_string(row, 1, book.name_of(trajectory.entry), book.cell(shrink=True))
    sheet.write_string(row, _ROSTER, "" if roster is None else roster.id, book.cell(font_size=9))
    sheet.write_number(row, _BEFORE, candidate.shifts_done, book.cell(align="center", bg_color=BAND))
    given = shifts_by_month(trajectory)
    total = f"={xl_rowcol_to_cell(row, _BEFORE)}+SUM({book.across(row)})"
    sheet.write_formula(
        row, _TOTAL, total, book.cell(align="center", bold=True), candidate.shifts_done + sum(given.values())
    )
    sheet.write_number(row, _NEEDED, rules.legevakt_shifts, book.cell(align="center", bg_color=BAND))
    for month in book.months:
        look = _look(book, trajectory, month)
        if month in given:
            sheet.write_number(row, book.column(month), given[month], look)
        else:
            sheet.write_blank(row, book.column(month), None, look)
    _colour(book, sheet, trajectory, row)


def _look(book: Book, trajectory: Trajectory, month: int) -> object:
    """Hatched on leave, grey where no shifts may be taken (before the course, before the start, in a hospital)."""
    given: dict[str, object] = {"font_size": 9, "align": "center", "border": 7, "border_color": style.HAIRLINE}
    served, opens = trajectory.by_month.get(month), trajectory.candidate.legevakt_from
    if trajectory.candidate.on_leave(month) and trajectory.first <= month < trajectory.end:
        given.update(pattern=14, fg_color=style.LEAVE_LINE, bg_color=style.HAIRLINE)
    elif served is None or not served.rotation.legevakt or (opens is not None and month < opens):
        given["bg_color"] = BAND
    else:
        given["bg_color"] = EDITABLE
    return book.format(**given, **book.year_line(month))


def _colour(book: Book, sheet: Sheet, trajectory: Trajectory, row: int) -> None:
    """Red above the most a month, and where the total is short."""
    red = book.format(font_color=RED, bg_color=RED_TINT, bold=True)
    most = trajectory.candidate.rules.legevakt_max_per_month
    last = book.column(book.instance.end - 1)
    sheet.conditional_format(
        row, FIRST_MONTH, row, last, {"type": "cell", "criteria": ">", "value": most, "format": red}
    )
    if not trajectory.unfinished:
        needed = trajectory.candidate.rules.legevakt_shifts
        sheet.conditional_format(
            row, _TOTAL, row, _TOTAL, {"type": "cell", "criteria": "<", "value": needed, "format": red}
        )
    refuse = {
        "validate": "integer", "criteria": "between", "minimum": 0, "maximum": 99,
        "error_title": "Plan", "error_message": book.say("choose-shifts"),
    }  # fmt: skip
    sheet.data_validation(row, FIRST_MONTH, row, last, refuse)


def _write_roster(book: Book, sheet: Sheet, roster: Arena, row: int) -> None:
    """All candidates' shifts a month on a roster; red above what it has, which stands in the hidden row below."""
    label = book.cell(bg_color=BAND)
    sheet.write_string(row, 0, roster.id, label)
    sheet.write_string(row, 1, book.say("roster-sum"), label)
    used: Counter[int] = Counter()
    for trajectory in book.trajectories:
        if roster_of(book.instance, trajectory.candidate) is roster:
            used.update(shifts_by_month(trajectory))
    rosters = book.down(_ROSTER, absolute_column=True)
    sheet.set_row(row + 1, None, None, {"hidden": True, "level": 1})
    for month in book.months:
        at = book.column(month)
        formula = f"=SUMIF({rosters},$A{row + 1},{book.down(at)})"
        look = book.cell(font_size=9, align="center", num_format='0;-0;"·"', **book.year_line(month))
        sheet.write_formula(row, at, formula, look, used[month])
        sheet.write_number(row + 1, at, 1_000_000 if roster.shifts is None else roster.shifts.at(month))
    first, room = xl_col_to_name(FIRST_MONTH), xl_rowcol_to_cell(row + 1, FIRST_MONTH)
    for sign, look in ((">", {"font_color": RED, "bg_color": RED_TINT}), ("=", {"bg_color": FULL_TINT})):
        rule = {
            "type": "formula",
            "criteria": f"={first}{row + 1}{sign}{room}",
            "format": book.format(bold=True, **look),
        }
        sheet.conditional_format(xl_range(row, FIRST_MONTH, row, book.column(book.instance.end - 1)), rule)
