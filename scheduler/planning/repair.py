"""A published plan repaired: those whom the new data do not concern keep their months, the others are re-solved.

Nobody's move for the sake of others is worth it while there is another way (``Baseline.bystander``), so a plan in which
the bystanders keep every month is best among all plans as soon as it is best among those. The search is then over the
few whom the data concern, and the new ones, beside everybody else as published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.accounting.proof import Proofs, as_it_is
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.published import Published
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import make_levels, targets_of
from scheduler.planning.alone import BestAlone, own_bounds, plan_each_alone
from scheduler.planning.assemble import values_of
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.planning.assign.supervisors import assign_supervisors
from scheduler.planning.clusters import ClusterSearch
from scheduler.planning.greedy import greedy_plan
from scheduler.planning.month_model import place_after_month_model
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.lexicographic import LevelSearch, OnProgress, Together, solution_for
from scheduler.variables import Scope


@dataclass(frozen=True, slots=True)
class Repaired:
    """Assignments, and what is proved of them."""

    assignments: Mapping[str, Assignment]
    proofs: Proofs


def repair(instance: Instance, settings: Settings, stop: Stop, heard: OnProgress) -> Repaired | None:
    """The best plan in which no bystander moves; None if there is none, it was not found, or everybody is concerned.

    Floors under arenas, which all candidates hold up together, are not looked at: then None as well.
    """
    kept = kept_assignments(instance)
    free = [candidate for candidate in instance.candidates.values() if candidate.id not in kept]
    if not kept or instance.has_floors:
        return None
    if not free:
        return _beside_kept(instance, Repaired({}, Proofs()), kept, settings)
    held = Occupancy(instance, kept.values())
    for found in _search(instance, free, held, settings, stop, heard):
        repaired = _beside_kept(instance, found, kept, settings)
        if repaired is not None:
            return repaired
    return None


def kept_assignments(instance: Instance) -> dict[str, Assignment]:
    """The published plans of those whom the new data do not concern."""
    baseline = instance.baseline
    if baseline is None:
        return {}
    return {
        candidate_id: published_assignment(instance, instance.candidates[candidate_id], published)
        for candidate_id, published in baseline.published.items()
        if candidate_id not in baseline.affected
    }


def published_assignment(instance: Instance, candidate: Candidate, published: Published) -> Assignment:
    """A published plan as an assignment; its shifts are spread anew."""
    months = range(published.start, published.end)
    choice = candidate.group
    return Assignment(
        candidate=candidate.id,
        first=published.start,
        rotations=tuple(None if candidate.on_leave(month) else published.rotations.get(month) for month in months),
        practice=candidate.practice or published.practice,
        group=None if choice.done else choice.group_id or published.group,
    )


def _search(
    instance: Instance, free: list[Candidate], held: Occupancy, settings: Settings, stop: Stop, heard: OnProgress
) -> Iterator[Repaired]:
    """The free candidates beside the held ones: each alone, then one after another, then all in one model.

    The best plan first; then, should shifts or supervisors not fit it, the one it was made from.
    """
    alone = plan_each_alone(instance, free, held, stop.worth(settings.limits.kept_alone_effort), settings)
    variables = build_model(Scope(instance, free, held))
    if any(own_best.assignment is None for own_best in alone.values()):
        return
    start = _first(instance, free, alone, held, settings, stop)
    known, together = Proofs(), dict[str, Mapping[tuple[str, ...], int]]()
    if start is not None and all(own_best.proved for own_best in alone.values()):
        clusters = ClusterSearch(instance, alone, start, settings, stop, heard, held)
        clusters.settle(targets_of(instance))
        better, known, together = clusters.assignments, clusters.proofs, dict(clusters.together)
        if clusters.proved:
            yield Repaired(better, known)
            yield Repaired(start, Proofs())
            return
    else:
        better = start or {}
    search = LevelSearch(variables, make_levels(variables), settings, stop, heard)
    best = _together(search, better, alone, known, together)
    if best is not None:
        yield best
    for assignments, proofs in ((better, known), (start, Proofs())):
        if assignments:
            yield Repaired(assignments, proofs)


def _first(
    instance: Instance,
    free: list[Candidate],
    alone: Mapping[str, BestAlone],
    held: Occupancy,
    settings: Settings,
    stop: Stop,
) -> dict[str, Assignment] | None:
    """A plan to begin from: one after another, or, where many new ones leave no place for the last, after a month
    plan."""
    for rounds in (1, settings.limits.greedy_rounds):
        grown = greedy_plan(instance, alone, held, stop, settings, rounds=rounds)
        if grown is not None:
            return {
                candidate_id: own_best.assignment
                for candidate_id, own_best in grown.items()
                if own_best.assignment is not None
            }
        placed = place_after_month_model(instance, free, held, settings, stop) if rounds == 1 else None
        if placed is not None:
            return placed
    return None


def _together(
    search: LevelSearch,
    start: Mapping[str, Assignment],
    alone: Mapping[str, BestAlone],
    known: Proofs,
    together: Together,
) -> Repaired | None:
    """All in one model, from the plan at hand if there is one."""
    if start:
        search.start_from(solution_for(search.variables, start, search.settings, search.stop))
    if search.values is None:
        search.find_any()
    if search.values is None:
        return None
    proofs = search.optimise(own_bounds(alone), known=known, together=together)
    return Repaired(search.assignments(), proofs)


def _beside_kept(
    instance: Instance, found: Repaired, kept: Mapping[str, Assignment], settings: Settings
) -> Repaired | None:
    """With those who keep their plans, and what is proved of all; None if shifts or supervisors do not fit."""
    assignments = {**kept, **found.assignments}
    in_order = {candidate_id: assignments[candidate_id] for candidate_id in instance.candidates}
    with_shifts = spread_shifts(instance, in_order)
    if with_shifts is None or assign_supervisors(instance, with_shifts, settings) is None:
        return None
    staying = as_it_is(
        values_of(
            instance,
            [assignment for candidate_id, assignment in with_shifts.items() if candidate_id not in found.assignments],
        )
    )
    return Repaired(in_order, Proofs.beside([staying, found.proofs]) if found.assignments else staying)
