"""The independent check of a plan: every rule by plain arithmetic, every figure recomputed, never by the solver.

A plan may be held against another instance than the one it was made for: a published plan against the data of today.
What follows from the data (percents, dates, sums, levels) is then reckoned again and told; only what the plan decides
can break a rule (``examine``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from scheduler.accounting import (
    Level,
    PlanRead,
    Trajectory,
    levels,
    open_group_years,
    plan_blocks,
    plan_group_remarks,
    plan_wishes,
    reading_once,
    recounted,
    with_figures,
)
from scheduler.accounting.baseline import carried_by_successor, with_groups_begun, with_own_baseline
from scheduler.accounting.frozen import with_frozen
from scheduler.accounting.guidance import guidance
from scheduler.accounting.levels import MORE_IS_BETTER
from scheduler.constraints import RULES
from scheduler.constraints.rule import Rule, Violation
from scheduler.files.resolve import OBJECTIVES
from scheduler.instance.order import with_only
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month
from scheduler.plan import Plan, PlanBound, PlanGuidance, PlanObjective, same_figure
from scheduler.texts import Phrase, chained, phrase

FIGURES = "figures"
FROM_ELSEWHERE = frozenset({"changes"})  # follows from the plan that was changed, not from this one
RECOUNTED = frozenset(  # findings about figures; the same keys have a text in the chapters *violations* and *recounted*
    {
        "figure", "percent", "block-extra", "block-absent", "block-order", "wish-met", "wish-not-met",
        "horizon-unfinished", "horizon-finished", "objective", "objective-unknown", "objectives-order",
        "guidance", "earned", "until-unfinished", "until-finished",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Findings:
    """What a plan comes to against an instance.

    ``violations``: the places where it breaks a rule. ``reported``: what rules tell of what others have settled.
    ``recounted``: for a plan of other data, the figures that are different with these. ``matching``: for such a plan,
    what is told of who and what of it is who in the instance.
    """

    violations: list[Violation]
    reported: list[Violation]
    recounted: list[Violation]
    other_data: bool
    matching: Sequence[Phrase] = ()


@reading_once()
def examine(instance: Instance, plan: Plan, freeze_to: Month | None = None, without: Collection[str] = ()) -> Findings:
    """Hold a plan against an instance that need not be the one it was made for.

    Made for these data: ``check_plan``. Made for others: its figures are reckoned again first, and whoever is in a
    group that has begun by ``freeze_to`` (None: before the horizon) stays there, as when a plan builds on this one; the
    months up to that one have been served, and no rule judges them.
    """
    held = with_own_baseline(instance, plan)
    if plan.instance.sha256 == held.sha256:
        return Findings(check_plan(held, plan, without), _reported(held, plan), [], other_data=False)
    held = with_groups_begun(held, plan, freeze_to)
    held = with_frozen(held, carried_by_successor(plan, freeze_to, ()).candidates, freeze_to)
    fresh = _guarded_recount(held, plan)
    violations = check_plan(held, fresh, without)
    different = [] if FIGURES in without else _differences(held, plan, fresh, violations)
    return Findings(violations, _reported(held, fresh), different, other_data=True)


@reading_once()
def check_plan(instance: Instance, plan: Plan, without: Collection[str] = ()) -> list[Violation]:
    """Every place where the plan breaks a rule or a figure of its file is wrong; never raises on an odd plan.

    ``without`` names rules left out (ids of the contract's section 3, and ``figures``). What the plan says of the
    published plan it changes is held against it, too.
    """
    instance = with_own_baseline(instance, plan)
    violations: list[Violation] = []
    read = PlanRead(instance, plan)
    for rule in RULES:
        if rule.id not in without:
            violations += _run(rule, read)
    if FIGURES not in without:
        violations += _guarded(FIGURES, check_figures(read))
    return violations


def check_draft(instance: Instance, plan: Plan) -> list[Violation]:
    """Every place where those placed in a plan's draft break a rule among themselves; figures are not looked at."""
    placed = plan.of_placed()
    return check_plan(with_only(instance, {entry.id for entry in placed.candidates}), placed, {FIGURES})


def check_figures(read: PlanRead) -> Iterator[Violation]:
    """Recompute what the plan file says of itself: instance, status, each candidate's figures, the objective's levels.

    Service sums belong to the rule ``part-time`` and ``unfinished`` to ``horizon``.
    """
    instance, plan = read.instance, read.plan
    if plan.instance.sha256 != instance.sha256:
        fields = {"have": plan.instance.sha256[:12], "need": instance.sha256[:12]}
        yield Violation(FIGURES, "violations.instance", fields)
    if not plan.status.has_plan:
        yield Violation(FIGURES, "violations.status", {"status": plan.status.value})
    for trajectory in read.trajectories:
        yield from _check_candidate(trajectory)
    yield from _check_order(read)
    yield from _check_objectives(plan, levels(instance, read.trajectories))
    yield from _check_guidance(read)


# --- a plan of other data --------------------------------------------------------------------------------------------


def _reported(instance: Instance, plan: Plan) -> list[Violation]:
    read = PlanRead(instance, plan)
    return [violation for rule in RULES for violation in _guarded(rule.id, rule.report(read))]


def _guarded_recount(instance: Instance, plan: Plan) -> Plan:
    """The plan reckoned again; one that is too odd for it is checked as it is, and the rules say so."""
    try:
        return recounted(instance, plan)
    except Exception:
        return plan.model_copy(update={"instance": plan.instance.model_copy(update={"sha256": instance.sha256})})


def _differences(instance: Instance, plan: Plan, fresh: Plan, still: Collection[Violation]) -> list[Violation]:
    """What the plan tells of itself that is different with these data, in words of its own, candidate by candidate.

    The percents of its months; and its figures, held against the months as they are with these data.
    """
    pairs = zip(plan.candidates, fresh.candidates, strict=True)
    entries = [told.model_copy(update={"months": right.months}) for told, right in pairs]
    as_told, as_they_are = PlanRead(instance, plan), PlanRead(instance, plan.model_copy(update={"candidates": entries}))
    found = [violation for violation in _figure_findings(as_told) if violation.text_key == "violations.percent"]
    found += _figure_findings(as_they_are)
    order = {entry.id: number for number, entry in enumerate(plan.candidates)}
    return [
        replace(violation, text_key=f"recounted.{key}")
        for violation in sorted(found, key=lambda violation: order.get(violation.candidate or "", len(order)))
        if violation not in still and (key := violation.text_key.partition(".")[2]) in RECOUNTED
    ]


def _figure_findings(read: PlanRead) -> list[Violation]:
    return [
        *(violation for rule in RULES if rule.tells_figures for violation in _run(rule, read)),
        *_guarded(FIGURES, check_figures(read)),
    ]


# --- figures ---------------------------------------------------------------------------------------------------------


def _run(rule: Rule, read: PlanRead) -> list[Violation]:
    """What a rule finds; of who was done within the frozen months it is only asked that they stand as published."""
    found = _guarded(rule.id, rule.check(read))
    return [
        violation for violation in found if rule.judges_the_done or not _is_done(read.instance, violation.candidate)
    ]


def _is_done(instance: Instance, candidate_id: str | None) -> bool:
    candidate = instance.candidates.get(candidate_id or "")
    return candidate is not None and candidate.done


def _guarded(rule_id: str, found: Iterator[Violation]) -> list[Violation]:
    """Everything a check finds; if the plan is too odd for it, that is a violation as well."""
    violations: list[Violation] = []
    try:
        violations.extend(found)
    except Exception as error:  # an unreadable plan is reported, never raised
        violations.append(Violation(rule_id, "violations.unreadable", {"rule": rule_id, "error": repr(error)}))
    return violations


def _check_candidate(trajectory: Trajectory) -> Iterator[Violation]:
    """Dates and delay, then blocks, wishes and the open group year."""
    entry, right = trajectory.told, with_figures(trajectory.instance, trajectory.told)
    for name in ("finish", "earliest_finish", "projected_finish", "until"):
        have, need = getattr(entry, name), getattr(right, name)
        if have != need:
            yield _figure(trajectory, name, _month(have), _month(need))
    if entry.delay != right.delay:
        yield _figure(trajectory, "delay", entry.delay, right.delay)
    for name in ("away", "away_row"):
        told, need = getattr(entry, name), getattr(right, name)
        if told is not None and told != need:  # None: of a file older than the field
            yield _figure(trajectory, name, told, need)
    yield from _check_blocks(trajectory)
    yield from _check_wishes(trajectory)
    yield from _check_open_year(trajectory)
    yield from _check_group_remarks(trajectory)


def _check_blocks(trajectory: Trajectory) -> Iterator[Violation]:
    have = [(block.rotation, block.from_, block.to) for block in trajectory.told.blocks]
    need = [(block.rotation, block.from_, block.to) for block in plan_blocks(trajectory)]
    for rotation, start, to in dict.fromkeys(have):
        if have.count((rotation, start, to)) > need.count((rotation, start, to)):
            yield _block(trajectory, "block-extra", rotation, start, to)
    for rotation, start, to in need:
        if (rotation, start, to) not in have:
            yield _block(trajectory, "block-absent", rotation, start, to)
    if have != need and sorted(have) == sorted(need):
        yield Violation(FIGURES, "violations.block-order", candidate=trajectory.candidate.id)


def _block(trajectory: Trajectory, key: str, rotation: str, start: Month, to: Month) -> Violation:
    return Violation(FIGURES, f"violations.{key}", {}, trajectory.candidate.id, rotation, start, to + 1)


def _check_wishes(trajectory: Trajectory) -> Iterator[Violation]:
    """The same wishes as the instance's, in any order, each with the right answer."""
    have = sorted(_wish_key(wish.model_dump()) for wish in trajectory.told.wishes)
    need = sorted(_wish_key(wish.model_dump()) for wish in plan_wishes(trajectory))
    if [key[:-1] for key in have] != [key[:-1] for key in need]:
        yield _figure(trajectory, "wishes", *(", ".join(key[0] for key in keys) or "-" for keys in (have, need)))
        return
    for told, right in zip(have, need, strict=True):
        if told != right:
            fields = {"rotation": told[0], "met": told[-1]}
            key = "violations.wish-not-met" if told[-1] else "violations.wish-met"
            yield Violation(FIGURES, key, fields, trajectory.candidate.id, str(told[0]))


def _wish_key(wish: dict[str, object]) -> tuple[str, int, int, int, bool]:
    start, to = wish["from_"], wish["to"]
    return (
        str(wish["rotation"]),
        int(str(wish["weight"])),
        -1 if start is None else int(str(start)),
        -1 if to is None else int(str(to)),
        bool(wish["met"]),
    )


def _check_open_year(trajectory: Trajectory) -> Iterator[Violation]:
    """One of the open years, if there is one; a year that the coordinator counts as done needs no number."""
    told, years = trajectory.told.open_group_year, open_group_years(trajectory)
    silent = told is None and (not years or trajectory.candidate.group.open_year_done or trajectory.unfinished)
    if not silent and told not in years:
        need = ", ".join(str(year) for year in years) or "-"
        yield _figure(trajectory, "open_group_year", "-" if told is None else told, need)


def _check_group_remarks(trajectory: Trajectory) -> Iterator[Violation]:
    """What is told of a membership; a file older than the field tells nothing wrong."""
    told, right = trajectory.told.group_remarks, plan_group_remarks(trajectory)
    if told is not None and told != right:
        yield _figure(trajectory, "group_remarks", len(told), len(right))


def _check_order(read: PlanRead) -> Iterator[Violation]:
    """The levels are those that the instance asks for, the most important first; what is no level is told elsewhere."""
    have = [level.id for level in read.plan.objectives if level.id in OBJECTIVES and level.id not in FROM_ELSEWHERE]
    need = [level for level in read.instance.objective_order if level not in FROM_ELSEWHERE]
    asked_for = [level for level in need if level in have]  # an older plan file may not have a level of today
    if have != asked_for and len(have) == len(set(have)):
        fields = {"have": _in_words(have), "need": _in_words(need)}
        yield Violation(FIGURES, "violations.objectives-order", fields)


def _in_words(levels: Sequence[str]) -> Phrase | str:
    names = [phrase(f"figures.level-{level}") for level in levels]
    return chained("explain.list", names) if names else "–"


def _check_objectives(plan: Plan, right: dict[str, Level]) -> Iterator[Violation]:
    """Value and worst case of each level, once each, and their bounds."""
    seen: set[str] = set()
    for level in plan.objectives:
        if level.id in seen or level.id not in {*right, *FROM_ELSEWHERE}:
            yield Violation(FIGURES, "violations.objective-unknown", {}, subject=level.id)
        elif level.id in right:
            yield from _check_level(level, right[level.id])
        seen.add(level.id)
        upwards = level.id in MORE_IS_BETTER
        yield from _check_bound(level.id, level, upwards)
        if level.worst is not None:
            yield from _check_bound(f"{level.id}.worst", level.worst, upwards)


def _check_guidance(read: PlanRead) -> Iterator[Violation]:
    """The hours of each supervisor and year; a plan without any (an older one, or none planned) says nothing wrong."""
    plan = read.plan
    if not plan.guidance:
        return
    have, need = _hours(plan.guidance), _hours(guidance(read.instance, plan.candidates))
    for supervisor, year in sorted(have.keys() | need.keys()):
        told, right = (round(hours.get((supervisor, year), 0.0), 2) for hours in (have, need))
        if told != right:
            yield Violation(
                FIGURES, "violations.guidance", {"year": year, "have": told, "need": right}, subject=supervisor
            )


def _hours(rows: list[PlanGuidance]) -> dict[tuple[str, int], float]:
    return {(row.id, year.year): year.guidance_hours + year.preparation_hours for row in rows for year in row.years}


def _check_level(level: PlanObjective, right: Level) -> Iterator[Violation]:
    if not same_figure(level.value, right.value):
        yield _level(level.id, level.value, right.value)
    if level.worst is not None and right.worst is not None and not same_figure(level.worst.value, right.worst):
        yield _level(f"{level.id}.worst", level.worst.value, right.worst)


def _check_bound(name: str, figure: PlanBound, upwards: bool) -> Iterator[Violation]:
    """A proved bound is the value; and no bound is beyond it, or the plan itself would be better than the best."""
    beyond = figure.value - figure.bound if upwards else figure.bound - figure.value
    if not same_figure(figure.value, figure.bound) and (figure.proved or beyond > 0):
        yield _level(f"{name}.bound", figure.bound, figure.value)


def _level(name: str, have: float, need: float) -> Violation:
    return Violation(
        FIGURES, "violations.objective", {"level": name, "have": float(have), "need": float(need)}, subject=name
    )


def _figure(trajectory: Trajectory, name: str, have: object, need: object) -> Violation:
    return Violation(
        FIGURES, "violations.figure", {"figure": name, "have": have, "need": need}, trajectory.candidate.id
    )


def _month(month: Month | None) -> str:
    return "-" if month is None else format_month(month)


__all__ = ["FIGURES", "Findings", "check_figures", "check_plan", "examine"]
