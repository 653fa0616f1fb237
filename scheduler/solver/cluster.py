"""A Dask cluster that does jobs beyond one machine (``pip install 'alis-scheduler[cluster]'``)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import Any, TypeVar

from scheduler.solver.limits import LIMITS

A = TypeVar("A")


class EngineError(Exception):
    """The engine cannot be had: ``key`` names a sentence of the chapter ``whatif``."""

    def __init__(self, key: str, **fields: object) -> None:
        super().__init__(key, fields)
        self.key = key
        self.fields = fields


class Cluster:
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

    def begin(self, key: str, function: Callable[..., A], *arguments: Any) -> Future[A]:
        """Begin a job; never one that ran before in place of it (``pure=False``)."""
        future: Future[A] = Future()
        future.set_running_or_notify_cancel()
        remote = self._client.submit(function, *arguments, pure=False, key=f"{key}-{os.urandom(4).hex()}")
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


@contextmanager
def cluster_at(address: str | None) -> Iterator[Cluster | None]:
    """The cluster at an address, as long as the block lasts; None where no address is given."""
    cluster = None if address is None else Cluster(address)
    try:
        yield cluster
    finally:
        if cluster is not None:
            cluster.close()


def _hand_over(done: Any, future: Future[Any]) -> None:
    """From Dask's future to the library's own."""
    if done.cancelled():
        future.set_exception(CancelledError())
        return
    error = done.exception()
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(done.result())
