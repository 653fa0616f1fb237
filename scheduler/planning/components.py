"""Parts of an instance that share nothing: whoever can take a place from whom is in the same part.

A country is many hospital areas with municipalities of their own. What candidates can take from each other are heads
and percent in an arena, under a limit or away from a unit, shifts of a roster, and a supervisor's places; a ceiling
that would hold even if everybody who may come there came at once binds nobody together. Where a municipality's mean
delay is looked at, its candidates are together, too. Only guidance groups are left
out: many are open to all, and seldom full, so places in them are given out when the rotations are known
(``planning.assign.groups``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from scheduler.exact import Exact
from scheduler.instance.families import families
from scheduler.instance.occupancy import Ceilings
from scheduler.instance.offices import offices_of
from scheduler.instance.pools import Pools, resolved_mix
from scheduler.instance.quotas import quotas_of
from scheduler.instance.types import Candidate, Instance, Requirement, Rotation
from scheduler.month import Month

Link = tuple[str, Hashable]  # what has a ceiling: kind and id


def split(instance: Instance) -> list[Instance]:
    """Split the instance into parts that share nothing scarce, the largest first; each has only what its candidates can
    use.
    """
    links = _Links(instance)
    by_candidate: dict[str, set[Link]] = {
        candidate.id: set(links.of(candidate)) for candidate in instance.candidates.values()
    }
    n_users = Counter(link for mine in by_candidate.values() for link in mine)
    binding = {link for link, n in n_users.items() if links.may_bind(link, n)}
    together = families({candidate_id: mine & binding for candidate_id, mine in by_candidate.items()})
    return [_part(instance, members) for members in sorted(together, key=len, reverse=True)]


class _Links:
    """What a candidate may use that has a ceiling, as (kind, id)."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._ceilings = instance.once(Ceilings)
        self._pools = instance.once(Pools)

    def of(self, candidate: Candidate) -> Iterator[Link]:
        """Everything with a ceiling that any plan of the candidate may touch."""
        offices = offices_of(self._instance, candidate)
        rotations = _rotations(self._instance, candidate)
        arenas = {arena for rotation in rotations for office in offices for arena in resolved_mix(rotation, office)}
        for arena_id in arenas:
            yield "arena", arena_id
            for limit_id in self._ceilings.limits_by_arena.get(arena_id, ()):
                yield "limit", limit_id
        for quota_id in quotas_of(self._instance, candidate, arenas):
            yield "quota", quota_id
        for unit in [candidate.post] if candidate.post is not None else offices:
            yield "unit", unit
        if "fairness" in self._instance.objective_order and candidate.municipality is not None:
            yield "municipality", candidate.municipality
        if candidate.legevakt_arena is not None:
            yield "roster", candidate.legevakt_arena
        reached = {
            (rotation.id, office if rotation.uses_practice else None) for rotation in rotations for office in offices
        }
        for pool in {pool for rotation_id, office in reached for pool in self._pools.reach(rotation_id, office)}:
            yield "pool", pool

    def may_bind(self, link: Link, n_users: int) -> bool:
        """Whether so many users could want more than there is in some month."""
        kind, subject = link
        if n_users < 2:
            return False
        if kind == "arena":
            arena = self._instance.arenas[str(subject)]
            rooms = (self._ceilings.arena_places.get(arena.id), self._ceilings.arena_credit.get(arena.id))
            return arena.min_places is not None or _short(rooms, n_users)
        if kind == "limit":
            return _short(
                (self._ceilings.limit_places.get(str(subject)), self._ceilings.limit_credit.get(str(subject))), n_users
            )
        if kind == "quota":
            return _short((self._ceilings.quota_places.get(str(subject)), None), n_users)
        if kind == "unit":
            most = self._instance.arenas[str(subject)].max_away
            return most is not None and n_users > most
        return kind != "roster" or self._instance.arenas[str(subject)].shifts is not None


def _short(rooms: Iterable[Mapping[Month, Exact] | None], n_users: int) -> bool:
    """Whether places or credit (100 % x 100 % each at most) are too few for all users at once."""
    needs = (n_users, 100 * 100 * n_users)
    return any(room is not None and min(room.values()) < need for room, need in zip(rooms, needs, strict=True))


def _rotations(instance: Instance, candidate: Candidate) -> list[Rotation]:
    """All that a candidate may be in, or was: the allowed ones, the past and running ones and the fixed ones."""
    named = [*candidate.allowed, *(row.rotation for row in candidate.fixed), *(row.rotation for row in candidate.past)]
    if candidate.current is not None:
        named.append(candidate.current.rotation)
    return [instance.rotations[fromkey] for fromkey in dict.fromkeys(named)]


# --- a part as an instance of its own ------------------------------------------------------------------------------


def _part(instance: Instance, members: list[str]) -> Instance:
    candidates = {candidate_id: instance.candidates[candidate_id] for candidate_id in members}
    rotations = {r.id for candidate in candidates.values() for r in _rotations(instance, candidate)}
    rotations |= {wish.rotation for candidate in candidates.values() for wish in candidate.wishes}
    before = (some for rotation_id in list(rotations) for some in instance.rotations[rotation_id].after)
    rotations |= {earlier for some in before for earlier in some}
    arenas = {arena for rotation_id in rotations for arena in instance.rotations[rotation_id].mix}
    for candidate in candidates.values():
        offices = offices_of(instance, candidate)
        offices += [month.practice for month in candidate.past if month.practice is not None]
        arenas.update([*offices, *(named for named in (candidate.post, candidate.legevakt_arena) if named is not None)])
    limits = {limit_id: limit for limit_id, limit in instance.limits.items() if not arenas.isdisjoint(limit.arenas)}
    arenas.update(arena for limit in limits.values() for arena in limit.arenas)  # others' reservations count there
    fixed = {supervisor for candidate in candidates.values() for supervisor in candidate.supervisor.names}
    return replace(
        instance,
        candidates=candidates,
        rotations={
            rotation_id: rotation for rotation_id, rotation in instance.rotations.items() if rotation_id in rotations
        },
        arenas={arena_id: arena for arena_id, arena in instance.arenas.items() if arena_id in arenas},
        limits=limits,
        reservations=tuple(row for row in instance.reservations if row.arena in arenas),
        requirements=tuple(
            _requirement(row, rotations) for row in instance.requirements if any(map(row.names, members))
        ),
        supervisors={
            supervisor.id: supervisor
            for supervisor in instance.supervisors.values()
            if supervisor.id in fixed or not supervisor.arenas or not supervisor.arenas.isdisjoint(arenas)
        },
        source=None,  # it is the whole's
    )


def _requirement(row: Requirement, rotations: set[str]) -> Requirement:
    """A requirement over those of its rotations that anybody here may take."""
    return replace(row, rotations=tuple(rotation_id for rotation_id in row.rotations if rotation_id in rotations))
