"""Blocks counted and measured, with the one that ran when the horizon began."""

from __future__ import annotations

from scheduler.accounting.trajectory import Trajectory
from scheduler.instance.types import Candidate, Instance


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


def runs_on(instance: Instance, trajectory: Trajectory) -> bool:
    """Whether the first block is the one that ran when the horizon began (a base block also after leave)."""
    current = trajectory.candidate.current
    if current is None or not trajectory.blocks or trajectory.blocks[0].rotation.id != current.rotation:
        return False
    return trajectory.blocks[0].start == instance.start or trajectory.blocks[0].rotation.base


def length(instance: Instance, trajectory: Trajectory, number: int) -> int:
    """Service months of the block with that number, those before the horizon included for the running one."""
    before = (
        months_since_current(instance, trajectory.candidate) if number == 0 and runs_on(instance, trajectory) else 0
    )
    return trajectory.blocks[number].service_months + before


def block_count(instance: Instance, trajectory: Trajectory, rotation_id: str) -> int:
    """Blocks of a rotation, one that had ended at the horizon included."""
    planned = sum(block.rotation.id == rotation_id for block in trajectory.blocks)
    return planned + (rotation_id in ended_before_horizon(instance, trajectory))


def ended_before_horizon(instance: Instance, trajectory: Trajectory) -> frozenset[str]:
    """The rotation of ``current`` if its block does not run on into the plan."""
    current = trajectory.candidate.current
    if current is None or runs_on(instance, trajectory):
        return frozenset()
    return frozenset({current.rotation})
