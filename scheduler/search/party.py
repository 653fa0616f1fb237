"""A party: candidates planned together because they stand in each other's way, and a model of some parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from scheduler.assemble import plan_candidate
from scheduler.draft import Draft
from scheduler.instance.types import Instance
from scheduler.ledger import course_of, levels
from scheduler.model import build_model
from scheduler.objective import level_ids, make_levels, units
from scheduler.occupancy import Occupancy
from scheduler.proof import Target
from scheduler.search.engine import Run, Settings, Stop, evaluate, race, run
from scheduler.timeline import timeline_of
from scheduler.variables import IntVar, Linear, Scope

MOST = 2**30  # more than any level of a party comes to


@dataclass(eq=False, slots=True)
class Party:
    """Candidates planned together; ``least``: per level, the least they can have together (see ``parties``)."""

    members: tuple[str, ...]
    least: dict[str, int] = field(default_factory=dict)


class Scene:
    """Some candidates, free, beside the others who keep what they have: a model to be copied for each question."""

    def __init__(self, instance: Instance, members: Iterable[str], held: Occupancy) -> None:
        free = [instance.candidates[one] for one in members]
        self.variables = build_model(Scope(instance, free, held, floors=False))
        self.terms = {level.id: level.terms for level in make_levels(self.variables)}


class Scenes:
    """Scenes of an instance's candidates beside the same others; the last few are kept, to be asked about again."""

    def __init__(self, instance: Instance, held: Occupancy, most: int) -> None:
        self._instance, self._held, self._most = instance, held, most
        self._kept: dict[frozenset[str], Scene] = {}

    def of(self, members: Sequence[str]) -> Scene:
        """The scene of these, in whatever order; several threads may ask at the same time."""
        scene = self._kept.get(frozenset(members))
        if scene is None:
            scene = self._kept[frozenset(members)] = Scene(self._instance, members, self._held)
            for oldest in list(self._kept)[: -self._most]:
                self._kept.pop(oldest, None)
        return scene


class PartyModel:
    """A question about parties in a scene.

    ``assuming``: what a party is held to is an assumption, so that ``blamed`` tells whose cannot all hold.
    """

    def __init__(self, scene: Scene, parties: Sequence[Party], assuming: bool = False) -> None:
        self.n_members = len(members_of(parties))
        self.parties = parties
        self._variables = scene.variables
        self._terms = scene.terms
        self._model = scene.variables.model.clone()
        self._assumed = {party: self._model.new_bool_var("") for party in parties} if assuming else {}
        self._model.add_assumptions(self._assumed.values())

    def _shares(self, party: Party, level: str) -> list[Linear]:
        return [self._terms[level][one] for one in party.members]

    def hold(self, party: Party, target: Target, most: int) -> None:
        """The party's sum, or each member's share, is at most so much."""
        shares = self._shares(party, target.level)
        for held in shares if target.worst else [sum(shares)]:
            constraint = self._model.add(held <= most)
            if party in self._assumed:
                constraint.only_enforce_if(self._assumed[party])

    def minimise(self, target: Target, at_least: int | None) -> None:
        """Look for the least at the target; ``at_least`` if that is known to be a bound."""
        shares = [share for party in self.parties for share in self._shares(party, target.level)]
        amount: Linear = sum(shares)
        if target.worst:
            amount = self._model.new_int_var(0, MOST, "")
            for share in shares:
                self._model.add(amount >= share)
        if at_least is not None:
            self._model.add(amount >= at_least)
        self._model.minimize(amount)

    def hint(self, drafts: Mapping[str, Draft]) -> None:
        """Start from the plan at hand."""
        for key, value in self._variables.keys(drafts):
            if isinstance(key, IntVar):
                self._model.add_hint(key, value)

    def run(self, settings: Settings, stop: Stop, effort: float) -> tuple[Run, dict[str, Draft]]:
        """Search; the drafts are empty without a solution."""
        outcome = self._search(settings, stop.worth(effort))
        values = outcome.values
        if values is None:
            return outcome, {}
        drafts = self._variables.drafts(lambda expression: evaluate(expression, values))
        return outcome, {draft.candidate: draft for draft in drafts}

    def blamed(self, outcome: Run) -> list[Party]:
        """Parties that an infeasible search names as those who cannot all have what they are held to."""
        return [party for party, holds in self._assumed.items() if holds.index in outcome.core]

    def _search(self, settings: Settings, stop: Stop) -> Run:
        """Alone; or, whether there is a plan at all, in two ways side by side without linear programs.

        (That took a half to a third of the time of as many workers of the solver's own choice.)
        """
        if self.n_members <= settings.limits.small_model_members:
            return run(self._model, settings.for_few, stop)
        if self._model.has_objective():
            return run(self._model, settings, stop)
        one = replace(settings, workers=1, linearization=0, presolve=False)
        if settings.workers == 1 or self._assumed:
            return run(self._model, one, stop)
        return race([(self._model.clone(), each) for each in (one, replace(one, presolve=True))], stop)


def rounded_up(bound: float) -> int:
    """A bound of whole numbers: 2.0000001 is 2, 2.1 is 3."""
    return ceil(bound - 1e-6)


def totals_of(instance: Instance, draft: Draft) -> dict[str, int]:
    """What a draft comes to at each level in the solver's units, by plain arithmetic; shifts are taken to fit."""
    candidate = instance.candidates[draft.candidate]
    missing = max(candidate.rules.legevakt_shifts - candidate.shifts_done, 0)
    with_shifts = Draft(
        draft.candidate,
        draft.first,
        draft.rotations,
        draft.practice,
        draft.group,
        {draft.first: missing} if missing else {},
    )
    finished = not timeline_of(instance, candidate).unfinished
    course = course_of(instance, plan_candidate(instance, with_shifts, {}, finished))
    found = levels(instance, [course])
    return {level: units(level, found[level].value) for level in level_ids(instance)}


def members_of(parties: Iterable[Party]) -> list[str]:
    """Everybody in the parties."""
    return [one for party in parties for one in party.members]
