"""The folder's memory: nothing that was shown as saved is lost, and nobody's work is overwritten silently.

Every save is one transaction and names the version it rests on; where another one counts by then, it is a
``StaleError`` and nothing is saved. Versions are never changed or removed, so undo and restoring only say which counts.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from scheduler.api import Plan
from scheduler.texts import Phrase
from scheduler.web.store.jobs import Jobs, JobState, end_in, job_in
from scheduler.web.store.moving import taken_in, written
from scheduler.web.store.tables import prepare, reading, writing
from scheduler.web.store.versions import (
    TOLD,
    Kind,
    Project,
    Publication,
    StaleError,
    Steps,
    Version,
    as_json,
    packed,
    packed_text,
    project_of,
    text_in,
    unpacked,
    version_of,
)

STORE_FILE = "alis.sqlite3"


def now() -> str:
    """The time as the store writes it: local, to the second."""
    return datetime.datetime.now().isoformat(sep=" ", timespec="seconds")


class Store:
    """The store of a folder; any number of them, in any number of processes, may use the same file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / STORE_FILE
        prepare(self.path)
        self.jobs = Jobs(self.path)

    # --- settings

    def setting(self, name: str) -> str | None:
        """What is noted under a name."""
        with reading(self.path) as db:
            row = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set(self, name: str, value: str) -> None:
        """Note something under a name."""
        with writing(self.path) as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    # --- projects and versions

    def projects(self) -> list[Project]:
        """All projects, the newest first."""
        with reading(self.path) as db:
            return [project_of(row) for row in db.execute("SELECT * FROM projects ORDER BY id DESC")]

    def project(self, project_id: int) -> Project:
        """A project as it stands; LookupError."""
        with reading(self.path) as db:
            return _project(db, project_id)

    def version(self, version_id: int) -> Version:
        """What is known of a version; LookupError."""
        with reading(self.path) as db:
            return version_of(_version(db, version_id))

    def versions(self, project_id: int, kind: Kind | None = None) -> list[Version]:
        """All versions of a project, the newest first."""
        asked = f"SELECT {', '.join(TOLD)} FROM versions WHERE project = ? AND kind LIKE ? ORDER BY id DESC"
        with reading(self.path) as db:
            return [version_of(row) for row in db.execute(asked, (project_id, kind or "%"))]

    def data(self, version_id: int) -> Any:
        """The content of a version of the data; LookupError."""
        with reading(self.path) as db:
            return unpacked(_version(db, version_id, "data")["content"])

    def plan(self, version_id: int) -> Plan:
        """The plan of a version, with its instance inside (``api.instance_of``); LookupError."""
        with reading(self.path) as db:
            row = _version(db, version_id, "plan")
        return Plan.from_json(text_in(row["content"]))

    def add_project(
        self, name: str, content: Any, *, author: str, what: Phrase, state: Mapping[str, Any] | None = None
    ) -> Project:
        """A new project with its first data."""
        with writing(self.path) as db:
            cursor = db.execute("INSERT INTO projects (name, created) VALUES (?, ?)", (name, now()))
            project_id = _id(cursor)
            version = _add(db, project_id, "data", None, None, author, what, "", state or {}, packed(content))
            _step_to(db, project_id, "data", version)
            return _project(db, project_id)

    def save_data(
        self,
        project_id: int,
        content: Any,
        *,
        expected: int | None,
        author: str,
        what: Phrase,
        comment: str = "",
        state: Mapping[str, Any] | None = None,
    ) -> int:
        """The id of a new version of the data, which counts from now on; StaleError unless ``expected`` counts now."""
        with writing(self.path) as db:
            _require(db, project_id, "data", expected)
            added = _add(db, project_id, "data", expected, None, author, what, comment, state or {}, packed(content))
            _step_to(db, project_id, "data", added)
            return added

    def save_plan(
        self,
        project_id: int,
        plan: Plan,
        *,
        expected: int | None,
        author: str,
        what: Phrase,
        data: int | None = None,
        comment: str = "",
        state: Mapping[str, Any] | None = None,
    ) -> int:
        """The id of a new version of the plan, which counts from now on; StaleError unless ``expected`` counts now.

        ``data``: the version of the data it was made for; None: the same as ``expected`` was.
        """
        with writing(self.path) as db:
            _require(db, project_id, "plan", expected)
            added = self._added_plan(db, project_id, plan, expected, data, author, what, comment, state)
            _step_to(db, project_id, "plan", added)
            return added

    def lay_aside_plan(
        self,
        project_id: int,
        plan: Plan,
        *,
        made_of: int | None,
        author: str,
        what: Phrase,
        data: int | None = None,
        comment: str = "",
        state: Mapping[str, Any] | None = None,
    ) -> int:
        """The id of a new version of the plan that does not count (yet): ``adopt`` makes it."""
        with writing(self.path) as db:
            return self._added_plan(db, project_id, plan, made_of, data, author, what, comment, state)

    def _added_plan(
        self,
        db: sqlite3.Connection,
        project_id: int,
        plan: Plan,
        made_of: int | None,
        data: int | None,
        author: str,
        what: Phrase,
        comment: str,
        state: Mapping[str, Any] | None,
    ) -> int:
        if data is None and made_of is not None:
            data = _version(db, made_of, "plan")["data"]
        content = packed_text(plan.to_json(indent=None))
        return _add(db, project_id, "plan", made_of, data, author, what, comment, state or {}, content)

    # --- which version counts

    def adopt(self, project_id: int, version_id: int, *, expected: int | None) -> None:
        """Let a version of the project count from now on; one that is restored does, too. StaleError, LookupError."""
        with writing(self.path) as db:
            row = _version(db, version_id)
            if row["project"] != project_id:
                raise LookupError(version_id)
            _require(db, project_id, row["kind"], expected)
            _step_to(db, project_id, row["kind"], version_id)

    def adopt_both(self, project_id: int, data: int, plan: int, *, expected: tuple[int | None, int | None]) -> None:
        """Let versions of data and plan that belong together count; StaleError unless both that are expected do."""
        with writing(self.path) as db:
            kinds: tuple[tuple[Kind, int], ...] = (("data", data), ("plan", plan))
            for (kind, version_id), counts in zip(kinds, expected, strict=True):
                if _version(db, version_id, kind)["project"] != project_id:
                    raise LookupError(version_id)
                _require(db, project_id, kind, counts)
                _step_to(db, project_id, kind, version_id)

    def save_both(
        self,
        project_id: int,
        content: Any,
        plan: Plan,
        *,
        expected: tuple[int | None, int | None],
        author: str,
        what: Phrase,
        state: Mapping[str, Any] | None = None,
    ) -> tuple[int, int]:
        """The ids of new data and of the plan (with its ``state``) that was made for them, which count from now on.

        StaleError, and nothing is saved, unless both that are expected count now.
        """
        with writing(self.path) as db:
            kinds: tuple[Kind, Kind] = ("data", "plan")
            for kind, counts in zip(kinds, expected, strict=True):
                _require(db, project_id, kind, counts)
            data = _add(db, project_id, "data", expected[0], None, author, what, "", {}, packed(content))
            made = self._added_plan(db, project_id, plan, expected[1], data, author, what, "", state)
            for kind, version_id in zip(kinds, (data, made), strict=True):
                _step_to(db, project_id, kind, version_id)
            return data, made

    def steps(self, project_id: int, kind: Kind) -> Steps:
        """How far one can go back, and forward again."""
        with reading(self.path) as db:
            current, last = _where(db, project_id, kind)
        return Steps(max(current - 1, 0), last - current)

    def step(self, project_id: int, kind: Kind, by: int, *, expected: int | None) -> int:
        """Undo (by -1) or redo (by 1); the id of the version that counts then. StaleError, LookupError at the end."""
        with writing(self.path) as db:
            _require(db, project_id, kind, expected)
            return _moved(db, project_id, kind, by)

    def step_both(self, project_id: int, by: int, *, expected: tuple[int | None, int | None]) -> int:
        """Undo or redo data and plan that were saved together; the id of the plan that counts then. As ``step``."""
        kinds: tuple[Kind, Kind] = ("data", "plan")
        with writing(self.path) as db:
            for kind, counts in zip(kinds, expected, strict=True):
                _require(db, project_id, kind, counts)
            return [_moved(db, project_id, kind, by) for kind in kinds][-1]

    def neighbour(self, project_id: int, kind: Kind, by: int) -> int | None:
        """The version that a step would lead to; None at the end."""
        with reading(self.path) as db:
            return _neighbour(db, project_id, kind, by)[1]

    def publish(self, project_id: int, version_id: int, *, author: str) -> None:
        """Note that a version of the plan is the published one; LookupError."""
        with writing(self.path) as db:
            if _version(db, version_id, "plan")["project"] != project_id:
                raise LookupError(version_id)
            db.execute("UPDATE projects SET published = ? WHERE id = ?", (version_id, project_id))
            db.execute("INSERT INTO publications VALUES (?, ?, ?, ?)", (project_id, version_id, now(), author))

    def publications(self, project_id: int) -> list[Publication]:
        """What has been published, the latest first."""
        asked = "SELECT * FROM publications WHERE project = ? ORDER BY rowid DESC"
        with reading(self.path) as db:
            rows = db.execute(asked, (project_id,)).fetchall()
        return [Publication(row["version"], row["published"], row["author"]) for row in rows]

    def comment(self, version_id: int, comment: str, *, expected: str) -> None:
        """Write, or write otherwise, what is to be remembered of a version; StaleError unless ``expected`` stands."""
        with writing(self.path) as db:
            if _version(db, version_id)["comment"] != expected:
                raise StaleError(version_id, version_id)
            db.execute("UPDATE versions SET comment = ? WHERE id = ?", (comment, version_id))

    # --- all of it as one file

    def write_work(self, file: IO[bytes]) -> None:
        """Everything but searches, as one file that ``take_in_work`` reads."""
        with reading(self.path) as db:
            written(db, file)

    def take_in_work(self, file: IO[bytes]) -> list[int]:
        """The ids of the new projects that a file's work has become; NotWorkError, and nothing is changed."""
        with writing(self.path) as db:
            return taken_in(db, file)

    def replace_project(self, old: int, new: int) -> None:
        """Take away a project, with all its history, of which a newer one of the same name is to take the place.

        LookupError where they are not that.
        """
        with writing(self.path) as db:
            if old >= new or _project(db, old).name != _project(db, new).name:
                raise LookupError(old)
            db.execute("UPDATE projects SET data = NULL, plan = NULL, published = NULL WHERE id = ?", (old,))
            db.execute("DELETE FROM job_files WHERE job IN (SELECT id FROM jobs WHERE project = ?)", (old,))
            for table in ("publications", "steps", "jobs", "versions"):
                db.execute(f"DELETE FROM {table} WHERE project = ?", (old,))
            db.execute("DELETE FROM projects WHERE id = ?", (old,))

    # --- what comes of a job

    def end_job(
        self,
        job_id: int,
        result: Mapping[str, Any],
        *,
        state: JobState = JobState.DONE,
        what: Phrase | None = None,
        plan: Plan | None = None,
        data: Any = None,
        adopt: bool = False,
        files: Mapping[str, bytes] | None = None,
        plan_state: Mapping[str, Any] | None = None,
    ) -> None:
        """What a job has found, all of it or nothing; a new plan (with its ``state``) and new data become versions.

        With ``adopt`` the plan counts from now on, if what counted when the job was asked still does: a search
        overwrites nobody's work. The result says: ``plan``, ``data`` (ids), ``adopted``.
        """
        with writing(self.path) as db:
            job = job_in(db, job_id)
            told = dict(result)
            rests_on = job.data
            if data is not None and what is not None:
                rests_on = _add(db, job.project, "data", job.data, None, job.author, what, "", {}, packed(data))
                told["data"] = rests_on
            if plan is not None and what is not None:
                made = self._added_plan(db, job.project, plan, job.plan, rests_on, job.author, what, "", plan_state)
                told["plan"] = made
                told["adopted"] = adopt and _project(db, job.project).plan == job.plan
                if told["adopted"]:
                    _step_to(db, job.project, "plan", made)
            end_in(db, job_id, state, told, files or {})

    # --- servers, and the links that open their pages once

    def open_server(self, port: int) -> int:
        """Note that a server listens; its id."""
        with writing(self.path) as db:
            return _id(db.execute("INSERT INTO servers (port, started) VALUES (?, ?)", (port, now())))

    def close_server(self, server: int) -> None:
        """Forget a server that has ended, and its links."""
        with writing(self.path) as db:
            db.execute("DELETE FROM links WHERE server = ?", (server,))
            db.execute("DELETE FROM servers WHERE id = ?", (server,))

    def servers(self) -> dict[int, int]:
        """The ports of the servers that have not said that they ended, the latest first, by id."""
        with reading(self.path) as db:
            return {row["id"]: row["port"] for row in db.execute("SELECT * FROM servers ORDER BY id DESC")}

    def add_link(self, digest: str, server: int) -> None:
        """Let a link open the server's pages once."""
        with writing(self.path) as db:
            db.execute("INSERT INTO links VALUES (?, ?)", (digest, server))

    def take_link(self, digest: str, server: int) -> bool:
        """Whether the link opens the server's pages; it does so no second time."""
        with writing(self.path) as db:
            return db.execute("DELETE FROM links WHERE digest = ? AND server = ?", (digest, server)).rowcount == 1


def _project(db: sqlite3.Connection, project_id: int) -> Project:
    row = db.execute("SELECT * FROM projects WHERE id = ?", (project_id,)).fetchone()
    if row is None:
        raise LookupError(project_id)
    return project_of(row)


def _version(db: sqlite3.Connection, version_id: int, kind: Kind | None = None) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute("SELECT * FROM versions WHERE id = ?", (version_id,)).fetchone()
    if row is None or (kind is not None and row["kind"] != kind):
        raise LookupError(version_id)
    return row


def _add(
    db: sqlite3.Connection,
    project_id: int,
    kind: Kind,
    made_of: int | None,
    data: int | None,
    author: str,
    what: Phrase,
    comment: str,
    state: Mapping[str, Any],
    content: bytes,
) -> int:
    cursor = db.execute(
        "INSERT INTO versions (project, kind, made_of, data, saved, author, what, comment, state, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (project_id, kind, made_of, data, now(), author, as_json(what.tree()), comment, as_json(state), content),
    )
    return _id(cursor)


def _id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _require(db: sqlite3.Connection, project_id: int, kind: Kind, expected: int | None) -> None:
    current = _project(db, project_id).head(kind)
    if current != expected:
        raise StaleError(expected, current)


def _where(db: sqlite3.Connection, project_id: int, kind: Kind) -> tuple[int, int]:
    """The number of the step on which one stands, and of the last."""
    asked = "SELECT max(number * current) AS here, max(number) AS last FROM steps WHERE project = ? AND kind = ?"
    row = db.execute(asked, (project_id, kind)).fetchone()
    return row["here"] or 0, row["last"] or 0


def _neighbour(db: sqlite3.Connection, project_id: int, kind: Kind, by: int) -> tuple[int, int | None]:
    """The number of a step from here, and its version if there is one."""
    current, _ = _where(db, project_id, kind)
    asked = "SELECT version FROM steps WHERE project = ? AND kind = ? AND number = ?"
    row = db.execute(asked, (project_id, kind, current + by)).fetchone()
    return current + by, None if row is None else int(row["version"])


def _moved(db: sqlite3.Connection, project_id: int, kind: Kind, by: int) -> int:
    number, version = _neighbour(db, project_id, kind, by)
    if version is None:
        raise LookupError(number)
    _stand_at(db, project_id, kind, number, version)
    return version


def _step_to(db: sqlite3.Connection, project_id: int, kind: Kind, version_id: int) -> None:
    """A new step after the one on which one stands; what could have been redone is on the stack no longer."""
    current, _ = _where(db, project_id, kind)
    db.execute("DELETE FROM steps WHERE project = ? AND kind = ? AND number > ?", (project_id, kind, current))
    db.execute("INSERT INTO steps VALUES (?, ?, ?, ?, 0)", (project_id, kind, current + 1, version_id))
    _stand_at(db, project_id, kind, current + 1, version_id)


def _stand_at(db: sqlite3.Connection, project_id: int, kind: Kind, number: int, version_id: int) -> None:
    db.execute("UPDATE steps SET current = (number = ?) WHERE project = ? AND kind = ?", (number, project_id, kind))
    column = "data" if kind == "data" else "plan"
    db.execute(f"UPDATE projects SET {column} = ? WHERE id = ?", (version_id, project_id))
