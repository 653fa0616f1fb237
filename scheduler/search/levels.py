"""Lexicographic search: make one level as small as it goes, hold it there, go on to the next."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.draft import Draft
from scheduler.objective import Level
from scheduler.search.engine import Run, Settings, Stop, Values, evaluate, run
from scheduler.variables import Linear, Variables


@dataclass(frozen=True, slots=True)
class Figure:
    """A solver total with the best that is proved possible."""

    value: int
    bound: int

    @property
    def proved(self) -> bool:
        """Whether nothing better exists."""
        return self.bound >= self.value


@dataclass(frozen=True, slots=True)
class LevelResult:
    """A level's sum over candidates, and the worst-off candidate's share where the level asks for it."""

    level: Level
    total: Figure
    worst: Figure | None = None

    @property
    def proved(self) -> bool:
        """Whether the sum, and the worst share where asked for, are optimal."""
        return self.total.proved and (self.worst is None or self.worst.proved)


UNKNOWN_BOUND = -(2**40)
MOST = 10**6  # more than any candidate's delay or lost weight
OnProgress = Callable[[str, int, int], None]
Bounds = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is proved of a level already: of the sum, of the worst share, and of some candidates' sum together."""

    total: int
    worst: int | None = None
    together: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def met_by(self, result: LevelResult) -> bool:
        """Whether the plan has just what is proved to be the least."""
        worst = self.worst is None or result.worst is None or result.worst.value == self.worst
        return worst and result.total.value == self.total


class LevelSearch:
    """The search over one model. ``values`` is the best plan so far; a level is only ever improved upon."""

    def __init__(
        self, variables: Variables, levels: list[Level], settings: Settings, stop: Stop, on_progress: OnProgress
    ) -> None:
        self.variables = variables
        self.model = variables.model
        self.levels = levels
        self.worst = {level.id: self._worst_of(level) for level in levels if level.worst and len(level.terms) > 1}
        self.settings = settings
        self.stop = stop
        self.on_progress = on_progress
        self.values: Values | None = None
        self.infeasible = False
        self._off_best: dict[str, cp_model.IntVar] = {}

    def _worst_of(self, level: Level) -> cp_model.IntVar:
        """A variable at least as large as every candidate's share."""
        worst = self.model.new_int_var(0, MOST, f"{level.id}.worst")
        for term in level.terms.values():
            self.model.add(worst >= term)
        return worst

    def start_from(self, values: Values | None) -> None:
        """Take a known solution as the plan to beat."""
        self.values = values

    def find_any(self) -> None:
        """Find a plan, whatever it costs: on a crowded instance seconds where the first level takes minutes."""
        outcome = run(self.model, self.settings, self.stop)
        self.values, self.infeasible = outcome.values, outcome.infeasible

    def optimise(
        self, own_bounds: Bounds, thorough: bool = True, known: Mapping[str, Known] | None = None
    ) -> list[LevelResult]:
        """Every level in turn. ``own_bounds``: per level and candidate, what the candidate reaches alone.

        While every level equals the sum of its own bounds, the next sum is a bound too; after that a candidate's own
        bound holds only if that candidate has given nothing up. Not ``thorough``: once that has happened,
        levels that do not shape the plan are read off the solution instead of searched. ``known``: what is proved
        already, for the first levels, each for plans that have the least on those before it.
        """
        results: list[LevelResult] = []
        known = known or {}
        for level in self.levels:
            own = own_bounds.get(level.id, {})
            self._bound_each(level, own)
            all_at_best = not self._off_best
            proved = known.get(level.id)
            if proved is None and own and all_at_best:
                proved = Known(sum(own.values()), max(own.values()))
            search = all_at_best or thorough or level.shapes
            result = self._level(level, proved) if search else self._read_off(level)
            if result is None:
                return results
            results.append(result)
            if proved is not None and not proved.met_by(result):
                known = {}  # what is known of the next levels holds for plans that have the least on this one
            if not all_at_best or result.total.value != sum(own.values()):
                self._note_off_best(level, own)
        return results

    def _bound_each(self, level: Level, own: Mapping[str, int]) -> None:
        """Nobody does better than alone, as long as they gave nothing up on an earlier level to get it."""
        for candidate_id, bound in own.items():
            row = self.model.add(level.terms[candidate_id] >= bound)
            if candidate_id in self._off_best:
                row.only_enforce_if(~self._off_best[candidate_id])

    def _note_off_best(self, level: Level, own: Mapping[str, int]) -> None:
        """From here on, a literal per candidate that is true exactly if some level so far is not at their own best."""
        for candidate_id, best in own.items():
            above = self.model.new_bool_var("")
            self.model.add(level.terms[candidate_id] >= best + 1).only_enforce_if(above)
            self.model.add(level.terms[candidate_id] <= best).only_enforce_if(~above)
            before = self._off_best.get(candidate_id)
            if before is not None:
                either = self.model.new_bool_var("")
                self.model.add_max_equality(either, [before, above])
                above = either
            self._off_best[candidate_id] = above

    def drafts(self) -> dict[str, Draft]:
        """Every free candidate's plan in the best solution so far."""
        values = self.values
        assert values is not None
        drafts = self.variables.drafts(lambda expression: evaluate(expression, values))
        return {draft.candidate: draft for draft in drafts}

    def _read_off(self, level: Level) -> LevelResult:
        assert self.values is not None
        value = evaluate(sum(level.terms.values()), self.values)
        return LevelResult(level, Figure(value, UNKNOWN_BOUND))

    def _level(self, level: Level, known: Known | None) -> LevelResult | None:
        for members, least in known.together.items() if known is not None else ():
            self.model.add(sum(level.terms[one] for one in members) >= least)
        self._sharpen(level)
        total = self._smallest(level.id, sum(level.terms.values()), level.least if known is None else known.total)
        if total is None:
            return None
        if level.id not in self.worst:
            return LevelResult(level, total)
        at_least = level.least if known is None or known.worst is None else known.worst
        self._settle_worst(level)
        return LevelResult(level, total, self._smallest(f"{level.id}-worst", self.worst[level.id], at_least))

    def _sharpen(self, level: Level) -> None:
        """Bring what only the level asks for (whether a wish is met, a goal twice) to its best in the plan at hand."""
        if self.values is None or len(level.terms) == 1:
            return
        model = self.model.clone()
        model.clear_objective()  # type: ignore[no-untyped-call]
        model.minimize(sum(level.terms.values()))
        for key, value in self.variables.keys(self.drafts()):
            model.add(key == value)
        outcome = run(model, self.settings, self.stop, self.settings.limits.sharpen_effort)
        if outcome.values is not None:
            self.values = outcome.values

    def _settle_worst(self, level: Level) -> None:
        """Bring the worst share down to what it is: a solution that was not asked for it may leave it above."""
        assert self.values is not None
        values = list(self.values)
        values[self.worst[level.id].index] = max(evaluate(term, self.values) for term in level.terms.values())
        self.values = tuple(values)

    def _smallest(self, name: str, expression: Linear, known_bound: int | None) -> Figure | None:
        """Minimise, then hold the expression at what was found."""
        bound = UNKNOWN_BOUND if known_bound is None else known_bound
        if known_bound is not None:
            self.model.add(expression >= known_bound)
        if self.values is None or evaluate(expression, self.values) > bound:
            outcome = self._search(name, expression)
            if outcome.values is not None:
                self.values = outcome.values
                bound = max(bound, math.ceil(outcome.bound - 1e-6))
            elif outcome.infeasible:
                self.infeasible = self.values is None
                assert self.infeasible, "a level made the model infeasible although a plan is known"
        if self.values is None:
            return None
        value = evaluate(expression, self.values)
        self.model.add(expression <= value)
        return Figure(value, min(bound, value))

    def _search(self, name: str, expression: Linear) -> Run:
        self.model.clear_objective()  # type: ignore[no-untyped-call]
        self.model.minimize(expression)
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        if self.values is not None:
            for index, value in enumerate(self.values):
                self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)

        def heard(value: float, bound: float) -> None:
            self.on_progress(name, round(value), math.ceil(bound - 1e-6))

        return run(self.model, self.settings, self.stop, None, heard, seconds=self._share_of_time())

    def _share_of_time(self) -> float | None:
        """Half of what is left, so that a hard level leaves time for those after it."""
        left = self.stop.seconds_left
        return None if left is None else max(left / 2, 0.01)


def solution_for(variables: Variables, drafts: Mapping[str, Draft], settings: Settings, stop: Stop) -> Values | None:
    """The whole solution that goes with drafts of all free candidates; None if the model does not take them."""
    model = variables.model.clone()
    for variable, value in variables.keys(drafts):
        model.add(variable == value)
    return run(model, settings, stop).values
