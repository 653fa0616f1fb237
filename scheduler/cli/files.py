"""Reading plans for commands, and places where files may be written."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from scheduler.api import InputError, Instance, OpenedPlan, load, open_plan
from scheduler.cli.console import CommandError, Console, ExitCode, writing
from scheduler.files.written import Kept, keeping
from scheduler.report.plan_file import open_whole


class OutputPath(click.Path):
    """A place that a command writes to, where :data:`PATH` is one that it only reads."""


PATH = click.Path(path_type=Path)
OUTPUT = OutputPath(path_type=Path)
MOST_NAMED = 5
_LONGEST_SLUG = 60
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # names that Windows keeps for devices


def opened(console: Console, path: Path, instance: Instance | None = None) -> OpenedPlan:
    """A plan file, with a warning if it breaks rules: what is made of such a plan is not made without a word."""
    found = open_plan(path, instance)
    warn(console, found)
    return found


def warn(console: Console, found: OpenedPlan) -> None:
    """Say that a plan breaks rules, if it does."""
    if found.standing.broken:
        label = found.standing.label(console.lang)
        console.alarm(console.text("broken-plan", label=label, path=found.path))


def open_with_instance(path: Path, instance_path: Path | None) -> tuple[OpenedPlan, Instance]:
    """A plan and the instance it was made for: the file that is named, else the plan's own."""
    return open_whole(path, None if instance_path is None else load(instance_path))


def slug(name: str) -> str:
    """A folder's name from a plan's name, safe on every system: ``Sarpsborg 2026`` gives ``sarpsborg-2026``."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", name).lower())
    made = "-".join(words)[:_LONGEST_SLUG].strip("-_")
    return f"plan-{made}".strip("-") if not made or _RESERVED.fullmatch(made) else made


def require_folder(folder: Path, *files: str) -> None:
    """Raise CommandError if the folder, or a file of it, could not be made or written: better now than after minutes of
    planning.
    """
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        usable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        raise CommandError(ExitCode.USAGE, "folder-unusable", path=folder)
    for name in files:
        refuse_a_folder(folder / name)


def refuse_a_folder(path: Path) -> None:
    """Raise CommandError if a file is to be written where there is a folder of that name."""
    if path.is_dir():
        raise CommandError(ExitCode.USAGE, "output-is-folder", path=path)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """While inside, problems of an input that is no file of its own are told with this one's name."""
    try:
        yield
    except InputError as error:
        raise InputError(error.problems, error.source or str(path)) from None


@contextmanager
def saving(console: Console, place: Path) -> Iterator[None]:
    """While inside, files are written; told is why one cannot be, and what was kept of those that were there."""
    with telling_kept(console), writing(place):
        yield


@contextmanager
def telling_kept(console: Console) -> Iterator[None]:
    """While inside, nothing of anybody's is overwritten; at the end one sentence tells what was moved to a copy."""
    kept: list[Kept] = []
    try:
        with keeping() as kept:
            yield
    finally:
        _tell_kept(console, kept)


def _tell_kept(console: Console, kept: list[Kept]) -> None:
    """One sentence, also to those who asked for quiet: their files have new names."""
    if kept:
        copies = ", ".join(console.text("quoted", name=each_kept.copy.name) for each_kept in kept[:MOST_NAMED])
        more = ", …" if len(kept) > MOST_NAMED else ""
        console.insist(console.text("kept", number=len(kept), path=kept[0].path, copies=copies + more))


def refuse_overwriting(path: Path, force: bool) -> None:
    """Raise CommandError if the file is there already and the user has not said that another may take its place."""
    if path.exists() and not force:
        raise CommandError(ExitCode.USAGE, "file-exists", path=path)


def require_suffix(path: Path, allowed: tuple[str, ...]) -> None:
    """Raise CommandError if the file's ending says a format that the command does not write, or it is a folder."""
    if path.suffix.lower() not in allowed:
        raise CommandError(ExitCode.USAGE, "suffix", path=path, allowed=", ".join(allowed))
    refuse_a_folder(path)
