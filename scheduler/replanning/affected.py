"""Re-planning on top of a published plan: whom the new data concern."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scheduler.accounting.baseline import carried_by_successor, with_published
from scheduler.check import FIGURES, examine
from scheduler.constraints import RULES
from scheduler.constraints.rule import Violation
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan, PlanBaseline

SETTLED_ANEW = frozenset(rule.id for rule in RULES if rule.settled_anew)


def with_baseline(instance: Instance, plan: Plan, freeze_to: Month | None = None) -> Instance:
    """The instance, to be planned on top of a published plan of it or of an earlier state of it.

    ``freeze_to`` is the last month that stays as it is; None: every month may move. A candidate whom the instance does
    not know is passed over, one whom the plan does not know is planned anew.
    """
    return with_published(instance, baseline_for(instance, plan, freeze_to))


def baseline_for(instance: Instance, plan: Plan, freeze_to: Month | None = None) -> PlanBaseline:
    """The published plan as the new plan's file carries it, with the names of those whom the new data concern."""
    return carried_by_successor(plan, freeze_to, standing(instance, plan, freeze_to).affected)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a published plan stands with the data of today.

    ``affected``: those for whom it no longer holds, and those in a place that has become too small. ``settled_anew``:
    what else is broken, and is mended without moving a month: supervisors and shifts.
    """

    affected: frozenset[str]
    settled_anew: tuple[Violation, ...] = ()


def standing(instance: Instance, plan: Plan, freeze_to: Month | None = None) -> Standing:
    """What the check says of the published plan, as ``alis check`` says it, sorted by what has to move for it.

    A sick leave concerns the one who is ill; a closed ward everybody who was to be there; a new candidate nobody, nor
    does a place that asks for more than are there.
    """
    known = plan.model_copy(
        update={"candidates": [each_entry for each_entry in plan.candidates if each_entry.id in instance.candidates]}
    )
    bare = replace(instance, baseline=None)
    planned = {entry.id for entry in known.candidates}
    found, anew = set[str](), list[Violation]()
    for violation in examine(bare, known, freeze_to, without={FIGURES}).violations:
        if violation.rule in SETTLED_ANEW:
            anew.append(violation)
        else:
            found.update([violation.candidate] if violation.candidate else violation.people)
    found &= planned
    return Standing(
        frozenset(found), tuple(each_violation for each_violation in anew if each_violation.candidate not in found)
    )


def affected(instance: Instance, plan: Plan, freeze_to: Month | None = None) -> frozenset[str]:
    """Those for whom a published plan no longer holds."""
    return standing(instance, plan, freeze_to).affected


# --- the guard -------------------------------------------------------------------------------------------------------
