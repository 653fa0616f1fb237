"""Why is a candidate not in a rotation in some months: which rules forbid it, or whom would it cost what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scheduler.accounting import Trajectory, finish_of, levels, trajectory_of, wish_met
from scheduler.accounting.baseline import to_stay_near
from scheduler.constraints.conflict import Conflict
from scheduler.explanation.beside import Beside
from scheduler.explanation.conflicts import smallest_conflict
from scheduler.explanation.oracle import FeasibilityOracle
from scheduler.instance.assignment import Assignment
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import FixedBlock, Instance, Span
from scheduler.month import Month
from scheduler.plan import Plan, PlanCandidate, PlanObjective
from scheduler.planning.assemble import is_proved, objectives_of, plan_candidate, without_tail
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
class Cost:
    """What one candidate's plan changes by: last months (None: unfinished), wishes lost and won, months that move."""

    candidate: str
    before: Month
    after: Month
    lost: tuple[str, ...]
    won: tuple[str, ...]
    moved: int


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
    assignments = {} if base is None else {entry.id: _assignment(entry) for entry in base.candidates}
    if assignments and _is_there(instance, question, assignments[question.candidate]):
        return WhyNot(True, there=True)
    beside, movers = _beside(instance, question, assignments, settings, stop) if assignments else (None, ())
    trial = _trial(instance, question, base)
    found = find(trial, settings, Strategy.AUTO, stop, lambda *_: None)
    if isinstance(found, Impossible) and oracle.impossible(oracle.everything, effort=settings.limits.confirm_effort):
        return WhyNot(False, conflict=smallest_conflict(oracle, oracle.everything))
    if not isinstance(found, Result):
        return _at_most(instance, WhyNot(None if beside is None else True, movers=movers), assignments, beside)
    answer = WhyNot(True, movers=movers)
    priced = objectives_of(trial, _trajectories(trial, found.assignments), found.proofs)
    if all(is_proved(objective) for objective in priced):
        return replace(answer, costs=tuple(_costs(instance, assignments, found.assignments)), proved=True)
    return replace(_at_most(instance, answer, assignments, beside), at_least=_at_least(instance, assignments, priced))


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
    instance: Instance, answer: WhyNot, assignments: Mapping[str, Assignment], beside: Assignment | None
) -> WhyNot:
    """With what it costs while all the others stay, if that is a way."""
    if beside is None:
        return answer
    costs = _costs(instance, assignments, {**assignments, beside.candidate: beside})
    return replace(answer, costs=tuple(costs))


def _at_least(
    instance: Instance, assignments: Mapping[str, Assignment], priced: Sequence[PlanObjective]
) -> dict[str, float]:
    """By how much the first levels are worse than in the plan in hand, as far as that is proved."""
    now = levels(instance, _trajectories(instance, assignments)) if assignments else {}
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


def _assignment(entry: PlanCandidate) -> Assignment:
    """A plan file's entry as the solver sees it."""
    shifts = {row.month: row.shifts for row in entry.shifts}
    rotations = tuple(row.rotation for row in entry.months)
    return Assignment(entry.id, entry.first, rotations, entry.practice, entry.group, shifts)


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


# --- what changes ----------------------------------------------------------------------------------------------------


def _costs(instance: Instance, before: Mapping[str, Assignment], after: Mapping[str, Assignment]) -> list[Cost]:
    """Whoever's finish or wishes differ, or whose months move."""
    costs = []
    for candidate_id, assignment in after.items():
        old = before.get(candidate_id)
        if old is None:
            continue
        was, now = _trajectory(instance, old), _trajectory(instance, assignment)
        wishes = instance.candidates[candidate_id].wishes
        lost = tuple(
            wish.rotation for wish in wishes if wish_met(instance, was, wish) and not wish_met(instance, now, wish)
        )
        won = tuple(
            wish.rotation for wish in wishes if wish_met(instance, now, wish) and not wish_met(instance, was, wish)
        )
        ends = finish_of(instance, was), finish_of(instance, now)
        months = range(min(old.first, assignment.first), max(was.end, now.end))
        moved = sum(_rotation(was, month) != _rotation(now, month) for month in months)
        if ends[0] != ends[1] or lost or won or moved:
            costs.append(Cost(candidate_id, *ends, lost, won, moved))
    return costs


def _trajectories(instance: Instance, assignments: Mapping[str, Assignment]) -> list[Trajectory]:
    return [_trajectory(instance, assignment) for assignment in assignments.values()]


def _rotation(trajectory: Trajectory, month: Month) -> str | None:
    served = trajectory.by_month.get(month)
    return None if served is None else served.rotation.id


def _trajectory(instance: Instance, assignment: Assignment) -> Trajectory:
    finished = not timeline_of(instance, instance.candidates[assignment.candidate]).unfinished
    entry = plan_candidate(instance, assignment, {}, finished=finished)
    return trajectory_of(instance, entry if instance.has_floors else without_tail(instance, entry))
