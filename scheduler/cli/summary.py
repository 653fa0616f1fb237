"""A plan in a few lines: how good it is, what is proved, who is delayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.cli.console import Console
from scheduler.constraints.rule import localised
from scheduler.explanation.groups import group_remark_text
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.objective import trivial_bound
from scheduler.plan import Plan, PlanBound, PlanCandidate, PlanObjective
from scheduler.report.standing import PlanStanding
from scheduler.texts import Language, text

MOST_LINES = 30
TOLERANCE = 1e-4
FAR_FROM_IDEAL = frozenset({"moves", "breadth"})  # nobody has no block at all, nor every goal in two arenas


def amount(level: str, value: float, lang: Language) -> str:
    """A level's figure with its unit: ``3 måneder``."""
    number = "one" if value == 1 else "many"
    return text(f"cli.unit-{level}-{number}", lang, number=localised(float(value), lang))


def distance(level: str, value: float, bound: float, lang: Language, ideal: float | None = None) -> str:
    """How far a figure is from the best possible, as far as is proved.

    ``ideal`` is what no plan could better for lack of anything more; a bound that says no more than that proves little
    where no plan comes near it.
    """
    gap = abs(value - bound)
    if gap < TOLERANCE:
        return text("cli.at-best", lang)
    if level in FAR_FROM_IDEAL and bound == ideal:
        return text("cli.not-proved", lang)
    return text("cli.from-best", lang, gap=amount(level, gap, lang))


def tell_plan(console: Console, instance: Instance, plan: Plan, standing: PlanStanding) -> None:
    """Standing and seconds, each level with its bound, then the candidates about whom there is something to say."""
    key = "plan-proved" if standing.proved else "plan-valid"
    console.say(key, seconds="under 1" if plan.run.seconds < 1 else round(plan.run.seconds))
    for line in _levels(instance, plan, console.lang):
        console.line(f"  {line}")
    about = list(_candidates(console, instance, plan))
    for line in about[:MOST_LINES]:
        console.line(f"  {line}")
    if len(about) > MOST_LINES:
        console.line(console.count("more-lines", len(about) - MOST_LINES))
    for line in _guidance(console, plan):
        console.line(line)
    for message in plan.messages:
        console.line(message)


def _levels(instance: Instance, plan: Plan, lang: Language) -> Iterator[str]:
    """One line a level, figures under each other."""
    objectives = plan.objectives
    names = [text(f"cli.level-{each_objective.id}", lang) for each_objective in objectives]
    figures = [amount(each_objective.id, each_objective.value, lang) for each_objective in objectives]
    widths = (max(map(len, names), default=0), max(map(len, figures), default=0))
    for objective, name, shown in zip(objectives, names, figures, strict=True):
        verdict = _verdict(objective.id, objective, lang, trivial_bound(instance, objective.id))
        worst = _worst(objective, lang) if len(plan.candidates) > 1 else ""
        yield f"{name:<{widths[0]}}  {shown:<{widths[1]}}  {verdict}{worst}"


def _verdict(level: str, found: PlanBound, lang: Language, ideal: float | None = None) -> str:
    if found.proved:
        return text("cli.at-best", lang)
    if abs(found.value - found.bound) < TOLERANCE:  # the bound holds only if what comes before it is at its best
        return text("cli.not-proved", lang)
    return distance(level, found.value, found.bound, lang, ideal)


def _worst(objective: PlanObjective, lang: Language) -> str:
    """The worst-off candidate's share; what is proved of it only where that is something else than of the sum."""
    if objective.worst is None or objective.worst.value <= 0:
        return ""
    said = text("cli.worst", lang, worst=amount(objective.id, objective.worst.value, lang))
    if objective.worst.proved == objective.proved:
        return said
    return f"{said}, {_verdict(objective.id, objective.worst, lang)}"


def _guidance(console: Console, plan: Plan) -> Iterator[str]:
    """The heaviest year of any supervisor."""
    years = [
        (year.guidance_hours + year.preparation_hours, row.id, year.year) for row in plan.guidance for year in row.years
    ]
    if years:
        hours, supervisor, year = max(years)
        shown = localised(round(hours, 1), console.lang)
        yield console.text("guidance", n=len(plan.guidance), hours=shown, supervisor=supervisor, year=year)


def _candidates(console: Console, instance: Instance, plan: Plan) -> Iterator[str]:
    for entry in plan.candidates:
        yield from _candidate(console, instance, entry)


def _candidate(console: Console, instance: Instance, entry: PlanCandidate) -> Iterator[str]:
    """Delayed, not finished within the horizon, away from much of a group, or a wish that could not be met."""
    who = f"{entry.id} {instance.candidates[entry.id].name}".removesuffix(f" {entry.id}")
    if entry.unfinished and entry.projected_finish is not None:
        yield console.text("unfinished", who=who, month=format_month(entry.projected_finish))
    elif entry.delay > 0 and entry.finish is not None:
        yield console.count("delayed", entry.delay, who=who, month=format_month(entry.finish))
    for remark in entry.group_remarks or ():
        yield console.text("group-remark", who=who, group=entry.group, remark=group_remark_text(remark, console.lang))
    for wish in entry.wishes:
        if not wish.met:
            key = "wish-lost" if wish.reason is None else "wish-lost-because"
            name = instance.rotations[wish.rotation].name
            yield console.text(key, who=who, rotation=name, reason=wish.reason)


def tell_explanation(console: Console, explanation: Mapping[str, Any]) -> None:
    """What stands against a plan, and what would make one; nothing of what is not known."""
    against = explanation.get("conflicts") or explanation.get("counts") or []
    for heading, entries in (("against", against), ("remedies", explanation.get("remedies", []))):
        if entries:
            console.insist(text(f"explain.{heading}", console.lang))
        for entry in entries:
            console.insist(f"  {entry['text']}")
    if against and "remedies" in explanation and not explanation["remedies"]:
        console.insist(text("explain.no-remedy", console.lang))
