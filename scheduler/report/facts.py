"""What a plan means for one candidate, as facts: where and when, which goals by what, whose guidance, what is lacking.

Everything comes from the accounting's arithmetic; pages and documents only put it into words. Ends are exclusive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.accounting import (
    FULL_POST,
    ServiceMonth,
    Trajectory,
    arena_shares,
    cut,
    earliest_counted_from,
    fte_months,
    goals_after_each_month,
    has_finish,
    roster_of,
    shifts_by_month,
    spans,
)
from scheduler.accounting.goals import office_in
from scheduler.constraints import RULES
from scheduler.constraints.complete import complete
from scheduler.constraints.lack import Lack
from scheduler.constraints.until import told
from scheduler.exact import Exact
from scheduler.instance.absence import Absence
from scheduler.instance.past import Told
from scheduler.instance.types import PRACTICE, Candidate, Instance, Span
from scheduler.month import Month, month_of, year
from scheduler.plan import PlanShifts
from scheduler.report.standing import PlanStanding
from scheduler.texts import Phrase, category_name

GROUP_HOURS_PER_YEAR = 60  # the municipality's general education plan: 60 hours a year in ten meetings


@dataclass(frozen=True, slots=True)
class ServicePeriod:
    """A run of months in one arena with one share: percent of a full post, and what it earns in FTE-months.

    ``absent``: FTE-months that days absent have taken off. ``in_credited``: what it earned is told by ``credited``,
    which may be less than its months; so it earns nothing beside that.
    """

    arena: str
    service: str
    percent: float
    span: Span
    credit: float
    absent: float = 0.0
    in_credited: bool = False


@dataclass(frozen=True, slots=True)
class GoalSource:
    """Where a goal is met: the arenas that give it, first one first, and the month in which it counts."""

    arenas: tuple[str, ...]
    month: Month


@dataclass(frozen=True, slots=True)
class SupervisedSpan:
    """A supervisor's time with the candidate; service months per calendar year."""

    supervisor: str
    span: Span
    months_by_year: Mapping[int, int]
    hours_by_year: Mapping[int, float]


def periods_served(trajectory: Trajectory, *, whole: bool = False) -> list[ServicePeriod]:
    """One line per arena, share and period, in order of time; ``whole``: from before the plan, too, if rows tell it.

    What was not approved has its line, and earns nothing. What ``credited`` tells has one of its own, so that the lines
    and what is credited add up to what counts: of 60 months in the office 54 may be credited, and one month is planned.
    """
    months: dict[tuple[str, Exact, Told], dict[Month, Exact]] = defaultdict(dict)
    for month in trajectory.whole_service if whole else trajectory.service:
        shares = arena_shares(trajectory, month)
        if month.rotation.uses_practice and office_in(trajectory, month) is None:
            shares[PRACTICE] = month.rotation.mix[PRACTICE]
        for arena, share in shares.items():
            months[arena, month.percent * share, _told(month)][month.month] = month.earned * share
    found = [
        ServicePeriod(
            arena,
            _service(trajectory.instance, arena),
            float(credit / FULL_POST),
            span,
            fte_months(sum(where[month] for month in span.months())) if told is Told.SERVED else 0.0,
            fte_months(sum(credit - where[month] for month in span.months())) if told is Told.SERVED else 0.0,
            in_credited=told is Told.CREDITED,
        )
        for (arena, credit, told), where in months.items()
        for span in spans(where)
    ]
    return sorted(found, key=lambda period: (period.span.start, -period.percent, period.arena))


def _told(month: ServiceMonth) -> Told:
    """Whether a month earns, or did not, or what it earned is in what is credited."""
    told = Told.SERVED if month.past is None else month.past.told
    return Told.CREDITED if told is Told.CURRENT else told


def _service(instance: Instance, arena: str) -> str:
    known = instance.arenas.get(arena)
    return instance.rules.own_practice if known is None else known.service


def goal_sources(trajectory: Trajectory) -> dict[int, GoalSource]:
    """For each goal that the plan gives: by which arenas, and the first month at whose end one of them has given it."""
    first: dict[int, Month] = {}
    order: dict[int, dict[str, None]] = defaultdict(dict)
    before: Mapping[str, Collection[int]] = {}
    for month, given in goals_after_each_month(trajectory):
        for arena, goals in given.items():
            if goals != before.get(arena):
                for goal in goals:
                    first.setdefault(goal, month)
                    order[goal].setdefault(arena)
        before = given
    wanted = trajectory.candidate.rules.goals - trajectory.candidate.goals_done
    return {goal: GoalSource(tuple(order[goal]), first[goal]) for goal in sorted(wanted & first.keys())}


def supervision(trajectory: Trajectory) -> list[SupervisedSpan]:
    """The supervisors' times with the candidate as the plan names them."""
    found, candidate = [], trajectory.candidate
    for row in sorted(trajectory.entry.supervisors, key=lambda row: (row.from_, row.to, row.id)):
        months, hours = defaultdict[int, int](int), defaultdict[int, float](float)
        for number, month in enumerate(trajectory.service, candidate.months_done):
            if row.from_ <= month.month <= row.to:
                months[year(month.month)] += 1
                hours[year(month.month)] += candidate.rules.guidance_hours_after(number)
        found.append(SupervisedSpan(row.id, Span(row.from_, row.to + 1), dict(months), dict(hours)))
    return found


def shifts_by_year(trajectory: Trajectory) -> dict[int, int]:
    """Planned shifts per calendar year."""
    found: dict[int, int] = defaultdict(int)
    for month, number in shifts_by_month(trajectory).items():
        found[year(month)] += number
    return dict(sorted(found.items()))


def _first(trajectory: Trajectory, whole: bool) -> Month:
    """The first planned month; of the whole training the first of which the file tells."""
    return trajectory.past[0].month if whole and trajectory.past else trajectory.first


def leave_spans(trajectory: Trajectory, *, whole: bool = False) -> list[Span]:
    """Months of full leave between the first and the last planned month; ``whole``: from before the plan, too."""
    months = range(_first(trajectory, whole), trajectory.end)
    return list(spans(month for month in months if trajectory.candidate.on_leave(month)))


def is_done(trajectory: Trajectory, standing: PlanStanding) -> bool:
    """Whether the end of the candidate's months is the finish that it looks like, or is told as a projected one.

    False only of somebody whose part breaks rules: enough months, but something lacks.
    """
    return not standing.about(trajectory.candidate.id) or not has_finish(trajectory) or complete(RULES, trajectory)


def gap_spans(trajectory: Trajectory, *, whole: bool = False) -> list[Span]:
    """Months between the first and the last planned one that have no rotation and are no leave either.

    ``whole``: from before the plan, too.
    """
    served = {month.month for month in trajectory.whole_service}
    months = range(_first(trajectory, whole), trajectory.end)
    return list(spans(month for month in months if month not in served and not trajectory.candidate.on_leave(month)))


def part_time_spans(trajectory: Trajectory) -> list[tuple[Exact, Span]]:
    """Percent and months of every run below a full post."""
    by_percent: dict[Exact, list[Month]] = defaultdict(list)
    for month in trajectory.service:
        if month.percent < FULL_POST:
            by_percent[month.percent].append(month.month)
    found = [(percent, span) for percent, months in by_percent.items() for span in spans(months)]
    return sorted(found, key=lambda run: run[1].start)


def absences_ahead(trajectory: Trajectory) -> list[Absence]:
    """Days absent in the months of the plan, in order of time."""
    planned = range(trajectory.first, trajectory.end)
    return [each for each in trajectory.candidate.absences if any(month in planned for month in each.months())]


def months_cost_by_leave(trajectory: Trajectory) -> int:
    """By how many months the planned leave and absence move the earliest finish."""
    candidate, counted_from = trajectory.candidate.as_judged, trajectory.counted_from
    without = replace(
        candidate,
        leave=tuple(span for span in candidate.leave if span.end <= counted_from),
        absences=tuple(absence for absence in candidate.absences if month_of(absence.last) < counted_from),
    )
    return trajectory.earliest_finish - earliest_counted_from(without, trajectory.counted_from)


def lacks_at_earliest(trajectory: Trajectory, everybody: Iterable[Trajectory]) -> list[Lack]:
    """What was not done yet at the earliest finish, which is why a delayed candidate goes on.

    Shifts that were put later although there was room for them in time are no reason, nor the goals that wait for them.
    """
    end = min(trajectory.end, trajectory.earliest_finish + 1)
    in_time = cut(shifts_in_time(trajectory, everybody, end), end)
    return list(lacks(in_time)) or [Lack("lack-nothing")]


def shifts_in_time(trajectory: Trajectory, everybody: Iterable[Trajectory], end: Month) -> Trajectory:
    """The trajectory with the shifts taken from ``end`` on moved before it, as many as there is room for."""
    candidate, planned = trajectory.candidate, shifts_by_month(trajectory)
    roster = roster_of(trajectory.instance, candidate)
    late = sum(number for month, number in planned.items() if month >= end)
    if roster is None or not late:
        return trajectory
    used: Counter[Month] = Counter()
    for other in everybody:
        if roster_of(trajectory.instance, other.candidate) is roster:
            used.update(shifts_by_month(other))
    kept = Counter({month: number for month, number in planned.items() if month < end})
    for month in (row.month for row in trajectory.service if row.month < end and row.rotation.legevakt):
        room = candidate.most_shifts(month) - kept[month]
        if roster.shifts is not None:
            room = min(room, roster.shifts.at(month) - used[month])
        moved = max(min(room, late), 0)
        kept[month] += moved
        late -= moved
    kept[end] = late
    rows = [PlanShifts(month=month, shifts=number) for month, number in sorted(kept.items()) if number]
    return replace(trajectory, entry=trajectory.entry.model_copy(update={"shifts": rows}))


def lacks(trajectory: Trajectory) -> Iterator[Lack]:
    """What is lacking at the trajectory's end, of all that a finish waits for."""
    return (lack for rule in RULES for lack in rule.lacks(trajectory))


def missing(trajectory: Trajectory) -> list[Phrase]:
    """The same, each in a few words: what is told of who leaves."""
    own = category_name(trajectory.candidate.rules.own_practice)
    return [told(lack, own) for lack in lacks(trajectory)]


def credited(candidate: Candidate) -> dict[str, float]:
    """FTE-months from before the plan, by category."""
    return {service: fte_months(candidate.credited.get(service, 0)) for service in candidate.rules.services}


def credited_beside(candidate: Candidate) -> dict[str, float]:
    """The same without what months tell that are listed one by one."""
    return {
        service: fte_months(candidate.credited.get(service, 0) - candidate.past_credit.get(service, 0))
        for service in candidate.rules.services
    }
