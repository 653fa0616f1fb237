"""One question, asked again and again: is the model with only these rule instances impossible?

What no instance speaks of drops out of the model, so the questions get small and quick. What follows from earlier
answers is not asked twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from scheduler.constraints import RULES, rule_instances
from scheduler.constraints.conflict import WHOLE, Narrowing
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.planning.over import would_be_over
from scheduler.solver.engine import Run, Settings, Stop, race, run
from scheduler.variables import Scope, Variables

Answer = bool | None  # impossible, possible, not known


class FeasibilityOracle:
    """Answers whether rule instances can hold together; remembers what follows from earlier answers.

    ``always``: instances that every question is asked with, and that no answer names; whose they are is in all models.
    """

    def __init__(
        self,
        instance: Instance,
        settings: Settings,
        stop: Stop,
        explicit_shifts: bool = False,
        always: Keys = frozenset(),
    ) -> None:
        self.always = always
        self.instance = instance
        self.settings = settings.for_few
        self.limits = settings.limits
        self.other = settings.for_a_second_look
        self.in_turn = settings.workers == 1  # which of two side by side is first is not always the same
        self.stop = stop
        self.explicit_shifts = explicit_shifts
        self.instances = [key for key in rule_instances(instance) if key not in always]
        self.everything: Keys = frozenset(self.instances)
        self.any_number = False
        self._impossible: list[Keys] = []
        self._possible: list[Keys] = []

    def impossible(
        self, keys: Collection[RuleKey], narrowing: Narrowing = WHOLE, effort: float | None = None
    ) -> Answer:
        """Whether no plan keeps these rule instances, each only as far as the narrowing goes; None if not known in
        time.
        """
        asked = frozenset(keys)
        if not narrowing:
            if any(known <= asked for known in self._impossible):
                return True
            if any(asked <= known for known in self._possible):
                return False
        if self.stop.over:
            return None
        outcome = self.search(self.model(asked, narrowing), effort)
        answer = True if outcome.infeasible else None if outcome.values is None else False
        if not narrowing and answer is not None:
            (self._impossible if answer else self._possible).append(asked)
        return answer

    @contextmanager
    def with_any_number_of_blocks(self) -> Iterator[None]:
        """Where ``block-count`` is left out, ask with as many blocks as there is time for, not one more only."""
        known = self._impossible
        self.any_number, self._impossible = True, []
        yield
        self.any_number, self._impossible = False, known + self._impossible

    def search(self, variables: Variables, effort: float | None = None) -> Run:
        """Search with one setting for a moment, then with two side by side until one of them knows."""
        effort, at_first = effort or self.limits.question_effort, self.limits.first_question_effort
        first = run(variables.model, self.settings, self.stop, min(at_first, effort))
        if first.infeasible or first.values is not None or self.stop.over or effort <= at_first:
            return first
        entrants = [(variables.model.clone(), settings) for settings in (self.settings, self.other)]
        if not self.in_turn:
            return race(entrants, self.stop.worth(effort))
        answers = (run(*entrant, self.stop, effort) for entrant in entrants)
        return next((each_run for each_run in answers if each_run.infeasible or each_run.values is not None), first)

    def confirmed(self, keys: Collection[RuleKey], narrowing: Narrowing = WHOLE, effort: float | None = None) -> bool:
        """Whether a search with other settings finds it impossible, too."""
        effort = effort or self.limits.confirm_effort
        return run(self.model(keys, narrowing).model, self.other, self.stop, effort).infeasible

    def model(self, keys: Collection[RuleKey], narrowing: Narrowing = WHOLE) -> Variables:
        """The model of these rule instances, and of the candidates they speak of."""
        kept = frozenset(keys)
        without = set(self.everything - kept)
        for candidate_id, goals in narrowing.goals.items():
            others = self.instance.candidates[candidate_id].rules.goals - goals
            without.update(RuleKey("goals", candidate_id, goal=goal) for goal in others)
        free = [candidate for candidate in self.spoken_of(kept) if not self._is_over(candidate, kept)]
        scope = Scope(
            self.instance,
            free,
            without=without,
            explicit_shifts=self.explicit_shifts,
            windows=narrowing.windows,
            absent=[candidate for candidate in self.instance.candidates.values() if candidate not in free],
            any_number=self.any_number,
        )
        return build_model(scope)

    def _is_over(self, candidate: Candidate, kept: Keys) -> bool:
        """Whether nothing of these makes the candidate go on after the frozen months; not asked where heads are needed,
        which somebody might go on for.
        """
        if candidate.frozen is None or self.instance.has_floors:
            return False
        asked = {key.rule for key in (*kept, *self.always) if key.candidate == candidate.id}
        return would_be_over(self.instance, candidate, [rule for rule in RULES if rule.id in asked])

    def spoken_of(self, keys: Collection[RuleKey]) -> list[Candidate]:
        """The candidates who own one of these rule instances."""
        owners = {key.candidate for key in (*keys, *self.always)}
        return [candidate for candidate in self.instance.candidates.values() if candidate.id in owners]

    def alone(self, candidate_id: str) -> Keys:
        """The rule instances that stand if the candidate were the only one."""
        return frozenset(key for key in self.instances if key.candidate in (None, candidate_id))

    def own(self, candidate_id: str) -> Keys:
        """The rule instances that the candidate owns."""
        return frozenset(key for key in self.instances if key.candidate == candidate_id)
