"""Who does the jobs: processes of this machine, or a Dask cluster (``pip install 'alis-scheduler[cluster]'``)."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from scheduler.solver.cluster import Cluster, EngineError
from scheduler.solver.processes import ProcessPools, told_to_stop
from scheduler.whatif.jobs import Job, run_job

__all__ = ["DaskCluster", "Engine", "EngineError", "Processes"]

Answer = dict[str, Any]
Sooner = Future[Answer]


class Engine(Protocol):
    """Does jobs, ``slots`` at a time."""

    @property
    def slots(self) -> int:
        """How many jobs are done at the same time."""

    def submit(self, job: Job) -> Sooner:
        """Begin a job."""

    def lost(self, error: BaseException) -> bool:
        """Whether the error says that the job's worker died, so that the job may be begun again."""

    def ask_to_stop(self) -> None:
        """Let running jobs end with the best plan they have, where that is possible."""

    def close(self) -> None:
        """End it."""


# --- processes of this machine ---------------------------------------------------------------------------------------


def _run_here(job: Job) -> Answer:
    return run_job(job, told_to_stop)


class Processes:
    """Processes of this machine, started afresh (no fork), as many as there are processors unless told otherwise."""

    def __init__(self, slots: int | None = None) -> None:
        self._pools = ProcessPools(slots)
        self._pool = self._pools.new()

    @property
    def slots(self) -> int:
        """How many jobs are done at the same time."""
        return self._pools.slots

    def submit(self, job: Job) -> Sooner:
        """Begin a job, in a new pool if a process has died and taken the old one with it."""
        try:
            return self._pool.submit(_run_here, job)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._pools.new()
            return self._pool.submit(_run_here, job)

    def lost(self, error: BaseException) -> bool:
        """Whether a process died."""
        return isinstance(error, BrokenProcessPool)

    def ask_to_stop(self) -> None:
        """Running searches end with what they have."""
        self._pools.ask_to_stop()

    def process_ids(self) -> list[int]:
        """The processes at work."""
        return list(self._pool._processes or {})

    def close(self) -> None:
        """Wait for what still runs, then end the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)


# --- a cluster -------------------------------------------------------------------------------------------------------


class DaskCluster(Cluster):
    """A Dask cluster that does rows."""

    def submit(self, job: Job) -> Sooner:
        """Begin a job."""
        return self.begin(job.key, run_job, job)
