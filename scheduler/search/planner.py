"""From an instance to drafts with what is proved about them: how the searches of this folder follow each other.

First every candidate alone (a bound for everybody), then one after another against what is left (a plan within
seconds), with the scarce places given out first where somebody loses by it. Then those in each other's way are planned
together, level by level. ``Strategy.EXACT`` goes on, where that does not prove everything, with one model of everybody;
``DECOMPOSED`` ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from scheduler.draft import Draft
from scheduler.instance.types import Instance
from scheduler.model import assert_small_numbers, build_model
from scheduler.objective import make_levels, targets_of
from scheduler.occupancy import Occupancy
from scheduler.proof import Proofs
from scheduler.search.construct import Single, grow_plan, own_bounds, plan_each_alone, sum_of
from scheduler.search.contest import DELAY, Contest, contest, stages_of
from scheduler.search.engine import Settings, Stop
from scheduler.search.levels import LevelSearch, Together, solution_for
from scheduler.search.parties import Parties
from scheduler.search.repair import repair
from scheduler.search.shifts import spread_shifts
from scheduler.search.strategy import Strategy
from scheduler.search.supervisors import Supervision, assign_supervisors
from scheduler.variables import Scope

REPAIRED = "those concerned by the change, beside the published plan of the others"
PARTIES = "each at their own best, those in each other's way together"
TOGETHER = "one exact model, started from a plan grown one at a time"
Tell = Callable[[str, str | None, int | None, int | None], None]  # event, level, value, bound


@dataclass(frozen=True, slots=True)
class Found:
    """Drafts of everybody with shifts, who supervises whom, and what is proved. ``parts``: planned side by side."""

    drafts: Mapping[str, Draft]
    supervision: Supervision
    proofs: Proofs
    strategy: str
    parts: tuple[Instance, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossible:
    """No plan exists for the instance: somebody cannot be planned even ``alone``, or not all of them together."""

    instance: Instance
    alone: Sequence[str] = ()
    explicit_shifts: bool = False


Outcome = Found | Impossible | None  # None: not known


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known from outside of a part of a larger instance.

    ``alone``: everybody's own best, if that was looked for already. ``least_worst``: per level, a share that somebody
    elsewhere has at least, so that nobody here gains anybody anything by staying below it.
    """

    alone: Mapping[str, Single] | None = None
    least_worst: Mapping[str, int] = field(default_factory=dict)


class Planner:
    """One run. ``tell`` hears of what has been reached."""

    def __init__(
        self,
        instance: Instance,
        settings: Settings,
        strategy: Strategy,
        stop: Stop,
        tell: Tell,
        outside: Outside | None = None,
    ) -> None:
        self.instance = instance
        self.settings = settings
        self.limits = settings.limits
        self.exact = strategy.for_size(len(instance.candidates), self.limits) is Strategy.EXACT
        self.stop = stop
        self.tell = tell
        self.outside = outside or Outside()

    def find(self) -> Outcome:
        """A published plan repaired; else each candidate alone, all one after another, all together."""
        keeps = self.instance.objective_order[:1] == ("changes",)  # before all else nobody moves who need not
        repaired = repair(self.instance, self.settings, self.stop, self._heard) if keeps else None
        if repaired is not None:
            found = self._settled(repaired.drafts, repaired.proofs, REPAIRED)
            if found is not None:
                return found
        return self._anew()

    def _heard(self, level: str, value: int, bound: int) -> None:
        self.tell("level", level, value, bound)

    def _happened(self, event: str) -> None:
        self.tell(event, None, None, None)

    def _anew(self) -> Outcome:
        """Each candidate alone, all one after another, those in each other's way together."""
        held = Occupancy(self.instance)
        candidates = list(self.instance.candidates.values())
        alone = self.outside.alone or plan_each_alone(self.instance, candidates, held, self.stop, self.settings)
        self._happened("alone")
        impossible = [single.candidate for single in alone.values() if single.impossible]
        if impossible:
            return Impossible(self.instance, impossible)
        start, bounds = self._start(alone, held)
        known, together = Proofs(), dict[str, Mapping[tuple[str, ...], int]]()
        if start is not None and all(single.proved for single in alone.values()):
            parties = self._parties(alone, start, bounds)
            start, known, together = parties.drafts, parties.proofs, dict(parties.together)
            if (parties.proved or not self.exact) and not self.instance.has_floors:
                found = self._settled(start, known, PARTIES)
                if found is not None:
                    return found
        return self._together(alone, start, known, together)

    def _start(self, alone: Mapping[str, Single], held: Occupancy) -> tuple[dict[str, Draft] | None, Proofs]:
        """A plan grown one after another; where somebody loses by it, with the scarce places given out first."""
        grow = partial(grow_plan, self.instance, alone, held, self.stop, self.settings)
        levels = list(dict.fromkeys(step.level for step in stages_of(self.instance)))
        all_proved = all(single.proved for single in alone.values())
        quick = (
            self.limits.first_fit_effort if levels else None
        )  # one in a thousand would hold up all the others for a minute
        grown = grow(rounds=1, effort_each=quick) if self.exact or not (all_proved and levels) else None
        self._happened("grown")
        bounds = Proofs()
        if all_proved and any(self._scarce(sum_of(alone, one), grown, one) for one in levels):
            for found in self._contests(alone):
                bounds = found.proofs
                again = grow(found.advice, None if self.exact else found.delays, wishes_first=True)
                both = (one for one in (grown, again) if one is not None)
                grown = min(both, key=partial(_sums, levels), default=None)
                self._happened("contest")
                if grown is not None:
                    self._heard("delay", sum_of(grown, "delay"), found.bounds[DELAY])
        grown = grown or grow()
        return None if grown is None else {one: s.draft for one, s in grown.items() if s.draft is not None}, bounds

    def _scarce(self, least: int, grown: Mapping[str, Single] | None, level: str) -> bool:
        """Whether growing has lost so much at the level that places are to be given out first.

        Where one model may hold everybody and little is lost, parties have what there is sooner without that.
        """
        return grown is None or sum_of(grown, level) - least > (len(self.instance.candidates) if self.exact else 0)

    def _contests(self, alone: Mapping[str, Single]) -> Iterable[Contest]:
        """After each level; only after the last, where few are planned or in little time: growing takes some, too."""
        left, limit = self.stop.seconds_left, self.stop.time_limit_s
        stop = self.stop if left is None else self.stop.within(self.limits.contest_share * left)
        found = contest(self.instance, alone, self.settings, stop, self.outside.least_worst)
        hurried = self.exact or (limit is not None and limit < self.limits.hurried_s)
        return [*found][-1:] if hurried else found

    def _parties(self, alone: Mapping[str, Single], start: Mapping[str, Draft], bounds: Proofs) -> Parties:
        parties = Parties(
            self.instance,
            alone,
            start,
            self.settings,
            self.stop,
            self._heard,
            bounds=bounds,
            to_the_end=not self.exact,
            least_worst=self.outside.least_worst,
        )
        parties.settle(targets_of(self.instance))
        return parties

    # --- everybody in one model ----------------------------------------------------------------------------------

    def _together(
        self, alone: Mapping[str, Single], start: dict[str, Draft] | None, known: Proofs, together: Together
    ) -> Outcome:
        """The exact model; where shifts do not fit beside its plan, once more with shifts month by month."""
        for explicit_shifts in (False, True):
            search = self._search(explicit_shifts)
            self._first_plan(search, start)
            if search.infeasible:
                return Impossible(self.instance, (), explicit_shifts)
            if (
                not explicit_shifts
                and search.values is not None
                and spread_shifts(self.instance, search.drafts()) is None
            ):
                continue
            proofs = search.optimise(own_bounds(alone), known=known, together=together)
            if search.infeasible:
                return Impossible(self.instance, (), explicit_shifts)
            if search.values is None:
                break
            found = self._settled(search.drafts(), proofs, TOGETHER)
            if found is not None:
                return found
        return None if start is None or self.instance.has_floors else self._settled(start, known, PARTIES)

    def _first_plan(self, search: LevelSearch, start: Mapping[str, Draft] | None) -> None:
        """A plan to begin from: the one at hand, or, where the model does not take it, any."""
        if start is not None:
            search.start_from(solution_for(search.variables, start, self.settings, self.stop))
        if search.values is None:
            search.find_any()

    def _search(self, explicit_shifts: bool) -> LevelSearch:
        variables = build_model(Scope(self.instance, explicit_shifts=explicit_shifts))
        made = make_levels(variables)
        assert_small_numbers(variables)
        return LevelSearch(variables, made, self.settings, self.stop, self._heard)

    def _settled(self, drafts: Mapping[str, Draft], proofs: Proofs, strategy: str) -> Found | None:
        """What is decided after the rotations: shifts and supervisors; None if either does not fit."""
        self._happened("settle")
        in_order = {one: drafts[one] for one in self.instance.candidates}
        with_shifts = spread_shifts(self.instance, in_order)
        if with_shifts is None:
            return None
        supervision = assign_supervisors(self.instance, with_shifts, self.settings)
        return None if supervision is None else Found(with_shifts, supervision, proofs, strategy)


def _sums(levels: Sequence[str], grown: Mapping[str, Single]) -> list[int]:
    return [sum_of(grown, level) for level in levels]
