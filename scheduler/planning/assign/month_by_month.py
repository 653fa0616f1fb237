"""Supervisors month by month, where nobody has found a way for all months together in good time."""

from __future__ import annotations

from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]

from scheduler.month import Month
from scheduler.planning.assign.in_turn import Need, Supervision, Supervisors

_FIXED, _SAME, _OTHER = 0, 1, 2  # what a candidate's month with such a one costs


def month_by_month(supervisors: Supervisors, needs: list[Need]) -> Supervision | None:
    """A supervisor for everybody in every month: the fixed one, else that of the month before where there is a place.

    Each month is a flow from candidates to supervisors by itself, so there is an answer for all of them or there is
    none at all: None is a proof that there are too few.
    """
    chosen: Supervision = {need.candidate: {} for need in needs}
    before = {need.candidate: need.last for need in needs}
    for month in sorted({month for need in needs for month in need.able}):
        found = _in_month(supervisors, [need for need in needs if month in need.able], month, before)
        if found is None:
            return None
        for candidate_id, supervisor_id in found.items():
            chosen[candidate_id][month] = before[candidate_id] = supervisor_id
    return chosen


def _in_month(
    supervisors: Supervisors, needs: list[Need], month: Month, before: dict[str, str | None]
) -> dict[str, str] | None:
    """Who has whom in one month; None if somebody is left without."""
    flow = min_cost_flow.SimpleMinCostFlow()
    nodes = {supervisor_id: number for number, supervisor_id in enumerate(supervisors, start=len(needs))}
    arcs: dict[int, tuple[str, str]] = {}
    for person, need in enumerate(needs):
        flow.set_node_supply(person, 1)
        for supervisor_id in need.able[month]:
            cost = _FIXED if need.given.at(month) == supervisor_id else _OTHER
            cost = min(cost, _SAME) if before[need.candidate] == supervisor_id else cost
            arc = flow.add_arc_with_capacity_and_unit_cost(person, nodes[supervisor_id], 1, cost)
            arcs[arc] = need.candidate, supervisor_id
    end = len(needs) + len(nodes)
    for supervisor_id, node in nodes.items():
        flow.add_arc_with_capacity_and_unit_cost(node, end, supervisors[supervisor_id].places_at(month), 0)
    flow.set_node_supply(end, -len(needs))
    if flow.solve() != flow.OPTIMAL:
        return None
    return dict(pair for arc, pair in arcs.items() if flow.flow(arc))
