"""The lexicographic levels: what makes one valid plan better than another, each per candidate and as a whole."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from scheduler.accounting import movable_months, own_practices, published_for
from scheduler.accounting.fairness import PARTS_OF_A_MONTH
from scheduler.accounting.proof import Target
from scheduler.away import away_of, longest_away_of
from scheduler.instance.published import WEIGHT_OF_GROUP, Baseline
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Instance, Rotation, Wish
from scheduler.month import Month

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Linear, Literal, Variables


@dataclass(frozen=True)
class Level:
    """One level, to be made small: ``terms`` per candidate; ``worst`` says whether the worst-off one counts next.

    ``shapes``: whether it decides where blocks lie, so that even a first plan should look at it. ``least``: what
    nobody's term can be below whatever the instance, if there is such a number. ``own_share``: the worst-off are told
    by something else than their term. ``joint``: what is made small is no sum of the terms, but the largest mean of a
    municipality (``fairness``).
    """

    id: str
    terms: Mapping[str, Linear]
    worst: bool
    shapes: bool
    least: int | None
    own_share: bool
    joint: bool
    _candidates: tuple[CandidateVariables, ...]

    def shares(self, of: Container[str] | None = None) -> Mapping[str, Linear]:
        """What the worst-off one has most of, of these candidates or all; of its own kind, it makes new variables."""
        share = _KINDS[self.id].share or (lambda candidate: self.terms[candidate.id])
        return {candidate.id: share(candidate) for candidate in self._candidates if of is None or candidate.id in of}


@dataclass(frozen=True, slots=True)
class _Kind:
    term: Callable[[CandidateVariables], Linear]
    worst: bool = False
    share: Callable[[CandidateVariables], Linear] | None = None
    shapes: bool = True
    sign: int = 1
    unit: int = 1
    joint: bool = False


def delay_of(candidate: CandidateVariables) -> Linear:
    """Finish minus earliest finish, which counts from the first month of a start window; none for who has to leave."""
    if candidate.timeline.leaving:
        return 0
    return candidate.completion - candidate.timeline.due


def wishes_of(candidate: CandidateVariables) -> Linear:
    """Weight of the wishes not met."""
    return sum(wish.weight * ~met(candidate, wish) for wish in candidate.candidate.wishes)


def _history(candidate: CandidateVariables) -> Linear:
    """The same, times what the candidate lost in the plan before."""
    lost_before = candidate.candidate.lost_before
    return lost_before * wishes_of(candidate) if lost_before else 0


def met(candidate: CandidateVariables, wish: Wish) -> Literal:
    """A literal that implies: served long enough in the rotation, inside the window if there is one."""
    instance, timeline = candidate.variables.instance, candidate.timeline
    rotation = instance.rotations[wish.rotation]
    start, end = timeline.first, timeline.end
    long_enough = max(rotation.min_months, 1)
    if wish.span is not None:
        long_enough = min(long_enough, wish.span.end - wish.span.start)
        start, end = (min(max(t - instance.start, 0), timeline.end) for t in (wish.span.start, wish.span.end))
    inside = tuple(timeline.service[min(max(t, start), end)] for t in range(timeline.end + 1))
    served = candidate.weighted(lambda other: int(other.id == wish.rotation), inside)
    before = sum(
        month.rotation == wish.rotation and (wish.span is None or month.month in wish.span)
        for month in candidate.candidate.past
    )
    literal = candidate.model.new_bool_var(f"{candidate.id}.wish.{wish.rotation}")
    candidate.model.add(served >= long_enough - before).only_enforce_if(literal)
    return literal


def _moves(candidate: CandidateVariables) -> Linear:
    """Number of blocks, those before the horizon included."""
    planned = candidate.n_base_blocks + sum(block.present for block in candidate.blocks)
    return planned + len(candidate.past_blocks) - candidate.goes_on


def _uncounted(candidate: CandidateVariables) -> Linear:
    """Credit above a cap, parts of a unit rounded up."""
    above = sum(candidate.credit_in(service) for service in candidate.candidate.rules.services) - candidate.counted
    parts = candidate.grain.credit(1)
    if parts == 1:
        return above
    most = candidate.most_credit + sum(map(candidate.grain.credit, candidate.candidate.credited.values()))
    whole = candidate.model.new_int_var(0, most // parts + 1, "")
    candidate.model.add(parts * whole >= above)
    return whole


def _breadth(candidate: CandidateVariables) -> Linear:
    """Minus the goals met in two arenas or more, by a candidate who finishes."""
    if not candidate.must_complete:
        return 0
    has_shifts = candidate.candidate.shifts_missing > 0 or candidate.candidate.shifts_served > 0
    roster = None if has_shifts else candidate.candidate.legevakt_arena
    n_goals_by_arenas: dict[frozenset[str], int] = {}
    for listed in candidate.goal_arenas.values():
        key = frozenset(listed) - {roster}
        n_goals_by_arenas[key] = n_goals_by_arenas.get(key, 0) + 1
    total: Linear = 0
    for arenas, n_goals in n_goals_by_arenas.items():
        if len(arenas) >= 2:
            twice = candidate.model.new_bool_var("")
            exposed = _exposed_once(candidate, sorted(arenas))
            candidate.model.add(sum(exposed) >= 2).only_enforce_if(twice)
            if candidate.may_leave:
                candidate.model.add_implication(twice, candidate.completes)
            total -= n_goals * twice
    return total


def _exposed_once(candidate: CandidateVariables, arenas: Sequence[str]) -> list[Literal]:
    """Exposure to each of the arenas, own practice being one of them in however many offices it is."""
    if len(candidate.seats) < 2:
        return [candidate.exposed(arena_id) for arena_id in arenas]
    own = own_practices(candidate.variables.instance, candidate.candidate, candidate.practices)
    in_practice, elsewhere = candidate.model.new_bool_var(""), []
    offices: list[Literal] = []
    for arena_id in arenas:
        exposed = candidate.exposed(arena_id)
        if arena_id in own and exposed is candidate.variables.true:  # of the past: by itself, but where it is own again
            exposed = candidate.ever_in(arena_id)
            elsewhere.append(~exposed)
        (offices if arena_id in own else elsewhere).append(exposed)
    candidate.model.add_bool_or(~in_practice, *offices)
    return [in_practice, *elsewhere]


def _changes(candidate: CandidateVariables) -> Linear:
    """Weight of the published months that move, and of another group than the published one."""
    instance = candidate.variables.instance
    published = published_for(instance, candidate.candidate)
    if published is None or instance.baseline is None:
        return 0
    weights = {
        month: (rotation, instance.baseline.weight(month))
        for month, rotation in movable_months(instance, candidate.candidate)
    }
    moved = away_from(candidate, weights) - _fallen_away(candidate, {month: of for month, (_, of) in weights.items()})
    moved += _added(
        candidate, instance.baseline, range(published.start - instance.start, published.end - instance.start)
    )
    if published.group is not None and candidate.candidate.group.free:
        moved += WEIGHT_OF_GROUP * (1 - candidate.groups.get(published.group, candidate.variables.false))
    return instance.baseline.factor(candidate.id) * moved


def _fallen_away(candidate: CandidateVariables, weights: Mapping[Month, int]) -> Linear:
    """Weight of the months from the finish on: who is done earlier has not moved."""
    origin, timeline = candidate.variables.instance.start, candidate.timeline
    steps = (weights.get(origin + t, 0) for t in range(timeline.end))
    before = tuple(accumulate(steps, initial=0))
    return before[-1] - candidate.variables.at(before, candidate.finish, timeline.first)


def _added(candidate: CandidateVariables, baseline: Baseline, published: range) -> Linear:
    """Weight of the months worked before the published start or after the published finish."""
    origin, timeline = candidate.variables.instance.start, candidate.timeline
    steps = (baseline.weight(origin + t) * (t not in published and timeline.works(t)) for t in range(timeline.end))
    table = tuple(accumulate(steps, initial=0))
    to_finish, to_start = (
        candidate.variables.at(table, when, timeline.first) for when in (candidate.finish, candidate.start)
    )
    return to_finish - to_start


def away_from(candidate: CandidateVariables, path: Mapping[Month, tuple[str, int]]) -> Linear:
    """The weights of a path's months (rotation and weight each) in which the candidate is elsewhere, or nowhere."""
    start = candidate.variables.instance.start
    away: Linear = sum(weight for _, weight in path.values())
    for rotation_id in dict.fromkeys(rotation for rotation, _ in path.values()):
        mine = {month: weight for month, (rotation, weight) in path.items() if rotation == rotation_id}
        steps = (mine.get(start + t, 0) for t in range(candidate.timeline.end))
        away -= candidate.weighted(partial(_is, rotation_id), tuple(accumulate(steps, initial=0)))
    return away


def _is(rotation_id: str, rotation: Rotation) -> int:
    return int(rotation.id == rotation_id)


_KINDS = {
    "changes": _Kind(_changes),
    "delay": _Kind(delay_of, worst=True),
    "fairness": _Kind(delay_of, unit=PARTS_OF_A_MONTH, joint=True),
    "wishes": _Kind(wishes_of, worst=True),
    "history": _Kind(_history),
    "away": _Kind(away_of, worst=True, share=longest_away_of),
    "moves": _Kind(_moves),
    "uncounted": _Kind(_uncounted, shapes=False, unit=CREDIT_PER_FTE_MONTH),
    "breadth": _Kind(_breadth, shapes=False, sign=-1),
}


def figure(level_id: str, total: int) -> float:
    """A solver total as people read it: uncounted 120,000 credit is 12 FTE-months; breadth is counted upwards."""
    kind = _KINDS[level_id]
    return kind.sign * total / kind.unit


def units(level_id: str, value: float) -> int:
    """A figure as people read it in the solver's units: the inverse of ``figure``."""
    kind = _KINDS[level_id]
    return round(kind.sign * value * kind.unit)


def shapes(level_id: str) -> bool:
    """Whether a level decides where blocks lie; the others count what the blocks come to."""
    return _KINDS[level_id].shapes


def worst_counts(level_id: str) -> bool:
    """Whether the worst-off candidate's share counts next after the sum."""
    return _KINDS[level_id].worst


def target_of(level_id: str, worst: bool = False) -> Target:
    """A level's sum, or its worst-off candidate's share."""
    kind = _KINDS[level_id]
    return Target(level_id, worst, apart=worst and kind.share is not None, joint=kind.joint)


def cannot_be_less(level_id: str, total: int) -> bool:
    """Whether a solver total is the least there can be whatever the instance: nothing lost."""
    return total <= 0 and _KINDS[level_id].sign > 0


def trivial_bound(instance: Instance, level_id: str) -> float:
    """What no plan can better, without any proof: nothing lost, or every goal of everybody met twice."""
    if level_id == "breadth":
        return sum(len(candidate.rules.goals) for candidate in instance.candidates.values())
    return 0


def trivial_bounds(instance: Instance) -> dict[str, float]:
    """The same for each level a plan of the instance is judged by, most important first."""
    return {level_id: trivial_bound(instance, level_id) for level_id in level_ids(instance)}


def level_ids(instance: Instance) -> list[str]:
    """The levels a plan of the instance is judged by, most important first.

    ``changes`` needs a baseline, and ``fairness`` municipalities.
    """
    needed = {"changes": instance.baseline is not None, "fairness": bool(instance.municipalities)}
    known = {level_id for level_id in _KINDS if needed.get(level_id, True)}
    return [level_id for level_id in instance.objective_order if level_id in known] or ["delay"]


def targets_of(instance: Instance) -> list[Target]:
    """What a plan of the instance is judged by, most important first: each level's sum, then its largest share."""
    return [
        target_of(level, worst)
        for level in level_ids(instance)
        for worst in (False, True)
        if not worst or worst_counts(level)
    ]


def make_levels(variables: Variables) -> list[Level]:
    """The levels of a model, in the instance's order; makes the variables they need."""
    return [
        Level(
            id=level_id,
            terms={candidate.id: kind.term(candidate) for candidate in variables.candidates},
            worst=kind.worst,
            shapes=kind.shapes,
            least=0 if kind.sign > 0 else None,
            own_share=kind.share is not None,
            joint=kind.joint,
            _candidates=tuple(variables.candidates),
        )
        for level_id in level_ids(variables.instance)
        for kind in [_KINDS[level_id]]
    ]
