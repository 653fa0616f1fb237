"""A candidate has one office at a time, and another only for a cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, Trajectory, spans, spans_by_key
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.named import called
from scheduler.instance.offices import (
    Stretch,
    closes,
    first_offices,
    has_less_room,
    may_leave,
    must_be_in,
    stretches_of,
    whose_own,
    with_offices_changing,
)
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month, format_month

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Literal, Variables


class Practice(Rule):
    """`practice` in a mix is one office; another one only from a month that the candidate's rows or want of room name.

    Without either it is the same for the whole plan (its places: see `capacity`).
    """

    id = "practice"
    builds_first = True
    telling = 5
    blamed = None

    def build(self, variables: Variables) -> None:
        """Give each candidate an office: the one named, or one that the plan chooses, until it may be another one."""
        choosers = []
        for candidate in variables.candidates:
            stretches = stretches_of(variables.instance, candidate.candidate)
            if all(len(stretch.offices) == 1 for stretch in stretches) and candidate.candidate.practice:
                _seat(candidate, stretches)
            elif candidate.candidate.practice or any(
                rotation.uses_practice for rotation in variables.instance.rotations_of(candidate.candidate)
            ):
                choosers.append((candidate, stretches))
        spare = _spare_seats(variables, [candidate for candidate, _ in choosers])
        for candidate, stretches in choosers:
            if spare and not _has_post_in_an_office(candidate):  # else it matters whether the seat is at the post
                candidate.sit(0, variables.n_months, {spare.pop(0): variables.true})
            elif candidate.states(self.id):
                _seat(candidate, stretches)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """The office is one, is the one given if one is, and is there when the plan serves in it."""
        wide = with_offices_changing(read.instance)  # how many change is for the search to keep few
        for trajectory in read.trajectories:
            if trajectory.entry.practice is None:
                yield from self._check_unneeded(trajectory)
            for practice in trajectory.entry.offices:
                if practice not in read.instance.arenas or not read.instance.arenas[practice].is_office:
                    yield Violation(self.id, "violations.practice-unknown", {}, trajectory.candidate.id, practice)
            if trajectory.entry.practice is not None:
                yield from self._check_named(wide, trajectory)
                yield from self._check_moves(wide, trajectory)
                yield from self._check_own(read.instance, trajectory)

    def report(self, read: PlanRead) -> Iterator[Violation]:
        """From which month somebody has another office, and why."""
        for trajectory in read.trajectories:
            candidate = trajectory.candidate
            for before, row in pairwise(trajectory.told.practices):
                why = self._why_moved(read.instance, candidate, before.practice, row.from_)
                was, now = (called(read.instance.arenas, office) for office in (before.practice, row.practice))
                fields = {"before": was, "practice": now, "month": format_month(row.from_)}
                yield Violation(
                    self.id, f"reported.{why}", fields, candidate.id, row.practice, start=row.from_, end=row.to + 1
                )

    def _why_moved(self, instance: Instance, candidate: Candidate, office: str, month: Month) -> str:
        if must_be_in(candidate, month) and not has_less_room(instance, office, month):
            return "practice-row"
        return "practice-closes" if closes(instance, office, month) else "practice-full"

    def _check_named(self, instance: Instance, trajectory: Trajectory) -> Iterator[Violation]:
        """Whose row begins is in the office that it names."""
        candidate, entry = trajectory.candidate, trajectory.entry
        for month in range(trajectory.first, trajectory.end):
            practice = entry.practice_at(month)
            if month == trajectory.first and candidate.frozen is None:
                given = next(iter(first_offices(instance, candidate, month)), None)
            else:
                given = must_be_in(candidate, month)
            if given is not None and practice is not None and practice != given:
                end = next(
                    (m for m in range(month, trajectory.end) if entry.practice_at(m) != practice), trajectory.end
                )
                fields = {"practice": called(instance.arenas, practice), "given": called(instance.arenas, given)}
                yield Violation(
                    self.id, "violations.practice-other", fields, candidate.id, practice, start=month, end=end
                )

    def _check_moves(self, instance: Instance, trajectory: Trajectory) -> Iterator[Violation]:
        """Nobody leaves an office but for a cause."""
        candidate, entry = trajectory.candidate, trajectory.told
        begins = trajectory.first + (candidate.frozen is None)  # else the frozen months are before
        for month in range(begins, trajectory.end):
            before, practice = entry.practice_at(month - 1), entry.practice_at(month)
            if before is None or practice is None or before == practice:
                continue
            if not self._has_cause(instance, candidate, before, month):
                fields = {"practice": called(instance.arenas, practice), "before": called(instance.arenas, before)}
                yield Violation(
                    self.id, "violations.practice-moved", fields, candidate.id, practice, start=month, end=month + 1
                )

    def _check_own(self, instance: Instance, trajectory: Trajectory) -> Iterator[Violation]:
        """An office that no row names is one of the candidate's own municipality; frozen months keep theirs."""
        candidate, own = trajectory.candidate, trajectory.candidate.municipality
        if own is None:
            return
        elsewhere = (
            (practice, month)
            for month in range(trajectory.first, trajectory.end)
            if (practice := trajectory.entry.practice_at(month)) is not None
            and practice in instance.arenas
            and practice not in candidate.practice.names
            and instance.arenas[practice].municipality != own
        )
        for practice, span in spans_by_key(elsewhere):
            fields = {"practice": instance.arenas[practice].name, "municipality": instance.municipalities[own].name}
            yield Violation(
                self.id, "violations.practice-elsewhere", fields, candidate.id, practice, start=span.start, end=span.end
            )

    def _has_cause(self, instance: Instance, candidate: Candidate, office: str, month: Month) -> bool:
        """Whether the office may be left from the month on; after the frozen ones for any cause since the first."""
        if month != instance.door(candidate):
            return may_leave(instance, candidate, office, month)
        since = range(instance.start + 1, month + 1)
        closed_before = not first_offices(instance, candidate, instance.start)
        return closed_before or any(may_leave(instance, candidate, office, each) for each in since)

    def _check_unneeded(self, trajectory: Trajectory) -> Iterator[Violation]:
        for span in spans(month.month for month in trajectory.service if month.rotation.uses_practice):
            yield Violation(
                self.id, "violations.practice-none", candidate=trajectory.candidate.id, start=span.start, end=span.end
            )

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The choice of an office, where none is named, or it may become another one."""
        if not candidate.practice or any(len(stretch.offices) > 1 for stretch in stretches_of(instance, candidate)):
            yield RuleKey(self.id, candidate.id)


# --- stating it in the model ---------------------------------------------------------------------------------------


def _seat(candidate: CandidateVariables, stretches: Sequence[Stretch]) -> None:
    """One choice for each stretch; who may not leave an office stays in it."""
    model, variables = candidate.model, candidate.variables
    origin = variables.instance.start
    before: Mapping[str, Literal] = {}
    for stretch in stretches:
        if len(stretch.offices) == 1:
            chosen = {stretch.offices[0]: variables.true}
        else:
            chosen = {office: model.new_bool_var("") for office in stretch.offices}
            model.add_exactly_one(chosen.values())
        for office, was_there in before.items():
            if office not in stretch.left:
                model.add_implication(was_there, chosen.get(office, variables.false))
        _begin_where_named(candidate, stretch, chosen)
        if stretch.end - origin > candidate.timeline.first:  # else it is over with the frozen months
            candidate.sit(stretch.start - origin, stretch.end - origin, chosen)
        before = chosen


def _begin_where_named(candidate: CandidateVariables, stretch: Stretch, chosen: Mapping[str, Literal]) -> None:
    """Who starts no earlier than the stretch does so in the office that is named."""
    start, named = stretch.start - candidate.variables.instance.start, candidate.candidate.practice.at(stretch.start)
    if named is None or not candidate.timeline.first < start <= candidate.timeline.last_start:
        return
    begun = candidate.variables.at_most(candidate.start, start - 1)
    for office, literal in chosen.items():
        if office != named:
            candidate.model.add_implication(literal, begun)


def _spare_seats(variables: Variables, choosers: Sequence[CandidateVariables]) -> list[str]:
    """Seats that stay free whatever anybody does, if there are enough for all choosers; otherwise none.

    Where offices differ in nothing but their places, a plan with any other choice turns into one with these seats at
    no cost, so nothing is lost by taking them and much search is saved.
    """
    n_wanted = len(choosers)
    if any(map(_knows_an_office, choosers)) or not _interchangeable(variables.instance):
        return []  # one who is named somewhere, and may have to go, takes a seat only then
    seats: list[str] = []
    for office in variables.instance.offices:
        if not _is_somebodys(variables, office.id):
            n_free = min(max(_fewest_left(variables, office.id), 0), n_wanted)
            seats += [office.id] * (n_free if office.max_away is None else min(n_free, 1))
    return seats[:n_wanted] if len(seats) >= n_wanted else []


def _knows_an_office(chooser: CandidateVariables) -> bool:
    """Whether an office is named for the candidate, or one has been served in: its goals are met there to some part."""
    candidate = chooser.candidate
    return bool(candidate.practice) or any(month.practice is not None for month in candidate.past)


def _has_post_in_an_office(chooser: CandidateVariables) -> bool:
    """Whether the candidate's own post is an office, which own practice may be spent in or not."""
    return any(office.id == chooser.candidate.post for office in chooser.variables.instance.offices)


def _is_somebodys(variables: Variables, office_id: str) -> bool:
    """Whether a candidate, free or held, has the office as practice or post."""
    held = variables.held.assignments.values()
    return office_id in variables.instance.once(whose_own) or any(office_id in each.offices for each in held)


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
            arena.municipality,
        )
        for arena in offices
    }
    singled_out = {arena_id for limit in instance.limits.values() for arena_id in limit.arenas}
    singled_out.update(arena_id for quota in instance.quotas.values() for arena_id in quota.arenas)
    singled_out.update(arena_id for rotation in instance.rotations.values() for arena_id in rotation.mix)
    singled_out.update(arena_id for supervisor in instance.supervisors.values() for arena_id in supervisor.arenas)
    plain = all(arena.percent is None and arena.min_places is None and arena.id not in singled_out for arena in offices)
    return plain and len(kinds) <= 1
