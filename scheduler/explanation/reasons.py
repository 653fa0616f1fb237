"""Why a plan is as it is, or why there is none: asked of a plan that is finished, after the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.accounting import PlanRead
from scheduler.constraints.practice import Practice
from scheduler.constraints.supervision import Supervision
from scheduler.explanation.explain import explain
from scheduler.explanation.groups import with_group_reasons
from scheduler.explanation.wishes import explain_wishes, with_lost_wishes
from scheduler.instance.offices import wide_enough_for
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan, PlanCandidate, Sentence, Status
from scheduler.planning.assemble import assignment_of
from scheduler.planning.components import split
from scheduler.planning.over import over
from scheduler.solver.engine import Settings, Stop
from scheduler.texts import Language, Phrase, phrase


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told. ``without_plan_s``: seconds to find out, where there is no plan, what stands against one, and
    with ``remedies`` also what would make one; 0: only how sure it is.
    """

    lang: Language = "nb"
    without_plan_s: float = 0.0
    remedies: bool = True


def with_reasons(instance: Instance, plan: Plan, telling: Telling, settings: Settings, stop: Stop) -> Plan:
    """The same plan, with the reasons for its groups and lost wishes; without a plan, with what stands against one."""
    if plan.status.has_plan:
        return _with_choices_told(instance, plan, telling.lang, settings, stop)
    if plan.status is Status.INFEASIBLE and telling.without_plan_s:
        return _with_causes_told(instance, plan, telling, settings, stop)
    return plan if plan.draft is None else plan.model_copy(update={"draft": plan.draft.in_words(telling.lang)})


def _with_choices_told(instance: Instance, plan: Plan, lang: Language, settings: Settings, stop: Stop) -> Plan:
    candidates = _with_wishes_told(_for_offices(instance, plan), plan, lang, settings, stop)
    changes = {
        "candidates": with_group_reasons(instance, candidates, lang),
        "messages": [*plan.messages, *(Sentence.of(told, lang) for told in _of_people(instance, plan))],
    }
    return plan.model_copy(update=changes)


def _for_offices(instance: Instance, plan: Plan) -> Instance:
    return wide_enough_for(instance, [assignment_of(instance, entry) for entry in plan.candidates])


def _of_people(instance: Instance, plan: Plan) -> list[Phrase]:
    """From when on whose office is another one, and who supervises instead of whom."""
    read = PlanRead(instance, plan)
    return [*(told.phrase() for told in Practice().report(read)), *_of_supervisors(read)]


def _of_supervisors(read: PlanRead) -> list[Phrase]:
    """That none are planned, or where another than the fixed one has taken over."""
    if not read.instance.supervisors:
        return [phrase("reasons.no-supervisors")]
    return [told.phrase() for told in Supervision().report(read)]


def _with_wishes_told(
    instance: Instance, plan: Plan, lang: Language, settings: Settings, stop: Stop
) -> list[PlanCandidate]:
    """Beside those of the candidate's own part: nobody else can stand against a wish."""
    patience = stop.worth(settings.limits.reasons_effort)
    parts = split(instance) if plan.run.strategy is FoundBy.PARTS else [instance]
    part_of: Mapping[str, Instance] = {candidate_id: part for part in parts for candidate_id in part.candidates}
    planned = {entry.id: assignment_of(instance, entry) for entry in plan.candidates}
    ended, told = over(instance), []
    for entry in plan.candidates:
        part = part_of[entry.id]
        if entry.id in ended:
            told.append(with_lost_wishes(entry, Sentence.of(phrase("reasons.wish-over"), lang)))
            continue
        assignments = {candidate_id: planned[candidate_id] for candidate_id in part.candidates}
        told.append(explain_wishes(part, entry, assignments, plan, settings, patience, lang))
    return told


def _with_causes_told(instance: Instance, plan: Plan, telling: Telling, settings: Settings, stop: Stop) -> Plan:
    patience = stop.within(telling.without_plan_s)
    source = instance.source if telling.remedies else None
    known = (plan.explanation or {}).get("certainty") == "proved"
    _, found = explain(instance, settings, patience, telling.lang, source, known=known)
    return plan if found is None else plan.model_copy(update={"explanation": found})
