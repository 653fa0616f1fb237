"""The order of a file's candidates decides nothing: sorting a sheet moves nobody, and a draw is told as one."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.instance.order import in_order_of_ids
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from tests.helpers.tiny import Row, make, months, person, planned

WARD: dict[str, Row | None] = {"ward": {"places": [{"places": 1}]}}
FIRST_WISH = {"wishes": [months("2027-03", "2027-04", rotation="ward")]}


def as_rows(people: dict[str, Row], **tables: Any) -> Instance:
    """The tiny world with these people, by id, in this order."""
    return make(*({"id": name, **row} for name, row in people.items()), **tables)


def by_id(plan: Plan) -> dict[str, Any]:
    """What each has, reasons left out (they are asked for afterwards, and may name others)."""
    return {
        entry.id: (
            entry.practice,
            entry.group,
            [(month.month, month.rotation) for month in entry.months],
            [(row.id, row.from_, row.to) for row in entry.supervisors],
        )
        for entry in plan.candidates
    }


def same_both_ways(people: dict[str, Row], **tables: Any) -> Plan:
    """The plan, which is the same with the rows in the opposite order; each lists people as its file does."""
    instance = as_rows(people, **tables)
    turned = as_rows(dict(reversed(people.items())), **tables)
    plan, other = planned(instance), planned(turned)
    assert by_id(plan) == by_id(other)
    assert [entry.id for entry in plan.candidates] == list(people)
    assert [entry.id for entry in other.candidates] == list(reversed(people))
    return plan


def who_got_it(plan: Plan) -> list[str]:
    return [entry.id for entry in plan.candidates for wish in entry.wishes if wish.met]


def test_a_wish_for_one_place() -> None:
    plan = same_both_ways({"A01": person(**FIRST_WISH), "A02": person(**FIRST_WISH)}, arenas=WARD)
    assert who_got_it(plan) == ["A01"]


def test_one_who_must_wait_for_the_ward() -> None:
    """Four months in all for the ward, one place, two months each: one of two is later."""
    open_for_four = {"ward": {"places": [{"places": 0}, months("2027-09", "2027-12", places=1)]}}
    same_both_ways({name: person() for name in ("K3", "B7", "C5")[:2]}, arenas=open_for_four)


def test_the_last_place_in_a_group_and_with_a_supervisor() -> None:
    groups = [
        {"id": "G1", "start": "2027-01", "months": 6, "places": 1},
        {"id": "G2", "start": "2027-02", "months": 6, "places": 2},
    ]
    supervisors = [{"id": "V01", "places": 1}, {"id": "V02", "places": 2}]
    rules = {"group_required": True}
    same_both_ways({"A2": person(), "A1": person()}, rules=rules, groups=groups, supervisors=supervisors)


def test_an_office_that_the_plan_chooses() -> None:
    offices: dict[str, Row | None] = {
        "office-01": {"places": [{"places": 1}]},
        "office-02": {"service": "open_practice", "places": [{"places": 1}]},
    }
    plan = same_both_ways({"B": person(practice=None), "A": person(practice=None)}, arenas=offices)
    assert {entry.id: entry.practice for entry in plan.candidates} == {"A": "office-01", "B": "office-02"}


def test_numbers_in_ids_go_by_their_size() -> None:
    instance = as_rows({name: person() for name in ("A10", "A2", "b", "A02", "3")})
    assert list(in_order_of_ids(instance).candidates) == ["3", "A02", "A2", "A10", "b"]
    ordered = in_order_of_ids(instance)
    assert in_order_of_ids(ordered) is ordered


@pytest.mark.parametrize(
    ("other", "key"),
    [
        ({}, "reasons.wish-draw"),
        ({"name": "Somebody"}, "reasons.wish-draw"),
        ({"wishes": [months("2027-03", "2027-04", rotation="ward", weight=2)]}, "reasons.wish-others"),
        ({"shifts_done": 3}, "reasons.wish-others"),
    ],
)
def test_a_draw_is_told(other: Row, key: str) -> None:
    """A01 has gone first by id alone; where the rows differ in anything but names, it is not called a draw."""
    lower_first = {"A01": person(**FIRST_WISH) | other, "A02": person(**FIRST_WISH)}
    plan = same_both_ways(lower_first, arenas=WARD)
    (lost,) = (wish for entry in plan.candidates for wish in entry.wishes if not wish.met)
    assert lost.reason is not None
    assert lost.reason.key == key
    assert "A0" in lost.reason.said("en")
