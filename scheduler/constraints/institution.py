"""Institution is at least 6 FTE-months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import fte_months, service_sums, trajectories
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance, Service
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Institution(Rule):
    """Institution is at least 6 FTE-months."""

    id = "institution"

    def build(self, variables: Variables) -> None:
        """Credit in institutions at the finish reaches the minimum."""
        for candidate in variables.candidates:
            if candidate.must_complete and variables.states(self.id, candidate.id):
                credit = candidate.credit_in(Service.INSTITUTION)
                variables.model.add(credit >= candidate.candidate.rules.institution_min)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Add up the months of every candidate who finishes: one credit unit short is short."""
        for trajectory in trajectories(instance, plan):
            rules = trajectory.candidate.rules
            have, need = service_sums(trajectory)[Service.INSTITUTION], rules.institution_min
            if have < need and not trajectory.unfinished:
                fields = {"have": fte_months(have), "need": fte_months(need)}
                yield Violation(self.id, "violations.institution", fields, trajectory.candidate.id)
