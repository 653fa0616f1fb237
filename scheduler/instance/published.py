"""What has been published: the plan that a new one starts from, as plain data on the instance.

A **published month** is a month in which the published plan places a candidate somewhere. Those before
``frozen_before`` stay as they are; those after it may move, at a price that is higher the nearer they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scheduler.month import Month

WEIGHTS = ((6, 4), (12, 3), (24, 2))  # months after the freeze, and what a move among them weighs
WEIGHT_LATER = 1
WEIGHT_OF_GROUP = 4  # another group than the published one weighs as much as one near month


@dataclass(frozen=True, slots=True)
class Published:
    """One candidate's published plan; ``rotations`` holds the months of service, leave months are not in it.

    ``offices``: the office in each month from the first to the last, those before the horizon among them.
    """

    candidate: str
    start: Month
    end: Month
    rotations: Mapping[Month, str]
    offices: Mapping[Month, str] = field(default_factory=dict)
    group: str | None = None
    shifts: Mapping[Month, int] = field(default_factory=dict)
    supervisors: Mapping[Month, str] = field(default_factory=dict)

    def office_in(self, month: Month) -> str | None:
        """The office in a month, before the first and after the last the nearest there is."""
        if not self.offices:
            return None
        return self.offices[min(max(month, min(self.offices)), max(self.offices))]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The published plan of everybody; nothing before ``frozen_before`` may move.

    ``affected`` are those whose published plan the data no longer allow. Whoever else would have to move weighs
    ``bystander`` times as much: more than all that the affected could move, so that nobody moves for their sake as
    long as there is another way. ``prefers_delay``: the months that move come after delay. ``carried``: the same as a
    plan file carries it, of which it was made.
    """

    frozen_before: Month
    published: Mapping[str, Published]
    affected: frozenset[str] = frozenset()
    bystander: int = 1
    prefers_delay: bool = False
    carried: Any = field(default=None, compare=False, repr=False)

    def concerning(self, who: Collection[str], end: Month) -> Baseline:
        """The same where the data concern these: a month of anybody else weighs more than all theirs until ``end``."""
        affected = frozenset(who) & self.published.keys()
        bystander = 1 + self.most_weight(end) * len(affected)
        return replace(self, affected=affected, bystander=bystander)

    def weight(self, month: Month) -> int:
        """What it weighs to move a published month: 4 in the first half-year after the freeze, 1 after two years."""
        away = month - self.frozen_before
        if away < 0:
            return 0
        return next((weight for within, weight in WEIGHTS if away < within), WEIGHT_LATER)

    def factor(self, candidate_id: str) -> int:
        """How many times a candidate's moves weigh."""
        return 1 if candidate_id in self.affected else self.bystander

    def most_weight(self, end: Month) -> int:
        """What one candidate's changes weigh at most: all months from the freeze to the horizon, and the group."""
        return sum(self.weight(month) for month in range(self.frozen_before, end)) + WEIGHT_OF_GROUP
