"""Those who share something, directly or through others, together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

M = TypeVar("M", bound=Hashable)


def families(shares: Mapping[M, Iterable[Hashable]]) -> list[list[M]]:
    """Families of members by what each ``shares`` in, in the members' order: a {1}, b {1, 2}, c {3} are [a, b], [c]."""
    leader = {member: member for member in shares}

    def lead(member: M) -> M:
        while leader[member] != member:
            leader[member] = leader[leader[member]]
            member = leader[member]
        return member

    first: dict[Hashable, M] = {}
    for member, things in shares.items():
        for thing in things:
            leader[lead(member)] = lead(first.setdefault(thing, member))
    found: defaultdict[M, list[M]] = defaultdict(list)
    for member in shares:
        found[lead(member)].append(member)
    return list(found.values())
