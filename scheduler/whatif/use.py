"""How full each arena is, month by month, and when somebody first has to wait for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.accounting import (
    ServiceMonth,
    Trajectory,
    Use,
    arena_shares,
    arenas_under,
    ceiling,
    joint_use,
    trajectories,
    use_by_arena,
)
from scheduler.exact import Exact
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Arena, Instance, Limit
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.whatif.cases import has_a_ceiling

OFFICES = "practice"
"""The id under which all GP offices are told of together."""


@dataclass(frozen=True, slots=True)
class Fill:
    """An arena's use: per month the share of its room that is taken (None: no room at all), and over all months."""

    arena: str
    by_month: tuple[float | None, ...]
    share: float | None


@dataclass(frozen=True, slots=True)
class Shortage:
    """The first month in which an arena is full while a delayed candidate, elsewhere, still has it ahead."""

    month: Month
    arena: str
    candidates: tuple[str, ...]


def last_month(plans: Sequence[Plan]) -> Month | None:
    """The last planned month of any of the plans."""
    return max((entry.last for plan in plans for entry in plan.candidates), default=None)


def fills(instance: Instance, plan: Plan, end: Month) -> list[Fill]:
    """Every ceiling up to ``end``, exclusive: the offices as one, then arenas and limits in the order of the file."""
    use = use_by_arena(trajectories(instance, plan))
    months = range(instance.start, end)
    offices = [arena for arena in instance.offices if has_a_ceiling(arena)]
    others = [arena for arena in instance.arenas.values() if not arena.is_office and has_a_ceiling(arena)]
    subjects: list[tuple[str, Sequence[Arena | Limit]]] = [(OFFICES, offices)] if offices else []
    subjects += [(each_arena.id, [each_arena]) for each_arena in others]
    subjects += [(limit.id, [limit]) for limit in instance.limits.values()]
    return [
        _fill(name, [_room_and_use(instance, plan, use, members, month) for month in months])
        for name, members in subjects
    ]


def _fill(arena: str, pairs: list[tuple[float, float]]) -> Fill:
    by_month = tuple(taken / room if room > 0 else None for taken, room in pairs)
    room = sum(room for _, room in pairs)
    return Fill(arena, by_month, sum(taken for taken, _ in pairs) / room if room > 0 else None)


def _room_and_use(
    instance: Instance,
    plan: Plan,
    use: Mapping[str, Mapping[Month, Use]],
    subjects: Sequence[Arena | Limit],
    month: Month,
) -> tuple[float, float]:
    """What is taken and what there is room for, both in heads, or in posts where posts are what is scarcer."""
    taken = room = 0.0
    for subject in subjects:
        here_taken, here_room = max(_scales(instance, plan, use, subject, month), key=_share, default=(0.0, 0.0))
        taken, room = taken + here_taken, room + here_room
    return taken, room


def _share(scale: tuple[float, float]) -> float:
    taken, room = scale
    return taken / room if room > 0 else 2.0


def _scales(
    instance: Instance, plan: Plan, use: Mapping[str, Mapping[Month, Use]], subject: Arena | Limit, month: Month
) -> Iterator[tuple[float, float]]:
    """Taken and room by each of the arena's or limit's ceilings."""
    if isinstance(subject, Arena) and subject.is_parallel:
        if subject.shifts is not None:
            yield _shifts(instance, plan, subject.id, month), subject.shifts.at(month)
        return
    room, here = ceiling(instance, subject), joint_use(use, arenas_under(subject), month)
    heads, percent = room.places_at(month), room.percent_at(month)
    if heads is not None:
        yield len(here.heads), heads
    if percent is not None:
        yield float(here.credit / CREDIT_PER_FTE_MONTH), float(percent / 100)


def _shifts(instance: Instance, plan: Plan, arena: str, month: Month) -> int:
    return sum(
        row.shifts
        for entry in plan.candidates
        if instance.candidates[entry.id].legevakt_arena == arena
        for row in entry.shifts
        if row.month == month
    )


# --- waiting ---------------------------------------------------------------------------------------------------------


def first_shortage(instance: Instance, plan: Plan) -> Shortage | None:
    """The first month in which somebody waits for an arena; None when nobody ever does.

    A candidate waits for an arena in a month when the arena has no room left for the share that the candidate takes of
    it later, the candidate is delayed, in service elsewhere that month, and has not served there yet.
    """
    plan_trajectories = trajectories(instance, plan)
    use = use_by_arena(plan_trajectories)
    waiting: dict[tuple[Month, int], list[str]] = {}
    order = list(instance.arenas)
    for trajectory in plan_trajectories:
        if trajectory.entry.delay > 0:
            for month, arena in _waits(use, trajectory):
                waiting.setdefault((month, order.index(arena)), []).append(trajectory.candidate.id)
    if not waiting:
        return None
    month, place = min(waiting)
    return Shortage(month, order[place], tuple(waiting[month, place]))


def _waits(use: Mapping[str, Mapping[Month, Use]], trajectory: Trajectory) -> Iterator[tuple[Month, str]]:
    """Month and arena of every wait of a candidate."""
    first_served: dict[str, ServiceMonth] = {}
    for month in trajectory.service:
        for arena_id in arena_shares(trajectory, month):
            first_served.setdefault(arena_id, month)
    for arena_id, first in first_served.items():
        arena = trajectory.instance.arenas[arena_id]
        share = 0 if arena.is_office else arena_shares(trajectory, first)[arena_id]
        for month in trajectory.service:
            if (
                share
                and month.month < first.month
                and not _fits(trajectory.instance, use, arena, month.month, share * month.percent)
            ):
                yield month.month, arena_id


def _fits(
    instance: Instance, use: Mapping[str, Mapping[Month, Use]], arena: Arena, month: Month, credit: Exact
) -> bool:
    room = ceiling(instance, arena)
    here = use.get(arena.id, {}).get(month) or Use()
    heads, percent = room.places_at(month), room.percent_at(month)
    return (heads is None or len(here.heads) < heads) and (percent is None or here.credit + credit <= 100 * percent)
