"""The door to planning: an instance in, a plan out, with what is proved about it.

First every candidate alone (a lower bound for everybody), then one after another against what is left (a plan within
seconds). If that plan meets the bounds it is proved best; otherwise one exact model of all candidates, started from it,
improves level by level.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scheduler.assemble import plan_candidate, plan_instance, plan_tool, without_tail
from scheduler.draft import Draft
from scheduler.guidance import guidance
from scheduler.instance.types import Instance
from scheduler.ledger import courses, levels
from scheduler.model import assert_small_numbers, build_model
from scheduler.objective import figure, level_ids, make_levels, trivial_bound
from scheduler.occupancy import Occupancy
from scheduler.plan import Plan, PlanBound, PlanCandidate, PlanObjective, PlanRun, Status
from scheduler.reasons import with_group_reasons
from scheduler.search.construct import Single, grow_plan, plan_each_alone
from scheduler.search.engine import Settings, Stop, Values, run
from scheduler.search.frontier import Frontier
from scheduler.search.levels import LevelResult, LevelSearch, solution_for
from scheduler.search.neighbourhoods import improve
from scheduler.search.shifts import spread_shifts
from scheduler.search.supervisors import Supervision, assign_supervisors
from scheduler.search.wish_reasons import explain_wishes
from scheduler.texts import Language, text
from scheduler.timeline import timeline_of
from scheduler.variables import Scope


@dataclass(frozen=True, slots=True)
class Options:
    """How to solve. ``time_limit_s`` None: until proved. One worker and a seed give the same plan every time.

    Workers search in different ways side by side, so that even on two cores four of them prove sooner than two.
    ``lang`` is for the reasons that the plan gives in words.
    """

    time_limit_s: float | None = None
    workers: int = 4
    seed: int = 0
    lang: Language = "nb"


@dataclass(frozen=True, slots=True)
class Progress:
    """Something worth telling: ``event`` is alone, grown, level or settle; the figures are there for level."""

    event: str
    seconds: float
    level: str | None = None
    value: int | None = None
    bound: int | None = None


OnProgress = Callable[[Progress], None]
TOGETHER = "one exact model, started from a plan grown one at a time"
SECONDS_FOR_REASONS = 30.0
TOLERANCE = 1e-4  # figures of a plan file are rounded


Bounds = Mapping[str, tuple[float, float]]  # per level: what is proved of the sum and of the worst-off share


@dataclass(frozen=True, slots=True)
class _Found:
    """Drafts of everybody with shifts, who supervises whom, and the bounds proved."""

    drafts: Mapping[str, Draft]
    supervision: Supervision
    bounds: Bounds
    strategy: str


def solve(
    instance: Instance, options: Options | None = None, on_progress: OnProgress | None = None, stop: Stop | None = None
) -> Plan:
    """Plan the instance; the plan's status says how sure it is. Ctrl-C once keeps the best plan so far."""
    options = options or Options()
    planner = _Planner(instance, options, on_progress or (lambda _: None), stop or Stop(options.time_limit_s))
    with planner.stop.on_interrupt():
        return planner.plan()


class _Planner:
    def __init__(self, instance: Instance, options: Options, on_progress: OnProgress, stop: Stop) -> None:
        self.instance = instance
        self.options = options
        self.settings = Settings(workers=options.workers, seed=options.seed)
        self.on_progress = on_progress
        self.stop = stop
        self.began = time.monotonic()

    def plan(self) -> Plan:
        """Each candidate alone, all one after another, all together."""
        held = Occupancy(self.instance)
        candidates = list(self.instance.candidates.values())
        alone = plan_each_alone(self.instance, candidates, held, self.stop, self.settings)
        self._tell("alone")
        impossible = [single.candidate for single in alone.values() if single.impossible]
        if impossible:
            return self._impossible(impossible)
        grown = grow_plan(self.instance, alone, held, self.stop, self.options.seed)
        self._tell("grown")
        found = None if grown is None else self._if_nothing_better(alone, grown)
        if found is None:
            return self._together(alone, grown)
        return self._written(found)

    @property
    def _has_floors(self) -> bool:
        return any(arena.min_places is not None for arena in self.instance.arenas.values())

    def _tell(self, event: str, level: str | None = None, value: int | None = None, bound: int | None = None) -> None:
        self.on_progress(Progress(event, time.monotonic() - self.began, level, value, bound))

    # --- candidates one at a time --------------------------------------------------------------------------------

    def _if_nothing_better(self, alone: Mapping[str, Single], grown: Mapping[str, Single]) -> _Found | None:
        """The grown plan, if everybody has in it what they could have at best if they were the only one."""
        if self._has_floors:
            return None  # they are not looked at one candidate at a time
        for candidate_id, single in grown.items():
            if not alone[candidate_id].proved or dict(single.totals) != dict(alone[candidate_id].totals):
                return None
        drafts = {one: single.draft for one, single in grown.items() if single.draft is not None}
        bounds = {}
        for level in level_ids(self.instance):
            shares = [single.totals[level] for single in grown.values()]
            bounds[level] = (figure(level, sum(shares)), figure(level, max(shares, default=0)))
        return self._settled(drafts, bounds, "one at a time, each at their own best")

    # --- everybody in one model ----------------------------------------------------------------------------------

    def _together(self, alone: Mapping[str, Single], grown: Mapping[str, Single] | None) -> Plan:
        """The exact model; where shifts do not fit beside its plan, once more with shifts month by month."""
        start = None if grown is None else {one: s.draft for one, s in grown.items() if s.draft is not None}
        for explicit_shifts in (False, True):
            search = self._search(explicit_shifts)
            first = self._first_plan(search, start, alone)
            if search.infeasible:
                return self._impossible([], explicit_shifts)
            if not explicit_shifts and first is not None and spread_shifts(self.instance, first) is None:
                continue
            frontier = Frontier(self.instance, alone, self.stop, os.cpu_count() or 1)
            results = search.optimise(_own_bounds(alone), frontier=frontier)
            if search.infeasible:
                return self._impossible([], explicit_shifts)
            if search.values is None:
                break
            found = self._settled(search.drafts(), _bounds(results), TOGETHER)
            if found is not None:
                return self._written(found)
        fallback = None if start is None or self._has_floors else self._settled(start, {}, "one at a time")
        return self._unknown() if fallback is None else self._written(fallback)

    def _first_plan(
        self, search: LevelSearch, start: dict[str, Draft] | None, alone: Mapping[str, Single]
    ) -> dict[str, Draft] | None:
        """A plan to begin from: the grown one made better, or, where the model does not take it, any."""
        if start is not None:
            search.start_from(self._solution(search, self._improved(start, alone)))
        if search.values is None:
            search.find_any()
            if search.values is not None:
                better = self._solution(search, self._improved(search.drafts(), alone))
                search.start_from(better or search.values)
        return None if search.values is None else search.drafts()

    def _solution(self, search: LevelSearch, drafts: Mapping[str, Draft]) -> Values | None:
        return solution_for(search.variables, drafts, self.settings, self.stop)

    def _improved(self, drafts: dict[str, Draft], alone: Mapping[str, Single]) -> dict[str, Draft]:
        better = improve(self.instance, drafts, alone, self.stop.within(self._seconds_to_improve()), self.options.seed)
        self._tell("improved")
        return better

    def _seconds_to_improve(self) -> float:
        """A second for every six candidates, but no more than a fifth of the time there is."""
        wanted = max(len(self.instance.candidates) / 6, 1.0)
        left = self.stop.seconds_left
        return wanted if left is None else min(wanted, left / 5)

    def _search(self, explicit_shifts: bool) -> LevelSearch:
        variables = build_model(Scope(self.instance, explicit_shifts=explicit_shifts))
        made = make_levels(variables)
        assert_small_numbers(variables)

        def heard(level: str, value: int, bound: int) -> None:
            self._tell("level", level, value, bound)

        return LevelSearch(variables, made, self.settings, self.stop, heard)

    def _settled(
        self,
        drafts: Mapping[str, Draft],
        bounds: Bounds,
        strategy: str,
    ) -> _Found | None:
        """What is decided after the rotations: shifts and supervisors; None if either does not fit."""
        self._tell("settle")
        in_order = {one: drafts[one] for one in self.instance.candidates}
        with_shifts = spread_shifts(self.instance, in_order)
        if with_shifts is None:
            return None
        supervision = assign_supervisors(self.instance, with_shifts)
        return None if supervision is None else _Found(with_shifts, supervision, bounds, strategy)

    # --- writing it out ------------------------------------------------------------------------------------------

    def _plan(self, status: Status, strategy: str) -> Plan:
        return Plan(
            tool=plan_tool(),
            instance=plan_instance(self.instance),
            status=status,
            run=PlanRun(
                seconds=round(time.monotonic() - self.began, 3),
                seed=self.options.seed,
                workers=self.options.workers,
                strategy=strategy,
            ),
        )

    def _written(self, found: _Found) -> Plan:
        """The plan; its figures are recomputed from the months, the bounds are the solver's."""
        candidates = [
            self._without_tail(
                plan_candidate(
                    self.instance,
                    draft,
                    found.supervision.get(one, {}),
                    finished=not timeline_of(self.instance, self.instance.candidates[one]).unfinished,
                ),
            )
            for one, draft in found.drafts.items()
        ]
        plan = self._plan(Status.FEASIBLE, found.strategy).model_copy(update={"candidates": candidates})
        candidates = with_group_reasons(self.instance, candidates, self.options.lang)
        objectives = _objectives(self.instance, plan, found.bounds)
        proved = all(one.proved and (one.worst is None or one.worst.proved) for one in objectives)
        status = Status.OPTIMAL if proved else Status.FEASIBLE
        patience = Stop(SECONDS_FOR_REASONS, parent=self.stop)  # its own time: the reasons come when the search is over
        candidates = [
            explain_wishes(self.instance, one, found.drafts, proved, patience, self.options.lang) for one in candidates
        ]
        messages = [] if self.instance.supervisors else [text("reasons.no-supervisors", self.options.lang)]
        changes = {
            "objectives": objectives,
            "status": status,
            "candidates": candidates,
            "guidance": guidance(self.instance, candidates),
            "messages": messages,
        }
        return plan.model_copy(update=changes)

    def _without_tail(self, entry: PlanCandidate) -> PlanCandidate:
        """Where there are floors the model itself forbids tails, and to cut one might open a floor."""
        return entry if self._has_floors else without_tail(self.instance, entry)

    def _impossible(self, alone: list[str], explicit_shifts: bool = False) -> Plan:
        """Impossible is said only when a second search with other settings says so too."""
        free = [self.instance.candidates[one] for one in alone[:1]] or None
        variables = build_model(Scope(self.instance, free, explicit_shifts=explicit_shifts))
        other = Settings(self.options.workers, self.options.seed + 1, presolve=bool(alone), linearization=2)
        confirmed = run(variables.model, other, self.stop).infeasible
        plan = self._plan(Status.INFEASIBLE, "two searches with different settings")
        explanation: dict[str, object] = {
            "certainty": "proved" if confirmed else "likely",
            "conflicts": [],
            "remedies": [],
        }
        return plan.model_copy(update={"explanation": explanation})

    def _unknown(self) -> Plan:
        return self._plan(Status.UNKNOWN, "one exact model")


def _own_bounds(alone: Mapping[str, Single]) -> dict[str, dict[str, int]]:
    """Per level what each candidate reaches alone, as long as everybody's was proved."""
    if not all(single.proved for single in alone.values()):
        return {}
    ids = next(iter(alone.values())).totals.keys()
    return {level: {one: single.totals[level] for one, single in alone.items()} for level in ids}


def _bounds(results: list[LevelResult]) -> Bounds:
    """The bounds of a search as people read them."""
    return {
        result.level.id: (
            figure(result.level.id, result.total.bound),
            figure(result.level.id, result.worst.bound if result.worst else result.total.bound),
        )
        for result in results
    }


def _objectives(instance: Instance, plan: Plan, bounds: Bounds) -> list[PlanObjective]:
    """Each level's figures recomputed from the plan, beside the bounds of the search."""
    figures = levels(instance, courses(instance, plan))
    objectives = []
    for level in level_ids(instance):
        trivial = trivial_bound(instance, level)
        bound, worst_bound = bounds.get(level, (trivial, trivial))
        total = _bounded(figures[level].value, bound, trivial)
        worst = figures[level].worst
        objective = PlanObjective(id=level, **total.model_dump())
        if worst is not None:
            objective.worst = _bounded(worst, worst_bound, trivial)
        objectives.append(objective)
    return objectives


def _bounded(value: float, bound: float, trivial: float) -> PlanBound:
    """A figure with its bound, or the trivial one where the search knows less than that."""
    beyond = bound > trivial if trivial > 0 else bound < trivial
    best = trivial if beyond else bound
    return PlanBound(value=value, bound=best, proved=abs(value - best) < TOLERANCE)
