"""What a block takes of every ceiling, and what there is left beside what everybody is bound to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scheduler.exact import Exact
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.offices import settled_office
from scheduler.instance.pools import resolved_mix
from scheduler.instance.quotas import quotas_of
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.planning.benders.slots import Slot
from scheduler.planning.reserved import reserved_months


class CeilingMonth(NamedTuple):
    """What has a ceiling in a month: heads or credit in an arena or under a limit, away from a unit, or of a quota."""

    kind: str
    subject: str
    month: Month


class Remaining:
    """What is left beside everybody's commitments."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        bound = (reserved_months(instance, candidate) for candidate in instance.candidates.values())
        self._committed = Occupancy(instance, bound)
        self._ceilings = self._committed.ceilings

    def taken(self, slot: Slot, month: Month) -> Iterator[tuple[CeilingMonth, Exact]]:
        """What a block takes of every ceiling in one of its months."""
        candidate = self._instance.candidates[slot.candidate]
        office = settled_office(self._instance, candidate, month)
        mix = resolved_mix(self._instance.rotations[slot.rotation], office)
        percent, ceilings = candidate.percent_at(month), self._ceilings
        for arena_id, share in mix.items():
            if arena_id in ceilings.arena_places:
                yield CeilingMonth("places", arena_id, month), 1
            if arena_id in ceilings.arena_credit:
                yield CeilingMonth("credit", arena_id, month), percent * share
        for limit_id in {
            each_limit_id for arena_id in mix for each_limit_id in ceilings.limits_by_arena.get(arena_id, ())
        }:
            inside = set(self._instance.limits[limit_id].arenas)
            if limit_id in ceilings.limit_places:
                yield CeilingMonth("limit places", limit_id, month), 1
            if limit_id in ceilings.limit_credit:
                credit = percent * sum(share for arena_id, share in mix.items() if arena_id in inside)
                yield CeilingMonth("limit credit", limit_id, month), credit
        for quota_id in quotas_of(self._instance, candidate, mix):
            yield CeilingMonth("quota", quota_id, month), 1
        unit = self._instance.arenas.get(candidate.post or office or "")
        if unit is not None and unit.max_away is not None and unit.id not in mix:
            yield CeilingMonth("away", unit.id, month), 1

    def left(self, ceiling: CeilingMonth) -> Exact:
        """What is left of a ceiling that there is."""
        kind, subject, month = ceiling
        if kind == "away":
            most = self._instance.arenas[subject].max_away
            assert most is not None
            return most - self._committed.away[subject, month]
        look = {
            "places": self._committed.places_left,
            "credit": self._committed.credit_left,
            "limit places": self._committed.limit_places_left,
            "limit credit": self._committed.limit_credit_left,
            "quota": self._committed.quota_left,
        }[kind]
        left = look(subject, month)
        assert left is not None
        return left
