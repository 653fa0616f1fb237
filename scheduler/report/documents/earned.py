"""What a period earned, in a cell of a document."""

from __future__ import annotations

from scheduler.report.facts import ServicePeriod
from scheduler.report.words import Words
from scheduler.texts import text


def earned(words: Words, period: ServicePeriod) -> str:
    """FTE-months; of a period from before the plan of which ``credited`` tells, that they are in what is credited."""
    return text("documents.in-credited", words.lang) if period.in_credited else words.number(period.credit)
