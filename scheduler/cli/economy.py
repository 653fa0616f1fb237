"""``alis economy``: what each ALIS costs and brings in a year."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler import api
from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, require_suffix, saving, warn
from scheduler.files.written import write_file


@click.command(
    cls=Command,
    examples=[
        "alis economy plan.json --year 2027",
        "alis economy plan.json --year 2027 --year 2028 -o budget.xlsx",
    ],
)
@click.argument("plan", type=PATH)
@click.option(
    "--year", "years", metavar="YEAR", type=click.IntRange(1990, 2200), required=True, multiple=True,
    help="The calendar year; repeat it for several.",
)  # fmt: skip
@click.option("--instance", type=PATH, help="The file of today, with agreements and rates since the plan was made.")
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, help="FILE.xlsx  [default: beside the plan]")
@click.pass_obj
def economy(console: Console, plan: Path, years: tuple[int, ...], instance: Path | None, output: Path | None) -> None:
    """Write costs and income for each ALIS and year of PLAN, by the file's own rates ([[economy]]).

    A sheet for each year, the months behind it, and the rates with their sources. Without a rate there are no amounts.
    """
    found, basis = open_with_instance(plan, instance)
    from scheduler.report.desk.money import economy_book, economy_lines, file_name  # needs a library others do not
    from scheduler.report.words import Words

    words = Words(basis, console.lang)
    output = output or plan.with_name(file_name(words, "economy"))
    require_suffix(output, (".xlsx",))
    warn(console, found)
    by_year = {year: api.economy(found, year) for year in sorted(set(years))}
    with saving(console, output):
        write_file(output, economy_book(words, found.plan, by_year, found.standing))
    for line in economy_lines(words, by_year):
        console.line(line)
    console.say("written", path=output)
