"""``alis documents``: what a plan means for each candidate, as documents to edit and a calendar."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.check import check_plan
from scheduler.cli.console import Command, CommandError, Console, ExitCode, writing
from scheduler.cli.files import (
    OUTPUT,
    PATH,
    basis_of,
    likely,
    meant,
    named,
    read_plan,
    require_candidates,
    require_folder,
)
from scheduler.instance.problems import shown
from scheduler.instance.spelling import Known
from scheduler.instance.types import Instance
from scheduler.plan import Plan

FOLDER = "documents"


@click.command(
    cls=Command,
    short_help="Write each candidate's documents and calendar.",
    examples=[
        "alis documents reports/sarpsborg-2026/plan.json",
        "alis documents plan.json -o for-signing --candidate A01 --candidate A07",
    ],
)
@click.argument("plan", type=PATH)
@click.option(
    "-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write  [default: documents/ beside]"
)
@click.option(
    "--candidate", "candidates", metavar="ID", multiple=True, help="Only this candidate, by id or name; repeat it."
)
@click.option("--instance", type=PATH, help="The plan's instance, for a plan that does not carry its own.")
@click.pass_obj
def documents(
    console: Console, plan: Path, folder: Path | None, candidates: tuple[str, ...], instance: Path | None
) -> None:
    """Write three files for each candidate of PLAN (a plan.json).

    A draft of the individual education plan (.docx), the service periods for the confirmation of completed service
    (.docx), and half-yearly meetings and group months for a calendar (.ics). Written into the same folder again, a
    meeting that has moved is moved in calendars, too.
    """
    folder = folder or plan.with_name(FOLDER)
    made = read_plan(plan)
    require_candidates(made, plan)
    basis = basis_of(made, plan, instance)
    wanted = _known(made, basis, candidates)
    require_folder(folder)
    violations = check_plan(basis, made)
    if violations:
        console.insist(console.count("chart-of-violations", len(violations)))
    from scheduler.report.documents import write_documents  # nothing before this needs its libraries

    with writing(folder):
        written = write_documents(basis, made, folder, console.lang, wanted or None)
    console.line(console.count("documents-written", len(written), path=folder))


def _known(plan: Plan, basis: Instance, words: tuple[str, ...]) -> list[str]:
    """The ids of the candidates that are meant; CommandError for a word that is none of the plan's."""
    known = named(basis.candidates[entry.id] for entry in plan.candidates if entry.id in basis.candidates)
    return [_one(word, known) for word in words]


def _one(word: str, known: Known) -> str:
    found = meant(word, known)
    if found is None:
        raise CommandError(ExitCode.USAGE, "unknown-candidate", found=shown(word), nearest=likely(word, known))
    return found
