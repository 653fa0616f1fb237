"""A real cluster of two workers on this machine: one is killed at work, its job is done again, none twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scheduler.plan import Plan
from scheduler.solver import cluster as clusters
from scheduler.solver.limits import LIMITS
from scheduler.whatif.engines import DaskCluster, EngineError
from scheduler.whatif.jobs import Job, run_job
from scheduler.whatif.runner import SharedTime, run_jobs
from tests.helpers.waiting import tree

distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # warnings of the cluster's own

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@pytest.fixture(scope="module")
def cluster() -> Iterator[DaskCluster]:
    engine = DaskCluster("local", 2)
    yield engine
    engine.close()


def jobs() -> list[Job]:
    return [Job(f"job-{places}-{people}", tree(places, people), 60.0) for people in (3, 4) for places in (1, 2, 3)]


def kill_a_busy_worker(cluster: DaskCluster, killed: list[str]) -> None:
    """Kill the first worker that has a job in its hands, and remember the job."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        pids = cluster._client.run(os.getpid)
        for address, keys in cluster._client.processing().items():
            if keys and address in pids:
                killed.extend(map(str, keys))
                os.kill(pids[address], KILL)
                return
        time.sleep(0.02)


def test_a_killed_worker_s_job_is_done_again_and_none_twice(cluster: DaskCluster) -> None:
    assert cluster.slots == 2
    killed: list[str] = []
    heard: list[str] = []
    killer = threading.Thread(target=kill_a_busy_worker, args=(cluster, killed))
    killer.start()
    answers = run_jobs(jobs(), cluster, SharedTime(240.0), lambda answer: heard.append(answer.key))
    killer.join()
    assert killed
    assert killed[0].startswith("job-")
    assert sorted(heard) == sorted(answers) == sorted(job.key for job in jobs())
    for job in jobs():
        plan = answers[job.key].plan
        assert plan is not None
        here = Plan.from_json(run_job(job)["plan"])
        assert plan.objectives[0] == here.objectives[0], job.key


def test_an_address_where_nobody_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "LIMITS", replace(LIMITS, connect_s=1.0))
    with pytest.raises(EngineError) as caught:
        DaskCluster("tcp://127.0.0.1:9")
    assert caught.value.key == "no-cluster"


def test_jobs_are_given_up_when_somebody_stops(cluster: DaskCluster) -> None:
    asked = threading.Event()
    answers = run_jobs(jobs(), cluster, SharedTime(240.0), lambda _: asked.set(), asked.is_set)
    assert 1 <= len(answers) < len(jobs())
