"""Ways through for one candidate without a month lost: where the visits that are asked for may lie.

A visit is a block elsewhere with so much work in it. The visits of a candidate are laid at random, and what comes of it
is kept where the rules hold and the finish is the earliest there can be: so whatever is planted of it has delay 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from benchmarks.generate.cast import FTE, INSTITUTION_MIN
from benchmarks.generate.places import BASE, HOSPITAL, KAD4A
from benchmarks.generate.planting import Course, Slot

CLINIC, WARD = "clinic", "nursing-home"
WORK = {CLINIC: 6 * FTE, WARD: 3 * FTE}
LEAST_MONTHS = {CLINIC: 3, WARD: 3, HOSPITAL: 6, KAD4A: 6}
MOST_IN_INSTITUTION = 12
OFFICE_BLOCK = 6  # service months in the office between two visits, if there are any
FIRST_YEAR = 12
TRIES, ENOUGH = 600, 60


@dataclass(frozen=True)
class Visit:
    """A block in one rotation, ``stop`` exclusive."""

    rotation: str
    begin: int
    stop: int


def ways_through(course: Course, asked: Sequence[str], wards: Sequence[str], rng: Random) -> list[Slot]:
    """Up to ``ENOUGH`` different ways; ``asked``: rotations to visit, besides one of ``wards`` if that is missing."""
    found: dict[tuple[str | None, ...], Slot] = {}
    for _ in range(TRIES):
        visits = _draw(course, asked, wards, rng)
        slot = None if visits is None else _slot(course, visits)
        if slot is not None:
            found.setdefault(slot.path, slot)
            if len(found) == ENOUGH:
                break
    return list(found.values())


def _draw(course: Course, asked: Sequence[str], wards: Sequence[str], rng: Random) -> list[Visit] | None:
    """All the visits somewhere; None where two of them meet or one has no room."""
    person = course.person
    names = [*asked, *([rng.choice(wards)] if person.needs_institution else [])]
    end = min(person.earliest_end(), course.n)
    visits: list[Visit] = []
    for name in names:
        begins = range(0, end, 6) if name == HOSPITAL else range(end)  # the horizon begins in September
        begins = [t for t in begins if t >= person.first + course.hold]
        visit = _visit(course, name, rng.choice(begins)) if begins else None
        if visit is None:
            return None
        visits.append(visit)
    visits.sort(key=lambda one: one.begin)
    return visits if _office_long_enough(course, visits) else None


def _visit(course: Course, name: str, begin: int) -> Visit | None:
    institution = name in (HOSPITAL, KAD4A)
    stop = course.until(begin, INSTITUTION_MIN if institution else WORK[name], LEAST_MONTHS[name])
    if stop is None:
        return None
    if institution and (
        stop - begin > MOST_IN_INSTITUTION or course.person.months_done + course.service[begin] < FIRST_YEAR
    ):
        return None
    return Visit(name, begin, stop)


def _office_long_enough(course: Course, visits: Iterable[Visit]) -> bool:
    """Between two visits none or six service months; what ran when the horizon began counts from before."""
    person = course.person
    edge, before = person.first, 0
    if person.current is not None:
        before = sum(person.percent(t) > 0 for t in range(person.current[1], 0))
    for visit in visits:
        months = course.service[visit.begin] - course.service[edge] if visit.begin >= edge else -1
        if months < 0 or (months + before and months + before < OFFICE_BLOCK):
            return False
        edge, before = visit.stop, 0
    return True


def _slot(course: Course, visits: Sequence[Visit]) -> Slot | None:
    """The way with these visits if its finish is the earliest there can be."""
    first = course.person.first
    at = {t: visit.rotation for visit in visits for t in range(visit.begin, visit.stop)}
    path = [at.get(t, BASE) if course.percent[t] else None for t in range(first, course.n)]
    stop = max((visit.stop for visit in visits), default=0)
    end, groups = course.finish(path, stop)
    if end is None or end != course.person.earliest_end():
        return None
    begin = min((visit.begin for visit in visits), default=first)
    return Slot(end, begin, None, stop, tuple(path[: end - first]), tuple(groups))


def missing_shifts(course: Course, a_month: float) -> int:
    """So many shifts as ``a_month`` in each month that is left outside institution service, at most all."""
    person = course.person
    months = list(accumulate(int(p > 0) for p in course.percent[: person.earliest_end()]))
    begun = max(person.first, person.legevakt_from or 0)
    left = months[-1] - (months[begun - 1] if begun else 0) - MOST_IN_INSTITUTION
    return max(0, int(a_month * left))
