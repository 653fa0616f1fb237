"""From an instance to assignments with what is proved about them: how the searches of this folder follow each other.

First every candidate alone (a bound for everybody), then one after another against what is left (a plan within
seconds), with the scarce places given out first where somebody loses by it. Then those in each other's way are planned
together, level by level. ``Strategy.EXACT`` goes on, where that does not prove everything, with one model of everybody;
``DECOMPOSED`` ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from scheduler.accounting.proof import Proofs
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.model import assert_small_numbers, build_model
from scheduler.objective import make_levels, targets_of
from scheduler.planning.alone import BestAlone, own_bounds, plan_each_alone, sum_of
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.planning.assign.supervisors import Supervision, assign_supervisors
from scheduler.planning.benders import DELAY, BendersResult, solve_benders, stages_of
from scheduler.planning.clusters import ClusterSearch
from scheduler.planning.greedy import greedy_plan
from scheduler.planning.repair import repair
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.lexicographic import LevelSearch, Together, solution_for
from scheduler.solver.strategy import Strategy
from scheduler.variables import Scope

REPAIRED = "those concerned by the change, beside the published plan of the others"
CLUSTERS = "each at their own best, those in each other's way together"
TOGETHER = "one exact model, started from a plan grown one at a time"
Tell = Callable[[str, str | None, int | None, int | None], None]  # event, level, value, bound


@dataclass(frozen=True, slots=True)
class Result:
    """Assignments of everybody with shifts, who supervises whom, and what is proved. ``parts``: planned side by
    side."""

    assignments: Mapping[str, Assignment]
    supervision: Supervision
    proofs: Proofs
    strategy: str
    parts: tuple[Instance, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossible:
    """No plan exists for the instance: somebody cannot be planned even ``alone``, or not all of them together."""

    instance: Instance
    alone: Sequence[str] = ()
    explicit_shifts: bool = False


Outcome = Result | Impossible | None  # None: not known


@dataclass(frozen=True, slots=True)
class OutsideBounds:
    """What is known from outside of a part of a larger instance.

    ``alone``: everybody's own best, if that was looked for already. ``least_worst``: per level, a share that somebody
    elsewhere has at least, so that nobody here gains anybody anything by staying below it.
    """

    alone: Mapping[str, BestAlone] | None = None
    least_worst: Mapping[str, int] = field(default_factory=dict)


class Planner:
    """One run. ``tell`` hears of what has been reached."""

    def __init__(
        self,
        instance: Instance,
        settings: Settings,
        strategy: Strategy,
        stop: Stop,
        tell: Tell,
        outside_bounds: OutsideBounds | None = None,
    ) -> None:
        self.instance = instance
        self.settings = settings
        self.limits = settings.limits
        self.exact = strategy.for_size(len(instance.candidates), self.limits) is Strategy.EXACT
        self.stop = stop
        self.tell = tell
        self.outside_bounds = outside_bounds or OutsideBounds()

    def find(self) -> Outcome:
        """A published plan repaired; else each candidate alone, all one after another, all together."""
        keeps = self.instance.objective_order[:1] == ("changes",)  # before all else nobody moves who need not
        repaired = repair(self.instance, self.settings, self.stop, self._heard) if keeps else None
        if repaired is not None:
            found = self._settled(repaired.assignments, repaired.proofs, REPAIRED)
            if found is not None:
                return found
        return self._anew()

    def _heard(self, level: str, value: int, bound: int) -> None:
        self.tell("level", level, value, bound)

    def _happened(self, event: str) -> None:
        self.tell(event, None, None, None)

    def _anew(self) -> Outcome:
        """Each candidate alone, all one after another, those in each other's way together."""
        held = Occupancy(self.instance)
        candidates = list(self.instance.candidates.values())
        alone = self.outside_bounds.alone or plan_each_alone(self.instance, candidates, held, self.stop, self.settings)
        self._happened("alone")
        impossible = [own_best.candidate for own_best in alone.values() if own_best.impossible]
        if impossible:
            return Impossible(self.instance, impossible)
        start, bounds = self._start(alone, held)
        known, together = Proofs(), dict[str, Mapping[tuple[str, ...], int]]()
        if start is not None and all(own_best.proved for own_best in alone.values()):
            clusters = self._clusters(alone, start, bounds)
            start, known, together = clusters.assignments, clusters.proofs, dict(clusters.together)
            if (clusters.proved or not self.exact) and not self.instance.has_floors:
                found = self._settled(start, known, CLUSTERS)
                if found is not None:
                    return found
        return self._together(alone, start, known, together)

    def _start(self, alone: Mapping[str, BestAlone], held: Occupancy) -> tuple[dict[str, Assignment] | None, Proofs]:
        """A plan grown one after another; where somebody loses by it, with the scarce places given out first."""
        grow = partial(greedy_plan, self.instance, alone, held, self.stop, self.settings)
        levels = list(dict.fromkeys(step.level for step in stages_of(self.instance)))
        all_proved = all(own_best.proved for own_best in alone.values())
        quick = (
            self.limits.first_fit_effort if levels else None
        )  # one in a thousand would hold up all the others for a minute
        grown = grow(rounds=1, effort_each=quick) if self.exact or not (all_proved and levels) else None
        self._happened("grown")
        bounds = Proofs()
        if all_proved and any(self._scarce(sum_of(alone, level), grown, level) for level in levels):
            for found in self._benders(alone):
                bounds = found.proofs
                again = grow(found.held_blocks, None if self.exact else found.delays, wishes_first=True)
                both = (one for one in (grown, again) if one is not None)
                grown = min(both, key=partial(_sums, levels), default=None)
                self._happened("contest")
                if grown is not None:
                    self._heard("delay", sum_of(grown, "delay"), found.bounds[DELAY])
        grown = grown or grow()
        return None if grown is None else {
            candidate_id: s.assignment for candidate_id, s in grown.items() if s.assignment is not None
        }, bounds

    def _scarce(self, least: int, grown: Mapping[str, BestAlone] | None, level: str) -> bool:
        """Whether growing has lost so much at the level that places are to be given out first.

        Where one model may hold everybody and little is lost, clusters have what there is sooner without that.
        """
        return grown is None or sum_of(grown, level) - least > (len(self.instance.candidates) if self.exact else 0)

    def _benders(self, alone: Mapping[str, BestAlone]) -> Iterable[BendersResult]:
        """After each level; only after the last, where few are planned or in little time: growing takes some, too."""
        left, limit = self.stop.seconds_left, self.stop.time_limit_s
        stop = self.stop if left is None else self.stop.within(self.limits.benders_share * left)
        found = solve_benders(self.instance, alone, self.settings, stop, self.outside_bounds.least_worst)
        hurried = self.exact or (limit is not None and limit < self.limits.hurried_s)
        return [*found][-1:] if hurried else found

    def _clusters(
        self, alone: Mapping[str, BestAlone], start: Mapping[str, Assignment], bounds: Proofs
    ) -> ClusterSearch:
        clusters = ClusterSearch(
            self.instance,
            alone,
            start,
            self.settings,
            self.stop,
            self._heard,
            bounds=bounds,
            to_the_end=not self.exact,
            least_worst=self.outside_bounds.least_worst,
        )
        clusters.settle(targets_of(self.instance))
        return clusters

    # --- everybody in one model ----------------------------------------------------------------------------------

    def _together(
        self, alone: Mapping[str, BestAlone], start: dict[str, Assignment] | None, known: Proofs, together: Together
    ) -> Outcome:
        """The exact model; where shifts do not fit beside its plan, once more with shifts month by month."""
        for explicit_shifts in (False, True):
            search = self._search(explicit_shifts)
            self._first_plan(search, start)
            if search.infeasible:
                return Impossible(self.instance, (), explicit_shifts)
            if (
                not explicit_shifts
                and search.values is not None
                and spread_shifts(self.instance, search.assignments()) is None
            ):
                continue
            proofs = search.optimise(own_bounds(alone), known=known, together=together)
            if search.infeasible:
                return Impossible(self.instance, (), explicit_shifts)
            if search.values is None:
                break
            found = self._settled(search.assignments(), proofs, TOGETHER)
            if found is not None:
                return found
        return None if start is None or self.instance.has_floors else self._settled(start, known, CLUSTERS)

    def _first_plan(self, search: LevelSearch, start: Mapping[str, Assignment] | None) -> None:
        """A plan to begin from: the one at hand, or, where the model does not take it, any."""
        if start is not None:
            search.start_from(solution_for(search.variables, start, self.settings, self.stop))
        if search.values is None:
            search.find_any()

    def _search(self, explicit_shifts: bool) -> LevelSearch:
        variables = build_model(Scope(self.instance, explicit_shifts=explicit_shifts))
        made = make_levels(variables)
        assert_small_numbers(variables)
        return LevelSearch(variables, made, self.settings, self.stop, self._heard)

    def _settled(self, assignments: Mapping[str, Assignment], proofs: Proofs, strategy: str) -> Result | None:
        """What is decided after the rotations: shifts and supervisors; None if either does not fit."""
        self._happened("settle")
        in_order = {candidate_id: assignments[candidate_id] for candidate_id in self.instance.candidates}
        with_shifts = spread_shifts(self.instance, in_order)
        if with_shifts is None:
            return None
        supervision = assign_supervisors(self.instance, with_shifts, self.settings)
        return None if supervision is None else Result(with_shifts, supervision, proofs, strategy)


def _sums(levels: Sequence[str], grown: Mapping[str, BestAlone]) -> list[int]:
    return [sum_of(grown, level) for level in levels]
