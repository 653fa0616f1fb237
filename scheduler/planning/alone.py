"""Every candidate alone: a bound for everybody, since nobody does better in any plan."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.own_best import BestAlone, plan_alone
from scheduler.planning.procedure import Budget
from scheduler.planning.state import Impossible, State
from scheduler.solver.engine import Settings, Stop


def plan_each_alone(
    instance: Instance, candidates: Iterable[Candidate], held: Occupancy, stop: Stop, settings: Settings
) -> dict[str, BestAlone]:
    """Plan every candidate as if no other free one existed, several side by side; no plan gives anybody more.

    ``held``: what the candidates who stay as they are use.
    """

    def alone(candidate: Candidate) -> BestAlone:
        if stop.over:
            return BestAlone.unknown(candidate.id)
        return plan_alone(instance, candidate, held, stop, settings)

    with ThreadPoolExecutor(max_workers=min(settings.workers, os.cpu_count() or 1)) as pool:
        return {own_best.candidate: own_best for own_best in pool.map(alone, candidates)}


@dataclass(frozen=True, slots=True)
class Alone:
    """Everybody alone, beside those who stay as they are; who cannot be planned even so ends it."""

    def applies(self, state: State) -> bool:
        """Whether everybody's own best is still unknown; never with a ``demand``, which speaks of a model of all."""
        return not state.alone and bool(state.task.free) and state.task.demand is None

    def improve(self, state: State, budget: Budget) -> State:
        """The state with everybody's own best."""
        task = state.task
        if task.kept:
            budget = budget.worth(budget.limits.kept_alone_effort)
        alone = plan_each_alone(task.instance, task.free, task.held, budget.stop, budget.settings)
        budget.happened("alone")
        # whose months are hard to keep beside the others is sooner planned without them
        hopeless = [best.candidate for best in alone.values() if best.impossible or (task.kept and not best.assignment)]
        impossible = Impossible(task.instance, hopeless) if hopeless else None
        return replace(state, alone=alone, impossible=impossible)
