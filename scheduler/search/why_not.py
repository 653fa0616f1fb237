"""Why is a candidate not in a rotation in some months: which rules forbid it, or whom would it cost what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scheduler.assemble import is_proved, objectives_of, plan_candidate, without_tail
from scheduler.baseline import to_stay_near
from scheduler.draft import Draft
from scheduler.explain.conflict import Conflict
from scheduler.instance.types import Candidate, FixedBlock, Instance, Span
from scheduler.ledger import Course, course_of, finish_of, levels, wish_met
from scheduler.model import build_model
from scheduler.month import Month
from scheduler.objective import make_levels
from scheduler.occupancy import Occupancy
from scheduler.plan import Plan, PlanCandidate, PlanObjective
from scheduler.search.conflicts import smallest_conflict
from scheduler.search.engine import Settings, Stop, run
from scheduler.search.levels import LevelSearch
from scheduler.search.oracle import Oracle
from scheduler.search.planner import Found, Impossible
from scheduler.search.side_by_side import find
from scheduler.search.strategy import Strategy
from scheduler.timeline import timeline_of
from scheduler.variables import Scope, Variables


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


PRICE = ("delay", "wishes", "changes")  # what a question costs, and then as few months moved as possible


def why_not(instance: Instance, question: Question, base: Plan | None, stop: Stop, settings: Settings) -> WhyNot:
    """Ask of the candidate alone, then beside the plan as it is, then of everybody together."""
    oracle = Oracle(instance, settings, stop, force=question.force, forced=question.candidate)
    own = [one.key for one in oracle.instances if one.candidate in (None, question.candidate)]
    if oracle.impossible(own):
        return WhyNot(False, conflict=smallest_conflict(oracle, frozenset(own)), alone=True)
    drafts = {} if base is None else {entry.id: _draft(entry) for entry in base.candidates}
    if drafts and _is_there(instance, question, drafts[question.candidate]):
        return WhyNot(True, there=True)
    beside, movers = _beside(instance, question, drafts, settings, stop) if drafts else (None, ())
    trial = _trial(instance, question, base)
    found = find(trial, settings, Strategy.AUTO, stop, lambda *_: None)
    if isinstance(found, Impossible) and oracle.impossible(oracle.by_key, effort=settings.limits.confirm_effort):
        return WhyNot(False, conflict=smallest_conflict(oracle, frozenset(oracle.by_key)))
    if not isinstance(found, Found):
        return _at_most(instance, WhyNot(None if beside is None else True, movers=movers), drafts, beside)
    answer = WhyNot(True, movers=movers)
    priced = objectives_of(trial, _courses(trial, found.drafts), found.proofs)
    if all(is_proved(one) for one in priced):
        return replace(answer, costs=tuple(_costs(instance, drafts, found.drafts)), proved=True)
    return replace(_at_most(instance, answer, drafts, beside), at_least=_at_least(instance, drafts, priced))


def _trial(instance: Instance, question: Question, base: Plan | None) -> Instance:
    """The instance with the candidate held to what is asked, judged by what that costs."""
    candidate = instance.candidates[question.candidate]
    asked = FixedBlock(question.rotation, question.span, exempt=False)
    held = replace(candidate, fixed=(*candidate.fixed, asked))
    if base is not None and instance.baseline is None:
        instance = to_stay_near(instance, base)
    candidates = {**instance.candidates, candidate.id: held}
    return replace(instance, candidates=candidates, objective_order=PRICE)


def _at_most(instance: Instance, answer: WhyNot, drafts: Mapping[str, Draft], beside: Draft | None) -> WhyNot:
    """With what it costs while all the others stay, if that is a way."""
    if beside is None:
        return answer
    costs = _costs(instance, drafts, {**drafts, beside.candidate: beside})
    return replace(answer, costs=tuple(costs))


def _at_least(instance: Instance, drafts: Mapping[str, Draft], priced: Sequence[PlanObjective]) -> dict[str, float]:
    """By how much the first levels are worse than in the plan in hand, as far as that is proved."""
    now = levels(instance, _courses(instance, drafts)) if drafts else {}
    least: dict[str, float] = {}
    for one in priced:
        if one.id in now and one.bound > now[one.id].value:
            least[one.id] = one.bound - now[one.id].value
        if not is_proved(one):
            break
    return least


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
    instance: Instance, question: Question, drafts: Mapping[str, Draft], settings: Settings, stop: Stop
) -> tuple[Draft | None, tuple[str, ...]]:
    """The candidate's best plan with it while the others stay; or those of whom the smallest group must move."""
    candidate = instance.candidates[question.candidate]
    others = [draft for one, draft in drafts.items() if one != candidate.id]
    variables = _alone_beside(instance, candidate, question, others)
    search = LevelSearch(variables, make_levels(variables), settings.for_few, stop, lambda *_: None)
    search.optimise({})
    if search.values is not None:
        return search.drafts()[candidate.id], ()
    blocking = others
    for draft in others if search.infeasible else ():
        rest = [one for one in blocking if one is not draft]
        model = _alone_beside(instance, candidate, question, rest).model
        if run(model, settings.for_few, stop, settings.limits.blocker_effort).infeasible:
            blocking = rest
    return None, tuple(draft.candidate for draft in blocking) if search.infeasible else ()


def _alone_beside(instance: Instance, candidate: Candidate, question: Question, others: list[Draft]) -> Variables:
    variables = build_model(Scope(instance, [candidate], Occupancy(instance, others)))
    question.force(variables)
    return variables


# --- what changes ----------------------------------------------------------------------------------------------------


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


def _courses(instance: Instance, drafts: Mapping[str, Draft]) -> list[Course]:
    return [_course(instance, draft) for draft in drafts.values()]


def _rotation(course: Course, month: Month) -> str | None:
    served = course.by_month.get(month)
    return None if served is None else served.rotation.id


def _course(instance: Instance, draft: Draft) -> Course:
    finished = not timeline_of(instance, instance.candidates[draft.candidate]).unfinished
    entry = plan_candidate(instance, draft, {}, finished=finished)
    return course_of(instance, entry if instance.has_floors else without_tail(instance, entry))
