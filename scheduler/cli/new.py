"""``alis new``: a filled-in instance to edit."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, refuse_overwriting, require_suffix, saving
from scheduler.files import bundled_instance_path, load_tree
from scheduler.files.write import to_workbook
from scheduler.files.written import write_file


@click.command(
    cls=Command,
    examples=[
        "alis new my-municipality.xlsx",
        "alis new my-municipality.toml",
        "alis new --force my-municipality.toml",
    ],
)
@click.argument("file", metavar="FILE.xlsx|.toml", type=OUTPUT)
@click.option("--force", is_flag=True, help="Write even if the file is there; that one is kept under a new name.")
@click.pass_obj
def new(console: Console, file: Path, force: bool) -> None:
    """Write a filled-in instance to edit: Sarpsborg's arenas and rules, invented candidates.

    A workbook (.xlsx) has a sheet for each table, drop-downs and a page that says how to fill it in, in the language of
    --lang. The text file (.toml) has comments: lines marked "default to edit" are the first to look at.
    """
    require_suffix(file, (".xlsx", ".toml"))
    refuse_overwriting(file, force)
    bundled = bundled_instance_path()
    as_workbook = file.suffix.lower() == ".xlsx"
    content = to_workbook(load_tree(bundled), console.lang) if as_workbook else bundled.read_bytes()
    with saving(console, file):
        write_file(file, content, ours=False)
    console.say("new-written", path=file)
