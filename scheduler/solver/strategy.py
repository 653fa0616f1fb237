"""How a plan is looked for."""

from __future__ import annotations

from enum import Enum

from scheduler.solver.limits import Limits


class Strategy(Enum):
    """Whether everybody may end up in one model. ``AUTO``: by the number of candidates."""

    AUTO = "auto"
    EXACT = "exact"
    DECOMPOSED = "decomposed"

    def for_size(self, n_candidates: int, limits: Limits) -> Strategy:
        """The strategy for so many candidates: itself, or what ``AUTO`` comes to."""
        if self is not Strategy.AUTO:
            return self
        return Strategy.EXACT if n_candidates <= limits.one_model_members else Strategy.DECOMPOSED
