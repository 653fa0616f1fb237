"""Tables without rows that others refer to: one problem that names the table, not one for each reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scheduler.files.rows import TABLES
from scheduler.files.workbook import SheetTree
from scheduler.files.workbook.grid import sheet_of
from scheduler.files.workbook.titles import sheet_title
from scheduler.instance.problems import Path, Problem
from scheduler.instance.spelling import nearest
from scheduler.texts import LANGUAGES

_REFERS = {
    "unknown-arena": "arenas",
    "unknown-rotation": "rotations",
    "unknown-group": "groups",
    "unknown-supervisor": "supervisors",
    "unknown-municipality": "municipalities",
    "unknown-candidate": "candidates",
}


def with_missing_tables(found: Iterable[Problem], tree: Mapping[str, Any]) -> list[Problem]:
    """The problems, with one for each table that has no rows although others refer to it.

    It stands for the references into the table, and for what else is wrong with the table as a whole.
    """
    problems = list(found)
    references: dict[str, list[Problem]] = {}
    for problem in problems:
        table = _REFERS.get(problem.code)
        if table is not None and tree.get(table) in (None, []) and not _misspelt_word(problem):
            references.setdefault(table, []).append(problem)
    orphans = tree.orphans if isinstance(tree, SheetTree) else {}
    missing = [table for table in TABLES if table in references or table in orphans]
    said = {id(problem) for told in references.values() for problem in told}
    whole: list[Path] = [(table,) for table in missing]
    rest = [problem for problem in problems if id(problem) not in said and problem.path not in whole]
    return rest + [_missing(table, references.get(table, []), tree) for table in missing]


def _misspelt_word(problem: Problem) -> bool:
    """Whether what was found comes close to a word with a meaning of its own (``free``, ``practice``)."""
    return nearest(problem.found, problem.choices) is not None


def _missing(table: str, references: list[Problem], tree: Mapping[str, Any]) -> Problem:
    if isinstance(tree, SheetTree):
        cells = [*(cell for problem in references if (cell := tree.places.of(problem))), *tree.orphans.get(table, ())]
        sheets = ", ".join(dict.fromkeys(sheet_of(cell) for cell in cells))
        title = {lang: sheet_title(table, lang) for lang in LANGUAGES}
        fields = {"sheet": title, "sheets": sheets}
        where = next(iter(cells), None)
        return Problem("workbook-sheet-missing", (table,), fields=fields, cell=where).in_words_of(tree.lang)
    names = ", ".join(dict.fromkeys(_field(problem.path) for problem in references))
    return Problem("table-missing", (table,), fields={"table": table, "fields": names})


def _field(path: Path) -> str:
    """The field of a table that a place lies in: ``candidates[2].wishes[0].rotation`` is in ``candidates.wishes``."""
    return ".".join([part for part in path if isinstance(part, str)][:2])
