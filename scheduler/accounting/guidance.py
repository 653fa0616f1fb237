"""Hours of guidance: what each supervisor gives in each calendar year, and the preparation that comes with it.

A month in which a candidate works is a twelfth of the yearly hours, whatever the percent (R29: not reduced for
part-time); a month of full leave asks for none. Two candidates a whole year at 42 h and 15.75 h are 84 h and 31.5 h.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from scheduler.instance.types import Instance
from scheduler.plan import PlanCandidate, PlanGuidance, PlanGuidanceYear

MONTHS_A_YEAR = 12


def guidance(instance: Instance, entries: Iterable[PlanCandidate]) -> list[PlanGuidance]:
    """One row for each supervisor of the instance who guides anybody, in the instance's order."""
    months: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for entry in (each_entry for each_entry in entries if each_entry.id in instance.candidates):
        for month in entry.service_months:
            for span in entry.supervisors:
                if span.from_ <= month.month <= span.to:
                    months[span.id, month.month // MONTHS_A_YEAR][entry.id] += 1
    return [
        PlanGuidance(id=supervisor_id, years=years)
        for supervisor_id in instance.supervisors
        if (
            years := [
                _year(instance, year, months[each_month, year])
                for each_month, year in sorted(months)
                if each_month == supervisor_id
            ]
        )
    ]


def _year(instance: Instance, year: int, months_by_candidate: Counter[str]) -> PlanGuidanceYear:
    """42 h a year and one candidate for six months: 21 h."""
    guided = prepared = 0.0
    for candidate_id, n_months in months_by_candidate.items():
        rules = instance.candidates[candidate_id].rules
        guided += rules.guidance_hours_per_year * n_months / MONTHS_A_YEAR
        prepared += rules.preparation_hours_per_year * n_months / MONTHS_A_YEAR
    return PlanGuidanceYear(
        year=year,
        candidates=len(months_by_candidate),
        months=months_by_candidate.total(),
        guidance_hours=round(guided, 4),
        preparation_hours=round(prepared, 4),
    )
