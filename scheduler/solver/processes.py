"""Work done elsewhere, a few jobs at a time: by processes of this machine, started afresh (no fork) and told when to
stop, or by others."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from scheduler.solver.limits import LIMITS

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

J = TypeVar("J")
A = TypeVar("A")
_stopping: Event | None = None
_NO_PROCESS = (BrokenProcessPool, OSError)


def told_to_stop() -> bool:
    """Whether the parent process has asked this process of a pool to end with what it has."""
    return _stopping is not None and _stopping.is_set()


def _begin(stopping: Event) -> None:
    """In a new process: Ctrl-C is the parent's to hear, who tells the processes through the event."""
    global _stopping  # the one way in which a pool's initializer hands something to its jobs
    _stopping = stopping
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def listening(asked: Callable[[], bool], then: Callable[[], None]) -> Iterator[None]:
    """While inside, ask ``asked`` again and again, and call ``then`` once it answers True."""
    over = threading.Event()

    def listen() -> None:
        while not over.wait(LIMITS.look_s):
            if asked():
                then()
                return

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield
    finally:
        over.set()


class WorkerError(Exception):
    """An exception of another process that could not be sent as it is: its type, what it said, its trace as text."""

    def __init__(self, kind: str, message: str, trace: str) -> None:
        super().__init__(kind, message, trace)
        self.kind = kind
        self.message = message
        self.trace = trace

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


@contextmanager
def errors_travel() -> Iterator[None]:
    """While inside, whatever is raised can be sent to the process that asked.

    An exception that cannot be put together there again would break the whole pool, and nobody would hear of it.
    """
    try:
        yield
    except Exception as error:
        if _travels(error):
            raise
        raise WorkerError(type(error).__name__, str(error), traceback.format_exc()) from None


def _travels(error: Exception) -> bool:
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)
    except Exception:
        return False


@contextmanager
def beside(job: Callable[[], A]) -> Iterator[Callable[[], A]]:
    """While inside, another process does a job; what is handed out waits for its result.

    Where there can be no other process, the job is done here when its result is asked for.
    """
    pool = ProcessPools(1).new()
    try:
        try:
            coming = pool.submit(job)
        except _NO_PROCESS:
            yield job
            return

        def result() -> A:
            try:
                return coming.result()
            except _NO_PROCESS:
                return job()

        yield result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class ProcessPools:
    """Makes pools of ``slots`` processes (None: one for each processor), all of which hear ``ask_to_stop``."""

    def __init__(self, slots: int | None = None) -> None:
        self.slots = max(min(slots or os.cpu_count() or 1, LIMITS.processes), 1)
        self._context = multiprocessing.get_context("spawn")
        self._stopping = self._context.Event()

    def new(self) -> ProcessPoolExecutor:
        """A pool; its processes begin with the first jobs."""
        return ProcessPoolExecutor(self.slots, self._context, _begin, (self._stopping,))

    def ask_to_stop(self) -> None:
        """Whatever runs is to end with what it has."""
        self._stopping.set()


def as_they_end(
    todo: list[J], slots: int, begin: Callable[[J, Sequence[J]], Future[A]], look: Callable[[], None]
) -> Iterator[tuple[J, Future[A]]]:
    """Begin the jobs ``todo``, ``slots`` at a time, and yield each with its future when that is done.

    ``begin`` is told which others are not done yet. What is put into ``todo`` meanwhile is begun, too, and what is
    taken out of it is not. ``look`` is called again and again, to hear of whatever else there is.
    """
    running: dict[Future[A], J] = {}
    while todo or running:
        look()
        while todo and len(running) < slots:
            job = todo.pop(0)
            running[begin(job, [*todo, *running.values()])] = job
        done, _ = wait(running, LIMITS.look_s, FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future
