"""The record of a fault, and the file it is left in."""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import json
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import scheduler
from scheduler.constraints.rule import Violation
from scheduler.fault.documents import Document
from scheduler.fault.names import Names
from scheduler.fault.trace import Raised, familiar_words, raised
from scheduler.fault.trees import Tree
from scheduler.files.resolve import sha256
from scheduler.files.schema import FileInstance
from scheduler.plan import Plan
from scheduler.texts import LANGUAGES, text

SCHEMA = 1
NOT_TOLD = "left out: not all input could be read, so nobody knows which of its words are names"
_LIBRARIES = (
    *("ortools", "protobuf", "numpy", "pandas", "pydantic", "pydantic_core", "click", "matplotlib"),
    *("openpyxl", "XlsxWriter", "Jinja2", "python-docx", "icalendar", "tomli-w"),
)


@dataclass(frozen=True)
class Situation:
    """What the program was doing: the command in invented words, the value of each option, and the files it was given.

    ``violations`` are what the checker said against a plan, which is then among the documents.
    """

    command: Sequence[str] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    violations: Sequence[Violation] = ()


def record_of(error: BaseException, situation: Situation, names: Names) -> Tree:
    """Everything that reproduces the fault, in invented words."""
    documents = situation.documents
    known = all(document.texts is not None for document in documents.values())
    familiar = familiar_words(error)
    return {
        **_heading(),
        "command": list(situation.command),
        "options": dict(situation.options),
        "error": [
            _told(each_raised, names.said(each_raised.message, familiar) if known else NOT_TOLD)
            for each_raised in raised(error)
        ],
        "violations": [_violation(violation, names) for violation in situation.violations],
        "files": _files(documents, names),
        "left_out": {name: document.why_not for name, document in documents.items() if document.model is None},
    }


def bare_record(error: BaseException, failed: BaseException) -> Tree:
    """What can be told where the record itself could not be made: the way to both errors, and no message of either."""
    told, why = ([_told(each_raised, "") for each_raised in raised(each)] for each in (error, failed))
    return {**_heading(), "error": told, "record_failed": why}


def leave(record: Mapping[str, Any], folders: Iterable[Path], now: datetime.datetime | None = None) -> Path | None:
    """Write the record into the first folder that takes it, under a name that is new there; None if none does."""
    content = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    stem = f"alis-feil-{now or datetime.datetime.now():%Y-%m-%d-%H%M%S}"
    for folder in folders:
        with contextlib.suppress(OSError, ValueError):  # ValueError: a path with a NUL in it
            return _written(folder, stem, content)
    return None


def _written(folder: Path, stem: str, content: str) -> Path:
    for number in count(1):
        path = folder / (f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            file = path.open("x", encoding="utf-8", newline="\n")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(content)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path.absolute()
    raise AssertionError("there are more numbers than files")


# --- the parts -------------------------------------------------------------------------------------------------------


def _heading() -> Tree:
    return {
        "alis_feil": SCHEMA,
        "about": {lang: text("fault.about", lang) for lang in LANGUAGES},
        "made": f"{datetime.datetime.now():%Y-%m-%dT%H:%M:%S}",
        "versions": dict(_versions()),
    }


def _versions() -> Iterator[tuple[str, str]]:
    yield "alis", scheduler.__version__
    yield "python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "platform", platform.platform()
    yield "machine", platform.machine()
    yield "encoding", getattr(sys.stderr, "encoding", None) or "-"
    for library in _LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            yield library, importlib.metadata.version(library)


def _told(each_raised: Raised, message: str) -> Tree:
    return {"type": each_raised.type, "message": message, "trace": list(each_raised.frames)}


def _violation(violation: Violation, names: Names) -> Tree:
    who, what = (None if word is None else names.word(word) for word in (violation.candidate, violation.subject))
    return {
        "rule": violation.rule,
        "text": violation.text_key,
        "candidate": who,
        "subject": what,
        "months": violation.months(),
    }


def _files(documents: Mapping[str, Document], names: Names) -> dict[str, Tree]:
    """The documents in invented words; a plan stays one of its instance, whose hash is another now."""
    made = {name: names.tree(document) for name, document in documents.items() if document.model is not None}
    hashes: dict[str, str] = {}
    for name, tree in made.items():
        for before, after in zip(_instances(documents[name].tree), _instances(tree), strict=True):
            with contextlib.suppress(ValidationError):
                hashes[_hash(before)] = _hash(after)
    for name, tree in made.items():
        if documents[name].model is Plan:
            before = documents[name].tree["instance"]["sha256"]
            tree["instance"]["sha256"] = hashes.get(before, tree["instance"]["sha256"])
    return made


def _instances(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The instance that a file is, or carries."""
    if "horizon" in tree:
        yield tree
    elif tree["instance"].get("source") is not None:
        yield tree["instance"]["source"]


def _hash(tree: Mapping[str, Any]) -> str:
    return sha256(FileInstance.model_validate(tree))
