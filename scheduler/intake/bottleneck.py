"""What stands in the way of so many new candidates, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import Instance
from scheduler.month import format_span
from scheduler.texts import Language, text


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Ceilings (keys of rule instances) that cannot hold together from ``start`` up to, not including, ``end``.

    Times are months since the horizon's start. ``minimal``: each of the ceilings is needed for that.
    """

    keys: Keys
    start: int
    end: int
    minimal: bool


def bottleneck_text(instance: Instance, bottleneck: Bottleneck, number: int, lang: Language) -> str:
    """The ceilings that do not leave room for a number of new ones, and when."""
    months = format_span(instance.start + bottleneck.start, instance.start + bottleneck.end)
    said = list(dict.fromkeys(_named(instance, bottleneck.keys, lang)))
    whole = said[0] if len(said) == 1 else text("intake.and", lang, first=", ".join(said[:-1]), last=said[-1])
    key = "standing" if bottleneck.minimal else "standing-perhaps"
    return text(f"intake.{key}", lang, months=months, number=number, what=whole)


def _named(instance: Instance, keys: Keys, lang: Language) -> Iterator[str]:
    """Arenas in file order by name, all offices as one, then limits, who must stay, and supervisors."""
    offices = {each_arena.id for each_arena in instance.offices}
    for arena in instance.arenas.values():
        if RuleKey("capacity", arena=arena.id) in keys:
            yield text("intake.offices", lang) if arena.id in offices else arena.name
    for limit in instance.limits.values():
        if RuleKey("capacity", limit=limit.id) in keys:
            names = ", ".join(instance.arenas[arena_id].name for arena_id in limit.arenas)
            yield text("intake.together", lang, names=names)
    for arena in instance.arenas.values():
        if RuleKey("away", arena=arena.id) in keys:
            yield (
                text("intake.away-offices", lang) if arena.id in offices else text("intake.away", lang, name=arena.name)
            )
    if any(key.rule == "supervision" for key in keys):
        yield text("intake.supervisors", lang)
