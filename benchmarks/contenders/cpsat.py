"""The textbook model in CP-SAT, level by level: solve, fix, solve the next from the same plan."""

from __future__ import annotations

from ortools.sat.python import cp_model

from benchmarks.contenders.clock import Clock, Heard, Outcome
from benchmarks.contenders.rows import INFINITY, Model, Sum

WORKERS = 8  # a portfolio of eight beats two workers even on two cores


class CpSat:
    """One model, solved again for every level."""

    def __init__(self, model: Model, workers: int = WORKERS, seed: int = 0) -> None:
        self.workers, self.seed = workers, seed
        self.model = cp_model.CpModel()
        self.variables = [
            self.model.new_int_var(low, high, "") for low, high in zip(model.lower, model.upper, strict=True)
        ]
        for terms, low, high in model.rows:
            self._add(Sum(terms), low, high)

    def _add(self, what: Sum, low: int, high: int) -> None:
        expression = self._expression(what)
        if high == INFINITY:
            self.model.add(expression >= low)
        elif low == -INFINITY:
            self.model.add(expression <= high)
        elif low == high:
            self.model.add(expression == low)
        else:
            self.model.add_linear_constraint(expression, low, high)

    def _expression(self, what: Sum) -> cp_model.LinearExpr:
        pairs = what.terms.items()
        return cp_model.LinearExpr.weighted_sum([self.variables[v] for v, _ in pairs], [c for _, c in pairs]) + int(
            what.constant
        )

    def lock(self, what: Sum, high: int) -> None:
        """What has been reached is not given up."""
        self.model.add(self._expression(what) <= high)

    def minimize(self, what: Sum, start: list[int] | None, clock: Clock, heard: Heard) -> Outcome:
        """Make a sum small from a start; tell of every plan and bound."""
        self.model.minimize(self._expression(what))
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for variable, value in zip(self.variables, start or [], strict=False):
            self.model.add_hint(variable, value)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = self.seed
        solver.parameters.presolve_inclusion_work_limit = 0  # a known fault of presolve in this version
        if not clock.of_processor:
            solver.parameters.max_time_in_seconds = max(clock.left(), 0.01)
        listener = _Listener(heard)
        solver.best_bound_callback = lambda bound: heard(None, round(bound))
        with clock.ending(solver.stop_search):
            status = solver.solve(self.model, listener)
        if status == cp_model.INFEASIBLE:
            return Outcome(None, None, infeasible=True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Outcome(None, None)
        values = [solver.value(variable) for variable in self.variables]
        bound = what.value(values) if status == cp_model.OPTIMAL else round(solver.best_objective_bound)
        return Outcome(values, bound)


class _Listener(cp_model.CpSolverSolutionCallback):
    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.heard = heard

    def on_solution_callback(self) -> None:
        """A better plan."""
        self.heard(round(self.objective_value), round(self.best_objective_bound))
