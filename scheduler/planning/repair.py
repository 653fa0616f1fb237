"""A published plan repaired: those whom the new data do not concern keep their months, the others are re-solved.

Nobody's move for the sake of others is worth it while there is another way (``Baseline.bystander``), so a plan in which
the bystanders keep every month is best among all plans as soon as it is best among those. The search is then over the
few whom the data concern, and the new ones, beside everybody else as published.
"""

from __future__ import annotations

from scheduler.instance.assignment import Assignment
from scheduler.instance.published import Published
from scheduler.instance.types import Candidate, Instance
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
    """The published plans of those whom the new data do not concern."""
    baseline = instance.baseline
    if baseline is None:
        return {}
    return {
        candidate_id: published_assignment(instance, instance.candidates[candidate_id], published)
        for candidate_id, published in baseline.published.items()
        if candidate_id not in baseline.affected and _has_the_office(instance, published)
    }


def _has_the_office(instance: Instance, published: Published) -> bool:
    """Whether the published office is the candidate's in every month: it has room for all who are to be there now."""
    named = instance.candidates[published.candidate].practice
    return all(named.at(month) is not None for month in published.offices if month < instance.end)


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
