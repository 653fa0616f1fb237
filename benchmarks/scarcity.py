"""The table of scarcity: each resource made scarce in turn, at three sizes and three seeds, against the planted plan.

``python -m benchmarks run --only scarcity`` runs it; ``--only scarcity-clinic-18`` a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from benchmarks.contenders.run_one import LEVELS, NAMES
from benchmarks.generate import RESOURCES, Scarce, plant_scarce

Row = dict[str, Any]
KIND = "scarcity"
SIZES, SEEDS = (18, 40, 100), (1, 2, 3)


@dataclass(frozen=True)
class ScarceCase:
    """One instance around a planted plan in which a resource is scarce."""

    resource: str
    candidates: int
    seed: int = 1
    tightness: float = 1.0
    kind: str = KIND
    levels: tuple[str, ...] = LEVELS

    @property
    def id(self) -> str:
        """``scarcity-clinic-40-s1``."""
        return f"{KIND}-{self.resource}-{self.candidates}-s{self.seed}"

    @cached_property
    def _made(self) -> Scarce:
        return plant_scarce([self.resource], self.candidates, self.seed, self.tightness)

    def tree(self) -> Row:
        """The instance, its levels some of those that all contenders know."""
        return self._made.tree | {"objective": {"order": list(self.levels)}}

    def about(self) -> Row:
        """What the results tell of it: the planted plan's delay, and all months of training in it."""
        months = sum(len(assignment.rotations) for assignment in self._made.plan.values())
        return {"resource": self.resource, "planted_delay": self._made.delay, "planted_months": months}


SCARCITY = tuple(ScarceCase(resource, size, seed) for size in SIZES for resource in RESOURCES for seed in SEEDS)


# --- the table ------------------------------------------------------------------------------------------------------


HEAD = (
    "scarce",
    "candidates",
    "contender",
    "delay above planted, by seed",
    "bound, by seed",
    "proved",
    "first plan s, by seed",
    "area",
)


def lines(runs: Sequence[Row], titles: Mapping[str, str]) -> list[str]:
    """The table with a line for each resource, size and contender; nothing where none was run."""
    cells: dict[tuple[int, int, int], list[Row]] = {}
    for run in runs:
        if run["kind"] == KIND:
            place = run["candidates"], RESOURCES.index(run["resource"]), NAMES.index(run["contender"])
            cells.setdefault(place, []).append(run)
    if not cells:
        return []
    limits = ", ".join(f"{limit:g}" for limit in sorted({run["limit_s"] for some in cells.values() for run in some}))
    return [
        "### By what is scarce",
        "",
        f"A planted plan without delay is in every cell; at most {limits} s each. *Area* is the mean over the seeds and"
        " the time allowed of the gap to the planted plan, as a share of its months of training: 1 while there is no"
        " plan, 0 from when the planted delay is reached.",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|" + "---|" * len(HEAD),
        *(_line(sorted(some, key=lambda run: run["seed"]), titles) for _, some in sorted(cells.items())),
        "",
    ]


def _line(runs: Sequence[Row], titles: Mapping[str, str]) -> str:
    first, areas = runs[0], [area(run) for run in runs]
    told = (
        first["resource"],
        f"{first['candidates']}",
        titles[first["contender"]],
        _by_seed(_above(run) for run in runs),
        _by_seed(run["bounds"].get("delay") for run in runs),
        f"{sum('delay' in run['proved_s'] for run in runs)} of {len(runs)}",
        _by_seed(run["first_plan_s"] for run in runs),
        f"{sum(areas) / len(areas):.3f}",
    )
    return "| " + " | ".join(told) + " |"


def _above(run: Row) -> float | None:
    """Months of delay more than planted, of a plan that breaks nothing."""
    value = None if run["n_violations"] else run["figures"].get("delay")
    return None if value is None else float(value - run["planted_delay"])


def _by_seed(values: Iterable[float | None]) -> str:
    return " · ".join("–" if value is None else f"{value:.3g}" for value in values)


def area(run: Row) -> float:
    """The gap over the time allowed: with 10 s, a plan after 2 s at half the planted months, reached after 6 s, 0.4.

    2 s without a plan count 1 each, the 4 s after them half, and the last 4 nothing: (2 + 2) / 10.
    """
    limit, gap, since, total = run["limit_s"], 1.0, 0.0, 0.0
    if _above(run) is None:
        return 1.0
    for point in run["course"]:
        if point["level"] == "delay" and point["value"] is not None:
            now = min(point["seconds"], limit)
            total += gap * (now - since)
            above = max(point["value"] - run["planted_delay"], 0) / run["planted_months"]
            gap, since = min(gap, above), now
    return float((total + gap * (limit - since)) / limit)
