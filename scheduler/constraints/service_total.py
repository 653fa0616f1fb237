"""Counted FTE-months reach the total (60), each category within its cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import counted, fte_months, service_sums, trajectories
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import Variables


class ServiceTotal(Rule):
    """Counted FTE-months reach the total (60), each category within its cap."""

    id = "service-total"

    def build(self, variables: Variables) -> None:
        """Counted credit at the finish reaches the total."""
        for candidate in variables.candidates:
            if candidate.must_complete and variables.states(self.id, candidate.id):
                variables.model.add(candidate.counted >= candidate.candidate.rules.total)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Add up the months of every candidate who finishes: one credit unit short is short."""
        for trajectory in trajectories(instance, plan):
            rules = trajectory.candidate.rules
            have, need = counted(service_sums(trajectory), rules), rules.total
            if have < need and not trajectory.unfinished:
                fields = {"have": fte_months(have), "need": fte_months(need)}
                yield Violation(self.id, "violations.service-total", fields, trajectory.candidate.id)
