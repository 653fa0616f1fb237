"""What frozen months take of arenas, limits and units, for those who are planned beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.exact import Exact
from scheduler.instance.pools import resolved_mix
from scheduler.instance.quotas import quotas_of
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month

Key = tuple[str, Month]  # an arena, limit or unit, and the month


@dataclass(frozen=True, slots=True)
class FrozenUse:
    """Heads and credit in arenas and under limits, candidates away from units, and heads under quotas by their ids."""

    heads: Mapping[Key, int]
    credit: Mapping[Key, Exact]
    away: Mapping[Key, int]
    quotas: Mapping[Key, int]


def frozen_use(instance: Instance) -> FrozenUse:
    """What the frozen months take in which somebody is planned; nothing where nobody is."""
    return instance.once(_tabulated)


def _tabulated(instance: Instance) -> FrozenUse:
    people = [*instance.candidates.values(), *instance.ended]
    heads: Counter[Key] = Counter()
    credit: defaultdict[Key, Exact] = defaultdict(int)
    away: Counter[Key] = Counter()
    quotas: Counter[Key] = Counter()
    begins = min(map(instance.first_month, instance.candidates.values()), default=instance.end)
    for candidate in people:
        for row in () if candidate.frozen is None else candidate.frozen.served:
            if row.month >= begins:
                mix = resolved_mix(instance.rotations[row.rotation], row.practice)
                for subject, share in _subjects(instance, mix).items():
                    heads[subject, row.month] += 1
                    credit[subject, row.month] += row.percent * share
                quotas.update((quota, row.month) for quota in quotas_of(instance, candidate, mix))
                post = _post(candidate, row.practice)
                away.update([(post, row.month)] if post is not None and post not in mix else [])
    for (unit, month), number in away.items():
        most = instance.arenas[unit].max_away
        away[unit, month] = number if most is None else min(number, most)
    return FrozenUse(heads, credit, away, quotas)


def _subjects(instance: Instance, mix: Mapping[str, Exact]) -> dict[str, Exact]:
    """The arenas, and the limits over them, with the share that each takes."""
    limits = {
        limit.id: sum(share for arena, share in mix.items() if arena in limit.arenas)
        for limit in instance.limits.values()
        if not mix.keys().isdisjoint(limit.arenas)
    }
    return {**mix, **limits}


def _post(candidate: Candidate, practice: str | None) -> str | None:
    return candidate.post or practice
