"""The least of a sum, looked for from below: is there a solution with no more than its bound, or than a little more?

Most of what could be chosen costs too much for a sum so small and is left out (``lp_bound``), so the questions are
much smaller than the whole ("destructive improvement", R. Klein & A. Scholl, 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from scheduler.planning.benders.lp_bound import lp_bound
from scheduler.solver.engine import Run, Settings, Stop, Values, evaluate, race, rounded_up, run
from scheduler.variables import Linear


@dataclass(frozen=True, slots=True)
class LowerBound:
    """``bound``: proved for every solution; ``value``: what the solution found has, None without one."""

    bound: int
    value: int | None = None
    values: Values | None = None

    @property
    def proved(self) -> bool:
        """Whether the solution is a best one."""
        return self.value == self.bound


def at_once(
    model: cp_model.CpModel, target: Linear, literals: Sequence[cp_model.IntVar], settings: Settings, stop: Stop
) -> LowerBound:
    """Minimise a small model in a single search; of equal solutions, take one with the fewest of these literals."""
    weight = len(literals) + 1
    model.minimize(weight * target + sum(literals))
    outcome = run(model, replace(settings, workers=1), stop)
    if outcome.values is None:
        return LowerBound(0)
    value = evaluate(target, outcome.values)
    return LowerBound(min(max(-(-(rounded_up(outcome.bound) - weight + 1) // weight), 0), value), value, outcome.values)


class FromBelow:
    """A model without an objective, the ``target`` to make small, and the ``literals`` that make it what it is."""

    def __init__(
        self,
        model: cp_model.CpModel,
        target: Linear,
        literals: Sequence[cp_model.IntVar],
        settings: Settings,
        stop: Stop,
    ) -> None:
        self._model, self._target, self._literals = model, target, literals
        self._settings, self._stop = settings, stop
        whole = model.clone()
        whole.minimize(target)
        self._relaxed = lp_bound(whole, settings.limits.linear_iterations, stop.seconds_left)

    def search(self, at_least: int = 0) -> LowerBound:
        """Raise the bound step by step until there is a solution within it, and return both.

        ``at_least``: a lower bound that is known already.
        """
        stop = self._stop
        bound = lowest = max(self._relaxed.bound, at_least)
        while not stop.over:
            most = bound + (bound - lowest) // self._settings.limits.careful_steps
            outcome = self._ask(bound, most, stop)
            if outcome.infeasible:
                bound = most + 1
            elif outcome.values is not None:
                return self._found(outcome, bound)
            else:
                break
        return LowerBound(bound)

    def _within(self, most: int) -> cp_model.CpModel:
        """Solutions of no more than so much."""
        narrowed = self._model.clone()
        narrowed.add(self._target <= most)
        for literal in self._relaxed.excluded(self._literals, most):
            narrowed.add(literal == 0)
        return narrowed

    def _ask(self, bound: int, most: int, stop: Stop) -> Run:
        """Is there a solution between the two?

        The objective is what the linear relaxation inside the search needs to see that there is none. With workers
        enough, there is at the same time a search for any solution at the bound; then, as one seed may take ten times
        as long as another, the same search with another seed.
        """
        model = self._within(most)
        model.add(self._target >= bound)
        model.minimize(self._target)
        limits, settings = self._settings.limits, replace(self._settings, workers=1)
        beside = replace(self._settings, workers=limits.benders_easy_workers)
        if self._settings.workers < settings.workers + beside.workers:
            return run(model, settings, stop)
        easy = self._within(bound) if bound == most else model.clone()
        first = race([(model, settings), (easy, beside)], stop.worth(limits.benders_easy_effort))
        if first.through or stop.over:
            return first
        return race([(model, settings), (model.clone(), replace(settings, seed=settings.seed + 1))], stop)

    def _found(self, outcome: Run, bound: int) -> LowerBound:
        assert outcome.values is not None
        value = evaluate(self._target, outcome.values)
        proved = value if outcome.optimal else max(bound, rounded_up(outcome.bound))
        return LowerBound(min(proved, value), value, outcome.values)
