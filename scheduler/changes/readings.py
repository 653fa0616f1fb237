"""The readings of an instance's rulesets: with the values in use, and the change that reads each the other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.changes.change import Action, Change
from scheduler.instance.types import Instance
from scheduler.rulesets import load_ruleset, ruleset_ids
from scheduler.rulesets.readings import Reading, load_readings
from scheduler.texts import Language, catalogue, localised, text


@dataclass(frozen=True, slots=True)
class ReadingHere:
    """A reading in an instance. ``change``: what reads it the other way, None where no number of ``[rules]`` does."""

    reading: Reading
    ruleset: str
    values: Mapping[str, object]
    change: Change | None
    turned: bool = False
    """The file reads it the other way already: the change goes back to the ruleset's own."""

    def title(self, lang: Language) -> str:
        """What it is about."""
        return self.reading.title[lang]

    def assumed(self, lang: Language) -> str:
        """What is assumed, with the values in use."""
        return self.reading.assumed[lang].format_map(
            {key: localised(_plain(_in_words(value, lang)), lang) for key, value in self.values.items()}
        )

    def against(self, lang: Language) -> str:
        """What the sources say."""
        return self.reading.against[lang]

    def how(self, lang: Language) -> str:
        """What to know when it is changed; may be empty."""
        return self.reading.how.get(lang, "")

    def other(self, lang: Language) -> str:
        """The other reading in a few words; empty without one."""
        return self.reading.title[lang] if self.turned else self.reading.other.get(lang, "")


def readings_of(instance: Instance) -> Iterator[ReadingHere]:
    """The readings of the instance's ruleset, then those of candidates' own; only the first can be changed."""
    own = instance.rules.ruleset
    yield from readings_in(own, (instance.source or {}).get("rules", {}))
    for ruleset in dict.fromkeys(candidate.rules.ruleset for candidate in instance.candidates.values()):
        if ruleset != own:
            yield from (replace(here, change=None) for here in readings_in(ruleset))


def readings_in(ruleset: str, given: Mapping[str, object] | None = None) -> Iterator[ReadingHere]:
    """The readings of a ruleset, some of its numbers given otherwise."""
    own = _values(ruleset)
    values = {**own, **(given or {})}
    for reading in load_readings(ruleset):
        turned = bool(reading.otherwise) and all(values[key] == value for key, value in reading.otherwise.items())
        way = {key: own[key] for key in reading.otherwise} if turned else dict(reading.otherwise)
        change = Change(Action.RULES, value=way) if way else None
        yield ReadingHere(reading, ruleset, values, change, turned)


def _values(ruleset: str) -> dict[str, object]:
    """The ruleset's own numbers."""
    if ruleset not in ruleset_ids():
        return {}
    return {key: number.value for key, number in load_ruleset(ruleset).numbers.items()}


def _in_words(value: object, lang: Language) -> object:
    """A word of the file as the workbook has it; anything else as it is."""
    key = f"workbook_in.word.{value}"
    return text(key, lang) if isinstance(value, str) and key in catalogue() else value


def _plain(value: object) -> object:
    """54.0 is 54."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
