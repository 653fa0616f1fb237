"""What the Benders search looks at, stage by stage, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.accounting.proof import Proof, Proofs, Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Instance
from scheduler.planning.benders.slots import Slot
from scheduler.planning.reserved import HeldBlock, reserved_months
from scheduler.planning.state import contested_levels

DELAY, WORST_DELAY = Target("delay"), Target("delay", worst=True)
WISHES, WORST_WISHES = Target("wishes"), Target("wishes", worst=True)


def stages_of(instance: Instance) -> list[Target]:
    """The sum of a level, then its largest share, level by level."""
    return [Target(level, worst) for level in contested_levels(instance) for worst in (False, True)]


@dataclass(frozen=True, slots=True)
class Solution:
    """Each competing candidate's blocks, with the delay (months) and the lost wishes (weight) that the master assumes.

    A candidate has two blocks where the first is too short; ``extra`` are further ones that a wish asks for.
    """

    blocks: Mapping[str, tuple[Slot, ...]]
    extra: Mapping[str, tuple[Slot, ...]]
    delays: Mapping[str, int]
    wishes: Mapping[str, int]


@dataclass(slots=True)
class BendersResult:
    """The bounds found so far, one for each target looked at, and blocks that reach them.

    A bound holds for plans that have the least at the targets before. ``solution`` None: no blocks were found.
    """

    bounds: dict[Target, int] = field(default_factory=dict)
    solution: Solution | None = None

    @property
    def proofs(self) -> Proofs:
        """What is proved, without a plan in hand."""
        return Proofs(tuple(Proof(target, bound) for target, bound in self.bounds.items()))

    def reserved(self, instance: Instance) -> dict[str, Assignment]:
        """For each candidate, the months to hold free: those bound anyway, and the blocks of the solution."""
        blocks = {} if self.solution is None else self.solution.blocks
        return {
            candidate_id: reserved_months(
                instance,
                instance.candidates[candidate_id],
                [HeldBlock(slot.rotation, slot.start, slot.start + slot.length) for slot in chosen],
            )
            for candidate_id, chosen in blocks.items()
        }

    @property
    def delays(self) -> Mapping[str, int]:
        """Months of delay of each competing candidate with the blocks of the solution."""
        return {} if self.solution is None else self.solution.delays
