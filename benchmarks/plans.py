"""From drafts to a plan file with every figure right, whoever made the drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from scheduler.assemble import plan_candidate, plan_instance, plan_tool, without_tail
from scheduler.draft import Draft
from scheduler.guidance import guidance
from scheduler.instance.types import Instance
from scheduler.ledger import courses, earliest_finish, levels
from scheduler.month import Month
from scheduler.plan import Plan, PlanBound, PlanObjective, PlanRun, Status

Supervision = Mapping[str, Mapping[Month, str]]


def plan_of(
    instance: Instance, drafts: Mapping[str, Draft], supervision: Supervision, strategy: str, *, trimmed: bool = False
) -> Plan:
    """A feasible plan that claims no bounds; its figures are the ledger's.

    ``trimmed`` cuts off what comes after the month in which all is complete, which a search cut short may have planned.
    """
    entries = [
        plan_candidate(instance, drafts[one], supervision.get(one, {}), finished=not _unfinished(instance, one))
        for one in instance.candidates
    ]
    if trimmed and not any(arena.min_places for arena in instance.arenas.values()):
        entries = [without_tail(instance, entry) for entry in entries]
    plan = Plan(
        tool=plan_tool(),
        instance=plan_instance(instance),
        status=Status.FEASIBLE,
        run=PlanRun(seconds=0, seed=0, workers=1, strategy=strategy),
        candidates=entries,
        guidance=guidance(instance, entries),
    )
    return plan.model_copy(update={"objectives": _objectives(instance, plan)})


def _unfinished(instance: Instance, candidate_id: str) -> bool:
    candidate = instance.candidates[candidate_id]
    return earliest_finish(candidate, instance.first_month(candidate)) >= instance.end


def _objectives(instance: Instance, plan: Plan) -> list[PlanObjective]:
    found = []
    for level_id, level in levels(instance, courses(instance, plan)).items():
        worst = None if level.worst is None else PlanBound(value=level.worst, bound=0, proved=level.worst == 0)
        found.append(PlanObjective(id=level_id, value=level.value, bound=level.value, proved=False, worst=worst))
    return found


def supervise(
    instance: Instance, drafts: Mapping[str, Draft], table: Mapping[str, Mapping[str, list[str]]]
) -> dict[str, dict[Month, str]]:
    """A supervisor a month, by a table per candidate: those for a rotation (the first with a place), else ``own``."""
    used: Counter[tuple[str, Month]] = Counter()
    chosen: dict[str, dict[Month, str]] = {one: {} for one in drafts}
    if not instance.supervisors:
        return chosen
    for one, draft in drafts.items():
        for month in range(draft.first, draft.end):
            rotation = draft.rotation_at(month)
            if rotation is not None:
                able = table[one].get(rotation, table[one]["own"])
                places = {name: instance.supervisors[name].places.at(month) for name in able}
                chosen[one][month] = next((name for name in able if used[name, month] < places[name]), able[0])
                used[chosen[one][month], month] += 1
    return chosen
