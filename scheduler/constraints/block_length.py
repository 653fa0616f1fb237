"""A block is neither too short nor too long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import (
    Block,
    PlanRead,
    Trajectory,
    breaks_off_at_the_door,
    last_block_whole,
    length,
    runs_on,
)
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import Facts
from scheduler.constraints.lack import Lack
from scheduler.constraints.proposal import Proposal, concerning_all, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.past_blocks import OpenBlock, cut_short, open_block, still_to_last
from scheduler.instance.rule_key import RuleKey, rotation_of
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.variables import BlockVariables, CandidateVariables, Variables


MOST_MONTHS_LONGER = 24


class BlockLength(Rule):
    """min_months <= service months of a block <= max_months.

    A base block may be cut short by the finish; an unfinished candidate's last block by the horizon. A block that was
    running when the horizon began counts from ``current.since``.
    """

    id = "block-length"
    telling = 15
    blamed = 10
    awaited = True

    def build(self, variables: Variables) -> None:
        """Bound each block, and each stretch of base, by the rotation's shortest and longest."""
        for candidate in variables.candidates:
            for block in candidate.blocks:
                if candidate.states(self.id, rotation=block.rotation.id):
                    _bound_block(candidate, block)
            if candidate.states(self.id, rotation=candidate.base.id):
                _bound_base(candidate)
            _go_on(candidate)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Count the service months of every block, from ``current.since`` for the one that was running."""
        for trajectory in read.trajectories:
            yield from self._check_open(trajectory)
            for number, block in enumerate(trajectory.blocks):
                months = length(trajectory, number)
                yield from self._check_block(trajectory, block, months, _may_be_cut(trajectory, number))

    def _check_open(self, trajectory: Trajectory) -> Iterator[Violation]:
        """A block that the past ended in is not left too short, unless leave begins or it was published so."""
        instance = trajectory.instance
        candidate, going_on = trajectory.candidate, open_block(instance, trajectory.candidate)
        if going_on is None or runs_on(trajectory) or not trajectory.blocks:
            return
        if not going_on.elapsed:
            return  # of which no month has been served, it is not too short
        rotation, begins = instance.rotations[going_on.rotation], trajectory.blocks[0].start
        door = instance.door(candidate)
        if going_on.given and not (rotation.base and candidate.on_leave(door)):
            return  # that it runs is told as fixed
        broken_off = rotation.base or begins == door
        if broken_off and still_to_last(instance, candidate, going_on):
            fields = {"rotation": rotation.name, "have": going_on.elapsed, "min": rotation.min_months}
            yield Violation(self.id, "violations.block-short", fields, candidate.id, rotation.id, door, door + 1)

    def _check_block(self, trajectory: Trajectory, block: Block, months: int, may_be_cut: bool) -> Iterator[Violation]:
        rotation = block.rotation
        fields = {"rotation": rotation.name, "have": months, "min": rotation.min_months, "max": rotation.max_months}
        if months < rotation.min_months and not may_be_cut:
            yield Violation(
                self.id, "violations.block-short", fields, trajectory.candidate.id, rotation.id, block.start, block.end
            )
        if rotation.max_months is not None and months > rotation.max_months:
            yield Violation(
                self.id, "violations.block-long", fields, trajectory.candidate.id, rotation.id, block.start, block.end
            )

    # --- what a finish waits for ---

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """The last block has not its shortest length; a base block may always stop."""
        if not last_block_whole(trajectory):
            blocks = trajectory.blocks
            last = blocks[-1].rotation if blocks else breaks_off_at_the_door(trajectory)
            assert last is not None
            yield Lack("lack-block", subject=last.id, need=last.min_months)

    def stands(self, candidate: CandidateVariables) -> bool:
        """No rotation is left out whose blocks cannot be broken off after any month."""
        bound = [block for block in candidate.blocks if block.least > 1]
        return all(candidate.states(self.id, rotation=block.rotation.id) for block in bound)

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The rotations with a shortest or a longest block."""
        for rotation in instance.rotations_of(candidate):
            if rotation.min_months > 1 or rotation.max_months is not None:
                yield RuleKey(self.id, candidate.id, rotation=rotation.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """How short and how long a block may be."""
        rotation = rotation_of(facts.instance, key)
        if rotation.max_months is None:
            return facts.say("block-length-open", rotation=rotation.name, min=rotation.min_months)
        if rotation.max_months == rotation.min_months:
            return facts.say("block-length-exact", rotation=rotation.name, max=rotation.max_months)
        return facts.say(self.id, rotation=rotation.name, min=rotation.min_months, max=rotation.max_months)

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """Shorter blocks, or longer ones."""
        rotation = rotation_of(instance, key)
        if rotation.min_months > 1:
            shorter = set_to("rotation", rotation.id, "min_months", lambda amount: rotation.min_months - amount)
            yield Proposal(shorter, concerning_all, rotation.min_months - 1)
        if rotation.max_months is not None:
            longest = rotation.max_months
            longer = set_to("rotation", rotation.id, "max_months", lambda amount: longest + amount)
            yield Proposal(longer, concerning_all, MOST_MONTHS_LONGER)


def _may_be_cut(trajectory: Trajectory, number: int) -> bool:
    """The last block may be short (base at the finish, any at the horizon if unfinished), and one that leave ended."""
    block = trajectory.blocks[number]
    if number == 0 and runs_on(trajectory) and block.end == cut_short(trajectory.instance, trajectory.candidate):
        return True
    if number != len(trajectory.blocks) - 1:
        return False
    return block.rotation.base or (
        trajectory.unfinished and block.end == trajectory.instance.end_for(trajectory.candidate)
    )


# --- stating it in the model ---------------------------------------------------------------------------------------


def _bound_block(candidate: CandidateVariables, block: BlockVariables) -> None:
    model, rotation, shortest = candidate.model, block.rotation, block.least
    elapsed = candidate.timeline.elapsed if block.running else 0
    leave = _leave_that_ends(candidate, block)
    if leave is not None:
        model.add(block.end == leave).only_enforce_if(block.present)
    elif candidate.must_complete and not candidate.may_leave:
        block.shortest = shortest
        model.add(block.length >= shortest).only_enforce_if(block.present)
    else:  # the last block may be cut by the horizon, or by the end of the contract
        cut = ~candidate.variables.at_most(block.end, candidate.timeline.end - 1)
        model.add(block.length >= shortest).only_enforce_if(block.present, ~cut)
        if candidate.must_complete:
            model.add(block.length >= shortest).only_enforce_if(block.present, candidate.completes)
    if rotation.max_months is not None:
        model.add(block.length <= max(rotation.max_months - elapsed, 0)).only_enforce_if(block.present)


def _leave_that_ends(candidate: CandidateVariables, block: BlockVariables) -> int | None:
    """Where leave ends this block too early, if it is the one that the past ends in."""
    leave = cut_short(candidate.variables.instance, candidate.candidate) if block.running else None
    return None if leave is None else leave - candidate.variables.instance.start


def _go_on(candidate: CandidateVariables) -> None:
    """The plan goes on with what the past ended in, where that is too short to end; one not base only at the door."""
    going_on, rotation = candidate.open_block, candidate.running
    if going_on is None or rotation is None or (going_on.given and not _waits_for_base(candidate, going_on)):
        return
    if rotation.base:
        begin = candidate.service_before(candidate.start)
        for block in candidate.blocks:
            candidate.model.add(candidate.service_before(block.start) >= begin + 1).only_enforce_if(block.present)
        return
    later = ~candidate.variables.at_most(candidate.start, candidate.timeline.first)
    running = [block.present for block in candidate.blocks if block.running]
    candidate.model.add_bool_or(*running, later)


def _waits_for_base(candidate: CandidateVariables, running: OpenBlock) -> bool:
    """Whether base runs, is too short yet, and leave is first; otherwise ``fixed`` says that what runs goes on."""
    away = not candidate.timeline.works(candidate.timeline.first)
    stated = candidate.states("block-length", rotation=running.rotation)
    short = still_to_last(candidate.variables.instance, candidate.candidate, running) > 0
    begun = running.elapsed > 0
    return running.rotation == candidate.base.id and begun and away and stated and short


def _bound_base(candidate: CandidateVariables) -> None:
    """Each lead is as long as base asks; the first one counts the months before the horizon if base was running."""
    model, base = candidate.model, candidate.base
    elapsed = candidate.timeline.elapsed if candidate.open_rotation is base else 0
    for block in candidate.blocks:
        first = candidate.begins_plan(block.lead_start) if elapsed else candidate.variables.false
        model.add(block.lead >= base.min_months).only_enforce_if(block.has_lead, ~first)
        model.add(block.lead >= base.min_months - elapsed).only_enforce_if(block.has_lead, first)
        if base.max_months is not None:
            model.add(block.lead <= base.max_months)
            model.add(block.lead <= base.max_months - elapsed).only_enforce_if(block.has_lead, first)
    if base.max_months is not None:
        tail = candidate.service_before(candidate.finish) - candidate.tail_start
        whole = candidate.begins_plan(candidate.tail_start) if elapsed else candidate.variables.false
        model.add(tail <= base.max_months)
        model.add(tail <= max(base.max_months - elapsed, 0)).only_enforce_if(whole)
