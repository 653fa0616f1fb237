"""Service sums: what each candidate's months amount to, live, against what the ruleset asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from scheduler.accounting import Trajectory, amounts, delay, finish_of, fte_months, service_sums, work_in
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Requirement, Rules
from scheduler.report.workbook.book import BAND, RED, RED_TINT, Book, Format, Sheet
from scheduler.report.workbook.layout import FIRST_MONTH, FIRST_ROW, HEAD_ROW, SHIFT_HEADS, date_of, serial
from scheduler.report.workbook.lists import Lists

_AMBER_TINT = "#FCE8C2"
_DATES = frozenset({"earliest", "finish"})
_WHOLE = frozenset({"service_months", "shifts_total", "shifts_needed", "delay"})
_GIVEN = ("before_", "need_", "cap_", "earliest", "shifts_needed")  # what columns of given numbers begin with


def address(book: Book, key: str, row: int) -> str:
    """A figure of a row, as other sheets name it."""
    return book.ref("service") + str(xl_rowcol_to_cell(row, book.service_column(key), col_abs=True))


def write_service(book: Book, lists: Lists) -> None:
    """The sheet: a row a candidate, figures from the accounting as values and formulas over the plan behind them."""
    sheet = book.titled_sheet("service", "note-service", shifts=True)
    heads = book.service_heads
    book.heads(sheet, heads, (6, 22, *(8.3,) * (len(heads) - 3), 10))
    sheet.set_row(HEAD_ROW, 48)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.repeat_rows(HEAD_ROW)
    sheet.repeat_columns(0, 1)
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        _write_candidate(book, sheet, lists, trajectory, row)
    _colour(book, sheet)
    counted = (row for row in book.instance.requirements if (row.min_work, row.max_work) != (None, None))
    for number, requirement in enumerate(counted):
        _write_requirement(book, sheet, lists, requirement, len(heads) + number)


def figures(book: Book, trajectory: Trajectory) -> dict[str, float | str]:
    """Every figure of a candidate as the accounting has it; dates are months."""
    rules, sums, before = trajectory.candidate.rules, service_sums(trajectory), trajectory.candidate.credited
    have = amounts(sums, rules)
    needs = {"total": (rules.total, have[None])} | {row.id: (row.minimum, have[row.id]) for row in rules.minima}
    earliest = trajectory.earliest_finish
    last = finish_of(trajectory) if trajectory.unfinished else trajectory.end - 1  # as the row of the grid ends
    return {
        "service_months": len(trajectory.service),
        **{f"before_{service}": fte_months(before.get(service, 0)) for service in rules.services},
        **{f"sum_{service}": fte_months(sums[service]) for service in rules.services},
        "counted": fte_months(have[None]),
        "uncounted": fte_months(sum(sums.values()) - have[None]),
        **{f"need_{key}": fte_months(need) for key, (need, _) in needs.items()},
        **{f"cap_{row.id}": fte_months(row.cap) for row in rules.categories if row.cap is not None},
        **{f"lack_{key}": fte_months(max(0, need - has)) for key, (need, has) in needs.items()},
        "shifts_total": trajectory.candidate.shifts_done + sum(row.shifts for row in trajectory.entry.shifts),
        "shifts_needed": rules.legevakt_shifts,
        "earliest": earliest,
        "finish": last,
        "delay": delay(trajectory) if trajectory.leaves else max(0, last - earliest),
        "state": book.say("unfinished") if trajectory.unfinished else "",
    }


def _write_candidate(book: Book, sheet: Sheet, lists: Lists, trajectory: Trajectory, row: int) -> None:
    values = figures(book, trajectory)
    sheet.write_string(row, 0, trajectory.candidate.id, book.cell(bold=True))
    sheet.write_string(row, 1, book.name_of(trajectory.entry), book.cell(shrink=True))
    formulas = _formulas(book, lists, row, trajectory)
    for key, value in values.items():
        at, look = book.service_column(key), _look(book, key)
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
    shade = {"bg_color": BAND} if key.startswith(_GIVEN) else {}
    if key in _DATES:
        return book.cell(num_format=book.date_format(), align="right", **shade)
    if key == "state":
        return book.cell()
    pattern = "0" if key in _WHOLE else book.decimal_format("0.0#")
    bold = {"bold": True} if key == "counted" else {}
    return book.cell(num_format=pattern, **shade, **bold)


def _formulas(book: Book, lists: Lists, row: int, trajectory: Trajectory) -> dict[str, str]:
    """The live figures of a row. A finish that lies beyond the horizon is a projection and does not move."""
    here: Callable[[str], str] = lambda key: f"${xl_col_to_name(book.service_column(key))}{row + 1}"  # noqa: E731 - reads as a sentence
    codes = book.ref("plan") + book.across(row)
    percents = book.ref(book.earned) + book.across(row)
    formulas = {"service_months": f"SUMPRODUCT(COUNTIF({codes},{lists.codes}))"}
    rules = trajectory.candidate.rules
    for service in rules.services:
        worked = f"SUMPRODUCT(SUMIF({lists.codes},{codes},{lists.services[service]})*{percents})"
        formulas[f"sum_{service}"] = f"ROUND({here(f'before_{service}')}+{worked}/{CREDIT_PER_FTE_MONTH},4)"
    amount = _amounts(rules, here)
    formulas["counted"] = f"ROUND({amount[None]},4)"
    everything = "+".join(here(f"sum_{service}") for service in rules.services)
    formulas["uncounted"] = f"ROUND({everything}-{here('counted')},4)"
    formulas["lack_total"] = f"ROUND(MAX(0,{here('need_total')}-{here('counted')}),4)"
    for category in rules.minima:
        need = here(f"need_{category.id}")
        formulas[f"lack_{category.id}"] = f"ROUND(MAX(0,{need}-({amount[category.id]})),4)"
    total = xl_rowcol_to_cell(row, SHIFT_HEADS.index("shifts_total"), col_abs=True)
    formulas["shifts_total"] = f"{book.ref('shifts')}{total}"
    if not trajectory.unfinished:
        dates = book.ref("plan") + xl_range_abs(HEAD_ROW, FIRST_MONTH, HEAD_ROW, book.column(book.instance.end - 1))
        formulas["finish"] = f'SUMPRODUCT(MAX(({codes}<>"")*{dates}))'
        late, soon = here("finish"), here("earliest")
        months = f"(YEAR({late})-YEAR({soon}))*12+MONTH({late})-MONTH({soon})"
        formulas["delay"] = f"MAX(0,{months})"
    return formulas


def _amounts(rules: Rules, here: Callable[[str], str]) -> dict[str | None, str]:
    """What there is in each category before its cap, as a formula; under None what counts in all."""
    terms: dict[str | None, list[str]] = {
        row.id: [here(f"sum_{row.id}")] if row.served else [] for row in rules.from_below
    } | {None: []}
    for row in rules.from_below:
        amount = "+".join(terms[row.id]) or "0"
        terms[row.counts_into].append(amount if row.cap is None else f"MIN({here(f'cap_{row.id}')},{amount})")
    return {category: "+".join(parts) or "0" for category, parts in terms.items()}


def _colour(book: Book, sheet: Sheet) -> None:
    """Red where something is missing, amber where more is worked than counts; an unfinished candidate lacks nothing."""
    red, amber = book.format(font_color=RED, bg_color=RED_TINT, bold=True), book.format(bg_color=_AMBER_TINT)
    cells = {key: f"${xl_col_to_name(at)}{FIRST_ROW + 1}" for at, key in enumerate(book.service_heads)}
    for key, criteria, look in _rules(book.service_heads):
        column = book.service_column(key)
        spelled = criteria.format(**cells)
        rule = {"type": "formula", "criteria": f'=AND({cells["state"]}="",{spelled})', "format": red if look else amber}
        sheet.conditional_format(FIRST_ROW, column, book.last_row, column, rule)


def _rules(heads: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """A column, when it is coloured, and whether in red."""
    yield "lack_total", "{lack_total}>0", True
    yield "counted", "{lack_total}>0", True
    services = [head.removeprefix("sum_") for head in heads if head.startswith("sum_")]
    for key in (head.removeprefix("lack_") for head in heads if head.startswith("lack_") and head != "lack_total"):
        yield f"lack_{key}", f"{{lack_{key}}}>0", True
        if key in services:
            yield f"sum_{key}", f"{{lack_{key}}}>0", True
    yield "shifts_total", "{shifts_total}<{shifts_needed}", True
    for key in (service for service in services if f"cap_{service}" in heads):
        yield f"sum_{key}", f"{{sum_{key}}}>{{cap_{key}}}", False
    yield "delay", "{delay}>0", False


def _write_requirement(book: Book, sheet: Sheet, lists: Lists, requirement: Requirement, at: int) -> None:
    """A column for a requirement of the instance: FTE-months in its rotations, against its least and most."""
    least, most = (None if work is None else fte_months(work) for work in (requirement.min_work, requirement.max_work))
    bounds = book.say(
        "requirement", name=requirement.name, least="–" if least is None else least, most="–" if most is None else most
    )
    sheet.write_string(HEAD_ROW, at, bounds, book.head())
    sheet.set_column(at, at, 15)
    flags = lists.shares(requirement.id, dict.fromkeys(requirement.rotations, 1))
    look = book.cell(num_format=book.decimal_format("0.0#"))
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        if not requirement.names(trajectory.candidate.id):
            sheet.write_string(row, at, "", book.cell(bg_color=BAND))
            continue
        codes, percents = book.ref("plan") + book.across(row), book.ref(book.earned) + book.across(row)
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
