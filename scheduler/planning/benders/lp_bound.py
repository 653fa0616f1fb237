"""The linear relaxation of a model: a bound for its objective, and what a Boolean adds to it by being true.

Any multipliers of the rows, as long as their signs are right, give a bound. GLOP's are rounded to whole numbers and the
rest is integer arithmetic, so that no tolerance of a floating-point solver is part of a proof (A. Geoffrion, Lagrangean
relaxation, 1974; the fixing of variables by reduced costs after H. Crowder, E. Johnson & M. Padberg, 1983).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

Whole = NDArray[np.int64]
SCALE = 2**30  # multipliers are whole numbers of this fraction
UNBOUNDED = 2**40  # beyond this a side of a row says nothing
LARGEST = 2.0**62


@dataclass(frozen=True, slots=True)
class LpBound:
    """``bound``: of the minimised objective; ``_price``: what each variable adds to it, in fractions of SCALE."""

    bound: int
    _scaled_bound: int
    _price: Whole

    def excluded(self, literals: Iterable[cp_model.IntVar], most: int) -> Iterator[cp_model.IntVar]:
        """The literals that are false in every solution with an objective of no more than ``most``."""
        room = most * SCALE - self._scaled_bound
        return (literal for literal in literals if self._price[literal.index] > room)


def lp_bound(model: cp_model.CpModel, iterations: int, seconds: float | None = None) -> LpBound:
    """The relaxation of the linear rows; rows that hold only under a condition are left out, which bounds less well."""
    rows = _Rows(model)
    multipliers = rows.multipliers(iterations, seconds)
    if rows.largest_sum(multipliers) > LARGEST:
        multipliers = np.zeros_like(multipliers)
    price = rows.cost * SCALE
    np.subtract.at(price, rows.column, rows.coefficient * multipliers[rows.row])
    from_rows = np.where(multipliers > 0, rows.least, rows.most) * multipliers
    at_best = np.where(price > 0, rows.lower, rows.upper) * price
    scaled = int(from_rows.sum()) + int(at_best.sum()) + rows.offset * SCALE
    return LpBound(-(-scaled // SCALE), scaled, price)


class _Rows:
    """A model's linear rows as arrays: entry k is ``coefficient[k]`` of variable ``column[k]`` in row ``row[k]``."""

    def __init__(self, model: cp_model.CpModel) -> None:
        proto = model.proto
        self.lower = np.array([variable.domain[0] for variable in proto.variables], dtype=np.int64)
        self.upper = np.array([list(variable.domain)[-1] for variable in proto.variables], dtype=np.int64)
        self.cost = np.zeros(len(self.lower), dtype=np.int64)
        np.add.at(self.cost, list(proto.objective.vars), list(proto.objective.coeffs))
        self.offset = int(proto.objective.offset)
        self._least: list[int] = []
        self._most: list[int] = []
        self._entries: tuple[list[int], list[int], list[int]] = ([], [], [])
        for constraint in proto.constraints:
            if not constraint.enforcement_literal:
                self._add(constraint)
        self.row, self.column, self.coefficient = (np.array(entry, dtype=np.int64) for entry in self._entries)
        self.least = np.array(self._least, dtype=np.int64)
        self.most = np.array(self._most, dtype=np.int64)

    def _add(self, constraint: Any) -> None:
        if constraint.has_linear():
            domain = list(constraint.linear.domain)
            self._add_row(constraint.linear.vars, constraint.linear.coeffs, domain[0], domain[-1])
        elif constraint.has_exactly_one():
            self._add_literals(constraint.exactly_one.literals, 1)
        elif constraint.has_at_most_one():
            self._add_literals(constraint.at_most_one.literals, -UNBOUNDED)

    def _add_literals(self, literals: Iterable[int], least: int) -> None:
        """Between ``least`` and one of them true; a negative one is the negation of variable -1 - literal."""
        literals = list(literals)
        negated = sum(literal < 0 for literal in literals)
        variables = [literal if literal >= 0 else -1 - literal for literal in literals]
        signs = [1 if literal >= 0 else -1 for literal in literals]
        self._add_row(variables, signs, least - negated, 1 - negated)

    def _add_row(self, variables: Iterable[int], coefficients: Iterable[int], least: int, most: int) -> None:
        row, column, coefficient = self._entries
        before = len(column)
        column.extend(variables)
        coefficient.extend(coefficients)
        row.extend([len(self._least)] * (len(column) - before))
        self._least.append(least)
        self._most.append(most)

    def multipliers(self, iterations: int, seconds: float | None) -> Whole:
        """One for each row: positive of its lower side, negative of its upper; all 0 if none were found."""
        left = None if seconds is None else timedelta(seconds=seconds)
        limits = mathopt.SolveParameters(time_limit=left, iteration_limit=iterations, threads=1)
        result = mathopt.solve(mathopt.Model.from_model_proto(self._proto()), mathopt.SolverType.GLOP, params=limits)
        if not result.has_dual_feasible_solution():
            return np.zeros(len(self.least), dtype=np.int64)
        duals = result.dual_values()
        found = np.array([duals[row] for row in sorted(duals, key=lambda dual: dual.id)])
        multipliers = np.round(found * SCALE).astype(np.int64)
        multipliers[(multipliers > 0) & (self.least <= -UNBOUNDED)] = 0
        multipliers[(multipliers < 0) & (self.most >= UNBOUNDED)] = 0
        return multipliers

    def largest_sum(self, multipliers: Whole) -> float:
        """No number in the sums is larger; in floating point, which does not wrap around as whole numbers do."""
        weights = np.abs(multipliers.astype(float))
        price = np.abs(self.cost.astype(float)) * SCALE
        np.add.at(price, self.column, np.abs(self.coefficient) * weights[self.row])
        sides = np.where(multipliers > 0, self.least, self.most).astype(float)
        farthest = np.maximum(np.abs(self.lower.astype(float)), np.abs(self.upper.astype(float)))
        return float((np.abs(sides) * weights).sum() + (farthest * price).sum() + abs(self.offset) * SCALE)

    def _proto(self) -> model_pb2.ModelProto:
        """The same rows for the linear solver; it wants entries by row, then by column, each once."""
        proto = model_pb2.ModelProto()
        variables, rows, matrix = proto.variables, proto.linear_constraints, proto.linear_constraint_matrix
        n_variables, n_rows = len(self.lower), len(self.least)
        variables.ids.extend(range(n_variables))
        variables.lower_bounds.extend(self.lower.astype(float))
        variables.upper_bounds.extend(self.upper.astype(float))
        variables.integers.extend([False] * n_variables)
        rows.ids.extend(range(n_rows))
        rows.lower_bounds.extend(np.where(self.least <= -UNBOUNDED, -np.inf, self.least))
        rows.upper_bounds.extend(np.where(self.most >= UNBOUNDED, np.inf, self.most))
        place, which = np.unique(self.row * n_variables + self.column, return_inverse=True)
        summed = np.zeros(len(place))
        np.add.at(summed, which, self.coefficient)
        matrix.row_ids.extend(place // n_variables)
        matrix.column_ids.extend(place % n_variables)
        matrix.coefficients.extend(summed)
        costly = np.flatnonzero(self.cost)
        proto.objective.linear_coefficients.ids.extend(costly)
        proto.objective.linear_coefficients.values.extend(self.cost[costly].astype(float))
        return proto
