"""Guidance groups: who is in which (to be edited), why, and how full each group is."""

from __future__ import annotations

from collections.abc import Iterator

from xlsxwriter.utility import xl_rowcol_to_cell

from scheduler.accounting import Trajectory, group_of, members, plan_group_remarks
from scheduler.report.words import Words
from scheduler.report.workbook.book import BAND, EDITABLE, RED, RED_TINT, Book, Sheet
from scheduler.report.workbook.grid import choose
from scheduler.report.workbook.layout import FIRST_ROW, GROUP_HEADS, date_of
from scheduler.report.workbook.lists import Lists

_GROUP = GROUP_HEADS.index("group")
_WIDTHS = (7, 24, 12, 12, 12, 12, 70)
_TABLE_AT = len(GROUP_HEADS) + 1
_TABLE_HEADS = ("group", "group_start", "group_end", "places", "members", "who")
_TABLE_WIDTHS = (12, 12, 12, 8, 10, 46)


def write_groups(book: Book, lists: Lists) -> None:
    """The sheet: candidates to the left, groups to the right."""
    sheet = book.titled_sheet("groups", "note-groups")
    book.heads(sheet, GROUP_HEADS, _WIDTHS)
    book.heads(sheet, _TABLE_HEADS, _TABLE_WIDTHS, at=_TABLE_AT)
    sheet.set_row(5, 32)
    sheet.set_column(_TABLE_AT - 1, _TABLE_AT - 1, 3)
    sheet.freeze_panes(FIRST_ROW, 2)
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        _write_candidate(book, sheet, lists, trajectory, row)
    _write_table(book, sheet)


def _write_candidate(book: Book, sheet: Sheet, lists: Lists, trajectory: Trajectory, row: int) -> None:
    group, entry = group_of(trajectory), trajectory.entry
    sheet.write_string(row, 0, entry.id, book.cell(bold=True))
    sheet.write_string(row, 1, book.name_of(entry), book.cell(shrink=True))
    sheet.write_string(row, _GROUP, entry.membership or "", book.cell(bg_color=EDITABLE))
    if book.instance.groups:
        choose(sheet, row, _GROUP, lists.groups, book.say("choose-group"))
    month = book.cell(num_format=book.date_format(), align="right")
    for column, at in (
        (3, None if group is None else group.span.start),
        (4, None if group is None else group.span.end - 1),
    ):
        if at is None:
            sheet.write_blank(row, column, None, month)
        else:
            sheet.write_datetime(row, column, date_of(at), month)
    year = entry.open_group_year
    sheet.write(row, 5, "" if year is None else year, book.cell(align="center"))
    done = trajectory.candidate.group.done
    reason = book.say("group-done") if done else " ".join(_said(book, trajectory))
    sheet.write_string(row, 6, reason, book.cell(text_wrap=True, font_size=9, valign="top"))
    sheet.set_row(row, max(16, 13 * -(-len(reason) // 80)))


def _said(book: Book, trajectory: Trajectory) -> Iterator[str]:
    """Why this group, and what is to be told of the membership."""
    if trajectory.entry.group_reason is not None:
        yield trajectory.entry.group_reason.said(book.lang)
    words = Words(book.instance, book.lang)
    yield from (words.group_remark(plan_group_remark) for plan_group_remark in plan_group_remarks(trajectory))


def _write_table(book: Book, sheet: Sheet) -> None:
    who = members(book.trajectories)
    month = book.cell(num_format=book.date_format(), align="right", bg_color=BAND)
    red = book.format(font_color=RED, bg_color=RED_TINT, bold=True)
    for row, group in enumerate(book.instance.groups.values(), start=FIRST_ROW):
        named = who.get(group.id, [])
        sheet.write_string(row, _TABLE_AT, group.id, book.cell(bold=True))
        sheet.write_datetime(row, _TABLE_AT + 1, date_of(group.span.start), month)
        sheet.write_datetime(row, _TABLE_AT + 2, date_of(group.span.end - 1), month)
        sheet.write_number(row, _TABLE_AT + 3, group.places, book.cell(align="center", bg_color=BAND))
        here = xl_rowcol_to_cell(row, _TABLE_AT)
        formula = f"=SUMPRODUCT(--({book.down(_GROUP, absolute_column=True)}={here}))"
        sheet.write_formula(row, _TABLE_AT + 4, formula, book.cell(align="center"), len(named))
        sheet.write_string(row, _TABLE_AT + 5, ", ".join(named), book.cell(text_wrap=True, font_size=9))
        full = f"={xl_rowcol_to_cell(row, _TABLE_AT + 4)}>{xl_rowcol_to_cell(row, _TABLE_AT + 3)}"
        sheet.conditional_format(
            row, _TABLE_AT + 4, row, _TABLE_AT + 4, {"type": "formula", "criteria": full, "format": red}
        )
