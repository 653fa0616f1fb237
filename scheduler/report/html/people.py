"""One candidate's part of the page, everything already in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.accounting import (
    Trajectory,
    delay,
    exposure,
    finish_of,
    fte_months,
    group_of,
    has_finish,
    members,
    missing_goals,
    open_group_years,
    plan_group_remarks,
    shifts_by_month,
    shifts_planned,
    spans_by_key,
    stops_short,
)
from scheduler.files.check_absence import absence_reading
from scheduler.instance.types import Rules
from scheduler.month import MONTHS_PER_YEAR, Month, format_month
from scheduler.report.facts import (
    GROUP_HOURS_PER_YEAR,
    GoalSource,
    absences_ahead,
    gap_spans,
    goal_sources,
    is_done,
    lacks,
    lacks_at_earliest,
    leave_spans,
    missing,
    periods_served,
    shifts_by_year,
    supervision,
)
from scheduler.report.html.gauges import Gauge, gauges, uncounted_text
from scheduler.report.html.palette import Palette, away_share
from scheduler.report.html.timeline import Scale, TimelineRow, row_of
from scheduler.report.lines.delay import lack_text
from scheduler.report.meetings import half_yearly_meetings
from scheduler.report.standing import PlanStanding, broken
from scheduler.report.words import Words


@dataclass(frozen=True, slots=True)
class Chip:
    """A block in the plan's table."""

    css: str
    label: str
    period: str
    share: float = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it is."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class GoalCell:
    """One goal: how it is met, for eye and ear; ``tip`` has ``{goal}`` for what the goal is called."""

    number: str
    state: str
    mark: str
    tip: str


@dataclass(frozen=True, slots=True)
class ShiftYear:
    """Shifts in a calendar year, month by month."""

    year: str
    months: tuple[str, ...]
    sum: str


@dataclass(frozen=True, slots=True)
class WishRow:
    """A wish and what became of it."""

    who: str
    anchor: str
    what: str
    window: str
    weight: str
    met: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate on the page."""

    anchor: str
    id: str
    label: str
    search: str
    arenas: tuple[int, ...]
    group: int
    group_id: str
    order: int
    done: bool
    stops_short: bool
    finish_order: int
    delay: int
    finish: str
    delay_label: str
    alarm: str
    timeline: TimelineRow
    chips: tuple[Chip, ...]
    facts: tuple[Fact, ...]
    gauges: tuple[Gauge, ...]
    uncounted: str
    stays: tuple[tuple[str, ...], ...]
    goal_cells: tuple[GoalCell, ...]
    goal_called: str
    municipality: str
    goal_rows: tuple[tuple[str, ...], ...]
    goals_verdict: str
    goals_missing: bool
    group_text: str
    group_reason: str
    group_remarks: tuple[str, ...]
    shifts: tuple[ShiftYear, ...]
    shifts_verdict: str
    guidance: tuple[tuple[str, ...], ...]
    guidance_note: str
    meetings: tuple[tuple[str, ...], ...]
    wishes: tuple[WishRow, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def goal_tips(self) -> list[str]:
        """What is told of goals, each once: many come from the same place."""
        return list(dict.fromkeys(cell.tip for cell in self.goal_cells))


class People:
    """Makes the candidates' parts."""

    def __init__(
        self, words: Words, palette: Palette, scale: Scale, trajectories: list[Trajectory], standing: PlanStanding
    ) -> None:
        self.words, self.palette, self.scale, self.standing = words, palette, scale, standing
        self.instance = words.instance
        self.trajectories = trajectories
        self.arena_numbers = {arena: number for number, arena in enumerate(self.instance.arenas)}
        self.group_numbers = {group: number for number, group in enumerate(self.instance.groups)}
        self.n_members = {group: len(who) for group, who in members(trajectories).items()}

    def person(self, number: int, trajectory: Trajectory) -> Person:
        """One candidate."""
        words, entry = self.words, trajectory.entry
        finish, late = finish_of(trajectory), delay(trajectory)
        done = is_done(trajectory, self.standing)
        late = late if done else 0
        verdict, missing = self._goals_verdict(trajectory)
        sources = goal_sources(trajectory)
        return Person(
            anchor=f"k{number}",
            id=entry.id,
            label=words.candidate(entry.id),
            search=words.candidate(entry.id).lower(),
            arenas=tuple(sorted({self.arena_numbers[a] for a in self._arenas(trajectory) if a in self.arena_numbers})),
            group=self.group_numbers.get(entry.group or "", -1),
            group_id=entry.membership or "",
            order=number,
            done=done,
            stops_short=stops_short(trajectory),
            finish_order=finish if done else self.instance.end,
            delay=late,
            finish=words.month(finish) if done else words.say("not-done"),
            delay_label=self._delay_label(trajectory, late),
            alarm=self._alarm(trajectory),
            timeline=row_of(words, self.palette, self.scale, trajectory, done),
            chips=tuple(self._chips(trajectory)),
            facts=tuple(self._facts(trajectory, finish, done)),
            gauges=tuple(gauges(words, trajectory)),
            uncounted=uncounted_text(words, trajectory),
            stays=tuple(self._stays(trajectory)),
            goal_cells=tuple(self._goal_cells(trajectory, sources)),
            goal_called=self._goal_called(trajectory),
            municipality=trajectory.candidate.municipality or "",
            goal_rows=tuple(self._goal_rows(trajectory, sources)),
            goals_verdict=verdict,
            goals_missing=missing,
            group_text=self._group_text(trajectory),
            group_reason="" if entry.group_reason is None else entry.group_reason.said(words.lang),
            group_remarks=tuple(
                words.group_remark(plan_group_remark) for plan_group_remark in plan_group_remarks(trajectory)
            ),
            shifts=tuple(self._shifts(trajectory)),
            shifts_verdict=self._shifts_verdict(trajectory),
            guidance=tuple(self._guidance(trajectory)),
            guidance_note=self._guidance_note(trajectory.candidate.rules),
            meetings=tuple(self._meetings(trajectory)),
            wishes=tuple(self._wishes(number, trajectory)),
            reasons=tuple(self._reasons(trajectory, late)),
            warnings=tuple(self._warnings(trajectory)),
        )

    def _arenas(self, trajectory: Trajectory) -> set[str]:
        return set(exposure(trajectory))

    def _delay_label(self, trajectory: Trajectory, late: int) -> str:
        if trajectory.leaves:
            return self.words.say("leaves-short")
        if not has_finish(trajectory):
            return self.words.say("unfinished-short")
        return self.words.say("delay-short", months=late) if late else ""

    def _alarm(self, trajectory: Trajectory) -> str:
        """How many rules this candidate's part breaks."""
        number = len(self.standing.about(trajectory.candidate.id))
        return broken("label", number, self.words.lang) if number else ""

    def _chips(self, trajectory: Trajectory) -> Iterator[Chip]:
        words = self.words
        found = [
            (block.start, Chip(
                self.palette.of(block.rotation).css, words.rotation(block.rotation),
                words.period(block.start, block.end), away_share(block.rotation),
            ))
            for block in trajectory.blocks
        ]  # fmt: skip
        found += [
            (span.start, Chip("leave", words.say("leave"), words.period(span.start, span.end)))
            for span in leave_spans(trajectory)
        ]
        found += [
            (span.start, Chip("gap", words.say("gap"), words.period(span.start, span.end)))
            for span in gap_spans(trajectory)
        ]
        yield from (chip for _, chip in sorted(found, key=lambda dated: dated[0]))

    def _facts(self, trajectory: Trajectory, finish: Month, done: bool) -> Iterator[Fact]:
        words, entry, candidate = self.words, trajectory.entry, trajectory.candidate
        earliest = trajectory.earliest_finish
        yield Fact(words.say("fact-start"), words.month(entry.start))
        key = "fact-finish" if has_finish(trajectory) else "fact-leaves" if trajectory.leaves else "fact-projected"
        yield Fact(words.say(key), words.month(finish) if done else words.say("not-done"))
        yield Fact(words.say("fact-earliest"), words.month(earliest))
        if candidate.extra:
            yield Fact(
                words.say("fact-extra"), words.say("extra-time", number=words.number(fte_months(candidate.extra)))
            )
        late = delay(trajectory)
        if done:
            yield Fact(words.say("fact-delay"), words.months(late) if late else words.say("none"))
        if entry.practice is not None:
            yield Fact(words.say("fact-practice"), words.practices(entry))
        if candidate.post is not None and entry.offices != [candidate.post]:
            yield Fact(words.say("fact-post"), words.arena(candidate.post))
        percents = sorted({month.percent for month in trajectory.service})
        if percents:
            shown = " – ".join(dict.fromkeys(words.percent(percent) for percent in (percents[0], percents[-1])))
            yield Fact(words.say("fact-percent"), shown)
        leave = leave_spans(trajectory)
        if leave:
            yield Fact(words.say("fact-leave"), ", ".join(words.period(span.start, span.end) for span in leave))
        if absences_ahead(trajectory):
            yield Fact(words.say("fact-absence"), "; ".join(self._absence(trajectory)))
        gaps = gap_spans(trajectory)
        if gaps:
            yield Fact(words.say("fact-gap"), ", ".join(words.period(span.start, span.end) for span in gaps))

    def _absence(self, trajectory: Trajectory) -> Iterator[str]:
        """What months with days absent count as, and the reading in use."""
        words = self.words
        less = ((month.earned, month.month) for month in trajectory.service if month.deducted)
        for percent, span in spans_by_key(less):
            period = words.period(span.start, span.end)
            yield words.say("absence-counts", period=period, percent=words.percent(percent))
        yield absence_reading(trajectory.candidate.rules).said(words.lang)

    def _stays(self, trajectory: Trajectory) -> Iterator[tuple[str, ...]]:
        words = self.words
        for period in periods_served(trajectory):
            yield (
                words.arena(period.arena),
                words.say(f"service-{period.service}"),
                words.period(period.span.start, period.span.end),
                words.percent(period.percent),
                words.number(period.credit),
            )

    # --- goals -------------------------------------------------------------------------------------------------------

    def _goals_verdict(self, trajectory: Trajectory) -> tuple[str, bool]:
        missing = missing_goals(trajectory)
        wanted = len(trajectory.candidate.rules.goals)
        if missing:
            shown = self.words.goals(missing)
            return self.words.say("goals-missing", goals=shown, have=wanted - len(missing), need=wanted), True
        return self.words.say("goals-all", need=wanted), False

    def _goal_cells(self, trajectory: Trajectory, sources: dict[int, GoalSource]) -> Iterator[GoalCell]:
        words = self.words
        for goal in sorted(trajectory.candidate.rules.goals):
            number, named = f"{goal:03d}", "{goal}"
            if goal in trajectory.candidate.goals_done:
                yield GoalCell(number, "done", "✓", words.say("goal-done", goal=named))
            elif goal in sources:
                source = sources[goal]
                where = ", ".join(words.arena(arena) for arena in source.arenas)
                tip = words.say("goal-by", goal=named, where=where, month=words.month(source.month))
                yield GoalCell(number, "by", "", tip)
            else:
                yield GoalCell(number, "lacking", "!", words.say("goal-lacking", goal=named))

    def _goal_called(self, trajectory: Trajectory) -> str:
        """What goals are called, with ``{number}`` for their number."""
        rules = trajectory.candidate.rules
        return f"{rules.goal_prefix} {{number}}".strip()

    def _goal_rows(self, trajectory: Trajectory, sources: dict[int, GoalSource]) -> Iterator[tuple[str, ...]]:
        words, candidate = self.words, trajectory.candidate
        done = candidate.goals_done & candidate.rules.goals
        if done:
            yield words.say("goals-before"), "", words.goals(done), str(len(done))
        by_source: dict[tuple[Month, str], set[int]] = defaultdict(set)
        for goal, source in sources.items():
            by_source[source.month, source.arenas[0]].add(goal)
        for (month, arena), goals in sorted(by_source.items()):
            yield words.arena(arena), words.month(month), words.goals(goals), str(len(goals))

    # --- group, shifts, guidance, meetings ---------------------------------------------------------------------------

    def _group_text(self, trajectory: Trajectory) -> str:
        words, group = self.words, group_of(trajectory)
        if group is None:
            return words.say("group-done" if trajectory.candidate.group.done else "group-none")
        years = open_group_years(trajectory)
        told = (
            trajectory.entry.open_group_year if trajectory.entry.open_group_year in years else next(iter(years), None)
        )
        said = words.say(
            "group-in", group=group.id, period=words.period(group.span.start, group.span.end),
            members=self.n_members.get(group.id, 0), places=group.places, hours=GROUP_HOURS_PER_YEAR,
        )  # fmt: skip
        return said if told is None else f"{said} {words.say('group-open-year', number=told)}"

    def _shifts_verdict(self, trajectory: Trajectory) -> str:
        candidate, planned = trajectory.candidate, shifts_planned(trajectory)
        return self.words.say(
            "shifts-verdict", done=candidate.shifts_done, planned=planned, sum=candidate.shifts_done + planned,
            need=self.words.shifts_asked(candidate.rules),
        )  # fmt: skip

    def _shifts(self, trajectory: Trajectory) -> Iterator[ShiftYear]:
        by_month = shifts_by_month(trajectory)
        for year, total in shifts_by_year(trajectory).items():
            first = year * MONTHS_PER_YEAR
            numbers = [by_month.get(month, 0) for month in range(first, first + MONTHS_PER_YEAR)]
            yield ShiftYear(str(year), tuple(str(number or "") for number in numbers), str(total))

    def _guidance_note(self, rules: Rules) -> str:
        words, first = self.words, rules.guidance_hours_first_half_year
        note = words.say("guidance-note", hours=words.number(rules.guidance_hours_per_year))
        return note if first is None else words.say("guidance-first", note=note, hours=words.number(first))

    def _guidance(self, trajectory: Trajectory) -> Iterator[tuple[str, ...]]:
        words = self.words
        for row in supervision(trajectory):
            hours = dict(sorted(row.hours_by_year.items()))
            yearly = " · ".join(
                words.say("hours-in-year", year=hour, hours=words.number(round(spent, 1)))
                for hour, spent in hours.items()
            )
            total = words.number(round(sum(hours.values()), 1))
            yield words.supervisor(row.supervisor), words.period(row.span.start, row.span.end), yearly, total

    def _meetings(self, trajectory: Trajectory) -> Iterator[tuple[str, ...]]:
        words = self.words
        for meeting in half_yearly_meetings(trajectory):
            if meeting.month is None:
                yield str(meeting.number), words.month(meeting.due), words.say("meeting-leave")
            else:
                note = words.say("meeting-moved", due=format_month(meeting.due)) if meeting.moved else ""
                yield str(meeting.number), words.month(meeting.month), note

    # --- wishes and delay --------------------------------------------------------------------------------------------

    def _wishes(self, number: int, trajectory: Trajectory) -> Iterator[WishRow]:
        words = self.words
        for wish in trajectory.entry.wishes:
            start, to = wish.from_, wish.to
            window = words.period(start, to + 1) if start is not None and to is not None else words.say("any-time")
            verdict = words.say("wish-met" if wish.met else "wish-lost")
            if wish.reason is not None and not wish.met:
                verdict = wish.reason.said(words.lang)
            yield WishRow(
                words.candidate(trajectory.candidate.id), f"k{number}", words.rotation(wish.rotation), window,
                str(wish.weight), wish.met, verdict,
            )  # fmt: skip

    def _reasons(self, trajectory: Trajectory, late: int) -> Iterator[str]:
        if trajectory.leaves:
            for said in (lacking.said(self.words.lang) for lacking in missing(trajectory)):
                yield f"{said[0].upper()}{said[1:]}."
        elif not has_finish(trajectory):
            for lack in lacks(trajectory):
                yield lack_text(self.words, lack)
        elif late > 0:
            for lack in lacks_at_earliest(trajectory, self.trajectories):
                yield lack_text(self.words, lack)

    def _warnings(self, trajectory: Trajectory) -> Iterator[str]:
        """The rules that this candidate's part breaks, and that it does not end within the horizon."""
        for violation in self.standing.about(trajectory.candidate.id):
            yield violation.sentence(self.words.lang)
        if trajectory.leaves:
            yield self.words.say("leaves-note", month=format_month(trajectory.end - 1))
        elif trajectory.unfinished:
            yield self.words.say("unfinished-note", month=format_month(finish_of(trajectory)))
        elif stops_short(trajectory):
            yield self.words.say("short-note", month=format_month(finish_of(trajectory)))
