"""A candidate's months as bars, the guidance group's band under them, and the marks of the finish."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from scheduler.accounting import spans
from scheduler.exact import Exact
from scheduler.instance.types import Rotation
from scheduler.month import Month
from scheduler.plan import PlanCandidate
from scheduler.report import style
from scheduler.report.gantt.chart import FULL, Segment, stripe
from scheduler.report.gantt.page import COLUMN_GAP, ChartPage, write_in_bar
from scheduler.report.sheet import clean
from scheduler.report.style import Box

_LEAST_BAR = 15
_LEAST_STRIPE = 30
_PALE = 0.45


def draw_bars(page: ChartPage, candidate: PlanCandidate, bars: Box) -> None:
    """One bar per segment, as high as its percent; leave hatched at full height, gaps in red."""
    told: Exact = FULL
    previous: Segment | None = None
    for part in page.chart.segments(candidate):
        box = page.span(part.start, part.end, bars.y, bars.height)
        if box is None:
            continue
        if part.rotation is None:
            _draw_empty(page, part, box)
        else:
            height = bars.height * max(part.percent, _LEAST_BAR) / FULL
            gap = 0.0 if previous is not None and previous.rotation == part.rotation else 0.5
            bar = Box(box.x + gap, bars.bottom - height, box.width - gap, height)
            keep = _radius(bars) + 1 if part.end - 1 == candidate.finish else 0.0
            if _draw_bar(page, part, bar, part.percent != told, keep):
                told = part.percent
        previous = part


def _draw_empty(page: ChartPage, part: Segment, box: Box) -> None:
    """Months without a rotation: leave is hatched, a gap is red and says so where there is room."""
    if not part.gap:
        page.sheet.rect(box.inset(0.4, 0), "#FFFFFF", style.LEAVE_LINE, hatch="/////")
        return
    page.sheet.rect(box.inset(0.4, 0), style.ALARM_TINT, style.ALARM)
    _draw_bar_label(page, ((page.chart.say("gap"), page.chart.say("gap_short")),), box, style.ALARM, style.ALARM_TINT)


def _draw_bar(page: ChartPage, part: Segment, bar: Box, tell: bool, keep: float) -> bool:
    """A bar in its family's colour; of a week shared with the practice only a stripe has the other arena's colour.

    Words stay off ``keep`` points at its end, where the finish is. Says whether the percent was written.
    """
    rotation = page.chart.instance.rotations[part.rotation or ""]
    room, ground = _draw_body(page, rotation, bar)
    forms = page.chart.forms[rotation.id]
    told = _told(page, part, forms) if tell else []
    alone = [page.chart.say("percent", percent=part.percent)] if tell and not stripe(rotation) else []
    ink = style.QUIET if rotation.base else style.ink_on(ground)
    room = replace(room, width=max(0.0, room.width - keep))
    choices = (told, alone, forms) if rotation.base else (told, forms, alone)
    return _draw_bar_label(page, choices, room, ink, ground) in [*told, *alone]


def _draw_body(page: ChartPage, rotation: Rotation | None, bar: Box, pale: float = 0.0) -> tuple[Box, str]:
    """The bar without words, grey if the instance has no such rotation; return the room for words and its colour."""
    family = None if rotation is None else page.chart.families[style.family_arena(rotation)]
    colour = style.blend(style.RESERVED if family is None else family.colour, "#FFFFFF", pale)
    shared = 0 if rotation is None else stripe(rotation)
    ground = style.blend(style.PRACTICE_TONE, "#FFFFFF", pale) if shared else colour
    page.sheet.rect(bar, ground, style.edge_of(ground))
    if not shared:
        return bar, ground
    depth = max(2.0, bar.height * max(shared, _LEAST_STRIPE) / FULL)
    page.sheet.rect(Box(bar.x, bar.bottom - depth, bar.width, depth), colour, style.edge_of(colour))
    return replace(bar, height=bar.height - depth), ground


def _told(page: ChartPage, part: Segment, forms: Sequence[str]) -> list[str]:
    """A rotation's names with the percent of a post; of a shared week, which has a percent of its own, in full only."""
    long = [page.chart.say("part_time", name=form, percent=part.percent) for form in forms]
    if stripe(page.chart.instance.rotations[part.rotation or ""]):
        return long
    percent = page.chart.say("percent", percent=part.percent)
    return [*long, *(f"{form} {percent}" for form in forms)]


def _draw_bar_label(page: ChartPage, choices: Sequence[Sequence[str]], room: Box, ink: str, ground: str) -> str:
    """Write the first words that fit; return them, or nothing where no words fit: the legend then tells the colour."""
    full = min(page.paper.bar, room.height / style.LINE)
    if full < page.paper.bar * 0.75:
        return ""
    box = room.inset(2.4)
    for several, size in itertools.product(choices, (full, full * 0.88)):
        for words in several:
            if page.sheet.ruler.fits(words, box.width, size):
                write_in_bar(page, box, words, size, ink, ground)
                return words
    return ""


def draw_old_bars(page: ChartPage, candidate: PlanCandidate, bars: Box) -> None:
    """The plan before: paler bars, part-time lower, with the names that fit."""
    for part in page.chart.segments(candidate, old=True):
        box = page.span(part.start, part.end, bars.y, bars.height)
        if box is None:
            continue
        if part.rotation is None:
            _draw_empty(page, part, box)
            continue
        height = bars.height * max(part.percent, _LEAST_BAR) / FULL
        bar = Box(box.x + 0.5, bars.bottom - height, box.width - 0.5, height)
        rotation = page.chart.instance.rotations.get(part.rotation)
        room, ground = _draw_body(page, rotation, bar, _PALE)
        forms = [clean(part.rotation)] if rotation is None else page.chart.forms[rotation.id]
        if rotation is None or not rotation.base:
            _draw_bar_label(page, (forms,), room, style.ink_on(ground), ground)


def draw_moved(page: ChartPage, months: Sequence[Month], y: float) -> None:
    """A heavy line with ends along the months that moved."""
    for moved in spans(months):
        if (box := page.span(moved.start, moved.end, y, 0)) is not None:
            page.sheet.line([box.x + 0.8, box.right - 0.8], [y, y], style.INK, 2.0, z=5)
            for x in (box.x + 1.2, box.right - 1.2):
                page.sheet.line([x, x], [y - 2.6, y + 2.6], style.INK, 1.2, z=5)


def draw_band(page: ChartPage, candidate: PlanCandidate, y: float, height: float) -> None:
    """The guidance group's months, its open year darker."""
    group = page.chart.group_of(candidate)
    if group is None:
        return
    years = group.years()
    for stretch in years if group.parts else [group.span]:
        if (whole := page.span(stretch.start, stretch.end, y, height)) is not None:
            page.sheet.rect(whole, style.GROUP_BAND)
    if candidate.open_group_year is not None and 1 <= candidate.open_group_year <= len(years):
        span = years[candidate.open_group_year - 1]
        if (dark := page.span(span.start, span.end, y, height)) is not None:
            page.sheet.rect(dark, style.GROUP_OPEN)


def _radius(bars: Box) -> float:
    """Of the diamond of the finish."""
    return min(4.2, bars.height * 0.3)


def draw_marks(page: ChartPage, candidate: PlanCandidate, bars: Box) -> None:
    """The finish, the earliest finish with the delay between them, the arrow of one who is not finished, the bar of one
    who leaves."""
    chart, radius = page.chart, _radius(bars)
    if candidate.until is not None:
        if chart.start < candidate.until + 1 <= chart.end:
            end = page.x(candidate.until + 1)
            page.sheet.line([end, end], [bars.y - 1, bars.bottom + 1], style.INK, 2.2, z=5)
        return
    if candidate.unfinished and candidate.months and candidate.last >= chart.start:
        tip, half = page.frame.plot_right + COLUMN_GAP * 0.62, bars.height * 0.32
        points = [
            (page.frame.plot_right, bars.middle - half),
            (tip, bars.middle),
            (page.frame.plot_right, bars.middle + half),
        ]
        page.sheet.polygon(points, style.INK, "white", 0.4)
    if candidate.finish is None or not chart.start < candidate.finish + 1 <= chart.end or not chart.is_done(candidate):
        return
    finish = page.x(candidate.finish + 1)
    if candidate.delay > 0:
        early = max(page.x(candidate.earliest_finish + 1), page.frame.plot_left)
        y = bars.y
        page.sheet.line([early, finish, finish], [y, y, bars.middle], style.INK, 1.1, z=5)
        if early > page.frame.plot_left:
            page.sheet.diamond(early, y, radius * 0.72, "#FFFFFF", style.INK)
    page.sheet.diamond(finish, bars.middle, radius)
