"""The tables of the folder's memory, and the one transaction in which each change of them is made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

FORM = 1
"""The form of the tables; a file of a later program is left alone."""
_PATIENCE_S = 15
_MAGIC = b"SQLite format 3\x00"

_TABLES = """
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
-- A project is one municipality's work (or a region's): its data, its plans, and which of them count just now.
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    data INTEGER REFERENCES versions (id),
    plan INTEGER REFERENCES versions (id),
    published INTEGER REFERENCES versions (id)
);
-- A version is written once and never changed; ``what`` is a phrase of the catalogue, ``content`` packed JSON.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('data', 'plan')),
    made_of INTEGER REFERENCES versions (id),
    data INTEGER REFERENCES versions (id),
    saved TEXT NOT NULL,
    author TEXT NOT NULL,
    what TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '{}',
    content BLOB NOT NULL
);
CREATE INDEX versions_of ON versions (project, kind, id);
-- The undo stack: which versions counted one after another; ``current`` is where one stands on it.
CREATE TABLE steps (
    project INTEGER NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL REFERENCES versions (id),
    current INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project, kind, number)
);
CREATE TABLE publications (
    project INTEGER NOT NULL REFERENCES projects (id),
    version INTEGER NOT NULL REFERENCES versions (id),
    published TEXT NOT NULL,
    author TEXT NOT NULL
);
-- What is searched for in a process of its own; whoever asks for the page reads here how far it is.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL,
    asked TEXT NOT NULL,
    data INTEGER REFERENCES versions (id),
    plan INTEGER REFERENCES versions (id),
    author TEXT NOT NULL,
    lang TEXT NOT NULL,
    created TEXT NOT NULL,
    state TEXT NOT NULL,
    stop_asked INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    beats INTEGER NOT NULL DEFAULT 0,
    progress TEXT NOT NULL DEFAULT '{}',
    result TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE job_files (
    job INTEGER NOT NULL REFERENCES jobs (id),
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (job, name)
);
-- Links that open the pages once, and the servers that they lead to.
CREATE TABLE servers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    port INTEGER NOT NULL,
    started TEXT NOT NULL
);
CREATE TABLE links (
    digest TEXT PRIMARY KEY,
    server INTEGER NOT NULL REFERENCES servers (id)
);
"""


class NotOursError(Exception):
    """The file is no store, or one that a later version of the program has written."""


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = FULL")  # what has been told as saved survives the power, too
    return db


def prepare(path: Path) -> None:
    """Make the tables where there are none yet; NotOursError for a file of something else."""
    _require_database(path)
    try:
        with closing(_opened(path)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("BEGIN IMMEDIATE")
            form = db.execute("PRAGMA user_version").fetchone()[0]
            if form == 0:
                if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise NotOursError
                for statement in _TABLES.split(";\n"):
                    if statement.strip():
                        db.execute(statement)
                db.execute(f"PRAGMA user_version = {FORM}")
            elif form != FORM:
                raise NotOursError
            db.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise NotOursError from None


def _require_database(path: Path) -> None:
    """SQLite takes a file of a few bytes for an empty one, and would write over it."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        head = file.read(len(_MAGIC))
        if head and head != _MAGIC:
            raise NotOursError


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One view of the store, the same from the first look to the last."""
    with closing(_opened(path)) as db, _in_range():
        db.execute("BEGIN")
        yield db


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it is there when this ends, or, whatever happens, nothing of it."""
    with closing(_opened(path)) as db, _in_range():
        db.execute("BEGIN IMMEDIATE")
        yield db  # an error closes the connection, which takes everything back
        db.execute("COMMIT")


@contextmanager
def _in_range() -> Iterator[None]:
    """LookupError for a number that is larger than any that a row can have."""
    try:
        yield
    except OverflowError as error:
        raise LookupError(str(error)) from None
