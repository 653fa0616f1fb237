"""``alis join``: municipalities' files as one region's."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, refuse_overwriting, require_suffix, saving
from scheduler.files import load_tree, read_instance
from scheduler.files.join import joined, part_of
from scheduler.files.schema import FileInstance
from scheduler.files.write import FORMATS, spelled
from scheduler.files.written import write_file


@click.command(
    cls=Command,
    examples=[
        "alis join sarpsborg.toml halden.toml moss.xlsx -o ostfold.toml",
        "alis join --prefix sarpsborg.toml halden.toml -o ostfold.toml",
        "alis join halden.toml moss.toml --shared G2027V -o ostfold.xlsx",
    ],
)
@click.argument("files", metavar="FILE…", type=PATH, nargs=-1, required=True)
@click.option("-o", "--output", metavar="REGION", type=OUTPUT, required=True, help="The region's file.")
@click.option("--shared", metavar="ID", multiple=True, help="An arena (id or name) or group that is one for all.")
@click.option("--prefix", is_flag=True, help="Rows with the same id get their municipality before it.")
@click.option("--force", is_flag=True, help="Write even if REGION is there; that one is kept under a new name.")
@click.pass_obj
def join(
    console: Console, files: tuple[Path, ...], output: Path, shared: tuple[str, ...], prefix: bool, force: bool
) -> None:
    """Join municipalities' files into one region's, REGION (.toml, .json or .xlsx).

    Each file is one municipality, called as the file is. Hospitals are one and the same wherever they have one id or
    name, and so is what --shared names; where the files say other things of them, that is told and the first one holds.
    Other rows with one id are told, and nothing is written (exit code 3) unless --prefix is given. Candidates keep to
    the rotations, requirements and duty roster of their own file.
    """
    require_suffix(output, FORMATS)
    refuse_overwriting(output, force)
    region = joined([part_of(path.stem, load_tree(path)) for path in files], output.stem, shared, prefix)
    read_instance(region.tree, output.stem, source=str(output))
    with saving(console, output):
        write_file(
            output, spelled(FileInstance.model_validate(region.tree), output.suffix, None, console.lang), ours=False
        )
    for told in region.told:
        console.line(told.said(console.lang))
    console.say("written", path=output)
