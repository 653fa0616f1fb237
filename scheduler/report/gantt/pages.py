"""From a chart to its pages: rows by view, columns as wide as they must be, rows shared out over pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.report import style
from scheduler.report.gantt.arenas import arena_rows
from scheduler.report.gantt.axis import column_head, draw_calendar, draw_today
from scheduler.report.gantt.before import gone
from scheduler.report.gantt.candidates import candidate_rows
from scheduler.report.gantt.chart import Chart
from scheduler.report.gantt.groups import GroupHeading, group_rows
from scheduler.report.gantt.legend import draw_legend, legend_lines
from scheduler.report.gantt.page import COLUMN_GAP, INDENT, ChartPage, ChartRow, Frame
from scheduler.report.gantt.title import draw_footer, draw_nothing, draw_title
from scheduler.report.sheet import Ruler, Sheet
from scheduler.report.style import Box


def draw_pages(chart: Chart, dpi: float | None = None) -> list[Sheet]:
    """All pages of a chart, drawn and not yet written."""
    resolution = chart.paper.dpi if dpi is None else dpi
    ruler = Ruler(resolution)
    rows = list(_rows(chart))
    frame = _frame(chart, ruler, rows)
    pages = _paginate(rows, frame.body) or [[]]
    sheets = []
    for number, on_page in enumerate(pages, start=1):
        page = ChartPage(chart, frame, Sheet(chart.paper, ruler, resolution))
        _draw_page(page, on_page, number, len(pages))
        sheets.append(page.sheet)
    return sheets


def _rows(chart: Chart) -> Iterator[ChartRow]:
    if chart.by == "candidate":
        return candidate_rows(chart, [*chart.people, *gone(chart)])
    return arena_rows(chart) if chart.by == "arena" else group_rows(chart)


def _frame(chart: Chart, ruler: Ruler, rows: Sequence[ChartRow]) -> Frame:
    """Measure the columns and the legend, and leave the rest to the rows."""
    paper = chart.paper
    content = Box(0, 0, paper.width, paper.height).inset(paper.margin, paper.margin)
    figures = {words for row in rows for words in row.right_texts} | {chart.say(column_head(chart))}
    column_left = content.right - max(ruler.width(words, paper.label, bold=True) for words in figures) - 2
    legend_line = paper.small * 1.75
    legend = legend_lines(chart, ruler, content.width)
    head = paper.title * 2.45 + paper.label * 3.1
    foot = len(legend) * legend_line + paper.small * 4.6
    return Frame(
        content=content, plot_left=content.x + _label_width(chart, ruler, rows), plot_right=column_left - COLUMN_GAP,
        column_left=column_left, head=head, body=content.height - head - foot, legend=legend, legend_line=legend_line,
    )  # fmt: skip


def _label_width(chart: Chart, ruler: Ruler, rows: Sequence[ChartRow]) -> float:
    """As wide as the widest label, within reason; names of arenas may take more than those of candidates."""
    paper = chart.paper
    widest = paper.label_max * 0.3
    for row in rows:
        strong, plain, under = row.left_texts
        words = ruler.width(strong, paper.label, bold=True) + (4 + ruler.width(plain, paper.label) if plain else 0)
        widest = max(widest, words, ruler.width(under, paper.small))
    return min(widest + INDENT + 6, paper.label_max * (1.25 if chart.by == "arena" else 1.0))


def _paginate(rows: Sequence[ChartRow], height: float) -> list[list[ChartRow]]:
    """Rows by page: as few pages as the least heights allow, filled evenly; a heading stays with what follows it."""
    count = len(_fill(rows, height))
    if count <= 1:
        return [list(rows)] if rows else []
    low, high = sum(row.least for row in rows) / count, height
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_fill(rows, middle)) <= count else (middle, high)
    return _fill(rows, high)


def _fill(rows: Sequence[ChartRow], height: float) -> list[list[ChartRow]]:
    pages: list[list[ChartRow]] = []
    used = height
    for at, row in enumerate(rows):
        follower = rows[at + 1].least if isinstance(row, GroupHeading) and at + 1 < len(rows) else 0.0
        if used + row.least + follower > height and not (pages and not pages[-1]):
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += row.least
    return pages


def _draw_page(page: ChartPage, rows: Sequence[ChartRow], number: int, count: int) -> None:
    frame = page.frame
    draw_title(page)
    heights = _heights(rows, frame.body)
    top = frame.content.y + frame.head
    bottom = top + sum(heights)
    draw_calendar(page, top, bottom)
    y = top
    for row, height in zip(rows, heights, strict=True):
        strip = Box(frame.content.x, y, frame.content.width, height)
        if row.marked:
            page.sheet.rect(Box(strip.x - 7, strip.y + 2, 3.6, strip.height - 4), style.INK)
        with page.sheet.muted(row.muted):
            row.draw(page, strip)
        y += height
        page.sheet.line([frame.content.x, frame.content.right], [y, y], style.HAIRLINE, 0.5)
    if not rows:
        draw_nothing(page, top)
    draw_today(page, top, bottom)
    draw_legend(page, bottom + page.paper.small * 2.0)
    draw_footer(page, number, count)


def _heights(rows: Sequence[ChartRow], body: float) -> list[float]:
    """Stretch the rows over the page, none above its most."""
    least, most = sum(row.least for row in rows), sum(row.most for row in rows)
    share = min(1.0, (body - least) / (most - least)) if most > least else 0.0
    return [row.least + max(0.0, share) * (row.most - row.least) for row in rows]
