"""What is searched for in a process of its own: asked here, told here, and stopped by way of here.

The process that searches writes how far it is and what it has found, whoever looks reads that. So a page that is
loaded again, or a server that is started again, sees the search go on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from scheduler.texts import Language
from scheduler.web.store.tables import reading, writing
from scheduler.web.store.versions import as_json


class JobState(StrEnum):
    """Where a job is. ``BROKEN``: the program failed; ``LOST``: its process ended without a word."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    BROKEN = "broken"
    LOST = "lost"

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return self not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """A search. ``data`` and ``plan``: the versions it rests on; ``beats`` grows while its process lives."""

    id: int
    project: int
    kind: str
    asked: Mapping[str, Any]
    data: int | None
    plan: int | None
    author: str
    lang: Language
    created: str
    state: JobState
    stop_asked: bool
    seconds: float
    beats: int
    progress: Mapping[str, Any]
    result: Mapping[str, Any]


def _job(row: sqlite3.Row) -> Job:
    plain = ("id", "project", "kind", "data", "plan", "author", "lang", "created", "seconds", "beats")
    return Job(
        **{name: row[name] for name in plain},
        state=JobState(row["state"]),
        stop_asked=bool(row["stop_asked"]),
        **{name: json.loads(row[name]) for name in ("asked", "progress", "result")},
    )


def job_in(db: sqlite3.Connection, job_id: int) -> Job:
    """A job as it stands in this transaction; LookupError."""
    row = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise LookupError(job_id)
    return _job(row)


class Jobs:
    """The jobs of a store."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ask(
        self,
        project: int,
        kind: str,
        asked: Mapping[str, Any],
        *,
        data: int | None,
        plan: int | None,
        author: str,
        lang: Language,
        created: str,
    ) -> int:
        """The id of a new job, which waits for a process; files of earlier ones like it make room.

        A page shows the latest job of a kind, and uses no other's files.
        """
        with writing(self.path) as db:
            earlier = "SELECT id FROM jobs WHERE project = ? AND kind = ? AND state NOT IN (?, ?)"
            over = (project, kind, JobState.WAITING, JobState.RUNNING)
            db.execute(f"DELETE FROM job_files WHERE job IN ({earlier})", over)
            cursor = db.execute(
                "INSERT INTO jobs (project, kind, asked, data, plan, author, lang, created, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (project, kind, as_json(asked), data, plan, author, lang, created, JobState.WAITING),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def job(self, job_id: int) -> Job:
        """A job as it stands; LookupError."""
        with reading(self.path) as db:
            return job_in(db, job_id)

    def latest(self, project: int, *kinds: str) -> Job | None:
        """The latest job of a project, of one of these kinds if any are named."""
        marks = ", ".join("?" * len(kinds))
        among = f"AND kind IN ({marks})" if kinds else ""
        with reading(self.path) as db:
            asked = f"SELECT * FROM jobs WHERE project = ? {among} ORDER BY id DESC LIMIT 1"
            row = db.execute(asked, (project, *kinds)).fetchone()
        return None if row is None else _job(row)

    def unfinished(self) -> list[Job]:
        """The jobs of all projects that are not over."""
        with reading(self.path) as db:
            asked = "SELECT * FROM jobs WHERE state IN (?, ?) ORDER BY id"
            return [_job(row) for row in db.execute(asked, (JobState.WAITING, JobState.RUNNING))]

    def begin(self, job_id: int) -> Job:
        """A process has taken the job; LookupError if it waits no longer."""
        with writing(self.path) as db:
            change = "UPDATE jobs SET state = ? WHERE id = ? AND state = ?"
            if db.execute(change, (JobState.RUNNING, job_id, JobState.WAITING)).rowcount == 0:
                raise LookupError(job_id)
            return job_in(db, job_id)

    def tell(self, job_id: int, seconds: float, progress: Mapping[str, Any]) -> bool:
        """How far it is, and that it lives; whether somebody has asked to stop."""
        with writing(self.path) as db:
            change = "UPDATE jobs SET seconds = ?, progress = ?, beats = beats + 1 WHERE id = ?"
            db.execute(change, (seconds, as_json(progress), job_id))
            return job_in(db, job_id).stop_asked

    def ask_to_stop(self, job_id: int) -> None:
        """Let it end with the best it has."""
        with writing(self.path) as db:
            db.execute("UPDATE jobs SET stop_asked = 1 WHERE id = ?", (job_id,))

    def give_up(self, job_id: int) -> None:
        """Note that the job's process has ended without a word, unless it said one at the last moment."""
        with writing(self.path) as db:
            change = "UPDATE jobs SET state = ? WHERE id = ? AND state IN (?, ?)"
            db.execute(change, (JobState.LOST, job_id, JobState.WAITING, JobState.RUNNING))

    def file(self, job_id: int, name: str) -> bytes:
        """A file that it has made; LookupError."""
        with reading(self.path) as db:
            asked = "SELECT content FROM job_files WHERE job = ? AND name = ?"
            row = db.execute(asked, (job_id, name)).fetchone()
        if row is None:
            raise LookupError(name)
        return bytes(row["content"])


def end_in(
    db: sqlite3.Connection, job_id: int, state: JobState, result: Mapping[str, Any], files: Mapping[str, bytes]
) -> None:
    """What came of the job, with the files it has made."""
    db.execute("UPDATE jobs SET state = ?, result = ? WHERE id = ?", (state, as_json(result), job_id))
    db.executemany("INSERT INTO job_files VALUES (?, ?, ?)", [(job_id, name, files[name]) for name in files])
