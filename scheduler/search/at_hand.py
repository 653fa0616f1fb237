"""The plan at hand while it is being improved: everybody's draft, what all use, and what each has at every level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.draft import Draft
from scheduler.instance.types import Instance
from scheduler.occupancy import Occupancy
from scheduler.search.party import totals_of


class AtHand:
    """Drafts beside others who are ``held``. ``drafts`` is a plan at any time."""

    def __init__(self, instance: Instance, drafts: Mapping[str, Draft], held: Occupancy) -> None:
        self.drafts = dict(drafts)
        self._instance = instance
        self._occupancy = held.copy()
        for draft in drafts.values():
            self._occupancy.add(draft)
        self._totals = {one: totals_of(instance, draft) for one, draft in drafts.items()}

    def shares(self, level: str, members: Iterable[str] | None = None) -> list[int]:
        """What members, or all, have at a level, in the solver's units."""
        return [self._totals[one][level] for one in (self._totals if members is None else members)]

    def beside(self, members: Iterable[str]) -> Occupancy:
        """What everybody but the members uses."""
        held = self._occupancy.copy()
        for one in members:
            held.remove(one)
        return held

    def take(self, drafts: Mapping[str, Draft]) -> None:
        """From now on these instead of what those candidates had."""
        for one in drafts:
            self._occupancy.remove(one)
        for one, draft in drafts.items():
            self._occupancy.add(draft)
            self.drafts[one] = draft
            self._totals[one] = totals_of(self._instance, draft)
