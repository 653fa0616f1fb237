"""A candidate comes back to a rotation only so often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import block_count, cut_short, trajectories
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance, Rotation
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Variables


class BlockCount(Rule):
    """At most `max_blocks` blocks of a rotation."""

    id = "block-count"

    def build(self, variables: Variables) -> None:
        """Bound the blocks of base; of any other rotation no more blocks than allowed exist in the model."""
        for candidate in variables.candidates:
            if candidate.base.max_blocks is not None and self._states(variables, candidate, candidate.base):
                variables.model.add(candidate.n_base_blocks <= candidate.base.max_blocks)
            running = candidate.current_rotation
            if running is not None and running.max_blocks == 0 and self._states(variables, candidate, running):
                variables.model.add_bool_or()  # none may be taken of it, and one is running

    def _states(self, variables: Variables, candidate: CandidateVariables, rotation: Rotation) -> bool:
        name = f"{candidate.id}:{rotation.id}"
        return variables.states(self.id, candidate.id) and variables.states(self.id, name)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Count the blocks of each rotation, one that had ended when the horizon began included."""
        for trajectory in trajectories(instance, plan):
            for rotation in {block.rotation.id: block.rotation for block in trajectory.blocks}.values():
                cut = sum(rotation_id == rotation.id for rotation_id, _, _ in cut_short(instance, trajectory.candidate))
                have = block_count(instance, trajectory, rotation.id) - cut
                if rotation.max_blocks is not None and have > rotation.max_blocks:
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
