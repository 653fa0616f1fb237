"""As many as could be placed at once, where there is no plan of all: what a draft is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.timeline import due_of
from scheduler.instance.types import Instance

Placed = Mapping[str, Assignment]


def packed(held: Occupancy, paths: Iterable[Assignment]) -> dict[str, Assignment]:
    """Of these, one after another, whoever fits beside ``held`` and those before; of each candidate the first that
    does.
    """
    beside, placed = held.copy(), dict[str, Assignment]()
    for path in paths:
        if path.candidate not in placed and beside.fits(path):
            beside.add(path)
            placed[path.candidate] = path
    return placed


def more_of(instance: Instance, placed: Placed, others: Placed) -> Placed:
    """Those who are more; if they are as many, those with less delay; else the first."""
    return max(placed, others, key=lambda each: (len(each), -_delay(instance, each)))


def _delay(instance: Instance, placed: Placed) -> int:
    return sum(path.end - due_of(instance, instance.candidates[who]) for who, path in placed.items())
