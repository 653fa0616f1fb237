"""In which office a candidate may be, and when it may become another one (rule ``practice``).

An office is one and the same for a whole plan unless the candidate's own rows name another from some month, or there is
no longer a place. So a candidate's months fall into *stretches* in which the office does not change; nearly everybody
has just one. As few offices change as can be: at first only who is named to an office may leave it, when there comes to
be less room in it than for all who are named there; the other one is then the same to the end. Only where that leaves
no plan (``Instance.offices_change``) may everybody leave an office, named or chosen, from a month on in which there is
less room in it than before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from scheduler.exact import Exact
from scheduler.instance.assignment import Assignment
from scheduler.instance.types import ROOM_FOR_ALL, Arena, Candidate, Instance, Limit, PercentSteps, Reservation, Steps
from scheduler.month import Month

Room = tuple[Exact, ...]
"""What there is room for in an office in a month, by every ceiling that it is under."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months ``start`` up to ``end`` in which a candidate is in one of ``offices``.

    ``left``: the offices of the stretch before that may be left when this one begins; in any other one stays.
    """

    start: Month
    end: Month
    offices: tuple[str, ...]
    left: frozenset[str] = frozenset()


def stretches_of(instance: Instance, candidate: Candidate) -> list[Stretch]:
    """The candidate's stretches, in order, up to the end of the horizon."""
    return instance.remembered(candidate, _tabulated)


def _tabulated(instance: Instance, candidate: Candidate) -> list[Stretch]:
    everywhere = tuple(office.id for office in instance.offices_for(candidate))
    first = max(candidate.start_earliest, instance.start)  # in frozen months it is named as it was
    offices = first_offices(instance, candidate, first) or everywhere
    begin, left, found = first, frozenset[str](), []
    for month in _edges(instance, candidate, first):
        here, leave = _next(instance, candidate, month, offices, everywhere)
        if not leave:
            continue
        found.append(Stretch(begin, month, offices, left))
        begin, offices, left = month, here, leave
    return [*found, Stretch(begin, max(instance.end, begin + 1), offices, left)]


def may_be_offices(instance: Instance, candidate: Candidate, month: Month) -> tuple[str, ...]:
    """The offices in which the candidate may be in a month of the horizon."""
    return next(stretch.offices for stretch in stretches_of(instance, candidate) if month < stretch.end)


def settled_office(instance: Instance, candidate: Candidate, month: Month) -> str | None:
    """The office in which the candidate is in a month whatever the plan; None where it may be another one."""
    offices = may_be_offices(instance, candidate, month)
    return offices[0] if len(offices) == 1 else None


def offices_of(instance: Instance, candidate: Candidate) -> list[str]:
    """The offices in which the candidate may be at some time."""
    return list(dict.fromkeys(office for each in stretches_of(instance, candidate) for office in each.offices))


def first_offices(instance: Instance, candidate: Candidate, first: Month) -> tuple[str, ...]:
    """The office that is named for the first month of a plan; empty: any, for none is, or it closed before the horizon.

    Only for who was in training before the horizon has an office closed; who begins in one without a place has none.
    """
    named = candidate.practice.at(first)
    if named is None:
        return ()
    began_before = candidate.start_latest < instance.start == first
    return () if began_before and _has_less_room(instance, candidate, named) else (named,)


def may_leave(instance: Instance, candidate: Candidate, office: str, month: Month) -> bool:
    """Whether who was in the office may be in another from the month on: by their own rows, or for want of room."""
    return _another_row(candidate, month) or has_less_room(instance, office, month)


def has_less_room(instance: Instance, office: str, month: Month) -> bool:
    """Whether there is less room in the office from the month on, later than the first of the horizon."""
    return month in instance.once(_shrinking).get(office, ())


def whose_own(instance: Instance) -> frozenset[str]:
    """The offices that are somebody's named practice or post."""
    people = instance.candidates.values()
    return frozenset(office for each in people for office in (*each.practice.names, each.post) if office is not None)


def n_own(instance: Instance, office: str, month: Month) -> int:
    """How many candidates' named practice in the month, or post, the office is."""
    return instance.once(_owners)[office, month]


def _owners(instance: Instance) -> Counter[tuple[str | None, Month]]:
    months, people = range(instance.start, instance.end), instance.candidates.values()
    return Counter(
        (office, month) for each in people for month in months for office in {each.post, each.practice.at(month)}
    )


def came_from(instance: Instance, candidate: Candidate) -> str | None:
    """The office in which the candidate was when the plan takes over; None where none is known, or training begins."""
    door = instance.door(candidate)
    if candidate.frozen is not None:
        return candidate.frozen.offices.get(door - 1)
    return candidate.practice.at(door) if candidate.start_latest < door else None


def n_changes(instance: Instance, assignment: Assignment) -> int:
    """How often the office becomes another one, for whatever cause."""
    before = came_from(instance, instance.candidates[assignment.candidate])
    return len(assignment.moves) + (before not in (None, assignment.practice))


def closes(instance: Instance, office: str, month: Month) -> bool:
    """Whether the office has no place any more from the month on, later than the first of the horizon."""
    return month in instance.once(_closing).get(office, ())


def with_offices_changing(instance: Instance) -> Instance:
    """The instance where there is no plan otherwise; the same one if nobody's office may then become another."""
    wider = replace(instance, offices_change=True)
    people = instance.candidates.values()
    same = all(stretches_of(wider, candidate) == stretches_of(instance, candidate) for candidate in people)
    return instance if same else wider


def wide_enough_for(instance: Instance, assignments: Iterable[Assignment]) -> Instance:
    """The instance in which the plan of the assignments is one: where offices change more than they need to."""
    fits = all(_keeps_to(instance, assignment) for assignment in assignments)
    return instance if fits else with_offices_changing(instance)


def _keeps_to(instance: Instance, assignment: Assignment) -> bool:
    before: str | None = None
    for row in stretches_of(instance, instance.candidates[assignment.candidate]):
        months = range(max(row.start, assignment.first), min(row.end, assignment.end))
        offices = {assignment.practice_at(month) for month in months} - {None}
        if len(offices) > 1 or not offices <= set(row.offices):
            return False
        for office in offices:
            if before not in (None, office, *row.left):
                return False
            before = office
    return True


def _another_row(candidate: Candidate, month: Month) -> bool:
    return candidate.practice.at(month) != candidate.practice.at(month - 1)


def must_be_in(candidate: Candidate, month: Month) -> str | None:
    """The office in which the candidate is from the month on because a row that names it begins."""
    named = candidate.practice.at(month)
    return None if named == candidate.practice.at(month - 1) else named


def _next(
    instance: Instance, candidate: Candidate, month: Month, offices: tuple[str, ...], everywhere: tuple[str, ...]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Where a candidate who was in one of the offices may be from a month on, and which of them may be left."""
    leave = frozenset(office for office in offices if _goes(instance, candidate, office, month, len(offices) == 1))
    named = must_be_in(candidate, month)
    return everywhere if named is None else (named,), leave


def _goes(instance: Instance, candidate: Candidate, office: str, month: Month, settled: bool) -> bool:
    """Whether the office may be left; where offices need not change, by who is named there if not all have room."""
    if instance.offices_change or _another_row(candidate, month):
        return may_leave(instance, candidate, office, month)
    named = candidate.practice.at(month) == office
    return settled and named and has_less_room(instance, office, month) and not _all_fit(instance, office, month)


def _edges(instance: Instance, candidate: Candidate, first: Month) -> list[Month]:
    edges = set(candidate.practice.edges()).union(*instance.once(_shrinking).values())
    return sorted(month for month in edges if first < month < instance.end)


# --- room --------------------------------------------------------------------------------------------------------


def _shrinking(instance: Instance) -> dict[str, frozenset[Month]]:
    """For each office the months of the horizon, but for its first, from which there is less room than before."""
    return _turning(instance, _is_less)


def _closing(instance: Instance) -> dict[str, frozenset[Month]]:
    """For each office the months of the horizon, but for its first, from which it has no place any more."""
    return _turning(instance, lambda now, before: _is_closed(now) and not _is_closed(before))


def _turning(instance: Instance, turns: Callable[[Room, Room], bool]) -> dict[str, frozenset[Month]]:
    found = {}
    for office in instance.offices:
        edges = sorted(month for month in _room_edges(instance, office) if instance.start < month < instance.end)
        found[office.id] = frozenset(
            month for month in edges if turns(_room(instance, office, month), _room(instance, office, month - 1))
        )
    return {office: months for office, months in found.items() if months}


def _has_less_room(instance: Instance, candidate: Candidate, office_id: str) -> bool:
    """Whether there was more room in the office in some month of the training before the horizon, or it has closed."""
    office = instance.arenas[office_id]
    begin = candidate.start_earliest
    edges = {begin, *(month for month in _room_edges(instance, office) if begin < month < instance.start)}
    now = _room(instance, office, instance.start)
    less = any(_is_less(now, _room(instance, office, month)) for month in edges)
    return less and (instance.offices_change or not _all_fit(instance, office_id, instance.start))


def _is_less(after: Room, before: Room) -> bool:
    return any(now < then for now, then in zip(after, before, strict=True))


def _all_fit(instance: Instance, office_id: str, month: Month) -> bool:
    """Whether there is room in the month for all whom their rows name to the office, or to others under its limits."""
    for subject, rows in _ceilings(instance, instance.arenas[office_id]):
        arenas = subject.arenas if isinstance(subject, Limit) else (subject.id,)
        there = [
            candidate.percent_at(month)
            for candidate in instance.candidates.values()
            if candidate.start_earliest <= month and candidate.practice.at(month) in arenas
        ]
        places, percent = (_left(subject, rows, what, month) for what in ("places", "percent"))
        if (places is not None and len(there) > places) or (percent is not None and sum(there) > percent):
            return False
    return True


def _is_closed(room: Room) -> bool:
    return 0 in room


def _room(instance: Instance, office: Arena, month: Month) -> Room:
    """Places and percent in an office after reservations, and under every limit that it is under."""
    left = (_left(*ceiling, what, month) for ceiling in _ceilings(instance, office) for what in ("places", "percent"))
    return tuple(amount for amount in left if amount is not None)


def _left(subject: Arena | Limit, rows: list[Reservation], what: str, month: Month) -> Exact | None:
    """Places, or percent, in a month after reservations; None without a ceiling."""
    steps: Steps | PercentSteps | None = subject.places if what == "places" else subject.percent
    if steps is None:
        return None
    if steps.at(month) == ROOM_FOR_ALL:
        return ROOM_FOR_ALL
    taken = (row.places if what == "places" else row.percent for row in rows if month in row.span)
    return max(steps.at(month) - sum(taken), 0)


def _room_edges(instance: Instance, office: Arena) -> Iterator[Month]:
    """Months in which there may be other room than in the month before."""
    for subject, rows in _ceilings(instance, office):
        for steps in (subject.places, subject.percent):
            for step in steps.rows if steps is not None else ():
                yield from (edge for edge in (step.start, step.end) if edge is not None)
        for row in rows:
            yield from (row.span.start, row.span.end)


def _ceilings(instance: Instance, office: Arena) -> Iterator[tuple[Arena | Limit, list[Reservation]]]:
    subjects: list[Arena | Limit] = [office]
    subjects += [limit for limit in instance.limits.values() if office.id in limit.arenas]
    for subject in subjects:
        arenas = subject.arenas if isinstance(subject, Limit) else (subject.id,)
        yield subject, [row for row in instance.reservations if row.arena in arenas]
