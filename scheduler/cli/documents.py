"""``alis documents``: what a plan means for each candidate, as documents to edit and a calendar."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.api import Instance, OpenedPlan, Plan
from scheduler.cli.console import Command, CommandError, Console, ExitCode
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, require_folder, saving, warn
from scheduler.cli.months import month_option
from scheduler.cli.own_part import municipality_option, named_after, own_part
from scheduler.instance.named import likely, meant, named
from scheduler.instance.problems import shown
from scheduler.instance.spelling import Known
from scheduler.month import Month
from scheduler.report.archive import is_archive, open_archive

FOLDER = "documents"


@click.command(
    cls=Command,
    examples=[
        "alis documents reports/sarpsborg-2026/plan.json",
        "alis documents sarpsborg-2026-archive.json --candidate A03",
        "alis documents plan.json --candidate A05 --transfer --to 2028-06",
        "alis documents plan.json --meetings 2027-03 --instance our.toml",
    ],
)
@click.argument("plan", type=PATH)
@click.option(
    "-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write  [default: documents/ beside]"
)
@click.option(
    "--candidate", "candidates", metavar="ID", multiple=True, help="Only this candidate, by id or name; repeat it."
)
@click.option("--transfer", is_flag=True, help="A transfer sheet, too; who leaves (until) has one without asking.")
@click.option(
    "--to", metavar="MONTH", callback=month_option, help="The transfer sheet as things stand at the end of this month."
)
@click.option(
    "--meetings", "month", metavar="MONTH", callback=month_option,
    help="The half-yearly package of a month instead: sheets for all meetings, and calendars.",
)  # fmt: skip
@click.option("--general", is_flag=True, help="The municipality's general education plan instead.")
@municipality_option
@click.option("--instance", type=PATH, help="The plan's instance, for a plan that does not carry its own.")
@click.option("--force", is_flag=True, help="Write them even if the plan breaks rules; every document then says so.")
@click.pass_obj
def documents(
    console: Console,
    plan: Path,
    folder: Path | None,
    candidates: tuple[str, ...],
    transfer: bool,
    to: Month | None,
    month: Month | None,
    general: bool,
    municipality: str | None,
    instance: Path | None,
    force: bool,
) -> None:
    """Write three files for each candidate of PLAN (a plan.json, or the archive that `alis advance` writes).

    A draft of the individual education plan (.docx), the service periods for the confirmation of completed service
    (.docx), and half-yearly meetings and group months for a calendar (.ics). For who leaves before the training is
    over, a transfer sheet (.docx): all periods, goals, shifts, group, and what is missing. Written into the same folder
    again, a meeting that has moved is moved in calendars, too, and a document that somebody has filled in is kept under
    a new name. Nothing is written of a plan that breaks rules (exit code 3).
    """
    folder = folder or named_after(plan.with_name(FOLDER), municipality)
    if is_archive(plan):
        if municipality is not None:
            raise CommandError(ExitCode.USAGE, "archive-municipality")
        _of_archive(console, plan, folder, candidates)
        return
    found, basis = open_with_instance(plan, instance)
    own = None
    if municipality is not None:
        found, part = own_part(console, found, basis, municipality)
        basis, own = part.instance, part.candidates
    made = found.plan
    wanted = _known(made, basis, candidates, own) if candidates else own
    require_folder(folder)
    if not force:
        _require_sound(console, found)
    warn(console, found)
    from scheduler.report.documents import (  # nothing before this needs its libraries
        write_documents,
        write_general,
        write_meetings,
    )

    asked = transfer if to is None else to
    with saving(console, folder):
        if general:
            written = write_general(basis, made, folder, console.lang, found.standing)
        elif month is not None:
            written = write_meetings(basis, made, folder, month, console.lang, wanted, found.standing)
        else:
            written = write_documents(basis, made, folder, console.lang, wanted, found.standing, asked)
    console.line(console.text("documents-written", number=len(written), path=folder))


def _of_archive(console: Console, path: Path, folder: Path, candidates: tuple[str, ...]) -> None:
    """The documents of those who are done, each with the instance of the plan by which they were."""
    found = open_archive(path)
    people = named(one.instance.candidates[entry.id] for one in found for entry in one.plan.candidates)
    wanted = {_one(word, people) for word in candidates} or None
    require_folder(folder)
    from scheduler.report.documents import write_documents

    written: list[Path] = []
    with saving(console, folder):
        for one in found:
            written += write_documents(one.instance, one.plan, folder, console.lang, wanted, one.standing)
    console.line(console.text("documents-written", number=len(written), path=folder))


def _require_sound(console: Console, found: OpenedPlan) -> None:
    """Raise CommandError for a plan that breaks rules: documents are signed."""
    if found.standing.broken:
        label = found.standing.label(console.lang)
        raise CommandError(ExitCode.INPUT, "documents-refused", label=label, path=found.path)


def _known(plan: Plan, basis: Instance, words: tuple[str, ...], own: list[str] | None) -> list[str]:
    """The ids of the candidates that are meant; CommandError for a word that is none of the plan's, or of ``own``."""
    there = basis.candidates.keys() if own is None else own
    known = named(basis.candidates[entry.id] for entry in plan.candidates if entry.id in there)
    return [_one(word, known) for word in words]


def _one(word: str, known: Known) -> str:
    found = meant(word, known)
    if found is None:
        raise CommandError(ExitCode.USAGE, "unknown-candidate", found=shown(word), nearest=likely(word, known))
    return found
