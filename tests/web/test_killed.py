"""kill -9 at any moment, during a save and during a search: nothing that was shown as saved is lost."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from scheduler.web.store import STORE_FILE, JobState, Store
from tests.helpers.browsing import desk_in, project_with
from tests.helpers.killing import PROJECT, Saved, Searched, killed, save_on_and_on, search_on_and_on
from tests.helpers.tiny import make, person

TIMES = 20
A_SAVE_S = 0.02
A_SEARCH_S = 0.2
"""Longer than they take, so that the kills fall everywhere in them."""


class Gone:
    """A process as its server sees it after the kill."""

    def poll(self) -> int:
        return -9


def assert_sound(folder: Path) -> None:
    with closing(sqlite3.connect(folder / STORE_FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_twenty_kills_during_a_save_lose_nothing_that_was_told_as_saved(folder: Path) -> None:
    chance, all_told = random.Random(9), 0
    for number in range(TIMES):
        told = killed(save_on_and_on, folder, A_SAVE_S, chance, after=1 + number % 3)
        all_told += len(told)
        store = Store(folder)
        for saved in told:
            assert isinstance(saved, Saved)
            assert store.data(saved.data) == {"n": saved.number}
            assert store.version(saved.plan).data == saved.data
            assert store.plan(saved.plan).candidates
        assert isinstance(saved, Saved)
        project = store.project(PROJECT)
        data, plan = project.data, project.plan
        assert data is not None
        assert plan is not None
        if (data, plan) != (saved.data, saved.plan):  # killed between the save and its being told
            assert store.version(data).made_of == saved.data
            assert store.version(plan).made_of == saved.plan
        assert store.version(plan).data == data  # both or neither
        back = store.data(data)["n"]
        assert {kind: store.steps(PROJECT, kind).back for kind in ("data", "plan")} == {"data": back, "plan": back}
        assert_sound(folder)
    assert all_told > TIMES


def test_twenty_kills_during_a_search_lose_no_plan_that_was_told_and_leave_none_by_halves(tmp_path: Path) -> None:
    desk, chance, ends = desk_in(tmp_path), random.Random(9), set()
    project_with(desk, make(person()))
    counted = None
    for number in range(TIMES):
        told = killed(search_on_and_on, tmp_path, A_SEARCH_S, chance, after=2 if number % 5 == 4 else 1)
        for searched in told:
            assert isinstance(searched, Searched)
            if searched.plan is not None:
                counted = searched.plan
                assert desk.store.plan(counted).candidates
        assert isinstance(searched, Searched)
        for left in desk.store.jobs.unfinished():  # the one that was searched for, and one that nobody has heard of
            desk.runner._processes[left.id] = Gone()  # type: ignore[assignment]
            ends.add(desk.runner.looked_at(left).state)
        job = desk.store.jobs.job(searched.job)
        if job.state is JobState.DONE:  # also where it was killed before it could tell
            counted = job.result["plan"]
        assert desk.store.project(PROJECT).plan == counted
        assert len(desk.store.versions(PROJECT, "plan")) == desk.store.steps(PROJECT, "plan").back + (
            counted is not None
        )
        assert_sound(tmp_path)
    assert counted is not None
    assert JobState.LOST in ends
    assert desk.store.jobs.unfinished() == []


# --- the real server, which takes a while to start

IN_TIME_S = 60.0


@dataclass
class Served:
    """``alis serve`` in a process of its own, and a browser that came in by its link."""

    process: subprocess.Popen[str]
    client: httpx2.Client

    @classmethod
    def at(cls, folder: Path) -> Served:
        """One that answers."""
        command = [sys.executable, "-m", "scheduler", "serve", str(folder), "--no-browser"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        origin = link.partition("/enter")[0]
        client = httpx2.Client(base_url=origin, headers={"Origin": origin}, follow_redirects=True, timeout=IN_TIME_S)
        assert client.get(link).status_code == 200
        return cls(process, client)

    def kill(self) -> None:
        """At once, without a word."""
        self.process.kill()
        self.process.communicate()
        self.client.close()

    def children(self) -> list[int]:
        """The processes of its searches."""
        listed = Path(f"/proc/{self.process.pid}").glob("task/*/children")
        return [int(number) for file in listed for number in file.read_text().split()]


def moves(client: httpx2.Client) -> Iterator[int]:
    """The versions that were told as saved, of one drag after another, until nobody answers."""
    with suppress(httpx2.TransportError):
        data = client.get("/p/1/timeline/data").json()
        while True:
            bar = next(one for one in data["board"]["bars"] if one["who"] == "A01" and one["rotation"] == "ward")
            by = -1 if bar["start"] > data["board"]["start"] + 6 else 1
            of = {"start": bar["start"], "end": bar["end"]}
            to = {name: month + by for name, month in of.items()}
            edit = {"candidate": "A01", "rotation": "ward", "to": to, "of": of}
            data = client.post("/p/1/timeline/edits", json={"expected": data["version"], "sent": [edit]}).json()
            yield data["version"]


@pytest.mark.slow
def test_twenty_kills_of_the_server_during_a_save_lose_nothing_that_was_shown_as_saved(folder: Path) -> None:
    chance, last = random.Random(9), Store(folder).project(PROJECT).plan
    for _ in range(TIMES):
        served = Served.at(folder)
        killer = threading.Timer(chance.uniform(0.1, 1.0), served.process.kill)
        killer.start()
        told = list(moves(served.client))
        killer.join()
        served.kill()
        store = Store(folder)
        last = told[-1] if told else last
        counts = store.project(PROJECT).plan
        assert counts is not None
        assert counts == last or store.version(counts).made_of == last  # which nobody was told
        last = counts
        assert len(store.versions(PROJECT, "plan")) == store.steps(PROJECT, "plan").back + 1
        assert_sound(folder)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="where else are the children of a process told?")
def test_twenty_kills_during_a_search_of_the_server(tmp_path: Path) -> None:
    """By turns the server is killed, whose search goes on, and the search, which another press does anew."""
    desk, chance = desk_in(tmp_path), random.Random(9)
    project_with(desk, make(person()))
    for number in range(TIMES):
        before = desk.store.project(PROJECT).plan
        served = Served.at(tmp_path)
        try:
            served.client.post("/p/1/plan")
            job = desk.store.jobs.latest(PROJECT, "plan")
            assert job is not None
            (search,) = served.children()
            time.sleep(chance.uniform(0, 1.5))
            if number % 2:
                os.kill(search, signal.SIGKILL)
            else:
                served.kill()
                served = Served.at(tmp_path)
            until = time.monotonic() + IN_TIME_S
            while 'data-over="yes"' not in served.client.get(f"/p/1/jobs/{job.id}").text:
                assert time.monotonic() < until
                time.sleep(0.1)
            done = desk.store.jobs.job(job.id)
            assert done.state in ((JobState.DONE, JobState.LOST) if number % 2 else (JobState.DONE,))
            assert desk.store.project(PROJECT).plan == (done.result["plan"] if done.state is JobState.DONE else before)
            assert 'action="/p/1/plan"' in served.client.get("/p/1/plan").text
            assert_sound(tmp_path)
        finally:
            served.kill()
