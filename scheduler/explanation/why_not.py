"""Why is a candidate not in a rotation in some months: which rules forbid it, or whom would it cost what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scheduler.accounting import levels
from scheduler.accounting.baseline import to_stay_near
from scheduler.constraints.conflict import Conflict
from scheduler.explanation.beside import Beside
from scheduler.explanation.conflicts import smallest_conflict
from scheduler.explanation.costs import Cost, costs_of, trajectories_of
from scheduler.explanation.oracle import FeasibilityOracle
from scheduler.instance.assignment import Assignment
from scheduler.instance.types import FixedBlock, Instance, Span
from scheduler.plan import Plan, PlanObjective
from scheduler.planning.assemble import assignment_of, is_proved, objectives_of
from scheduler.planning.one_model import OneModel
from scheduler.planning.parallel import find
from scheduler.planning.procedure import Budget, follow
from scheduler.planning.state import Impossible, Result, State, Task
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.strategy import Strategy
from scheduler.variables import Variables


@dataclass(frozen=True, slots=True)
class Question:
    """The candidate in the rotation in every service month of the span."""

    candidate: str
    rotation: str
    span: Span

    def force(self, variables: Variables) -> None:
        """State it in a model."""
        origin = variables.instance.start
        person = next(candidate for candidate in variables.candidates if candidate.id == self.candidate)
        for t in range(max(self.span.start - origin, 0), min(self.span.end - origin, person.timeline.end)):
            if person.timeline.works(t):
                there = person.month_sum(t, lambda rotation: int(rotation.id == self.rotation))
                variables.model.add(there >= 1)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``possible`` None: not known. A conflict says why not; ``alone``: even if nobody else existed.

    ``movers``: whose plan stands in the way as it is. ``costs``: if ``proved``, what changes for whom in the cheapest
    plan with it, which moves as little as possible of the plan in hand; otherwise what it costs while all others stay.
    ``at_least``: per level, by how much any plan with it is worse than the plan in hand, as far as that is proved.
    """

    possible: bool | None
    there: bool = False
    conflict: Conflict | None = None
    alone: bool = False
    movers: tuple[str, ...] = ()
    costs: tuple[Cost, ...] | None = None
    proved: bool = False
    at_least: Mapping[str, float] = field(default_factory=dict)
    question: Question | None = None


PRICE = ("delay", "wishes", "changes")  # what a question costs, and then as few months moved as possible


def why_not(instance: Instance, question: Question, base: Plan | None, stop: Stop, settings: Settings) -> WhyNot:
    """Ask of the candidate alone, then beside the plan as it is, then of everybody together."""
    return replace(_answer(instance, question, base, stop, settings), question=question)


def _answer(instance: Instance, question: Question, base: Plan | None, stop: Stop, settings: Settings) -> WhyNot:
    oracle = FeasibilityOracle(instance, settings, stop, force=question.force, forced=question.candidate)
    own = oracle.alone(question.candidate)
    if oracle.impossible(own):
        return WhyNot(False, conflict=smallest_conflict(oracle, own), alone=True)
    assignments = {} if base is None else {entry.id: assignment_of(entry) for entry in base.candidates}
    if assignments and _is_there(instance, question, assignments[question.candidate]):
        return WhyNot(True, there=True)
    beside, movers = _beside(instance, question, assignments, settings, stop) if assignments else (None, ())
    trial = _trial(instance, question, base)
    found = find(trial, settings, Strategy.AUTO, stop, lambda *_: None)
    if isinstance(found, Impossible) and oracle.impossible(oracle.everything, effort=settings.limits.confirm_effort):
        return WhyNot(False, conflict=smallest_conflict(oracle, oracle.everything))
    if not isinstance(found, Result):
        return _at_most(instance, trial, WhyNot(None if beside is None else True, movers=movers), assignments, beside)
    answer = WhyNot(True, movers=movers)
    priced = objectives_of(trial, trajectories_of(trial, found.assignments.values()), found.proofs)
    if all(is_proved(objective) for objective in priced):
        return replace(answer, costs=tuple(costs_of(instance, assignments, trial, found.assignments)), proved=True)
    return replace(
        _at_most(instance, trial, answer, assignments, beside), at_least=_at_least(instance, assignments, priced)
    )


def _trial(instance: Instance, question: Question, base: Plan | None) -> Instance:
    """The instance with the candidate held to what is asked, judged by what that costs."""
    candidate = instance.candidates[question.candidate]
    asked = FixedBlock(question.rotation, question.span, exempt=False)
    held = replace(candidate, fixed=(*candidate.fixed, asked))
    if base is not None and instance.baseline is None:
        instance = to_stay_near(instance, base)
    candidates = {**instance.candidates, candidate.id: held}
    return replace(instance, candidates=candidates, objective_order=PRICE)


def _at_most(
    instance: Instance,
    trial: Instance,
    answer: WhyNot,
    assignments: Mapping[str, Assignment],
    beside: Assignment | None,
) -> WhyNot:
    """With what it costs while all the others stay, if that is a way."""
    if beside is None:
        return answer
    costs = costs_of(instance, assignments, trial, {**assignments, beside.candidate: beside})
    return replace(answer, costs=tuple(costs))


def _at_least(
    instance: Instance, assignments: Mapping[str, Assignment], priced: Sequence[PlanObjective]
) -> dict[str, float]:
    """By how much the first levels are worse than in the plan in hand, as far as that is proved."""
    now = levels(instance, trajectories_of(instance, assignments.values())) if assignments else {}
    least: dict[str, float] = {}
    for objective in priced:
        if objective.id in now and objective.bound > now[objective.id].value:
            least[objective.id] = objective.bound - now[objective.id].value
        if not is_proved(objective):
            break
    return least


def _is_there(instance: Instance, question: Question, assignment: Assignment) -> bool:
    candidate = instance.candidates[question.candidate]
    months = [month for month in question.span.months() if not candidate.on_leave(month)]
    return all(assignment.rotation_at(month) == question.rotation for month in months)


# --- beside the plan as it is ----------------------------------------------------------------------------------------


def _beside(
    instance: Instance, question: Question, assignments: Mapping[str, Assignment], settings: Settings, stop: Stop
) -> tuple[Assignment | None, tuple[str, ...]]:
    """The candidate's best plan with it while the others stay; or those of whom the smallest group must move."""
    others = {each_id: assignment for each_id, assignment in assignments.items() if each_id != question.candidate}
    state = follow([OneModel()], State(Task(instance, others, demand=question.force)), Budget(settings, stop))
    if state.plan is not None:
        return state.plan.assignments[question.candidate], ()
    if state.impossible is None:
        return None, ()
    candidate, effort = instance.candidates[question.candidate], settings.limits.blocker_effort
    beside = Beside(instance, candidate, question.force, settings, stop, effort)
    return None, tuple(beside.in_the_way([*others.values()]))
