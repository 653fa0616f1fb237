"""From assignments to a plan file with every figure right, whoever made the assignments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from scheduler.accounting import levels, trajectories
from scheduler.accounting.guidance import guidance
from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.objective import level_ids
from scheduler.plan import Plan, PlanBound, PlanObjective, PlanRun, Status
from scheduler.planning.assemble import plan_candidate, plan_instance, plan_tool, without_tail

Supervision = Mapping[str, Mapping[Month, str]]


def plan_of(
    instance: Instance,
    assignments: Mapping[str, Assignment],
    supervision: Supervision,
    strategy: str,
    *,
    trimmed: bool = False,
) -> Plan:
    """A feasible plan that claims no bounds; its figures are the accounting's.

    ``trimmed`` cuts off what comes after the month in which all is complete, which a search cut short may have planned.
    """
    entries = [
        plan_candidate(
            instance,
            assignments[candidate_id],
            supervision.get(candidate_id, {}),
        )
        for candidate_id in instance.candidates
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


def _objectives(instance: Instance, plan: Plan) -> list[PlanObjective]:
    found = []
    figures = levels(instance, trajectories(instance, plan))
    for level_id in level_ids(instance):
        level = figures[level_id]
        worst = None if level.worst is None else PlanBound(value=level.worst, bound=0, proved=level.worst == 0)
        found.append(PlanObjective(id=level_id, value=level.value, bound=level.value, proved=False, worst=worst))
    return found


def supervise(
    instance: Instance, assignments: Mapping[str, Assignment], table: Mapping[str, Mapping[str, list[str]]]
) -> dict[str, dict[Month, str]]:
    """A supervisor a month, by a table per candidate: those for a rotation (the first with a place), else ``own``."""
    used: Counter[tuple[str, Month]] = Counter()
    chosen: dict[str, dict[Month, str]] = {candidate_id: {} for candidate_id in assignments}
    if not instance.supervisors:
        return chosen
    for candidate_id, assignment in assignments.items():
        for month in range(assignment.first, assignment.end):
            rotation = assignment.rotation_at(month)
            if rotation is not None:
                able = table[candidate_id].get(rotation, table[candidate_id]["own"])
                places = {name: instance.supervisors[name].places.at(month) for name in able}
                chosen[candidate_id][month] = next((name for name in able if used[name, month] < places[name]), able[0])
                used[chosen[candidate_id][month], month] += 1
    return chosen
