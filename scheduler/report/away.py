"""Who is away from the own post for how long, for every output that lists it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.accounting import Trajectory, all_away, longest_away


@dataclass(frozen=True, slots=True)
class Away:
    """Service months away, the most of them in a row, and how many the candidate needs at least (None: not known).

    ``post``: the unit that is the candidate's own post; None where it is an office, with a list of their own.
    """

    candidate: str
    months: int
    row: int
    needed: int | None
    post: str | None = None


def who_is_away(trajectories: Iterable[Trajectory]) -> list[Away]:
    """Everybody with months away, the most first."""
    found = [
        Away(
            trajectory.candidate.id,
            len(all_away(trajectory)),
            longest_away(trajectory),
            _needed(trajectory),
            _unit(trajectory),
        )
        for trajectory in trajectories
    ]
    return sorted((each for each in found if each.months), key=lambda each: -each.months)


def _unit(trajectory: Trajectory) -> str | None:
    """The own post where it is no office."""
    post = trajectory.candidate.post
    return None if post is None or trajectory.instance.arenas[post].is_office else post


def from_own_lists(rows: Iterable[Away]) -> int:
    """How many of the months are of those with a list of their own."""
    return sum(each.months for each in rows if each.post is None)


def _needed(trajectory: Trajectory) -> int | None:
    """No more than there are: who is delayed for others' sake may need fewer than alone."""
    needed = trajectory.entry.away_needed
    return None if needed is None else min(needed, len(all_away(trajectory)))
