"""Figures as the plan file holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.instance.types import Group, Instance, Service
from scheduler.ledger.course import Course, course_of, spans
from scheduler.ledger.credit import counted, earliest_finish, fte_months
from scheduler.ledger.finish import delay, has_finish, projected_finish
from scheduler.ledger.groups import group_of, leave_months_in, open_years
from scheduler.ledger.levels import wish_met
from scheduler.ledger.service import service_sums, uncounted
from scheduler.month import Month
from scheduler.plan import PlanBlock, PlanCandidate, PlanGroupRemark, PlanService, PlanSpan, PlanWish


def plan_blocks(course: Course) -> list[PlanBlock]:
    """The blocks as the file spells them, both ends inclusive."""
    return [
        PlanBlock.model_validate({"rotation": block.rotation.id, "from": block.start, "to": block.end - 1})
        for block in course.blocks
    ]


def plan_service(course: Course) -> PlanService:
    """The service sums as the file spells them, in FTE-months."""
    sums = service_sums(course)
    return PlanService(
        open_practice=fte_months(sums[Service.OPEN_PRACTICE]),
        other_general=fte_months(sums[Service.OTHER_GENERAL]),
        institution=fte_months(sums[Service.INSTITUTION]),
        counted=fte_months(counted(sums, course.candidate.rules)),
        uncounted=fte_months(uncounted(course)),
    )


def plan_wishes(instance: Instance, course: Course) -> list[PlanWish]:
    """The candidate's wishes and whether each is met; the reason is not arithmetic and is left out."""
    return [
        PlanWish.model_validate(
            {
                "rotation": wish.rotation,
                "weight": wish.weight,
                "from": None if wish.span is None else wish.span.start,
                "to": None if wish.span is None else wish.span.end - 1,
                "met": wish_met(instance, course, wish),
            }
        )
        for wish in course.candidate.wishes
    ]


def open_group_years(instance: Instance, course: Course) -> list[int]:
    """The numbers that ``open_group_year`` may truthfully have; empty: None only."""
    group = group_of(instance, course)
    return [] if group is None else open_years(instance, course, group)


def plan_group_remarks(instance: Instance, course: Course) -> list[PlanGroupRemark]:
    """What is worth knowing of a membership that stands: a start before the candidate's, too much leave in its years.

    Five leave months 2027-02..2027-06 in the group year from 2026-09: year 1, 5 months, at most 2.
    """
    group = group_of(instance, course)
    return [] if group is None else [*_late_start(course, group), *_much_leave(course, group)]


def _late_start(course: Course, group: Group) -> Iterator[PlanGroupRemark]:
    missed = range(group.span.start, min(course.entry.start, group.span.end))
    if missed:
        yield PlanGroupRemark(kind="start", months=len(missed), spans=_plan_spans(missed))


def _much_leave(course: Course, group: Group) -> Iterator[PlanGroupRemark]:
    most = course.candidate.rules.group_leave_months_max
    for number, year in enumerate(group.years(), start=1):
        have = leave_months_in(course, year)
        if have > most:
            away = (month for month in year.months() if course.candidate.on_leave(month))
            yield PlanGroupRemark(kind="leave", year=number, months=have, max=most, spans=_plan_spans(away))


def _plan_spans(months: Iterable[Month]) -> list[PlanSpan]:
    return [PlanSpan.model_validate({"from": span.start, "to": span.end - 1}) for span in spans(months)]


def with_figures(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """The same months, practice, group, shifts and supervisors with every figure recomputed."""
    course = course_of(instance, entry)
    years, done = open_group_years(instance, course), has_finish(course)
    return entry.model_copy(
        update={
            "finish": course.end - 1 if done else None,
            "earliest_finish": earliest_finish(course.candidate, course.first),
            "delay": delay(instance, course),
            "unfinished": course.unfinished,
            "projected_finish": None if done else projected_finish(instance, course),
            "group_remarks": plan_group_remarks(instance, course),
            "open_group_year": years[0] if years else None,
            "blocks": plan_blocks(course),
            "service": plan_service(course),
            "wishes": plan_wishes(instance, course),
        }
    )
