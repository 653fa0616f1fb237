"""The view by arena: who is where, place by place, with the free places visible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.accounting import spans
from scheduler.exact import Exact
from scheduler.instance.types import PRACTICE, Arena, Span
from scheduler.month import Month
from scheduler.report import style
from scheduler.report.gantt.bars import draw_moved
from scheduler.report.gantt.chart import FULL, Chart
from scheduler.report.gantt.free_places import FreePlaces, heads, levels_of, place_levels, places_words
from scheduler.report.gantt.page import ChartPage, ChartRow, figures, two_lines, write_in_bar
from scheduler.report.gantt.placements import Placement, lanes_of, placements_by_arena
from scheduler.report.sheet import clean
from scheduler.report.style import Box


@dataclass(frozen=True)
class ArenaRow:
    """An arena (or a part of it that fits a page) with its lanes, one head in each."""

    chart: Chart
    arena: Arena
    lanes: tuple[tuple[Placement, ...], ...]
    free: tuple[list[Span], ...]
    spare: tuple[tuple[Month, Month, Exact], ...]
    first_lane: int
    used: str

    @property
    def _n_lanes(self) -> int:
        return len(self.lanes) + bool(self.spare)

    @property
    def least(self) -> float:
        """Room for the label and the lanes."""
        return max(self.chart.paper.row_min + 2, self._n_lanes * self.chart.paper.lane_min + 4)

    @property
    def most(self) -> float:
        """Lanes higher than this only look empty."""
        return max(self.chart.paper.row_min + 4, self._n_lanes * self.chart.paper.lane_max + 4)

    @property
    def left_texts(self) -> tuple[str, str, str]:
        """The arena's name, and its places."""
        name = clean(self.arena.name) or clean(self.arena.id)
        name = self.chart.say("continued", name=name) if self.first_lane else name
        return name, "", places_words(self.chart, self.arena)

    @property
    def right_texts(self) -> tuple[str, ...]:
        """How much of the places is used."""
        return (self.used,)

    @property
    def muted(self) -> bool:
        """Nothing of the row stands back by itself; its placements do."""
        return False

    @property
    def marked(self) -> bool:
        """Whether the arena is highlighted."""
        return self.arena.id in self.chart.highlight

    def draw(self, page: ChartPage, box: Box) -> None:
        """Label, free places, placements and the line of places."""
        two_lines(page, page.left(box), self.left_texts, _short_name(self.chart, self.arena))
        figures(page, page.right(box), self.used, "")
        height = min((box.height - 4) / self._n_lanes, self.chart.paper.lane_max)
        top = box.middle - height * self._n_lanes / 2
        for number, lane in enumerate(self.lanes):
            strip = Box(box.x, top + number * height, box.width, height).inset(0, 0.7)
            self._draw_free(page, strip, number)
            for placement in lane:
                with page.sheet.muted(self.chart.muted(placement.candidate, self.arena.id)):
                    self._draw_placement(page, placement, strip)
        self._draw_spare(page, Box(box.x, top + len(self.lanes) * height, box.width, height).inset(0, 0.7))
        self._draw_places(page, top, height)

    def _draw_free(self, page: ChartPage, strip: Box, number: int) -> None:
        """The lane's place while there is one, white and with a word while somebody could have it."""
        lane = self.first_lane + number
        months = range(page.chart.start, page.chart.end)
        for place in spans(month for month in months if lane < (heads(page.chart, self.arena, month) or 0)):
            if (box := page.span(place.start, place.end, strip.y, strip.height)) is not None:
                page.sheet.rect(box, style.NO_ROOM, style.RULE, z=1.4)
        for free in self.free[number]:
            self._draw_room(page, free.start, free.end, strip, "" if self.arena.is_office else page.chart.say("free"))

    def _draw_spare(self, page: ChartPage, strip: Box) -> None:
        """Percent of posts that are free, where there is a ceiling of posts only."""
        for start, end, percent in self.spare:
            if percent:
                self._draw_room(page, start, end, strip, page.chart.say("free_percent", percent=percent))

    def _draw_room(self, page: ChartPage, start: Month, end: Month, strip: Box, words: str) -> None:
        if (box := page.span(start, end, strip.y, strip.height)) is None:
            return
        page.sheet.rect(box, style.FREE_PLACE, style.RULE, z=1.5)
        size = min(page.paper.bar, box.height / style.LINE)
        if words and page.sheet.ruler.fits(words, box.width - 4.8, size):
            write_in_bar(page, box.inset(2.4), words, size, style.QUIET, style.FREE_PLACE)

    def _draw_placement(self, page: ChartPage, placement: Placement, strip: Box) -> None:
        box = page.span(placement.start, placement.end, strip.y, strip.height)
        if box is None:
            return
        family = page.chart.families.get(self.arena.id, page.chart.families[PRACTICE])
        colour = style.RESERVED if placement.candidate is None else family.colour
        colour = style.blend(colour, "#FFFFFF", 0.55) if placement.left else colour
        bar = Box(box.x + 0.5, box.y, box.width - 0.5, box.height)
        page.sheet.rect(bar, colour, style.edge_of(colour))
        size = min(page.paper.bar, bar.height / style.LINE)
        share = page.chart.say("percent", percent=placement.share) if placement.share < FULL else ""
        shown, name = (
            page.chart.names[placement.candidate] if placement.candidate is not None else (placement.label, "")
        )
        if placement.left:
            shown = page.chart.say("was_here", who=shown)
        for parts in ((shown, name, share), (shown, name), (shown, share), (shown,)):
            words, room = " ".join(filter(None, parts)), bar.inset(2.4)
            if page.sheet.ruler.fits(words, room.width, size):
                write_in_bar(page, room, words, size, style.ink_on(colour), colour)
                break
        draw_moved(page, placement.came, bar.bottom)

    def _draw_places(self, page: ChartPage, top: float, height: float) -> None:
        """The number of places as a step line under the last of them."""
        if self.arena.places is None:
            return
        xs: list[float] = []
        ys: list[float] = []
        for start, end, places in place_levels(page.chart, self.arena):
            level = min(max(places - self.first_lane, 0), len(self.lanes))
            xs += [page.x(start), page.x(end)]
            ys += [top + level * height] * 2
        page.sheet.line(xs, ys, style.INK, 1.0, z=4)


def arena_rows(chart: Chart) -> Iterator[ChartRow]:
    """Arenas in legend order, then the offices in use; no offices when anonymous, since an office names its doctor."""
    placements, room = placements_by_arena(chart), FreePlaces.of(chart)
    most_lanes = int(chart.paper.height * 0.55 / chart.paper.lane_min)
    for arena in _arenas_shown(chart, placements):
        lanes = lanes_of(chart, arena, placements.get(arena.id, []))
        free = _free_by_lane(chart, room, arena, lanes)
        spare = _spare(chart, room, arena)
        for first in range(0, len(lanes), most_lanes):
            here = slice(first, first + most_lanes)
            used, last = room.used(chart, arena) if first == 0 else "", first + most_lanes >= len(lanes)
            yield ArenaRow(chart, arena, tuple(lanes[here]), tuple(free[here]), spare if last else (), first, used)


def _short_name(chart: Chart, arena: Arena) -> str:
    """The arena's name without what is in parentheses, if no other arena's is the same; the legend has it in full."""
    names = [style.without_parentheses(clean(each_arena.name)) for each_arena in chart.instance.arenas.values()]
    short = style.without_parentheses(clean(arena.name))
    return short if names.count(short) == 1 else ""


def _free_by_lane(
    chart: Chart, room: FreePlaces, arena: Arena, lanes: Sequence[Sequence[Placement]]
) -> list[list[Span]]:
    """When each lane's place is free: of the empty lanes of a month as many as there is room for."""
    taken = [{month for placement in lane for month in range(placement.start, placement.end)} for lane in lanes]
    months: list[list[Month]] = [[] for _ in lanes]
    for month in range(chart.start, chart.end) if arena.places is not None else ():
        empty = [lane for lane in range(min(heads(chart, arena, month) or 0, len(lanes))) if month not in taken[lane]]
        for lane in empty[: room.free_heads(arena, month)]:
            months[lane].append(month)
    return [list(spans(several)) for several in months]


def _spare(chart: Chart, room: FreePlaces, arena: Arena) -> tuple[tuple[Month, Month, Exact], ...]:
    """Runs of months with the same percent of posts free, for an arena that has a ceiling of posts only."""
    if arena.places is not None or arena.percent is None:
        return ()
    return tuple(levels_of(chart, lambda month: room.free_percent(arena, month)))


def _arenas_shown(chart: Chart, placements: Mapping[str, Sequence[Placement]]) -> list[Arena]:
    arenas = chart.instance.arenas
    ordered = [arenas[key] for key in chart.families if key in arenas]
    ordered += [arena for arena in arenas.values() if arena not in ordered]
    places = [arena for arena in ordered if not arena.is_office and not arena.is_parallel]
    has_ceiling = [arena for arena in places if arena.places is not None or arena.percent is not None]
    shown = [arena for arena in places if arena.id in placements or arena in has_ceiling]
    offices = [arena for arena in ordered if arena.is_office and arena.id in placements]
    return shown if chart.anonymise else shown + offices
