"""Processes that save or search without end, until they are killed; each tells what it would have shown as saved.

They are forked from one that has loaded the program already, so that twenty of them take no longer than one.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from scheduler.texts import Phrase
from scheduler.web.jobs.child import run
from scheduler.web.store import Store

WHAT = Phrase("web.did-kept", {"number": 0})
PROJECT = 1


@dataclass(frozen=True, slots=True)
class Saved:
    """What counted when it was told: the versions of data and plan, and what the data hold."""

    data: int
    plan: int
    number: int


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that was asked for, and the plan that came of it; None as long as it goes on."""

    job: int
    plan: int | None


def save_on_and_on(folder: Path, told: Connection) -> None:
    """Data and their plan, both anew, again and again; told once they are saved."""
    store = Store(folder)
    project = store.project(PROJECT)
    assert project.data is not None
    assert project.plan is not None
    plan, expected = store.plan(project.plan), (project.data, project.plan)
    for number in range(store.steps(PROJECT, "data").back + 1, 1_000_000):
        expected = store.save_both(PROJECT, {"n": number}, plan, expected=expected, author="", what=WHAT)
        told.send(Saved(*expected, number))


def search_on_and_on(folder: Path, told: Connection) -> None:
    """One search after another, as the pages ask for them; told when it begins, and what it has come to."""
    store = Store(folder)
    while True:
        now = store.project(PROJECT)
        job = store.jobs.ask(PROJECT, "plan", {}, data=now.data, plan=now.plan, author="", lang="nb", created="")
        told.send(Searched(job, None))
        run(folder, job)
        told.send(Searched(job, store.jobs.job(job).result["plan"]))


def killed(
    work: Callable[[Path, Connection], None], folder: Path, longest_s: float, chance: random.Random, after: int
) -> list[object]:
    """What a process told before it was killed, at some moment after it told so many things."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        pytest.skip("no process can be forked here")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "scheduler.solve"])
    hear, tell = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(folder, tell))
    process.start()
    tell.close()
    told = [hear.recv() for _ in range(after)]
    time.sleep(chance.uniform(0, longest_s))
    process.kill()
    process.join()
    return [*told, *_rest(hear)]


def _rest(hear: Connection) -> Iterator[object]:
    try:
        while True:
            yield hear.recv()
    except EOFError:
        hear.close()
