"""A conflict: rule instances that cannot hold together, and how much of each is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import Instance
from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How much of an instance is meant: its months (times from the start of the horizon, ends exclusive), its goals."""

    windows: Mapping[RuleKey, tuple[int, int]] = field(default_factory=dict)
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

    instances: tuple[RuleKey, ...]
    narrowing: Narrowing
    minimal: bool
    proved: bool
    explicit_shifts: bool = False
    also: tuple[str, ...] = ()

    @property
    def keys(self) -> Keys:
        """Its instances as a set."""
        return frozenset(self.instances)

    def window(self, instance: Instance, key: RuleKey) -> tuple[Month, Month]:
        """The months one of them is needed in; the end is exclusive."""
        begin, end = self.narrowing.windows.get(key, (0, instance.end - instance.start))
        return instance.start + begin, instance.start + end

    @property
    def candidates(self) -> tuple[str, ...]:
        """The candidates whose instances take part, in order."""
        return tuple(sorted({key.candidate for key in self.instances if key.candidate is not None}))
