"""A ruleset's numbers with what an instance overrides of them, resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.files.goals import parse_goals
from scheduler.files.schema import FileRules
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Category, Rules
from scheduler.rulesets import CategoryRow, Ruleset, load_ruleset, number_keys

_FTE_KEYS = ("total", "goal_exposure")


def values_of(ruleset: Ruleset) -> FileRules:
    """The numbers of a ruleset in the form of an instance's ``[rules]``."""
    tree = {key: number.value for key, number in ruleset.numbers.items() if number.value is not None}
    return FileRules.model_validate({"ruleset": ruleset.id, **tree})


def rules_of(ruleset_id: str, overrides: FileRules | None = None) -> Rules:
    """The numbers of a ruleset with an instance's overrides, resolved: FTE-months become credit.

    >>> rules_of("forskrift-2019").total
    600000
    """
    ruleset = load_ruleset(ruleset_id)
    given = {} if overrides is None else {key: getattr(overrides, key) for key in overrides.model_fields_set}
    merged = dict(values_of(ruleset)) | {key: value for key, value in given.items() if value is not None}
    merged |= {key: credit(merged[key]) for key in _FTE_KEYS}
    merged |= {
        "ruleset": ruleset_id,
        "goals": parse_goals(merged["goals"]),
        "goal_prefix": ruleset.learning_goals.prefix,
    }
    categories = tuple(_category(row, merged) for row in ruleset.categories)
    return Rules(categories=categories, **{key: value for key, value in merged.items() if key not in number_keys()})


def _category(row: CategoryRow, values: Mapping[str, Any]) -> Category:
    return Category(
        id=row.id,
        minimum=0 if row.minimum is None else credit(values[row.minimum]),
        rule=row.rule,
        cap=None if row.cap is None else credit(values[row.cap]),
        counts_into=row.counts_into,
        served=row.served,
        own_practice=row.own_practice,
    )


def credit(fte_months: float) -> int:
    """FTE-months as credit: 6.0 gives 60,000."""
    return round(fte_months * CREDIT_PER_FTE_MONTH)
