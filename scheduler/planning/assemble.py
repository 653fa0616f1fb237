"""Assignments into a plan: the solver's choices written out, every figure of the file computed by plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType

from scheduler import __version__
from scheduler.accounting import Trajectory, levels, trajectories, trajectory_of, with_figures
from scheduler.accounting.levels import MORE_IS_BETTER, Level
from scheduler.accounting.proof import Given, Proof, Proofs, Target
from scheduler.constraints import RULES
from scheduler.constraints.complete import complete, complete_before
from scheduler.instance.assignment import Assignment
from scheduler.instance.past import Frozen
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month
from scheduler.objective import figure, target_of, targets_of, trivial_bounds, units
from scheduler.plan import (
    Plan,
    PlanBound,
    PlanCandidate,
    PlanInstance,
    PlanMonth,
    PlanObjective,
    PlanService,
    PlanShifts,
    PlanSupervision,
    PlanTool,
    groups_in,
    practice_rows,
    same_figure,
)

NO_SERVICE = PlanService.none()
NOBODY: Mapping[Month, str] = MappingProxyType({})


def plan_candidate(
    instance: Instance, assignment: Assignment, supervision: Mapping[Month, str] = NOBODY
) -> PlanCandidate:
    """One candidate's part of the plan file; its figures, the finish among them, follow from the months."""
    candidate = instance.candidates[assignment.candidate]
    frozen = candidate.frozen
    rows = list(_months(instance, assignment))
    offices, shifts = practice_rows(assignment.first, assignment.end, assignment.practice_at), dict(assignment.shifts)
    if frozen is not None:
        rows = [*_frozen_months(frozen), *rows]
        shifts, supervision = {**frozen.shifts, **shifts}, {**frozen.supervisors, **supervision}
        offices = practice_rows(
            frozen.start, assignment.end, lambda month: frozen.offices.get(month) or assignment.practice_at(month)
        )
    first, second = groups_in(assignment.group)
    entry = PlanCandidate(
        id=candidate.id,
        start=_start(instance, candidate, assignment),
        finish=None,
        earliest_finish=assignment.end - 1,
        delay=0,
        practice=offices[0].practice if offices else None,
        practices=offices,
        group=first,
        second_group=second,
        months=rows,
        blocks=[],
        service=NO_SERVICE,
        shifts=[PlanShifts(month=month, shifts=n) for month, n in sorted(shifts.items()) if n],
        supervisors=_supervision_spans(supervision),
    )
    entry = with_figures(instance, entry)
    return entry if assignment.completes else as_left(instance, entry)


def _start(instance: Instance, candidate: Candidate, assignment: Assignment) -> Month:
    """The month in which the candidate begins, or began: before the horizon, or in a frozen month."""
    if candidate.frozen is not None:
        return candidate.start_latest
    return min(candidate.start_latest, instance.start) if assignment.first == instance.start else assignment.first


def _frozen_months(frozen: Frozen) -> Iterable[PlanMonth]:
    for month, row in sorted(frozen.rows.items()):
        yield PlanMonth(month=month, rotation=None if row is None else row.rotation, percent=frozen.percent_at(month))


def as_left(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """The entry as one that ends with the contract, if it does and not all is done."""
    if entry.unfinished or complete(RULES, trajectory_of(instance, entry)):
        return entry
    return with_figures(instance, entry.model_copy(update={"unfinished": True}))


def assignment_of(instance: Instance, entry: PlanCandidate) -> Assignment:
    """A plan file's entry as the solver sees it: from the month after the frozen ones on."""
    entry, first = trajectory_of(instance, entry).entry, instance.first_month(instance.candidates[entry.id])
    rotations = tuple(row.rotation for row in entry.months)
    shifts = {row.month: row.shifts for row in entry.shifts}
    found = Assignment(
        entry.id,
        entry.first if entry.months else first,
        rotations,
        entry.practice,
        entry.membership,
        shifts,
        completes=not entry.unfinished,
    )
    return found.seated(entry.practice_at)


def without_tail(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """The entry cut after the first month at whose end everything holds: a search cut short may have planned on."""
    while not entry.unfinished and not instance.candidates[entry.id].done:
        done = complete_before(RULES, trajectory_of(instance, entry))
        if done is None:
            break
        kept = {
            "months": [month for month in entry.months if month.month <= done],
            "shifts": [shifts for shifts in entry.shifts if shifts.month <= done],
            "supervisors": [
                span.model_copy(update={"to": min(span.to, done)}) for span in entry.supervisors if span.from_ <= done
            ],
        }
        entry = with_figures(instance, entry.model_copy(update=kept))
    return entry


def ended(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """The entry cut so, but not where there are floors: the model forbids tails then, and a cut might open a floor."""
    return entry if instance.has_floors else without_tail(instance, entry)


def _months(instance: Instance, assignment: Assignment) -> Iterable[PlanMonth]:
    candidate = instance.candidates[assignment.candidate]
    for offset, rotation in enumerate(assignment.rotations):
        month = assignment.first + offset
        yield PlanMonth(month=month, rotation=rotation, percent=candidate.percent_at(month) if rotation else 0)


def _supervision_spans(supervision: Mapping[Month, str]) -> list[PlanSupervision]:
    """Runs of the same supervisor; leave months inside a run do not break it."""
    spans = []
    for supervisor_id, rows in groupby(sorted(supervision.items()), key=itemgetter(1)):
        months = [month for month, _ in rows]
        spans.append(PlanSupervision.model_validate({"id": supervisor_id, "from": months[0], "to": months[-1]}))
    return spans


def plan_tool() -> PlanTool:
    """This program and its solver."""
    return PlanTool(name="alis-scheduler", version=__version__, ortools=version("ortools"))


def plan_instance(instance: Instance) -> PlanInstance:
    """The instance the plan belongs to."""
    return PlanInstance(name=instance.name, sha256=instance.sha256)


def values_of(instance: Instance, assignments: Iterable[Assignment]) -> dict[Target, int]:
    """What the assignments have at every target, in the solver's units, by plain arithmetic."""
    return _values(instance, levels(instance, [as_planned(instance, assignment) for assignment in assignments]))


def as_planned(instance: Instance, assignment: Assignment) -> Trajectory:
    """An assignment as a plan's reader sees it, month by month."""
    return trajectory_of(instance, plan_candidate(instance, assignment))


def totals_of(instance: Instance, assignment: Assignment) -> dict[str, int]:
    """What an assignment comes to in the solver's units, by plain arithmetic; shifts are taken to fit, for who is done.

    At each level, and where the worst off are told by something else, under ``share_key`` of that.
    """
    candidate = instance.candidates[assignment.candidate]
    fit = candidate.shifts_missing and assignment.completes  # who leaves may lack just these
    shifts = {assignment.first: candidate.shifts_missing} if fit else {}
    with_shifts = replace(assignment, shifts=shifts)
    found = levels(instance, [as_planned(instance, with_shifts)])
    return {target.share: _share(found, target) for target in targets_of(instance)}


def _share(figures: Mapping[str, Level], target: Target) -> int:
    """What one has of a target: of a mean over a municipality, the months that go into it."""
    if target.joint:
        return units("delay", figures["delay"].value)
    return units(target.level, (figures[target.level].worst or 0) if target.worst else figures[target.level].value)


def _values(instance: Instance, figures: Mapping[str, Level]) -> dict[Target, int]:
    return {
        target: units(target.level, (figures[target.level].worst or 0) if target.worst else figures[target.level].value)
        for target in targets_of(instance)
    }


def objectives_of(instance: Instance, trajectories: list[Trajectory], proofs: Proofs) -> list[PlanObjective]:
    """The levels as the plan file has them: figures recomputed from the months, with what ``proofs`` validly bound."""
    return _objectives(instance, levels(instance, trajectories), proofs)


def _objectives(instance: Instance, figures: Mapping[str, Level], proofs: Proofs) -> list[PlanObjective]:
    bounds, proved = trivial_bounds(instance), proofs.valid()
    objectives = []
    for level, trivial in bounds.items():
        total = _bounded(figures[level].value, Target(level), trivial, proved)
        objective = PlanObjective(id=level, **total.model_dump())
        worst = figures[level].worst
        if worst is not None:
            objective.worst = _bounded(worst, Target(level, worst=True), trivial, proved)
        objectives.append(objective)
    return objectives


def carried_over(
    instance: Instance, trajectories: list[Trajectory], told: Iterable[PlanObjective]
) -> list[PlanObjective]:
    """The levels of a plan, with what was proved of another one of the instance and still holds beside this one."""
    figures = levels(instance, trajectories)
    return _objectives(instance, figures, proofs_in(told).for_plan(_values(instance, figures)))


def objectives_of_edited(instance: Instance, plan: Plan, told: Iterable[PlanObjective]) -> list[PlanObjective]:
    """The levels of a plan edited by hand, as far as they were told, with the bounds that still hold.

    Nothing is proved of it: proofs were of the plan before the edit.
    """
    told = list(told)
    known = {level.id for level in told}
    made = carried_over(instance, trajectories(instance, plan), told)
    return [_without_proof(level) for level in made if level.id in known]


def _without_proof(level: PlanObjective) -> PlanObjective:
    worst = None if level.worst is None else level.worst.model_copy(update={"proved": False})
    return level.model_copy(update={"proved": False, "worst": worst})


def proofs_in(objectives: Iterable[PlanObjective]) -> Proofs:
    """The proofs that a plan file tells, in the solver's units: each of all plans with no more than its own at the
    levels before.
    """
    chain = []
    for level in objectives:
        for told, worst in ((level, False), (level.worst, True)):
            if told is not None:
                bound, value = (units(level.id, number) for number in (told.bound, told.value))
                chain.append(Proof(target_of(level.id, worst), bound, value, Given.NO_MORE))
    return Proofs(tuple(chain))


def is_proved(objective: PlanObjective) -> bool:
    """Whether the level's sum, and the largest share where it counts, are the best there can be."""
    return objective.proved and (objective.worst is None or objective.worst.proved)


def _bounded(value: float, target: Target, trivial: float, proofs: Proofs) -> PlanBound:
    """A figure with its bound, or the trivial one where no more is proved than that."""
    proof = proofs.of(target)
    bound = trivial if proof is None else figure(target.level, proof.bound)
    best = min(bound, trivial) if target.level in MORE_IS_BETTER else max(bound, trivial)
    return PlanBound(value=value, bound=best, proved=same_figure(value, best))
