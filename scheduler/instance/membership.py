"""Which guidance groups a candidate may join, as far as the data tell before anything is planned."""

from __future__ import annotations

from scheduler.instance.types import Candidate, Group, Instance, split_group


def may_join(instance: Instance, candidate: Candidate, group: Group) -> bool:
    """Whether start and leave let a candidate join who has no group yet: 3 leave months in one group year do not."""
    return begins_in_time(instance, candidate, group) and not too_much_leave(candidate, group)


def open_to(instance: Instance, candidate: Candidate) -> list[Group]:
    """The groups that start and leave let a candidate join who has none yet; and two of them, where that may be."""
    groups = list(instance.groups.values())
    found = [group for group in groups if may_join(instance, candidate, group)]
    if candidate.group.split:
        pairs = (split_group(first, second) for first in groups for second in groups)
        found += [pair for pair in pairs if pair is not None and may_join(instance, candidate, pair)]
    return found


def begins_in_time(instance: Instance, candidate: Candidate, group: Group) -> bool:
    """Whether the group begins within the horizon, and no earlier than the candidate can."""
    return group.span.start >= max(candidate.start_earliest, instance.start)


def too_much_leave(candidate: Candidate, group: Group) -> bool:
    """Whether some year of the group has more months of leave than the candidate's rules let a member have."""
    return longest_leave(candidate, group) > candidate.rules.group_leave_months_max


def longest_leave(candidate: Candidate, group: Group) -> int:
    """Months of leave in the year of the group that has most of them."""
    return max((sum(candidate.on_leave(month) for month in year.months()) for year in group.years()), default=0)
