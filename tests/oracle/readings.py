"""Where the contract is being moved on ahead of the program: one switch each, so that the oracle moves with a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """The readings in force; the defaults are those the program is built for today."""

    frozen_is_served: bool = True
    """Frozen months are months of the past: they stand as published, no rule of today's file judges them, every count
    reads them; who was done within them is done. Off: they are fixed months, which give way (0008).
    """

    early_finish_moves: bool = False
    """Published months that fall away because somebody finishes earlier are moved months."""

    beyond_horizon_is_closed: bool = False
    """A month after the horizon keeps an unfinished candidate's group year from being open (0001: "months outside the
    plan otherwise do not"), or says nothing yet (the contract's `horizon`: never infeasible for that reason).
    """

    frozen_months_weigh: bool = False
    """A frozen month that gave way is counted among the changes, at the weight of the first half-year."""


TODAY = Readings()
