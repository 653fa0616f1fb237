"""``alis report``: a plan as one page for the meeting, made anew from the plan file."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from scheduler.api import Instance, OpenedPlan
from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, require_suffix, saving, warn
from scheduler.cli.own_part import municipality_option, named_after, own_part

REPORT_FILE = "report.html"
ANONYMOUS_FILE = "report-anonymous.html"


@click.command(
    cls=Command,
    examples=[
        "alis report reports/sarpsborg-2026/plan.json",
        "alis report plan.json -o meeting.html --anonymise --lang en",
        "alis report ostfold.json --municipality halden -o halden.xlsx",
    ],
)
@click.argument("plan", type=PATH)
@click.option("-o", "--output", type=OUTPUT, help="FILE.html or .xlsx  [default: report.html beside the plan]")
@click.option("--anonymise", is_flag=True, help="Ids without names.")
@municipality_option
@click.option("--instance", type=PATH, help="The plan's instance, for a plan that does not carry its own.")
@click.pass_obj
def report(
    console: Console,
    plan: Path,
    output: Path | None,
    anonymise: bool,
    municipality: str | None,
    instance: Path | None,
) -> None:
    """Write PLAN (a plan.json) as one page that needs no other file: timeline, capacity, a part for each candidate.

    `alis plan` writes the same page beside the plan. It can be printed, and used with the keyboard alone. With
    -o FILE.xlsx the workbook is written instead.
    """
    output = output or named_after(plan.with_name(ANONYMOUS_FILE if anonymise else REPORT_FILE), municipality)
    require_suffix(output, (".html",) if anonymise else (".html", ".xlsx"))
    found, basis = open_with_instance(plan, instance)
    if municipality is not None:
        found, part = own_part(console, found, basis, municipality)
        basis = part.instance
    warn(console, found)
    with saving(console, output):
        _write(console, found, basis, output, anonymise)
    console.say("written", path=output)


def _write(console: Console, found: OpenedPlan, basis: Instance, output: Path, anonymise: bool) -> None:
    """The page, or the workbook, as the file's name says."""
    if output.suffix.lower() == ".xlsx":
        from scheduler.report.workbook import write_workbook  # neither is needed before, nor both

        carried = found.plan.instance.model_copy(update={"source": basis.source})
        whole = found.plan.model_copy(update={"instance": carried})
        write_workbook(basis, whole, output, console.lang, standing=found.standing)
        return
    from scheduler.report.html import write_report  # takes a second to load; nothing before this needs it

    today = datetime.date.today()
    write_report(basis, found.plan, output, console.lang, today, anonymise=anonymise, standing=found.standing)
