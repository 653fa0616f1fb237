"""``alis grant``: the grant worksheet of a window of months."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler import api
from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, require_suffix, saving, warn
from scheduler.cli.months import month_option
from scheduler.files.written import write_file
from scheduler.month import Month


@click.command(
    cls=Command,
    examples=[
        "alis grant plan.json --from 2026-09 --to 2027-05",
        "alis grant plan.json --from 2026-09 --to 2027-05 --instance our.toml",
    ],
)
@click.argument("plan", type=PATH)
@click.option(
    "--from", "start", metavar="MONTH", required=True, callback=month_option, help="The window's first month."
)
@click.option("--to", "end", metavar="MONTH", required=True, callback=month_option, help="Its last month, included.")
@click.option("--instance", type=PATH, help="The file of today, with agreements and rates since the plan was made.")
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, help="FILE.xlsx  [default: beside the plan]")
@click.pass_obj
def grant(console: Console, plan: Path, start: Month, end: Month, instance: Path | None, output: Path | None) -> None:
    """Write what to apply for in a window: months of service x percent of a post x kind of post, from PLAN.

    Months of full leave are left out, and months without a signed ALIS agreement are named. Each sum looks up its
    months, on a sheet of its own. Amounts come from the file's own rates ([[economy]]) and from nowhere else; what the
    municipality keeps of the grant is a rate, too.
    """
    if start > end:
        raise click.UsageError("--from comes after --to.")
    found, basis = open_with_instance(plan, instance)
    from scheduler.report.desk.money import file_name, grant_book, grant_notes  # needs a library that others do not
    from scheduler.report.words import Words

    words = Words(basis, console.lang)
    output = output or plan.with_name(file_name(words, "grant", start, end))
    require_suffix(output, (".xlsx",))
    warn(console, found)
    accounts = api.grant(found, start, end)
    with saving(console, output):
        write_file(output, grant_book(words, found.plan, accounts, found.standing))
    for line in grant_notes(words, accounts):
        console.line(line)
    console.say("written", path=output)
