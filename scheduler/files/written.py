"""Writing files without losing anybody's work (docs/decisions/0012).

While a command writes, a file that is there already is replaced only if it is, byte for byte, what this program wrote
last; any other is moved to a dated copy beside it first. What was written last is noted in a small file in the folder.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.plan import write_atomically

NOTES_FILE = ".alis-written.json"
"""In each folder with outputs: the SHA-256 of every file as it was written last."""

Notes = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was not as this program wrote it last, and the copy that it is now."""

    path: Path
    copy: Path


@dataclass
class _Batch:
    """Files written as one piece of work: which were kept as copies, and what is noted of each folder."""

    kept: list[Kept] = field(default_factory=list)
    known: dict[Path, Notes] = field(default_factory=dict)
    new: dict[Path, Notes] = field(default_factory=dict)

    def last_written(self, path: Path) -> str | None:
        """The hash of a file as it was written last; None if this program never wrote it, or no one knows."""
        folder = path.parent
        if folder not in self.known:
            self.known[folder] = _read_notes(folder)
        new = self.new.get(folder, {})
        return new[path.name] if path.name in new else self.known[folder].get(path.name)

    def note(self, path: Path, digest: str | None) -> None:
        """Note what has been written; None: from now on the file is somebody's own."""
        self.new.setdefault(path.parent, {})[path.name] = digest

    def save(self) -> None:
        """Put the notes into their folders. Without them the next run keeps a copy too many, and nothing is lost."""
        for folder, notes in self.new.items():
            merged = {**_read_notes(folder), **notes}
            there = {name: digest for name, digest in sorted(merged.items()) if digest and (folder / name).exists()}
            if there or (folder / NOTES_FILE).exists():
                with suppress(OSError):
                    write_atomically(folder / NOTES_FILE, json.dumps({"schema": 1, "sha256": there}, indent=1) + "\n")


_batch: ContextVar[_Batch | None] = ContextVar("batch", default=None)


@contextmanager
def keeping() -> Iterator[list[Kept]]:
    """While inside, nothing of anybody's is overwritten; the list tells which files were moved to a copy."""
    batch = _Batch()
    token = _batch.set(batch)
    try:
        yield batch.kept
    finally:
        _batch.reset(token)
        batch.save()


def write_file(path: Path, content: str | bytes, *, ours: bool = True) -> None:
    """Write a file whole or not at all; inside :func:`keeping`, what somebody wrote or changed there is moved first.

    ``ours`` False is for files that are somebody's own from the moment they are written, such as an instance to edit.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    batch = _batch.get()
    if batch is None:
        write_atomically(path, data)
        return
    digest = hashlib.sha256(data).hexdigest()
    write_atomically(path, data, lambda: _make_way(batch, path, digest))
    if ours or batch.last_written(path) is not None:
        batch.note(path, digest if ours else None)


def remove_file(path: Path) -> None:
    """Remove a file of an earlier run that would be taken for this one's; inside :func:`keeping` only what is ours."""
    batch = _batch.get()
    if batch is not None:
        _make_way(batch, path)
    path.unlink(missing_ok=True)


def _make_way(batch: _Batch, path: Path, *also_ours: str) -> None:
    """Move a file to a dated copy unless it is what was written last, or has one of these hashes."""
    if not os.path.lexists(path) or (path.is_dir() and not path.is_symlink()):
        return  # a folder stays where it is, and the file cannot be written
    if path.is_file() and _digest(path) in (batch.last_written(path), *also_ours):
        return
    copy = _reserve(path, datetime.datetime.now())
    try:
        path.replace(copy)
    except OSError:
        copy.unlink()
        raise
    batch.kept.append(Kept(path, copy))


def _reserve(path: Path, now: datetime.datetime) -> Path:
    """A name beside the file that nobody has, ``plan 2026-11-27 1530.xlsx``, taken by an empty file."""
    number, copy = 1, path.with_name(f"{path.stem} {now:%Y-%m-%d %H%M}{path.suffix}")
    while True:
        try:
            copy.touch(exist_ok=False)
        except FileExistsError:
            number += 1
            copy = path.with_name(f"{path.stem} {now:%Y-%m-%d %H%M} ({number}){path.suffix}")
        else:
            return copy


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_notes(folder: Path) -> Notes:
    """What is noted in a folder; nothing if the notes are not there or make no sense."""
    try:
        tree = json.loads((folder / NOTES_FILE).read_bytes())
        return {str(name): str(digest) for name, digest in tree["sha256"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
