"""How many more there is room for, with what stands in the way of one more, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scheduler.explanation.counting import count
from scheduler.explanation.sentences import count_phrase
from scheduler.instance.types import Instance
from scheduler.intake.bottleneck import bottleneck_text
from scheduler.month import Month
from scheduler.texts import Language, Phrase

if TYPE_CHECKING:
    from scheduler.intake.headroom import Headroom


@dataclass(frozen=True, slots=True)
class Room:
    """``most`` new ones who start in a month fit for certain, and no more than ``at_most`` (None: not known).

    ``confirmed``: that no more fit is proved twice. ``reasons`` say what stands in the way of ``at_most + 1``, ``said``
    is the same in each language.
    """

    start: Month
    most: int
    at_most: int | None
    confirmed: bool
    reasons: tuple[str, ...] = ()
    said: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether the number is the largest, for certain."""
        return self.most == self.at_most

    def as_tree(self) -> dict[str, Any]:
        """As JSON's table."""
        proved = self.settled and self.confirmed
        return {"most": self.most, "at_most": self.at_most, "proved": proved, "why": list(self.reasons)}


@dataclass(frozen=True, slots=True)
class Steady:
    """No more than ``at_most`` can begin every half-year for ever: proved (None: no number tried was too many).

    ``limits``: the ceilings that do not hold one more. ``planned``: so many begin every half-year in a plan of all
    ``months`` (0: none was found).
    """

    at_most: int | None
    limits: tuple[Phrase | str, ...]
    planned: int
    months: int

    @property
    def settled(self) -> bool:
        """Whether as many have been planned as there may be."""
        return self.planned == self.at_most

    def as_tree(self) -> dict[str, Any]:
        """As JSON's table."""
        limits = [limit if isinstance(limit, str) else limit.said("en") for limit in self.limits]
        return {"at_most": self.at_most, "limits": limits, "planned": self.planned, "months": self.months}


def reasons(found: Headroom, number: int, beyond: Instance, lang: Language) -> tuple[str, ...]:
    """What stands in the way of a number, in words: what counting says, or what the search found."""
    if found.bottleneck is not None:
        return (bottleneck_text(beyond, found.bottleneck, number, lang),)
    return tuple(count_phrase(beyond, shortfall).said(lang) for shortfall in count(beyond))
