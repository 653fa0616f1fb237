"""What a plan means for one candidate, as facts: where and when, which goals by what, whose guidance, what is lacking.

Everything comes from the ledger's arithmetic; pages and documents only put it into words. Ends are exclusive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.instance.types import COUNTED_SERVICES, PRACTICE, Candidate, Group, Instance, Service, Span
from scheduler.ledger import (
    FULL_POST,
    Course,
    arena_shares,
    complete,
    counted,
    cut,
    earliest_finish,
    fixed_ahead,
    fte_months,
    goals_by_arena,
    group_complete,
    group_of,
    has_finish,
    has_full_shifts,
    last_block_whole,
    missing_goals,
    requirement_minima_hold,
    service_sums,
    shifts_by_month,
    shifts_planned,
    spans,
    work_in,
)
from scheduler.month import MONTHS_PER_YEAR, Month, year
from scheduler.standing import PlanStanding

GROUP_HOURS_PER_YEAR = 60  # the municipality's general education plan: 60 hours a year in ten meetings


@dataclass(frozen=True, slots=True)
class Stay:
    """A run of months in one arena with one share: percent of a full post, and what it earns in FTE-months."""

    arena: str
    service: Service
    percent: float
    span: Span
    credit: float


@dataclass(frozen=True, slots=True)
class GoalSource:
    """Where a goal is met: the arenas that give it, first one first, and the month in which it counts."""

    arenas: tuple[str, ...]
    month: Month


@dataclass(frozen=True, slots=True)
class Supervision:
    """A supervisor's time with the candidate; service months per calendar year."""

    supervisor: str
    span: Span
    months_by_year: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Lack:
    """Something not done at a point of time: the key of its sentence and what fills it."""

    key: str
    have: float = 0
    need: float = 0
    subject: str = ""
    goals: frozenset[int] = frozenset()
    month: Month | None = None


def stays(instance: Instance, course: Course) -> list[Stay]:
    """One line per arena, share and period, in order of time."""
    months: dict[tuple[str, int], list[Month]] = defaultdict(list)
    for month in course.service:
        shares = arena_shares(course, month.rotation)
        if month.rotation.uses_practice and course.entry.practice is None:
            shares[PRACTICE] = month.rotation.mix[PRACTICE]
        for arena, share in shares.items():
            months[arena, month.percent * share].append(month.month)
    found = [
        Stay(arena, _service(instance, arena), credit / 100, span, fte_months(credit * len(span.months())))
        for (arena, credit), where in months.items()
        for span in spans(where)
    ]
    return sorted(found, key=lambda stay: (stay.span.start, -stay.percent, stay.arena))


def _service(instance: Instance, arena: str) -> Service:
    known = instance.arenas.get(arena)
    return Service.OPEN_PRACTICE if known is None else known.service


def goal_sources(instance: Instance, course: Course) -> dict[int, GoalSource]:
    """For each goal that the plan gives: by which arenas, and the first month at whose end one of them has given it."""
    first: dict[int, Month] = {}
    order: dict[int, dict[str, None]] = defaultdict(dict)
    for month in range(course.first, course.end):
        for arena, goals in goals_by_arena(instance, cut(course, month + 1)).items():
            for goal in goals:
                first.setdefault(goal, month)
                order[goal].setdefault(arena)
    wanted = course.candidate.rules.goals - course.candidate.goals_done
    return {goal: GoalSource(tuple(order[goal]), first[goal]) for goal in sorted(wanted & first.keys())}


def supervision(course: Course) -> list[Supervision]:
    """The supervisors' times with the candidate as the plan names them."""
    found = []
    for row in sorted(course.entry.supervisors, key=lambda row: (row.from_, row.to, row.id)):
        by_year: dict[int, int] = defaultdict(int)
        for month in course.service:
            if row.from_ <= month.month <= row.to:
                by_year[year(month.month)] += 1
        found.append(Supervision(row.id, Span(row.from_, row.to + 1), dict(by_year)))
    return found


def guidance_hours(candidate: Candidate, months: int) -> float:
    """Hours together for so many service months: 42 a year are 3.5 a month."""
    return candidate.rules.guidance_hours_per_year * months / MONTHS_PER_YEAR


def shifts_by_year(course: Course) -> dict[int, int]:
    """Planned shifts per calendar year."""
    found: dict[int, int] = defaultdict(int)
    for month, number in shifts_by_month(course).items():
        found[year(month)] += number
    return dict(sorted(found.items()))


def leave_spans(course: Course) -> list[Span]:
    """Months of full leave between the first and the last planned month."""
    return list(spans(month for month in range(course.first, course.end) if course.candidate.on_leave(month)))


def is_done(instance: Instance, course: Course, standing: PlanStanding) -> bool:
    """Whether the end of the candidate's months is the finish that it looks like, or is told as a projected one.

    False only of somebody whose part breaks rules: enough months, but something lacks.
    """
    return not standing.about(course.candidate.id) or not has_finish(course) or complete(instance, course)


def gap_spans(course: Course) -> list[Span]:
    """Months between the first and the last planned one that have no rotation and are no leave either."""
    return list(
        spans(
            month
            for month in range(course.first, course.end)
            if month not in course.by_month and not course.candidate.on_leave(month)
        )
    )


def part_time_spans(course: Course) -> list[tuple[int, Span]]:
    """Percent and months of every run below a full post."""
    by_percent: dict[int, list[Month]] = defaultdict(list)
    for month in course.service:
        if month.percent < FULL_POST:
            by_percent[month.percent].append(month.month)
    found = [(percent, span) for percent, months in by_percent.items() for span in spans(months)]
    return sorted(found, key=lambda one: one[1].start)


def months_cost_by_leave(course: Course) -> int:
    """By how many months the planned full leave moves the earliest finish."""
    candidate = course.candidate
    without = replace(candidate, leave=tuple(span for span in candidate.leave if span.end <= course.first))
    return earliest_finish(candidate, course.first) - earliest_finish(without, course.first)


def lacks_at_earliest(instance: Instance, course: Course) -> list[Lack]:
    """What was not done yet at the earliest finish, which is why a delayed candidate goes on."""
    earliest = earliest_finish(course.candidate, course.first)
    return list(lacks(instance, cut(course, min(course.end, earliest + 1))))


def lacks(instance: Instance, course: Course) -> Iterator[Lack]:
    """Every requirement that does not hold at the course's end."""
    yield from _service_lacks(course)
    for requirement in instance.requirements:
        if requirement.names(course.candidate.id) and not requirement_minima_hold(course, requirement):
            done = fte_months(work_in(course, requirement.rotations))
            yield Lack("lack-requirement", done, fte_months(requirement.min_work or 0), requirement.id)
    if not group_complete(instance, course):
        group = group_of(instance, course)
        yield Lack("lack-no-group") if group is None else _group_lack(course, group)
    if not has_full_shifts(course):
        done = course.candidate.shifts_done + shifts_planned(course)
        yield Lack("lack-shifts", done, course.candidate.rules.legevakt_shifts)
    if not last_block_whole(instance, course):
        yield Lack("lack-block", subject=course.blocks[-1].rotation.id, need=course.blocks[-1].rotation.min_months)
    if fixed_ahead(instance, course):
        yield Lack("lack-fixed")
    missing = missing_goals(instance, course)
    if missing:
        yield Lack("lack-goals", goals=missing)


def _service_lacks(course: Course) -> Iterator[Lack]:
    rules, sums = course.candidate.rules, service_sums(course)
    for key, have, need in (
        ("lack-total", counted(sums, rules), rules.total),
        ("lack-open_practice", sums[Service.OPEN_PRACTICE], rules.open_practice_min),
        ("lack-institution", sums[Service.INSTITUTION], rules.institution_min),
    ):
        if have < need:
            yield Lack(key, fte_months(have), fte_months(need))


def _group_lack(course: Course, group: Group) -> Lack:
    if group.span.end > course.end:
        return Lack("lack-group-ends", subject=group.id, month=group.span.end - 1)
    return Lack("lack-group-unfit", subject=group.id)


def credited(candidate: Candidate) -> dict[Service, float]:
    """FTE-months from before the plan, by category."""
    return {service: fte_months(candidate.credited.get(service, 0)) for service in COUNTED_SERVICES}
