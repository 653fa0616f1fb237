"""``alis intake``: new candidates on top of a published plan, and how many there is room for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.console import Command, CommandError, Console, ExitCode, interrupts_wait
from scheduler.cli.diff import diff_lines, names_of
from scheduler.cli.files import OUTPUT, PATH, Tree, likely, meant, open_plan, read_source, require_folder, saving, slug
from scheduler.cli.plan import checked, publish, solved, with_source, without_plan
from scheduler.cli.replan import Replanning, allowed, guard_options, month_option
from scheduler.cli.searching import Searching, searching_options
from scheduler.files import read_instance
from scheduler.files.load import read_tree
from scheduler.files.schema import FileInstance
from scheduler.files.templates import known_rows
from scheduler.files.write import to_toml
from scheduler.files.written import write_file
from scheduler.instance.problems import shown
from scheduler.instance.types import Instance
from scheduler.intake.newcomers import template_of, with_newcomers
from scheduler.month import Month, format_month
from scheduler.plan import Plan
from scheduler.replanning.affected import with_baseline
from scheduler.replanning.diff import as_tree, diff
from scheduler.replanning.guard import Allowed
from scheduler.texts import Language, text

if TYPE_CHECKING:
    from scheduler.intake.headroom import Headroom
    from scheduler.solver.engine import Stop

INSTANCE_FILE = "instance.toml"
MOST_TRIED = 60


def _month_options(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Month, ...]:
    months = (month_option(context, parameter, value) for value in values)
    return tuple(sorted({month for month in months if month is not None}))


@click.command(
    cls=Command,
    short_help="Plan the next intake on top of a published plan.",
    examples=[
        "alis intake our.toml --plan plan.json --count 3 --start 2027-03",
        "alis intake our.toml --plan plan.json --count 2 --start 2027-09 --template A14",
        "alis intake our.toml --plan plan.json --max --start 2027-03",
        "alis intake our.toml --plan plan.json --max --start 2027-03 --start 2027-09",
    ],
)
@click.argument("instance", type=PATH)
@click.option("--plan", "plan_path", metavar="PLAN", type=PATH, help="The published plan  [default: one is made first]")
@click.option("--count", metavar="N", type=click.IntRange(1, MOST_TRIED), help="How many new candidates.")
@click.option(
    "--start", "starts", metavar="MONTH", callback=_month_options, required=True, multiple=True,
    help="The month in which they start. With --max several may be given: the one with most room is planned.",
)  # fmt: skip
@click.option(
    "--template",
    metavar="ID|FILE",
    help="A candidate whose row they are made from, or a file with one  [default: 100 %, nothing behind them]",
)
@click.option("--max", "find_most", is_flag=True, help="Find how many there is room for, and plan that many.")
@click.option(
    "--freeze-to", metavar="MONTH", callback=month_option,
    help="The last month that stays as published  [default: the month before --start]",
)  # fmt: skip
@guard_options
@click.option("-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write.")
@searching_options(300, "Seconds to search at most, for each plan.")
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
    freeze_to: Month | None,
    max_moved: float,
    max_moved_one: float,
    allow_all: bool,
    folder: Path | None,
    searching: Searching,
    as_json: bool,
) -> None:
    """Add new candidates to INSTANCE and plan them on top of a published plan that changes as little as possible.

    Writes into DIR what `alis plan` writes, and instance.toml with the new candidates (default:
    reports/<name>-intake-<month>/). Ends with what changed for those already published.
    """
    if (count is None) == (not find_most):
        raise click.UsageError("Say either how many (--count N) or --max.")
    if len(starts) > 1 and not find_most:
        raise click.UsageError("Several months (--start) go with --max only.")
    basis, source = read_source(instance, may_be_empty=True)  # the first intake of all
    for month in starts:
        _require_in_horizon(basis, month)
    row = _template(source, template)
    target = folder or Path("reports") / f"{slug(basis.name)}-intake-{format_month(starts[0])}"
    require_folder(target)
    published = _published(console, basis, source, plan_path, searching)
    start, result = starts[0], dict[str, Any]()
    if find_most:
        rooms = {
            month: _room(console, source, published, month, _frozen(freeze_to, month), row, searching, allow_all)
            for month in starts
        }
        start = max(starts, key=lambda month: rooms[month][0].most)  # of equals the first
        count = rooms[start][0].most
        if len(starts) > 1:
            console.line(text("intake.most-in", console.lang, start=format_month(start), most=count))
            result["starts"] = [{"start": format_month(month), **_room_tree(*rooms[month])} for month in starts]
        result |= _room_tree(*rooms[start])
    result = {"start": format_month(start), "count": count, **result}
    if count:
        target = folder or Path("reports") / f"{slug(basis.name)}-intake-{format_month(start)}"
        require_folder(target)
        limit = allowed(max_moved, max_moved_one, allow_all)
        grown = with_newcomers(source, count, start, row, console.lang)
        console.line(text("intake.begins", console.lang, count=count, start=format_month(start)))
        made = _planned(console, grown, published, _frozen(freeze_to, start), limit, searching, target)
        result["diff"] = as_tree(diff(published, made))
        for line in diff_lines(diff(published, made), names_of(basis, read_instance(grown)), console.lang):
            console.line(line)
    if as_json:
        console.result(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


def _frozen(freeze_to: Month | None, start: Month) -> Month:
    return start - 1 if freeze_to is None else freeze_to


def _room_tree(room: Headroom, reasons: list[str]) -> dict[str, Any]:
    proved = room.settled and room.confirmed
    return {"most": room.most, "at_most": room.at_most, "proved": proved, "why": reasons}


def _require_in_horizon(instance: Instance, start: Month) -> None:
    if not instance.start <= start < instance.end:
        months = {"first": format_month(instance.start), "last": format_month(instance.end - 1)}
        raise CommandError(ExitCode.USAGE, "intake-outside", **months)


def _template(source: Tree, template: str | None) -> Tree | None:
    """The row the new ones are made from: a candidate's, or the first of a file."""
    if template is None:
        return None
    known = known_rows("candidates", source.get("candidates", []))
    found = meant(template, known)
    if found is not None:
        return template_of(source, found)
    path = Path(template)
    if not path.suffix:
        raise CommandError(ExitCode.INPUT, "no-template", template=shown(template), nearest=likely(template, known))
    tree = read_tree(path)
    rows = tree.get("candidates")
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else tree
    return {key: value for key, value in row.items() if key not in ("id", "name", "start", "schema")}


def _published(console: Console, basis: Instance, source: Tree, path: Path | None, searching: Searching) -> Plan:
    """The published plan: the one named, or one made now."""
    if path is not None:
        published = open_plan(path)
        published.warn(console)
        return published.plan
    console.line(text("intake.base-first", console.lang))
    stop = _stop(searching)
    with stop.on_interrupt():
        made = solved(console, basis, source, stop, searching)
    if not made.status.has_plan:
        raise without_plan(console, made, stop.asked, Path())
    return made


def _stop(searching: Searching) -> Stop:
    with interrupts_wait():
        from scheduler.solver.engine import Stop  # takes a second to load
    return Stop(searching.time_limit)


def _planned(
    console: Console, grown: Tree, published: Plan, freeze: Month, limit: Allowed, searching: Searching, folder: Path
) -> Plan:
    """The plan with the new ones, checked and written."""
    basis = read_instance(grown, source=INSTANCE_FILE)
    source = FileInstance.model_validate(grown).tree()
    replanning = Replanning.of(basis, published, freeze, limit)
    stop = _stop(searching)
    with stop.on_interrupt():
        made = solved(console, replanning.instance, source, stop, searching)
        if not made.status.has_plan:
            raise without_plan(console, made, stop.asked, folder)
        made = replanning.accepted(console, made)
        publish(console, basis, checked(console, basis, with_source(made, source)), folder)
        with saving(console, folder):
            write_file(folder / INSTANCE_FILE, to_toml(FileInstance.model_validate(grown)))
        console.say("written", path=folder / INSTANCE_FILE)
    return made


# --- how many ------------------------------------------------------------------------------------------------------


def _room(
    console: Console,
    source: Tree,
    published: Plan,
    start: Month,
    freeze: Month,
    row: Mapping[str, Any] | None,
    searching: Searching,
    all_free: bool,
) -> tuple[Headroom, list[str]]:
    """How many fit, told with what is proved of one more, and the reasons."""
    stop = _stop(searching)
    from scheduler.intake.headroom import headroom
    from scheduler.solver.engine import Settings

    def instance_with(number: int) -> Instance:
        grown = read_instance(with_newcomers(source, number, start, row, console.lang), source=INSTANCE_FILE)
        return with_baseline(grown, published, freeze)

    console.line(text("intake.looking", console.lang, start=format_month(start), most=MOST_TRIED))
    console.line(text(f"intake.{'all-free' if all_free else 'kept'}", console.lang, month=format_month(freeze)))
    with stop.on_interrupt():
        settings = Settings(searching.workers, searching.seed)
        found = headroom(instance_with, MOST_TRIED, settings, stop, all_free)
    console.line(_room_line(found, start, console.lang))
    if found.at_most is None:
        return found, []
    reasons = _reasons(found, found.at_most + 1, instance_with(found.at_most + 1), console.lang)
    console.line(text("intake.why", console.lang, next=found.at_most + 1))
    for reason in reasons:
        console.line(f"  {reason}")
    return found, reasons


def _room_line(found: Headroom, start: Month, lang: Language) -> str:
    key = "room-proved" if found.confirmed else "room-once"
    if found.at_most is None:
        key = "room-more"
    elif not found.settled:
        key = "room-between"
    at_most = found.most if found.at_most is None else found.at_most
    fields = {"start": format_month(start), "most": found.most, "next": found.most + 1, "at_most": at_most}
    return text(f"intake.{key}", lang, **fields)


def _reasons(found: Headroom, number: int, beyond: Instance, lang: Language) -> list[str]:
    """What stands in the way of a number, in words: what counting says, or what the search found."""
    from scheduler.explanation.counting import count
    from scheduler.explanation.sentences import count_text
    from scheduler.intake.bottleneck import bottleneck_text

    if found.bottleneck is not None:
        return [bottleneck_text(beyond, found.bottleneck, number, lang)]
    return [count_text(beyond, shortfall, lang) for shortfall in count(beyond)]
