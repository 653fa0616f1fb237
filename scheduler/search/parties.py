"""Step by step to the best plan of all, by planning together only those who stand in each other's way.

Everybody's own best is a bound. A plan in which all have their own best at once is therefore the best plan; and where
that cannot be, it is a few candidates who want the same places. They become a *party*, planned together exactly, and
what the party can have together is the new bound. So parties grow only as far as the competition for places does, and
the models stay small however many candidates there are ("independence detection", T. Standley, AAAI 2010).

A *target* is a level's sum, or the share of the worst off (``proof``). Once it is settled, the plan gives every party
its least there, given its least at every target before; so the sum over parties is proved. Where a target cannot be
settled like that (a party grows too large, time runs out), its sum is still a bound, and the plan is still valid.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial

from scheduler.draft import Draft
from scheduler.instance.types import Instance
from scheduler.objective import cannot_be_less
from scheduler.occupancy import Occupancy
from scheduler.proof import Given, Proof, Proofs, Target
from scheduler.search.at_hand import AtHand
from scheduler.search.construct import Single
from scheduler.search.engine import Run, Settings, Stop
from scheduler.search.levels import Together
from scheduler.search.party import MOST, Party, PartyModel, Scene, Scenes, members_of, rounded_up
from scheduler.search.shrink import shrunk


class _Share(Enum):
    """How much of the targets before a party may have, where the plan does not give everybody their least."""

    OF_THE_PLAN = "as much as it has"
    POSSIBLE = "as much as the sum leaves it if the others have their least"


OnStep = Callable[[str, int, int], None]


class Parties:
    """Everybody, in parties, beside others who are ``held``.

    ``drafts`` is a plan at any time, and never gets worse at a target that is settled.

    ``bounds``: what else is known to bound a target, given the least at the targets before. Floors (``min_places``) are
    looked at only where everybody is planned together; the bounds hold with them as well.

    ``least_worst``: per level a share that somebody outside has at least.

    After a target whose sum is proved, though not every party has its least, it goes on, and ``to_the_end`` after any
    target. From there on the plan's own shares are kept while later targets are improved, and a bound of a later target
    lets a party have as much of that one as the sum leaves it (its ``slack``), since others might have had the less.
    """

    def __init__(
        self,
        instance: Instance,
        alone: Mapping[str, Single],
        drafts: Mapping[str, Draft],
        settings: Settings,
        stop: Stop,
        on_step: OnStep = lambda *_: None,
        held: Occupancy | None = None,
        bounds: Proofs | None = None,
        to_the_end: bool = False,
        least_worst: Mapping[str, int] | None = None,
    ) -> None:
        self.instance = instance
        self.parties = [Party((one,)) for one in drafts]
        self.proofs = Proofs(n_movers=len(drafts))
        self._alone = alone
        self._settings = settings
        self._limits = settings.limits
        self._stop = stop
        self._on_step = on_step
        self._held = held or Occupancy(instance)
        self._plan = AtHand(instance, drafts, self._held)
        self._bounds = bounds or Proofs()
        self._to_the_end = to_the_end
        self._least_worst = least_worst or {}
        self._worst: dict[str, int] = {}
        self._slack: dict[str, int] = {}
        self._trail: list[Target] = []
        self._n_steps = 0
        self._scenes = Scenes(instance, self._held, settings.limits.kept_models)

    @property
    def drafts(self) -> dict[str, Draft]:
        """The plan."""
        return self._plan.drafts

    @property
    def _too_many(self) -> bool:
        """For a model of everybody."""
        return len(self.drafts) > self._limits.one_model_members

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
            if not all(self._has(party, target) for party in self.parties):
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
        """Per level, what parties of several have together at least."""
        several = [party for party in self.parties if len(party.members) > 1]
        levels = dict.fromkeys(proof.target.level for proof in self.proofs)
        return {
            level: {party.members: party.least[level] for party in several if level in party.least} for level in levels
        }

    @property
    def proved(self) -> bool:
        """Whether nothing better exists on any level."""
        return len(self._trail) == self._n_steps and self.proofs.closed

    # --- what a target is worth --------------------------------------------------------------------------------------

    def _prepare(self, target: Target) -> None:
        """Find every party's least at the target."""
        if target.worst:
            own = max((self._least(party, target) for party in self.parties), default=0)
            self._worst[target.level] = max(own, self._least_worst.get(target.level, 0))
            return
        # after a target with slack nobody's own best of later targets is known
        asked = [
            party
            for party in self.parties
            if target.level not in party.least or (self._slack and len(party.members) == 1)
        ]
        with ThreadPoolExecutor(max_workers=min(self._settings.workers, os.cpu_count() or 1)) as pool:
            for party, least in zip(asked, pool.map(partial(self._least, target=target), asked), strict=True):
                party.least[target.level] = least

    def _least(self, party: Party, target: Target, at_least: int | None = None) -> int:
        """The party's least when it has its least at every target before; a bound if time ran out."""
        if len(party.members) == 1:
            best = self._alone[party.members[0]].totals[target.level]
            if not self._slack or cannot_be_less(target.level, best):
                return best
        model = self._model([party], self._held, _Share.POSSIBLE)
        model.minimise(target, at_least)
        outcome, _ = model.run(self._settings, self._stop, self._limits.party_effort)
        assert not outcome.infeasible, "a party has a plan: the one at hand"
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
        return sum(party.least[target.level] for party in self.parties)

    def _value(self, target: Target) -> int:
        shares = self._plan.shares(target.level)
        return max([self._least_worst.get(target.level, 0), *shares]) if target.worst else sum(shares)

    def _has(self, party: Party, target: Target) -> bool:
        """Whether the plan gives the party its least at the target."""
        return self._now(party, target) <= (self._worst[target.level] if target.worst else party.least[target.level])

    def _now(self, party: Party, target: Target) -> int:
        shares = self._plan.shares(target.level, party.members)
        return max(shares, default=0) if target.worst else sum(shares)

    # --- giving every party its least ------------------------------------------------------------------------------

    def _settle(self, target: Target) -> None:
        """One party after another; then everybody at once; then, if that cannot be, whoever is in whose way.

        (Who is in whose way takes longer to find out than to plan a few dozen at once.)
        """
        tried: set[Party] = set()
        stuck: set[Party] = set()
        all_asked = False
        until = self._stop.worth(self._effort_for(target)) if self._to_the_end else self._stop
        # with their leasts parties keep better bounds of later targets
        patience = self._stop.worth(self._limits.patience_effort)
        while not until.over:
            if (self._to_the_end or patience.over) and self._value(target) <= self._bound(target):
                return
            waiting = [party for party in self.parties if not self._has(party, target) and party not in stuck]
            party = min(waiting, key=lambda one: (one in tried, len(one.members)), default=None)
            if party is None:
                return
            if party not in tried:
                tried.add(party)
                may_grow = self._too_many and len(party.members) <= self._limits.small_model_members
                self._join(party, target, len(party.members) + may_grow)
            elif not all_asked:
                all_asked = not self._give_all(target)
            elif self._join(party, target, self._limits.freed_members):
                all_asked = False
            else:
                stuck.add(party)

    def _effort_for(self, target: Target) -> float:
        """With no model of everybody to come, most of it is for the levels that matter most."""
        levels = list(dict.fromkeys(proof.target.level for proof in self.proofs))
        place = levels.index(target.level) if target.level in levels else len(levels)
        limits, deciding = self._limits, place < self._limits.deciding_levels
        return len(self.drafts) * (limits.deciding_effort_each if deciding else limits.later_effort_each)

    def _join(self, party: Party, target: Target, most: int) -> bool:
        """Let the party have its least beside all the others; or by moving those in its way as well (up to so many
        members in all), or by making one party of them all.
        """
        freed = [party]
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
        """Everybody's least at once, if they are not too many for one model; or one party of those who cannot have it.

        Whether either came about.
        """
        if self._too_many:
            return False
        model = self._model(self.parties, self._held, _Share.OF_THE_PLAN)
        for party in self.parties:
            self._hold(model, party, target)
        model.hint(self.drafts)
        limits, proved = self._limits, self._value(target) <= self._bound(target)
        effort = limits.patience_effort if proved else limits.party_effort
        outcome, drafts = model.run(self._settings, self._stop, effort)
        self._plan.take(drafts)
        if not outcome.infeasible:
            return all(self._has(party, target) for party in self.parties)
        return self._merge(self._core(self.parties, target) or self.parties, target)

    def _replan(self, freed: Sequence[Party], target: Target, held: Occupancy) -> tuple[Run, dict[str, Draft]]:
        """The first of the freed has its least beside the held; the others of them no more than now."""
        model = self._model(freed, held, _Share.OF_THE_PLAN)
        self._hold(model, freed[0], target)
        for party in freed[1:]:
            if self._has(party, target):
                self._hold(model, party, target)
            else:
                model.hold(party, target, self._now(party, target))
        if len(freed) > 1:
            model.hint(self.drafts)
        return self._run(model)

    def _core(self, parties: Sequence[Party], target: Target) -> list[Party]:
        """Some of the parties who could not all have their least even if they were the only ones; none if not found."""
        model = self._all_with(parties, target, assuming=True)
        return model.blamed(self._run(model)[0])

    def _surely(self, core: Sequence[Party], target: Target) -> bool:
        """Whether it is so without assumptions, too: the solver has been wrong about them (or-tools #4109, #5141)."""
        return self._run(self._all_with(core, target))[0].infeasible

    def _all_with(self, parties: Sequence[Party], target: Target, assuming: bool = False) -> PartyModel:
        model = self._model(parties, self._held, _Share.POSSIBLE, assuming)
        for party in parties:
            self._hold(model, party, target)
        return model

    def _blockers(self, freed: Sequence[Party], target: Target) -> list[Party]:
        """A smallest set of others beside whom the first of the freed cannot have its least; empty if not found."""

        def impossible(others: Collection[Party]) -> bool:
            if not others:  # with nobody in its way it can
                return False
            dropped = [one for one in self.parties if one not in freed and one not in others]
            return self._replan(freed, target, self._plan.beside(members_of([*freed, *dropped])))[0].infeasible

        others = [one for one in self.parties if one not in freed]
        stop = self._stop.worth(self._limits.blocker_effort)  # after that any set that is not too large will do
        blocking, _ = shrunk(
            others, impossible, lambda left: (stop.over and len(left) <= self._limits.freed_members) or self._stop.over
        )
        return [] if self._stop.over else blocking

    def _merge(self, parties: list[Party], target: Target) -> bool:
        """Make one party of those who cannot all have their least, as few of them as show it; False if too many."""
        stop = self._stop.worth(self._limits.core_effort)

        def enough(left: Sequence[Party]) -> bool:
            small = len(members_of(left)) <= self._limits.party_members
            return len(left) <= 2 or (stop.over and small) or self._stop.over

        core, _ = shrunk(parties, lambda rest: self._core(rest, target), enough)
        merged = Party(tuple(members_of(core)))
        if len(merged.members) > self._limits.party_members or not self._surely(core, target):
            return False
        merged.least = {level: sum(party.least[level] for party in core) for level in core[0].least}
        if target.worst:
            self._worst[target.level] = max(self._worst[target.level] + 1, self._least(merged, target))
        else:
            merged.least[target.level] = self._least(merged, target, merged.least[target.level] + 1)
        self.parties = [one for one in self.parties if one not in core] + [merged]
        return True

    # --- models ----------------------------------------------------------------------------------------------------

    def _model(self, parties: Sequence[Party], held: Occupancy, share: _Share, assuming: bool = False) -> PartyModel:
        """The parties with no more of every target before than they have, or than they could."""
        members = members_of(parties)
        scene = self._scenes.of(members) if held is self._held else Scene(self.instance, members, held)
        model = PartyModel(scene, parties, assuming)
        for target in self._trail:
            for party in parties:
                slack = 0 if target.worst else self._slack.get(target.level, 0)
                if not slack:
                    self._hold(model, party, target)
                elif share is _Share.OF_THE_PLAN:
                    model.hold(party, target, self._now(party, target))
                else:
                    model.hold(party, target, party.least[target.level] + slack)
        return model

    def _hold(self, model: PartyModel, party: Party, target: Target) -> None:
        model.hold(party, target, self._worst[target.level] if target.worst else party.least[target.level])

    def _run(self, model: PartyModel) -> tuple[Run, dict[str, Draft]]:
        return model.run(self._settings, self._stop, self._limits.query_effort)
