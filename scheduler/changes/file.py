"""Scenarios: a name and the changes that make it, from a file or from the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.changes.change import Action, Change
from scheduler.changes.inline import parse_change
from scheduler.changes.mapping import all_of, change_from, refuse_keys
from scheduler.changes.words import sentence
from scheduler.files.load import read_tree
from scheduler.files.schema import FileInstance, keys_of
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.problems import Path as TreePath
from scheduler.texts import Language

SUFFIXES = (".toml", ".json")
AScenario = str | Sequence[str | Mapping[str, Any]]
"""A file's path or changes parted by ``;``; or a list of changes, of which none is ever taken for a file."""
_OWN_KEYS = ("name", "changes")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes made together, under a name."""

    name: str
    changes: tuple[Change, ...]

    def sentence(self, lang: Language = "nb") -> str:
        """What it changes, in words."""
        return "; ".join(sentence(change, lang) for change in self.changes)


def scenario_of(said: AScenario) -> Scenario:
    """A scenario as somebody asks for it: a file's path, one or more changes parted by ``;``, or a list of these."""
    if isinstance(said, str) and said.casefold().endswith(SUFFIXES):
        return read_scenario(Path(said))
    listed = [said] if isinstance(said, str) else said
    parts = [part for item in listed for part in ([item] if isinstance(item, Mapping) else _split(item))]
    changes = all_of(lambda part, path: _change(part, path, own_words=True), parts, ())
    return Scenario("; ".join(change.inline() for change in changes), tuple(changes))


def _split(text: str) -> list[str]:
    """The changes of a line; a ``;`` inside quotation marks or brackets parts nothing."""
    parts, depth, quoted, begin = [], 0, False, 0
    for index, char in enumerate(text):
        if char == '"' and (index == 0 or text[index - 1] != "\\"):
            quoted = not quoted
        elif not quoted:
            depth += (char in "{[") - (char in "}]")
            if char == ";" and depth == 0:
                parts.append(text[begin:index])
                begin = index + 1
    return [part.strip() for part in (*parts, text[begin:])]


def read_scenario(path: Path) -> Scenario:
    """A scenario file (.toml, .json): ``name``, and ``changes`` or tables laid over the instance's by id.

    ``changes`` is a list of lines (``"arena.kad4a.places+1"``) and tables (``{arena = "kad4a", places = 1}``). Both the
    overlay's tables and the changes may be there; the overlay comes first.
    """
    tree = read_tree(path)
    try:
        return _scenario(tree, path.stem)
    except InputError as error:
        raise InputError(error.problems, str(path)) from None


def _scenario(tree: Mapping[str, Any], stem: str) -> Scenario:
    name = tree.get("name", stem)
    if not isinstance(name, str) or not name.strip():
        raise InputError([Problem("not-text", ("name",), shown(name))])
    overlay = {key: value for key, value in tree.items() if key not in _OWN_KEYS}
    tables = [key for key in keys_of(FileInstance) if key not in ("name", "schema")]
    refuse_keys(overlay, tables, ())
    listed = tree.get("changes", [])
    if not isinstance(listed, list):
        raise InputError([Problem("not-a-list", ("changes",), shown(listed))])
    changes = changes_of(listed)
    first = [Change(Action.OVERLAY, value=overlay)] if overlay else []
    if not first and not changes:
        raise InputError([Problem("scenario-empty", ())])
    return Scenario(name.strip(), (*first, *changes))


def changes_of(listed: Sequence[str | Mapping[str, Any]]) -> list[Change]:
    """The changes of lines (``"arena.kad4a.places+1"``) and tables (``{arena = "kad4a", places = 1}``)."""
    return all_of(_change, listed, ("changes",))


def _change(item: Any, path: TreePath, own_words: bool = False) -> Change:
    """``own_words``: what is wrong in a line is told at the line itself, not at its place in a list."""
    return parse_change(item, None if own_words else path) if isinstance(item, str) else change_from(item, path)


def same_names(scenarios: Sequence[Scenario]) -> list[str]:
    """The names, a number after those that come more than once."""
    names: list[str] = []
    for scenario in scenarios:
        name, number = scenario.name, 2
        while name in names:
            name, number = f"{scenario.name} ({number})", number + 1
        names.append(name)
    return names
