"""Counting before searching: sums that show, without a solver, that there can be no plan.

Each check compares the least that is needed with the most that there is, so it never speaks of an instance that has a
plan. It comes with its witness: the keys of the rule instances whose numbers it adds up. What a rule's own sums are is
in its file (``Rule.counts``); here are those of one rule's stays in the places of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scheduler.accounting import ceiling
from scheduler.constraints import RULES
from scheduler.constraints.count import Count, CountedPerson, Stay
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import Instance


def count(instance: Instance) -> list[Count]:
    """All shortages that sums alone show, first those of single candidates; an empty list proves nothing."""
    people = [CountedPerson.of(instance, candidate) for candidate in instance.candidates.values()]
    found = [shortfall for rule in RULES for shortfall in rule.counts(instance, people)]
    found += _stays(instance, [person for person in people if person.finishes])
    return sorted(found, key=lambda shortfall: len(shortfall.candidates) > 1)


def _stays(instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
    """The stays that must lie in a window against the head-months that the arenas have in it."""
    by_arenas: dict[tuple[str, frozenset[str]], list[Stay]] = defaultdict(list)
    for person in people:
        for rule in RULES:
            for stay in rule.stays(instance, person):
                by_arenas[rule.id, stay.arenas].append(stay)
    for (rule_id, arenas), stays in by_arenas.items():
        if all(instance.arenas[arena_id].places is not None for arena_id in arenas):
            yield from _fullest(instance, rule_id, arenas, stays)


def _fullest(instance: Instance, rule: str, arenas: frozenset[str], stays: list[Stay]) -> Iterator[Count]:
    """The first window, of those from somebody's first month to somebody's last, that is too full."""
    ceilings = [ceiling(instance, instance.arenas[arena_id]) for arena_id in arenas]
    room = [sum(top.places_at(month) or 0 for top in ceilings) for month in range(instance.start, instance.end)]
    for end in sorted({stay.person.end for stay in stays}):
        for begin in sorted({stay.first for stay in stays}, reverse=True):
            inside = [stay for stay in stays if begin <= stay.first and stay.person.end <= end]
            supply = sum(room[begin:end])
            if sum(stay.months for stay in inside) > supply:
                chosen = _fewest(inside, supply)
                keys = frozenset(RuleKey("capacity", arena=arena_id) for arena_id in arenas)
                for stay in chosen:
                    keys |= stay.person.keys("one-rotation", "part-time", "leave") | {stay.key} | _block_keys(stay)
                need = sum(stay.months for stay in chosen)
                who = tuple(sorted(stay.person.id for stay in chosen))
                start, over = instance.start + begin, instance.start + end
                text_key = "count-stays"
                if begin >= end:  # the last month comes before the first, as with an earliest finish after a date
                    text_key, start, over = "count-too-late", over - 1, start + 1
                yield Count(rule, text_key, supply, need, start, over, who, tuple(sorted(arenas)), keys=keys)
                return


def _block_keys(stay: Stay) -> Keys:
    allowed = stay.person.candidate.allowed
    rules = ("block-length", "block-start", "block-count")
    return frozenset(RuleKey(rule, stay.person.id, rotation=rotation) for rule in rules for rotation in allowed)


def _fewest(stays: list[Stay], supply: int) -> list[Stay]:
    """The longest stays until they are too many."""
    chosen: list[Stay] = []
    for stay in sorted(stays, key=lambda each_stay: -each_stay.months):
        chosen.append(stay)
        if sum(each_stay.months for each_stay in chosen) > supply:
            break
    return chosen
