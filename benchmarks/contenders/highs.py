"""The textbook model as a mixed-integer program in HiGHS, level by level.

In a process of its own: highspy and ortools are not to be loaded together.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.contenders.clock import Clock, Heard, Outcome
from benchmarks.contenders.rows import INFINITY, Model, Sum

THREADS = 2
WHOLE = 1 - 1e-6  # every sum is a whole number: within one of the bound it is proved


class Highs:
    """One model, solved again for every level."""

    def __init__(self, model: Model, threads: int = THREADS, seed: int = 0) -> None:
        import highspy  # type: ignore[import-untyped,unused-ignore]  # ships no types

        self.api: Any = highspy
        self.h = highspy.Highs()
        self.n = len(model.lower)
        for option, value in {
            "output_flag": False,
            "threads": threads,
            "random_seed": seed,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": WHOLE,
        }.items():
            self.h.setOptionValue(option, value)
        self.h.passModel(self._lp(model))

    def _lp(self, model: Model) -> Any:
        lp = self.api.HighsLp()
        lp.num_col_, lp.num_row_ = self.n, len(model.rows)
        lp.col_cost_ = np.zeros(self.n)
        lp.col_lower_, lp.col_upper_ = np.array(model.lower, float), np.array(model.upper, float)
        lp.row_lower_ = np.array([-self.api.kHighsInf if low == -INFINITY else low for _, low, _ in model.rows], float)
        lp.row_upper_ = np.array([self.api.kHighsInf if high == INFINITY else high for _, _, high in model.rows], float)
        lp.a_matrix_.format_ = self.api.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _, _ in model.rows)], dtype=np.int32)
        lp.a_matrix_.index_ = np.array([v for terms, _, _ in model.rows for v in terms], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([c for terms, _, _ in model.rows for c in terms.values()], float)
        lp.integrality_ = [self.api.HighsVarType.kInteger] * self.n
        return lp

    def lock(self, what: Sum, high: int) -> None:
        """What has been reached is not given up."""
        index = np.array(list(what.terms), dtype=np.int32)
        value = np.array(list(what.terms.values()), float)
        self.h.addRow(-self.api.kHighsInf, float(high - what.constant), len(index), index, value)

    def minimize(self, what: Sum, start: list[int] | None, clock: Clock, heard: Heard) -> Outcome:
        """Make a sum small from a start; tell of every plan and bound."""
        costs = np.zeros(self.n)
        for variable, coefficient in what.terms.items():
            costs[variable] = coefficient
        self.h.changeColsCost(self.n, np.arange(self.n, dtype=np.int32), costs)
        self.h.changeObjectiveOffset(float(what.constant))
        self.h.setOptionValue("time_limit", max(clock.left(), 0.01))  # of this run alone
        if start is not None:
            given = self.api.HighsSolution()
            given.col_value = [float(value) for value in start]
            self.h.setSolution(given)
        self._listen(heard)
        self.h.run()
        return self._outcome(what)

    def _listen(self, heard: Heard) -> None:
        def plan(event: Any) -> None:
            heard(_whole(event.data_out.mip_primal_bound), _whole_up(event.data_out.mip_dual_bound))

        def bound(event: Any) -> None:
            heard(None, _whole_up(event.data_out.mip_dual_bound))

        self.h.cbMipImprovingSolution.clear()
        self.h.cbMipLogging.clear()
        self.h.cbMipImprovingSolution.subscribe(plan)
        self.h.cbMipLogging.subscribe(bound)

    def _outcome(self, what: Sum) -> Outcome:
        status, info = self.h.getModelStatus(), self.h.getInfo()
        if status == self.api.HighsModelStatus.kInfeasible:
            return Outcome(None, None, infeasible=True)
        if info.primal_solution_status != self.api.SolutionStatus.kSolutionStatusFeasible:
            return Outcome(None, None)
        values = [round(value) for value in self.h.getSolution().col_value]
        if status == self.api.HighsModelStatus.kOptimal:
            return Outcome(values, what.value(values))
        return Outcome(values, _whole_up(info.mip_dual_bound))


def _whole(value: float) -> int | None:
    return round(value) if math.isfinite(value) and abs(value) < INFINITY else None


def _whole_up(bound: float) -> int | None:
    """The least whole number that is not below the bound."""
    return math.ceil(bound - 1e-6) if math.isfinite(bound) and abs(bound) < INFINITY else None
