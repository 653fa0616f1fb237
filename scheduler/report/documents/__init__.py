"""Documents for one candidate: a draft education plan, the service periods, a calendar, and a transfer sheet."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from scheduler.accounting import cut, trajectories
from scheduler.accounting.shown import as_shown
from scheduler.files.written import write_file
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.report.documents.calendar_file import calendar_of
from scheduler.report.documents.education_plan import education_plan
from scheduler.report.documents.file_names import Stems
from scheduler.report.documents.general_plan import general_plan
from scheduler.report.documents.half_yearly import write_package
from scheduler.report.documents.service_periods import service_periods
from scheduler.report.documents.transfer_sheet import transfer_sheet
from scheduler.report.standing import PlanStanding, standing_of
from scheduler.report.words import Words
from scheduler.texts import Language, text


def write_documents(
    instance: Instance,
    plan: Plan,
    folder: Path,
    lang: Language = "nb",
    candidates: Collection[str] | None = None,
    standing: PlanStanding | None = None,
    transfer: Month | bool = False,
) -> list[Path]:
    """Write three files for each candidate (None: everybody) into the folder; the same input gives the same bytes.

    A fourth, the transfer sheet, for who leaves before the training is over; with ``transfer`` for all of them, as
    things stand when their plan ends, or at the end of that month.
    ``standing`` is what the check said of the plan; without it the plan is checked now.
    A calendar that is there already is read first, so that a meeting that has moved keeps its id with a higher
    sequence number, and one that is gone is cancelled.
    """
    standing = standing or standing_of(instance, plan)
    instance = as_shown(instance, plan)
    words = Words(instance, lang)
    stems = Stems(instance.candidates)
    written: list[Path] = []
    for trajectory in trajectories(instance, plan):
        if candidates is not None and trajectory.candidate.id not in candidates:
            continue
        stem = stems[trajectory.candidate.id]
        names = [f"{stem}-{text(f'documents.file-{kind}', lang)}" for kind in ("plan", "periods", "calendar")]
        plan_path, periods_path, calendar_path = (folder / name for name in names)
        write_file(plan_path, education_plan(words, plan, trajectory, standing))
        write_file(periods_path, service_periods(words, plan, trajectory, standing))
        earlier = calendar_path.read_bytes() if calendar_path.is_file() else None
        write_file(calendar_path, calendar_of(words, plan, trajectory, earlier, standing))
        written += [plan_path, periods_path, calendar_path]
        if transfer or trajectory.leaves:
            seen = trajectory if isinstance(transfer, bool) else cut(trajectory, transfer + 1)
            path = folder / f"{stem}-{text('documents.file-transfer', lang)}"
            write_file(path, transfer_sheet(words, plan, seen, standing))
            written.append(path)
    return written


def write_meetings(
    instance: Instance,
    plan: Plan,
    folder: Path,
    month: Month,
    lang: Language = "nb",
    candidates: Collection[str] | None = None,
    standing: PlanStanding | None = None,
) -> list[Path]:
    """Write the half-yearly package of a month: a sheet for each candidate in one file, and calendars.

    Calendars that are there already are read first, as ``write_documents`` does.
    """
    only = None if candidates is None else list(candidates)
    return write_package(Words(instance, lang), plan, folder, month, standing or standing_of(instance, plan), only)


def write_general(
    instance: Instance, plan: Plan, folder: Path, lang: Language = "nb", standing: PlanStanding | None = None
) -> list[Path]:
    """Write the municipality's general education plan, which is made from the instance alone."""
    path = folder / text("documents.file-general", lang)
    write_file(path, general_plan(Words(instance, lang), plan, standing or standing_of(instance, plan)))
    return [path]


__all__ = ["write_documents", "write_general", "write_meetings"]
