"""Who does the jobs: processes of this machine, or a Dask cluster (``pip install 'alis-scheduler[cluster]'``)."""

from __future__ import annotations

import os
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from scheduler.solver.limits import LIMITS
from scheduler.solver.processes import ProcessPools, told_to_stop
from scheduler.whatif.jobs import Job, run_job

Answer = dict[str, Any]
Sooner = Future[Answer]


class EngineError(Exception):
    """The engine cannot be had: ``key`` names a sentence of the chapter ``whatif``."""

    def __init__(self, key: str, **fields: object) -> None:
        super().__init__(key, fields)
        self.key = key
        self.fields = fields


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


class DaskCluster:
    """A Dask cluster by its scheduler's address; ``local`` starts one on this machine.

    The cluster begins a job again whose worker died. Its machines need the same version of this program.
    """

    def __init__(self, address: str, slots: int | None = None) -> None:
        try:
            import distributed
        except ImportError:
            raise EngineError("no-cluster-extra") from None
        self._distributed = distributed
        self._own: Any = None
        if address == "local":
            workers = slots or os.cpu_count() or 1
            self._own = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            address = self._own.scheduler_address
        try:
            self._client = distributed.Client(address, timeout=LIMITS.connect_s)
        except (OSError, ValueError) as error:
            raise EngineError("no-cluster", address=address, reason=str(error) or type(error).__name__) from None
        self._limit = slots
        self._remotes: list[Any] = []

    @property
    def slots(self) -> int:
        """One job a worker."""
        workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
        return max(1, min(workers, self._limit or workers))

    def submit(self, job: Job) -> Sooner:
        """Begin a job; never one that ran before in place of it (``pure=False``)."""
        future: Sooner = Future()
        future.set_running_or_notify_cancel()
        remote = self._client.submit(run_job, job, pure=False, key=f"{job.key}-{os.urandom(4).hex()}")
        self._remotes.append(remote)
        remote.add_done_callback(lambda done: _hand_over(done, future))
        return future

    def lost(self, error: BaseException) -> bool:
        """Whether the worker died more often than the cluster tries by itself."""
        return isinstance(error, self._distributed.KilledWorker)

    def ask_to_stop(self) -> None:
        """Searches elsewhere hear nothing, so that jobs still at work are given up."""
        self._client.cancel(self._remotes)

    def close(self) -> None:
        """Leave the cluster, and end it if it was started here."""
        self._client.close()
        if self._own is not None:
            self._own.close()


def _hand_over(done: Any, future: Sooner) -> None:
    """From Dask's future to the library's own."""
    if done.cancelled():
        future.set_exception(CancelledError())
        return
    error = done.exception()
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(done.result())
