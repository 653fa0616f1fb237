"""The server's side of jobs: a process for each, and a look now and then whether it is still there."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scheduler.web.store import Job, Project, Store, now

_ENDS_WITHIN_S = 20.0
_AT_LEAST_S = 0.1
_SILENT_S = 30.0
"""A process of an earlier server that has told nothing for so long, while this one looked, is gone."""


class Runner:
    """Starts the processes of jobs, and notes which of them ended without a word."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._heard: dict[int, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def start(self, project: Project, kind: str, asked: Mapping[str, Any], *, author: str, lang: Any) -> int:
        """Ask for a job on what counts now, in a process of its own; its id."""
        job = self.store.jobs.ask(
            project.id, kind, asked, data=project.data, plan=project.plan, author=author, lang=lang, created=now()
        )
        with self._lock:
            self._processes[job] = _process(self.folder, job)
        return job

    def looked_at(self, job: Job) -> Job:
        """The job as it stands, once it has been looked whether its process is still there."""
        if job.state.over or self._lives(job):
            return job
        self.store.jobs.give_up(job.id)
        return self.store.jobs.job(job.id)

    def _lives(self, job: Job) -> bool:
        with self._lock:
            process = self._processes.get(job.id)
            if process is not None:
                return process.poll() is None
            return self._is_heard(job)

    def _is_heard(self, job: Job) -> bool:
        """Of an earlier server's process nobody knows more than that it goes on telling.

        Time is counted while somebody looks, so that a machine that slept is none that died.
        """
        beats, since = self._heard.get(job.id, (-1, 0.0))
        if job.beats != beats:
            self._heard[job.id] = (job.beats, time.monotonic())
            return True
        return time.monotonic() - since < _SILENT_S

    def end(self) -> None:
        """Ask all searches of this server to end with what they have, and wait a little for them to be saved."""
        with self._lock:
            running = {job: process for job, process in self._processes.items() if process.poll() is None}
        for job in running:
            self.store.jobs.ask_to_stop(job)
        until = time.monotonic() + _ENDS_WITHIN_S
        for process in running.values():
            try:
                process.wait(max(until - time.monotonic(), _AT_LEAST_S))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _process(folder: Path, job: int) -> subprocess.Popen[bytes]:
    """A process that no Ctrl-C in the server's window reaches, and that opens no window of its own."""
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    command = [sys.executable, "-m", "scheduler.web.jobs", str(folder.absolute()), str(job)]
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, **options)
