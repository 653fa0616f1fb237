"""How many more there is room for: the largest number that can be planned, and a proof that one more cannot.

Whether a number fits does not depend on how good the plan is, so nothing is made small. From below the new ones are
placed one after another; from above places are counted. In between a month plan says where everybody could be month by
month: without a month plan there is no plan, and with one each has a place held until it is their turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from scheduler.explanation.counting import count
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.rule_key import Keys
from scheduler.instance.types import Instance
from scheduler.intake.bottleneck import Bottleneck
from scheduler.planning.alone import Alone
from scheduler.planning.greedy import Greedy
from scheduler.planning.month_model import MonthModel, Window
from scheduler.planning.month_model.placing import AfterMonthModel
from scheduler.planning.one_model import OneModel
from scheduler.planning.over import without_over
from scheduler.planning.own_best import plan_alone
from scheduler.planning.procedure import Budget, Procedure, follow
from scheduler.planning.repair import kept_assignments
from scheduler.planning.settle import settled
from scheduler.planning.state import State, Task
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.shrink import shrunk, smallest

InstanceWith = Callable[[int], Instance]
PLACED: tuple[Procedure, ...] = (AfterMonthModel(),)
GROWN: tuple[Procedure, ...] = (Alone(), Greedy())
WHOLE: tuple[Procedure, ...] = (OneModel(), OneModel(explicit_shifts=True))


@dataclass(frozen=True, slots=True)
class Headroom:
    """``most`` fit for certain, and no more than ``at_most`` (None: no number tried was too large).

    ``confirmed``: that no more fit is proved twice, by counting or by two searches with different settings.
    ``bottleneck``: why, if counting does not say it.
    """

    most: int
    at_most: int | None = None
    confirmed: bool = False
    bottleneck: Bottleneck | None = None

    @property
    def settled(self) -> bool:
        """Whether the number is the largest, for certain."""
        return self.most == self.at_most


def headroom(
    instance_with: InstanceWith, most_tried: int, settings: Settings, stop: Stop, all_free: bool = False
) -> Headroom:
    """The largest number for which ``instance_with(number)`` has a plan, from below and from above.

    Those published stay as they are unless ``all_free``. More never fit where fewer do not.
    """
    whole, instance_with = instance_with, lambda number: without_over(whole(number))
    too_many = _too_many_by_counting(instance_with, most_tried)
    limit = most_tried if too_many is None else too_many - 1
    most = _one_after_another(instance_with, limit, settings, stop) if limit else 0
    for number in range(most + 1, limit + 1):
        instance = instance_with(number)
        attempt = _Attempt(instance, settings, stop, all_free)
        beside = _Attempt(instance, settings, stop, all_free=False) if all_free else attempt
        if most == number - 1 and (beside.fits() or (all_free and attempt.fits())):
            most = number
        elif attempt.refuted():
            return Headroom(most, number - 1, attempt.confirmed(), attempt.bottleneck())
        elif most == number - 1 and not stop.over:
            has_plan = attempt.has_plan()
            if has_plan is False:
                return Headroom(most, number - 1, attempt.has_plan(other=True) is False)
            most = number if has_plan else most
        if stop.over:
            break
    return Headroom(most, None if too_many is None else limit, too_many is not None)


def attempt_all_free(instance: Instance, settings: Settings, stop: Stop) -> bool:
    """Whether a plan of the instance was found, everybody free; False says nothing of whether there is one."""
    return _Attempt(instance, settings, stop, all_free=True).fits()


def _too_many_by_counting(instance_with: InstanceWith, most_tried: int) -> int | None:
    """The smallest number for which counting places shows that there are too few; None if none tried is."""
    if not count(instance_with(most_tried)):
        return None
    return smallest(range(1, most_tried + 1), lambda number: bool(count(instance_with(number))))


def _one_after_another(instance_with: InstanceWith, most: int, settings: Settings, stop: Stop) -> int:
    """How many fit one after another while nobody published moves; 0 if the published plan does not hold any more."""
    instance = instance_with(most)
    kept = kept_assignments(instance)
    newcomers = [
        each_candidate
        for each_candidate in instance.candidates.values()
        if instance.baseline and each_candidate.id not in kept
    ]
    if len(newcomers) != most:
        return 0
    held = Occupancy(instance, kept.values())
    assignments = dict(kept)
    for number, candidate in enumerate(newcomers):
        own_best = plan_alone(instance, candidate, held, stop.worth(settings.limits.headroom_each_effort), settings)
        if own_best.assignment is None:
            return number
        held.add(own_best.assignment)
        assignments[candidate.id] = own_best.assignment
        smaller = replace(
            instance, candidates={candidate_id: instance.candidates[candidate_id] for candidate_id in assignments}
        )
        if settled(smaller, assignments, settings, kept=assignments) is None:
            return number
    return most


class _Attempt:
    """One number: whether it can be refuted, and whether it fits."""

    def __init__(self, instance: Instance, settings: Settings, stop: Stop, all_free: bool) -> None:
        self._task = Task(instance, {} if all_free else kept_assignments(instance))
        self._settings, self._stop = settings, stop
        frozen = instance.start if instance.baseline is None else instance.baseline.frozen_before
        self._window = (max(frozen - instance.start, 0), instance.end - instance.start)

    def _month_model(self, window: Window | None = None, without: Keys = frozenset()) -> MonthModel:
        return MonthModel(self._task.instance, self._task.free, self._task.held, window or self._window, without)

    def refuted(self) -> bool:
        """Whether there is no month plan, and so no plan."""
        return (
            self._month_model().search(self._settings, self._stop, self._settings.limits.month_model_effort).infeasible
        )

    def confirmed(self) -> bool:
        """Whether a search with other settings refutes it, too."""
        other = replace(self._settings, seed=self._settings.seed + 1, linearization=2)
        return self._month_model().search(other, self._stop, other.limits.month_model_effort).infeasible

    # --- one model of them all ---------------------------------------------------------------------------------------

    def has_plan(self, other: bool = False) -> bool | None:
        """Whether there is a plan at all, by one model of the free ones, perhaps with ``other`` settings; None: not
        known. That there is none says nothing of more, where all are free and a floor is waiting for somebody.
        """
        settings = replace(self._settings, seed=self._settings.seed + 1, linearization=2) if other else self._settings
        stop = self._stop.worth(settings.limits.headroom_whole_effort)
        task = replace(self._task, levels=frozenset())
        state = follow(WHOLE, State(task), Budget(settings, stop))
        if self._settled(state):
            return True
        certain = self._task.kept or not task.instance.has_floors
        return False if state.impossible is not None and certain else None

    # --- a plan ----------------------------------------------------------------------------------------------------

    def fits(self) -> bool:
        """Whether a plan was found: after a month plan, or one after another where all are free."""
        task, settings = self._task, self._settings
        return self._settled(follow(PLACED if task.kept else GROWN, State(task), Budget(settings, self._stop)))

    def _settled(self, state: State) -> bool:
        """Whether a plan was found for which there are shifts and supervisors; what is kept holds the floors up."""
        task, plan = self._task, state.plan
        if plan is None or not (task.kept or task.stands(plan)):
            return False
        return settled(task.instance, {**task.kept, **plan.assignments}, self._settings, kept=task.kept) is not None

    # --- what stands in the way -------------------------------------------------------------------------------------

    def bottleneck(self) -> Bottleneck:
        """The shortest window in which there is no month plan, and the ceilings that matter in it."""
        stop = self._stop.worth(self._settings.limits.shrink_effort)

        def refuted(window: Window, without: Keys = frozenset()) -> bool | None:
            model = self._month_model(window, without)
            found = model.search(self._settings, stop, self._settings.limits.month_model_effort)
            return None if found.values is None and not found.infeasible else found.infeasible

        window = _shortest(self._window, lambda window: bool(refuted(window)))
        keys = frozenset(self._month_model(window).keys)
        units = _units(keys, {arena.id for arena in self._task.instance.offices})
        left, sure = shrunk(units, lambda rest: refuted(window, keys.difference(*rest)))
        return Bottleneck(frozenset(key for unit in left for key in unit), *window, minimal=sure)


def _shortest(window: Window, refuted: Callable[[Window], bool]) -> Window:
    """With the earliest end, then the latest beginning, of those that are refuted."""
    begin, end = window
    end = smallest(range(begin + 1, end + 1), lambda month: refuted((begin, month)))
    begin = smallest(range(begin, end), lambda month: not refuted((month + 1, end)))
    return begin, end


def _units(keys: Keys, offices: Collection[str]) -> list[Keys]:
    """What is looked at together: all offices, all that keep people in them, every other ceiling by itself."""
    of_offices = [
        frozenset(key for key in keys if key.rule == rule and key.arena in offices)
        for rule in sorted({key.rule for key in keys})
    ]
    others = [frozenset([key]) for key in sorted(keys, key=str) if not any(key in unit for unit in of_offices)]
    return [unit for unit in [*others, *of_offices] if unit]
