"""``alis whatif``: the instance and changed versions of it planned side by side."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import click

from scheduler import api
from scheduler.api import LIMITS, Answer, EngineError, Row, Verdict, WhatIf, load
from scheduler.cli.console import Command, CommandError, Console, ExitCode
from scheduler.cli.files import OUTPUT, PATH, naming, opened, require_folder, saving, slug
from scheduler.cli.months import month_option
from scheduler.cli.replan import gone_option
from scheduler.cli.searching import seed_option, time_limit_option
from scheduler.files.written import write_file
from scheduler.interrupts import on_interrupt
from scheduler.month import Month, this_month
from scheduler.report.csv_text import BYTE_ORDER_MARK
from scheduler.report.lines.whatif import TextTable
from scheduler.report.whatif_files import to_csv, to_json
from scheduler.texts import text

JSON_FILE, CSV_FILE = "whatif.json", "whatif.csv"


@click.command(
    cls=Command,
    examples=[
        'alis whatif town.toml "arena.kad4a.places+1@2027-09..2029-08"',
        'alis whatif town.toml --sweep "arena.kad4a.places=1..5"',
        'alis whatif town.toml ward.toml "arena.borgen.reserved_percent-20" --worth all',
        'alis whatif town.toml --plan plan.json "swap A05 A09 sykehus"',
    ],
)
@click.argument("instance", type=PATH)
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@click.option("-o", "--output", "folder", metavar="DIR", type=OUTPUT, help="Where to write  [default: reports/<name>/]")
@click.option("--sweep", "sweeps", metavar="RANGE", multiple=True, help='One value varied: "arena.kad4a.places=1..5".')
@click.option("--grid", metavar="RANGE RANGE", nargs=2, help="Two values varied, every pair of them.")
@click.option(
    "--worth", metavar="ARENA", multiple=True, help="What one more place there is worth; `all` for all arenas."
)
@click.option("--readings", is_flag=True, help="What it costs to read the rules otherwise where sources do not say.")
@click.option("--plan", "published", metavar="PLAN", type=PATH, help="A plan that every version is to change least.")
@click.option(
    "--freeze-to",
    metavar="MONTH",
    callback=month_option,
    help="With --plan: the last month that stays as it is  [default: this month]",
)
@gone_option
@time_limit_option(
    LIMITS.whatif_s, "Seconds for all versions together; the best plans found by then are kept.", least=1
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 256),
    help="Versions planned at the same time  [default: the number of processors]",
)
@seed_option
@click.option("--thorough", is_flag=True, help="Improve every level of the objective, not only delay and wishes.")
@click.option("--cluster", metavar="ADDRESS", help="Use the Dask cluster whose scheduler is there; `local` starts one.")
@click.option("--json", "as_json", is_flag=True, help="Write whatif.json to stdout as well.")
@click.option("--csv", "as_csv", is_flag=True, help="Write whatif.csv to stdout as well.")
@click.pass_obj
def whatif(
    console: Console,
    instance: Path,
    scenarios: tuple[str, ...],
    folder: Path | None,
    sweeps: tuple[str, ...],
    grid: tuple[str, str] | None,
    worth: tuple[str, ...],
    readings: bool,
    published: Path | None,
    freeze_to: Month | None,
    gone: tuple[str, ...],
    time_limit: float,
    workers: int | None,
    seed: int,
    thorough: bool,
    cluster: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Plan INSTANCE as it is and with each SCENARIO, and lay the results side by side.

    A SCENARIO is a file (.toml, .json) or one or more changes parted by `;`: `arena.kad4a.places+1@2027-09..2029-08`,
    `candidate.A03.percent=60@2027-01..`, `close arena.fengsel from 2028-01`, `remove candidate.A05`. The user guide has
    them all. With --plan every version is planned on top of that plan, with as few changes as it takes; then two may
    have each other's blocks, `swap A05 A09 sykehus`, and each scenario's plan is written to a file of its own.

    Writes whatif.json, whatif.csv and plots into DIR. Ctrl-C once keeps what is done.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv both want stdout.")
    if not (scenarios or sweeps or grid or worth or readings):
        raise click.UsageError(text("whatif.nothing-asked", console.lang))
    basis = load(instance)
    folder = folder or Path("reports") / slug(basis.name)
    require_folder(folder, JSON_FILE, CSV_FILE)
    plan = None if published is None else opened(console, published)
    told = _Told(console, round(time_limit))
    asked = threading.Event()

    def ask_to_stop() -> None:
        console.line(text("whatif.stopping", console.lang))
        asked.set()

    with naming(instance), on_interrupt(ask_to_stop):
        try:
            answer = api.whatif(
                basis, scenarios, sweeps=sweeps, grid=grid or None, worth=worth, readings=readings,
                plan=plan, freeze_to=freeze_to or this_month(), gone=gone,
                time_limit_s=time_limit, workers=workers, seed=seed, thorough=thorough, cluster=cluster,
                lang=console.lang, listener=told, asked=asked.is_set,
            )  # fmt: skip
        except EngineError as error:
            raise click.UsageError(text(f"whatif.{error.key}", console.lang, **error.fields)) from None
    if answer.question.none_made:
        for line in TextTable(console.lang, answer.rows).lines(answer.rows):
            console.line(line)
    else:
        _publish(console, answer, folder)
    if as_json:
        console.result(to_json(answer.question, answer.rows, console.lang))
    if as_csv:
        console.result(to_csv(answer.question, answer.rows, console.lang))
    _end(answer)


class _Told:
    """A line when it begins, and one for every version that is done."""

    def __init__(self, console: Console, seconds: int) -> None:
        self.console = console
        self.table = TextTable(console.lang)
        self.seconds = seconds
        self.number = self.n_done = 0

    def begins(self, question: WhatIf, number: int, slots: int) -> None:
        self.number = number
        self.table = TextTable(self.console.lang, instance=question.base.instance)
        fields = {"name": question.base.instance.name, "seconds": self.seconds, "number": number, "slots": slots}
        self.console.line(self.table.say("begins", **fields))
        for name in question.left_out:
            self.console.line(self.table.say("reading-left-out", name=name))

    def done(self, row: Row, tries: int) -> None:
        self.n_done += 1
        name = self.table.name(row)
        if tries > 1:
            self.console.line(self.table.say("again", name=name, tries=tries))
        outcome = self.table.outcome(row)
        self.console.line(self.table.say("done-one", done=self.n_done, all=self.number, name=name, outcome=outcome))


def _publish(console: Console, answer: Answer, folder: Path) -> None:
    """Files first, so that a table that was seen can be read again."""
    from scheduler.report.whatif_plots import draw_whatif  # takes a second to load

    question, rows = answer.question, answer.rows
    with saving(console, folder):
        write_file(folder / JSON_FILE, to_json(question, rows, console.lang))
        write_file(folder / CSV_FILE, BYTE_ORDER_MARK + to_csv(question, rows, console.lang))
        plots = draw_whatif(question, rows, folder, console.lang)
        plans = [*_plans(answer, folder)]
    for line in TextTable(console.lang, rows, question.base.instance).lines(rows):
        console.line(line)
    for path in (folder / JSON_FILE, folder / CSV_FILE, *plots, *plans):
        console.say("written", path=path)


def _plans(answer: Answer, folder: Path) -> Iterator[Path]:
    """The plan of each scenario on top of a published plan, which may be the next that is published."""
    for row in answer.rows:
        if answer.question.base.on_top is not None and row.changes and row.plan is not None:
            path = folder / f"plan-{row.key}.json"
            write_file(path, row.plan.to_json())
            yield path


def _end(answer: Answer) -> None:
    """An exit code other than 0 where no version has a plan; one that could not be made is told in its row.

    Where none could be made, what was asked has problems, and nothing is said of the instance as it is.
    """
    if answer.question.none_made:
        raise CommandError(ExitCode.INPUT, "no-version-made")
    if any(row.verdict is Verdict.POSSIBLE for row in answer.rows):
        return
    if answer.stopped:
        raise CommandError(ExitCode.STOPPED, "stopped")
    if all(row.verdict in (Verdict.IMPOSSIBLE, Verdict.REFUSED) for row in answer.rows):
        raise CommandError(ExitCode.IMPOSSIBLE, "impossible")
    raise CommandError(ExitCode.NO_PLAN_IN_TIME, "no-plan-in-time")
