"""What the store hands out: projects, and versions of their data and plans."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scheduler.texts import Phrase

Kind = Literal["data", "plan"]
KINDS: tuple[Kind, ...] = ("data", "plan")
TOLD = ("id", "project", "kind", "made_of", "data", "saved", "author", "what", "comment", "state")
"""The columns of a version without its content."""


class StaleError(Exception):
    """Somebody else has saved meanwhile: what was to be saved rests on a version that counts no longer."""

    def __init__(self, expected: int | None, current: int | None) -> None:
        super().__init__(expected, current)
        self.expected = expected
        self.current = current


@dataclass(frozen=True, slots=True)
class Project:
    """A municipality's work: the ids of the versions that count now, and of the plan that is published."""

    id: int
    name: str
    created: str
    data: int | None
    plan: int | None
    published: int | None

    def head(self, kind: Kind) -> int | None:
        """The version of the kind that counts now."""
        return self.data if kind == "data" else self.plan


@dataclass(frozen=True, slots=True)
class Version:
    """A version without its content.

    ``data``: of a plan, the data it was made for; ``state``: whatever its page keeps with it.
    """

    id: int
    project: int
    kind: Kind
    made_of: int | None
    data: int | None
    saved: str
    author: str
    what: Phrase
    comment: str
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """That a version of the plan became the published one: when, and who did it."""

    version: int
    published: str
    author: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Where one stands on the undo stack: how many steps can be taken back, and how many taken again."""

    back: int
    forward: int


def project_of(row: sqlite3.Row) -> Project:
    """A project from its row."""
    return Project(*(row[name] for name in ("id", "name", "created", "data", "plan", "published")))


def version_of(row: sqlite3.Row) -> Version:
    """A version from its row."""
    what = json.loads(row["what"])
    return Version(
        **{name: row[name] for name in ("id", "project", "kind", "made_of", "data", "saved", "author", "comment")},
        what=Phrase.from_tree(what["key"], what["fields"]),
        state=json.loads(row["state"]),
    )


def packed_text(text: str) -> bytes:
    """A file's text as the store keeps it."""
    return zlib.compress(text.encode("utf-8"))


def text_in(content: bytes) -> str:
    """The text of which ``packed_text`` made this."""
    return zlib.decompress(content).decode("utf-8")


def packed(tree: object) -> bytes:
    """A tree as the store keeps it."""
    return packed_text(as_json(tree))


def unpacked(content: bytes) -> Any:
    """The tree of which ``packed`` made this."""
    return json.loads(text_in(content))


def as_json(tree: object) -> str:
    """A tree as text of a column."""
    return json.dumps(tree, ensure_ascii=False)
