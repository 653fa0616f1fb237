"""``alis explain``: what stands against a plan, what would make one, and why a candidate is not in a rotation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from scheduler import api
from scheduler.api import LIMITS, Instance, load
from scheduler.cli.console import Command, CommandError, Console, ExitCode, begin
from scheduler.cli.files import PATH, opened
from scheduler.cli.months import month_option
from scheduler.cli.searching import Searching, searching_options
from scheduler.month import Month
from scheduler.report.lines.summary import explanation_lines
from scheduler.report.lines.why_not import why_not_lines, why_not_tree
from scheduler.texts import text

if TYPE_CHECKING:
    from scheduler import Stop


@click.command(
    cls=Command,
    examples=[
        "alis explain my-municipality.toml",
        "alis explain my-municipality.toml --workers 1 --seed 7 --json > why.json",
        "alis explain my.toml --candidate A07 --rotation sykehus --from 2027-03",
        "alis explain my.toml --candidate A07 --rotation kad4 --from 2028-01 --json",
    ],
)
@click.argument("instance", type=PATH)
@click.option("--candidate", metavar="ID", help="Why is this candidate (id or name) not ...")
@click.option("--rotation", metavar="ID", help="... in this rotation ...")
@click.option("--from", "start", metavar="MONTH", callback=month_option, help="... from this month ...")
@click.option(
    "--to", "end", metavar="MONTH", callback=month_option, help="... to this month  [default: its shortest block]"
)
@click.option("--plan", "plan_path", metavar="PLAN", type=PATH, help="Compare with this plan  [default: make one]")
@searching_options(
    LIMITS.explain_s, "Seconds to search at most; what is not known by then is told as not known.", least=1
)
@click.option("--json", "as_json", is_flag=True, help="Write the explanation to stdout as JSON.")
@click.pass_obj
def explain(
    console: Console,
    instance: Path,
    candidate: str | None,
    rotation: str | None,
    start: Month | None,
    end: Month | None,
    plan_path: Path | None,
    searching: Searching,
    as_json: bool,
) -> None:
    """Say what stands against a plan for INSTANCE, and which changes would make one.

    The causes are the smallest sets of rules that cannot hold together, with names, months and numbers. Each change
    is tried out before it is told, and is written so that `alis whatif` takes it. The law is never changed.

    With --candidate, --rotation and --from: why the candidate is not there then. Which rules forbid it, or whom it
    would cost how much. Where there is no plan at all, that is told instead.

    Exit code 0: there is a plan. 4: proved impossible, explained. 5: not known in the time given.
    """
    asked = [candidate, rotation, start]
    if any(option is not None for option in [*asked, end, plan_path]) and None in asked:
        raise click.UsageError("--candidate, --rotation and --from go together.")
    basis = load(instance)
    stop = begin(searching.time_limit)
    search: Any = {"stop": stop, **searching.search(console.lang)}
    with stop.on_interrupt():
        if candidate is None or rotation is None or start is None:
            _explain_all(console, basis, instance, search, as_json)
        else:
            plan = None if plan_path is None else opened(console, plan_path, basis)
            answer = api.why_not(basis, candidate, rotation, start, end, plan=plan, **search)
            for line in why_not_lines(basis, answer, console.lang):
                console.insist(line)
            if as_json:
                _json(console, why_not_tree(basis, answer, console.lang))
            if answer.no_plan is not None:
                _tell_against(console, answer.no_plan, instance)
            if answer.possible is None:
                _not_known(console, stop)


def _explain_all(console: Console, instance: Instance, path: Path, search: Any, as_json: bool) -> None:
    found = api.explain(instance, **search)
    if as_json:
        _json(console, {"status": found.status.value, "explanation": found.told})
    if found.told is not None:
        _tell_against(console, found.told, path)
    elif found.status.has_plan:
        console.line(text("explain.plan-exists", console.lang))
    else:
        _not_known(console, search["stop"])


def _tell_against(console: Console, told: Mapping[str, Any], path: Path) -> NoReturn:
    """What stands against a plan, and what would make one; CommandError with how sure that is."""
    for line in explanation_lines(told, console.lang):
        console.insist(line)
    tell_how(console, told, path)
    if told["certainty"] == "proved":
        raise CommandError(ExitCode.IMPOSSIBLE, "impossible")
    raise CommandError(ExitCode.NO_PLAN_IN_TIME, "likely-impossible")


def _json(console: Console, tree: dict[str, Any]) -> None:
    console.result(json.dumps(tree, ensure_ascii=False, indent=1) + "\n")


def _not_known(console: Console, stop: Stop) -> None:
    if stop.asked:
        raise CommandError(ExitCode.STOPPED, "stopped")
    raise CommandError(ExitCode.NO_PLAN_IN_TIME, "not-known-in-time")


def tell_how(console: Console, explanation: Mapping[str, Any], path: Path) -> None:
    """The command that tries the first remedy out."""
    verified = [remedy["inline"] for remedy in explanation["remedies"] if remedy["verified"]]
    first = next((changes for changes in verified if all('"' not in change for change in changes)), None)
    if first is not None:
        together = "; ".join(first)  # one scenario: several would be tried one by one
        console.line(text("explain.try-it", console.lang, path=path, changes=f'"{together}"'))
