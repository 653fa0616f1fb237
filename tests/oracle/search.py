"""From an instance to its answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from . import levels
from .combine import Combination
from .found import Answer, Budget
from .paths import first_seated, had_all, shown_months
from .published import Baseline, as_served
from .scope import Scope
from .shared import Shared
from .walk import Kept, Walk
from .world import Candidate, World, month_text, world_of


def answered(
    tree: Mapping[str, Any],
    baseline: Baseline | None,
    rules: Collection[Mapping[str, Any]] | None,
    order: Sequence[str] | None,
    budget: int | None,
) -> Answer:
    """Whatever the offices do that need not change; where that leaves no plan, with all changes that there may be."""
    spent, scope = Budget(budget), Scope(rules)
    if scope.everything:
        found = _answered(tree, baseline, scope, order, spent, offices_change=False)
        if found.feasible:
            return found
    return _answered(tree, baseline, scope, order, spent, offices_change=True)


def _answered(
    tree: Mapping[str, Any],
    baseline: Baseline | None,
    scope: Scope,
    order: Sequence[str] | None,
    spent: Budget,
    *,
    offices_change: bool,
) -> Answer:
    world = as_served(world_of(tree), baseline)
    asked = levels.order_of(world, order, baseline is not None) if scope.everything else ()
    wanted = (*asked, *(levels.SETTLED if asked else ()))
    candidates = concerned(world, scope)
    shared = Shared(world, candidates, scope, baseline, offices_change)
    paths = [list(paths_of(world, shared, candidate, wanted, spent)) for candidate in candidates]
    columns = [column for _, column in levels.columns(wanted)]
    chosen = Combination(shared, paths, columns, spent).find()
    if chosen is None:
        return Answer(False, {}, None)
    chosen = sorted(chosen, key=lambda kept: [c.id for c in candidates].index(kept.path.candidate.id))
    told = levels.together([kept.value for kept in chosen], wanted)
    settled = {name: round(told.pop(name)[0]) for name in levels.SETTLED if name in told}
    return Answer(True, told, witness(chosen), settled.get("office changes"))


def concerned(world: World, scope: Scope) -> list[Candidate]:
    everybody = [candidate.id for candidate in world.candidates]
    names = scope.candidates(everybody)
    return [candidate for candidate in world.candidates if candidate.id in names]


def paths_of(world: World, shared: Shared, candidate: Candidate, order: tuple[str, ...], budget: Budget) -> list[Kept]:
    """The paths of one candidate, with every start and every office; those with one footprint only once."""
    over = had_all(world, candidate)
    if over is not None:
        return [
            Kept(
                over,
                levels.own_values(world, shared.baseline, over, order),
                shared.seat(over.candidate, over.group),
                (),
                None,
            )
        ]
    best: dict[Any, Kept] = {}
    for start in starts_of(world, shared, candidate):
        stays = shared.stays(candidate, first_seated(world, candidate, start))
        for stay in stays if shared.scope.own("practice", candidate.id) else stays[:1]:
            for kept in Walk(world, shared, candidate, start, stay, order, budget).go():
                key = (kept.uses, kept.supervisors, kept.need, levels.of_others(kept.value, order))
                if key not in best or kept.value < best[key].value:
                    best[key] = kept
    return list(best.values())


def starts_of(world: World, shared: Shared, candidate: Candidate) -> list[int]:
    """Starts before the horizon come to the same, so the last of them is enough, and who has begun has no later one."""
    starts = shared.held(candidate).starts or candidate.starts
    if candidate.frozen is not None:
        return [candidate.frozen.start]
    before = [start for start in starts if start <= world.first]
    end = world.end_for(candidate)
    later = [] if candidate.has_begun else [start for start in starts if world.first < start < end]
    return before[-1:] + later


def witness(chosen: Sequence[Kept]) -> dict[str, dict[str, Any]]:
    return {
        kept.path.candidate.id: {
            "start": month_text(kept.path.start),
            "finish": month_text(kept.path.last) if not kept.path.unfinished else None,
            "practice": kept.path.offices.at(kept.path.first),
            "practices": [
                (month_text(month), office) for month, office in kept.path.offices.rows if month <= kept.path.last
            ],
            "group": kept.path.group,
            "months": {month_text(month): rotation for month, rotation in shown_months(kept.path)},
        }
        for kept in chosen
    }
