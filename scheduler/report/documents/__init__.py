"""Documents for one candidate: a draft education plan, the list of service periods, and a calendar."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from scheduler.instance.types import Instance
from scheduler.ledger import courses
from scheduler.plan import Plan, write_atomically
from scheduler.report.documents.calendar_file import calendar_of
from scheduler.report.documents.education_plan import education_plan
from scheduler.report.documents.file_names import Stems
from scheduler.report.documents.service_periods import service_periods
from scheduler.report.words import Words
from scheduler.texts import Language, text


def write_documents(
    instance: Instance, plan: Plan, folder: Path, lang: Language = "nb", candidates: Collection[str] | None = None
) -> list[Path]:
    """Write three files for each candidate (None: everybody) into the folder; the same input gives the same bytes.

    A calendar that is there already is read first, so that a meeting that has moved keeps its id with a higher
    sequence number, and one that is gone is cancelled.
    """
    words = Words(instance, lang)
    stems = Stems(instance.candidates)
    written: list[Path] = []
    for course in courses(instance, plan):
        if candidates is not None and course.candidate.id not in candidates:
            continue
        stem = stems[course.candidate.id]
        names = [f"{stem}-{text(f'documents.file-{kind}', lang)}" for kind in ("plan", "periods", "calendar")]
        plan_path, periods_path, calendar_path = (folder / name for name in names)
        write_atomically(plan_path, education_plan(words, plan, course))
        write_atomically(periods_path, service_periods(words, plan, course))
        earlier = calendar_path.read_bytes() if calendar_path.is_file() else None
        write_atomically(calendar_path, calendar_of(words, plan, course, earlier))
        written += [plan_path, periods_path, calendar_path]
    return written


__all__ = ["write_documents"]
