"""What stands in the way of so many new candidates, in words."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.constraints import RULES, Rule
from scheduler.instance.rule_key import Keys
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
    named = (name for rule in RULES for name in rule.names(instance, _of(rule, bottleneck.keys)))
    said = list(dict.fromkeys(name if isinstance(name, str) else name.said(lang) for name in named))
    whole = said[0] if len(said) == 1 else text("intake.and", lang, first=", ".join(said[:-1]), last=said[-1])
    key = "standing" if bottleneck.minimal else "standing-perhaps"
    return text(f"intake.{key}", lang, months=months, number=number, what=whole)


def _of(rule: Rule, keys: Keys) -> Keys:
    return frozenset(key for key in keys if key.rule == rule.id)
