"""The answer without any search: all rows of months that the judge passes, in all combinations, of tiny instances."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from itertools import product
from typing import Any

from . import Answer, answer, checking, levels
from .by_hand import Tree, published
from .paths import Path, first_planned, first_seated, had_all, is_unfinished
from .published import Baseline, as_served
from .random_instances import Case, case_of
from .scope import Scope
from .shared import Shared
from .world import Candidate, World, world_of


def differences(kind: str, seeds: Iterable[int]) -> list[tuple[int, Answer, Any]]:
    """Seeds for which search and blind search differ; at least two must be small enough."""
    compared = [(seed, case) for seed in seeds if (case := small_case(kind, seed)) is not None]
    assert len(compared) >= 2
    found = []
    for seed, case in compared:
        on: Tree = {"published": published(case.before), "freeze_to": case.freeze_to} if case.before else {}
        baseline = checking.baseline_of(case.tree, on.get("published"), on.get("freeze_to"))
        answered, truth = answer(case.tree, **on), blind(case.tree, baseline)
        if (answered.feasible, answered.values) != truth:
            found.append((seed, answered, truth))
    return found


def small_case(kind: str, seed: int) -> Case | None:
    """The seed's case without supervisors, if it is small enough and there is something to plan on top of."""
    case = deepcopy(case_of(kind, seed))
    for instance in (case.tree, case.before or case.tree):
        instance.pop("supervisors", None)
        for row in instance["candidates"]:
            row.pop("supervisor", None)
    if not is_small(case.tree) or (case.before and not answer(case.before).feasible):
        return None
    return case


def everything(world: World, shared: Shared, candidate: Candidate) -> list[checking.Planned]:
    """Every row of months there is, with every way to take the shifts, that the judge finds nothing wrong with."""
    over = had_all(world, candidate)
    if over is not None:
        return [checking.Planned(over, {}, {})]
    found = []
    starts = candidate.starts if candidate.frozen is None else (candidate.frozen.start,)
    seats = [
        (start, stay) for start in starts for stay in shared.stays(candidate, first_seated(world, candidate, start))
    ]
    for (start, office), group in product(seats, [None, *world.groups]):
        first = first_planned(world, candidate, start)
        for last in range(first - (candidate.frozen is not None), world.end):
            months = range(first, last + 1)
            for row in product(*([None] if candidate.on_leave(month) else list(world.rotations) for month in months)):
                unfinished = is_unfinished(world, candidate, start, shared.held(candidate).starts)
                for stays in {unfinished, unfinished or not row}:
                    path = Path(candidate, start, first, row, office, group, stays)
                    found += [planned for planned in with_shifts(world, path) if not wrong(world, shared, planned)]
    return found


def with_shifts(world: World, path: Path) -> list[checking.Planned]:
    """As many as are needed, or, by somebody unfinished, none."""
    needed, months = world.shifts_needed(path.candidate), [month for month, rotation in path.items() if rotation]
    most = min(needed, world.rules["legevakt_max_per_month"])
    ways = product(range(most + 1), repeat=len(months))
    wanted = {needed, 0} if path.unfinished else {needed}
    had = {} if path.candidate.frozen is None else path.candidate.frozen.shifts
    return [
        checking.Planned(path, {**had, **dict(zip(months, way, strict=True))}, {}) for way in ways if sum(way) in wanted
    ]


def wrong(world: World, shared: Shared, one: checking.Planned) -> bool:
    return any(list(rule(world, shared, one)) for rule in (checking.shape, *checking.ALONE))


def blind(instance: Tree, baseline: Baseline | None) -> tuple[bool, dict[str, tuple[float, float | None]]]:
    """The answer without any search: all rows of months, all combinations."""
    world = as_served(world_of(instance), baseline)
    for offices_change in (False, True):
        found = among_all(world, Shared(world, world.candidates, Scope(), baseline, offices_change), baseline)
        if found[0]:
            break
    return found


def among_all(
    world: World, shared: Shared, baseline: Baseline | None
) -> tuple[bool, dict[str, tuple[float, float | None]]]:
    order = levels.order_of(world, None, baseline is not None)
    best: Any = None
    for combination in product(*(everything(world, shared, candidate) for candidate in world.candidates)):
        if checking.together(world, shared, combination):
            continue
        own = [levels.own_values(world, baseline, one.path, order) for one in combination]
        told = levels.together(own, order)
        rank = [(-value if level == "breadth" else value, worst or 0) for level, (value, worst) in told.items()]
        best = min(best, (rank, told), key=lambda one: one[0]) if best else (rank, told)
    return (best is not None, best[1] if best else {})


def is_small(instance: Tree) -> bool:
    months, people = instance["horizon"]["months"], instance["candidates"]
    needed = min(instance["rules"]["legevakt_shifts"], instance["rules"].get("legevakt_max_per_month", 4))
    return bool((len(instance["rotations"]) * (needed + 1)) ** months <= 300 and len(people) <= 2)
