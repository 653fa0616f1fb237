"""The horizon ends the plan, not the training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, earliest_finish
from scheduler.constraints.facts import Facts
from scheduler.constraints.rule import Rule, Violation
from scheduler.constraints.until import ends_inside
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance
from scheduler.month import format_month
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Horizon(Rule):
    """A candidate whose earliest finish lies beyond the horizon is planned to its end and reported as unfinished."""

    id = "horizon"
    tells_figures = True
    telling = 55
    blamed = None

    def build(self, variables: Variables) -> None:
        """Plan a candidate whose earliest finish lies beyond the horizon to its end; ``must_complete`` eases minima."""
        for candidate in variables.candidates:
            if candidate.timeline.unfinished and candidate.states(self.id):
                variables.model.add(candidate.finish == candidate.timeline.end)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """``unfinished`` is said of the right ones; they are planned to the end, and nobody beyond it."""
        for trajectory in read.trajectories:
            candidate_id = trajectory.candidate.id
            if trajectory.end > read.instance.end and trajectory.entry.months:
                yield Violation(
                    self.id, "violations.horizon-beyond", {}, candidate_id, start=read.instance.end, end=trajectory.end
                )
            if ends_inside(read.instance, trajectory.candidate):
                continue  # the rule ``until`` says of these how they end
            if trajectory.entry.unfinished != trajectory.unfinished:
                earliest = earliest_finish(trajectory.candidate, read.instance.first_month(trajectory.candidate))
                fields = {"earliest": format_month(earliest)}
                key = "horizon-unfinished" if trajectory.unfinished else "horizon-finished"
                yield Violation(self.id, f"violations.{key}", fields, candidate_id)
            if trajectory.unfinished and trajectory.end < read.instance.end and trajectory.entry.months:
                yield Violation(
                    self.id, "violations.horizon-stops", {}, candidate_id, start=trajectory.end, end=read.instance.end
                )

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """That an unfinished candidate is planned to the horizon's end."""
        if timeline.unfinished:
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The month that the plan ends with."""
        return facts.say(self.id, month=format_month(facts.instance.end_for(facts.candidate(key)) - 1))
