"""From a chart to its files: one PDF, or numbered pictures, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import matplotlib

from scheduler.files.written import write_file
from scheduler.report.gantt.chart import Chart
from scheduler.report.gantt.pages import draw_pages
from scheduler.report.sheet import Sheet

SUFFIXES = (".png", ".pdf", ".svg")


def require_chart_file(path: Path) -> None:
    """Raise ValueError for a file that is no chart."""
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"a chart is a {', '.join(SUFFIXES)} file, not {path.name!r}")


def write_chart(chart: Chart, path: Path, dpi: float | None = None) -> list[Path]:
    """Draw a chart into its files and return their paths."""
    made = _contents(chart, path, dpi)
    for target, content in made.items():
        write_file(target, content)
    return list(made)


def _contents(chart: Chart, path: Path, dpi: float | None) -> dict[Path, bytes]:
    """The files, drawn under matplotlib's own defaults whatever the user's settings are."""
    suffix = path.suffix.lower()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"hatch.linewidth": 0.6, "svg.hashsalt": "alis"})
        sheets = draw_pages(chart, dpi)
        if suffix == ".pdf":
            return {path: _pdf(sheets)}
        return {_numbered(path, number): _picture(sheet, suffix) for number, sheet in enumerate(sheets, start=1)}


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _picture(sheet: Sheet, suffix: str) -> bytes:
    """One page as a file. No date and no program version inside: the same plan gives the same bytes."""
    if suffix == ".png":
        return sheet.picture()
    stream = BytesIO()
    sheet.figure.savefig(stream, format=suffix[1:], dpi=sheet.figure.dpi, metadata={"Date": None})
    return stream.getvalue()


def _pdf(sheets: Sequence[Sheet]) -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages  # takes long to load, and most charts are pictures

    stream = BytesIO()
    with PdfPages(stream, metadata={"CreationDate": None}) as pages:
        for sheet in sheets:
            pages.savefig(sheet.figure)
    return stream.getvalue()
