"""What a run tells: events with their time, and the level-by-level loop that the exact contenders share."""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.contenders.rows import Sum

LOOK_S = 0.2  # between two looks at the processor's time
Heard = Callable[[int | None, int | None], None]  # value of a new plan, bound proved


class Clock:
    """Time since the contender got the instance, and how much it has; ``of_processor``: of the processor's time."""

    def __init__(self, limit_s: float, of_processor: bool = False) -> None:
        self.limit_s = limit_s
        self.of_processor = of_processor
        self.began = time.monotonic()
        self.processor_began = time.process_time()

    def seconds(self) -> float:
        """Since the start, by the clock that the limit is of."""
        return self.processor_seconds() if self.of_processor else time.monotonic() - self.began

    def processor_seconds(self) -> float:
        """Of the processor's time since the start: what else the machine does is not in it."""
        return time.process_time() - self.processor_began

    def left(self) -> float:
        """Until the limit."""
        return self.limit_s - self.seconds()

    @contextmanager
    def ending(self, stop: Callable[[], None]) -> Iterator[None]:
        """While inside, ``stop`` is called when the processor's time is over, where that is the limit."""
        through = threading.Event()

        def watch() -> None:
            while not through.wait(LOOK_S):
                if self.left() <= 0:
                    stop()

        if self.of_processor:
            threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            through.set()

    def tell(self, event: str, **fields: Any) -> None:
        """One line of the report, at once; with the processor's time of this process, all its threads together."""
        spent = {"seconds": round(self.seconds(), 3), "processor": round(self.processor_seconds(), 3)}
        sys.stdout.write(json.dumps({"event": event, **spent, **fields}) + "\n")
        sys.stdout.flush()


@dataclass(frozen=True)
class Outcome:
    """The best assignment found (None: none) and what is proved of the sum."""

    values: list[int] | None
    bound: int | None
    infeasible: bool = False


class Backend(Protocol):
    """A solver that has the model."""

    def minimize(self, what: Sum, start: list[int] | None, clock: Clock, heard: Heard) -> Outcome:
        """Make a sum small."""
        ...

    def lock(self, what: Sum, high: int) -> None:
        """Keep a sum at most so high from now on."""
        ...


def by_levels(backend: Backend, levels: list[tuple[str, Sum]], clock: Clock) -> list[int] | None:
    """Each level made as small as it can be without giving up those before; stops where the time is up."""
    values: list[int] | None = None
    for level, what in levels:
        if values is not None and what.value(values) == least(what, level):
            _tell_level(clock, level, what.value(values), what.value(values))
        else:
            outcome = backend.minimize(what, values, clock, _listener(clock, level))
            if outcome.infeasible:
                clock.tell("infeasible")
                return None
            if outcome.values is None:
                return values
            values = outcome.values
            _tell_level(clock, level, what.value(values), outcome.bound)
            if outcome.bound is None or outcome.bound < what.value(values):
                return values
        backend.lock(what, what.value(values))
    return values


def least(_: Sum, level: str) -> float:
    """The least any plan can have, without looking: nobody is early, and no wish is more than met."""
    return 0 if level.startswith(("delay", "wishes")) else -math.inf


def _listener(clock: Clock, level: str) -> Heard:
    def heard(value: int | None, bound: int | None) -> None:
        clock.tell("level", level=level, value=value, bound=bound)

    return heard


def _tell_level(clock: Clock, level: str, value: int, bound: int | None) -> None:
    clock.tell("level", level=level, value=value, bound=bound)
    if bound is not None and bound >= value:
        clock.tell("proved", level=level, value=value)
