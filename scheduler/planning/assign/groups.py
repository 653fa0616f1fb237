"""Places in guidance groups, where the parts of an instance were planned without looking at each other's members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

from ortools.sat.python import cp_model

from scheduler.accounting import objections
from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Instance
from scheduler.planning.assemble import as_planned
from scheduler.solver.engine import Settings, Stop, evaluate, run


def give_places(
    instance: Instance, assignments: Mapping[str, Assignment], settings: Settings
) -> dict[str, Assignment] | None:
    """The assignments with as few in another group as the places ask for; None if no such choice was found.

    The rotations stay: only groups that start, end and leave open practice as they must with them are looked at. Its
    time is its own: plans of all parts are not to be lost because the clock or the user said stop.
    """
    members = Counter(assignment.group for assignment in assignments.values() if assignment.group is not None)
    if all(n <= instance.groups[group].places for group, n in members.items()):
        return dict(assignments)
    free = [
        assignment
        for assignment in assignments.values()
        if assignment.group and instance.candidates[assignment.candidate].group.free
    ]
    room = {group.id: group.places - members[group.id] for group in instance.groups.values()}
    for assignment in free:
        room[assignment.group or ""] += 1
    chosen = _assigned(instance, free, room, settings)
    if chosen is None:
        return None
    return {
        candidate_id: replace(assignment, group=chosen.get(candidate_id, assignment.group))
        for candidate_id, assignment in assignments.items()
    }


def _assigned(
    instance: Instance, free: list[Assignment], room: Mapping[str, int], settings: Settings
) -> dict[str, str] | None:
    model = cp_model.CpModel()
    takers: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
    literals: dict[tuple[str, str], cp_model.IntVar] = {}
    for assignment in free:
        mine = {group: model.new_bool_var("") for group in _possible(instance, assignment)}
        model.add_exactly_one(mine.values())
        for group, literal in mine.items():
            takers[group].append(literal)
            literals[assignment.candidate, group] = literal
    for group, taking in takers.items():
        model.add(sum(taking) <= max(room[group], 0))
    model.maximize(sum(literals[assignment.candidate, assignment.group] for assignment in free if assignment.group))
    outcome = run(model, replace(settings, workers=1), Stop(), settings.limits.groups_effort)
    if outcome.values is None:
        return None
    return {
        candidate_id: group for (candidate_id, group), literal in literals.items() if evaluate(literal, outcome.values)
    }


def _possible(instance: Instance, assignment: Assignment) -> list[str]:
    """The groups that go with the assignment's months; the one it has among them."""
    trajectory = as_planned(instance, assignment)
    return [
        group.id
        for group in instance.groups.values()
        if group.id == assignment.group or not any(objections(instance, trajectory, group))
    ]
