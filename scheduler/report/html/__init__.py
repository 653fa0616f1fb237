"""``report.html``: the plan as one page that a meeting can use, self-contained and printable."""

from __future__ import annotations

import datetime
from pathlib import Path

from scheduler.accounting import reading_once
from scheduler.files.written import write_file
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report.html.page import page_of
from scheduler.report.html.render import render
from scheduler.report.standing import PlanStanding
from scheduler.texts import Language


def write_report(
    instance: Instance,
    plan: Plan,
    path: Path,
    lang: Language = "nb",
    today: datetime.date | None = None,
    *,
    anonymise: bool = False,
    standing: PlanStanding | None = None,
) -> Path:
    """Write the page; ``anonymise`` leaves names out and keeps ids. The same input gives the same bytes.

    ``standing`` is what the check said of the plan; without it the plan is checked now.
    """
    write_file(path, report_page(instance, plan, lang, today, anonymise=anonymise, standing=standing))
    return path


@reading_once()
def report_page(
    instance: Instance,
    plan: Plan,
    lang: Language = "nb",
    today: datetime.date | None = None,
    *,
    anonymise: bool = False,
    standing: PlanStanding | None = None,
) -> str:
    """The page that ``write_report`` writes."""
    return render(page_of(instance, plan, lang, today, anonymise=anonymise, standing=standing))


__all__ = ["report_page", "write_report"]
