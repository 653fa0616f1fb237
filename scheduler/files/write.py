"""Writing an instance file: the same tree in TOML, JSON or a workbook, fields that were not given left out."""

from __future__ import annotations

import json
from pathlib import Path

import tomli_w

from scheduler.files.comments import rewritten
from scheduler.files.remarked import notes_of
from scheduler.files.schema import FileInstance
from scheduler.files.workbook.write import to_workbook
from scheduler.instance.types import Instance
from scheduler.texts import Language

__all__ = ["FORMATS", "spelled", "to_json", "to_toml", "to_workbook"]

FORMATS = (".toml", ".json", ".xlsx")


def spelled(file: FileInstance, suffix: str, original: Path | None = None, lang: Language = "nb") -> str | bytes:
    """The file in the format of a suffix; comments of an original in TOML stay, in a workbook as notes."""
    text = _text(original)
    match suffix.lower():
        case ".toml":
            return to_toml(file, original)
        case ".xlsx":
            return to_workbook(file, lang, {} if text is None else notes_of(text, file.tree(), lang))
    return to_json(file)


def to_json(file: FileInstance) -> str:
    """The file as JSON, one trailing newline."""
    return json.dumps(file.tree(), ensure_ascii=False, indent=1) + "\n"


def to_toml(file: FileInstance | Instance, original: Path | None = None) -> str:
    """The file, or an instance as it was read, as TOML; with the comments of the original, if that is TOML, too."""
    tree = file.tree() if isinstance(file, FileInstance) else file.source or {}
    text = _text(original)
    return tomli_w.dumps(tree) if text is None else rewritten(text, tree)


def _text(original: Path | None) -> str | None:
    """What stands in an original in TOML."""
    if original is None or original.suffix.lower() != ".toml":
        return None
    return original.read_text(encoding="utf-8-sig")
