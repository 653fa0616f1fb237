"""Why a wish was not met: the rules, the candidate's own finish or other wishes, or the other candidates."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.accounting import delay, published_for, trajectory_of, wish_met
from scheduler.constraints import RULES, Rule
from scheduler.explanation.beside import Beside
from scheduler.instance.assignment import Assignment
from scheduler.instance.order import drawn
from scheduler.instance.types import Candidate, Instance, Wish
from scheduler.objective import delay_of, met
from scheduler.plan import Plan, PlanCandidate, Sentence, Status
from scheduler.solver.engine import Run, Settings, Stop, evaluate
from scheduler.texts import Language, Phrase, phrase
from scheduler.variables import Variables


def explain_wishes(
    instance: Instance,
    entry: PlanCandidate,
    assignments: Mapping[str, Assignment],
    plan: Plan,
    settings: Settings,
    stop: Stop,
    lang: Language,
) -> PlanCandidate:
    """The candidate's plan with a reason beside each wish that was not met.

    ``assignments``: everybody's, as in the plan. Some reasons rest on whether the ``plan`` is proved best. A reason
    that is not found in time is told as not known.
    """
    candidate = instance.candidates[entry.id]
    trajectory = trajectory_of(instance, entry)
    wishes = []
    for wish, told in zip(candidate.wishes, entry.wishes, strict=True):
        reason = None
        if not wish_met(trajectory, wish):
            others = [assignment for candidate_id, assignment in assignments.items() if candidate_id != candidate.id]
            question = _LostWish(instance, candidate, wish, delay(trajectory), entry, settings, stop)
            reason = Sentence.of(question.answer(others, plan), lang)
        wishes.append(told.model_copy(update={"reason": reason}))
    return entry.model_copy(update={"wishes": wishes})


def with_lost_wishes(entry: PlanCandidate, reason: Sentence) -> PlanCandidate:
    """The candidate's plan with this reason beside each wish that was not met."""
    wishes = [wish.model_copy(update={"reason": None if wish.met else reason}) for wish in entry.wishes]
    return entry.model_copy(update={"wishes": wishes})


class _LostWish:
    """What would it take to meet one wish?"""

    def __init__(
        self,
        instance: Instance,
        candidate: Candidate,
        wish: Wish,
        delay_now: int,
        entry: PlanCandidate,
        settings: Settings,
        stop: Stop,
    ) -> None:
        kept = [each_wish for each_wish, told in zip(candidate.wishes, entry.wishes, strict=True) if told.met]
        self._kept = dict.fromkeys(each_wish.rotation for each_wish in kept)
        self._instance, self._candidate, self._wish = instance, candidate, wish
        self._delay_now = delay_now
        self._stop = stop
        asked = settings, stop, settings.limits.wish_effort

        def meet_it(variables: Variables) -> None:
            variables.model.add(met(variables.candidates[0], wish) == 1)

        def and_lose_nothing(variables: Variables) -> None:
            (person,) = variables.candidates
            meet_it(variables)
            variables.model.add(delay_of(person) <= delay_now)
            for each_wish in kept:
                variables.model.add(met(person, each_wish) == 1)

        self._met = Beside(instance, candidate, meet_it, *asked)
        self._nothing_lost = Beside(instance, candidate, and_lose_nothing, *asked)

    def answer(self, others: list[Assignment], plan: Plan) -> Phrase:
        """From what nobody can change to what the other candidates hold; not known where time has run out."""
        if self._stop.over:
            return phrase("reasons.wish-unknown")
        alone, least_delay = self._least_delay()
        if alone.infeasible:
            return self._rules()
        if least_delay is not None and least_delay > self._delay_now:
            return phrase("reasons.wish-delay", months=least_delay - self._delay_now)
        if self._nothing_lost.impossible():
            return phrase("reasons.wish-other-wish", wishes=list(self._kept))
        blockers = self._nothing_lost.in_the_way(others) if self._nothing_lost.impossible(others) else []
        if blockers:
            return self._others(blockers, plan)
        return phrase("reasons.wish-together" if plan.status is Status.OPTIMAL else "reasons.wish-unknown")

    def _others(self, blockers: list[str], plan: Plan) -> Phrase:
        """Who has the places, and whether it was a draw, or was one but for what they lost before."""
        others = [self._instance.candidates[who] for who in blockers]
        if all(drawn(self._instance, self._candidate, other) for other in others):
            return phrase("reasons.wish-draw", who=blockers)
        if all(self._goes_before(other, plan.candidate(other.id)) for other in others):
            lost = [phrase("reasons.lost-before", who=other.id, lost=other.lost_before) for other in others]
            return phrase("reasons.wish-before", who=lost, lost=self._candidate.lost_before)
        return phrase("reasons.wish-others", who=blockers)

    def _goes_before(self, other: Candidate, entry: PlanCandidate) -> bool:
        """Whether another's wish of the same weight was met, and only what was lost before told the two apart."""
        published = any(published_for(self._instance, one) is not None for one in (self._candidate, other))
        equal = (
            (wish.rotation, wish.weight) == (self._wish.rotation, self._wish.weight)
            for wish in entry.wishes
            if wish.met
        )
        return not published and other.lost_before > self._candidate.lost_before and any(equal)

    def _least_delay(self) -> tuple[Run, int | None]:
        """Whether the wish can be met at all, and with what delay at least."""
        variables = self._met.model()
        term = delay_of(variables.candidates[0])
        variables.model.minimize(term)
        outcome = self._met.ask(variables)
        return outcome, evaluate(term, outcome.values) if outcome.optimal and outcome.values is not None else None

    def _rules(self) -> Phrase:
        """The single rules without which the wish could be met."""
        against = [
            phrase(f"rules.{rule.id}")
            for rule in _suspects()
            if self._met.ask(self._met.model(without_rules=[rule.id])).values is not None
        ]
        return phrase("reasons.wish-rules", rules=against) if against else phrase("reasons.wish-never")


def _suspects() -> list[Rule]:
    """The rules that may stand against a wish, in the order in which they are told."""
    ranked = [(rule.blamed, rule) for rule in RULES if rule.blamed is not None]
    return [rule for _, rule in sorted(ranked, key=lambda pair: pair[0])]
