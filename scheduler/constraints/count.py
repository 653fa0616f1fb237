"""Counting before searching: what a rule's sums are made of, and what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.exact import Exact
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.timeline import Timeline, timeline_of
from scheduler.instance.types import PRACTICE, Candidate, Instance, Rotation
from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class Count:
    """Needed more than there is. ``text_key`` and ``fields`` make the sentence, ``keys`` is the witness.

    ``have`` and ``need`` are in the unit of the sentence; months ``start`` up to, not including, ``end``. ``keys``: the
    rule instances whose numbers are added up.
    """

    rule: str
    text_key: str
    have: float
    need: float
    start: Month
    end: Month
    candidates: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    keys: Keys = frozenset()


@dataclass(frozen=True, slots=True)
class CountedPerson:
    """A candidate with the months in which service is possible at all: ``[first, end)``, months since the horizon.

    ``dated``: a date of the candidate's own ends them, not the horizon.
    """

    candidate: Candidate
    timeline: Timeline
    end: int
    dated: bool

    @classmethod
    def of(cls, instance: Instance, candidate: Candidate) -> CountedPerson:
        """The candidate as one to count with."""
        n = instance.end - instance.start
        latest = n if candidate.finish_by is None else min(candidate.finish_by + 1 - instance.start, n)
        return cls(candidate, timeline_of(instance, candidate), max(latest, 0), latest < n)

    @property
    def id(self) -> str:
        """The candidate's id."""
        return self.candidate.id

    @property
    def first(self) -> int:
        """The first month of service at the earliest."""
        return self.timeline.first

    @property
    def finishes(self) -> bool:
        """Whether the training must end within the horizon: not of one whose contract may end before it."""
        return not (self.timeline.unfinished or self.timeline.may_leave)

    @property
    def most_percent(self) -> Exact:
        """The highest percent of a post in those months."""
        return max(self.timeline.percent[self.first : self.end], default=0)

    def keys(self, *rules: str) -> Keys:
        """The keys of the candidate's instances of rules; the date's among them where it ends the window."""
        dated = ("finish-by",) if self.dated else ()
        return frozenset(RuleKey(rule, self.id) for rule in (*rules, *dated))


@dataclass(frozen=True, slots=True)
class Stay:
    """A candidate must serve at least ``months`` in rotations that all touch one of ``arenas``, inside the window.

    ``key``: the rule instance that asks for it; ``first``: the first month of it at the earliest, since the horizon.
    """

    person: CountedPerson
    key: RuleKey
    arenas: frozenset[str]
    months: int
    first: int


def stays_for(
    instance: Instance,
    person: CountedPerson,
    key: RuleKey,
    rotations: Sequence[Rotation],
    missing: Exact,
    most_a_month: Exact,
    services: Collection[str] | None = None,
) -> Iterator[Stay]:
    """The stay without which somebody does not get ``missing`` credit in the rotations, where it must be in arenas.

    ``most_a_month``: the most credit that a month in one of them can give. ``services``: only arenas of these
    categories give it; None: all that a rotation touches. 6 months at 100 %, or the shortest block if that is longer;
    nothing where an office of one's own would do.
    """
    touched = [_touched(instance, rotation, services) for rotation in rotations]
    if missing <= 0 or not most_a_month or not rotations or not all(touched):
        return
    months = int(-(-missing // most_a_month))
    running = person.candidate.current is not None or bool(person.candidate.past)
    if not running:
        months = max(months, min(rotation.min_months for rotation in rotations))
    late = min(max(rotation.not_before - person.candidate.months_done, 0) for rotation in rotations)
    first = person.first if running or person.candidate.fixed else person.first + late
    yield Stay(person, key, frozenset().union(*touched), months, first)


def _touched(instance: Instance, rotation: Rotation, services: Collection[str] | None) -> frozenset[str]:
    """The arenas of the rotation that give such service (any, where none is named); empty if an office is among."""
    arenas = frozenset(
        arena_id
        for arena_id in rotation.mix
        if arena_id == PRACTICE or services is None or instance.arenas[arena_id].service in services
    )
    return frozenset() if PRACTICE in arenas else arenas
