"""Nobody finishes later than asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from scheduler.accounting import PlanRead, Trajectory, finish_of
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.count import Count, CountedPerson
from scheduler.constraints.facts import ConflictTeller, Facts
from scheduler.constraints.proposal import Proposal, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.rule_key import RuleKey, candidate_of
from scheduler.instance.timeline import Timeline, timeline_of
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month, format_month
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.variables import Variables


MOST_MONTHS_LATER = 60
TIME = frozenset({"finish-by", "service-total"})  # a time to serve, and a date
ITS_CLOCK = frozenset({"one-rotation", "part-time", "leave"})  # and what the time counts by


class FinishBy(Rule):
    """finish <= finish_by."""

    id = "finish-by"
    telling = 90
    blamed = 35

    def build(self, variables: Variables) -> None:
        """The finish, projected where it lies beyond the horizon, is no later than asked."""
        for candidate in variables.candidates:
            latest = candidate.candidate.finish_by
            if latest is not None and candidate.states(self.id) and not candidate.timeline.leaving:
                latest_end = latest + 1 - variables.instance.start
                candidate.asked(variables.model.add(candidate.completion <= latest_end))

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """The finish, projected for an unfinished candidate, is no later than ``finish_by``, own or the ruleset's."""
        for trajectory in read.trajectories:
            candidate, latest, finish = trajectory.candidate, _latest(trajectory), finish_of(trajectory)
            if latest is not None and is_late(trajectory):
                fields = {"latest": format_month(latest), "finish": format_month(finish)}
                yield Violation(self.id, "violations.finish-by", fields, candidate.id, start=latest + 1, end=finish + 1)

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The candidate's date, if there is one."""
        if candidate.finish_by is not None and not timeline.leaving:
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The date."""
        return facts.say(self.id, month=format_month(facts.candidate(key).finish_by or 0))

    def details(self, facts: Facts, key: RuleKey) -> dict[str, Any]:
        """The date."""
        latest = facts.candidate(key).finish_by
        return {} if latest is None else {"to": format_month(latest)}

    def deadline(self, candidate: Candidate) -> Month | None:
        """The date."""
        return candidate.finish_by

    def shape(self, telling: ConflictTeller, shared: Sequence[RuleKey]) -> Phrase | None:
        """Nobody's places: even alone, the time still to serve is longer than the time there is."""
        facts = telling.facts
        rules = {key.rule for key in facts.conflict.instances}
        if not TIME <= rules <= TIME | ITS_CLOCK or len(facts.conflict.candidates) != 1:
            return None
        candidate = facts.instance.candidates[facts.conflict.candidates[0]]
        earliest = facts.instance.start + min(timeline_of(facts.instance, candidate).earliest_end.values()) - 1
        return facts.say(
            "too-late",
            who=candidate.id,
            latest=format_month(candidate.finish_by or 0),
            earliest=format_month(earliest),
            more=telling.more([key for key in facts.conflict.instances if key.rule in TIME]),
        )

    def counts(self, instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
        """The earliest finish, whatever the rotations, is after the date."""
        for person in people:
            earliest = min(person.timeline.earliest_end.values())
            if person.finishes and person.dated and earliest > person.end:
                yield Count(
                    self.id,
                    "count-finish",
                    person.end,
                    earliest,
                    instance.start + person.end - 1,
                    instance.start + earliest,
                    (person.id,),
                    keys=person.keys("service-total", *ITS_CLOCK),
                )

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """A later date, as far as the ruleset lets it be."""
        candidate = candidate_of(instance, key)
        latest, bound = candidate.finish_by, candidate.rules.finish_by
        if latest is None or (bound is not None and latest >= bound):
            return
        most = MOST_MONTHS_LATER if bound is None else bound - latest
        make = set_to("candidate", candidate.id, "finish_by", lambda amount: format_month(latest + amount))
        yield Proposal(make, lambda amount, _: amount, most)


def is_late(trajectory: Trajectory) -> bool:
    """Whether the finish, projected for an unfinished candidate, is later than asked."""
    latest = _latest(trajectory)
    return latest is not None and finish_of(trajectory) > latest and not trajectory.leaves


def _latest(trajectory: Trajectory) -> Month | None:
    candidate = trajectory.candidate
    return candidate.rules.finish_by if candidate.finish_by is None else candidate.finish_by
