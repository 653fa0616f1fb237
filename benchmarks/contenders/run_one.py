"""One contender on one instance in this process: lines of JSON on stdout, the plan into a file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.contenders.clock import Backend, Clock, by_levels
from benchmarks.plans import plan_of
from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan

NAMES = ("ours", "textbook-cpsat", "textbook-highs", "greedy")
LEVELS = ("delay", "wishes", "moves")
LEFT_OUT = {
    "ours": (),
    "textbook-cpsat": ("supervision",),
    "textbook-highs": ("supervision",),
    "greedy": ("supervision",),
}


def run_one(
    name: str,
    path: Path,
    limit_s: float,
    workers: int,
    seed: int,
    plan_path: Path | None = None,
    of_processor: bool = False,
) -> None:
    """Read, solve and check; tell of each step. The clock starts when the instance has been read.

    ``of_processor``: the limit is one of the processor's time, all threads of this process together.
    """
    hold_memory()
    instance = read_instance(json.loads(path.read_text("utf-8")), source=str(path))
    clock = Clock(limit_s, of_processor)
    clock.tell("read")
    plan = _RUN[name](instance, clock, workers, seed)
    clock.tell("finished")
    if plan is not None:
        _tell_plan(clock, name, instance, plan)
        if plan_path is not None:
            plan_path.write_text(plan.to_json(), encoding="utf-8")
    clock.tell("done", peak_mb=peak_mb())


def _tell_plan(clock: Clock, name: str, instance: Instance, plan: Plan) -> None:
    """What the independent check says of it."""
    violations = [violation.sentence("en") for violation in check_plan(instance, plan, without=LEFT_OUT[name])]
    figures: dict[str, float] = {}
    for objective in plan.objectives:
        figures[objective.id] = objective.value
        if objective.worst is not None:
            figures[f"{objective.id}.worst"] = objective.worst.value
    clock.tell("plan", figures=figures, violations=violations[:5], n_violations=len(violations))


def _ours(instance: Instance, clock: Clock, workers: int, seed: int) -> Plan | None:
    from scheduler.plan import Status
    from scheduler.solve import Options, Progress, solve
    from scheduler.solver.engine import Stop

    def heard(progress: Progress) -> None:
        level = None if progress.level is None else progress.level.replace("-", ".")  # delay-worst: delay.worst
        clock.tell(progress.event, level=level, value=progress.value, bound=progress.bound)

    stop = Stop(None if clock.of_processor else clock.limit_s)
    with clock.ending(stop.ask):
        plan = solve(instance, Options(time_limit_s=stop.time_limit_s, workers=workers, seed=seed), heard, stop)
    if plan.status is Status.INFEASIBLE:
        clock.tell("infeasible")
    for objective in plan.objectives:
        clock.tell("level", level=objective.id, value=objective.value, bound=objective.bound)
        if objective.proved and (objective.worst is None or objective.worst.proved):
            clock.tell("proved", level=objective.id, value=objective.value)
    return plan if plan.candidates else None


def _textbook(backend: Callable[..., Backend]) -> Callable[[Instance, Clock, int, int], Plan | None]:
    def run(instance: Instance, clock: Clock, workers: int, seed: int) -> Plan | None:
        from benchmarks.contenders.textbook import build

        book = build(instance)
        clock.tell("built", variables=len(book.model.lower), rows=len(book.model.rows))
        if book.model.impossible:
            clock.tell("infeasible")
            return None
        values = by_levels(backend(book.model, seed=seed), book.levels, clock)
        return None if values is None else plan_of(instance, book.assignments(values), {}, "textbook", trimmed=True)

    return run


def _cpsat(*arguments: Any, **options: Any) -> Backend:
    from benchmarks.contenders.cpsat import CpSat

    return CpSat(*arguments, **options)


def _highs(*arguments: Any, **options: Any) -> Backend:
    from benchmarks.contenders.highs import Highs

    return Highs(*arguments, **options)


def _greedy(instance: Instance, clock: Clock, workers: int, seed: int) -> Plan | None:
    from benchmarks.contenders.greedy import plan_greedily

    plan, unplaced = plan_greedily(instance)
    clock.tell("placed", unplaced=unplaced)
    for objective in plan.objectives if plan is not None else []:
        clock.tell("level", level=objective.id, value=objective.value, bound=None)
    return plan


_RUN: dict[str, Callable[[Instance, Clock, int, int], Plan | None]] = {
    "ours": _ours,
    "textbook-cpsat": _textbook(_cpsat),
    "textbook-highs": _textbook(_highs),
    "greedy": _greedy,
}


def hold_memory(share: float = 0.7) -> None:
    """At most this share of the machine's memory, so that a model that is too large ends itself and nothing else."""
    try:
        import resource

        most = int(share * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, AttributeError, ValueError, OSError):
        return  # a system without such limits


def peak_mb() -> float | None:
    """The most memory this process has held, and its children if all had held theirs at once; None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    largest_child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + (os.cpu_count() or 1) * largest_child
    return round(peak / (1_000_000 if sys.platform == "darwin" else 1_000), 1)
