"""What is wrong with an input, as data: a code, a place, what was found, and the sentence from the catalogue."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from scheduler.exact import plain
from scheduler.instance.spelling import Known, nearest
from scheduler.texts import LANGUAGES, Language, catalogue, text

Path = tuple[str | int, ...]

REMARKS = frozenset(
    {
        "reservation-no-ceiling",
        "reservation-too-much",
        "wish-out-of-reach",
        "lost-before-unused",
        "fairness-unused",
        "low-percent",
        "percent-nought",
        "begins-late",
        "row-overruled",
        "row-outside",
        "fixed-after-until",
        "rotations-fall-away",
        "limit-without-ceiling",
        "limit-never-binds",
        "empty-list",
        "rotation-in-no-list",
        "arena-in-no-rotation",
        "allowed-closed",
        "allowed-closed-others",
        "finish-by-beyond",
        "months-done-below-credit",
        "months-done-below-current",
        "credit-rounded",
        "absence-no-weekday",
        "absence-no-service",
        "absence-reckoned",
        "credited-and-served",
        "credited-nowhere",
        "current-nowhere",
        "fixed-before-plan",
        "away-before-plan",
        "leave-over-served",
        "past-untold",
        "credit-just-short",
        "requirement-empty",
        "shift-goals-not-listed",
        "no-roster",
        "no-municipality",
        "quota-without-places",
        "workbook-day-dropped",
        "leave-by-date",
        "workbook-sheet-ignored",
        "workbook-sheet-deleted",
        "workbook-hidden-sheet",
        "workbook-hidden-rows",
        "workbook-hidden-columns",
    }
)
"""Codes that are worth saying but stop nothing."""

_BARE_KEY = re.compile(r"[\w-]+")
_LONGEST_SHOWN = 60
_MOST_BEARERS = 10
_MOST_SUGGESTIONS = 100


def codes() -> list[str]:
    """Every problem code, in the catalogue's order; ``problems.<code>.title`` and ``.help`` describe it."""
    keys = [key.removeprefix("problems.") for key in catalogue() if key.startswith("problems.")]
    return [key.removesuffix(".title") for key in keys if key.endswith(".title")]


def spell_place(path: Path) -> str:
    """Spell a path as a place in the file.

    >>> spell_place(("candidates", 2, "percent", 1, "from"))
    'candidates[2].percent[1].from'
    """
    place = ""
    for part in path:
        if isinstance(part, int):
            place += f"[{part}]"
        else:
            key = shown(part) if _BARE_KEY.fullmatch(part) else f'"{shown(part)}"'
            place += f".{key}" if place else key
    return place


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with (or, for codes in REMARKS, worth knowing about) an input.

    ``path`` leads to the place in the tree, list indices counted from 0; ``row`` is the id of the row it lies in.
    ``found`` is what stood there, ``nearest`` the valid spelling that looks most like it; ``fields`` fill the sentence.
    ``at_line`` is the line of a file that could not be read as far as a tree. ``choices`` are what :attr:`nearest` is
    sought among once all problems are known (for the first of them only: comparing is slow).
    """

    code: str
    path: Path = ()
    found: str | None = None
    nearest: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    row: str | None = None
    at_line: int | None = None
    choices: Collection[str] = field(default=(), repr=False, compare=False)
    cell: str | None = None
    hidden: bool = False

    @property
    def place(self) -> str:
        """Where: ``candidates[2].percent[1].from``; empty when it is the file as a whole."""
        return spell_place(self.path)

    @property
    def is_remark(self) -> bool:
        """Whether it is only worth knowing and stops nothing."""
        return self.code in REMARKS

    def sentence(self, lang: Language = "nb") -> str:
        """The problem in the coordinator's words, with the nearest valid spelling where there is one."""
        fields = {key: value.get(lang) if isinstance(value, Mapping) else value for key, value in self.fields.items()}
        said = text(f"problems.{self.code}", lang, **{"found": self.found, **fields})
        if self.nearest is None:
            return said
        return f"{said} {text('problems.nearest', lang, nearest=self.nearest)}"

    def in_words_of(self, lang: Language | None) -> Problem:
        """The problem with what its fields name as a file in this language has it, whoever reads the sentence."""
        if lang is None:
            return self
        fields = {key: value.get(lang) if isinstance(value, Mapping) else value for key, value in self.fields.items()}
        return replace(self, fields=fields)

    def line(self, lang: Language = "nb") -> str:
        """Place, row and sentence on one line: ``candidates[2].start (A03): …``, ``Kandidater!D7 (A03): …``."""
        where = self.cell or self.place
        where = where if self.row is None else f"{where} ({self.row})"
        where = f"{where}, {text('problems.hidden', lang)}" if self.hidden else where
        if self.at_line is not None:
            where = text("problems.line", lang, line=self.at_line)
        return f"{where}: {self.sentence(lang)}" if where else self.sentence(lang)

    def as_dict(self, lang: Language = "nb") -> dict[str, str | int | None]:
        """The problem for a JSON listing."""
        return {
            "code": self.code,
            "place": self.place,
            "cell": self.cell,
            "line": self.at_line,
            "row": self.row,
            "found": self.found,
            "nearest": self.nearest,
            "text": self.sentence(lang),
        }


class InputError(Exception):
    """The input has problems; ``problems`` holds all of them, in the order of the file."""

    def __init__(self, problems: Iterable[Problem], source: str | None = None) -> None:
        self.problems = tuple(problems)
        self.source = source
        super().__init__(self.problems, source)

    def __str__(self) -> str:
        return "\n".join(problem.line("en") for problem in self.problems)


def shown(value: object) -> str:
    """A found value as a message shows it: one line, at most 60 characters, no control characters."""
    match value:
        case None:
            said = "null"
        case bool():
            said = "true" if value else "false"
        case int() if value.bit_length() > 256:  # str() of a huge integer is slow, and refused beyond 4,300 digits
            said = "-…" if value < 0 else "…"
        case Fraction():
            said = str(plain(value))
        case dict():
            said = "{…}"
        case list() | tuple():
            said = "[…]"
        case str():
            said = value[: _LONGEST_SHOWN + 1]
        case _:
            said = str(value)
    said = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in said)
    return said if len(said) <= _LONGEST_SHOWN else said[: _LONGEST_SHOWN - 1] + "…"


def unknown(code: str, path: Path, word: str, known: Collection[str], **fields: object) -> Problem:
    """A reference to something that does not exist, with what it could have been; or a name that several rows bear."""
    bearers = known.bearers(word) if isinstance(known, Known) else []
    if len(bearers) > 1:
        fields = {"allowed": ", ".join(shown(bearer) for bearer in bearers[:_MOST_BEARERS])}
        return Problem("name-of-several", path, shown(word), fields=fields)
    return Problem(code, path, shown(word), fields=fields, choices=known)


def from_after_to(path: Path, start: str, end: str, unit: str = "month") -> Problem:
    """A row of months, or of days (``unit``), of which the first comes after the last."""
    fields = {"to": end, "unit": {lang: text(f"problems.from-after-to-{unit}", lang) for lang in LANGUAGES}}
    return Problem("from-after-to", (*path, "from"), start, fields=fields)


def in_file_order(problems: Iterable[Problem], tree: Mapping[str, Any]) -> list[Problem]:
    """The problems sorted as their places come in the file, each with the id of its row."""
    ordered = sorted(problems, key=lambda problem: _position(problem.path, tree))
    named = [replace(problem, row=_row_id(problem.path, tree)) for problem in ordered]
    return [_with_nearest(problem, tree) for problem in named[:_MOST_SUGGESTIONS]] + named[_MOST_SUGGESTIONS:]


def _with_nearest(problem: Problem, tree: Any) -> Problem:
    """The problem with the nearest of its choices to the value (or, for an unknown key, the key) that stood there."""
    if not problem.choices:
        return problem
    word = problem.path[-1]
    try:
        for part in problem.path:
            tree = tree[part]
    except KeyError:  # an id written with combining accents: the path has its composed form
        tree = None
    if isinstance(tree, str) and problem.code not in {"unknown-key", "unknown-rule"}:
        word = tree
    return replace(problem, nearest=nearest(word, problem.choices), choices=())


def _position(path: Path, tree: Any) -> tuple[int, ...]:
    """Where a path lies in the tree as read; what is missing comes after what is there."""
    position: list[int] = []
    for part in path:
        if isinstance(tree, Mapping) and part in tree:
            position.append(list(tree).index(part))
            tree = tree[part]
        elif isinstance(tree, Sequence) and isinstance(part, int) and part < len(tree):
            position.append(part)
            tree = tree[part]
        else:
            position.append(len(tree) if isinstance(tree, Mapping | list) else 0)
            break
    return tuple(position)


def _row_id(path: Path, tree: Mapping[str, Any]) -> str | None:
    match path:
        case (str() as table, int() as index, *_):
            rows = tree.get(table)
            row = rows[index] if isinstance(rows, list) and index < len(rows) else None
            row_id = row.get("id") if isinstance(row, Mapping) else None
            return shown(row_id) if isinstance(row_id, str) else None
    return None
