"""One page being drawn: where months and columns are, and the words beside a row."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, Protocol

from scheduler.month import Month
from scheduler.report import style
from scheduler.report.gantt.chart import Chart
from scheduler.report.sheet import Sheet
from scheduler.report.style import Box, PaperSize

COLUMN_GAP = 9.0
INDENT = 9.0
SEPARATOR = " · "

MarkKind = Literal[
    "bar", "mix", "part", "leave", "group", "open", "finish", "earliest", "unfinished", "leaves", "free", "places",
    "reserved", "old", "moved", "highlight", "gap",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LegendMark:
    """A legend's little picture."""

    kind: MarkKind
    colour: str = style.INK


class ChartRow(Protocol):
    """A horizontal strip of the chart."""

    @property
    def least(self) -> float:
        """The least height it can be drawn in."""

    @property
    def most(self) -> float:
        """The height above which more only looks empty."""

    @property
    def muted(self) -> bool:
        """Whether it stands back because something else is highlighted."""

    @property
    def marked(self) -> bool:
        """Whether it is highlighted."""

    def draw(self, page: ChartPage, box: Box) -> None:
        """Draw into the strip, which is as wide as the page's content and between ``least`` and ``most`` high."""

    @property
    def left_texts(self) -> tuple[str, str, str]:
        """Its label: a strong word, plain ones after it, and a quiet line under them."""

    @property
    def right_texts(self) -> tuple[str, ...]:
        """What it writes in the column to the right."""


@dataclass(frozen=True)
class Frame:
    """Where things are on every page of a chart."""

    content: Box
    plot_left: float
    plot_right: float
    column_left: float
    head: float
    body: float
    legend: tuple[tuple[tuple[str, LegendMark], ...], ...]
    legend_line: float


@dataclass(frozen=True)
class ChartPage:
    """One page being drawn."""

    chart: Chart
    frame: Frame
    sheet: Sheet

    @property
    def paper(self) -> PaperSize:
        """The paper and its sizes."""
        return self.chart.paper

    @property
    def month_width(self) -> float:
        """Points per month."""
        return (self.frame.plot_right - self.frame.plot_left) / (self.chart.end - self.chart.start)

    def x(self, month: Month) -> float:
        """Where a month begins."""
        return self.frame.plot_left + (month - self.chart.start) * self.month_width

    @property
    def today_x(self) -> float | None:
        """Where today is, the first of the month if only that is known; None outside the chart."""
        month, today = self.chart.today_month, self.chart.today
        if month is None or not self.chart.start <= month < self.chart.end:
            return None
        day = today.day - 1 if isinstance(today, datetime.date) else 0
        return self.x(month) + day / 31 * self.month_width

    def span(self, start: Month, end: Month, y: float, height: float) -> Box | None:
        """The box of the months that lie inside the chart; None if none does."""
        low, high = max(start, self.chart.start), min(end, self.chart.end)
        return Box(self.x(low), y, (high - low) * self.month_width, height) if low < high else None

    def left(self, box: Box) -> Box:
        """A strip's label column."""
        return Box(box.x, box.y, self.frame.plot_left - box.x - 5, box.height)

    def right(self, box: Box) -> Box:
        """A strip's column of figures."""
        return Box(self.frame.column_left, box.y, self.frame.content.right - self.frame.column_left, box.height)


def two_lines(page: ChartPage, box: Box, lines: tuple[str, str, str], shorter: str = "") -> None:
    """A bold word with plain ones after it, and a quiet line under them.

    The bold word gets smaller, then gives way to ``shorter``; of the quiet line the last parts go first.
    """
    paper, (strong, plain, under) = page.paper, lines
    height = paper.label * 1.25 + (paper.small * 1.25 if under else 0)
    first = Box(box.x, box.middle - height / 2, box.width, paper.label * 1.25)
    choices = [(words, size) for words in (strong, shorter or strong) for size in (paper.label, paper.small)]
    fitting = (choice for choice in choices if page.sheet.ruler.fits(choice[0], box.width, choice[1], bold=True))
    strong, size = next(fitting, choices[-1])
    used = page.sheet.text(first, strong, size, bold=True)
    after = first.from_x(first.x + used + 4)
    page.sheet.text(
        after, plain, paper.label if page.sheet.ruler.fits(plain, after.width, paper.label) else paper.small
    )
    parts = under.split(SEPARATOR)
    while len(parts) > 1 and not page.sheet.ruler.fits(SEPARATOR.join(parts), box.width, paper.small):
        parts.pop()
    below = Box(box.x, first.bottom, box.width, paper.small * 1.25)
    page.sheet.text(below, SEPARATOR.join(parts), paper.small, colour=style.QUIET)


def figures(page: ChartPage, box: Box, words: str, remark: str, colour: str = style.INK) -> None:
    """The right column: a figure, and a bold remark under it, in a colour of its own if need be."""
    paper = page.paper
    height = paper.label * 1.25 + (paper.small * 1.25 if remark else 0)
    first = Box(box.x, box.middle - height / 2, box.width, paper.label * 1.25)
    page.sheet.text(first, words, paper.label, align="right")
    under = Box(box.x, first.bottom, box.width, paper.small * 1.25)
    page.sheet.text(under, remark, paper.small, bold=True, colour=colour, align="right")


def write_in_bar(page: ChartPage, box: Box, words: str, size: float, ink: str, ground: str) -> None:
    """Write on a bar: right of the line of today if the words would cross it, else the line gives way to them."""
    width, x = page.sheet.ruler.width(words, size), page.today_x
    if x is not None and box.x - 1 < x < box.x + width + 1:
        after = box.from_x(x + 2.4)
        if width <= after.width:
            box = after
        else:
            page.sheet.rect(Box(box.x - 1, box.middle - size * 0.6, width + 2, size * 1.2), ground, z=4.5)
    page.sheet.text(box, words, size, colour=ink)
