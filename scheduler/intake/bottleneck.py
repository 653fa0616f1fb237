"""What stands in the way of so many new candidates, in words."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.explanation.sentences import ceilings, enumerated
from scheduler.instance.rule_key import Keys
from scheduler.instance.types import Instance
from scheduler.month import format_span
from scheduler.texts import Language, phrase


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
    what = enumerated(list(ceilings(instance, bottleneck.keys)))
    key = "standing" if bottleneck.minimal else "standing-perhaps"
    return phrase(f"intake.{key}", months=months, number=number, what=what).said(lang)
