"""A candidate's service periods, one line per arena and share: what the confirmation of completed service asks for."""

from __future__ import annotations

import datetime

from scheduler.instance.types import COUNTED_SERVICES
from scheduler.ledger import Course, counted, fte_months, service_sums
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.report.documents.education_plan import HASH_LENGTH, tell_standing
from scheduler.report.documents.paper import BLANK, Paper
from scheduler.report.dossier import credited, gap_spans, leave_spans, stays
from scheduler.report.words import Words, first_day, last_day
from scheduler.standing import PlanStanding, standing_of
from scheduler.texts import text


def service_periods(words: Words, plan: Plan, course: Course, standing: PlanStanding | None = None) -> bytes:
    """The document's bytes; without a standing the plan is checked."""
    standing = standing or standing_of(words.instance, plan)
    made = datetime.datetime.combine(first_day(words.instance.start), datetime.time())
    who = words.candidate(course.candidate.id)
    paper = Paper(words, f"{text('documents.periods-title', words.lang)} · {who}", made, standing)
    paper.title(paper.say("periods-title"), paper.say("periods-draft", who=who))
    tell_standing(paper, plan, course)
    paper.facts(
        [
            (paper.say("name"), words.name(course.candidate.id)),
            (paper.say("id"), course.candidate.id),
            (paper.say("hpr"), BLANK),
            (paper.say("enterprise"), BLANK),
            (paper.say("version"), f"{plan.instance.name} · {plan.instance.sha256[:HASH_LENGTH]}"),
        ]
    )
    paper.heading(paper.say("periods"))
    head = ("arena", "type", "from", "to", "share", "absence-over", "months", "guidance-given")
    paper.table([paper.say(key) for key in head], _rows(words, course), (3.4, 2.8, 2.2, 2.2, 1.7, 1.7, 1.7, 1.7), 8)
    paper.heading(paper.say("sums"))
    paper.table([paper.say(key) for key in ("category", "credited", "in-plan", "sum")], _sums(paper, course),
                (7.4, 3.4, 3.3, 3.3))  # fmt: skip
    paper.hint(paper.say("periods-note"))
    paper.heading(paper.say("signatures"))
    paper.signatures([paper.say("sign-leader")])
    return paper.content()


def _rows(words: Words, course: Course) -> list[tuple[str, ...]]:
    """Service, leave, and months without a rotation, in order of time."""
    found: list[tuple[Month, tuple[str, ...]]] = [
        (stay.span.start, (
            words.arena(stay.arena), words.say(f"service-{stay.service.value}"),
            words.date(first_day(stay.span.start)), words.date(last_day(stay.span.end - 1)),
            words.percent(stay.percent), BLANK, words.number(stay.credit), BLANK,
        ))
        for stay in stays(words.instance, course)
    ]  # fmt: skip
    found += [
        (span.start, (
            words.say("leave"), "", words.date(first_day(span.start)), words.date(last_day(span.end - 1)),
            words.percent(0), "", words.number(0), "",
        ))
        for span in leave_spans(course)
    ]  # fmt: skip
    found += [
        (span.start, (
            words.say("gap"), "", words.date(first_day(span.start)), words.date(last_day(span.end - 1)), "", "", "", "",
        ))
        for span in gap_spans(course)
    ]  # fmt: skip
    return [row for _, row in sorted(found, key=lambda one: one[0])]


def _sums(paper: Paper, course: Course) -> list[tuple[str, ...]]:
    """Credited before, served in the plan, and both, by category; then what counts."""
    words, sums, before = paper.words, service_sums(course), credited(course.candidate)
    rows: list[tuple[str, ...]] = []
    for service in COUNTED_SERVICES:
        total = fte_months(sums[service])
        planned = total - before[service]
        rows.append(
            (
                words.say(f"service-{service.value}"),
                words.number(before[service]),
                words.number(planned),
                words.number(total),
            )
        )
    total = fte_months(counted(sums, course.candidate.rules))
    rows.append((words.say("service-counted"), "", "", words.number(total)))
    return rows
