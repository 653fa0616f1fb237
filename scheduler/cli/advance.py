"""``alis advance``: an instance file rolled on to a later month."""

from __future__ import annotations

import re
from pathlib import Path

import click

from scheduler import api
from scheduler.api import load
from scheduler.cli.console import Command, Console
from scheduler.cli.files import OUTPUT, PATH, naming, opened, refuse_overwriting, require_suffix, saving, slug
from scheduler.cli.months import month_option
from scheduler.files.schema import FileInstance
from scheduler.files.write import FORMATS, spelled
from scheduler.files.written import write_file
from scheduler.month import Month, format_month
from scheduler.report.archive import read_archive, with_finished

_OF_A_MONTH = re.compile(r"-\d{4}-\d{2}$")


@click.command(
    cls=Command,
    examples=[
        "alis advance our.toml reports/our/plan.json --to 2027-03",
        "alis advance our.xlsx plan.json --to 2027-09 -o our-autumn.xlsx",
        "alis advance our-2027-03.toml plan.json --to 2027-09 --archive done.json",
    ],
)
@click.argument("instance", type=PATH)
@click.argument("plan", type=PATH)
@click.option(
    "--to", "month", metavar="MONTH", callback=month_option, required=True, help="The first month that is planned anew."
)
@click.option(
    "-o", "--output", "target", metavar="FILE", type=OUTPUT, help="The new file  [default: INSTANCE's name and MONTH]"
)
@click.option(
    "--archive", metavar="FILE", type=OUTPUT, help="Where those who are done go  [default: NAME-archive.json beside it]"
)
@click.option("--force", is_flag=True, help="Write even if the file is there; that one is kept under a new name.")
@click.pass_obj
def advance(
    console: Console, instance: Path, plan: Path, month: Month, target: Path | None, archive: Path | None, force: bool
) -> None:
    """Roll INSTANCE on to a month: what PLAN says of the months before it has been served.

    These months become rows of `served`, and the horizon begins in MONTH and ends where it did. Credit, blocks and
    goals follow from the rows. Who is done leaves the file for an archive, from which `alis documents` writes the
    confirmation of service. Comments of a .toml file stay. Planned again with `--baseline PLAN`, nothing moves.

    Nothing is overwritten: INSTANCE stays as it is, and the new file has a name of its own.
    """
    stem = _OF_A_MONTH.sub("", instance.stem)
    target = target or instance.with_name(f"{stem}-{format_month(month)}{instance.suffix}")
    require_suffix(target, FORMATS)
    refuse_overwriting(target, force)
    basis = load(instance)
    archive = archive or target.with_name(f"{slug(basis.name)}-archive.json")
    require_suffix(archive, (".json",))
    published = opened(console, plan)
    with naming(plan):
        rolled = api.advance(basis, published, month)
    kept = read_archive(archive)
    content = spelled(FileInstance.model_validate(rolled.instance.source), target.suffix, instance, console.lang)
    for told in rolled.told:
        console.line(told.said(console.lang))
    with saving(console, target):
        if rolled.finished is not None:
            write_file(archive, with_finished(kept, rolled.finished))
        write_file(target, content, ours=False)
    people = [] if rolled.finished is None else rolled.finished.candidates
    done = [entry.id for entry in people if entry.until is None]
    left = [entry.id for entry in people if entry.until is not None]
    for key, who in (("advance-finished", done), ("advance-left", left)):
        if who:
            console.line(console.text(key, number=len(who), who=", ".join(who), path=archive))
    console.say("written", path=target)
