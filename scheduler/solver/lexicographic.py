"""Lexicographic search: make one level as small as it goes, hold it there, go on to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ortools.sat.python import cp_model

from scheduler.accounting.proof import Given, Proof, Proofs, Target
from scheduler.fairness import largest_mean_of
from scheduler.instance.assignment import Assignment
from scheduler.objective import Level, shapes, target_of
from scheduler.solver.engine import Run, Settings, Stop, Values, evaluate, rounded_up, run
from scheduler.variables import IntVar, Linear, Variables

UNKNOWN_BOUND = -(2**40)
MOST = 10**6  # more than any candidate's delay or lost weight
OnProgress = Callable[[str, int, int], None]
Bounds = Mapping[str, Mapping[str, int]]


Together = Mapping[str, Mapping[tuple[str, ...], int]]
"""Per level, what some candidates have together at least, in plans that have the least on the levels before."""


class LevelSearch:
    """A search over one model, level by level. ``values`` is the best plan so far, which no level makes worse.

    ``elsewhere``: what somebody outside of the model has of the worst-off's share, under ``Target.share``.
    ``delays_elsewhere``: months of delay of those outside, by municipality.
    """

    def __init__(
        self,
        variables: Variables,
        levels: list[Level],
        settings: Settings,
        stop: Stop,
        on_progress: OnProgress,
        elsewhere: Mapping[str, int] | None = None,
        delays_elsewhere: Mapping[str, int] | None = None,
    ) -> None:
        self.variables = variables
        self.model = variables.model
        self.levels = levels
        self.elsewhere = elsewhere or {}
        self._delays_elsewhere = delays_elsewhere or {}
        self._shares: dict[str, list[Linear]] = {}
        self.worst = {
            level.id: self._worst_of(level)
            for level in levels
            if level.worst and not level.own_share and (len(level.terms) > 1 or self.elsewhere)
        }
        self._joint = {level.id: self._joint_of(level) for level in levels if level.joint}
        self.settings = settings
        self.stop = stop
        self.on_progress = on_progress
        self.values: Values | None = None
        self.infeasible = False
        self._off_best: dict[str, cp_model.IntVar] = {}

    def _joint_of(self, level: Level) -> cp_model.IntVar:
        """A variable at least as large as every municipality's mean, those outside of the model included."""
        least = self.elsewhere.get(level.id, 0)
        return largest_mean_of(self.model, self.variables.instance, level.terms, self._delays_elsewhere, least)

    def _worst_of(self, level: Level) -> cp_model.IntVar:
        """A variable at least as large as every candidate's share."""
        least = self.elsewhere.get(target_of(level.id, worst=True).share, 0)
        self._shares[level.id] = list(level.shares().values())
        worst = self.model.new_int_var(least, MOST, f"{level.id}.worst")
        for share in self._shares[level.id]:
            self.model.add(worst >= share)
        return worst

    def start_from(self, values: Values | None) -> None:
        """Take a known solution as the plan to improve; None: there is none."""
        self.values = values

    def find_any(self) -> None:
        """Find any plan first: on a crowded instance this takes seconds where the first level takes minutes."""
        outcome = run(self.model, self.settings, self.stop)
        self.values, self.infeasible = outcome.values, outcome.infeasible

    def optimise(
        self,
        own_bounds: Bounds,
        thorough: bool = True,
        known: Proofs | None = None,
        together: Together | None = None,
        for_all: bool = True,
    ) -> Proofs:
        """Minimise every level in turn, and return what is proved of all plans with no more on the levels before.

        ``own_bounds``: per level and candidate, the least that the candidate has alone. While every level equals the
        sum of these, the next sum is a bound too; after that a candidate's own bound holds only if that candidate has
        given nothing up. ``thorough`` False: once something was given up, levels that do not shape the plan are read
        off the solution, not searched. ``known`` and ``together``: what is proved already, given the least on the
        levels before. ``for_all`` False: others are planned beside these, and somebody of them may have the larger
        share; so one that is no part of the sum is not looked for.
        """
        found = Proofs(n_movers=len(self.levels[0].terms) if self.levels else 0)
        known, together = known or Proofs(), together or {}
        for level in self.levels:
            own = own_bounds.get(level.id, {})
            self._bound_each(level, own)
            all_at_best = not self._off_best
            least = _least_known(level, known, own if all_at_best else {})
            if all_at_best or thorough or level.shapes:
                proofs = self._level(level, least, together.get(level.id, {}) if len(known) else {}, for_all)
            else:
                proofs = [self._read_off(level)]
            if not proofs:
                return found
            for proof in proofs:
                found = found.and_then(proof)
            if for_all and level.worst and len(proofs) < 2:  # stopped between a level's sum and its largest share
                return found
            if any(proof.target in least and proof.value != least[proof.target] for proof in proofs):
                known = Proofs()  # what is known of the next levels holds for plans that have the least on this one
            if not all_at_best or proofs[0].value != sum(own.values()):
                self._note_off_best(level, own)
        return found

    def _bound_each(self, level: Level, own: Mapping[str, int]) -> None:
        """Nobody does better than alone, as long as they gave nothing up on an earlier level to get it."""
        for candidate_id, bound in own.items():
            row = self.model.add(level.terms[candidate_id] >= bound)
            if candidate_id in self._off_best:
                row.only_enforce_if(~self._off_best[candidate_id])

    def _note_off_best(self, level: Level, own: Mapping[str, int]) -> None:
        """From here on, a literal per candidate that is true exactly if some level so far is not at their own best."""
        for candidate_id, best in own.items():
            above = self.model.new_bool_var("")
            self.model.add(level.terms[candidate_id] >= best + 1).only_enforce_if(above)
            self.model.add(level.terms[candidate_id] <= best).only_enforce_if(~above)
            before = self._off_best.get(candidate_id)
            if before is not None:
                either = self.model.new_bool_var("")
                self.model.add_max_equality(either, [before, above])
                above = either
            self._off_best[candidate_id] = above

    def assignments(self) -> dict[str, Assignment]:
        """Every free candidate's plan in the best solution so far."""
        values = self.values
        assert values is not None
        assignments = self.variables.assignments(lambda expression: evaluate(expression, values))
        return {assignment.candidate: assignment for assignment in assignments}

    def _read_off(self, level: Level) -> Proof:
        assert self.values is not None
        value = evaluate(self._joint.get(level.id, sum(level.terms.values())), self.values)
        return Proof(target_of(level.id), UNKNOWN_BOUND, value, Given.NO_MORE)

    def _level(
        self,
        level: Level,
        least: Mapping[Target, int],
        together: Mapping[tuple[str, ...], int],
        for_all: bool,
    ) -> list[Proof]:
        """The proof of the level's sum, then of its largest share where that counts; none without a plan."""
        total, worst = target_of(level.id), target_of(level.id, worst=True)
        if level.joint:
            return self._joint_level(level, total, least.get(total, level.least))
        for members, at_least in together.items():
            self.model.add(sum(level.terms[candidate_id] for candidate_id in members) >= at_least)
        self._sharpen(level)
        proof = self._smallest(total, sum(level.terms.values()), least.get(total, level.least))
        if proof is None or not level.worst:
            return [] if proof is None else [proof]
        if level.own_share:
            shares = self._own_share(level, worst, least.get(worst, level.least)) if for_all else None
            return [proof] if shares is None else [proof, shares]
        if level.id not in self.worst:  # one candidate: the share is the sum
            return [proof, replace(proof, target=worst)]
        self._settle_worst(level)
        shares = self._smallest(worst, self.worst[level.id], least.get(worst, level.least))
        return [proof] if shares is None else [proof, shares]

    def _joint_level(self, level: Level, target: Target, least: int | None) -> list[Proof]:
        """The proof of the largest mean of a municipality; none without a plan."""
        if self.values is not None:
            self._complete(self._joint[level.id])  # an earlier search may have left it above
        proof = self._smallest(target, self._joint[level.id], least)
        return [] if proof is None else [proof]

    def _own_share(self, level: Level, worst: Target, least: int | None) -> Proof | None:
        """The proof of a largest share that is no part of the sum. Its variables are made only now: they are many."""
        self.worst[level.id] = self._worst_of(level)
        if not self._complete(self.worst[level.id]):
            return None
        return self._smallest(worst, self.worst[level.id], least)

    def _complete(self, objective: IntVar) -> bool:
        """Give variables that are new since the plan at hand their best values in it."""
        model = self.model.clone()
        model.clear_objective()  # type: ignore[no-untyped-call]
        model.minimize(objective)
        for key, value in self.variables.keys(self.assignments()):
            model.add(key == value)
        outcome = run(model, self.settings, self.stop)
        self.values = outcome.values or self.values
        return outcome.values is not None

    def _sharpen(self, level: Level) -> None:
        """Fix the schedule and re-optimise the helper literals of this level: wishes met, goals met twice."""
        if self.values is None or len(level.terms) == 1:
            return
        model = self.model.clone()
        model.clear_objective()  # type: ignore[no-untyped-call]
        model.minimize(sum(level.terms.values()))
        for key, value in self.variables.keys(self.assignments()):
            model.add(key == value)
        outcome = run(model, self.settings, self.stop, self.settings.limits.sharpen_effort)
        if outcome.values is not None:
            self.values = outcome.values

    def _settle_worst(self, level: Level) -> None:
        """Set the variable of the largest share to the largest share; an earlier search may have left it above."""
        assert self.values is not None
        values, worst = list(self.values), self.worst[level.id]
        least = worst.proto.domain[0]
        values[worst.index] = max(least, *(evaluate(share, self.values) for share in self._shares[level.id]))
        self.values = tuple(values)

    def _smallest(self, target: Target, expression: Linear, known_bound: int | None) -> Proof | None:
        """Minimise the expression, then demand that it stays at what was found; None without a plan."""
        bound = UNKNOWN_BOUND if known_bound is None else known_bound
        if known_bound is not None:
            self.model.add(expression >= known_bound)
        if self.values is None or evaluate(expression, self.values) > bound:
            outcome = self._search(target, expression)
            if outcome.values is not None:
                self.values = outcome.values
                bound = max(bound, rounded_up(outcome.bound))
            elif outcome.infeasible:
                self.infeasible = self.values is None
                assert self.infeasible, "a level made the model infeasible although a plan is known"
        if self.values is None:
            return None
        value = evaluate(expression, self.values)
        self.model.add(expression <= value)
        return Proof(target, min(bound, value), value, Given.NO_MORE)

    def _search(self, target: Target, expression: Linear) -> Run:
        self.model.clear_objective()  # type: ignore[no-untyped-call]
        self.model.minimize(expression)
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        if self.values is not None:
            for index, value in enumerate(self.values):
                self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)

        def heard(value: float, bound: float) -> None:
            self.on_progress(target.name, round(value), rounded_up(bound))

        effort = None if shapes(target.level) else self.settings.limits.figures_effort
        return run(self.model, self.settings, self.stop, effort, heard, seconds=self._share_of_time())

    def _share_of_time(self) -> float | None:
        """Half of what is left, so that a hard level leaves time for those after it."""
        left = self.stop.seconds_left
        return None if left is None else max(left / 2, 0.01)


def _least_known(level: Level, known: Proofs, own: Mapping[str, int]) -> dict[Target, int]:
    """What is known of a level before it is searched: proved already, or else by everybody's own best."""
    total, worst = target_of(level.id), target_of(level.id, worst=True)
    proofs = [proof for proof in (known.of(total), known.of(worst)) if proof is not None]
    if proofs:
        return {proof.target: proof.bound for proof in proofs}
    if not own:
        return {}
    return {total: sum(own.values())} | ({} if level.own_share else {worst: max(own.values())})


def solution_for(
    variables: Variables, assignments: Mapping[str, Assignment], settings: Settings, stop: Stop
) -> Values | None:
    """The whole solution that goes with assignments of all free candidates; None if the model takes them not."""
    model = variables.model.clone()
    for variable, value in variables.keys(assignments):
        model.add(variable == value)
    return run(model, settings, stop).values
