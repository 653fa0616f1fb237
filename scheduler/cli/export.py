"""``alis export``: a plan's tables as files for spreadsheets and statistics."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, opened, require_folder, saving

FOLDER = "tables"


@click.command(
    cls=Command,
    examples=[
        "alis export reports/sarpsborg-2026/plan.json",
        "alis export plan.json -o tables --lang en",
    ],
)
@click.argument("plan", type=PATH)
@click.option("-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write  [default: tables/ beside]")
@click.pass_obj
def export(console: Console, plan: Path, folder: Path | None) -> None:
    """Write PLAN (a plan.json or plan.xlsx) as tables: months, blocks, service, shifts and supervisors.

    One file each (.csv), a row a month, a block or a period, the candidate's id first. Columns are parted as
    spreadsheets of the language expect it: by semicolons, with decimal commas; with --lang en by commas, with
    points. The heads are the same in both. Ids stand for people; names are in the instance.
    """
    folder = folder or plan.with_name(FOLDER)
    found = opened(console, plan)
    require_folder(folder)
    from scheduler.report.frame_files import write_frames  # takes half a second to load

    with saving(console, folder):
        written = write_frames(found.plan, folder, console.lang)
    for path in written:
        console.say("written", path=path)
