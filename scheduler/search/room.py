"""How many more there is room for: the largest number that can be planned, and a proof that one more cannot.

Whether a number fits does not depend on how good the plan is, so nothing is made small: first a plan is looked for by
placing the new ones beside the published plan, then one after another with everybody free to move, whoever does not fit
coming first in the next attempt, then in one exact model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from scheduler.draft import Draft
from scheduler.explain.counting import count
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.occupancy import Occupancy
from scheduler.search.construct import grow_plan, plan_each_alone, plan_single
from scheduler.search.engine import Settings, Stop, evaluate, run
from scheduler.search.repair import kept_drafts
from scheduler.search.shifts import spread_shifts
from scheduler.search.supervisors import assign_supervisors
from scheduler.variables import Scope

SECONDS_EACH = 20.0


class Fits(StrEnum):
    """Whether a number of new ones fits."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Room:
    """``most`` fit for certain, and no more than ``at_most`` (None: no number tried was too large).

    ``confirmed``: that no more fit is proved twice, by counting or by two searches with different settings.
    """

    most: int
    at_most: int | None = None
    confirmed: bool = False

    @property
    def settled(self) -> bool:
        """Whether the number is the largest, for certain."""
        return self.most == self.at_most


def room_for(instance_with: Callable[[int], Instance], most_tried: int, settings: Settings, stop: Stop) -> Room:
    """The largest number for which ``instance_with(number)`` has a plan, from below and from above.

    More never fit where fewer do not. From below the new ones are placed beside the published plan; from above places
    are counted; in between everybody is free to move in one exact model, until the answer is no or is not found.
    """
    too_many = _too_many_by_counting(instance_with, most_tried)
    at_most = None if too_many is None else too_many - 1
    most = min(_beside_published(instance_with, at_most or most_tried, stop), most_tried) if at_most != 0 else 0
    for number in range(most + 1, (most_tried if at_most is None else at_most) + 1):
        answer, confirmed = _fits(instance_with(number), settings, stop)
        if answer is Fits.NO:
            return Room(most, most, confirmed)
        if answer is Fits.UNKNOWN:
            return Room(most, at_most, at_most is not None)
        most = number
    return Room(most, at_most, at_most is not None)


def _too_many_by_counting(instance_with: Callable[[int], Instance], most_tried: int) -> int | None:
    """The smallest number for which counting places shows that there are too few; None if none tried is."""
    if not count(instance_with(most_tried)):
        return None
    low, high = 0, most_tried
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if count(instance_with(middle)) else (middle, high)
    return high


def _beside_published(instance_with: Callable[[int], Instance], most: int, stop: Stop) -> int:
    """How many fit one after another while nobody published moves; 0 if the published plan does not hold any more."""
    instance = instance_with(most)
    kept = kept_drafts(instance)
    newcomers = [one for one in instance.candidates.values() if instance.baseline and one.id not in kept]
    if len(newcomers) != most:
        return 0
    held = Occupancy(instance, kept.values())
    drafts = dict(kept)
    for number, candidate in enumerate(newcomers):
        single = plan_single(instance, candidate, held, stop.within(SECONDS_EACH))
        if single.draft is None:
            return number
        held.add(single.draft)
        drafts[candidate.id] = single.draft
        smaller = replace(instance, candidates={one: instance.candidates[one] for one in drafts})
        if not _settles(smaller, drafts):
            return number
    return most


def _fits(instance: Instance, settings: Settings, stop: Stop) -> tuple[Fits, bool]:
    """Whether everybody can be planned, all free to move; and, if not, whether two searches say so."""
    grown = _grown(instance, settings, stop)
    if grown is not None and _settles(instance, grown):
        return Fits.YES, False
    variables = build_model(Scope(instance))
    outcome = run(variables.model, settings, stop)
    if outcome.infeasible:
        other = replace(settings, seed=settings.seed + 1, linearization=2)
        return Fits.NO, run(build_model(Scope(instance)).model, other, stop).infeasible
    if outcome.values is None:
        return Fits.UNKNOWN, False
    values = outcome.values
    drafts = {draft.candidate: draft for draft in variables.drafts(lambda one: evaluate(one, values))}
    return (Fits.YES if _settles(instance, drafts) else Fits.UNKNOWN), False


def _grown(instance: Instance, settings: Settings, stop: Stop) -> dict[str, Draft] | None:
    """Everybody placed one after another against what is left; None if no order tried lets all of them in."""
    held = Occupancy(instance)
    alone = plan_each_alone(instance, instance.candidates.values(), held, stop, settings)
    if any(single.draft is None for single in alone.values()):
        return None
    placed = grow_plan(instance, alone, held, stop, settings.seed) or {}
    drafts = {one: single.draft for one, single in placed.items() if single.draft is not None}
    return {one: drafts[one] for one in instance.candidates} if len(drafts) == len(alone) else None


def _settles(instance: Instance, drafts: dict[str, Draft]) -> bool:
    """Whether shifts and supervisors can be given out."""
    with_shifts = spread_shifts(instance, drafts)
    return with_shifts is not None and assign_supervisors(instance, with_shifts) is not None
