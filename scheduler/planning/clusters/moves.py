"""Giving clusters their least at a target, by moving others, or making one cluster of those who cannot all have it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scheduler.accounting.proof import Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.planning.clusters.leasts import Leasts, Share
from scheduler.planning.clusters.models import Cluster, ClusterModel, members_of
from scheduler.solver.engine import Run, rounded_up
from scheduler.solver.shrink import shrunk


class Moves:
    """Ways to give a cluster its least at a target where the plan at hand does not."""

    def __init__(self, leasts: Leasts) -> None:
        self._leasts = leasts
        self._limits = leasts.limits
        self._stop = leasts.stop

    @property
    def too_many(self) -> bool:
        """Whether there are more candidates than one model of everybody may hold."""
        return len(self._leasts.plan.assignments) > self._limits.one_model_members

    def join(self, cluster: Cluster, target: Target, most: int) -> bool:
        """Give the cluster its least, and return True if it has it then or if a new cluster was formed.

        First only the cluster is planned anew, all others staying as they are; then, one step after another, those in
        its way are freed as well, until at least ``most`` candidates are free. If some of these cannot all have their
        least whatever the others do, they become one cluster. False: neither came about, or time ran out.
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
        """Plan everybody in one model in which each cluster has its least; return True if every cluster has it then, or
        if a new cluster was formed of some that cannot all have it.

        False without a search where there are too many candidates for one model, and where time ran out.
        """
        if self.too_many:
            return False
        leasts, limits = self._leasts, self._limits
        model = leasts.model(leasts.clusters, Share.OF_THE_PLAN)
        for cluster in leasts.clusters:
            leasts.hold(model, cluster, target)
        model.hint(leasts.plan.assignments)
        proved = leasts.value(target) <= leasts.enough(target)
        outcome, assignments = leasts.run(model, limits.patience_effort if proved else limits.cluster_effort)
        leasts.plan.take(assignments)
        if not outcome.infeasible:
            return all(leasts.has(cluster, target) for cluster in leasts.clusters)
        return self._merge(self._core(leasts.clusters, target) or leasts.clusters, target)

    def least_of_all(self, target: Target) -> None:
        """Make the target small in one model of everybody, and note what is proved of it, whoever has how much.

        Nothing where there are too many candidates for one model.
        """
        if self.too_many:
            return
        leasts = self._leasts
        model = leasts.model_of_all()
        model.hold_together(target, leasts.value(target))
        model.minimise(target, leasts.bound(target))
        model.hint(leasts.plan.assignments)
        outcome, assignments = leasts.run(model, self._limits.least_of_all_effort)
        if assignments:
            leasts.plan.take(assignments)
            leasts.note_least_of_all(target, rounded_up(outcome.bound))

    def fairest(self, target: Target) -> None:
        """Make the largest mean delay of a municipality small, and note what is proved of it.

        In one model of everybody; where they are too many for that, of those who could wait for each other.
        """
        leasts = self._leasts
        if leasts.value(target) <= leasts.enough(target):
            return
        clusters = self._may_trade() if self.too_many else leasts.clusters
        if self.too_many:
            model = leasts.model(clusters, Share.POSSIBLE)
            model.minimise_largest_mean(leasts.delays_of_others(clusters), leasts.bound(target))
            self._note_bound(target, leasts.run(model, self._limits.least_of_all_effort)[0])
        beside = leasts.plan.beside(members_of(clusters)) if self.too_many else None
        model = leasts.model_beside(clusters)
        model.minimise_largest_mean(leasts.delays_of_others(clusters, beside), leasts.bound(target))
        model.hint(leasts.plan.assignments)
        outcome, assignments = leasts.run(model, self._limits.least_of_all_effort)
        leasts.plan.take(assignments)
        if not self.too_many:
            self._note_bound(target, outcome)

    def _note_bound(self, target: Target, outcome: Run) -> None:
        """A search that has not come far enough for a bound of its own says nothing."""
        self._leasts.note_least_of_all(target, max(rounded_up(max(outcome.bound, 0)), self._leasts.bound(target)))

    def _may_trade(self) -> list[Cluster]:
        """Clusters of several municipalities, then those who wait longer than they need; as many as one model has."""
        leasts, most = self._leasts, self._limits.one_model_members
        several = [cluster for cluster in leasts.clusters if len(leasts.municipalities(cluster)) > 1]
        waiting = [cluster for cluster in leasts.clusters if leasts.delay_now(cluster) > cluster.least.get("delay", 0)]
        chosen: list[Cluster] = []
        for cluster in dict.fromkeys([*several, *waiting]):
            if len(members_of([*chosen, cluster])) <= most:
                chosen.append(cluster)
        return chosen

    def _replan(self, freed: Sequence[Cluster], target: Target, held: Occupancy) -> tuple[Run, dict[str, Assignment]]:
        """Plan the freed clusters beside the held candidates: the first with its least, the others with no more than
        now.
        """
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
        """Clusters, of those given, that could not all have their least even if nobody else existed; empty if none are
        known.
        """
        model = self._all_with(clusters, target, assuming=True)
        return model.blamed(self._leasts.run(model)[0])

    def _surely(self, core: Sequence[Cluster], target: Target) -> bool:
        """Whether a search without assumptions says so as well: the solver has been wrong about them (or-tools #4109,
        #5141).
        """
        return self._leasts.run(self._all_with(core, target))[0].infeasible

    def _all_with(self, clusters: Sequence[Cluster], target: Target, assuming: bool = False) -> ClusterModel:
        model = self._leasts.model(clusters, Share.POSSIBLE, assuming=assuming)
        for cluster in clusters:
            self._leasts.hold(model, cluster, target)
        return model

    def _blockers(self, freed: Sequence[Cluster], target: Target) -> list[Cluster]:
        """A smallest set of other clusters that must move before the first of the freed can have its least; empty if
        time ran out.
        """
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
