"""What counts of service: the tree of categories, walked from below."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.exact import Exact
from scheduler.instance.types import Rules


def amounts(sums: Mapping[str, Exact], rules: Rules) -> dict[str | None, Exact]:
    """Service in each category with what counts into it, before its own cap; under None what counts in all.

    ``sums``: served by category. 50 in practice and 10 elsewhere are 60 in all, of which 54 count; with 14 in
    hospital, of which 12 count, it is 66.
    """
    found: dict[str | None, Exact] = {row.id: sums.get(row.id, 0) for row in rules.categories}
    found[None] = 0
    for row in rules.from_below:
        amount = found[row.id]
        found[row.counts_into] += amount if row.cap is None else min(row.cap, amount)
    return found


def counted(sums: Mapping[str, Exact], rules: Rules) -> Exact:
    """What counts under the caps: 50 in practice, 10 elsewhere and 14 in hospital count 54 + 12 = 66."""
    return amounts(sums, rules)[None]


def shortfalls(sums: Mapping[str, Exact], rules: Rules) -> dict[str, Exact]:
    """What is missing of each minimum, by the id of the rule; 0 where it is reached."""
    have = amounts(sums, rules)
    return {row.rule: max(row.minimum - have[row.id], 0) for row in rules.minima if row.rule is not None}
