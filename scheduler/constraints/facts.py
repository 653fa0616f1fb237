"""What a rule tells its part of a conflict with: the instance, the conflict, and how things are said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from scheduler.accounting import fte_months
from scheduler.constraints.conflict import Conflict
from scheduler.exact import Exact
from scheduler.instance.rule_key import RuleKey, candidate_of
from scheduler.instance.types import Candidate, Instance, Steps
from scheduler.month import Month, format_span
from scheduler.texts import Phrase, phrase

Numbers = tuple[float, float]  # what there is, and what is needed


class ConflictTeller(Protocol):
    """A conflict about to be told: its facts, and what is to be said beside the main thing."""

    facts: Facts

    @property
    def who(self) -> list[str] | Phrase:
        """The candidates who take part."""

    def needs(self) -> list[RuleKey]:
        """The instances that make all of them need the same places, of the most telling rule; empty: not all do."""

    def untold(self, but: Sequence[RuleKey]) -> list[RuleKey]:
        """What else takes part, but for what is true of everybody."""

    def more(self, but: Sequence[RuleKey]) -> Phrase | str:
        """The same as part of a sentence; empty where there is nothing else."""

    def clause(self, key: RuleKey) -> Phrase:
        """An instance in words."""

    def need(self, key: RuleKey) -> Phrase:
        """What an instance makes a candidate need, in words."""

    def dated(self) -> list[RuleKey]:
        """The instances that say by when somebody must be through."""

    def numbers(self, key: RuleKey) -> Numbers | None:
        """What there is and what is needed, where these numbers alone show that it does not go."""


class Facts:
    """One conflict of an instance."""

    def __init__(self, instance: Instance, conflict: Conflict) -> None:
        self.instance = instance
        self.conflict = conflict

    # --- in words ----------------------------------------------------------------------------------------------------

    def say(self, key: str, **fields: object) -> Phrase:
        """A phrase of the chapter ``explain``."""
        return phrase(f"explain.{key}", **fields)

    def months(self, credit: Exact) -> float:
        """Credit as months: 60,000 is 6, 55,000 is 5.5."""
        return fte_months(credit)

    def places(self, numbers: Iterable[Exact], unit: str = "places") -> Phrase:
        """``2 places``, or ``0–2 places`` where they change."""
        low, high = min(numbers, default=0), max(numbers, default=0)
        if unit == "percent":
            return (
                self.say("percent-room", places=low) if low == high else self.say("percent-range", low=low, high=high)
            )
        if low != high:
            return self.say("places-range", low=low, high=high)
        return self.say("places", places=low)

    def span(self, key: RuleKey) -> str:
        """The months the rule instance is needed in: ``2027-03..2027-08``."""
        return format_span(*self.window(key))

    def rotation(self, rotation_id: str) -> str:
        """A rotation's name."""
        return self.instance.rotations[rotation_id].name

    def place(self, key: RuleKey) -> str:
        """The name of the arena or the limit it speaks of."""
        if key.arena is not None:
            return self.instance.arenas[key.arena].name
        return self.instance.limits[key.limit].name if key.limit else str(key.limit)

    # --- looking things up -------------------------------------------------------------------------------------------

    def candidate(self, key: RuleKey) -> Candidate:
        """Whose rule instance it is."""
        return candidate_of(self.instance, key)

    def window(self, key: RuleKey) -> tuple[Month, Month]:
        """The months the rule instance is needed in; the end is exclusive."""
        return self.conflict.window(self.instance, key)

    def values(self, steps: Steps | None, key: RuleKey) -> list[int]:
        """The values of a step list in the instance's window; 0 without one."""
        return [0 if steps is None else steps.at(month) for month in range(*self.window(key))]
