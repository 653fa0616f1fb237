"""Figures as the plan file holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.accounting.away import all_away, longest_away
from scheduler.accounting.credit import fte_months
from scheduler.accounting.finish import delay, has_finish, projected_finish
from scheduler.accounting.groups import group_of, much_leave, open_years
from scheduler.accounting.levels import wish_met
from scheduler.accounting.service import service_sums, uncounted
from scheduler.accounting.trajectory import Trajectory, spans, trajectory_of
from scheduler.instance.categories import counted
from scheduler.instance.types import Group, Instance
from scheduler.month import Month
from scheduler.plan import (
    PlanAbsence,
    PlanBlock,
    PlanCandidate,
    PlanGroupRemark,
    PlanService,
    PlanSpan,
    PlanWish,
    practice_rows,
)


def plan_blocks(trajectory: Trajectory) -> list[PlanBlock]:
    """The blocks as the file spells them, both ends inclusive."""
    return [
        PlanBlock.model_validate({"rotation": block.rotation.id, "from": block.start, "to": block.end - 1})
        for block in trajectory.shown_blocks
    ]


def plan_service(trajectory: Trajectory) -> PlanService:
    """The service sums as the file spells them, in FTE-months."""
    sums = service_sums(trajectory)
    return PlanService(
        by_category={service: fte_months(credit) for service, credit in sums.items()},
        counted=fte_months(counted(sums, trajectory.candidate.rules)),
        uncounted=fte_months(uncounted(trajectory)),
    )


def plan_absence(trajectory: Trajectory) -> list[PlanAbsence]:
    """The months of service that count less because of days absent, and what they count as."""
    return [PlanAbsence(month=month.month, earned=month.earned) for month in trajectory.shown if month.deducted]


def plan_wishes(trajectory: Trajectory) -> list[PlanWish]:
    """The candidate's wishes and whether each is met; the reason is not arithmetic and is left out."""
    return [
        PlanWish.model_validate(
            {
                "rotation": wish.rotation,
                "weight": wish.weight,
                "from": None if wish.span is None else wish.span.start,
                "to": None if wish.span is None else wish.span.end - 1,
                "met": wish_met(trajectory, wish),
            }
        )
        for wish in trajectory.candidate.wishes
    ]


def open_group_years(trajectory: Trajectory) -> list[int]:
    """The numbers that ``open_group_year`` may truthfully have; empty: None only."""
    group = group_of(trajectory)
    return [] if group is None else open_years(trajectory, group)


def plan_group_remarks(trajectory: Trajectory) -> list[PlanGroupRemark]:
    """What is worth knowing of a membership that stands: a start before the candidate's, too much leave in its years.

    Five leave months 2027-02..2027-06 in the group year from 2026-09: year 1, 5 months, at most 2.
    """
    group = group_of(trajectory)
    return [] if group is None else [*_late_start(trajectory, group), *_much_leave(trajectory, group)]


def _late_start(trajectory: Trajectory, group: Group) -> Iterator[PlanGroupRemark]:
    missed = range(group.span.start, min(trajectory.entry.start, group.span.end))
    if missed:
        yield PlanGroupRemark(kind="start", months=len(missed), spans=_plan_spans(missed))


def _much_leave(trajectory: Trajectory, group: Group) -> Iterator[PlanGroupRemark]:
    candidate = trajectory.candidate
    for found in much_leave(trajectory, group):
        away = [month for month in group.years()[found.year - 1].months() if candidate.on_leave(month)]
        most = candidate.rules.group_leave_months_max
        yield PlanGroupRemark(kind="leave", year=found.year, months=found.months, max=most, spans=_plan_spans(away))


def _plan_spans(months: Iterable[Month]) -> list[PlanSpan]:
    return [PlanSpan.model_validate({"from": span.start, "to": span.end - 1}) for span in spans(months)]


def with_figures(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """The same months, practice, group, shifts and supervisors with every figure recomputed."""
    trajectory, candidate = trajectory_of(instance, entry), instance.candidates[entry.id]
    years, done = open_group_years(trajectory), has_finish(trajectory)
    return entry.model_copy(
        update={
            "practices": practice_rows(entry.first, entry.last + 1, entry.practice_at) if entry.months else [],
            "finish": trajectory.end - 1 if done else None,
            "earliest_finish": trajectory.earliest_finish,
            "delay": delay(trajectory),
            "unfinished": trajectory.unfinished,
            "until": candidate.until if trajectory.leaves else None,
            "projected_finish": None if done or trajectory.leaves else projected_finish(trajectory),
            "group_remarks": plan_group_remarks(trajectory),
            "open_group_year": years[0] if years else None,
            "blocks": plan_blocks(trajectory),
            "service": plan_service(trajectory),
            "absence": plan_absence(trajectory),
            "away": len(all_away(trajectory)),
            "away_row": longest_away(trajectory),
            "wishes": plan_wishes(trajectory),
        }
    )
