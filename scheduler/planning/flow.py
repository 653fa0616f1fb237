"""How many can begin every half-year for ever, from above: the months that all of them need against those there are.

Where as many begin every six months, without end, each month holds on average what the newcomers of one half-year need
in their whole training, by six. So the months of one half-year's newcomers, added up over rotations, must find room in
the places of half a year: whole numbers that every true plan obeys, and in which order is left out. That there are none
is therefore a proof; that there are is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from ortools.sat.python import cp_model

from scheduler.accounting import ceiling
from scheduler.accounting.goals import roster_of
from scheduler.exact import Exact
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, PRACTICE, Arena, Candidate, Instance, Limit
from scheduler.month import MONTHS_PER_YEAR, Month
from scheduler.solver.engine import Settings, Stop, run
from scheduler.texts import Phrase, phrase

_INTAKES = 2
_MONTHS_OF_ONE = 600
_GROUP_YEARS = 2

Amounts = Mapping[str, Exact]


@dataclass(frozen=True, slots=True)
class Room:
    """A ceiling of a year: what a month in each rotation takes of it, what each newcomer takes, and what there is."""

    name: Phrase | str
    takes: Amounts
    each: Exact
    there_is: Exact


def rooms(instance: Instance, candidate: Candidate) -> list[Room]:
    """All ceilings, as they are in the last year of the horizon; ``candidate``: one like all newcomers."""
    year = range(max(instance.end - MONTHS_PER_YEAR, instance.start), instance.end)
    whole = Fraction(MONTHS_PER_YEAR, max(len(year), 1))
    found = [*_arenas(instance, candidate, year), *_supervision(instance, candidate, year)]
    found += [*_groups(instance, candidate), *_shifts(instance, candidate, year)]
    return [Room(room.name, room.takes, room.each, Fraction(room.there_is) * whole) for room in found]


def fits(
    instance: Instance, candidate: Candidate, number: int, among: Iterable[Room], settings: Settings, stop: Stop
) -> bool | None:
    """Whether so many every half-year find room among these ceilings, order left out; None: not known."""
    model = _Model(instance, candidate, number)
    for room in among:
        model.under(room)
    outcome = run(model.model, settings, stop)
    if outcome.infeasible:
        return False
    return True if outcome.values is not None else None


class _Model:
    """The months of a half-year's newcomers by rotation, and what they count as, all of them together."""

    def __init__(self, instance: Instance, candidate: Candidate, number: int) -> None:
        self.model = cp_model.CpModel()
        self._candidate, self._number = candidate, number
        self._percent = Fraction(candidate.percent.at(instance.end - 1) or 100)
        self._months = {
            rotation: self.model.new_int_var(0, number * _MONTHS_OF_ONE, rotation) for rotation in candidate.allowed
        }
        self._blocks(instance)
        self._service(instance)
        self._requirements(instance)

    def under(self, room: Room) -> None:
        """The newcomers of a year find room."""
        takes = {rotation: _INTAKES * amount for rotation, amount in room.takes.items()}
        self._at_most(takes, room.there_is - _INTAKES * self._number * room.each)

    def _blocks(self, instance: Instance) -> None:
        for rotation, months in self._months.items():
            of = instance.rotations[rotation]
            if of.max_months is not None and of.max_blocks is not None:
                self.model.add(months <= self._number * of.max_months * of.max_blocks)

    def _service(self, instance: Instance) -> None:
        """Minima and caps of the categories, and the total; in credit."""
        rules, number = self._candidate.rules, self._number
        counted: dict[str, cp_model.IntVar] = {}
        highest = number * _MONTHS_OF_ONE * CREDIT_PER_FTE_MONTH
        for category in rules.from_below:
            counted[category.id] = self.model.new_int_var(0, highest, f"counted {category.id}")
            if category.cap is not None:
                self.model.add(counted[category.id] <= number * category.cap)
            below = [counted[row.id] for row in rules.categories if row.counts_into == category.id]
            worked = self._worked(instance, [category.id]) if category.served else {}
            before = number * Fraction(self._candidate.credited.get(category.id, 0)) if category.served else 0
            self._at_most(
                {rotation: -amount for rotation, amount in worked.items()}, before, counted[category.id], below
            )
            if category.minimum:
                within = rules.within(category)
                done = sum(Fraction(self._candidate.credited.get(service, 0)) for service in within)
                least = number * (category.minimum - done)
                self._at_least(self._worked(instance, within), least)
        roots = [counted[row.id] for row in rules.categories if row.counts_into is None]
        self.model.add(sum(roots) >= number * rules.total)

    def _worked(self, instance: Instance, services: Collection[str]) -> dict[str, Exact]:
        """What a month in each rotation earns in some categories."""
        return {
            rotation: self._percent
            * sum(Fraction(instance.rotations[rotation].share_by_service.get(s, 0)) for s in services)
            for rotation in self._months
        }

    def _requirements(self, instance: Instance) -> None:
        """Those that are for everybody; work in credit."""
        for row in instance.requirements:
            if row.candidates:
                continue
            work = {rotation: self._percent * 100 for rotation in row.rotations if rotation in self._months}
            if row.min_work is not None:
                self._at_least(work, self._number * row.min_work)
            if row.max_work is not None:
                self._at_most(work, self._number * row.max_work)

    def _at_least(self, amounts: Amounts, least: Exact) -> None:
        self._at_most({rotation: -amount for rotation, amount in amounts.items()}, -least)

    def _at_most(
        self,
        amounts: Amounts,
        most: Exact,
        plus: cp_model.IntVar | None = None,
        minus: Sequence[cp_model.IntVar] = (),
    ) -> None:
        """Months times amounts (and a variable, less others) come to no more; in whole numbers."""
        given = {rotation: Fraction(amount) for rotation, amount in amounts.items() if rotation in self._months}
        step = lcm(*(amount.denominator for amount in given.values()), Fraction(most).denominator)
        months = sum(int(amount * step) * self._months[rotation] for rotation, amount in given.items())
        others = step * ((0 if plus is None else plus) - sum(minus))
        self.model.add(months + others <= int(Fraction(most) * step))


# --- what there is in a year


def _arenas(instance: Instance, candidate: Candidate, year: range) -> Iterator[Room]:
    """Heads and posts of arenas and limits; all offices together, since whoever leaves one makes room there."""
    percent = Fraction(candidate.percent.at(instance.end - 1) or 100)
    offices = [arena for arena in instance.offices if arena.places is not None]
    if len(offices) == len(instance.offices):
        own = {rotation: 1 for rotation in candidate.allowed if PRACTICE in instance.rotations[rotation].mix}
        places = sum(_heads(instance, arena, year) for arena in offices)
        yield Room(phrase("intake.offices"), own, 0, places)
    subjects: list[tuple[str, Arena | Limit]] = [
        (arena.name, arena) for arena in instance.arenas.values() if not arena.is_office and not arena.is_parallel
    ]
    subjects += [(row.id, row) for row in instance.limits.values()]
    for name, subject in subjects:
        under = set(subject.arenas) if isinstance(subject, Limit) else {subject.id}
        mixes = {rotation: instance.rotations[rotation].mix for rotation in candidate.allowed}
        shares = {rotation: sum(Fraction(mix.get(arena, 0)) for arena in under) for rotation, mix in mixes.items()}
        if subject.places is not None:
            heads = {rotation: 1 for rotation, share in shares.items() if share}
            yield Room(name, heads, 0, _heads(instance, subject, year))
        top = ceiling(instance, subject)
        if top.percent is not None:
            taken = {rotation: share * percent / 100 for rotation, share in shares.items() if share}
            yield Room(name, taken, 0, sum(Fraction(top.percent_at(month) or 0) for month in year))


def _heads(instance: Instance, subject: Arena | Limit, year: Iterable[Month]) -> int:
    top = ceiling(instance, subject)
    return sum(top.places_at(month) or 0 for month in year)


def _supervision(instance: Instance, candidate: Candidate, year: range) -> Iterator[Room]:
    """Places with supervisors: all of them, and those with whom one may be outside arenas that have their own."""
    if not instance.supervisors:
        return
    own = {arena.id for arena in instance.arenas.values() if arena.own_supervisor}
    mixes = {rotation: instance.rotations[rotation].mix for rotation in candidate.allowed}
    inside = {rotation for rotation, mix in mixes.items() if any(mix.get(arena, 0) >= 50 for arena in own)}
    everybody = list(instance.supervisors.values())
    outside = [row for row in everybody if not row.arenas or row.arenas - own]
    for rotations, guides in ((set(mixes), everybody), (set(mixes) - inside, outside)):
        places = sum(row.places_at(month) for row in guides for month in year)
        yield Room(phrase("intake.supervisors"), dict.fromkeys(sorted(rotations), 1), 0, places)


def _groups(instance: Instance, candidate: Candidate) -> Iterator[Room]:
    """Places in the groups that begin in a year: on average in the last two years in which any does."""
    groups = list(instance.groups.values())
    if not candidate.rules.group_required or candidate.group.done or not groups:
        return
    last = max(group.span.start for group in groups)
    months = _GROUP_YEARS * MONTHS_PER_YEAR
    places = sum(group.places for group in groups if last - months < group.span.start)
    yield Room(phrase("intake.steady-groups"), {}, 1, Fraction(places, _GROUP_YEARS))


def _shifts(instance: Instance, candidate: Candidate, year: range) -> Iterator[Room]:
    roster = roster_of(instance, candidate)
    if roster is None or roster.shifts is None or not candidate.shifts_missing:
        return
    there = sum(roster.shifts.at(month) for month in year)
    yield Room(phrase("intake.steady-shifts"), {}, candidate.shifts_missing, there)
