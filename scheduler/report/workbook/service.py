"""Service sums: what each candidate's months amount to, live, against what the ruleset asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from scheduler.accounting import Trajectory, counted, earliest_finish, finish_of, fte_months, service_sums, work_in
from scheduler.instance.types import COUNTED_SERVICES, CREDIT_PER_FTE_MONTH, Requirement, Service
from scheduler.report.workbook.book import BAND, RED, RED_TINT, Book, Format, Sheet
from scheduler.report.workbook.layout import FIRST_MONTH, FIRST_ROW, HEAD_ROW, SHIFT_HEADS, date_of, serial
from scheduler.report.workbook.lists import Lists

_AMBER_TINT = "#FCE8C2"
_SUMS = ("open", "other", "institution")
_SERVICES = dict(zip(_SUMS, (Service.OPEN_PRACTICE, Service.OTHER_GENERAL, Service.INSTITUTION), strict=True))
_NEEDS = ("need_total", "need_open", "need_institution")
_CAPS = ("cap_open", "cap_other", "cap_general", "cap_institution")
_LACKS = ("lack_total", "lack_open", "lack_institution")
HEADS = (
    "id", "name", "service_months", "before_open", "before_other", "before_institution", *_SUMS, "counted", "uncounted",
    *_NEEDS, *_CAPS, *_LACKS, "shifts_total", "shifts_needed", "earliest", "finish", "delay", "state",
)  # fmt: skip
_WIDTHS = (6, 22, *(8.3,) * (len(HEADS) - 3), 10)
_DATES = frozenset({"earliest", "finish"})
_WHOLE = frozenset({"service_months", "shifts_total", "shifts_needed", "delay"})
_GIVEN = frozenset({"before_open", "before_other", "before_institution", *_NEEDS, *_CAPS, "earliest", "shifts_needed"})


def column(key: str) -> int:
    """The column of a figure."""
    return HEADS.index(key)


def address(book: Book, key: str, row: int) -> str:
    """A figure of a row, as other sheets name it."""
    return book.ref("service") + str(xl_rowcol_to_cell(row, column(key), col_abs=True))


def write_service(book: Book, lists: Lists) -> None:
    """The sheet: a row a candidate, figures from the accounting as values and formulas over the plan behind them."""
    sheet = book.titled_sheet("service", "note-service")
    book.heads(sheet, HEADS, _WIDTHS)
    sheet.set_row(HEAD_ROW, 48)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.repeat_rows(HEAD_ROW)
    sheet.repeat_columns(0, 1)
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        _write_candidate(book, sheet, lists, trajectory, row)
    _colour(book, sheet)
    for number, requirement in enumerate(book.instance.requirements):
        _write_requirement(book, sheet, lists, requirement, len(HEADS) + number)


def figures(book: Book, trajectory: Trajectory) -> dict[str, float | str]:
    """Every figure of a candidate as the accounting has it; dates are months."""
    rules, sums, before = trajectory.candidate.rules, service_sums(trajectory), trajectory.candidate.credited
    own = {key: fte_months(sums[service]) for key, service in _SERVICES.items()}
    needs = (rules.total, rules.open_practice_min, rules.institution_min)
    caps = (rules.open_practice_cap, rules.other_general_cap, rules.general_cap, rules.institution_cap)
    have = counted(sums, rules)
    got = (have, sums[Service.OPEN_PRACTICE], sums[Service.INSTITUTION])
    earliest = earliest_finish(trajectory.candidate, trajectory.first)
    last = (
        finish_of(book.instance, trajectory) if trajectory.unfinished else trajectory.end - 1
    )  # as the row of the grid ends
    return {
        "service_months": len(trajectory.service),
        **{f"before_{key}": fte_months(before.get(service, 0)) for key, service in _SERVICES.items()},
        **own,
        "counted": fte_months(have),
        "uncounted": fte_months(sum(sums[service] for service in COUNTED_SERVICES) - have),
        **dict(zip(_NEEDS, map(fte_months, needs), strict=True)),
        **dict(zip(_CAPS, map(fte_months, caps), strict=True)),
        **{key: fte_months(max(0, need - has)) for key, need, has in zip(_LACKS, needs, got, strict=True)},
        "shifts_total": trajectory.candidate.shifts_done + sum(row.shifts for row in trajectory.entry.shifts),
        "shifts_needed": rules.legevakt_shifts,
        "earliest": earliest,
        "finish": last,
        "delay": max(0, last - earliest),
        "state": book.say("unfinished") if trajectory.unfinished else "",
    }


def _write_candidate(book: Book, sheet: Sheet, lists: Lists, trajectory: Trajectory, row: int) -> None:
    values = figures(book, trajectory)
    sheet.write_string(row, 0, trajectory.candidate.id, book.cell(bold=True))
    sheet.write_string(row, 1, book.name_of(trajectory.entry), book.cell(shrink=True))
    formulas = _formulas(book, lists, row, trajectory.unfinished)
    for key, value in values.items():
        at, look = column(key), _look(book, key)
        if key in formulas:
            shown = serial(int(value)) if key in _DATES else value
            sheet.write_formula(row, at, "=" + formulas[key], look, shown)
        elif key in _DATES:
            sheet.write_datetime(row, at, date_of(int(value)), look)
        elif isinstance(value, str):
            sheet.write_string(row, at, value, look)
        else:
            sheet.write_number(row, at, value, look)


def _look(book: Book, key: str) -> Format:
    shade = {"bg_color": BAND} if key in _GIVEN else {}
    if key in _DATES:
        return book.cell(num_format=book.date_format(), align="right", **shade)
    if key == "state":
        return book.cell()
    pattern = "0" if key in _WHOLE else book.decimal_format("0.0#")
    bold = {"bold": True} if key == "counted" else {}
    return book.cell(num_format=pattern, **shade, **bold)


def _formulas(book: Book, lists: Lists, row: int, unfinished: bool) -> dict[str, str]:
    """The live figures of a row. A finish that lies beyond the horizon is a projection and does not move."""
    here: Callable[[str], str] = lambda key: f"${xl_col_to_name(column(key))}{row + 1}"  # noqa: E731 - reads as a sentence
    codes = book.ref("plan") + book.across(row)
    percents = book.ref("percent") + book.across(row)
    formulas = {"service_months": f"SUMPRODUCT(COUNTIF({codes},{lists.codes}))"}
    for key, service in _SERVICES.items():
        worked = f"SUMPRODUCT(SUMIF({lists.codes},{codes},{lists.services[service]})*{percents})"
        formulas[key] = f"ROUND({here(f'before_{key}')}+{worked}/{CREDIT_PER_FTE_MONTH},4)"
    general = f"MIN({here('cap_open')},{here('open')})+MIN({here('cap_other')},{here('other')})"
    formulas["counted"] = (
        f"ROUND(MIN({here('cap_general')},{general})+MIN({here('cap_institution')},{here('institution')}),4)"
    )
    formulas["uncounted"] = f"ROUND({here('open')}+{here('other')}+{here('institution')}-{here('counted')},4)"
    for lack, need, have in zip(_LACKS, _NEEDS, ("counted", "open", "institution"), strict=True):
        formulas[lack] = f"ROUND(MAX(0,{here(need)}-{here(have)}),4)"
    total = xl_rowcol_to_cell(row, SHIFT_HEADS.index("shifts_total"), col_abs=True)
    formulas["shifts_total"] = f"{book.ref('shifts')}{total}"
    if not unfinished:
        dates = book.ref("plan") + xl_range_abs(HEAD_ROW, FIRST_MONTH, HEAD_ROW, book.column(book.instance.end - 1))
        formulas["finish"] = f'SUMPRODUCT(MAX(({codes}<>"")*{dates}))'
        late, soon = here("finish"), here("earliest")
        months = f"(YEAR({late})-YEAR({soon}))*12+MONTH({late})-MONTH({soon})"
        formulas["delay"] = f"MAX(0,{months})"
    return formulas


def _colour(book: Book, sheet: Sheet) -> None:
    """Red where something is missing, amber where more is worked than counts; an unfinished candidate lacks nothing."""
    red, amber = book.format(font_color=RED, bg_color=RED_TINT, bold=True), book.format(bg_color=_AMBER_TINT)
    state = f"${xl_col_to_name(column('state'))}{FIRST_ROW + 1}"
    for keys, criteria, look in _rules():
        for key in keys:
            at = xl_rowcol_to_cell(FIRST_ROW, column(key), col_abs=True)
            spelled = criteria.format(here=at, **_cells())
            rule = {"type": "formula", "criteria": f'=AND({state}="",{spelled})', "format": red if look else amber}
            sheet.conditional_format(FIRST_ROW, column(key), book.last_row, column(key), rule)


def _cells() -> dict[str, str]:
    return {key: f"${xl_col_to_name(column(key))}{FIRST_ROW + 1}" for key in HEADS}


def _rules() -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Columns, when they are coloured, and whether in red."""
    yield _LACKS, "{here}>0", True
    yield ("counted",), "{lack_total}>0", True
    yield ("open",), "{lack_open}>0", True
    yield ("institution",), "{lack_institution}>0", True
    yield ("shifts_total",), "{shifts_total}<{shifts_needed}", True
    yield ("open",), "{open}>{cap_open}", False
    yield ("other",), "{other}>{cap_other}", False
    yield ("institution",), "{institution}>{cap_institution}", False
    yield ("delay",), "{delay}>0", False


def _write_requirement(book: Book, sheet: Sheet, lists: Lists, requirement: Requirement, at: int) -> None:
    """A column for a requirement of the instance: FTE-months in its rotations, against its least and most."""
    least, most = (None if one is None else fte_months(one) for one in (requirement.min_work, requirement.max_work))
    bounds = book.say(
        "requirement", id=requirement.id, least="–" if least is None else least, most="–" if most is None else most
    )
    sheet.write_string(HEAD_ROW, at, bounds, book.head())
    sheet.set_column(at, at, 15)
    flags = lists.shares(requirement.id, dict.fromkeys(requirement.rotations, 1))
    look = book.cell(num_format=book.decimal_format("0.0#"))
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        if not requirement.names(trajectory.candidate.id):
            sheet.write_string(row, at, "", book.cell(bg_color=BAND))
            continue
        codes, percents = book.ref("plan") + book.across(row), book.ref("percent") + book.across(row)
        worked = f"=SUMPRODUCT(SUMIF({lists.codes},{codes},{flags})*{percents})/100"
        sheet.write_formula(row, at, worked, look, fte_months(work_in(trajectory, requirement.rotations)))
        _colour_requirement(book, sheet, row, at, (least, most), trajectory.unfinished)


def _colour_requirement(
    book: Book, sheet: Sheet, row: int, at: int, bounds: tuple[float | None, float | None], unfinished: bool
) -> None:
    red = book.format(font_color=RED, bg_color=RED_TINT, bold=True)
    least, most = bounds
    if least is not None and not unfinished:
        sheet.conditional_format(row, at, row, at, {"type": "cell", "criteria": "<", "value": least, "format": red})
    if most is not None:
        sheet.conditional_format(row, at, row, at, {"type": "cell", "criteria": ">", "value": most, "format": red})
