"""What is scarcest of the service that candidates must have somewhere: its places are what is given out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.exact import Exact
from scheduler.instance.categories import amounts
from scheduler.instance.occupancy import Ceilings, CreditRoom
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, PRACTICE, Instance, Requirement


@dataclass(frozen=True, slots=True)
class Demand:
    """Service of one kind that must be had: of a category with a minimum, or in the rotations of a requirement.

    ``shares``: percent of each rotation that is such service. ``missing``: credit of it that each candidate still needs
    in any plan; who is not there needs none.
    """

    shares: Mapping[str, Exact]
    missing: Mapping[str, Exact]


def scarcest(instance: Instance) -> Demand:
    """The demand that needs the largest part of its places; an empty one where nothing is asked for."""
    ceilings = instance.once(Ceilings)
    found = [*_of_categories(instance), *_of_requirements(instance)]
    return max(found, key=lambda demand: _tightness(instance, ceilings, demand), default=Demand({}, {}))


def _of_categories(instance: Instance) -> Iterator[Demand]:
    """The minima of categories, but for that of one's own practice, where everybody has a place."""
    kinds: dict[tuple[str, ...], dict[str, Exact]] = {}
    for candidate in instance.candidates.values():
        before = amounts(candidate.credited, candidate.rules)
        for category in candidate.rules.minima:
            if not category.own_practice:
                missing = max(category.minimum - before[category.id], 0)
                kinds.setdefault(candidate.rules.within(category), {})[candidate.id] = missing
    for services, by_candidate in kinds.items():
        shares = {
            rotation.id: sum(rotation.share_by_service.get(service, 0) for service in services)
            for rotation in instance.rotations.values()
        }
        yield Demand(shares, by_candidate)


def _of_requirements(instance: Instance) -> Iterator[Demand]:
    for row in instance.requirements:
        if row.min_work:
            yield Demand(dict.fromkeys(row.rotations, 100), _named(instance, row))


def _named(instance: Instance, row: Requirement) -> dict[str, Exact]:
    return {candidate: row.min_work or 0 for candidate in instance.candidates if row.names(candidate)}


def _tightness(instance: Instance, ceilings: Ceilings, demand: Demand) -> float:
    """What is needed of what there is room for in all; 0 where some place of it has no ceiling."""
    giving = [rotation for rotation in instance.rotations.values() if demand.shares.get(rotation.id, 0)]
    rooms: dict[str, CreditRoom] = {}
    for arena_id in dict.fromkeys(arena for rotation in giving for arena in rotation.mix if arena != PRACTICE):
        if arena_id in ceilings.arena_credit:
            rooms[arena_id] = ceilings.arena_credit[arena_id]
        elif arena_id in ceilings.arena_places:
            places = ceilings.arena_places[arena_id]
            rooms[arena_id] = {month: CREDIT_PER_FTE_MONTH * heads for month, heads in places.items()}
        else:
            return 0.0
    room = sum(max(left, 0) for rooms_of in rooms.values() for left in rooms_of.values())
    return float(sum(demand.missing.values()) / room) if room else 0.0
