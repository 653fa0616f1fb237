"""A conflict: rule instances that cannot hold together, and how much of each is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.constraints.rule import Keys
from scheduler.explanation.rule_instances import RuleInstance


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How much of an instance is meant: its months (times from the start of the horizon, ends exclusive), its goals."""

    windows: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    goals: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.windows or self.goals)


WHOLE = Narrowing()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rule instances that cannot hold together.

    ``minimal``: without any one of them there would be no conflict. ``proved``: a second search agrees that it is one.
    ``also``: other candidates whose own instances of the same rules conflict in the same way.
    """

    instances: tuple[RuleInstance, ...]
    narrowing: Narrowing
    minimal: bool
    proved: bool
    explicit_shifts: bool = False
    also: tuple[str, ...] = ()

    @property
    def keys(self) -> Keys:
        """The keys of its instances."""
        return frozenset(rule_instance.key for rule_instance in self.instances)

    @property
    def candidates(self) -> tuple[str, ...]:
        """The candidates whose instances take part, in order."""
        return tuple(
            sorted({rule_instance.candidate for rule_instance in self.instances if rule_instance.candidate is not None})
        )
