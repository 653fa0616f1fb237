"""Whether one municipality pays for the others: the largest mean delay of one, in whole parts of a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from scheduler.accounting.finish import delay
from scheduler.accounting.trajectory import Trajectory
from scheduler.instance.types import Instance

PARTS_OF_A_MONTH = 10**6
"""Means are rounded up to these, so that they are whole numbers; two that differ stay apart up to 1,000 candidates."""


def municipal_delays(people: Iterable[Trajectory]) -> dict[str, int]:
    """Months of delay by municipality; whose is none is left out."""
    found: Counter[str] = Counter()
    for trajectory in people:
        if trajectory.candidate.municipality is not None:
            found[trajectory.candidate.municipality] += delay(trajectory)
    return dict(found)


def largest_mean(instance: Instance, delays: Mapping[str, int]) -> int:
    """The largest mean of a municipality in parts of a month, of these delays and nobody else's.

    The mean is over all its candidates, those who are done too: 5 months of 3 candidates are 1,666,667 parts.
    """
    return max((mean_in_parts(instance, each, months) for each, months in delays.items()), default=0)


def mean_in_parts(instance: Instance, municipality: str, months: int) -> int:
    """Months of delay shared by all candidates of a municipality."""
    return -(-PARTS_OF_A_MONTH * months // instance.municipalities[municipality].n_candidates)


def most_months(instance: Instance, municipality: str, parts: int) -> int:
    """The most months of delay with which the mean is no more than so many parts of a month."""
    return parts * instance.municipalities[municipality].n_candidates // PARTS_OF_A_MONTH
