"""``alis paths``: clearly different paths for one candidate, drawn under each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scheduler import api
from scheduler.api import LIMITS, Instance, Paths, load, open_plan
from scheduler.cli.console import Command, Console, begin
from scheduler.cli.files import OUTPUT, PATH, require_suffix, saving
from scheduler.cli.plan import made_first
from scheduler.cli.searching import Searching, searching_options
from scheduler.month import this_month
from scheduler.report.lines.paths import path_title, paths_lines
from scheduler.texts import text

SUFFIXES = (".png", ".pdf", ".svg")


@click.command(
    cls=Command,
    examples=[
        "alis paths my-municipality.toml A05 -n 4 --plan plan.json",
        "alis paths my-municipality.toml A05 -n 3 --apart 24 --free -o a05.png",
    ],
)
@click.argument("instance", type=PATH)
@click.argument("candidate")
@click.option(
    "-n", "number", metavar="K", type=click.IntRange(1, 20), default=LIMITS.paths, show_default=True, help="How many."
)
@click.option("--plan", "plan_path", metavar="PLAN", type=PATH, help="The plan of the others  [default: one is made]")
@click.option(
    "--apart", metavar="M", type=click.IntRange(1, 600), default=LIMITS.paths_apart, show_default=True,
    help="Months in which two paths differ at least.",
)  # fmt: skip
@click.option("--free", is_flag=True, help="Let the others make way, instead of holding them at the plan.")
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, help="The chart  [default: paths-<candidate>.png]")
@searching_options(LIMITS.paths_s, "Seconds to search at most.")
@click.option("--json", "as_json", is_flag=True, help="Write the paths to stdout as JSON.")
@click.pass_obj
def paths(
    console: Console,
    instance: Path,
    candidate: str,
    number: int,
    plan_path: Path | None,
    apart: int,
    free: bool,
    output: Path | None,
    searching: Searching,
    as_json: bool,
) -> None:
    """Find K clearly different paths for CANDIDATE of INSTANCE: the plan's own, and the best ones far enough from it.

    The others stay as they are in the plan, or with --free make way. Each path is told with what it costs and for whom,
    and all are drawn under each other in one chart.
    """
    basis = load(instance)
    candidate = api.candidate_id(basis, candidate)
    output = output or Path(f"paths-{candidate}.png")
    require_suffix(output, SUFFIXES)
    stop = begin(searching.time_limit)
    with stop.on_interrupt():
        plan = open_plan(plan_path, basis) if plan_path else made_first(console, basis, stop, searching)
        console.line(text("paths.looking", console.lang, n=number, who=candidate, apart=apart))
        search: Any = {"number": number, "apart": apart, "free": free, "stop": stop, **searching.search(console.lang)}
        found = api.alternatives(basis, candidate, plan=plan, **search)
    for line in paths_lines(found, number, console.lang):
        console.line(line)
    _draw(console, basis, found, output)
    if as_json:
        paths = [cost.as_tree() for cost in found.costs]
        tree = {"candidate": candidate, "apart": apart, "free": free, "paths": paths}
        console.result(json.dumps(tree, ensure_ascii=False, indent=1) + "\n")


def _draw(console: Console, instance: Instance, found: Paths, output: Path) -> None:
    from scheduler.report.gantt import draw_paths

    titles = [path_title(cost, console.lang) for cost in found.costs]
    entries = [cost.entry for cost in found.costs]
    with saving(console, output):
        written = draw_paths(instance, entries, output, console.lang, titles, today=this_month())
    for path in written:
        console.say("written", path=path)
