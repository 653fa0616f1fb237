"""What is held for candidates who are not placed yet: what they are bound to, and blocks meant for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.instance.assignment import Assignment
from scheduler.instance.offices import settled_office
from scheduler.instance.past_blocks import open_block
from scheduler.instance.timeline import running_months
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
    for block in held_blocks:
        for t in range(block.start, block.end):
            months[instance.start + t - first] = block.rotation
    at_least = running_months(instance, candidate)
    going_on = open_block(instance, candidate)
    if going_on is not None and not instance.rotations[going_on.rotation].base:
        months[:at_least] = [going_on.rotation] * at_least
    for row in candidate.fixed:
        for month in range(max(row.span.start, first), min(row.span.end, instance.end_for(candidate))):
            months[month - first] = None if candidate.on_leave(month) else row.rotation
    held = Assignment(candidate.id, first, tuple(months), None, candidate.group.group_id)
    return held.seated(lambda month: settled_office(instance, candidate, month))
