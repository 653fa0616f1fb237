"""A candidate's service periods, one line per arena and share: what the confirmation of completed service asks for."""

from __future__ import annotations

import datetime

from scheduler.accounting import Trajectory, counted, fte_months, service_sums
from scheduler.files.check_absence import absence_reading
from scheduler.month import Month, first_day, last_day
from scheduler.plan import Plan
from scheduler.report.documents.earned import earned
from scheduler.report.documents.education_plan import HASH_LENGTH, tell_standing
from scheduler.report.documents.paper import BLANK, Paper
from scheduler.report.facts import credited_beside, gap_spans, leave_spans, periods_served
from scheduler.report.standing import PlanStanding, standing_of
from scheduler.report.words import Words
from scheduler.texts import text


def service_periods(words: Words, plan: Plan, trajectory: Trajectory, standing: PlanStanding | None = None) -> bytes:
    """The document's bytes; without a standing the plan is checked."""
    standing = standing or standing_of(words.instance, plan)
    made = datetime.datetime.combine(first_day(words.instance.start), datetime.time())
    who = words.candidate(trajectory.candidate.id)
    paper = Paper(words, f"{text('documents.periods-title', words.lang)} · {who}", made, standing)
    paper.title(paper.say("periods-title"), paper.say("periods-draft", who=who))
    tell_standing(paper, plan, trajectory)
    paper.facts(
        [
            (paper.say("name"), words.name(trajectory.candidate.id)),
            (paper.say("id"), trajectory.candidate.id),
            (paper.say("hpr"), BLANK),
            (paper.say("enterprise"), BLANK),
            (paper.say("version"), f"{plan.instance.name} · {plan.instance.sha256[:HASH_LENGTH]}"),
        ]
    )
    paper.heading(paper.say("periods"))
    head = ("arena", "type", "from", "to", "share", "absence-over", "months", "guidance-given")
    paper.table([paper.say(key) for key in head], _rows(words, trajectory), (3.4, 2.8, 2.2, 2.2, 1.7, 1.7, 1.7, 1.7), 8)
    paper.heading(paper.say("sums"))
    paper.table([paper.say(key) for key in ("category", "credited", "in-plan", "sum")], _sums(paper, trajectory),
                (7.4, 3.4, 3.3, 3.3))  # fmt: skip
    paper.hint(paper.say("periods-note", reading=absence_reading(trajectory.candidate.rules).said(words.lang)))
    _explained(paper, trajectory)
    paper.heading(paper.say("signatures"))
    paper.signatures([paper.say("sign-leader")])
    return paper.content()


def _rows(words: Words, trajectory: Trajectory) -> list[tuple[str, ...]]:
    """Service, leave, and months without a rotation, in order of time."""
    found: list[tuple[Month, tuple[str, ...]]] = [
        (period.span.start, (
            words.arena(period.arena), words.say(f"service-{period.service}"),
            words.date(first_day(period.span.start)), words.date(last_day(period.span.end - 1)),
            words.percent(period.percent), words.number(period.absent) if trajectory.candidate.absences else BLANK,
            earned(words, period), BLANK,
        ))
        for period in periods_served(trajectory, whole=True)
    ]  # fmt: skip
    found += [
        (span.start, (
            words.say("leave"), "", words.date(first_day(span.start)), words.date(last_day(span.end - 1)),
            words.percent(0), "", words.number(0), "",
        ))
        for span in leave_spans(trajectory, whole=True)
    ]  # fmt: skip
    found += [
        (span.start, (
            words.say("gap"), "", words.date(first_day(span.start)), words.date(last_day(span.end - 1)), "", "", "", "",
        ))
        for span in gap_spans(trajectory, whole=True)
    ]  # fmt: skip
    return [row for _, row in sorted(found, key=lambda dated: dated[0])]


def _sums(paper: Paper, trajectory: Trajectory) -> list[tuple[str, ...]]:
    """Credited before, served in the plan, and both, by category; then what counts."""
    words, sums, before = paper.words, service_sums(trajectory), credited_beside(trajectory.candidate)
    rows: list[tuple[str, ...]] = []
    for service in sums:
        total = fte_months(sums[service])
        planned = total - before[service]
        rows.append(
            (
                words.say(f"service-{service}"),
                words.number(before[service]),
                words.number(planned),
                words.number(total),
            )
        )
    total = fte_months(counted(sums, trajectory.candidate.rules))
    rows.append((words.say("service-counted"), "", "", words.number(total)))
    return rows


def _explained(paper: Paper, trajectory: Trajectory) -> None:
    """Why the rows and what counts are not the same number: time that is in what was credited, and what is capped."""
    words, sums = paper.words, service_sums(trajectory)
    if any(period.in_credited for period in periods_served(trajectory, whole=True)):
        credited = sum(credited_beside(trajectory.candidate).values())
        paper.hint(paper.say("periods-in-credited", credited=words.number(credited)))
    total, counts = sum(sums.values()), counted(sums, trajectory.candidate.rules)
    if counts < total:
        figures = {"sum": words.number(fte_months(total)), "counted": words.number(fte_months(counts))}
        paper.hint(paper.say("periods-capped", **figures))
