"""A candidate comes back to a rotation only so often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, block_count
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import Facts
from scheduler.constraints.proposal import Proposal, concerning_all, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.past_blocks import past_blocks
from scheduler.instance.rule_key import RuleKey, rotation_of
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance, Rotation
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Variables


MOST_BLOCKS_MORE = 3


class BlockCount(Rule):
    """At most `max_blocks` blocks of a rotation."""

    id = "block-count"
    telling = 10
    blamed = 15
    bounds_blocks = True

    def build(self, variables: Variables) -> None:
        """Bound the blocks of base; of any other rotation no more blocks than allowed exist in the model."""
        for candidate in variables.candidates:
            base = candidate.base
            if base.max_blocks is not None and candidate.states(self.id, rotation=base.id):
                most = max(base.max_blocks, candidate.n_past_blocks_of({base.id}))
                variables.model.add(candidate.n_blocks_of({base.id}) <= most)
            given = candidate.open_rotation if candidate.candidate.current is not None else None
            if given is not None and _none_left(candidate, given) and candidate.states(self.id, rotation=given.id):
                variables.model.add_bool_or()  # none may be taken of it, and one is running

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Count the blocks of each rotation, those before the plan included, which by themselves are not judged."""
        for trajectory in read.trajectories:
            for rotation in {block.rotation.id: block.rotation for block in trajectory.blocks}.values():
                have = block_count(trajectory, rotation.id)
                past = past_blocks(read.instance, trajectory.candidate)
                before = sum(block.rotation == rotation.id for block in past)
                if rotation.max_blocks is not None and have > max(rotation.max_blocks, before):
                    last = [block for block in trajectory.blocks if block.rotation.id == rotation.id][-1]
                    fields = {"rotation": rotation.name, "have": have, "max": rotation.max_blocks}
                    yield Violation(
                        self.id,
                        "violations.block-count",
                        fields,
                        trajectory.candidate.id,
                        rotation.id,
                        last.start,
                        last.end,
                    )

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The rotations of which there may be only so many blocks."""
        for rotation in instance.rotations_of(candidate):
            if rotation.max_blocks is not None:
                yield RuleKey(self.id, candidate.id, rotation=rotation.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """How many blocks there may be."""
        rotation = rotation_of(facts.instance, key)
        return facts.say(self.id, rotation=rotation.name, max=rotation.max_blocks)

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """More blocks."""
        rotation = rotation_of(instance, key)
        most = rotation.max_blocks or 0
        more = set_to("rotation", rotation.id, "max_blocks", lambda amount: most + amount)
        yield Proposal(more, concerning_all, MOST_BLOCKS_MORE)


def _none_left(candidate: CandidateVariables, given: Rotation) -> bool:
    """Whether the block that the file says is running is one too many: it is the plan's if no month of it is past."""
    if given.max_blocks is None or given.base:
        return given.max_blocks == 0
    begins = candidate.runs_on and candidate.open_block is not None and not candidate.open_block.elapsed
    return given.max_blocks == 0 or (begins and candidate.n_past_blocks_of({given.id}) >= given.max_blocks)
