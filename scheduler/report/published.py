"""What is handed out beside the chart: page and workbook, made by another process where that is sooner."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from scheduler.accounting import reading_once
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report.standing import PlanStanding
from scheduler.solver.processes import beside
from scheduler.texts import Language

BESIDE_FROM = 60
"""Candidates, from whom on page and workbook take longer than a process takes to begin."""

Files = tuple[str, bytes]


def page_and_workbook(
    instance: Instance, plan: Plan, lang: Language, today: datetime.date, standing: PlanStanding
) -> AbstractContextManager[Callable[[], Files]]:
    """While inside, both are on their way, and the caller may draw meanwhile; what is handed out waits for them."""
    make = partial(_made, instance, plan, lang, today, standing)
    return nullcontext(make) if len(plan.candidates) < BESIDE_FROM else beside(make)


@reading_once()
def _made(instance: Instance, plan: Plan, lang: Language, today: datetime.date, standing: PlanStanding) -> Files:
    from scheduler.report.html import report_page
    from scheduler.report.workbook import workbook_file

    page = report_page(instance, plan, lang, today, standing=standing)
    return page, workbook_file(instance, plan, lang, made=today, standing=standing)
