"""The door to planning: an instance in, a plan out, with what is proved about it.

The search is ``planning.recipe``'s, side by side for parts that share nothing (``planning.components``). Here the
outcome is written out: figures recomputed from the months, bounds beside them; and "impossible" is confirmed. Why a
plan is as it is, is asked of it afterwards (``explanation.reasons``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from scheduler.accounting import trajectories
from scheduler.accounting.guidance import guidance
from scheduler.explanation.oracle import second_opinion
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan, PlanCandidate, PlanRun, Status
from scheduler.planning.assemble import is_proved, objectives_of, plan_candidate, plan_instance, plan_tool, without_tail
from scheduler.planning.parallel import find
from scheduler.planning.state import Impossible, Result
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS, Limits
from scheduler.solver.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Options:
    """How to solve. ``time_limit_s`` None: until proved. One worker and a seed give the same plan every time.

    Workers search in different ways side by side, so that even on two cores four of them prove sooner than two.
    ``strategy``: one model of everybody if need be, or never; by default up to 60 candidates. ``limits``: how far each
    search goes.
    """

    time_limit_s: float | None = None
    workers: int = LIMITS.workers
    seed: int = 0
    strategy: Strategy = Strategy.AUTO
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Progress:
    """Something worth telling: ``event`` is one of ``EVENTS``, or level with its figures.

    With ``part``, ``value`` of ``bound`` parts have been planned.
    """

    event: str
    seconds: float
    level: str | None = None
    value: int | None = None
    bound: int | None = None


OnProgress = Callable[[Progress], None]
EVENTS = ("alone", "grown", "contest", "part", "settle")


def solve(
    instance: Instance, options: Options | None = None, on_progress: OnProgress | None = None, stop: Stop | None = None
) -> Plan:
    """Plan the instance; the plan's status says how sure it is. Ctrl-C once keeps the best plan so far."""
    options = options or Options()
    planning = _Run(instance, options, on_progress or (lambda _: None), stop or Stop(options.time_limit_s))
    with planning.stop.on_interrupt():
        return planning.plan()


class _Run:
    def __init__(self, instance: Instance, options: Options, on_progress: OnProgress, stop: Stop) -> None:
        self.instance = instance
        self.options = options
        self.settings = Settings(workers=options.workers, seed=options.seed, limits=options.limits)
        self.on_progress = on_progress
        self.stop = stop
        self.began = time.monotonic()

    def plan(self) -> Plan:
        """Look for a plan, and write out what came of it."""
        outcome = find(self.instance, self.settings, self.options.strategy, self.stop, self._tell)
        if isinstance(outcome, Impossible):
            return self._impossible(outcome)
        return self._unknown() if outcome is None else self._written(outcome)

    def _tell(self, event: str, level: str | None = None, value: int | None = None, bound: int | None = None) -> None:
        self.on_progress(Progress(event, time.monotonic() - self.began, level, value, bound))

    # --- writing it out ------------------------------------------------------------------------------------------

    def _plan(self, status: Status, strategy: FoundBy) -> Plan:
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

    def _written(self, found: Result) -> Plan:
        """The plan; its figures are recomputed from the months, the bounds are the solver's."""
        candidates = [
            self._without_tail(plan_candidate(self.instance, assignment, found.supervision.get(candidate_id, {})))
            for candidate_id, assignment in found.assignments.items()
        ]
        plan = self._plan(Status.FEASIBLE, found.strategy).model_copy(update={"candidates": candidates})
        objectives = objectives_of(self.instance, trajectories(self.instance, plan), found.proofs)
        proved = all(is_proved(objective) for objective in objectives)
        changes = {
            "objectives": objectives,
            "status": Status.OPTIMAL if proved else Status.FEASIBLE,
            "guidance": guidance(self.instance, candidates),
        }
        return plan.model_copy(update=changes)

    def _without_tail(self, entry: PlanCandidate) -> PlanCandidate:
        """Where there are floors the model itself forbids tails, and to cut one might open a floor."""
        return entry if self.instance.has_floors else without_tail(self.instance, entry)

    def _impossible(self, outcome: Impossible) -> Plan:
        """Impossible is said only when a second search with other settings says so too."""
        confirmed = second_opinion(outcome, self.settings, self.stop)
        plan = self._plan(Status.INFEASIBLE, FoundBy.TWO_SEARCHES)
        explanation: dict[str, object] = {
            "certainty": "proved" if confirmed else "likely",
            "conflicts": [],
            "remedies": [],
        }
        return plan.model_copy(update={"explanation": explanation})

    def _unknown(self) -> Plan:
        return self._plan(Status.UNKNOWN, FoundBy.NOT_FOUND)
