"""Plots of a what-if table: delay along a sweep, delay over a grid, and how full the arenas are month by month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from scheduler.changes import Sweep
from scheduler.files.written import remove_file, write_file
from scheduler.month import MONTHS_PER_YEAR, calendar_month, year
from scheduler.plan import PlanBound
from scheduler.report.sheet import Ruler, Sheet, clean, font
from scheduler.report.style import (
    HAIRLINE,
    INK,
    PAPERS,
    QUIET,
    RESERVED,
    RULE,
    YEAR_TINT,
    Box,
    PaperSize,
    blend,
    ink_on,
)
from scheduler.texts import Language, localised, text
from scheduler.whatif.cases import Case, CaseKind, WhatIf
from scheduler.whatif.rows import Row, Verdict
from scheduler.whatif.use import OFFICES, Fill

TOTAL, WORST = "#00558A", "#E97A34"
FULL_FROM = 0.9999
MOST_PANELS = 4
MOST_TICKS = 8
ABOVE, BELOW, BESIDE = 40.0, 34.0, 50.0  # room round the values of a sweep, in points
MOST_LABELS = 16
MOST_OF_A_SWEEP = 7
_PLOT = re.compile(r"whatif-(sweep-\d+|grid|use(-\d+)?)\.png")


def draw_whatif(question: WhatIf, rows: Sequence[Row], folder: Path, lang: Language = "nb") -> list[Path]:
    """Draw what there is to draw into the folder: ``whatif-sweep-1.png``, ``whatif-grid.png``, ``whatif-use.png``, …"""
    written = []
    for name, sheet in sheets(question, rows, lang):
        write_file(folder / name, sheet.picture())
        written.append(folder / name)
    for old in sorted(folder.glob("whatif-*.png")):
        if _PLOT.fullmatch(old.name) and old not in written:  # it would be taken for this run's
            remove_file(old)
    return written


def sheets(question: WhatIf, rows: Sequence[Row], lang: Language = "nb") -> Iterator[tuple[str, Sheet]]:
    """Every plot with its file's name."""
    plots = _Plots(question, rows, lang)
    for number, sweep in enumerate(question.sweeps, start=1):
        yield f"whatif-sweep-{number}.png", plots.sweep(sweep, str(number))
    if question.grid is not None:
        yield "whatif-grid.png", plots.grid(*question.grid)
    shown = _with_a_panel(question, rows)
    pages = [shown[at : at + MOST_PANELS] for at in range(0, len(shown), MOST_PANELS)]
    for number, page in enumerate(pages, start=1):
        suffix = "" if number == 1 else f"-{number}"
        yield f"whatif-use{suffix}.png", plots.use(page, number, len(pages))


def _with_a_panel(question: WhatIf, rows: Sequence[Row]) -> list[Row]:
    """The rows whose use is drawn: not the base again, and of a long sweep the first and the last."""
    same = {case.key for case in question.cases[1:] if case.instance.sha256 == question.base.instance.sha256}
    drawn = [row for row in rows if row.use and row.key not in same and row.kind not in (CaseKind.WORTH, CaseKind.GRID)]
    sweeps: dict[str, list[str]] = {}
    for row in drawn:
        if row.kind is CaseKind.SWEEP:
            sweeps.setdefault(row.group, []).append(row.key)
    hidden = {key for keys in sweeps.values() if len(keys) > MOST_OF_A_SWEEP for key in keys[1:-1]}
    return [row for row in drawn if row.key not in hidden]


class _Plots:
    """What all plots of one table share."""

    def __init__(self, question: WhatIf, rows: Sequence[Row], lang: Language) -> None:
        self.question = question
        self.rows = rows
        self.lang = lang
        self.paper = PAPERS["screen"]
        self.ruler = Ruler(self.paper.dpi)

    def say(self, key: str, **fields: object) -> str:
        """A text of the chapter *whatif*."""
        return clean(text(f"whatif.{key}", self.lang, **fields))

    def number(self, value: float) -> str:
        """A number in the reader's spelling."""
        return str(localised(float(value), self.lang))

    def _sheet(self, title: str, paper: PaperSize, remark: str = "") -> Sheet:
        """A page with its title and footer."""
        sheet = Sheet(paper, self.ruler, paper.dpi)
        inner = Box(paper.margin, paper.margin, paper.width - 2 * paper.margin, paper.title * 1.6)
        sheet.text(inner, title, paper.title, bold=True)
        instance = self.question.base.instance
        footer = Box(paper.margin, paper.height - paper.margin - 10, inner.width, 10)
        words = self.say("plot-footer", name=instance.name, hash=instance.sha256[:12])
        sheet.text(replace(footer, width=inner.width * 0.8), words, paper.small, colour=QUIET)
        sheet.text(footer.from_x(footer.x + inner.width * 0.8), remark, paper.small, colour=QUIET, align="right")
        return sheet

    # --- delay along a sweep -------------------------------------------------------------------------------------

    def sweep(self, sweep: Sweep, group: str) -> Sheet:
        """Total and worst delay against the value swept."""
        rows = [row for row in self.rows if row.kind is CaseKind.SWEEP and row.group == group]
        sheet = self._sheet(self.say("plot-sweep", subject=self._subject(sweep)), self.paper)
        frame = Box(self.paper.margin + 44, 92, self.paper.width - 2 * self.paper.margin - 84, 340)
        axes = sheet.axes(frame)
        self._scale(axes, frame, sweep, max((row.delay.value for row in rows if row.delay is not None), default=0))
        sheet.text(Box(frame.x - 44, frame.y - 12, 160, 14), self.say("plot-y"), self.paper.label, colour=QUIET)
        self._mark_base(axes, frame, group)
        self._legend(sheet, rows)
        self._series(axes, [(row.at[0], row.delay) for row in rows], TOTAL, 8.5)
        self._series(axes, [(row.at[0], row.worst) for row in rows], WORST, 5)
        for row in rows[:: -(-len(rows) // MOST_LABELS)]:
            self._labels(axes, row)
        return sheet

    def _subject(self, sweep: Sweep) -> str:
        change = sweep.changes[0]
        if change.field == "places":
            arena = self.question.base.instance.arenas.get(change.row) if change.table == "arena" else None
            return self.say("plot-x-places", row=change.row if arena is None else arena.name)
        return self.say("plot-x", subject=sweep.subject)

    def _scale(self, axes: Axes, frame: Box, sweep: Sweep, highest: float) -> None:
        """Room round the values for what is written beside them, a line across at each round number of months."""
        size, low, high = self.paper.label, min(sweep.values), max(sweep.values)
        ticks = MaxNLocator(MOST_TICKS, integer=True, steps=[1, 2, 5, 10]).tick_values(0, max(highest, 1))
        month = ticks[-1] / (frame.height - BELOW - ABOVE)
        axes.set_ylim(-BELOW * month, ticks[-1] + ABOVE * month)
        axes.set_yticks(ticks, [self.number(tick) for tick in ticks], font_properties=font(size), color=QUIET)
        axes.grid(axis="y", color=HAIRLINE, linewidth=0.5)
        axes.axhline(-BELOW * month, color=RULE, linewidth=1.6)
        beside = max(high - low, 1) * BESIDE / (frame.width - 2 * BESIDE)
        axes.set_xlim(low - beside, high + beside)
        values = sweep.values[:: -(-len(sweep.values) // MOST_LABELS)]
        axes.set_xticks(values, list(map(self.number, values)), font_properties=font(size + 1), color=INK)
        subject = self.ruler.shorten(self._subject(sweep), frame.width, size)
        axes.set_xlabel(subject, font_properties=font(size), color=QUIET, labelpad=8, parse_math=False)

    def _mark_base(self, axes: Axes, frame: Box, group: str) -> None:
        """A band where the value is the one of today."""
        half = 36 * (axes.get_xlim()[1] - axes.get_xlim()[0]) / frame.width
        same = self.question.base.instance.sha256
        for case in self._cases(CaseKind.SWEEP, group):
            if case.instance.sha256 == same:
                axes.axvspan(case.at[0] - half, case.at[0] + half, color=YEAR_TINT, linewidth=0, zorder=0)
                top = (case.at[0], axes.get_ylim()[1])
                _write(axes, self.say("plot-base"), top, (0, -12), font(self.paper.label), QUIET)

    def _cases(self, kind: CaseKind, group: str) -> Iterator[Case]:
        return (case for case in self.question.cases if case.kind is kind and case.group == group)

    def _legend(self, sheet: Sheet, rows: Sequence[Row]) -> None:
        left, top = self.paper.margin, 52.0
        for key, colour in (("plot-total", TOTAL), ("plot-worst", WORST)):
            sheet.diamond(left + 5, top + 7, 4.5, colour)
            left += 14 + sheet.text(Box(left + 14, top, 220, 14), self.say(key), self.paper.label) + 18
        if any(row.delay is not None and not row.delay.proved for row in rows):
            sheet.line([left + 5, left + 5], [top + 1, top + 13], TOTAL, 1.6)
            sheet.text(Box(left + 14, top, 420, 14), self.say("plot-open"), self.paper.label)

    def _series(self, axes: Axes, points: Sequence[tuple[int, PlanBound | None]], colour: str, size: float) -> None:
        """A line with a mark at each value; from a total an upright line down to what is proved possible at best."""
        at, figures = zip(*points, strict=True)
        values = [nan if figure is None else figure.value for figure in figures]  # the line breaks where there is none
        axes.plot(
            at, values, color=colour, linewidth=1.4, zorder=3,
            marker="D", markersize=size, markeredgecolor="white", markeredgewidth=0.8,
        )  # fmt: skip
        for value, figure in points:
            if colour == TOTAL and figure is not None and not figure.proved:
                axes.vlines(value, figure.bound, figure.value, colour, linewidth=1.6)

    def _labels(self, axes: Axes, row: Row) -> None:
        """The total above its mark, the worst below its own, ``impossible`` at the foot."""
        at, size = row.at[0], self.paper.label
        if row.delay is None or row.worst is None:
            key = "plot-impossible" if row.verdict is Verdict.IMPOSSIBLE else "plot-unknown"
            _write(axes, self.say(key), (at, 0), (0, -20), font(size), QUIET)
            return
        total, worst = self.number(row.delay.value), self.number(row.worst.value)
        _write(axes, total, (at, row.delay.value), (0, 11), font(size + 1, True), TOTAL)
        if row.worst.value < row.delay.value:  # clear of lines that fall and of the proof's bar
            tone = blend(WORST, INK, 0.35)
            _write(axes, worst, (at, row.worst.value), (-8, -13), font(size), tone, "right")

    # --- delay over a grid ---------------------------------------------------------------------------------------

    def grid(self, down: Sweep, across: Sweep) -> Sheet:
        """Total delay for every pair of values."""
        left, top = self.paper.margin + 120, 96.0
        width = min(160.0, (self.paper.width - left - self.paper.margin) / len(across.values))
        height = min(44.0, 380.0 / len(down.values))
        paper = replace(self.paper, height=top + height * len(down.values) + 56)
        sheet = self._sheet(self.say("plot-grid"), paper)
        size = self.paper.label
        head = Box(left, top - 34, width * len(across.values), 14)
        sheet.text(head, self._subject(across), size, colour=QUIET)
        sheet.text(Box(self.paper.margin, top - 34, 112, 14), self._subject(down), size, colour=QUIET)
        for column, value in enumerate(across.values):
            sheet.text(Box(left + column * width, top - 16, width, 14), self.number(value), size, align="center")
        rows = {row.at: row for row in self.rows if row.kind is CaseKind.GRID}
        highest = max((row.delay.value for row in rows.values() if row.delay is not None), default=0) or 1
        for line, value in enumerate(down.values):
            y = top + line * height
            sheet.text(Box(self.paper.margin, y, 112, height), self.number(value), size, align="right")
            for column, other in enumerate(across.values):
                cell = Box(left + column * width, y, width, height).inset(1, 1)
                self._grid_cell(sheet, cell, rows[value, other], highest)
        return sheet

    def _grid_cell(self, sheet: Sheet, cell: Box, row: Row, highest: float) -> None:
        if row.delay is None:
            key = "plot-impossible" if row.verdict is Verdict.IMPOSSIBLE else "plot-unknown"
            sheet.rect(cell, RESERVED)
            sheet.text(cell.inset(2), self.say(key), self.paper.label, align="center")
            return
        colour = blend("#FFFFFF", TOTAL, 0.08 + 0.8 * row.delay.value / highest)
        sheet.rect(cell, colour, edge=HAIRLINE)
        words = self.number(row.delay.value)
        if not row.delay.proved:
            words = self.say("not-proved", value=words, bound=self.number(row.delay.bound))
        sheet.text(cell.inset(2), words, self.paper.label + 1, bold=True, colour=ink_on(colour), align="center")

    # --- how full the arenas are ---------------------------------------------------------------------------------

    def use(self, rows: Sequence[Row], number: int, pages: int) -> Sheet:
        """A panel a version: arenas down, months across, the darker the fuller."""
        arenas = max(len(row.use) for row in rows)
        line, gap = 15.0, 34.0
        panel = gap + line * arenas
        paper = replace(self.paper, height=96 + panel * len(rows) + 46)
        remark = self.say("plot-page", page=number, pages=pages) if pages > 1 else ""
        sheet = self._sheet(self.say("plot-use"), paper, remark)
        self._use_legend(sheet)
        label = min(200.0, max(self._label_width(fill) for row in rows for fill in row.use) + 8)
        for place, row in enumerate(rows):
            box = Box(paper.margin, 84 + place * panel, paper.width - 2 * paper.margin, panel - 6)
            self._panel(sheet, box, row, label, line)
        return sheet

    def _arena(self, fill: Fill) -> str:
        return self.say("offices") if fill.arena == OFFICES else clean(fill.arena)

    def _label_width(self, fill: Fill) -> float:
        return self.ruler.width(self._arena(fill), self.paper.label)

    def _panel(self, sheet: Sheet, box: Box, row: Row, label: float, line: float) -> None:
        name = self.say("base") if row.kind is CaseKind.BASE else clean(row.name)
        delay = "" if row.delay is None else f" – {self.say('outcome-possible', delay=self.number(row.delay.value))}"
        sheet.text(replace(box, height=14), name + delay, self.paper.label + 1, bold=True)
        n_months = max(len(fill.by_month) for fill in row.use)
        grid = Box(box.x + label, box.y + 26, box.width - label - 44, line * len(row.use))
        width = grid.width / max(n_months, 1)
        sheet.text(
            Box(grid.right + 4, box.y + 13, 40, 12),
            self.say("plot-mean"),
            self.paper.small,
            colour=QUIET,
            align="right",
        )
        for place, fill in enumerate(row.use):
            y = grid.y + place * line
            sheet.text(Box(box.x, y, label - 6, line), self._arena(fill), self.paper.label)
            for month, share in enumerate(fill.by_month):
                sheet.rect(Box(grid.x + month * width, y + 1, width, line - 2), _tone(share))
            mean = self.say("none") if fill.share is None else self.say("plot-percent", number=round(100 * fill.share))
            sheet.text(Box(grid.right + 4, y, 40, line), mean, self.paper.label, align="right")
        self._years(sheet, grid, n_months, width)

    def _years(self, sheet: Sheet, grid: Box, n_months: int, width: float) -> None:
        """A line and a number at each new year."""
        start = self.question.base.instance.start
        for month in range(n_months):
            if month == 0 or calendar_month(start + month) == 1:
                x = grid.x + month * width
                room = min(MONTHS_PER_YEAR - calendar_month(start + month) + 1, n_months - month) * width
                sheet.text(
                    Box(x + 1, grid.y - 13, max(room - 2, 0), 12),
                    str(year(start + month)),
                    self.paper.small,
                    colour=QUIET,
                )
                sheet.line([x, x], [grid.y - 11, grid.bottom], RULE, 0.6, z=3)

    def _use_legend(self, sheet: Sheet) -> None:
        left, top = self.paper.margin, 52.0
        left += sheet.text(Box(left, top, 260, 14), self.say("plot-share"), self.paper.label, colour=QUIET) + 12
        shares = [(self.say("plot-percent", number=round(100 * share)), share) for share in (0.0, 0.25, 0.5, 0.75)]
        for words, share in [*shares, (self.say("plot-full"), 1.0), (self.say("plot-closed"), None)]:
            sheet.rect(Box(left, top + 2, 18, 10), _tone(share), edge=RULE)
            left += 22 + sheet.text(Box(left + 22, top, 120, 14), words, self.paper.label) + 12


def _tone(share: float | None) -> str:
    """White for empty, darker with use, darkest when full; grey where there is no place at all."""
    if share is None:
        return RESERVED
    return TOTAL if share >= FULL_FROM else blend("#FFFFFF", TOTAL, 0.06 + 0.54 * share)


def _write(
    axes: Axes, words: str, at: tuple[float, float], beside: tuple[float, float], face: FontProperties, colour: str,
    align: Literal["center", "right"] = "center",
) -> None:  # fmt: skip
    """Words beside a point, so many points of paper to the right and up."""
    axes.annotate(
        words, at, beside, textcoords="offset points", ha=align, va="baseline", font_properties=face, color=colour,
        zorder=5, parse_math=False, annotation_clip=False,
    )  # fmt: skip
