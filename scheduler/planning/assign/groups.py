"""Guidance groups once the months are settled: the earliest ones that all together can have, and always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]

from scheduler.accounting import objections, published_for
from scheduler.constraints import RULES
from scheduler.constraints.complete import last_complete_before
from scheduler.constraints.finishing import gains_by_staying
from scheduler.instance.assignment import Assignment
from scheduler.instance.quotas import quota_in_group, room_in_year
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Group, Instance
from scheduler.month import Month
from scheduler.planning.assemble import as_planned

TWO_GROUPS = 10**4  # dearer than any wait in months: nobody is in two groups who can have one for both years
NEW_GROUP = 10**5  # dearer than any wait in months: a published group is kept where it can be
LATER_GROUP = 10**9  # dearest: an unfinished candidate's projected finish waits for the group's end


@dataclass(frozen=True, slots=True)
class _Taker:
    """A candidate whose group is to be chosen: the groups that go with the months, and what each costs.

    ``gates``: the quota that the candidate has to go through into each group that has one.
    """

    candidate: str
    costs: Mapping[str, int]
    gates: Mapping[str, str]


def earliest_groups(
    instance: Instance, assignments: Mapping[str, Assignment], kept: Collection[str] = ()
) -> dict[str, Assignment] | None:
    """The assignments with the groups that start earliest, all candidates' starts together; None if there is no room.

    The months stay, and those ``kept`` stay with the groups that they have: only groups that start, end and leave open
    practice as they must with the months are looked at. Of choices that are as early, the candidates come first in the
    order of the file: so the same months have the same groups, in whatever way they were found.
    """
    in_order = [assignments[candidate_id] for candidate_id in instance.candidates if candidate_id in assignments]
    free = [
        assignment
        for assignment in in_order
        if assignment.group
        and assignment.candidate not in kept
        and instance.candidates[assignment.candidate].group.free
    ]
    room = _room(instance, in_order, free)
    takers = [_taker(instance, assignment) for assignment in free]
    chosen = _assigned(takers, room, _quota_room(instance, in_order, free))
    if chosen is None:
        return None
    return {
        candidate_id: replace(assignment, group=chosen.get(candidate_id, assignment.group))
        for candidate_id, assignment in assignments.items()
    }


def _room(instance: Instance, everybody: list[Assignment], free: list[Assignment]) -> dict[str, int]:
    """Places for those who are to choose: in each group, and in two groups for who is in these already.

    Who is in two groups keeps a place in both, whatever is chosen: their places are not given out anew.
    """
    members: Counter[tuple[str, int]] = Counter()
    choosing = {assignment.candidate for assignment in free}
    in_two: Counter[str] = Counter()
    for assignment in everybody:
        group = instance.group_named(assignment.group)
        if group is not None and (group.parts or assignment.candidate not in choosing):
            members.update(group.attended())
        if group is not None and group.parts and assignment.candidate in choosing:
            in_two[group.id] += 1
    taken = {
        group.id: max((members[year] for year in group.attended()), default=0) for group in instance.groups.values()
    }
    return {group.id: max(group.places - taken[group.id], 0) for group in instance.groups.values()} | in_two


def _taker(instance: Instance, assignment: Assignment) -> _Taker:
    costs, candidate = _costs(instance, assignment), instance.candidates[assignment.candidate]
    gates = {group: quota.id for group in costs if (quota := quota_in_group(instance, candidate, group)) is not None}
    return _Taker(candidate.id, costs, gates)


def _quota_room(instance: Instance, everybody: list[Assignment], free: list[Assignment]) -> dict[str, int]:
    """Places of each quota in a group for those who are to choose; who is in two groups keeps a place in both."""
    members: Counter[tuple[str, int]] = Counter()
    choosing = {assignment.candidate for assignment in free}
    for assignment in everybody:
        candidate, group = instance.candidates[assignment.candidate], instance.group_named(assignment.group)
        if group is not None and (group.parts or candidate.id not in choosing):
            years = [(quota_in_group(instance, candidate, name), number) for name, number in group.attended()]
            members.update((quota.id, number) for quota, number in years if quota is not None)
    found = {}
    for quota in instance.quotas.values():
        if quota.group is not None and quota.places is not None:
            group = instance.groups[quota.group]
            rooms = ((number, room_in_year(instance, quota, group, number)) for _, number in group.attended())
            left = [room - members[quota.id, number] for number, room in rooms if room is not None]
            found[quota.id] = max(min(left, default=len(free)), 0)
    return found


def _assigned(takers: list[_Taker], room: dict[str, int], quotas: dict[str, int]) -> dict[str, str] | None:
    """The cheapest choice; among several, the first taker has the cheapest group that one of them gives, and so on."""
    least = _least_cost(takers, room, quotas)
    if least is None:
        return None
    chosen: dict[str, str] = {}
    for number, taker in enumerate(takers):
        for group, cost in sorted(taker.costs.items(), key=lambda item: item[1]):
            gate = taker.gates.get(group)
            if room[group] <= 0 or (gate is not None and quotas[gate] <= 0):
                continue
            through = quotas if gate is None else {**quotas, gate: quotas[gate] - 1}
            left = _least_cost(takers[number + 1 :], {**room, group: room[group] - 1}, through)
            if left is not None and cost + left == least:
                chosen[taker.candidate], least, quotas = group, left, through
                room[group] -= 1
                break
    return chosen


def _least_cost(takers: list[_Taker], room: Mapping[str, int], quotas: Mapping[str, int]) -> int | None:
    """What the cheapest choice costs, by a flow from takers to groups, through quotas; None if not all can have one."""
    flow = min_cost_flow.SimpleMinCostFlow()
    groups = {group: len(takers) + 2 + number for number, group in enumerate(room)}
    gates = {quota: len(takers) + 2 + len(room) + number for number, quota in enumerate(quotas)}
    into = {gate: group for taker in takers for group, gate in taker.gates.items()}
    source, sink = len(takers), len(takers) + 1
    for number, taker in enumerate(takers):
        flow.add_arc_with_capacity_and_unit_cost(source, number, 1, 0)
        for group, cost in taker.costs.items():
            through = gates[taker.gates[group]] if group in taker.gates else groups[group]
            flow.add_arc_with_capacity_and_unit_cost(number, through, 1, cost)
    for gate, group in into.items():
        flow.add_arc_with_capacity_and_unit_cost(gates[gate], groups[group], quotas[gate], 0)
    for group, node in groups.items():
        flow.add_arc_with_capacity_and_unit_cost(node, sink, room[group], 0)
    flow.set_node_supply(source, len(takers))
    flow.set_node_supply(sink, -len(takers))
    flow.solve_max_flow_with_min_cost()
    return int(flow.optimal_cost()) if flow.maximum_flow() == len(takers) else None


def _costs(instance: Instance, assignment: Assignment) -> dict[str, int]:
    """The groups that go with the assignment's months, the one it has among them: how long each is waited for."""
    candidate = instance.candidates[assignment.candidate]
    published = published_for(instance, candidate)
    own = None if published is None else published.group
    unfinished = timeline_of(instance, candidate).unfinished
    current = instance.group_named(assignment.group)
    assert current is not None
    costs = {}
    for group in _possible(instance, assignment, current):
        later = unfinished and group.span.end > current.span.end
        moved = instance.group_named(own) is not None and group.id != own
        wait = max(group.span.start - instance.start, 0) + TWO_GROUPS * bool(group.parts)
        costs[group.id] = wait + NEW_GROUP * moved + LATER_GROUP * later
    return costs


def _possible(instance: Instance, assignment: Assignment, current: Group) -> list[Group]:
    """The groups that the months allow; none that would make a plan complete before the end it was given."""
    trajectory = as_planned(instance, assignment)
    others = (group for group in instance.groups.values() if group.id != current.id)
    fitting = [group for group in others if not any(objections(trajectory, group))]
    candidate = instance.candidates[assignment.candidate]
    if fitting and gains_by_staying(instance, candidate, timeline_of(instance, candidate)):
        done = _done_before(instance, assignment, current)
        fitting = [group for group in fitting if _done_before(instance, assignment, group) == done]
    return [current, *fitting]


def _done_before(instance: Instance, assignment: Assignment, group: Group) -> Month | None:
    """The last month before the finish at whose end only shifts are missing, with the group."""
    missing = instance.candidates[assignment.candidate].shifts_missing
    early = replace(assignment, group=group.id, shifts={assignment.first: missing} if missing else {})
    return last_complete_before(RULES, as_planned(instance, early))
