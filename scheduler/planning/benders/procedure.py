"""Scarce places given out first, and a plan grown around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduler.plan import FoundBy
from scheduler.planning.benders.loop import solve_benders
from scheduler.planning.benders.result import DELAY, BendersResult
from scheduler.planning.greedy import Most, as_found, greedy_plan
from scheduler.planning.own_best import sum_of
from scheduler.planning.procedure import Budget
from scheduler.planning.state import State


@dataclass(frozen=True, slots=True)
class Benders:
    """Give out the scarce places first, and grow the plan around them."""

    def applies(self, state: State) -> bool:
        """Whether the greedy plan lost much against everybody's own best, or there is no plan yet."""
        return state.alone_proved and any(_is_scarce(state, level) for level in state.task.contested_levels)

    def improve(self, state: State, budget: Budget) -> State:
        """The state with bounds that hold for every plan, and the plan grown around the blocks if that is better."""
        for found in self._search(state, budget):
            state = self._grown(replace(state, known=found.proofs), found, budget)
            budget.happened("contest")
            if state.plan is not None:
                delay = state.task.sum_of("delay", state.plan)
                budget.heard("delay", delay, found.bounds[DELAY])
        return state

    def _search(self, state: State, budget: Budget) -> Iterable[BendersResult]:
        """After each level; only after the last, where few are planned or in little time: growing takes some, too."""
        limits, stop, task = budget.limits, budget.stop, state.task
        left, limit = stop.seconds_left, stop.time_limit_s
        within = stop if left is None else stop.within(limits.benders_share * left)
        at_hand = {} if state.plan is None else dict(zip(task.targets, task.values(state.plan), strict=True))
        found = solve_benders(task.instance, state.alone, budget.settings, within, task.outside.least_worst, at_hand)
        hurried = task.exact or (limit is not None and limit < limits.hurried_s)
        return [*found][-1:] if hurried else found

    def _grown(self, state: State, found: BendersResult, budget: Budget) -> State:
        task, most = state.task, Most(state)
        grown = greedy_plan(
            task.instance,
            state.alone,
            task.held,
            budget.stop,
            budget.settings,
            reserved=found.reserved(task.instance),
            expected=None if task.exact else found.delays,
            wishes_first=True,
            on_stuck=most.note,
        )
        return most.state if grown is None else state.improved(as_found(grown, FoundBy.SCARCE_FIRST))


def _is_scarce(state: State, level: str) -> bool:
    """Whether enough is lost at the level, or there is no plan, for the places to be given out first.

    Where all candidates may go into one model (``exact``) and the plan loses no more than one unit a candidate, the
    cluster step is faster without this one; elsewhere any loss is enough.
    """
    if state.plan is None:
        return True
    lost = state.task.sum_of(level, state.plan) - sum_of(state.alone, level)
    return lost > (len(state.task.free) if state.task.exact else 0)
