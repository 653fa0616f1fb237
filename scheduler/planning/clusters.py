"""Step by step to the best plan of all, by planning together only those who stand in each other's way.

Everybody's own best is a bound. A plan in which all have their own best at once is therefore the best plan; and where
that cannot be, it is a few candidates who want the same places. They become a *cluster*, planned together exactly, and
what the cluster can have together is the new bound. So clusters grow only as far as the competition for places does,
and the models stay small however many candidates there are ("independence detection", T. Standley, AAAI 2010).

A *target* is a level's sum, or the share of the worst off (``proof``). Once it is settled, the plan gives every cluster
its least there, given its least at every target before; so the sum over clusters is proved. Where a target cannot be
settled like that (a cluster grows too large, time runs out), its sum is still a bound, and the plan is still valid.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial

from scheduler.accounting.proof import Given, Proof, Proofs, Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.objective import cannot_be_less
from scheduler.planning.alone import BestAlone
from scheduler.planning.cluster import MOST, CachedModel, CachedModels, Cluster, ClusterModel, members_of, rounded_up
from scheduler.planning.incumbent import Incumbent
from scheduler.solver.engine import Run, Settings, Stop
from scheduler.solver.lexicographic import Together
from scheduler.solver.shrink import shrunk


class _Share(Enum):
    """How much of the targets before a cluster may have, where the plan does not give everybody their least."""

    OF_THE_PLAN = "as much as it has"
    POSSIBLE = "as much as the sum leaves it if the others have their least"


OnStep = Callable[[str, int, int], None]


class ClusterSearch:
    """Everybody, in clusters, beside others who are ``held``.

    ``assignments`` is a plan at any time, and never gets worse at a target that is settled.

    ``bounds``: what else is known to bound a target, given the least at the targets before. Floors (``min_places``) are
    looked at only where everybody is planned together; the bounds hold with them as well.

    ``least_worst``: per level a share that somebody outside has at least.

    After a target whose sum is proved, though not every cluster has its least, it goes on, and ``to_the_end`` after any
    target. From there on the plan's own shares are kept while later targets are improved, and a bound of a later target
    lets a cluster have as much of that one as the sum leaves it (its ``slack``), since others might have had the less.
    """

    def __init__(
        self,
        instance: Instance,
        alone: Mapping[str, BestAlone],
        assignments: Mapping[str, Assignment],
        settings: Settings,
        stop: Stop,
        on_step: OnStep = lambda *_: None,
        held: Occupancy | None = None,
        bounds: Proofs | None = None,
        to_the_end: bool = False,
        least_worst: Mapping[str, int] | None = None,
    ) -> None:
        self.instance = instance
        self.clusters = [Cluster((candidate_id,)) for candidate_id in assignments]
        self.proofs = Proofs(n_movers=len(assignments))
        self._alone = alone
        self._settings = settings
        self._limits = settings.limits
        self._stop = stop
        self._on_step = on_step
        self._held = held or Occupancy(instance)
        self._plan = Incumbent(instance, assignments, self._held)
        self._bounds = bounds or Proofs()
        self._to_the_end = to_the_end
        self._least_worst = least_worst or {}
        self._worst: dict[str, int] = {}
        self._slack: dict[str, int] = {}
        self._trail: list[Target] = []
        self._n_steps = 0
        self._cached_models = CachedModels(instance, self._held, settings.limits.kept_models)

    @property
    def assignments(self) -> dict[str, Assignment]:
        """The plan."""
        return self._plan.assignments

    @property
    def _too_many(self) -> bool:
        """For a model of everybody."""
        return len(self.assignments) > self._limits.one_model_members

    def settle(self, targets: Sequence[Target]) -> None:
        """Target by target, up to the first that cannot be proved, or ``to_the_end``."""
        self._n_steps = len(targets)
        for number, target in enumerate(targets):
            if self._stop.over and len(self.proofs):
                self._tell_bounds(targets[number:])
                return
            self._prepare(target)
            self._settle(target)
            proof = self._note(target, self._bound(target))
            if not all(self._has(cluster, target) for cluster in self.clusters):
                if not (self._to_the_end or proof.closed):
                    return
                self._go_on_as_it_is(target)
            self._trail.append(target)

    def _tell_bounds(self, targets: Sequence[Target]) -> None:
        """Without time for more: what is known of the targets to come, as long as those before are proved."""
        for target in targets:
            known = self._known(target)
            if known is None:
                return
            self._note(target, known)

    def _note(self, target: Target, bound: int) -> Proof:
        """What is proved at a target: of all plans with no more than this one at the targets before."""
        proof = Proof(target, bound, self._value(target), Given.NO_MORE)
        self.proofs = self.proofs.and_then(proof)
        self._on_step(target.name, self._value(target), bound)
        return proof

    def _go_on_as_it_is(self, target: Target) -> None:
        if target.worst:
            self._worst[target.level] = self._value(target)
        else:
            self._slack[target.level] = self._value(target) - self._sum_of_leasts(target)

    @property
    def together(self) -> Together:
        """Per level, what clusters of several have together at least."""
        several = [cluster for cluster in self.clusters if len(cluster.members) > 1]
        levels = dict.fromkeys(proof.target.level for proof in self.proofs)
        return {
            level: {cluster.members: cluster.least[level] for cluster in several if level in cluster.least}
            for level in levels
        }

    @property
    def proved(self) -> bool:
        """Whether nothing better exists on any level."""
        return len(self._trail) == self._n_steps and self.proofs.closed

    # --- what a target is worth --------------------------------------------------------------------------------------

    def _prepare(self, target: Target) -> None:
        """Find every cluster's least at the target."""
        if target.worst:
            own = max((self._least(cluster, target) for cluster in self.clusters), default=0)
            self._worst[target.level] = max(own, self._least_worst.get(target.level, 0))
            return
        # after a target with slack nobody's own best of later targets is known
        asked = [
            cluster
            for cluster in self.clusters
            if target.level not in cluster.least or (self._slack and len(cluster.members) == 1)
        ]
        with ThreadPoolExecutor(max_workers=min(self._settings.workers, os.cpu_count() or 1)) as pool:
            for cluster, least in zip(asked, pool.map(partial(self._least, target=target), asked), strict=True):
                cluster.least[target.level] = least

    def _least(self, cluster: Cluster, target: Target, at_least: int | None = None) -> int:
        """The cluster's least when it has its least at every target before; a bound if time ran out."""
        if len(cluster.members) == 1:
            best = self._alone[cluster.members[0]].totals[target.level]
            if not self._slack or cannot_be_less(target.level, best):
                return best
        model = self._model([cluster], self._held, _Share.POSSIBLE)
        model.minimise(target, at_least)
        outcome, _ = model.run(self._settings, self._stop, self._limits.cluster_effort)
        assert not outcome.infeasible, "a cluster has a plan: the incumbent"
        return max(rounded_up(max(outcome.bound, -MOST)), -MOST if at_least is None else at_least)

    def _bound(self, target: Target) -> int:
        own = self._worst[target.level] if target.worst else self._sum_of_leasts(target)
        known = self._known(target)
        return own if known is None else max(own, known)

    def _known(self, target: Target) -> int | None:
        """What was proved elsewhere, of plans that have at the targets before just what was thought the least there."""
        for proof in self._bounds:
            if proof.target == target:
                return proof.bound
            mine = self.proofs.of(proof.target)
            if mine is None or not mine.closed or mine.bound > proof.bound:
                break
        return None

    def _sum_of_leasts(self, target: Target) -> int:
        return sum(cluster.least[target.level] for cluster in self.clusters)

    def _value(self, target: Target) -> int:
        shares = self._plan.shares(target.level)
        return max([self._least_worst.get(target.level, 0), *shares]) if target.worst else sum(shares)

    def _has(self, cluster: Cluster, target: Target) -> bool:
        """Whether the plan gives the cluster its least at the target."""
        return self._now(cluster, target) <= (
            self._worst[target.level] if target.worst else cluster.least[target.level]
        )

    def _now(self, cluster: Cluster, target: Target) -> int:
        shares = self._plan.shares(target.level, cluster.members)
        return max(shares, default=0) if target.worst else sum(shares)

    # --- giving every cluster its least ------------------------------------------------------------------------------

    def _settle(self, target: Target) -> None:
        """One cluster after another; then everybody at once; then, if that cannot be, whoever is in whose way.

        (Who is in whose way takes longer to find out than to plan a few dozen at once.)
        """
        tried: set[Cluster] = set()
        stuck: set[Cluster] = set()
        all_asked = False
        until = self._stop.worth(self._effort_for(target)) if self._to_the_end else self._stop
        # with their leasts clusters keep better bounds of later targets
        patience = self._stop.worth(self._limits.patience_effort)
        while not until.over:
            if (self._to_the_end or patience.over) and self._value(target) <= self._bound(target):
                return
            waiting = [cluster for cluster in self.clusters if not self._has(cluster, target) and cluster not in stuck]
            cluster = min(
                waiting, key=lambda each_cluster: (each_cluster in tried, len(each_cluster.members)), default=None
            )
            if cluster is None:
                return
            if cluster not in tried:
                tried.add(cluster)
                may_grow = self._too_many and len(cluster.members) <= self._limits.small_model_members
                self._join(cluster, target, len(cluster.members) + may_grow)
            elif not all_asked:
                all_asked = not self._give_all(target)
            elif self._join(cluster, target, self._limits.freed_members):
                all_asked = False
            else:
                stuck.add(cluster)

    def _effort_for(self, target: Target) -> float:
        """With no model of everybody to come, most of it is for the levels that matter most."""
        levels = list(dict.fromkeys(proof.target.level for proof in self.proofs))
        place = levels.index(target.level) if target.level in levels else len(levels)
        limits, deciding = self._limits, place < self._limits.deciding_levels
        return len(self.assignments) * (limits.deciding_effort_each if deciding else limits.later_effort_each)

    def _join(self, cluster: Cluster, target: Target, most: int) -> bool:
        """Let the cluster have its least beside all the others; or by moving those in its way as well (up to so many
        members in all), or by making one cluster of them all.
        """
        freed = [cluster]
        while True:
            outcome, moved = self._replan(freed, target, self._plan.beside(members_of(freed)))
            self._plan.take(moved)
            if moved or not outcome.infeasible or len(members_of(freed)) >= most:
                return bool(moved)
            blockers = self._blockers(freed, target)
            if not blockers:
                return False
            freed += blockers
            core = self._core(freed, target)
            if core:
                return self._merge(core, target)

    def _give_all(self, target: Target) -> bool:
        """Everybody's least at once, if they are not too many for one model; or one cluster of those who cannot have
        it.

        Whether either came about.
        """
        if self._too_many:
            return False
        model = self._model(self.clusters, self._held, _Share.OF_THE_PLAN)
        for cluster in self.clusters:
            self._hold(model, cluster, target)
        model.hint(self.assignments)
        limits, proved = self._limits, self._value(target) <= self._bound(target)
        effort = limits.patience_effort if proved else limits.cluster_effort
        outcome, assignments = model.run(self._settings, self._stop, effort)
        self._plan.take(assignments)
        if not outcome.infeasible:
            return all(self._has(cluster, target) for cluster in self.clusters)
        return self._merge(self._core(self.clusters, target) or self.clusters, target)

    def _replan(self, freed: Sequence[Cluster], target: Target, held: Occupancy) -> tuple[Run, dict[str, Assignment]]:
        """The first of the freed has its least beside the held; the others of them no more than now."""
        model = self._model(freed, held, _Share.OF_THE_PLAN)
        self._hold(model, freed[0], target)
        for cluster in freed[1:]:
            if self._has(cluster, target):
                self._hold(model, cluster, target)
            else:
                model.hold(cluster, target, self._now(cluster, target))
        if len(freed) > 1:
            model.hint(self.assignments)
        return self._run(model)

    def _core(self, clusters: Sequence[Cluster], target: Target) -> list[Cluster]:
        """Some of the clusters who could not all have their least even if they were the only ones; none if not
        found."""
        model = self._all_with(clusters, target, assuming=True)
        return model.blamed(self._run(model)[0])

    def _surely(self, core: Sequence[Cluster], target: Target) -> bool:
        """Whether it is so without assumptions, too: the solver has been wrong about them (or-tools #4109, #5141)."""
        return self._run(self._all_with(core, target))[0].infeasible

    def _all_with(self, clusters: Sequence[Cluster], target: Target, assuming: bool = False) -> ClusterModel:
        model = self._model(clusters, self._held, _Share.POSSIBLE, assuming)
        for cluster in clusters:
            self._hold(model, cluster, target)
        return model

    def _blockers(self, freed: Sequence[Cluster], target: Target) -> list[Cluster]:
        """A smallest set of others beside whom the first of the freed cannot have its least; empty if not found."""

        def impossible(others: Collection[Cluster]) -> bool:
            if not others:  # with nobody in its way it can
                return False
            dropped = [cluster for cluster in self.clusters if cluster not in freed and cluster not in others]
            return self._replan(freed, target, self._plan.beside(members_of([*freed, *dropped])))[0].infeasible

        others = [cluster for cluster in self.clusters if cluster not in freed]
        stop = self._stop.worth(self._limits.blocker_effort)  # after that any set that is not too large will do
        blocking, _ = shrunk(
            others, impossible, lambda left: (stop.over and len(left) <= self._limits.freed_members) or self._stop.over
        )
        return [] if self._stop.over else blocking

    def _merge(self, clusters: list[Cluster], target: Target) -> bool:
        """Make one cluster of those who cannot all have their least, as few of them as show it; False if too many."""
        stop = self._stop.worth(self._limits.core_effort)

        def enough(left: Sequence[Cluster]) -> bool:
            small = len(members_of(left)) <= self._limits.cluster_members
            return len(left) <= 2 or (stop.over and small) or self._stop.over

        core, _ = shrunk(clusters, lambda rest: self._core(rest, target), enough)
        merged = Cluster(tuple(members_of(core)))
        if len(merged.members) > self._limits.cluster_members or not self._surely(core, target):
            return False
        merged.least = {level: sum(cluster.least[level] for cluster in core) for level in core[0].least}
        if target.worst:
            self._worst[target.level] = max(self._worst[target.level] + 1, self._least(merged, target))
        else:
            merged.least[target.level] = self._least(merged, target, merged.least[target.level] + 1)
        self.clusters = [each_cluster for each_cluster in self.clusters if each_cluster not in core] + [merged]
        return True

    # --- models ----------------------------------------------------------------------------------------------------

    def _model(
        self, clusters: Sequence[Cluster], held: Occupancy, share: _Share, assuming: bool = False
    ) -> ClusterModel:
        """The clusters with no more of every target before than they have, or than they could."""
        members = members_of(clusters)
        cached = self._cached_models.of(members) if held is self._held else CachedModel(self.instance, members, held)
        model = ClusterModel(cached, clusters, assuming)
        for target in self._trail:
            for cluster in clusters:
                slack = 0 if target.worst else self._slack.get(target.level, 0)
                if not slack:
                    self._hold(model, cluster, target)
                elif share is _Share.OF_THE_PLAN:
                    model.hold(cluster, target, self._now(cluster, target))
                else:
                    model.hold(cluster, target, cluster.least[target.level] + slack)
        return model

    def _hold(self, model: ClusterModel, cluster: Cluster, target: Target) -> None:
        model.hold(cluster, target, self._worst[target.level] if target.worst else cluster.least[target.level])

    def _run(self, model: ClusterModel) -> tuple[Run, dict[str, Assignment]]:
        return model.run(self._settings, self._stop, self._limits.query_effort)
