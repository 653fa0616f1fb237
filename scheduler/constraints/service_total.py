"""Counted FTE-months reach the total (60), each category within its cap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, Trajectory, counted, fte_months, service_sums
from scheduler.constraints.count import Count, CountedPerson
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


class ServiceTotal(Rule):
    """Counted FTE-months reach the total (60), each category within its cap."""

    id = "service-total"
    telling = 70
    needed = 50
    blamed = None
    awaited = True

    def build(self, variables: Variables) -> None:
        """Counted credit at the finish reaches the total."""
        for candidate in variables.candidates:
            if candidate.must_complete and candidate.states(self.id):
                total = candidate.grain.credit(candidate.candidate.rules.total)
                candidate.asked(variables.model.add(candidate.counted >= total))

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Add up the months of every candidate who finishes: one credit unit short is short."""
        for trajectory in read.trajectories:
            rules = trajectory.candidate.rules
            have, need = counted(service_sums(trajectory), rules), rules.total
            if have < need and not trajectory.unfinished:
                fields = {"have": fte_months(have), "need": fte_months(need)}
                yield Violation(self.id, "violations.service-total", fields, trajectory.candidate.id)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """Less counts than the total."""
        yield cut.below(cut.amounts_left[None], cut.credit(cut.candidate.candidate.rules.total))

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """Less counts than the total."""
        rules = trajectory.candidate.rules
        have = counted(service_sums(trajectory), rules)
        if have < rules.total:
            yield Lack("lack-total", fte_months(have), fte_months(rules.total))

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
        need = candidate.rules.total
        return fte_months(need - max(_lacking(candidate), 0)), fte_months(need)

    def need(self, facts: Facts, key: RuleKey) -> Phrase:
        """The months still lacking."""
        return facts.say(f"need-{self.id}", months=facts.months(max(_lacking(facts.candidate(key)), 0)))

    def served_in(self, instance: Instance, key: RuleKey) -> Iterable[Rotation]:
        """Those that give service of another kind than one's own practice, of which only so much counts."""
        own = candidate_of(instance, key).rules.own_practice
        return [row for row in instance.rotations.values() if row.share_by_service.keys() - {own}]

    def counts(self, instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
        """Counted service cannot reach the total: the caps of what somebody may still serve in."""
        for person in people:
            if person.finishes and not person.dated:
                yield from _capped(instance, person)


def _lacking(candidate: Candidate) -> Exact:
    """What the minimum still lacks at the start of the horizon, in credit."""
    return candidate.rules.total - counted(candidate.credited, candidate.rules)


def _capped(instance: Instance, person: CountedPerson) -> Iterator[Count]:
    rules, credited = person.candidate.rules, person.candidate.credited
    work = 100 * (person.timeline.work[person.end] - person.timeline.work[person.first])
    rotations, most = instance.rotations_of(person.candidate), {}
    for service in rules.services:
        share = max((rotation.share_by_service.get(service, 0) for rotation in rotations), default=0)
        most[service] = credited.get(service, 0) + work * share // 100
    reach = counted(most, rules)
    if reach < rules.total and work >= rules.total - reach:
        yield Count(
            "service-total",
            "count-cap",
            fte_months(reach),
            fte_months(rules.total),
            instance.start + person.first,
            instance.start + person.end,
            (person.id,),
            keys=person.keys("service-total", "one-rotation", "part-time", "leave"),
        )
