"""Colours of rotations on the page: those of the charts, as numbered classes, and the text that is readable on them."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.exact import plain
from scheduler.instance.types import PRACTICE, Rotation
from scheduler.report.style import Family, edge_of, families, family_arena, ink_on, kind_name
from scheduler.report.words import Words, tidy


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour of the page: its class, fill, text, outline, and what it stands for."""

    css: str
    fill: str
    ink: str
    edge: str
    label: str


class Palette:
    """The tones of an instance's rotations, in legend order."""

    def __init__(self, words: Words) -> None:
        instance = self._instance = words.instance
        kinds: dict[str, list[Family]] = {}
        for family in families(instance).values():
            kinds.setdefault(family.kind, []).append(family)
        self._by_arena = {
            family.arena: Tone(f"f{number}", colour, ink_on(colour), edge_of(colour), _label(words, alike))
            for number, alike in enumerate(kinds.values())
            for colour in [alike[0].colour]
            for family in alike
        }

    @property
    def tones(self) -> list[Tone]:
        """Every tone, one a kind of place."""
        return list(dict.fromkeys(self._by_arena.values()))

    def of(self, rotation: Rotation) -> Tone:
        """The rotation's tone."""
        return self._by_arena[family_arena(rotation)]

    def used(self, rotations: set[str]) -> list[Tone]:
        """The tones of these rotations."""
        wanted = {family_arena(self._instance.rotations[rotation_id]) for rotation_id in rotations}
        return list(dict.fromkeys(tone for arena, tone in self._by_arena.items() if arena in wanted))


def _label(words: Words, alike: list[Family]) -> str:
    """What a kind of place is called."""
    arenas = [family.arena for family in alike]
    if PRACTICE in arenas:
        return words.say("own-practice")
    return words.arena(arenas[0]) if len(arenas) == 1 else tidy(kind_name(words.instance, arenas))


def away_share(rotation: Rotation) -> float:
    """Percent of the mix outside the practice: 20 for a day a week in a clinic, 100 for a ward."""
    return plain(100 - rotation.mix.get(PRACTICE, 0))
