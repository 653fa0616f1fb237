"""Nobody finishes later than asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import finish_of, trajectories
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import Variables


class FinishBy(Rule):
    """finish <= finish_by."""

    id = "finish-by"

    def build(self, variables: Variables) -> None:
        """The finish, projected where it lies beyond the horizon, is no later than asked."""
        for candidate in variables.candidates:
            latest = candidate.candidate.finish_by
            if latest is not None and variables.states(self.id, candidate.id):
                variables.model.add(candidate.completion <= latest + 1 - variables.instance.start)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """The finish, projected for an unfinished candidate, is no later than ``finish_by``, own or the ruleset's."""
        for trajectory in trajectories(instance, plan):
            candidate = trajectory.candidate
            latest = candidate.rules.finish_by if candidate.finish_by is None else candidate.finish_by
            finish = finish_of(instance, trajectory)
            if latest is not None and finish > latest:
                fields = {"latest": format_month(latest), "finish": format_month(finish)}
                yield Violation(self.id, "violations.finish-by", fields, candidate.id, start=latest + 1, end=finish + 1)
