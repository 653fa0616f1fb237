"""The files that a command was given, read once more for the record: an instance, a plan, or something else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from scheduler.files.load import read_tree
from scheduler.files.schema import FileInstance
from scheduler.plan import Plan

WORKBOOK_SUFFIX = ".xlsx"
UNREADABLE = "could not be read"
OTHER = "is neither an instance nor a plan"


@dataclass(frozen=True)
class Document:
    """What is in a file. Without ``model`` it cannot go into the record, and ``why_not`` says why.

    ``texts`` are all texts of a file that has no schema; None if not even they are known.
    """

    model: type[BaseModel] | None = None
    tree: Mapping[str, Any] = field(default_factory=dict)
    why_not: str = ""
    texts: frozenset[str] | None = frozenset()


def read_document(path: Path) -> Document:
    """What is in the file; whatever goes wrong here says only that it could not be read."""
    try:
        return _read(path)
    except Exception:  # what broke the command may break this, too
        return Document(why_not=UNREADABLE, texts=None)


def instance_document(tree: Mapping[str, Any]) -> Document:
    """An instance's tree, its fields as its file had them."""
    return Document(FileInstance, FileInstance.model_validate(tree).tree())


def plan_document(plan: Plan) -> Document:
    """A plan."""
    return Document(Plan, json.loads(plan.to_json()))


def _read(path: Path) -> Document:
    if path.suffix.lower() == WORKBOOK_SUFFIX:
        return _read_workbook(path)
    tree = read_tree(path)
    try:
        return (
            plan_document(Plan.from_json(path.read_text(encoding="utf-8-sig")))
            if "tool" in tree
            else instance_document(tree)
        )
    except ValidationError:
        return Document(why_not=OTHER, texts=frozenset(_texts(tree)))


def _read_workbook(path: Path) -> Document:
    try:
        return instance_document(read_tree(path))
    except Exception:
        from scheduler.report.workbook.read import read_workbook  # half a second to load

        return plan_document(read_workbook(path))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for pair in value.items() for part in pair for text in _texts(part))
        case list():
            yield from (text for item in value for text in _texts(item))
