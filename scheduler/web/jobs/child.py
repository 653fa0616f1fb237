"""The process of one job: it takes it, tells how far it is, hears the wish to stop, and writes what it has found."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from scheduler.api import InputError, RejectedError, TooMuchMovedError
from scheduler.fault import Document, Names, Situation, bare_record, leave, plan_document, record_of
from scheduler.fault.documents import instance_document
from scheduler.web.data import instance_in
from scheduler.web.jobs.work import WORK, Task
from scheduler.web.store import Job, JobState, Store

if TYPE_CHECKING:
    from scheduler import Progress, Stop

_LOOKS_S = 0.4
REJECTED_FILE = "rejected.json"


def run(folder: Path, job_id: int) -> None:
    """Do a job that waits; nothing if another process has taken it."""
    store = Store(folder)
    try:
        job = store.jobs.begin(job_id)
    except LookupError:
        return
    from scheduler import Stop  # loads the solver, which takes a second

    stop = Stop(job.asked.get("seconds"))
    with Told(store, job, stop) as told:
        try:
            outcome = WORK[job.kind](Task(store, job, stop, told.tell, told.note))
        except Exception as error:
            told.over()
            state, result = _trouble(error, store, job, folder)
            store.end_job(job_id, result, state=state)
            return
    if stop.asked:
        outcome.result["stopped"] = True
    store.end_job(
        job_id,
        outcome.result,
        what=outcome.what,
        plan=outcome.plan,
        data=outcome.data,
        adopt=outcome.adopt,
        files=outcome.files,
        plan_state=outcome.plan_state,
    )


class Told:
    """Writes progress now and then inside a ``with``, also when nothing happens, and asks the search to stop."""

    def __init__(self, store: Store, job: Job, stop: Stop) -> None:
        self.store = store
        self.job = job
        self.stop = stop
        self.progress: dict[str, Any] = {"event": None, "levels": {}}
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over()

    def over(self) -> None:
        """Write no more."""
        self._over.set()
        self._thread.join()

    def tell(self, progress: Progress) -> None:
        """Take note of an event of the search, from whatever thread."""
        with self._lock:
            if progress.level is not None:
                self.progress["levels"][progress.level] = [progress.value, progress.bound]
            else:
                self.progress["event"] = [progress.event, progress.value, progress.bound]

    def note(self, name: str, value: object) -> None:
        """Take note of anything else that the page shows."""
        with self._lock:
            self.progress[name] = value

    def _write(self) -> None:
        while True:
            with self._lock:
                seen = {**self.progress, "levels": dict(self.progress["levels"])}
            if self.store.jobs.tell(self.job.id, time.monotonic() - self._began, seen):
                self.stop.ask()
            if self._over.wait(_LOOKS_S):
                return


def _trouble(error: Exception, store: Store, job: Job, folder: Path) -> tuple[JobState, dict[str, Any]]:
    """What is expected is told in words; anything else is a fault, which leaves its file in the folder."""
    match error:
        case InputError():
            return JobState.DONE, {"problems": [problem.line(job.lang) for problem in error.problems]}
        case TooMuchMovedError():
            return JobState.DONE, {"moved": list(error.lines(job.lang))}
    path = leave(_record(error, store, job), [folder])
    return JobState.BROKEN, {"fault": None if path is None else path.name}


def _record(error: Exception, store: Store, job: Job) -> dict[str, Any]:
    """What reproduces the fault, with invented names for all that the data and the plan name."""
    try:
        documents = dict(_documents(store, job))
        violations = error.violations if isinstance(error, RejectedError) else ()
        if isinstance(error, RejectedError):
            documents[REJECTED_FILE] = plan_document(error.plan)
        situation = Situation(["serve", job.kind], {}, documents, violations)
        return dict(record_of(error, situation, Names(documents.values(), [])))
    except Exception as failed:
        return dict(bare_record(error, failed))


def _documents(store: Store, job: Job) -> Iterator[tuple[str, Document]]:
    if job.data is not None:
        yield "instance.json", instance_document(instance_in(store, job.data, job.lang).source or {})
    if job.plan is not None:
        yield "plan.json", plan_document(store.plan(job.plan))
