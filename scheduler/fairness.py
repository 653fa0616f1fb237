"""Terms of the model about what a municipality waits: the largest mean delay of one, and how much each may have.

A mean is over all of a municipality's candidates, of whom a model may have only some; what the others have is told
beside it (``elsewhere``, in months by municipality).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scheduler.accounting.fairness import PARTS_OF_A_MONTH, mean_in_parts
from scheduler.instance.types import Instance

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from scheduler.variables import IntVar, Linear

MOST_MONTHS = 10**6  # more than all of a municipality wait together


def largest_mean_of(
    model: CpModel, instance: Instance, delays: Mapping[str, Linear], elsewhere: Mapping[str, int], least: int = 0
) -> IntVar:
    """A variable at least as large as every municipality's mean delay, in parts of a month, and ``least``.

    ``delays``: of each candidate in the model. Made small, it is that mean rounded up.
    """
    of_others = max((mean_in_parts(instance, each, months) for each, months in elsewhere.items()), default=0)
    largest = model.new_int_var(max(least, of_others), PARTS_OF_A_MONTH * MOST_MONTHS, "fairness.largest")
    for municipality, waited in by_municipality(instance, delays).items():
        months = model.new_int_var(0, MOST_MONTHS, f"fairness.{municipality}")
        model.add(months == waited + elsewhere.get(municipality, 0))
        model.add(instance.municipalities[municipality].n_candidates * largest >= PARTS_OF_A_MONTH * months)
    return largest


def by_municipality(instance: Instance, delays: Mapping[str, Linear]) -> dict[str, Linear]:
    """The sum over each municipality's candidates among these."""
    found: dict[str, Linear] = {}
    for candidate_id, months in delays.items():
        municipality = instance.candidates[candidate_id].municipality
        if municipality is not None:
            found[municipality] = found.get(municipality, 0) + months
    return found
