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

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scheduler.accounting.proof import Proof, Proofs, Target
from scheduler.instance.assignment import Assignment
from scheduler.objective import shapes
from scheduler.plan import FoundBy
from scheduler.planning.clusters.leasts import Leasts
from scheduler.planning.clusters.models import Cluster
from scheduler.planning.clusters.moves import Moves
from scheduler.planning.procedure import Budget
from scheduler.planning.state import Found, State
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.lexicographic import Together

OnStep = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Only those in each other's way are planned together."""

    def applies(self, state: State) -> bool:
        """Whether there is a plan, and everybody's own best is proved."""
        return state.plan is not None and state.alone_proved

    def improve(self, state: State, budget: Budget) -> State:
        """The state with a better plan, if one was found, and with what is proved of it.

        Where no other procedure follows, the search goes on to the last target even if an earlier one stays open.
        """
        floors = state.task.instance.has_floors  # a plan that does not look at them is none yet, and has no figures
        heard: OnStep = (lambda *_: None) if floors else budget.heard
        search = ClusterSearch(state, budget.settings, budget.stop, heard, to_the_end=not state.task.exact)
        search.settle(state.task.targets)
        found = Found(search.assignments, FoundBy.CLUSTERS, search.proofs)
        return replace(state, known=search.proofs, together=search.together).improved(found)


class ClusterSearch:
    """Everybody free in clusters, beside the kept ones. Floors (``min_places``) are looked at only where everybody is
    planned together; the bounds hold with them as well.

    ``assignments`` is a plan at any time, and never gets worse at a target that is settled.

    After a target whose sum is proved, though not every cluster has its least, it goes on, and ``to_the_end`` after any
    target. From there on the plan's own shares are kept while later targets are improved, and a bound of a later target
    lets a cluster have as much of that one as the sum leaves it (its ``slack``), since others might have had the less.
    """

    def __init__(
        self,
        state: State,
        settings: Settings,
        stop: Stop,
        on_step: OnStep = lambda *_: None,
        to_the_end: bool = False,
    ) -> None:
        self._leasts = Leasts(state, settings, stop)
        self._moves = Moves(self._leasts)
        self._limits = settings.limits
        self._stop = stop
        self._on_step = on_step
        self._to_the_end = to_the_end
        self._n_steps = 0

    @property
    def assignments(self) -> dict[str, Assignment]:
        """The plan."""
        return self._leasts.plan.assignments

    @property
    def clusters(self) -> list[Cluster]:
        """Who is planned together."""
        return self._leasts.clusters

    @property
    def proofs(self) -> Proofs:
        """What is proved of the plan."""
        return self._leasts.proofs

    def settle(self, targets: Sequence[Target]) -> None:
        """Improve and prove target after target, up to the first that cannot be proved, unless ``to_the_end``."""
        leasts, self._n_steps = self._leasts, len(targets)
        for number, target in enumerate(targets):
            if self._stop.over and len(leasts.proofs):
                self._tell_bounds(targets[number:])
                return
            leasts.prepare(target)
            self._settle(target)
            proof = self._note(target, leasts.bound(target))
            whole = all(leasts.has(cluster, target) for cluster in leasts.clusters)
            if not (whole or self._to_the_end or proof.closed):
                return
            leasts.hold_from_now_on(target)

    def _tell_bounds(self, targets: Sequence[Target]) -> None:
        """Without time for more: what is known of the targets to come, as long as those before are proved."""
        for target in targets:
            known = self._leasts.known(target)
            if known is None:
                return
            self._note(target, known)

    def _note(self, target: Target, bound: int) -> Proof:
        proof = self._leasts.note(target, bound)
        self._on_step(target.name, self._leasts.value(target), bound)
        return proof

    @property
    def together(self) -> Together:
        """Per level, the least that the members of each cluster of several have together."""
        several = [cluster for cluster in self.clusters if len(cluster.members) > 1]
        levels = dict.fromkeys(proof.target.level for proof in self.proofs)
        return {
            level: {cluster.members: cluster.least[level] for cluster in several if level in cluster.least}
            for level in levels
        }

    @property
    def proved(self) -> bool:
        """Whether nothing better exists on any level."""
        return self._leasts.n_settled == self._n_steps and self.proofs.closed

    # --- giving every cluster its least ------------------------------------------------------------------------------

    def _settle(self, target: Target) -> None:
        """Give every cluster its least at the target: one after another, then all in one model, then by freeing those
        in the way.

        (Finding out who is in whose way takes longer than planning a few dozen candidates at once.) Of a level that
        only counts what the blocks come to, the least of all together is asked for before that, and is enough.
        """
        leasts, moves, limits = self._leasts, self._moves, self._limits
        if target.joint:
            moves.fairest(target)
            return
        tried: set[Cluster] = set()
        stuck: set[Cluster] = set()
        all_asked, asked_together = False, shapes(target.level) or self._to_the_end
        until = self._stop.worth(self._effort_for(target)) if self._to_the_end else self._stop
        if not shapes(target.level):
            until = until.worth(limits.figures_effort)
        # with their leasts clusters keep better bounds of later targets
        patience = self._stop.worth(limits.patience_effort)
        while not until.over:
            impatient = self._to_the_end or patience.over or not shapes(target.level)
            if impatient and leasts.value(target) <= leasts.enough(target):
                return
            waiting = (each for each in leasts.clusters if each not in stuck and not leasts.has(each, target))
            cluster = min(waiting, key=lambda waits: (waits in tried, len(waits.members)), default=None)
            if cluster is None:
                return
            if cluster not in tried:
                tried.add(cluster)
                may_grow = moves.too_many and len(cluster.members) <= limits.small_model_members
                moves.join(cluster, target, len(cluster.members) + may_grow)
            elif not asked_together:
                moves.least_of_all(target)
                asked_together = True
            elif not all_asked:
                all_asked = not moves.give_all(target)
            elif moves.join(cluster, target, limits.freed_members):
                all_asked = False
            else:
                stuck.add(cluster)

    def _effort_for(self, target: Target) -> float:
        """With no model of everybody to come, most of it is for the levels that matter most."""
        levels = list(dict.fromkeys(proof.target.level for proof in self.proofs))
        place = levels.index(target.level) if target.level in levels else len(levels)
        limits, deciding = self._limits, place < self._limits.deciding_levels
        return len(self.assignments) * (limits.deciding_effort_each if deciding else limits.later_effort_each)
