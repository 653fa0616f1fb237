"""Jobs are done within the time there is, lost ones again, and each answer comes once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from scheduler.plan import Plan, Status
from scheduler.whatif.engines import Engine, EngineError, Processes
from scheduler.whatif.jobs import Job, run_job
from scheduler.whatif.runner import Answered, SharedTime, run_jobs
from tests.helpers.waiting import Here, tree

NO_PLAN = run_job(Job("x", tree(places=0), 5.0))
MINUTE = SharedTime(60.0)


def answer(job: Job) -> dict[str, Any]:
    return {**NO_PLAN, "key": job.key}


def jobs(number: int) -> list[Job]:
    return [Job(f"job-{n}", tree(), 60.0) for n in range(number)]


def heard(engine: Engine, number: int, **more: Any) -> tuple[list[str], dict[str, Answered]]:
    keys: list[str] = []
    answers = run_jobs(jobs(number), engine, MINUTE, lambda answer: keys.append(answer.key), **more)
    return keys, answers


def test_every_job_is_answered_once_in_order() -> None:
    engine = Here(answer)
    keys, answers = heard(engine, 5)
    assert list(answers) == [f"job-{n}" for n in range(5)]
    assert sorted(keys) == list(answers)
    assert [job.key for job in engine.begun] == list(answers)


def test_a_lost_job_is_begun_again_and_told_once() -> None:
    engine = Here(answer, lose=2)
    keys, answers = heard(engine, 3)
    assert len(engine.begun) == 5
    assert sorted(keys) == ["job-0", "job-1", "job-2"]
    assert {key: each_answer.tries for key, each_answer in answers.items()} == {"job-0": 2, "job-1": 2, "job-2": 1}


def test_a_job_whose_worker_dies_every_time_is_given_up() -> None:
    engine = Here(answer, lose=99)
    _, answers = heard(engine, 2)
    assert len(engine.begun) == 6
    assert all(
        each_answer.plan is None and each_answer.tries == 3 and not each_answer.has_plan
        for each_answer in answers.values()
    )


def test_an_error_of_the_job_s_own_is_not_hidden() -> None:
    def fail(job: Job) -> dict[str, Any]:
        raise ValueError(job.key)

    with pytest.raises(ValueError, match=r"job-[01]"):  # two slots: whichever is heard first
        heard(Here(fail), 2)


def test_what_is_done_is_kept_when_somebody_stops() -> None:
    asked = threading.Event()

    def work(job: Job) -> dict[str, Any]:
        if job.key == "job-1":
            asked.set()
        return answer(job)

    engine = Here(work, slots=1)
    _, answers = heard(engine, 5, asked=asked.is_set)
    assert list(answers) == ["job-0", "job-1"]


def test_time_is_shared_by_rounds() -> None:
    assert SharedTime(60).share(0, 6, 2) == 20
    assert SharedTime(60).share(30, 3, 2) == 15
    assert SharedTime(60).share(59.9, 5, 1) == 1
    engine = Here(answer, slots=2)
    run_jobs(jobs(6), engine, SharedTime(60), lambda _: None)
    limits = [round(job.time_limit_s) for job in engine.begun]
    assert limits == [20, 20, 30, 30, 60, 60]  # those before them took no time at all


# --- a job -----------------------------------------------------------------------------------------------


def test_a_job_is_plain_data_in_and_out() -> None:
    found = run_job(Job("one", tree(places=1), 30.0))
    plan = Plan.from_json(found["plan"])
    assert (found["key"], found["violations"]) == ("one", [])
    assert plan.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert (plan.objectives[0].value, plan.objectives[0].proved) == (6, True)
    assert all(isinstance(value, str | list) for value in found.values())


def test_a_job_that_is_asked_to_stop_ends_with_what_it_has() -> None:
    began = time.monotonic()
    found = run_job(Job("one", tree(places=1), 60.0, thorough=True), asked=lambda: True)
    assert time.monotonic() - began < 20
    assert Plan.from_json(found["plan"]).status is not Status.INFEASIBLE


def test_there_is_no_cluster_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from scheduler.whatif.engines import DaskCluster

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError) as caught:
        DaskCluster("local")
    assert caught.value.key == "no-cluster-extra"


# --- processes -------------------------------------------------------------------------------------------


@pytest.fixture
def processes() -> Iterator[Processes]:
    engine = Processes(2)
    yield engine
    engine.close()


def test_a_killed_process_costs_a_second_try_and_no_answer(processes: Processes) -> None:
    """One of the two processes is killed while it works; every job is answered, each once."""
    killed: list[int] = []

    def kill_one() -> None:
        deadline = time.monotonic() + 20
        while not processes.process_ids() and time.monotonic() < deadline:
            time.sleep(0.02)
        for process_id in processes.process_ids()[:1]:
            os.kill(process_id, getattr(signal, "SIGKILL", signal.SIGTERM))
            killed.append(process_id)

    killer = threading.Thread(target=kill_one)
    killer.start()
    keys, answers = heard(processes, 2)
    killer.join()
    assert killed
    assert sorted(keys) == ["job-0", "job-1"]
    assert all(answer.plan is not None and answer.plan.objectives[0].value == 6 for answer in answers.values())
    assert max(answer.tries for answer in answers.values()) == 2
