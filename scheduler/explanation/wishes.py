"""Why a wish was not met: the rules, the candidate's own finish or other wishes, or the other candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.accounting import delay, trajectory_of, wish_met
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance, Wish
from scheduler.model import build_model
from scheduler.objective import delay_of, met
from scheduler.plan import PlanCandidate
from scheduler.solver.engine import Run, Settings, Stop, evaluate, run
from scheduler.texts import Language, text
from scheduler.variables import Scope, Variables

SUSPECTS = (
    "block-start",
    "block-length",
    "block-count",
    "leave",
    "fixed",
    "group",
    "finish-by",
    "legevakt",
    "goals",
    "requirement",
    "supervision",
    "away",
    "capacity",
)


def explain_wishes(
    instance: Instance,
    entry: PlanCandidate,
    assignments: Mapping[str, Assignment],
    proved: bool,
    settings: Settings,
    stop: Stop,
    lang: Language,
) -> PlanCandidate:
    """The candidate's plan with a reason beside each wish that was not met."""
    candidate = instance.candidates[entry.id]
    trajectory = trajectory_of(instance, entry)
    wishes = []
    for wish, told in zip(candidate.wishes, entry.wishes, strict=True):
        reason = None
        if not wish_met(instance, trajectory, wish):
            others = [assignment for candidate_id, assignment in assignments.items() if candidate_id != candidate.id]
            question = _LostWish(instance, candidate, wish, delay(instance, trajectory), entry, settings, stop, lang)
            reason = question.answer(others, proved)
        wishes.append(told.model_copy(update={"reason": reason}))
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
        lang: Language,
    ) -> None:
        self._instance = instance
        self._candidate = candidate
        self._wish = wish
        self._delay_now = delay_now
        self._kept = [each_wish for each_wish, told in zip(candidate.wishes, entry.wishes, strict=True) if told.met]
        self._settings = settings
        self._stop = stop
        self._lang = lang

    def answer(self, others: list[Assignment], proved: bool) -> str:
        """From what nobody can change to what the other candidates hold; not known where time has run out."""
        if self._stop.over:
            return self._say("wish-unknown")
        alone, least_delay = self._ask(Occupancy(self._instance))
        if alone.infeasible:
            return self._rules()
        if least_delay is not None and least_delay > self._delay_now:
            return self._say("wish-delay", months=least_delay - self._delay_now)
        kept, _ = self._ask(Occupancy(self._instance), keep=True)
        if kept.infeasible:
            return self._say("wish-other-wish", wishes=", ".join(dict.fromkeys(wish.rotation for wish in self._kept)))
        blockers = self._blockers(others)
        if blockers:
            return self._say("wish-others", who=", ".join(blockers))
        return self._say("wish-together" if proved else "wish-unknown")

    def _say(self, key: str, **fields: object) -> str:
        return text(f"reasons.{key}", self._lang, **fields)

    def _model(self, held: Occupancy, keep: bool, without: Iterable[str] = ()) -> Variables:
        """The candidate beside the held ones, the wish met; ``keep``: also no later, and no other wish given up."""
        variables = build_model(Scope(self._instance, [self._candidate], held, without=tuple(without)))
        (person,) = variables.candidates
        variables.model.add(met(person, self._wish) == 1)
        if keep:
            variables.model.add(delay_of(person) <= self._delay_now)
            for wish in self._kept:
                variables.model.add(met(person, wish) == 1)
        return variables

    def _ask(self, held: Occupancy, keep: bool = False) -> tuple[Run, int | None]:
        """Whether it can be, and with what delay at least."""
        variables = self._model(held, keep)
        term = delay_of(variables.candidates[0])
        variables.model.minimize(term)
        outcome = self._run(variables)
        return outcome, evaluate(term, outcome.values) if outcome.optimal and outcome.values is not None else None

    def _run(self, variables: Variables) -> Run:
        return run(variables.model, self._settings.for_few, self._stop, self._settings.limits.wish_effort)

    def _rules(self) -> str:
        """The single rules without which the wish could be met."""
        against = [
            text(f"rules.{rule}", self._lang).rstrip(".")
            for rule in SUSPECTS
            if self._run(self._model(Occupancy(self._instance), keep=False, without=[rule])).values is not None
        ]
        return self._say("wish-rules", rules="; ".join(against)) if against else self._say("wish-never")

    def _blockers(self, others: list[Assignment]) -> list[str]:
        """A smallest set of candidates whose places stand against it: drop any one and it could be met.

        Halves, quarters and so on are dropped at a time, since most stand against nothing.
        """
        beside = Occupancy(self._instance, others)
        blocking = [assignment.candidate for assignment in others]
        if not self._impossible_beside(beside):
            return []
        size = max(len(blocking) // 2, 1)
        while True:
            position = 0
            while position < len(blocking) and not self._stop.over:
                rest = beside.copy()
                for candidate_id in blocking[position : position + size]:
                    rest.remove(candidate_id)
                if self._impossible_beside(rest):
                    beside, blocking = rest, blocking[:position] + blocking[position + size :]
                else:
                    position += size
            if self._stop.over:
                return []
            if size == 1:
                return blocking
            size = max(min(size // 2, len(blocking) // 2), 1)

    def _impossible_beside(self, others: Occupancy) -> bool:
        outcome, _ = self._ask(others, keep=True)
        return outcome.infeasible
