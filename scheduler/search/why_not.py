"""Why is a candidate not in a rotation in some months: which rules forbid it, or whom would it cost what?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.assemble import plan_candidate, without_tail
from scheduler.draft import Draft
from scheduler.explain.conflict import Conflict
from scheduler.instance.types import Candidate, Instance, Span
from scheduler.ledger import Course, course_of, finish_of, wish_met
from scheduler.model import build_model
from scheduler.month import Month
from scheduler.objective import make_levels
from scheduler.occupancy import Occupancy
from scheduler.plan import Plan, PlanCandidate
from scheduler.search.conflicts import smallest_conflict
from scheduler.search.construct import SINGLE
from scheduler.search.engine import Settings, Stop, run
from scheduler.search.levels import LevelSearch, solution_for
from scheduler.search.oracle import Oracle
from scheduler.timeline import timeline_of
from scheduler.variables import Scope, Variables

BLOCKER_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Question:
    """The candidate in the rotation in every service month of the span."""

    candidate: str
    rotation: str
    span: Span

    def force(self, variables: Variables) -> None:
        """State it in a model."""
        origin = variables.instance.start
        person = next(one for one in variables.candidates if one.id == self.candidate)
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

    ``movers``: whose plan stands in the way as it is; ``costs``: what a plan with it costs; ``proved``: no less.
    """

    possible: bool | None
    there: bool = False
    conflict: Conflict | None = None
    alone: bool = False
    movers: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()
    proved: bool = False


def why_not(instance: Instance, question: Question, base: Plan | None, stop: Stop) -> WhyNot:
    """Ask of the candidate alone, then beside the plan as it is, then of everybody together."""
    oracle = Oracle(instance, stop, force=question.force, forced=question.candidate)
    own = [one.key for one in oracle.instances if one.candidate in (None, question.candidate)]
    if oracle.impossible(own):
        return WhyNot(False, conflict=smallest_conflict(oracle, frozenset(own)), alone=True)
    drafts = {} if base is None else {entry.id: _draft(entry) for entry in base.candidates}
    if drafts and _is_there(instance, question, drafts[question.candidate]):
        return WhyNot(True, there=True)
    beside, movers = _beside(instance, question, drafts, stop) if drafts else (None, ())
    if beside is None and oracle.impossible(oracle.by_key, seconds=60.0):
        return WhyNot(False, conflict=smallest_conflict(oracle, frozenset(oracle.by_key)))
    found, proved = _best(oracle, drafts, beside, stop)
    if found is None:
        return WhyNot(None, movers=movers)
    return WhyNot(True, movers=movers, costs=tuple(_costs(instance, drafts, found)), proved=proved)


def _is_there(instance: Instance, question: Question, draft: Draft) -> bool:
    candidate = instance.candidates[question.candidate]
    months = [month for month in question.span.months() if not candidate.on_leave(month)]
    return all(draft.rotation_at(month) == question.rotation for month in months)


def _draft(entry: PlanCandidate) -> Draft:
    """A plan file's entry as the solver sees it."""
    shifts = {row.month: row.shifts for row in entry.shifts}
    rotations = tuple(row.rotation for row in entry.months)
    return Draft(entry.id, entry.first, rotations, entry.practice, entry.group, shifts)


# --- beside the plan as it is ----------------------------------------------------------------------------------------


def _beside(
    instance: Instance, question: Question, drafts: Mapping[str, Draft], stop: Stop
) -> tuple[Draft | None, tuple[str, ...]]:
    """The candidate's best plan with it while the others stay; or those of whom the smallest group must move."""
    candidate = instance.candidates[question.candidate]
    others = [draft for one, draft in drafts.items() if one != candidate.id]
    variables = _alone_beside(instance, candidate, question, others)
    search = LevelSearch(variables, make_levels(variables), SINGLE, stop, lambda *_: None)
    search.optimise({})
    if search.values is not None:
        return search.drafts()[candidate.id], ()
    blocking = others
    for draft in others if search.infeasible else ():
        rest = [one for one in blocking if one is not draft]
        model = _alone_beside(instance, candidate, question, rest).model
        if run(model, SINGLE, stop, BLOCKER_SECONDS).infeasible:
            blocking = rest
    return None, tuple(draft.candidate for draft in blocking) if search.infeasible else ()


def _alone_beside(instance: Instance, candidate: Candidate, question: Question, others: list[Draft]) -> Variables:
    variables = build_model(Scope(instance, [candidate], Occupancy(instance, others)))
    question.force(variables)
    return variables


# --- everybody -------------------------------------------------------------------------------------------------------


def _best(
    oracle: Oracle, drafts: Mapping[str, Draft], beside: Draft | None, stop: Stop
) -> tuple[dict[str, Draft] | None, bool]:
    """The best plan with it in the time there is, and whether it is proved best."""
    variables = oracle.model(oracle.by_key)
    settings = Settings(workers=4)
    search = LevelSearch(variables, make_levels(variables), settings, stop, lambda *_: None)
    if beside is not None:
        search.start_from(solution_for(variables, {**drafts, beside.candidate: beside}, settings, stop))
    results = search.optimise({})
    if search.values is None:
        return None, False
    shaping = [result for result in results if result.level.id in ("delay", "wishes")]
    return search.drafts(), bool(shaping) and all(result.proved for result in shaping)


def _costs(instance: Instance, before: Mapping[str, Draft], after: Mapping[str, Draft]) -> list[Cost]:
    """Whoever's finish or wishes differ, or whose months move."""
    costs = []
    for candidate_id, draft in after.items():
        old = before.get(candidate_id)
        if old is None:
            continue
        was, now = _course(instance, old), _course(instance, draft)
        wishes = instance.candidates[candidate_id].wishes
        lost = tuple(
            one.rotation for one in wishes if wish_met(instance, was, one) and not wish_met(instance, now, one)
        )
        won = tuple(one.rotation for one in wishes if wish_met(instance, now, one) and not wish_met(instance, was, one))
        ends = finish_of(instance, was), finish_of(instance, now)
        months = range(min(old.first, draft.first), max(was.end, now.end))
        moved = sum(_rotation(was, month) != _rotation(now, month) for month in months)
        if ends[0] != ends[1] or lost or won or moved:
            costs.append(Cost(candidate_id, *ends, lost, won, moved))
    return costs


def _rotation(course: Course, month: Month) -> str | None:
    served = course.by_month.get(month)
    return None if served is None else served.rotation.id


def _course(instance: Instance, draft: Draft) -> Course:
    finished = not timeline_of(instance, instance.candidates[draft.candidate]).unfinished
    entry = plan_candidate(instance, draft, {}, finished=finished)
    return course_of(instance, entry if instance.has_floors else without_tail(instance, entry))
