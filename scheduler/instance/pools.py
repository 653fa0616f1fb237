"""Supervisors who can stand in for each other: those attached to the same arenas are one pool.

A candidate in a month can be supervised by the pools that reach the rotation (and the office, where the practice is
part of it): by the pool without arenas, and by an attached one where it has an arena in the mix. An arena with
supervisors of its own, at half the mix or more, is reached by those attached to it and by no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scheduler.exact import Exact
from scheduler.instance.families import families
from scheduler.instance.types import PRACTICE, Instance, Rotation, Supervisor
from scheduler.month import Month

Reach = frozenset[int]  # numbers of pools
OWN_FROM_SHARE = 50  # percent of the mix from which an arena's own supervisors are asked for


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of supervision: arenas whose own supervisors are, and whether ``others`` need one at all."""

    arenas: frozenset[str]
    others: bool = True


def own_arenas(instance: Instance, mix: Mapping[str, Exact]) -> frozenset[str]:
    """The arenas of a mix whose own supervisors it asks for."""
    return frozenset(
        arena_id
        for arena_id, share in mix.items()
        if share >= OWN_FROM_SHARE and arena_id in instance.arenas and instance.arenas[arena_id].own_supervisor
    )


def who_may_supervise(instance: Instance, mix: Mapping[str, Exact], month: Month) -> list[Supervisor]:
    """Those a place with whom would do for one who serves in the mix in the month, in the order of the file."""
    own = own_arenas(instance, mix)
    return [each for each in instance.once(_Taking)[month] if each.is_at(mix) and own <= each.arenas]


class _Taking(dict[Month, list[Supervisor]]):
    """Supervisors with places, by month: the same is asked for every candidate."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self._supervisors = list(instance.supervisors.values())

    def __missing__(self, month: Month) -> list[Supervisor]:
        self[month] = [each for each in self._supervisors if each.places_at(month) > 0]
        return self[month]


def resolved_mix(rotation: Rotation, practice: str | None) -> dict[str, Exact]:
    """The rotation's arenas with the candidate's own office in the place of ``practice``."""
    mix: dict[str, Exact] = {}
    for arena_id, share in rotation.mix.items():
        key = (practice or PRACTICE) if arena_id == PRACTICE else arena_id
        mix[key] = mix.get(key, 0) + share
    return mix


class Reaches(dict[tuple[str, str | None], Reach | None]):
    """The pools that reach a rotation of a candidate with an office, where so much is asked; None: nobody is."""

    def __init__(self, pools: Pools, asked: Asked) -> None:
        super().__init__()
        self._pools, self._asked = pools, asked

    def __missing__(self, place: tuple[str, str | None]) -> Reach | None:
        self[place] = found = self._pools.found(*place, self._asked)
        return found


class Pools:
    """The instance's pools, and which of them reach a rotation. Only who counts as a specialist at some time is there.

    ``own`` are the arenas that have supervisors of their own, ``all_asked`` is everything the rule asks.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        by_arenas: dict[frozenset[str], list[Supervisor]] = {}
        for supervisor in instance.supervisors.values():
            if supervisor.specialist or supervisor.exempt_end is not None:
                by_arenas.setdefault(supervisor.arenas, []).append(supervisor)
        self.supervisors = list(by_arenas.values())
        self.own = tuple(arena.id for arena in instance.arenas.values() if arena.own_supervisor)
        self.all_asked = Asked(frozenset(self.own))
        self._arenas = list(by_arenas)
        self._reaches: dict[Asked, Reaches] = {}
        self._places: dict[Month, list[int]] = {}

    def reach(self, rotation_id: str, office: str | None) -> Reach:
        """The pools that reach a rotation of a candidate with the office."""
        return self.reach_asked(rotation_id, office, self.all_asked) or Reach()

    def reach_asked(self, rotation_id: str, office: str | None, asked: Asked) -> Reach | None:
        """The same where not all is asked; None: nobody is."""
        return self.reaches(asked)[rotation_id, office]

    def reaches(self, asked: Asked) -> Reaches:
        """The same for every rotation and office; every model and plan asks it of every month."""
        if asked not in self._reaches:
            self._reaches[asked] = Reaches(self, asked)
        return self._reaches[asked]

    def found(self, rotation_id: str, office: str | None, asked: Asked) -> Reach | None:
        """The same, found anew."""
        mix = resolved_mix(self._instance.rotations[rotation_id], office)
        own = own_arenas(self._instance, mix) & asked.arenas
        if own:
            return Reach(number for number, arenas in enumerate(self._arenas) if own <= arenas)
        if not asked.others:
            return None
        return Reach(number for number, arenas in enumerate(self._arenas) if not arenas or arenas & mix.keys())

    def places(self, numbers: Iterable[int], month: Month) -> int:
        """Candidates whom the pools can take in a month."""
        by_pool = self.places_in(month)
        return sum(by_pool[number] for number in numbers)

    def places_in(self, month: Month) -> list[int]:
        """Candidates whom each pool can take in a month."""
        if month not in self._places:
            self._places[month] = [sum(each.places_at(month) for each in pool) for pool in self.supervisors]
        return self._places[month]


def joint(reaches: Iterable[Reach | None]) -> Reach | None:
    """Whoever reaches one of several places; None where in one of them nobody is asked for."""
    found = list(reaches)
    return None if None in found else Reach().union(*(reach for reach in found if reach is not None))


def joined(reaches: Iterable[Reach]) -> list[list[Reach]]:
    """Reaches that share pools, together: {1}, {1, 2}, {3} gives [{1}, {1, 2}] and [{3}]."""
    return [list(family) for family in _joined(frozenset(reaches))]


@lru_cache(maxsize=10_000)  # asked for each month of each candidate: there are few combinations
def _joined(reaches: frozenset[Reach]) -> tuple[tuple[Reach, ...], ...]:
    together = families({reach: reach for reach in sorted(reaches, key=sorted)})
    return tuple(tuple(family) for family in sorted(together, key=lambda family: sorted(family[-1])))


def unions(reaches: Iterable[Reach]) -> set[Reach]:
    """Everything that some of them reach together, nothing among it."""
    found = {Reach()}
    for reach in reaches:
        found |= {union | reach for union in found}
    return found


def suffice(demand: Mapping[Reach, int], left: Sequence[int]) -> bool:
    """Whether pools with so many places left can take so many candidates of each reach.

    They can unless some reaches together ask for more than there is in all that they reach (P. Hall, 1935).
    """
    for reaches in joined(demand):
        total = sum(demand[reach] for reach in reaches)
        if all(total <= sum(left[number] for number in reach) for reach in reaches):
            continue
        for union in unions(reaches):
            asked = sum(demand[reach] for reach in reaches if reach <= union)
            if asked and asked > sum(left[number] for number in union):
                return False
    return True
