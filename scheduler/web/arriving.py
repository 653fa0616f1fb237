"""What somebody puts on the start page: a workbook, a text file or a plan, whatever it is called and holds."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from scheduler.api import InputError, Plan, Problem, read_plan
from scheduler.files import bundled_instance_path, load_tree
from scheduler.files.load import read_bytes, read_tree
from scheduler.files.schema import FileInstance
from scheduler.files.tables import Tables, as_data, tables_as_spelled, tables_in, tables_of
from scheduler.report.plan_file import no_plan
from scheduler.report.words import tidy
from scheduler.texts import Language

WORKBOOK, TOML = ".xlsx", ".toml"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
LONGEST_NAME = 80
LONGEST_ENDING = 10


@dataclass(frozen=True, slots=True)
class Arrived:
    """``content``: what the store keeps of the data; ``toml``: the text with its comments; the plan, of a plan file."""

    name: str
    content: Any
    toml: str | None = None
    plan: Plan | None = None


def example(lang: Language) -> Arrived:
    """The bundled example of Sarpsborg."""
    path = bundled_instance_path()
    return _of_file(load_tree(path), "Sarpsborg", lang, path.read_text(encoding="utf-8-sig"))


def arrived(file_name: str, data: bytes, lang: Language) -> Arrived:
    """What is in a file; InputError with its problems, in which the file is called what it was called.

    One with mistakes in it arrives as it is, to be mended where they are.
    """
    name = bare_name(file_name)
    with tempfile.TemporaryDirectory(prefix="alis-") as folder:
        path = Path(folder) / f"file{_suffix(name)}"
        path.write_bytes(data)
        try:
            return _read(path, PurePosixPath(name).stem[:LONGEST_NAME] or "ALIS", lang)
        except InputError as error:
            raise InputError(error.problems, name) from None


def bare_name(file_name: str) -> str:
    """The name alone, whichever way the folders before it are written."""
    name = PurePosixPath(tidy(PureWindowsPath(PurePosixPath(file_name).name).name))
    ending = name.suffix if len(name.suffix) <= LONGEST_ENDING else ""
    return name.name.removesuffix(ending)[: LONGEST_NAME - len(ending)] + ending or "?"


def _suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ".txt"


def _read(path: Path, name: str, lang: Language) -> Arrived:
    """An instance if it is one, else a plan; what is told is what is wrong with what it looks most like."""
    try:
        file = load_tree(path)
    except InputError as error:
        plan = _plan(path, error)
        if plan is not None:
            return _of_plan(plan, name, lang)
        tables = _with_mistakes(path, lang)
        if tables is None:
            raise
        return Arrived(name, as_data(tables))
    toml = path.read_text(encoding="utf-8-sig") if path.suffix == TOML else None
    return _of_file(file, name, lang, toml)


def _with_mistakes(path: Path, lang: Language) -> Tables | None:
    """What an instance with mistakes says, each in its cell; None where that has no room in the tables."""
    if path.suffix == WORKBOOK:
        return tables_in(read_bytes(path))
    return tables_as_spelled(read_tree(path), lang)


def _plan(path: Path, error: InputError) -> Plan | None:
    """The plan of a file that is no instance; None if it is no plan either."""
    codes = {problem.code for problem in error.problems}
    if path.suffix == WORKBOOK and "workbook-not-instance" not in codes:
        return None
    if path.suffix not in (WORKBOOK, ".json"):
        return None
    try:
        return read_plan(path)
    except InputError as other:
        if path.suffix == WORKBOOK or _looks_like_plan(path):
            raise other from None
        return None


def _looks_like_plan(path: Path) -> bool:
    return b'"tool"' in path.read_bytes()[:20_000]


def _of_file(file: FileInstance, name: str, lang: Language, toml: str | None = None) -> Arrived:
    return Arrived(file.name or name, as_data(tables_of(file, lang)), toml)


def _of_plan(plan: Plan, name: str, lang: Language) -> Arrived:
    source = plan.instance.source
    if source is None or not plan.status.has_plan:
        raise InputError([Problem("plan-without-instance") if plan.status.has_plan else no_plan(plan)])
    file = FileInstance.model_validate(source)
    return Arrived(plan.instance.name or name, as_data(tables_of(file, lang)), plan=plan)
