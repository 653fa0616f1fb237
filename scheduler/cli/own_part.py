"""``--municipality``: a region's plan with only one municipality's own names in it."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.api import Instance, OpenedPlan
from scheduler.cli.console import CommandError, Console, ExitCode
from scheduler.cli.files import slug
from scheduler.instance.problems import shown
from scheduler.instance.spelling import Known
from scheduler.report.own_part import OwnPart
from scheduler.report.plan_file import opened

municipality_option = click.option(
    "--municipality", metavar="ID",
    help="Of a region only this municipality (id or name); others' names and ids are left out.",
)  # fmt: skip


def own_part(console: Console, found: OpenedPlan, basis: Instance, word: str) -> tuple[OpenedPlan, OwnPart]:
    """The plan and its data as the municipality is shown them; CommandError for one that the plan's data have not."""
    part = OwnPart(basis, found.plan, meant(basis, word), console.lang)
    return opened(part.of_plan(found.plan), part.instance, found.path), part


def named_after(path: Path, municipality: str | None) -> Path:
    """A file or folder with the municipality in its name, so that it takes no other one's place."""
    return path if municipality is None else path.with_name(f"{path.stem}-{slug(municipality)}{path.suffix}")


def meant(basis: Instance, word: str) -> str:
    """The municipality of a region that is meant by its id or name; CommandError for one that there is not."""
    rows = basis.municipalities.values()
    bearers = Known((row.id, row.name) for row in rows).bearers(word)
    if len(bearers) == 1:
        return bearers[0]
    known = ", ".join(shown(row.id) for row in rows)
    key = "no-such-municipality" if known else "no-municipalities"
    raise CommandError(ExitCode.USAGE, key, found=shown(word), known=known)
