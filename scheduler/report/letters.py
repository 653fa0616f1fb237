"""Pictures by matplotlib, pixel for pixel as it draws them, with what it does over and over done once.

A page has hundreds of texts. matplotlib lays a text out once to measure it and once to draw it, and sizes the font anew
for each letter; and Pillow tries five filters on every line of a picture that none of them makes smaller.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from matplotlib import ft2font
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg, get_hinting_flag
from matplotlib.font_manager import FontProperties

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB_8_BITS = bytes((8, 2, 0, 0, 0))
_ZLIB_LEVEL = 3  # of nine: smaller than Pillow's files at its six, in a quarter of the time
_INCHES_PER_METRE = 1 / 0.0254
_SUBPIXELS = 0x40
_UPRIGHT = np.array([[0x10000, 0], [0, 0x10000]])
_BY_LETTER = all(hasattr(ft2font.FT2Font, name) for name in ("_layout", "_set_transform", "_render_glyph"))
"""Whether this matplotlib draws letter by letter, as 3.11 does; if not, its own way is taken."""

Extent = tuple[float, float, float]  # width, height, and how far below the line


class Texts:
    """What is known of the texts of a chart at one resolution: how large they are, and where their letters stand."""

    def __init__(self) -> None:
        self.extents: dict[tuple[str, int], Extent] = {}
        self.letters: dict[tuple[str, int], list[Any]] = {}


class Renderer(RendererAgg):
    """matplotlib's own for pictures, with a memory for texts."""

    def __init__(self, width: float, height: float, dpi: float, texts: Texts) -> None:
        super().__init__(width, height, dpi)  # type: ignore[no-untyped-call]
        self._texts = texts

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Extent:
        """As the parent measures it, once."""
        if ismath:
            return self._measured(s, prop, ismath)
        key = s, hash(prop)
        if key not in self._texts.extents:
            self._texts.extents[key] = self._measured(s, prop, ismath)
        return self._texts.extents[key]

    def _measured(self, s: str, prop: FontProperties, ismath: Any) -> Extent:
        measured: Extent = super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]
        return measured

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, angle: float, ismath: Any = False,
        mtext: Any = None,
    ) -> None:  # fmt: skip
        """An upright text letter by letter, as the parent draws it; any other is left to the parent."""
        if angle or ismath or not _BY_LETTER or not gc.get_antialiased() or _has_features(mtext):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]
            return
        size, flags, sized = prop.get_size_in_points(), get_hinting_flag(), None  # type: ignore[no-untyped-call]
        for letter in self._laid_out(s, prop, flags):
            font = letter.ft_object
            if font is not sized:
                font.set_size(size, self.dpi)
                sized = font
            at = [round(_SUBPIXELS * (x + letter.x)), round(_SUBPIXELS * (self.height - y + letter.y))]
            font._set_transform(_UPRIGHT, at)
            drawn = font._render_glyph(letter.glyph_index, flags, ft2font.RenderMode.NORMAL)
            bottom = int(self.height) - drawn.top + drawn.buffer.shape[0]
            self._renderer.draw_text_image(drawn.buffer, drawn.left, bottom, 0, gc)

    def _laid_out(self, s: str, prop: FontProperties, flags: Any) -> list[Any]:
        key = s, hash(prop)
        if key not in self._texts.letters:
            font: Any = self._prepare_font(prop)  # type: ignore[no-untyped-call]
            self._texts.letters[key] = list(font._layout(s, flags=flags))
        return self._texts.letters[key]


def _has_features(text: Any) -> bool:
    """Whether a text asks for more than its letters."""
    return text is not None and bool(text.get_fontfeatures() or text.get_language())


class Canvas(FigureCanvasAgg):
    """matplotlib's own for pictures, with that renderer."""

    def __init__(self, figure: Any, texts: Texts) -> None:
        super().__init__(figure)
        self._texts = texts

    def get_renderer(self) -> Renderer:
        """The parent's for the figure as large as it is now, with the memory."""
        made: RendererAgg = super().get_renderer()  # type: ignore[no-untyped-call]
        if not isinstance(made, Renderer):
            made = Renderer(made.width, made.height, made.dpi, self._texts)
            self.renderer = made
        return made


def png(canvas: FigureCanvasAgg, dpi: float) -> bytes:
    """The figure as a PNG file: red, green and blue, line by line without filters. No date, no program."""
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]  # type: ignore[no-untyped-call]
    height, width, _ = pixels.shape
    lines = np.zeros((height, 1 + 3 * width), np.uint8)  # the first byte of a line is its filter: none
    lines[:, 1:] = pixels.reshape(height, 3 * width)
    per_metre = round(dpi * _INCHES_PER_METRE)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">II", width, height) + _RGB_8_BITS),
            _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), _ZLIB_LEVEL)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
