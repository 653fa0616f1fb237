"""``alis documents``: what a plan means for each candidate, as documents to edit and a calendar."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from scheduler.check import check_plan
from scheduler.cli.console import Command, CommandError, Console, ExitCode, writing
from scheduler.cli.files import PATH, basis_of, read_plan, require_candidates, require_folder
from scheduler.instance.problems import shown
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
@click.option("-o", "--output", "folder", metavar="DIR", type=PATH, help="Where to write  [default: documents/ beside]")
@click.option("--candidate", "candidates", metavar="ID", multiple=True, help="Only this candidate; may be repeated.")
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
    _require_known(made, candidates)
    require_folder(folder)
    violations = check_plan(basis, made)
    if violations:
        console.insist(console.count("chart-of-violations", len(violations)))
    from scheduler.report.documents import write_documents  # nothing before this needs its libraries

    with writing(folder):
        written = write_documents(basis, made, folder, console.lang, candidates or None)
    console.line(console.count("documents-written", len(written), path=folder))


def _require_known(plan: Plan, candidates: tuple[str, ...]) -> None:
    """Raise CommandError for an id that the plan does not have, with the one that looks most like it."""
    known = [entry.id for entry in plan.candidates]
    for one in candidates:
        if one not in known:
            nearest = max(known, key=lambda each: difflib.SequenceMatcher(None, one, each).ratio())
            raise CommandError(ExitCode.USAGE, "unknown-candidate", found=shown(one), nearest=shown(nearest))
