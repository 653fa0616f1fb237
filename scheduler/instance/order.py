"""Who comes first where nothing decides: by id, so that sorting the rows of a file moves nobody; and some of them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from scheduler.instance.types import Candidate, Instance


def in_order_of_ids(instance: Instance) -> Instance:
    """The instance with its candidates in the order of their ids, numbers in them by their size: A2 before A10."""
    ordered = sorted(instance.candidates, key=_by_numbers)
    if ordered == list(instance.candidates):
        return instance
    return replace(instance, candidates={candidate_id: instance.candidates[candidate_id] for candidate_id in ordered})


def with_only(instance: Instance, chosen: Collection[str]) -> Instance:
    """The instance with only these of its candidates, as if there were no others."""
    baseline = instance.baseline
    if baseline is not None:
        published = {who: entry for who, entry in baseline.published.items() if who in chosen}
        baseline = replace(baseline, published=published, affected=baseline.affected & published.keys())
    candidates = {who: candidate for who, candidate in instance.candidates.items() if who in chosen}
    return replace(instance, candidates=candidates, baseline=baseline)


def _by_numbers(candidate_id: str) -> tuple[list[tuple[bool, int, str]], str]:
    parts = re.findall(r"[0-9]+|[^0-9]+", candidate_id)
    return [(not part[0].isdecimal(), int(part) if part[0].isdecimal() else 0, part) for part in parts], candidate_id


def alike(candidate: Candidate, other: Candidate) -> bool:
    """Whether two differ in nothing but what they are called."""
    return replace(candidate, id=other.id, name=other.name) == other


def drawn(instance: Instance, candidate: Candidate, other: Candidate) -> bool:
    """Whether it was a draw which of the two got something: neither the file nor a published plan tells them apart."""
    requirements = all(row.names(candidate.id) == row.names(other.id) for row in instance.requirements)
    return instance.baseline is None and requirements and alike(candidate, other)
