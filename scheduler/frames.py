"""A plan as pandas tables: what ``Plan.to_frames`` gives, one table for each kind of row in the plan file.

The first column is always the candidate's id. Months are monthly periods (``period[M]``), which pandas sorts, compares
and counts by; ends of spans are inclusive, as in the file. A table without rows has its columns all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from scheduler.exact import plain
from scheduler.month import Month, format_month

if TYPE_CHECKING:
    from scheduler.plan import Plan, PlanCandidate

MONTHS = "period[M]"
TEXT, NUMBER, FIGURE = "string", "int64", "float64"

Row = Mapping[str, object]
Rows = Callable[["PlanCandidate"], Iterable[Row]]


def frames_of(plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables by their names, in the order of the plan file."""
    return {name: _frame(plan, rows, columns) for name, (rows, columns) in _tables(plan).items()}


def _tables(plan: Plan) -> dict[str, tuple[Rows, dict[str, str]]]:
    """What each table holds of a candidate, and its columns with their types."""
    span = {"from": MONTHS, "to": MONTHS}
    return {
        "months": (_months, {"month": MONTHS, "rotation": TEXT, "percent": FIGURE}),
        "blocks": (_blocks, {"rotation": TEXT, **span, "months": NUMBER}),
        "service": (_service, dict.fromkeys(_figures(plan), FIGURE)),
        "shifts": (_shifts, {"month": MONTHS, "shifts": NUMBER}),
        "supervisors": (_supervisors, {"supervisor": TEXT, **span}),
    }


def _figures(plan: Plan) -> list[str]:
    """The figures of service that anybody has, in the order of the file: the categories, then what counts of them."""
    return list(dict.fromkeys(figure for entry in plan.candidates for row in _service(entry) for figure in row))


def _frame(plan: Plan, rows: Rows, columns: Mapping[str, str]) -> pd.DataFrame:
    found = [{"candidate": entry.id, **row} for entry in plan.candidates for row in rows(entry)]
    frame = pd.DataFrame(found, columns=["candidate", *columns])
    return frame.astype({"candidate": TEXT, **columns})


def _period(month: Month) -> pd.Period:
    return pd.Period(format_month(month), freq="M")


def _months(entry: PlanCandidate) -> Iterator[Row]:
    for row in entry.months:
        yield {"month": _period(row.month), "rotation": row.rotation, "percent": plain(row.percent)}


def _blocks(entry: PlanCandidate) -> Iterator[Row]:
    for block in entry.blocks:
        months = block.to - block.from_ + 1
        yield {"rotation": block.rotation, "from": _period(block.from_), "to": _period(block.to), "months": months}


def _service(entry: PlanCandidate) -> Iterator[Row]:
    yield entry.service.model_dump()


def _shifts(entry: PlanCandidate) -> Iterator[Row]:
    for row in entry.shifts:
        yield {"month": _period(row.month), "shifts": row.shifts}


def _supervisors(entry: PlanCandidate) -> Iterator[Row]:
    for row in entry.supervisors:
        yield {"supervisor": row.id, "from": _period(row.from_), "to": _period(row.to)}
