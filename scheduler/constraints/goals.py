"""Every learning goal is met somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scheduler.accounting import PlanRead, Trajectory, missing_goals, remaining_goals
from scheduler.constraints.facts import Facts
from scheduler.constraints.lack import Lack
from scheduler.constraints.rule import Rule, Violation
from scheduler.files.goals import format_goals
from scheduler.instance.rule_key import RuleKey, candidate_of
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import PRACTICE, Candidate, Instance, Rotation
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.constraints.finishing import Cut
    from scheduler.variables import CandidateVariables, Linear, Literal, Variables


class Goals(Rule):
    """Every goal not done is covered by an arena that lists it and in which the candidate serves long enough."""

    id = "goals"
    telling = 50
    needed = 70
    blamed = 45
    awaited = True

    def build(self, variables: Variables) -> None:
        """Each goal not done is covered by an arena that lists it and gives exposure enough."""
        for candidate in variables.candidates:
            if candidate.must_complete and candidate.states(self.id):
                missing = candidate.remaining_goals
                for goals, arenas in alike(candidate.goal_arenas, missing):
                    if any(candidate.states(self.id, goal=goal) for goal in goals):
                        given = (candidate.exposed(arena_id) for arena_id in sorted(arenas))
                        candidate.asked(variables.model.add_bool_or(*given))

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """List the goals that are neither done nor given by an arena of the plan; not asked of the unfinished."""
        for trajectory in read.trajectories:
            missing = missing_goals(trajectory)
            if missing and not trajectory.unfinished:
                fields = {"goals": format_goals(missing)}
                yield Violation(self.id, "violations.goals", fields, trajectory.candidate.id)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """A goal is missing where no arena that lists it has given exposure enough."""
        candidate, model = cut.candidate, cut.candidate.model
        goals = candidate.remaining_goals
        for arena_ids in {frozenset(candidate.goal_arenas[goal]) for goal in goals}:
            arenas = [candidate.variables.instance.arenas[arena_id] for arena_id in sorted(arena_ids)]
            if any(arena.is_parallel for arena in arenas):
                continue  # missing only as long as a shift is
            missing = model.new_bool_var("")
            for arena in arenas:
                least = candidate.exposure(arena) - candidate.grain.credit(candidate.past_exposure.get(arena.id, 0))
                left = _exposure_left(cut, arena.id)
                model.add(left <= least - 1).only_enforce_if(missing)
                if len(candidate.seats) == 1 and arena.id in candidate.practices:
                    chosen = candidate.seats[0].chosen[arena.id]
                    model.add(left + _exposure_left(cut, PRACTICE) <= least - 1).only_enforce_if(missing, chosen)
                elif arena.id in candidate.practices:
                    model.add(left + _own_exposure_left(cut, arena.id) <= least - 1).only_enforce_if(missing)
            yield missing

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """Goals are missing."""
        missing = missing_goals(trajectory)
        if missing:
            yield Lack("lack-goals", goals=missing)

    def stands(self, candidate: CandidateVariables) -> bool:
        """None of the goals is left out, and it is not left open in which office one still missing is met."""
        missing = candidate.remaining_goals
        named = all(candidate.states(self.id, goal=goal) for goal in missing)
        return named and candidate.states(self.id) and not _office_decides(candidate)

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The goals not done, of one who finishes."""
        if not timeline.unfinished and remaining_goals(instance, candidate):
            yield RuleKey(self.id, candidate.id)

    def parts(self, instance: Instance, candidate: Candidate) -> Iterator[frozenset[int]]:
        """Goals not done that the same arenas cover, of those the candidate may come to."""
        arenas = {arena for rotation in instance.rotations_of(candidate) for arena in rotation.mix if arena != PRACTICE}
        arenas |= {arena.id for arena in (*instance.offices, *instance.parallel_arenas)}
        missing = remaining_goals(instance, candidate)
        covering = {goal: sorted(arena for arena in arenas if goal in instance.arenas[arena].goals) for goal in missing}
        yield from (frozenset(goals) for goals, _ in alike(covering, missing))

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The goals, and some of the arenas that list them."""
        goals = _meant(facts, key)
        listing = [arena for arena in facts.instance.arenas.values() if goals & arena.goals]
        elsewhere = [arena for arena in listing if not arena.is_office]
        arenas = [arena.name for arena in elsewhere or listing]
        return facts.say(self.id, goals=format_goals(goals), arenas=arenas[:4] or facts.say("nowhere"))

    def details(self, facts: Facts, key: RuleKey) -> dict[str, Any]:
        """The goals."""
        return {"goals": format_goals(_meant(facts, key))}

    def served_in(self, instance: Instance, key: RuleKey) -> Iterable[Rotation]:
        """Those in an arena that lists a goal not done."""
        candidate = candidate_of(instance, key)
        goals = remaining_goals(instance, candidate)
        return [row for row in instance.rotations.values() if _listing(row, instance, goals)]

    def need(self, facts: Facts, key: RuleKey) -> Phrase:
        """The goals."""
        return facts.say("need-goals", goals=format_goals(_meant(facts, key)))


def _listing(rotation: Rotation, instance: Instance, goals: frozenset[int]) -> bool:
    arenas = (instance.arenas[arena] for arena in rotation.mix if arena != PRACTICE)
    return any(arena.goals & goals for arena in arenas)


def _meant(facts: Facts, key: RuleKey) -> frozenset[int]:
    """The goals that the conflict is about."""
    candidate = facts.candidate(key)
    return facts.conflict.narrowing.goals.get(candidate.id, remaining_goals(facts.instance, candidate))


def alike(goal_arenas: Mapping[int, list[str]], goals: Iterable[int]) -> list[tuple[list[int], frozenset[str]]]:
    """Goals that the same arenas cover, together."""
    by_arenas: dict[frozenset[str], list[int]] = {}
    for goal in sorted(goals):
        by_arenas.setdefault(frozenset(goal_arenas[goal]), []).append(goal)
    return [(listed, arenas) for arenas, listed in by_arenas.items()]


# --- stating it in the model ---------------------------------------------------------------------------------------


def _office_decides(candidate: CandidateVariables) -> bool:
    """Whether it is left open in which office somebody is, and a goal still missing hangs on that."""
    person = candidate.candidate
    in_practice = any(rotation.uses_practice for rotation in candidate.variables.instance.rotations_of(person))
    return in_practice and any(arena.goals & candidate.remaining_goals for arena in candidate.any_office)


def _exposure_left(cut: Cut, arena_id: str) -> Linear:
    """Credit earned in an arena before the cut, own practice (``practice``) by itself."""
    return cut.work_left(lambda rotation: rotation.mix.get(arena_id, 0), cut.candidate.work_table)


def _own_exposure_left(cut: Cut, office: str) -> Linear:
    """Credit earned before the cut in own practice while it is this office."""

    def left(table: Sequence[int]) -> Linear:
        return cut.work_left(lambda rotation: rotation.mix.get(PRACTICE, 0), table)

    return cut.candidate.while_in_office(office, left)
