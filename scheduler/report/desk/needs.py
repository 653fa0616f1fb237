"""The need list for an arena outside the municipality, such as the hospital: who needs a place there, and when.

Each plan is one municipality's, unless its file says whose each candidate is. A need is a stay that begins in the
plan; what runs already is told as running. Its window is the half-year, or what the rotation's months of start make of
it: with starts in March and September a stay from March belongs to the window March to August. No names leave the
municipality: candidates are told by id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.accounting import Trajectory, arena_shares, trajectories
from scheduler.instance.types import HALF_YEAR, Instance, Rotation, Span
from scheduler.month import MONTHS_PER_YEAR, Month, calendar_month
from scheduler.plan import Plan
from scheduler.report.desk.sheets import Cell, MonthCell, Sheets
from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words
from scheduler.texts import Language, text


@dataclass(frozen=True, slots=True)
class Need:
    """A stay in the arena: its months of service, and how much of a full post they are, all together.

    ``running``: it began before the plan. ``window``: the months of the half-year that it belongs to.
    """

    municipality: str
    candidate: str
    span: Span
    months: int
    fte: Fraction
    window: Span
    running: bool


def needs(instance: Instance, plan: Plan, arena: str) -> list[Need]:
    """Every stay of a plan in the arena, in order of time."""
    found = (need for trajectory in trajectories(instance, plan) for need in _of(instance, plan, trajectory, arena))
    return sorted(found, key=lambda need: (need.span.start, need.candidate))


def _of(instance: Instance, plan: Plan, trajectory: Trajectory, arena: str) -> Iterator[Need]:
    for block in trajectory.shown_blocks:
        served = [month for month in trajectory.shown if block.start <= month.month < block.end]
        shares = [Fraction(month.percent) * arena_shares(trajectory, month).get(arena, 0) / 100**2 for month in served]
        if not any(shares):
            continue
        current = trajectory.candidate.current
        before = current is not None and current.rotation == block.rotation.id
        running = before and block.start <= max(instance.start, trajectory.told.start)
        yield Need(
            _municipality(instance, plan, trajectory),
            trajectory.candidate.id,
            Span(block.start, block.end),
            sum(share > 0 for share in shares),
            sum(shares, Fraction(0)),
            window_of(block.rotation, block.start),
            running,
        )


def _municipality(instance: Instance, plan: Plan, trajectory: Trajectory) -> str:
    """The candidate's, in a region's file; else whose the plan is."""
    own = instance.municipalities.get(trajectory.candidate.municipality or "")
    return plan.instance.name if own is None else own.name or own.id


def window_of(rotation: Rotation, start: Month) -> Span:
    """The months from the last month of start up to the next one; without such months the calendar half-year."""
    starts = rotation.starts or {1, 1 + HALF_YEAR}
    begin = next(month for month in range(start, start - MONTHS_PER_YEAR, -1) if calendar_month(month) in starts)
    end = next(month for month in range(start + 1, start + 1 + MONTHS_PER_YEAR) if calendar_month(month) in starts)
    return Span(begin, end)


def needs_lines(found: Sequence[Need], lang: Language, arena: str) -> Iterator[str]:
    """How many places are needed, and the window in which most are."""
    new = [need for need in found if not need.running]
    yield text("needs.total", lang, number=len(new), arena=arena, running=len(found) - len(new))
    by_window = _by_window(new)
    if by_window:
        most = max(by_window, key=lambda window: len(by_window[window]))
        words = {"first": f"{_plain(most.start)}", "last": f"{_plain(most.end - 1)}"}
        yield text("needs.most", lang, number=len(by_window[most]), **words)


def _plain(month: Month) -> str:
    return f"{month // MONTHS_PER_YEAR}-{calendar_month(month):02d}"


def _by_window(found: Iterable[Need]) -> dict[Span, list[Need]]:
    windows: dict[Span, list[Need]] = defaultdict(list)
    for need in found:
        windows[need.window].append(need)
    return dict(sorted(windows.items(), key=lambda item: (item[0].start, item[0].end)))


def needs_book(words: Words, found: Sequence[Need], arena: str, standing: PlanStanding | None = None) -> bytes:
    """The workbook: places by window and municipality, and a row for each stay."""
    lang = words.lang
    title = text("needs.title", lang, arena=arena)
    sheets = Sheets(title, lang, words.instance.start, standing)
    towns = list(dict.fromkeys(need.municipality for need in found))
    new = _by_window(need for need in found if not need.running)
    heads = [(text("needs.head-window", lang), 30), *((town, 18) for town in towns), (text("needs.head-sum", lang), 10)]
    rows: list[list[Cell]] = [
        [
            words.period(window.start, window.end),
            *(sum(need.municipality == town for need in of_it) for town in towns),
            len(of_it),
        ]
        for window, of_it in new.items()
    ]
    sums: list[Cell] = [
        text("needs.head-sum", lang),
        *(sum(need.municipality == town and not need.running for need in found) for town in towns),
        sum(not need.running for need in found),
    ]
    notes = [*needs_lines(found, lang, arena), text("needs.note", lang)]
    sheets.sheet(text("needs.sheet-windows", lang), title, notes, heads, rows, sums)
    keys = (("town", 26), ("candidate", 10), ("window", 26), ("from", 12), ("to", 12), ("months", 9), ("fte", 12))
    stays = [(text(f"needs.head-{key}", lang), width) for key, width in (*keys, ("state", 16), ("registered", 22))]
    name, about = text("needs.sheet-stays", lang), text("needs.stays-title", lang, arena=arena)
    sheets.sheet(name, about, [text("needs.stays-note", lang)], stays, (_row(words, need) for need in found))
    return sheets.content()


def _row(words: Words, need: Need) -> list[Cell]:
    return [
        need.municipality, need.candidate, words.period(need.window.start, need.window.end), MonthCell(need.span.start),
        MonthCell(need.span.end - 1), need.months, need.fte,
        text("needs.running" if need.running else "needs.needed", words.lang), None,
    ]  # fmt: skip
