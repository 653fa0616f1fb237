"""``alis new``: a filled-in instance to edit."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, Console, writing
from scheduler.cli.files import PATH, refuse_overwriting, require_suffix
from scheduler.instance import bundled_instance_path
from scheduler.plan import write_atomically


@click.command(
    cls=Command,
    short_help="Write a filled-in instance to edit.",
    examples=[
        "alis new my-municipality.toml",
        "alis new --force my-municipality.toml",
    ],
)
@click.argument("file", metavar="FILE.toml", type=PATH)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there already.")
@click.pass_obj
def new(console: Console, file: Path, force: bool) -> None:
    """Write a filled-in instance to edit: Sarpsborg's arenas and rules, invented candidates, with comments.

    Lines marked "default to edit" are the first to look at.
    """
    require_suffix(file, (".toml",))
    refuse_overwriting(file, force)
    with writing(file):
        write_atomically(file, bundled_instance_path().read_bytes())
    console.say("new-written", path=file)
