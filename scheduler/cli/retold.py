"""A command line told again in invented words, so that it can be run on the files of a fault's record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from scheduler.cli.files import OutputPath
from scheduler.fault import Document, Names, read_document
from scheduler.fault.changes import scenario_replaced, sweep_replaced
from scheduler.month import format_month

MONTH = "MONTH"
OWN_WORDS = ("all", "local")  # words that options give a meaning
FILE_SUFFIXES = (".toml", ".json", ".xlsx")
OUTPUT_SUFFIXES = (*FILE_SUFFIXES, ".png", ".pdf", ".svg", ".html", ".csv", ".ics", ".docx")


class Retold:
    """What a command was given; ``values`` are those of its parameters, as far as they had been read."""

    def __init__(self, context: click.Context | None, values: dict[str, Any]) -> None:
        self.context = context
        self.values = values

    @cached_property
    def given(self) -> list[tuple[click.Parameter, list[Any]]]:
        """The parameters that stood on the command line, each with what stood there, arguments first."""
        if self.context is None:
            return []
        given = [
            (param, _listed(self.values[param.name]))
            for param in self.context.command.params
            if param.name in self.values
            and self.context.get_parameter_source(param.name) is ParameterSource.COMMANDLINE
        ]
        return sorted(given, key=lambda mapping: isinstance(mapping[0], click.Option))

    @cached_property
    def files(self) -> dict[str, Path]:
        """The files it was given, by the name each has in the record."""
        found: dict[str, Path] = {}
        for param, values in self.given:
            for value in values:
                if _is_input(param, value):
                    found[_new_name(str(param.name).removesuffix("_path"), found)] = Path(value)
        return found

    @cached_property
    def documents(self) -> dict[str, Document]:
        """What is in these files."""
        return {name: read_document(path) for name, path in self.files.items()}

    @cached_property
    def outputs(self) -> dict[Path, str]:
        """Where the command was told to write, and the name that each has in the words told again."""
        found: dict[Path, str] = {}
        for param, values in self.given:
            for value in values if isinstance(param.type, OutputPath) else ():
                suffix = Path(value).suffix.lower()
                kept = suffix if suffix in OUTPUT_SUFFIXES else ""
                found[Path(value)] = _new_name("out", found.values(), kept)
        return found

    @property
    def paths(self) -> list[Path]:
        """All paths that stood on the command line."""
        return [*self.files.values(), *self.outputs]

    def words(self, names: Names) -> list[str]:
        """The command line in invented words."""
        if self.context is None:
            return []
        return [
            str(self.context.command.name),
            *(word for mapping in self.given for word in self._param(*mapping, names)),
        ]

    def options(self) -> dict[str, object]:
        """The value of every option that is a number, a month or a choice, those that were not given included."""
        params = [] if self.context is None else self.context.command.params
        return {
            str(param.name): _plain(param, self.values[param.name])
            for param in params
            if param.name in self.values and _is_plain(param, self.values[param.name])
        }

    def _param(self, param: click.Parameter, values: list[Any], names: Names) -> Iterator[str]:
        flag = [max(param.opts, key=len)] if isinstance(param, click.Option) else []
        if isinstance(param, click.Option) and param.is_flag:
            yield from flag
        elif isinstance(param, click.Option) and param.nargs > 1:
            yield from [*flag, *(self._word(param, value, names) for value in values)]
        else:
            for value in values:
                yield from [*flag, self._word(param, value, names)]

    def _word(self, param: click.Parameter, value: Any, names: Names) -> str:
        if _is_plain(param, value):
            return str(_plain(param, value))
        if isinstance(param.type, OutputPath):
            return self.outputs[Path(value)]
        text = str(value)
        if text in OWN_WORDS or names.knows(text):
            return text if text in OWN_WORDS else names.word(text)
        changed = None if isinstance(value, Path) else sweep_replaced(text, names) or scenario_replaced(text, names)
        named = {path: name for name, path in self.files.items()}
        return changed or named.get(Path(value)) or names.word(text)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [] if value is None else [value]


def _new_name(stem: str, taken: Collection[str], suffix: str = ".json") -> str:
    names = (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}" for number in count(1))
    return next(name for name in names if name not in taken)


def _is_input(param: click.Parameter, value: Any) -> bool:
    """Whether a value names a file that there is, and that the command only reads."""
    if isinstance(param.type, OutputPath) or not isinstance(value, str | Path):
        return False
    if isinstance(value, str) and not value.casefold().endswith(FILE_SUFFIXES):
        return False
    try:
        return Path(value).is_file()
    except (OSError, ValueError):
        return False


def _is_plain(param: click.Parameter, value: Any) -> bool:
    return isinstance(value, bool | int | float) or isinstance(param.type, click.Choice)


def _plain(param: click.Parameter, value: Any) -> object:
    """A number as it is, a month as it is written."""
    is_month = getattr(param, "metavar", None) == MONTH and isinstance(value, int)
    return format_month(value) if is_month else value
