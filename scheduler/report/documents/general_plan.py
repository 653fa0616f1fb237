"""The municipality's general education plan: which arena gives which goals, and that all of them can be reached.

It is made from the instance alone. Arenas that are alike (offices of one template) are one column.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.accounting import fte_months
from scheduler.instance.types import Arena, Instance
from scheduler.month import first_day, format_month
from scheduler.plan import Plan
from scheduler.report.documents.education_plan import HASH_LENGTH
from scheduler.report.documents.paper import BLANK, TEXT_WIDTH_CM, Paper
from scheduler.report.facts import GROUP_HOURS_PER_YEAR
from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words, site_name, tidy
from scheduler.texts import text

FULL, PARTIAL, WITH_SHIFTS = "●", "○", "●*"
_GOAL_CM = 1.9
_WIDEST_CM = 1.8


@dataclass(frozen=True, slots=True)
class Place:
    """An arena, or several that are alike; goals that it gives, gives in part, and gives only with enough shifts."""

    name: str
    arenas: tuple[Arena, ...]
    goals: frozenset[int]
    partial: frozenset[int]
    with_shifts: frozenset[int]

    def mark(self, goal: int) -> str:
        """How it gives a goal; empty if it does not."""
        if goal in self.goals:
            return WITH_SHIFTS if goal in self.with_shifts else FULL
        return PARTIAL if goal in self.partial else ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """``missing``: goals that no place gives, ``only_partial``: of them those that some give in part.

    ``alone``: by the number of a place (from 1) the goals that no other gives.
    """

    places: tuple[Place, ...]
    missing: tuple[int, ...]
    only_partial: tuple[int, ...]
    alone: dict[int, tuple[int, ...]]


def coverage(instance: Instance) -> Coverage:
    """Which places give which of the ruleset's goals."""
    places = tuple(_places(instance))
    alone: dict[int, list[int]] = defaultdict(list)
    missing = []
    for goal in sorted(instance.rules.goals):
        giving = [number for number, place in enumerate(places, start=1) if goal in place.goals]
        if not giving:
            missing.append(goal)
        elif len(giving) == 1:
            alone[giving[0]].append(goal)
    partly = tuple(goal for goal in missing if any(goal in place.partial for place in places))
    return Coverage(places, tuple(missing), partly, {number: tuple(goals) for number, goals in sorted(alone.items())})


def _places(instance: Instance) -> list[Place]:
    """Arenas in the order of the file; those of one template with the same goals and service are one."""
    alike: dict[object, list[Arena]] = defaultdict(list)
    for arena in instance.arenas.values():
        same = (arena.service, arena.goals, arena.goals_partial, arena.goals_with_shifts)
        alike[(arena.template, *same) if arena.template is not None else arena.id].append(arena)
    names = {row["id"]: row.get("name") for row in (instance.source or {}).get("arenas", [])}
    found = []
    for arenas in alike.values():
        first = arenas[0]
        name = first.name if len(arenas) == 1 else str(names.get(first.template) or first.template)
        found.append(Place(name, tuple(arenas), first.goals, first.goals_partial, first.goals_with_shifts))
    return found


def general_plan(words: Words, plan: Plan, standing: PlanStanding) -> bytes:
    """The document's bytes."""
    instance = words.instance
    made = datetime.datetime.combine(first_day(instance.start), datetime.time())
    title = text("documents.general-title", words.lang)
    paper = Paper(words, title, made, standing)
    paper.title(title, paper.say("general-draft", plan=tidy(instance.name)))
    label = standing.label(words.lang)
    paper.footer(paper.say("footer", plan=instance.name, status=label, hash=plan.instance.sha256[:HASH_LENGTH]))
    found = coverage(instance)
    _enterprise(paper)
    _arenas(paper, found)
    _covered(paper, found)
    _matrix(paper, found)
    _service(paper)
    _guidance(paper)
    _supervision(paper, found)
    _groups(paper)
    _assessment(paper)
    _contacts(paper)
    return paper.content()


def _enterprise(paper: Paper) -> None:
    paper.heading(paper.say("general-enterprise"))
    keys = ("municipality", "general-unit", "general-registered", "general-from", "date")
    paper.facts([(paper.say(key), BLANK) for key in keys])


def _arenas(paper: Paper, found: Coverage) -> None:
    """The places, numbered as in the matrix."""
    words = paper.words
    paper.heading(paper.say("general-arenas"))
    rows = [
        (
            str(number),
            _name(paper, place),
            words.say(f"service-{place.arenas[0].service}"),
            ", ".join(dict.fromkeys(site_name(arena.site) for arena in place.arenas if arena.site)) or BLANK,
            words.goals(place.goals) or "–",
            words.goals(place.partial) or "–",
        )
        for number, place in enumerate(found.places, start=1)
    ]
    keys = ("meeting", "arena", "type", "general-site", "general-full", "general-partial")
    paper.table([paper.say(key) for key in keys], rows, (0.9, 4.0, 3.0, 2.2, 5.0, 2.3), 7.5)
    paper.hint(paper.say("general-common", number=14))


def _name(paper: Paper, place: Place) -> str:
    number = len(place.arenas)
    return place.name if number == 1 else paper.say("general-several", name=place.name, number=number)


def _covered(paper: Paper, found: Coverage) -> None:
    """That all goals are covered, or which are not; and which hang on one place."""
    words, number = paper.words, len(paper.words.instance.rules.goals)
    paper.heading(paper.say("general-coverage"))
    if found.missing:
        paper.alarm(paper.say("general-missing", number=len(found.missing), goals=words.goals(found.missing)))
        if found.only_partial:
            paper.text(paper.say("general-only-partial", goals=words.goals(found.only_partial)))
    else:
        paper.text(paper.say("general-all", number=number))
    if found.alone:
        paper.text(paper.say("general-alone"))
        rows = [
            (_name(paper, found.places[at - 1]), words.goals(goals), str(len(goals)))
            for at, goals in found.alone.items()
        ]
        keys = ("arena", "learning-goals", "transfer-number")
        paper.table([paper.say(key) for key in keys], rows, (5.6, 9.8, 2.0), 8.5)


def _matrix(paper: Paper, found: Coverage) -> None:
    """A row for each goal, a column for each place by its number."""
    words, rules = paper.words, paper.words.instance.rules
    paper.heading(paper.say("general-matrix"))
    paper.hint(paper.say("general-legend", full=FULL, partial=PARTIAL, shifts=WITH_SHIFTS))
    if not rules.goals:
        return
    width = min((TEXT_WIDTH_CM - _GOAL_CM) / max(len(found.places), 1), _WIDEST_CM)
    rows = [(words.goal(goal, rules), *(place.mark(goal) for place in found.places)) for goal in sorted(rules.goals)]
    head = [paper.say("goal"), *(str(number) for number in range(1, len(found.places) + 1))]
    paper.table(head, rows, (_GOAL_CM, *([width] * len(found.places))), 8)


def _service(paper: Paper) -> None:
    """What the ruleset asks of service, by category."""
    words, rules = paper.words, paper.words.instance.rules
    paper.heading(paper.say("general-service"))
    rows = [
        (words.say(f"service-{row.id}"), _bounds(paper, row.minimum, row.cap)) for row in rules.categories if row.served
    ]
    rows.append((words.say("service-counted"), _bounds(paper, rules.total, None)))
    paper.table([paper.say("category"), paper.say("requirement")], rows, (8.4, 9.0))


def _bounds(paper: Paper, least: int, most: int | None) -> str:
    """How much is asked for, and how much of it counts; both in credit."""
    key = ("general-both" if least else "general-most") if most is not None else "general-least"
    return paper.say(key, least=_months(paper, least), most=_months(paper, most or 0))


def _months(paper: Paper, credit: int) -> str:
    return paper.words.number(fte_months(credit))


def _guidance(paper: Paper) -> None:
    words, instance = paper.words, paper.words.instance
    paper.heading(paper.say("individual-guidance"))
    hours, preparation = instance.rules.guidance_hours_per_year, instance.rules.preparation_hours_per_year
    figures = {"hours": words.number(hours), "preparation": words.number(preparation)}
    paper.text(paper.say("general-guidance", **figures))
    supervisors = list(instance.supervisors.values())
    specialists = sum(row.specialist for row in supervisors)
    if supervisors:
        places = sum(row.places_at(instance.start) for row in supervisors)
        told = {"number": len(supervisors), "specialists": specialists, "places": places}
        paper.text(paper.say("general-supervisors", month=format_month(instance.start), **told))


def _supervision(paper: Paper, found: Coverage) -> None:
    """Supervision, and what an arena with a supervisor of its own has to show."""
    paper.heading(paper.say("general-supervision"))
    paper.text(paper.say("general-supervision-text"))
    own = [place for place in found.places if any(arena.own_supervisor for arena in place.arenas)]
    if own:
        paper.text(paper.say("general-own-supervisor"))
        keys = ("arena", "general-chief", "general-teaching", "general-duty", "general-agreement")
        paper.table(
            [paper.say(key) for key in keys], [(_name(paper, place), *[BLANK] * 4) for place in own],
            (5.4, 3.0, 3.0, 3.0, 3.0), 8.5,
        )  # fmt: skip


def _groups(paper: Paper) -> None:
    words = paper.words
    paper.heading(paper.say("group-guidance"))
    paper.text(paper.say("general-groups", hours=GROUP_HOURS_PER_YEAR))
    rows: Sequence[tuple[str, ...]] = [
        (group.id, words.month(group.span.start), words.month(group.span.end - 1), str(group.places))
        for group in words.instance.groups.values()
    ]
    if rows:
        keys = ("group", "group-start", "group-end", "general-places")
        paper.table([paper.say(key) for key in keys], rows, (5.4, 4.0, 4.0, 4.0))


def _assessment(paper: Paper) -> None:
    paper.heading(paper.say("general-assessment"))
    paper.text(paper.say("general-meetings"))
    paper.text(paper.say("general-approval"))
    paper.text(paper.say("general-again"))


def _contacts(paper: Paper) -> None:
    paper.heading(paper.say("general-contacts"))
    keys = ("general-leader", "general-chief-doctor", "general-coordinator", "general-office", "general-hospital")
    rows = [(paper.say(key), BLANK, BLANK) for key in keys]
    paper.table([paper.say("sign-role"), paper.say("general-who"), paper.say("general-reach")], rows, (6.4, 5.5, 5.5))
