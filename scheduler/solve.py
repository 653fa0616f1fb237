"""The door to planning: an instance in, a plan out, with what is proved about it.

First every candidate alone (a lower bound for everybody), then one after another against what is left (a plan within
seconds). If that plan meets the bounds it is proved best; otherwise one exact model of all candidates, started from it,
improves level by level.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
from scheduler.search.construct import Single, grow_plan, plan_each_alone, sum_of
from scheduler.search.contested import contest
from scheduler.search.engine import Settings, Stop, run
from scheduler.search.explaining import explain
from scheduler.search.levels import Known, LevelResult, LevelSearch, solution_for
from scheduler.search.parties import Parties
from scheduler.search.repair import repair
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
    ``lang`` is for the reasons that the plan gives in words. ``explain_s``: seconds to find out, if there is no plan,
    what stands against one, and with the instance's tree in ``source`` also what would make one.
    """

    time_limit_s: float | None = None
    workers: int = 4
    seed: int = 0
    lang: Language = "nb"
    explain_s: float = 0.0
    source: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Something worth telling: ``event`` is one of ``EVENTS``, or level with its figures."""

    event: str
    seconds: float
    level: str | None = None
    value: int | None = None
    bound: int | None = None


OnProgress = Callable[[Progress], None]
EVENTS = ("alone", "grown", "contest", "settle")
REPAIRED = "those concerned by the change, beside the published plan of the others"
PARTIES = "each at their own best, those in each other's way together"
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
        """A published plan repaired; else each candidate alone, all one after another, all together."""
        repaired = repair(self.instance, self.settings, self.stop, self._heard)
        found = None if repaired is None else self._settled(repaired.drafts, repaired.bounds, REPAIRED)
        return self._anew() if found is None else self._written(found)

    def _heard(self, level: str, value: int, bound: int) -> None:
        self._tell("level", level, value, bound)

    def _anew(self) -> Plan:
        """Each candidate alone, all one after another, those in each other's way together."""
        held = Occupancy(self.instance)
        candidates = list(self.instance.candidates.values())
        alone = plan_each_alone(self.instance, candidates, held, self.stop, self.settings)
        self._tell("alone")
        impossible = [single.candidate for single in alone.values() if single.impossible]
        if impossible:
            return self._impossible(impossible)
        start, bounds = self._start(alone, held)
        known: Mapping[str, Known] = {}
        if start is not None and all(single.proved for single in alone.values()):
            parties = Parties(self.instance, alone, start, self.settings, self.stop, self._heard, bounds=bounds)
            parties.settle(level_ids(self.instance))
            start, known = parties.drafts, parties.known()
            if parties.proved and not self._has_floors:
                found = self._settled(start, _bounds_known(known), PARTIES)
                if found is not None:
                    return self._written(found)
        return self._together(alone, start, known)

    def _start(self, alone: Mapping[str, Single], held: Occupancy) -> tuple[dict[str, Draft] | None, dict[str, int]]:
        """A plan grown one after another; where that delays anybody, with the scarce places given out first."""
        grown = grow_plan(self.instance, alone, held, self.stop, self.options.seed)
        self._tell("grown")
        bounds: dict[str, int] = {}
        known = all(single.proved for single in alone.values()) and level_ids(self.instance)[0] == "delay"
        if known and (grown is None or sum_of(grown, "delay") > sum_of(alone, "delay")):
            found = contest(self.instance, alone, self.settings, self.stop)
            self._tell("contest")
            if found is not None:
                bounds["delay"] = found.bound
                advised = grow_plan(self.instance, alone, held, self.stop, self.options.seed, found.advice)
                if advised is not None and (grown is None or sum_of(advised, "delay") < sum_of(grown, "delay")):
                    grown = advised
        return None if grown is None else {one: s.draft for one, s in grown.items() if s.draft is not None}, bounds

    @property
    def _has_floors(self) -> bool:
        return any(arena.min_places is not None for arena in self.instance.arenas.values())

    def _tell(self, event: str, level: str | None = None, value: int | None = None, bound: int | None = None) -> None:
        self.on_progress(Progress(event, time.monotonic() - self.began, level, value, bound))

    # --- everybody in one model ----------------------------------------------------------------------------------

    def _together(
        self, alone: Mapping[str, Single], start: dict[str, Draft] | None, known: Mapping[str, Known]
    ) -> Plan:
        """The exact model; where shifts do not fit beside its plan, once more with shifts month by month."""
        for explicit_shifts in (False, True):
            search = self._search(explicit_shifts)
            self._first_plan(search, start)
            if search.infeasible:
                return self._impossible([], explicit_shifts)
            if (
                not explicit_shifts
                and search.values is not None
                and spread_shifts(self.instance, search.drafts()) is None
            ):
                continue
            results = search.optimise(_own_bounds(alone), known=known)
            if search.infeasible:
                return self._impossible([], explicit_shifts)
            if search.values is None:
                break
            found = self._settled(search.drafts(), _bounds(results), TOGETHER)
            if found is not None:
                return self._written(found)
        fallback = None if start is None or self._has_floors else self._settled(start, _bounds_known(known), PARTIES)
        return self._unknown() if fallback is None else self._written(fallback)

    def _first_plan(self, search: LevelSearch, start: Mapping[str, Draft] | None) -> None:
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
        if self.options.explain_s:
            patience = Stop(self.options.explain_s, parent=self.stop)
            options = self.options
            _, found = explain(self.instance, patience, options.lang, options.source, known=confirmed)
            explanation = found or explanation
        return plan.model_copy(update={"explanation": explanation})

    def _unknown(self) -> Plan:
        return self._plan(Status.UNKNOWN, "one exact model")


def _own_bounds(alone: Mapping[str, Single]) -> dict[str, dict[str, int]]:
    """Per level what each candidate reaches alone, as long as everybody's was proved."""
    if not all(single.proved for single in alone.values()):
        return {}
    ids = next(iter(alone.values())).totals.keys()
    return {level: {one: single.totals[level] for one, single in alone.items()} for level in ids}


def _bounds_known(known: Mapping[str, Known]) -> Bounds:
    """What is proved already, as people read it."""
    return {
        level: (figure(level, one.total), figure(level, one.total if one.worst is None else one.worst))
        for level, one in known.items()
    }


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
