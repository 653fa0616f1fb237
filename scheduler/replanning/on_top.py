"""A published plan that versions of an instance are planned on top of, as any process can be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scheduler.files.schema import WITH_FORMER_IDS
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month, parse_month
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

    def with_the_served(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        """A tree with the supervisors back who were taken out of it and whom served or frozen months have.

        They are there to the end of these months: history stays true, and from then on they are gone.
        """
        last = max(parse_month(before["horizon"]["start"]) - 1, self.freeze_to or 0)
        served = self._supervisors_until(last)
        gone = _ids(before, "supervisors") - _ids(after, "supervisors")
        back = [
            {**row, "to": min(row.get("to") or format_month(last), format_month(last))}
            for row in before.get("supervisors", [])
            if row["id"] in gone & served
        ]
        return {**after, "supervisors": [*after.get("supervisors", []), *back]} if back else {**after}

    def _supervisors_until(self, last: Month) -> set[str]:
        entries = Plan.from_json(self.published).candidates
        return {span.id for entry in entries for span in entry.supervisors if span.from_ <= last}

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
