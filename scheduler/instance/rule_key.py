"""One rule for one subject, this arena's places, that candidate's date: what a model leaves out, a conflict names."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from scheduler.instance.types import Arena, Candidate, Instance, Rotation


@dataclass(frozen=True, slots=True, repr=False)
class RuleKey:
    """A rule instance: the rule's id, and what of an instance it speaks of there.

    ``candidate`` owns it; without one it is shared by all. ``part`` tells apart what a rule says of the same subject in
    two ways (an arena's ``floor`` beside its places). ``row`` is the number of a row of ``fixed``; ``goal`` is one of
    the goals that the candidate's own instance is about.
    """

    rule: str
    candidate: str | None = None
    arena: str | None = None
    limit: str | None = None
    group: str | None = None
    rotation: str | None = None
    requirement: str | None = None
    supervisor: str | None = None
    row: int | None = None
    goal: int | None = None
    part: str | None = None
    quota: str | None = None

    def __str__(self) -> str:
        """``capacity:hospital``, ``fixed:A01:0``: to read and to sort by."""
        return ":".join(str(field) for field in astuple(self) if field is not None)

    def __repr__(self) -> str:
        return f"RuleKey({self})"


Keys = frozenset[RuleKey]


def candidate_of(instance: Instance, key: RuleKey) -> Candidate:
    """The candidate who owns it."""
    assert key.candidate is not None
    return instance.candidates[key.candidate]


def arena_of(instance: Instance, key: RuleKey) -> Arena:
    """The arena that it speaks of."""
    assert key.arena is not None
    return instance.arenas[key.arena]


def rotation_of(instance: Instance, key: RuleKey) -> Rotation:
    """The rotation that it speaks of."""
    assert key.rotation is not None
    return instance.rotations[key.rotation]
