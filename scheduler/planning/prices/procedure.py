"""The steps of the recipe that plan by prices: early where many are to be planned, and where nothing else has led to a
plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

from scheduler.accounting.proof import Target
from scheduler.instance.assignment import Assignment
from scheduler.plan import FoundBy
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.planning.own_best import sum_of
from scheduler.planning.placed import packed
from scheduler.planning.prices.search import PriceSearch
from scheduler.planning.procedure import Budget
from scheduler.planning.state import Found, State, Task

DELAY = Target("delay")


class Turn(Enum):
    """When prices have their turn: before anything is known of anybody, where many are to be planned, so that there is
    a plan soon; where several have been placed one after another, which has led to none; to make a plan better.
    """

    FIRST = "first"
    STUCK = "stuck"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class ByPrices:
    """Everybody placed by prices, and some placed anew until nothing is too full and nobody is late who need not be."""

    turn: Turn = Turn.BETTER

    def applies(self, state: State) -> bool:
        """Where enough are free and there is no plan yet, or somebody may be late for nothing.

        Of very few, one model has a plan sooner, or shows that there is none. Never with a ``demand``, which speaks of
        a model of all; where a published plan is to be kept, only where nothing else has led to one.
        """
        task = state.task
        if len(task.free) < 2 or task.demand is not None:
            return False
        if self.turn is Turn.STUCK:
            stuck = state.plan is None and bool(state.alone) and not task.instance.has_floors  # decision 0049
            return stuck and task.is_several and not task.is_many
        if self.turn is Turn.FIRST:
            return state.plan is None and task.is_many and task.instance.baseline is None
        if not task.is_many:
            return False
        return state.plan is None or (bool(task.contested_levels) and _late(state) > 0)

    def improve(self, state: State, budget: Budget) -> State:
        """The state with the plan, if one was found; else with as many as fit where they were placed."""
        task, limits = state.task, budget.limits
        better = self.turn is Turn.BETTER
        each = limits.prices_effort_each if better else limits.early_effort_each
        stop = budget.stop.worth(each * len(task.free))
        search = PriceSearch(task.instance, task.free, task.held, budget.settings, stop, partial(_fits, task))
        begin = {} if state.plan is None else state.plan.assignments
        search.run(begin, _least_delay(state), patient=better)
        budget.happened("prices")
        if search.best is None:
            paths = sorted(search.nearest.values(), key=lambda path: (search.in_the_way(path), path.end))
            return state.with_placed(packed(task.held, paths))
        state = state.improved(Found(search.best, FoundBy.PRICES, with_floors=not task.kept))
        if state.plan is not None and _least_delay(state) is not None:
            budget.heard("delay", task.sum_of("delay", state.plan), _least_delay(state) or 0)
        return state


def _fits(task: Task, paths: Mapping[str, Assignment]) -> bool:
    """Whether every ceiling is kept exactly, and there is room for the shifts as well."""
    if not task.held.all_fit(paths.values()):
        return False
    everybody = {**task.kept, **paths}
    in_order = {candidate_id: everybody[candidate_id] for candidate_id in task.instance.candidates}
    return spread_shifts(task.instance, in_order) is not None


def _late(state: State) -> int:
    """Months of delay of the plan that nothing has been shown to ask for."""
    least = _least_delay(state)
    return 0 if state.plan is None or least is None else state.task.sum_of("delay", state.plan) - least


def _least_delay(state: State) -> int | None:
    """Months that are proved, or that all have if each is alone; None where nobody has been looked at alone."""
    if not state.alone_proved:
        return None
    known = state.known.of(DELAY)
    return max(sum_of(state.alone, "delay"), 0 if known is None else known.bound)
