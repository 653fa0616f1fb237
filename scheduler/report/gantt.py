"""The chart for meetings: who is where in which month, on A3, A4 or a screen.

A page is a stack of rows under a calendar. What a row shows depends on the view: a candidate's path, an arena with its
places, or a guidance group with its members. Rows know the height they need; pages are filled from that.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Literal, Protocol

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages

from scheduler.instance.types import PRACTICE, Arena, Group, Instance, Rotation, Service, Span, Steps
from scheduler.month import Month, calendar_month, year
from scheduler.plan import Plan, PlanCandidate, PlanObjective, write_atomically
from scheduler.report import style
from scheduler.report.style import PAPERS, Box, Family, Paper, PaperName, Ruler, Sheet, clean
from scheduler.texts import Language, text

By = Literal["candidate", "arena", "group"]
SUFFIXES = (".png", ".pdf", ".svg")

_HALF_YEAR = 6
_COLUMN_GAP = 9.0
_LEGEND_GAP = 15.0
_SWATCH = 16.0
_INDENT = 9.0
_MOST_FREE_LANES = 12
_LEAST_BAR = 15
_CENTRE: style.Align = "center"
_LEFT: style.Align = "left"
_LEAST_LETTERS = 7
_FULL = 100


def draw_gantt(
    instance: Instance,
    plan: Plan,
    path: Path,
    *,
    by: By = "candidate",
    start: Month | None = None,
    end: Month | None = None,
    paper: PaperName = "a3",
    lang: Language = "nb",
    anonymise: bool = False,
    today: Month | None = None,
    dpi: float | None = None,
) -> list[Path]:
    """Draw the plan into a PNG, PDF or SVG file (by suffix) and return the paths written.

    Months run from ``start`` up to, not including, ``end``; without them the whole plan is shown. When the rows need
    several pages, a PDF holds them all and pictures are numbered: ``gantt.png``, ``gantt-2.png`` … Each file is written
    whole or not at all. ValueError for another suffix or an empty range of months.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"a chart is a {', '.join(SUFFIXES)} file, not {path.name!r}")
    chart = Chart.of(
        instance, plan, by=by, start=start, end=end, paper=paper, lang=lang, anonymise=anonymise, today=today
    )
    contents = _contents(chart, path, dpi)
    for target, content in contents.items():
        write_atomically(target, content)
    return list(contents)


def _contents(chart: Chart, path: Path, dpi: float | None) -> dict[Path, bytes]:
    """The files, drawn under matplotlib's own defaults whatever the user's settings are."""
    suffix = path.suffix.lower()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"hatch.linewidth": 0.6, "svg.hashsalt": "alis"})
        sheets = draw_pages(chart, dpi)
        if suffix == ".pdf":
            return {path: _pdf(sheets)}
        return {_numbered(path, number): _picture(sheet, suffix) for number, sheet in enumerate(sheets, start=1)}


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _picture(sheet: Sheet, suffix: str) -> bytes:
    """One page as a file. No date and no program version inside: the same plan gives the same bytes."""
    stream = BytesIO()
    metadata = {"Date": None} if suffix == ".svg" else {"Software": None}
    sheet.figure.savefig(stream, format=suffix[1:], dpi=sheet.figure.dpi, metadata=metadata)
    return stream.getvalue()


def _pdf(sheets: Sequence[Sheet]) -> bytes:
    stream = BytesIO()
    with PdfPages(stream, metadata={"CreationDate": None}) as pages:
        for sheet in sheets:
            pages.savefig(sheet.figure)
    return stream.getvalue()


# --- what is shown ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment:
    """Months in a row with one rotation (None: leave) and percent."""

    start: Month
    end: Month
    rotation: str | None
    percent: int


@dataclass(frozen=True)
class Chart:
    """Everything about one chart that does not depend on the page."""

    instance: Instance
    plan: Plan
    by: By
    start: Month
    end: Month
    paper: Paper
    lang: Language
    anonymise: bool
    today: Month | None

    @classmethod
    def of(
        cls, instance: Instance, plan: Plan, *, by: By = "candidate", start: Month | None = None,
        end: Month | None = None, paper: PaperName = "a3", lang: Language = "nb", anonymise: bool = False,
        today: Month | None = None,
    ) -> Chart:  # fmt: skip
        """A chart with its months settled: up to the first half-year line after everybody's last month."""
        first = instance.start if start is None else start
        last = max((candidate.last + 1 for candidate in plan.candidates if candidate.months), default=instance.end)
        half_year = -(-last // _HALF_YEAR) * _HALF_YEAR
        shown_end = min(half_year, max(last, instance.end)) if end is None else end
        if shown_end <= first:
            raise ValueError("the chart's last month must not lie before its first")
        planned = {month.rotation for candidate in plan.candidates for month in candidate.months} - {None}
        if not planned <= instance.rotations.keys():
            raise ValueError(
                f"the instance lacks the plan's rotations: {sorted(map(str, planned - instance.rotations.keys()))}"
            )
        return cls(instance, plan, by, first, shown_end, PAPERS[paper], lang, anonymise, today)

    def say(self, key: str, **fields: object) -> str:
        """A text of the chart's chapter."""
        return text(f"gantt.{key}", self.lang, **fields)

    def month(self, month: Month) -> str:
        """A month for readers: ``juni 2032``."""
        return self.say("month_year", month=self.say(f"month_{calendar_month(month)}"), year=year(month))

    @cached_property
    def families(self) -> dict[str, Family]:
        """Families by arena, in legend order."""
        return style.families(self.instance)

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """Id and name of each candidate as shown; anonymised: ``K1`` and nothing, in row order."""
        if self.anonymise:
            ids = [candidate.id for candidate in self.plan.candidates]
            return {key: (self.say("anonymous", number=number), "") for number, key in enumerate(ids, start=1)}
        known = self.instance.candidates
        return {
            planned.id: (clean(planned.id), clean(known[planned.id].name) if planned.id in known else "")
            for planned in self.plan.candidates
        }

    @cached_property
    def forms(self) -> dict[str, tuple[str, ...]]:
        """For each rotation the ways to write it, longest first.

        A short form that another rotation has too is not used; the id then stands in for it.
        """
        forms = {rotation.id: _forms(self, rotation) for rotation in self.instance.rotations.values()}
        owners = Counter(form for several in forms.values() for form in several)
        return {
            key: (
                *(form for form in several if owners[form] == 1),
                *([clean(key)] if not several or owners[several[-1]] > 1 else []),
            )
            for key, several in forms.items()
        }

    def segments(self, candidate: PlanCandidate, span: Span | None = None) -> list[Segment]:
        """The candidate's months as segments inside the chart's months (and ``span``)."""
        low = self.start if span is None else max(self.start, span.start)
        high = self.end if span is None else min(self.end, span.end)
        result: list[Segment] = []
        for month in candidate.months:
            if not low <= month.month < high:
                continue
            last = result[-1] if result else None
            if last and (last.end, last.rotation, last.percent) == (month.month, month.rotation, month.percent):
                result[-1] = Segment(last.start, month.month + 1, last.rotation, last.percent)
            else:
                result.append(Segment(month.month, month.month + 1, month.rotation, month.percent))
        return result

    def group_of(self, candidate: PlanCandidate) -> Group | None:
        """The candidate's guidance group, if the instance knows it."""
        return self.instance.groups.get(candidate.group) if candidate.group is not None else None

    @cached_property
    def used_rotations(self) -> set[str]:
        """The rotations that somebody is in within the chart's months."""
        return {
            part.rotation for one in self.plan.candidates for part in self.segments(one) if part.rotation is not None
        }


def _forms(chart: Chart, rotation: Rotation) -> list[str]:
    """``KAD/ØHD (døgn)``, ``KAD/ØHD``, ``KAD``; of a week shared with the practice its name and ``KAD/ØHD 20 %`` …"""
    names = _shorter(clean(rotation.name))
    if share := _stripe(rotation):
        arena = chart.instance.arenas[style.family_arena(rotation)]
        percent = chart.say("percent", percent=share)
        names = [names[0], *(f"{name} {percent}" for name in _shorter(clean(arena.name)))]
    return list(dict.fromkeys(name for name in names if name))


def _shorter(name: str) -> list[str]:
    """A name, without what is in parentheses, and up to its first joint."""
    plain = re.sub(r"\s*\([^)]*\)", "", name).strip()
    return [name, plain, re.split(r"\s*[/,+–]\s*|\s+og\s+|\s+and\s+", plain)[0].strip()]


# --- page and calendar -----------------------------------------------------------------------------------------------


class Row(Protocol):
    """A horizontal strip of the chart."""

    @property
    def least(self) -> float:
        """The least height it can be drawn in."""

    @property
    def most(self) -> float:
        """The height above which more only looks empty."""

    def draw(self, page: Page, box: Box) -> None:
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
    legend: tuple[tuple[tuple[str, Mark], ...], ...]
    legend_line: float


@dataclass(frozen=True)
class Page:
    """One page being drawn."""

    chart: Chart
    frame: Frame
    sheet: Sheet

    @property
    def paper(self) -> Paper:
        """The paper and its sizes."""
        return self.chart.paper

    @property
    def month_width(self) -> float:
        """Points per month."""
        return (self.frame.plot_right - self.frame.plot_left) / (self.chart.end - self.chart.start)

    def x(self, month: Month) -> float:
        """Where a month begins."""
        return self.frame.plot_left + (month - self.chart.start) * self.month_width

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


def draw_pages(chart: Chart, dpi: float | None = None) -> list[Sheet]:
    """All pages of a chart, drawn and not yet written."""
    resolution = chart.paper.dpi if dpi is None else dpi
    ruler = Ruler(resolution)
    rows = list(_rows(chart))
    frame = _frame(chart, ruler, rows)
    pages = _paginate(rows, frame.body) or [[]]
    sheets = []
    for number, on_page in enumerate(pages, start=1):
        page = Page(chart, frame, Sheet(chart.paper, ruler, resolution))
        _draw_page(page, on_page, number, len(pages))
        sheets.append(page.sheet)
    return sheets


def _rows(chart: Chart) -> Iterator[Row]:
    if chart.by == "candidate":
        return (CandidateRow(chart, candidate) for candidate in chart.plan.candidates)
    return _arena_rows(chart) if chart.by == "arena" else _group_rows(chart)


def _frame(chart: Chart, ruler: Ruler, rows: Sequence[Row]) -> Frame:
    """Measure the columns and the legend, and leave the rest to the rows."""
    paper = chart.paper
    content = Box(0, 0, paper.width, paper.height).inset(paper.margin, paper.margin)
    figures = {words for row in rows for words in row.right_texts} | {chart.say(_column_head(chart))}
    column_left = content.right - max(ruler.width(words, paper.label, bold=True) for words in figures) - 2
    legend_line = paper.small * 1.75
    legend = _legend(chart, ruler, content.width)
    head = paper.title * 2.45 + paper.label * 3.1
    foot = len(legend) * legend_line + paper.small * 4.6
    return Frame(
        content=content, plot_left=content.x + _label_width(chart, ruler, rows), plot_right=column_left - _COLUMN_GAP,
        column_left=column_left, head=head, body=content.height - head - foot, legend=legend, legend_line=legend_line,
    )  # fmt: skip


def _label_width(chart: Chart, ruler: Ruler, rows: Sequence[Row]) -> float:
    """As wide as the widest label, within reason; names of arenas may take more than those of candidates."""
    paper = chart.paper
    widest = paper.label_max * 0.3
    for row in rows:
        strong, plain, under = row.left_texts
        words = ruler.width(strong, paper.label, bold=True) + (4 + ruler.width(plain, paper.label) if plain else 0)
        widest = max(widest, words, ruler.width(under, paper.small))
    return min(widest + _INDENT + 6, paper.label_max * (1.25 if chart.by == "arena" else 1.0))


def _paginate(rows: Sequence[Row], height: float) -> list[list[Row]]:
    """Rows by page: as few pages as the least heights allow, filled evenly; a heading stays with what follows it."""
    count = len(_fill(rows, height))
    if count <= 1:
        return [list(rows)] if rows else []
    low, high = sum(row.least for row in rows) / count, height
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_fill(rows, middle)) <= count else (middle, high)
    return _fill(rows, high)


def _fill(rows: Sequence[Row], height: float) -> list[list[Row]]:
    pages: list[list[Row]] = []
    used = height
    for at, row in enumerate(rows):
        follower = rows[at + 1].least if isinstance(row, GroupHeading) and at + 1 < len(rows) else 0.0
        if used + row.least + follower > height and not (pages and not pages[-1]):
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += row.least
    return pages


def _draw_page(page: Page, rows: Sequence[Row], number: int, count: int) -> None:
    frame = page.frame
    _draw_title(page)
    heights = _heights(rows, frame.body)
    top = frame.content.y + frame.head
    bottom = top + sum(heights)
    _draw_calendar(page, top, bottom)
    y = top
    for row, height in zip(rows, heights, strict=True):
        row.draw(page, Box(frame.content.x, y, frame.content.width, height))
        y += height
        page.sheet.line([frame.content.x, frame.content.right], [y, y], style.HAIRLINE, 0.5)
    if not rows:
        _draw_nothing(page, top)
    _draw_today(page, top, bottom)
    _draw_legend(page, bottom + page.paper.small * 2.0)
    _draw_footer(page, number, count)


def _heights(rows: Sequence[Row], body: float) -> list[float]:
    """Stretch the rows over the page, none above its most."""
    least, most = sum(row.least for row in rows), sum(row.most for row in rows)
    share = min(1.0, (body - least) / (most - least)) if most > least else 0.0
    return [row.least + max(0.0, share) * (row.most - row.least) for row in rows]


def _draw_title(page: Page) -> None:
    chart, paper, content = page.chart, page.paper, page.frame.content
    name = clean(chart.plan.instance.name) or clean(chart.instance.name)
    page.sheet.text(Box(content.x, content.y, content.width, paper.title * style.LINE), name, paper.title, bold=True)
    n = len(chart.plan.candidates)
    parts = [
        chart.say(f"title_{chart.by}"),
        chart.say("period", start=chart.month(chart.start), end=chart.month(chart.end - 1)),
        chart.say("one_candidate") if n == 1 else chart.say("many_candidates", count=n),
    ]
    under = Box(content.x, content.y + paper.title * 1.42, content.width, paper.label * 1.4)
    page.sheet.text(under, "  ·  ".join(parts), paper.label * 1.1, colour=style.QUIET)


def _column_head(chart: Chart) -> str:
    return "head_used" if chart.by == "arena" else "head_finish"


def _draw_calendar(page: Page, top: float, bottom: float) -> None:
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
        if month % _HALF_YEAR == 0 and calendar_month(month) != 1:
            sheet.line([page.x(month)] * 2, [top - line, bottom], style.HAIRLINE, 0.6)
    _draw_months(page, Box(page.frame.plot_left, top - line, page.frame.plot_right - page.frame.plot_left, line))
    sheet.line([page.frame.plot_right] * 2, [top - 2 * line, bottom], style.RULE, 0.6)
    sheet.line([page.frame.content.x, page.frame.content.right], [top, top], style.RULE, 0.8)
    heads = Box(page.frame.content.x, top - line, page.frame.content.width, line)
    sheet.text(page.left(heads), chart.say(f"head_{chart.by}"), paper.small, colour=style.QUIET)
    sheet.text(page.right(heads), chart.say(_column_head(chart)), paper.small, colour=style.QUIET, align="right")


def _years(start: Month, end: Month) -> list[tuple[Month, Month]]:
    """The calendar years of a range, cut at its ends."""
    cuts = [start, *(month for month in range(start + 1, end) if calendar_month(month) == 1), end]
    return list(itertools.pairwise(cuts))


def _draw_months(page: Page, box: Box) -> None:
    """Month names if they fit, else their letters, else the half-years' first months, else nothing."""
    chart, sheet, size = page.chart, page.sheet, page.paper.small * 0.92
    letters = chart.say("month_letters")
    names = [chart.say(f"month_{number}") for number in range(1, 13)]
    for words, step in ((names, 1), (letters, 1), (names, _HALF_YEAR)):
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


def _draw_today(page: Page, top: float, bottom: float) -> None:
    """A dashed line where the month begins, with its word under the rows."""
    chart, today = page.chart, page.chart.today
    if today is None or not chart.start <= today < chart.end:
        return
    x, words, size = page.x(today), chart.say("legend_today"), page.paper.small
    page.sheet.line([x, x], [top, bottom + 3], style.INK, 0.9, dashed=True, z=4)
    width = page.sheet.ruler.width(words, size) + 2
    left = min(max(x - width / 2, page.frame.content.x), page.frame.content.right - width)
    page.sheet.text(Box(left, bottom + 3, width, size * 1.3), words, size, align="center")


def _draw_nothing(page: Page, top: float) -> None:
    words = page.chart.say("nothing", status=page.chart.say(f"status_{page.chart.plan.status}"))
    box = Box(page.frame.plot_left, top + 20, page.frame.plot_right - page.frame.plot_left, page.paper.title)
    page.sheet.text(box, words, page.paper.label * 1.3, align="center")


def _draw_footer(page: Page, number: int, count: int) -> None:
    """How good the plan is on the left; input, program and page on the right."""
    chart, size, content = page.chart, page.paper.small, page.frame.content
    tool = chart.plan.tool
    parts = [
        chart.say("footer_input", hash=clean(chart.plan.instance.sha256)[:8]),
        clean(f"{tool.name} {tool.version}"),
        *([chart.say("footer_page", page=number, pages=count)] if count > 1 else []),
    ]
    right = "  ·  ".join(parts)
    line = Box(content.x, content.bottom - size * 1.4, content.width, size * 1.4)
    used = page.sheet.text(line, right, size, colour=style.QUIET, align="right")
    left = Box(line.x, line.y, line.width - used - 20, line.height)
    fitting = [words for words in _verdicts(chart) if page.sheet.ruler.fits(words, left.width, size)]
    page.sheet.text(left, fitting[0] if fitting else _verdicts(chart)[-1], size)


def _verdicts(chart: Chart) -> list[str]:
    """The plan's status with every level, with the delay only, and alone."""
    status = chart.say("footer_status", status=chart.say(f"status_{chart.plan.status}"))
    levels = {objective.id: _level(chart, objective) for objective in chart.plan.objectives}
    shown = [list(levels.values()), [levels[key] for key in levels if key == "delay"], []]
    return ["  ·  ".join([status, *several]) for several in shown]


def _level(chart: Chart, objective: PlanObjective) -> str:
    """One level of the objective: ``utsettelse i md. 5 (bevist)``."""
    known = objective.id in ("changes", "delay", "wishes", "moves", "uncounted", "breadth")
    name = chart.say(f"level_{objective.id}") if known else clean(objective.id)
    value, bound = (f"{figure:.1f}".removesuffix(".0") for figure in (objective.value, objective.bound))
    return chart.say("level_proved" if objective.proved else "level_open", name=name, value=value, bound=bound)


# --- rows: a candidate -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CandidateRow:
    """One candidate's path through the months."""

    chart: Chart
    candidate: PlanCandidate
    indent: float = 0.0

    @property
    def least(self) -> float:
        """The least height that holds two lines of label."""
        return self.chart.paper.row_min

    @property
    def most(self) -> float:
        """The height above which more only looks empty."""
        return self.chart.paper.row_max

    @property
    def right_texts(self) -> tuple[str, ...]:
        """The finish, and the delay or that there is no finish."""
        last = self.candidate.projected_finish if self.candidate.unfinished else self.candidate.finish
        arrow = "→ " if self.candidate.unfinished else ""
        finish = arrow + self.chart.month(last) if last is not None else "–"
        remarks = [self.chart.say("unfinished")] if self.candidate.unfinished else []
        if self.candidate.delay > 0:
            remarks.append(self.chart.say("delay", months=self.candidate.delay))
        return finish, ", ".join(remarks)

    def draw(self, page: Page, box: Box) -> None:
        """Label, bars, group band, marks and finish."""
        _two_lines(page, page.left(box).from_x(box.x + self.indent), self.left_texts)
        finish, remark = self.right_texts
        _figures(page, page.right(box), finish, remark)
        pad, band = max(1.6, box.height * 0.11), max(1.8, box.height * 0.11)
        bars = Box(box.x, box.y + pad, box.width, box.height - 2 * pad - band - 0.8)
        _draw_bars(page, self.candidate, bars)
        _draw_band(page, self.candidate, bars.bottom + 0.8, band)
        _draw_marks(page, self.candidate, bars)

    @property
    def left_texts(self) -> tuple[str, str, str]:
        """Id, name, and the second line: group, and supervisor or practice (neither when anonymous)."""
        shown_id, name = self.chart.names[self.candidate.id]
        grouped = self.candidate.group is not None and self.chart.by != "group"
        parts = [str(self.candidate.group)] if grouped else []
        if not self.chart.anonymise and (guide := _guide(self.chart, self.candidate)):
            parts.append(guide)
        return shown_id, "" if name == shown_id else name, clean(" · ".join(parts))


def _guide(chart: Chart, candidate: PlanCandidate) -> str:
    """The supervisor, or the first and the last of several; without one the practice."""
    ids = list(dict.fromkeys(part.id for part in candidate.supervisors))
    known = chart.instance.supervisors
    names = [(known[key].name if key in known else "") or key for key in ids]
    if names:
        return names[0] if len(names) == 1 else f"{names[0]} → {names[-1]}"
    if candidate.practice is None:
        return ""
    arena = chart.instance.arenas.get(candidate.practice)
    return (arena.name if arena else "") or candidate.practice


def _two_lines(page: Page, box: Box, lines: tuple[str, str, str]) -> None:
    """A bold word with plain ones after it, and a quiet line under them."""
    paper, (strong, plain, under) = page.paper, lines
    height = paper.label * 1.25 + (paper.small * 1.25 if under else 0)
    first = Box(box.x, box.middle - height / 2, box.width, paper.label * 1.25)
    size = paper.label if page.sheet.ruler.fits(strong, box.width, paper.label, bold=True) else paper.small
    used = page.sheet.text(first, strong, size, bold=True)
    page.sheet.text(first.from_x(first.x + used + 4), plain, paper.label)
    page.sheet.text(Box(box.x, first.bottom, box.width, paper.small * 1.25), under, paper.small, colour=style.QUIET)


def _figures(page: Page, box: Box, words: str, remark: str) -> None:
    """The right column: a figure, and a bold remark under it."""
    paper = page.paper
    height = paper.label * 1.25 + (paper.small * 1.25 if remark else 0)
    first = Box(box.x, box.middle - height / 2, box.width, paper.label * 1.25)
    page.sheet.text(first, words, paper.label, align="right")
    under = Box(box.x, first.bottom, box.width, paper.small * 1.25)
    page.sheet.text(under, remark, paper.small, bold=True, align="right")


def _draw_bars(page: Page, candidate: PlanCandidate, bars: Box) -> None:
    """One bar per segment, as high as its percent; leave hatched at full height."""
    told = _FULL
    previous: Segment | None = None
    for part in page.chart.segments(candidate):
        box = page.span(part.start, part.end, bars.y, bars.height)
        if box is None:
            continue
        if part.rotation is None:
            page.sheet.rect(box.inset(0.4, 0), "#FFFFFF", style.LEAVE_LINE, hatch="/////")
        else:
            height = bars.height * max(part.percent, _LEAST_BAR) / _FULL
            gap = 0.0 if previous is not None and previous.rotation == part.rotation else 0.5
            bar = Box(box.x + gap, bars.bottom - height, box.width - gap, height)
            if _draw_bar(page, part, bar, tell=part.percent != told):
                told = part.percent
        previous = part


def _draw_bar(page: Page, part: Segment, bar: Box, tell: bool) -> bool:
    """A bar in its family's colour; of a week shared with the practice only the share elsewhere is coloured.

    Says whether the percent was written.
    """
    rotation = page.chart.instance.rotations[part.rotation or ""]
    colour = page.chart.families[style.family_arena(rotation)].colour
    stripe = _stripe(rotation)
    ground = style.PRACTICE_TONE if stripe else colour
    page.sheet.rect(bar, ground, style.edge_of(ground))
    room = bar
    if stripe:
        depth = max(2.0, bar.height * stripe / _FULL)
        page.sheet.rect(Box(bar.x, bar.bottom - depth, bar.width, depth), colour, style.edge_of(colour))
        room = replace(bar, height=bar.height - depth)
    percent = page.chart.say("percent", percent=part.percent) if tell and not stripe else ""
    ink = style.QUIET if rotation.base else style.ink_on(ground)
    return percent in _draw_bar_label(page, page.chart.forms[rotation.id], percent, room, ink) and percent != ""


def _stripe(rotation: Rotation) -> int:
    """Percent outside the practice where most of the week is inside it; 0 for any other rotation."""
    share = rotation.mix.get(PRACTICE, 0)
    return _FULL - share if _FULL // 2 <= share < _FULL else 0


def _draw_bar_label(page: Page, forms: Sequence[str], percent: str, room: Box, ink: str) -> str:
    """Write the longest form that fits, with the percent, without, or the percent alone; return what was written."""
    full = min(page.paper.bar, room.height / style.LINE)
    if full < page.paper.bar * 0.75:
        return ""
    box, fits = room.inset(2.4), page.sheet.ruler.fits
    box, fits, sizes = room.inset(2.4), page.sheet.ruler.fits, (full, full * 0.88)
    told = [f"{form} {percent}" for form in forms] if percent else []
    for choices, size in [*itertools.product((told, forms), sizes), ([percent] if percent else [], full)]:
        for words in choices:
            if fits(words, box.width, size):
                page.sheet.text(_beside_today(page, box, words, size), words, size, colour=ink)
                return words
    shortened = page.sheet.ruler.shorten(forms[-1], box.width, sizes[-1])
    if len(shortened) < _LEAST_LETTERS:
        return ""
    page.sheet.text(box, shortened, sizes[-1], colour=ink)
    return shortened


def _beside_today(page: Page, box: Box, words: str, size: float) -> Box:
    """The box, or the part of it right of the line for today where that line would cross the words."""
    today = page.chart.today
    if today is None or not page.chart.start <= today < page.chart.end:
        return box
    width, x = page.sheet.ruler.width(words, size), page.x(today)
    after = box.from_x(x + 2.4)
    return after if box.x - 1 < x < box.x + width + 1 and width <= after.width else box


def _draw_band(page: Page, candidate: PlanCandidate, y: float, height: float) -> None:
    """The guidance group's months, its open year darker."""
    group = page.chart.group_of(candidate)
    if group is None:
        return
    if (whole := page.span(group.span.start, group.span.end, y, height)) is not None:
        page.sheet.rect(whole, style.GROUP_BAND)
    years = group.years()
    if candidate.open_group_year is not None and 1 <= candidate.open_group_year <= len(years):
        span = years[candidate.open_group_year - 1]
        if (dark := page.span(span.start, span.end, y, height)) is not None:
            page.sheet.rect(dark, style.GROUP_OPEN)


def _draw_marks(page: Page, candidate: PlanCandidate, bars: Box) -> None:
    """The finish, the earliest finish with the delay between them, or the arrow of one who is not finished."""
    chart, radius = page.chart, min(4.2, bars.height * 0.3)
    if candidate.unfinished and candidate.months and candidate.last >= chart.start:
        tip, half = page.frame.plot_right + _COLUMN_GAP * 0.62, bars.height * 0.32
        points = [
            (page.frame.plot_right, bars.middle - half),
            (tip, bars.middle),
            (page.frame.plot_right, bars.middle + half),
        ]
        page.sheet.polygon(points, style.INK, "white", 0.4)
    if candidate.finish is None or not chart.start < candidate.finish + 1 <= chart.end:
        return
    finish = page.x(candidate.finish + 1)
    if candidate.delay > 0:
        early = max(page.x(candidate.earliest_finish + 1), page.frame.plot_left)
        y = bars.y
        page.sheet.line([early, finish, finish], [y, y, bars.middle], style.INK, 1.1, z=5)
        if early > page.frame.plot_left:
            page.sheet.diamond(early, y, radius * 0.72, "#FFFFFF", style.INK)
    page.sheet.diamond(finish, bars.middle, radius)


# --- rows: an arena --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's months in an arena, with the share of the week; ``candidate`` None: others who use the place."""

    start: Month
    end: Month
    candidate: str | None
    label: str
    share: int


@dataclass(frozen=True)
class ArenaRow:
    """An arena (or a part of it that fits a page) with its lanes, one head in each."""

    chart: Chart
    arena: Arena
    lanes: tuple[tuple[Stay, ...], ...]
    first_lane: int
    used: str

    @property
    def least(self) -> float:
        """Room for the label and the lanes."""
        return max(self.chart.paper.row_min + 2, len(self.lanes) * self.chart.paper.lane_min + 4)

    @property
    def most(self) -> float:
        """Lanes higher than this only look empty."""
        return max(self.chart.paper.row_min + 4, len(self.lanes) * self.chart.paper.lane_max + 4)

    @property
    def left_texts(self) -> tuple[str, str, str]:
        """The arena's name, and its places."""
        name = clean(self.arena.name) or clean(self.arena.id)
        name = self.chart.say("continued", name=name) if self.first_lane else name
        return name, "", _places_words(self.chart, self.arena)

    @property
    def right_texts(self) -> tuple[str, ...]:
        """How much of the places is used."""
        return (self.used,)

    def draw(self, page: Page, box: Box) -> None:
        """Label, free places, stays and the line of places."""
        _two_lines(page, page.left(box), self.left_texts)
        _figures(page, page.right(box), self.used, "")
        height = min((box.height - 4) / max(1, len(self.lanes)), self.chart.paper.lane_max)
        top = box.middle - height * len(self.lanes) / 2
        for number, lane in enumerate(self.lanes):
            strip = Box(box.x, top + number * height, box.width, height)
            self._draw_free(page, strip.inset(0, 0.7), self.first_lane + number)
            for stay in lane:
                self._draw_stay(page, stay, strip.inset(0, 0.7))
        self._draw_places(page, top, height)

    def _draw_free(self, page: Page, strip: Box, lane: int) -> None:
        for start, end in _runs(page.chart, lambda month: lane < (_heads(page.chart, self.arena, month) or 0)):
            if (box := page.span(start, end, strip.y, strip.height)) is not None:
                page.sheet.rect(box, style.FREE_PLACE, style.RULE, z=1.5)

    def _draw_stay(self, page: Page, stay: Stay, strip: Box) -> None:
        box = page.span(stay.start, stay.end, strip.y, strip.height)
        if box is None:
            return
        family = page.chart.families.get(self.arena.id, page.chart.families[PRACTICE])
        colour = style.RESERVED if stay.candidate is None else family.colour
        bar = Box(box.x + 0.5, box.y, box.width - 0.5, box.height)
        page.sheet.rect(bar, colour, style.edge_of(colour))
        size = min(page.paper.bar, bar.height / style.LINE)
        share = page.chart.say("percent", percent=stay.share) if stay.share < _FULL else ""
        shown, name = page.chart.names[stay.candidate] if stay.candidate is not None else (stay.label, "")
        for parts in ((shown, name, share), (shown, share), (shown, name), (shown,)):
            words, room = " ".join(filter(None, parts)), bar.inset(2.4)
            if page.sheet.ruler.fits(words, room.width, size):
                page.sheet.text(_beside_today(page, room, words, size), words, size, colour=style.ink_on(colour))
                return

    def _draw_places(self, page: Page, top: float, height: float) -> None:
        """The number of places as a step line under the last of them."""
        if self.arena.places is None:
            return
        xs: list[float] = []
        ys: list[float] = []
        for start, end, places in _levels(page.chart, self.arena):
            level = min(max(places - self.first_lane, 0), len(self.lanes))
            xs += [page.x(start), page.x(end)]
            ys += [top + level * height] * 2
        page.sheet.line(xs, ys, style.INK, 1.0, z=4)


def _heads(chart: Chart, arena: Arena, month: Month) -> int | None:
    """Places in a month; None without a ceiling."""
    return arena.places.at(month) if arena.places is not None else None


def _levels(chart: Chart, arena: Arena) -> list[tuple[Month, Month, int]]:
    """Runs of months with the same number of places."""
    result: list[tuple[Month, Month, int]] = []
    for month in range(chart.start, chart.end):
        places = _heads(chart, arena, month) or 0
        if result and result[-1][2] == places:
            result[-1] = (result[-1][0], month + 1, places)
        else:
            result.append((month, month + 1, places))
    return result


def _runs(chart: Chart, holds: Callable[[Month], bool]) -> list[tuple[Month, Month]]:
    """Runs of the chart's months in which something holds."""
    result: list[tuple[Month, Month]] = []
    for month in filter(holds, range(chart.start, chart.end)):
        if result and result[-1][1] == month:
            result[-1] = (result[-1][0], month + 1)
        else:
            result.append((month, month + 1))
    return result


def _places_words(chart: Chart, arena: Arena) -> str:
    """``2–3 plasser · tak 300 %``, or that there is no ceiling."""
    parts = []
    if (places := _range(chart, arena.places)) is not None:
        parts.append(chart.say("one_place") if places == "1" else chart.say("many_places", count=places))
    if (percent := _range(chart, arena.percent)) is not None:
        parts.append(chart.say("fte_ceiling", percent=percent))
    return " · ".join(parts) or chart.say("no_ceiling")


def _range(chart: Chart, steps: Steps | None) -> str | None:
    """The least and the greatest value of a step list in the chart's months: ``2–3``, or ``2`` if they are the same."""
    if steps is None:
        return None
    values = {steps.at(month) for month in range(chart.start, chart.end)}
    return str(min(values)) if len(values) == 1 else f"{min(values)}–{max(values)}"


def _arena_rows(chart: Chart) -> Iterator[Row]:
    """Arenas in legend order, then the offices in use; no offices when anonymous, since an office names its doctor."""
    stays = _stays(chart)
    most_lanes = int(chart.paper.height * 0.55 / chart.paper.lane_min)
    for arena in _arenas_shown(chart, stays):
        here = stays.get(arena.id, [])
        lanes = _lanes(chart, arena, here)
        for first in range(0, len(lanes), most_lanes):
            used = _used(chart, arena, here) if first == 0 else ""
            yield ArenaRow(chart, arena, tuple(lanes[first : first + most_lanes]), first, used)


def _arenas_shown(chart: Chart, stays: Mapping[str, Sequence[Stay]]) -> list[Arena]:
    arenas = chart.instance.arenas
    ordered = [arenas[key] for key in chart.families if key in arenas]
    ordered += [arena for arena in arenas.values() if arena not in ordered]
    places = [arena for arena in ordered if not arena.is_office and arena.service is not Service.PARALLEL]
    shown = [arena for arena in places if arena.id in stays or arena.places is not None]
    offices = [arena for arena in ordered if arena.is_office and arena.id in stays]
    return shown if chart.anonymise else shown + offices


def _stays(chart: Chart) -> dict[str, list[Stay]]:
    """Who is in which arena when, by arena, in order of start; reservations of places first."""
    result: dict[str, list[Stay]] = {}
    for reservation in chart.instance.reservations:
        span = reservation.span
        for _ in range(reservation.places):
            stay = Stay(span.start, span.end, None, "" if chart.anonymise else clean(reservation.who), _FULL)
            result.setdefault(reservation.arena, []).append(stay)
    for candidate in chart.plan.candidates:
        for arena, stay in _candidate_stays(chart, candidate):
            result.setdefault(arena, []).append(stay)
    return {arena: sorted(here, key=lambda stay: stay.start) for arena, here in result.items()}


def _candidate_stays(chart: Chart, candidate: PlanCandidate) -> list[tuple[str, Stay]]:
    """A candidate's stays; months in a row with the same share of the week are one."""
    stays: list[tuple[str, Stay]] = []
    open_at: dict[tuple[str, int], int] = {}
    for part in chart.segments(candidate):
        if part.rotation is None:
            continue
        for name, share in chart.instance.rotations[part.rotation].mix.items():
            arena = candidate.practice if name == PRACTICE else name
            if arena is None:
                continue
            at = open_at.get((arena, share))
            if at is not None and stays[at][1].end == part.start:
                stays[at] = (arena, replace(stays[at][1], end=part.end))
            else:
                open_at[arena, share] = len(stays)
                stays.append((arena, Stay(part.start, part.end, candidate.id, "", share)))
    return stays


def _lanes(chart: Chart, arena: Arena, stays: Sequence[Stay]) -> list[tuple[Stay, ...]]:
    """Pack stays into lanes, into places that exist where possible; at least one lane, and one for each free place."""
    lanes: list[list[Stay]] = []
    for stay in stays:
        free = [at for at, lane in enumerate(lanes) if lane[-1].end <= stay.start]
        good = [at for at in free if all(at < (_heads(chart, arena, month) or 0) for month in _within(chart, stay))]
        if free:
            lanes[(good or free)[0]].append(stay)
        else:
            lanes.append([stay])
    places = max((_heads(chart, arena, month) or 0 for month in range(chart.start, chart.end)), default=0)
    wanted = max(1, min(places, _MOST_FREE_LANES))
    return [tuple(lane) for lane in lanes] + [()] * (wanted - len(lanes))


def _within(chart: Chart, stay: Stay) -> range:
    return range(max(stay.start, chart.start), min(stay.end, chart.end))


def _used(chart: Chart, arena: Arena, stays: Sequence[Stay]) -> str:
    """Place-months in use of those there are: 30 of 48 is ``62 %``; nothing without a ceiling."""
    there = sum(_heads(chart, arena, month) or 0 for month in range(chart.start, chart.end))
    if not there:
        return ""
    return chart.say("percent", percent=_FULL * sum(len(_within(chart, stay)) for stay in stays) // there)


# --- rows: a guidance group ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupHeading:
    """A group's name, places and years, above its members; ``group`` None: those without one."""

    chart: Chart
    group: Group | None
    members: int

    @property
    def least(self) -> float:
        """One line of label."""
        return self.chart.paper.label * 1.75

    @property
    def most(self) -> float:
        """A little air."""
        return self.chart.paper.label * 2.3

    @property
    def left_texts(self) -> tuple[str, str, str]:
        """The group's id and how many of its places are taken."""
        if self.group is None:
            return self.chart.say("group_none"), "", ""
        taken = self.chart.say("group_members", members=self.members, places=self.group.places)
        return clean(self.group.id), taken, ""

    @property
    def right_texts(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def draw(self, page: Page, box: Box) -> None:
        """Name and places on the left, the group's years as a band."""
        page.sheet.rect(box.inset(0, 0.4), style.YEAR_TINT, z=0.5)
        _two_lines(page, page.left(box), self.left_texts)
        height = min(box.height * 0.62, page.paper.bar * 1.9)
        for number, span in enumerate(self.group.years() if self.group else [], start=1):
            year_box = page.span(span.start, span.end, box.middle - height / 2, height)
            if year_box is None:
                continue
            page.sheet.rect(year_box, style.GROUP_BAND, "#FFFFFF")
            words = self.chart.say("group_year", number=number)
            for choice in (words, str(number)):
                room, size = year_box.inset(3), page.paper.bar
                if page.sheet.ruler.fits(choice, room.width, size):
                    page.sheet.text(_beside_today(page, room, choice, size), choice, size)
                    break


def _group_rows(chart: Chart) -> Iterator[Row]:
    """Each group that has members or meets in the chart's months, then its members; those without a group last."""
    members: dict[str | None, list[PlanCandidate]] = {}
    for candidate in chart.plan.candidates:
        group = chart.group_of(candidate)
        members.setdefault(group.id if group else None, []).append(candidate)
    for group in chart.instance.groups.values():
        here = members.get(group.id, [])
        if here or (group.span.start < chart.end and group.span.end > chart.start):
            yield GroupHeading(chart, group, len(here))
            yield from (CandidateRow(chart, candidate, _INDENT) for candidate in here)
    if None in members:
        yield GroupHeading(chart, None, len(members[None]))
        yield from (CandidateRow(chart, candidate, _INDENT) for candidate in members[None])


# --- legend ----------------------------------------------------------------------------------------------------------

MarkKind = Literal[
    "bar", "mix", "part", "leave", "group", "open", "finish", "earliest", "unfinished", "free", "places", "reserved"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A legend's little picture."""

    kind: MarkKind
    colour: str = style.INK


def _legend(chart: Chart, ruler: Ruler, width: float) -> tuple[tuple[tuple[str, Mark], ...], ...]:
    """What the chart shows, in a fixed order, in lines that fit the width."""
    lines: list[list[tuple[str, Mark]]] = []
    used = width
    for words, mark in _legend_entries(chart):
        needed = _SWATCH + 4 + ruler.width(words, chart.paper.small) + _LEGEND_GAP
        if used + needed > width:
            lines.append([])
            used = 0.0
        lines[-1].append((words, mark))
        used += needed
    return tuple(tuple(line) for line in lines)


def _legend_entries(chart: Chart) -> Iterator[tuple[str, Mark]]:
    """Families first, then signs; only what occurs."""
    rotations = [chart.instance.rotations[key] for key in chart.used_rotations]
    used = {style.family_arena(rotation) for rotation in rotations}
    offices_shown = chart.by != "arena" or not chart.anonymise
    used |= {PRACTICE} if any(rotation.uses_practice for rotation in rotations) else set()
    used -= set() if offices_shown else {PRACTICE}
    for key, family in chart.families.items():
        if key in used:
            yield _family_words(chart, key), Mark("bar", family.colour)
    if chart.by == "arena":
        yield from _arena_signs(chart)
    else:
        yield from _candidate_signs(chart, rotations)


def _family_words(chart: Chart, key: str) -> str:
    """The arena's name, after its rotation's id where bars show the id because two short names are the same."""
    if key == PRACTICE:
        return chart.say("legend_practice")
    name = clean(chart.instance.arenas[key].name) or clean(key)
    for rotation in chart.instance.rotations.values():
        shown = clean(rotation.id)
        if style.family_arena(rotation) == key and chart.forms[rotation.id][-1] == shown != clean(rotation.name):
            return f"{shown}: {name}"
    return name


def _arena_signs(chart: Chart) -> Iterator[tuple[str, Mark]]:
    if any(reservation.places for reservation in chart.instance.reservations):
        yield chart.say("legend_reserved"), Mark("reserved")
    yield chart.say("legend_free"), Mark("free")
    yield chart.say("legend_places"), Mark("places")


def _candidate_signs(chart: Chart, rotations: Iterable[Rotation]) -> Iterator[tuple[str, Mark]]:
    people = chart.plan.candidates
    parts = [part for candidate in people for part in chart.segments(candidate)]
    stripes = [rotation for rotation in rotations if _stripe(rotation)]
    keys = [style.family_arena(rotation) for rotation in stripes]
    first = next((family for key, family in chart.families.items() if key in keys), None)
    signs: list[tuple[str, Mark, bool]] = [
        ("mix", Mark("mix", first.colour if first else style.INK), first is not None),
        ("part_time", Mark("part", style.PRACTICE_TONE), any(0 < part.percent < _FULL for part in parts)),
        ("leave", Mark("leave"), any(part.rotation is None for part in parts)),
        ("group", Mark("group"), any(chart.group_of(candidate) for candidate in people)),
        ("open_year", Mark("open"), any(candidate.open_group_year for candidate in people)),
        ("finish", Mark("finish"), any(candidate.finish is not None for candidate in people)),
        (
            "earliest",
            Mark("earliest"),
            any(candidate.delay > 0 and candidate.finish is not None for candidate in people),
        ),
        ("unfinished", Mark("unfinished"), any(candidate.unfinished for candidate in people)),
    ]
    yield from ((chart.say(f"legend_{key}"), mark) for key, mark, occurs in signs if occurs)


def _draw_legend(page: Page, top: float) -> None:
    size, frame = page.paper.small, page.frame
    for number, line in enumerate(frame.legend):
        x, y = frame.content.x, top + number * frame.legend_line
        for words, mark in line:
            _draw_mark(page.sheet, mark, Box(x, y + size * 0.2, _SWATCH, size * 1.1))
            width = page.sheet.ruler.width(words, size)
            page.sheet.text(Box(x + _SWATCH + 4, y, width + 1, size * 1.5), words, size)
            x += _SWATCH + 4 + width + _LEGEND_GAP


def _draw_mark(sheet: Sheet, mark: Mark, box: Box) -> None:
    """One little picture, drawn as on the chart."""
    edge = style.edge_of(mark.colour)
    third = box.height * 0.34
    low = Box(box.x, box.bottom - third, box.width, third)
    match mark.kind:
        case "bar":
            sheet.rect(box, mark.colour, edge)
        case "mix":
            sheet.rect(box, style.PRACTICE_TONE, style.edge_of(style.PRACTICE_TONE))
            sheet.rect(low, mark.colour, edge)
        case "part":
            half = box.width / 2
            sheet.rect(Box(box.x, box.y, half, box.height), mark.colour, edge)
            sheet.rect(Box(box.x + half, box.y + box.height * 0.4, half, box.height * 0.6), mark.colour, edge)
        case "leave":
            sheet.rect(box, "#FFFFFF", style.LEAVE_LINE, hatch="/////")
        case "group" | "open":
            colour = style.GROUP_BAND if mark.kind == "group" else style.GROUP_OPEN
            sheet.rect(Box(box.x, box.middle - third / 2, box.width, third), colour)
        case "free" | "reserved":
            colour = style.FREE_PLACE if mark.kind == "free" else style.RESERVED
            sheet.rect(box, colour, style.RULE)
        case "places":
            sheet.line([box.x, box.right], [box.middle] * 2, style.INK, 1.0)
        case _:
            _draw_end_mark(sheet, mark, box)


def _draw_end_mark(sheet: Sheet, mark: Mark, box: Box) -> None:
    radius, middle = box.height * 0.46, box.x + box.width / 2
    if mark.kind == "finish":
        sheet.diamond(middle, box.middle, radius)
    elif mark.kind == "earliest":
        left, right = box.x + radius * 0.7, box.right - 1
        sheet.line([left, right, right], [box.middle, box.middle, box.bottom], style.INK, 1.1, z=5)
        sheet.diamond(left, box.middle, radius * 0.72, "#FFFFFF", style.INK)
    else:
        points = [(middle - radius, box.y), (middle + radius, box.middle), (middle - radius, box.bottom)]
        sheet.polygon(points, style.INK, "white", 0.4)
