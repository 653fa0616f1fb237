"""Months away from one's own post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from scheduler.accounting.goals import arena_shares, office_in
from scheduler.accounting.trajectory import ServiceMonth, Trajectory, reckoned_once
from scheduler.month import Month


def post_of(trajectory: Trajectory, month: Month) -> str | None:
    """The candidate's own post: the unit that is named, else the office of the month; None where there is neither."""
    return trajectory.candidate.post or trajectory.entry.practice_at(month)


def is_away(trajectory: Trajectory, month: ServiceMonth) -> bool:
    """Whether the own post is not in the rotation's mix; who has no post is never away from it.

    In a month before the plan the post is the office it was served in, if none is named.
    """
    post = trajectory.candidate.post or office_in(trajectory, month)
    return post is not None and post not in arena_shares(trajectory, month)


@reckoned_once
def away_months(trajectory: Trajectory) -> tuple[Month, ...]:
    """The service months of the plan that are spent away from the own post."""
    away: dict[tuple[str, str | None], bool] = {}
    found: list[Month] = []
    for month in trajectory.service:
        place = month.rotation.id, office_in(trajectory, month)
        if place not in away:
            away[place] = is_away(trajectory, month)
        found += [month.month] if away[place] else []
    return tuple(found)


def past_away(trajectory: Trajectory) -> list[Month]:
    """The months before the plan that were."""
    return [month.month for month in trajectory.past if is_away(trajectory, month)]


def all_away(trajectory: Trajectory) -> list[Month]:
    """The service months away from the own post, those before the plan included."""
    return [*past_away(trajectory), *away_months(trajectory)]


def longest_away(trajectory: Trajectory) -> int:
    """The most service months away in a row; leave neither counts nor breaks the row.

    Hospital 6, leave 2, hospital 6 without a month at the own post between them are 12.
    """
    away = set(all_away(trajectory))
    rows = groupby(month.month in away for month in trajectory.whole_service)
    return max((sum(1 for _ in row) for gone, row in rows if gone), default=0)


def away_by_unit(trajectories: Iterable[Trajectory]) -> dict[str, dict[Month, list[str]]]:
    """Per unit and month, the candidates whose post it is and who serve where it is not in the mix."""
    away: dict[str, dict[Month, list[str]]] = defaultdict(lambda: defaultdict(list))
    for trajectory in trajectories:
        for month in away_months(trajectory):
            away[str(post_of(trajectory, month))][month].append(trajectory.candidate.id)
    return away
