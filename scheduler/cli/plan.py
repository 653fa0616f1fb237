"""``alis plan``: the main job, from an instance to a checked plan and its chart."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from scheduler import api
from scheduler.api import LIMITS, EngineError, Instance, Plan, Status, load
from scheduler.cli.console import Command, CommandError, Console, ExitCode, begin, writing
from scheduler.cli.files import OUTPUT, PATH, opened, require_folder, slug, telling_kept
from scheduler.cli.months import month_option
from scheduler.cli.own_part import meant
from scheduler.cli.progress import Teller
from scheduler.cli.replan import allowed, gone_option, guard_options, prefer_option
from scheduler.cli.report import REPORT_FILE
from scheduler.cli.searching import Searching, searching_options
from scheduler.files import bundled_instance_path
from scheduler.files.written import remove_file, write_file
from scheduler.month import Month, this_month
from scheduler.report.lines.draft import draft_lines
from scheduler.report.lines.summary import explanation_lines, plan_lines
from scheduler.report.plan_file import opened_draft
from scheduler.report.standing import PlanStanding
from scheduler.texts import text

if TYPE_CHECKING:
    from scheduler import Stop

PLAN_FILE = "plan.json"
CHART_FILE = "gantt.png"
WORKBOOK_FILE = "plan.xlsx"
PUBLISHED_FILES = (PLAN_FILE, CHART_FILE, REPORT_FILE, WORKBOOK_FILE)
DRAFT_FILE = "draft.json"
DRAFT_CHART_FILE = "draft.png"
_FURTHER_PAGE = re.compile(r"gantt-\d+\.png")
_DRAFT_PAGE = re.compile(r"draft(-\d+)?\.png")


@click.command(
    cls=Command,
    examples=[
        "alis plan",
        "alis plan my-municipality.toml --time-limit 60 --lang en",
        "alis plan my-municipality.toml --workers 1 --seed 7 --json > plan.json",
        "alis plan our.toml --baseline plan.json --freeze-to 2027-03 -o plans/autumn",
    ],
)
@click.argument("instance", type=PATH, required=False)
@click.option("-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write  [default: reports/<name>/]")
@searching_options(LIMITS.plan_s, "Seconds to search at most; the best plan found by then is kept.")
@click.option("--baseline", metavar="PLAN", type=PATH, help="A published plan, to be changed as little as possible.")
@click.option(
    "--freeze-to",
    metavar="MONTH",
    callback=month_option,
    help="With --baseline: the last month that stays as published  [default: this month]",
)
@click.option(
    "--municipality", metavar="ID",
    help="With --baseline: of a region only this municipality's (id or name) published months may move.",
)  # fmt: skip
@gone_option
@prefer_option
@guard_options
@click.option("--cluster", metavar="ADDRESS", help="Use the Dask cluster whose scheduler is there; `local` starts one.")
@click.option("--json", "as_json", is_flag=True, help="Write the plan to stdout as well.")
@click.pass_obj
def plan(
    console: Console,
    instance: Path | None,
    folder: Path | None,
    searching: Searching,
    baseline: Path | None,
    freeze_to: Month | None,
    municipality: str | None,
    gone: tuple[str, ...],
    prefer: Literal["delay"] | None,
    max_moved: float,
    max_moved_one: float,
    allow_all: bool,
    cluster: str | None,
    as_json: bool,
) -> None:
    """Make a plan for INSTANCE (.toml or .json); without it, for the bundled example of Sarpsborg.

    With --baseline the plan builds on a published one (plan.json or plan.xlsx): frozen months stay, and of the others
    as few as possible move, near ones least of all. More than --max-moved, or an id of the published plan that INSTANCE
    has neither as `id` nor in `formerly` (and no --gone names), and nothing is written (exit code 3). Where keeping the
    published months costs delay, what could be won is told; --prefer delay plans so. With --municipality nobody of a
    region's other municipalities moves; where that leaves no plan, nothing is written (exit code 3).

    Writes plan.json (the plan, with the instance inside), gantt.png, report.html and plan.xlsx into DIR. Nothing is
    written that the independent check has not passed. Ctrl-C once stops the search and keeps the best plan so far.
    With --cluster, parts of a large instance that share nothing scarce are planned on the machines of a Dask cluster;
    a plan on top of a published one is made on this machine.

    Where time runs out before everybody is placed, draft.json and draft.png say who is, and what is in the way of the
    others; a draft is no plan, and no command takes it for one (exit code 5).
    """
    if cluster is not None and baseline is not None:
        raise CommandError(ExitCode.USAGE, "cluster-with-baseline")
    path = instance or bundled_instance_path()
    basis = load(path)
    folder = folder or Path("reports") / slug(basis.name)
    require_folder(folder, *PUBLISHED_FILES)
    published = None if baseline is None else opened(console, baseline)
    if municipality is not None and published is None:
        raise CommandError(ExitCode.USAGE, "municipality-without-baseline")
    own = None if municipality is None else _of(basis, meant(basis, municipality))
    _tell_what_begins(console, basis, path, searching)
    stop = begin(searching.time_limit, len(basis.candidates))
    with stop.on_interrupt():  # a plan once found is written, too
        with Teller(console, basis, stop) as teller:
            search: Any = {"on_progress": teller.tell, "stop": stop, **searching.search(console.lang)}
            if published is None:
                made = _planned(console, basis, cluster, search)
            else:
                limit = replace(allowed(max_moved, max_moved_one, allow_all), only=own)
                search |= {"freeze_to": freeze_to or this_month(), "gone": gone}
                made = api.replan(basis, published, allowed=limit, prefer=prefer, **search)
        if made.status.has_plan:
            publish(console, basis, made, folder)
        elif made.draft is not None:
            publish_draft(console, basis, made, folder)
    if as_json:
        console.result(made.to_json())
    if not made.status.has_plan:
        raise without_plan(console, made, stop.asked, folder)


def _planned(console: Console, basis: Instance, cluster: str | None, search: Any) -> Plan:
    try:
        return api.plan(basis, cluster=cluster, **search)
    except EngineError as error:
        raise click.UsageError(text(f"whatif.{error.key}", console.lang, **error.fields)) from None


def _of(basis: Instance, municipality: str) -> frozenset[str]:
    """A municipality's own candidates, whose published months may move."""
    return frozenset(who.id for who in basis.candidates.values() if who.municipality == municipality)


def _tell_what_begins(console: Console, basis: Instance, path: Path, searching: Searching) -> None:
    seconds = round(searching.time_limit)
    console.line(console.text("plan-begins", number=len(basis.candidates), name=basis.name, seconds=seconds))
    if basis.remarks:
        console.line(console.text("remarks-elsewhere", number=len(basis.remarks), path=path))


def made_first(console: Console, basis: Instance, stop: Stop, searching: Searching) -> Plan:
    """A plan where the command was given none; CommandError if there is none."""
    with Teller(console, basis, stop) as teller:
        made = api.plan(basis, on_progress=teller.tell, stop=stop, **searching.search(console.lang))
    if not made.status.has_plan:
        raise without_plan(console, made, stop.asked, Path())
    return made


def publish(console: Console, instance: Instance, plan: Plan, folder: Path) -> None:
    """Write a plan that has passed the check, and its chart, and tell what is in them."""
    from scheduler.report.gantt import draw_gantt  # takes a second to load
    from scheduler.report.published import page_and_workbook

    standing, lang, today = PlanStanding.after_check(plan, ()), console.lang, datetime.date.today()
    report, workbook = folder / REPORT_FILE, folder / WORKBOOK_FILE
    with telling_kept(console), page_and_workbook(instance, plan, lang, today, standing) as made:
        with writing(folder):
            write_file(folder / PLAN_FILE, plan.to_json())
            charts = draw_gantt(instance, plan, folder / CHART_FILE, lang=lang, today=today, standing=standing)
            _remove_old_pages(folder, charts)
            _remove_drafts(folder)
            page, sheets = made()
            write_file(report, page)
        for line in plan_lines(instance, plan, standing, lang):
            console.line(line)
        for path in (folder / PLAN_FILE, *charts, report):
            console.say("written", path=path)
        with writing(workbook):  # last: on Windows a workbook that is open in Excel cannot be replaced
            write_file(workbook, sheets)
        console.say("written", path=workbook)


def publish_draft(console: Console, instance: Instance, made: Plan, folder: Path) -> None:
    """Write how far a search came that ran out of time, under names that are not a plan's, and tell what is in them."""
    from scheduler.report.gantt import draw_gantt  # takes a second to load

    assert made.draft is not None
    draft, chart, today = opened_draft(made, instance), folder / DRAFT_CHART_FILE, datetime.date.today()
    for line in draft_lines(made.draft, console.lang):
        console.insist(line)
    with telling_kept(console), writing(folder):
        write_file(folder / DRAFT_FILE, made.to_json())
        charts = draw_gantt(instance, draft.plan, chart, lang=console.lang, today=today, standing=draft.standing)
    for path in (folder / DRAFT_FILE, *charts):
        console.say("written", path=path)


def _remove_drafts(folder: Path) -> None:
    """Once there is a plan, a draft of before tells nothing."""
    for path in folder.iterdir():
        if path.name == DRAFT_FILE or _DRAFT_PAGE.fullmatch(path.name):
            remove_file(path)


def _remove_old_pages(folder: Path, written: list[Path]) -> None:
    """Further pages of an earlier and longer chart would be taken for this one's."""
    for path in folder.iterdir():
        if _FURTHER_PAGE.fullmatch(path.name) and path not in written:
            remove_file(path)


def without_plan(console: Console, plan: Plan, stopped: bool, folder: Path) -> CommandError:
    """How a run ends that found no plan, with what the solver can say of it."""
    explanation = plan.explanation or {}
    for line in explanation_lines(explanation, console.lang):
        console.insist(line)
    if (folder / PLAN_FILE).exists():
        console.say("older-plan", path=folder / PLAN_FILE)
    if plan.status is Status.INFEASIBLE and explanation.get("certainty") == "proved":
        return CommandError(ExitCode.IMPOSSIBLE, "impossible")
    if stopped:
        return CommandError(ExitCode.STOPPED, "stopped")
    key = "likely-impossible" if plan.status is Status.INFEASIBLE else "no-plan-in-time"
    return CommandError(ExitCode.NO_PLAN_IN_TIME, key)
