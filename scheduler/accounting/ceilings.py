"""What candidates take of arenas and units, and what there is room for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from scheduler.accounting.goals import arena_shares
from scheduler.accounting.trajectory import Trajectory, reckoned_once
from scheduler.exact import Exact, whole_if_it_is
from scheduler.instance.frozen_use import frozen_use
from scheduler.instance.types import ROOM_FOR_ALL, Arena, Instance, Limit, N, PercentSteps, Reservation, Steps
from scheduler.month import Month


@dataclass(slots=True)
class Use:
    """What candidates take of an arena in a month: who, and percent x share in credit per month."""

    heads: list[str] = field(default_factory=list)
    credit: Exact = 0


def use_by_arena(plan_trajectories: Iterable[Trajectory]) -> dict[str, dict[Month, Use]]:
    """Heads and credit per arena and month, own practice resolved to the office."""
    use: dict[str, dict[Month, Use]] = defaultdict(lambda: defaultdict(Use))
    for trajectory in plan_trajectories:
        candidate_id = trajectory.candidate.id
        for arena, month, credit in _taken(trajectory):
            taken = use[arena][month]
            taken.heads.append(candidate_id)
            taken.credit += credit
    return use


@reckoned_once
def _taken(trajectory: Trajectory) -> tuple[tuple[str, Month, Exact], ...]:
    """What one candidate takes: arena, month and percent x share."""
    shares: dict[tuple[str, str | None], dict[str, Exact]] = {}
    found: list[tuple[str, Month, Exact]] = []
    for month in trajectory.service:
        place = month.rotation.id, trajectory.entry.practice_at(month.month)
        if place not in shares:
            shares[place] = arena_shares(trajectory, month)
        found += [(arena, month.month, month.percent * share) for arena, share in shares[place].items()]
    return tuple(found)


def joint_use(use: Mapping[str, Mapping[Month, Use]], arenas: Iterable[str], month: Month) -> Use:
    """Use of several arenas together in a month; a candidate in two of them is one head."""
    heads: dict[str, None] = {}
    credit: Exact = 0
    for arena in dict.fromkeys(arenas):
        taken = use.get(arena, {}).get(month)
        if taken is not None:
            heads.update(dict.fromkeys(taken.heads))
            credit += taken.credit
    return Use(list(heads), credit)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Places and percent over arenas after reservations; None: no ceiling.

    ``heads`` and ``credit`` are what frozen months have taken.
    """

    places: Steps | None
    percent: PercentSteps | None
    reservations: tuple[Reservation, ...]
    heads: Mapping[Month, int] = field(default_factory=dict)
    credit: Mapping[Month, Exact] = field(default_factory=dict)
    _places_known: dict[Month, int | None] = field(default_factory=dict, init=False, compare=False, repr=False)
    _percent_known: dict[Month, Exact | None] = field(default_factory=dict, init=False, compare=False, repr=False)

    def places_at(self, month: Month) -> int | None:
        """Heads there is room for: 3 places less 1 reserved are 2."""
        if month not in self._places_known:
            self._places_known[month] = self._places_left(month)
        return self._places_known[month]

    def places_told_at(self, month: Month) -> int | None:
        """Heads there is room for, as people read it: no number where there is room for all."""
        if self.places is not None and self.places.at(month) == ROOM_FOR_ALL:
            return None
        return self.places_at(month)

    def percent_at(self, month: Month) -> Exact | None:
        """Percent of a post there is room for: 100 less 20 reserved are 80."""
        if month not in self._percent_known:
            self._percent_known[month] = self._percent_left(month)
        return self._percent_known[month]

    def _places_left(self, month: Month) -> int | None:
        if self.places is None:
            return None
        left = max(0, self.places.at(month) - sum(row.places for row in self.reservations if month in row.span))
        return max(0, left - self.heads.get(month, 0))

    def _percent_left(self, month: Month) -> Exact | None:
        if self.percent is None:
            return None
        left = max(0, self.percent.at(month) - sum(row.percent for row in self.reservations if month in row.span))
        taken = self.credit.get(month, 0)
        return max(0, left - whole_if_it_is(Fraction(taken) / 100)) if taken else left


def arenas_under(subject: Arena | Limit) -> tuple[str, ...]:
    """The arenas whose use counts together: those of a limit, or the arena itself."""
    return subject.arenas if isinstance(subject, Limit) else (subject.id,)


def ceiling(instance: Instance, subject: Arena | Limit) -> Ceiling:
    """The ceiling of an arena or a limit with the reservations that touch it; reckoned once of those it has."""
    known = instance.once(_Known)
    if instance.arenas.get(subject.id) is not subject and instance.limits.get(subject.id) is not subject:
        return _ceiling(instance, subject)
    key = isinstance(subject, Limit), subject.id
    if key not in known.ceilings:
        known.ceilings[key] = _ceiling(instance, subject)
    return known.ceilings[key]


class _Known:
    """The ceilings of an instance that have been asked for."""

    def __init__(self, _instance: Instance) -> None:
        self.ceilings: dict[tuple[bool, str], Ceiling] = {}


def _ceiling(instance: Instance, subject: Arena | Limit) -> Ceiling:
    arenas = arenas_under(subject)
    rows = tuple(row for row in instance.reservations if row.arena in arenas)
    use = frozen_use(instance)
    return Ceiling(subject.places, subject.percent, rows, _of(subject, use.heads), _of(subject, use.credit))


def _of(subject: Arena | Limit, taken: Mapping[tuple[str, Month], N]) -> dict[Month, N]:
    return {month: amount for (subject_id, month), amount in taken.items() if subject_id == subject.id}
