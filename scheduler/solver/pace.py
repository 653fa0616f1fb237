"""How fast this machine is at the moment: what of a time limit is kept for work that is known beforehand."""

from __future__ import annotations

import time

from scheduler.solver.limits import ADDITIONS_PER_EFFORT, Limits

ADDITIONS = 300_000


def seconds_per_effort() -> float:
    """Seconds that a unit of effort takes now: more on a slow machine, and on one that does something else as well."""
    began = time.perf_counter()
    total = 0
    for number in range(ADDITIONS):
        total += number
    return (time.perf_counter() - began) * ADDITIONS_PER_EFFORT / ADDITIONS


def kept_for_the_end(left_s: float, n_candidates: int, limits: Limits) -> float:
    """Of the seconds left those that handing out shifts and supervisors, reasons and the check of a plan will take."""
    known = (limits.end_effort + limits.end_effort_each * n_candidates) * seconds_per_effort()
    return min(known + limits.reasons_share * left_s, limits.end_share * left_s)


def kept_for_writing(left_s: float, n_candidates: int, limits: Limits) -> float:
    """Of the seconds left those that drawing and writing a plan will take."""
    known = (limits.writing_effort + limits.writing_effort_each * n_candidates) * seconds_per_effort()
    return min(known, limits.end_share * left_s)
