"""The plan as data for the page on which it is edited: bars, who is where, what is free, and what is broken where.

Months are numbers (``scheduler.month``), ends exclusive; all words are in the reader's language. A bar's key is
its candidate and its first month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.accounting import Trajectory, reading_once, trajectories
from scheduler.accounting.shown import as_shown
from scheduler.constraints.rule import Violation
from scheduler.exact import plain
from scheduler.instance.types import PRACTICE, Instance, Rotation
from scheduler.month import Month, runs
from scheduler.plan import Plan, PlanCandidate
from scheduler.report.facts import leave_spans
from scheduler.report.html.capacity import RoomRow, room_rows
from scheduler.report.html.palette import Palette
from scheduler.report.html.timeline import scale_of
from scheduler.report.plan_file import OpenedPlan
from scheduler.report.words import Words
from scheduler.texts import Language

FULL = 100
MONTHS_BEYOND = 6
"""Room after the last finish into which something can be dragged."""


@dataclass(frozen=True, slots=True)
class Person:
    """A row: who, the months that can be planned (``first`` up to ``end``), its end, which rotations there may be."""

    id: str
    name: str
    first: Month
    end: Month
    finish: Month | None
    earliest: Month
    delay: int
    until: Month | None
    office: str
    groups: tuple[str, ...]
    municipality: str | None
    rotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Months in a row of one candidate in one rotation; ``rotation`` None: ``leave``, or a ``gap`` in the plan.

    ``percents``: of a full post, where any month is less. ``moved``: some of it was not so before the edits.
    """

    key: str
    who: str
    start: Month
    end: Month
    kind: str
    rotation: str | None = None
    percents: tuple[tuple[Month, Month, float], ...] = ()
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """Months in a row of one candidate in one arena, at a share of the week, as part of a bar."""

    arena: str
    who: str
    start: Month
    end: Month
    share: float
    bar: str


@dataclass(frozen=True, slots=True)
class RotationShown:
    """A rotation: ``tone`` is its place among the tones, ``least`` and ``most`` how many months a block of it has."""

    id: str
    name: str
    tone: int
    base: bool
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class ToneShown:
    """A colour, its text and its outline, and what it stands for."""

    fill: str
    ink: str
    edge: str
    label: str


@dataclass(frozen=True, slots=True)
class ArenaShown:
    """An arena in which somebody is, or which has a ceiling."""

    id: str
    name: str
    office: bool


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A guidance group and its members."""

    id: str
    start: Month
    end: Month
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MunicipalityShown:
    """A municipality of a region."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule in words, and where it is seen: bars, and the rows of whom it concerns as a whole."""

    id: str
    said: str
    who: str | None
    bars: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is drawn."""

    start: Month
    end: Month
    people: tuple[Person, ...]
    rotations: tuple[RotationShown, ...]
    tones: tuple[ToneShown, ...]
    bars: tuple[Bar, ...]
    arenas: tuple[ArenaShown, ...]
    stays: tuple[Stay, ...]
    room: tuple[RoomRow, ...]
    groups: tuple[GroupShown, ...]
    municipalities: tuple[MunicipalityShown, ...]

    def tree(self) -> dict[str, object]:
        """As JSON has it."""
        rows = {name: getattr(self, name) for name in self.__slots__}
        return {name: [_tree(row) for row in said] if isinstance(said, tuple) else said for name, said in rows.items()}


def _tree(row: object) -> dict[str, object]:
    """A row without rows in it; ``asdict`` copies each of its values, which takes longer than the check of a drop."""
    return {name: getattr(row, name) for name in row.__slots__}  # type: ignore[attr-defined]


class Drawing:
    """A plan to be edited, as it is drawn; ``before``: as it was before the edits, or that plan itself."""

    def __init__(self, instance: Instance, plan: Plan, lang: Language, before: OpenedPlan) -> None:
        instance = as_shown(instance, plan)
        self._instance = instance
        self._plan = plan
        self._words = Words(instance, lang)
        with reading_once(before.readings):
            self._found = trajectories(instance, plan)
        known = {id(entry) for entry in plan.candidates}
        old = {entry.id: _rotations(entry) for entry in before.plan.candidates if id(entry) not in known}
        self._bars: list[Bar] = []
        self._stays: list[Stay] = []
        for trajectory in self._found:
            own = list(_bars(trajectory, old.get(trajectory.candidate.id)))
            self._bars += own
            self._stays += _stays(trajectory, own)

    def board(self) -> Board:
        """All of it."""
        instance, words = self._instance, self._words
        scale, palette = scale_of(words, self._found), Palette(words)
        months = range(scale.start, min(scale.end + MONTHS_BEYOND, instance.end))
        used = {stay.arena for stay in self._stays}
        return Board(
            start=months.start,
            end=months.stop,
            people=tuple(_person(words, entry) for entry in self._plan.candidates),
            rotations=tuple(_rotation(words, palette, rotation) for rotation in instance.rotations.values()),
            tones=tuple(ToneShown(tone.fill, tone.ink, tone.edge, tone.label) for tone in palette.tones),
            bars=tuple(self._bars),
            arenas=tuple(
                ArenaShown(arena.id, words.arena(arena.id), arena.is_office)
                for arena in sorted(instance.arenas.values(), key=lambda arena: arena.is_office)
                if arena.id in used or (not arena.is_office and not arena.is_parallel)
            ),
            stays=tuple(self._stays),
            room=tuple(room_rows(words, self._found, months)),
            groups=tuple(
                GroupShown(group.id, group.span.start, group.span.end, tuple(_members(self._plan, group.id)))
                for group in instance.groups.values()
            ),
            municipalities=tuple(
                MunicipalityShown(row.id, row.name or row.id) for row in instance.municipalities.values()
            ),
        )

    def faults(self, violations: Sequence[Violation]) -> list[Fault]:
        """What is broken, at the bars that it is about."""
        return [
            Fault(
                id=fault_id(violation),
                said=violation.sentence(self._words.lang),
                who=violation.candidate,
                bars=tuple(dict.fromkeys(_concerned(self._instance, violation, self._bars, self._stays))),
            )
            for violation in violations
        ]


def fault_id(violation: Violation) -> str:
    """What a broken rule is called as long as it is the same: rule, whom and what it is about, and when."""
    parts = (violation.rule, violation.candidate, violation.subject, violation.start, violation.end)
    return "|".join("" if part is None else str(part) for part in parts)


def _concerned(instance: Instance, violation: Violation, bars: Iterable[Bar], stays: Iterable[Stay]) -> Iterator[str]:
    if violation.start is None:
        return
    end = violation.start + 1 if violation.end is None else violation.end
    if violation.candidate is not None:
        for bar in bars:
            if bar.who == violation.candidate and bar.start < end and violation.start < bar.end:
                yield bar.key
        return
    limit = instance.limits.get(violation.subject or "")
    arenas = {violation.subject} if limit is None else set(limit.arenas)
    for stay in stays:
        if stay.arena in arenas and stay.start < end and violation.start < stay.end:
            yield stay.bar


def _rotations(entry: PlanCandidate) -> dict[Month, str | None]:
    return {row.month: row.rotation for row in entry.months}


def _bars(trajectory: Trajectory, before: Mapping[Month, str | None] | None) -> Iterator[Bar]:
    entry, who = trajectory.entry, trajectory.candidate.id
    leave = {month for span in leave_spans(trajectory) for month in span.months()}
    for start, end, rotation in runs((row.month, row.rotation) for row in entry.months):
        months = range(start, end)
        base = (
            rotation is not None
            and rotation in trajectory.instance.rotations
            and trajectory.instance.rotations[rotation].base
        )
        kind = ("base" if base else "block") if rotation else "leave" if start in leave else "gap"
        percents = list(runs((row.month, plain(row.percent)) for row in entry.months if row.month in months))
        moved = before is not None and any(before.get(month) != rotation for month in months)
        yield Bar(
            key=f"{who}:{start}",
            who=who,
            start=start,
            end=end,
            kind=kind,
            rotation=rotation,
            percents=tuple(percents) if rotation and any(percent < FULL for *_, percent in percents) else (),
            moved=moved,
        )


def _stays(trajectory: Trajectory, bars: Iterable[Bar]) -> Iterator[Stay]:
    entry = trajectory.entry
    for bar in bars:
        rotation = trajectory.instance.rotations.get(bar.rotation or "")
        if rotation is None:
            continue
        for name, share in rotation.mix.items():
            places = (
                (month, entry.practice_at(month) if name == PRACTICE else name) for month in range(bar.start, bar.end)
            )
            for start, end, arena in runs(places):
                if arena is not None:
                    yield Stay(arena, entry.id, start, end, plain(share), bar.key)


def _person(words: Words, entry: PlanCandidate) -> Person:
    candidate = words.instance.candidates[entry.id]
    return Person(
        id=entry.id,
        name=words.name(entry.id),
        first=entry.first,
        end=words.instance.end_for(candidate),
        finish=entry.finish,
        earliest=entry.earliest_finish,
        delay=entry.delay,
        until=entry.until,
        office=words.practices(entry),
        groups=tuple(entry.groups),
        municipality=candidate.municipality,
        rotations=tuple(rotation.id for rotation in words.instance.rotations_of(candidate)),
    )


def _rotation(words: Words, palette: Palette, rotation: Rotation) -> RotationShown:
    tone = palette.tones.index(palette.of(rotation))
    return RotationShown(
        rotation.id, words.rotation(rotation), tone, rotation.base, rotation.min_months, rotation.max_months
    )


def _members(plan: Plan, group_id: str) -> Iterator[str]:
    return (entry.id for entry in plan.candidates if group_id in entry.groups)
