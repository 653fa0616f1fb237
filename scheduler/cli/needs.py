"""``alis needs``: the places that plans need in an arena outside the municipality."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.console import Command, CommandError, Console, ExitCode
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, require_suffix, saving, slug, warn
from scheduler.files.written import write_file
from scheduler.instance.named import likely, meant, named
from scheduler.instance.problems import shown
from scheduler.texts import text


@click.command(
    cls=Command,
    examples=[
        "alis needs plan.json --arena sykehus",
        "alis needs town/plan.json village/plan.json --arena sykehus",
    ],
)
@click.argument("plans", type=PATH, nargs=-1, required=True, metavar="PLAN...")
@click.option("--arena", "word", metavar="ID", required=True, help="The arena, by id or name: the hospital, say.")
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, help="FILE.xlsx  [default: beside the first plan]")
@click.pass_obj
def needs(console: Console, plans: tuple[Path, ...], word: str, output: Path | None) -> None:
    """Write the places that PLAN needs in an arena, by half-year: a list to register where places are given out.

    A row for each stay with its window, and the number of stays by half-year and municipality; each plan is one
    municipality's. Candidates are told by id, without names.
    """
    opened = [open_with_instance(path, None) for path in plans]
    from scheduler.report.desk.needs import needs as needed  # needs a library that others do not
    from scheduler.report.desk.needs import needs_book, needs_lines
    from scheduler.report.words import Words

    found, name = [], word
    for each, basis in opened:
        warn(console, each)
        known = named(basis.arenas.values())
        arena = meant(word, known)
        if arena is None:
            raise CommandError(ExitCode.USAGE, "needs-arena", found=shown(word), nearest=likely(word, known))
        name = basis.arenas[arena].name
        found += needed(basis, each.plan, arena)
    first, basis = opened[0]
    output = output or plans[0].with_name(text("needs.file", console.lang, arena=slug(word)))
    require_suffix(output, (".xlsx",))
    with saving(console, output):
        write_file(output, needs_book(Words(basis, console.lang), found, name, first.standing))
    for line in needs_lines(found, console.lang, name):
        console.line(line)
    console.say("written", path=output)
