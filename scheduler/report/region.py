"""A region's shared places: who holds them, half-year by half-year, and what one more would be worth to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scheduler.accounting import Trajectory, delay, trajectories, use_by_arena
from scheduler.accounting.municipalities import municipal_standings
from scheduler.instance.quotas import quotas_by_arena
from scheduler.instance.types import Arena, Instance, Span
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.report.desk.needs import needs, window_of
from scheduler.report.words import Words


@dataclass(frozen=True, slots=True)
class Held:
    """What a municipality holds of an arena in a half-year: ``most`` heads at once, who, and stays that begin."""

    most: int
    who: tuple[str, ...]
    begin: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A municipality (None: those of none) with its quota in the arena in words, and what it holds by half-year."""

    municipality: str | None
    name: str
    quota: str
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class SharedArena:
    """An arena that municipalities share: half-years in words, who holds it, and all together beside the places."""

    id: str
    name: str
    windows: tuple[str, ...]
    holders: tuple[Holder, ...]
    used: tuple[int, ...]
    places: tuple[str, ...]
    begin: tuple[int, ...]


def shared_arenas(instance: Instance) -> list[Arena]:
    """Arenas of no municipality, or with quotas, that are no offices and no rosters, as in the file."""
    under = quotas_by_arena(instance)
    return [
        arena
        for arena in instance.arenas.values()
        if (arena.municipality is None or arena.id in under) and not arena.is_office and not arena.is_parallel
    ]


def shared_arena(words: Words, plan: Plan, arena: Arena) -> SharedArena:
    """Who holds an arena in a plan; only half-years of the plan's time, and municipalities that have anybody."""
    instance = words.instance
    people = trajectories(instance, plan)
    windows = list(_windows(instance, arena, people))
    use = use_by_arena(people).get(arena.id, {})
    heads = {month: taken.heads for month, taken in use.items()}
    begun = [(need.candidate, need.window) for need in needs(instance, plan, arena.id) if not need.running]
    towns: dict[str | None, str] = {row.id: row.name or row.id for row in instance.municipalities.values()}
    of = {who.id: who.municipality for who in instance.candidates.values()}
    if any(of.get(who) is None for month in heads.values() for who in month):
        towns[None] = words.say("region-of-none")
    holders = tuple(
        Holder(
            town, name, _quota(words, arena, town), tuple(_held(heads, begun, of, town, window) for window in windows)
        )
        for town, name in towns.items()
    )
    return SharedArena(
        arena.id,
        words.arena(arena.id),
        tuple(words.period(window.start, window.end) for window in windows),
        holders,
        tuple(max((len(heads.get(month, ())) for month in window.months()), default=0) for window in windows),
        tuple(_places(words, arena, window) for window in windows),
        tuple(sum(holder.held[number].begin for holder in holders) for number in range(len(windows))),
    )


def _windows(instance: Instance, arena: Arena, people: Sequence[Trajectory]) -> Iterator[Span]:
    """Half-years of the plan's time, or what the months of start in the arena make of it."""
    rotations = [rotation for rotation in instance.rotations.values() if arena.id in rotation.mix]
    rotation = next((one for one in rotations if one.starts), rotations[0] if rotations else None)
    month, end = instance.start, max((trajectory.end for trajectory in people), default=instance.start)
    while rotation is not None and month < end:
        window = window_of(rotation, month)
        yield Span(max(window.start, instance.start), window.end)
        month = window.end


def _held(
    heads: dict[Month, list[str]],
    begun: Sequence[tuple[str, Span]],
    of: dict[str, str | None],
    town: str | None,
    window: Span,
) -> Held:
    by_month = [[who for who in heads.get(month, ()) if of.get(who) == town] for month in window.months()]
    who = tuple(dict.fromkeys(one for month in by_month for one in month))
    begin = sum(of.get(one) == town and window.start <= at.start < window.end for one, at in begun)
    return Held(max(map(len, by_month), default=0), who, begin)


def _quota(words: Words, arena: Arena, town: str | None) -> str:
    """The fewest and the most places of a quota over time; empty where there is none."""
    instance = words.instance
    found = [quota for quota in quotas_by_arena(instance).get(arena.id, ()) if quota.municipality == town]
    months = range(instance.start, instance.end)
    return _range(words, [quota.places.at(month) for quota in found if quota.places for month in months])


def _places(words: Words, arena: Arena, window: Span) -> str:
    return _range(words, [arena.places.at(month) for month in window.months()] if arena.places else [])


def _range(words: Words, places: Sequence[int]) -> str:
    if not places:
        return ""
    low, high = words.number(min(places)), words.number(max(places))
    return low if low == high else f"{low}–{high}"


# --- one more place --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gain:
    """What a municipality's candidates get of another plan: months of delay and wishes met, before and after."""

    municipality: str
    delay: tuple[int, int]
    wishes: tuple[int, int]


@dataclass(frozen=True, slots=True)
class OwnGain:
    """A candidate who has another delay: before and after, and of which municipality."""

    candidate: str
    municipality: str | None
    delay: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Worth:
    """Who gains and who loses by another plan of the same people."""

    gains: tuple[Gain, ...]
    people: tuple[OwnGain, ...]

    def tree(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def worth(before: Instance, plan: Plan, after: Instance, other: Plan) -> Worth:
    """Compare two plans, each of its instance."""
    old, new = trajectories(before, plan), trajectories(after, other)
    pairs = zip(municipal_standings(before, old), municipal_standings(after, new), strict=True)
    delays = {trajectory.candidate.id: delay(trajectory) for trajectory in new}
    had = [(trajectory.candidate, delay(trajectory)) for trajectory in old]
    return Worth(
        tuple(
            Gain(one.municipality.id, (_months(old, one.municipality.id), _months(new, one.municipality.id)),
                 (one.wishes_met, two.wishes_met))
            for one, two in pairs
        ),
        tuple(
            OwnGain(who.id, who.municipality, (late, delays[who.id])) for who, late in had if delays[who.id] != late
        ),
    )  # fmt: skip


def _months(people: Sequence[Trajectory], municipality: str) -> int:
    return sum(delay(one) for one in people if one.candidate.municipality == municipality)
