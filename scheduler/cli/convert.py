"""``alis convert``: the same instance in another spelling."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.api import InputError
from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, refuse_overwriting, require_suffix, saving
from scheduler.files import load_tree
from scheduler.files.write import FORMATS, spelled
from scheduler.files.written import write_file


@click.command(
    cls=Command,
    examples=[
        "alis convert sarpsborg.toml sarpsborg.json",
        "alis convert --force sarpsborg.json sarpsborg.toml",
        "alis convert --lang en sarpsborg.toml sarpsborg.xlsx",
    ],
)
@click.argument("source", metavar="A", type=PATH)
@click.argument("target", metavar="B", type=OUTPUT)
@click.option("--force", is_flag=True, help="Write even if B is there; that one is kept under a new name.")
@click.pass_obj
def convert(console: Console, source: Path, target: Path, force: bool) -> None:
    """Write the instance A as B, in the format that B's name ends in: .toml, .json or .xlsx.

    Nothing is lost; comments stay where both are .toml. A workbook's titles are in the language of --lang; both
    languages are read. The form of A is checked; its meaning is what `alis check` is for.
    """
    require_suffix(target, FORMATS)
    refuse_overwriting(target, force)
    file = load_tree(source)
    try:
        content = spelled(file, target.suffix, source, console.lang)
    except InputError as error:  # what no workbook can hold is a problem of the source
        raise InputError(error.problems, str(source)) from None
    with saving(console, target):
        write_file(target, content, ours=False)
    console.say("written", path=target)
