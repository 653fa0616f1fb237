"""Ctrl-C as a wish and not as an end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def on_interrupt(act: Callable[[], None]) -> Iterator[None]:
    """While inside, Ctrl-C once does this; a second time it interrupts as usual. Only the main thread hears it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.getsignal(signal.SIGINT)

    def hear(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, previous)
        act()

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
