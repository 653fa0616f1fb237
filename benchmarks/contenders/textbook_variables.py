"""The textbook formulation: what there is of variables, candidate by candidate, and the sums that rows are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from benchmarks.contenders.rows import Model, Sum, number, one, total, weighted
from scheduler.instance.assignment import Assignment
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import PRACTICE, Candidate, Instance, Rotation


@dataclass
class Person:
    """One candidate's variables."""

    candidate: Candidate
    timeline: Timeline
    rotations: list[Rotation]
    base: Rotation
    x: dict[tuple[str, int], int] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    ended: dict[int, int] = field(default_factory=dict)
    begun: dict[int, int] = field(default_factory=dict)  # only inside a start window
    offices: dict[str, int] = field(default_factory=dict)  # only where the plan chooses
    groups: dict[str, int] = field(default_factory=dict)
    shifts: dict[int, int] = field(default_factory=dict)
    delay: Sum = field(default_factory=Sum)
    lost: Sum = field(default_factory=Sum)
    moves: Sum = field(default_factory=Sum)

    @property
    def finishes(self) -> bool:
        """Whether all minima must hold within the horizon."""
        return not self.timeline.unfinished

    @property
    def office(self) -> str | None:
        """The office that is named; None where the plan chooses."""
        return office_named(self.candidate)

    @cached_property
    def months(self) -> list[int]:
        """Service months that could be planned."""
        return [t for t in range(self.timeline.first, self.timeline.n_months) if self.timeline.percent[t]]

    def serving(self, t: int, rotations: list[Rotation]) -> Sum:
        """1 if serving in one of these in month t."""
        return total(one(self.x[r.id, t]) for r in rotations if (r.id, t) in self.x)

    def active(self, t: int) -> Sum:
        """1 from the start until the end."""
        begun = one(self.begun[t]) if t in self.begun else number(int(t >= self.timeline.first))
        return begun.plus(one(self.ended[t]), -1) if t in self.ended else begun

    def credit(self, share: dict[str, int]) -> Sum:
        """Percent x share over the plan, shares given per rotation."""
        percent = self.timeline.percent
        return weighted({v: percent[t] * share[r] for (r, t), v in self.x.items() if share.get(r)})


@dataclass
class Textbook:
    """The model of an instance, its levels, and the way back to assignments."""

    instance: Instance
    model: Model = field(default_factory=Model)
    people: dict[str, Person] = field(default_factory=dict)
    levels: list[tuple[str, Sum]] = field(default_factory=list)  # to be made small in this order

    @property
    def n(self) -> int:
        """Months of the horizon."""
        return self.instance.end - self.instance.start

    def state_levels(self) -> None:
        """Delay, its worst share, wishes, its worst share, moves."""
        people, found = self.people.values(), self.levels
        for level in self.instance.objective_order:
            if level in ("delay", "wishes"):
                shares = [person.delay if level == "delay" else person.lost for person in people]
                found += [(level, total(shares)), (f"{level}.worst", self._worst(shares))]
            elif level == "moves":
                found.append((level, total(person.moves for person in people)))

    def _worst(self, shares: list[Sum]) -> Sum:
        worst = self.model.integer(0, 2000)
        for share in shares:
            self.model.at_least(one(worst).plus(share, -1), 0)
        return one(worst)

    def assignments(self, values: list[int]) -> dict[str, Assignment]:
        """What an assignment says, candidate by candidate."""
        return {candidate_id: self._assignment(person, values) for candidate_id, person in self.people.items()}

    def _assignment(self, person: Person, values: list[int]) -> Assignment:
        origin = self.instance.start
        first = next(t for t in range(self.n) if person.active(t).value(values))
        end = next((t for t in range(first, self.n) if not person.active(t).value(values)), self.n)
        serving = {t: r for (r, t), variable in person.x.items() if values[variable]}
        chosen = [group for group, variable in person.groups.items() if values[variable]]
        office = next((office for office, v in person.offices.items() if values[v]), person.office)
        return Assignment(
            candidate=person.candidate.id,
            first=origin + first,
            rotations=tuple(serving.get(t) for t in range(first, end)),
            practice=office,
            group=chosen[0] if chosen else None,
            shifts={origin + t: values[v] for t, v in person.shifts.items() if values[v]},
        )


def service(person: Person, which: str) -> Sum:
    """Credit in a category, credited time included."""
    share = {rotation.id: rotation.share_by_service.get(which, 0) for rotation in person.rotations}
    return person.credit(share).plus(number(person.candidate.credited.get(which, 0)))


def counted(book: Textbook, person: Person) -> Sum:
    """A sum that can be as large as what counts under the caps, and no larger."""
    model, rules = book.model, person.candidate.rules
    amounts: dict[str | None, Sum] = {None: number(0)}
    for row in rules.categories:
        amounts[row.id] = service(person, row.id) if row.served else number(0)
    for row in rules.from_below:
        part = model.integer(0, rules.total if row.cap is None else row.cap)
        model.at_least(amounts[row.id].add(part, -1), 0)
        amounts[row.counts_into].add(part)
    return amounts[None]


def office_named(candidate: Candidate) -> str | None:
    """The office that a row names, as one for the whole plan: the contenders know of no change of it."""
    return next(iter(candidate.practice.names), None)


def in_mix(rotation: Rotation, arena: str, practice: str | None) -> int:
    """The share of the mix in an arena, own practice resolved."""
    own = rotation.mix.get(PRACTICE, 0) if practice == arena else 0
    return rotation.mix.get(arena, 0) + own
