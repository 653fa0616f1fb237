"""How far a plan is from the published one: months that moved, each with its weight."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.accounting.trajectory import Trajectory
from scheduler.instance.published import WEIGHT_OF_GROUP, Published
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month


def published_for(instance: Instance, candidate: Candidate) -> Published | None:
    """The candidate's published plan, if there is a baseline and it knows the candidate."""
    return None if instance.baseline is None else instance.baseline.published.get(candidate.id)


def movable_months(instance: Instance, candidate: Candidate) -> Iterator[tuple[Month, str]]:
    """Published months that could stay or move, with their rotation: after the freeze, and no leave by now."""
    published = published_for(instance, candidate)
    if published is None or instance.baseline is None:
        return
    for month, rotation in published.rotations.items():
        if instance.baseline.frozen_before <= month < instance.end_for(candidate) and not candidate.on_leave(month):
            yield month, rotation


def moved_months(trajectory: Trajectory) -> list[Month]:
    """Published months that could stay and in which the candidate is elsewhere now, or has not begun.

    Those that fall away because the plan ends earlier are not moved.
    """
    return [
        month
        for month, rotation in movable_months(trajectory.instance, trajectory.candidate)
        if month < trajectory.end
        and (month not in trajectory.by_month or trajectory.by_month[month].rotation.id != rotation)
    ]


def added_months(trajectory: Trajectory) -> list[Month]:
    """Months of work before the published start, and after the published finish."""
    published = published_for(trajectory.instance, trajectory.candidate)
    if published is None:
        return []
    return [row.month for row in trajectory.service if not published.start <= row.month < published.end]


def group_moved(trajectory: Trajectory) -> bool:
    """Whether the plan, free to choose, gives another group than the published one."""
    published = published_for(trajectory.instance, trajectory.candidate)
    if published is None or published.group is None or not trajectory.candidate.group.free:
        return False
    return trajectory.entry.membership != published.group


def changes(trajectory: Trajectory) -> int:
    """What the candidate's moves weigh: two months in the half-year after the freeze and one far off are 4 + 4 + 1.

    A month added after the published finish weighs as one that moved, or a later finish would be the cheapest way out;
    so does one before the published start.
    Each counts many times for a candidate whom the change of data does not concern (``Baseline.bystander``).
    """
    instance = trajectory.instance
    if instance.baseline is None:
        return 0
    different = (*moved_months(trajectory), *added_months(trajectory))
    weights = sum(instance.baseline.weight(month) for month in different)
    weights += WEIGHT_OF_GROUP * group_moved(trajectory)
    return instance.baseline.factor(trajectory.candidate.id) * weights
