"""Giving clusters their least at a target, by moving others, or making one cluster of those who cannot all have it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scheduler.accounting.proof import Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.planning.clusters.leasts import Leasts, Share
from scheduler.planning.clusters.models import Cluster, ClusterModel, members_of
from scheduler.solver.engine import Run
from scheduler.solver.shrink import shrunk


class Moves:
    """What can be done for a cluster that has not got its least."""

    def __init__(self, leasts: Leasts) -> None:
        self._leasts = leasts
        self._limits = leasts.limits
        self._stop = leasts.stop

    @property
    def too_many(self) -> bool:
        """For a model of everybody."""
        return len(self._leasts.plan.assignments) > self._limits.one_model_members

    def join(self, cluster: Cluster, target: Target, most: int) -> bool:
        """Let the cluster have its least beside all the others; or by moving those in its way as well (up to so many
        members in all), or by making one cluster of them all. Whether it came about.
        """
        plan, freed = self._leasts.plan, [cluster]
        while True:
            outcome, moved = self._replan(freed, target, plan.beside(members_of(freed)))
            plan.take(moved)
            if moved or not outcome.infeasible or len(members_of(freed)) >= most:
                return bool(moved)
            blockers = self._blockers(freed, target)
            if not blockers:
                return False
            freed += blockers
            core = self._core(freed, target)
            if core:
                return self._merge(core, target)

    def give_all(self, target: Target) -> bool:
        """Give everybody their least at once, if they are not too many for one model; or make one cluster of those who
        cannot have it. Whether either came about.
        """
        if self.too_many:
            return False
        leasts, limits = self._leasts, self._limits
        model = leasts.model(leasts.clusters, Share.OF_THE_PLAN)
        for cluster in leasts.clusters:
            leasts.hold(model, cluster, target)
        model.hint(leasts.plan.assignments)
        proved = leasts.value(target) <= leasts.bound(target)
        outcome, assignments = leasts.run(model, limits.patience_effort if proved else limits.cluster_effort)
        leasts.plan.take(assignments)
        if not outcome.infeasible:
            return all(leasts.has(cluster, target) for cluster in leasts.clusters)
        return self._merge(self._core(leasts.clusters, target) or leasts.clusters, target)

    def _replan(self, freed: Sequence[Cluster], target: Target, held: Occupancy) -> tuple[Run, dict[str, Assignment]]:
        """The first of the freed has its least beside the held; the others of them no more than now."""
        leasts = self._leasts
        model = leasts.model(freed, Share.OF_THE_PLAN, held)
        leasts.hold(model, freed[0], target)
        for cluster in freed[1:]:
            if leasts.has(cluster, target):
                leasts.hold(model, cluster, target)
            else:
                model.hold(cluster, target, leasts.now(cluster, target))
        if len(freed) > 1:
            model.hint(leasts.plan.assignments)
        return leasts.run(model)

    def _core(self, clusters: Sequence[Cluster], target: Target) -> list[Cluster]:
        """Some of the clusters who could not all have their least even if they were the only ones; none if not
        found."""
        model = self._all_with(clusters, target, assuming=True)
        return model.blamed(self._leasts.run(model)[0])

    def _surely(self, core: Sequence[Cluster], target: Target) -> bool:
        """Whether it is so without assumptions, too: the solver has been wrong about them (or-tools #4109, #5141)."""
        return self._leasts.run(self._all_with(core, target))[0].infeasible

    def _all_with(self, clusters: Sequence[Cluster], target: Target, assuming: bool = False) -> ClusterModel:
        model = self._leasts.model(clusters, Share.POSSIBLE, assuming=assuming)
        for cluster in clusters:
            self._leasts.hold(model, cluster, target)
        return model

    def _blockers(self, freed: Sequence[Cluster], target: Target) -> list[Cluster]:
        """A smallest set of others beside whom the first of the freed cannot have its least; empty if not found."""
        leasts, most = self._leasts, self._limits.freed_members

        def impossible(others: Collection[Cluster]) -> bool:
            if not others:  # with nobody in its way it can
                return False
            dropped = [cluster for cluster in leasts.clusters if cluster not in freed and cluster not in others]
            return self._replan(freed, target, leasts.plan.beside(members_of([*freed, *dropped])))[0].infeasible

        others = [cluster for cluster in leasts.clusters if cluster not in freed]
        stop = self._stop.worth(self._limits.blocker_effort)  # after that any set that is not too large will do
        blocking, _ = shrunk(others, impossible, lambda left: (stop.over and len(left) <= most) or self._stop.over)
        return [] if self._stop.over else blocking

    def _merge(self, clusters: list[Cluster], target: Target) -> bool:
        """Make one cluster of those who cannot all have their least, as few of them as show it; False if too many."""
        stop, most = self._stop.worth(self._limits.core_effort), self._limits.cluster_members

        def enough(left: Sequence[Cluster]) -> bool:
            return len(left) <= 2 or (stop.over and len(members_of(left)) <= most) or self._stop.over

        core, _ = shrunk(clusters, lambda rest: self._core(rest, target), enough)
        if len(members_of(core)) > most or not self._surely(core, target):
            return False
        self._leasts.become_one(core, target)
        return True
