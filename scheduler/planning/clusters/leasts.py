"""What every cluster can have at least, beside what the plan at hand gives it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial

from scheduler.accounting.fairness import largest_mean, most_months
from scheduler.accounting.proof import Given, Proof, Proofs, Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.objective import cannot_be_less, level_ids, target_of
from scheduler.planning.assemble import totals_of
from scheduler.planning.clusters.incumbent import Incumbent
from scheduler.planning.clusters.models import MOST, CachedModel, CachedModels, Cluster, ClusterModel, members_of
from scheduler.planning.own_best import BestAlone
from scheduler.planning.state import State
from scheduler.solver.engine import Run, Settings, Stop, rounded_up


class Share(Enum):
    """How much of the targets before a cluster may have, where the plan does not give everybody their least."""

    OF_THE_PLAN = "as much as it has"
    POSSIBLE = "as much as the sum leaves it if the others have their least"


class Leasts:
    """The clusters of a state's free candidates, the plan at hand, and what is proved of it target by target.

    Values and bounds are in the solver's units, smaller is better.
    """

    def __init__(self, state: State, settings: Settings, stop: Stop) -> None:
        assert state.plan is not None, "clusters begin from a plan"
        task = state.task
        self.clusters = [Cluster((candidate_id,)) for candidate_id in state.plan.assignments]
        self.plan = Incumbent(task.instance, state.plan.assignments, task.held)
        self.proofs = Proofs(n_movers=len(state.plan.assignments))
        self.stop = stop
        self.limits = settings.limits
        self._settings = settings
        self._instance = task.instance
        self._task = task
        self._held = task.held
        self._alone = state.alone
        self._bounds = state.known
        self._least_worst = {
            share: max(task.outside.least_worst.get(share, 0), task.kept_worst.get(share, 0))
            for share in task.outside.least_worst.keys() | task.kept_worst.keys()
        }
        self._worst: dict[str, int] = {}
        self._proved_worst: dict[str, int] = {}
        self._slack: dict[str, int] = {}
        self._least_of_all: dict[Target, int] = {}
        self._trail: list[Target] = []
        self._apart: Target | None = None
        self._largest_mean = 0
        self._cached_models = CachedModels(task.instance, task.held, settings.limits.kept_models)

    # --- what a target is worth --------------------------------------------------------------------------------------

    def prepare(self, target: Target) -> None:
        """Find the least of every cluster at the target, several clusters side by side."""
        if target.joint:  # no cluster has one
            return
        if target.worst:
            self._proved_worst[target.level] = self._cannot_be_less(target)
            self._worst[target.level] = max(self._proved_worst[target.level], self._elsewhere(target))
            self._apart = target if target.apart else self._apart
            return
        # after a target with slack nobody's own best of later targets is known
        asked = [
            cluster
            for cluster in self.clusters
            if target.level not in cluster.least or (self._slack and len(cluster.members) == 1)
        ]
        with ThreadPoolExecutor(max_workers=min(self._settings.workers, os.cpu_count() or 1)) as pool:
            for cluster, least in zip(asked, pool.map(partial(self.least, target=target), asked), strict=True):
                cluster.least[target.level] = least

    def _cannot_be_less(self, target: Target) -> int:
        """The largest least of a cluster; those who have no more than that, or less than somebody elsewhere, need not
        be asked."""
        largest = 0
        for cluster in sorted(self.clusters, key=lambda cluster: self.now(cluster, target), reverse=True):
            if self.now(cluster, target) <= largest or self.now(cluster, target) < self._elsewhere(target):
                break
            largest = max(largest, self.least(cluster, target))
        return largest

    def least(self, cluster: Cluster, target: Target, at_least: int | None = None) -> int:
        """The least that the cluster can have at the target when it has its least at every target before.

        A lower bound of that if time ran out. ``at_least``: what is known of it already.
        """
        if len(cluster.members) == 1 and not target.apart:
            own_best = self._alone[cluster.members[0]]
            best = own_best.totals[target.level]
            too_little = at_least is not None and best < at_least  # some settled target has cost it the own best
            if not too_little and (
                cannot_be_less(target.level, best) or not (self._slack or self._has_too_much(own_best))
            ):
                return best
        model = self.model([cluster], Share.POSSIBLE, with_shares=target.apart)
        model.minimise(target, at_least)
        outcome, _ = model.run(self._settings, self.stop, self.limits.cluster_effort)
        assert not outcome.infeasible, "a cluster has a plan: the incumbent"
        return max(rounded_up(max(outcome.bound, -MOST)), -MOST if at_least is None else at_least)

    def _has_too_much(self, own_best: BestAlone) -> bool:
        """Whether the best plan alone has more of a largest share, apart from the sums, than is left: it was not held
        there."""
        apart = self._apart
        if apart is None or own_best.assignment is None or own_best.totals[apart.level] <= self._worst[apart.level]:
            return False
        return totals_of(self._instance, own_best.assignment)[apart.share] > self._worst[apart.level]

    def bound(self, target: Target) -> int:
        """What is proved of the target for all candidates together."""
        if target.joint:
            own = largest_mean(self._instance, self.delays_of_others([]))
        else:
            own = self._proved_worst[target.level] if target.worst else self._sum_of_leasts(target)
        known = self.known(target)
        return max(own, own if known is None else known, self._least_of_all.get(target, own))

    def enough(self, target: Target) -> int:
        """With no more than that nobody gains by less: it is proved, or somebody elsewhere has as much."""
        return max(self.bound(target), self._elsewhere(target)) if target.largest else self.bound(target)

    def _elsewhere(self, target: Target) -> int:
        return self._least_worst.get(target.share, 0) if target.largest else 0

    def known(self, target: Target) -> int | None:
        """The target's bound from elsewhere; None if there is none, or if it speaks of other plans than those searched
        here.

        A bound from elsewhere is given what was thought the least at the targets before; it counts only while that is
        so.
        """
        for proof in self._bounds:
            if proof.target == target:
                return proof.bound
            mine = self.proofs.of(proof.target)
            if mine is None or not mine.closed or mine.bound > proof.bound:
                break
        return None

    def _sum_of_leasts(self, target: Target) -> int:
        return sum(cluster.least[target.level] for cluster in self.clusters)

    def value(self, target: Target) -> int:
        """What the plan at hand has at the target."""
        if target.joint:
            delays = dict(zip(self.plan.assignments, self.plan.shares(target, self.plan.assignments), strict=True))
            return max(self._elsewhere(target), self._task.largest_mean(delays))
        shares = self.plan.shares(target)
        return max([self._elsewhere(target), *shares]) if target.worst else sum(shares)

    def has(self, cluster: Cluster, target: Target) -> bool:
        """Whether the plan gives the cluster its least at the target; all of them at once where none has one."""
        if target.joint:
            return self.value(target) <= self.enough(target)
        return self.now(cluster, target) <= (self._worst[target.level] if target.worst else cluster.least[target.level])

    def now(self, cluster: Cluster, target: Target) -> int:
        """What the plan at hand gives the cluster at the target."""
        shares = self.plan.shares(target, cluster.members)
        return max(shares, default=0) if target.worst else sum(shares)

    # --- what is settled ---------------------------------------------------------------------------------------------

    def note(self, target: Target, bound: int) -> Proof:
        """Add the target's bound to the proofs: it holds for all plans with no more than this one at the targets
        before.
        """
        proof = Proof(target, bound, self.value(target), Given.NO_MORE, self._elsewhere(target))
        self.proofs = self.proofs.and_then(proof)
        return proof

    def hold_from_now_on(self, target: Target) -> None:
        """Settle the target: from here on only plans are looked at that have no more of it than its least, or, where
        the plan at hand has more than that, than the plan has.
        """
        if target.joint:
            self._largest_mean = self.value(target)
        elif not all(self.has(cluster, target) for cluster in self.clusters):
            if target.worst:
                self._worst[target.level] = self.value(target)
            else:
                self._slack[target.level] = self.value(target) - self._sum_of_leasts(target)
        self._trail.append(target)

    @property
    def n_settled(self) -> int:
        """Targets that have been looked at to the end."""
        return len(self._trail)

    def note_least_of_all(self, target: Target, bound: int) -> None:
        """All together have no less of the target than this, whoever of them has it."""
        self._least_of_all[target] = bound

    def become_one(self, core: Sequence[Cluster], target: Target) -> None:
        """Make one cluster of those who cannot all have their least at the target, and find its least."""
        merged = Cluster(tuple(members_of(core)))
        merged.least = {level: sum(cluster.least[level] for cluster in core) for level in core[0].least}
        if target.worst:
            self._worst[target.level] = max(self._worst[target.level] + 1, self.least(merged, target))
            self._proved_worst[target.level] = self._worst[target.level]
        else:
            merged.least[target.level] = self.least(merged, target, merged.least[target.level] + 1)
        self.clusters = [each_cluster for each_cluster in self.clusters if each_cluster not in core] + [merged]

    def model_of_all(self) -> ClusterModel:
        """A model of everybody, in which all together have no more of what is settled than the plan has."""
        return self.model_beside(self.clusters)

    def model_beside(self, clusters: Sequence[Cluster]) -> ClusterModel:
        """A model of these, all others staying as they are, in which they have together no more of what is settled than
        the plan gives them."""
        others = [cluster for cluster in self.clusters if cluster not in clusters]
        model = self.model(clusters, Share.POSSIBLE, self.plan.beside(members_of(clusters)) if others else None)
        for target in self._trail:
            if not target.largest and self._slack.get(target.level, 0):
                model.hold_together(target, sum(self.now(cluster, target) for cluster in clusters))
        return model

    # --- what municipalities wait ------------------------------------------------------------------------------------

    def delays_of_others(self, clusters: Collection[Cluster], beside: Occupancy | None = None) -> Counter[str]:
        """Months of delay by municipality of all who are in none of these clusters, at least.

        It is their members that count: they may be about to become one.

        Who stays as in the plan ``beside`` them waits as long as there, and who is kept or elsewhere as is known.
        """
        found = Counter(self._task.delays_elsewhere)
        staying = frozenset() if beside is None else beside.assignments.keys()
        asked = frozenset(members_of(clusters))
        for cluster in self.clusters:
            if not asked.isdisjoint(cluster.members):
                continue
            if staying.isdisjoint(cluster.members):
                found.update(self._least_delays(cluster))
            else:
                found.update(self._delays_now(cluster))
        return found

    def delay_now(self, cluster: Cluster) -> int:
        """Months that its members wait in the plan at hand."""
        return sum(self.plan.shares(target_of("fairness"), cluster.members))

    def _delays_now(self, cluster: Cluster) -> Counter[str]:
        return self._by_municipality(cluster, self.plan.shares(target_of("fairness"), cluster.members))

    def _least_delays(self, cluster: Cluster) -> Counter[str]:
        """What a cluster of one municipality waits at least; of several, what everybody waits alone."""
        municipalities = self.municipalities(cluster)
        levels = level_ids(self._instance)
        if len(municipalities) == 1 and target_of("delay") in self._trail:
            return Counter({municipality: cluster.least["delay"] for municipality in municipalities if municipality})
        if levels[0] != "delay":  # there may be more to gain alone by waiting
            return Counter()
        return self._by_municipality(cluster, [self._alone[member].totals["delay"] for member in cluster.members])

    def _by_municipality(self, cluster: Cluster, delays: Iterable[int]) -> Counter[str]:
        found: Counter[str] = Counter()
        for candidate_id, months in zip(cluster.members, delays, strict=True):
            municipality = self._instance.candidates[candidate_id].municipality
            if municipality is not None:
                found[municipality] += months
        return found

    def municipalities(self, cluster: Cluster) -> set[str | None]:
        """Where its members belong; None: nowhere."""
        return {self._instance.candidates[candidate_id].municipality for candidate_id in cluster.members}

    def _most_delays(self, clusters: Collection[Cluster], beside: Occupancy | None) -> dict[str, int]:
        """What the others leave the members of these clusters, by municipality."""
        others = self.delays_of_others(clusters, beside)
        return {
            municipality: most_months(self._instance, municipality, self._largest_mean) - others[municipality]
            for municipality in self._instance.municipalities
        }

    # --- models ------------------------------------------------------------------------------------------------------

    def model(
        self,
        clusters: Sequence[Cluster],
        share: Share,
        beside: Occupancy | None = None,
        assuming: bool = False,
        with_shares: bool = False,
    ) -> ClusterModel:
        """A model of the clusters, alone or ``beside`` others, in which they have no more than ``share`` says at every
        target that is settled.

        ``assuming``: what a cluster is held to becomes an assumption, so that the search can name those who conflict.
        """
        members = members_of(clusters)
        shares = frozenset(members if with_shares else self._to_be_held_apart(clusters))
        if beside is None:
            cached = self._cached_models.of(members, shares)
        else:
            cached = CachedModel(self._instance, members, beside, shares)
        model = ClusterModel(cached, clusters, assuming)
        for target in self._trail:
            if target.joint:
                model.hold_municipalities(self._most_delays(clusters, beside))
                continue
            for cluster in clusters:
                slack = 0 if target.worst else self._slack.get(target.level, 0)
                if not slack:
                    self.hold(model, cluster, target)
                elif share is Share.OF_THE_PLAN:
                    model.hold(cluster, target, self.now(cluster, target))
                else:
                    model.hold(cluster, target, cluster.least[target.level] + slack)
        return model

    def _to_be_held_apart(self, clusters: Sequence[Cluster]) -> Iterator[str]:
        """Those who, as far as the sums go, may have more of a largest share, apart from the sums, than is left."""
        apart = self._apart
        if apart is None:
            return
        for cluster in clusters:
            own = {member: self._alone[member].totals[apart.level] for member in cluster.members}
            others_have = sum(own.values()) if self._all_at_own_best(cluster, apart) else 0
            for member in cluster.members:
                most = cluster.least[apart.level] + self._slack.get(apart.level, 0)  # the others have their least
                if most - max(others_have - own[member], 0) > self._worst[apart.level]:
                    yield member

    def _all_at_own_best(self, cluster: Cluster, target: Target) -> bool:
        """Whether each member has the own best at every level before the target: no less is possible there then."""
        levels = list(dict.fromkeys(earlier.level for earlier in self._trail if not earlier.joint))
        before = levels[: levels.index(target.level)] if target.level in levels else levels
        return not any(self._slack.get(level, 0) for level in before) and all(
            cluster.least[level] == sum(self._alone[member].totals[level] for member in cluster.members)
            for level in before
        )

    def hold(self, model: ClusterModel, cluster: Cluster, target: Target) -> None:
        """Demand in the model that the cluster has its least at the target."""
        model.hold(cluster, target, self._worst[target.level] if target.worst else cluster.least[target.level])

    def run(self, model: ClusterModel, effort: float | None = None) -> tuple[Run, dict[str, Assignment]]:
        """Search the model; return the outcome and the assignments, which are empty without a solution."""
        return model.run(self._settings, self.stop, self.limits.query_effort if effort is None else effort)
