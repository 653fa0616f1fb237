"""A plan in a few lines: how good it is, what is proved, who is delayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.accounting import trajectories, trajectory_of
from scheduler.accounting.shown import as_shown
from scheduler.explanation.groups import group_remark_text
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.objective import figure, trivial_bound
from scheduler.plan import Plan, PlanBound, PlanCandidate, PlanObjective, Sentence, same_figure
from scheduler.report.facts import missing
from scheduler.report.municipalities import municipal_lines
from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words
from scheduler.texts import Language, localised, text

MOST_LINES = 30
WORST = "-worst"  # at the end of a level's id, where progress is of the worst-off one
FAR_FROM_IDEAL = frozenset({"moves", "breadth"})  # nobody has no block at all, nor every goal in two arenas


def amount(level: str, value: float, lang: Language) -> str:
    """A level's figure with its unit: ``3 måneder``; of a mean two decimals."""
    value = round(value, 2) if level == "fairness" else value
    return text(f"cli.unit-{level}", lang, number=localised(float(value), lang))


def distance(level: str, value: float, bound: float, lang: Language, ideal: float | None = None) -> str:
    """How far a figure is from the best possible, as far as is proved.

    ``ideal`` is what no plan could better for lack of anything more; a bound that says no more than that proves little
    where no plan comes near it.
    """
    if same_figure(value, bound):
        return text("cli.at-best", lang)
    if level in FAR_FROM_IDEAL and bound == ideal:
        return text("cli.not-proved", lang)
    return text("cli.from-best", lang, gap=amount(level, abs(value - bound), lang))


def level_line(instance: Instance, level: str, value: int, bound: int, lang: Language) -> str:
    """How far a search has come: ``Utsettelse: 3 måneder, høyst 2 måneder fra det beste mulige``."""
    level_id = level.removesuffix(WORST)
    best, reached = figure(level_id, bound), figure(level_id, value)
    limit = trivial_bound(instance, level_id)
    best = min(best, limit) if limit > 0 else max(best, limit)
    name = _say(f"level-{level_id}", lang)
    if level.endswith(WORST):
        name = _say("progress-worst-away" if level_id == "away" else "progress-worst", lang, level=name)
    return f"{name}: {amount(level_id, reached, lang)}, {distance(level_id, reached, best, lang, limit)}"


def plan_lines(instance: Instance, plan: Plan, standing: PlanStanding, lang: Language) -> Iterator[str]:
    """Standing and seconds, each level with its bound, then the candidates about whom there is something to say."""
    yield standing_line(plan, standing, lang)
    for line in (*_levels(instance, plan, lang), *_municipal(instance, plan, lang)):
        yield f"  {line}"
    about = list(_about(instance, plan, lang))
    for line in about[:MOST_LINES]:
        yield f"  {line}"
    if len(about) > MOST_LINES:
        yield _say("more-lines", lang, number=len(about) - MOST_LINES)
    yield from _of_all(instance, plan, lang)


def standing_line(plan: Plan, standing: PlanStanding, lang: Language) -> str:
    """How sure the plan is, and how long the search took."""
    key = "plan-proved" if standing.proved else "plan-valid"
    return _say(key, lang, seconds="under 1" if plan.run.seconds < 1 else round(plan.run.seconds))


def remarks_of(instance: Instance, plan: Plan, lang: Language) -> list[str]:
    """What there is to say of each candidate, and of all of them."""
    return [*_about(instance, plan, lang), *_of_all(instance, plan, lang)]


def _about(instance: Instance, plan: Plan, lang: Language) -> Iterator[str]:
    instance = as_shown(instance, plan)
    for entry in plan.candidates:
        yield from _candidate(instance, entry, lang)


def _of_all(instance: Instance, plan: Plan, lang: Language) -> Iterator[str]:
    yield from _guidance(instance, plan, lang)
    yield from (message.said(lang) for message in plan.messages)


def _say(key: str, lang: Language, **fields: object) -> str:
    return text(f"cli.{key}", lang, **fields)


def level_rows(instance: Instance, plan: Plan, lang: Language) -> Iterator[tuple[str, str, str]]:
    """Each level: what it is called, its figure, and what is proved of it."""
    for objective in plan.objectives:
        verdict = _verdict(objective.id, objective, lang, trivial_bound(instance, objective.id))
        worst = _worst(objective, lang) if len(plan.candidates) > 1 else ""
        shown = amount(objective.id, objective.value, lang)
        yield text(f"cli.level-{objective.id}", lang), shown, f"{verdict}{worst}"


def _levels(instance: Instance, plan: Plan, lang: Language) -> Iterator[str]:
    """One line a level, figures under each other."""
    rows = list(level_rows(instance, plan, lang))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for name, shown, verdict in rows:
        yield f"{name:<{widths[0]}}  {shown:<{widths[1]}}  {verdict}"


def _municipal(instance: Instance, plan: Plan, lang: Language) -> Iterator[str]:
    """The table of a region; nothing where there are no municipalities."""
    if instance.municipalities:
        yield from municipal_lines(Words(instance, lang), trajectories(instance, plan))


def _verdict(level: str, found: PlanBound, lang: Language, ideal: float | None = None) -> str:
    if found.proved:
        return text("cli.at-best", lang)
    if same_figure(found.value, found.bound):  # of a plan edited since, with the bounds that still hold
        return text("cli.not-proved", lang)
    return distance(level, found.value, found.bound, lang, ideal)


def _worst(objective: PlanObjective, lang: Language) -> str:
    """The worst-off candidate's share; what is proved of it only where that is something else than of the sum."""
    if objective.worst is None or objective.worst.value <= 0:
        return ""
    key = "cli.worst-away" if objective.id == "away" else "cli.worst"
    said = text(key, lang, worst=amount(objective.id, objective.worst.value, lang))
    if objective.worst.proved == objective.proved:
        return said
    return f"{said}, {_verdict(objective.id, objective.worst, lang)}"


def _guidance(instance: Instance, plan: Plan, lang: Language) -> Iterator[str]:
    """The heaviest year of any supervisor."""
    years = [
        (year.guidance_hours + year.preparation_hours, row.id, year.year) for row in plan.guidance for year in row.years
    ]
    if years:
        hours, supervisor, year = max(years)
        shown = localised(round(hours, 1), lang)
        known = instance.supervisors.get(supervisor)
        who = known.name if known is not None and known.name else supervisor
        yield _say("guidance", lang, n=len(plan.guidance), hours=shown, supervisor=who, year=year)


def _candidate(instance: Instance, entry: PlanCandidate, lang: Language) -> Iterator[str]:
    """Delayed, not finished within the horizon, away from much of a group, or a wish that could not be met."""
    who = f"{entry.id} {instance.candidates[entry.id].name}".removesuffix(f" {entry.id}")
    if entry.unfinished and entry.projected_finish is not None:
        yield _say("unfinished", lang, who=who, month=format_month(entry.projected_finish))
    elif entry.until is not None:
        lacking = "; ".join(said.said(lang) for said in missing(trajectory_of(instance, entry)))
        yield _say("leaves", lang, who=who, month=format_month(entry.until), missing=lacking)
    elif entry.delay > 0 and entry.finish is not None:
        yield _say("delayed", lang, number=entry.delay, who=who, month=format_month(entry.finish))
    for remark in entry.group_remarks or ():
        yield _say("group-remark", lang, who=who, group=entry.membership, remark=group_remark_text(remark, lang))
    for wish in entry.wishes:
        if not wish.met:
            name = instance.rotations[wish.rotation].name
            if wish.reason is None:
                yield _say("wish-lost", lang, who=who, rotation=name)
            else:
                yield _say("wish-lost-because", lang, who=who, rotation=name, reason=wish.reason.said(lang))


def explanation_lines(explanation: Mapping[str, Any], lang: Language) -> Iterator[str]:
    """What stands against a plan, the bottleneck first and in one line, and what would make one; nothing of what is not
    known.
    """
    for entry in explanation.get("bottleneck", ()):
        yield Sentence.inside(entry).said(lang)
    against = explanation.get("conflicts") or explanation.get("counts") or []
    for heading, entries in (("against", against), ("remedies", explanation.get("remedies", []))):
        if entries:
            yield text(f"explain.{heading}", lang)
        for entry in entries:
            yield f"  {Sentence.inside(entry).said(lang)}"
    if against and "remedies" in explanation and not explanation["remedies"]:
        yield text("explain.no-remedy", lang)
