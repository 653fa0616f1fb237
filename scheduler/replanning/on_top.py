"""A published plan that versions of an instance are planned on top of, as any process can be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scheduler.files.schema import WITH_FORMER_IDS
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.replanning.guard import Allowed
from scheduler.replanning.matching import matched
from scheduler.replanning.renaming import ids_in
from scheduler.replanning.successor import Replanning

AS_MUCH_AS_IT_TAKES = Allowed(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class OnTop:
    """The plan as its file has it; ``freeze_to``: the last month that stays, ``gone``: who is left out on purpose."""

    published: str
    freeze_to: Month | None = None
    gone: tuple[str, ...] = ()

    def leaving_out(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> OnTop:
        """The same where rows of a tree have been taken out on purpose: those that the plan of who is left names."""
        removed = {(table, row_id) for table in WITH_FORMER_IDS for row_id in _ids(before, table) - _ids(after, table)}
        if not removed:
            return self
        entries = Plan.from_json(self.published).candidates
        gone = {entry.id for entry in entries if ("candidates", entry.id) in removed}
        gone |= {row_id for entry in entries if entry.id not in gone for table, row_id in {*ids_in(entry)} & removed}
        return replace(self, gone=(*self.gone, *sorted(gone)))

    def replanning(self, instance: Instance) -> Replanning:
        """The instance on top of the plan, of which as much may move as it takes; InputError if they do not match."""
        held = matched(instance, Plan.from_json(self.published), self.freeze_to, self.gone)
        return Replanning.of(instance, held, self.freeze_to, AS_MUCH_AS_IT_TAKES)


def _ids(tree: Mapping[str, Any], table: str) -> set[str]:
    return {row["id"] for row in tree.get(table, [])}
