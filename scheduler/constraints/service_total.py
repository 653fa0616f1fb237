"""Counted FTE-months reach the total (60), each category within its cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance
from scheduler.ledger import counted, courses, fte_months, service_sums
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
        for course in courses(instance, plan):
            rules = course.candidate.rules
            have, need = counted(service_sums(course), rules), rules.total
            if have < need and not course.unfinished:
                fields = {"have": fte_months(have), "need": fte_months(need)}
                yield Violation(self.id, "violations.service-total", fields, course.candidate.id)
