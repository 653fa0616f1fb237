"""One candidate's part of the page, everything already in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.ledger import (
    Course,
    arena_shares,
    delay,
    earliest_finish,
    finish_of,
    group_of,
    has_finish,
    members,
    missing_goals,
    open_group_years,
    plan_group_remarks,
    shifts_by_month,
    shifts_planned,
    stops_short,
)
from scheduler.month import MONTHS_PER_YEAR, Month
from scheduler.report.dossier import (
    GROUP_HOURS_PER_YEAR,
    GoalSource,
    Lack,
    gap_spans,
    goal_sources,
    guidance_hours,
    is_done,
    lacks,
    lacks_at_earliest,
    leave_spans,
    shifts_by_year,
    stays,
    supervision,
)
from scheduler.report.html.gauges import Gauge, gauges, uncounted_text
from scheduler.report.html.palette import Palette, away_share
from scheduler.report.html.timeline import Scale, TimelineRow, row_of
from scheduler.report.meetings import half_yearly_meetings
from scheduler.report.words import Words
from scheduler.standing import PlanStanding, broken


@dataclass(frozen=True, slots=True)
class Chip:
    """A block in the plan's table."""

    css: str
    label: str
    period: str
    share: int = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it is."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class GoalCell:
    """One goal: how it is met, for eye and ear."""

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


class People:
    """Makes the candidates' parts."""

    def __init__(
        self, words: Words, palette: Palette, scale: Scale, courses: list[Course], standing: PlanStanding
    ) -> None:
        self.words, self.palette, self.scale, self.standing = words, palette, scale, standing
        self.instance = words.instance
        self.courses = courses
        self.arena_numbers = {arena: number for number, arena in enumerate(self.instance.arenas)}
        self.group_numbers = {group: number for number, group in enumerate(self.instance.groups)}
        self.n_members = {group: len(who) for group, who in members(courses).items()}

    def person(self, number: int, course: Course) -> Person:
        """One candidate."""
        words, entry = self.words, course.entry
        finish, late = finish_of(self.instance, course), delay(self.instance, course)
        done = is_done(self.instance, course, self.standing)
        late = late if done else 0
        verdict, missing = self._goals_verdict(course)
        sources = goal_sources(self.instance, course)
        return Person(
            anchor=f"k{number}",
            id=entry.id,
            label=words.candidate(entry.id),
            search=words.candidate(entry.id).lower(),
            arenas=tuple(sorted({self.arena_numbers[a] for a in self._arenas(course) if a in self.arena_numbers})),
            group=self.group_numbers.get(entry.group or "", -1),
            group_id=entry.group or "",
            order=number,
            done=done,
            finish_order=finish if done else self.instance.end,
            delay=late,
            finish=words.month(finish) if done else words.say("not-done"),
            delay_label=self._delay_label(course, late),
            alarm=self._alarm(course),
            timeline=row_of(words, self.palette, self.scale, course, done),
            chips=tuple(self._chips(course)),
            facts=tuple(self._facts(course, finish, done)),
            gauges=tuple(gauges(words, course)),
            uncounted=uncounted_text(words, course),
            stays=tuple(self._stays(course)),
            goal_cells=tuple(self._goal_cells(course, sources)),
            goal_rows=tuple(self._goal_rows(course, sources)),
            goals_verdict=verdict,
            goals_missing=missing,
            group_text=self._group_text(course),
            group_reason=entry.group_reason or "",
            group_remarks=tuple(words.group_remark(one) for one in plan_group_remarks(self.instance, course)),
            shifts=tuple(self._shifts(course)),
            shifts_verdict=self._shifts_verdict(course),
            guidance=tuple(self._guidance(course)),
            guidance_note=words.say(
                "guidance-note", hours=words.number(course.candidate.rules.guidance_hours_per_year)
            ),
            meetings=tuple(self._meetings(course)),
            wishes=tuple(self._wishes(number, course)),
            reasons=tuple(self._reasons(course, late)),
            warnings=tuple(self._warnings(course)),
        )

    def _arenas(self, course: Course) -> set[str]:
        rotations = {month.rotation.id: month.rotation for month in course.service}
        return {arena for rotation in rotations.values() for arena in arena_shares(course, rotation)}

    def _delay_label(self, course: Course, late: int) -> str:
        if not has_finish(course):
            return self.words.say("unfinished-short")
        return self.words.say("delay-short", months=late) if late else ""

    def _alarm(self, course: Course) -> str:
        """How many rules this candidate's part breaks."""
        number = len(self.standing.about(course.candidate.id))
        return broken("label", number, self.words.lang) if number else ""

    def _chips(self, course: Course) -> Iterator[Chip]:
        words = self.words
        found = [
            (block.start, Chip(
                self.palette.of(block.rotation).css, words.rotation(block.rotation),
                words.period(block.start, block.end), away_share(block.rotation),
            ))
            for block in course.blocks
        ]  # fmt: skip
        found += [
            (span.start, Chip("leave", words.say("leave"), words.period(span.start, span.end)))
            for span in leave_spans(course)
        ]
        found += [
            (span.start, Chip("gap", words.say("gap"), words.period(span.start, span.end)))
            for span in gap_spans(course)
        ]
        yield from (chip for _, chip in sorted(found, key=lambda one: one[0]))

    def _facts(self, course: Course, finish: Month, done: bool) -> Iterator[Fact]:
        words, entry, candidate = self.words, course.entry, course.candidate
        earliest = earliest_finish(candidate, course.first)
        yield Fact(words.say("fact-start"), words.month(entry.start))
        key = "fact-finish" if has_finish(course) else "fact-projected"
        yield Fact(words.say(key), words.month(finish) if done else words.say("not-done"))
        yield Fact(words.say("fact-earliest"), words.month(earliest))
        late = delay(self.instance, course)
        if done:
            yield Fact(words.say("fact-delay"), words.months(late) if late else words.say("none"))
        if entry.practice is not None:
            yield Fact(words.say("fact-practice"), words.arena(entry.practice))
        if candidate.post is not None and candidate.post != entry.practice:
            yield Fact(words.say("fact-post"), words.arena(candidate.post))
        percents = sorted({month.percent for month in course.service})
        if percents:
            shown = " – ".join(dict.fromkeys(words.percent(one) for one in (percents[0], percents[-1])))
            yield Fact(words.say("fact-percent"), shown)
        leave = leave_spans(course)
        if leave:
            yield Fact(words.say("fact-leave"), ", ".join(words.period(span.start, span.end) for span in leave))
        gaps = gap_spans(course)
        if gaps:
            yield Fact(words.say("fact-gap"), ", ".join(words.period(span.start, span.end) for span in gaps))

    def _stays(self, course: Course) -> Iterator[tuple[str, ...]]:
        words = self.words
        for stay in stays(self.instance, course):
            yield (
                words.arena(stay.arena),
                words.say(f"service-{stay.service.value}"),
                words.period(stay.span.start, stay.span.end),
                words.percent(stay.percent),
                words.number(stay.credit),
            )

    # --- goals -------------------------------------------------------------------------------------------------------

    def _goals_verdict(self, course: Course) -> tuple[str, bool]:
        missing = missing_goals(self.instance, course)
        wanted = len(course.candidate.rules.goals)
        if missing:
            shown = self.words.goals(missing)
            return self.words.say("goals-missing", goals=shown, have=wanted - len(missing), need=wanted), True
        return self.words.say("goals-all", need=wanted), False

    def _goal_cells(self, course: Course, sources: dict[int, GoalSource]) -> Iterator[GoalCell]:
        words = self.words
        for goal in sorted(course.candidate.rules.goals):
            number = f"{goal:03d}"
            if goal in course.candidate.goals_done:
                yield GoalCell(number, "done", "✓", words.say("goal-done", goal=number))
            elif goal in sources:
                source = sources[goal]
                where = ", ".join(words.arena(arena) for arena in source.arenas)
                tip = words.say("goal-by", goal=number, where=where, month=words.month(source.month))
                yield GoalCell(number, "by", "", tip)
            else:
                yield GoalCell(number, "lacking", "!", words.say("goal-lacking", goal=number))

    def _goal_rows(self, course: Course, sources: dict[int, GoalSource]) -> Iterator[tuple[str, ...]]:
        words, candidate = self.words, course.candidate
        done = candidate.goals_done & candidate.rules.goals
        if done:
            yield words.say("goals-before"), "", words.goals(done), str(len(done))
        by_source: dict[tuple[Month, str], set[int]] = defaultdict(set)
        for goal, source in sources.items():
            by_source[source.month, source.arenas[0]].add(goal)
        for (month, arena), goals in sorted(by_source.items()):
            yield words.arena(arena), words.month(month), words.goals(goals), str(len(goals))

    # --- group, shifts, guidance, meetings ---------------------------------------------------------------------------

    def _group_text(self, course: Course) -> str:
        words, group = self.words, group_of(self.instance, course)
        if group is None:
            return words.say("group-done" if course.candidate.group.done else "group-none")
        years = open_group_years(self.instance, course)
        told = course.entry.open_group_year if course.entry.open_group_year in years else next(iter(years), None)
        said = words.say(
            "group-in", group=group.id, period=words.period(group.span.start, group.span.end),
            members=self.n_members.get(group.id, 0), places=group.places, hours=GROUP_HOURS_PER_YEAR,
        )  # fmt: skip
        return said if told is None else f"{said} {words.say('group-open-year', number=told)}"

    def _shifts_verdict(self, course: Course) -> str:
        candidate, planned = course.candidate, shifts_planned(course)
        return self.words.say(
            "shifts-verdict", done=candidate.shifts_done, planned=planned, sum=candidate.shifts_done + planned,
            need=candidate.rules.legevakt_shifts,
        )  # fmt: skip

    def _shifts(self, course: Course) -> Iterator[ShiftYear]:
        by_month = shifts_by_month(course)
        for one, total in shifts_by_year(course).items():
            first = one * MONTHS_PER_YEAR
            numbers = [by_month.get(month, 0) for month in range(first, first + MONTHS_PER_YEAR)]
            yield ShiftYear(str(one), tuple(str(number or "") for number in numbers), str(total))

    def _guidance(self, course: Course) -> Iterator[tuple[str, ...]]:
        words, candidate = self.words, course.candidate
        for row in supervision(course):
            hours = {one: guidance_hours(candidate, months) for one, months in sorted(row.months_by_year.items())}
            yearly = " · ".join(
                words.say("hours-in-year", year=one, hours=words.number(round(spent, 1)))
                for one, spent in hours.items()
            )
            total = words.number(round(sum(hours.values()), 1))
            yield words.supervisor(row.supervisor), words.period(row.span.start, row.span.end), yearly, total

    def _meetings(self, course: Course) -> Iterator[tuple[str, ...]]:
        words = self.words
        for meeting in half_yearly_meetings(course):
            if meeting.month is None:
                yield str(meeting.number), words.month(meeting.due), words.say("meeting-leave")
            else:
                note = words.say("meeting-moved", due=words.month(meeting.due)) if meeting.moved else ""
                yield str(meeting.number), words.month(meeting.month), note

    # --- wishes and delay --------------------------------------------------------------------------------------------

    def _wishes(self, number: int, course: Course) -> Iterator[WishRow]:
        words = self.words
        for wish in course.entry.wishes:
            start, to = wish.from_, wish.to
            window = words.period(start, to + 1) if start is not None and to is not None else words.say("any-time")
            verdict = words.say("wish-met") if wish.met else wish.reason or words.say("wish-lost")
            yield WishRow(
                words.candidate(course.candidate.id), f"k{number}", words.rotation(wish.rotation), window,
                str(wish.weight), wish.met, verdict,
            )  # fmt: skip

    def _reasons(self, course: Course, late: int) -> Iterator[str]:
        if not has_finish(course):
            for lack in lacks(self.instance, course):
                yield lack_text(self.words, lack)
        elif late > 0:
            for lack in lacks_at_earliest(self.instance, course):
                yield lack_text(self.words, lack)

    def _warnings(self, course: Course) -> Iterator[str]:
        """The rules that this candidate's part breaks, and that it does not end within the horizon."""
        for violation in self.standing.about(course.candidate.id):
            yield violation.sentence(self.words.lang)
        if course.unfinished:
            yield self.words.say("unfinished-note", month=self.words.month(finish_of(self.instance, course)))
        elif stops_short(course):
            yield self.words.say("short-note", month=self.words.month(finish_of(self.instance, course)))


def lack_text(words: Words, lack: Lack) -> str:
    """What was not done, in a sentence."""
    subject = words.rotation(lack.subject) if lack.key == "lack-block" else lack.subject
    return words.say(
        lack.key,
        have=words.number(lack.have),
        need=words.number(lack.need),
        subject=subject,
        goals=words.goals(lack.goals),
        month="" if lack.month is None else words.month(lack.month),
    )
