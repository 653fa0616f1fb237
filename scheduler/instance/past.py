"""A candidate's past: the months before the horizon, which every count reads and no rule judges (decision 0019)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from scheduler.exact import Exact
from scheduler.instance.absence import earned
from scheduler.month import Month

WHOLE_MIX = 100  # percent of a rotation's mix


class Told(Enum):
    """How a month of the past is told, and so what it gives."""

    SERVED = "served"  # by a row: credit, a service month, exposure, work
    CURRENT = "current"  # by the running block: exposure and work; ``credited`` and ``months_done`` tell the rest
    CREDITED = "credited"  # by a row whose credit and months ``credited`` and ``months_done`` tell: exposure and work
    NOT_COUNTED = "not-counted"  # by a row of service that was not approved: nothing but its place in a block


@dataclass(frozen=True, slots=True)
class PastMonth:
    """A month served before the horizon, at a percent of a post; ``practice`` and ``supervisor`` if they are told.

    ``deducted``: what days absent take off that percent.
    """

    month: Month
    rotation: str
    percent: Exact
    practice: str | None = None
    supervisor: str | None = None
    told: Told = Told.SERVED
    deducted: Exact = 0

    @property
    def earns(self) -> bool:
        """Whether it gives credit and is a service month of the training."""
        return self.told is Told.SERVED

    @property
    def work(self) -> Exact:
        """The whole month in credit: 80 % is 8,000."""
        return self.earned * WHOLE_MIX

    @property
    def earned(self) -> Exact:
        """The percent that counts: that of the post, less days absent."""
        return earned(self.percent, self.deducted)

    @property
    def exposes(self) -> bool:
        """Whether it exposes goals and is work of a requirement."""
        return self.told is not Told.NOT_COUNTED
