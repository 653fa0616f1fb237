"""What is held for candidates who are not placed yet: what they are bound to, and blocks meant for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.instance.assignment import Assignment
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Candidate, Instance


@dataclass(frozen=True, slots=True)
class HeldBlock:
    """A block (months in the horizon, end exclusive) that is to be held for the candidate."""

    rotation: str
    start: int
    end: int


def reserved_months(instance: Instance, candidate: Candidate, held_blocks: Sequence[HeldBlock] = ()) -> Assignment:
    """What the candidate is bound to whatever the plan: fixed months, and the running block until it may end.

    Held for everybody who is not placed yet, so that nobody takes a place that is as good as taken.
    """
    first = instance.first_month(candidate)
    months: list[str | None] = [None] * (instance.end - first)
    timeline = timeline_of(instance, candidate)
    for block in held_blocks:
        for t in range(block.start, block.end):
            months[instance.start + t - first] = block.rotation
    if candidate.current is not None and not candidate.on_leave(first):
        rotation = instance.rotations[candidate.current.rotation]
        at_least = max(rotation.min_months - timeline.elapsed_current, 1)
        if not rotation.base and (rotation.max_months is None or timeline.elapsed_current < rotation.max_months):
            months[:at_least] = [rotation.id] * at_least
    for row in candidate.fixed:
        for month in range(max(row.span.start, first), min(row.span.end, instance.end)):
            months[month - first] = None if candidate.on_leave(month) else row.rotation
    return Assignment(candidate.id, first, tuple(months), candidate.practice, candidate.group.group_id)
