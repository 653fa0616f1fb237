"""Institution is at least 6 FTE-months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance, Service
from scheduler.ledger import courses, fte_months, service_sums
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
        for course in courses(instance, plan):
            rules = course.candidate.rules
            have, need = service_sums(course)[Service.INSTITUTION], rules.institution_min
            if have < need and not course.unfinished:
                fields = {"have": fte_months(have), "need": fte_months(need)}
                yield Violation(self.id, "violations.institution", fields, course.candidate.id)
