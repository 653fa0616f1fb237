"""Writing an instance file: the same tree in TOML or JSON, fields that were not given left out."""

from __future__ import annotations

import json

import tomli_w

from scheduler.instance.schema import FileInstance


def to_json(file: FileInstance) -> str:
    """The file as JSON, one trailing newline."""
    return json.dumps(file.tree(), ensure_ascii=False, indent=1) + "\n"


def to_toml(file: FileInstance) -> str:
    """The file as TOML; comments of the original are not kept."""
    return tomli_w.dumps(file.tree())
