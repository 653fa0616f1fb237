"""When a candidate is done, could be done, or is projected to be."""

from __future__ import annotations

from scheduler.instance.types import COUNTED_SERVICES, Instance, Requirement, Service
from scheduler.ledger.blocks import length
from scheduler.ledger.course import Course, cut
from scheduler.ledger.credit import counted, earliest_finish, month_worked_off
from scheduler.ledger.goals import has_full_shifts, missing_goals
from scheduler.ledger.groups import group_fits, group_needed, group_of
from scheduler.ledger.service import blocks_in, service_sums, work_in
from scheduler.month import Month

GROUP_MONTHS_AHEAD = 24  # what a group still takes when none has been joined at the horizon


def projected_finish(instance: Instance, course: Course) -> Month:
    """When a candidate would be done whose plan ends before that: the missing time worked after it, the group over.

    After the horizon for an unfinished one; after the last month of a plan that stops short. Never before the earliest
    finish, whatever percents a plan claims.
    """
    rules, sums = course.candidate.rules, service_sums(course)
    below = max(0, rules.open_practice_min - sums[Service.OPEN_PRACTICE])
    below += max(0, rules.institution_min - sums[Service.INSTITUTION])
    missing = max(rules.total - counted(sums, rules), below)
    planned_to = instance.end if course.unfinished else course.end
    worked = month_worked_off(course.candidate, max(planned_to, course.first), missing)
    worked = max(worked, earliest_finish(course.candidate, course.first))
    group = group_of(instance, course)
    if group is not None:
        return max(worked, group.span.end - 1)
    if group_needed(course):
        return max(worked, planned_to + GROUP_MONTHS_AHEAD - 1)
    return worked


def stops_short(course: Course) -> bool:
    """Whether the plan ends within the horizon and before the training can be over: six of its months became leave."""
    return not course.unfinished and course.end <= earliest_finish(course.candidate, course.first)


def has_finish(course: Course) -> bool:
    """Whether the last planned month may be the finish: otherwise there is only a projected one."""
    return not course.unfinished and not stops_short(course)


def finish_of(instance: Instance, course: Course) -> Month:
    """The last planned month, or the projected finish of a candidate whose plan ends before the training can."""
    return course.end - 1 if has_finish(course) else projected_finish(instance, course)


def delay(instance: Instance, course: Course) -> int:
    """Finish minus earliest finish, in months; never below 0, for nobody is done before the earliest finish."""
    return finish_of(instance, course) - earliest_finish(course.candidate, course.first)


def service_complete(course: Course) -> bool:
    """Whether total, open practice and institution have been reached."""
    rules, sums = course.candidate.rules, service_sums(course)
    return (
        counted(sums, rules) >= rules.total
        and sums[Service.OPEN_PRACTICE] >= rules.open_practice_min
        and sums[Service.INSTITUTION] >= rules.institution_min
    )


def requirement_minima_hold(course: Course, requirement: Requirement) -> bool:
    """Whether a requirement's least work and blocks have been reached."""
    work, blocks = requirement.min_work or 0, requirement.min_blocks or 0
    return work_in(course, requirement.rotations) >= work and blocks_in(course, requirement.rotations) >= blocks


def group_complete(instance: Instance, course: Course) -> bool:
    """Whether the group is a good one and over at the course's end, or none is needed."""
    group = group_of(instance, course)
    if group is None:
        return not group_needed(course)
    return group.span.end <= course.end and group_fits(instance, course, group)


def last_block_whole(instance: Instance, course: Course) -> bool:
    """Whether the last block has its shortest length (a base block may always stop)."""
    if not course.blocks or course.blocks[-1].rotation.base:
        return True
    return length(instance, course, len(course.blocks) - 1) >= course.blocks[-1].rotation.min_months


def fixed_ahead(instance: Instance, course: Course) -> bool:
    """Whether a month fixed by the coordinator comes after the course's end."""
    return any(
        not course.candidate.on_leave(month)
        for fixed in course.candidate.fixed
        for month in range(max(fixed.span.start, course.end), min(fixed.span.end, instance.end))
    )


def complete(instance: Instance, course: Course) -> bool:
    """Whether every requirement holds at the course's end (0001, *Finish*)."""
    return (
        group_complete(instance, course)
        and has_full_shifts(course)
        and not fixed_ahead(instance, course)
        and service_complete(course)
        and last_block_whole(instance, course)
        and all(
            requirement_minima_hold(course, requirement)
            for requirement in instance.requirements
            if requirement.names(course.candidate.id)
        )
        and not missing_goals(instance, course)
    )


def complete_before(instance: Instance, course: Course) -> Month | None:
    """The first month before the course's last one at whose end the candidate is complete already; None is right."""
    for month in range(_first_month_with_total(course), course.end - 1):
        if complete(instance, cut(course, month + 1)):
            return month
    return None


def last_complete_before(instance: Instance, course: Course) -> Month | None:
    """The last month before the course's last one at whose end the candidate is complete already; None is right."""
    for month in range(course.end - 2, _first_month_with_total(course) - 1, -1):
        if complete(instance, cut(course, month + 1)):
            return month
    return None


def _first_month_with_total(course: Course) -> Month:
    """The first month at whose end the counted service reaches the total (the course's end if none)."""
    rules = course.candidate.rules
    sums = {service: course.candidate.credited.get(service, 0) for service in COUNTED_SERVICES}
    if counted(sums, rules) >= rules.total:
        return course.first
    for month in course.service:
        for service, share in month.rotation.share_by_service.items():
            sums[service] = sums.get(service, 0) + month.percent * share
        if counted(sums, rules) >= rules.total:
            return month.month
    return course.end
