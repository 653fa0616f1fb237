"""Where planning stands: what there is to plan, the plan at hand, what is proved, and what came of it in the end.

A state never changes; a procedure takes one and gives a better one (see ``procedure``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from scheduler.accounting.fairness import largest_mean, municipal_delays
from scheduler.accounting.proof import Proofs, Target, as_it_is
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance
from scheduler.objective import level_ids, targets_of
from scheduler.plan import FoundBy
from scheduler.planning.assemble import as_planned, totals_of
from scheduler.planning.assign.in_turn import Supervision
from scheduler.planning.own_best import BestAlone
from scheduler.planning.placed import more_of
from scheduler.solver.lexicographic import Together
from scheduler.solver.limits import LIMITS
from scheduler.variables import Variables

Demand = Callable[[Variables], None]


@dataclass(frozen=True, slots=True)
class Result:
    """A finished plan: assignments of everybody with shifts, who supervises whom, and what is proved.

    ``parts``: those that it was planned in, side by side; empty where it was planned as a whole. ``alone``: what each
    of those who were planned would have if planned alone.
    """

    assignments: Mapping[str, Assignment]
    supervision: Supervision
    proofs: Proofs
    strategy: FoundBy
    parts: tuple[Instance, ...] = ()
    alone: Mapping[str, BestAlone] = field(default_factory=dict)

    def needed(self, candidate_id: str, level: str) -> int | None:
        """What it takes at a level, in the solver's units, if the candidate is planned alone; None if not known."""
        own_best = self.alone.get(candidate_id)
        return own_best.totals.get(level) if own_best is not None and own_best.proved else None


@dataclass(frozen=True, slots=True)
class Impossible:
    """No plan exists for the instance: somebody cannot be planned even ``alone``, or not all of them together.

    ``confirmed``: another search has found the same.
    """

    instance: Instance
    alone: Sequence[str] = ()
    explicit_shifts: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither a plan nor a proof that there is none was found.

    ``placed``: as many as were placed at once; they keep every ceiling together. ``alone``: what others would have if
    planned alone, where that is known.
    """

    instance: Instance
    placed: Mapping[str, Assignment] = field(default_factory=dict)
    alone: Mapping[str, BestAlone] = field(default_factory=dict)

    def or_else(self, other: Unknown | None) -> Unknown:
        """The one in which more are placed."""
        if other is None:
            return self
        placed = more_of(self.instance, self.placed, other.placed)
        return Unknown(self.instance, placed, {**other.alone, **self.alone})


Outcome = Result | Impossible | Unknown


@dataclass(frozen=True, slots=True)
class OutsideBounds:
    """What is known from outside of a part of a larger instance.

    ``alone``: everybody's own best, if that was looked for already. ``least_worst``: under ``Target.share``, what
    somebody elsewhere is thought to have, so that nobody here gains anybody anything by staying below it. ``delays``:
    months of delay of those elsewhere, by municipality.
    """

    alone: Mapping[str, BestAlone] | None = None
    least_worst: Mapping[str, int] = field(default_factory=dict)
    delays: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A plan of the free candidates, ``by`` what it was found, and what is proved of it.

    Every rule of the rotations is kept, but for floors under arenas: these only where ``with_floors`` says so. Shifts
    and supervisors are given out later (``settle``).
    """

    assignments: Mapping[str, Assignment]
    by: FoundBy
    proofs: Proofs = field(default_factory=Proofs)
    with_floors: bool = False


def contested_levels(instance: Instance) -> tuple[str, ...]:
    """Delay, then wishes, if the instance has them first and in that order, whatever of fairness between them.

    (Where that is looked at, fewer plans are left; what they lose is no less.)
    """
    levels = [level_id for level_id in level_ids(instance) if level_id != "fairness"]
    return ("delay", "wishes") if levels[:2] == ["delay", "wishes"] else ("delay",) if levels[:1] == ["delay"] else ()


@dataclass(frozen=True)
class Task:
    """What there is to plan: the free candidates of an instance, beside the ``kept`` ones, who stay as they are.

    ``exact``: all the free ones may end up in one model. ``demand``: what is stated in that model besides the rules.
    ``levels``: those that are looked at; None: all.
    """

    instance: Instance
    kept: Mapping[str, Assignment] = field(default_factory=dict)
    exact: bool = True
    outside: OutsideBounds = field(default_factory=OutsideBounds)
    demand: Demand | None = None
    levels: frozenset[str] | None = None

    @cached_property
    def free(self) -> list[Candidate]:
        """Who is to be planned, in the instance's order."""
        return [candidate for candidate in self.instance.candidates.values() if candidate.id not in self.kept]

    @cached_property
    def held(self) -> Occupancy:
        """What the kept ones use."""
        return Occupancy(self.instance, self.kept.values())

    @cached_property
    def kept_worst(self) -> dict[str, int]:
        """What the worst-off of the kept ones has, under ``Target.share``."""
        totals = [totals_of(self.instance, assignment) for assignment in self.kept.values()]
        return {
            target.share: max(total[target.share] for total in totals)
            for target in targets_of(self.instance)
            if target.worst and totals
        }

    @cached_property
    def worst_elsewhere(self) -> dict[str, int]:
        """The same of the kept ones and of those outside."""
        shares = self.kept_worst.keys() | self.outside.least_worst.keys()
        return {share: max(self.kept_worst.get(share, 0), self.outside.least_worst.get(share, 0)) for share in shares}

    @cached_property
    def delays_elsewhere(self) -> Mapping[str, int]:
        """Months of delay of the kept ones and of those outside, by municipality."""
        if not self.instance.municipalities:
            return {}
        kept = municipal_delays(as_planned(self.instance, assignment) for assignment in self.kept.values())
        return Counter(kept) + Counter(self.outside.delays)

    @property
    def elsewhere(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """What a search over the free ones hears of all others."""
        return self.worst_elsewhere, self.delays_elsewhere

    @cached_property
    def targets(self) -> list[Target]:
        """What a plan is judged by, most important first."""
        targets = targets_of(self.instance)
        return [target for target in targets if self.levels is None or target.level in self.levels]

    @property
    def is_many(self) -> bool:
        """Whether so many are free that a plan is looked for before anything is proved."""
        return len(self.free) >= LIMITS.many_members

    @property
    def is_several(self) -> bool:
        """Whether so many are free that one model of all may be long in coming to a plan."""
        return len(self.free) >= LIMITS.several_members

    @cached_property
    def contested_levels(self) -> tuple[str, ...]:
        """The levels by which scarce places are given out before anybody is planned, should they be wanted by many."""
        return contested_levels(self.instance)

    def stands(self, found: Found) -> bool:
        """Whether a plan keeps floors as well, if the instance has any."""
        return found.with_floors or not self.instance.has_floors

    def sum_of(self, level: str, found: Found) -> int:
        """What a plan of the free candidates has at a level, in the solver's units."""
        return sum(totals_of(self.instance, assignment)[level] for assignment in found.assignments.values())

    def values(self, found: Found) -> list[int]:
        """What a plan of the free candidates has at every target, most important first, in the solver's units."""
        totals = {who: totals_of(self.instance, assignment) for who, assignment in found.assignments.items()}
        return [
            self._value(target, {who: each[target.share] for who, each in totals.items()}) for target in self.targets
        ]

    def _value(self, target: Target, shares: Mapping[str, int]) -> int:
        if target.joint:
            return self.largest_mean(shares)
        return (max if target.worst else sum)(shares.values()) if shares else 0

    def largest_mean(self, delays: Mapping[str, int]) -> int:
        """The largest mean delay of a municipality, in parts of a month, if the free ones have these."""
        waited = Counter(self.delays_elsewhere)
        for candidate_id, months in delays.items():
            municipality = self.instance.candidates[candidate_id].municipality
            if municipality is not None:
                waited[municipality] += months
        return largest_mean(self.instance, waited)


@dataclass(frozen=True, slots=True)
class State:
    """How far the planning of a task has come.

    ``alone``: each free candidate's own best. ``known`` bounds every plan, each target given the least at those before;
    ``together``: so do, per level, what some have together at least. ``plan``: the one at hand; ``refused``: there are
    not enough shifts or supervisors for it. ``earlier``: plans that a better one took the place of, the last one first.
    ``placed``: as many of the free candidates as a procedure has placed at once, from before there was a plan.
    ``impossible``: there is no plan, or none beside the kept ones.
    """

    task: Task
    alone: Mapping[str, BestAlone] = field(default_factory=dict)
    known: Proofs = field(default_factory=Proofs)
    together: Together = field(default_factory=dict)
    plan: Found | None = None
    refused: bool = False
    earlier: tuple[Found, ...] = ()
    placed: Mapping[str, Assignment] = field(default_factory=dict)
    impossible: Impossible | None = None
    result: Result | None = None

    @property
    def ended(self) -> bool:
        """Whether planning is over: there is a result, or it is impossible."""
        return self.result is not None or self.impossible is not None

    @property
    def alone_proved(self) -> bool:
        """Whether everybody's own best plan is proved."""
        return bool(self.alone) and all(own_best.proved for own_best in self.alone.values())

    @property
    def proved(self) -> bool:
        """Whether the plan at hand is proved best at every target."""
        proofs = Proofs() if self.plan is None else self.plan.proofs
        return proofs.closed and {proof.target for proof in proofs} == set(self.task.targets)

    def improved(self, found: Found) -> State:
        """The state with this plan, if it is no worse than the one at hand, or that one has been refused."""
        if self.plan is None or self.refused:
            return replace(self, plan=found, refused=False)
        if self._rank(found) > self._rank(self.plan):
            return self
        if found.assignments == self.plan.assignments:  # more is proved of it
            return replace(self, plan=found)
        return replace(self, plan=found, earlier=(self.plan, *self.earlier))

    def with_placed(self, placed: Mapping[str, Assignment]) -> State:
        """The state with these as those placed at once, if they are more, or as many and sooner done."""
        return replace(self, placed=more_of(self.task.instance, self.placed, placed))

    def _rank(self, found: Found) -> tuple[bool, list[int]]:
        return not self.task.stands(found), self.task.values(found)


def begun(task: Task, alone: Mapping[str, BestAlone] | None = None) -> State:
    """The state in which planning of a task begins; with nobody to plan it has a plan already, which is proved.

    ``alone``: each candidate's own best plan, if it is known.
    """
    nobody = as_it_is(dict.fromkeys(task.targets, 0))
    return State(task, alone or {}, plan=None if task.free else Found({}, FoundBy.NOBODY, nobody))
