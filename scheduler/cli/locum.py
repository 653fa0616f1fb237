"""``alis locum``: what units lack while their doctors serve elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, require_suffix, saving, warn
from scheduler.files.written import write_file
from scheduler.texts import text


@click.command(
    cls=Command,
    examples=[
        "alis locum reports/sarpsborg/plan.json",
        "alis locum plan.json -o locum.xlsx --lang en",
    ],
)
@click.argument("plan", type=PATH)
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, help="FILE.xlsx  [default: beside the plan]")
@click.option("--instance", type=PATH, help="The plan's instance, for a plan that does not carry its own.")
@click.pass_obj
def locum(console: Console, plan: Path, output: Path | None, instance: Path | None) -> None:
    """Write the locum need of PLAN: what each unit lacks while its doctors serve elsewhere or are on leave.

    A post less what is present of it, in weeks of a full post: by unit and half-year with a chart, and month by month
    with who is away and who could cover. `alis whatif` has the weeks of each version.
    """
    found, basis = open_with_instance(plan, instance)
    from scheduler.report.desk.locum import gaps_of, locum_book, locum_notes  # needs a library that others do not
    from scheduler.report.words import Words

    words = Words(basis, console.lang)
    output = output or plan.with_name(text("locum.file", console.lang))
    require_suffix(output, (".xlsx",))
    warn(console, found)
    with saving(console, output):
        write_file(output, locum_book(words, found.plan, found.standing))
    for line in locum_notes(words, gaps_of(basis, found.plan)[0]):
        console.line(line)
    console.say("written", path=output)
