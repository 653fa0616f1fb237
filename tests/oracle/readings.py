"""Where the contract is being moved on ahead of the program: one switch each, so that the oracle moves with a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """The readings in force; the defaults are those the program is built for today."""

    delay_from_window_start: bool = False
    """Earliest finish with a start window: counted from its earliest month, or from the start that the plan chose."""

    running_block_exposes: bool = False
    """Months of the running block before the horizon count for requirements and for the exposure of goals."""

    early_finish_moves: bool = True
    """Published months that fall away because somebody finishes earlier are moved months (0008: "or nowhere")."""

    unfinished_fixed_group_needs_open_year: bool = True
    """A fixed group's open year is asked of an unfinished candidate, too (months beyond the plan count only as
    leave).
    """

    chosen_group_of_unfinished_needs_open_year: bool = True
    """An unfinished candidate joins a group only where one of its years is open within the plan."""

    frozen_months_weigh: bool = False
    """A frozen month that gave way is counted among the changes, at the weight of the first half-year."""


TODAY = Readings()
