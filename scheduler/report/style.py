"""How printed pages look: paper and colours; nothing is drawn here, so that nobody waits for what draws."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.instance.types import PRACTICE, Instance, Rotation

ELLIPSIS = "…"
LINE = 1.24
"""Height of a line of text as a multiple of its size, ring on the Å and tail of the g included."""
INK = "#1B2430"
QUIET = "#5B6675"
RULE = "#A9B2BD"
HAIRLINE = "#DFE3E8"
YEAR_TINT = "#F6F7F9"
LEAVE_LINE = "#8A93A0"
ALARM = "#B3261E"
"""What is wrong: a plan that breaks rules, months without a rotation."""
ALARM_TINT = "#FBE3E0"
GROUP_BAND = "#C3CAD4"
GROUP_OPEN = "#465364"
FREE_PLACE = "#FFFFFF"
NO_ROOM = "#E9ECF0"
RESERVED = "#CBD0D7"
OLD_TONE = "#B9C4D0"
PRACTICE_TONE = "#DFE6ED"
MUTED_SHARE = 0.72
"""How much white is in what stands back."""

# The hues of Okabe and Ito, their lightness spread so that each has a grey of its own, 20 to 30 steps of 255 apart,
# and text on each is readable. Service that is asked for, besides own practice, is dark blue and vermilion.
_ASKED_FOR_COLOURS = ("#00558A", "#E97A34")
_OTHER_COLOURS = ("#00825F", "#EDA90F", "#98D1F2", "#A8558A", "#F3E645", "#222222")


@dataclass(frozen=True, slots=True)
class PaperSize:
    """A page: size in points, resolution of its pictures, and the sizes of what is on it."""

    width: float
    height: float
    dpi: int
    margin: float
    title: float
    label: float
    small: float
    bar: float
    row_min: float
    row_max: float
    lane_min: float
    lane_max: float
    label_max: float


PaperName = Literal["a3", "a4", "screen"]
PAPERS: Mapping[PaperName, PaperSize] = {
    "a3": PaperSize(1190.55, 841.89, 200, 32, 19, 9.2, 7.4, 8.0, 21.0, 37, 10.6, 17, 166),
    "a4": PaperSize(841.89, 595.28, 220, 26, 14, 7.0, 5.8, 6.0, 16.2, 26, 8.2, 13, 126),
    "screen": PaperSize(960.0, 540.0, 192, 20, 15, 8.3, 6.6, 7.2, 18.8, 30, 9.4, 15, 142),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points, y downward."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half-way down."""
        return self.y + self.height / 2

    def inset(self, dx: float, dy: float = 0.0) -> Box:
        """The box without a margin of ``dx`` left and right and ``dy`` above and below."""
        return Box(self.x + dx, self.y + dy, max(0.0, self.width - 2 * dx), max(0.0, self.height - 2 * dy))

    def from_x(self, x: float) -> Box:
        """The part of the box to the right of ``x``."""
        return replace(self, x=x, width=max(0.0, self.right - x))


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB``, 0 (black) to 1 (white), as WCAG defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(colour: str) -> str:
    """Dark or white text, whichever stands out more on the colour."""
    ground = luminance(colour) + 0.05
    return INK if ground / (luminance(INK) + 0.05) >= 1.05 / ground else "#FFFFFF"


def blend(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` of ``other`` in it: black with 0.5 of white is mid grey."""
    pairs = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(pair + (two - pair) * share):02X}" for pair, two in pairs)


def edge_of(colour: str) -> str:
    """The darker tone that outlines a colour."""
    return blend(colour, "#000000", 0.28)


@dataclass(frozen=True, slots=True)
class Family:
    """Rotations that share a colour: those whose main place besides the practice is the same arena.

    ``kind``: the template of the arena, or the arena where it has none; all of a kind have one colour.
    """

    arena: str
    colour: str
    kind: str


def family_arena(rotation: Rotation) -> str:
    """The arena with the largest share besides the practice; ``practice`` if there is no other."""
    others = {arena: share for arena, share in rotation.mix.items() if arena != PRACTICE}
    return max(others, key=lambda arena: others[arena]) if others else PRACTICE


def families(instance: Instance) -> dict[str, Family]:
    """Families by arena in legend order: practice, service asked for, other service, each in the file's order.

    Arenas of one template (``like``), such as nursing homes listed one by one, have one colour.
    Colours depend on the instance only, not on what a plan uses, so that charts can be laid side by side.
    """
    wanted = {family_arena(rotation) for rotation in instance.rotations.values()}
    arenas = [arena for arena in instance.arenas.values() if arena.id in wanted]
    services = {row.id for row in instance.rules.minima if not row.own_practice}
    asked_for = [arena.id for arena in arenas if arena.service in services]
    others = [arena.id for arena in arenas if arena.service not in services]
    result = {PRACTICE: Family(PRACTICE, PRACTICE_TONE, PRACTICE)}
    for ids, colours in ((asked_for, _ASKED_FOR_COLOURS), (others, _OTHER_COLOURS)):
        kinds = {arena_id: instance.arenas[arena_id].template or arena_id for arena_id in ids}
        numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds.values()))}
        for arena_id, kind in kinds.items():
            result[arena_id] = Family(arena_id, _colour(colours, numbers[kind]), kind)
    return result


def kind_name(instance: Instance, arenas: Sequence[str]) -> str:
    """What arenas of one kind are called together: their name where they have one, else their template's, else all."""
    names = list(dict.fromkeys(instance.arenas[arena].name or arena for arena in arenas))
    template = instance.arenas[arenas[0]].template
    rows = instance.source["arenas"] if instance.source is not None else ()
    common = next((row["name"] for row in rows if row["id"] == template and "name" in row), None)
    return names[0] if len(names) == 1 else common or ", ".join(names)


def without_parentheses(name: str) -> str:
    """``Sykehjem (Borgen, Kurland)`` is ``Sykehjem``."""
    return re.sub(r"\s*\([^)]*\)", "", name).strip()


def _colour(colours: Sequence[str], number: int) -> str:
    """The colour of the nth family; when they run out, lighter and then darker ones of the same."""
    turn, place = divmod(number, len(colours))
    if turn == 0:
        return colours[place]
    return blend(colours[place], "#FFFFFF" if turn % 2 else "#000000", 0.45)
