"""A plan's tables as CSV files, one a table, named as ``Plan.to_frames`` names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from scheduler.files.written import write_file
from scheduler.plan import Plan
from scheduler.report.csv_text import BYTE_ORDER_MARK, csv_text
from scheduler.texts import Language

if TYPE_CHECKING:
    from pandas import DataFrame


def write_frames(plan: Plan, folder: Path, lang: Language = "nb") -> list[Path]:
    """Write the files into the folder; what they hold is not a plan that can be read back."""
    written = []
    for name, frame in plan.to_frames().items():
        path = folder / f"{name}.csv"
        write_file(path, BYTE_ORDER_MARK + csv_text(_rows(frame), lang))
        written.append(path)
    return written


def _rows(frame: DataFrame) -> Iterator[list[object]]:
    """The heads, then a row each; months as files spell them."""
    yield list(frame.columns)
    for row in frame.itertuples(index=False):
        yield [_plain(cell) for cell in row]


def _plain(cell: object) -> object:
    if isinstance(cell, pd.Period):
        return f"{cell:%Y-%m}"
    return None if cell is pd.NA else cell
