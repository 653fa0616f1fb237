"""What comments say of a text file's rows and fields: in the other language, and as the notes of a workbook."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from scheduler.texts import Language

Tree = Mapping[str, Any]
Notes = Mapping[str, Mapping[int, list[tuple[str | None, str]]]]
"""By table and row: the field that is spoken of (None: the row as a whole), and what is said of it."""
EXAMPLE = "example/comments.toml"  # among the texts, though no chapter of the catalogue
_HEAD = re.compile(r"\s*(\[\[?)\s*([\w-]+)\s*\]\]?")
_KEY = re.compile(r"([\w-]+)\s*=")
_RULE = re.compile(r"-{3,}.*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with the table, row (counted from 0) and field that it stands at."""

    table: str
    row: int
    field: str | None
    said: str


def example_in(text: str, lang: Language) -> str:
    """The bundled example with its comments in a language."""
    if lang == "en":
        return text
    said = _in_norwegian()
    lines: list[str] = []
    for code, block in _parted(text):
        if code.strip():
            comment = "" if block is None else f"# {said[block]}"
            lines.append(f"{code}{comment}")
        elif block is None:
            lines.append(code)
        else:
            lines += [f"# {line}".rstrip() for line in said[block].split("\n")]
    return "\n".join(lines)


def notes_of(text: str, tree: Tree, lang: Language = "nb") -> Notes:
    """The comments of a text file at the rows of a tree: of a field only where it says what it said there.

    Those of the bundled example are in the language asked for; anybody's own are as they were written.
    """
    said = _in_norwegian() if lang == "nb" else {}
    before = tomllib.loads(text)
    notes: dict[str, dict[int, list[tuple[str | None, str]]]] = {}
    for comment in _comments(text):
        row = _row(before, comment)
        if row is None or (place := _place(row, tree.get(comment.table), comment.row)) is None:
            continue
        now = _rows(tree.get(comment.table))[place]
        if comment.field is None or row.get(comment.field) == now.get(comment.field):
            words = _RULE.sub("", said.get(comment.said, comment.said), count=1).strip().replace("\n", " ")
            if words:
                notes.setdefault(comment.table, {}).setdefault(place, []).append((comment.field, words))
    return notes


@cache
def _in_norwegian() -> Mapping[str, str]:
    rows = tomllib.loads((files("scheduler.texts") / EXAMPLE).read_text(encoding="utf-8"))["comments"]
    return {row["en"]: row["nb"] for row in rows}


def _parted(text: str) -> Iterator[tuple[str, str | None]]:
    """Lines as code and comment; comments that are lines of their own and follow each other are one."""
    block: list[str] = []
    for line in text.split("\n"):
        code, comment = _apart(line)
        if not code.strip() and comment is not None:
            block.append(comment)
            continue
        if block:
            yield "", "\n".join(block)
            block = []
        yield code, comment
    if block:
        yield "", "\n".join(block)


def _apart(line: str) -> tuple[str, str | None]:
    """What stands before a ``#`` that is in no string, and what comes after it."""
    quote = ""
    for place, character in enumerate(line):
        if character == "#" and not quote:
            return line[:place], line[place + 1 :].removeprefix(" ")
        if character in "\"'" and quote in ("", character) and line[place - 1] != "\\":
            quote = "" if quote else character
    return line, None


def _comments(text: str) -> Iterator[Comment]:
    """The comments beside a field, and those straight above a row; a text with strings of several lines has none."""
    if '"""' in text or "'''" in text:
        return
    counts: dict[str, int] = {}
    table, row, field, above = "", 0, None, None
    for code, comment in _parted(text):
        if not code.strip():
            above = comment  # an empty line parts what stands above it from what comes below
            continue
        if head := _HEAD.match(code):
            table, field = head[2], None
            row = counts.get(table, -1) + 1 if head[1] == "[[" else 0
            counts[table] = row
            for said in (above, comment):
                if said is not None:
                    yield Comment(table, row, None, said)
        else:
            key = _KEY.match(code)
            field = key[1] if key else field
            if comment is not None and key and table:
                yield Comment(table, row, field, comment)
        above = None


def _rows(table: Any) -> list[Tree]:
    return [row for row in table if isinstance(row, Mapping)] if isinstance(table, list) else [table or {}]


def _row(before: Tree, comment: Comment) -> Tree | None:
    rows = _rows(before.get(comment.table))
    return rows[comment.row] if comment.row < len(rows) else None


def _place(row: Tree, table: Any, number: int) -> int | None:
    """Where the row is now: by its id, or in its place where it is the same."""
    rows = _rows(table)
    if "id" in row:
        return next((place for place, now in enumerate(rows) if now.get("id") == row["id"]), None)
    return number if number < len(rows) and (not isinstance(table, list) or rows[number] == row) else None
