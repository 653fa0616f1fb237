"""CSV as spreadsheets of the language expect it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from scheduler.texts import Language

BYTE_ORDER_MARK = "\ufeff"
"""What a file begins with that Excel is to read as UTF-8."""


def csv_text(rows: Iterable[Iterable[object]], lang: Language) -> str:
    """Semicolons and decimal commas in Norwegian, commas and points in English; None is an empty cell."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";" if lang == "nb" else ",", lineterminator="\n")
    for row in rows:
        writer.writerow(["" if cell is None else _cell(cell, lang) for cell in row])
    return lines.getvalue()


def _cell(cell: object, lang: Language) -> object:
    """A number as the language spells it; text that a spreadsheet would take for a formula with a mark before it."""
    if isinstance(cell, float):
        spelled = f"{cell:g}" if cell.is_integer() else str(cell)
        return spelled.replace(".", ",") if lang == "nb" else spelled
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell
