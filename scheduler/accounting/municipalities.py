"""What each municipality of a region gets out of a plan: delays, wishes, its quotas, and what it gives and takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.accounting.ceilings import joint_use, use_by_arena
from scheduler.accounting.finish import delay
from scheduler.accounting.goals import arena_shares
from scheduler.accounting.groups import group_of
from scheduler.accounting.levels import wish_met
from scheduler.accounting.trajectory import Trajectory
from scheduler.instance.types import Instance, Municipality, Quota
from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """Place-months of a quota in the months of a plan: how many there are, and how many are used."""

    quota: Quota
    used: int
    room: int


@dataclass(frozen=True, slots=True)
class MunicipalStanding:
    """One municipality in a plan; ``gives`` and ``takes`` in months of one candidate.

    ``gives``: what others' candidates are in its arenas. ``takes``: what its own are in arenas of other municipalities.
    Arenas that name none are everybody's, and neither given nor taken.
    """

    municipality: Municipality
    candidates: int
    mean_delay: Fraction
    worst_delay: int
    wishes: int
    wishes_met: int
    gives: int
    takes: int
    quotas: tuple[QuotaUse, ...]


def municipal_standings(instance: Instance, people: Sequence[Trajectory]) -> list[MunicipalStanding]:
    """Every municipality, in the order of the file."""
    months = range(instance.start, max((trajectory.end for trajectory in people), default=instance.start))
    visits = list(_visits(instance, people))
    return [_standing(instance, each, people, visits, months) for each in instance.municipalities.values()]


def _standing(
    instance: Instance,
    municipality: Municipality,
    people: Sequence[Trajectory],
    visits: Sequence[tuple[str, str | None]],
    months: range,
) -> MunicipalStanding:
    own = [trajectory for trajectory in people if trajectory.candidate.municipality == municipality.id]
    delays = [delay(trajectory) for trajectory in own]
    met = [wish_met(trajectory, wish) for trajectory in own for wish in trajectory.candidate.wishes]
    return MunicipalStanding(
        municipality=municipality,
        candidates=len(own),
        mean_delay=Fraction(sum(delays), max(len(own), 1)),
        worst_delay=max(delays, default=0),
        wishes=len(met),
        wishes_met=sum(met),
        gives=sum(host == municipality.id for host, _ in visits),
        takes=sum(guest == municipality.id for _, guest in visits),
        quotas=tuple(
            _use(instance, quota, own, months)
            for quota in instance.quotas.values()
            if quota.municipality == municipality.id and quota.places is not None
        ),
    )


def _visits(instance: Instance, people: Sequence[Trajectory]) -> Iterator[tuple[str, str | None]]:
    """Host and guest of each month that a candidate is in an arena of another municipality, each host once a month."""
    for trajectory in people:
        guest = trajectory.candidate.municipality
        for month in trajectory.service:
            shares = arena_shares(trajectory, month)
            arenas = (instance.arenas[arena] for arena in shares if arena in instance.arenas)  # a plan may be bent
            hosts = {arena.municipality for arena in arenas} - {None, guest}
            yield from ((host, guest) for host in sorted(host for host in hosts if host is not None))


def _use(instance: Instance, quota: Quota, own: Sequence[Trajectory], months: range) -> QuotaUse:
    assert quota.places is not None
    if quota.group is not None:
        span = instance.groups[quota.group].span
        inside = [month for month in months if month in span]
        used = sum(_members(quota.group, own, month) for month in inside)
    else:
        use, inside = use_by_arena(own), list(months)
        used = sum(len(joint_use(use, quota.arenas, month).heads) for month in inside)
    return QuotaUse(quota, used, sum(map(quota.places.at, inside)))


def _members(group_id: str, own: Sequence[Trajectory], month: Month) -> int:
    """How many are in the group in the month: in the year of it that they attend then."""
    there = 0
    for trajectory in own:
        group = group_of(trajectory)
        attended = [] if group is None else zip(group.attended(), group.years(), strict=True)
        there += any(name == group_id and month in year for (name, _), year in attended)
    return there
