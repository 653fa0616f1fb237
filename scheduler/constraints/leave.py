"""A month of full leave is empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, spans, spans_by_key
from scheduler.constraints.facts import Facts
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.named import called
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance
from scheduler.month import format_span
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Leave(Rule):
    """A full-leave month earns nothing, takes no place, and ends any block of a rotation that is not base."""

    id = "leave"
    telling = 25
    blamed = 20

    def build(self, variables: Variables) -> None:
        """No block covers a month of full leave (base months are laid on service months only, so they run on)."""
        for candidate in variables.candidates:
            if candidate.states(self.id):
                timeline = candidate.timeline
                on_leave = [t for t in range(timeline.first, timeline.end) if not timeline.works(t)]
                for block in candidate.blocks:
                    block.keep_out_of(on_leave)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """A month of leave has no rotation and no percent; a block that runs across leave does so for a base rotation.

        The second half holds by construction: blocks are recomputed with an end at leave, so a hospital block of 3 + 3
        months around leave is two blocks of 3, and too short.
        """
        for trajectory in read.trajectories:
            worked = (
                (row.rotation or "", row.month)
                for row in trajectory.entry.months
                if (row.rotation is not None or row.percent != 0) and trajectory.candidate.on_leave(row.month)
            )
            for rotation, span in spans_by_key(worked):
                key = "violations.leave-rotation" if rotation else "violations.leave-percent"
                fields = {"rotation": called(read.instance.rotations, rotation)}
                yield Violation(self.id, key, fields, trajectory.candidate.id, rotation or None, span.start, span.end)

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The candidate's months of leave inside the horizon."""
        if 0 in timeline.percent[timeline.first : timeline.end]:
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The months of leave."""
        candidate, instance = facts.candidate(key), facts.instance
        months = range(instance.first_month(candidate), instance.end_for(candidate))
        away = spans(month for month in months if candidate.on_leave(month))
        return facts.say(self.id, months=[format_span(span.start, span.end) for span in away])
