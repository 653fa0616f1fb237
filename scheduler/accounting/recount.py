"""A plan of other data, reckoned again with these: what it decides stays, what follows from the data is theirs."""

from __future__ import annotations

from scheduler.accounting.figures import open_group_years, with_figures
from scheduler.accounting.guidance import guidance
from scheduler.accounting.levels import MORE_IS_BETTER, Level, levels
from scheduler.accounting.trajectory import trajectories, trajectory_of
from scheduler.instance.types import Candidate, Instance
from scheduler.plan import Plan, PlanBound, PlanCandidate, PlanMonth, PlanObjective


def recounted(instance: Instance, plan: Plan) -> Plan:
    """The plan with the instance's percents in its months and every figure reckoned again; nothing of it is proved.

    Rotations, start, office, group, shifts and supervisors are the plan's own. The levels are those of the instance, in
    its order, and candidates whom it does not know stay as they are.
    """
    entries = [_entry(instance, entry) for entry in plan.candidates]
    ours = plan.model_copy(
        update={"candidates": entries, "instance": plan.instance.model_copy(update={"sha256": instance.sha256})}
    )
    right = levels(instance, trajectories(instance, ours))
    told = {level.id: level for level in plan.objectives}
    order = instance.objective_order
    order = order if "changes" in order else ("changes", *order)
    objectives = [
        _level(told[level], right.get(level)) if level in told else _new_level(level, right[level])
        for level in order
        if level in told or level in right
    ]
    hours = guidance(instance, entries) if plan.guidance else []
    return ours.model_copy(update={"objectives": objectives, "guidance": hours})


def _entry(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """One candidate's plan; the open group year stays as told where that is as true as another."""
    candidate = instance.candidates.get(entry.id)
    if candidate is None:
        return entry
    months = [_month(candidate, row) for row in entry.months]
    fresh = with_figures(instance, entry.model_copy(update={"months": months}))
    if entry.open_group_year in open_group_years(trajectory_of(instance, fresh)):
        return fresh.model_copy(update={"open_group_year": entry.open_group_year})
    return fresh


def _month(candidate: Candidate, row: PlanMonth) -> PlanMonth:
    """Work at the percent agreed by now; work in a month that has become leave stays: that is for the rule to tell."""
    if row.rotation is None or candidate.on_leave(row.month):
        return row
    return row.model_copy(update={"percent": candidate.percent_at(row.month)})


def _level(told: PlanObjective, right: Level | None) -> PlanObjective:
    """A level with the value it has now. ``changes`` of a plan without its basis cannot be known, and stays as told."""
    value = told.value if right is None else right.value
    worst = None
    if told.worst is not None:
        most = told.worst.value if right is None or right.worst is None else right.worst
        worst = _unproved(told.id, most, told.worst.bound)
    return PlanObjective(id=told.id, **_unproved(told.id, value, told.bound).model_dump(), worst=worst)


def _new_level(level: str, right: Level) -> PlanObjective:
    """A level that was not looked at when the plan was made: nothing is proved of it."""
    worst = None if right.worst is None else PlanBound(value=right.worst, bound=right.worst, proved=False)
    return PlanObjective(id=level, value=right.value, bound=right.value, proved=False, worst=worst)


def _unproved(level: str, value: float, bound: float) -> PlanBound:
    """A figure that has changed: what was proved of the old one bounds it no further than it is itself."""
    least = max(bound, value) if level in MORE_IS_BETTER else min(bound, value)
    return PlanBound(value=value, bound=least, proved=False)
