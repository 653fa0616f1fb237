"""Offices once the months are settled: in the order of the file, and always the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from scheduler.accounting import published_for
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Arena, Instance
from scheduler.solver.limits import Limits


def offices_in_file_order(
    instance: Instance, assignments: Mapping[str, Assignment], limits: Limits, kept: Collection[str] = ()
) -> dict[str, Assignment]:
    """The assignments with the first offices of the file that all whose office the plan chooses can have together.

    The first candidate of the file has the first office that leaves one for each of the others, and so on: the same
    months have the same offices, in whatever way they were found. Only offices are exchanged that differ in nothing a
    plan is judged by; those ``kept``, and those with a published office, stay where they are.
    """
    movable = [
        candidate_id
        for candidate_id, candidate in instance.candidates.items()
        if candidate_id in assignments and candidate_id not in kept and _is_chosen(instance, assignments[candidate_id])
    ]
    held = Occupancy(instance, (row for candidate_id, row in assignments.items() if candidate_id not in movable))
    to_seat = [assignments[candidate_id] for candidate_id in movable]
    seated = _Seating(instance, held, to_seat, limits.office_tries).first()
    return {candidate_id: seated.get(candidate_id, row) for candidate_id, row in assignments.items()}


def _is_chosen(instance: Instance, assignment: Assignment) -> bool:
    candidate = instance.candidates[assignment.candidate]
    published = published_for(instance, candidate)
    given = candidate.practice is not None or (published is not None and published.practice is not None)
    return not given and assignment.practice is not None and bool(_alike(instance, assignment))


def _alike(instance: Instance, assignment: Assignment) -> list[Arena]:
    """The offices that may stand for the one there is, itself among them: as good in all that does not hang on room."""
    post = instance.candidates[assignment.candidate].post
    in_mixes = {arena_id for rotation in instance.rotations.values() for arena_id in rotation.mix}

    def kind(arena: Arena) -> tuple[object, ...] | None:
        if arena.min_places is not None or arena.id in in_mixes:
            return None
        return arena.goals, arena.goals_partial, arena.goals_with_shifts, arena.exposure, arena.id == post

    wanted = kind(instance.arenas[assignment.practice or ""])
    return [] if wanted is None else [office for office in instance.offices if kind(office) == wanted]


class _Seating:
    """A search for the first choice in the order of the file, one candidate after the other."""

    def __init__(self, instance: Instance, held: Occupancy, assignments: list[Assignment], n_tries: int) -> None:
        self._instance, self._held, self._assignments = instance, held, assignments
        self._left = n_tries

    def first(self) -> dict[str, Assignment]:
        """The choice; nothing where it takes too many tries."""
        return self._from(0) or {}

    def _from(self, number: int) -> dict[str, Assignment] | None:
        if number == len(self._assignments):
            return {}
        assignment = self._assignments[number]
        for office in _alike(self._instance, assignment):
            self._left -= 1
            if self._left < 0:
                return None
            seated = replace(assignment, practice=office.id)
            if not self._held.fits(seated):
                continue
            self._held.add(seated)
            rest = self._from(number + 1)
            self._held.remove(seated.candidate)
            if rest is not None:
                return {seated.candidate: seated, **rest}
        return None
