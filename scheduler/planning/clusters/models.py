"""A cluster: candidates planned together because they stand in each other's way, and a model of some clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scheduler.accounting.proof import Target
from scheduler.fairness import by_municipality, largest_mean_of
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.objective import make_levels, target_of
from scheduler.solver.engine import Run, Settings, Stop, Values, evaluate, race, run
from scheduler.variables import IntVar, Linear, Scope

MOST = 2**30  # more than any level of a cluster comes to


@dataclass(eq=False, slots=True)
class Cluster:
    """Candidates planned together; ``least``: per level, the least they can have together (see ``clusters``)."""

    members: tuple[str, ...]
    least: dict[str, int] = field(default_factory=dict)


class CachedModel:
    """Some candidates, free, beside the others who keep what they have: a model to be copied for each question.

    ``terms``: each member's, under ``Target.share``; shares that are no part of a sum, for which many variables are
    needed, only of the members in ``with_shares``.
    """

    def __init__(
        self, instance: Instance, members: Iterable[str], held: Occupancy, with_shares: frozenset[str] = frozenset()
    ) -> None:
        free = [instance.candidates[candidate_id] for candidate_id in members]
        self.variables = build_model(Scope(instance, free, held, floors=False))
        self.terms = {}
        for level in make_levels(self.variables):
            self.terms[level.id] = level.terms
            if level.own_share:
                self.terms[target_of(level.id, worst=True).share] = level.shares(with_shares)


class CachedModels:
    """Cached models of an instance's candidates beside the same others; the last few that were asked about are kept, to
    be asked about again."""

    def __init__(self, instance: Instance, held: Occupancy, most: int) -> None:
        self._instance, self._held, self._most = instance, held, most
        self._kept: dict[tuple[frozenset[str], frozenset[str]], CachedModel] = {}

    def of(self, members: Sequence[str], with_shares: frozenset[str] = frozenset()) -> CachedModel:
        """The cached model of these, in whatever order; several threads may ask at the same time."""
        key = frozenset(members), with_shares
        cached = self._kept.pop(key, None)
        if cached is None:
            cached = CachedModel(self._instance, members, self._held, with_shares)
        self._kept[key] = cached
        for oldest in list(self._kept)[: -self._most]:
            self._kept.pop(oldest, None)
        return cached


class ClusterModel:
    """A question about clusters in a cached model.

    ``assuming``: what a cluster is held to is an assumption, so that ``blamed`` tells whose cannot all hold.
    """

    def __init__(self, cached: CachedModel, clusters: Sequence[Cluster], assuming: bool = False) -> None:
        self.n_members = len(members_of(clusters))
        self.clusters = clusters
        self._variables = cached.variables
        self._instance = cached.variables.instance
        self._terms = cached.terms
        self._model = cached.variables.model.clone()
        self._assumed = {cluster: self._model.new_bool_var("") for cluster in clusters} if assuming else {}
        self._model.add_assumptions(self._assumed.values())

    def _shares(self, cluster: Cluster, target: Target) -> list[Linear]:
        terms = self._terms[target.share]
        return [terms[candidate_id] for candidate_id in cluster.members if candidate_id in terms]

    def hold(self, cluster: Cluster, target: Target, most: int) -> None:
        """Demand that the cluster's sum (of a ``worst`` target: each member's share) is at most ``most``."""
        shares = self._shares(cluster, target)
        for held in shares if target.worst else [sum(shares)]:
            constraint = self._model.add(held <= most)
            if cluster in self._assumed:
                constraint.only_enforce_if(self._assumed[cluster])

    def hold_together(self, target: Target, most: int) -> None:
        """Demand that the sum of all members is at most ``most``."""
        self._model.add(sum(share for cluster in self.clusters for share in self._shares(cluster, target)) <= most)

    def hold_municipalities(self, most: Mapping[str, int]) -> None:
        """Demand that the members from each municipality wait at most so many months together."""
        for municipality, months in by_municipality(self._instance, self._delays).items():
            self._model.add(months <= most[municipality])

    def minimise_largest_mean(self, elsewhere: Mapping[str, int], least: int) -> None:
        """Make the largest mean delay of a municipality the objective, beside others who wait as long as told."""
        self._model.minimize(largest_mean_of(self._model, self._instance, self._delays, elsewhere, least))

    @property
    def _delays(self) -> dict[str, Linear]:
        delays = self._terms["fairness"]
        return {candidate_id: delays[candidate_id] for candidate_id in members_of(self.clusters)}

    def minimise(self, target: Target, at_least: int | None) -> None:
        """Make the target the objective; ``at_least`` is a known lower bound of it."""
        shares = [share for cluster in self.clusters for share in self._shares(cluster, target)]
        amount: Linear = sum(shares)
        if target.worst:
            amount = self._model.new_int_var(0, MOST, "")
            for share in shares:
                self._model.add(amount >= share)
        if at_least is not None:
            self._model.add(amount >= at_least)
        self._model.minimize(amount)

    def hint(self, assignments: Mapping[str, Assignment]) -> None:
        """Let the search begin at the plan at hand."""
        for key, value in self._variables.keys(assignments):
            if isinstance(key, IntVar):
                self._model.add_hint(key, value)

    def run(self, settings: Settings, stop: Stop, effort: float) -> tuple[Run, dict[str, Assignment]]:
        """Search; return the outcome and the members' assignments, which are empty without a solution."""
        outcome = self._search(settings, stop.worth(effort))
        values = outcome.values
        if values is None:
            return outcome, {}
        assignments = self._variables.assignments(lambda expression: evaluate(expression, values))
        return outcome, {assignment.candidate: assignment for assignment in assignments}

    def blamed(self, outcome: Run) -> list[Cluster]:
        """The clusters whose assumptions an infeasible search names as those that cannot all hold."""
        return [cluster for cluster, holds in self._assumed.items() if holds.index in outcome.core]

    def _search(self, settings: Settings, stop: Stop) -> Run:
        """Alone; or, whether there is a plan at all, in two ways side by side without linear programs.

        (That took a half to a third of the time of as many workers of the solver's own choice.)
        """
        if self.n_members <= settings.limits.small_model_members:
            return run(self._model, settings.for_few, stop)
        if self._model.has_objective():
            return self._least(settings, stop)
        each_settings = replace(settings, workers=1, linearization=0, presolve=False)
        if settings.workers == 1 or self._assumed:
            return run(self._model, each_settings, stop)
        return race(
            [(self._model.clone(), each) for each in (each_settings, replace(each_settings, presolve=True))], stop
        )

    def _least(self, settings: Settings, stop: Stop) -> Run:
        """Without linear programs for a share of the effort, and only then as the solver chooses.

        Where months decide, that is several times quicker; where a place is wanted by too many, linear programs count
        better.
        """
        without = replace(settings, workers=1, linearization=0)
        share = settings.limits.without_linear_share
        first = run(self._model, without, stop, None if stop.effort_left is None else share * stop.effort_left)
        if first.through or stop.over:
            return first
        if first.values is not None:
            self._begin_at(first.values)
        second = run(self._model, settings, stop)
        if second.through or second.values is None:
            return second if second.through else first
        return replace(second, bound=max(first.bound, second.bound))

    def _begin_at(self, values: Values) -> None:
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in enumerate(values):
            self._model.add_hint(self._model.get_int_var_from_proto_index(index), value)


def members_of(clusters: Iterable[Cluster]) -> list[str]:
    """Everybody in the clusters."""
    return [candidate_id for cluster in clusters for candidate_id in cluster.members]
