"""A campaign: many random instances of every kind, the program held to the brute force.

``python -m tests.oracle --kind all --seeds 0..2999 --jobs 2 --out FOLDER`` from the top of the repository. Cases run in
processes beside this one, each with its time, so that a crash or an endless search costs that case and no other.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from .compare import MANNERS, Finding, Manner, Outcome, compare
from .minimise import minimised
from .random_instances import KINDS, Case, case_of

KILLED = "killed: no answer in time"
DIED = "the process died"


@dataclass(frozen=True)
class Task:
    """A seed of a kind."""

    kind: str
    seed: int


@dataclass(frozen=True)
class How:
    """How each case is compared: the manners by turns; with ``small`` what is found is made small."""

    manners: tuple[Manner, ...]
    budget: int | None
    small: bool

    def compare(self, task: Task) -> Outcome:
        """What comes of a task."""
        outcome = self._compared(case_of(task.kind, task.seed), task.seed)
        if self.small:
            outcome.findings[:] = [self._small(finding) for finding in outcome.findings[:1]]
        return outcome

    def _compared(self, case: Case, seed: int | None) -> Outcome:
        return compare(case, seed, self.manners[(seed or 0) % len(self.manners)], self.budget)

    def _small(self, finding: Finding) -> Finding:
        def same(case: Case) -> Finding | None:
            found = self._compared(case, finding.seed).findings
            return next((each_finding for each_finding in found if each_finding.fault is finding.fault), None)

        return same(minimised(finding.case, lambda case: same(case) is not None)) or finding


def serve(connection: Connection, how: How) -> None:
    """Answer tasks for as long as there are any."""
    while True:
        connection.send(how.compare(connection.recv()))


class Worker:
    """A process that is begun anew when it dies or takes too long."""

    def __init__(self, how: How, patience_s: float) -> None:
        self._how = how
        self._patience_s = patience_s
        self.task: Task | None = None
        self._begin()

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=serve, args=(theirs, self._how))
        self._process.start()
        theirs.close()

    def give(self, task: Task) -> None:
        """Begin with a task."""
        self.task, self._deadline = task, time.monotonic() + self._patience_s
        self.connection.send(task)

    @property
    def seconds_left(self) -> float:
        """Before it has taken too long."""
        return max(0.0, self._deadline - time.monotonic())

    def take(self) -> Outcome | str:
        """What came of the task: its outcome, or how the process ended."""
        self.task = None
        try:
            if self.connection.poll():
                outcome: Outcome = self.connection.recv()
                return outcome
            ended = KILLED
        except (EOFError, OSError):
            ended = DIED
        self.end()
        self._begin()
        return ended

    def end(self) -> None:
        """Stop the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def run(tasks: Iterable[Task], workers: list[Worker]) -> Iterator[tuple[Task, Outcome | str]]:
    """Every task's end, in the order in which they end."""
    waiting = iter(tasks)
    for worker in workers:
        _give_next(worker, waiting)
    while busy := {worker.connection: worker for worker in workers if worker.task is not None}:
        ready = wait(list(busy), min(worker.seconds_left for worker in busy.values()))
        for connection, worker in busy.items():
            task = worker.task
            if task is not None and (connection in ready or worker.seconds_left <= 0):
                yield task, worker.take()
                _give_next(worker, waiting)


def _give_next(worker: Worker, waiting: Iterator[Task]) -> None:
    task = next(waiting, None)
    if task is not None:
        worker.give(task)


class Report:
    """Counts by kind and outcome, and the findings written as they come."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._counts: dict[str, Counter[str]] = {}
        self._findings = 0

    def add(self, task: Task, end: Outcome | str) -> None:
        """Count an end; tell and write its findings."""
        counts = self._counts.setdefault(task.kind, Counter())
        if isinstance(end, str):
            counts[end] += 1
            print(f"{task.kind} {task.seed}: {end}", flush=True)
            return
        counts[end.verdict] += 1
        for finding in end.findings:
            counts[f"  {finding.fault}"] += 1
            self._tell(finding)

    def _tell(self, finding: Finding) -> None:
        self._findings += 1
        print(f"{finding.case.kind} {finding.seed}: {finding.fault}", flush=True)
        if self._folder is not None:
            finding.write(self._folder, self._findings)

    def lines(self) -> Iterator[str]:
        """The counts of each kind."""
        for kind, counts in self._counts.items():
            yield f"{kind}: {counts.total() - sum(n for word, n in counts.items() if word.startswith('  '))}"
            yield from (f"  {n:6d}  {word}" for word, n in sorted(counts.items(), key=lambda pair: pair[0]))


def seeds_of(text: str) -> range:
    """``0..2999`` (both ends included), or one seed."""
    first, dots, last = text.partition("..")
    return range(int(first), int(last if dots else first) + 1)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--kind", default="all", help=f"all, or some of {', '.join(KINDS)}, with commas")
    parser.add_argument("--seeds", type=seeds_of, default=range(300), help="0..2999, both ends included")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="a folder for the findings")
    parser.add_argument(
        "--manner",
        default="usual",
        help=f"each (by turns), or some of {', '.join(manner.name for manner in MANNERS)}, with commas",
    )
    parser.add_argument("--patience", type=float, default=300.0, help="seconds for one case in all")
    parser.add_argument("--budget", type=int, help="what the brute force may look at before it says too large")
    parser.add_argument("--small", action="store_true", help="make what is found small before it is written")
    arguments = parser.parse_args()
    kinds = list(KINDS) if arguments.kind == "all" else arguments.kind.split(",")
    asked = arguments.manner.split(",")
    manners = tuple(manner for manner in MANNERS if "each" in asked or manner.name in asked)
    how = How(manners, arguments.budget, arguments.small)
    workers = [Worker(how, arguments.patience) for _ in range(arguments.jobs)]
    report = Report(arguments.out)
    try:
        for task, end in run((Task(kind, seed) for seed in arguments.seeds for kind in kinds), workers):
            report.add(task, end)
    finally:
        for worker in workers:
            worker.end()
    print("\n".join(report.lines()))
