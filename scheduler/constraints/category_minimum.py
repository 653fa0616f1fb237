"""Service in a category reaches the least that the ruleset asks for: a rule for each such category, under its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, Trajectory, amounts, fte_months, service_sums
from scheduler.constraints.count import CountedPerson, Stay, stays_for
from scheduler.constraints.facts import Facts, Numbers
from scheduler.constraints.lack import Lack
from scheduler.constraints.rule import Rule, Violation
from scheduler.exact import Exact
from scheduler.instance.rule_key import RuleKey, candidate_of
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance, Rotation
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.constraints.finishing import Cut
    from scheduler.variables import Literal, Variables


class CategoryMinimum(Rule):
    """Service in a category, with what counts into it, is at least what the ruleset asks for.

    Which category it is, and how much, is said by each candidate's rules; where they ask for no such minimum there is
    nothing to keep.
    """

    blamed = None
    awaited = True

    def __init__(self, rule_id: str, telling: int, needed: int) -> None:
        self.id = rule_id
        self.telling = telling
        self.needed = needed

    def build(self, variables: Variables) -> None:
        """Credit in the category at the finish reaches the minimum."""
        for candidate in variables.candidates:
            category = candidate.candidate.rules.minimum_of(self.id)
            if category is not None and candidate.must_complete and candidate.states(self.id):
                least = candidate.grain.credit(category.minimum)
                candidate.asked(variables.model.add(candidate.amount_in(category) >= least))

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Add up the months of every candidate who finishes: one credit unit short is short."""
        for trajectory in read.trajectories:
            have, need = self._have(trajectory), self._need(trajectory.candidate)
            if have < need and not trajectory.unfinished:
                fields = {"have": fte_months(have), "need": fte_months(need)}
                yield Violation(self.id, f"violations.{self.id}", fields, trajectory.candidate.id)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """Less than the minimum."""
        category = cut.candidate.candidate.rules.minimum_of(self.id)
        if category is not None:
            yield cut.below(cut.amounts_left[category.id], cut.credit(category.minimum))

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """The minimum is not reached."""
        category, have = trajectory.candidate.rules.minimum_of(self.id), self._have(trajectory)
        if category is not None and have < category.minimum:
            yield Lack(f"lack-{category.id}", fte_months(have), fte_months(category.minimum))

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """What is still lacking, of one who finishes."""
        if not timeline.unfinished and self._lacking(candidate) > 0:
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """What is still lacking."""
        lacking = self._lacking(facts.candidate(key))
        return facts.say(self.id, months=facts.months(lacking)) if lacking > 0 else facts.say("service-done")

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """FTE-months credited, and needed."""
        candidate = facts.candidate(key)
        need = self._need(candidate)
        return fte_months(need - max(self._lacking(candidate), 0)), fte_months(need)

    def need(self, facts: Facts, key: RuleKey) -> Phrase:
        """The months still lacking."""
        return facts.say(f"need-{self.id}", months=facts.months(max(self._lacking(facts.candidate(key)), 0)))

    def stays(self, instance: Instance, person: CountedPerson) -> Iterator[Stay]:
        """What is still lacking."""
        candidate, rotations = person.candidate, instance.rotations_of(person.candidate)
        category = candidate.rules.minimum_of(self.id)
        if category is None:
            return
        inside = candidate.rules.within(category)
        shares = {
            rotation.id: sum(rotation.share_by_service.get(service, 0) for service in inside) for rotation in rotations
        }
        giving = [rotation for rotation in rotations if shares[rotation.id]]
        most = person.most_percent * max(shares.values(), default=0)
        key = RuleKey(self.id, person.id)
        yield from stays_for(instance, person, key, giving, self._lacking(candidate), most, inside)

    def served_in(self, instance: Instance, key: RuleKey) -> Iterable[Rotation]:
        """Those with a share of the category, or of one that counts into it."""
        candidate = candidate_of(instance, key)
        category = candidate.rules.minimum_of(self.id)
        inside = () if category is None else candidate.rules.within(category)
        return [row for row in instance.rotations.values() if any(row.share_by_service.get(name, 0) for name in inside)]

    # --- the category by the candidate's rules, in credit ---

    def _need(self, candidate: Candidate) -> int:
        category = candidate.rules.minimum_of(self.id)
        return 0 if category is None else category.minimum

    def _have(self, trajectory: Trajectory) -> Exact:
        rules = trajectory.candidate.rules
        category = rules.minimum_of(self.id)
        return 0 if category is None else amounts(service_sums(trajectory), rules)[category.id]

    def _lacking(self, candidate: Candidate) -> Exact:
        """What the minimum still lacks at the start of the horizon."""
        category = candidate.rules.minimum_of(self.id)
        return 0 if category is None else category.minimum - amounts(candidate.credited, candidate.rules)[category.id]
