"""A unit does not have too many of its own away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, away_by_unit, spans_by_key
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import Facts, Numbers
from scheduler.constraints.proposal import FOR_ALL, Proposal, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.frozen_use import frozen_use
from scheduler.instance.rule_key import Keys, RuleKey, arena_of
from scheduler.instance.types import Instance, Rotation
from scheduler.texts import Phrase, phrase

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Literal, Variables

    _Stake = tuple[CandidateVariables, Callable[[int], Literal], Callable[[Rotation], int]]


MOST_MORE_AWAY = 4


class Away(Rule):
    """At most `max_away` of the candidates whose `post` an arena is serve in rotations without it in the same month."""

    id = "away"
    telling = 40
    blamed = 60
    by_month = True

    def build(self, variables: Variables) -> None:
        """In each month bound the candidates of a unit who are in rotations that do not contain it."""
        for arena in variables.instance.arenas.values():
            key = RuleKey(self.id, arena=arena.id)
            if arena.max_away is not None and variables.states(key):
                _bound_away(variables, key, arena.id, arena.max_away)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Count who is away in each month; a month of leave does not count."""
        away = away_by_unit(read.trajectories)
        for arena in read.instance.arenas.values():
            most = arena.max_away
            if most is None:
                continue
            above = (
                (tuple(who), month)
                for month, who in away.get(arena.id, {}).items()
                if len(who) > most - frozen_use(read.instance).away.get((arena.id, month), 0)
            )
            for who, span in spans_by_key(above):
                fields = {"arena": arena.name, "have": len(who), "max": most}
                yield Violation(self.id, "violations.away", fields, None, arena.id, span.start, span.end, who)

    # --- where it stands against a plan ---

    def shared(self, instance: Instance) -> Iterator[RuleKey]:
        """Each unit that may have only so many away."""
        for arena in instance.arenas.values():
            if arena.max_away is not None and not arena.is_parallel:
                yield RuleKey(self.id, arena=arena.id)

    def lies_fast(self, key: RuleKey) -> bool:
        """Who is away, and when, hangs on the others."""
        return True

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """How many may be away."""
        return facts.say(self.id, arena=facts.place(key), max=arena_of(facts.instance, key).max_away)

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """How many may be away, and how many would be."""
        return arena_of(facts.instance, key).max_away or 0, len(facts.conflict.candidates)

    def names(self, instance: Instance, keys: Keys) -> Iterator[Phrase | str]:
        """Who must stay: in the offices, all as one, or in a unit."""
        for arena in instance.arenas.values():
            if RuleKey(self.id, arena=arena.id) in keys:
                yield phrase("intake.away-offices") if arena.is_office else phrase("intake.away", name=arena.name)

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """More away at the same time."""
        unit = arena_of(instance, key)
        make = set_to("arena", unit.id, "max_away", lambda amount: (unit.max_away or 0) + amount)
        yield Proposal(make, lambda amount, _: FOR_ALL * amount, MOST_MORE_AWAY)


# --- stating it in the model ---------------------------------------------------------------------------------------


def _bound_away(variables: Variables, key: RuleKey, unit: str, max_away: int) -> None:
    stakes = [stake for candidate in variables.candidates for stake in _stakes(variables, candidate, unit)]
    for t in range(variables.n_months) if stakes else ():
        if not variables.states_in(key, t):
            continue
        able = [
            (each_candidate, condition, is_away)
            for each_candidate, condition, is_away in stakes
            if each_candidate.may_be_in(t, is_away)
        ]
        room = max_away - variables.held.away[unit, variables.month(t)]
        if len(able) > room:
            terms = [
                variables.only_if(condition(t), each_candidate.month_sum(t, is_away), 1)
                for each_candidate, condition, is_away in able
            ]
            variables.model.add(sum(terms) <= max(room, 0))


def _stakes(variables: Variables, candidate: CandidateVariables, unit: str) -> Iterator[_Stake]:
    """When the unit is the candidate's post, and which rotations are then away from it."""
    post, there = candidate.candidate.post, [candidate.any_of(seat.chosen, [unit]) for seat in candidate.seats]
    if post in (None, unit) and unit in candidate.practices:
        yield (
            candidate,
            lambda t: candidate.in_office([unit], t),
            lambda rotation: int(not (unit in rotation.mix or rotation.uses_practice)),
        )
    if post != unit or (there and all(chosen is variables.true for chosen in there)):
        return
    if unit in (office.id for office in candidate.any_office):  # own practice may be spent in the unit, or elsewhere
        yield (
            candidate,
            lambda _: variables.true,
            lambda rotation: int(not (unit in rotation.mix or rotation.uses_practice)),
        )
        yield (
            candidate,
            lambda t: ~candidate.sits_in([unit], t),
            lambda rotation: int(rotation.uses_practice and unit not in rotation.mix),
        )
        return
    yield candidate, lambda t: ~candidate.in_office([unit], t), lambda rotation: int(unit not in rotation.mix)
