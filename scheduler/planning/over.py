"""Who has nothing more to be planned: done within the frozen months, or these fill the horizon or the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scheduler.constraints import RULES
from scheduler.constraints.complete import complete
from scheduler.constraints.finish_by import is_late
from scheduler.constraints.rule import Rule
from scheduler.instance.assignment import Assignment
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Candidate, Group, Instance
from scheduler.planning.assemble import as_planned


def over(instance: Instance) -> dict[str, Assignment]:
    """The assignments, without a month, of those who have all that a finish waits for, or no month left."""
    found = {}
    for candidate in instance.candidates.values():
        if candidate.frozen is None:
            continue
        assignment = _nothing_more(instance, candidate)
        if candidate.done or not assignment.completes or _has_all(instance, assignment):
            found[candidate.id] = assignment
    return found


def would_be_over(instance: Instance, candidate: Candidate, rules: Iterable[Rule]) -> bool:
    """Whether somebody who could be done within the horizon would be with the frozen months, were only these rules
    asked of them.
    """
    if candidate.frozen is None or timeline_of(instance, candidate).unfinished:
        return False
    return complete(rules, as_planned(instance, _nothing_more(instance, candidate)))


def late(instance: Instance, ended: Mapping[str, Assignment]) -> list[str]:
    """Those of them who were to be done by a month that their frozen months do not keep, so that there is no plan."""
    return [
        who
        for who, assignment in ended.items()
        if not instance.candidates[who].done and is_late(as_planned(instance, assignment))
    ]


def without_over(instance: Instance) -> Instance:
    """The instance with only those who are still to be planned; places in groups of the others are taken.

    Where somebody has not been done by the month asked for, nobody else, and a month more for what stands against it.
    """
    ended = over(instance)
    too_late = late(instance, ended)
    if not too_late:
        return without(instance, ended.values())
    end = max(instance.end, 1 + max(instance.door(instance.candidates[who]) for who in too_late))
    return replace(instance, candidates={who: instance.candidates[who] for who in too_late}, end=end)


def without(instance: Instance, assignments: Iterable[Assignment]) -> Instance:
    """The instance without these, who take nothing but places in groups."""
    gone = {assignment.candidate: assignment for assignment in assignments}
    if not gone:
        return instance
    baseline = instance.baseline
    if baseline is not None:
        left = {who: published for who, published in baseline.published.items() if who not in gone}
        baseline = replace(baseline, published=left, affected=baseline.affected & left.keys())
    return replace(
        instance,
        candidates={who: candidate for who, candidate in instance.candidates.items() if who not in gone},
        groups=_groups_left(instance, gone),
        baseline=baseline,
        ended=(*instance.ended, *(instance.candidates[who] for who in gone)),
    )


def _nothing_more(instance: Instance, candidate: Candidate) -> Assignment:
    frozen, door = candidate.frozen, instance.door(candidate)
    assert frozen is not None
    choice, full = candidate.group, door >= instance.end_for(candidate)
    as_published = candidate.done or (full and choice.free)
    return Assignment(
        candidate=candidate.id,
        first=door,
        rotations=(),
        practice=frozen.offices.get(door - 1),
        group=frozen.group if as_published else choice.group_id,
        completes=candidate.done or not full,
    )


def _has_all(instance: Instance, assignment: Assignment) -> bool:
    return complete(RULES, as_planned(instance, assignment))


def _groups_left(instance: Instance, gone: Mapping[str, Assignment]) -> dict[str, Group]:
    taken: Counter[tuple[str, int]] = Counter()
    for assignment in gone.values():
        group = instance.group_named(assignment.group)
        taken.update([] if group is None else group.attended())
    most = Counter(dict.fromkeys(instance.groups, 0))
    for (group_id, _), number in taken.items():
        most[group_id] = max(most[group_id], number)
    return {
        group.id: replace(group, places=max(group.places - most[group.id], 0)) for group in instance.groups.values()
    }
