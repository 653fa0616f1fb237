"""What the coordinator has fixed stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scheduler.accounting import PlanRead, Trajectory, current_applies, fixed_ahead, spans, spans_by_key
from scheduler.changes.change import Action, Change
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import Facts
from scheduler.constraints.lack import Lack
from scheduler.constraints.proposal import FOR_ALL, Proposal, at_once, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.exact import Exact, plain
from scheduler.instance.named import called
from scheduler.instance.past import Frozen
from scheduler.instance.rule_key import RuleKey, candidate_of
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, FixedBlock, Instance
from scheduler.month import Month, format_month, format_span
from scheduler.texts import Phrase, chained, phrase

if TYPE_CHECKING:
    from scheduler.constraints.finishing import Cut
    from scheduler.variables import CandidateVariables, Literal, Variables


CURRENT = "current"  # the block that runs when the horizon begins, beside the rows


class Fixed(Rule):
    """`fixed` and `current` months are as given, and frozen ones as published."""

    id = "fixed"
    telling = 85
    needed = 40
    blamed = 25
    awaited = True
    judges_the_done = True

    def build(self, variables: Variables) -> None:
        """Hold the running block to the first month and each fixed row to its months."""
        for candidate in variables.candidates:
            _hold_running(candidate)
            for number, row in enumerate(candidate.candidate.fixed):
                if candidate.states(self.id, row=number):
                    _hold_row(candidate, row)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Frozen months stand; every fixed service month has its rotation; the first month has that of ``current``."""
        for trajectory in read.trajectories:
            if trajectory.candidate.frozen is not None:
                yield from self._check_frozen(trajectory, trajectory.candidate.frozen)
            for fixed in trajectory.candidate.fixed if not trajectory.candidate.done else ():
                yield from self._check_fixed(trajectory, fixed)
            yield from self._check_current(trajectory)

    def _check_frozen(self, trajectory: Trajectory, frozen: Frozen) -> Iterator[Violation]:
        """Rotation, percent, office, supervisor and shifts of every frozen month are those that were published."""
        who, told = trajectory.candidate.id, _told_in(trajectory, frozen)
        pairs = (((told[month], _published_in(frozen, month)), month) for month in frozen.rows)
        for (have, need), span in spans_by_key(pair for pair in pairs if pair[0][0] != pair[0][1]):
            fields = {"have": _served_as(have, need), "need": _served_as(need, have)}
            yield Violation(self.id, "violations.frozen", fields, who, None, span.start, span.end)
        beside = [row.month for row in trajectory.told.months if row.month < frozen.start]
        for span in spans(beside):
            yield Violation(self.id, "violations.frozen-before", {}, who, None, span.start, span.end)
        if trajectory.candidate.done and trajectory.entry.months:
            yield Violation(self.id, "violations.frozen-done", {}, who, None, frozen.end, trajectory.end)

    def _check_fixed(self, trajectory: Trajectory, fixed: FixedBlock) -> Iterator[Violation]:
        end = trajectory.instance.end_for(trajectory.candidate)
        months = range(max(fixed.span.start, trajectory.instance.door(trajectory.candidate)), min(fixed.span.end, end))
        served = (
            (_rotation_in(trajectory, month), month) for month in months if not trajectory.candidate.on_leave(month)
        )
        for rotation, span in spans_by_key(pair for pair in served if pair[0] != fixed.rotation):
            rotations = trajectory.instance.rotations
            fields = {"rotation": called(rotations, rotation), "given": called(rotations, fixed.rotation)}
            yield Violation(
                self.id, "violations.fixed", fields, trajectory.candidate.id, fixed.rotation, span.start, span.end
            )

    def _check_current(self, trajectory: Trajectory) -> Iterator[Violation]:
        instance = trajectory.instance
        current = trajectory.candidate.current
        if current is None:
            return
        if trajectory.first > instance.first_month(trajectory.candidate):
            yield self._not_running(trajectory, current.rotation, "-", instance.start)
            return
        if not current_applies(instance, trajectory.candidate):
            return
        rotation = _rotation_in(trajectory, instance.start)
        if rotation != current.rotation:
            yield self._not_running(trajectory, current.rotation, rotation, instance.start)

    def _not_running(self, trajectory: Trajectory, given: str, rotation: str, month: Month) -> Violation:
        rotations = trajectory.instance.rotations
        fields = {"rotation": called(rotations, rotation), "given": called(rotations, given)}
        return Violation(self.id, "violations.fixed-current", fields, trajectory.candidate.id, given, month, month + 1)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """A month that the coordinator has fixed comes after the cut."""
        yield cut.below(cut.at, _end_of_fixed(cut.candidate))

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """A fixed month lies ahead."""
        if fixed_ahead(trajectory):
            yield Lack("lack-fixed")

    def stands(self, candidate: CandidateVariables) -> bool:
        """None of the rows is left out that may lie ahead at a finish; the running block began before."""
        soonest = candidate.variables.instance.start + min(candidate.timeline.earliest_end.values())
        return all(
            candidate.states(self.id, row=number)
            for number, row in enumerate(candidate.candidate.fixed)
            if row.span.end > soonest
        )

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """Each fixed row, and the block that is running when the horizon begins."""
        for number in range(len(candidate.fixed)):
            yield RuleKey(self.id, candidate.id, row=number)
        if candidate.current is not None:
            yield RuleKey(self.id, candidate.id, part=CURRENT)

    def lies_fast(self, key: RuleKey) -> bool:
        """Months that are given are."""
        return True

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The fixed months, or the running block."""
        row = _row_of(facts.instance, key)
        if row is not None:
            months = format_span(row.span.start, row.span.end)
            return facts.say(self.id, rotation=facts.rotation(row.rotation), months=months)
        current = facts.candidate(key).current
        assert current is not None
        return facts.say("fixed-current", rotation=facts.rotation(current.rotation))

    def details(self, facts: Facts, key: RuleKey) -> dict[str, Any]:
        """The rotation and the months, or that it is the running block."""
        row = _row_of(facts.instance, key)
        if row is not None:
            months = {"from": format_month(row.span.start), "to": format_month(row.span.end - 1)}
            return {"rotation": row.rotation, **months}
        current = facts.candidate(key).current
        assert current is not None
        return {"rotation": current.rotation, "current": True}

    def need(self, facts: Facts, key: RuleKey) -> Phrase:
        """The rotation that it asks for."""
        row = _row_of(facts.instance, key)
        if row is None:
            return self.clause(facts, key)
        months = format_span(row.span.start, row.span.end)
        return facts.say("need-fixed", rotation=facts.rotation(row.rotation), months=months)

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """The months freed."""
        candidate, row = candidate_of(instance, key), _row_of(instance, key)
        if row is None:
            yield Proposal(set_to("candidate", candidate.id, "current", lambda _: None), at_once(FOR_ALL))
        else:
            span = row.span
            unfix = Change(
                Action.UNFIX, "candidate", candidate.id, value=row.rotation, start=span.start, to=span.end - 1
            )
            yield Proposal(lambda *_: [unfix], at_once(span.end - span.start))


def _row_of(instance: Instance, key: RuleKey) -> FixedBlock | None:
    """The fixed row; None for the block that runs when the horizon begins."""
    return None if key.row is None else candidate_of(instance, key).fixed[key.row]


Served = tuple[str | None, Exact, str | None, str | None, int]
"""What is told of a frozen month: rotation, percent, office, supervisor and shifts."""
PARTS = tuple(f"replan.frozen-{part}" for part in ("rotation", "percent", "office", "supervisor", "shifts"))


def _published_in(frozen: Frozen, month: Month) -> Served:
    row = frozen.rows[month]
    return (
        None if row is None else row.rotation,
        frozen.percent_at(month),
        frozen.offices.get(month),
        None if row is None else frozen.supervisors.get(month),
        frozen.shifts.get(month, 0),
    )


def _told_in(trajectory: Trajectory, frozen: Frozen) -> dict[Month, Served]:
    """What the plan tells of each frozen month."""
    told = trajectory.told
    rows = {row.month: row for row in reversed(told.months)}
    shifts: Counter[Month] = Counter()
    for taken in told.shifts:
        shifts[taken.month] += taken.shifts
    guides = {month: row.id for row in told.supervisors for month in range(row.from_, row.to + 1)}
    return {
        month: (
            None if month not in rows else rows[month].rotation,
            0 if month not in rows else rows[month].percent,
            told.practice_at(month) if month in frozen.offices else None,
            guides.get(month) if month in rows and rows[month].rotation is not None else None,
            shifts[month],
        )
        for month in frozen.rows
    }


def _served_as(one: Served, other: Served) -> Phrase:
    """What is told of a month where it differs from what else is told of it."""
    different = [
        phrase(part, value="–" if mine is None else mine if isinstance(mine, str) else plain(mine))
        for part, mine, theirs in zip(PARTS, one, other, strict=True)
        if mine != theirs
    ]
    return chained("explain.list", different)


def _rotation_in(trajectory: Trajectory, month: Month) -> str:
    """The rotation the plan has in a month, ``-`` for none."""
    served = trajectory.by_month.get(month)
    return "-" if served is None else served.rotation.id


# --- stating it in the model ---------------------------------------------------------------------------------------


def _hold_running(candidate: CandidateVariables) -> None:
    current = candidate.candidate.current
    if current is not None and candidate.states("fixed", part=CURRENT):
        candidate.model.add(candidate.start <= candidate.timeline.first)  # whoever is at work already has started
    if candidate.running is None or current is None:
        return
    for block in candidate.blocks:
        if block.running:
            candidate.model.add(block.present == 1)
        elif candidate.timeline.works(candidate.timeline.first):
            block.keep_out_of([candidate.timeline.first])


def _end_of_fixed(candidate: CandidateVariables) -> int:
    """The end of the last service month that the coordinator has fixed, and a finish waits for; 0 without any."""
    timeline, origin = candidate.timeline, candidate.variables.instance.start
    rows = [
        range(max(row.span.start - origin, 0), row.span.end - origin)
        for row in candidate.candidate.fixed
        if row.awaited
    ]
    return max((t + 1 for row in rows for t in row if t < timeline.end and timeline.works(t)), default=0)


def _hold_row(candidate: CandidateVariables, row: FixedBlock) -> None:
    """Months of the row outside the horizon are history or not ours to plan."""
    variables, model, timeline = candidate.variables, candidate.model, candidate.timeline
    origin = variables.instance.start
    begin, end = max(row.span.start - origin, timeline.first), min(row.span.end - origin, timeline.end)
    if begin >= end:
        return
    for block in candidate.blocks:
        if block.rotation.id != row.rotation:
            block.keep_out_of(range(begin, end))
    model.add(candidate.start <= begin)
    model.add(candidate.finish >= max((t + 1 for t in range(begin, end) if timeline.works(t)), default=0))
    if row.rotation != candidate.base.id:
        covers = []
        for block in candidate.blocks_of(row.rotation):
            cover = model.new_bool_var("")
            model.add_implication(cover, block.present)
            model.add(block.start <= begin).only_enforce_if(cover)
            model.add(block.end >= end).only_enforce_if(cover)
            covers.append(cover)
        model.add_bool_or(*covers)
