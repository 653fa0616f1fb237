"""What the solver found for one candidate, before it is written out as a plan: rotations month by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from scheduler.month import Month, runs


@dataclass(frozen=True, slots=True)
class Assignment:
    """One candidate's rotations from ``first`` on, one entry a month (None: full leave), and other choices.

    ``completes``: False for one whose contract ends with the last month, although the training might have been over.
    ``practice`` is the office in the first month, ``moves`` the months from which it is another one, in order.
    """

    candidate: str
    first: Month
    rotations: tuple[str | None, ...]
    practice: str | None
    group: str | None
    shifts: Mapping[Month, int] = field(default_factory=dict)
    completes: bool = True
    moves: tuple[tuple[Month, str], ...] = ()

    @property
    def end(self) -> Month:
        """The month after the last planned one."""
        return self.first + len(self.rotations)

    def practice_at(self, month: Month) -> str | None:
        """The office in a month; before the first move the one that the plan begins with."""
        return next((office for since, office in reversed(self.moves) if since <= month), self.practice)

    @property
    def offices(self) -> tuple[str, ...]:
        """The offices, in the order in which they come."""
        first = () if self.practice is None else (self.practice,)
        return tuple(dict.fromkeys((*first, *(office for _, office in self.moves))))

    def seated(self, office_in: Callable[[Month], str | None]) -> Assignment:
        """The same with these offices, month by month."""
        runs_of = list(runs((month, office_in(month)) for month in range(self.first, max(self.end, self.first + 1))))
        first, *later = (office for _, _, office in runs_of)
        moves = zip((start for start, _, _ in runs_of[1:]), later, strict=True)
        return replace(self, practice=first, moves=tuple((month, office) for month, office in moves if office))

    def rotation_at(self, month: Month) -> str | None:
        """The rotation in a month; None on leave, before the first month and after the finish."""
        if self.first <= month < self.end:
            return self.rotations[month - self.first]
        return None
