"""When a candidate is done, could be done, or is projected to be."""

from __future__ import annotations

from scheduler.accounting.blocks import length
from scheduler.accounting.credit import month_worked_off
from scheduler.accounting.groups import group_fits, group_needed, group_of
from scheduler.accounting.service import blocks_in, service_sums, work_in
from scheduler.accounting.trajectory import Trajectory
from scheduler.exact import Exact
from scheduler.instance.categories import counted, shortfalls
from scheduler.instance.past_blocks import open_block, still_to_last
from scheduler.instance.types import Requirement, Rotation
from scheduler.month import Month

GROUP_MONTHS_AHEAD = 24  # what a group still takes when none has been joined at the horizon


def projected_finish(trajectory: Trajectory) -> Month:
    """When a candidate would be done whose plan ends before that: the missing time worked after it, the group over.

    After the horizon for an unfinished one; after the last month of a plan that stops short. Never before the earliest
    finish, whatever percents a plan claims.
    """
    rules, sums = trajectory.candidate.rules, service_sums(trajectory)
    missing = max(rules.total - counted(sums, rules), sum(shortfalls(sums, rules).values()))
    planned_to = trajectory.instance.end_for(trajectory.candidate) if trajectory.unfinished else trajectory.end
    worked = month_worked_off(trajectory.candidate, max(planned_to, trajectory.first), missing)
    worked = max(worked, trajectory.soonest)
    group = group_of(trajectory)
    if group is not None:
        return max(worked, group.span.end - 1)
    if group_needed(trajectory):
        return max(worked, planned_to + GROUP_MONTHS_AHEAD - 1)
    return worked


def stops_short(trajectory: Trajectory) -> bool:
    """Whether the plan ends within the horizon and before the training can be over: six of its months became leave."""
    if trajectory.unfinished or trajectory.candidate.done:
        return False
    return trajectory.end <= trajectory.soonest


def has_finish(trajectory: Trajectory) -> bool:
    """Whether the last planned month may be the finish: otherwise there is only a projected one."""
    return not trajectory.unfinished and not stops_short(trajectory)


def finish_of(trajectory: Trajectory) -> Month:
    """The last planned month, or the projected finish of a candidate whose plan ends before the training can.

    Who leaves has no more than the last planned month.
    """
    if trajectory.leaves:
        return trajectory.end - 1
    return trajectory.end - 1 if has_finish(trajectory) else projected_finish(trajectory)


def delay(trajectory: Trajectory) -> int:
    """Finish minus earliest finish, in months; never below 0, for nobody is done before the earliest finish.

    Who cannot be done before the contract ends has none. Who could, by time alone, and is not is as late as one who is
    done a month after it: later than anybody who is done.
    """
    if trajectory.leaving:
        return 0
    if trajectory.leaves:
        return trajectory.end - trajectory.earliest_finish
    late = finish_of(trajectory) - trajectory.earliest_finish
    return max(late, 0) if trajectory.candidate.done else late  # whatever is asked for by now


def requirement_minima_hold(trajectory: Trajectory, requirement: Requirement) -> bool:
    """Whether a requirement's least work and blocks have been reached."""
    work, blocks = requirement.min_work or 0, requirement.min_blocks or 0
    have = blocks_in(trajectory, requirement.rotations)
    return work_in(trajectory, requirement.rotations) >= work and have >= blocks


def group_complete(trajectory: Trajectory) -> bool:
    """Whether the group is a good one and over at the trajectory's end, or none is needed."""
    group = group_of(trajectory)
    if group is None:
        return not group_needed(trajectory)
    return group.span.end <= trajectory.end and group_fits(trajectory, group)


def last_block_whole(trajectory: Trajectory) -> bool:
    """Whether the last block has its shortest length (a base block may always stop)."""
    if not trajectory.blocks:
        return breaks_off_at_the_door(trajectory) is None
    if trajectory.blocks[-1].rotation.base:
        return True
    return length(trajectory, len(trajectory.blocks) - 1) >= trajectory.blocks[-1].rotation.min_months


def breaks_off_at_the_door(trajectory: Trajectory) -> Rotation | None:
    """The rotation of the block that the frozen months end in, where it must still go on."""
    instance = trajectory.instance
    candidate = trajectory.candidate
    going_on = None if candidate.frozen is None else open_block(instance, candidate)
    if going_on is None or instance.rotations[going_on.rotation].base or candidate.on_leave(trajectory.first):
        return None
    return instance.rotations[going_on.rotation] if still_to_last(instance, candidate, going_on) > 0 else None


def fixed_ahead(trajectory: Trajectory) -> bool:
    """Whether a month fixed by the coordinator, for which a finish waits, comes after the trajectory's end."""
    return any(
        fixed.awaited and not trajectory.candidate.on_leave(month)
        for fixed in trajectory.candidate.fixed
        for month in range(
            max(fixed.span.start, trajectory.end),
            min(fixed.span.end, trajectory.instance.end_for(trajectory.candidate)),
        )
    )


def first_month_with_total(trajectory: Trajectory) -> Month:
    """The first month at whose end the counted service reaches the total (the trajectory's end if none).

    The last frozen month, where these bring it.
    """
    rules = trajectory.candidate.rules
    sums: dict[str, Exact] = {service: trajectory.candidate.credited.get(service, 0) for service in rules.services}
    if counted(sums, rules) >= rules.total:
        return trajectory.first - (trajectory.candidate.frozen is not None)
    for month in trajectory.service:
        for service, share in month.rotation.share_by_service.items():
            sums[service] = sums.get(service, 0) + month.earned * share
        if counted(sums, rules) >= rules.total:
            return month.month
    return trajectory.end
