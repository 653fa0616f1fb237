"""Progress in words, while the solver works: plain lines on stderr, never more than two a second.

That the search goes on is one line on a screen, kept up with the time left; in a file it is told ever more seldom.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

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
        self._patience = limits.sign_of_life_s
        self._kept = 0  # letters of the line that is kept up
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
        with self._lock:
            self._over.set()
            self._wipe()

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
            self._wipe()
            self.console.line(f"{_clock(now - self._began):>6}  {words}")

    def _keep_up(self, words: str) -> None:
        """A line that takes the place of the one before it."""
        with self._lock:
            if self._over.is_set():
                return
            said = f"{_clock(time.monotonic() - self._began):>6}  {words}"
            said = said[: shutil.get_terminal_size().columns - 1]  # a line that is broken cannot be taken back
            click.echo(f"\r{said:<{self._kept}}", err=True, nl=False)
            self._kept = len(said)

    def _wipe(self) -> None:
        if self._kept:
            click.echo(f"\r{'':<{self._kept}}\r", err=True, nl=False)
            self._kept = 0

    def _show_life(self) -> None:
        while not self._over.wait(self.limits.look_s) and not self.stop.asked:
            silent = time.monotonic() - self._told
            if sys.stderr.isatty():
                if silent >= self.limits.sign_of_life_s:
                    self._keep_up(self._life())
            elif silent >= self._patience:
                self._patience *= 2
                self._last = ""
                self._line(self._life(), at_once=True)
        if self.stop.asked:
            self._line(self.console.text("progress-stopping"), at_once=True)

    def _life(self) -> str:
        left = self.stop.seconds_left
        if left is None:
            return self.console.text("progress-life")
        return self.console.text("progress-life-left", left=_clock(max(left, 0)))


def _clock(seconds: float) -> str:
    """Minutes and seconds: ``4:05``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
