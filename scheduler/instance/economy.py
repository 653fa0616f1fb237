"""What is agreed and what it costs: facts of the coordinator's desk, on which no plan depends (decision 0032)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from scheduler.exact import Exact
from scheduler.month import Month

AgreementKind = Literal["self-employed", "salaried", "municipal", "locum"]
"""The kind of post that an agreement is about."""
GoalState = Literal["started", "sent", "approved"]
"""How far a goal has come in the competence portal."""
RateSide = Literal["grant", "income", "cost"]
"""A grant is income that is applied for, and needs a signed agreement."""
RatePer = Literal[
    "fte-month",
    "fte-year",
    "service-month",
    "service-year",
    "away-fte-month",
    "guidance-hour",
    "preparation-hour",
    "percent-of-grant",
]
"""What an amount is for one of. ``fte-``: the share of a post counts; ``away-``: the months away from the own post."""

SIDES: tuple[RateSide, ...] = get_args(RateSide)
GOAL_STATES: tuple[GoalState, ...] = get_args(GoalState)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A candidate's agreement; ``signed`` None: it is not signed yet."""

    kind: AgreementKind
    signed: Month | None = None

    def holds_in(self, month: Month) -> bool:
        """Whether it was signed by then: it holds from the month in which it was."""
        return self.signed is not None and self.signed <= month


@dataclass(frozen=True, slots=True)
class GoalStatus:
    """How far a goal has come, and since when, if that is told."""

    status: GoalState
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """An amount for one of something, from ``start`` (None: always) up to ``end``, exclusive (None: for good)."""

    side: RateSide
    what: str
    kinds: frozenset[str]
    amount: Exact
    per: RatePer
    start: Month | None = None
    end: Month | None = None
    source: str | None = None

    def covers(self, kind: str | None, month: Month) -> bool:
        """Whether it holds for the kind of post in the month; one for certain kinds never where none is known."""
        in_time = (self.start is None or self.start <= month) and (self.end is None or month < self.end)
        return in_time and (not self.kinds or kind in self.kinds)


def rate_in(rates: Sequence[Rate], kind: str | None, month: Month) -> Rate | None:
    """The one of a name's rates that holds: the last of those that cover the month."""
    return next((rate for rate in reversed(rates) if rate.covers(kind, month)), None)
