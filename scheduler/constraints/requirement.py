"""Each row of `[[requirements]]` holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, Trajectory, blocks_in, fte_months, requirement_minima_hold, work_in
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.count import CountedPerson, Stay, stays_for
from scheduler.constraints.facts import Facts
from scheduler.constraints.lack import Lack
from scheduler.constraints.proposal import Proposal, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.exact import Exact
from scheduler.instance.past_blocks import past_blocks
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance, Requirement, Rotation
from scheduler.texts import Phrase, chained

if TYPE_CHECKING:
    from scheduler.constraints.finishing import Cut
    from scheduler.variables import CandidateVariables, Literal, Variables


MOST_MONTHS_MORE, MOST_BLOCKS_MORE = 24, 4
BLOCK_MONTHS = 6  # a block more or less counts as so many months


class RequirementRule(Rule):
    """Each `[[requirements]]` row holds, for each candidate it names."""

    id = "requirement"
    telling = 80
    needed = 60
    blamed = 50
    awaited = True

    def build(self, variables: Variables) -> None:
        """Bound work and blocks in the rotations of each row, for each candidate it names."""
        for row in variables.instance.requirements:
            for candidate in variables.candidates:
                if row.names(candidate.id) and candidate.states(self.id, requirement=row.id):
                    _require(candidate, row)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Work and blocks in the row's rotations together; the least is not asked of the unfinished."""
        for trajectory in read.trajectories:
            for row in read.instance.requirements:
                if row.names(trajectory.candidate.id):
                    yield from self._check_row(trajectory, row)

    def _check_row(self, trajectory: Trajectory, row: Requirement) -> Iterator[Violation]:
        work, blocks = work_in(trajectory, row.rotations), blocks_in(trajectory, row.rotations)
        if not trajectory.unfinished:
            if row.min_work is not None and work < row.min_work:
                yield self._violation(
                    trajectory, row, "requirement-min-months", fte_months(work), fte_months(row.min_work)
                )
            if row.min_blocks is not None and blocks < row.min_blocks:
                yield self._violation(trajectory, row, "requirement-min-blocks", blocks, row.min_blocks)
        if row.max_work is not None and work > row.max_work and _anew(trajectory, row):
            yield self._violation(trajectory, row, "requirement-max-months", fte_months(work), fte_months(row.max_work))
        if row.max_blocks is not None and blocks > max(row.max_blocks, _blocks_before(trajectory, row)):
            yield self._violation(trajectory, row, "requirement-max-blocks", blocks, row.max_blocks)

    def _violation(self, trajectory: Trajectory, row: Requirement, key: str, have: float, limit: float) -> Violation:
        names = (trajectory.instance.rotations[rotation].name for rotation in row.rotations)
        fields = {"have": have, "limit": limit, "row": row.name, "rotations": ", ".join(names)}
        return Violation(self.id, f"violations.{key}", fields, trajectory.candidate.id, row.id)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """A row's least work is missing, or its least number of blocks."""
        candidate = cut.candidate
        for row in candidate.variables.instance.requirements:
            if row.names(candidate.id):
                if row.min_work is not None:
                    missing = row.min_work - _past_work(candidate.candidate, row)
                    left = cut.work_left(partial(_full, row), candidate.work_table)
                    yield cut.below(left, cut.credit(missing))
                if row.min_blocks is not None:
                    n_left = candidate.n_blocks_of(row.rotations) - cut.blocks_removed(row.rotations)
                    yield cut.below(n_left, row.min_blocks)

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """The least work and blocks of a row that names the candidate are not reached."""
        for row in trajectory.instance.requirements:
            if row.names(trajectory.candidate.id) and not requirement_minima_hold(trajectory, row):
                done = fte_months(work_in(trajectory, row.rotations))
                yield Lack("lack-requirement", done, fte_months(row.min_work or 0), row.name)

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The rows that name the candidate."""
        for row in instance.requirements:
            if row.names(candidate.id):
                yield RuleKey(self.id, candidate.id, requirement=row.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """What the row asks for."""
        return facts.say(self.id, row=_row_of(facts.instance, key).name, least=_asked_for(facts, key))

    def need(self, facts: Facts, key: RuleKey) -> Phrase:
        """What the row asks for."""
        return facts.say("need-requirement", row=_row_of(facts.instance, key).name, least=_asked_for(facts, key))

    def stays(self, instance: Instance, person: CountedPerson) -> Iterator[Stay]:
        """The least work of every row that names the candidate."""
        for row in instance.requirements:
            if row.names(person.id) and row.min_work and not person.candidate.past:
                named = [
                    rotation for rotation in instance.rotations_of(person.candidate) if rotation.id in row.rotations
                ]
                key = RuleKey(self.id, person.id, requirement=row.id)
                yield from stays_for(instance, person, key, named, row.min_work, 100 * person.most_percent)

    def served_in(self, instance: Instance, key: RuleKey) -> Iterable[Rotation]:
        """The row's rotations, where there is a least of them."""
        row = _row_of(instance, key)
        return [instance.rotations[rotation] for rotation in row.rotations] if row.min_work or row.min_blocks else ()

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """Less of what is least, more of what is most, for all whom the row names."""
        row = _row_of(instance, key)
        concerned = len(row.candidates) or len(instance.candidates)

        def offer(field: str, value: Callable[[int], object], each: int, most: int) -> Proposal:
            return Proposal(
                set_to("requirement", row.id, field, value), lambda amount, _: each * amount * concerned, most
            )

        if row.min_work:
            least = row.min_work / CREDIT_PER_FTE_MONTH
            yield offer("min_months", lambda amount: max(least - amount, 0.0), 1, max(int(-(-least // 1)), 1))
        if row.max_work is not None:
            highest = row.max_work / CREDIT_PER_FTE_MONTH
            yield offer("max_months", lambda amount: highest + amount, 1, MOST_MONTHS_MORE)
        if row.min_blocks:
            blocks = row.min_blocks
            yield offer("min_blocks", lambda amount: blocks - amount, BLOCK_MONTHS, blocks)
        if row.max_blocks is not None:
            most = row.max_blocks
            yield offer("max_blocks", lambda amount: most + amount, BLOCK_MONTHS, MOST_BLOCKS_MORE)


def _row_of(instance: Instance, key: RuleKey) -> Requirement:
    return next(row for row in instance.requirements if row.id == key.requirement)


def _anew(trajectory: Trajectory, row: Requirement) -> bool:
    """Whether any month of the plan is in the row's rotations: what was served before it is not judged."""
    return any(month.rotation.id in row.rotations for month in trajectory.service)


def _blocks_before(trajectory: Trajectory, row: Requirement) -> int:
    return sum(block.rotation in row.rotations for block in past_blocks(trajectory.instance, trajectory.candidate))


def _asked_for(facts: Facts, key: RuleKey) -> Phrase | str:
    """``at least 6 months in hospital, at most 2 blocks in hospital``."""
    row = _row_of(facts.instance, key)
    rotations = [facts.rotation(rotation) for rotation in row.rotations]
    parts = [
        facts.say(text_key, number=facts.months(value) if work else value, rotations=rotations)
        for text_key, value, work in (
            ("least-months", row.min_work, True),
            ("most-months", row.max_work, True),
            ("least-blocks", row.min_blocks, False),
            ("most-blocks", row.max_blocks, False),
        )
        if value is not None
    ]
    return chained("explain.list", parts) if parts else ""


# --- stating it in the model ---------------------------------------------------------------------------------------


def _full(row: Requirement, rotation: Rotation) -> int:
    """The weight of work in the row's rotations."""
    return 100 if rotation.id in row.rotations else 0


def _past_work(candidate: Candidate, row: Requirement) -> Exact:
    """Work in the row's rotations before the horizon."""
    return sum(month.work for month in candidate.past if month.exposes and month.rotation in row.rotations)


def _require(candidate: CandidateVariables, row: Requirement) -> None:
    model = candidate.model
    work = candidate.weighted_work(partial(_full, row))
    n_blocks = candidate.n_blocks_of(row.rotations)
    before = _past_work(candidate.candidate, row)
    if candidate.must_complete:
        if row.min_work is not None:
            candidate.asked(model.add(work >= candidate.grain.credit(row.min_work - before)))
        if row.min_blocks is not None:
            candidate.asked(model.add(n_blocks >= row.min_blocks))
    if row.max_work is not None:
        if not candidate.states("part-time"):  # then months count in full, but only upwards
            table = candidate.timeline.work_in_horizon
            work = candidate.weighted(candidate.by_grain(partial(_full, row)), table)
        model.add(work <= candidate.grain.credit(max(row.max_work - before, 0)))
    if row.max_blocks is not None:
        model.add(n_blocks <= max(row.max_blocks, candidate.n_past_blocks_of(row.rotations)))
