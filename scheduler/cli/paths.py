"""``alis paths``: clearly different paths for one candidate, drawn under each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.alternatives.cost import PathCost, others_who_pay, plan_with
from scheduler.check import FIGURES, check_plan
from scheduler.cli.console import Command, CommandError, Console, ExitCode, RejectedError, interrupts_wait
from scheduler.cli.files import OUTPUT, PATH, Tree, likely, meant, named, open_for, read_source, require_suffix, saving
from scheduler.cli.gantt import this_month
from scheduler.cli.plan import solved, without_plan
from scheduler.cli.searching import Searching, searching_options
from scheduler.instance.problems import shown
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan
from scheduler.texts import Language, text

if TYPE_CHECKING:
    from scheduler.alternatives.search import Alternatives
    from scheduler.solver.engine import Stop

SUFFIXES = (".png", ".pdf", ".svg")
APART = 12


@click.command(
    cls=Command,
    short_help="Find different paths for one candidate.",
    examples=[
        "alis paths my-municipality.toml A05 -n 4 --plan plan.json",
        "alis paths my-municipality.toml A05 -n 3 --apart 24 --free -o a05.png",
    ],
)
@click.argument("instance", type=PATH)
@click.argument("candidate")
@click.option("-n", "number", metavar="K", type=click.IntRange(1, 20), default=3, show_default=True, help="How many.")
@click.option("--plan", "plan_path", metavar="PLAN", type=PATH, help="The plan of the others  [default: one is made]")
@click.option(
    "--apart", metavar="M", type=click.IntRange(1, 600), default=APART, show_default=True,
    help="Months in which two paths differ at least.",
)  # fmt: skip
@click.option("--free", is_flag=True, help="Let the others make way, instead of holding them at the plan.")
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, help="The chart  [default: paths-<candidate>.png]")
@searching_options(120, "Seconds to search at most.")
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
    basis, source = read_source(instance)
    candidate = _candidate(basis, candidate)
    output = output or Path(f"paths-{candidate}.png")
    require_suffix(output, SUFFIXES)
    with interrupts_wait():
        from scheduler.alternatives.search import find_alternatives
        from scheduler.solver.engine import Settings, Stop  # takes a second to load
    stop = Stop(searching.time_limit)
    with stop.on_interrupt():
        plan = _plan(console, basis, source, plan_path, stop, searching)
        console.line(text("paths.looking", console.lang, n=number, who=candidate, apart=apart))
        found = find_alternatives(
            basis, plan, candidate, number, apart, free, Settings(searching.workers, searching.seed), stop
        )
    costs = list(_costs(console, basis, plan, candidate, found))
    for line in _lines(costs, found, number, console.lang):
        console.line(line)
    _draw(console, basis, costs, output)
    if as_json:
        tree = {"candidate": candidate, "apart": apart, "free": free, "paths": [cost.as_tree() for cost in costs]}
        console.result(json.dumps(tree, ensure_ascii=False, indent=1) + "\n")


def _candidate(instance: Instance, word: str) -> str:
    """The id of the candidate that is meant; CommandError with the one that it could have been."""
    known = named(instance.candidates.values())
    found = meant(word, known)
    if found is None:
        raise CommandError(ExitCode.INPUT, "no-candidate", candidate=shown(word), nearest=likely(word, known))
    return found


def _plan(console: Console, basis: Instance, source: Tree, path: Path | None, stop: Stop, searching: Searching) -> Plan:
    """The plan named, which must be one of this instance, or one made now."""
    if path is not None:
        opened = open_for(basis, path)
        if opened.standing.broken:
            label = opened.standing.label(console.lang)
            raise CommandError(ExitCode.INPUT, "broken-basis", label=label, path=path)
        return opened.plan
    made = solved(console, basis, source, stop, searching)
    if not made.status.has_plan:
        raise without_plan(console, made, stop.asked, Path())
    return made


def _costs(console: Console, instance: Instance, plan: Plan, candidate: str, found: Alternatives) -> Iterator[PathCost]:
    """Each path with its price; only such as the independent check passes."""
    from scheduler.alternatives.search import months_apart

    own = plan.candidate(candidate)
    for number, path in enumerate(found.found, start=1):
        whole = plan_with(plan, path.entries)
        violations = check_plan(instance, whole, without={FIGURES}) if number > 1 else []
        if violations:
            console.violations(violations)
            raise RejectedError(whole, violations)
        entry = whole.candidate(candidate)
        others = tuple(others_who_pay(plan, whole, candidate))
        yield PathCost(number, entry, months_apart(own, entry), path.proved, others)


def _lines(costs: list[PathCost], found: Alternatives, wanted: int, lang: Language) -> Iterator[str]:
    for cost in costs:
        finish = cost.entry.finish_or_projected
        said = text(
            "paths.line",
            lang,
            title=_title(cost, lang),
            finish="–" if finish is None else format_month(finish),
            delay=cost.entry.delay,
            wishes=cost.wishes_lost,
            blocks=len(cost.entry.blocks),
        )
        doubt = "" if cost.proved else f" {text('paths.not-proved', lang)}"
        yield f"{said}; {_others(cost, lang)}{doubt}" if cost.number > 1 else said
    if len(costs) < wanted:
        yield text("paths.fewer-proved" if found.no_more else "paths.fewer", lang)


def _title(cost: PathCost, lang: Language) -> str:
    key = "paths.own" if cost.number == 1 else "paths.title"
    return text(key, lang, number=cost.number, apart=cost.apart)


def _others(cost: PathCost, lang: Language) -> str:
    if not cost.others:
        return text("paths.others-none", lang)
    told = [
        text(
            "paths.other",
            lang,
            who=other.id,
            delay=f"{other.after['delay'] - other.before['delay']:+d}",
            wishes=f"{other.after['wishes_lost'] - other.before['wishes_lost']:+d}",
        )
        for other in cost.others
    ]
    return text("paths.others", lang, who=", ".join(told))


def _draw(console: Console, instance: Instance, costs: list[PathCost], output: Path) -> None:
    from scheduler.report.gantt import draw_paths

    titles = [_title(cost, console.lang) for cost in costs]
    with saving(console, output):
        written = draw_paths(instance, [cost.entry for cost in costs], output, console.lang, titles, today=this_month())
    for path in written:
        console.say("written", path=path)
