"""From an instance to assignments with what is proved about them: which procedure follows which.

First every candidate alone (a bound for everybody), then one after another against what is left (a plan within
seconds), with the scarce places given out first where somebody loses by it. Then those in each other's way are planned
together, level by level. ``Strategy.EXACT`` goes on, where that does not prove everything, with one model of everybody;
``DECOMPOSED`` ends there. A published plan is repaired by the same procedures, beside those who keep it.
"""

from __future__ import annotations

from scheduler.instance.types import Instance
from scheduler.planning.alone import Alone
from scheduler.planning.benders.procedure import Benders
from scheduler.planning.clusters.search import Clusters
from scheduler.planning.greedy import Greedy, placed_more
from scheduler.planning.kept_offices import KeptOffices
from scheduler.planning.month_model.placing import AfterMonthModel
from scheduler.planning.one_model import OneModel
from scheduler.planning.prices.procedure import ByPrices, Turn
from scheduler.planning.procedure import Budget, Procedure, follow
from scheduler.planning.repair import beside_published
from scheduler.planning.settle import Settle, SettleEarlier
from scheduler.planning.state import Outcome, OutsideBounds, State, Task, Unknown, begun
from scheduler.solver.strategy import Strategy

RECIPE: tuple[Procedure, ...] = (
    ByPrices(Turn.FIRST),
    Alone(),
    Greedy(at_once=True),
    Benders(),
    AfterMonthModel(),
    ByPrices(Turn.STUCK),
    Greedy(),
    ByPrices(),
    Clusters(),
    KeptOffices(once_best=True),
    Settle(once_best=True),
    OneModel(),
    KeptOffices(),
    Settle(),
    OneModel(explicit_shifts=True),
    KeptOffices(),
    Settle(),
    SettleEarlier(),
)


def plan_by_recipe(
    instance: Instance, budget: Budget, strategy: Strategy, outside: OutsideBounds | None = None
) -> Outcome:
    """Plan the instance; return the result, ``Impossible``, or ``Unknown`` where the time did not suffice for either.

    On top of a published plan, those whom the new data do not concern keep it, and only the others are planned; where
    that is not possible everybody is planned anew. ``outside``: what is known of a larger instance that this is a part
    of.
    """
    outside = outside or OutsideBounds()
    beside, draft = beside_published(instance, outside), None
    if beside is not None:
        repaired = follow(RECIPE, beside, budget)
        if repaired.result is not None:
            return repaired.result
        draft = _unknown(repaired, budget)
    exact = strategy is Strategy.EXACT
    planned = follow(RECIPE, begun(Task(instance, exact=exact, outside=outside), outside.alone), budget)
    return planned.result or planned.impossible or _unknown(planned, budget).or_else(draft)


def _unknown(state: State, budget: Budget) -> Unknown:
    """As many as are placed at once, those who stay as they are among them."""
    task, refused = state.task, state.plan  # or somebody is missing in it where heads are asked for
    placed = placed_more(state, budget).placed if refused is None else refused.assignments
    return Unknown(task.instance, {**task.kept, **placed}, state.alone)
