"""``alis plan``: the main job, from an instance to a checked plan and its chart."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.check import check_plan
from scheduler.cli.console import Command, CommandError, Console, ExitCode, RejectedError, interrupts_wait, writing
from scheduler.cli.files import OUTPUT, PATH, Tree, read_source, require_folder, slug, telling_kept
from scheduler.cli.progress import Teller
from scheduler.cli.replan import Replanning, allowed, guard_options, month_option
from scheduler.cli.report import REPORT_FILE
from scheduler.cli.searching import Searching, searching_options
from scheduler.cli.summary import tell_explanation, tell_plan
from scheduler.files import bundled_instance_path
from scheduler.files.written import remove_file, write_file
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan, Status
from scheduler.report.standing import PlanStanding

if TYPE_CHECKING:
    from scheduler.solver.engine import Stop

SECONDS_TO_EXPLAIN = 60.0  # once it is known that there is no plan
PLAN_FILE = "plan.json"
CHART_FILE = "gantt.png"
WORKBOOK_FILE = "plan.xlsx"
_FURTHER_PAGE = re.compile(r"gantt-\d+\.png")


@click.command(
    cls=Command,
    short_help="Make a plan, and its chart.",
    examples=[
        "alis plan",
        "alis plan my-municipality.toml --time-limit 60 --lang en",
        "alis plan my-municipality.toml --workers 1 --seed 7 --json > plan.json",
        "alis plan our.toml --baseline plan.json --freeze-to 2027-03 -o plans/autumn",
    ],
)
@click.argument("instance", type=PATH, required=False)
@click.option("-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write  [default: reports/<name>/]")
@searching_options(300, "Seconds to search at most; the best plan found by then is kept.")
@click.option("--baseline", metavar="PLAN", type=PATH, help="A published plan, to be changed as little as possible.")
@click.option(
    "--freeze-to",
    metavar="MONTH",
    callback=month_option,
    help="With --baseline: the last month that stays as published  [default: this month]",
)
@guard_options
@click.option("--json", "as_json", is_flag=True, help="Write the plan to stdout as well.")
@click.pass_obj
def plan(
    console: Console,
    instance: Path | None,
    folder: Path | None,
    searching: Searching,
    baseline: Path | None,
    freeze_to: Month | None,
    max_moved: float,
    max_moved_one: float,
    allow_all: bool,
    as_json: bool,
) -> None:
    """Make a plan for INSTANCE (.toml or .json); without it, for the bundled example of Sarpsborg.

    With --baseline the plan builds on a published one (plan.json or plan.xlsx): frozen months stay, and of the others
    as few as possible move, near ones least of all. More than --max-moved, and nothing is written (exit code 3).

    Writes plan.json (the plan, with the instance inside), gantt.png, report.html and plan.xlsx into DIR. Nothing is
    written that the independent check has not passed. Ctrl-C once stops the search and keeps the best plan so far.
    """
    path = instance or bundled_instance_path()
    basis, source = read_source(path)
    folder = folder or Path("reports") / slug(basis.name)
    require_folder(folder)
    limit = allowed(max_moved, max_moved_one, allow_all)
    replanning = None if baseline is None else Replanning.read(console, basis, baseline, freeze_to, limit)
    console.line(
        console.count("plan-begins", len(basis.candidates), name=basis.name, seconds=round(searching.time_limit))
    )
    if basis.remarks:
        console.line(console.count("remarks-elsewhere", len(basis.remarks), path=path))
    with interrupts_wait():
        from scheduler.solver.engine import Stop  # takes a second to load; nothing before this needs the solver
    stop = Stop(searching.time_limit)
    with stop.on_interrupt():  # a plan once found is written, too
        target = basis if replanning is None else replanning.instance
        made = solved(console, target, source, stop, searching)
        content = made.to_json()
        if made.status.has_plan:
            made = made if replanning is None else replanning.accepted(console, made)
            passed = checked(console, basis, with_source(made, source))
            content = passed.content
            publish(console, basis, passed, folder)
    if as_json:
        console.result(content)
    if not made.status.has_plan:
        raise without_plan(console, made, stop.asked, folder)


def solved(console: Console, instance: Instance, source: Tree, stop: Stop, searching: Searching) -> Plan:
    """The solver's answer, with its progress told."""
    with interrupts_wait():
        from scheduler.solve import Options, solve
    options = Options(
        time_limit_s=searching.time_limit,
        workers=searching.workers,
        seed=searching.seed,
        lang=console.lang,
        explain_s=SECONDS_TO_EXPLAIN,
        source=source,
        strategy=searching.strategy,
    )
    with Teller(console, instance, stop) as teller:
        return solve(instance, options, teller.tell, stop)


def with_source(plan: Plan, source: Tree) -> Plan:
    """The plan with the instance inside, so that the file needs no other."""
    return plan.model_copy(update={"instance": plan.instance.model_copy(update={"source": source})})


@dataclass(frozen=True, slots=True)
class Passed:
    """A plan that the independent check has passed: as a reader of its file will see it, and the file's text."""

    plan: Plan
    content: str
    standing: PlanStanding


def checked(console: Console, instance: Instance, plan: Plan) -> Passed:
    """The plan once the independent check has passed what a reader of its file will see."""
    content = plan.to_json()
    seen = Plan.from_json(content)
    violations = check_plan(instance, seen)
    if violations:
        console.violations(violations)
        raise RejectedError(plan, violations)
    return Passed(seen, content, PlanStanding.after_check(seen, violations))


def publish(console: Console, instance: Instance, passed: Passed, folder: Path) -> None:
    """Write the plan and its chart, and tell what is in them."""
    from scheduler.report.gantt import draw_gantt  # takes a second to load
    from scheduler.report.html import write_report
    from scheduler.report.workbook import write_workbook

    plan, standing, lang, today = passed.plan, passed.standing, console.lang, datetime.date.today()
    workbook = folder / WORKBOOK_FILE
    with telling_kept(console):
        with writing(folder):
            write_file(folder / PLAN_FILE, passed.content)
            charts = draw_gantt(instance, plan, folder / CHART_FILE, lang=lang, today=today, standing=standing)
            _remove_old_pages(folder, charts)
            report = write_report(instance, plan, folder / REPORT_FILE, lang, today, standing=standing)
        tell_plan(console, instance, plan, standing)
        for path in (folder / PLAN_FILE, *charts, report):
            console.say("written", path=path)
        with writing(workbook):  # last: on Windows a workbook that is open in Excel cannot be replaced
            write_workbook(instance, plan, workbook, lang, standing=standing)
        console.say("written", path=workbook)


def _remove_old_pages(folder: Path, written: list[Path]) -> None:
    """Further pages of an earlier and longer chart would be taken for this one's."""
    for path in folder.iterdir():
        if _FURTHER_PAGE.fullmatch(path.name) and path not in written:
            remove_file(path)


def without_plan(console: Console, plan: Plan, stopped: bool, folder: Path) -> CommandError:
    """How a run ends that found no plan, with what the solver can say of it."""
    explanation = plan.explanation or {}
    tell_explanation(console, explanation)
    if (folder / PLAN_FILE).exists():
        console.say("older-plan", path=folder / PLAN_FILE)
    if plan.status is Status.INFEASIBLE and explanation.get("certainty") == "proved":
        return CommandError(ExitCode.IMPOSSIBLE, "impossible")
    if stopped:
        return CommandError(ExitCode.STOPPED, "stopped")
    key = "likely-impossible" if plan.status is Status.INFEASIBLE else "no-plan-in-time"
    return CommandError(ExitCode.NO_PLAN_IN_TIME, key)
