"""Every contender on every case, one process each, one after another, and what they told."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from benchmarks.contenders.run_one import LEVELS, NAMES
from benchmarks.generate import generate
from benchmarks.scarcity import SCARCITY, ScarceCase

Row = dict[str, Any]
ROOT = Path(__file__).resolve().parents[1]
TITLES = {
    "ours": "alis",
    "textbook-cpsat": "textbook, CP-SAT",
    "textbook-highs": "textbook, HiGHS",
    "greedy": "greedy by start date",
}
GRACE_S = 120.0  # beyond the limit: for building, checking and winding up, before a process is ended
PACKAGES = ("alis-scheduler", "ortools", "highspy", "numpy", "pandas")


@dataclass(frozen=True)
class Case:
    """One instance to run: a kind of the generator with a size, a tightness and a seed, or the bundled Sarpsborg."""

    kind: str
    candidates: int
    tightness: float = 0.5
    seed: int = 1

    @property
    def id(self) -> str:
        """``region-100-t0.5-s1``; the bundled instance is just ``sarpsborg``."""
        if self.kind == "sarpsborg":
            return self.kind
        return f"{self.kind}-{self.candidates}-t{self.tightness:g}-s{self.seed}"

    def tree(self) -> Row:
        """The instance, its levels those that all contenders know."""
        order = {"objective": {"order": list(LEVELS)}}
        if self.kind == "sarpsborg":
            from benchmarks.generate.places import sarpsborg

            return sarpsborg() | order
        return generate(self.kind, self.seed, self.tightness, self.candidates) | order

    def about(self) -> Row:
        """What the results tell of it besides size, tightness and seed: nothing."""
        return {}


SIZES = (
    Case("sarpsborg", 18),
    Case("municipality", 18),
    Case("municipality", 30),
    Case("region", 60),
    Case("region", 100),
    Case("country", 300),
    Case("country", 600),
    Case("country", 1800),
)
TIGHTNESSES = tuple(
    Case(kind, size, tightness)
    for kind, size in (("municipality", 30), ("region", 100))
    for tightness in (0.0, 0.25, 0.75, 1.0)
)
QUICK = (Case("municipality", 6, 0.5),)


def measure(
    cases: Iterable[Case | ScarceCase],
    contenders: Iterable[str],
    limit_s: float,
    workers: int,
    tell: Callable[[str], None],
    earlier: Iterable[Row] = (),
) -> Row:
    """Run all of it; the results as a tree for a JSON file. ``earlier`` runs are kept unless they are run again."""
    contenders = list(contenders)
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            path = Path(folder) / f"{case.id}.json"
            path.write_text(json.dumps(case.tree(), ensure_ascii=False), encoding="utf-8")
            for name in contenders:
                tell(f"{case.id}: {name} ...")
                run = run_contender(name, case, path, limit_s, workers)
                tell(f"{case.id}: {name}: {brief(run)}")
                runs.append(run)
    again = {(run["case"], run["contender"]) for run in runs}
    kept = [run for run in earlier if (run["case"], run["contender"]) not in again]
    runs = sorted([*kept, *runs], key=lambda run: _place(run["case"]))  # stable: contenders as they were run
    return {"schema": 1, "machine": machine(), "workers": workers, "runs": runs}


def _place(case_id: str) -> int:
    """A case's place among all there are."""
    ids = [case.id for case in (*SIZES, *TIGHTNESSES, *QUICK, *SCARCITY)]
    return ids.index(case_id) if case_id in ids else len(ids)


class AnyCase(Protocol):
    """What a run tells of its instance."""

    @property
    def id(self) -> str:
        """A name."""

    @property
    def kind(self) -> str:
        """What it is one of."""

    @property
    def candidates(self) -> int:
        """How many there are."""

    @property
    def tightness(self) -> float:
        """How scarce things are, where that can be said."""

    @property
    def seed(self) -> int:
        """Of the generator."""

    def about(self) -> Row:
        """What the results tell of it besides."""


def run_contender(
    name: str,
    case: AnyCase,
    path: Path,
    limit_s: float,
    workers: int,
    plan: Path | None = None,
    of_processor: bool = False,
) -> Row:
    """One process; ended by force when it does not heed the limit. What it told until then counts.

    ``plan``: where to write the plan, if there is one. ``of_processor``: the limit is one of the processor's time, and
    nobody is ended by force.
    """
    command = [sys.executable, "-m", "benchmarks", "contender", name, str(path)]
    command += ["--time-limit", str(limit_s), "--workers", str(workers)]
    command += [] if plan is None else ["--plan", str(plan)]
    command += ["--processor-time"] if of_processor else []
    longest = None if of_processor else limit_s + GRACE_S + 0.2 * case.candidates
    began = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, env=_environment())
        try:
            output, _ = process.communicate(timeout=longest)
            ending = "finished" if process.returncode == 0 else "died"
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            ending = "ended by force"
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")[-2000:]
    if ending == "died":
        ending = "out of memory" if _memory_ran_out(said, process.returncode) else f"died ({process.returncode})"
    events = list(_events(output.decode("utf-8", "replace")))
    row = {"case": case.id, "kind": case.kind, "candidates": case.candidates, "tightness": case.tightness}
    row |= {"seed": case.seed, "contender": name, "ending": ending, "wall_s": round(time.monotonic() - began, 2)}
    row["limit_s"] = limit_s
    row |= case.about()
    if ending != "finished":
        row["stderr"] = said
    return row | digest(events)


def _memory_ran_out(said: str, code: int) -> bool:
    """By what was said last, or killed by the system (-9), which does so only for want of memory."""
    return code == -9 or any(word in said for word in ("MemoryError", "bad_alloc", "Cannot allocate memory"))


def _environment() -> dict[str, str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path), "PYTHONHASHSEED": "0"}


def _events(output: str) -> Iterator[Row]:
    for line in output.splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue  # a line cut off when the process was ended


def digest(events: list[Row]) -> Row:
    """Times and figures from what a contender told: first plan, proof per level, the course of each level's gap."""
    times = {event["event"]: event["seconds"] for event in reversed(events)}  # the first of each kind
    course = [
        {key: event.get(key) for key in ("seconds", "level", "value", "bound")}
        for event in events
        if event["event"] == "level" and event.get("level")
    ]
    plans = [event for event in events if event["event"] == "plan"]
    with_plan = [event for event in events if event["event"] == "level" and event.get("value") is not None]
    first = with_plan[0]["seconds"] if with_plan else None
    first_processor = with_plan[0].get("processor") if with_plan else None
    finished = [event.get("processor") for event in events if event["event"] == "finished"]
    row: Row = {
        "built_s": times.get("built"),
        "first_plan_s": first,
        "first_plan_processor_s": first_processor,
        "processor_s": finished[0] if finished else None,
        "total_s": times.get("finished"),
        "proved_s": proofs(events),
        "infeasible": any(event["event"] == "infeasible" for event in events),
        "unplaced": next((event["unplaced"] for event in events if event["event"] == "placed"), None),
        "size": next(({"variables": e["variables"], "rows": e["rows"]} for e in events if e["event"] == "built"), None),
        "figures": plans[-1]["figures"] if plans else {},
        "n_violations": plans[-1]["n_violations"] if plans else None,
        "violations": plans[-1]["violations"] if plans else [],
        "bounds": _bounds(course),
        "peak_mb": next((event["peak_mb"] for event in events if event["event"] == "done"), None),
        "course": _thinned(course),
    }
    return row


def proofs(events: list[Row]) -> dict[str, float]:
    """When each of the main levels was proved: the first moment at which its bound had met its value.

    A level with a second term (the worst-off share) is proved when that is, if it was told of by itself.
    """
    value: dict[str, float] = {}
    bound: dict[str, float] = {}
    met: dict[str, float] = {}
    for event in events:
        level = event.get("level")
        if event["event"] == "level" and level is not None:
            value[level] = min(_or(event["value"], math.inf), value.get(level, math.inf))
            bound[level] = max(_or(event["bound"], -math.inf), bound.get(level, -math.inf))
            if bound[level] >= value[level]:
                met.setdefault(level, event["seconds"])
    told = {event["level"]: event["seconds"] for event in events if event["event"] == "proved"}
    found = {}
    for level in LEVELS:
        if level in told:
            parts = [level, f"{level}.worst"] if f"{level}.worst" in told or f"{level}.worst" in met else [level]
            found[level] = max(min(met.get(part, math.inf), told.get(part, math.inf)) for part in parts)
    return found


def _or(number: float | None, otherwise: float) -> float:
    return otherwise if number is None else number


def _bounds(course: list[Row]) -> dict[str, float]:
    """The best bound told of each level."""
    best: dict[str, float] = {}
    for one in course:
        if one["bound"] is not None:
            best[one["level"]] = max(best.get(one["level"], one["bound"]), one["bound"])
    return best


def _thinned(course: list[Row]) -> list[Row]:
    """Without repetitions; at most 400 points."""
    kept: list[Row] = []
    for one in course:
        same = kept and all(kept[-1][key] == one[key] for key in ("level", "value", "bound"))
        if not same:
            kept.append(one)
    step = max(1, -(-len(kept) // 400))
    return [one for index, one in enumerate(kept) if index % step == 0 or index == len(kept) - 1]


def brief(run: Row) -> str:
    """A line for whoever waits."""
    figures = ", ".join(f"{level} {run['figures'][level]:g}" for level in LEVELS if level in run["figures"])
    proved = ", ".join(f"{level} {seconds:g} s" for level, seconds in run["proved_s"].items())
    first = "no plan" if run["first_plan_s"] is None else f"first plan {run['first_plan_s']:g} s"
    return f"{run['ending']}; {first}; {figures or '-'}; proved: {proved or '-'}; {run['peak_mb']} MB"


def machine() -> Row:
    """What it ran on."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "-"
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": versions,
        "date": time.strftime("%Y-%m-%d"),
    }


def cpu_model() -> str:
    """The processor's name as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory_gb() -> float | None:
    """Main memory; None where the system does not tell."""
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None


__all__ = ["NAMES", "QUICK", "SCARCITY", "SIZES", "TIGHTNESSES", "Case", "digest", "measure", "run_contender"]
