"""Reading instances and plans for commands, and places where files may be written."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scheduler.cli.console import CommandError, Console, ExitCode, writing
from scheduler.files import InputError, Problem, load_instance, read_instance
from scheduler.files.load import read_tree
from scheduler.files.schema import FileInstance
from scheduler.files.written import Kept, keeping
from scheduler.instance.problems import shown, unknown
from scheduler.instance.spelling import Known, nearest
from scheduler.instance.types import Arena, Candidate, Instance, Rotation
from scheduler.plan import Plan
from scheduler.report.standing import PlanStanding, standing_of


class OutputPath(click.Path):
    """A place that a command writes to, where :data:`PATH` is one that it only reads."""


PATH = click.Path(path_type=Path)
OUTPUT = OutputPath(path_type=Path)
PLAN_SCHEMA = 1
WORKBOOK_SUFFIX = ".xlsx"
MOST_NAMED = 5
_LONGEST_SLUG = 60
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # names that Windows keeps for devices

Tree = dict[str, Any]


def read_source(path: Path, *, may_be_empty: bool = False) -> tuple[Instance, Tree]:
    """The instance of a file, and the same as the tree that a plan carries with it; with anybody in it, unless said."""
    tree = read_tree(path)
    instance = read_instance(tree, path.stem, source=str(path), may_be_empty=may_be_empty)
    return instance, FileInstance.model_validate(tree).tree()


def read_plan(path: Path) -> Plan:
    """The plan of a file; InputError with every problem. Its own instance, if it carries one, is the one it names.

    A plan.xlsx may have been edited by hand: its figures are recomputed.
    """
    if path.suffix.lower() == WORKBOOK_SUFFIX:
        from scheduler.report.workbook.read import read_workbook  # half a second to load; most plans are JSON

        return read_workbook(path)
    tree = read_tree(path)  # whatever is wrong with the file as such
    if path.suffix.lower() != ".json":
        raise InputError([Problem("file-suffix", found=path.suffix, fields={"allowed": ".json, .xlsx"})], str(path))
    if tree.get("schema") != PLAN_SCHEMA:
        raise InputError([_schema_problem(tree)], str(path))
    try:
        plan = Plan.from_json(path.read_text(encoding="utf-8-sig"))
    except ValidationError as error:
        problems = [_plan_problem(detail) for detail in error.errors(include_url=False)]
        raise InputError(problems, str(path)) from None
    if plan.instance.source is not None:
        read_own_instance(plan, path)
    return plan


def read_own_instance(plan: Plan, path: Path) -> Instance | None:
    """The instance that the plan carries with it; InputError if it was changed since; None if there is none."""
    if plan.instance.source is None:
        return None
    instance = read_instance(plan.instance.source, plan.instance.name, source=f"{path} (instance.source)")
    require_same(instance, plan)
    return instance


@dataclass(frozen=True, slots=True)
class OpenedPlan:
    """A plan file that has been read and checked; ``instance`` is None if nobody knows what the plan was made for."""

    path: Path
    plan: Plan
    instance: Instance | None
    standing: PlanStanding

    def warn(self, console: Console) -> None:
        """What is made of a plan that breaks rules is not made without a word."""
        if self.standing.broken:
            label = self.standing.label(console.lang)
            console.alarm(console.text("broken-plan", label=label, path=self.path))


def open_plan(path: Path) -> OpenedPlan:
    """A plan with its own instance, if it carries one, and its standing; CommandError for a file without a plan."""
    plan = read_plan(path)
    require_candidates(plan, path)
    instance = read_own_instance(plan, path)
    return OpenedPlan(path, plan, instance, standing_of(instance, plan))


def open_with_instance(path: Path, instance_path: Path | None) -> tuple[OpenedPlan, Instance]:
    """A plan and the instance it was made for: the file that is named, else the plan's own."""
    if instance_path is None:
        opened = open_plan(path)
        if opened.instance is None:
            raise CommandError(ExitCode.INPUT, "no-source", path=path)
        return opened, opened.instance
    instance = load_instance(instance_path)
    return open_for(instance, path), instance


def open_for(instance: Instance, path: Path) -> OpenedPlan:
    """A plan that must have been made for this instance."""
    plan = read_plan(path)
    require_candidates(plan, path)
    require_same(instance, plan)
    return OpenedPlan(path, plan, instance, standing_of(instance, plan))


def named(rows: Iterable[Candidate | Rotation | Arena]) -> Known:
    """What words of the command line may stand for: the rows' ids and names."""
    return Known((row.id, row.name) for row in rows)


def meant(word: str, known: Known) -> str | None:
    """The id that a word of the command line stands for, None if there is none; InputError if several are called so."""
    bearers = known.bearers(word)
    if len(bearers) > 1:
        raise InputError([unknown("name-of-several", (), word, known)])
    return bearers[0] if bearers else None


def likely(word: str, known: Known) -> str:
    """The id that a word looks most like, or the first few that there are."""
    return nearest(word, known) or ", ".join(list(known)[:5])


def require_same(instance: Instance, plan: Plan) -> None:
    """Raise CommandError unless the plan was made for this instance."""
    if instance.sha256 != plan.instance.sha256:
        hashes = {"have": plan.instance.sha256[:12], "need": instance.sha256[:12]}
        raise CommandError(ExitCode.INPUT, "other-instance", **hashes)


def require_candidates(plan: Plan, path: Path) -> None:
    """Raise CommandError if the file holds the outcome of a run that made no plan."""
    if not plan.status.has_plan or not plan.candidates:
        raise CommandError(ExitCode.INPUT, "empty-plan", path=path, status=plan.status.value)


def _schema_problem(tree: Tree) -> Problem:
    if "schema" not in tree:
        return Problem("missing-key", ("schema",), fields={"name": "schema"})
    return Problem("schema-version", ("schema",), shown(tree["schema"]), fields={"known": PLAN_SCHEMA})


def _plan_problem(detail: ErrorDetails) -> Problem:
    """A problem of ours from an error of pydantic's."""
    path = detail["loc"]
    if detail["type"] == "missing":
        return Problem("missing-key", path, fields={"name": str(path[-1])})
    if detail["type"] == "extra_forbidden":
        return Problem("bad-value", path, shown(path[-1]))
    return Problem("bad-value", path, shown(detail["input"]))


def slug(name: str) -> str:
    """A folder's name from a plan's name, safe on every system: ``Sarpsborg 2026`` gives ``sarpsborg-2026``."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", name).lower())
    made = "-".join(words)[:_LONGEST_SLUG].strip("-_")
    return f"plan-{made}".strip("-") if not made or _RESERVED.fullmatch(made) else made


def require_folder(folder: Path) -> None:
    """Raise CommandError if the folder could not be made or written in: better now than after minutes of planning."""
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        usable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        raise CommandError(ExitCode.USAGE, "folder-unusable", path=folder)


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
        console.insist(console.count("kept", len(kept), path=kept[0].path, copies=copies + more))


def refuse_overwriting(path: Path, force: bool) -> None:
    """Raise CommandError if the file is there already and the user has not said that another may take its place."""
    if path.exists() and not force:
        raise CommandError(ExitCode.USAGE, "file-exists", path=path)


def require_suffix(path: Path, allowed: tuple[str, ...]) -> None:
    """Raise CommandError if the file's ending says a format that the command does not write."""
    if path.suffix.lower() not in allowed:
        raise CommandError(ExitCode.USAGE, "suffix", path=path, allowed=", ".join(allowed))
