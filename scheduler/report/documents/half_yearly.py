"""The half-yearly package: a sheet for each candidate in one file, and calendars for the leader and each supervisor.

The leader is at every meeting, and one is held at a time; so no two of anybody's are at the same time. Meetings of one
supervisor follow each other.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scheduler.accounting import Trajectory, has_finish, shifts_by_month, trajectories
from scheduler.accounting.economy import paid_months
from scheduler.accounting.shown import as_shown
from scheduler.files.written import write_file
from scheduler.instance.economy import GoalStatus
from scheduler.instance.types import Instance, Span
from scheduler.month import Month, first_day, format_month, last_day
from scheduler.plan import Plan
from scheduler.report.documents.calendar_file import Entry, calendar_with, uid_of
from scheduler.report.documents.earned import earned
from scheduler.report.documents.education_plan import HASH_LENGTH
from scheduler.report.documents.file_names import Stems
from scheduler.report.documents.paper import BLANK, Paper
from scheduler.report.facts import ServicePeriod, goal_sources, leave_spans, periods_served
from scheduler.report.meetings import EVERY_MONTHS, group_meetings, slots
from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words, tidy
from scheduler.texts import text

_STATES = {
    "approved": "half-status-approved",
    "sent": "half-status-sent",
    "started": "half-status-started",
    "none": "half-status-none",
}
"""How far a goal has come, the furthest first, and what it is called."""


@dataclass(frozen=True, slots=True)
class HalfYearly:
    """A candidate's meeting: when, if there is a time for it, and with which supervisor, if the plan has one."""

    trajectory: Trajectory
    month: Month
    supervisor: str | None
    day: datetime.date | None = None
    begins: datetime.time | None = None

    @property
    def since(self) -> Span:
        """The half-year before."""
        return Span(self.month - EVERY_MONTHS, self.month)

    @property
    def ahead(self) -> Span:
        """The half-year from the month of the meeting on."""
        return Span(self.month, self.month + EVERY_MONTHS)


def half_yearly(instance: Instance, plan: Plan, month: Month) -> list[HalfYearly]:
    """Everybody's meeting who is in training before or in the month; who is on leave in all of it gets no time."""
    shown = trajectories(as_shown(instance, plan), plan)
    people = [one for one in shown if one.told.start < month <= one.end]
    met = sorted(
        (HalfYearly(one, month, _supervisor(one, month)) for one in people), key=lambda each: each.supervisor or "~"
    )
    times = slots(month)
    planned = []
    for one in met:
        away = one.trajectory.candidate.on_leave(month) and month < one.trajectory.end
        day, begins = (None, None) if away else next(times)
        planned.append(HalfYearly(one.trajectory, month, one.supervisor, day, begins))
    return planned


def _supervisor(trajectory: Trajectory, month: Month) -> str | None:
    """Who supervises in the month; at the last meeting, after the finish, who did to the end."""
    at = min(month, trajectory.end - 1)
    return next((row.id for row in trajectory.told.supervisors if row.from_ <= at <= row.to), None)


def write_package(
    words: Words, plan: Plan, folder: Path, month: Month, standing: PlanStanding, only: Sequence[str] | None = None
) -> list[Path]:
    """The sheets in one file, and the calendars; ``only``: sheets of these candidates (the calendars have all)."""
    meetings = half_yearly(words.instance, plan, month)
    shown = [one for one in meetings if only is None or one.trajectory.candidate.id in only]
    at = format_month(month)
    sheets = folder / text("documents.file-half-yearly", words.lang, month=at)
    write_file(sheets, half_yearly_sheets(words, plan, month, shown, standing))
    written = [sheets]
    for path, content in calendars(words, meetings, folder, month, standing):
        write_file(path, content)
        written.append(path)
    return written


def calendars(
    words: Words, meetings: Sequence[HalfYearly], folder: Path, month: Month, standing: PlanStanding
) -> Iterator[tuple[Path, bytes]]:
    """The leader's calendar with all meetings, and each supervisor's with their own."""
    of: dict[str, list[HalfYearly]] = defaultdict(list)
    for one in meetings:
        if one.supervisor is not None:
            of[one.supervisor].append(one)
    at, stems = format_month(month), Stems(of)
    leader = folder / text("documents.file-leader", words.lang, month=at)
    yield leader, _calendar(words, text("documents.half-leader-calendar", words.lang), meetings, leader, standing)
    for supervisor, theirs in of.items():
        name = text("documents.half-supervisor-calendar", words.lang, who=words.supervisor(supervisor))
        path = folder / f"{stems[supervisor]}-{text('documents.file-of-supervisor', words.lang, month=at)}"
        yield path, _calendar(words, name, theirs, path, standing)


def _calendar(words: Words, name: str, meetings: Iterable[HalfYearly], path: Path, standing: PlanStanding) -> bytes:
    entries = [_event(words, one, one.day) for one in meetings if one.day is not None]
    return calendar_with(words, name, entries, path.read_bytes() if path.is_file() else None, standing)


def _event(words: Words, meeting: HalfYearly, day: datetime.date) -> Entry:
    who = words.candidate(meeting.trajectory.candidate.id)
    supervisor = words.supervisor(meeting.supervisor) if meeting.supervisor is not None else _nobody(words)
    return Entry(
        uid_of(meeting.trajectory, "half-yearly", meeting.month),
        day,
        tidy(text("documents.half-event", words.lang, who=who)),
        tidy(text("documents.half-event-note", words.lang, who=who, supervisor=supervisor)),
        begins=meeting.begins,
    )


def _nobody(words: Words) -> str:
    return text("documents.half-nobody", words.lang)


# --- the sheets


def half_yearly_sheets(
    words: Words, plan: Plan, month: Month, meetings: Sequence[HalfYearly], standing: PlanStanding
) -> bytes:
    """One document: who meets when, what to collect before an arena is left, and a page for each candidate."""
    made = datetime.datetime.combine(first_day(words.instance.start), datetime.time())
    title = text("documents.half-title", words.lang, month=format_month(month))
    paper = Paper(words, title, made, standing)
    paper.close_up()
    paper.title(title, paper.say("half-draft", plan=plan.instance.name))
    label = standing.label(words.lang)
    footer = paper.say("footer", plan=plan.instance.name, status=label, hash=plan.instance.sha256[:HASH_LENGTH])
    paper.footer(footer, alarm=standing.broken)
    if standing.broken:
        paper.alarm(f"{standing.sentence(words.lang)} {paper.say('broken-note')}")
    paper.heading(paper.say("half-order"))
    rows = [(_time(paper, one), words.candidate(one.trajectory.candidate.id), _guide(words, one)) for one in meetings]
    paper.table([paper.say(key) for key in ("half-when", "sign-candidate", "sign-supervisor")], rows, (5.4, 6.0, 6.0))
    _leaving(paper, meetings)
    for one in meetings:
        _sheet(paper, one)
    return paper.content()


def _time(paper: Paper, meeting: HalfYearly) -> str:
    if meeting.day is None or meeting.begins is None:
        return paper.say("half-no-time")
    return f"{paper.words.date(meeting.day)} {meeting.begins:%H.%M}"


def _guide(words: Words, meeting: HalfYearly) -> str:
    return BLANK if meeting.supervisor is None else words.supervisor(meeting.supervisor)


def _leaving(paper: Paper, meetings: Sequence[HalfYearly]) -> None:
    """What to collect from whom: everybody who leaves an arena in the half-year ahead."""
    paper.heading(paper.say("half-leaving"))
    words = paper.words
    found = [
        (end, one.trajectory.candidate.id, arena, goals)
        for one in meetings
        for end, arena, goals in recommendations(words, one)
    ]
    rows = [
        (words.date(last_day(end - 1)), words.candidate(who), arena, goals) for end, who, arena, goals in sorted(found)
    ]
    if not rows:
        paper.text(paper.say("half-leaving-none"))
        return
    head = [paper.say(key) for key in ("half-last-day", "sign-candidate", "arena", "half-for-goals")]
    paper.table(head, rows, (2.8, 4.2, 5.2, 5.2), 8.5)


def recommendations(words: Words, meeting: HalfYearly) -> list[tuple[Month, str, str]]:
    """The end of each stay that ends in the half-year ahead, the arena, and its goals that are not approved.

    A stay ends where the arena is not served in the month after, or the training is over.
    """
    trajectory, found = meeting.trajectory, []
    periods = periods_served(trajectory)
    goals: dict[str, set[int]] = defaultdict(set)
    for goal, source in goal_sources(trajectory).items():
        goals[source.arenas[0]].add(goal)
    for period in periods:
        goes_on = any(other.arena == period.arena and period.span.end in other.span for other in periods)
        if period.span.end - 1 in meeting.ahead and not goes_on:
            open_goals = [goal for goal in goals.get(period.arena, ()) if _state(trajectory, goal) != "approved"]
            found.append((period.span.end, words.arena(period.arena), words.goals(open_goals) or "–"))
    return found


def _state(trajectory: Trajectory, goal: int) -> str:
    known = trajectory.candidate.goals_status.get(goal)
    return "none" if known is None else known.status


def _sheet(paper: Paper, meeting: HalfYearly) -> None:
    words, trajectory = paper.words, meeting.trajectory
    who = words.candidate(trajectory.candidate.id)
    paper.heading(paper.say("half-sheet", month=format_month(meeting.month), who=who), new_page=True)
    paper.text(f"{_time(paper, meeting)} · {paper.say('sign-supervisor')}: {_guide(words, meeting) or _nobody(words)}")
    paper.heading(paper.say("half-since"), 2)
    _served(paper, trajectory, meeting.since, "half-since-none")
    paper.heading(paper.say("half-next"), 2)
    _served(paper, trajectory, meeting.ahead, "half-next-none")
    _goals(paper, meeting)
    _shifts_and_hours(paper, meeting)
    paper.heading(paper.say("half-behind"), 2)
    behind = list(what_is_behind(words, meeting))
    for line in behind:
        paper.text(f"– {line}")
    if not behind:
        paper.text(paper.say("half-behind-nothing"))
    paper.heading(paper.say("half-decisions"), 2)
    paper.facts([(paper.say(key), BLANK) for key in ("half-changes", "half-conclusion", "half-actions")])
    paper.signatures([paper.say(key) for key in ("sign-candidate", "sign-supervisor", "sign-leader")])


def _served(paper: Paper, trajectory: Trajectory, span: Span, none: str) -> None:
    """The parts of periods and of leave that lie in a half-year."""
    words = paper.words
    rows = [(period.span, _period_row(words, period)) for period in served_in(trajectory, span)]
    for leave in leave_spans(trajectory, whole=True):
        if (part := _common(leave, span)) is not None:
            rows.append((part, (words.say("leave"), "", words.period(part.start, part.end), "", "")))
    if not rows:
        paper.text(paper.say(none))
        return
    head = [paper.say(key) for key in ("arena", "type", "period", "share", "months")]
    in_order = [row for _, row in sorted(rows, key=lambda dated: dated[0].start)]
    paper.table(head, in_order, (5.2, 4.4, 4.0, 1.8, 2.0), 8.5)


def _period_row(words: Words, period: ServicePeriod) -> tuple[str, ...]:
    return (
        words.arena(period.arena), words.say(f"service-{period.service}"),
        words.period(period.span.start, period.span.end), words.percent(period.percent), earned(words, period),
    )  # fmt: skip


def served_in(trajectory: Trajectory, span: Span) -> list[ServicePeriod]:
    """The service of some months only, with what they earn: nothing of the months before or after."""
    part = replace(
        trajectory,
        past=tuple(month for month in trajectory.past if month.month in span),
        service=tuple(month for month in trajectory.service if month.month in span),
    )
    return periods_served(part, whole=True)


def _common(one: Span, other: Span) -> Span | None:
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None


def _goals(paper: Paper, meeting: HalfYearly) -> None:
    """Goals that the plan meets by the end of the half-year ahead, by how far they have come."""
    words, last = paper.words, meeting.ahead.end - 1
    paper.heading(paper.say("half-goals", month=format_month(last)), 2)
    approved, sent, number = goals_so_far(meeting.trajectory)
    paper.text(paper.say("half-goals-so-far", approved=approved, sent=sent, all=number))
    rows = [
        (paper.say(_STATES[state]), words.goals(goals), str(len(goals)), since)
        for (state, since), goals in _by_state(words, meeting, goals_due(meeting.trajectory, last))
    ]
    if not rows:
        paper.text(paper.say("half-goals-none"))
        return
    head = [paper.say(key) for key in ("goal-status", "learning-goals", "transfer-number", "half-since-month")]
    paper.table(head, rows, (4.6, 7.6, 1.8, 3.4), 8.5)


def goals_due(trajectory: Trajectory, last: Month) -> set[int]:
    """The goals that the plan meets by the end of a month, those met before it left out."""
    return {goal for goal, source in goal_sources(trajectory).items() if source.month <= last}


def goals_so_far(trajectory: Trajectory) -> tuple[int, int, int]:
    """How many goals are approved (those done before the plan are), how many are sent, and how many there are."""
    rules, known = trajectory.candidate.rules, trajectory.candidate.goals_status
    of = {goal: known[goal].status if goal in known else None for goal in rules.goals}
    approved = [
        goal for goal in of if of[goal] == "approved" or (of[goal] is None and goal in trajectory.candidate.goals_done)
    ]
    return len(approved), sum(status == "sent" for status in of.values()), len(of)


def _by_state(words: Words, meeting: HalfYearly, goals: Iterable[int]) -> list[tuple[tuple[str, str], list[int]]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    known: Mapping[int, GoalStatus] = meeting.trajectory.candidate.goals_status
    for goal in sorted(goals):
        told = known.get(goal)
        since = "" if told is None or told.month is None else words.month(told.month)
        found[_state(meeting.trajectory, goal), since].append(goal)
    return sorted(found.items(), key=lambda item: (list(_STATES).index(item[0][0]), item[1]))


def _shifts_and_hours(paper: Paper, meeting: HalfYearly) -> None:
    words, trajectory = paper.words, meeting.trajectory
    shifts = shifts_by_month(trajectory)
    so_far = trajectory.candidate.shifts_done + sum(n for month, n in shifts.items() if month < meeting.month)
    ahead = sum(n for month, n in shifts.items() if month in meeting.ahead)
    paper.heading(paper.say("half-hours"), 2)
    group = [
        f"{words.month(row.month)} ({row.group})" for row in group_meetings(trajectory) if row.month in meeting.ahead
    ]
    paper.facts(
        [
            (paper.say("half-shifts"), f"{so_far} / {words.shifts_asked(trajectory.candidate.rules)}"),
            (paper.say("half-shifts-next"), str(ahead)),
            (paper.say("half-guidance"), _hours(paper, trajectory, meeting.since)),
            (paper.say("half-guidance-next"), _hours(paper, trajectory, meeting.ahead)),
            (paper.say("half-groups"), ", ".join(group) or "–"),
        ]
    )


def _hours(paper: Paper, trajectory: Trajectory, span: Span) -> str:
    hours = float(sum(row.hours for row in paid_months(trajectory, span)))
    return paper.say("half-hours-number", number=paper.words.number(round(hours, 1)))


def what_is_behind(words: Words, meeting: HalfYearly) -> Iterator[str]:
    """Goals that the plan had met before the meeting and that are not sent, a delay, and what is missing on paper."""
    trajectory = meeting.trajectory
    before = goals_due(trajectory, meeting.month - 1)
    if late := [goal for goal in before if _state(trajectory, goal) not in ("sent", "approved")]:
        yield text("documents.half-behind-goals", words.lang, goals=words.goals(late))
    if has_finish(trajectory) and trajectory.told.delay:
        yield text("documents.half-behind-delay", words.lang, number=trajectory.told.delay)
    agreement = trajectory.candidate.agreement
    if agreement is None or not agreement.holds_in(meeting.month):
        yield text("documents.half-behind-agreement", words.lang)
    if meeting.supervisor is None and words.instance.supervisors:
        yield text("documents.half-behind-supervisor", words.lang)
