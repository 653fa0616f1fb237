"""A candidate comes back to a rotation only so often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance
from scheduler.ledger import block_count, courses, cut_short
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import Variables


class BlockCount(Rule):
    """At most `max_blocks` blocks of a rotation."""

    id = "block-count"

    def build(self, variables: Variables) -> None:
        """Bound the blocks of base; of any other rotation no more blocks than allowed exist in the model."""
        for candidate in variables.candidates:
            base_too = variables.states(self.id, f"{candidate.id}:{candidate.base.id}")
            if candidate.base.max_blocks is not None and base_too and variables.states(self.id, candidate.id):
                variables.model.add(candidate.n_base_blocks <= candidate.base.max_blocks)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Count the blocks of each rotation, one that had ended when the horizon began included."""
        for course in courses(instance, plan):
            for rotation in {block.rotation.id: block.rotation for block in course.blocks}.values():
                cut = sum(rotation_id == rotation.id for rotation_id, _, _ in cut_short(instance, course.candidate))
                have = block_count(instance, course, rotation.id) - cut
                if rotation.max_blocks is not None and have > rotation.max_blocks:
                    last = [block for block in course.blocks if block.rotation.id == rotation.id][-1]
                    fields = {"rotation": rotation.name, "have": have, "max": rotation.max_blocks}
                    yield Violation(
                        self.id,
                        "violations.block-count",
                        fields,
                        course.candidate.id,
                        rotation.id,
                        last.start,
                        last.end,
                    )
