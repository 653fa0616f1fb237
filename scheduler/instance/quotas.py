"""What a quota leaves in a guidance group, and which quotas an arena is under (decision 0034)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.instance.types import Candidate, Group, Instance, Quota
from scheduler.month import Month

Year = tuple[str, int]
"""A group and the number of one of its years."""


def quotas_by_arena(instance: Instance) -> Mapping[str, tuple[Quota, ...]]:
    """The quotas that bound heads in each arena, those of limits over it among them."""
    return instance.once(_by_arena)


def _by_arena(instance: Instance) -> dict[str, tuple[Quota, ...]]:
    found: dict[str, tuple[Quota, ...]] = {}
    for quota in instance.quotas.values():
        for arena in quota.arenas if quota.places is not None else ():
            found[arena] = (*found.get(arena, ()), quota)
    return found


def quotas_of(instance: Instance, candidate: Candidate, arenas: Iterable[str]) -> set[str]:
    """The ids of the quotas of which one who serves in these arenas takes a place: one, in however many of them."""
    by_arena = quotas_by_arena(instance)
    return {quota.id for arena in arenas for quota in by_arena.get(arena, ()) if quota.is_for(candidate)}


def quota_in_group(instance: Instance, candidate: Candidate, group_id: str) -> Quota | None:
    """The quota of the candidate's municipality in a group."""
    return instance.once(_by_group).get((group_id, candidate.municipality))


def _by_group(instance: Instance) -> dict[tuple[str, str | None], Quota]:
    having = (quota for quota in instance.quotas.values() if quota.group is not None and quota.places is not None)
    return {(quota.group or "", quota.municipality): quota for quota in having}


def judged_months(instance: Instance, group: Group, number: int) -> range:
    """The months of a group year that are still to be planned: a quota is kept in these."""
    begin = min(map(instance.door, instance.candidates.values()), default=instance.start)
    year = group.years()[number - 1]
    return range(max(year.start, begin), min(year.end, instance.end))


def places_in_group(quota: Quota, month: Month) -> int:
    """A quota's places in a group: no fewer than for those whose membership stands."""
    assert quota.places is not None
    return max(quota.places.at(month), quota.standing)


def room_in_year(instance: Instance, quota: Quota, group: Group, number: int) -> int | None:
    """The fewest places of a quota in the months of a group year that are still to be planned; None: none of them."""
    months = judged_months(instance, group, number)
    return min((places_in_group(quota, month) for month in months), default=None)
