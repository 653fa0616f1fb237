"""A block begins when it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import Block, PlanRead, Trajectory, ended_before_plan, runs_on
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import Facts
from scheduler.constraints.proposal import FOR_ALL, Proposal, at_once, concerning_all, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.rule_key import RuleKey, rotation_of
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance, Rotation
from scheduler.month import calendar_month
from scheduler.texts import Phrase, chained, either

if TYPE_CHECKING:
    from scheduler.variables import BlockVariables, CandidateVariables, Literal, Variables


class BlockStart(Rule):
    """A block begins only in ``starts``, after ``not_before`` service months, and after a block of each in ``after``.

    A list inside ``after`` is one of these. Running and ``fixed`` blocks are exempt.
    """

    id = "block-start"
    telling = 20
    blamed = 5

    def build(self, variables: Variables) -> None:
        """Bound where each block may begin; running and fixed blocks are exempt."""
        for candidate in variables.candidates:
            for block in candidate.blocks:
                if not block.running and candidate.states(self.id, rotation=block.rotation.id):
                    _bound_start(candidate, block)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Walk the blocks in order with the service months and the rotations behind them."""
        for trajectory in read.trajectories:
            served = trajectory.candidate.months_done
            ended = set(ended_before_plan(trajectory))
            for number, block in enumerate(trajectory.blocks):
                running = number == 0 and runs_on(trajectory)
                if not running and not _is_fixed(trajectory, block):
                    yield from self._check_block(trajectory, block, served, ended)
                served += block.service_months
                ended.add(block.rotation.id)

    def _check_block(self, trajectory: Trajectory, block: Block, served: int, ended: set[str]) -> Iterator[Violation]:
        rotation = block.rotation
        if rotation.starts and calendar_month(block.start) not in rotation.starts:
            fields: dict[str, object] = {"starts": ", ".join(str(month) for month in sorted(rotation.starts))}
            yield self._violation(trajectory, block, "block-start-month", fields)
        if served < rotation.not_before:
            fields = {"have": served, "need": rotation.not_before}
            yield self._violation(trajectory, block, "block-not-before", fields)
        for some in rotation.after:
            if ended.isdisjoint(some):
                yield self._violation(trajectory, block, "block-after", {"after": either(some)})

    def _violation(self, trajectory: Trajectory, block: Block, key: str, fields: dict[str, object]) -> Violation:
        fields = {"rotation": block.rotation.name, **fields}
        return Violation(
            self.id,
            f"violations.{key}",
            fields,
            trajectory.candidate.id,
            block.rotation.id,
            block.start,
            block.start + 1,
        )

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The rotations whose blocks may not begin at any time."""
        for rotation in instance.rotations_of(candidate):
            if rotation.starts or rotation.not_before or rotation.after:
                yield RuleKey(self.id, candidate.id, rotation=rotation.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """When a block may begin, and after what."""
        rotation = rotation_of(facts.instance, key)
        name = rotation.name
        parts = []
        if rotation.starts:
            parts.append(facts.say("block-start-month", rotation=name, starts=sorted(rotation.starts)))
        if rotation.not_before:
            parts.append(facts.say("block-start-late", rotation=name, months=rotation.not_before))
        if rotation.after:
            after = [either([facts.rotation(earlier) for earlier in some]) for some in rotation.after]
            parts.append(facts.say("block-start-after", rotation=name, after=after))
        return chained("explain.list", parts)

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """One month more to begin in, an earlier beginning, or no rotation before it."""
        rotation = rotation_of(instance, key)
        if rotation.starts:
            for month in sorted(set(range(1, 13)) - rotation.starts):
                starts = sorted({*rotation.starts, month})
                yield Proposal(set_to("rotation", rotation.id, "starts", _always(starts)), at_once(FOR_ALL + 1))
        if rotation.not_before:
            earlier = set_to("rotation", rotation.id, "not_before", lambda amount: rotation.not_before - amount)
            yield Proposal(earlier, concerning_all, rotation.not_before)
        if rotation.after:
            yield Proposal(set_to("rotation", rotation.id, "after", lambda _: []), at_once(2 * FOR_ALL))


def _always(starts: list[int]) -> Callable[[int], list[int]]:
    return lambda _amount: starts


def _is_fixed(trajectory: Trajectory, block: Block) -> bool:
    """Whether the block begins with the first service month of a ``fixed`` row of its rotation."""
    for fixed in trajectory.candidate.fixed:
        if fixed.exempt and fixed.rotation == block.rotation.id:
            months = (month for month in fixed.span.months() if month >= trajectory.first)
            if next((month for month in months if not trajectory.candidate.on_leave(month)), None) == block.start:
                return True
    return False


# --- stating it in the model ---------------------------------------------------------------------------------------


def _bound_start(candidate: CandidateVariables, block: BlockVariables) -> None:
    variables, timeline, rotation = candidate.variables, candidate.timeline, block.rotation
    fixed = _fixed_starts(candidate, rotation.id)
    in_season = {t for t in range(timeline.first, timeline.end) if _in_season(variables, rotation, t)}
    block.start_only_in(in_season | fixed)
    exempt = [variables.both(variables.at_most(block.start, t), ~variables.at_most(block.start, t - 1)) for t in fixed]
    if rotation.not_before:
        served = candidate.candidate.months_done + candidate.service_before(block.start)
        rest = served - candidate.service_before(candidate.start)
        variables.model.add(rest >= rotation.not_before).only_enforce_if(
            block.present, *(~literal for literal in exempt)
        )
    for some in rotation.after:
        ended = [literal for earlier_id in some for literal in _ended_before(candidate, block, earlier_id)]
        variables.model.add_bool_or(*ended, *exempt, ~block.present)


def _in_season(variables: Variables, rotation: Rotation, t: int) -> bool:
    return not rotation.starts or variables.calendar_month(t) in rotation.starts


def _fixed_starts(candidate: CandidateVariables, rotation_id: str) -> set[int]:
    """The first service month of each fixed row of the rotation."""
    timeline, origin = candidate.timeline, candidate.variables.instance.start
    starts = set()
    for row in candidate.candidate.fixed:
        if row.exempt and row.rotation == rotation_id:
            months = range(max(row.span.start - origin, timeline.first), min(row.span.end - origin, timeline.end))
            starts.update([t for t in months if timeline.works(t)][:1])
    return starts


def _ended_before(candidate: CandidateVariables, block: BlockVariables, earlier_id: str) -> list[Literal]:
    """Literals, each of which implies that a block of the earlier rotation ended before the block begins."""
    variables, model = candidate.variables, candidate.model
    if earlier_id in candidate.surely_ended:
        return [variables.true]
    literals: list[Literal] = []
    for earlier in candidate.blocks_of(earlier_id):
        if earlier.running:
            literals.append(~earlier.present)  # then it ended with the past
        literal = model.new_bool_var("")
        model.add_implication(literal, earlier.present)
        model.add(earlier.end <= block.start).only_enforce_if(literal)
        literals.append(literal)
    if candidate.base.id == earlier_id:
        for led in candidate.blocks:
            literal = model.new_bool_var("")
            model.add_implication(literal, led.has_lead)
            model.add(led.start <= block.start).only_enforce_if(literal)
            literals.append(literal)
    return literals
