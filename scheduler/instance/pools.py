"""Supervisors who can stand in for each other: those attached to the same arenas are one pool.

A candidate in a month can be supervised by the pools that reach the rotation (and the office, where the practice is
part of it): by the pool without arenas always, by an attached one where it has an arena in the mix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scheduler.instance.types import PRACTICE, Instance, Rotation, Supervisor
from scheduler.month import Month

Reach = frozenset[int]  # numbers of pools


def resolved_mix(rotation: Rotation, practice: str | None) -> dict[str, int]:
    """The rotation's arenas with the candidate's own office in the place of ``practice``."""
    mix: dict[str, int] = {}
    for arena_id, share in rotation.mix.items():
        key = (practice or PRACTICE) if arena_id == PRACTICE else arena_id
        mix[key] = mix.get(key, 0) + share
    return mix


class Pools:
    """The instance's pools, and which of them reach a rotation. Only specialists are looked at."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        by_arenas: dict[frozenset[str], list[Supervisor]] = {}
        for supervisor in instance.supervisors.values():
            if supervisor.specialist:
                by_arenas.setdefault(supervisor.arenas, []).append(supervisor)
        self.supervisors = list(by_arenas.values())
        self._everywhere = [number for number, arenas in enumerate(by_arenas) if not arenas]
        self._by_arena: dict[str, list[int]] = {}
        for number, arenas in enumerate(by_arenas):
            for arena_id in arenas:
                self._by_arena.setdefault(arena_id, []).append(number)
        self._reach: dict[tuple[str, str | None], Reach] = {}

    def reach(self, rotation_id: str, office: str | None) -> Reach:
        """The pools that reach a rotation of a candidate with the office."""
        key = (rotation_id, office)
        if key not in self._reach:
            mix = resolved_mix(self._instance.rotations[rotation_id], office)
            attached = (number for arena_id in mix for number in self._by_arena.get(arena_id, ()))
            self._reach[key] = frozenset([*self._everywhere, *attached])
        return self._reach[key]

    def places(self, numbers: Iterable[int], month: Month) -> int:
        """Candidates whom the pools can take in a month."""
        return sum(supervisor.places.at(month) for number in numbers for supervisor in self.supervisors[number])


def joined(reaches: Iterable[Reach]) -> list[list[Reach]]:
    """Reaches that share pools, together: {1}, {1, 2}, {3} gives [{1}, {1, 2}] and [{3}]."""
    families: list[tuple[set[int], list[Reach]]] = []
    for reach in sorted(set(reaches), key=sorted):
        touching = [family for family in families if family[0] & reach]
        pools, members = set(reach), [reach]
        for family in touching:
            families.remove(family)
            pools |= family[0]
            members = family[1] + members
        families.append((pools, members))
    return [members for _, members in families]


def suffice(demand: Mapping[Reach, int], left: Sequence[int]) -> bool:
    """Whether pools with so many places left can take so many candidates of each reach.

    They can unless some reaches together ask for more than there is in all that they reach (P. Hall, 1935).
    """
    for reaches in joined(demand):
        total = sum(demand[reach] for reach in reaches)
        if all(total <= sum(left[number] for number in reach) for reach in reaches):
            continue
        unions = {frozenset[int]()}
        for reach in reaches:
            unions |= {union | reach for union in unions}
        for union in unions:
            asked = sum(demand[reach] for reach in reaches if reach <= union)
            if asked and asked > sum(left[number] for number in union):
                return False
    return True
