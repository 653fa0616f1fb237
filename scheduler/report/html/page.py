"""The page as data: everything that stands on it, computed from plan and instance, already in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.accounting import Trajectory, fte_months, trajectories
from scheduler.accounting.shown import as_shown
from scheduler.changes.readings import ReadingHere, readings_of
from scheduler.instance.types import Instance, Rules
from scheduler.month import MONTHS_PER_YEAR
from scheduler.plan import Plan, PlanBound, PlanObjective
from scheduler.report.away import from_own_lists, who_is_away
from scheduler.report.html.capacity import (
    GroupRow,
    HeatFold,
    HeatTable,
    SupervisorTable,
    group_rows,
    heat_tables,
    supervisor_table,
    unused_offices,
)
from scheduler.report.html.palette import Palette, Tone
from scheduler.report.html.people import Fact, People, Person, WishRow
from scheduler.report.html.timeline import Scale, Tick, scale_of
from scheduler.report.municipalities import MunicipalRow, municipal_rows, municipal_titles
from scheduler.report.standing import PlanStanding, StandingKind, standing_of
from scheduler.report.words import Words
from scheduler.texts import Language

HASH_LENGTH = 12
NEXT_FINISHES = 3
MOST_ON_PAPER = 30
"""Candidates; each fills a page of its own, and a region's hundred would be a hundred pages."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: the number, what it is, and a line below it."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of the objective: its value, the best that is possible as far as is proved, and the worst-off."""

    name: str
    value: str
    verdict: str
    proved: bool
    worst: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a filter."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Somebody who is away from the own post: months, the most in a row, and how many of them are needed."""

    who: str
    anchor: str
    post: str
    months: str
    row: str
    needed: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    words: Words
    lang: Language
    name: str
    date: str
    status: str
    status_note: str
    standing: PlanStanding
    violations: tuple[str, ...]
    hash: str
    period: str
    figures: tuple[Figure, ...]
    levels: tuple[LevelRow, ...]
    scale: Scale
    years: tuple[Tick, ...]
    halves: tuple[Tick, ...]
    today_at: float | None
    tones: tuple[Tone, ...]
    legend: tuple[Tone, ...]
    people: tuple[Person, ...]
    arena_choices: tuple[Choice, ...]
    group_choices: tuple[Choice, ...]
    municipal_choices: tuple[Choice, ...]
    heat: tuple[HeatTable, ...]
    folds: tuple[HeatFold, ...]
    unused: str
    municipal_titles: tuple[str, ...]
    municipalities: tuple[MunicipalRow, ...]
    groups: tuple[GroupRow, ...]
    supervisors: SupervisorTable
    supervisor_note: str
    delays: tuple[Person, ...]
    wishes: tuple[WishRow, ...]
    away: tuple[AwayRow, ...]
    away_from_lists: str
    notes: tuple[str, ...]
    checked: str
    rules: tuple[Fact, ...]
    readings: tuple[ReadingHere, ...]
    provenance: tuple[Fact, ...]

    @property
    def many(self) -> bool:
        """Whether there are so many that paper has only those whom the reader has opened."""
        return len(self.people) > MOST_ON_PAPER

    @property
    def proved(self) -> bool:
        """Whether the plan is proved best possible."""
        return self.standing.proved

    @property
    def broken(self) -> bool:
        """Whether the plan breaks rules."""
        return self.standing.broken

    @property
    def has_gaps(self) -> bool:
        """Whether somebody has months without a rotation that are no leave."""
        return any(bar.css == "gap" for person in self.people for bar in person.timeline.bars)


def page_of(
    instance: Instance,
    plan: Plan,
    lang: Language,
    today: datetime.date | None,
    *,
    anonymise: bool = False,
    standing: PlanStanding | None = None,
) -> Page:
    """Compute the page; without a standing the plan is checked."""
    standing = standing or standing_of(instance, plan)
    instance = as_shown(instance, plan)
    words = Words(instance, lang, anonymise)
    planned = trajectories(instance, plan)
    heat, folds = heat_tables(words, planned)
    palette, scale = Palette(words), scale_of(words, planned)
    maker = People(words, palette, scale, planned, standing)
    people = tuple(maker.person(number, trajectory) for number, trajectory in enumerate(planned, start=1))
    used = {month.rotation.id for trajectory in planned for month in trajectory.service}
    wishes = tuple(wish for person in people for wish in person.wishes)
    return Page(
        words=words,
        lang=lang,
        name=plan.instance.name or instance.name,
        date=words.date(today) if today is not None else "",
        status=standing.sentence(lang),
        status_note=_status_note(words, plan, standing),
        standing=standing,
        violations=tuple(violation.sentence(lang) for violation in standing.violations),
        hash=plan.instance.sha256[:HASH_LENGTH],
        period=words.period(scale.start, max(scale.start + 1, scale.end - 1)),
        figures=tuple(_figures(words, people, wishes, standing)),
        levels=tuple(_level(words, plan, objective) for objective in plan.objectives) if standing.tells_proofs else (),
        scale=scale,
        years=tuple(scale.years()),
        halves=tuple(scale.halves()),
        today_at=_today_at(scale, today),
        tones=tuple(palette.tones),
        legend=tuple(palette.used(used)),
        people=people,
        arena_choices=tuple(_arena_choices(words, people)),
        group_choices=tuple(_group_choices(instance, people)),
        municipal_choices=tuple(_municipal_choices(words, people)),
        heat=tuple(heat),
        folds=tuple(folds),
        unused=", ".join(unused_offices(words, planned)),
        municipal_titles=tuple(municipal_titles(words)),
        municipalities=tuple(municipal_rows(words, planned)),
        groups=tuple(group_rows(words, planned)),
        supervisors=supervisor_table(words, planned),
        supervisor_note=_supervisor_note(words),
        delays=tuple(
            sorted((later for later in people if later.delay or later.reasons), key=lambda later: -later.delay)
        ),
        wishes=tuple(sorted(wishes, key=lambda wish: wish.met)),
        away=tuple(_away(words, people, planned)),
        away_from_lists=words.say("away-lists", months=from_own_lists(who_is_away(planned))),
        notes=tuple(_notes(words, plan, planned)),
        checked=words.say("checked-fine") if standing.tells_proofs else "",
        rules=tuple(_rules(words, instance.rules)),
        readings=tuple(readings_of(instance)),
        provenance=tuple(_provenance(words, plan, today)),
    )


def _today_at(scale: Scale, today: datetime.date | None) -> float | None:
    if today is None:
        return None
    month = today.year * MONTHS_PER_YEAR + today.month - 1
    return scale.at(month) if scale.start <= month < scale.end else None


def _status_note(words: Words, plan: Plan, standing: PlanStanding) -> str:
    """What the standing means; of a valid plan, how far from the best the first level that is open may be."""
    if standing.kind is not StandingKind.VALID:
        return words.say(f"note-{standing.kind.value}")
    for level in plan.objectives:
        if not level.proved and level.value != level.bound:
            return words.say(
                "note-valid-gap",
                name=words.say(f"level-{level.id}"),
                value=words.number(level.value),
                bound=words.number(level.bound),
            )
    return words.say("note-valid")


def _figures(
    words: Words, people: tuple[Person, ...], wishes: tuple[WishRow, ...], standing: PlanStanding
) -> Iterator[Figure]:
    """The key figures. That all is well with everybody is not said of a plan that breaks rules."""
    unfinished = sum(person.delay_label == words.say("unfinished-short") for person in people)
    note = "" if standing.broken else words.say("figure-all-finish")
    leaving = sum(person.delay_label == words.say("leaves-short") for person in people)
    if leaving:
        note = words.say("figure-leaves", number=leaving)
    if unfinished:
        note = words.say("figure-unfinished", number=unfinished)
    yield Figure(str(len(people)), words.say("figure-candidates"), note)
    yield _delay_figure(words, people, standing)
    met = sum(wish.met for wish in wishes)
    note = words.say("figure-wishes-all") if met == len(wishes) else words.say("figure-wishes-lost")
    yield Figure(words.say("of", have=met, all=len(wishes)), words.say("figure-wishes"), note if wishes else "")
    finishing = [person for person in people if person.done]
    following = sorted(finishing, key=lambda person: (person.finish_order, person.order))[:NEXT_FINISHES]
    if following:
        yield Figure(
            following[0].finish, words.say("figure-next", who=following[0].id),
            words.say("figure-then", who=", ".join(f"{later.id} {later.finish}" for later in following[1:]))
            if len(following) > 1 else "",
        )  # fmt: skip


def _delay_figure(words: Words, people: tuple[Person, ...], standing: PlanStanding) -> Figure:
    """The sum of delays, and the largest; not known as long as somebody is not done."""
    not_done = [person.id for person in people if not person.done or person.stops_short]
    if not_done:
        note = words.say("figure-not-done", who=", ".join(not_done))
        return Figure(words.say("not-known"), words.say("figure-delay"), note)
    worst = max(people, key=lambda person: person.delay, default=None)
    note = words.say("figure-broken" if standing.broken else "figure-no-delay")
    if worst is not None and worst.delay > 0:
        note = words.say("figure-worst", who=worst.id, months=words.months(worst.delay))
    return Figure(words.months(sum(person.delay for person in people)), words.say("figure-delay"), note)


def _level(words: Words, plan: Plan, level: PlanObjective) -> LevelRow:
    worst = ""
    if level.worst is not None and level.worst.value > 0 and len(plan.candidates) > 1:
        key = "worst-away" if level.id == "away" else "worst"
        worst = words.say(key, value=words.number(level.worst.value), proof=_proof(words, level.worst))
    unit = words.count(f"unit-{level.id}", level.value)
    return LevelRow(words.say(f"level-{level.id}"), unit, _proof(words, level), level.proved, worst)


def _away(words: Words, people: tuple[Person, ...], planned: list[Trajectory]) -> Iterator[AwayRow]:
    anchors = {person.id: person.anchor for person in people}
    for each in who_is_away(planned):
        needed = words.say("not-known") if each.needed is None else words.number(each.needed)
        who, anchor = words.candidate(each.candidate), anchors[each.candidate]
        post = words.say("own-list") if each.post is None else words.arena(each.post)
        yield AwayRow(who, anchor, post, words.number(each.months), words.number(each.row), needed)


def _proof(words: Words, figure: PlanBound) -> str:
    return words.say("proved") if figure.proved else words.say("bound", bound=words.number(figure.bound))


def _arena_choices(words: Words, people: tuple[Person, ...]) -> Iterator[Choice]:
    used = {number for person in people for number in person.arenas}
    arenas = list(words.instance.arenas.values())
    shown = sorted(used, key=lambda number: (arenas[number].is_office, number))
    yield from (Choice(str(number), words.arena(arenas[number].id)) for number in shown)


def _municipal_choices(words: Words, people: tuple[Person, ...]) -> Iterator[Choice]:
    used = {person.municipality for person in people}
    for municipality in words.instance.municipalities.values():
        if municipality.id in used:
            yield Choice(municipality.id, municipality.name or municipality.id)


def _group_choices(instance: Instance, people: tuple[Person, ...]) -> Iterator[Choice]:
    used = {person.group for person in people if person.group >= 0}
    groups = list(instance.groups)
    yield from (Choice(str(number), groups[number]) for number in sorted(used))


def _supervisor_note(words: Words) -> str:
    rules = words.instance.rules
    note = words.say(
        "supervisor-note",
        guidance=words.number(rules.guidance_hours_per_year),
        preparation=words.number(rules.preparation_hours_per_year),
    )
    first = rules.guidance_hours_first_half_year
    return note if first is None else words.say("guidance-first", note=note, hours=words.number(first))


def _notes(words: Words, plan: Plan, planned: list[Trajectory]) -> Iterator[str]:
    """The plan's own messages, what is worth knowing of the input, and what the plan cannot know."""
    yield from (message.said(words.lang) for message in plan.messages)
    yield from (remark.line(words.lang) for remark in words.instance.remarks)
    if words.instance.supervisors and any(not trajectory.entry.supervisors for trajectory in planned):
        yield words.say("note-no-supervisor")
    yield words.say("note-approval")
    yield words.say("note-fkm")


def _rules(words: Words, rules: Rules) -> Iterator[Fact]:
    """The numbers the plan was made by."""
    for key, value in (
        ("total", rules.total),
        *((f"min-{row.id}", row.minimum) for row in rules.minima),
        *((f"cap-{row.id}", row.cap) for row in rules.categories if row.cap is not None),
    ):
        yield Fact(words.say(f"rule-{key}"), words.count("fte", fte_months(value)))
    yield Fact(words.say("rule-goals", prefix=rules.goal_prefix), words.say("number", number=len(rules.goals)))
    yield Fact(words.say("rule-shifts"), words.shifts_asked(rules))


def _provenance(words: Words, plan: Plan, today: datetime.date | None) -> Iterator[Fact]:
    instance, run = words.instance, plan.run
    yield Fact(words.say("made-from"), plan.instance.name)
    yield Fact(words.say("made-hash"), plan.instance.sha256)
    yield Fact(words.say("made-horizon"), words.period(instance.start, instance.end))
    yield Fact(words.say("made-ruleset"), instance.rules.ruleset)
    yield Fact(words.say("made-by"), f"{plan.tool.name} {plan.tool.version} · OR-Tools {plan.tool.ortools}")
    yield Fact(
        words.say("made-run"),
        words.say(
            "made-run-value", seconds=words.number(round(run.seconds, 1)), seed=run.seed, workers=run.workers
        ),
    )  # fmt: skip
    if today is not None:
        yield Fact(words.say("made-date"), words.date(today))
