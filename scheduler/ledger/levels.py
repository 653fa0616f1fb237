"""Wishes, and the levels of the objective."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.instance.types import Instance, Wish
from scheduler.ledger.changes import changes
from scheduler.ledger.course import Course
from scheduler.ledger.credit import fte_months
from scheduler.ledger.finish import delay
from scheduler.ledger.goals import breadth
from scheduler.ledger.service import uncounted

MORE_IS_BETTER = frozenset({"breadth"})
"""Levels that people count upwards."""


def wish_met(instance: Instance, course: Course, wish: Wish) -> bool:
    """Whether enough service months in the window: 6 of a hospital's shortest 6, or all of a window of 4."""
    rotation = instance.rotations.get(wish.rotation)
    if rotation is None:
        return False
    wanted = rotation.min_months if wish.span is None else min(rotation.min_months, len(wish.span.months()))
    served = sum(
        month.rotation.id == wish.rotation and (wish.span is None or month.month in wish.span)
        for month in course.service
    )
    return served >= max(1, wanted)


def wishes_lost(instance: Instance, course: Course) -> int:
    """Weight of the candidate's unmet wishes."""
    return sum(wish.weight for wish in course.candidate.wishes if not wish_met(instance, course, wish))


@dataclass(frozen=True, slots=True)
class Level:
    """The value of a level of the objective, and the worst-off candidate's share where the level has one."""

    value: float
    worst: float | None = None


def levels(instance: Instance, plan_courses: list[Course]) -> dict[str, Level]:
    """Every level; ``changes`` only where the instance has a published plan that is changed."""
    delays = [delay(instance, course) for course in plan_courses]
    lost = [wishes_lost(instance, course) for course in plan_courses]
    moved = {} if instance.baseline is None else {"changes": Level(sum(changes(instance, one) for one in plan_courses))}
    return {
        **moved,
        "delay": Level(sum(delays), max(delays, default=0)),
        "wishes": Level(sum(lost), max(lost, default=0)),
        "moves": Level(sum(len(course.blocks) for course in plan_courses)),
        "uncounted": Level(fte_months(sum(uncounted(course) for course in plan_courses))),
        "breadth": Level(sum(breadth(instance, course) for course in plan_courses)),
    }
