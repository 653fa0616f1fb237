"""The transfer sheet of one who leaves: all that has been done by then, and what is missing, for who takes over."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator

from scheduler.accounting import (
    Trajectory,
    amounts,
    fte_months,
    group_of,
    open_group_years,
    plan_group_remarks,
    service_sums,
    shifts_planned,
)
from scheduler.instance.types import Span
from scheduler.month import Month, first_day, last_day
from scheduler.plan import Plan
from scheduler.report.documents.earned import earned
from scheduler.report.documents.education_plan import HASH_LENGTH, tell_standing
from scheduler.report.documents.paper import BLANK, Paper
from scheduler.report.facts import (
    credited_beside,
    gap_spans,
    goal_sources,
    leave_spans,
    missing,
    periods_served,
    supervision,
)
from scheduler.report.standing import PlanStanding, standing_of
from scheduler.report.words import Words
from scheduler.texts import text


def transfer_sheet(words: Words, plan: Plan, trajectory: Trajectory, standing: PlanStanding | None = None) -> bytes:
    """The document's bytes, as things stand at the trajectory's end; without a standing the plan is checked."""
    standing = standing or standing_of(words.instance, plan)
    made = datetime.datetime.combine(first_day(words.instance.start), datetime.time())
    who = words.candidate(trajectory.candidate.id)
    paper = Paper(words, f"{text('documents.transfer-title', words.lang)} · {who}", made, standing)
    paper.title(paper.say("transfer-title"), paper.say("transfer-draft", who=who))
    tell_standing(paper, plan, trajectory)
    _who(paper, plan, trajectory)
    for key, section in _SECTIONS:
        paper.heading(paper.say(key))
        section(paper, trajectory)
    paper.heading(paper.say("signatures"))
    paper.signatures([paper.say(key) for key in ("sign-candidate", "sign-supervisor", "sign-leader", "sign-received")])
    return paper.content()


def _who(paper: Paper, plan: Plan, trajectory: Trajectory) -> None:
    words, candidate, entry = paper.words, trajectory.candidate, trajectory.entry
    post = candidate.post or entry.practice
    paper.facts(
        [
            (paper.say("name"), words.name(candidate.id)),
            (paper.say("id"), candidate.id),
            (paper.say("hpr"), BLANK),
            (paper.say("transfer-from"), BLANK),
            (paper.say("transfer-to"), BLANK),
            (paper.say("post"), words.arena(post) if post else BLANK),
            (paper.say("start"), words.date(first_day(entry.start))),
            (paper.say("transfer-end"), words.date(last_day(trajectory.end - 1))),
            (paper.say("transfer-ruleset"), candidate.rules.ruleset),
            (paper.say("version"), f"{plan.instance.name} · {plan.instance.sha256[:HASH_LENGTH]}"),
        ]
    )


def _lacking(paper: Paper, trajectory: Trajectory) -> None:
    """What is not done, each in a line of its own; that nothing is, is said too."""
    found = [said.said(paper.words.lang) for said in missing(trajectory)]
    for line in found:
        paper.text(f"– {line[0].upper()}{line[1:]}.")
    if not found:
        paper.text(paper.say("transfer-nothing"))


def _periods(paper: Paper, trajectory: Trajectory) -> None:
    words = paper.words
    before = [
        (paper.say("credited"), words.say(f"service-{service}"), "", "", words.number(fte))
        for service, fte in credited_beside(trajectory.candidate).items()
        if fte
    ]
    head = [paper.say(key) for key in ("arena", "type", "period", "share", "months")]
    paper.table(head, [*before, *_in_order(paper, trajectory)], (5.2, 4.4, 4.0, 1.8, 2.0), 8.5)


def _in_order(paper: Paper, trajectory: Trajectory) -> list[tuple[str, ...]]:
    """Service, leave, and months without a rotation, in order of time."""
    words = paper.words
    found: list[tuple[Month, tuple[str, ...]]] = [
        (period.span.start, (
            words.arena(period.arena), words.say(f"service-{period.service}"), _days(words, period.span),
            words.percent(period.percent), earned(words, period),
        ))
        for period in periods_served(trajectory, whole=True)
    ]  # fmt: skip
    found += [
        (span.start, (words.say(key), "", _days(words, span), "", ""))
        for key, spans in (("leave", leave_spans(trajectory, whole=True)), ("gap", gap_spans(trajectory, whole=True)))
        for span in spans
    ]
    return [row for _, row in sorted(found, key=lambda dated: dated[0])]


def _days(words: Words, span: Span) -> str:
    return f"{words.date(first_day(span.start))} – {words.date(last_day(span.end - 1))}"


def _sums(paper: Paper, trajectory: Trajectory) -> None:
    """Each category, and what counts in all, against what is asked."""
    words, rules = paper.words, trajectory.candidate.rules
    have = amounts(service_sums(trajectory), rules)
    rows = [
        (words.say(f"service-{row.id}"), have[row.id], row.minimum, words.bounds(row.minimum, row.cap))
        for row in rules.categories
        if row.served
    ]
    rows.append((words.say("service-counted"), have[None], rules.total, words.bounds(rules.total, None)))
    paper.table(
        [paper.say(key) for key in ("category", "sum", "requirement", "transfer-left")],
        [
            (name, words.number(fte_months(done)), asked, words.number(fte_months(max(least - done, 0))))
            for name, done, least, asked in rows
        ],
        (6.4, 3.0, 5.0, 3.0),
    )
    if trajectory.candidate.extra:
        number = words.number(fte_months(trajectory.candidate.extra))
        paper.hint(paper.say("transfer-extra", number=number))


def _goals(paper: Paper, trajectory: Trajectory) -> None:
    """Goals met before, those that each arena has given since, and those that nobody has yet."""
    words, candidate = paper.words, trajectory.candidate
    sources = goal_sources(trajectory)
    given: dict[tuple[Month, str], set[int]] = defaultdict(set)
    for goal, source in sources.items():
        given[source.month, source.arenas[0]].add(goal)
    done = candidate.goals_done & candidate.rules.goals
    rows = [(paper.say("before-plan"), "", words.goals(done), str(len(done)))] if done else []
    rows += [
        (words.arena(arena), words.month(month), words.goals(goals), str(len(goals)))
        for (month, arena), goals in sorted(given.items())
    ]
    lacking = candidate.rules.goals - done - sources.keys()
    rows.append((paper.say("transfer-goals-left"), "", words.goals(lacking) or "–", str(len(lacking))))
    head = [paper.say(key) for key in ("goal-where", "goal-when", "learning-goals", "transfer-number")]
    paper.table(head, rows, (5.2, 2.8, 7.6, 1.8), 8.5)
    paper.hint(paper.say("goals-note"))


def _shifts(paper: Paper, trajectory: Trajectory) -> None:
    words, candidate = paper.words, trajectory.candidate
    planned = shifts_planned(trajectory)
    left = max(candidate.rules.legevakt_shifts - candidate.shifts_done - planned, 0)
    paper.facts(
        [
            (paper.say("shifts-done"), str(candidate.shifts_done)),
            (paper.say("shifts-planned"), str(planned)),
            (paper.say("shifts-need"), words.shifts_asked(candidate.rules)),
            (paper.say("transfer-left"), str(left)),
        ]
    )


def _group(paper: Paper, trajectory: Trajectory) -> None:
    words, group = paper.words, group_of(trajectory)
    if group is None:
        paper.text(words.say("group-done" if trajectory.candidate.group.done else "group-none"))
        return
    attended = range(max(group.span.start, trajectory.entry.start), min(group.span.end, trajectory.end))
    open_years = [str(number) for number in open_group_years(trajectory)]
    remarks = [words.group_remark(remark) for remark in plan_group_remarks(trajectory)]
    left = group.span.end - max(trajectory.end, group.span.start)
    paper.facts(
        [
            (paper.say("group"), group.id),
            (paper.say("transfer-group-span"), words.period(group.span.start, group.span.end)),
            (paper.say("transfer-attended"), words.months(len(attended))),
            (paper.say("transfer-left"), words.months(left) if left > 0 else "–"),
            (paper.say("transfer-open-years"), ", ".join(open_years) or "–"),
            *([(paper.say("group-remarks"), " ".join(remarks))] if remarks else []),
        ]
    )


def _supervisors(paper: Paper, trajectory: Trajectory) -> None:
    rows = list(_guided(paper.words, trajectory))
    if not rows:
        paper.text(paper.say("transfer-no-supervisor"))
        return
    paper.table([paper.say(key) for key in ("supervisor", "period")], rows, (9.4, 8.0))


def _guided(words: Words, trajectory: Trajectory) -> Iterator[tuple[str, str]]:
    for row in supervision(trajectory):
        span = Span(row.span.start, min(row.span.end, trajectory.end))
        if span.start < span.end:
            yield words.supervisor(row.supervisor), _days(words, span)


_SECTIONS = (
    ("transfer-lacking", _lacking),
    ("periods", _periods),
    ("sums", _sums),
    ("learning-goals", _goals),
    ("duty", _shifts),
    ("group-guidance", _group),
    ("individual-guidance", _supervisors),
)
