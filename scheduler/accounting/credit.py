"""What counts under the caps, and when the time would be served."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Rules, Service
from scheduler.month import Month

FULL_POST = 100
LATEST_LOOK_AHEAD = 1200  # months after the first one; a candidate at 0 % for good never finishes


def counted(sums: Mapping[Service, int], rules: Rules) -> int:
    """What counts under the caps: 50 open + 10 other + 14 institution months count 54 + 12 = 66."""
    open_practice = min(rules.open_practice_cap, sums.get(Service.OPEN_PRACTICE, 0))
    other = min(rules.other_general_cap, sums.get(Service.OTHER_GENERAL, 0))
    institution = min(rules.institution_cap, sums.get(Service.INSTITUTION, 0))
    return min(rules.general_cap, open_practice + other) + institution


def fte_months(credit: int) -> float:
    """Credit as FTE-months: 65,000 is 6.5."""
    return credit / CREDIT_PER_FTE_MONTH


def earliest_finish(candidate: Candidate, first: Month) -> Month:
    """First month at whose end credit + time served reaches the total: 60 months at 100 % from 2026-09 give 2031-08."""
    missing = candidate.rules.total - counted(candidate.credited, candidate.rules)
    return month_worked_off(candidate, first, missing)


def month_worked_off(candidate: Candidate, start: Month, missing: int) -> Month:
    """The month at whose end so much credit, from the start month on, has been worked."""
    for month in range(start, start + LATEST_LOOK_AHEAD):
        missing -= candidate.percent_at(month) * FULL_POST
        if missing <= 0:
            return month
    return start + LATEST_LOOK_AHEAD
