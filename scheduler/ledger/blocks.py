"""Blocks counted and measured, with the one that ran when the horizon began."""

from __future__ import annotations

from scheduler.instance.types import Candidate, Instance
from scheduler.ledger.course import Course


def months_since_current(instance: Instance, candidate: Candidate) -> int:
    """Service months of the running block before the horizon: since 2026-03, horizon 2026-09, no leave: 6."""
    if candidate.current is None:
        return 0
    return sum(not candidate.on_leave(month) for month in range(candidate.current.since, instance.start))


def current_applies(instance: Instance, candidate: Candidate) -> bool:
    """Whether the running block holds the first month: not on leave then, and not at its longest already."""
    current = candidate.current
    if current is None or current.rotation not in instance.rotations or candidate.on_leave(instance.start):
        return False
    longest = instance.rotations[current.rotation].max_months
    return longest is None or months_since_current(instance, candidate) < longest


def runs_on(instance: Instance, course: Course) -> bool:
    """Whether the first block is the one that ran when the horizon began (a base block also after leave)."""
    current = course.candidate.current
    if current is None or not course.blocks or course.blocks[0].rotation.id != current.rotation:
        return False
    return course.blocks[0].start == instance.start or course.blocks[0].rotation.base


def length(instance: Instance, course: Course, number: int) -> int:
    """Service months of the block with that number, those before the horizon included for the running one."""
    before = months_since_current(instance, course.candidate) if number == 0 and runs_on(instance, course) else 0
    return course.blocks[number].service_months + before


def block_count(instance: Instance, course: Course, rotation_id: str) -> int:
    """Blocks of a rotation, one that had ended at the horizon included."""
    planned = sum(block.rotation.id == rotation_id for block in course.blocks)
    return planned + (rotation_id in ended_before_horizon(instance, course))


def ended_before_horizon(instance: Instance, course: Course) -> frozenset[str]:
    """The rotation of ``current`` if its block does not run on into the plan."""
    current = course.candidate.current
    if current is None or runs_on(instance, course):
        return frozenset()
    return frozenset({current.rotation})
