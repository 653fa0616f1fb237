"""A published plan that versions of an instance are planned on top of, as any process can be told of it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.replanning.guard import Allowed
from scheduler.replanning.matching import matched
from scheduler.replanning.successor import Replanning

AS_MUCH_AS_IT_TAKES = Allowed(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class OnTop:
    """The plan as its file has it; ``freeze_to``: the last month that stays, ``gone``: who is left out on purpose."""

    published: str
    freeze_to: Month | None = None
    gone: tuple[str, ...] = ()

    def replanning(self, instance: Instance) -> Replanning:
        """The instance on top of the plan, of which as much may move as it takes; InputError if they do not match."""
        held = matched(instance, Plan.from_json(self.published), self.freeze_to, self.gone)
        return Replanning.of(instance, held, self.freeze_to, AS_MUCH_AS_IT_TAKES)
