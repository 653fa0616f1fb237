"""A brute force of our own: every path of every candidate, every combination, told month by month from the contract.

It is the last word on "proved" and "impossible", so it shares nothing with the program but the file format: it is
written from docs/decisions/0001 and 0008 and the contract's sentences, and imports nothing of `scheduler`. Where
those sentences leave room, the reading taken stands in the docstring of the module it concerns; those that are being
moved on ahead of the program are switches in `readings.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .found import Answer, TooLarge

__all__ = ["Answer", "TooLarge", "answer", "judge", "office_changes", "values"]


def answer(
    tree: Mapping[str, Any],
    *,
    published: Mapping[str, Any] | None = None,
    freeze_to: str | None = None,
    rules: Collection[Mapping[str, Any]] | None = None,
    order: Sequence[str] | None = None,
    budget: int | None = None,
) -> Answer:
    """The lexicographic optimum of an instance, `TooLarge` beyond the budget; `rules`: only these instances are
    enforced.
    """
    from .checking import baseline_of
    from .search import answered

    return answered(tree, baseline_of(tree, published, freeze_to), rules, order, budget)


def judge(
    tree: Mapping[str, Any],
    plan: Mapping[str, Any],
    *,
    published: Mapping[str, Any] | None = None,
    freeze_to: str | None = None,
) -> list[str]:
    """What breaks a rule or is reckoned wrongly in a plan file, empty if nothing."""
    from .checking import baseline_of, judged

    return judged(tree, plan, baseline_of(tree, published, freeze_to))


def values(
    tree: Mapping[str, Any],
    plan: Mapping[str, Any],
    *,
    published: Mapping[str, Any] | None = None,
    freeze_to: str | None = None,
) -> dict[str, tuple[float, float | None]]:
    """What a plan file comes to, level by level, in the objective's order."""
    from .checking import baseline_of, plan_values

    return plan_values(tree, plan, baseline_of(tree, published, freeze_to))


def office_changes(
    tree: Mapping[str, Any],
    plan: Mapping[str, Any],
    *,
    published: Mapping[str, Any] | None = None,
    freeze_to: str | None = None,
) -> int:
    """How often somebody's office changes in a plan file."""
    from .checking import baseline_of
    from .checking import office_changes as counted

    return counted(tree, plan, baseline_of(tree, published, freeze_to))
