"""``alis whatif``: the instance and changed versions of it planned side by side."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

from scheduler.changes import Scenario, Sweep, parse_sweep, scenario_of
from scheduler.check import check_plan
from scheduler.cli.console import Command, CommandError, Console, ExitCode, RejectedError
from scheduler.cli.files import OUTPUT, PATH, meant, named, read_source, require_folder, saving, slug
from scheduler.cli.plan import with_source
from scheduler.cli.searching import seed_option, time_limit_option
from scheduler.cli.whatif_table import Table
from scheduler.files import InputError, Problem
from scheduler.files.written import write_file
from scheduler.texts import text
from scheduler.whatif.cases import WhatIf, ask, with_a_ceiling
from scheduler.whatif.dominance import Merged, compare
from scheduler.whatif.engines import DaskCluster, Engine, EngineError, Processes
from scheduler.whatif.jobs import Job
from scheduler.whatif.result import BYTE_ORDER_MARK, to_csv, to_json
from scheduler.whatif.rows import Row, Verdict, make_rows
from scheduler.whatif.runner import Answered, Budget, run_jobs

ALL = "all"
JSON_FILE, CSV_FILE = "whatif.json", "whatif.csv"


@click.command(
    cls=Command,
    short_help="What changes would bring, side by side.",
    examples=[
        'alis whatif town.toml "arena.kad4a.places+1@2027-09..2029-08"',
        'alis whatif town.toml --sweep "arena.kad4a.places=1..5"',
        'alis whatif town.toml "close arena.prison from 2028-01" --worth all',
        'alis whatif town.toml new-ward.toml "remove candidate.A05" --lang en',
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
@time_limit_option(60, "Seconds for all versions together; the best plans found by then are kept.", least=1)
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
    `candidate.A03.percent=60@2027-01..`, `close arena.prison from 2028-01`, `remove candidate.A05`. The user guide has
    them all. Writes whatif.json, whatif.csv and plots into DIR. Ctrl-C once keeps what is done.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv both want stdout.")
    if not (scenarios or sweeps or grid or worth):
        raise click.UsageError(text("whatif.nothing-asked", "en"))
    question = _question(instance, scenarios, sweeps, grid or None, worth)
    folder = folder or Path("reports") / slug(question.base.instance.name)
    require_folder(folder)
    jobs = _jobs(console, question, time_limit, seed, thorough)
    taken, stopped = _run(console, question, jobs, Budget(time_limit), workers, cluster)
    rows = make_rows(question, taken)
    _refuse_rejected(console, question, rows, taken)
    _publish(console, question, rows, folder)
    if as_json:
        console.result(to_json(question, rows, console.lang))
    if as_csv:
        console.result(to_csv(question, rows, console.lang))
    _end(rows, stopped)


def _question(
    path: Path, scenarios: Sequence[str], sweeps: Sequence[str], grid: tuple[str, str] | None, worth: Sequence[str]
) -> WhatIf:
    """What is asked; InputError with the problems of all of it."""
    basis, tree = read_source(path)
    made, swept = _read(scenarios, (*sweeps, *(grid or ())), str(path))
    known = named(basis.arenas.values())
    arenas = with_a_ceiling(basis) if ALL in worth else list(dict.fromkeys(meant(one, known) or one for one in worth))
    pair = (swept[-2], swept[-1]) if grid else None
    try:
        return ask(tree, basis.name, made, swept[: len(sweeps)], pair, arenas)
    except InputError as error:
        raise InputError(error.problems, error.source or str(path)) from None


def _read(scenarios: Sequence[str], ranges: Sequence[str], source: str) -> tuple[list[Scenario], list[Sweep]]:
    """Scenarios and sweeps; what is wrong in a scenario file is told with the file's name."""
    errors: list[InputError] = []
    made: list[Scenario] = []
    swept: list[Sweep] = []
    for scenario in scenarios:
        with _kept(errors):
            made.append(scenario_of(scenario))
    for each_range in ranges:
        with _kept(errors):
            swept.append(parse_sweep(each_range))
    if len(errors) == 1:
        raise InputError(errors[0].problems, errors[0].source or source)
    if errors:
        raise InputError([problem for error in errors for problem in _placed(error)], source)
    return made, swept


@contextmanager
def _kept(errors: list[InputError]) -> Iterator[None]:
    """Keep an InputError for later."""
    try:
        yield
    except InputError as error:
        errors.append(error)


def _placed(error: InputError) -> list[Problem]:
    """Problems of a file with the file in their place."""
    if error.source is None:
        return list(error.problems)
    return [replace(problem, path=(Path(error.source).name, *problem.path), at_line=None) for problem in error.problems]


def _jobs(console: Console, question: WhatIf, time_limit: float, seed: int, thorough: bool) -> list[Job]:
    """A job for every version; versions that say the same are planned once."""
    jobs: dict[str, Job] = {}
    for case in question.cases:
        job = Job(case.key, case.tree, time_limit, seed, 1, console.lang, thorough)
        jobs.setdefault(case.instance.sha256, job)
    return list(jobs.values())


def _run(
    console: Console, question: WhatIf, jobs: list[Job], budget: Budget, workers: int | None, cluster: str | None
) -> tuple[dict[str, Merged], bool]:
    """The answer of every version, compared with those of the others, and whether the user stopped it."""
    try:
        engine: Engine = Processes(workers) if cluster is None else DaskCluster(cluster, workers)
    except EngineError as error:
        raise click.UsageError(text(f"whatif.{error.key}", console.lang, **error.fields)) from None
    if cluster is None:  # processors that no version needs help the others
        jobs = [replace(job, workers=max(1, engine.slots // len(jobs))) for job in jobs]
    say, fields = Table(console.lang).say, {"name": question.base.instance.name, "seconds": round(budget.total_s)}
    number = "one" if len(jobs) == 1 else "many"
    console.line(say(f"begins-{number}", number=len(jobs), slots=min(engine.slots, len(jobs)), **fields))
    try:
        with _interrupts(console) as asked:
            answers = run_jobs(jobs, engine, budget, _Progress(console, question, len(jobs)), asked.is_set)
    finally:
        engine.close()
    instances = {case.key: case.instance for case in question.cases}
    by_hash = {instances[key].sha256: answer for key, answer in answers.items()}
    every = {key: by_hash[instance.sha256] for key, instance in instances.items() if instance.sha256 in by_hash}
    return compare(every, instances, console.lang), asked.is_set()


class _Progress:
    """A line for every version that is done."""

    def __init__(self, console: Console, question: WhatIf, number: int) -> None:
        self.console = console
        self.question = question
        self.number = number
        self.done = 0

    def __call__(self, answer: Answered) -> None:
        self.done += 1
        table = Table(self.console.lang)
        rows = {row.key: row for row in make_rows(self.question, {answer.key: Merged(answer)})}
        row = rows[answer.key]
        outcome = table.outcome(row)
        if answer.tries > 1:
            self.console.line(table.say("again", name=table.name(row), tries=answer.tries))
        fields = {"done": self.done, "all": self.number, "name": table.name(row), "outcome": outcome}
        self.console.line(table.say("done-one", **fields))


@contextmanager
def _interrupts(console: Console) -> Iterator[threading.Event]:
    """While inside, Ctrl-C once asks to stop; a second time it interrupts as usual."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    previous = signal.getsignal(signal.SIGINT)

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, previous)
        console.line(text("whatif.stopping", console.lang))
        asked.set()

    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, previous)


def _refuse_rejected(console: Console, question: WhatIf, rows: Sequence[Row], taken: Mapping[str, Merged]) -> None:
    """Nothing is published when the checker rejected a plan: that is a bug here."""
    rejected = [row for row in rows if row.verdict is Verdict.REJECTED]
    for row in rejected:
        for violation in row.violations:
            console.insist(f"  {row.name}: {violation}")
    for row in rejected:
        case = next(case for case in question.cases if case.key == row.key)
        plan = taken[row.key].answer.plan
        assert plan is not None
        raise RejectedError(with_source(plan, case.tree), check_plan(case.instance, plan))


def _publish(console: Console, question: WhatIf, rows: Sequence[Row], folder: Path) -> None:
    """Files first, so that a table that was seen can be read again."""
    from scheduler.report.whatif_plots import draw_whatif  # takes a second to load

    with saving(console, folder):
        write_file(folder / JSON_FILE, to_json(question, rows, console.lang))
        write_file(folder / CSV_FILE, BYTE_ORDER_MARK + to_csv(question, rows, console.lang))
        plots = draw_whatif(question, rows, folder, console.lang)
    for line in Table(console.lang).lines(rows):
        console.line(line)
    for path in (folder / JSON_FILE, folder / CSV_FILE, *plots):
        console.say("written", path=path)


def _end(rows: Sequence[Row], stopped: bool) -> None:
    """An exit code other than 0 where no version has a plan."""
    if any(row.verdict is Verdict.POSSIBLE for row in rows):
        return
    if stopped:
        raise CommandError(ExitCode.STOPPED, "stopped")
    if all(row.verdict is Verdict.IMPOSSIBLE for row in rows):
        raise CommandError(ExitCode.IMPOSSIBLE, "impossible")
    raise CommandError(ExitCode.NO_PLAN_IN_TIME, "no-plan-in-time")
