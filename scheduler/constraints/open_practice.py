"""Open practice is at least 24 FTE-months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import Trajectory, fte_months, service_sums, trajectories
from scheduler.constraints.facts import Facts, Numbers
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance, Service
from scheduler.plan import Plan
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.constraints.finishing import Cut
    from scheduler.variables import Literal, Variables


class OpenPractice(Rule):
    """Open practice is at least 24 FTE-months."""

    id = "open-practice"
    telling = 65
    blamed = None
    awaited = True

    def build(self, variables: Variables) -> None:
        """Credit in open practice at the finish reaches the minimum."""
        for candidate in variables.candidates:
            if candidate.must_complete and candidate.states(self.id):
                credit = candidate.credit_in(Service.OPEN_PRACTICE)
                variables.model.add(credit >= candidate.candidate.rules.open_practice_min)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Add up the months of every candidate who finishes: one credit unit short is short."""
        for trajectory in trajectories(instance, plan):
            rules = trajectory.candidate.rules
            have, need = service_sums(trajectory)[Service.OPEN_PRACTICE], rules.open_practice_min
            if have < need and not trajectory.unfinished:
                fields = {"have": fte_months(have), "need": fte_months(need)}
                yield Violation(self.id, "violations.open-practice", fields, trajectory.candidate.id)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """Less than the minimum."""
        yield cut.below(cut.credit_left(Service.OPEN_PRACTICE), cut.candidate.candidate.rules.open_practice_min)

    def met(self, instance: Instance, trajectory: Trajectory) -> bool:
        """The minimum is reached."""
        return service_sums(trajectory)[Service.OPEN_PRACTICE] >= trajectory.candidate.rules.open_practice_min

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """What is still lacking, of one who finishes."""
        if not timeline.unfinished and _lacking(candidate) > 0:
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """What is still lacking."""
        lacking = _lacking(facts.candidate(key))
        return facts.say(self.id, months=facts.months(lacking)) if lacking > 0 else facts.say("service-done")

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """FTE-months credited, and needed."""
        candidate = facts.candidate(key)
        need = candidate.rules.open_practice_min
        return (need - max(_lacking(candidate), 0)) / CREDIT_PER_FTE_MONTH, need / CREDIT_PER_FTE_MONTH

    def need(self, facts: Facts, key: RuleKey) -> Phrase:
        """The months still lacking."""
        return facts.say(f"need-{self.id}", months=facts.months(max(_lacking(facts.candidate(key)), 0)))


def _lacking(candidate: Candidate) -> int:
    """What the minimum still lacks at the start of the horizon, in credit."""
    return candidate.rules.open_practice_min - candidate.credited.get(Service.OPEN_PRACTICE, 0)
