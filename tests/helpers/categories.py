"""The categories of the regulation with numbers of a test's own, written out here and not read from the ruleset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scheduler.instance.types import Category, Rules

OPEN, OTHER, INSTITUTION, PARALLEL = "open_practice", "other_general", "institution", "parallel"


def categories(
    *,
    open_practice_min: int,
    institution_min: int,
    open_practice_cap: int,
    other_general_cap: int,
    general_cap: int,
    institution_cap: int,
) -> tuple[Category, ...]:
    """Open practice and other general service count into general service; all in credit."""
    return (
        Category(OPEN, open_practice_min, "open-practice", open_practice_cap, "general", own_practice=True),
        Category(OTHER, cap=other_general_cap, counts_into="general"),
        Category("general", cap=general_cap, served=False),
        Category(INSTITUTION, institution_min, "institution", institution_cap),
    )


def with_category(rules: Rules, category_id: str, **fields: Any) -> Rules:
    """The rules with other numbers for one category."""
    rows = tuple(replace(row, **fields) if row.id == category_id else row for row in rules.categories)
    return replace(rules, categories=rows)
