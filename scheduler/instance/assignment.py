"""What the solver found for one candidate, before it is written out as a plan: rotations month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class Assignment:
    """One candidate's rotations from ``first`` on, one entry a month (None: full leave), and other choices.

    ``completes``: False for one whose contract ends with the last month, although the training might have been over.
    """

    candidate: str
    first: Month
    rotations: tuple[str | None, ...]
    practice: str | None
    group: str | None
    shifts: Mapping[Month, int] = field(default_factory=dict)
    completes: bool = True

    @property
    def end(self) -> Month:
        """The month after the last planned one."""
        return self.first + len(self.rotations)

    def rotation_at(self, month: Month) -> str | None:
        """The rotation in a month; None on leave, before the first month and after the finish."""
        if self.first <= month < self.end:
            return self.rotations[month - self.first]
        return None
