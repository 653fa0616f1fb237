"""What can be handed out of a plan: each as one file, as the commands write it."""

from __future__ import annotations

import datetime
import io
import tempfile
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.api import Instance, OpenedPlan, Plan
from scheduler.texts import Language

if TYPE_CHECKING:
    from scheduler.report.gantt import By

_drawing = threading.Lock()
"""What draws keeps its fonts in one place for all threads."""

_WHITE, _EDGE, _A_REST = 0.98, 12, 0.15
"""The shade of what is not drawn on; points left white at an edge; more of a sheet than lies between any two lines."""

KINDS = {
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""By the end of a file's name, what a browser is told that it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be handed out: of which plan, compared with which, in whose words, with names or without."""

    found: OpenedPlan
    instance: Instance
    before: Plan | None
    anonymise: bool
    by: By
    lang: Language


@dataclass(frozen=True, slots=True)
class Handout:
    """A file with its name."""

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """What a browser is told that it is."""
        return KINDS[Path(self.name).suffix]


def handout(what: str, asked: Asked) -> Handout:
    """One of ``HANDOUTS``; LookupError."""
    write = HANDOUTS[what]
    with tempfile.TemporaryDirectory(prefix="alis-") as folder, _drawing:
        written = write(asked, Path(folder))
        if len(written) == 1 and written[0].suffix in KINDS:
            return Handout(written[0].name, written[0].read_bytes())
        return Handout(f"{what}.zip", _packed(written))


def ways_drawn(instance: Instance, plans: Sequence[Plan], who: str, titles: Sequence[str], lang: Language) -> bytes:
    """The ways of one candidate under each other, as a PNG; each is that of a plan."""
    from scheduler.report.gantt import draw_paths

    entries = [plan.candidate(who) for plan in plans]
    with tempfile.TemporaryDirectory(prefix="alis-") as folder, _drawing:
        (path,) = draw_paths(instance, entries, Path(folder) / "ways.png", lang, titles, today=datetime.date.today())
        return _without_rest(path.read_bytes())


def _without_rest(picture: bytes) -> bytes:
    """The picture as far as something is drawn: few ways leave most of a sheet of paper white."""
    import numpy as np
    from matplotlib.image import imread, imsave

    image = imread(io.BytesIO(picture), format="png")[..., :3]
    drawn = np.flatnonzero((image < _WHITE).any(axis=(1, 2)))
    gaps = np.diff(drawn)
    widest = int(gaps.argmax())
    last = drawn[widest] if gaps[widest] > len(image) * _A_REST else drawn[-1]
    cut = io.BytesIO()
    imsave(cut, np.ascontiguousarray(image[max(int(drawn[0]) - _EDGE, 0) : int(last) + _EDGE]), format="png")
    return cut.getvalue()


def _packed(files: Sequence[Path]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return packed.getvalue()


def _chart(suffix: str) -> Callable[[Asked, Path], list[Path]]:
    def draw(asked: Asked, folder: Path) -> list[Path]:
        from scheduler.report.gantt import draw_gantt  # takes a second to load

        return draw_gantt(
            asked.instance, asked.found.plan, folder / f"gantt{suffix}", by=asked.by, lang=asked.lang,
            anonymise=asked.anonymise, today=datetime.date.today(), before=asked.before, standing=asked.found.standing,
        )  # fmt: skip

    return draw


def _page(asked: Asked, folder: Path) -> list[Path]:
    from scheduler.report.html import write_report

    path = folder / "plan.html"
    write_report(
        asked.instance, asked.found.plan, path, asked.lang, datetime.date.today(), anonymise=asked.anonymise,
        standing=asked.found.standing,
    )  # fmt: skip
    return [path]


def _workbook(asked: Asked, folder: Path) -> list[Path]:
    from scheduler.report.workbook import write_workbook

    path = folder / "plan.xlsx"
    made = datetime.date.today()
    write_workbook(asked.instance, asked.found.plan, path, asked.lang, asked.before, made, asked.found.standing)
    return [path]


def _documents(*suffixes: str) -> Callable[[Asked, Path], list[Path]]:
    def write(asked: Asked, folder: Path) -> list[Path]:
        from scheduler.report.documents import write_documents

        written = write_documents(
            asked.instance, asked.found.plan, folder, asked.lang, None, asked.found.standing, False
        )
        return [path for path in written if path.suffix in suffixes]

    return write


HANDOUTS: Mapping[str, Callable[[Asked, Path], list[Path]]] = {
    "png": _chart(".png"),
    "pdf": _chart(".pdf"),
    "page": _page,
    "workbook": _workbook,
    "documents": _documents(".docx"),
    "calendars": _documents(".ics"),
}
FOR_ALL = ("png", "pdf", "page")
"""What may be shown to everybody, without names where that is asked for."""
WITH_NAMES = ("workbook", "documents", "calendars")
"""What has names in any case."""
SIGNED = ("documents", "calendars")
"""Nothing of these is written of a plan that breaks rules."""
