"""What a repair costs, and what could be won if more of the published plan moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scheduler.instance.types import Instance
from scheduler.plan import Plan, PlanCandidate, PlanObjective
from scheduler.replanning.guard import moved
from scheduler.texts import Phrase, phrase

LEVELS = ("delay", "changes", "uncounted")
"""What the other plan is judged by: as early as can be, and then with as few changes as that takes."""


def costs(published: Plan, made: Plan) -> bool:
    """Whether somebody is later than in the published plan, or more of what is served is above a cap; new ones, too."""
    before = {entry.id: entry for entry in published.candidates}
    return any(is_worse(before.get(entry.id), entry) for entry in made.candidates)


def is_worse(before: PlanCandidate | None, after: PlanCandidate) -> bool:
    """Whether somebody is later than published, or more of their service is above a cap; late at all, who is new."""
    if before is None:
        return after.delay > 0
    return after.delay > before.delay or after.service.uncounted > before.service.uncounted


def without_sparing(instance: Instance) -> Instance:
    """The instance on top of its published plan, in which delay comes before the months that move."""
    return replace(instance, objective_order=LEVELS)


def price(instance: Instance, made: Plan, other: Plan) -> Phrase:
    """What is won by the other plan, which does not spare the published months, and how sure it is that no more can be.

    Three months less of delay for seven published months that move instead of two.
    """
    delay, best = _level(made, "delay"), _level(other, "delay") if other.status.has_plan else None
    if delay is None or best is None:
        return phrase("replan.price-unknown")
    won, most = round(delay.value - best.value), round(delay.value - best.bound)
    if won <= 0:
        return phrase("replan.price-none") if most <= 0 else phrase("replan.price-at-most", number=most)
    changes = _level(other, "changes")
    proved = best.proved and changes is not None and changes.proved
    counts = {"moved": moved(instance, other)[0].months, "instead": moved(instance, made)[0].months}
    key = "replan.price" if proved else "replan.price-likely"
    return phrase(key, number=won, **counts, what=list(sooner_or_later(made, other)))


def sooner_or_later(made: Plan, other: Plan) -> Iterator[Phrase]:
    """By how much each candidate is done sooner, or later."""
    for entry in made.candidates:
        sooner = entry.delay - other.candidate(entry.id).delay
        if sooner:
            yield phrase("replan.sooner" if sooner > 0 else "replan.later", who=entry.id, number=abs(sooner))


def _level(plan: Plan, level_id: str) -> PlanObjective | None:
    return next((level for level in plan.objectives if level.id == level_id), None)
