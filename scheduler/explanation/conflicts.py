"""The smallest sets of rule instances that cannot hold together, found by leaving out what is not needed.

First whole rules are left out, then whole candidates, then single instances; then the goals and the months that an
instance is needed for are narrowed. An answer that does not come in time keeps an instance in the set: it is still a
conflict, only perhaps not the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from scheduler.constraints import RULES, Rule, rule_of, speaks_of_months
from scheduler.constraints.conflict import Conflict, Narrowing
from scheduler.explanation.oracle import Answer, FeasibilityOracle
from scheduler.instance.assignment import Assignment
from scheduler.instance.rule_key import Keys, RuleKey, candidate_of
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.solver.engine import Settings, Stop, Values, evaluate
from scheduler.solver.shrink import shrunk, smallest
from scheduler.variables import Variables

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConflictFindings:
    """Whether the instance is impossible (None: not known), and the conflicts found.

    ``assignments``: everybody's rotations of a plan, where there turned out to be one.
    """

    impossible: Answer
    conflicts: tuple[Conflict, ...] = ()
    assignments: Mapping[str, Assignment] = field(default_factory=dict)


def find_conflicts(
    instance: Instance, settings: Settings, stop: Stop, seeds: Iterable[Keys] = (), most: int | None = None
) -> ConflictFindings:
    """The smallest conflicts that stand against a plan, at most ``most`` of them (None: as the limits say).

    ``seeds``: sets of rule instances that counting has shown to be impossible. No two conflicts share a rule instance.
    """
    seeds, most = list(seeds), most or settings.limits.conflicts
    oracle = FeasibilityOracle(instance, settings, stop)
    finder = _Finder(oracle, seeds, most)
    conflicts = finder.find()
    if conflicts and not _refuted(oracle):
        return ConflictFindings(True, (*conflicts, *_of_rosters(finder, settings, stop, most)))
    assignments = _assignments(oracle)
    if assignments is not None:
        with_shifts = spread_shifts(instance, assignments)
        if with_shifts is not None:
            return ConflictFindings(False, assignments=with_shifts)
    if stop.over:
        return ConflictFindings(None)
    oracle = FeasibilityOracle(instance, settings, stop, explicit_shifts=True)  # rosters, month by month
    conflicts = _Finder(oracle, seeds, most).find()
    if conflicts:
        return ConflictFindings(True, tuple(conflicts))
    assignments = _assignments(oracle)
    return ConflictFindings(None if assignments is None else False, assignments=assignments or {})


def has_plan(instance: Instance, settings: Settings, stop: Stop) -> Answer:
    """Whether there is a plan at all (None: not known), without a word on what stands against one."""
    for explicit_shifts in (False, True):
        oracle = FeasibilityOracle(instance, settings, stop, explicit_shifts)
        variables = oracle.model(oracle.everything)
        outcome = oracle.search(variables, oracle.limits.whole_effort)
        if outcome.values is None:
            return False if outcome.infeasible else None
        if spread_shifts(instance, _planned(variables, outcome.values)) is not None:
            return True
    return True


def _refuted(oracle: FeasibilityOracle) -> bool:
    """Whether the whole has a plan after all: then what was found is no conflict, whoever is at fault."""
    values = oracle.search(oracle.model(oracle.everything), oracle.limits.refute_effort).values
    return values is not None


def _of_rosters(finder: _Finder, settings: Settings, stop: Stop, most: int) -> list[Conflict]:
    """Conflicts over the rosters' shifts, month by month, beside those that were found without."""
    if most == 1 or stop.over or not _rosters_are_tight(finder.oracle.instance):
        return []
    patience = stop.worth(settings.limits.more_conflicts_effort)
    oracle = FeasibilityOracle(finder.oracle.instance, settings, patience, explicit_shifts=True)
    more = _Finder(oracle, (), most - len(finder.conflicts))
    more.left = finder.left
    return more.find_together()


def _rosters_are_tight(instance: Instance) -> bool:
    """Whether some roster has less than twice the shifts that are still needed: with more, they are not in the way."""
    for roster in instance.parallel_arenas:
        people = [candidate for candidate in instance.candidates.values() if candidate.legevakt_arena == roster.id]
        need = sum(candidate.shifts_missing for candidate in people)
        if roster.shifts is not None:
            supply = sum(max(roster.shifts.at(month), 0) for month in range(instance.start, instance.end))
            if need and supply < 2 * need:
                return True
    return False


def smallest_conflict(oracle: FeasibilityOracle, keys: Keys) -> Conflict:
    """A smallest conflict inside a set of rule instances that is known to be impossible by itself."""
    conflict = _Finder(oracle, (), 1).smallest(keys)
    assert conflict is not None, "with the numbers of blocks in the set it is impossible however many blocks there are"
    return conflict


def _assignments(oracle: FeasibilityOracle) -> dict[str, Assignment] | None:
    variables = oracle.model(oracle.everything)
    values = oracle.search(variables, oracle.limits.whole_effort).values
    if values is None:
        return None
    return _planned(variables, values)


def _planned(variables: Variables, values: Values) -> dict[str, Assignment]:
    assignments = variables.assignments(lambda literal: evaluate(literal, values))
    return {assignment.candidate: assignment for assignment in assignments}


class _Finder:
    """One pass over an instance: counting's seeds, then each candidate alone, then more and more of them together."""

    def __init__(self, oracle: FeasibilityOracle, seeds: Iterable[Keys], most: int) -> None:
        self.oracle = oracle
        self.most = most
        self.seeds = list(seeds)
        self.shared = frozenset(key for key in oracle.instances if key.candidate is None)
        self.conflicts: list[Conflict] = []
        self.left = oracle.everything  # what no conflict has used up

    def find(self) -> list[Conflict]:
        """Conflicts that share no instance with one another, as far as they were found."""
        self._each_alone()
        for seed in self.seeds:
            if seed <= self.left and self._room and self.oracle.impossible(seed):
                conflict = self.smallest(seed)
                if conflict is not None:
                    self._note(conflict)
        return self.find_together()

    def find_together(self) -> list[Conflict]:
        """Conflicts of several candidates in what is left."""
        while self._room:
            found = self._together()
            if found is None:
                break
            conflict = self.smallest(found)
            if conflict is None:
                break
            self._note(conflict)
            if conflict not in self.conflicts:
                break
        return self.conflicts

    @property
    def _room(self) -> bool:
        return len(self.conflicts) < self.most and not self.oracle.stop.over

    def _note(self, conflict: Conflict) -> None:
        """One conflict stands against the plan; looking for more has its own, shorter time."""
        if self.conflicts and not conflict.minimal and len(conflict.instances) > self.oracle.limits.told_instances:
            return
        if not self.conflicts:
            self.oracle.stop = self.oracle.stop.worth(self.oracle.limits.more_conflicts_effort)
        self.conflicts.append(conflict)
        self.left -= conflict.keys

    # --- one candidate ---------------------------------------------------------------------------------------------

    def _each_alone(self) -> None:
        told: list[Conflict] = []
        for candidate_id in self.oracle.instance.candidates:
            keys = self.oracle.own(candidate_id) | self.shared
            for _ in range(self.oracle.limits.conflicts_of_one):
                if not self._room or not self.oracle.impossible(keys):
                    break
                alike = next(
                    (each_conflict for each_conflict in told if self._applies(each_conflict, candidate_id, keys)), None
                )
                if alike is None:
                    conflict = self.smallest(keys)
                    if conflict is None:
                        break
                    told.append(conflict)
                    self._note(conflict)
                    keys -= conflict.keys
                elif not alike.candidates:  # nobody's: it is told whoever is looked at
                    keys -= alike.keys
                else:
                    place = self.conflicts.index(alike)
                    told[told.index(alike)] = self.conflicts[place] = replace(alike, also=(*alike.also, candidate_id))
                    twin = self._twin(alike, candidate_id) or frozenset()
                    self.left -= twin
                    keys -= twin

    def _applies(self, conflict: Conflict, candidate_id: str, keys: Keys) -> bool:
        twin = self._twin(conflict, candidate_id)
        return twin is not None and twin <= keys and self.oracle.impossible(twin) is True

    def _twin(self, conflict: Conflict, candidate_id: str) -> Keys | None:
        """The same conflict of another candidate: None if that one lacks an instance of it."""
        twin = frozenset(
            key if key.candidate is None else replace(key, candidate=candidate_id) for key in conflict.keys
        )
        return twin if twin <= self.oracle.everything else None

    # --- several candidates ----------------------------------------------------------------------------------------

    def _together(self) -> Keys | None:
        """An impossible set of instances, of as few of the candidates with least slack as show it."""
        answer = self.oracle.impossible(self.left)
        if answer is False:
            return None
        order = [candidate.id for candidate in sorted(self.oracle.instance.candidates.values(), key=self._slack)]
        size = 2
        while size < len(order):
            keys = self.left & self.shared.union(*(self.oracle.own(candidate_id) for candidate_id in order[:size]))
            if self.oracle.impossible(keys, effort=self.oracle.limits.first_question_effort):
                return keys
            size *= 2
        if answer is None:
            answer = self.oracle.impossible(self.left, effort=self.oracle.limits.whole_effort)
        return self.left if answer else None

    def _slack(self, candidate: Candidate) -> int:
        """Months between the earliest finish and the latest allowed one."""
        instance = self.oracle.instance
        timeline = timeline_of(instance, candidate)
        end = instance.end_for(candidate)
        latest = end if candidate.finish_by is None else min(candidate.finish_by + 1, end)
        return latest - instance.start - min(timeline.earliest_end.values())

    def _in_training(self, kept: Keys) -> tuple[int, int]:
        """From the first start to the last date by which one of the candidates must be through."""
        instance = self.oracle.instance
        people = self.oracle.spoken_of(kept)
        own = [(rule_of(key), candidate_of(instance, key)) for key in kept if key.candidate is not None]
        ends = {person.id: last + 1 for rule, person in own if (last := rule.deadline(person)) is not None}
        begin = min((instance.first_month(candidate) for candidate in people), default=instance.start)
        end = max(ends.values()) if people and len(ends) == len(people) else instance.end
        return begin - instance.start, min(end, instance.end) - instance.start

    # --- making it small -------------------------------------------------------------------------------------------

    def smallest(self, keys: Keys) -> Conflict | None:
        """Leave out whatever leaves it impossible; None if, with any number of the blocks that nothing in the set
        bounds, it turns out to be possible (another conflict has told what bounds them).
        """
        rules = [frozenset(key for key in keys if key.rule == rule.id) for rule in sorted(RULES, key=_telling)]
        people = [self.oracle.own(candidate.id) for candidate in self.oracle.spoken_of(keys)]
        kept, _ = _shrunk(self.oracle.impossible, keys, rules)
        kept, _ = _shrunk(self.oracle.impossible, kept, people)
        kept, minimal = _shrunk(self.oracle.impossible, kept, self._one_by_one(kept))
        kept = self._merely_there(kept)
        with self.oracle.with_any_number_of_blocks():
            kept, minimal = self._with_counts(keys, kept, minimal)
            if self.oracle.impossible(kept) is False:
                return None
            narrowing = self._narrowed(kept)
            proved = self.oracle.confirmed(kept, narrowing)
        instances = sorted(self._of(kept), key=lambda key: (key.candidate is not None, -_telling(rule_of(key))))
        return Conflict(tuple(instances), narrowing, minimal, proved, self.oracle.explicit_shifts)

    def _with_counts(self, keys: Keys, kept: Keys, minimal: bool) -> tuple[Keys, bool]:
        """With the numbers of blocks in the set that are needed once there may be any number of all others."""
        people = {candidate.id for candidate in self.oracle.spoken_of(kept)}
        counts = {key for key in keys - kept if rule_of(key).bounds_blocks and key.candidate in people}
        if not counts or self.oracle.impossible(kept) or self.oracle.impossible(kept | counts) is False:
            return kept, minimal
        return _shrunk(self.oracle.impossible, kept | counts, self._one_by_one(kept | counts))

    def _merely_there(self, kept: Keys) -> Keys:
        """Where a candidate takes part by being in training at all, that is what is told."""
        for candidate_id in {key.candidate for key in kept if key.candidate is not None}:
            own = self.oracle.own(candidate_id) & kept
            there = frozenset(key for key in self.oracle.own(candidate_id) if rule_of(key).presence)
            if len(own) == 1 and there and not there & own and self.oracle.impossible((kept - own) | there):
                kept = (kept - own) | there
        return kept

    def _of(self, keys: Keys) -> list[RuleKey]:
        """In order: those best told last."""
        return [key for key in self.oracle.instances if key in keys]

    def _one_by_one(self, keys: Keys) -> list[Keys]:
        return [frozenset([key]) for key in self._of(keys)]

    def _narrowed(self, kept: Keys) -> Narrowing:
        """The goals, then the months, without which it would be possible."""
        goals: dict[str, frozenset[int]] = {}
        for key in self._of(kept):
            if key.candidate is not None and (units := self._parts(key)):
                goals[key.candidate] = self._goals(kept, key.candidate, units, goals)
        narrowing = Narrowing(goals=goals)
        local = any(rule_of(key).lies_fast(key) for key in kept)
        for key in self._of(kept):
            if speaks_of_months(key):
                narrowing = self._months(kept, key, narrowing, local)
        return narrowing

    def _parts(self, key: RuleKey) -> list[frozenset[int]]:
        return list(rule_of(key).parts(self.oracle.instance, candidate_of(self.oracle.instance, key)))

    def _goals(
        self, kept: Keys, candidate_id: str, units: Sequence[frozenset[int]], so_far: Mapping[str, frozenset[int]]
    ) -> frozenset[int]:
        def impossible(goals: frozenset[int]) -> Answer:
            return self.oracle.impossible(kept, Narrowing(goals={**so_far, candidate_id: goals}))

        left, _ = _shrunk(impossible, frozenset().union(*units), units)
        return left

    def _months(self, kept: Keys, key: RuleKey, narrowing: Narrowing, local: bool) -> Narrowing:
        """The shortest time that suffices; that in which the candidates can serve at all, if there are many and nothing
        lies fast.

        Of the windows that suffice, it is that with the earliest end, and then the latest beginning.
        """

        def window(begin: int, end: int) -> Narrowing:
            return replace(narrowing, windows={**narrowing.windows, key: (begin, end)})

        def suffices(begin: int, end: int) -> bool:
            return self.oracle.impossible(kept, window(begin, end)) is True

        begin, end = (0, self.oracle.instance.end - self.oracle.instance.start) if local else self._in_training(kept)
        if not suffices(begin, end):
            return narrowing
        if local or len(self.oracle.spoken_of(kept)) <= self.oracle.limits.narrowed_members:
            end = smallest(range(begin, end + 1), lambda t: suffices(begin, t))
            begin = end - smallest(range(end - begin + 1), lambda t: suffices(end - t, end))
        return window(begin, end)


def _telling(rule: Rule) -> int:
    return rule.telling


def _shrunk(
    impossible: Callable[[frozenset[T]], Answer], kept: frozenset[T], units: Sequence[frozenset[T]]
) -> tuple[frozenset[T], bool]:
    """Leave out units of a set; and whether every one that stayed is known to be needed."""
    touching = [unit & kept for unit in units if unit & kept]
    always = kept.difference(*touching)
    left, sure = shrunk(touching, lambda rest: impossible(always.union(*rest)))
    return always.union(*left), sure
