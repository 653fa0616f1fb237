"""Plots of a what-if table: delay along a sweep, delay over a grid, and how full the arenas are month by month."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from scheduler.changes import Sweep
from scheduler.files.written import remove_file, write_file
from scheduler.month import MONTHS_PER_YEAR, calendar_month, year
from scheduler.report.style import (
    HAIRLINE,
    INK,
    PAPERS,
    QUIET,
    RESERVED,
    RULE,
    YEAR_TINT,
    Box,
    Paper,
    Ruler,
    Sheet,
    blend,
    clean,
    ink_on,
)
from scheduler.texts import Language, localised, text
from scheduler.whatif.cases import Case, CaseKind, WhatIf
from scheduler.whatif.rows import Figure, Row, Verdict
from scheduler.whatif.use import OFFICES, Fill

TOTAL, WORST = "#00558A", "#E97A34"
FULL_FROM = 0.9999
MOST_PANELS = 4
MOST_TICKS = 8
MOST_LABELS = 16
MOST_OF_A_SWEEP = 7
_PLOT = re.compile(r"whatif-(sweep-\d+|grid|use(-\d+)?)\.png")


def draw_whatif(question: WhatIf, rows: Sequence[Row], folder: Path, lang: Language = "nb") -> list[Path]:
    """Draw what there is to draw into the folder: ``whatif-sweep-1.png``, ``whatif-grid.png``, ``whatif-use.png``, …"""
    written = []
    for name, sheet in sheets(question, rows, lang):
        picture = io.BytesIO()
        sheet.figure.savefig(picture, format="png", dpi=PAPERS["screen"].dpi, metadata={"Software": ""})
        write_file(folder / name, picture.getvalue())
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


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to points along one side."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies; in the middle when there is only one."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


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

    def _sheet(self, title: str, paper: Paper, remark: str = "") -> Sheet:
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
        highest = max((row.delay.value for row in rows if row.delay is not None), default=0)
        x = _Scale(min(sweep.values), max(sweep.values), frame.x + 50, frame.right - 50)
        y = _Scale(0, max(_top(highest), 1), frame.bottom - 34, frame.y + 30)
        self._axes(sheet, frame, sweep, x, y)
        self._mark_base(sheet, frame, group, x)
        self._legend(sheet, rows)
        self._series(sheet, [(row.at[0], row.delay) for row in rows], TOTAL, x, y)
        self._series(sheet, [(row.at[0], row.worst) for row in rows], WORST, x, y)
        for row in rows[:: -(-len(rows) // MOST_LABELS)]:
            self._labels(sheet, row, x, y)
        return sheet

    def _subject(self, sweep: Sweep) -> str:
        change = sweep.changes[0]
        if change.field == "places":
            arena = self.question.base.instance.arenas.get(change.row) if change.table == "arena" else None
            return self.say("plot-x-places", row=change.row if arena is None else arena.name)
        return self.say("plot-x", subject=sweep.subject)

    def _axes(self, sheet: Sheet, frame: Box, sweep: Sweep, x: _Scale, y: _Scale) -> None:
        size = self.paper.label
        step = _step(y.high)
        for value in range(0, int(y.high) + 1, step):
            at = y.at(value)
            sheet.line([frame.x, frame.right], [at, at], HAIRLINE)
            sheet.text(Box(frame.x - 44, at - 6, 38, 12), self.number(value), size, colour=QUIET, align="right")
        sheet.line([frame.x, frame.right], [frame.bottom, frame.bottom], RULE, 0.8)
        every = -(-len(sweep.values) // MOST_LABELS)
        for value in sweep.values[::every]:
            sheet.text(Box(x.at(value) - 24, frame.bottom + 4, 48, 14), self.number(value), size + 1, align="center")
        below = Box(frame.x, frame.bottom + 20, frame.width, 14)
        sheet.text(below, self._subject(sweep), size, colour=QUIET, align="center")
        sheet.text(Box(frame.x - 44, frame.y - 12, 160, 14), self.say("plot-y"), size, colour=QUIET)

    def _mark_base(self, sheet: Sheet, frame: Box, group: str, x: _Scale) -> None:
        """A band where the value is the one of today."""
        same = self.question.base.instance.sha256
        for case in self._cases(CaseKind.SWEEP, group):
            if case.instance.sha256 == same:
                band = Box(x.at(case.at[0]) - 36, frame.y, 72, frame.height)
                sheet.rect(band, YEAR_TINT, z=0.5)
                sheet.text(
                    Box(band.x, band.y + 2, 72, 14),
                    self.say("plot-base"),
                    self.paper.label,
                    colour=QUIET,
                    align="center",
                )

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

    def _series(
        self, sheet: Sheet, points: Sequence[tuple[int, Figure | None]], colour: str, x: _Scale, y: _Scale
    ) -> None:
        """A line with a mark at each value; from a total an upright line down to what is proved possible at best."""
        known = [(value, figure) for value, figure in points if figure is not None]
        for (value_1, each_figure), (value_2, two) in pairwise(known):
            if self._next_to(points, value_1, value_2):
                sheet.line([x.at(value_1), x.at(value_2)], [y.at(each_figure.value), y.at(two.value)], colour, 1.4)
        for value, figure in known:
            if not figure.proved and colour == TOTAL:
                sheet.line([x.at(value)] * 2, [y.at(figure.value), y.at(figure.bound)], colour, 1.6)
            sheet.diamond(x.at(value), y.at(figure.value), 6.0 if colour == TOTAL else 3.5, colour)

    @staticmethod
    def _next_to(points: Sequence[tuple[int, Figure | None]], one: int, two: int) -> bool:
        """Whether no value without a plan lies between."""
        return not any(one < value < two and figure is None for value, figure in points)

    def _labels(self, sheet: Sheet, row: Row, x: _Scale, y: _Scale) -> None:
        """The total above its mark, the worst below its own, ``impossible`` at the foot."""
        at, size = x.at(row.at[0]), self.paper.label
        if row.delay is None or row.worst is None:
            key = "plot-impossible" if row.verdict is Verdict.IMPOSSIBLE else "plot-unknown"
            sheet.text(Box(at - 40, y.start + 10, 80, 14), self.say(key), size, colour=QUIET, align="center")
            return
        above = Box(at - 28, y.at(row.delay.value) - 21, 56, 13)
        sheet.text(above, self.number(row.delay.value), size + 1, bold=True, colour=TOTAL, align="center")
        if row.worst.value < row.delay.value:
            beside = Box(at - 62, y.at(row.worst.value) + 4, 54, 12)  # clear of lines that fall and of the proof's bar
            sheet.text(beside, self.number(row.worst.value), size, colour=blend(WORST, INK, 0.35), align="right")

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


def _step(highest: float) -> int:
    """The distance of the lines across a plot: 1, 2, 5, 10, 20, 50 …, so that there are at most about eight."""
    step, turn = 1, 0
    while highest / step > MOST_TICKS:
        step = step * 5 // 2 if turn % 3 == 1 else step * 2
        turn += 1
    return step


def _top(highest: float) -> int:
    """The line above the highest value: 60 -> 70."""
    step = _step(highest)
    return step * (int(highest // step) + 1)
