"""The door to planning: an instance in, a plan out, with what is proved about it.

The search is ``planning.recipe``'s, side by side for parts that share nothing (``planning.parallel``); "impossible" is
confirmed by another one; and what came of it is written out (``planning.written``). Why a plan is as it is, is asked of
it afterwards (``explanation.reasons``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.instance.order import in_order_of_ids
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.planning.parallel import find
from scheduler.planning.second_opinion import second_opinion
from scheduler.planning.state import Impossible, Result
from scheduler.planning.written import written
from scheduler.solver.cluster import cluster_at
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS, Limits
from scheduler.solver.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Options:
    """How to solve. ``time_limit_s`` None: until proved. One worker and a seed give the same plan every time.

    Workers search in different ways side by side, so that even on two cores four of them prove sooner than two.
    ``strategy``: one model of everybody if need be, or never; by default up to 60 candidates. ``limits``: how far each
    search goes. ``cluster``: the address of a Dask cluster that plans parts which share nothing.
    """

    time_limit_s: float | None = None
    workers: int = LIMITS.workers
    seed: int = 0
    strategy: Strategy = Strategy.AUTO
    limits: Limits = LIMITS
    cluster: str | None = None


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
    options, on_progress = options or Options(), on_progress or (lambda _: None)
    stop, settings = stop or Stop(options.time_limit_s), Settings(options.workers, options.seed, limits=options.limits)
    began = time.monotonic()

    def tell(event: str, level: str | None = None, value: int | None = None, bound: int | None = None) -> None:
        on_progress(Progress(event, time.monotonic() - began, level, value, bound))

    with stop.on_interrupt():
        with cluster_at(options.cluster) as cluster:
            outcome = find(in_order_of_ids(instance), settings, options.strategy, stop, tell, cluster)
        if isinstance(outcome, Impossible):
            outcome = replace(outcome, confirmed=second_opinion(outcome, settings, stop))
        elif isinstance(outcome, Result):
            outcome = replace(outcome, assignments={who: outcome.assignments[who] for who in instance.candidates})
        return written(instance, outcome, settings, time.monotonic() - began, stop)
