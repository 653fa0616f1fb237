"""The second opinion on "impossible": the same question put to the solver with other settings."""

from __future__ import annotations

from dataclasses import replace

from scheduler.model import build_model
from scheduler.planning.over import without_over
from scheduler.planning.state import Impossible
from scheduler.solver.engine import Settings, Stop, run
from scheduler.variables import Scope


def second_opinion(found: Impossible, settings: Settings, stop: Stop) -> bool:
    """Whether a search with other settings finds no plan either: of one who cannot be planned even alone, or of all.

    One candidate alone was searched without presolve at first, all together with it; here it is the other way round.
    """
    other = settings.for_a_second_look
    if not found.alone:
        other = replace(other, workers=settings.workers, presolve=False)
    instance = without_over(found.instance)  # of whom nothing is to be planned there is no model
    asked = found.alone[:1] or list(instance.candidates)
    free = [candidate for candidate in instance.candidates.values() if candidate.id in asked]
    absent = [candidate for candidate in instance.candidates.values() if candidate.id not in asked]
    scope = Scope(instance, free, absent=absent, explicit_shifts=found.explicit_shifts)
    return run(build_model(scope).model, other, stop, settings.limits.whole_effort).infeasible
