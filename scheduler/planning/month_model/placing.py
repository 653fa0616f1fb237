"""A plan after a solution of the month model: the months of all are held for them until it is their turn."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Candidate, Instance
from scheduler.plan import FoundBy
from scheduler.planning.greedy import Most, as_found, greedy_plan
from scheduler.planning.month_model.candidate import MonthPlan
from scheduler.planning.month_model.joint import MonthModel
from scheduler.planning.own_best import BestAlone
from scheduler.planning.procedure import Budget
from scheduler.planning.reserved import reserved_months
from scheduler.planning.state import State


@dataclass(frozen=True, slots=True)
class AfterMonthModel:
    """Place many new candidates beside those who stay, one after another, each with a place held in a month plan."""

    def applies(self, state: State) -> bool:
        """Where some stay as they are and there is no plan of the others yet."""
        task = state.task
        return state.plan is None and bool(task.kept) and bool(task.free) and task.demand is None

    def improve(self, state: State, budget: Budget) -> State:
        """The state with the plan; as it was without a month plan in which nobody is late, or if it led nowhere."""
        task, limits = state.task, budget.limits
        month_model = MonthModel(task.instance, task.free, task.held, on_time=True)
        values = month_model.search(budget.settings, budget.stop, limits.month_model_effort).values
        if values is None:
            return state
        month_plans, most = month_model.month_plans(values), Most(state)
        placed = greedy_plan(
            task.instance,
            state.alone or {candidate.id: BestAlone.unknown(candidate.id) for candidate in task.free},
            task.held,
            budget.stop,
            budget.settings,
            reserved={
                candidate.id: _reserved(task.instance, candidate, month_plans[candidate.id]) for candidate in task.free
            },
            effort_each=limits.headroom_each_effort,
            on_stuck=most.note,
        )
        return most.state if placed is None else state.improved(as_found(placed, FoundBy.MONTHS_FIRST))


def _reserved(instance: Instance, candidate: Candidate, month_plan: MonthPlan) -> Assignment:
    assignment = reserved_months(instance, candidate, month_plan.blocks)
    return assignment.seated(month_plan.practice_at)
