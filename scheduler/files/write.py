"""Writing an instance file: the same tree in TOML, JSON or a workbook, fields that were not given left out."""

from __future__ import annotations

import json

import tomli_w

from scheduler.files.schema import FileInstance
from scheduler.files.workbook.write import to_workbook

__all__ = ["to_json", "to_toml", "to_workbook"]


def to_json(file: FileInstance) -> str:
    """The file as JSON, one trailing newline."""
    return json.dumps(file.tree(), ensure_ascii=False, indent=1) + "\n"


def to_toml(file: FileInstance) -> str:
    """The file as TOML; comments of the original are not kept."""
    return tomli_w.dumps(file.tree())
