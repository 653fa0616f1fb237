"""Colours of rotations on the page: those of the charts, as numbered classes, and the text that is readable on them."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.exact import plain
from scheduler.instance.types import PRACTICE, Rotation
from scheduler.report.style import edge_of, families, family_arena, ink_on
from scheduler.report.words import Words


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
        self._words = words
        instance = words.instance
        self._by_arena = {
            arena: Tone(f"f{number}", family.colour, ink_on(family.colour), edge_of(family.colour), self._label(arena))
            for number, (arena, family) in enumerate(families(instance).items())
        }

    def _label(self, arena: str) -> str:
        return self._words.say("own-practice") if arena == PRACTICE else self._words.arena(arena)

    @property
    def tones(self) -> list[Tone]:
        """Every tone."""
        return list(self._by_arena.values())

    def of(self, rotation: Rotation) -> Tone:
        """The rotation's tone."""
        return self._by_arena[family_arena(rotation)]

    def used(self, rotations: set[str]) -> list[Tone]:
        """The tones of these rotations."""
        wanted = {family_arena(self._words.instance.rotations[rotation_id]) for rotation_id in rotations}
        return [tone for arena, tone in self._by_arena.items() if arena in wanted]


def away_share(rotation: Rotation) -> float:
    """Percent of the mix outside the practice: 20 for a day a week in a clinic, 100 for a ward."""
    return plain(100 - rotation.mix.get(PRACTICE, 0))
