"""The plan at hand while it is being improved: everybody's assignment, what all use, and what each has at every
level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.accounting.proof import Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.planning.assemble import totals_of


class Incumbent:
    """Assignments beside others who are ``held``. ``assignments`` is a plan at any time."""

    def __init__(self, instance: Instance, assignments: Mapping[str, Assignment], held: Occupancy) -> None:
        self.assignments = dict(assignments)
        self._instance = instance
        self._occupancy = held.copy()
        for assignment in assignments.values():
            self._occupancy.add(assignment)
        self._totals = {
            candidate_id: totals_of(instance, assignment) for candidate_id, assignment in assignments.items()
        }

    def shares(self, target: Target, members: Iterable[str] | None = None) -> list[int]:
        """What each of the members (None: of all) has at a level, in the solver's units."""
        ids = self._totals if members is None else members
        return [self._totals[candidate_id][target.share] for candidate_id in ids]

    def beside(self, members: Iterable[str]) -> Occupancy:
        """The places used by everybody but the members."""
        held = self._occupancy.copy()
        for candidate_id in members:
            held.remove(candidate_id)
        return held

    def take(self, assignments: Mapping[str, Assignment]) -> None:
        """Replace the assignments of these candidates."""
        for candidate_id in assignments:
            self._occupancy.remove(candidate_id)
        for candidate_id, assignment in assignments.items():
            self._occupancy.add(assignment)
            self.assignments[candidate_id] = assignment
            self._totals[candidate_id] = totals_of(self._instance, assignment)
