"""Hours of guidance: what each supervisor gives in each calendar year, and the preparation that comes with it.

A month in which a candidate works is a twelfth of the yearly hours, whatever the percent (R29: not reduced for
part-time), or a sixth of those of the first half-year, where the ruleset has a number for it; a month of full leave
asks for none. Two candidates a whole year at 42 h and 15.75 h are 84 h and 31.5 h.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.instance.types import Instance
from scheduler.plan import PlanCandidate, PlanGuidance, PlanGuidanceYear

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class _Month:
    """A candidate's service month with a supervisor, in hours."""

    candidate: str
    guidance: float
    preparation: float


def guidance(instance: Instance, entries: Iterable[PlanCandidate]) -> list[PlanGuidance]:
    """One row for each supervisor of the instance who guides anybody, in the instance's order."""
    guided: defaultdict[str, defaultdict[int, list[_Month]]] = defaultdict(lambda: defaultdict(list))
    for entry in (each_entry for each_entry in entries if each_entry.id in instance.candidates):
        candidate = instance.candidates[entry.id]
        before = candidate.months_done - (0 if candidate.frozen is None else len(candidate.frozen.served))
        preparation = candidate.rules.preparation_hours_per_year / MONTHS_A_YEAR
        for number, month in enumerate(entry.service_months, before):
            for span in entry.supervisors:
                if span.from_ <= month.month <= span.to:
                    hours = candidate.rules.guidance_hours_after(number)
                    guided[span.id][month.month // MONTHS_A_YEAR].append(_Month(entry.id, hours, preparation))
    return [
        PlanGuidance(id=supervisor_id, years=[_year(year, months) for year, months in sorted(by_year.items())])
        for supervisor_id in instance.supervisors
        if (by_year := guided.get(supervisor_id)) is not None
    ]


def _year(year: int, months: list[_Month]) -> PlanGuidanceYear:
    """42 h a year and one candidate for six months: 21 h."""
    return PlanGuidanceYear(
        year=year,
        candidates=len({month.candidate for month in months}),
        months=len(months),
        guidance_hours=round(sum(month.guidance for month in months), 4),
        preparation_hours=round(sum(month.preparation for month in months), 4),
    )
