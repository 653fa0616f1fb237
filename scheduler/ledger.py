"""Plain arithmetic on an instance and a plan: what a plan's months amount to, recomputed without trust or solver.

Of a plan only each candidate's ``months``, ``start``, ``practice``, ``group``, ``shifts`` and ``supervisors`` are read.
A **course** is one candidate's months in readable form; all else is computed from it. Service is in credit
(10,000 = one FTE-month), months are integers, ends are exclusive. ``docs/decisions/0001`` says how words are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from scheduler.instance.types import (
    COUNTED_SERVICES,
    CREDIT_PER_FTE_MONTH,
    PRACTICE,
    Arena,
    Candidate,
    Group,
    Instance,
    Requirement,
    Reservation,
    Rotation,
    Rules,
    Service,
    Span,
    Steps,
    Wish,
)
from scheduler.month import Month
from scheduler.plan import Plan, PlanBlock, PlanCandidate, PlanService, PlanWish

K = TypeVar("K", bound=Hashable)

FULL_POST = 100
LATEST_LOOK_AHEAD = 1200  # months after the first one; a candidate at 0 % for good never finishes
GROUP_MONTHS_AHEAD = 24  # what a group still takes when none has been joined at the horizon


@dataclass(frozen=True, slots=True)
class ServiceMonth:
    """One month of work: the rotation and the percent of a post."""

    month: Month
    rotation: Rotation
    percent: int

    @property
    def work(self) -> int:
        """The whole month in credit: 80 % is 8,000."""
        return self.percent * FULL_POST


@dataclass(frozen=True, slots=True)
class Block:
    """A block from its first service month up to (not including) ``end``; the number counts service months."""

    rotation: Rotation
    start: Month
    end: Month
    service_months: int


@dataclass(frozen=True)
class Course:
    """One candidate's plan, read: service months in order; planned from ``first`` up to ``end``, leave included.

    ``unfinished`` goes by the earliest start allowed, so that nobody escapes the minima by starting late.
    """

    candidate: Candidate
    entry: PlanCandidate
    first: Month
    end: Month
    service: tuple[ServiceMonth, ...]
    unfinished: bool
    by_month: Mapping[Month, ServiceMonth] = field(repr=False)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in order; computed once."""
        return tuple(_blocks(self.service))


# --- reading a plan --------------------------------------------------------------------------------------------------


def courses(instance: Instance, plan: Plan) -> list[Course]:
    """Every candidate of the instance that the plan holds, in plan order; the first entry counts if there are two."""
    entries: dict[str, PlanCandidate] = {}
    for entry in plan.candidates:
        if entry.id in instance.candidates:
            entries.setdefault(entry.id, entry)
    return [course_of(instance, entry) for entry in entries.values()]


def course_of(instance: Instance, entry: PlanCandidate) -> Course:
    """Read one candidate's months: in order, the first row of a month counts, unknown rotations are passed over."""
    candidate = instance.candidates[entry.id]
    by_month: dict[Month, ServiceMonth] = {}
    seen: set[Month] = set()
    for row in sorted(entry.months, key=lambda month: month.month):
        if row.month not in seen and row.rotation is not None and row.rotation in instance.rotations:
            by_month[row.month] = ServiceMonth(row.month, instance.rotations[row.rotation], row.percent)
        seen.add(row.month)
    first = max(entry.start, instance.start)
    return Course(
        candidate=candidate,
        entry=entry,
        first=first,
        end=max(seen) + 1 if seen else first,
        service=tuple(by_month.values()),
        unfinished=earliest_finish(candidate, instance.first_month(candidate)) >= instance.end,
        by_month=by_month,
    )


def cut(course: Course, end: Month) -> Course:
    """The course's months before ``end``, as if the plan stopped there."""
    service = tuple(month for month in course.service if month.month < end)
    return replace(course, end=min(end, course.end), service=service)


def spans(months: Iterable[Month]) -> Iterator[Span]:
    """Merge months into spans: 3, 4, 5, 9 gives [3, 6) and [9, 10)."""
    start = end = None
    for month in sorted(set(months)):
        if start is None or end is None:
            start, end = month, month + 1
        elif month == end:
            end += 1
        else:
            yield Span(start, end)
            start, end = month, month + 1
    if start is not None and end is not None:
        yield Span(start, end)


def spans_by_key(pairs: Iterable[tuple[K, Month]]) -> Iterator[tuple[K, Span]]:
    """Merge months that share a key into spans: (a, 3), (a, 4), (b, 4) gives (a, [3, 5)) and (b, [4, 5))."""
    months: dict[K, list[Month]] = defaultdict(list)
    for key, month in pairs:
        months[key].append(month)
    for key, values in months.items():
        for span in spans(values):
            yield key, span


# --- blocks ----------------------------------------------------------------------------------------------------------


def _blocks(service: Iterable[ServiceMonth]) -> Iterator[Block]:
    """Maximal runs in one rotation; a base block runs on across months without service, any other ends there."""
    running: Block | None = None
    for month in service:
        if running is not None and _continues(running, month):
            running = replace(running, end=month.month + 1, service_months=running.service_months + 1)
            continue
        if running is not None:
            yield running
        running = Block(month.rotation, month.month, month.month + 1, 1)
    if running is not None:
        yield running


def _continues(block: Block, month: ServiceMonth) -> bool:
    same = block.rotation.id == month.rotation.id
    return same and (block.rotation.base or block.end == month.month)


def months_since_current(instance: Instance, candidate: Candidate) -> int:
    """Service months of the running block before the horizon: since 2026-03, horizon 2026-09, no leave: 6."""
    if candidate.current is None:
        return 0
    return sum(not candidate.on_leave(month) for month in range(candidate.current.since, instance.start))


def current_applies(instance: Instance, candidate: Candidate) -> bool:
    """Whether the running block holds the first month: not on leave then, and not at its longest already."""
    current = candidate.current
    if current is None or current.rotation not in instance.rotations or candidate.on_leave(instance.start):
        return False
    longest = instance.rotations[current.rotation].max_months
    return longest is None or months_since_current(instance, candidate) < longest


def runs_on(instance: Instance, course: Course) -> bool:
    """Whether the first block is the one that ran when the horizon began (a base block also after leave)."""
    current = course.candidate.current
    if current is None or not course.blocks or course.blocks[0].rotation.id != current.rotation:
        return False
    return course.blocks[0].start == instance.start or course.blocks[0].rotation.base


def length(instance: Instance, course: Course, number: int) -> int:
    """Service months of the block with that number, those before the horizon included for the running one."""
    before = months_since_current(instance, course.candidate) if number == 0 and runs_on(instance, course) else 0
    return course.blocks[number].service_months + before


def block_count(instance: Instance, course: Course, rotation_id: str) -> int:
    """Blocks of a rotation, one that had ended at the horizon included."""
    planned = sum(block.rotation.id == rotation_id for block in course.blocks)
    return planned + (rotation_id in ended_before_horizon(instance, course))


def ended_before_horizon(instance: Instance, course: Course) -> frozenset[str]:
    """The rotation of ``current`` if its block does not run on into the plan."""
    current = course.candidate.current
    if current is None or runs_on(instance, course):
        return frozenset()
    return frozenset({current.rotation})


# --- service ---------------------------------------------------------------------------------------------------------


def service_sums(course: Course) -> dict[Service, int]:
    """Credit per category, credited time included: ten months at 80 % in gp80-clinic20 give 64,000 + 16,000."""
    sums = {service: course.candidate.credited.get(service, 0) for service in COUNTED_SERVICES}
    for month in course.service:
        for service, share in month.rotation.share_by_service.items():
            if service in sums:
                sums[service] += month.percent * share
    return sums


def counted(sums: Mapping[Service, int], rules: Rules) -> int:
    """What counts under the caps: 50 open + 10 other + 14 institution months count 54 + 12 = 66."""
    open_practice = min(rules.open_practice_cap, sums.get(Service.OPEN_PRACTICE, 0))
    other = min(rules.other_general_cap, sums.get(Service.OTHER_GENERAL, 0))
    institution = min(rules.institution_cap, sums.get(Service.INSTITUTION, 0))
    return min(rules.general_cap, open_practice + other) + institution


def uncounted(course: Course) -> int:
    """Service above a cap, in credit."""
    sums = service_sums(course)
    return sum(sums.values()) - counted(sums, course.candidate.rules)


def work_in(course: Course, rotations: Iterable[str]) -> int:
    """Work in these rotations, whole months regardless of the mix: six months at 50 % give 30,000."""
    wanted = set(rotations)
    return sum(month.work for month in course.service if month.rotation.id in wanted)


def blocks_in(course: Course, rotations: Iterable[str]) -> int:
    """Number of planned blocks in these rotations."""
    wanted = set(rotations)
    return sum(block.rotation.id in wanted for block in course.blocks)


def fte_months(credit: int) -> float:
    """Credit as FTE-months: 65,000 is 6.5."""
    return credit / CREDIT_PER_FTE_MONTH


# --- goals and shifts ------------------------------------------------------------------------------------------------


def arena_shares(course: Course, rotation: Rotation) -> dict[str, int]:
    """The mix with ``practice`` replaced by the candidate's own office (left out if none is chosen)."""
    practice = course.entry.practice
    if not rotation.uses_practice:
        return dict(rotation.mix)
    shares: dict[str, int] = {}
    for name, share in rotation.mix.items():
        arena = practice if name == PRACTICE else name
        if arena is not None:
            shares[arena] = shares.get(arena, 0) + share
    return shares


def exposure(course: Course) -> dict[str, int]:
    """Credit per arena in the plan: five months at 60 % with a 20 % share give 6,000."""
    work: Counter[str] = Counter()
    rotations: dict[str, Rotation] = {}
    for month in course.service:
        work[month.rotation.id] += month.percent
        rotations[month.rotation.id] = month.rotation
    total: dict[str, int] = defaultdict(int)
    for rotation_id, percent_months in work.items():
        for arena, share in arena_shares(course, rotations[rotation_id]).items():
            total[arena] += percent_months * share
    return dict(total)


def shifts_by_month(course: Course) -> dict[Month, int]:
    """Planned shifts per month, up to the course's end if it is cut short."""
    shifts: dict[Month, int] = defaultdict(int)
    for row in course.entry.shifts:
        shifts[row.month] += row.shifts
    return dict(shifts)


def shifts_planned(course: Course) -> int:
    """Shifts planned before the course ends."""
    return sum(row.shifts for row in course.entry.shifts if row.month < course.end)


def has_full_shifts(course: Course) -> bool:
    """Whether shifts done and planned reach the full number: 10 done and 30 planned of 40 do."""
    return course.candidate.shifts_done + shifts_planned(course) >= course.candidate.rules.legevakt_shifts


def roster_of(instance: Instance, candidate: Candidate) -> Arena | None:
    """The candidate's duty roster: the one named, else the only one there is."""
    if candidate.legevakt_arena is not None:
        return instance.arenas.get(candidate.legevakt_arena)
    rosters = instance.parallel_arenas
    return rosters[0] if len(rosters) == 1 else None


def goals_by_arena(
    instance: Instance, course: Course, *, roster_needs_shift: bool = False
) -> dict[str, frozenset[int]]:
    """The goals each arena of the course gives: served long enough, shifts-bound ones only with the full number."""
    full = has_full_shifts(course)
    given: dict[str, frozenset[int]] = {}
    for arena_id, credit in exposure(course).items():
        arena = instance.arenas.get(arena_id)
        if arena is not None and credit > 0 and credit >= arena.exposure:
            given[arena_id] = arena.goals if full else arena.goals - arena.goals_with_shifts
    roster = roster_of(instance, course.candidate)
    if roster is not None and full and (shifts_planned(course) > 0 or not roster_needs_shift):
        given[roster.id] = roster.goals
    return given


def missing_goals(instance: Instance, course: Course) -> frozenset[int]:
    """Goals neither done before nor given by an arena of the course."""
    given = goals_by_arena(instance, course).values()
    return course.candidate.rules.goals.difference(course.candidate.goals_done, *given)


def breadth(instance: Instance, course: Course) -> int:
    """Number of the ruleset's goals that two arenas or more give a candidate who finishes."""
    if course.unfinished:
        return 0
    arenas: Counter[int] = Counter()
    for goals in goals_by_arena(instance, course, roster_needs_shift=True).values():
        arenas.update(goals & course.candidate.rules.goals)
    return sum(times >= 2 for times in arenas.values())


# --- groups ----------------------------------------------------------------------------------------------------------


def group_of(instance: Instance, course: Course) -> Group | None:
    """The group that the plan names, if the instance knows it."""
    return None if course.entry.group is None else instance.groups.get(course.entry.group)


def group_needed(course: Course) -> bool:
    """Whether a finished candidate must have a group: fixed, or free and the ruleset asks for one."""
    choice = course.candidate.group
    return choice.group_id is not None or (choice.free and course.candidate.rules.group_required)


def members(plan_courses: Iterable[Course]) -> dict[str, list[str]]:
    """Candidates per group."""
    by_group: dict[str, list[str]] = defaultdict(list)
    for course in plan_courses:
        if course.entry.group is not None:
            by_group[course.entry.group].append(course.candidate.id)
    return dict(by_group)


def leave_months_in(course: Course, span: Span) -> int:
    """Months of full leave inside the span."""
    return sum(course.candidate.on_leave(month) for month in span.months())


def open_years(instance: Instance, course: Course, group: Group) -> list[int]:
    """Numbers (1, 2) of the group years in which every month is leave or has enough of the mix in open practice."""
    return [
        number
        for number, span in enumerate(group.years(), start=1)
        if all(_open_month(instance, course, month) for month in span.months())
    ]


def _open_month(instance: Instance, course: Course, month: Month) -> bool:
    candidate, needed = course.candidate, course.candidate.rules.group_open_share_min
    if month < instance.start:
        if month >= candidate.start_earliest and candidate.on_leave(month):
            return True
        current = candidate.current
        known = current is not None and current.since <= month and current.rotation in instance.rotations
        return known and current is not None and instance.rotations[current.rotation].open_share >= needed
    if month >= instance.end:
        return course.unfinished  # not planned yet: nothing speaks against it
    if not course.first <= month < course.end:
        return False
    served = course.by_month.get(month)
    return candidate.on_leave(month) if served is None else served.rotation.open_share >= needed


def group_fits(instance: Instance, course: Course, group: Group) -> bool:
    """Whether the membership is a good one, its end and places aside."""
    choice = course.candidate.group
    if choice.free:
        leave = [leave_months_in(course, year) for year in group.years()]
        if max(leave, default=0) > course.candidate.rules.group_leave_months_max:
            return False
        if group.span.start < max(course.entry.start, instance.start):
            return False
    return choice.open_year_done or bool(open_years(instance, course, group))


# --- finish ----------------------------------------------------------------------------------------------------------


def earliest_finish(candidate: Candidate, first: Month) -> Month:
    """First month at whose end credit + time served reaches the total: 60 months at 100 % from 2026-09 give 2031-08."""
    missing = candidate.rules.total - counted(candidate.credited, candidate.rules)
    return _month_worked_off(candidate, first, missing)


def _month_worked_off(candidate: Candidate, start: Month, missing: int) -> Month:
    for month in range(start, start + LATEST_LOOK_AHEAD):
        missing -= candidate.percent_at(month) * FULL_POST
        if missing <= 0:
            return month
    return start + LATEST_LOOK_AHEAD


def projected_finish(instance: Instance, course: Course) -> Month:
    """When an unfinished candidate would be done: the missing time worked after the horizon, and the group ended."""
    rules, sums = course.candidate.rules, service_sums(course)
    below = max(0, rules.open_practice_min - sums[Service.OPEN_PRACTICE])
    below += max(0, rules.institution_min - sums[Service.INSTITUTION])
    missing = max(rules.total - counted(sums, rules), below)
    worked = _month_worked_off(course.candidate, max(instance.end, course.first), missing)
    group = group_of(instance, course)
    if group is not None:
        return max(worked, group.span.end - 1)
    if group_needed(course):
        return max(worked, instance.end + GROUP_MONTHS_AHEAD - 1)
    return worked


def finish_of(instance: Instance, course: Course) -> Month:
    """The last planned month, or the projected finish of an unfinished candidate."""
    return projected_finish(instance, course) if course.unfinished else course.end - 1


def delay(instance: Instance, course: Course) -> int:
    """Finish minus earliest finish, in months."""
    return finish_of(instance, course) - earliest_finish(course.candidate, course.first)


def service_complete(course: Course) -> bool:
    """Whether total, open practice and institution have been reached."""
    rules, sums = course.candidate.rules, service_sums(course)
    return (
        counted(sums, rules) >= rules.total
        and sums[Service.OPEN_PRACTICE] >= rules.open_practice_min
        and sums[Service.INSTITUTION] >= rules.institution_min
    )


def requirement_minima_hold(course: Course, requirement: Requirement) -> bool:
    """Whether a requirement's least work and blocks have been reached."""
    work, blocks = requirement.min_work or 0, requirement.min_blocks or 0
    return work_in(course, requirement.rotations) >= work and blocks_in(course, requirement.rotations) >= blocks


def group_complete(instance: Instance, course: Course) -> bool:
    """Whether the group is a good one and over at the course's end, or none is needed."""
    group = group_of(instance, course)
    if group is None:
        return not group_needed(course)
    return group.span.end <= course.end and group_fits(instance, course, group)


def last_block_whole(instance: Instance, course: Course) -> bool:
    """Whether the last block has its shortest length (a base block may always stop)."""
    if not course.blocks or course.blocks[-1].rotation.base:
        return True
    return length(instance, course, len(course.blocks) - 1) >= course.blocks[-1].rotation.min_months


def fixed_ahead(instance: Instance, course: Course) -> bool:
    """Whether a month fixed by the coordinator comes after the course's end."""
    return any(
        not course.candidate.on_leave(month)
        for fixed in course.candidate.fixed
        for month in range(max(fixed.span.start, course.end), min(fixed.span.end, instance.end))
    )


def complete(instance: Instance, course: Course) -> bool:
    """Whether every requirement holds at the course's end (0001, *Finish*)."""
    return (
        group_complete(instance, course)
        and has_full_shifts(course)
        and not fixed_ahead(instance, course)
        and service_complete(course)
        and last_block_whole(instance, course)
        and all(
            requirement_minima_hold(course, requirement)
            for requirement in instance.requirements
            if requirement.names(course.candidate.id)
        )
        and not missing_goals(instance, course)
    )


def complete_before(instance: Instance, course: Course) -> Month | None:
    """The first month before the course's last one at whose end the candidate is complete already; None is right."""
    for month in range(_first_month_with_total(course), course.end - 1):
        if complete(instance, cut(course, month + 1)):
            return month
    return None


def _first_month_with_total(course: Course) -> Month:
    """The first month at whose end the counted service reaches the total (the course's end if none)."""
    rules = course.candidate.rules
    sums = {service: course.candidate.credited.get(service, 0) for service in COUNTED_SERVICES}
    if counted(sums, rules) >= rules.total:
        return course.first
    for month in course.service:
        for service, share in month.rotation.share_by_service.items():
            sums[service] = sums.get(service, 0) + month.percent * share
        if counted(sums, rules) >= rules.total:
            return month.month
    return course.end


# --- capacity --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Use:
    """What candidates take of an arena in a month: who, and percent x share in credit per month."""

    heads: list[str] = field(default_factory=list)
    credit: int = 0


def use_by_arena(plan_courses: Iterable[Course]) -> dict[str, dict[Month, Use]]:
    """Heads and credit per arena and month, own practice resolved to the office."""
    use: dict[str, dict[Month, Use]] = defaultdict(lambda: defaultdict(Use))
    for course in plan_courses:
        shares: dict[str, dict[str, int]] = {}
        for month in course.service:
            rotation = month.rotation
            if rotation.id not in shares:
                shares[rotation.id] = arena_shares(course, rotation)
            for arena, share in shares[rotation.id].items():
                taken = use[arena][month.month]
                taken.heads.append(course.candidate.id)
                taken.credit += month.percent * share
    return use


def joint_use(use: Mapping[str, Mapping[Month, Use]], arenas: Iterable[str], month: Month) -> Use:
    """Use of several arenas together in a month; a candidate in two of them is one head."""
    heads: dict[str, None] = {}
    credit = 0
    for arena in dict.fromkeys(arenas):
        taken = use.get(arena, {}).get(month)
        if taken is not None:
            heads.update(dict.fromkeys(taken.heads))
            credit += taken.credit
    return Use(list(heads), credit)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Places and percent over arenas after reservations; None: no ceiling."""

    places: Steps | None
    percent: Steps | None
    reservations: tuple[Reservation, ...]

    def places_at(self, month: Month) -> int | None:
        """Heads there is room for: 3 places less 1 reserved are 2."""
        if self.places is None:
            return None
        return max(0, self.places.at(month) - sum(row.places for row in self.reservations if month in row.span))

    def percent_at(self, month: Month) -> int | None:
        """Percent of a post there is room for: 100 less 20 reserved are 80."""
        if self.percent is None:
            return None
        return max(0, self.percent.at(month) - sum(row.percent for row in self.reservations if month in row.span))


def ceiling(instance: Instance, arenas: Iterable[str], places: Steps | None, percent: Steps | None) -> Ceiling:
    """The ceiling of an arena or a limit with the reservations that touch it."""
    wanted = set(arenas)
    return Ceiling(places, percent, tuple(row for row in instance.reservations if row.arena in wanted))


def away_by_unit(plan_courses: Iterable[Course]) -> dict[str, dict[Month, list[str]]]:
    """Per unit and month, the candidates whose post it is and who serve where it is not in the mix."""
    away: dict[str, dict[Month, list[str]]] = defaultdict(lambda: defaultdict(list))
    for course in plan_courses:
        unit = course.candidate.post or course.entry.practice
        if unit is None:
            continue
        here: dict[str, bool] = {}
        for month in course.service:
            rotation = month.rotation
            if rotation.id not in here:
                here[rotation.id] = unit in arena_shares(course, rotation)
            if not here[rotation.id]:
                away[unit][month.month].append(course.candidate.id)
    return away


# --- wishes and the levels of the objective ------------------------------------------------------------------------


def wish_met(instance: Instance, course: Course, wish: Wish) -> bool:
    """Whether enough service months in the window: 6 of a hospital's shortest 6, or all of a window of 4."""
    rotation = instance.rotations.get(wish.rotation)
    if rotation is None:
        return False
    wanted = rotation.min_months if wish.span is None else min(rotation.min_months, len(wish.span.months()))
    served = sum(
        month.rotation.id == wish.rotation and (wish.span is None or month.month in wish.span)
        for month in course.service
    )
    return served >= max(1, wanted)


def wishes_lost(instance: Instance, course: Course) -> int:
    """Weight of the candidate's unmet wishes."""
    return sum(wish.weight for wish in course.candidate.wishes if not wish_met(instance, course, wish))


@dataclass(frozen=True, slots=True)
class Level:
    """The value of a level of the objective, and the worst-off candidate's share where the level has one."""

    value: float
    worst: float | None = None


def levels(instance: Instance, plan_courses: list[Course]) -> dict[str, Level]:
    """Every level that follows from the plan alone (``changes`` needs the plan it changes)."""
    delays = [delay(instance, course) for course in plan_courses]
    lost = [wishes_lost(instance, course) for course in plan_courses]
    return {
        "delay": Level(sum(delays), max(delays, default=0)),
        "wishes": Level(sum(lost), max(lost, default=0)),
        "moves": Level(sum(len(course.blocks) for course in plan_courses)),
        "uncounted": Level(fte_months(sum(uncounted(course) for course in plan_courses))),
        "breadth": Level(sum(breadth(instance, course) for course in plan_courses)),
    }


# --- figures as the plan file holds them -----------------------------------------------------------------------------


def plan_blocks(course: Course) -> list[PlanBlock]:
    """The blocks as the file spells them, both ends inclusive."""
    return [
        PlanBlock.model_validate({"rotation": block.rotation.id, "from": block.start, "to": block.end - 1})
        for block in course.blocks
    ]


def plan_service(course: Course) -> PlanService:
    """The service sums as the file spells them, in FTE-months."""
    sums = service_sums(course)
    return PlanService(
        open_practice=fte_months(sums[Service.OPEN_PRACTICE]),
        other_general=fte_months(sums[Service.OTHER_GENERAL]),
        institution=fte_months(sums[Service.INSTITUTION]),
        counted=fte_months(counted(sums, course.candidate.rules)),
        uncounted=fte_months(uncounted(course)),
    )


def plan_wishes(instance: Instance, course: Course) -> list[PlanWish]:
    """The candidate's wishes and whether each is met; the reason is not arithmetic and is left out."""
    return [
        PlanWish.model_validate(
            {
                "rotation": wish.rotation,
                "weight": wish.weight,
                "from": None if wish.span is None else wish.span.start,
                "to": None if wish.span is None else wish.span.end - 1,
                "met": wish_met(instance, course, wish),
            }
        )
        for wish in course.candidate.wishes
    ]


def open_group_years(instance: Instance, course: Course) -> list[int]:
    """The numbers that ``open_group_year`` may truthfully have; empty: None only."""
    group = group_of(instance, course)
    return [] if group is None else open_years(instance, course, group)


def with_figures(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """The same months, practice, group, shifts and supervisors with every figure recomputed."""
    course = course_of(instance, entry)
    years = open_group_years(instance, course)
    return entry.model_copy(
        update={
            "finish": None if course.unfinished else course.end - 1,
            "earliest_finish": earliest_finish(course.candidate, course.first),
            "delay": delay(instance, course),
            "unfinished": course.unfinished,
            "projected_finish": projected_finish(instance, course) if course.unfinished else None,
            "open_group_year": years[0] if years else None,
            "blocks": plan_blocks(course),
            "service": plan_service(course),
            "wishes": plan_wishes(instance, course),
        }
    )
