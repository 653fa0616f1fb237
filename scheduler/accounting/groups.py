"""Guidance groups: membership, leave inside a group's years, and the year in open practice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from scheduler.accounting.trajectory import Trajectory
from scheduler.instance.past_blocks import not_served
from scheduler.instance.types import Group, Span
from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands against a membership: the group's start or end, leave in one of its years, or that none is open.

    Of ``leave``: the number of the group year (1, 2), its months, and how many of them are leave.
    """

    kind: Literal["start", "leave", "end", "open-year"]
    year: int = 0
    span: Span | None = None
    months: int = 0


def group_of(trajectory: Trajectory) -> Group | None:
    """The group that the plan names, if the instance knows it."""
    return trajectory.instance.group_named(trajectory.entry.membership)


def group_needed(trajectory: Trajectory) -> bool:
    """Whether a finished candidate must have a group: fixed, or free and the ruleset asks for one."""
    choice = trajectory.candidate.group
    return choice.group_id is not None or (choice.free and trajectory.candidate.rules.group_required)


def members(plan_trajectories: Iterable[Trajectory]) -> dict[str, list[str]]:
    """Candidates per group, for both years or for one."""
    by_group: dict[str, list[str]] = defaultdict(list)
    for trajectory in plan_trajectories:
        for group in trajectory.entry.groups:
            by_group[group].append(trajectory.candidate.id)
    return dict(by_group)


def members_by_year(plan_trajectories: Iterable[Trajectory]) -> dict[tuple[str, int], list[str]]:
    """Candidates per group and number of the group year."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for trajectory in plan_trajectories:
        group = group_of(trajectory)
        for attended in [] if group is None else group.attended():
            found[attended].append(trajectory.candidate.id)
    return dict(found)


def leave_months_in(trajectory: Trajectory, span: Span) -> int:
    """Months of full leave inside the span."""
    return sum(trajectory.candidate.on_leave(month) for month in span.months())


def open_years(trajectory: Trajectory, group: Group) -> list[int]:
    """Numbers (1, 2) of the group years in which every month is leave or has enough of the mix in open practice."""
    return [
        number
        for number, span in enumerate(group.years(), start=1)
        if all(_open_month(trajectory, month) for month in span.months())
    ]


def _open_month(trajectory: Trajectory, month: Month) -> bool:
    instance = trajectory.instance
    candidate, needed = trajectory.candidate, trajectory.candidate.rules.group_open_share_min
    if month < instance.door(candidate):
        before = next((row for row in trajectory.past if row.month == month), None)
        if before is not None:
            return before.rotation.open_share >= needed
        if month >= instance.start:
            return candidate.frozen is not None and candidate.frozen.was_leave(month)
        on_leave = month >= candidate.start_earliest and candidate.on_leave(month)
        return on_leave or month in not_served(candidate, instance.start)
    if month >= instance.end_for(candidate):
        return trajectory.unfinished  # not planned yet: nothing speaks against it
    if not trajectory.first <= month < trajectory.end:
        return False
    served = trajectory.by_month.get(month)
    return candidate.on_leave(month) or (served is not None and served.rotation.open_share >= needed)


def much_leave(trajectory: Trajectory, group: Group) -> Iterator[Objection]:
    """The group years with more leave than a member may have: 3 months where 2 are allowed."""
    for number, year in enumerate(group.years(), start=1):
        months = leave_months_in(trajectory, year)
        if months > trajectory.candidate.rules.group_leave_months_max:
            yield Objection("leave", number, year, months)


def objections(trajectory: Trajectory, group: Group) -> Iterator[Objection]:
    """All that stands against a membership but the group's places; of one that is settled, start and leave do not."""
    choice = trajectory.candidate.group
    if choice.free and group.span.start < max(trajectory.entry.start, trajectory.instance.start):
        yield Objection("start")
    if choice.free:
        yield from much_leave(trajectory, group)
    if group.span.end > trajectory.end and not trajectory.unfinished:
        yield Objection("end")
    if not choice.open_year_done and not open_years(trajectory, group):
        yield Objection("open-year")


def group_fits(trajectory: Trajectory, group: Group) -> bool:
    """Whether the membership is a good one, its end and places aside."""
    return all(objection.kind == "end" for objection in objections(trajectory, group))
