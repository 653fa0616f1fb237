"""Parts of an instance planned side by side, in processes or on a cluster, and put together.

Everybody is planned alone first: the worst-off share of all is known then, and no part needs to be fairer than that.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from operator import attrgetter, itemgetter
from typing import Any

from scheduler.accounting.fairness import largest_mean, municipal_delays
from scheduler.accounting.proof import Proofs, Target, as_it_is
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.offices import with_offices_changing
from scheduler.instance.types import Instance
from scheduler.objective import level_ids, targets_of
from scheduler.plan import FoundBy
from scheduler.planning.alone import plan_each_alone
from scheduler.planning.assemble import as_planned, totals_of, values_of
from scheduler.planning.assign.groups import earliest_groups
from scheduler.planning.components import split
from scheduler.planning.over import late, over, without
from scheduler.planning.own_best import BestAlone, least_share
from scheduler.planning.placed import packed
from scheduler.planning.procedure import Budget, Tell
from scheduler.planning.recipe import plan_by_recipe
from scheduler.planning.state import Impossible, Outcome, OutsideBounds, Result, Unknown
from scheduler.solver.cluster import Cluster
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS
from scheduler.solver.processes import (
    ProcessPools,
    as_they_end,
    errors_travel,
    listening,
    told_to_stop,
)
from scheduler.solver.strategy import Strategy


def find(
    instance: Instance,
    settings: Settings,
    strategy: Strategy,
    stop: Stop,
    tell: Tell,
    cluster: Cluster | None = None,
) -> Outcome:
    """The best plan found before ``stop``, with what is proved of it; ``Impossible`` if there is none, ``Unknown``
    if not known.

    With ``Strategy.DECOMPOSED``, or where ``AUTO`` comes to that, parts of the instance that share nothing are planned
    side by side, in processes or on a ``cluster``, unless there is a published plan or a floor. ``tell`` hears how far
    the search has come. Offices change only where there is no plan otherwise. Who has nothing more to be planned is
    beside it.
    """
    ended = over(instance)
    too_late = late(instance, ended)
    if too_late:
        return Impossible(instance, too_late)
    rest, elsewhere = without(instance, ended.values()), _beside_these(instance, ended)
    if ended and not rest.candidates:
        if rest.has_floors:
            return Impossible(instance)  # a place asks for somebody later, and nobody is left
        return Result(ended, {}, as_it_is(values_of(instance, ended.values())), FoundBy.NOBODY)
    found = _find(rest, settings, strategy, stop, tell, elsewhere, cluster)
    wider = with_offices_changing(rest) if isinstance(found, Impossible) else rest
    if wider is not rest:
        found = _find(wider, settings, strategy, stop, tell, elsewhere, cluster)
    if not ended or isinstance(found, Impossible):
        return found
    if isinstance(found, Unknown):
        return Unknown(instance, {**found.placed, **ended}, found.alone)
    proofs = Proofs.beside([as_it_is(values_of(instance, ended.values())), found.proofs])
    return replace(found, assignments={**found.assignments, **ended}, proofs=proofs)


def _beside_these(instance: Instance, ended: Mapping[str, Assignment]) -> OutsideBounds:
    """That nobody gains by a smaller largest share than theirs."""
    if not ended:
        return OutsideBounds()
    values = values_of(instance, ended.values())
    return OutsideBounds(
        least_worst={target.share: value for target, value in values.items() if target.worst},
        delays=municipal_delays(as_planned(instance, assignment) for assignment in ended.values()),
    )


def _find(
    instance: Instance,
    settings: Settings,
    strategy: Strategy,
    stop: Stop,
    tell: Tell,
    elsewhere: OutsideBounds,
    cluster: Cluster | None,
) -> Outcome:
    strategy = strategy.for_size(len(instance.candidates), settings.limits)
    shared = instance.baseline is not None or instance.has_floors  # a floor is held up by all together, or by nobody
    if strategy is Strategy.DECOMPOSED and not shared:
        parts = split(instance)
        if len(parts) > 1:
            found = _in_parts(instance, parts, settings, stop, tell, cluster, elsewhere.delays)
            if not isinstance(found, Unknown) or stop.over:
                return found
            whole = plan_by_recipe(instance, Budget(settings, stop, tell), strategy, elsewhere)
            return whole.or_else(found) if isinstance(whole, Unknown) else whole
    return plan_by_recipe(instance, Budget(settings, stop, tell), strategy, elsewhere)


def _in_parts(
    instance: Instance,
    parts: list[Instance],
    settings: Settings,
    stop: Stop,
    tell: Tell,
    cluster: Cluster | None,
    delays: Mapping[str, int],
) -> Outcome:
    """Plan the parts and put them together; ``Unknown`` if a part has no plan in time, or the plans do not go
    together.
    """
    slots = max(min(settings.workers, os.cpu_count() or 1, len(parts), settings.limits.processes), 1)
    settings = replace(settings, workers=max(settings.workers // slots, 1))
    with _Crew(slots, stop) if cluster is None else _Abroad(cluster, stop) as crew:
        alone: dict[int, dict[str, BestAlone]] = {}
        for number, singles in crew.each(_alone, [(part, settings) for part in parts], [1.0] * len(parts)):
            alone[number] = singles
        tell("alone", None, None, None)
        impossible = [best.candidate for singles in alone.values() for best in singles.values() if best.impossible]
        if impossible:
            return Impossible(instance, impossible)
        worst = _worst(parts, alone, settings, stop) | _joint(instance, alone, delays)
        bounds = [OutsideBounds(alone.get(number, {}), worst, delays) for number in range(len(parts))]
        jobs = [(part, settings, outside) for part, outside in zip(parts, bounds, strict=True)]
        outcomes: dict[int, Outcome] = {}
        weights = [float(len(part.candidates)) for part in parts]
        for number, outcome in crew.each(_plan, jobs, weights):
            outcomes[number] = outcome
            tell("part", None, len(outcomes), len(parts))
    return _together(instance, parts, outcomes)


def _alone(job: tuple[Instance, Settings], stop: Stop) -> dict[str, BestAlone]:
    part, settings = job
    one_thread = replace(settings, workers=1)
    return plan_each_alone(part, part.candidates.values(), Occupancy(part), stop, one_thread)


def _plan(job: tuple[Instance, Settings, OutsideBounds], stop: Stop) -> Outcome:
    part, settings, outside_bounds = job
    return plan_by_recipe(part, Budget(settings, stop), Strategy.DECOMPOSED, outside_bounds)


def _worst(
    parts: Sequence[Instance], alone: Mapping[int, Mapping[str, BestAlone]], settings: Settings, stop: Stop
) -> dict[str, int]:
    """What the worst-off of all has at least at each target, as long as everybody has the least before."""
    singles = [(parts[number], own_best) for number, part in alone.items() for own_best in part.values()]
    worst: dict[str, int] = {}
    for target in filter(attrgetter("worst"), targets_of(parts[0])):
        has = [(_has(part, own_best, target), part, own_best) for part, own_best in singles]
        worst[target.share] = 0
        for share, part, own_best in sorted(has, key=itemgetter(0), reverse=True):
            if share <= worst[target.share]:
                break
            least = least_share(part, own_best, Occupancy(part), target, settings, stop) if target.apart else share
            worst[target.share] = max(worst[target.share], least)
    return worst


def _joint(
    instance: Instance, alone: Mapping[int, Mapping[str, BestAlone]], delays: Mapping[str, int]
) -> dict[str, int]:
    """What the municipality that waits longest has at least, where delay is looked at first."""
    if "fairness" not in level_ids(instance) or level_ids(instance)[0] != "delay":
        return {}
    waited = Counter(delays)
    for singles in alone.values():
        for candidate_id, own_best in singles.items():
            municipality = instance.candidates[candidate_id].municipality
            if municipality is not None:
                waited[municipality] += own_best.totals.get("delay", 0)
    return {"fairness": largest_mean(instance, waited)}


def _has(part: Instance, own_best: BestAlone, target: Target) -> int:
    """What a candidate's best plan alone has at a target; nothing where none is known."""
    if not own_best.proved or own_best.assignment is None:
        return 0
    return totals_of(part, own_best.assignment)[target.share] if target.apart else own_best.totals[target.level]


# --- putting together ----------------------------------------------------------------------------------------------


def _together(
    instance: Instance,
    parts: Sequence[Instance],
    outcomes: Mapping[int, Outcome],
) -> Outcome:
    impossible = next((outcome for outcome in outcomes.values() if isinstance(outcome, Impossible)), None)
    if impossible is not None:
        return impossible
    found = [outcome for outcome in outcomes.values() if isinstance(outcome, Result)]
    if len(found) < len(parts):
        return _unknown_together(instance, outcomes.values())
    assignments = {candidate_id: assignment for each in found for candidate_id, assignment in each.assignments.items()}
    placed = earliest_groups(instance, assignments)
    if placed is None:
        return Unknown(instance, packed(Occupancy(instance), assignments.values()))  # no group has room for all
    supervision = {candidate_id: months for each in found for candidate_id, months in each.supervision.items()}
    placed = {candidate_id: placed[candidate_id] for candidate_id in instance.candidates}
    alone = {candidate_id: own_best for each in found for candidate_id, own_best in each.alone.items()}
    proofs = Proofs.beside(each.proofs for each in found)
    return Result(placed, supervision, proofs, FoundBy.PARTS, parts=tuple(parts), alone=alone)


def _unknown_together(instance: Instance, outcomes: Iterable[Outcome]) -> Unknown:
    """Who is placed in the parts, which share only groups; where these have no room for all, somebody does not fit."""
    placed: dict[str, Assignment] = {}
    alone: dict[str, BestAlone] = {}
    for outcome in outcomes:
        match outcome:
            case Result():
                placed |= outcome.assignments
            case Unknown():
                placed |= outcome.placed
        if not isinstance(outcome, Impossible):
            alone |= outcome.alone
    return Unknown(instance, _grouped(instance, placed), alone)


def _grouped(instance: Instance, placed: Mapping[str, Assignment]) -> Mapping[str, Assignment]:
    return earliest_groups(instance, placed) or packed(Occupancy(instance), placed.values())


# --- processes -----------------------------------------------------------------------------------------------------


def _do(function: Callable[[Any, Stop], Any], job: Any, seconds: float | None) -> Any:
    stop = Stop(seconds)
    with errors_travel(), listening(told_to_stop, stop.ask):
        return function(job, stop)


class _Crew:
    """Processes that do jobs, or, if there is only one slot, this one."""

    def __init__(self, slots: int, stop: Stop) -> None:
        self._slots, self._stop = slots, stop
        self._pools = ProcessPools(slots)
        self._pool = self._pools.new() if slots > 1 else None

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pools.ask_to_stop()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def each(
        self, function: Callable[[Any, Stop], Any], jobs: Sequence[Any], weights: Sequence[float]
    ) -> Iterator[tuple[int, Any]]:
        """Answers as they come, with the number of the job. Time that is left is shared out by the weights."""
        pool = self._pool
        if pool is None:
            for number, job in enumerate(jobs):
                share = self._share(weights, number, range(number + 1, len(jobs)))
                yield number, function(job, self._stop if share is None else self._stop.within(share))
            return

        def begin(number: int, others: Sequence[int]) -> Future[Any]:
            return pool.submit(_do, function, jobs[number], self._share(weights, number, others))

        for number, future in as_they_end(list(range(len(jobs))), self._slots, begin, self._look):
            yield number, future.result()

    def _look(self) -> None:
        if self._stop.asked:
            self._pools.ask_to_stop()

    def _share(self, weights: Sequence[float], number: int, others: Sequence[int]) -> float | None:
        return _share(self._stop, self._slots, weights, number, others)


class _Abroad:
    """A cluster's workers that do jobs; one whose worker died is begun again, and each answers once."""

    def __init__(self, cluster: Cluster, stop: Stop) -> None:
        self._cluster, self._stop = cluster, stop

    def __enter__(self) -> _Abroad:
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.ask_to_stop()

    def each(
        self, function: Callable[[Any, Stop], Any], jobs: Sequence[Any], weights: Sequence[float]
    ) -> Iterator[tuple[int, Any]]:
        """Answers as they come, as of ``_Crew``; when somebody stops, jobs at work are given up and have none."""
        slots = self._cluster.slots
        todo = list(range(len(jobs)))
        tries: Counter[int] = Counter()

        def begin(number: int, others: Sequence[int]) -> Future[Any]:
            tries[number] += 1
            share = _share(self._stop, slots, weights, number, others)
            return self._cluster.begin(f"part-{number}", _do, function, jobs[number], share)

        def look() -> None:
            if self._stop.asked:
                todo.clear()
                self._cluster.ask_to_stop()

        for number, future in as_they_end(todo, slots, begin, look):
            error = future.exception()
            if error is None:
                yield number, future.result()
            elif self._cluster.lost(error) and tries[number] < LIMITS.version_tries and not self._stop.asked:
                todo.insert(0, number)
            elif not (isinstance(error, CancelledError) and self._stop.asked):
                raise error


def _share(stop: Stop, slots: int, weights: Sequence[float], number: int, others: Sequence[int]) -> float | None:
    """Seconds for a job: its part of what all slots have left, as its weight is to those not done yet."""
    left = stop.seconds_left
    if left is None:
        return None
    return left * min(slots * weights[number] / sum(weights[job] for job in [number, *others]), 1.0)
