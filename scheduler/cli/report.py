"""``alis report``: a plan as one page for the meeting, made anew from the plan file."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, require_suffix, saving, warn

REPORT_FILE = "report.html"
ANONYMOUS_FILE = "report-anonymous.html"


@click.command(
    cls=Command,
    examples=[
        "alis report reports/sarpsborg-2026/plan.json",
        "alis report plan.json -o meeting.html --anonymise --lang en",
    ],
)
@click.argument("plan", type=PATH)
@click.option("-o", "--output", type=OUTPUT, help="FILE.html  [default: report.html beside the plan]")
@click.option("--anonymise", is_flag=True, help="Ids without names.")
@click.option("--instance", type=PATH, help="The plan's instance, for a plan that does not carry its own.")
@click.pass_obj
def report(console: Console, plan: Path, output: Path | None, anonymise: bool, instance: Path | None) -> None:
    """Write PLAN (a plan.json) as one page that needs no other file: timeline, capacity, a part for each candidate.

    `alis plan` writes the same page beside the plan. It can be printed, and used with the keyboard alone.
    """
    output = output or plan.with_name(ANONYMOUS_FILE if anonymise else REPORT_FILE)
    require_suffix(output, (".html",))
    found, basis = open_with_instance(plan, instance)
    warn(console, found)
    from scheduler.report.html import write_report  # takes a second to load; nothing before this needs it

    with saving(console, output):
        write_report(
            basis, found.plan, output, console.lang, datetime.date.today(), anonymise=anonymise,
            standing=found.standing,
        )  # fmt: skip
    console.say("written", path=output)
