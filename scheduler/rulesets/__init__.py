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


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """One number of a ruleset: ``value`` as files spell it (None: no limit), where it comes from, who may change it."""

    key: str
    value: object
    unit: str
    source: str
    may_override: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A kind of service that is counted by itself. ``title`` and, inside a sentence or narrow column, ``short`` by
    language.

    ``minimum`` and ``cap`` are keys of the ruleset's numbers, and of an instance's ``[rules]``; ``rule`` is the id of
    the rule that the minimum is. ``counts_into``: the category that what counts of it goes into; None: the total.
    ``served``: arenas may be of it; else it only adds up. ``own_practice``: it is where one's own office is.
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

    @property
    def own_practice(self) -> str:
        """The category of service in one's own practice."""
        return next(row.id for row in self.categories if row.own_practice and row.served)


@cache
def ruleset_ids() -> tuple[str, ...]:
    """The rulesets that come with the program."""
    names = (file.name for file in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load_ruleset(ruleset_id: str) -> Ruleset:
    """A ruleset by its id; KeyError when there is none of that name."""
    if ruleset_id not in ruleset_ids():
        raise KeyError(ruleset_id)
    text = (files(__package__) / f"{ruleset_id}.toml").read_text(encoding="utf-8")
    return ruleset_of(tomllib.loads(text))


def ruleset_of(tree: Mapping[str, Any]) -> Ruleset:
    """A ruleset from its file's tree; ValueError for categories that are no tree."""
    shape = {"id", "title", "may_give", "categories", "learning_goals"}
    numbers = {
        key: RuleNumber(
            key, entry.get("value"), entry["unit"], entry["source"], entry["may_override"], entry.get("note")
        )
        for key, entry in tree.items()
        if key not in shape
    }
    categories = tuple(CategoryRow(**row) for row in tree["categories"])
    _assert_tree(categories, numbers)
    goals = LearningGoals(**tree["learning_goals"])
    return Ruleset(tree["id"], tree["title"], numbers, categories, goals, frozenset(tree["may_give"]))


def _assert_tree(categories: tuple[CategoryRow, ...], numbers: Mapping[str, RuleNumber]) -> None:
    """What a ruleset's author may get wrong: a key without a number, a circle, not just one place for one's office."""
    by_id = {row.id: row for row in categories}
    keys = {key for row in categories for key in (row.minimum, row.cap) if key is not None}
    if len(by_id) < len(categories) or not keys <= numbers.keys():
        raise ValueError(f"categories: an id twice, or no number for one of {sorted(keys)}")
    if any((row.minimum is None) != (row.rule is None) for row in categories):
        raise ValueError("categories: a minimum is a rule, and has its id")
    if sum(row.own_practice and row.served for row in categories) != 1:
        raise ValueError("categories: one's own practice is in one of them")
    for row in categories:
        above, steps = row.counts_into, 0
        while above is not None:
            if above not in by_id or steps > len(categories):
                raise ValueError(f"categories: {row.id} counts into nothing there is, or into itself")
            above, steps = by_id[above].counts_into, steps + 1


def _in_any(values: Callable[[Ruleset], Iterable[str | None]]) -> tuple[str, ...]:
    """What the rulesets have between them, each once, in the order of the files."""
    found = (value for ruleset_id in ruleset_ids() for value in values(load_ruleset(ruleset_id)))
    return tuple(dict.fromkeys(value for value in found if value is not None))


@cache
def served_categories() -> tuple[str, ...]:
    """The categories that an arena may be of, in any ruleset."""
    return _in_any(lambda ruleset: (row.id for row in ruleset.categories if row.served))


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
