"""Which cell each place of the tree came from, so that a problem says ``Kandidater!D7``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scheduler.instance.problems import Path, Problem, spell_place
from scheduler.texts import Language

_OF_THE_VALUE = frozenset({"workbook-not-a-number", "number-range", "not-a-whole-number", "mix-sum"})


@dataclass(slots=True)
class Places:
    """Cells by path of the tree; ``values``: the second cell of a mapping's entry, ``titles``: what a field is called.

    ``hidden`` are cells that nobody sees in the workbook as it was saved.
    """

    cells: dict[Path, str] = field(default_factory=dict)
    values: dict[Path, str] = field(default_factory=dict)
    titles: dict[Path, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def of(self, problem: Problem) -> str | None:
        """The cell of a problem, or of the nearest thing around its place that has one."""
        path = problem.path
        if problem.code in _OF_THE_VALUE and path in self.values:
            return self.values[path]
        while path:
            if path in self.cells:
                return self.cells[path]
            path = path[:-1]
        return None

    def put(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems with their cells, and with cells and titles in place of the tree's spellings inside them."""
        spelled: dict[str, str] = {}
        return [self._put(problem, spelled) for problem in problems]

    def _put(self, problem: Problem, spelled: dict[str, str]) -> Problem:
        cell = problem.cell or self.of(problem)
        fields = dict(problem.fields)
        if problem.code == "missing-key" and problem.path in self.titles:
            fields["name"] = self.titles[problem.path]
        if problem.code == "duplicate-id":
            spelled = spelled or {spell_place(path): cell for path, cell in self.cells.items() if len(path) == 2}
            fields["first"] = spelled.get(str(fields["first"]), fields["first"])
        if problem.code in ("fixed-overlap", "absence-overlap"):
            other = (*problem.path[:3], _index(str(fields["other"])))
            fields["other"] = self.cells.get(other, fields["other"])
        return replace(problem, cell=cell, fields=fields, hidden=cell in self.hidden)


def _index(spelled: str) -> int:
    """The number in ``fixed[3]``."""
    return int(spelled.rpartition("[")[2].rstrip("]") or 0)


class SheetTree(dict[str, Any]):
    """An instance's tree that was read from a workbook: where each value stood, and what could not be read at all.

    ``orphans``: by table without rows, the first cell of each sheet whose rows should belong to rows of it. ``lang`` is
    the language of its titles, which is that of every title named to the user; None where nothing tells it.
    """

    def __init__(
        self,
        tree: Mapping[str, Any],
        places: Places,
        problems: Iterable[Problem],
        silent: Iterable[Path] = (),
        orphans: Mapping[str, Sequence[str]] | None = None,
        lang: Language | None = None,
    ) -> None:
        super().__init__(tree)
        self.places = places
        self.problems = tuple(problems)
        self.silent = frozenset(silent)
        self.orphans = dict(orphans or {})
        self.lang = lang

    def together(self, found: Iterable[Problem]) -> list[Problem]:
        """What is wrong with the tree, and with the workbook, nothing said twice."""
        return [*self.problems, *(problem for problem in found if not self._told(problem))]

    def placed(self, found: Iterable[Problem]) -> list[Problem]:
        """The problems with their cells."""
        return self.places.put(found)

    def _told(self, problem: Problem) -> bool:
        """Whether the problem only says that a cell could not be read, which has been said in better words."""
        path = problem.path
        around = any(path[:length] in self.silent for length in range(1, len(path) + 1))
        return around or (len(path) > 2 and any(silent[: len(path)] == path for silent in self.silent))
