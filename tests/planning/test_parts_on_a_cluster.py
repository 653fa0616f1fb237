"""Parts planned beyond one machine: each answers once, whoever dies; and what is found is what is found here."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, cast

import pytest

from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan
from scheduler.planning import parallel
from scheduler.planning.components import split
from scheduler.solve import Options, solve
from scheduler.solver import cluster as clusters
from scheduler.solver.cluster import Cluster
from scheduler.solver.engine import Stop
from scheduler.solver.limits import LIMITS
from scheduler.solver.strategy import Strategy
from tests.helpers.tiny import faults, make, person

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class DiedError(Exception):
    """A worker died more often than the cluster tries."""


class Near:
    """A cluster that does a job when it is told to; the first ``dying`` tries of job 0 come to nothing."""

    slots = 2

    def __init__(self, dying: int = 0) -> None:
        self.dying = dying
        self.begun: list[str] = []
        self.told_to_stop = False

    def begin(self, key: str, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        self.begun.append(key)
        future: Future[Any] = Future()
        if self.told_to_stop:
            future.set_exception(CancelledError())
        elif key == "part-0" and self.dying:
            self.dying -= 1
            future.set_exception(DiedError())
        else:
            future.set_result(function(*arguments))
        return future

    def lost(self, error: BaseException) -> bool:
        return isinstance(error, DiedError)

    def ask_to_stop(self) -> None:
        self.told_to_stop = True


def answers(near: Near, stop: Stop | None = None) -> list[tuple[int, Any]]:
    crew = parallel._Abroad(cast("Cluster", near), stop or Stop(60.0))
    return list(crew.each(_doubled, [10, 20, 30], [1.0] * 3))


def _doubled(job: int, _stop: Stop) -> int:
    return 2 * job


def test_who_dies_is_begun_again_and_each_answers_once() -> None:
    near = Near(dying=LIMITS.version_tries - 1)
    assert sorted(answers(near)) == [(0, 20), (1, 40), (2, 60)]
    assert near.begun.count("part-0") == LIMITS.version_tries
    assert near.begun.count("part-1") == near.begun.count("part-2") == 1


def test_who_keeps_dying_is_told_and_not_left_out() -> None:
    with pytest.raises(DiedError):
        answers(Near(dying=LIMITS.version_tries))


def test_whoever_stops_gets_what_there_is() -> None:
    stop, near = Stop(60.0), Near()
    stop.ask()
    assert answers(near, stop) == []
    assert near.told_to_stop


# --- a real one


def towns(number: int, people: int) -> Instance:
    """Towns with a ward and an office each, and one place in the ward for so many who need it for two months."""
    names = [f"{at + 1:02d}" for at in range(number)]
    rotations = {f"ward-{name}": {"mix": {f"ward-{name}": 100}, "min_months": 2, "max_months": 8} for name in names}
    arenas: dict[str, Any] = {
        f"ward-{name}": {"service": "institution", "places": [{"places": 1}]} for name in names
    } | {f"office-{name}": {"service": "open_practice"} for name in names}
    inhabitants = [
        person(
            practice=f"office-{name}", allowed=["gp", f"ward-{name}"], credited={"open_practice": 10.0}, months_done=10
        )
        for name in names
        for _ in range(people)
    ]
    return make(*inhabitants, arenas=arenas, rotations=rotations)


def kill_a_busy_worker(cluster: Cluster, killed: list[str]) -> None:
    """Kill the first worker that has a part in its hands, and remember the part."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        pids = cluster._client.run(os.getpid)
        for address, keys in cluster._client.processing().items():
            parts = [str(key) for key in keys if str(key).startswith("part-")]
            if parts and address in pids:
                killed.extend(parts)
                os.kill(pids[address], KILL)
                return


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # warnings of the cluster's own
def test_of_two_workers_one_is_killed_and_the_plan_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight towns of five: in each the five follow each other, 0 + 2 + 4 + 6 + 8 months late."""
    pytest.importorskip("distributed", reason="needs the extra [cluster]")
    instance = towns(8, 5)
    assert len(split(instance)) == 8
    killed: list[str] = []
    heard: list[int] = []
    killers: list[threading.Thread] = []

    class TwoWorkers(Cluster):
        def __init__(self, address: str) -> None:
            super().__init__(address, 2)
            assert self.slots == 2
            killers.append(threading.Thread(target=kill_a_busy_worker, args=(self, killed)))
            killers[0].start()

    monkeypatch.setattr(clusters, "Cluster", TwoWorkers)
    options = Options(time_limit_s=240.0, workers=1, strategy=Strategy.DECOMPOSED, cluster="local")
    plan = solve(instance, options, lambda told: heard.append(told.value or 0) if told.event == "part" else None)
    killers[0].join()
    assert killed, "a worker died with a part in its hands"
    assert heard == list(range(1, 9)), "each part is heard of once"
    assert plan.run.strategy is FoundBy.PARTS
    assert faults(instance, plan) == []
    assert sorted(entry.id for entry in plan.candidates) == sorted(instance.candidates)
    assert figures(plan) == figures(solve(instance, Options(60.0, 1, strategy=Strategy.DECOMPOSED)))
    assert figures(plan)[0] == ("delay", 8 * 20, True)


def figures(plan: Plan) -> list[tuple[str, int | float, bool]]:
    return [(level.id, level.value, level.proved) for level in plan.objectives[:2]]
