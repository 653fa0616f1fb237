"""``alis convert``: the same instance in another spelling."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, Console, writing
from scheduler.cli.files import PATH, refuse_overwriting, require_suffix
from scheduler.instance import load_tree
from scheduler.instance.write import to_json, to_toml
from scheduler.plan import write_atomically

_WRITERS = {".toml": to_toml, ".json": to_json}


@click.command(
    cls=Command,
    short_help="Write an instance in another format.",
    examples=[
        "alis convert sarpsborg.toml sarpsborg.json",
        "alis convert --force sarpsborg.json sarpsborg.toml",
    ],
)
@click.argument("source", metavar="A", type=PATH)
@click.argument("target", metavar="B", type=PATH)
@click.option("--force", is_flag=True, help="Overwrite B if it is there already.")
@click.pass_obj
def convert(console: Console, source: Path, target: Path, force: bool) -> None:
    """Write the instance A as B, in the format that B's name ends in: .toml or .json.

    Nothing is lost but comments. The form of A is checked; its meaning is what `alis check` is for.
    """
    require_suffix(target, tuple(_WRITERS))
    refuse_overwriting(target, force)
    content = _WRITERS[target.suffix.lower()](load_tree(source))
    with writing(target):
        write_atomically(target, content)
    console.say("written", path=target)
