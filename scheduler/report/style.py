"""How printed pages look: paper, colours, fonts, and a sheet to draw on in points with y downward.

Everything is measured in points (1/72 inch). Every text has a box it must stay in; the tests hold the two together.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from scheduler.instance.types import PRACTICE, Instance, Rotation

POINTS_PER_INCH = 72.0
ELLIPSIS = "…"
LINE = 1.24
"""Height of a line of text as a multiple of its size, ring on the Å and tail of the g included."""
MAX_TEXT = 200
"""Longer texts are cut before they are measured: no chart has room for more."""

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


@cache
def font(size: float, bold: bool = False) -> FontProperties:
    """The DejaVu Sans that comes with matplotlib, by file, so that every machine draws the same."""
    return FontProperties(fname=str(_font_file(bold)), size=size)


def _font_file(bold: bool) -> Path:
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@cache
def _drawable() -> frozenset[int]:
    """The characters that both the plain and the bold font can draw."""
    plain, bold = (set(get_font(str(_font_file(is_bold))).get_charmap()) for is_bold in (False, True))
    return frozenset(plain & bold)


def clean(text: str) -> str:
    """Text that can be drawn on one line: no control characters, and ``?`` for what the font lacks.

    >>> clean("Kari\\tNordmann 🙂")
    'Kari Nordmann ?'
    """
    characters: list[str] = []
    for character in unicodedata.normalize("NFC", text[:MAX_TEXT]):
        if character.isspace():
            characters.append(character if character == "\u00a0" else " ")
        elif unicodedata.category(character) in ("Cf", "Mn"):
            continue
        elif unicodedata.category(character).startswith("C") or ord(character) not in _drawable():
            characters.append("?")
        else:
            characters.append(character)
    return re.sub(" {2,}", " ", "".join(characters)).strip()


class Ruler:
    """Measures text as it will be drawn, in points."""

    def __init__(self, dpi: float) -> None:
        self._renderer: RendererBase = RendererAgg(8, 8, dpi)  # type: ignore[no-untyped-call]
        self._points_per_pixel = POINTS_PER_INCH / dpi
        self._known: dict[tuple[str, float, bool], float] = {}

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """The width of a text."""
        key = (text, size, bold)
        if key not in self._known:
            pixels, _, _ = self._renderer.get_text_width_height_descent(text, font(size, bold), False)
            self._known[key] = float(pixels) * self._points_per_pixel
        return self._known[key]

    def fits(self, text: str, width: float, size: float, bold: bool = False) -> bool:
        """Whether the text is at most so wide."""
        return self.width(text, size, bold) <= width

    def shorten(self, text: str, width: float, size: float, bold: bool = False) -> str:
        """The text, or as much of its beginning as fits with an ellipsis, or nothing if that is under two letters."""
        if self.fits(text, width, size, bold):
            return text

        def too_long(letters: int) -> bool:
            return not self.fits(text[:letters].rstrip() + ELLIPSIS, width, size, bold)

        letters = bisect_left(range(1, len(text) + 1), True, key=too_long)
        return text[:letters].rstrip() + ELLIPSIS if letters >= 2 else ""


Align = Literal["left", "center", "right"]


class Sheet:
    """One page. Texts are written into boxes; ``written`` keeps each with its box."""

    def __init__(self, paper: PaperSize, ruler: Ruler, dpi: float) -> None:
        self.paper = paper
        self.ruler = ruler
        self.figure = Figure(figsize=(paper.width / POINTS_PER_INCH, paper.height / POINTS_PER_INCH), dpi=dpi)
        self.figure.set_facecolor("white")
        FigureCanvasAgg(self.figure)
        flip = Affine2D().scale(1 / POINTS_PER_INCH, -1 / POINTS_PER_INCH).translate(0, paper.height / POINTS_PER_INCH)
        self._transform = flip + self.figure.dpi_scale_trans
        self.written: list[tuple[Text, Box]] = []
        self._muted = False

    @contextmanager
    def muted(self, really: bool = True) -> Iterator[None]:
        """While open, everything is drawn pale, so that what is not stands out."""
        before, self._muted = self._muted, really or self._muted
        try:
            yield
        finally:
            self._muted = before

    def _tone(self, colour: str) -> str:
        return blend(colour, "#FFFFFF", MUTED_SHARE) if self._muted and colour.startswith("#") else colour

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._transform)
        self.figure.add_artist(artist)

    def axes(self, box: Box) -> Axes:
        """Axes that fill the box, bare: no frame, no marks at the ticks."""
        height = self.paper.height
        shares = (box.x / self.paper.width, 1 - box.bottom / height, box.width / self.paper.width, box.height / height)
        axes = self.figure.add_axes(shares, frame_on=False)
        axes.tick_params(length=0, pad=6)
        axes.set_axisbelow(True)
        return axes

    def rect(self, box: Box, face: str, edge: str | None = None, hatch: str | None = None, z: float = 2) -> None:
        """A filled rectangle; the edge is drawn inside it."""
        line = 0.5 if edge else 0.0
        inner = box.inset(line / 2, line / 2)
        self._add(
            Rectangle(
                (inner.x, inner.y), inner.width, inner.height,
                facecolor=self._tone(face), edgecolor=self._tone(edge or "none"), linewidth=line, hatch=hatch, zorder=z,
            )
        )  # fmt: skip

    def line(
        self, xs: Sequence[float], ys: Sequence[float], colour: str, width: float = 0.5,
        dashed: bool = False, z: float = 1,
    ) -> None:  # fmt: skip
        """A line through points."""
        dashes = (0.0, (4.0, 3.0) if dashed else ())
        self._add(
            Line2D(xs, ys, color=self._tone(colour), linewidth=width, linestyle=dashes, zorder=z, solid_capstyle="butt")
        )

    def polygon(self, points: Sequence[tuple[float, float]], face: str, edge: str, width: float = 0.8) -> None:
        """A small mark over everything else."""
        face, edge = self._tone(face), self._tone(edge) if edge.startswith("#") else edge
        self._add(Polygon(points, closed=True, facecolor=face, edgecolor=edge, linewidth=width, zorder=6))

    def diamond(self, x: float, y: float, radius: float, face: str = INK, edge: str = "white") -> None:
        """A diamond centred on a point."""
        self.polygon([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], face, edge)

    def text(
        self, box: Box, words: str, size: float, *, bold: bool = False, colour: str = INK, align: Align = "left",
    ) -> float:  # fmt: skip
        """Write one line centred on the box's height, shortened to its width; return the width used."""
        shown = self.ruler.shorten(words, box.width, size, bold)
        if not shown:
            return 0.0
        ink = QUIET if self._muted else colour
        x = {"left": box.x, "center": box.x + box.width / 2, "right": box.right}[align]
        artist = Text(
            x, box.middle + 0.365 * size, shown, fontproperties=font(size, bold), color=ink, zorder=5,
            horizontalalignment=align, verticalalignment="baseline", parse_math=False, usetex=False,
        )  # fmt: skip
        self._add(artist)
        self.written.append((artist, box))
        return self.ruler.width(shown, size, bold)


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
    """Rotations that share a colour: those whose main place besides the practice is the same arena."""

    arena: str
    colour: str


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
    result = {PRACTICE: Family(PRACTICE, PRACTICE_TONE)}
    for ids, colours in ((asked_for, _ASKED_FOR_COLOURS), (others, _OTHER_COLOURS)):
        kinds = {arena_id: instance.arenas[arena_id].template or arena_id for arena_id in ids}
        numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds.values()))}
        for arena_id, kind in kinds.items():
            result[arena_id] = Family(arena_id, _colour(colours, numbers[kind]))
    return result


def _colour(colours: Sequence[str], number: int) -> str:
    """The colour of the nth family; when they run out, lighter and then darker ones of the same."""
    turn, place = divmod(number, len(colours))
    if turn == 0:
        return colours[place]
    return blend(colours[place], "#FFFFFF" if turn % 2 else "#000000", 0.45)
