"""Every service month has one rotation, from the start to the finish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, Trajectory, spans, spans_by_key
from scheduler.constraints.complete import complete, complete_before
from scheduler.constraints.finishing import may_drag, state_finish
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.named import called
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month, format_month
from scheduler.plan import Plan, PlanMonth

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Variables


class OneRotation(Rule):
    """Every service month from start to finish is in exactly one rotation; none on leave, before or after."""

    id = "one-rotation"
    telling = 0
    blamed = None
    goes_without_saying = True
    presence = True

    def __init__(self, others: Sequence[Rule]) -> None:
        self._others = others  # each says what a finish waits for

    def build(self, variables: Variables) -> None:
        """Tile each candidate's service months with blocks, the base months that lead up to them, and a tail."""
        for candidate in variables.candidates:
            _tile(candidate)
            _keep_copies_apart(candidate)

    def build_last(self, variables: Variables) -> None:
        """Let nothing be planned after the finish."""
        for candidate in variables.candidates:
            if may_drag(candidate, self._others):
                state_finish(candidate, self._others)  # while all of them stand: without one there is no finish

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Every candidate once, every month once, each with a rotation the candidate may take, and nothing too late."""
        yield from self._roll_call(read.instance, read.plan)
        for trajectory in read.trajectories:
            yield from self._check_start(trajectory)
            yield from self._check_months(trajectory)
            yield from self._check_rotations(trajectory)
            if not trajectory.unfinished or (trajectory.leaves and not trajectory.leaving):
                yield from self._check_finish(trajectory)

    def _roll_call(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        seen: set[str] = set()
        for entry in plan.candidates:
            if entry.id not in instance.candidates:
                yield Violation(self.id, "violations.candidate-unknown", candidate=entry.id)
            elif entry.id in seen:
                yield Violation(self.id, "violations.candidate-twice", candidate=entry.id)
            seen.add(entry.id)
        for candidate_id in instance.candidates:
            if candidate_id not in seen:
                yield Violation(self.id, "violations.candidate-missing", candidate=candidate_id)

    def _check_start(self, trajectory: Trajectory) -> Iterator[Violation]:
        candidate, start = trajectory.candidate, trajectory.entry.start
        if not candidate.start_earliest <= start <= candidate.start_latest:
            fields = {
                "earliest": format_month(candidate.start_earliest),
                "latest": format_month(candidate.start_latest),
            }
            key = "start" if candidate.start_earliest < candidate.start_latest else "start-on"
            yield Violation(self.id, f"violations.{key}", fields, candidate.id, start=start)

    def _check_months(self, trajectory: Trajectory) -> Iterator[Violation]:
        """Contiguous, in order, without repeats, from the first month that can be planned."""
        listed = [row.month for row in trajectory.entry.months]
        some_left = trajectory.first < trajectory.instance.end_for(trajectory.candidate)
        if not listed and some_left and not self._has_all(trajectory):
            yield self._at(trajectory.candidate, "months-none", trajectory.first)
        if listed != sorted(listed):
            yield Violation(self.id, "violations.months-order", candidate=trajectory.candidate.id)
        for span in spans(month for month in set(listed) if month < trajectory.first):
            yield self._at(trajectory.candidate, "months-before-start", span.start, span.end)
        for span in spans(_repeated(listed)):
            yield self._at(trajectory.candidate, "month-twice", span.start, span.end)
        for span in spans(set(range(trajectory.first, trajectory.end)).difference(listed)):
            yield self._at(trajectory.candidate, "month-missing", span.start, span.end)

    def _has_all(self, trajectory: Trajectory) -> bool:
        """Whether the frozen months bring all that a finish waits for."""
        return trajectory.candidate.frozen is not None and complete(self._others, trajectory)

    def _check_rotations(self, trajectory: Trajectory) -> Iterator[Violation]:
        """A rotation in every service month, known and allowed (months of leave belong to the rule ``leave``)."""
        faults = (
            ((fault, row.rotation or ""), row.month)
            for row in trajectory.entry.months
            if (fault := _fault(trajectory.instance, trajectory.candidate, row)) is not None
        )
        for (fault, rotation), span in spans_by_key(faults):
            fields = {"rotation": called(trajectory.instance.rotations, rotation)}
            yield Violation(
                self.id, f"violations.{fault}", fields, trajectory.candidate.id, rotation or None, span.start, span.end
            )

    def _check_finish(self, trajectory: Trajectory) -> Iterator[Violation]:
        """The finish is the first month at whose end everything holds."""
        complete = complete_before(self._others, trajectory)
        if complete is not None:
            fields = {"complete": format_month(complete)}
            yield Violation(
                self.id,
                "violations.after-finish",
                fields,
                trajectory.candidate.id,
                start=complete + 1,
                end=trajectory.end,
            )

    def _at(self, candidate: Candidate, key: str, start: Month, end: Month | None = None) -> Violation:
        return Violation(self.id, f"violations.{key}", candidate=candidate.id, start=start, end=end)

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """That the candidate is in training at all."""
        yield RuleKey(self.id, candidate.id)


def _repeated(months: list[Month]) -> set[Month]:
    return {month for month, times in Counter(months).items() if times > 1}


def _fault(instance: Instance, candidate: Candidate, row: PlanMonth) -> str | None:
    if row.rotation is None:
        return None if candidate.on_leave(row.month) else "month-idle"
    if row.rotation not in instance.rotations:
        return "rotation-unknown"
    return None if row.rotation in candidate.allowed else "rotation-not-allowed"


# --- stating it in the model ---------------------------------------------------------------------------------------


def _tile(candidate: CandidateVariables) -> None:
    """Lead and block of each present block fill [start, tail) without overlap or gap: sizes sum to its length."""
    model = candidate.model
    begin = candidate.service_before(candidate.start)
    sizes, intervals = [], []
    for block in candidate.blocks:
        end = candidate.service_before(block.end)
        size = model.new_int_var(0, candidate.timeline.service[-1], "")
        model.add(size == end - block.lead_start)
        intervals.append(model.new_optional_interval_var(block.lead_start, size, end, block.present, ""))
        sizes.append(size)
        model.add(block.lead_start >= begin).only_enforce_if(block.present)
        model.add(end <= candidate.tail_start).only_enforce_if(block.present)
        model.add(block.lead >= 1).only_enforce_if(block.has_lead)
        model.add(block.lead == 0).only_enforce_if(~block.has_lead)
    model.add_no_overlap(intervals)
    model.add(sum(sizes) == candidate.tail_start - begin)
    tail = candidate.service_before(candidate.finish) - candidate.tail_start
    model.add(tail >= 1).only_enforce_if(candidate.has_tail)
    model.add(tail == 0).only_enforce_if(~candidate.has_tail)
    model.add(candidate.finish >= candidate.start + 1)


def _ending_stands(candidate: CandidateVariables) -> bool:
    """Whether what ended the running block has not been left out: its longest length, or leave."""
    rotation = candidate.open_rotation
    if not candidate.timeline.works(candidate.timeline.first):
        return candidate.states("leave")
    return rotation is not None and candidate.states("block-length", rotation=rotation.id)


def _keep_copies_apart(candidate: CandidateVariables) -> None:
    """Two blocks of a rotation come in order and never touch: touching, they would be one block."""
    model = candidate.model
    if candidate.open_ended and candidate.open_rotation is not None and _ending_stands(candidate):
        for block in candidate.blocks_of(candidate.open_rotation.id):
            block.keep_out_of([candidate.timeline.first])
    for earlier, later in pairwise(candidate.blocks):
        if earlier.rotation.id == later.rotation.id:
            if not earlier.running:  # one that is not held may have ended before
                model.add_implication(later.present, earlier.present)
            model.add(later.start >= earlier.end + 1).only_enforce_if(later.present)
