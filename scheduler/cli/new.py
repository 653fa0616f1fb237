"""``alis new``: a filled-in instance to edit."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, refuse_overwriting, require_suffix, saving
from scheduler.files import bundled_instance_path, load_tree
from scheduler.files.blank import blank_instance, blank_text
from scheduler.files.remarked import example_in
from scheduler.files.write import spelled, to_workbook
from scheduler.files.written import write_file
from scheduler.texts import Language


@click.command(
    cls=Command,
    examples=[
        "alis new my-municipality.xlsx",
        "alis new my-municipality.toml",
        "alis new --empty my-municipality.xlsx",
        "alis new --force my-municipality.toml",
    ],
)
@click.argument("file", metavar="FILE.xlsx|.toml", type=OUTPUT)
@click.option(
    "--empty", is_flag=True, help="Start from nothing: no arenas and no candidates, only what is to be filled in."
)
@click.option("--force", is_flag=True, help="Write even if the file is there; that one is kept under a new name.")
@click.pass_obj
def new(console: Console, file: Path, empty: bool, force: bool) -> None:
    """Write a filled-in instance to edit: Sarpsborg's arenas and rules, invented candidates.

    A workbook (.xlsx) has a sheet for each table, drop-downs and a page that says how to fill it in, in the language of
    --lang. The text file (.toml) has comments: lines marked "default to edit" are the first to look at; in a workbook
    they are notes. With --empty the sheets, or the tables, are there with nothing in them.
    """
    require_suffix(file, (".xlsx", ".toml"))
    refuse_overwriting(file, force)
    content = _content(file.suffix.lower() == ".xlsx", empty, console.lang)
    with saving(console, file):
        write_file(file, content, ours=False)
    console.say("new-written", path=file)


def _content(as_workbook: bool, empty: bool, lang: Language) -> str | bytes:
    """The bundled instance, or one from the same month on with nothing in it."""
    bundled = bundled_instance_path()
    if not (as_workbook or empty):
        return example_in(bundled.read_text(encoding="utf-8"), lang)
    file = load_tree(bundled)
    if empty:
        file = blank_instance(file)
        return to_workbook(file, lang) if as_workbook else blank_text(file, lang)
    return spelled(file, ".xlsx", bundled, lang)
