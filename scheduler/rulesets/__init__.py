"""Rulesets: the numbers behind the rules, each with its source, and the categories of service as a tree.

One TOML file of this folder each. What the rest of the program has of them is read from here: which categories there
are, the keys of ``[rules]`` for their minima and caps, the ids that the minima have as rules, the goals there are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from scheduler.rulesets.faults import OPTIONAL, SHAPE, Fault, RulesetError, faults_of

IN_FORCE = "forskrift-2019"
"""The regulation in force: the ruleset of a file that names none, and the model of what numbers a ruleset has."""
_LANGUAGES = ("nb", "en")


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """One number of a ruleset: ``value`` as files spell it (None: no limit), where it comes from, who may change it.

    ``planning``: the scheme itself does not give it; it is a figure to plan by, and told as that.
    """

    key: str
    value: object
    unit: str
    source: str
    may_override: bool
    note: str | None = None
    planning: bool = False


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A kind of service that is counted by itself. ``title`` and, inside a sentence or narrow column, ``short`` by
    language.

    ``minimum`` and ``cap`` are keys of the ruleset's numbers, and of an instance's ``[rules]``; ``rule`` is the id of
    the rule that the minimum is. ``counts_into``: the category that what counts of it goes into; None: the total.
    ``served``: arenas may be of it; else it only adds up. ``own_practice``: it is where one's own office is.
    ``kinds``: the kinds of arenas in which it may be served; none: in any.
    """

    id: str
    title: Mapping[str, str]
    short: Mapping[str, str]
    minimum: str | None = None
    rule: str | None = None
    cap: str | None = None
    counts_into: str | None = None
    served: bool = True
    own_practice: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """How a kind of arena may be served in: beside one's own practice, or alone from so many percent of a post on.

    ``alone_from`` None: never alone.
    """

    kind: str
    source: str
    alone_from: float | None = None


@dataclass(frozen=True, slots=True)
class LearningGoals:
    """The goals there are, ``first`` to ``last``, and what stands before their number."""

    first: int
    last: int
    prefix: str

    def numbers(self) -> range:
        """Every one of them."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A named set of numbers; ``title`` by language; ``may_give``: the rules that people, not the law, have set."""

    id: str
    title: Mapping[str, str]
    numbers: Mapping[str, RuleNumber]
    categories: tuple[CategoryRow, ...]
    learning_goals: LearningGoals
    may_give: frozenset[str] = frozenset()
    placements: tuple[Placement, ...] = ()

    @property
    def own_practice(self) -> str:
        """The category of service in one's own practice."""
        return next(row.id for row in self.categories if row.own_practice and row.served)


@cache
def ruleset_ids() -> tuple[str, ...]:
    """The rulesets that come with the program; one whose file has faults is left out (``faults_in`` tells them)."""
    return tuple(ruleset_id for ruleset_id in _file_ids() if faults_in(ruleset_id) is None)


@cache
def load_ruleset(ruleset_id: str) -> Ruleset:
    """A ruleset by its id; KeyError when there is none of that name, RulesetError when its file has faults."""
    if ruleset_id not in _file_ids():
        raise KeyError(ruleset_id)
    if (broken := faults_in(ruleset_id)) is not None:
        raise broken
    return ruleset_of(_tree_of(ruleset_id))


@cache
def faults_in(ruleset_id: str) -> RulesetError | None:
    """What is wrong with the file of a ruleset; None for one in order, and where there is no such file."""
    if ruleset_id not in _file_ids():
        return None
    try:
        tree = _tree_of(ruleset_id)
        if (called := tree.get("id", ruleset_id)) != ruleset_id:
            return RulesetError(
                ruleset_id, tree, (Fault("ruleset-id", ("id",), called, about={"name": ruleset_id}), *_faults(tree))
            )
        ruleset_of(tree)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return RulesetError(ruleset_id, {}, (Fault("file-syntax", (), about={"reason": str(error)}),))
    except RulesetError as error:
        return error
    return None


def ruleset_of(tree: Mapping[str, Any]) -> Ruleset:
    """A ruleset from its file's tree; RulesetError with all that is wrong with it."""
    if faults := _faults(tree):
        raise RulesetError(str(tree.get("id")), tree, tuple(faults))
    numbers = {
        key: RuleNumber(
            key,
            entry.get("value"),
            entry["unit"],
            entry["source"],
            entry["may_override"],
            entry.get("note"),
            entry.get("planning", False),
        )
        for key, entry in tree.items()
        if key not in (*SHAPE, *OPTIONAL)
    }
    categories = tuple(CategoryRow(**{**row, "kinds": tuple(row.get("kinds", ()))}) for row in tree["categories"])
    goals = LearningGoals(**tree["learning_goals"])
    placements = tuple(Placement(**row) for row in tree.get("placements", ()))
    return Ruleset(tree["id"], tree["title"], numbers, categories, goals, frozenset(tree["may_give"]), placements)


def _faults(tree: Mapping[str, Any]) -> list[Fault]:
    return faults_of(tree, CategoryRow, _tree_of(IN_FORCE), _rules_there_are(), _LANGUAGES)


@cache
def _file_ids() -> tuple[str, ...]:
    names = (file.name for file in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def _tree_of(ruleset_id: str) -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / f"{ruleset_id}.toml").read_text(encoding="utf-8"))


@cache
def _rules_there_are() -> tuple[str, ...]:
    """The ids of the rules that are no category's minimum: those with a sentence in the catalogue's own chapter."""
    return tuple(tomllib.loads((files("scheduler") / "texts" / "rules.toml").read_text(encoding="utf-8")))


def _in_any(values: Callable[[Ruleset], Iterable[str | None]]) -> tuple[str, ...]:
    """What the rulesets have between them, each once, in the order of the files."""
    found = (value for ruleset_id in ruleset_ids() for value in values(load_ruleset(ruleset_id)))
    return tuple(dict.fromkeys(value for value in found if value is not None))


@cache
def served_categories() -> tuple[str, ...]:
    """The categories that an arena may be of, in any ruleset."""
    return _in_any(lambda ruleset: (row.id for row in ruleset.categories if row.served))


@cache
def arena_kinds() -> tuple[str, ...]:
    """The kinds of arenas that any ruleset speaks of."""
    return _in_any(
        lambda ruleset: (
            *(kind for row in ruleset.categories for kind in row.kinds),
            *(row.kind for row in ruleset.placements),
        )
    )


@cache
def number_keys() -> tuple[str, ...]:
    """The keys of ``[rules]`` for the minima and caps of categories, in any ruleset, minima first."""
    minima = _in_any(lambda ruleset: (row.minimum for row in ruleset.categories))
    return tuple(dict.fromkeys((*minima, *_in_any(lambda ruleset: (row.cap for row in ruleset.categories)))))


@cache
def minimum_rules(*, own_practice: bool) -> tuple[str, ...]:
    """The ids of the rules that are minima, in any ruleset: those of one's own practice, or the others."""
    return _in_any(lambda ruleset: (row.rule for row in ruleset.categories if row.own_practice is own_practice))


@cache
def known_goals() -> frozenset[int]:
    """The numbers of the goals there are, in any ruleset."""
    ranges = (load_ruleset(ruleset_id).learning_goals for ruleset_id in ruleset_ids())
    return frozenset(goal for goals in ranges for goal in goals.numbers())
