"""One exact model of all who are free, level by level, started from the plan at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scheduler.model import assert_small_numbers, build_model
from scheduler.objective import make_levels
from scheduler.plan import FoundBy
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.planning.own_best import own_bounds
from scheduler.planning.procedure import Budget
from scheduler.planning.state import Found, Impossible, State, Task
from scheduler.solver.lexicographic import LevelSearch, solution_for
from scheduler.variables import Scope


@dataclass(frozen=True, slots=True)
class OneModel:
    """One exact model of all free candidates; ``explicit_shifts``: with every shift in it, where a plan's shifts did
    not fit.
    """

    explicit_shifts: bool = False

    def applies(self, state: State) -> bool:
        """Whether there is anybody to plan; with explicit shifts, only after a plan was refused."""
        return bool(state.task.free) and (state.refused or not self.explicit_shifts)

    def improve(self, state: State, budget: Budget) -> State:
        """The state with the best plan found, and what is proved of it."""
        if budget.stop.over:  # such a model is large
            return state
        search = self._search(state.task, budget)
        self._begin(search, state, budget)
        if search.infeasible:
            return self._impossible(state)
        if search.values is not None and not self._shifts_fit(state.task, search):
            return replace(state.improved(self._found(state.task, search)), refused=True)
        proofs = search.optimise(own_bounds(state.alone), known=state.known, together=state.together)
        if search.infeasible:
            return self._impossible(state)
        if search.values is None:
            return state
        return state.improved(replace(self._found(state.task, search), proofs=proofs))

    def _search(self, task: Task, budget: Budget) -> LevelSearch:
        variables = build_model(Scope(task.instance, task.free, task.held, explicit_shifts=self.explicit_shifts))
        if task.demand is not None:
            task.demand(variables)
        levels = [level for level in make_levels(variables) if task.levels is None or level.id in task.levels]
        assert_small_numbers(variables)
        settings = budget.settings.for_few if len(task.free) == 1 else budget.settings
        return LevelSearch(variables, levels, settings, budget.stop, budget.heard, *task.elsewhere)

    def _begin(self, search: LevelSearch, state: State, budget: Budget) -> None:
        """From the plan at hand, or the last one before it that the model takes; else from any."""
        for found in (*([] if state.plan is None else [state.plan]), *state.earlier):
            search.start_from(solution_for(search.variables, found.assignments, search.settings, budget.stop))
            if search.values is not None:
                return
        search.find_any()

    def _shifts_fit(self, task: Task, search: LevelSearch) -> bool:
        """Whether it is worth going on from this plan; where shifts are in the model, or nobody has asked, it is."""
        if self.explicit_shifts or task.demand is not None:
            return True
        everybody = {**task.kept, **search.assignments()}
        in_order = {candidate_id: everybody[candidate_id] for candidate_id in task.instance.candidates}
        return spread_shifts(task.instance, in_order) is not None

    def _found(self, task: Task, search: LevelSearch) -> Found:
        return Found(search.assignments(), FoundBy.ONE_MODEL, with_floors=not task.kept)

    def _impossible(self, state: State) -> State:
        return replace(state, impossible=Impossible(state.task.instance, (), self.explicit_shifts))
