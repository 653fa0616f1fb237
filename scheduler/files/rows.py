"""An instance as far as it can be read: the rows that are well-formed, whatever is wrong with the others.

The checks of meaning run on a draft, so that one mistyped month does not hide an unknown arena three tables away.
"""

from __future__ import annotations

import graphlib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from scheduler.files.ruleset import rules_of
from scheduler.files.schema import (
    FileArena,
    FileCandidate,
    FileGroup,
    FileHorizon,
    FileLimit,
    FileMunicipality,
    FileObjective,
    FileQuota,
    FileRate,
    FileRequirement,
    FileReservation,
    FileRotation,
    FileRules,
    FileSupervisor,
    FileTable,
)
from scheduler.files.templates import merge_arenas
from scheduler.instance.problems import Path
from scheduler.instance.spelling import Known
from scheduler.instance.types import PARALLEL, PRACTICE, Rules, Span
from scheduler.rulesets import Ruleset, load_ruleset, ruleset_ids

Table = TypeVar("Table", bound=FileTable)

TABLES: Mapping[str, type[FileTable]] = {
    "arenas": FileArena,
    "limits": FileLimit,
    "reservations": FileReservation,
    "rotations": FileRotation,
    "requirements": FileRequirement,
    "groups": FileGroup,
    "supervisors": FileSupervisor,
    "municipalities": FileMunicipality,
    "quotas": FileQuota,
    "candidates": FileCandidate,
    "economy": FileRate,
}


@dataclass(frozen=True)
class FileRow(Generic[Table]):
    """A row of a table that could be read, without the fields that could not (``broken``)."""

    table: str
    index: int
    data: Table
    broken: frozenset[str] = frozenset()

    def path(self, *keys: str | int) -> Path:
        """The path of the row, or of something in it."""
        return (self.table, self.index, *keys)

    def sound(self, *keys: str) -> bool:
        """Whether these fields say what the file says."""
        return self.broken.isdisjoint(keys)


@dataclass(frozen=True)
class ReadableRows:
    """The well-formed part of a tree.

    ``ids`` also holds those of broken rows (nobody misspelt them), ``names`` the names that rows give themselves,
    ``repeated`` the rows whose id an earlier row has, ``complete`` the tables of which every row could be read in full.
    """

    horizon: Span | None
    rules: FileRules
    objective: FileObjective
    arenas: list[FileRow[FileArena]]
    limits: list[FileRow[FileLimit]]
    reservations: list[FileRow[FileReservation]]
    rotations: list[FileRow[FileRotation]]
    requirements: list[FileRow[FileRequirement]]
    groups: list[FileRow[FileGroup]]
    supervisors: list[FileRow[FileSupervisor]]
    municipalities: list[FileRow[FileMunicipality]]
    quotas: list[FileRow[FileQuota]]
    candidates: list[FileRow[FileCandidate]]
    economy: list[FileRow[FileRate]]
    ids: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    repeated: list[tuple[str, int, str]] = field(default_factory=list)
    complete: frozenset[str] = frozenset()

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> ReadableRows:
        """Read what can be read of a tree."""
        horizon = _read(FileHorizon, tree.get("horizon"))
        rules = _read(FileRules, tree.get("rules", {}))
        objective = _read(FileObjective, tree.get("objective", {}))
        rows: dict[str, Any] = {table: _rows(table, model, tree.get(table, [])) for table, model in TABLES.items()}
        return cls(
            horizon=None if horizon is None else Span(horizon[0].start, horizon[0].start + horizon[0].months),
            rules=FileRules() if rules is None else rules[0],
            objective=FileObjective() if objective is None else objective[0],
            **rows,
            ids={table: _first_ids(tree.get(table)) for table in TABLES},
            names={table: _names(tree.get(table)) for table in TABLES},
            repeated=[(table, *repeated) for table in TABLES for repeated in _repeated(tree.get(table))],
            complete=frozenset(table for table in TABLES if _is_complete(tree.get(table, []), rows[table])),
        )

    def all_rows(self) -> Iterator[FileRow[Any]]:
        """Every well-formed row of every table."""
        for table in TABLES:
            yield from getattr(self, table)

    @cached_property
    def merged_arenas(self) -> dict[str, FileArena]:
        """Arenas by id with their templates' fields filled in; those that rest on a broken row are left out."""
        sound: dict[str, FileArena] = {}
        for row in self.arenas:
            sound.setdefault(row.data.id, row.data)
        broken = {row.data.id for row in self.arenas if not row.sound("like", "service", "abstract")}
        return merge_arenas(sound, broken)

    @cached_property
    def known(self) -> dict[str, Known]:
        """What a reference to a row of each table may be: its id, or the name that it gives itself."""
        return {
            table: Known((candidate_id, self.names[table].get(candidate_id)) for candidate_id in ids)
            for table, ids in self.ids.items()
        }

    def _places(self, ids: Iterable[str], *words: str) -> Known:
        """Arenas by id and name, be it their template's, after words with a meaning of their own."""
        merged = {file_arena.id: file_arena.name for file_arena in self.merged_arenas.values()}
        names = {**self.names["arenas"], **merged}
        return Known(
            [*((word, None) for word in words), *((candidate_id, names.get(candidate_id)) for candidate_id in ids)]
        )

    @cached_property
    def usable_arenas(self) -> Known:
        """The arenas that are not mere templates, as far as one can tell."""
        merged = self.merged_arenas
        usable = (
            arena_id for arena_id in self.ids["arenas"] if arena_id not in merged or not merged[arena_id].abstract
        )
        return self._places(usable)

    @cached_property
    def in_a_mix(self) -> Known:
        """What a mix may hold."""
        return self._places(self.usable_arenas, PRACTICE)

    @cached_property
    def group_choices(self) -> Known:
        """What a candidate's group may be."""
        return Known((choice, None) for choice in ("free", "done", *self.ids["groups"]))

    @cached_property
    def rotations_by_id(self) -> dict[str, FileRow[FileRotation]]:
        """Rotations by id, in the order of the file; the first of a repeated id."""
        rows: dict[str, FileRow[FileRotation]] = {}
        for row in self.rotations:
            rows.setdefault(row.data.id, row)
        return rows

    @cached_property
    def offices(self) -> Known:
        """Arenas that may be somebody's practice."""
        return self._places(self._serving({ruleset.own_practice for ruleset in self.rulesets}))

    @cached_property
    def rulesets(self) -> list[Ruleset]:
        """The ruleset of the file, its candidates' own after it; all there are where the file's is unknown."""
        named = dict.fromkeys((self.rules.ruleset, *(row.data.ruleset for row in self.candidates)))
        known = (
            ruleset_ids()
            if self.rules.ruleset not in ruleset_ids()
            else [ruleset_id for ruleset_id in named if ruleset_id in ruleset_ids()]
        )
        return [load_ruleset(ruleset_id) for ruleset_id in known if ruleset_id is not None]

    @cached_property
    def rosters(self) -> Known:
        """Parallel arenas."""
        return self._places(self._serving({PARALLEL}))

    def _serving(self, services: Collection[str]) -> Iterator[str]:
        return (
            file_arena.id
            for file_arena in self.merged_arenas.values()
            if file_arena.service in services and not file_arena.abstract
        )

    def allowed(self, candidate: FileCandidate) -> list[str]:
        """The rotations a candidate may take, in the order of the file."""
        return [rotation for rotation in self.rotations_by_id if not candidate.allowed or rotation in candidate.allowed]

    def rules_for(self, candidate: FileCandidate) -> Rules | None:
        """A candidate's numbers; None when the ruleset is unknown."""
        own = candidate.ruleset or self.rules.ruleset
        if own not in ruleset_ids():
            return None
        return rules_of(own, self.rules if own == self.rules.ruleset else None)


def waiting_for(after: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, list[str]]:
    """Of those that can never begin, each with whom it waits for in vain, of alternatives the first.

    What is not in ``after`` may have been.

    >>> waiting_for({"a": [["b", "c"]], "b": [["a"]], "c": []})
    {}
    >>> waiting_for({"a": [["b", "c"]], "b": [["a"]], "c": [["a"]]})
    {'a': ['b'], 'b': ['a'], 'c': ['a']}
    """
    stuck = set(after)
    while begun := {one for one in stuck if all(not stuck.issuperset(some) for some in after[one])}:
        stuck -= begun
    return {one: [some[0] for some in after[one] if stuck.issuperset(some)] for one in after if one in stuck}


def cycles(after: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The circles among "a needs b", each starting with the id that comes first in the file, each edge used once.

    >>> cycles({"a": ["b"], "b": ["a"], "c": []})
    [['a', 'b']]
    """
    graph = {node: [other for other in others if other in after] for node, others in after.items()}
    order = {node: position for position, node in enumerate(graph)}
    found: list[list[str]] = []
    while len(found) < 20:
        try:
            graphlib.TopologicalSorter(graph).prepare()
            break
        except graphlib.CycleError as error:
            nodes: list[str] = list(reversed(error.args[1][:-1]))
        start = nodes.index(min(nodes, key=order.__getitem__))
        nodes = nodes[start:] + nodes[:start]
        found.append(nodes)
        follower = nodes[1 % len(nodes)]
        graph[nodes[0]] = [other for other in graph[nodes[0]] if other != follower]
    return found


def _ids(rows: object) -> list[tuple[str, int]]:
    """The ids of a table, broken rows included, with the index of their row."""
    return [
        (unicodedata.normalize("NFC", row["id"]), index)
        for index, row in enumerate(rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping) and isinstance(row.get("id"), str)
    ]


def _first_ids(rows: object) -> dict[str, int]:
    first: dict[str, int] = {}
    for row_id, index in _ids(rows):
        first.setdefault(row_id, index)
    return first


def _names(rows: object) -> dict[str, str]:
    """The names of the rows by id, broken rows included; of a repeated id the first row's."""
    names: dict[str, str] = {}
    for row_id, index in _ids(rows):
        name = rows[index].get("name") if isinstance(rows, list) else None
        if isinstance(name, str):
            names.setdefault(row_id, name)
    return names


def _repeated(rows: object) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for row_id, index in _ids(rows):
        if row_id in seen:
            yield index, row_id
        seen.add(row_id)


def _is_complete(rows: object, read: Sequence[FileRow[Any]]) -> bool:
    return isinstance(rows, list) and len(rows) == len(read) and not any(row.broken for row in read)


def _rows(table: str, model: type[Table], rows: object) -> list[FileRow[Table]]:
    read = ((index, _read(model, row)) for index, row in enumerate(rows if isinstance(rows, list) else []))
    return [FileRow(table, index, row[0], row[1]) for index, row in read if row is not None]


def _read(model: type[Table], tree: object) -> tuple[Table, frozenset[str]] | None:
    """Read a table; where fields cannot be read, read it without them; None when that is not enough."""
    try:
        return model.model_validate(tree), frozenset()
    except ValidationError as error:
        broken = frozenset(str(detail["loc"][0]) for detail in error.errors() if detail["loc"])
    if not isinstance(tree, Mapping):
        return None
    try:
        return model.model_validate({key: value for key, value in tree.items() if key not in broken}), broken
    except ValidationError:
        return None
