"""Why is a candidate not in a rotation in some months: which rules forbid it, or whom would it cost what?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scheduler.accounting import levels, spans, trajectory_of
from scheduler.accounting.baseline import to_stay_near
from scheduler.accounting.proof import Proofs
from scheduler.constraints import RULES
from scheduler.constraints.complete import complete_before
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.fixed import Fixed
from scheduler.explanation.beside import Beside
from scheduler.explanation.conflicts import smallest_conflict
from scheduler.explanation.costs import Cost, costs_of, trajectories_of
from scheduler.explanation.oracle import FeasibilityOracle
from scheduler.instance.assignment import Assignment
from scheduler.instance.offices import wide_enough_for
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import FixedBlock, Instance, Span
from scheduler.objective import figure
from scheduler.plan import Plan, PlanObjective
from scheduler.planning.assemble import assignment_of, is_proved, objectives_of, plan_candidate
from scheduler.planning.one_model import OneModel
from scheduler.planning.over import without_over
from scheduler.planning.parallel import find
from scheduler.planning.procedure import Budget, Procedure, follow
from scheduler.planning.settle import Settle
from scheduler.planning.state import Impossible, Result, State, Task
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Question:
    """The candidate in the rotation in every service month of the span.

    It means what ``fixed`` rows of these months would, but that a block begins only when it may. ``awaited`` False: and
    that no finish waits for them.
    """

    candidate: str
    rotation: str
    span: Span
    awaited: bool = True

    def held(self, instance: Instance) -> Instance:
        """The instance with the candidate held to it, by rows after those of the file."""
        candidate = instance.candidates[self.candidate]
        worked = (month for month in self.span.months() if not candidate.on_leave(month))
        rows = (FixedBlock(self.rotation, span, exempt=False, awaited=self.awaited) for span in spans(worked))
        held = replace(candidate, fixed=(*candidate.fixed, *rows))
        return replace(instance, candidates={**instance.candidates, candidate.id: held})

    def keys(self, instance: Instance) -> Keys:
        """The rows' own instances, in an instance held to it."""
        rows = [row for row, block in enumerate(instance.candidates[self.candidate].fixed) if not block.exempt]
        return frozenset(RuleKey(Fixed.id, self.candidate, row=row) for row in rows)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``possible`` None: not known. A conflict says why not; ``alone``: even if nobody else existed.

    ``movers``: whose plan stands in the way as it is. ``costs``: if ``proved``, what changes for whom in the cheapest
    plan with it, which moves as little as possible of the plan in hand; otherwise what it costs while all others stay.
    ``at_least``: per level, by how much the best plan with it is worse than the plan in hand, as far as that is proved.
    ``no_plan``: there is none at all, asked or not, and why, as a plan file tells it. ``given``: the plan in hand was,
    and was not found for the question. ``as_fixed``: the plan told lasts that long only because the months are held
    like ``fixed`` ones; ``only_as_fixed``: so does every plan with them.
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
    no_plan: Mapping[str, Any] | None = None
    given: bool = False
    as_fixed: bool = False
    only_as_fixed: bool = False


ONE_BESIDE: tuple[Procedure, ...] = (OneModel(), OneModel(explicit_shifts=True), Settle())
PRICE = ("delay", "wishes", "changes")  # what a question costs, and then as few months moved as possible


def why_not(instance: Instance, question: Question, base: Plan | None, stop: Stop, settings: Settings) -> WhyNot:
    """Why a candidate is not in a rotation in some months, and what it would cost if it is possible.

    Asked of the candidate alone first, then beside the plan in hand (``base``; None: there is none), then of everybody
    together. Costs are in the units of the levels: months, weights of wishes. What is not known when ``stop`` is over
    is told as not known.
    """
    instance = without_over(instance)
    if base is not None:
        there = [entry for entry in base.candidates if entry.id in instance.candidates]
        base = base.model_copy(update={"candidates": there})
        instance = wide_enough_for(instance, [assignment_of(instance, entry) for entry in base.candidates])
    return replace(_answer(instance, question, base, stop, settings), question=question)


def _answer(instance: Instance, question: Question, base: Plan | None, stop: Stop, settings: Settings) -> WhyNot:
    held = question.held(instance)
    oracle = FeasibilityOracle(held, settings, stop, always=question.keys(held))
    own = oracle.alone(question.candidate)
    if oracle.impossible(own):
        return WhyNot(False, conflict=smallest_conflict(oracle, own), alone=True)
    assignments = {} if base is None else {entry.id: assignment_of(instance, entry) for entry in base.candidates}
    if assignments and _is_there(instance, question, assignments[question.candidate]):
        return WhyNot(True, there=True)
    beside, movers = _beside(held, question, assignments, settings, stop) if assignments else (None, ())
    trial = _trial(held, instance if base is None else to_stay_near(instance, base))
    found = find(trial, settings, Strategy.AUTO, stop, lambda *_: None)
    if isinstance(found, Impossible) and oracle.impossible(oracle.everything, effort=settings.limits.confirm_effort):
        return WhyNot(False, conflict=smallest_conflict(oracle, oracle.everything))
    planned = found.assignments[question.candidate] if isinstance(found, Result) else beside
    if planned is None:
        return WhyNot(None, movers=movers)
    answer = replace(_lasting(instance, question, planned, stop, settings), movers=movers)
    if not isinstance(found, Result):
        return _at_most(instance, trial, answer, assignments, beside)
    if answer.as_fixed and not answer.only_as_fixed:
        other_trial = replace(trial, candidates=replace(question, awaited=False).held(instance).candidates)
        other = find(other_trial, settings, Strategy.AUTO, stop, lambda *_: None)
        if isinstance(other, Result) and _price(other_trial, other) <= _price(trial, found):
            trial, found, answer = other_trial, other, WhyNot(True, movers=movers)
    if all(is_proved(objective) for objective in _objectives(trial, found)):
        return replace(answer, costs=tuple(costs_of(instance, assignments, trial, found.assignments)), proved=True)
    return replace(
        _at_most(instance, trial, answer, assignments, beside), at_least=_at_least(instance, assignments, found.proofs)
    )


def _objectives(trial: Instance, found: Result) -> list[PlanObjective]:
    return objectives_of(trial, trajectories_of(trial, found.assignments.values()), found.proofs)


def _price(trial: Instance, found: Result) -> list[float]:
    """Delay and wishes: the sum, then the worst-off, level by level."""
    bounds = [bound for level in _objectives(trial, found) if level.id != "changes" for bound in (level, level.worst)]
    return [bound.value for bound in bounds if bound is not None]


def _lasting(instance: Instance, question: Question, planned: Assignment, stop: Stop, settings: Settings) -> WhyNot:
    """Whether the candidate, planned as asked, is done earlier but for being held to the months; and in any plan."""
    free = replace(question, awaited=False).held(instance)
    entry = plan_candidate(free, planned)
    if entry.unfinished or complete_before(RULES, trajectory_of(free, entry)) is None:
        return WhyNot(True)
    oracle = FeasibilityOracle(free, settings, stop, always=question.keys(free))
    never = oracle.impossible(oracle.alone(question.candidate)) or oracle.impossible(oracle.everything)
    return WhyNot(True, as_fixed=True, only_as_fixed=never is True)


def _trial(held: Instance, near: Instance) -> Instance:
    """The instance with the candidate held to what is asked, judged by what that costs beside the plan in hand."""
    baseline = near.baseline if held.baseline is None else held.baseline
    return replace(held, baseline=baseline, objective_order=PRICE)


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


def _at_least(instance: Instance, assignments: Mapping[str, Assignment], proofs: Proofs) -> dict[str, float]:
    """By how much the levels are worse than in the plan in hand, as far as that is proved."""
    now = levels(instance, trajectories_of(instance, assignments.values())) if assignments else {}
    bounds = {
        proof.target.level: figure(proof.target.level, proof.bound)
        for proof in proofs.valid()
        if not proof.target.worst
    }
    return {
        level: bound - now[level].value for level, bound in bounds.items() if level in now and bound > now[level].value
    }


def _is_there(instance: Instance, question: Question, assignment: Assignment) -> bool:
    candidate = instance.candidates[question.candidate]
    months = [month for month in question.span.months() if not candidate.on_leave(month)]
    return all(assignment.rotation_at(month) == question.rotation for month in months)


# --- beside the plan as it is ----------------------------------------------------------------------------------------


def _beside(
    held: Instance, question: Question, assignments: Mapping[str, Assignment], settings: Settings, stop: Stop
) -> tuple[Assignment | None, tuple[str, ...]]:
    """The candidate's best plan with it while the others stay; or those of whom the smallest group must move.

    Neither where there are not enough shifts or supervisors for it, or a floor has to be held up by all.
    """
    others = {each_id: assignment for each_id, assignment in assignments.items() if each_id != question.candidate}
    state = follow(ONE_BESIDE, State(Task(held, others)), Budget(settings, stop))
    if state.result is not None:
        return state.result.assignments[question.candidate], ()
    if state.impossible is None:
        return None, ()
    candidate, effort = held.candidates[question.candidate], settings.limits.blocker_effort
    beside = Beside(held, candidate, lambda _: None, settings, stop, effort)
    return None, tuple(beside.in_the_way([*others.values()]))
