"""The first sheet: candidates by months, one cell a rotation, to be read in a meeting and edited by hand."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell

from scheduler.accounting import Trajectory, spans
from scheduler.instance.types import Rotation
from scheduler.month import Month
from scheduler.report import style
from scheduler.report.workbook import service
from scheduler.report.workbook.book import BAND, EDITABLE, RED, RED_TINT, Book, Format, Sheet, shortened
from scheduler.report.workbook.counters import OVER_COLUMN, Counted, write_counters
from scheduler.report.workbook.layout import (
    FIRST_MONTH,
    FIRST_ROW,
    HEAD_ROW,
    LEAVE,
    PLAN_HEADS,
    date_of,
    spelled_offices,
)
from scheduler.report.workbook.lists import Lists

_WIDTHS = (7, 21, 10.5, 9, 8, 15)
_MONTH_WIDTH = 4.6
_HATCHED = 14
_OVER_ROW, _LACKING_ROW = 2, 3
_FULL = 100
_LEGEND_COLUMNS, _LEGEND_STEP = 4, 10
_SIGNS: dict[str, dict[str, object]] = {
    "leave": {"pattern": _HATCHED, "fg_color": style.LEAVE_LINE, "bg_color": style.HAIRLINE},
    "part-time": {"italic": True},
    "fixed": {"bold": True, "underline": 1},
}


def write_plan(book: Book, lists: Lists) -> None:
    """The grid with its drop-downs and colours, the counters under it, and the legend."""
    sheet = book.titled_sheet("plan", "note-plan")
    book.heads(sheet, PLAN_HEADS, _WIDTHS)
    book.calendar(sheet, _MONTH_WIDTH)
    sheet.freeze_panes(FIRST_ROW, FIRST_MONTH)
    sheet.outline_settings(True, False, True, False)
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        sheet.set_row(row, 16.5)
        _write_left(book, sheet, lists, trajectory, row)
        _write_months(book, sheet, lists, trajectory, row)
    _colour(book, sheet)
    after = _write_legend(book, sheet, book.last_row + 2)
    counted = write_counters(book, sheet, lists, after + 1)
    _write_verdict(book, sheet, counted)
    book.print_calendar(sheet, counted.last_shown)


def _write_left(book: Book, sheet: Sheet, lists: Lists, trajectory: Trajectory, row: int) -> None:
    """Who it is, the office (to be edited), the start, and two live figures."""
    entry = trajectory.entry
    sheet.write_string(row, 0, entry.id, book.cell(bold=True))
    sheet.write_string(row, 1, book.name_of(entry), book.cell(shrink=True))
    sheet.write_string(row, 2, spelled_offices(entry), book.cell(bg_color=EDITABLE, font_size=9))
    if len(entry.practices) < 2:
        choose(sheet, row, 2, lists.offices, book.say("choose-practice"))
    start = book.cell(num_format=book.date_format("mmm yyyy"), font_size=9, align="center", bg_color=EDITABLE)
    sheet.write_datetime(row, 3, date_of(entry.start), start)
    figures = service.figures(book, trajectory)
    counted = book.cell(num_format=book.decimal_format(), align="center", bold=True)
    sheet.write_formula(row, 4, "=" + service.address(book, "counted", row), counted, figures["counted"])
    words = [book.say(f"lack-{key}") for key in lacking(figures)]
    state = figures["state"]
    value = state or " ".join(words)
    sheet.write_formula(row, 5, _lacking_formula(book, row), book.cell(font_size=9, shrink=True), value)


def lacking(figures: dict[str, float | str]) -> list[str]:
    """What of the ruleset's sums is not reached: ``total``, categories, ``shifts``."""
    short = [key.removeprefix("lack_") for key in figures if key.startswith("lack_") and float(figures[key]) > 0]
    return [*short, *(["shifts"] if float(figures["shifts_total"]) < float(figures["shifts_needed"]) else [])]


def _lacking_formula(book: Book, row: int) -> str:
    there = {key: service.address(book, key, row) for key in book.service_heads}
    tests = {key.removeprefix("lack_"): f"{cell}>0" for key, cell in there.items() if key.startswith("lack_")}
    tests["shifts"] = f"{there['shifts_total']}<{there['shifts_needed']}"
    words = "&".join(f'IF({test},"{book.say(f"lack-{key}")} ","")' for key, test in tests.items())
    return f'=IF({there["state"]}<>"",{there["state"]},TRIM({words}))'


def _write_months(book: Book, sheet: Sheet, lists: Lists, trajectory: Trajectory, row: int) -> None:
    """The codes of the planned months; leave is hatched, months before the start are grey."""
    planned = {each_month.month: each_month.rotation for each_month in trajectory.entry.months}
    fixed = {month for block in trajectory.candidate.fixed for month in block.span.months()}
    for month in book.months:
        look = _look(book, trajectory, month, month in fixed)
        if month not in planned:
            sheet.write_blank(row, book.column(month), None, look)
            continue
        rotation = planned[month]
        if rotation is None and not trajectory.candidate.on_leave(month):  # a gap, which the colours show in red
            sheet.write_blank(row, book.column(month), None, look)
            continue
        said = LEAVE if rotation is None else book.codes.get(rotation, rotation)
        sheet.write_string(row, book.column(month), said, look)
    last = book.column(book.instance.end - 1)
    allowed = lists.allowed[trajectory.candidate.allowed]
    choose(sheet, row, FIRST_MONTH, allowed, book.say("choose-rotation"), last)
    for span in spans(month for month in book.months if trajectory.candidate.on_leave(month)):
        cell = xl_rowcol_to_cell(row, book.column(span.start))
        area = (row, book.column(span.start), row, book.column(span.end - 1))
        empty = {"type": "formula", "criteria": f'=OR({cell}="",{cell}="{LEAVE}")', "stop_if_true": True}
        sheet.conditional_format(*area, empty)
        rule = {
            "type": "formula",
            "criteria": f'=AND({cell}<>"",{cell}<>"{LEAVE}")',
            "format": book.format(font_color=RED, bg_color=RED_TINT, bold=True),
            "stop_if_true": True,
        }
        sheet.conditional_format(*area, rule)


def _look(book: Book, trajectory: Trajectory, month: Month, fixed: bool) -> Format:
    """A cell of the grid: hatched on leave, grey before the start, slanted when part-time, bold when fixed."""
    candidate = trajectory.candidate
    given: dict[str, object] = {"font_size": 8, "align": "center", "border": 7, "border_color": style.HAIRLINE}
    if month < trajectory.first:
        given["bg_color"] = BAND
    elif candidate.on_leave(month):
        given.update(pattern=_HATCHED, fg_color=style.LEAVE_LINE, bg_color=style.HAIRLINE)
    elif candidate.percent_at(month) < _FULL:
        given["italic"] = True
    if fixed:
        given.update(bold=True, underline=1)
    return book.format(**given, **book.year_line(month))


def choose(sheet: Sheet, row: int, column: int, source: str, error: str, last_column: int | None = None) -> None:
    """A drop-down over one row's cells; anything else is refused with a sentence."""
    sheet.data_validation(
        row, column, row, column if last_column is None else last_column,
        {
            "validate": "list", "source": f"={source}", "ignore_blank": True,
            "error_title": "Plan", "error_message": error[:255], "error_type": "stop",
        },
    )  # fmt: skip


def colour_of(book: Book, rotation: Rotation) -> str:
    """The house's colour of a rotation; a shared week is a lighter tone of it."""
    colour = style.families(book.instance)[style.family_arena(rotation)].colour
    shared = rotation.uses_practice and len(rotation.mix) > 1
    return style.blend(colour, "#FFFFFF", 0.6) if shared else colour


def _colour(book: Book, sheet: Sheet) -> None:
    """Colours follow the codes, so that they are right after an edit too; what is no code, or a gap, is red."""
    last = book.column(book.instance.end - 1)
    area = (FIRST_ROW, FIRST_MONTH, book.last_row, last)
    first = xl_rowcol_to_cell(FIRST_ROW, FIRST_MONTH)
    unknown = f'=AND({first}<>"",{first}<>"{LEAVE}",COUNTIF(Koder,{first})=0)'
    red = book.format(font_color=RED, bg_color=RED_TINT, bold=True)
    sheet.conditional_format(*area, {"type": "formula", "criteria": unknown, "format": red})
    later = f"{xl_rowcol_to_cell(FIRST_ROW, FIRST_MONTH + 1)}:{xl_rowcol_to_cell(FIRST_ROW, last, col_abs=True)}"
    month, start = xl_rowcol_to_cell(HEAD_ROW, FIRST_MONTH, row_abs=True), xl_rowcol_to_cell(FIRST_ROW, 3, col_abs=True)
    gap = f'=AND({first}="",{month}>={start},COUNTIF({later},"?*")>0)'
    sheet.conditional_format(*area, {"type": "formula", "criteria": gap, "format": red})
    for rotation in book.instance.rotations.values():
        ground = colour_of(book, rotation)
        look = book.workbook.add_format({"bg_color": ground, "font_color": style.ink_on(ground)})
        value = f'"{book.codes[rotation.id]}"'
        sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": value, "format": look})
    lacks = xl_rowcol_to_cell(FIRST_ROW, 5, col_abs=True)
    words = book.say("unfinished")
    rule = {"type": "formula", "criteria": f'=AND({lacks}<>"",{lacks}<>"{words}")', "format": red}
    sheet.conditional_format(FIRST_ROW, 4, book.last_row, 5, rule)


def _write_verdict(book: Book, sheet: Sheet, counted: Counted) -> None:
    """Two sums above the grid that tell at once whether an edit broke a ceiling or left somebody short."""
    label, number = book.format(bold=True), book.cell(bold=True, align="center")
    sheet.write_string(_OVER_ROW, FIRST_MONTH, book.say("how-to-check"), book.format(font_color=style.QUIET))
    red = book.format(font_color=RED, bg_color=RED_TINT, bold=True)
    lacks = f"{xl_rowcol_to_cell(FIRST_ROW, OVER_COLUMN)}:{xl_rowcol_to_cell(book.last_row, OVER_COLUMN)}"
    words = book.say("unfinished")
    short = sum(
        not trajectory.unfinished and bool(lacking(service.figures(book, trajectory)))
        for trajectory in book.trajectories
    )
    for row, key, formula, value in (
        (_OVER_ROW, "verdict-over", counted.over, counted.n_over),
        (_LACKING_ROW, "verdict-lacking", f'SUMPRODUCT(--({lacks}<>""),--({lacks}<>"{words}"))', short),
    ):
        sheet.write_string(row, 0, book.say(key), label)
        sheet.write_formula(row, OVER_COLUMN - 1, f"={formula}", number, value)
        rule = {"type": "cell", "criteria": ">", "value": 0, "format": red}
        sheet.conditional_format(row, OVER_COLUMN - 1, row, OVER_COLUMN - 1, rule)


def _write_legend(book: Book, sheet: Sheet, row: int) -> int:
    """Codes with their names and colours, and what the signs mean, in columns; the row after it.

    The heading is also where whoever reads the grid back knows that it ends.
    """
    sheet.write_string(row, 0, book.say("legend"), book.format(bold=True))
    shown: list[tuple[str, dict[str, object], str]] = []
    for rotation in book.instance.rotations.values():
        ground = colour_of(book, rotation)
        look: dict[str, object] = {"bg_color": ground, "font_color": style.ink_on(ground)}
        shown.append((book.codes[rotation.id], look, rotation.name))
    shown += [(LEAVE if key == "leave" else "abc", look, book.say(f"sign-{key}")) for key, look in _SIGNS.items()]
    columns = [0, *range(FIRST_MONTH, book.column(book.last_used), _LEGEND_STEP)][:_LEGEND_COLUMNS]
    n_rows = -(-len(shown) // len(columns))
    for number, (code, given, words) in enumerate(shown):
        at, place = columns[number // n_rows], row + 1 + number % n_rows
        sheet.write_string(place, at, code, book.cell(align="center", font_size=8, **given))
        sheet.write_string(place, at + 1, shortened(words, 44), book.format())
    return row + 1 + n_rows
