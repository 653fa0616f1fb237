"""Processes of this machine that do a part of the work: started afresh (no fork), and told when to stop."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

MOST_PROCESSES = 61  # what Windows can wait for
LISTEN_SECONDS = 0.2

_stopping: Event | None = None


def told_to_stop() -> bool:
    """In a process of a pool: whether the parent wants it to end with what it has."""
    return _stopping is not None and _stopping.is_set()


def _begin(stopping: Event) -> None:
    """In a new process: Ctrl-C is the parent's to hear, who tells the processes through the event."""
    global _stopping  # the one way in which a pool's initializer hands something to its jobs
    _stopping = stopping
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def listening(asked: Callable[[], bool], then: Callable[[], None]) -> Iterator[None]:
    """While inside, ask again and again, and act once the answer is yes."""
    over = threading.Event()

    def listen() -> None:
        while not over.wait(LISTEN_SECONDS):
            if asked():
                then()
                return

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield
    finally:
        over.set()


class Pools:
    """Makes pools of ``slots`` processes (None: one for each processor), all of which hear ``ask_to_stop``."""

    def __init__(self, slots: int | None = None) -> None:
        self.slots = max(min(slots or os.cpu_count() or 1, MOST_PROCESSES), 1)
        self._context = multiprocessing.get_context("spawn")
        self._stopping = self._context.Event()

    def new(self) -> ProcessPoolExecutor:
        """A pool; its processes begin with the first jobs."""
        return ProcessPoolExecutor(self.slots, self._context, _begin, (self._stopping,))

    def ask_to_stop(self) -> None:
        """Whatever runs is to end with what it has."""
        self._stopping.set()
