"""How a plan is looked for."""

from __future__ import annotations

from enum import Enum

MOST_IN_ONE_MODEL = 60


class Strategy(Enum):
    """Whether everybody may end up in one model. ``AUTO``: by the number of candidates."""

    AUTO = "auto"
    EXACT = "exact"
    DECOMPOSED = "decomposed"

    def for_size(self, n_candidates: int) -> Strategy:
        """What ``AUTO`` comes to."""
        if self is not Strategy.AUTO:
            return self
        return Strategy.EXACT if n_candidates <= MOST_IN_ONE_MODEL else Strategy.DECOMPOSED
