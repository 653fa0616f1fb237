"""A plan after a solution of the month model: the months of all are held for them until it is their turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.alone import plan_alone
from scheduler.planning.greedy import reserved_months
from scheduler.planning.month_model.candidate import MonthPlan
from scheduler.planning.month_model.joint import MonthModel
from scheduler.solver.engine import Settings, Stop


def place_after_month_model(
    instance: Instance, free: Sequence[Candidate], held: Occupancy, settings: Settings, stop: Stop
) -> dict[str, Assignment] | None:
    """Assignments of the free beside the held, after a month plan in which nobody is late; None if it leads nowhere."""
    month_model = MonthModel(instance, free, held, on_time=True)
    values = month_model.search(settings, stop, settings.limits.month_model_effort).values
    if values is None:
        return None
    month_plans = month_model.month_plans(values)
    occupancy = held.copy()
    for candidate in free:
        occupancy.add(_as_in_the_month_plan(instance, candidate, month_plans[candidate.id]))
    assignments: dict[str, Assignment] = {}
    for _ in range(2):  # whoever finds no way may find one beside what the others have really taken
        for candidate in free:
            if candidate.id in assignments:
                continue
            month_planned = occupancy.remove(candidate.id)
            own_best = plan_alone(
                instance, candidate, occupancy, stop.worth(settings.limits.headroom_each_effort), settings
            )
            occupancy.add(own_best.assignment or month_planned)
            if own_best.assignment is not None:
                assignments[candidate.id] = own_best.assignment
    return {candidate.id: assignments[candidate.id] for candidate in free} if len(assignments) == len(free) else None


def _as_in_the_month_plan(instance: Instance, candidate: Candidate, month_plan: MonthPlan) -> Assignment:
    assignment = reserved_months(instance, candidate, month_plan.blocks)
    return replace(assignment, practice=candidate.practice or month_plan.practice)
