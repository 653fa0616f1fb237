"""A published plan repaired: those whom the new data do not concern keep their months, the others are re-solved.

Nobody's move for the sake of others is worth it while there is another way (``Baseline.bystander``), so a plan in which
the bystanders keep every month is best among all plans as soon as it is best among those. The search is then over the
few whom the data concern, and the new ones, beside everybody else as published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.assemble import plan_candidate
from scheduler.draft import Draft
from scheduler.instance.published import Published
from scheduler.instance.types import Candidate, Instance
from scheduler.ledger import Level, course_of, levels
from scheduler.model import build_model
from scheduler.objective import figure, level_ids, make_levels, worst_counts
from scheduler.occupancy import Occupancy
from scheduler.search.construct import Single, grow_plan, plan_each_alone
from scheduler.search.engine import Settings, Stop
from scheduler.search.levels import Known, LevelSearch, OnProgress, solution_for
from scheduler.search.parties import Parties, Settled
from scheduler.search.party import Step
from scheduler.search.shifts import spread_shifts
from scheduler.search.sketch import place_after_sketch
from scheduler.search.supervisors import assign_supervisors
from scheduler.timeline import timeline_of
from scheduler.variables import Scope

Answer = tuple[Mapping[str, Draft], "list[Bounded]"]
Bounds = dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Bounded:
    """A level's sum over the free candidates and their worst share, in the solver's units, with what is proved."""

    level: str
    value: int
    bound: int
    worst_value: int
    worst_bound: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """Drafts of everybody, and what is proved of each level: bounds of the sum and of the worst-off share."""

    drafts: Mapping[str, Draft]
    bounds: Bounds


def repair(instance: Instance, settings: Settings, stop: Stop, heard: OnProgress) -> Repaired | None:
    """The best plan in which no bystander moves; None if there is none, it was not found, or everybody is concerned.

    Floors under arenas, which all candidates hold up together, are not looked at: then None as well.
    """
    kept = kept_drafts(instance)
    free = [one for one in instance.candidates.values() if one.id not in kept]
    if not kept or instance.has_floors:
        return None
    if not free:
        return _with_bounds(instance, kept, [], settings)
    held = Occupancy(instance, kept.values())
    for found, results in _search(instance, free, held, settings, stop, heard):
        repaired = _with_bounds(instance, {**kept, **found}, results, settings, free=frozenset(found))
        if repaired is not None:
            return repaired
    return None


def kept_drafts(instance: Instance) -> dict[str, Draft]:
    """The published plans of those whom the new data do not concern."""
    baseline = instance.baseline
    if baseline is None:
        return {}
    return {
        one: published_draft(instance, instance.candidates[one], published)
        for one, published in baseline.published.items()
        if one not in baseline.affected
    }


def published_draft(instance: Instance, candidate: Candidate, published: Published) -> Draft:
    """A published plan as a draft; its shifts are spread anew."""
    months = range(published.start, published.end)
    choice = candidate.group
    return Draft(
        candidate=candidate.id,
        first=published.start,
        rotations=tuple(None if candidate.on_leave(month) else published.rotations.get(month) for month in months),
        practice=candidate.practice or published.practice,
        group=None if choice.done else choice.group_id or published.group,
    )


def _search(
    instance: Instance, free: list[Candidate], held: Occupancy, settings: Settings, stop: Stop, heard: OnProgress
) -> Iterator[Answer]:
    """The free candidates beside the held ones: each alone, then one after another, then all in one model.

    The best plan first; then, should shifts or supervisors not fit it, the one it was made from.
    """
    alone = plan_each_alone(instance, free, held, stop.worth(settings.limits.kept_alone_effort), settings)
    variables = build_model(Scope(instance, free, held))
    if any(single.draft is None for single in alone.values()):
        return
    start = _first(instance, free, alone, held, settings, stop)
    known: Mapping[str, Known] = {}
    if start is not None and all(single.proved for single in alone.values()):
        parties = Parties(instance, alone, start, settings, stop, heard, held)
        parties.settle(level_ids(instance))
        settled = list(_settled(instance, parties.settled))
        if parties.proved:
            yield parties.drafts, settled
            yield start, []
            return
        better, known = parties.drafts, parties.known()
    else:
        better, settled = start or {}, []
    best = _together(LevelSearch(variables, make_levels(variables), settings, stop, heard), better, alone, known)
    if best is not None:
        yield best
    for drafts, bounds in ((better, settled), (start, [])):
        if drafts:
            yield drafts, bounds


def _first(
    instance: Instance,
    free: list[Candidate],
    alone: Mapping[str, Single],
    held: Occupancy,
    settings: Settings,
    stop: Stop,
) -> dict[str, Draft] | None:
    """A plan to begin from: one after another, or, where many new ones leave no place for the last, after a sketch."""
    for rounds in (1, settings.limits.grow_rounds):
        grown = grow_plan(instance, alone, held, stop, settings, rounds=rounds)
        if grown is not None:
            return {one: single.draft for one, single in grown.items() if single.draft is not None}
        placed = place_after_sketch(instance, free, held, settings, stop) if rounds == 1 else None
        if placed is not None:
            return placed
    return None


def _settled(instance: Instance, settled: Iterable[Settled]) -> Iterator[Bounded]:
    """Each level's two steps in one, as far as both were settled."""
    steps = {one.step: one for one in settled}
    for level in level_ids(instance):
        total = steps.get(Step(level))
        worst = steps.get(Step(level, worst=True)) if worst_counts(level) else total
        if total is None or worst is None:
            return
        yield Bounded(level, total.value, total.bound, worst.value, worst.bound)


def _together(
    search: LevelSearch, start: Mapping[str, Draft], alone: Mapping[str, Single], known: Mapping[str, Known]
) -> Answer | None:
    """All in one model, from the plan at hand if there is one."""
    if start:
        search.start_from(solution_for(search.variables, start, search.settings, search.stop))
    if search.values is None:
        search.find_any()
    if search.values is None:
        return None
    results = search.optimise(_own_bounds(alone), known=known)
    return search.drafts(), [
        Bounded(one.level.id, one.total.value, one.total.bound, worst.value, worst.bound)
        for one in results
        for worst in [one.worst or one.total]
    ]


def _own_bounds(alone: Mapping[str, Single]) -> dict[str, dict[str, int]]:
    if not all(single.proved for single in alone.values()):
        return {}
    ids = next(iter(alone.values())).totals.keys()
    return {level: {one: single.totals[level] for one, single in alone.items()} for level in ids}


def _with_bounds(
    instance: Instance,
    drafts: Mapping[str, Draft],
    results: list[Bounded],
    settings: Settings,
    free: frozenset[str] = frozenset(),
) -> Repaired | None:
    """The bounds of the search with what the kept ones add; None if shifts or supervisors do not fit."""
    in_order = {one: drafts[one] for one in instance.candidates}
    with_shifts = spread_shifts(instance, in_order)
    if with_shifts is None or assign_supervisors(instance, with_shifts, settings) is None:
        return None
    kept = _figures(instance, [draft for one, draft in with_shifts.items() if one not in free])
    if not free:
        return Repaired(in_order, {level: (one.value, one.worst or 0) for level, one in kept.items()})
    bounds: Bounds = {}  # without results: nothing is proved
    for one in results:
        of_kept = kept[one.level]
        least_worst = max(of_kept.worst or 0, figure(one.level, one.worst_bound))
        bounds[one.level] = (of_kept.value + figure(one.level, one.bound), least_worst)
        if (of_kept.worst or 0) > figure(one.level, one.worst_value) and one.value > 0 and len(free) > 1:
            break  # to share it out evenly among the free ones was not asked for: what follows is not proved best
    return Repaired(in_order, bounds)


def _figures(instance: Instance, drafts: list[Draft]) -> dict[str, Level]:
    """The levels of some candidates' drafts, by plain arithmetic."""
    entries = [
        plan_candidate(instance, draft, {}, not timeline_of(instance, instance.candidates[draft.candidate]).unfinished)
        for draft in drafts
    ]
    return levels(instance, [course_of(instance, entry) for entry in entries])
