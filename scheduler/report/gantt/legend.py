"""The legend: what occurs in the chart, in a fixed order, each with its little picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.instance.types import PRACTICE, Rotation
from scheduler.report import style
from scheduler.report.gantt.chart import FULL, Chart, stripe
from scheduler.report.gantt.page import ChartPage, LegendMark
from scheduler.report.sheet import Ruler, Sheet, clean
from scheduler.report.style import Box

_LEGEND_GAP = 15.0
_SWATCH = 16.0


def legend_lines(chart: Chart, ruler: Ruler, width: float) -> tuple[tuple[tuple[str, LegendMark], ...], ...]:
    """What the chart shows, in a fixed order, in lines that fit the width."""
    lines: list[list[tuple[str, LegendMark]]] = []
    used = width
    for words, mark in _legend_entries(chart):
        needed = _SWATCH + 4 + ruler.width(words, chart.paper.small) + _LEGEND_GAP
        if used + needed > width:
            lines.append([])
            used = 0.0
        lines[-1].append((words, mark))
        used += needed
    return tuple(tuple(line) for line in lines)


def _legend_entries(chart: Chart) -> Iterator[tuple[str, LegendMark]]:
    """Families first, then signs; only what occurs."""
    rotations = [chart.instance.rotations[key] for key in chart.used_rotations]
    used = {style.family_arena(rotation) for rotation in rotations}
    offices_shown = chart.by != "arena" or not chart.anonymise
    used |= {PRACTICE} if any(rotation.uses_practice for rotation in rotations) else set()
    used -= set() if offices_shown else {PRACTICE}
    kinds: dict[str, list[style.Family]] = {}
    for key, family in chart.families.items():
        if key in used:
            kinds.setdefault(family.kind, []).append(family)
    for alike in kinds.values():
        yield _family_words(chart, [family.arena for family in alike]), LegendMark("bar", alike[0].colour)
    if chart.by == "arena":
        yield from _arena_signs(chart)
    else:
        yield from _candidate_signs(chart, rotations)
    if chart.before is not None:
        yield chart.say("legend_old"), LegendMark("old", style.OLD_TONE)
        yield chart.say("legend_moved"), LegendMark("moved")
    if chart.highlight:
        yield chart.say("legend_highlight"), LegendMark("highlight")


def _family_words(chart: Chart, arenas: list[str]) -> str:
    """What the arenas of a colour are called; one alone after its rotation's id where bars show the id because two
    short names are the same.
    """
    if PRACTICE in arenas:
        return chart.say("legend_practice")
    name = clean(style.kind_name(chart.instance, arenas))
    for rotation in chart.instance.rotations.values():
        shown = clean(rotation.id)
        own = len(arenas) == 1 and style.family_arena(rotation) == arenas[0]
        if own and chart.forms[rotation.id][-1] == shown != clean(rotation.name):
            return f"{shown}: {name}"
    return name


def _arena_signs(chart: Chart) -> Iterator[tuple[str, LegendMark]]:
    if any(reservation.arena and reservation.places for reservation in chart.instance.reservations):
        yield chart.say("legend_reserved"), LegendMark("reserved", style.RESERVED)
    yield chart.say("legend_free"), LegendMark("free", style.FREE_PLACE)
    limited = {arena for limit in chart.instance.limits.values() for arena in limit.arenas}
    if any(
        each_arena.places and (each_arena.percent or each_arena.id in limited)
        for each_arena in chart.instance.arenas.values()
    ):
        yield chart.say("legend_no_room"), LegendMark("free", style.NO_ROOM)
    yield chart.say("legend_places"), LegendMark("places")


def _candidate_signs(chart: Chart, rotations: Iterable[Rotation]) -> Iterator[tuple[str, LegendMark]]:
    people = chart.people
    parts = [part for candidate in people for part in chart.segments(candidate)]
    stripes = [rotation for rotation in rotations if stripe(rotation)]
    keys = [style.family_arena(rotation) for rotation in stripes]
    first = next((family for key, family in chart.families.items() if key in keys), None)
    signs: list[tuple[str, LegendMark, bool]] = [
        ("mix", LegendMark("mix", first.colour if first else style.INK), first is not None),
        ("part_time", LegendMark("part", style.PRACTICE_TONE), any(0 < part.percent < FULL for part in parts)),
        ("leave", LegendMark("leave"), any(part.rotation is None and not part.gap for part in parts)),
        ("gap", LegendMark("gap"), any(part.gap for part in parts)),
        ("group", LegendMark("group", style.GROUP_BAND), any(chart.group_of(candidate) for candidate in people)),
        ("open_year", LegendMark("open", style.GROUP_OPEN), any(candidate.open_group_year for candidate in people)),
        ("finish", LegendMark("finish"), any(candidate.finish is not None for candidate in people)),
        (
            "earliest",
            LegendMark("earliest"),
            any(candidate.delay > 0 and candidate.finish is not None for candidate in people),
        ),
        (
            "unfinished",
            LegendMark("unfinished"),
            any(candidate.unfinished and candidate.until is None for candidate in people),
        ),
        ("leaves", LegendMark("leaves"), any(candidate.until is not None for candidate in people)),
    ]
    yield from ((chart.say(f"legend_{key}"), mark) for key, mark, occurs in signs if occurs)


def draw_legend(page: ChartPage, top: float) -> None:
    """The lines of the legend."""
    size, frame = page.paper.small, page.frame
    for number, line in enumerate(frame.legend):
        x, y = frame.content.x, top + number * frame.legend_line
        for words, mark in line:
            _draw_mark(page.sheet, mark, Box(x, y + size * 0.2, _SWATCH, size * 1.1))
            width = page.sheet.ruler.width(words, size)
            page.sheet.text(Box(x + _SWATCH + 4, y, width + 1, size * 1.5), words, size)
            x += _SWATCH + 4 + width + _LEGEND_GAP


def _draw_mark(sheet: Sheet, mark: LegendMark, box: Box) -> None:
    """One little picture, drawn as on the chart."""
    edge = style.edge_of(mark.colour)
    third = box.height * 0.34
    match mark.kind:
        case "bar":
            sheet.rect(box, mark.colour, edge)
        case "mix":
            sheet.rect(box, style.PRACTICE_TONE, style.edge_of(style.PRACTICE_TONE))
            sheet.rect(Box(box.x, box.bottom - third, box.width, third), mark.colour, edge)
        case "part":
            half = box.width / 2
            sheet.rect(Box(box.x, box.y, half, box.height), mark.colour, edge)
            sheet.rect(Box(box.x + half, box.y + box.height * 0.4, half, box.height * 0.6), mark.colour, edge)
        case "leave":
            sheet.rect(box, "#FFFFFF", style.LEAVE_LINE, hatch="/////")
        case "gap":
            sheet.rect(box, style.ALARM_TINT, style.ALARM)
        case "group" | "open":
            sheet.rect(Box(box.x, box.middle - third / 2, box.width, third), mark.colour)
        case "free" | "reserved" | "old":
            sheet.rect(box, mark.colour, style.RULE)
        case "finish" | "earliest" | "unfinished" | "leaves":
            _draw_end_mark(sheet, mark, box)
        case _:
            _draw_line_mark(sheet, mark, box)


def _draw_line_mark(sheet: Sheet, mark: LegendMark, box: Box) -> None:
    """The line of places, the line of what moved, the bar beside what is highlighted."""
    if mark.kind == "highlight":
        sheet.rect(Box(box.x + box.width / 2 - 1.8, box.y, 3.6, box.height), style.INK)
        return
    moved = mark.kind == "moved"
    sheet.line([box.x, box.right], [box.middle] * 2, style.INK, 2.0 if moved else 1.0)
    for x in (box.x, box.right) if moved else ():
        sheet.line([x, x], [box.middle - 2.6, box.middle + 2.6], style.INK, 1.2)


def _draw_end_mark(sheet: Sheet, mark: LegendMark, box: Box) -> None:
    radius, middle = box.height * 0.46, box.x + box.width / 2
    if mark.kind == "finish":
        sheet.diamond(middle, box.middle, radius)
    elif mark.kind == "leaves":
        sheet.line([middle, middle], [box.y, box.bottom], style.INK, 2.2)
    elif mark.kind == "earliest":
        left, right = box.x + radius * 0.7, box.right - 1
        sheet.line([left, right, right], [box.middle, box.middle, box.bottom], style.INK, 1.1, z=5)
        sheet.diamond(left, box.middle, radius * 0.72, "#FFFFFF", style.INK)
    else:
        points = [(middle - radius, box.y), (middle + radius, box.middle), (middle - radius, box.bottom)]
        sheet.polygon(points, style.INK, "white", 0.4)
