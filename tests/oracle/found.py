"""What the brute force hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class TooLarge(Exception):  # noqa: N818
    """More combinations than the budget allows: the caller skips the instance and counts it."""


@dataclass(frozen=True)
class Answer:
    """What is true of an instance: whether there is a plan, and what the best one comes to, level by level.

    `office_changes`: how often offices change at least in plans that are as good; None where nothing was compared.
    """

    feasible: bool
    values: dict[str, tuple[float, float | None]] = field(default_factory=dict)
    witness: Any = None
    office_changes: int | None = None


@dataclass
class Budget:
    """How many partial paths and combinations may be looked at."""

    limit: int | None = None
    spent: int = 0

    def spend(self, n: int = 1) -> None:
        self.spent += n
        if self.limit is not None and self.spent > self.limit:
            raise TooLarge(f"more than {self.limit} combinations")
