"""A candidate's past: months before the horizon, or frozen in it, that every count reads and no rule judges (0019)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """A month that was served, at a percent of a post; ``practice`` and ``supervisor`` if they are told.

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


@dataclass(frozen=True, slots=True)
class Frozen:
    """The months of the horizon that stand as a published plan has them: they have been served (decision 0008).

    ``rows``: every one of them, None where it was leave. ``offices``, ``supervisors``: leave among them. ``finish``:
    where the published plan ended in these months. ``running``, ``since``: the block that the file says ran into the
    horizon, which begins in ``horizon``.
    """

    rows: Mapping[Month, PastMonth | None]
    horizon: Month
    offices: Mapping[Month, str] = field(default_factory=dict)
    shifts: Mapping[Month, int] = field(default_factory=dict)
    supervisors: Mapping[Month, str] = field(default_factory=dict)
    group: str | None = None
    finish: Month | None = None
    running: str | None = None
    since: Month | None = None

    @property
    def start(self) -> Month:
        """The first of them."""
        return min(self.rows)

    @property
    def end(self) -> Month:
        """The month after the last of them."""
        return max(self.rows) + 1

    @property
    def served(self) -> tuple[PastMonth, ...]:
        """Those of service, in order."""
        return tuple(row for _, row in sorted(self.rows.items()) if row is not None)

    def percent_at(self, month: Month) -> Exact:
        """The percent of a post in one of them; 0 on leave."""
        row = self.rows[month]
        return 0 if row is None else row.percent

    def was_leave(self, month: Month) -> bool:
        """Whether it is one of them, and was leave."""
        return month in self.rows and self.rows[month] is None
