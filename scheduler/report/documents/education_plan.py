"""The draft of a candidate's individual education plan: what the plan knows, and blanks for what people know."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator

from scheduler.accounting import (
    Trajectory,
    amounts,
    counted,
    finish_of,
    fte_months,
    group_of,
    open_group_years,
    plan_group_remarks,
    service_sums,
    shifts_planned,
    stops_short,
)
from scheduler.files.check_absence import absence_reading
from scheduler.instance.absence import weekdays
from scheduler.month import first_day, last_day
from scheduler.plan import Plan
from scheduler.report.documents.paper import BLANK, Paper
from scheduler.report.facts import (
    GROUP_HOURS_PER_YEAR,
    SupervisedSpan,
    absences_ahead,
    credited,
    gap_spans,
    goal_sources,
    is_done,
    leave_spans,
    months_cost_by_leave,
    part_time_spans,
    periods_served,
    shifts_by_year,
    supervision,
)
from scheduler.report.meetings import half_yearly_meetings
from scheduler.report.standing import PlanStanding, standing_of
from scheduler.report.words import Words, site_name
from scheduler.texts import text

COMMON_GOALS = 14  # FKM for parts 2 and 3 from 1 March 2026
TOPIC_COURSES = 6
HASH_LENGTH = 12


def education_plan(words: Words, plan: Plan, trajectory: Trajectory, standing: PlanStanding | None = None) -> bytes:
    """The document's bytes; without a standing the plan is checked."""
    standing = standing or standing_of(words.instance, plan)
    made = datetime.datetime.combine(first_day(words.instance.start), datetime.time())
    who = words.candidate(trajectory.candidate.id)
    paper = Paper(words, text_title(words, who), made, standing)
    paper.title(paper.say("plan-title"), paper.say("plan-draft", who=who))
    tell_standing(paper, plan, trajectory)
    for number, section in enumerate(_SECTIONS, start=1):
        paper.heading(f"{number}. {paper.say(section.__name__.removeprefix('_').replace('_', '-'))}")
        section(paper, plan, trajectory)
    return paper.content()


def text_title(words: Words, who: str) -> str:
    """The document's name in its properties."""
    return f"{text('documents.plan-title', words.lang)} · {who}"


def tell_standing(paper: Paper, plan: Plan, trajectory: Trajectory) -> None:
    """Which plan the document is made from, on every page; above everything, that it breaks rules, and this one's."""
    standing = paper.standing
    label = standing.label(paper.words.lang)
    footer = paper.say("footer", plan=plan.instance.name, status=label, hash=plan.instance.sha256[:HASH_LENGTH])
    paper.footer(footer, alarm=standing.broken)
    if standing.broken:
        paper.alarm(f"{standing.sentence(paper.words.lang)} {paper.say('broken-note')}")
        for violation in standing.about(trajectory.candidate.id):
            paper.alarm(f"– {violation.sentence(paper.words.lang)}")


def _identity(paper: Paper, plan: Plan, trajectory: Trajectory) -> None:
    words, entry, candidate = paper.words, trajectory.entry, trajectory.candidate
    post = words.practices(entry) if candidate.post is None else words.arena(candidate.post)
    percents = sorted({month.percent for month in trajectory.service})
    shown = (
        " – ".join(dict.fromkeys(words.percent(percent) for percent in (percents[0], percents[-1])))
        if percents
        else BLANK
    )
    finish = words.date(last_day(finish_of(trajectory)))
    if not is_done(trajectory, paper.standing):
        finish = words.say("not-done")
    paper.facts(
        [
            (paper.say("name"), words.name(candidate.id)),
            (paper.say("id"), candidate.id),
            (paper.say("hpr"), BLANK),
            (paper.say("municipality"), BLANK),
            (paper.say("affiliation"), BLANK),
            (paper.say("post"), post or BLANK),
            (paper.say("practice"), words.practices(entry) or BLANK),
            (paper.say("percent"), shown),
            (paper.say("start"), words.date(first_day(entry.start))),
            (paper.say(_finish_key(trajectory)), finish),
            (paper.say("earliest"), words.date(last_day(trajectory.earliest_finish))),
            (paper.say("version"), f"{plan.instance.name} · {plan.instance.sha256[:HASH_LENGTH]}"),
            (paper.say("date"), BLANK),
        ]
    )


def _finish_key(trajectory: Trajectory) -> str:
    if trajectory.leaves:
        return "finish-leaves"
    if trajectory.unfinished:
        return "finish-projected"
    return "finish-short" if stops_short(trajectory) else "finish"


def _roles(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words = paper.words
    rows = [(paper.say("leader"), BLANK)]
    for row in supervision(trajectory):
        supervisor = words.instance.supervisors.get(row.supervisor)
        key = "specialist" if supervisor is not None and supervisor.specialist else "not-specialist"
        period = _period(words, row.span.start, row.span.end)
        rows.append((paper.say("supervisor"), f"{words.supervisor(row.supervisor)} · {period} · {paper.say(key)}"))
    if not supervision(trajectory):
        rows.append((paper.say("supervisor"), BLANK))
    places = {period.arena: period.service for period in periods_served(trajectory)}
    rows += [(paper.say(f"supervisor-{service}", arena=words.arena(arena)), BLANK) for arena, service in places.items()]
    paper.facts(rows)


def _service_plan(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words = paper.words
    goals: dict[str, set[int]] = defaultdict(set)
    for goal, source in goal_sources(trajectory).items():
        goals[source.arenas[0]].add(goal)
    rows = [
        (paper.say("credited"), words.say(f"service-{service}"), "", "", words.number(fte), "", "")
        for service, fte in credited(trajectory.candidate).items()
        if fte
    ]
    planned = [
        (
            period.span.start,
            (
                _place(words, period.arena),
                words.say(f"service-{period.service}"),
                _period(words, period.span.start, period.span.end),
                words.percent(period.percent),
                words.number(period.credit),
                words.goals(goals.pop(period.arena, ())),
                BLANK,
            ),
        )
        for period in periods_served(trajectory)
    ]
    planned += [
        (span.start, (words.say("gap"), "", _period(words, span.start, span.end), "", "", "", ""))
        for span in gap_spans(trajectory)
    ]
    rows += [row for _, row in sorted(planned, key=lambda dated: dated[0])]
    head = ("arena", "type", "period", "share", "months", "goals-there", "supervisor-short")
    paper.table([paper.say(key) for key in head], rows, (3.1, 3.3, 2.2, 1.5, 2.2, 3.1, 2.0), 7.5)
    paper.hint(paper.say("service-note"))
    paper.table(
        [paper.say(key) for key in ("category", "sum", "requirement", "result")], _sums(paper, trajectory),
        (6.4, 3.0, 5.0, 3.0),
    )  # fmt: skip


def _place(words: Words, arena_id: str) -> str:
    arena = words.instance.arenas.get(arena_id)
    name = words.arena(arena_id)
    if arena is None or arena.site is None or arena.site.casefold() in name.casefold():
        return name
    return f"{name}, {site_name(arena.site)}"


def _sums(paper: Paper, trajectory: Trajectory) -> Iterator[tuple[str, ...]]:
    """Each category against what is required, then what counts and what does not."""
    words, rules, sums = paper.words, trajectory.candidate.rules, service_sums(trajectory)
    have = amounts(sums, rules)
    for category in (row for row in rules.categories if row.served):
        result = "" if not category.minimum else "reached" if have[category.id] >= category.minimum else "not-reached"
        yield (
            words.say(f"service-{category.id}"),
            words.number(fte_months(have[category.id])),
            words.bounds(category.minimum, category.cap),
            paper.say(result) if result else "",
        )
    total = counted(sums, rules)
    rule = words.bounds(rules.total, None)
    result = paper.say("reached" if total >= rules.total else "not-reached")
    yield words.say("service-counted"), words.number(fte_months(total)), rule, result
    yield paper.say("uncounted"), words.number(fte_months(sum(sums.values()) - total)), "", ""


def _learning_goals(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words, sources = paper.words, goal_sources(trajectory)
    done = trajectory.candidate.goals_done
    rows = []
    for goal in sorted(trajectory.candidate.rules.goals):
        number = words.goal(goal, trajectory.candidate.rules)
        if goal in done:
            rows.append((number, BLANK, paper.say("before-plan"), paper.say("goal-met")))
        elif goal in sources:
            where = ", ".join(words.arena(arena) for arena in sources[goal].arenas)
            rows.append((number, where, words.month(sources[goal].month), BLANK))
        else:
            rows.append((number, paper.say("goal-nowhere"), BLANK, BLANK))
    paper.hint(paper.say("goals-note"))
    head = [paper.say(key) for key in ("goal", "goal-where", "goal-when", "goal-status")]
    if rows:
        paper.table(head, rows, (1.9, 9.0, 2.7, 3.8), 8)
    common = [(f"FKM {n:03d}", paper.say("goal-everywhere"), BLANK, BLANK) for n in range(1, COMMON_GOALS + 1)]
    paper.table(head, common, (1.9, 9.0, 2.7, 3.8), 8)


def _group_guidance(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words, group = paper.words, group_of(trajectory)
    if group is None:
        paper.text(words.say("group-done" if trajectory.candidate.group.done else "group-none"))
        return
    years = open_group_years(trajectory)
    number = trajectory.entry.open_group_year if trajectory.entry.open_group_year in years else next(iter(years), None)
    open_year = BLANK
    if number is not None:
        span = group.years()[number - 1]
        open_year = paper.say("group-year", number=number, period=words.period(span.start, span.end))
    hours = GROUP_HOURS_PER_YEAR * len(group.years())
    remarks = " ".join(words.group_remark(plan_group_remark) for plan_group_remark in plan_group_remarks(trajectory))
    paper.facts(
        [
            (paper.say("group"), group.id),
            (paper.say("group-start"), words.month(group.span.start)),
            (paper.say("group-end"), words.month(group.span.end - 1)),
            (paper.say("group-hours"), words.number(hours)),
            (paper.say("group-open"), open_year),
            *([(paper.say("group-remarks"), remarks)] if remarks else []),
        ]
    )


def _individual_guidance(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words, rows = paper.words, list(_guidance_rows(paper, supervision(trajectory)))
    rules = trajectory.candidate.rules
    paper.text(paper.say("guidance-note", hours=words.number(rules.guidance_hours_per_year)))
    if rules.guidance_hours_first_half_year is not None:
        paper.text(paper.say("guidance-first", hours=words.number(rules.guidance_hours_first_half_year)))
    if rows:
        head = [paper.say(key) for key in ("year", "supervisor", "service-months", "hours-planned", "hours-given")]
        paper.table(head, rows, (1.8, 6.0, 3.4, 3.1, 3.1))


def _guidance_rows(paper: Paper, found: list[SupervisedSpan]) -> Iterator[tuple[str, ...]]:
    words = paper.words
    by_year = sorted(
        (year, row.supervisor, months, row.hours_by_year[year])
        for row in found
        for year, months in row.months_by_year.items()
    )
    for year, supervisor, months, hours in by_year:
        yield str(year), words.supervisor(supervisor), str(months), words.number(round(hours, 1)), BLANK
    if by_year:
        n_months, all_hours = sum(row[2] for row in by_year), sum(row[3] for row in by_year)
        yield words.say("sum"), "", str(n_months), words.number(round(all_hours, 1)), BLANK


def _duty(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words, candidate, planned = paper.words, trajectory.candidate, shifts_planned(trajectory)
    course_from = words.month(candidate.legevakt_from) if candidate.legevakt_from is not None else BLANK
    paper.facts(
        [
            (paper.say("shifts-done"), str(candidate.shifts_done)),
            (paper.say("shifts-planned"), str(planned)),
            (paper.say("shifts-need"), words.shifts_asked(candidate.rules)),
            (paper.say("shifts-from"), course_from),
            (paper.say("acute-course-date"), BLANK),
        ]
    )
    rows = [(str(year), str(shifts), BLANK) for year, shifts in shifts_by_year(trajectory).items()]
    if rows:
        paper.table([paper.say(key) for key in ("year", "shifts-planned", "shifts-taken")], rows, (3.0, 4.0, 4.0))


def _courses(paper: Paper, _plan: Plan, _trajectory: Trajectory) -> None:
    names = [paper.say("basic-course", letter=letter) for letter in "ABCD"]
    names.append(paper.say("acute-course"))
    names += [paper.say("topic-course", number=number) for number in range(1, TOPIC_COURSES + 1)]
    names += [paper.say("practice-visit"), paper.say("other-course")]
    head = [paper.say(key) for key in ("course", "planned", "done")]
    paper.table(head, [(name, BLANK, BLANK) for name in names], (9.4, 4.0, 4.0))


def _absence(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words = paper.words
    rows = [
        (words.say("leave"), _period(words, span.start, span.end), words.months(span.end - span.start))
        for span in leave_spans(trajectory)
    ]
    rows += [
        (paper.say("part-time", percent=words.percent(percent)), _period(words, span.start, span.end),
         words.months(span.end - span.start))
        for percent, span in part_time_spans(trajectory)
    ]  # fmt: skip
    absent = absences_ahead(trajectory)
    rows += [
        (
            paper.say("absent", percent=words.percent(each.percent)),
            f"{words.date(each.first)} – {words.date(each.last)}",
            paper.say("weekdays", number=weekdays(each.first, each.last)),
        )
        for each in absent
    ]
    if not rows:
        paper.text(paper.say("no-absence"))
        return
    paper.table([paper.say(key) for key in ("kind", "period", "length")], rows, (6.0, 6.4, 5.0))
    cost = months_cost_by_leave(trajectory)
    if cost:
        paper.text(paper.say("absence-effect" if absent else "leave-effect", months=words.months(cost)))
    if absent:
        reading = absence_reading(trajectory.candidate.rules).said(words.lang)
        paper.text(paper.say("absence-reading", reading=reading))
    paper.hint(paper.say("absence-note"))


def _meetings(paper: Paper, _plan: Plan, trajectory: Trajectory) -> None:
    words = paper.words
    rows = []
    for meeting in half_yearly_meetings(trajectory):
        when = words.month(meeting.due if meeting.month is None else meeting.month)
        rows.append(
            (str(meeting.number), when, words.say("meeting-leave") if meeting.month is None else BLANK, *[BLANK] * 3)
        )
    if not rows:
        paper.text(words.say("meetings-none"))
        return
    head = [paper.say(key) for key in ("meeting", "month", "date", "present", "conclusion", "actions")]
    paper.table(head, rows, (1.2, 2.4, 2.6, 3.4, 4.2, 3.6))


def _signatures(paper: Paper, _plan: Plan, _trajectory: Trajectory) -> None:
    paper.signatures([paper.say(key) for key in ("sign-candidate", "sign-supervisor", "sign-leader")])


def _period(words: Words, start: int, end: int) -> str:
    """First and last day: ``01.09.2026 – 28.02.2027``."""
    return f"{words.date(first_day(start))} – {words.date(last_day(end - 1))}"


_SECTIONS = (
    _identity,
    _roles,
    _service_plan,
    _learning_goals,
    _group_guidance,
    _individual_guidance,
    _duty,
    _courses,
    _absence,
    _meetings,
    _signatures,
)
