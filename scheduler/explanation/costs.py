"""What a change of plan costs whom: the finish, wishes, months that move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.accounting import Trajectory, finish_of, trajectory_of, wish_met
from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.planning.assemble import plan_candidate, without_tail


@dataclass(frozen=True, slots=True)
class Cost:
    """What changes for one candidate: last months (None: unfinished), wishes lost and won, months that move."""

    candidate: str
    before: Month
    after: Month
    lost: tuple[str, ...]
    won: tuple[str, ...]
    moved: int


def costs_of(
    instance: Instance, before: Mapping[str, Assignment], trial: Instance, after: Mapping[str, Assignment]
) -> list[Cost]:
    """The candidates whose finish, wishes or months differ between two plans, and by what.

    ``trial``: the instance with what is asked, by which the finishes of ``after`` are judged.
    """
    costs = []
    for candidate_id, assignment in after.items():
        old = before.get(candidate_id)
        if old is None:
            continue
        was, now = _trajectory(instance, old), _trajectory(trial, assignment)
        wishes = instance.candidates[candidate_id].wishes
        lost = tuple(wish.rotation for wish in wishes if wish_met(was, wish) and not wish_met(now, wish))
        won = tuple(wish.rotation for wish in wishes if wish_met(now, wish) and not wish_met(was, wish))
        ends = finish_of(was), finish_of(now)
        months = range(min(old.first, assignment.first), max(was.end, now.end))
        moved = sum(_rotation(was, month) != _rotation(now, month) for month in months)
        if ends[0] != ends[1] or lost or won or moved:
            costs.append(Cost(candidate_id, *ends, lost, won, moved))
    return costs


def trajectories_of(instance: Instance, assignments: Iterable[Assignment]) -> list[Trajectory]:
    """Each assignment month by month, with what follows from it."""
    return [_trajectory(instance, assignment) for assignment in assignments]


def _rotation(trajectory: Trajectory, month: Month) -> str | None:
    served = trajectory.by_month.get(month)
    return None if served is None else served.rotation.id


def _trajectory(instance: Instance, assignment: Assignment) -> Trajectory:
    entry = plan_candidate(instance, assignment)
    return trajectory_of(instance, entry if instance.has_floors else without_tail(instance, entry))
