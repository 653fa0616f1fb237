"""Rulesets: the numbers behind the rules, each with its source, read from ``scheduler/rulesets/*.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from scheduler.files.goals import parse_goals
from scheduler.files.schema import FileRules
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Rules

_FTE_KEYS = (
    "total",
    "open_practice_min",
    "institution_min",
    "open_practice_cap",
    "other_general_cap",
    "general_cap",
    "institution_cap",
    "goal_exposure",
)


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
class Ruleset:
    """A named set of numbers; ``title`` by language; ``may_give``: the rules that people, not the law, have set."""

    id: str
    title: Mapping[str, str]
    numbers: Mapping[str, RuleNumber]
    may_give: frozenset[str] = frozenset()

    def values(self) -> FileRules:
        """The numbers in the form of an instance's ``[rules]``."""
        tree = {key: number.value for key, number in self.numbers.items() if number.value is not None}
        return FileRules.model_validate({"ruleset": self.id, **tree})


@cache
def ruleset_ids() -> tuple[str, ...]:
    """The rulesets that come with the program."""
    folder = files("scheduler") / "rulesets"
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load_ruleset(ruleset_id: str) -> Ruleset:
    """A ruleset by its id; KeyError when there is none of that name."""
    if ruleset_id not in ruleset_ids():
        raise KeyError(ruleset_id)
    file = files("scheduler") / "rulesets" / f"{ruleset_id}.toml"
    tree: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    numbers = {
        key: RuleNumber(
            key, entry.get("value"), entry["unit"], entry["source"], entry["may_override"], entry.get("note")
        )
        for key, entry in tree.items()
        if key not in {"id", "title", "may_give"}
    }
    return Ruleset(tree["id"], tree["title"], numbers, frozenset(tree["may_give"]))


def rules_of(ruleset_id: str, overrides: FileRules | None = None) -> Rules:
    """The numbers of a ruleset with an instance's overrides, resolved: FTE-months become credit.

    >>> rules_of("forskrift-2019").total
    600000
    """
    values = load_ruleset(ruleset_id).values()
    given = {} if overrides is None else {key: getattr(overrides, key) for key in overrides.model_fields_set}
    merged = dict(values) | {key: value for key, value in given.items() if value is not None} | {"ruleset": ruleset_id}
    for key in _FTE_KEYS:
        merged[key] = credit(merged[key])
    merged["goals"] = parse_goals(merged["goals"])
    return Rules(**merged)


def credit(fte_months: float) -> int:
    """FTE-months as credit: 6.0 gives 60,000."""
    return round(fte_months * CREDIT_PER_FTE_MONTH)
