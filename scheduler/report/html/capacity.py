"""Capacity on the page: per arena and month what is used of what there is, who guides whom, and the groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from scheduler.accounting import Ceiling, Trajectory, Use, ceiling, joint_use, members, shifts_by_month, use_by_arena
from scheduler.accounting.guidance import guidance
from scheduler.exact import plain
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Arena, Instance
from scheduler.month import MONTHS_PER_YEAR, Month, calendar_month, year
from scheduler.report.words import Words, tidy

TABLE_MONTHS = 24
LONG_ROOM = 3  # letters of a ceiling, from which a cell has two lines
CREDIT_PER_PERCENT = CREDIT_PER_FTE_MONTH // 100


@dataclass(frozen=True, slots=True)
class CapacityCell:
    """A month: ``state`` is empty, some, full or over; ``who`` is there."""

    used: str
    room: str
    state: str
    who: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One ceiling over the months of a table; ``deep``: used and room need a line each."""

    label: str
    unit: str
    cells: tuple[CapacityCell, ...]
    deep: bool

    @property
    def runs(self) -> list[tuple[CapacityCell, int]]:
        """The cells, months in a row that are alike as one, and how many each stands for."""
        return [(cell, len(list(run))) for cell, run in groupby(self.cells)]


@dataclass(frozen=True, slots=True)
class HeatPart:
    """Rows that belong together: arenas and joint ceilings, or offices."""

    title: str
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """Up to two years side by side."""

    title: str
    years: tuple[tuple[str, int], ...]
    months: tuple[str, ...]
    names: tuple[str, ...]
    parts: tuple[HeatPart, ...]


@dataclass(frozen=True, slots=True)
class HeatFold:
    """The tables of one municipality's own places; of its ``rows`` so many are ``full`` in some month, and ``over``."""

    municipality: str
    name: str
    rows: int
    full: int
    over: int
    tables: tuple[HeatTable, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One ceiling: what is used and what there is room for in a month, None without a ceiling.

    ``always``: shown even where nobody uses it, because free places there are worth seeing. ``office``: somebody's
    practice, in a table of its own. ``municipality``: whose own it is; None: nobody's, or shared.
    """

    label: str
    unit: str
    used: Callable[[Month], float]
    room: Callable[[Month], float | None]
    who: Callable[[Month], list[str]]
    always: bool = True
    office: bool = False
    municipality: str | None = None


def heat_tables(words: Words, trajectories: list[Trajectory]) -> tuple[list[HeatTable], list[HeatFold]]:
    """Capacity per arena and month, two years a table, as far as anybody is planned; each municipality's by itself."""
    lines = list(_lines(words, trajectories))
    shared = [line for line in lines if line.municipality is None]
    folds = []
    for municipality in words.instance.municipalities.values():
        own = [line for line in lines if line.municipality == municipality.id]
        tables = tuple(_tables(words, trajectories, own))
        if any(table.parts for table in tables):
            folds.append(_fold(municipality.id, tidy(municipality.name or municipality.id), tables))
    return _tables(words, trajectories, shared), folds


def _fold(municipality: str, name: str, tables: tuple[HeatTable, ...]) -> HeatFold:
    states: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table in tables:
        for part in table.parts:
            for row in part.rows:
                states[row.label, row.unit].update(cell.state for cell in row.cells)
    full, over = (sum(state in found for found in states.values()) for state in ("full", "over"))
    return HeatFold(municipality, name, len(states), full, over, tables)


def _tables(words: Words, trajectories: list[Trajectory], lines: list[Line]) -> list[HeatTable]:
    start = words.instance.start
    end = min(words.instance.end, max([trajectory.end for trajectory in trajectories], default=start + 1))
    begin = start - start % MONTHS_PER_YEAR  # tables of whole calendar years
    tables = []
    for first in range(begin, end, TABLE_MONTHS):
        months = range(max(first, start), min(first + TABLE_MONTHS, end))
        shown = [line for line in lines if line.always or any(map(line.used, months))]
        tables.append(_table(words, months, shown))
    return tables


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One ceiling over months: of each the state of a ``CapacityCell``, what is used and what there is room for."""

    label: str
    unit: str
    cells: tuple[tuple[str, str, str], ...]


def room_rows(words: Words, trajectories: list[Trajectory], months: range) -> list[RoomRow]:
    """One row a ceiling over all the months; offices are left out."""
    lines = (line for line in _lines(words, trajectories) if not line.office)
    return [
        RoomRow(line.label, line.unit, tuple(_figures(words, line, month) for month in months))
        for line in lines
        if line.always or any(map(line.used, months))
    ]


def _figures(words: Words, line: Line, month: Month) -> tuple[str, str, str]:
    used, room = line.used(month), line.room(month)
    return _state(used, room), words.number(used) if used else "", "" if room is None else words.number(room)


def _table(words: Words, months: range, lines: list[Line]) -> HeatTable:
    by_year: dict[int, int] = defaultdict(int)
    for month in months:
        by_year[year(month)] += 1
    return HeatTable(
        title=words.period(months.start, months.stop),
        years=tuple((str(each_year), number) for each_year, number in by_year.items()),
        months=tuple(words.month_letters[calendar_month(month) - 1] for month in months),
        names=tuple(words.month(month) for month in months),
        parts=tuple(
            HeatPart(words.say(key), tuple(_row(words, line, months) for line in lines if line.office is office))
            for key, office in (("col-arena", False), ("offices", True))
            if any(line.office is office for line in lines)
        ),
    )


def unused_offices(words: Words, trajectories: list[Trajectory]) -> list[str]:
    """Offices in which nobody is planned; the tables leave them out."""
    used = use_by_arena(trajectories)
    return [words.arena(office.id) for office in words.instance.offices if office.id not in used]


def _lines(words: Words, trajectories: list[Trajectory]) -> Iterator[Line]:
    use = use_by_arena(trajectories)
    arenas = sorted(words.instance.arenas.values(), key=lambda arena: arena.is_office)
    for arena in arenas:
        if arena.is_parallel:
            yield replace(_roster_line(words, arena, trajectories), municipality=arena.municipality)
        else:
            yield from _arena_lines(words, arena, use)
    for limit in words.instance.limits.values():
        subject = ceiling(words.instance, limit)
        label = words.say("limit", limit=limit.name)
        owners = {words.instance.arenas[arena].municipality for arena in limit.arenas}
        owner = owners.pop() if len(owners) == 1 else None
        for line in _ceiling_lines(words, label, subject, partial(joint_use, use, limit.arenas)):
            yield replace(line, municipality=owner)


def _arena_lines(words: Words, arena: Arena, use: Mapping[str, Mapping[Month, Use]]) -> Iterator[Line]:
    subject = ceiling(words.instance, arena)
    months = use.get(arena.id, {})
    for line in _ceiling_lines(words, words.arena(arena.id), subject, lambda month: months.get(month, Use())):
        bounded = arena.places is not None or arena.percent is not None
        always, own = bounded and not arena.is_office, arena.municipality
        yield replace(line, always=always, office=arena.is_office, municipality=own)


def _ceiling_lines(words: Words, label: str, subject: Ceiling, taken: Callable[[Month], Use]) -> Iterator[Line]:
    """Heads and percent, each where there is a ceiling; heads without one where there is none at all."""

    def heads(month: Month) -> float:
        return len(taken(month).heads)

    def percent(month: Month) -> float:
        return float(taken(month).credit / CREDIT_PER_PERCENT)

    def top(month: Month) -> float | None:
        room = subject.percent_at(month)
        return None if room is None else plain(room)

    def who(month: Month) -> list[str]:
        return taken(month).heads

    if subject.places is not None or subject.percent is None:
        yield Line(label, words.say("unit-places"), heads, subject.places_told_at, who)
    if subject.percent is not None:
        yield Line(label, words.say("unit-percent"), percent, top, who)


def _roster_line(words: Words, arena: Arena, trajectories: list[Trajectory]) -> Line:
    used: dict[Month, int] = defaultdict(int)
    for trajectory in trajectories:
        if trajectory.candidate.legevakt_arena == arena.id or len(words.instance.parallel_arenas) == 1:
            for month, shifts in shifts_by_month(trajectory).items():
                used[month] += shifts
    steps = arena.shifts
    return Line(
        words.arena(arena.id), words.say("unit-shifts"), lambda month: used.get(month, 0),
        lambda month: None if steps is None else steps.at(month), lambda _month: [],
    )  # fmt: skip


def _row(words: Words, line: Line, months: range) -> HeatRow:
    cells = tuple(_cell(words, line, month) for month in months)
    return HeatRow(line.label, line.unit, cells, any(len(cell.room) >= LONG_ROOM for cell in cells))


def _cell(words: Words, line: Line, month: Month) -> CapacityCell:
    used, room = line.used(month), line.room(month)
    top = "" if room is None else words.number(room)
    return CapacityCell(words.number(used) if used else "", top, _state(used, room), ", ".join(line.who(month)))


def _state(used: float, room: float | None) -> str:
    if room is not None and used > room + 1e-9:
        return "over"
    if used <= 0:
        return "none" if room == 0 else "empty"
    if room is not None and used >= room - 1e-9:
        return "full"
    return "some"


# --- groups and supervisors ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A guidance group."""

    id: str
    period: str
    who: str
    used: int
    places: int
    full: bool


def group_rows(words: Words, trajectories: list[Trajectory]) -> list[GroupRow]:
    """The groups that overlap the plan and have members, or had places in it."""
    who = members(trajectories)
    last = max([trajectory.end for trajectory in trajectories], default=words.instance.start)
    return [
        GroupRow(
            id=group.id,
            period=words.period(group.span.start, group.span.end),
            who=", ".join(words.candidate(candidate_id) for candidate_id in who.get(group.id, [])),
            used=len(who.get(group.id, [])),
            places=group.places,
            full=len(who.get(group.id, [])) >= group.places,
        )
        for group in words.instance.groups.values()
        if group.id in who or group.span.start < last
    ]


@dataclass(frozen=True, slots=True)
class SupervisorRow:
    """A supervisor: whom, how many at most at a time, and hours per calendar year (together, and before and after)."""

    label: str
    who: str
    most: str
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SupervisorTable:
    """All supervisors over the calendar years of the plan."""

    years: tuple[str, ...]
    rows: tuple[SupervisorRow, ...]
    totals: tuple[str, ...]
    idle: str


def supervisor_table(words: Words, trajectories: list[Trajectory]) -> SupervisorTable:
    """Load per supervisor and calendar year in hours, guidance and preparation together."""
    hours = {
        row.id: {
            plan_guidance_year.year: plan_guidance_year.guidance_hours + plan_guidance_year.preparation_hours
            for plan_guidance_year in row.years
        }
        for row in guidance(words.instance, [trajectory.entry for trajectory in trajectories])
    }
    years = sorted({each_year for by_year in hours.values() for each_year in by_year})
    return SupervisorTable(
        years=tuple(map(str, years)),
        rows=tuple(
            _supervisor_row(words, trajectories, hour, [hours[hour].get(number, 0.0) for number in years])
            for hour in hours
        ),
        totals=tuple(
            _hours(words, sum(by_year.get(each_year, 0.0) for by_year in hours.values())) for each_year in years
        ),
        idle=", ".join(
            words.supervisor(supervisor_id)
            for supervisor_id in words.instance.supervisors
            if supervisor_id not in hours
        ),
    )


def _supervisor_row(
    words: Words, trajectories: list[Trajectory], supervisor_id: str, hours: list[float]
) -> SupervisorRow:
    heads: dict[Month, int] = defaultdict(int)
    whom: dict[str, None] = {}
    for trajectory in trajectories:
        for row in trajectory.entry.supervisors:
            if row.id == supervisor_id:
                whom.setdefault(trajectory.candidate.id)
                for month in trajectory.service:
                    heads[month.month] += row.from_ <= month.month <= row.to
    return SupervisorRow(
        label=words.supervisor(supervisor_id),
        who=", ".join(map(words.candidate, whom)),
        most=_most(words.instance, supervisor_id, heads),
        hours=tuple(_hours(words, hour) for hour in hours),
    )


def _hours(words: Words, hours: float) -> str:
    return words.number(round(hours)) if hours else "–"


def _most(instance: Instance, supervisor_id: str, heads: Mapping[Month, int]) -> str:
    """``2/2``: most candidates at a time, and the places in that month."""
    most = max(heads.values(), default=0)
    busiest = next((month for month, number in heads.items() if number == most), instance.start)
    return f"{most}/{instance.supervisors[supervisor_id].places.at(busiest)}"
