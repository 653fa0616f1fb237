"""What candidates whose plan is settled already use: heads, percent, shifts, group places, supervisors.

Kept up to date one candidate at a time, so that a plan can be grown or repaired against what is left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

from scheduler.exact import Exact
from scheduler.instance.assignment import Assignment
from scheduler.instance.frozen_use import frozen_use
from scheduler.instance.pools import Asked, Pools, Reach, resolved_mix, suffice
from scheduler.instance.quotas import Year, quota_in_group, quotas_of, room_in_year
from scheduler.instance.types import Arena, Candidate, Instance, Limit, N, Rotation, Steps
from scheduler.month import Month

Use = tuple[str, Month]
Room = dict[Month, int]
CreditRoom = dict[Month, Exact]


@dataclass(frozen=True, slots=True)
class TooFull:
    """What has no room for one more: ``places`` or ``percent`` of an arena or limit, ``group``, ``away`` from a unit,
    or ``supervisors`` of all together (``subject`` is empty). ``month`` None: of a group.
    """

    kind: Literal["places", "percent", "group", "away", "supervisors"]
    subject: str
    month: Month | None = None


class CreditUsed(dict[tuple[str, Month], Exact]):
    """Credit by arena or limit and month: nothing where nobody has been."""

    def __missing__(self, key: tuple[str, Month]) -> Exact:
        return 0


class Ceilings:
    """What the instance has room for each month after reservations; ids without a ceiling are absent."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._months = range(instance.start, instance.end)
        arenas = [arena for arena in instance.arenas.values() if not arena.is_parallel]
        self.arena_places = {a.id: self._places(a, {a.id}) for a in arenas if a.places is not None}
        self.arena_credit = {a.id: self._credit(a, {a.id}) for a in arenas if a.percent is not None}
        limits = instance.limits.values()
        self.limit_places = {
            each_limit.id: self._places(each_limit, set(each_limit.arenas))
            for each_limit in limits
            if each_limit.places is not None
        }
        self.limit_credit = {
            each_limit.id: self._credit(each_limit, set(each_limit.arenas))
            for each_limit in limits
            if each_limit.percent is not None
        }
        self.limits_by_arena: dict[str, list[str]] = {}
        for limit in limits:
            for arena_id in limit.arenas:
                self.limits_by_arena.setdefault(arena_id, []).append(limit.id)
        self.quota_places = {
            quota.id: self._quota(quota.id, quota.places)
            for quota in instance.quotas.values()
            if quota.group is None and quota.places is not None
        }

    def _quota(self, quota_id: str, places: Steps) -> Room:
        taken = frozen_use(self._instance).quotas
        return {month: max(places.at(month) - taken.get((quota_id, month), 0), 0) for month in self._months}

    def _places(self, subject: Arena | Limit, arena_ids: set[str]) -> Room:
        assert subject.places is not None
        room = {month: subject.places.at(month) for month in self._months}
        for row in self._instance.reservations:
            if row.arena in arena_ids:
                for month in row.span.months():
                    if month in room:
                        room[month] -= row.places
        for (subject_id, month), number in frozen_use(self._instance).heads.items():
            if subject_id == subject.id and month in room:
                room[month] = max(room[month] - number, 0)
        return room

    def _credit(self, subject: Arena | Limit, arena_ids: set[str]) -> CreditRoom:
        assert subject.percent is not None
        room = {month: 100 * subject.percent.at(month) for month in self._months}
        for row in self._instance.reservations:
            if row.arena in arena_ids:
                for month in row.span.months():
                    if month in room:
                        room[month] -= 100 * row.percent
        for (subject_id, month), credit in frozen_use(self._instance).credit.items():
            if subject_id == subject.id and month in room:
                room[month] = max(room[month] - credit, 0)
        return room


class Occupancy:
    """Sums over settled assignments. Percent is kept in credit units (percent x share)."""

    def __init__(self, instance: Instance, assignments: Iterable[Assignment] = ()) -> None:
        self.instance = instance
        self.assignments: dict[str, Assignment] = {}
        self.heads: Counter[tuple[str, Month]] = Counter()
        self.credit = CreditUsed()
        self.limit_heads: Counter[tuple[str, Month]] = Counter()
        self.limit_credit = CreditUsed()
        self.away: Counter[tuple[str, Month]] = Counter(frozen_use(instance).away)
        self.in_rotation: defaultdict[Month, Counter[tuple[str, str | None]]] = defaultdict(Counter)
        self.shifts: Counter[tuple[str, Month]] = Counter()
        self.group_members: Counter[tuple[str, int]] = Counter()  # by the number of the group year
        self.quota_heads: Counter[tuple[str, Month]] = Counter()
        self.quota_members: Counter[tuple[str, int]] = Counter()  # by quota of a group, and number of the group year
        for assignment in assignments:
            self.add(assignment)

    @cached_property
    def ceilings(self) -> Ceilings:
        """What there is room for in all."""
        return self.instance.once(Ceilings)

    @cached_property
    def pools(self) -> Pools:
        """Supervisors who can stand in for each other."""
        return self.instance.once(Pools)

    def copy(self) -> Occupancy:
        """An occupancy that can grow without this one changing."""
        twin = Occupancy(self.instance)
        for name, value in vars(self).items():
            vars(twin)[name] = copy(value) if isinstance(value, dict) else value
        twin.in_rotation = defaultdict(Counter, {month: copy(served) for month, served in self.in_rotation.items()})
        return twin

    def add(self, assignment: Assignment) -> None:
        """Settle a candidate."""
        self.assignments[assignment.candidate] = assignment
        self._tally(assignment, 1)

    def remove(self, candidate_id: str) -> Assignment:
        """Unsettle a candidate and return the assignment."""
        assignment = self.assignments.pop(candidate_id)
        self._tally(assignment, -1)
        return assignment

    def fits(self, assignment: Assignment) -> bool:
        """Whether the assignment keeps every ceiling beside what is settled, and supervisors can take everybody."""
        return next(self.too_full_for(assignment), None) is None

    def all_fit(self, assignments: Collection[Assignment]) -> bool:
        """Whether these keep every ceiling beside each other and what is settled; settles nobody."""
        for assignment in assignments:
            self._tally(assignment, 1)
        try:
            return not any(self._is_too_full(assignment) for assignment in assignments) and all(
                self._supervisors_suffice(month)
                for month in {month for each in assignments for month, _ in _service_months(self.instance, each)}
            )
        finally:
            for assignment in assignments:
                self._tally(assignment, -1)

    def _is_too_full(self, assignment: Assignment) -> bool:
        """Whether a place or a group, with the assignment among those counted there, has too many in it."""
        places = (self._too_full_in(assignment, *served) for served in _service_months(self.instance, assignment))
        return next(chain(self._groups_too_full(assignment), *places), None) is not None

    def too_full_for(self, assignment: Assignment) -> Iterator[TooFull]:
        """What has no room for the assignment beside what is settled, in the order of its months; settles nobody."""
        self._tally(assignment, 1)
        try:
            yield from self._groups_too_full(assignment)
            for month, rotation in _service_months(self.instance, assignment):
                yield from self._too_full_in(assignment, month, rotation)
                if not self._supervisors_suffice(month):
                    yield TooFull("supervisors", "", month)
        finally:
            self._tally(assignment, -1)

    def _groups_too_full(self, assignment: Assignment) -> Iterator[TooFull]:
        group = self.instance.group_named(assignment.group)
        candidate = self.instance.candidates[assignment.candidate]
        for year in [] if group is None else group.attended():
            if self.group_members[year] > self.instance.groups[year[0]].places:
                yield TooFull("group", year[0])
            left = self.quota_left_in_group(candidate, year)
            if left is not None and left < 0:
                yield TooFull("group", year[0])

    def _too_full_in(self, assignment: Assignment, month: Month, rotation: Rotation) -> Iterator[TooFull]:
        candidate, ceilings = self.instance.candidates[assignment.candidate], self.ceilings
        office = assignment.practice_at(month)
        post = self.instance.arenas.get(candidate.post or office or "")
        if post is not None and post.max_away is not None and self.away[post.id, month] > post.max_away:
            yield TooFull("away", post.id, month)
        yield from self._quotas_too_full(candidate, resolved_mix(rotation, office), month)
        for arena_id in resolved_mix(rotation, office):
            if not _within(self.heads, ceilings.arena_places, arena_id, month):
                yield TooFull("places", arena_id, month)
            if not _within(self.credit, ceilings.arena_credit, arena_id, month):
                yield TooFull("percent", arena_id, month)
            for limit in ceilings.limits_by_arena.get(arena_id, ()):
                if not _within(self.limit_heads, ceilings.limit_places, limit, month):
                    yield TooFull("places", limit, month)
                if not _within(self.limit_credit, ceilings.limit_credit, limit, month):
                    yield TooFull("percent", limit, month)

    def _quotas_too_full(self, candidate: Candidate, arenas: Iterable[str], month: Month) -> Iterator[TooFull]:
        for quota_id in quotas_of(self.instance, candidate, arenas):
            if not _within(self.quota_heads, self.ceilings.quota_places, quota_id, month):
                yield TooFull("places", self.instance.quotas[quota_id].of, month)

    def _supervisors_suffice(self, month: Month) -> bool:
        """Whether everybody settled can have a supervisor of a pool that reaches them; true where there are none."""
        return not self.instance.supervisors or suffice(self.reached(month), self.pools.places_in(month))

    def _tally(self, assignment: Assignment, sign: int) -> None:
        candidate = self.instance.candidates[assignment.candidate]
        group = self.instance.group_named(assignment.group)
        for attended in [] if group is None else group.attended():
            self.group_members[attended] += sign
            quota = quota_in_group(self.instance, candidate, attended[0])
            if quota is not None:
                self.quota_members[quota.id, attended[1]] += sign
        for month, rotation in _service_months(self.instance, assignment):
            practice = assignment.practice_at(month)
            post, mix = candidate.post or practice, resolved_mix(rotation, practice)
            self._tally_month(candidate, mix, month, sign)
            if post is not None and post not in mix:
                self.away[post, month] += sign
            office = practice if rotation.uses_practice else None
            self.in_rotation[month][rotation.id, office] += sign
        if candidate.legevakt_arena is not None:
            for month, shifts in assignment.shifts.items():
                self.shifts[candidate.legevakt_arena, month] += sign * shifts

    def _tally_month(self, candidate: Candidate, mix: Mapping[str, Exact], month: Month, sign: int) -> None:
        percent = candidate.percent_at(month)
        for arena_id, share in mix.items():
            self.heads[arena_id, month] += sign
            self.credit[arena_id, month] += sign * percent * share
            for limit_id in self.ceilings.limits_by_arena.get(arena_id, ()):
                self.limit_credit[limit_id, month] += sign * percent * share
        for limit_id in {
            each_limit_id for arena_id in mix for each_limit_id in self.ceilings.limits_by_arena.get(arena_id, ())
        }:
            self.limit_heads[limit_id, month] += sign
        for quota_id in quotas_of(self.instance, candidate, mix):
            self.quota_heads[quota_id, month] += sign

    def reached(self, month: Month, asked: Asked | None = None) -> Counter[Reach]:
        """Candidates who need a supervisor by what is ``asked`` (None: all), by the pools that reach them."""
        by_reach: Counter[Reach] = Counter()
        reaches = self.pools.reaches(asked or self.pools.all_asked)
        for place, n in self.in_rotation[month].items():
            if n and (reach := reaches[place]) is not None:
                by_reach[reach] += n
        return by_reach

    # --- what is left ----------------------------------------------------------------------------------------------

    def places_left(self, arena_id: str, month: Month) -> int | None:
        """Heads still free in an arena; None without a ceiling."""
        return _left(self.heads, self.ceilings.arena_places, arena_id, month)

    def credit_left(self, arena_id: str, month: Month) -> Exact | None:
        """Credit (percent x share) still free in an arena; None without a percent ceiling."""
        return _left(self.credit, self.ceilings.arena_credit, arena_id, month)

    def limit_places_left(self, limit_id: str, month: Month) -> int | None:
        """Heads still free under a limit; None without a ceiling."""
        return _left(self.limit_heads, self.ceilings.limit_places, limit_id, month)

    def quota_left(self, quota_id: str, month: Month) -> int | None:
        """Heads still free of a quota in arenas; None without a ceiling."""
        return _left(self.quota_heads, self.ceilings.quota_places, quota_id, month)

    def quota_left_in_group(self, candidate: Candidate, year: Year) -> int | None:
        """Places still free in a group year for the candidate's municipality; None without a quota for it."""
        quota = quota_in_group(self.instance, candidate, year[0])
        if quota is None:
            return None
        room = room_in_year(self.instance, quota, self.instance.groups[year[0]], year[1])
        return None if room is None else room - self.quota_members[quota.id, year[1]]

    def limit_credit_left(self, limit_id: str, month: Month) -> Exact | None:
        """Credit still free under a limit; None without a percent ceiling."""
        return _left(self.limit_credit, self.ceilings.limit_credit, limit_id, month)


def _left(used: Mapping[Use, N], rooms: Mapping[str, dict[Month, N]], subject: str, month: Month) -> N | None:
    room = rooms.get(subject)
    return None if room is None else room[month] - used[subject, month]


def _within(used: Mapping[Use, N], rooms: Mapping[str, dict[Month, N]], subject: str, month: Month) -> bool:
    room = rooms.get(subject)
    return room is None or used[subject, month] <= room[month]


def _service_months(instance: Instance, assignment: Assignment) -> Iterator[tuple[Month, Rotation]]:
    for offset, rotation_id in enumerate(assignment.rotations):
        if rotation_id is not None:
            yield assignment.first + offset, instance.rotations[rotation_id]
