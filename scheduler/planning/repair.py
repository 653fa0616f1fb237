"""A published plan repaired: those whom the new data do not concern keep their months, the others are re-solved.

Nobody's move for the sake of others is worth it while there is another way (``Baseline.bystander``), so a plan in which
the bystanders keep every month is best among all plans as soon as it is best among those. The search is then over the
few whom the data concern, and the new ones, beside everybody else as published.
"""

from __future__ import annotations

from dataclasses import replace

from scheduler.constraints import RULES
from scheduler.constraints.complete import complete_before
from scheduler.instance.assignment import Assignment
from scheduler.instance.published import Published
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.assemble import as_planned
from scheduler.planning.state import OutsideBounds, State, Task, begun


def beside_published(instance: Instance, outside: OutsideBounds) -> State | None:
    """A state in which those whom the new data do not concern keep their published months; None if all are to be
    planned.

    None, too, where floors have to be held up by all candidates together.
    """
    kept = kept_assignments(instance)
    keeps = instance.objective_order[:1] == ("changes",)  # before all else nobody moves who need not
    if not kept or not keeps or instance.has_floors:
        return None
    return begun(Task(instance, kept, outside=outside))


def kept_assignments(instance: Instance) -> dict[str, Assignment]:
    """The published plans of those whom the new data do not concern; not of who can be done in it sooner by now."""
    baseline = instance.baseline
    if baseline is None:
        return {}
    published = {
        candidate_id: published_assignment(instance, instance.candidates[candidate_id], published)
        for candidate_id, published in baseline.published.items()
        if candidate_id not in baseline.affected and _has_the_office(instance, published)
    }
    return {
        candidate_id: assignment
        for candidate_id, assignment in published.items()
        if not _may_end_sooner(instance, assignment)
    }


def _may_end_sooner(instance: Instance, assignment: Assignment) -> bool:
    """Whether everything holds in an earlier month already, once the shifts come sooner, too."""
    n_shifts = instance.candidates[assignment.candidate].shifts_missing
    if not n_shifts or not assignment.rotations:
        return False  # without shifts to come sooner the end is cut off all the same
    trajectory = as_planned(instance, replace(assignment, shifts={assignment.first: n_shifts}))
    return not trajectory.unfinished and complete_before(RULES, trajectory) is not None


def _has_the_office(instance: Instance, published: Published) -> bool:
    """Whether the published office is the candidate's in every month: it has room for all who are to be there now, and
    the file names no other one."""
    candidate = instance.candidates[published.candidate]
    named, door = candidate.practice, instance.door(candidate)
    return all(
        named.at(month) == office if month >= door else named.at(month) is not None
        for month, office in published.offices.items()
        if month < instance.end
    )


def published_assignment(instance: Instance, candidate: Candidate, published: Published) -> Assignment:
    """A published plan as an assignment; its shifts are spread anew."""
    first = max(published.start, instance.door(candidate))
    months = range(first, published.end)
    choice = candidate.group
    found = Assignment(
        candidate=candidate.id,
        first=first,
        rotations=tuple(None if candidate.on_leave(month) else published.rotations.get(month) for month in months),
        practice=None,
        group=None if choice.done else choice.group_id or published.group,
        completes=candidate.until is None or published.end <= candidate.until,  # at its end it shows
    )
    return found.seated(lambda month: published.office_in(month) or candidate.practice.at(month))
