"""The table of scarcity a row at a time: each run is a line of a CSV file, and what the file has is not run again.

Delay is the only level here: whoever has proved it is through.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.measure import TITLES, run_contender
from benchmarks.scarcity import ScarceCase, area

Row = dict[str, Any]
FIELDS = (
    "cell",
    "scarce",
    "candidates",
    "seed",
    "contender",
    "limit_s",
    "workers",
    "planted",
    "delay",
    "bound",
    "first_plan_s",
    "first_plan_processor_s",
    "processor_s",
    "area",
    "ending",
    "broken",
)
HEAD = (
    "scarce",
    "candidates",
    "seed",
    "contender",
    "delay above planted",
    "bound",
    "first plan, processor s",
    "in all, processor s",
    "area",
)


def read(path: Path) -> list[Row]:
    """The rows that a file has; none where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_missing(
    path: Path,
    cells: Sequence[ScarceCase],
    contenders: Sequence[str],
    limit_s: float,
    workers: int,
    tell: Callable[[str], None],
    run: Callable[..., Row] = run_contender,
) -> None:
    """Run what the file does not have, and add each row to it at once, so that nothing is lost by stopping."""
    known = {(row["cell"], row["contender"]) for row in read(path)}
    with tempfile.TemporaryDirectory() as folder:
        for cell in cells:
            missing = [name for name in contenders if (cell.id, name) not in known]
            instance = Path(folder) / f"{cell.id}.json"
            if missing:
                tree = replace(cell, levels=("delay",)).tree()
                instance.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
            for name in missing:
                row = _row(cell, workers, run(name, cell, instance, limit_s, workers))
                _add(path, row)
                tell(f"{cell.id}: {name}: delay {_or_dash(row['delay'])}, bound {_or_dash(row['bound'])}")


def _add(path: Path, row: Row) -> None:
    """One line more; the first has the names of the fields."""
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def _row(cell: ScarceCase, workers: int, run: Row) -> Row:
    """What a run came to; a plan that breaks something is none."""
    is_whole = run["n_violations"] == 0
    return {
        "cell": cell.id,
        "scarce": cell.resource,
        "candidates": cell.candidates,
        "seed": cell.seed,
        "contender": run["contender"],
        "limit_s": run["limit_s"],
        "workers": workers,
        "planted": run["planted_delay"],
        "delay": run["figures"].get("delay") if is_whole else None,
        "bound": run["bounds"].get("delay"),
        "first_plan_s": run["first_plan_s"] if is_whole else None,
        "first_plan_processor_s": run["first_plan_processor_s"] if is_whole else None,
        "processor_s": run["processor_s"],
        "area": round(area(run), 4),
        "ending": run["ending"],
        "broken": run["violations"][0] if run["violations"] else None,
    }


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| " + " | ".join(HEAD) + " |"
    yield "|" + "---|" * len(HEAD)
    for row in rows:
        above = f"{float(row['delay']) - float(row['planted']):g}" if row["delay"] else "no plan"
        first = f"{float(row['first_plan_processor_s']):.1f}" if row["first_plan_processor_s"] else "–"
        spent = f"{float(row['processor_s']):.0f}" if row["processor_s"] else "–"
        told = (row["scarce"], row["candidates"], row["seed"], TITLES[row["contender"]], above, _or_dash(row["bound"]))
        yield "| " + " | ".join((*told, first, spent, f"{float(row['area']):.3f}")) + " |"


def _or_dash(value: object) -> str:
    return "–" if value in (None, "") else str(value)
