"""Live counters under the plan: who is where, against what there is room for, month by month.

A counter's formula reads the codes in the grid above it; the room it is held against stands in a hidden row of the
same sheet, so that the conditional colours work in every spreadsheet program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from scheduler.accounting import FULL_POST, Ceiling, Use, ceiling, joint_use, use_by_arena
from scheduler.exact import plain
from scheduler.instance.types import Arena, Instance, Limit, Steps
from scheduler.month import Month
from scheduler.report import style
from scheduler.report.workbook.book import BAND, FULL_TINT, RED, RED_TINT, Book, Sheet, shortened
from scheduler.report.workbook.layout import FIRST_MONTH, FIRST_ROW, OFFICES
from scheduler.report.workbook.lists import Lists

PLACES, PERCENT = "places", "percent"
OVER_COLUMN = FIRST_MONTH - 1
_RANGE_COLUMN = FIRST_MONTH - 2
_KIND_COLUMN = FIRST_MONTH - 3
COLUMN = "{column}"
_DOT = '0;-0;"·"'


@dataclass(frozen=True)
class Counter:
    """Heads or percent in some arenas together; ``room`` and ``least`` in each month of the horizon (None: no say)."""

    id: str
    name: str
    arenas: tuple[str, ...]
    kind: str
    room: tuple[float | None, ...]
    least: tuple[int, ...]
    has_office: bool


def counters(instance: Instance) -> Iterator[Counter]:
    """A counter for every ceiling: arenas, then ceilings over several, the offices last."""
    arenas = [arena for arena in instance.arenas.values() if not arena.is_parallel]
    for arena in arenas:
        if not arena.is_office:
            yield from _of(instance, arena, (arena.id,), arena.name, arena.min_places)
    for limit in instance.limits.values():
        yield from _of(instance, limit, limit.arenas, limit.name, None)
    for office in instance.offices:
        yield from _of(instance, office, (office.id,), office.name, office.min_places)


def _of(
    instance: Instance, subject: Arena | Limit, arenas: tuple[str, ...], name: str, least: Steps | None
) -> Iterator[Counter]:
    months = range(instance.start, instance.end)
    bound = ceiling(instance, subject)
    floor = tuple(0 if least is None else least.at(month) for month in months)
    has_office = any(instance.arenas[arena_id].is_office for arena_id in arenas if arena_id in instance.arenas)
    if subject.places is not None or any(floor):
        yield Counter(subject.id, name, arenas, PLACES, _rooms(bound, months, PLACES), floor, has_office)
    if subject.percent is not None:
        nothing = (0,) * len(months)
        yield Counter(subject.id, name, arenas, PERCENT, _rooms(bound, months, PERCENT), nothing, has_office)


def _rooms(bound: Ceiling, months: range, kind: str) -> tuple[float | None, ...]:
    rooms = (bound.places_told_at(month) if kind == PLACES else bound.percent_at(month) for month in months)
    return tuple(None if room is None else plain(room) for room in rooms)


@dataclass(frozen=True)
class Counted:
    """The last row that is seen, and how many months break a ceiling in all: as a formula and as it is now."""

    last_shown: int
    over: str
    n_over: int


def write_counters(book: Book, sheet: Sheet, lists: Lists, row: int) -> Counted:
    """Write the counters from a row on."""
    shown = list(counters(book.instance))
    head = book.head()
    for column in (1, 2):
        sheet.write_blank(row, column, None, head)
    for column, key in ((0, "arena"), (_KIND_COLUMN, "kind"), (_RANGE_COLUMN, "room"), (OVER_COLUMN, "over")):
        sheet.write_string(row, column, book.say(f"head-{key}"), head)
    use = use_by_arena(book.trajectories)
    first = row + 1
    n_over = 0
    for number, counter in enumerate(shown):
        n_over += _write_counter(book, sheet, lists, counter, first + number, first + len(shown) + 2 * number, use)
    if not shown:
        return Counted(row, "0", 0)
    name = xl_col_to_name(OVER_COLUMN)
    return Counted(row + len(shown), f"SUM({name}{first + 1}:{name}{first + len(shown)})", n_over)


def _write_counter(
    book: Book, sheet: Sheet, lists: Lists, counter: Counter, row: int, room_row: int,
    use: Mapping[str, Mapping[Month, Use]],
) -> int:  # fmt: skip
    """One counter: its words, a formula a month with the value it has now, its colours, and the hidden rows of room.

    Returns in how many months it is broken.
    """
    sheet.set_row(row, 12.75)
    label = book.cell(bg_color=BAND)
    sheet.write_string(row, 0, shortened(counter.name, 44), book.cell(bg_color=BAND, right=0))
    sheet.write_blank(row, 1, None, book.cell(bg_color=BAND, left=0, right=0))
    sheet.write_blank(row, 2, None, book.cell(bg_color=BAND, left=0))
    sheet.write_string(row, _KIND_COLUMN, book.say(f"kind-{counter.kind}"), label)
    sheet.write_string(row, _RANGE_COLUMN, _room_words(counter), book.cell(bg_color=BAND, align="right"))
    template = _formula(book, lists, counter)
    n_over = 0
    for number, month in enumerate(book.months):
        value = _value(counter, joint_use(use, counter.arenas, month))
        n_over += _broken(counter, number, value)
        look = book.cell(font_size=8, align="center", num_format=_DOT, **book.year_line(month))
        sheet.write_formula(
            row, FIRST_MONTH + number, "=" + template.replace(COLUMN, xl_col_to_name(FIRST_MONTH + number)), look, value
        )
    _write_rooms(book, sheet, counter, room_row)
    _colour(book, sheet, row, room_row)
    over = _over(book, row, room_row)
    sheet.write_formula(row, OVER_COLUMN, over, book.cell(bg_color=BAND, align="center", num_format=_DOT), n_over)
    mark = book.format(font_color=RED, bg_color=RED_TINT, bold=True)
    sheet.conditional_format(
        row, OVER_COLUMN, row, OVER_COLUMN, {"type": "cell", "criteria": ">", "value": 0, "format": mark}
    )
    return n_over


def _formula(book: Book, lists: Lists, counter: Counter) -> str:
    """Heads: a month's codes whose mix has the arena. Percent: each candidate's percent times the share in the mix.

    The month's column is left open, as ``COLUMN``.
    """
    rotations = book.instance.rotations.values()
    shares = {rotation.id: sum(rotation.mix.get(arena, 0) for arena in counter.arenas) for rotation in rotations}
    direct = lists.shares(f"{counter.id} {counter.kind}", shares) if any(shares.values()) else None
    cells = f"{COLUMN}${FIRST_ROW + 1}:{COLUMN}${book.last_row + 1}"
    if not counter.has_office and counter.kind == PLACES:
        return f"SUMPRODUCT(COUNTIF({cells},{lists.codes})*({direct}>0))" if direct else "0"
    parts = [f"SUMIF({lists.codes},{cells},{direct})"] if direct else []
    if counter.has_office:
        parts.append(f"{_practice_is(book, lists, counter, cells)}*SUMIF({lists.codes},{cells},{lists.practice})")
    taken = "+".join(parts) or "0"
    if counter.kind == PLACES:
        return f"SUMPRODUCT(SIGN({taken}))"
    return f"SUMPRODUCT(({taken})*{book.ref('percent')}{cells})/{FULL_POST}"


def _practice_is(book: Book, lists: Lists, counter: Counter, cells: str) -> str:
    """Whether each candidate's practice is one of the counter's arenas."""
    practices = book.ref(OFFICES) + cells if book.offices_change else book.down(2, absolute_column=True)
    if counter.arenas == (counter.id,):
        quoted = counter.id.replace('"', '""')
        return f'({practices}="{quoted}")'
    return f"ISNUMBER(MATCH({practices},{lists.add(counter.id, counter.arenas)},0))"


def _value(counter: Counter, use: Use) -> float:
    return len(use.heads) if counter.kind == PLACES else float(use.credit / FULL_POST)


def _broken(counter: Counter, number: int, value: float) -> bool:
    room = counter.room[number]
    return (room is not None and value > room) or value < counter.least[number]


def _write_rooms(book: Book, sheet: Sheet, counter: Counter, row: int) -> None:
    """Two hidden rows: the most and the least in each month; a month without a ceiling has none that can be reached."""
    for offset, key in enumerate(("most", "least")):
        sheet.set_row(row + offset, None, None, {"hidden": True, "level": 1})
        sheet.write_string(row + offset, 1, f"{counter.name} {book.say(f'kind-{counter.kind}')}: {book.say(key)}")
    for number in range(len(counter.room)):
        room = counter.room[number]
        sheet.write_number(row, FIRST_MONTH + number, 1_000_000 if room is None else room)
        sheet.write_number(row + 1, FIRST_MONTH + number, counter.least[number])


def _colour(book: Book, sheet: Sheet, row: int, room_row: int) -> None:
    """Red where a limit is broken, a tint where it is full, dots in grey."""
    last = book.column(book.instance.end - 1)
    value, most, least = (xl_rowcol_to_cell(number, FIRST_MONTH) for number in (row, room_row, room_row + 1))
    broken = book.format(font_color=RED, bg_color=RED_TINT, bold=True)
    full = book.format(bg_color=FULL_TINT, bold=True)
    empty = book.format(font_color=style.RULE)
    for criteria, look in (
        (f"=OR({value}>{most},{value}<{least})", broken),
        (f"=AND({value}={most},{most}>0)", full),
        (f"={value}=0", empty),
    ):
        rule = {"type": "formula", "criteria": criteria, "format": look, "stop_if_true": True}
        sheet.conditional_format(row, FIRST_MONTH, row, last, rule)


def _over(book: Book, row: int, room_row: int) -> str:
    """How many months break the ceiling or the least number."""
    value, most, least = book.across(row), book.across(room_row), book.across(room_row + 1)
    return f"=SUMPRODUCT(--((({value}>{most})+({value}<{least}))>0))"


def _room_words(counter: Counter) -> str:
    """The room over the horizon: ``2``, or ``1–3`` where it changes."""
    rooms = sorted({room for room in counter.room if room is not None})
    if not rooms:
        return ""
    return str(rooms[0]) if len(rooms) == 1 else f"{rooms[0]}–{rooms[-1]}"
