"""What counts along a tree of categories, counted by hand; and what a ruleset's author may get wrong in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.accounting import amounts, counted, shortfalls
from scheduler.instance.types import Category, Rules
from tests.helpers.world import RULES_HERE

TREE = (
    Category("clinic", minimum=9, rule="clinic-least", cap=12, own_practice=True),
    Category("outreach", minimum=2, rule="outreach-least", cap=3, counts_into="clinic"),
    Category("night", counts_into="outreach"),  # no cap: all of it is outreach
    Category("course", cap=1),
)


def rules(categories: tuple[Category, ...] = TREE) -> Rules:
    return replace(RULES_HERE, total=10, categories=categories)


@pytest.mark.parametrize(
    ("clinic", "outreach", "night", "course", "in_outreach", "in_clinic", "in_all"),
    [
        (7, 4, 0, 0, 4, 10, 10),  # 3 of 4 count into the clinic
        (7, 2, 2, 0, 4, 10, 10),  # nights are outreach, and no more than 3 count in all
        (7, 0, 2, 0, 2, 9, 9),
        (11, 4, 0, 5, 4, 14, 13),  # 12 of 14, and 1 of 5
        (0, 0, 0, 0, 0, 0, 0),
    ],
)
def test_each_counts_into_the_next_up_to_its_cap(
    clinic: int, outreach: int, night: int, course: int, in_outreach: int, in_clinic: int, in_all: int
) -> None:
    sums = {"clinic": clinic, "outreach": outreach, "night": night, "course": course}
    have = amounts(sums, rules())
    assert (have["outreach"], have["clinic"], have[None]) == (in_outreach, in_clinic, in_all)
    assert counted(sums, rules()) == in_all


def test_the_order_of_the_ruleset_does_not_matter() -> None:
    sums = {"clinic": 11, "outreach": 4, "night": 1, "course": 5}
    assert amounts(sums, rules(TREE[::-1])) == amounts(sums, rules())


def test_what_is_missing_of_each_minimum() -> None:
    """6 in the clinic and 1 of 2 outreach: 7 of 9. What the rules do not know is no service by them."""
    assert shortfalls({"clinic": 6, "outreach": 1, "ward": 8}, rules()) == {"clinic-least": 2, "outreach-least": 1}
    assert counted({"ward": 8}, rules()) == 0


def test_what_a_category_is_made_of() -> None:
    assert rules().within(rules().category("clinic")) == ("clinic", "outreach", "night")
    assert rules().services == ("clinic", "outreach", "night", "course")
    assert rules().own_practice == "clinic"
