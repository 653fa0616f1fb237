"""Progress in words, while the solver works: plain lines on stderr, never more than two a second."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scheduler.api import LIMITS, Instance, Limits
from scheduler.cli.console import Console
from scheduler.report.lines.summary import level_line

if TYPE_CHECKING:
    from scheduler import Progress, Stop


class Teller:
    """Tells of progress inside a ``with``: that the search goes on when nothing happens, and that a Ctrl-C was heard.

    The solver reports from threads of its own, so a lock keeps lines whole.
    """

    def __init__(self, console: Console, instance: Instance, stop: Stop, limits: Limits = LIMITS) -> None:
        self.console = console
        self.instance = instance
        self.stop = stop
        self.limits = limits
        self._began = self._told = time.monotonic()
        self._last = ""
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._show_life, daemon=True)

    def __enter__(self) -> Self:
        if not self.console.quiet:
            self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()

    def tell(self, progress: Progress) -> None:
        """Tell of an event of the solver's; of figures that follow each other closely only the first is told."""
        if progress.level is None:
            fields = {"number": progress.value, "of": progress.bound} if progress.event == "part" else {}
            self._line(self.console.text(f"progress-{progress.event}", **fields), at_once=True)
        elif progress.value is not None and progress.bound is not None:
            line = level_line(self.instance, progress.level, progress.value, progress.bound, self.console.lang)
            self._line(line)

    def _line(self, words: str, at_once: bool = False) -> None:
        with self._lock:
            now = time.monotonic()
            too_soon = not at_once and now - self._told < self.limits.progress_s
            if self._over.is_set() or words == self._last or too_soon:
                return
            self._told, self._last = now, words
            minutes, seconds = divmod(int(now - self._began), 60)
            self.console.line(f"{minutes:3}:{seconds:02}  {words}")

    def _show_life(self) -> None:
        while not self._over.wait(self.limits.look_s) and not self.stop.asked:
            if time.monotonic() - self._told >= self.limits.sign_of_life_s:
                self._last = ""
                self._line(self.console.text("progress-life"), at_once=True)
        if self.stop.asked:
            self._line(self.console.text("progress-stopping"), at_once=True)
