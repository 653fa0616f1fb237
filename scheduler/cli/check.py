"""``alis check``: everything that is wrong with an instance or with a plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from scheduler import api
from scheduler.api import Findings, InputError, Violation, load, read_plan
from scheduler.cli.console import Command, Console, ExitCode
from scheduler.cli.files import PATH, naming
from scheduler.cli.months import month_option
from scheduler.cli.replan import gone_option
from scheduler.month import Month, format_month, this_month
from scheduler.report.lines.draft import draft_lines

OF_A_PLAN = ("violations", "reported", "recounted")
MOST_LINES = 30  # of those that are not wrong; the JSON has all of them


@click.command(
    cls=Command,
    examples=[
        "alis check sarpsborg.toml",
        "alis check sarpsborg.toml plan.xlsx",
        "alis check sarpsborg.toml published/plan.json --freeze-to 2027-03",
        "alis check --lang en --json sarpsborg.toml > problems.json",
    ],
)
@click.argument("instance", type=PATH)
@click.argument("plan", type=PATH, required=False)
@click.option(
    "--freeze-to",
    metavar="MONTH",
    callback=month_option,
    help="For a plan made for other data: groups begun by this month are kept  [default: this month]",
)
@gone_option
@click.option("--json", "as_json", is_flag=True, help="Write the findings to stdout as JSON.")
@click.pass_obj
@click.pass_context
def check(
    ctx: click.Context,
    console: Console,
    instance: Path,
    plan: Path | None,
    freeze_to: Month | None,
    gone: tuple[str, ...],
    as_json: bool,
) -> None:
    """List all problems of INSTANCE in one pass, or every rule that PLAN breaks.

    PLAN is a plan.json, or a plan.xlsx that may have been edited by hand. The check of a plan is independent of the
    solver: plain arithmetic on every rule and every figure. Where PLAN was made for other data, its figures are
    reckoned again with INSTANCE, and told; only the rules that it breaks are wrong.

    Exit code 0: nothing wrong (remarks may be given). 3: the instance has problems, or the plan breaks rules, or is
    only a draft (draft.json): then who is not placed is told, and what is in the way.
    """
    findings: dict[str, Any] = {name: [] for name in ("problems", "remarks", "matching", *OF_A_PLAN)}
    frozen = this_month() if freeze_to is None else freeze_to
    try:
        wrong = _look(console, instance, plan, {"freeze_to": frozen, "gone": gone}, findings)
    except InputError as error:
        findings["problems"] = [problem.as_dict(console.lang) for problem in error.problems]
        console.problems(error.problems, error.source)
        wrong = True
    if as_json:
        console.result(json.dumps(findings, ensure_ascii=False, indent=1) + "\n")
    ctx.exit(ExitCode.INPUT if wrong else ExitCode.DONE)


def _look(
    console: Console, instance_path: Path, plan_path: Path | None, asked: dict[str, Any], findings: dict[str, Any]
) -> bool:
    """Tell what is found and note it in ``findings``; True if anything is wrong."""
    instance = load(instance_path)
    findings["remarks"] = [remark.as_dict(console.lang) for remark in instance.remarks]
    if plan_path is None:
        console.line(console.text("instance-fine", number=len(instance.candidates), path=instance_path))
        console.remarks(instance.remarks)
        return False
    plan = read_plan(plan_path)
    with naming(plan_path):
        found = api.check(instance, plan, **asked)
    if plan.draft is not None:
        for line in draft_lines(plan.draft, console.lang):
            console.line(line)
    for name in OF_A_PLAN:
        findings[name] = _listed(getattr(found, name), console)
    findings["matching"] = [told.said(console.lang) for told in found.matching]
    _tell_what_is_not_wrong(console, found)
    if found.violations:
        console.violations(found.violations)
        return True
    if plan.draft is not None:
        return True
    console.line(console.text("plan-fine", number=len(plan.candidates), path=plan_path))
    return False


def _tell_what_is_not_wrong(console: Console, found: Findings) -> None:
    """Figures that are different with these data, then what the rules report and do not enforce."""
    if found.other_data and not found.recounted:
        console.say("recounted-none")
    for heading, lines in (
        ("recounted", [violation.sentence(console.lang) for violation in found.recounted]),
        ("matching", [told.said(console.lang) for told in found.matching]),
        ("remarks", [f"{violation.rule}: {violation.sentence(console.lang)}" for violation in found.reported]),
    ):
        if lines:
            console.line(console.text(heading, number=len(lines)))
        for line in lines[:MOST_LINES]:
            console.line(f"  {line}")
        if len(lines) > MOST_LINES:
            console.line(console.text("more-findings", number=len(lines) - MOST_LINES))


def _listed(violations: Sequence[Violation], console: Console) -> list[dict[str, str | None]]:
    """Violations for a JSON listing, months inclusive at both ends."""
    return [
        {
            "rule": violation.rule,
            "candidate": violation.candidate,
            "subject": violation.subject,
            "from": None if violation.start is None else format_month(violation.start),
            "to": None
            if violation.start is None
            else format_month(violation.start if violation.end is None else violation.end - 1),
            "text": violation.sentence(console.lang),
        }
        for violation in violations
    ]
