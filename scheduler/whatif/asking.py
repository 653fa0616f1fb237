"""From words to cases, and from cases to rows: what one question of ``alis whatif`` goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from scheduler.changes import AScenario, Scenario, Sweep, apply, parse_sweep, scenario_of
from scheduler.changes.readings import readings_of
from scheduler.files import read_instance
from scheduler.instance.named import meant, named
from scheduler.instance.problems import InputError, Problem
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.replanning.on_top import OnTop
from scheduler.texts import Language
from scheduler.whatif.cases import Case, WhatIf, ask, with_a_ceiling
from scheduler.whatif.dominance import Merged, compare
from scheduler.whatif.engines import DaskCluster, Engine, Processes
from scheduler.whatif.jobs import Job
from scheduler.whatif.rows import Row, Verdict, make_rows
from scheduler.whatif.runner import Answered, Asked, SharedTime, run_jobs

ALL = "all"


class Listener(Protocol):
    """Who is told how far the versions have come."""

    def begins(self, question: WhatIf, number: int, slots: int) -> None:
        """So many versions are to be planned, so many at the same time."""

    def done(self, row: Row, tries: int) -> None:
        """A version is done, the first or a later time that it was tried."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A row for every version, the instance as it is first; ``stopped``: somebody ended it before all were done."""

    question: WhatIf
    rows: tuple[Row, ...]
    taken: Mapping[str, Merged]
    stopped: bool

    def plan_of(self, row: Row) -> Plan | None:
        """The plan that a row's figures are of, if it has one."""
        return self.taken[row.key].answer.plan if row.key in self.taken else None

    def rejected(self) -> Iterator[tuple[Row, Case]]:
        """The versions whose plan the independent check did not pass: a fault of the program."""
        cases = {case.key: case for case in self.question.cases}
        return ((row, cases[row.key]) for row in self.rows if row.verdict is Verdict.REJECTED)


def question_of(
    instance: Instance,
    scenarios: Sequence[AScenario],
    sweeps: Sequence[str],
    grid: tuple[str, str] | None,
    worth: Sequence[str],
    readings: Language | None = None,
    on_top: OnTop | None = None,
) -> WhatIf:
    """What is asked; InputError with the problems of all of it.

    ``on_top``: the published plan of which every version changes as little as it can.
    ``readings``: the rulesets' readings are turned round, too, one by one, and are called so in that language.
    """
    made, swept = _read(scenarios, (*sweeps, *(grid or ())))
    turned, left_out = ([], []) if readings is None else _readings(instance, readings)
    made += turned
    known = named(instance.arenas.values())
    arenas = list(dict.fromkeys(meant(word, known) or word for word in worth))
    pair = (swept[-2], swept[-1]) if grid else None
    if ALL in worth:
        arenas = with_a_ceiling(instance)
    asked = ask(instance.source or {}, instance.name, made, swept[: len(sweeps)], pair, arenas, on_top)
    return replace(asked, left_out=tuple(left_out))


def _readings(instance: Instance, lang: Language) -> tuple[list[Scenario], list[str]]:
    """A scenario for each reading that can be turned round, and the names of those with which the file has problems."""
    made: list[Scenario] = []
    left_out: list[str] = []
    for here in readings_of(instance):
        if here.change is None:
            continue
        try:
            read_instance(apply(instance.source or {}, [here.change]), instance.name)
        except InputError:
            left_out.append(here.other(lang))
        else:
            made.append(Scenario(here.other(lang), (here.change,)))
    return made, left_out


def _read(scenarios: Sequence[AScenario], ranges: Sequence[str]) -> tuple[list[Scenario], list[Sweep]]:
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
        raise InputError(errors[0].problems, errors[0].source)
    if errors:
        raise InputError([problem for error in errors for problem in _placed(error)])
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


def jobs_of(question: WhatIf, time_limit_s: float, seed: int, lang: Language, thorough: bool) -> list[Job]:
    """A job for every version; versions that say the same are planned once, and nothing where none can be made."""
    if question.none_made:
        return []
    jobs: dict[str, Job] = {}
    for case in question.cases:
        job = Job(case.key, case.tree, time_limit_s, seed, 1, lang, thorough, case.on_top)
        jobs.setdefault(case.instance.sha256, job)
    return list(jobs.values())


def answer(
    question: WhatIf, jobs: list[Job], workers: int | None, cluster: str | None, listener: Listener | None, asked: Asked
) -> Answer:
    """Have the versions planned within the jobs' time limit and compare them; EngineError without an engine."""
    if not jobs:
        return Answer(question, tuple(make_rows(question, {})), {}, stopped=False)
    engine: Engine = Processes(workers) if cluster is None else DaskCluster(cluster, workers)
    lang, budget = jobs[0].lang, SharedTime(jobs[0].time_limit_s)
    if cluster is None:  # processors that no version needs help the others
        jobs = [replace(job, workers=max(1, engine.slots // len(jobs))) for job in jobs]

    def hear(answered: Answered) -> None:
        rows = make_rows(question, {answered.key: Merged(answered)})
        if listener is not None:
            listener.done(next(row for row in rows if row.key == answered.key), answered.tries)

    try:
        if listener is not None:
            listener.begins(question, len(jobs), min(engine.slots, len(jobs)))
        answers = run_jobs(jobs, engine, budget, hear, asked)
    finally:
        engine.close()
    instances = {case.key: case.instance for case in question.cases}
    by_hash = {instances[key].sha256: answered for key, answered in answers.items()}
    every = {key: by_hash[instance.sha256] for key, instance in instances.items() if instance.sha256 in by_hash}
    on_top = question.base.on_top is not None  # what one version takes over from another knows of no published plan
    taken = {key: Merged(each) for key, each in every.items()} if on_top else compare(every, instances, lang)
    return Answer(question, tuple(make_rows(question, taken)), taken, asked())
