"""A plan made better a few candidates at a time: they are freed, the others held, and the few re-solved exactly."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import chain

from scheduler.draft import Draft
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.objective import make_levels
from scheduler.occupancy import Occupancy
from scheduler.search.construct import SINGLE, Single
from scheduler.search.engine import Settings, Stop, evaluate
from scheduler.search.levels import LevelSearch, solution_for
from scheduler.variables import Scope

SIZE = 3
SECONDS_EACH = 2.0
FEW = Settings(workers=2)


def improve(
    instance: Instance, drafts: Mapping[str, Draft], alone: Mapping[str, Single], stop: Stop, seed: int
) -> dict[str, Draft]:
    """The drafts, or better ones: everybody once, then threes around those worse off than alone, until time is up.

    The level totals, read in order, never get worse. Floors are not looked at.
    """
    best = dict(drafts)
    worse = set(best)
    for freed in chain(([one] for one in best), _threes(list(best), worse, random.Random(seed))):
        if stop.over or not worse:
            break
        found, at_best = _resolve(instance, best, freed, alone, stop.within(SECONDS_EACH))
        best.update(found)
        worse -= at_best
        worse |= set(found) - at_best
    return best


def _threes(everybody: list[str], worse: set[str], chance: random.Random) -> Iterator[list[str]]:
    """One who is worse off than alone, with others drawn by lot."""
    while worse:
        first = chance.choice(sorted(worse))
        others = [one for one in everybody if one != first]
        yield [first, *chance.sample(others, min(SIZE - 1, len(others)))]


def _resolve(
    instance: Instance, drafts: Mapping[str, Draft], freed: list[str], alone: Mapping[str, Single], stop: Stop
) -> tuple[dict[str, Draft], set[str]]:
    """Better drafts for the freed ones (none if there are none), and those who now have all they could have alone."""
    held = Occupancy(instance, (draft for one, draft in drafts.items() if one not in freed))
    variables = build_model(Scope(instance, [instance.candidates[one] for one in freed], held))
    levels = make_levels(variables)
    search = LevelSearch(variables, levels, SINGLE if len(freed) == 1 else FEW, stop, lambda *_: None)
    start = solution_for(variables, drafts, SINGLE, stop)
    if start is None:
        return {}, set()
    search.start_from(start)
    proved = all(alone[one].proved for one in freed)
    search.optimise(
        {level.id: {one: alone[one].totals[level.id] for one in freed} for level in levels} if proved else {}
    )
    values = search.values
    assert values is not None
    at_best = {
        one
        for one in freed
        if all(evaluate(level.terms[one], values) <= alone[one].totals.get(level.id, -1) for level in levels)
    }
    return search.drafts(), at_best
