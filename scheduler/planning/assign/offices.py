"""Offices once the months are settled: as few changes as can be, then in the order of the file, and always the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise, product

from scheduler.accounting import missing_goals, published_for
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.offices import Stretch, n_changes, n_own, stretches_of
from scheduler.instance.published import Published
from scheduler.instance.types import Arena, Candidate, Instance
from scheduler.month import Month
from scheduler.planning.assemble import as_planned, totals_of
from scheduler.solver.limits import Limits


def offices_in_file_order(
    instance: Instance, assignments: Mapping[str, Assignment], limits: Limits, kept: Collection[str] = ()
) -> dict[str, Assignment]:
    """The assignments with the first offices of the file that all whose office the plan chooses can have together.

    Of all ways in which offices change as seldom as there is room for, all candidates' changes together, the first
    candidate of the file has the published office where there is one, else the first that has a place in every month
    beside those whose own it is, else the first that leaves one for each of the others, and so on: the same months have
    the same offices, in whatever way they were found, and where there are such places other months have, too. Only
    offices are exchanged that differ in nothing a plan is judged by; those ``kept``, and those with a published office
    that may not change, stay where they are.
    """
    choosers = {
        candidate_id: _Chooser(instance, assignments[candidate_id], limits.office_tries)
        for candidate_id in instance.candidates
        if candidate_id in assignments and candidate_id not in kept
    }
    _give_seats(instance, choosers.values())
    movable = [candidate_id for candidate_id, chooser in choosers.items() if chooser.ways]
    held = Occupancy(instance, (row for candidate_id, row in assignments.items() if candidate_id not in movable))
    seated = _Seating(held, [choosers[candidate_id] for candidate_id in movable], limits.office_tries).fewest_changes()
    return {candidate_id: seated.get(candidate_id, row) for candidate_id, row in assignments.items()}


def _give_seats(instance: Instance, choosers: Iterable[_Chooser]) -> None:
    """Set aside for each chooser, in the order of the file, an office's place that no month of anybody's takes away."""
    free = {office.id: _places_throughout(instance, office) for office in instance.offices}
    for chooser in choosers:
        chooser.seat = next((office for office in chooser.only_offices if free[office] > 0), None)
        if chooser.seat is not None:
            free[chooser.seat] -= 1


def _places_throughout(instance: Instance, office: Arena) -> int:
    """Places in every month of an office beside those of the candidates whose own it is, there or not."""
    empty, everybody = Occupancy(instance), len(instance.candidates)
    left = everybody
    for month in range(instance.start, instance.end):
        places = empty.places_left(office.id, month)
        if places is not None:
            left = min(left, places - n_own(instance, office.id, month))
    return left


@dataclass
class _Chooser:
    """One candidate whose months are settled, with all ways to have offices in them, the best first.

    ``seat``: an office with a place that is set aside for the candidate.
    """

    instance: Instance
    found: Assignment
    n_tries: int
    seat: str | None = None

    @cached_property
    def ways(self) -> list[tuple[str, ...]]:
        """An office for each stretch; none at all where there is nothing to choose."""
        if self.found.practice is None:
            return []
        if len(self._stretches) == 1:
            return sorted([(office,) for office in self.only_offices], key=self._order)
        rows = islice(product(*map(self._choices, self._stretches)), self.n_tries)
        return sorted(filter(self._is_allowed, rows), key=self._order)

    @cached_property
    def only_offices(self) -> list[str]:
        """The offices among which one is chosen for all months, in the order of the file; none where that is not so."""
        if self.found.practice is None or len(self._stretches) != 1:
            return []
        here = self._stretches[0].offices
        alike = [] if len(here) == 1 or self._is_published else _alike(self.instance, self.found)
        return [office.id for office in alike if office.id in here]

    @cached_property
    def changes(self) -> list[int]:
        """How often the office changes in each of the ways."""
        return [n_changes(self.instance, self.seated(way)) for way in self.ways]

    @cached_property
    def n_had(self) -> int:
        """How often it changes as it was found."""
        return n_changes(self.instance, self.found)

    def seated(self, way: tuple[str, ...]) -> Assignment:
        """The assignment with the offices of a way."""
        return self.found.seated(lambda month: way[self._number(month)])

    def is_as_good(self, way: tuple[str, ...]) -> bool:
        """Whether nothing is lost by it: all that is alike is, but exposure may be divided.

        Where an office changes, or has been served in before.
        """
        has_served = any(month.practice is not None for month in self._candidate.past)
        if way == self._had or (len(way) == 1 and not has_served):
            return True
        seated = self.seated(way)
        missing = missing_goals(as_planned(self.instance, self._whole(seated)))
        return missing <= self._missing and totals_of(self.instance, seated) == self._totals

    @cached_property
    def _stretches(self) -> list[Stretch]:
        rows = stretches_of(self.instance, self._candidate)
        return [row for row in rows if row.start < self.found.end and row.end > self.found.first]

    @cached_property
    def _had(self) -> tuple[str, ...]:
        months = (max(row.start, self.found.first) for row in self._stretches)
        return tuple(office for month in months if (office := self.found.practice_at(month)) is not None)

    @cached_property
    def _totals(self) -> dict[str, int]:
        return totals_of(self.instance, self.found)

    @cached_property
    def _missing(self) -> frozenset[int]:
        return missing_goals(as_planned(self.instance, self._whole(self.found)))

    def _whole(self, assignment: Assignment) -> Assignment:
        """With all shifts, which are spread later."""
        return replace(assignment, shifts={assignment.first: self._candidate.shifts_missing})

    @property
    def _candidate(self) -> Candidate:
        return self.instance.candidates[self.found.candidate]

    @cached_property
    def _published(self) -> Published | None:
        return published_for(self.instance, self._candidate)

    @property
    def _is_published(self) -> bool:
        return self._published is not None and bool(self._published.offices)

    def _number(self, month: Month) -> int:
        """The stretch in which a month lies."""
        return sum(row.start <= month for row in self._stretches[1:])

    def _choices(self, stretch: Stretch) -> Sequence[str]:
        """Offices like the one that there is, and those of the other stretches; one that needs somebody is kept."""
        office = self._had[self._stretches.index(stretch)]
        if self._needs_somebody(office):
            return [office]
        fitting = {*self._had, *(arena.id for arena in _alike(self.instance, self.found, office))}
        return [each for each in stretch.offices if each in fitting and not self._needs_somebody(each)]

    def _needs_somebody(self, office: str) -> bool:
        return self.instance.arenas[office].min_places is not None

    def _is_allowed(self, way: tuple[str, ...]) -> bool:
        """Whether nobody leaves an office who may not, nor begins in another than the one that is named."""
        named = self._candidate.practice.at(self.found.first)
        begins = named in (None, way[0]) or self.found.first == self._stretches[0].start
        moves = zip(pairwise(way), self._stretches[1:], strict=True)
        return begins and all(before == after or before in row.left for (before, after), row in moves)

    def _order(self, way: tuple[str, ...]) -> tuple[int, int, bool, list[int]]:
        """How often the office changes, in how many months it is not the published one, then the order of the file.

        The office with a place set aside comes before others.
        """
        published, months = self._published, range(self.found.first, self.found.end)
        moved = sum(published.office_in(month) != way[self._number(month)] for month in months) if published else 0
        offices = [office.id for office in self.instance.offices]
        changes = n_changes(self.instance, self.seated(way))
        return changes, moved, way != (self.seat,), [offices.index(each) for each in way]


def _alike(instance: Instance, assignment: Assignment, practice: str | None = None) -> list[Arena]:
    """The offices that may stand for the one there is, itself among them: as good in all that does not hang on room."""
    post = instance.candidates[assignment.candidate].post
    in_mixes = {arena_id for rotation in instance.rotations.values() for arena_id in rotation.mix}

    def kind(arena: Arena) -> tuple[object, ...] | None:
        if arena.min_places is not None or arena.id in in_mixes:
            return None
        return arena.goals, arena.goals_partial, arena.goals_with_shifts, arena.exposure, arena.id == post

    wanted = kind(instance.arenas[practice or assignment.practice or ""])
    return [] if wanted is None else [office for office in instance.offices if kind(office) == wanted]


class _Seating:
    """A search for the first choice in the order of the file, one candidate after the other.

    ``_least``: how often the offices of the candidates from a number on change at least, with all the room there is.
    """

    def __init__(self, held: Occupancy, choosers: list[_Chooser], n_tries: int) -> None:
        self._held, self._choosers = held, choosers
        self._left = n_tries
        own = [min(chooser.changes) for chooser in choosers]
        self._least = [sum(own[number:]) for number in range(len(own) + 1)]

    def fewest_changes(self) -> dict[str, Assignment]:
        """The choice; nothing where it takes too many tries."""
        for most in range(self._least[0], sum(chooser.n_had for chooser in self._choosers) + 1):
            found = self._from(0, most)
            if found is not None:
                return found
        return {}

    def _from(self, number: int, most: int) -> dict[str, Assignment] | None:
        """The first choice for the candidates from a number on that changes offices at most so often."""
        if number == len(self._choosers):
            return {}
        chooser = self._choosers[number]
        for way, changes in zip(chooser.ways, chooser.changes, strict=True):
            if changes + self._least[number + 1] > most:
                break
            self._left -= 1
            if self._left < 0:
                return None
            seated = chooser.seated(way)
            if not self._held.fits(seated) or not chooser.is_as_good(way):
                continue
            self._held.add(seated)
            rest = self._from(number + 1, most - changes)
            self._held.remove(seated.candidate)
            if rest is not None:
                return {seated.candidate: seated, **rest}
        return None
