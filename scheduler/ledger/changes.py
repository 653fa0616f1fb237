"""How far a plan is from the published one: months that moved, each with its weight."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.instance.published import WEIGHT_OF_GROUP, Published
from scheduler.instance.types import Candidate, Instance
from scheduler.ledger.course import Course
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
        if instance.baseline.frozen_before <= month < instance.end and not candidate.on_leave(month):
            yield month, rotation


def moved_months(instance: Instance, course: Course) -> list[Month]:
    """Published months that could stay and in which the candidate is elsewhere now, or nowhere."""
    return [
        month
        for month, rotation in movable_months(instance, course.candidate)
        if month not in course.by_month or course.by_month[month].rotation.id != rotation
    ]


def group_moved(instance: Instance, course: Course) -> bool:
    """Whether the plan, free to choose, gives another group than the published one."""
    published = published_for(instance, course.candidate)
    if published is None or published.group is None or not course.candidate.group.free:
        return False
    return course.entry.group != published.group


def changes(instance: Instance, course: Course) -> int:
    """What the candidate's moves weigh: two months in the half-year after the freeze and one far off are 4 + 4 + 1.

    Each counts many times for a candidate whom the change of data does not concern (``Baseline.bystander``).
    """
    if instance.baseline is None:
        return 0
    weights = sum(instance.baseline.weight(month) for month in moved_months(instance, course))
    weights += WEIGHT_OF_GROUP * group_moved(instance, course)
    return instance.baseline.factor(course.candidate.id) * weights
