"""An instance with nobody and nothing in it yet: its months and its ruleset, and all that may be filled in."""

from __future__ import annotations

from collections.abc import Iterator

import tomli_w

from scheduler.files.schema import FileInstance, table_at
from scheduler.files.workbook.titles import says, sheet_title
from scheduler.texts import Language

KEPT = ("schema", "horizon", "rules")


def blank_instance(like: FileInstance) -> FileInstance:
    """An instance of the same months under the same rules, every table empty."""
    tree = like.tree()
    return FileInstance.model_validate({key: tree[key] for key in KEPT if key in tree})


def blank_text(file: FileInstance, lang: Language) -> str:
    """The instance as a text file in which each table is a comment: what it is for, and what a row of it must have."""
    tree = file.tree()
    above = tomli_w.dumps({key: value for key, value in tree.items() if not isinstance(value, dict)})
    parts = [above]
    for key, title in (("horizon", "plan"), ("rules", "rules")):
        parts.append("\n".join([_told(title, lang), tomli_w.dumps({key: tree.get(key, {})})]))
    return "\n".join([*parts, *_tables(lang)])


def _told(table: str, lang: Language) -> str:
    return f"# {sheet_title(table, lang)}: {says(f'about.{table}', lang)}"


def _tables(lang: Language) -> Iterator[str]:
    """Each table of rows with the keys that a row cannot be without."""
    for name, field in FileInstance.model_fields.items():
        table = table_at((name,))
        if field.default == [] and table is not None:
            needed = [inner.alias or key for key, inner in table.model_fields.items() if inner.is_required()]
            yield "\n".join([_told(name, lang), f"# [[{name}]]", *(f"# {key} =" for key in needed), ""])
