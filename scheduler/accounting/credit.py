"""When the time would be served."""

from __future__ import annotations

from scheduler.exact import Exact
from scheduler.instance.past_blocks import left_at_best, reached_before, work_waited
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate
from scheduler.month import Month

FULL_POST = 100
LATEST_LOOK_AHEAD = 1200  # months after the first of the start window; a candidate at 0 % for good never finishes


def fte_months(credit: Exact) -> float:
    """Credit as FTE-months: 65,000 is 6.5."""
    return float(credit / CREDIT_PER_FTE_MONTH)


def earliest_finish(candidate: Candidate, first: Month) -> Month:
    """First month at whose end credit + time served reaches the total: 60 months at 100 % from 2026-09 give 2031-08.

    The last frozen month if nothing is left after these.
    """
    left = left_at_best(candidate)
    if candidate.frozen is not None and left <= 0:
        return candidate.frozen.end - 1
    return month_worked_off(candidate, first, left)


def earliest_counted_from(candidate: Candidate, counted_from: Month) -> Month:
    """The earliest finish as delay counts it: from the first month of the start window, before the horizon or in it.

    Somebody who needs 60 months and could have begun in 2026-09, but did in 2026-12, could be done in 2031-08.
    """
    reached = reached_before(candidate, counted_from)
    if reached is not None:
        return reached
    return month_worked_off(candidate, counted_from, left_at_best(candidate) - work_waited(candidate, counted_from))


def month_worked_off(candidate: Candidate, start: Month, missing: Exact) -> Month:
    """The month at whose end so much credit, from the start month on, has been worked."""
    latest = max(candidate.window_from + LATEST_LOOK_AHEAD, start)
    for month in range(start, latest):
        missing -= candidate.earned_at(month) * FULL_POST
        if missing <= 0:
            return month
    return latest
