"""Clearly different paths for one candidate: the best, the best that is far enough from it, and so on.

"Far enough" counts months: of each earlier path at least so many in which the candidate is now elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.assemble import plan_candidate
from scheduler.baseline import with_published
from scheduler.draft import Draft
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.objective import away_from, make_levels
from scheduler.occupancy import Occupancy
from scheduler.plan import Plan, PlanCandidate
from scheduler.replan import baseline_for
from scheduler.search.engine import Settings, Stop
from scheduler.search.levels import LevelSearch, solution_for
from scheduler.search.shifts import spread_shifts
from scheduler.search.supervisors import assign_supervisors
from scheduler.timeline import timeline_of
from scheduler.variables import CandidateVariables, Scope

FIRST_LEVELS = ("delay", "wishes", "moves")  # what everybody is improved by when all are free


@dataclass(frozen=True, slots=True)
class Path:
    """Everybody's plan with this path in it; ``proved``: none costs less and is as far from the earlier ones."""

    entries: tuple[PlanCandidate, ...]
    proved: bool


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths found; ``no_more``: proved that there is none beside the held ones that is far enough from these."""

    found: tuple[Path, ...]
    no_more: bool


def find_paths(
    instance: Instance, plan: Plan, candidate_id: str, n: int, apart: int, free: bool, settings: Settings, stop: Stop
) -> Paths:
    """The plan's own path and up to ``n - 1`` more, each ``apart`` months from all before it, cheapest first.

    The others stay as the plan has them; with ``free`` they make way where that makes the path cheaper for all.
    """
    drafts = {entry.id: draft_of(entry) for entry in plan.candidates}
    found = [Path(tuple(plan.candidates), proved=True)]
    earlier = [drafts[candidate_id]]
    settling = with_published(instance, baseline_for(instance, plan))  # shifts and supervisors stay where they can
    no_more = False
    while len(found) < n and not stop.over:
        share = stop.within((stop.seconds_left or 60.0) / (n - len(found)))
        held = [draft for one, draft in drafts.items() if one != candidate_id]
        search = _beside(instance, candidate_id, held, earlier, apart, settings, share)
        made = _everybody(instance, drafts, search, candidate_id, earlier, apart, settings, share) if free else search
        if made.values is None:
            no_more = made.infeasible
            break
        path = _settled(settling, {**drafts, **made.drafts()}, made, settings)
        earlier.append(made.drafts()[candidate_id])
        if path is not None:
            found.append(path)
    return Paths(tuple(found), no_more)


def draft_of(entry: PlanCandidate) -> Draft:
    """A plan's entry as a draft."""
    return Draft(
        entry.id,
        entry.first,
        tuple(row.rotation for row in entry.months),
        entry.practice,
        entry.group,
        {row.month: row.shifts for row in entry.shifts},
    )


def months_apart(one: PlanCandidate, other: PlanCandidate) -> int:
    """Months in which two paths have different rotations, months that only one of them has included."""
    mine = {row.month: row.rotation for row in one.months}
    theirs = {row.month: row.rotation for row in other.months}
    return sum(mine.get(month) != theirs.get(month) for month in {*mine, *theirs})


class _Search(LevelSearch):
    """A level search that also knows whether it proved everything."""

    proved = False


def _beside(
    instance: Instance,
    candidate_id: str,
    held: Iterable[Draft],
    earlier: list[Draft],
    apart: int,
    settings: Settings,
    stop: Stop,
) -> _Search:
    """The best path beside the held ones."""
    variables = build_model(Scope(instance, [instance.candidates[candidate_id]], Occupancy(instance, held)))
    _keep_apart(variables.candidates[0], earlier, apart)
    search = _Search(variables, make_levels(variables), settings.for_few, stop, lambda *_: None)
    proofs = search.optimise({})
    looked_at = {proof.target.level for proof in proofs}
    search.proved = len(looked_at) == len(search.levels) and proofs.closed
    return search


def _everybody(
    instance: Instance,
    drafts: Mapping[str, Draft],
    beside: _Search,
    candidate_id: str,
    earlier: list[Draft],
    apart: int,
    settings: Settings,
    stop: Stop,
) -> _Search:
    """The best of everybody together, from the path beside the held ones where there is one."""
    variables = build_model(Scope(instance))
    mine = next(one for one in variables.candidates if one.id == candidate_id)
    _keep_apart(mine, earlier, apart)
    levels = [level for level in make_levels(variables) if level.id in FIRST_LEVELS]
    search = _Search(variables, levels, settings, stop, lambda *_: None)
    if beside.values is not None:
        search.start_from(solution_for(variables, {**drafts, **beside.drafts()}, settings, stop))
    if search.values is None:
        search.find_any()
    if search.values is not None:
        search.proved = search.optimise({}).closed
    return search


def _keep_apart(candidate: CandidateVariables, earlier: list[Draft], apart: int) -> None:
    for draft in earlier:
        months = {month: (rotation, 1) for month, rotation in _service(draft)}
        candidate.model.add(away_from(candidate, months) >= apart)


def _service(draft: Draft) -> Iterator[tuple[int, str]]:
    for number, rotation in enumerate(draft.rotations):
        if rotation is not None:
            yield draft.first + number, rotation


def _settled(instance: Instance, drafts: Mapping[str, Draft], search: _Search, settings: Settings) -> Path | None:
    """Everybody written out, with shifts and supervisors; None if there are not enough of either."""
    in_order = {one: drafts[one] for one in instance.candidates}
    with_shifts = spread_shifts(instance, in_order)
    supervision = None if with_shifts is None else assign_supervisors(instance, with_shifts, settings)
    if with_shifts is None or supervision is None:
        return None
    entries = tuple(
        plan_candidate(
            instance,
            draft,
            supervision.get(one, {}),
            finished=not timeline_of(instance, instance.candidates[one]).unfinished,
        )
        for one, draft in with_shifts.items()
    )
    return Path(entries, search.proved)
