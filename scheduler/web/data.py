"""The data of a project: tables of cells as the store keeps them, and the instance that they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler import api
from scheduler.api import InputError, Instance, Problem
from scheduler.files.schema import FileInstance
from scheduler.files.tables import Spot, Tables, as_data, from_data, sheet_named, spot_of, tables_of, tree_of
from scheduler.texts import Language
from scheduler.web.store import Store


@dataclass(frozen=True, slots=True)
class Data:
    """A version of the data. ``instance`` None: there are problems; else ``problems`` are remarks only."""

    tables: Tables
    instance: Instance | None
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether it can be planned."""
        return self.instance is not None and bool(self.instance.candidates)

    def at(self, sheet: str) -> dict[tuple[int, str], list[Problem]]:
        """The problems of a table by row and column."""
        found: dict[tuple[int, str], list[Problem]] = {}
        for problem, spot in self.placed():
            if spot is not None and spot.sheet == sheet:
                found.setdefault((spot.row, spot.column), []).append(problem)
        return found

    def of_whole(self, sheet: str) -> list[Problem]:
        """The problems of a table that are no single cell's."""
        return [
            problem
            for problem, spot in self.placed()
            if spot is None and problem.cell and sheet_named(problem.cell) == sheet
        ]

    def placed(self) -> list[tuple[Problem, Spot | None]]:
        """Every problem with its cell, if it has one."""
        return [(problem, spot_of(problem, self.tables)) for problem in self.problems]


def judged(tables: Tables, lang: Language) -> Data:
    """What the tables come to, and what is wrong with them in the words of the language."""
    try:
        instance = api.load(tree_of(tables, lang), may_be_empty=True)
    except InputError as error:
        return Data(tables, None, error.problems)
    return Data(tables, instance, instance.remarks)


def data_in(store: Store, version: int, lang: Language) -> Data:
    """A version of the data; LookupError."""
    return judged(from_data(store.data(version)), lang)


def instance_in(store: Store, version: int, lang: Language) -> Instance:
    """The instance of a version of the data; InputError with its problems."""
    return api.load(tree_of(from_data(store.data(version)), lang), may_be_empty=True)


def content_of(tree: Mapping[str, Any], lang: Language) -> Any:
    """What the store keeps of an instance's tree; InputError if no tables can hold it."""
    return as_data(tables_of(FileInstance.model_validate(tree), lang))
