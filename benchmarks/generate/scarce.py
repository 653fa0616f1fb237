"""Instances in which a chosen resource is scarce: ``plant_scarce(["clinic"], candidates=40, seed=1)``.

A plan is planted first, in which nobody loses a month, so that the least delay is known to be 0; what is chosen is then
cut to what the plan uses of it, half-year by half-year, and nothing else has a ceiling. The planted ways spread the
load as evenly as a few passes over everybody bring it: what is left has next to no slack.

| resource | what is asked, and what is cut |
|---|---|
| ``clinic`` | six FTE-months in the clinic, of everybody; its places |
| ``ward`` | three FTE-months in a nursing home, of everybody; its places |
| ``institution`` | the institution service that the ruleset asks for; places in hospital and kad4a |
| ``limit`` | clinic and ward, of everybody; one ceiling over both |
| ``floors`` | the clinic, of everybody; the least that the service needs in each half-year |
| ``groups`` | everybody's group is still to come; its places |
| ``shifts`` | so many shifts that they take most months; those of the roster |
| ``supervisors`` | the clinic, of everybody; places with those of the office, the clinic and the institution |
| ``offices`` | clinic and ward, of everybody; more doctors than seats in an office, so that they take turns |

**Tightness** is the share of the room that the planted plan uses: at 0.8 eight places used are ten, at 1 eight.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import numpy.typing as npt

from benchmarks.generate.cast import GP_SHARE, SHIFTS, Group, Person, draw_person, draw_wishes, join_running
from benchmarks.generate.places import BASE, HOSPITAL, KAD4A, LARGE_TOWN, Town, make_town
from benchmarks.generate.planting import Course, Field, Planting, Slot
from benchmarks.generate.visits import CLINIC, WARD, missing_shifts, ways_through
from benchmarks.generate.world import running_groups

RESOURCES = ("clinic", "ward", "institution", "limit", "floors", "groups", "shifts", "supervisors", "offices")
ASKED = {
    "clinic": (CLINIC,),
    "ward": (WARD,),
    "limit": (CLINIC, WARD),
    "floors": (CLINIC,),
    "supervisors": (CLINIC,),
    "offices": (CLINIC, WARD),
}
INSTITUTION = (HOSPITAL, KAD4A)
N_MONTHS = 96
PASSES = 3
SHIFTS_A_MONTH = 1.8
OFFICE_TRIES = 12
LEAST_LEFT = 24  # months to go, where a group or shifts are the matter

Load = npt.NDArray[np.int32]  # by month of the horizon
Options = npt.NDArray[np.int32]  # by way through, thing used and month


@dataclass
class ScarceWorld:
    """Everybody's planted way, what all of them use by month, and who sits where."""

    resources: tuple[str, ...]
    town: Town
    people: list[Person]
    groups: list[Group]
    field: Field
    planting: Planting
    asked: tuple[str, ...]
    offices: dict[str, int] = field(default_factory=dict)  # seats

    def heads(self, *rotations: str) -> Load:
        """Candidates in one of these rotations, by month."""
        load = np.zeros(N_MONTHS, np.int32)
        for candidate, slot in self.planting.slots.items():
            load += _months_in(self.field.courses[candidate], slot, rotations)
        return load

    def supervised_at_home(self) -> Load:
        """Candidates in service whose supervisor is no clinic's and no institution's, by month."""
        load = np.zeros(N_MONTHS, np.int32)
        for candidate, slot in self.planting.slots.items():
            for t, rotation in enumerate(slot.path, self.field.courses[candidate].person.first):
                load[t] += rotation is not None and rotation not in (CLINIC, *INSTITUTION)
        return load

    def shifts(self) -> Load:
        """Shifts by month."""
        load = np.zeros(N_MONTHS, np.int32)
        for by_month in self.planting.shifts.values():
            for t, n in by_month.items():
                load[t] += n
        return load


def make_scarce(resources: Sequence[str], candidates: int, seed: int) -> ScarceWorld:
    """Draw the people, lay everybody's visits evenly, and give out offices, groups and shifts."""
    rng = Random(f"{'+'.join(resources)}/{candidates}/{seed}")
    asked = tuple(dict.fromkeys(name for resource in resources for name in ASKED.get(resource, ())))
    town = make_town("Sarpsborg", "", max(candidates, LARGE_TOWN), HOSPITAL, "legevakt", "sor", rng)
    groups = running_groups([town.region], N_MONTHS)
    courses: dict[str, Course] = {}
    ways: dict[str, list[Slot]] = {}
    for number in range(1, candidates + 1):
        person_id = f"A{number:0{max(2, len(str(candidates)))}d}"
        courses[person_id], ways[person_id] = _cast(person_id, town, groups, asked, resources, rng)
    chosen = _spread(courses, ways, resources, rng)
    offices = _share_offices(courses, ways, chosen, rng) if "offices" in resources else _one_each(courses)
    planting = Planting(slots={candidate: ways[candidate][chosen[candidate]] for candidate in courses})
    _join_groups(planting)
    everybody = Field(courses, ways)
    everybody.add_shifts(planting)
    people = [course.person for course in courses.values()]
    return ScarceWorld(tuple(resources), town, people, groups, everybody, planting, asked, offices)


# --- who there is ---------------------------------------------------------------------------------------------------


def _cast(
    person_id: str, town: Town, groups: list[Group], asked: Sequence[str], resources: Sequence[str], rng: Random
) -> tuple[Course, list[Slot]]:
    """Somebody who can make the visits without losing a month, drawn until there is one."""
    while True:
        person = draw_person(person_id, town, False, N_MONTHS, rng)
        if person.current is not None and person.current[0] != BASE:
            continue  # a block under way elsewhere is another story
        person.fixed_at, person.wants_beds, person.has_deadline, person.start_window = None, False, False, 0
        if not _fits(person, groups, resources, rng):
            continue
        course = Course(person, groups, N_MONTHS)
        if course.unfinished or course.hold > 1:
            continue
        if "shifts" in resources:
            person.shifts_done = max(0, SHIFTS - missing_shifts(course, SHIFTS_A_MONTH))
        ways = ways_through(course, asked, INSTITUTION, rng)
        if ways:
            rotations = [HOSPITAL, *(row["id"] for row in town.rotations)]
            draw_wishes(person, rotations, N_MONTHS, rng)
            return course, ways


def _fits(person: Person, groups: list[Group], resources: Sequence[str], rng: Random) -> bool:
    """Whether what is to be scarce is the person's matter; a group under way is joined on the way."""
    left = person.earliest_end() - person.first
    if "institution" in resources and not person.needs_institution:
        return False
    if "groups" in resources:
        person.group = "free"
        return left > LEAST_LEFT
    join_running(person, groups, rng)
    return "shifts" not in resources or left > LEAST_LEFT


# --- the load spread over the months --------------------------------------------------------------------------------


def _spread(
    courses: dict[str, Course], ways: dict[str, list[Slot]], resources: Sequence[str], rng: Random
) -> dict[str, int]:
    """Whose way is which: the one that adds least where much is used already, in several passes over everybody."""
    watched = _watched(resources)
    if not watched:
        return {candidate: rng.randrange(len(ways[candidate])) for candidate in courses}
    options = {
        candidate: np.stack([_uses(course, slot, watched) for slot in ways[candidate]])
        for candidate, course in courses.items()
    }
    load = np.zeros((len(watched), N_MONTHS), np.int32)
    chosen: dict[str, int] = {}
    order = sorted(courses, key=lambda candidate: (len(ways[candidate]), candidate))
    for _ in range(PASSES):
        for candidate in order:
            if candidate in chosen:
                load -= options[candidate][chosen[candidate]]
            chosen[candidate] = int(np.argmin((options[candidate] * (2 * load + 1)).sum(axis=(1, 2))))
            load += options[candidate][chosen[candidate]]
    return chosen


def _watched(resources: Iterable[str]) -> list[tuple[str, ...]]:
    """The sets of rotations whose heads are to be even."""
    of: dict[str, list[tuple[str, ...]]] = {
        "clinic": [(CLINIC,)],
        "ward": [(WARD,)],
        "institution": [(HOSPITAL,), (KAD4A,)],
        "limit": [(CLINIC, WARD)],
        "floors": [(CLINIC,)],
        "supervisors": [(CLINIC,), INSTITUTION],
    }
    return list(dict.fromkeys(rotations for resource in resources for rotations in of.get(resource, [])))


def _uses(course: Course, slot: Slot, watched: Iterable[Sequence[str]]) -> Load:
    return np.stack([_months_in(course, slot, rotations) for rotations in watched])


def _months_in(course: Course, slot: Slot, rotations: Sequence[str]) -> Load:
    months = np.zeros(N_MONTHS, np.int32)
    first = course.person.first
    months[first : first + len(slot.path)] = [rotation in rotations for rotation in slot.path]
    return months


# --- groups and offices ---------------------------------------------------------------------------------------------


def _join_groups(planting: Planting) -> None:
    """Everybody into the group that fits and has fewest, those with least choice first."""
    members: Counter[str] = Counter()
    for candidate, slot in sorted(planting.slots.items(), key=lambda item: (len(item[1].groups), item[0])):
        if slot.groups:
            planting.groups[candidate] = min(slot.groups, key=lambda group: (members[group], group))
            members[planting.groups[candidate]] += 1


def _one_each(courses: dict[str, Course]) -> dict[str, int]:
    for number, course in enumerate(courses.values(), 1):
        course.person.practice = f"office-{number:03d}"
    return {course.person.practice: 1 for course in courses.values() if course.person.practice}


def _share_offices(
    courses: dict[str, Course], ways: dict[str, list[Slot]], chosen: dict[str, int], rng: Random
) -> dict[str, int]:
    """Offices of one to three seats, each filled with whoever can take turns there; their ways are chosen anew."""
    home = {
        candidate: np.stack([_months_in(course, slot, tuple(GP_SHARE)) for slot in ways[candidate]])
        for candidate, course in courses.items()
    }
    left = sorted(courses, key=lambda candidate: (courses[candidate].person.first, candidate))
    offices: dict[str, int] = {}
    while left:
        seats, inside = rng.choice((1, 2, 3)), [left.pop(0)]
        for candidate in list(left):
            taking_turns = _take_turns([*inside, candidate], home, seats, chosen, rng)
            if taking_turns is not None:
                chosen.update(taking_turns)
                inside.append(candidate)
                left.remove(candidate)
        office = f"office-{len(offices) + 1:03d}"
        offices[office] = int(sum(home[candidate][chosen[candidate]] for candidate in inside).max())
        for candidate in inside:
            courses[candidate].person.practice = office
    return offices


def _take_turns(
    people: Sequence[str], home: dict[str, Options], seats: int, chosen: dict[str, int], rng: Random
) -> dict[str, int] | None:
    """Ways with which never more are in the office than it has seats, each chosen in turn; None if none is found."""
    now = {candidate: chosen[candidate] for candidate in people}
    load = np.sum([home[candidate][way] for candidate, way in now.items()], axis=0)
    least = np.sum([home[candidate].min(axis=0) for candidate in people], axis=0)
    if least.max() > seats:
        return None
    for number in range(OFFICE_TRIES * len(people)):
        if load.max() <= seats:
            return now
        candidate = people[number % len(people)] if number < len(people) else rng.choice(people)
        load = load - home[candidate][now[candidate]]
        over = np.maximum(load + home[candidate] - seats, 0).sum(axis=1)
        now[candidate] = int(rng.choice(np.flatnonzero(over == over.min()).tolist()))
        load = load + home[candidate][now[candidate]]
    return now if load.max() <= seats else None


# --- cut to what is used --------------------------------------------------------------------------------------------


def half_years(load: Load, cut: Callable[[Load], int]) -> Iterator[tuple[int, int, int]]:
    """First month, last month and value of each run of half-years with the same value."""
    values = [cut(load[t : t + 6]) for t in range(0, N_MONTHS, 6)]
    begin = 0
    for number, value in enumerate(values):
        if number + 1 == len(values) or values[number + 1] != value:
            yield begin * 6, number * 6 + 5, value
            begin = number + 1


def room_for(used: int, tightness: float) -> int:
    """Places of which the share ``tightness`` is used: 8 at 0.8 are 10."""
    return math.floor(used / tightness + 1e-9)
