"""A brute force of our own: every path of every candidate, every combination, told month by month from the contract.

It is the last word on "proved" and "impossible", so it shares nothing with the program but the file format: it is written
from docs/decisions/0001 and 0008 and the contract's sentences, and imports nothing of `scheduler`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class TooLarge(Exception):
    """More combinations than the budget allows: the caller skips the instance and counts it."""


@dataclass(frozen=True)
class Answer:
    """What is true of an instance: whether there is a plan, and what the best one comes to, level by level."""

    feasible: bool
    values: dict[str, tuple[float, float | None]] = field(default_factory=dict)
    witness: Any = None


def answer(
    tree: Mapping[str, Any],
    *,
    published: Mapping[str, Any] | None = None,
    freeze_to: str | None = None,
    rules: Collection[Mapping[str, Any]] | None = None,
    order: Sequence[str] | None = None,
    budget: int | None = None,
) -> Answer:
    """The lexicographic optimum of an instance, `TooLarge` beyond the budget; `rules`: only these instances are enforced."""
    raise NotImplementedError


def judge(
    tree: Mapping[str, Any],
    plan: Mapping[str, Any],
    *,
    published: Mapping[str, Any] | None = None,
    freeze_to: str | None = None,
) -> list[str]:
    """What breaks a rule or is reckoned wrongly in a plan file, empty if nothing."""
    raise NotImplementedError


def values(
    tree: Mapping[str, Any],
    plan: Mapping[str, Any],
    *,
    published: Mapping[str, Any] | None = None,
    freeze_to: str | None = None,
) -> dict[str, tuple[float, float | None]]:
    """What a plan file comes to, level by level, in the objective's order."""
    raise NotImplementedError
