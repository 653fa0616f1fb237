"""``alis intake``: new candidates on top of a published plan, and how many there is room for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scheduler import api
from scheduler.api import LIMITS, Instance, Plan, Room, load
from scheduler.cli.console import Command, CommandError, Console, ExitCode, begin
from scheduler.cli.files import OUTPUT, PATH, opened, require_folder, saving, slug
from scheduler.cli.months import month_option, month_options
from scheduler.cli.plan import PUBLISHED_FILES, made_first, publish, publish_draft, without_plan
from scheduler.cli.progress import Teller
from scheduler.cli.replan import allowed, gone_option, guard_options
from scheduler.cli.searching import Searching, searching_options
from scheduler.files.schema import FileInstance
from scheduler.files.write import spelled
from scheduler.files.written import write_file
from scheduler.month import Month, format_month
from scheduler.report.lines.difference import diff_lines, names_of
from scheduler.report.lines.intake import room_lines, steady_lines
from scheduler.texts import text

INSTANCE_FILE = "instance"  # and the ending of the file that was given


@click.command(
    cls=Command,
    examples=[
        "alis intake our.toml --plan plan.json --count 3 --start 2027-03",
        "alis intake our.toml --plan plan.json --count 2 --start 2027-09 --template A14",
        "alis intake our.toml --steady --time-limit 300",
        "alis intake our.toml --plan plan.json --max --start 2027-03 --start 2027-09",
    ],
)
@click.argument("instance", type=PATH)
@click.option("--plan", "plan_path", metavar="PLAN", type=PATH, help="The published plan  [default: one is made first]")
@click.option("--count", metavar="N", type=click.IntRange(1, LIMITS.newcomers), help="How many new candidates.")
@click.option(
    "--start", "starts", metavar="MONTH", callback=month_options, multiple=True,
    help="The month in which they start. With --max several may be given: the one with most room is planned.",
)  # fmt: skip
@click.option(
    "--template",
    metavar="ID|FILE",
    help="A candidate whose row they are made from, or a file with one  [default: 100 %, nothing behind them]",
)
@click.option("--max", "find_most", is_flag=True, help="Find how many there is room for, and plan that many.")
@click.option("--steady", is_flag=True, help="How many can begin every half-year for ever, and what limits it.")
@click.option(
    "--freeze-to", metavar="MONTH", callback=month_option,
    help="The last month that stays as published  [default: the month before --start]",
)  # fmt: skip
@gone_option
@guard_options
@click.option("-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write.")
@searching_options(LIMITS.plan_s, "Seconds to search at most, for each plan.")
@click.option("--json", "as_json", is_flag=True, help="Write what changed to stdout as JSON.")
@click.pass_obj
def intake(
    console: Console,
    instance: Path,
    plan_path: Path | None,
    count: int | None,
    starts: tuple[Month, ...],
    template: str | None,
    find_most: bool,
    steady: bool,
    freeze_to: Month | None,
    gone: tuple[str, ...],
    max_moved: float,
    max_moved_one: float,
    allow_all: bool,
    folder: Path | None,
    searching: Searching,
    as_json: bool,
) -> None:
    """Add new candidates to INSTANCE and plan them on top of a published plan that changes as little as possible.

    Writes into DIR what `alis plan` writes, and INSTANCE with the new candidates as a file of the same kind: a workbook
    stays one, and a text file keeps its comments (default: reports/<name>-intake-<month>/). Ends with what changed for
    those already published.
    """
    if steady:
        _steady(console, instance, template, searching, as_json)
        return
    _require_a_question(count, starts, find_most)
    basis = load(instance, may_be_empty=True)  # the first intake of all
    for month in starts:
        _require_in_horizon(basis, month)
    row = api.template_for(basis, template)
    target = folder or _folder(basis, starts[0])
    require_folder(target, *PUBLISHED_FILES, _grown_file(instance))
    published = _published(console, basis, plan_path, searching)
    asked: Any = {"template": row, "freeze_to": freeze_to, "gone": gone}
    start, result = starts[0], dict[str, Any]()
    if find_most:
        rooms = [_room(console, basis, published, month, allow_all, searching, asked) for month in starts]
        best = max(rooms, key=lambda room: room.most)  # of equals the first
        start, count = best.start, best.most
        if len(starts) > 1:
            console.line(text("intake.most-in", console.lang, start=format_month(start), most=count))
            result["starts"] = [{"start": format_month(room.start), **room.as_tree()} for room in rooms]
        result |= best.as_tree()
    result = {"start": format_month(start), "count": count, **result}
    if count:
        target = folder or _folder(basis, start)
        require_folder(target, *PUBLISHED_FILES, _grown_file(instance))
        console.line(text("intake.begins", console.lang, count=count, start=format_month(start)))
        asked["allowed"] = allowed(max_moved, max_moved_one, allow_all)
        made = _planned(console, basis, instance, published, count, start, target, searching, asked)
        found = api.diff(published, made)
        result["diff"] = found.as_tree()
        for line in diff_lines(found, names_of(basis, api.instance_of(made)), console.lang):
            console.line(line)
    if as_json:
        console.result(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


def _require_a_question(count: int | None, starts: tuple[Month, ...], find_most: bool) -> None:
    """UsageError unless it is said from when, and how many or that it is asked for."""
    if not starts:
        raise click.UsageError("Missing option '--start'.")
    if (count is None) == (not find_most):
        raise click.UsageError("Say either how many (--count N) or --max.")
    if len(starts) > 1 and not find_most:
        raise click.UsageError("Several months (--start) go with --max only.")


def _steady(console: Console, source: Path, template: str | None, searching: Searching, as_json: bool) -> None:
    """How many every half-year: proved from above, planned from below."""
    basis = load(source, may_be_empty=True)
    stop = begin(searching.time_limit)
    search: Any = {"stop": stop, **searching.search(console.lang)}
    found = api.steady(basis, template=template, **search)
    for line in steady_lines(found, console.lang):
        console.line(line)
    if as_json:
        console.result(json.dumps(found.as_tree(), ensure_ascii=False, indent=1) + "\n")


def _folder(basis: Instance, start: Month) -> Path:
    return Path("reports") / f"{slug(basis.name)}-intake-{format_month(start)}"


def _require_in_horizon(instance: Instance, start: Month) -> None:
    if not instance.start <= start < instance.end:
        months = {"first": format_month(instance.start), "last": format_month(instance.end - 1)}
        raise CommandError(ExitCode.USAGE, "intake-outside", **months)


def _published(console: Console, basis: Instance, path: Path | None, searching: Searching) -> Plan:
    """The published plan: the one named, or one made now."""
    if path is not None:
        return opened(console, path).plan
    console.line(text("intake.base-first", console.lang))
    stop = begin(searching.time_limit)
    with stop.on_interrupt():
        return made_first(console, basis, stop, searching)


def _planned(
    console: Console, basis: Instance, source: Path, published: Plan, count: int, start: Month, folder: Path,
    searching: Searching, asked: Any,
) -> Plan:  # fmt: skip
    """The plan with the new ones, checked and written."""
    stop = begin(searching.time_limit, len(basis.candidates) + count)
    with stop.on_interrupt():
        with Teller(console, basis, stop) as teller:
            search: Any = {**asked, "on_progress": teller.tell, "stop": stop, **searching.search(console.lang)}
            made = api.intake(basis, published, count, start, **search)
        if made.draft is not None:
            publish_draft(console, api.instance_of(made) or basis, made, folder)
        if not made.status.has_plan:
            raise without_plan(console, made, stop.asked, folder)
        grown = api.instance_of(made) or basis
        publish(console, grown, made, folder)
        path = folder / _grown_file(source)
        content = spelled(FileInstance.model_validate(grown.source), path.suffix, source, console.lang)
        with saving(console, folder):
            write_file(path, content)
        console.say("written", path=path)
    return made


def _grown_file(source: Path) -> str:
    """What the instance with the new ones is called: of the kind that was given."""
    return INSTANCE_FILE + source.suffix.lower()


def _room(
    console: Console, basis: Instance, published: Plan, start: Month, all_free: bool, searching: Searching, asked: Any
) -> Room:
    """How many fit, told with what is proved of one more, and the reasons."""
    stop = begin(searching.time_limit)
    frozen = start - 1 if asked["freeze_to"] is None else asked["freeze_to"]
    console.line(text("intake.looking", console.lang, start=format_month(start), most=LIMITS.newcomers))
    console.line(text(f"intake.{'all-free' if all_free else 'kept'}", console.lang, month=format_month(frozen)))
    with stop.on_interrupt():
        search: Any = {**asked, "stop": stop, **searching.search(console.lang)}
        room = api.headroom(basis, published, start, all_free=all_free, **search)
    for line in room_lines(room, console.lang):
        console.line(line)
    return room
