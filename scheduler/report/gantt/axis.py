"""The calendar above the rows, and the line of today through them."""

from __future__ import annotations

import itertools

from scheduler.month import Month, calendar_month, year
from scheduler.report import style
from scheduler.report.gantt.chart import HALF_YEAR, Chart
from scheduler.report.gantt.page import ChartPage
from scheduler.report.sheet import Align
from scheduler.report.style import Box
from scheduler.texts import month_names, text

_CENTRE: Align = "center"
_LEFT: Align = "left"


def column_head(chart: Chart) -> str:
    """What is in the column to the right: the finish, or how much of an arena is used."""
    return "head_used" if chart.by == "arena" else "head_finish"


def draw_calendar(page: ChartPage, top: float, bottom: float) -> None:
    """Years and months on top, a line each half-year, every second year on a tint."""
    chart, paper, sheet = page.chart, page.paper, page.sheet
    line = paper.label * 1.45
    for start, end in _years(chart.start, chart.end):
        box = Box(page.x(start), top - 2 * line, (end - start) * page.month_width, line)
        if year(start) % 2:
            sheet.rect(Box(box.x, top, box.width, bottom - top), style.YEAR_TINT, z=0)
        for words in (str(year(start)), f"{year(start) % 100:02d}"):
            if sheet.ruler.fits(words, box.width - 3, paper.label, bold=True):
                sheet.text(box, words, paper.label, bold=True, align="center")
                break
        sheet.line([box.x, box.x], [box.y, bottom], style.RULE, 0.6)
    for month in range(chart.start, chart.end):
        if month % HALF_YEAR == 0 and calendar_month(month) != 1:
            sheet.line([page.x(month)] * 2, [top - line, bottom], style.HAIRLINE, 0.6)
    _draw_months(page, Box(page.frame.plot_left, top - line, page.frame.plot_right - page.frame.plot_left, line))
    sheet.line([page.frame.plot_right] * 2, [top - 2 * line, bottom], style.RULE, 0.6)
    sheet.line([page.frame.content.x, page.frame.content.right], [top, top], style.RULE, 0.8)
    heads = Box(page.frame.content.x, top - line, page.frame.content.width, line)
    sheet.text(page.left(heads), chart.say(f"head_{chart.by}"), paper.small, colour=style.QUIET)
    sheet.text(page.right(heads), chart.say(column_head(chart)), paper.small, colour=style.QUIET, align="right")


def _years(start: Month, end: Month) -> list[tuple[Month, Month]]:
    """The calendar years of a range, cut at its ends."""
    cuts = [start, *(month for month in range(start + 1, end) if calendar_month(month) == 1), end]
    return list(itertools.pairwise(cuts))


def _draw_months(page: ChartPage, box: Box) -> None:
    """Month names if they fit, else their letters, else the half-years' first months, else nothing."""
    chart, sheet, size = page.chart, page.sheet, page.paper.small * 0.92
    letters = text("months.letters", chart.lang)
    names = month_names(chart.lang)
    for words, step in ((names, 1), (letters, 1), (names, HALF_YEAR)):
        room = page.month_width * step - 2.0
        if max(sheet.ruler.width(word, size) for word in words) > room:
            continue
        for month in range(chart.start, chart.end):
            if month % step == 0 and (cell := page.span(month, month + step, box.y, box.height)):
                word = words[month % 12]
                if sheet.ruler.fits(word, cell.width - (step > 1) * 3.6, size):
                    where, align = (cell, _CENTRE) if step == 1 else (cell.inset(1.8), _LEFT)
                    sheet.text(where, word, size, colour=style.QUIET, align=align)
        return


def draw_today(page: ChartPage, top: float, bottom: float) -> None:
    """A dashed line with its word under the rows."""
    x, words, size = page.today_x, page.chart.say("legend_today"), page.paper.small
    if x is None:
        return
    page.sheet.line([x, x], [top, bottom + 3], style.INK, 0.9, dashed=True, z=4)
    width = page.sheet.ruler.width(words, size) + 2
    left = min(max(x - width / 2, page.frame.content.x), page.frame.content.right - width)
    page.sheet.text(Box(left, bottom + 3, width, size * 1.3), words, size, align="center")
