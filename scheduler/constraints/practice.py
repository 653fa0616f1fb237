"""A candidate has one office for the whole plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import Trajectory, spans, trajectories
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Practice(Rule):
    """`practice` in a mix is one and the same office for a candidate's whole plan (its places: see `capacity`)."""

    id = "practice"
    builds_first = True
    telling = 5
    blamed = None

    def build(self, variables: Variables) -> None:
        """Give each candidate one office for the whole plan: the one named, or one that the plan chooses."""
        choosers = []
        for candidate in variables.candidates:
            if candidate.candidate.practice is not None:
                candidate.practices = {candidate.candidate.practice: variables.true}
            elif any(rotation.uses_practice for rotation in variables.instance.rotations_of(candidate.candidate)):
                choosers.append(candidate)
        seats = _spare_seats(variables, len(choosers))
        for candidate in choosers:
            if seats and candidate.candidate.post is None:  # else it matters whether the seat is at the post
                candidate.practices = {seats.pop(0): variables.true}
            elif candidate.states(self.id):
                candidate.practices = {o.id: variables.model.new_bool_var("") for o in variables.instance.offices}
                variables.model.add_exactly_one(candidate.practices.values())

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """The office is one, is the one given if one is, and is there when the plan serves in it."""
        for trajectory in trajectories(instance, plan):
            practice, given = trajectory.entry.practice, trajectory.candidate.practice
            if practice is None:
                yield from self._check_unneeded(trajectory)
            elif practice not in instance.arenas or not instance.arenas[practice].is_office:
                yield Violation(self.id, "violations.practice-unknown", {}, trajectory.candidate.id, practice)
            if given is not None and practice is not None and practice != given:
                fields = {"practice": practice, "given": given}
                yield Violation(self.id, "violations.practice-other", fields, trajectory.candidate.id, practice)

    def _check_unneeded(self, trajectory: Trajectory) -> Iterator[Violation]:
        for span in spans(month.month for month in trajectory.service if month.rotation.uses_practice):
            yield Violation(
                self.id, "violations.practice-none", candidate=trajectory.candidate.id, start=span.start, end=span.end
            )

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The choice of an office, where none is named."""
        if candidate.practice is None:
            yield RuleKey(self.id, candidate.id)


# --- stating it in the model ---------------------------------------------------------------------------------------


def _spare_seats(variables: Variables, n_wanted: int) -> list[str]:
    """Seats that stay free whatever anybody does, if there are enough for all choosers; otherwise none.

    Where offices differ in nothing but their places, a plan with any other choice turns into one with these seats at
    no cost, so nothing is lost by taking them and much search is saved.
    """
    if not _interchangeable(variables.instance):
        return []
    seats: list[str] = []
    for office in variables.instance.offices:
        if not _is_somebodys(variables, office.id):
            n_free = min(max(_fewest_left(variables, office.id), 0), n_wanted)
            seats += [office.id] * (n_free if office.max_away is None else min(n_free, 1))
    return seats[:n_wanted] if len(seats) >= n_wanted else []


def _is_somebodys(variables: Variables, office_id: str) -> bool:
    """Whether a candidate, free or held, has the office as practice or post."""
    people = variables.instance.candidates.values()
    held = variables.held.assignments.values()
    return any(office_id in (candidate.practice, candidate.post) for candidate in people) or any(
        d.practice == office_id for d in held
    )


def _fewest_left(variables: Variables, office_id: str) -> int:
    left = [variables.held.places_left(office_id, variables.month(t)) for t in range(variables.n_months)]
    return min(len(variables.candidates) if places is None else places for places in left)


def _interchangeable(instance: Instance) -> bool:
    """Whether the offices have the same goals and nothing but places tells them apart."""
    offices = instance.offices
    kinds = {
        (
            arena.goals,
            arena.goals_partial,
            arena.goals_with_shifts,
            arena.exposure,
            arena.max_away,
            arena.own_supervisor,
        )
        for arena in offices
    }
    singled_out = {arena_id for limit in instance.limits.values() for arena_id in limit.arenas}
    singled_out.update(arena_id for rotation in instance.rotations.values() for arena_id in rotation.mix)
    singled_out.update(arena_id for supervisor in instance.supervisors.values() for arena_id in supervisor.arenas)
    plain = all(arena.percent is None and arena.min_places is None and arena.id not in singled_out for arena in offices)
    return plain and len(kinds) <= 1
