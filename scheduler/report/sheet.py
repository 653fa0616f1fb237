"""A sheet to draw on, in points with y downward, and a ruler for texts.

Everything is measured in points (1/72 inch). Every text has a box it must stay in; the tests hold the two together.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from scheduler.report.letters import Canvas, Renderer, Texts, png
from scheduler.report.style import ELLIPSIS, INK, MUTED_SHARE, QUIET, Box, PaperSize, blend

POINTS_PER_INCH = 72.0
MAX_TEXT = 200
"""Longer texts are cut before they are measured: no chart has room for more."""


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
        self.texts = Texts()
        self._renderer: RendererBase = Renderer(8, 8, dpi, self.texts)
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
        self._canvas = Canvas(self.figure, ruler.texts)
        flip = Affine2D().scale(1 / POINTS_PER_INCH, -1 / POINTS_PER_INCH).translate(0, paper.height / POINTS_PER_INCH)
        self._transform = flip + self.figure.dpi_scale_trans
        self.written: list[tuple[Text, Box]] = []
        self._muted = False

    def picture(self) -> bytes:
        """The page as a PNG file."""
        return png(self._canvas, self.figure.dpi)

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
