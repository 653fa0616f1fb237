"""The whole folder's work as one file, out and in: a zip with what is known of each version, and its content beside it.

What comes in becomes new projects beside those there are; nothing is overwritten. Each part is looked at before it is
taken: a file from elsewhere is no more trusted than a form.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.api import Plan
from scheduler.files.tables import as_data, from_data
from scheduler.texts import LANGUAGES, Phrase
from scheduler.web.store.tables import FORM
from scheduler.web.store.versions import TOLD, as_json, packed_text, text_in

WORK, CONTENT = "work.json", "versions/{}.json"
BASE = "base"
"""What a page calls the version that another one was made from, in what it keeps with that (``web.drafts``)."""
LARGEST_PART = 60_000_000
MOST_PARTS = 200_000


class NotWorkError(Exception):
    """The file holds no work of ours, or that of a later program, or is damaged."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


Text = Field(max_length=2000)


class _Version(_Model):
    id: int
    kind: Literal["data", "plan"]
    made_of: int | None
    data: int | None
    saved: str = Text
    author: str = Text
    what: dict[str, Any]
    comment: str = Text
    state: dict[str, Any]


class _Step(_Model):
    kind: Literal["data", "plan"]
    number: int = Field(ge=1)
    version: int
    current: Literal[0, 1]


class _Publication(_Model):
    version: int
    published: str = Text
    author: str = Text


class _Project(_Model):
    name: str = Text
    created: str = Text
    data: int | None
    plan: int | None
    published: int | None
    versions: list[_Version]
    steps: list[_Step]
    publications: list[_Publication]


class _Work(_Model):
    form: Literal[1]
    projects: list[_Project]


# --- out


def written(db: sqlite3.Connection, file: IO[bytes]) -> None:
    """All projects with all their versions, as one zip."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        projects = [_told(db, row) for row in db.execute("SELECT * FROM projects ORDER BY id").fetchall()]
        package.writestr(WORK, json.dumps({"form": FORM, "projects": projects}, ensure_ascii=False, indent=1))
        for row in db.execute("SELECT id, content FROM versions ORDER BY id"):
            package.writestr(CONTENT.format(row["id"]), text_in(row["content"]))


def _told(db: sqlite3.Connection, project: sqlite3.Row) -> dict[str, Any]:
    told = [name for name in TOLD if name != "project"]
    versions = db.execute(
        f"SELECT {', '.join(told)} FROM versions WHERE project = ? ORDER BY id", (project["id"],)
    ).fetchall()
    steps = db.execute("SELECT * FROM steps WHERE project = ? ORDER BY kind, number", (project["id"],)).fetchall()
    published = db.execute("SELECT * FROM publications WHERE project = ? ORDER BY rowid", (project["id"],)).fetchall()
    return {
        **{name: project[name] for name in ("name", "created", "data", "plan", "published")},
        "versions": [{**dict(row), **{name: json.loads(row[name]) for name in ("what", "state")}} for row in versions],
        "steps": [{name: row[name] for name in ("kind", "number", "version", "current")} for row in steps],
        "publications": [{name: row[name] for name in ("version", "published", "author")} for row in published],
    }


# --- in


def taken_in(db: sqlite3.Connection, file: IO[bytes]) -> list[int]:
    """The ids of the projects that the file's work has become; NotWorkError, and then nothing may be kept of it."""
    try:
        with zipfile.ZipFile(file) as package:
            if len(package.infolist()) > MOST_PARTS:
                raise NotWorkError
            work = _Work.model_validate_json(_part(package, WORK))
            return [_project(db, package, project) for project in work.projects]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise NotWorkError from error
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError, sqlite3.IntegrityError) as error:
        raise NotWorkError from error


def _part(package: zipfile.ZipFile, name: str) -> str:
    """A part as text, however much it says that it holds."""
    with package.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise NotWorkError
    return content.decode("utf-8")


def _project(db: sqlite3.Connection, package: zipfile.ZipFile, project: _Project) -> int:
    added = _id(db.execute("INSERT INTO projects (name, created) VALUES (?, ?)", (project.name, project.created)))
    ids: dict[int, int] = {}
    kinds: dict[int, str] = {}
    for version in project.versions:
        ids[version.id] = _added(db, added, version, ids, _content(package, version))
        kinds[version.id] = version.kind
    for kind, head in (("data", project.data), ("plan", project.plan), ("plan", project.published)):
        if head is not None and kinds[head] != kind:
            raise NotWorkError
    heads = [None if head is None else ids[head] for head in (project.data, project.plan, project.published)]
    db.execute("UPDATE projects SET data = ?, plan = ?, published = ? WHERE id = ?", (*heads, added))
    if heads[0] is None:
        raise NotWorkError
    for step in project.steps:
        row = (added, step.kind, step.number, ids[step.version], step.current)
        db.execute("INSERT INTO steps VALUES (?, ?, ?, ?, ?)", row)
    for told in project.publications:
        row_of = (added, ids[told.version], told.published, told.author)
        db.execute("INSERT INTO publications VALUES (?, ?, ?, ?)", row_of)
    _require_steps(project)
    return added


def _require_steps(project: _Project) -> None:
    """One stands where the version is that counts."""
    heads: Mapping[str, int | None] = {"data": project.data, "plan": project.plan}
    for kind, head in heads.items():
        standing = [step.version for step in project.steps if step.kind == kind and step.current]
        if standing != ([] if head is None else [head]):
            raise NotWorkError


def _added(db: sqlite3.Connection, project: int, version: _Version, ids: Mapping[int, int], content: bytes) -> int:
    what = Phrase.from_tree(version.what["key"], version.what["fields"])
    for lang in LANGUAGES:
        what.said(lang)  # LookupError and the like: of another program
    made_of, data = (None if other is None else ids[other] for other in (version.made_of, version.data))
    told = (
        version.saved,
        version.author,
        as_json(what.tree()),
        version.comment,
        as_json(_with_ids(version.state, ids)),
    )
    cursor = db.execute(
        "INSERT INTO versions (project, kind, made_of, data, saved, author, what, comment, state, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (project, version.kind, made_of, data, *told, content),
    )
    return _id(cursor)


def _with_ids(state: Mapping[str, Any], ids: Mapping[int, int]) -> dict[str, Any]:
    """What a page keeps with a version, naming versions by their new ids; LookupError for one that is not there."""
    return {
        key: {**kept, BASE: ids[kept[BASE]]} if isinstance(kept, dict) and kept.get(BASE) is not None else kept
        for key, kept in state.items()
    }


def _content(package: zipfile.ZipFile, version: _Version) -> bytes:
    """What the store keeps of a version's content, once it has been read as what it says it is."""
    said = _part(package, CONTENT.format(version.id))
    if version.kind == "plan":
        return packed_text(Plan.from_json(said).to_json())
    return packed_text(as_json(as_data(from_data(_tables(json.loads(said))))))


def _tables(tree: Any) -> dict[str, Any]:
    """Data of which tables can be made."""
    for table in _rows(tree):
        for row in table["rows"]:
            if not isinstance(row, dict) or not all(isinstance(content, str | int | float) for content in row.values()):
                raise NotWorkError
        if not all(isinstance(key, str) for key in table["columns"]):
            raise NotWorkError
    return dict(tree)


def _rows(tree: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(tree, dict):
        raise NotWorkError
    yield from tree.values()


def _id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid
