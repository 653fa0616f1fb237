"""``alis diff``: what moved between two plans, for whom, and what it cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scheduler import api
from scheduler.cli.console import Command, Console
from scheduler.cli.files import PATH, opened
from scheduler.cli.replan import gone_option
from scheduler.report.lines.difference import diff_lines, names_of
from scheduler.report.standing import PlanStanding

DIFFERENT = 1


@click.command(
    cls=Command,
    examples=[
        "alis diff reports/spring/plan.json reports/autumn/plan.json",
        "alis diff old.json new.json --json > difference.json",
        "alis diff old.json new.json --exit-code --quiet",
    ],
)
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@gone_option
@click.option("--json", "as_json", is_flag=True, help="Write the differences to stdout as JSON.")
@click.option("--exit-code", is_flag=True, help="End with 1 if anything is different.")
@click.pass_obj
@click.pass_context
def diff(
    ctx: click.Context,
    console: Console,
    old: Path,
    new: Path,
    gone: tuple[str, ...],
    as_json: bool,
    exit_code: bool,
) -> None:
    """List what moved from plan OLD to plan NEW, for whom, and what it cost.

    Ids that rows of NEW's instance had before (`formerly`) are those of today. Where one of the plans begins later,
    what lies before its first month has been served and is left alone.

    Exit code 0; with --exit-code 1 if the plans are different.
    """
    before, after = opened(console, old), opened(console, new)
    found = api.diff(before, after, gone=gone)
    standings = (before.standing, after.standing)
    if as_json:
        standing = dict(zip(("before", "after"), map(_standing_tree, standings), strict=True))
        console.result(json.dumps({**found.as_tree(), "standing": standing}, ensure_ascii=False, indent=1) + "\n")
    else:
        for line in diff_lines(found, names_of(before.instance, after.instance), console.lang, standings):
            console.line(line)
    ctx.exit(DIFFERENT if exit_code and not found.same else 0)


def _standing_tree(standing: PlanStanding) -> dict[str, Any]:
    return {"standing": standing.kind.value, "broken": len(standing.violations)}
