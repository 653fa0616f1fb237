"""Blocks counted and measured, those before the horizon included."""

from __future__ import annotations

from scheduler.accounting.trajectory import Trajectory
from scheduler.instance.past_blocks import open_block, past_blocks
from scheduler.instance.types import Candidate, Instance


def current_applies(instance: Instance, candidate: Candidate) -> bool:
    """Whether the running block holds the first month: not on leave then, and not at its longest already."""
    current = candidate.current
    if current is None or current.rotation not in instance.rotations or candidate.on_leave(instance.start):
        return False
    longest, going_on = instance.rotations[current.rotation].max_months, open_block(instance, candidate)
    return longest is None or going_on is None or going_on.elapsed < longest


def runs_on(trajectory: Trajectory) -> bool:
    """Whether the first block is the one that the past ended in (a base block also after leave)."""
    going_on = open_block(trajectory.instance, trajectory.candidate)
    if going_on is None or not trajectory.blocks or trajectory.blocks[0].rotation.id != going_on.rotation:
        return False
    return (
        trajectory.blocks[0].start == trajectory.instance.door(trajectory.candidate)
        or trajectory.blocks[0].rotation.base
    )


def length(trajectory: Trajectory, number: int) -> int:
    """Service months of the block with that number, those before the horizon included for the running one."""
    months = trajectory.blocks[number].service_months
    going_on = open_block(trajectory.instance, trajectory.candidate)
    if number or going_on is None or not runs_on(trajectory):
        return months
    return months + going_on.elapsed


def n_past_blocks(trajectory: Trajectory, rotation_id: str) -> int:
    """Blocks of a rotation that had ended when the plan began."""
    return ended_before_plan(trajectory).count(rotation_id)


def block_count(trajectory: Trajectory, rotation_id: str) -> int:
    """Blocks of a rotation, those that had ended before the plan included."""
    planned = sum(block.rotation.id == rotation_id for block in trajectory.blocks)
    return planned + n_past_blocks(trajectory, rotation_id)


def ended_before_plan(trajectory: Trajectory) -> list[str]:
    """The rotation of each block that had ended when the plan began: of all before it but one that runs on into it."""
    ended = [block.rotation for block in past_blocks(trajectory.instance, trajectory.candidate)]
    going_on = open_block(trajectory.instance, trajectory.candidate)
    runs = going_on is not None and going_on.elapsed and runs_on(trajectory)
    return ended[:-1] if runs else ended
