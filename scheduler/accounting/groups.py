"""Guidance groups: membership, leave inside a group's years, and the year in open practice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scheduler.accounting.trajectory import Trajectory
from scheduler.instance.types import Group, Instance, Span
from scheduler.month import Month


def group_of(instance: Instance, trajectory: Trajectory) -> Group | None:
    """The group that the plan names, if the instance knows it."""
    return None if trajectory.entry.group is None else instance.groups.get(trajectory.entry.group)


def group_needed(trajectory: Trajectory) -> bool:
    """Whether a finished candidate must have a group: fixed, or free and the ruleset asks for one."""
    choice = trajectory.candidate.group
    return choice.group_id is not None or (choice.free and trajectory.candidate.rules.group_required)


def members(plan_trajectories: Iterable[Trajectory]) -> dict[str, list[str]]:
    """Candidates per group."""
    by_group: dict[str, list[str]] = defaultdict(list)
    for trajectory in plan_trajectories:
        if trajectory.entry.group is not None:
            by_group[trajectory.entry.group].append(trajectory.candidate.id)
    return dict(by_group)


def leave_months_in(trajectory: Trajectory, span: Span) -> int:
    """Months of full leave inside the span."""
    return sum(trajectory.candidate.on_leave(month) for month in span.months())


def open_years(instance: Instance, trajectory: Trajectory, group: Group) -> list[int]:
    """Numbers (1, 2) of the group years in which every month is leave or has enough of the mix in open practice."""
    return [
        number
        for number, span in enumerate(group.years(), start=1)
        if all(_open_month(instance, trajectory, month) for month in span.months())
    ]


def _open_month(instance: Instance, trajectory: Trajectory, month: Month) -> bool:
    candidate, needed = trajectory.candidate, trajectory.candidate.rules.group_open_share_min
    if month < instance.start:
        if month >= candidate.start_earliest and candidate.on_leave(month):
            return True
        current = candidate.current
        known = current is not None and current.since <= month and current.rotation in instance.rotations
        return known and current is not None and instance.rotations[current.rotation].open_share >= needed
    if month >= instance.end:
        return trajectory.unfinished  # not planned yet: nothing speaks against it
    if not trajectory.first <= month < trajectory.end:
        return False
    served = trajectory.by_month.get(month)
    return candidate.on_leave(month) or (served is not None and served.rotation.open_share >= needed)


def group_fits(instance: Instance, trajectory: Trajectory, group: Group) -> bool:
    """Whether the membership is a good one, its end and places aside."""
    choice = trajectory.candidate.group
    if choice.free:
        leave = [leave_months_in(trajectory, year) for year in group.years()]
        if max(leave, default=0) > trajectory.candidate.rules.group_leave_months_max:
            return False
        if group.span.start < max(trajectory.entry.start, instance.start):
            return False
    return choice.open_year_done or bool(open_years(instance, trajectory, group))
