"""Contenders on instances of the benchmark, side by side, and a table against what is published of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.measure import TITLES, machine, run_contender
from benchmarks.mss.convert import instance_tree, rotas_of
from benchmarks.mss.read import MssCase, read_case
from benchmarks.mss.score import score
from scheduler.plan import Plan

Row = dict[str, Any]

PUBLISHED: Mapping[str, tuple[int | None, int | None]] = {
    "I40_12_1": (4127, 4235),
    "I40_12_4": (2862, 3363),
    "I40_24_1": (7799, 8379),
    "I40_24_2": (7303, 8713),
    "I80_12_1": (8614, 8882),
    "I80_12_4": (8097, 9348),
    "I80_24_1": (16453, 17096),
    "I160_12_1": (17748, 18319),
    "I160_12_4": (14002, 16078),
    "I240_12_2": (23183, 24563),
    "I320_12_1": (31897, 33827),
}
"""Best value known and best bound, as published with the instances; of the others there is no bound that says much."""

HEAD = ("instance", "contender", "plan", "first plan s", "wishes", "value", "best published", "bound", "remark")


@dataclass(frozen=True)
class MssRun:
    """One file to be run, as the other cases of the benchmarks are."""

    path: Path
    kind: str = "mss"
    tightness: float = 1.0
    seed: int = 0

    @cached_property
    def case(self) -> MssCase:
        """What the file says."""
        return read_case(self.path)

    @property
    def id(self) -> str:
        """The file's name."""
        return self.path.stem

    @property
    def candidates(self) -> int:
        """How many students."""
        return self.case.students

    def tree(self) -> Row:
        """The instance."""
        return instance_tree(self.case)

    def about(self) -> Row:
        """What the results tell of it besides."""
        best, bound = PUBLISHED.get(self.id, (None, None))
        return {"published": best, "published_bound": bound}


def files_in(folder: Path, parts: Sequence[str] | None = None) -> list[MssRun]:
    """The instances of a folder, small ones first; with ``parts`` only those whose name holds one of them."""
    found = [MssRun(path) for path in folder.glob("*.dzn") if not parts or any(part in path.stem for part in parts)]
    return sorted(found, key=lambda run: (run.case.students, run.id))


def measure(
    runs: Iterable[MssRun], contenders: Sequence[str], limit_s: float, workers: int, tell: Callable[[str], None]
) -> Row:
    """Run all of it; the results as a tree for a JSON file."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for run in runs:
            path, plan = Path(folder) / f"{run.id}.json", Path(folder) / f"{run.id}-plan.json"
            path.write_text(json.dumps(run.tree()), encoding="utf-8")
            for name in contenders:
                tell(f"{run.id}: {name} ...")
                plan.unlink(missing_ok=True)
                row = run_contender(name, run, path, limit_s, workers, plan)
                row |= judged(run.case, Plan.model_validate_json(plan.read_text("utf-8")) if plan.exists() else None)
                tell(f"{run.id}: {name}: {row['scored'] or 'no plan'}")
                rows.append(row)
    return {"schema": 1, "machine": machine(), "workers": workers, "runs": rows}


def judged(case: MssCase, plan: Plan | None) -> Row:
    """What the benchmark itself says of a plan."""
    if plan is None or not plan.candidates:
        return {"scored": None}
    found = score(case, rotas_of(case, plan))
    parts = {name: getattr(found, name) for name in ("waiting", "changes", "least_satisfied")}
    return {"scored": {"value": found.value, "wishes": found.wishes, **parts, "broken": found.broken[:5]}}


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| " + " | ".join(HEAD) + " |"
    yield "|" + "---|" * len(HEAD)
    yield from (_line(row) for row in rows)


def _line(row: Row) -> str:
    scored = row["scored"]
    whole = scored is not None and not scored["broken"]
    told = (
        row["case"],
        TITLES[row["contender"]],
        "yes" if whole else "no",
        _number(row["first_plan_s"]) if whole else "–",
        _number(scored["wishes"]) if whole else "–",
        _number(scored["value"]) if whole else "–",
        _number(row["published"]),
        _number(row["published_bound"]),
        _remark(row),
    )
    return "| " + " | ".join(told) + " |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.5g}" if isinstance(value, float) else f"{value:,}"


def _remark(row: Row) -> str:
    """How it ended; what the benchmark holds against a plan, or else our own check (months planned beyond the last)."""
    scored = row["scored"]
    if row["unplaced"]:
        return f"{row['unplaced']} not placed"
    if scored is not None and (scored["broken"] or row["violations"]):
        return str([*scored["broken"], *row["violations"]][0])
    return "" if row["ending"] == "finished" else str(row["ending"])
