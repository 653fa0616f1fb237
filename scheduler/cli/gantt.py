"""``alis gantt``: a plan as a chart."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.api import Instance, Plan
from scheduler.cli.console import Command, CommandError, Console, ExitCode
from scheduler.cli.files import OUTPUT, PATH, open_with_instance, opened, require_suffix, saving, warn
from scheduler.cli.months import month_option
from scheduler.cli.own_part import municipality_option, named_after, own_part
from scheduler.instance.named import meant, named
from scheduler.instance.problems import shown
from scheduler.instance.spelling import Known, nearest
from scheduler.month import Month

if TYPE_CHECKING:
    from scheduler.report.gantt import By
    from scheduler.report.style import PaperName

SUFFIXES = (".png", ".pdf", ".svg")
ROWS = ("candidate", "arena", "group")
PAPERS = ("a3", "a4", "screen")


@click.command(
    cls=Command,
    examples=[
        "alis gantt reports/sarpsborg-2026/plan.json",
        "alis gantt plan.json -o arenas.pdf --by arena --paper a3",
        "alis gantt plan.json --anonymise --highlight A03 --from 2027-01",
        "alis gantt plan.json --before published/plan.json",
    ],
)
@click.argument("plan", type=PATH)
@click.option("-o", "--output", type=OUTPUT, help="FILE.png, .pdf or .svg  [default: gantt.png beside the plan]")
@click.option("--by", type=click.Choice(ROWS), default="candidate", show_default=True, help="What a row is.")
@click.option("--from", "first", metavar="MONTH", callback=month_option, help="First month shown, such as 2027-01.")
@click.option("--to", "last", metavar="MONTH", callback=month_option, help="Last month shown.")
@click.option("--paper", type=click.Choice(PAPERS), default="a3", show_default=True, help="Size of a page.")
@click.option("--anonymise", is_flag=True, help="K1, K2 ... instead of ids and names.")
@municipality_option
@click.option(
    "--highlight", "ids", metavar="ID", multiple=True,
    help="A candidate, or with --by arena an arena, by id or name; repeat it.",
)  # fmt: skip
@click.option("--before", "earlier", type=PATH, metavar="OLD_PLAN", help="An earlier plan: what moved since is marked.")
@click.option("--instance", type=PATH, help="The plan's instance, for a plan that does not carry its own.")
@click.pass_obj
def gantt(
    console: Console,
    plan: Path,
    output: Path | None,
    by: By,
    first: Month | None,
    last: Month | None,
    paper: PaperName,
    anonymise: bool,
    municipality: str | None,
    ids: tuple[str, ...],
    earlier: Path | None,
    instance: Path | None,
) -> None:
    """Draw PLAN (a plan.json) as a chart, months from left to right.

    A plan that needs several pages becomes one PDF, or numbered pictures.
    """
    output = output or named_after(plan.with_name(default_name(by, anonymise, earlier is not None)), municipality)
    require_suffix(output, SUFFIXES)
    found, basis = open_with_instance(plan, instance)
    before = None if earlier is None else opened(console, earlier).plan
    if municipality is not None:
        found, part = own_part(console, found, basis, municipality)
        basis, before = part.instance, None if before is None else part.of_plan(before)
    made = found.plan
    warn(console, found)
    _require_rotations(basis, made)
    _require_months(basis, made)
    highlight = _highlighted(basis, made, ids, by)
    start, end = _shown(basis, made, first, last)
    from scheduler.report.gantt import draw_gantt  # takes a second to load; nothing before this needs it

    with saving(console, output):
        written = draw_gantt(
            basis, made, output, by=by, start=start, end=end, paper=paper, lang=console.lang, anonymise=anonymise,
            today=datetime.date.today(), highlight=highlight, before=before,
            standing=found.standing,
        )  # fmt: skip
    for path in written:
        console.say("written", path=path)


def default_name(by: By, anonymise: bool, compared: bool = False) -> str:
    """``gantt.png``, ``gantt-arena.png``, ``gantt-anonymous.png``, ``gantt-changes.png`` …"""
    view = [] if by == "candidate" else [by]
    return "-".join(["gantt", *view, *(["changes"] * compared), *(["anonymous"] * anonymise)]) + ".png"


def _highlighted(instance: Instance, plan: Plan, ids: tuple[str, ...], by: By) -> list[str]:
    """The ids to highlight, one or several (``A01,A02``) an option; CommandError for one that is not in the chart."""
    people = [instance.candidates[entry.id] for entry in plan.candidates if entry.id in instance.candidates]
    known = named([*people, *(instance.arenas.values() if by == "arena" else ())])
    parts = [[option] if known.bearers(option) else option.split(",") for option in ids]  # a name may have a comma
    return [_one(part.strip(), known) for part in itertools.chain(*parts) if part.strip()]


def _one(word: str, known: Known) -> str:
    found = meant(word, known)
    if found is None:
        close = nearest(word, known)
        key = "no-such-id" if close is None else "no-such-id-near"
        raise CommandError(ExitCode.USAGE, key, found=shown(word), near=shown(close or ""))
    return found


def _require_rotations(instance: Instance, plan: Plan) -> None:
    """Raise CommandError if somebody wrote a rotation into the plan that there is not."""
    planned = {month.rotation for entry in plan.candidates for month in entry.months} - {None}
    unknown = sorted(shown(rotation) for rotation in planned - instance.rotations.keys())
    if unknown:
        raise CommandError(ExitCode.INPUT, "unknown-rotations", rotations=", ".join(unknown))


def _require_months(instance: Instance, plan: Plan) -> None:
    """Raise CommandError if somebody wrote a month into the plan that lies outside the horizon: charts have an end."""
    months = [month.month for entry in plan.candidates for month in entry.months]
    if not months or min(months) < instance.start or max(months) >= instance.end:
        raise CommandError(ExitCode.INPUT, "outside-horizon")


def _shown(
    instance: Instance, plan: Plan, first: Month | None, last: Month | None
) -> tuple[Month | None, Month | None]:
    """The months asked for, as far as there is anything to show, end exclusive; CommandError if there is nothing."""
    start = None if first is None else max(first, instance.start)
    end = None if last is None else min(last + 1, instance.end)
    begins = instance.start if start is None else start
    ends = max(entry.last + 1 for entry in plan.candidates if entry.months) if end is None else end
    if ends <= begins:
        raise CommandError(ExitCode.USAGE, "no-months")
    return start, end
