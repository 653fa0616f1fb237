"""A running block of which no month is past is a block of the plan, whose beginning alone is not judged (0019)."""

from __future__ import annotations

import pytest

from tests.helpers.tiny import Row, bites, finish, make, months, months_in, objective, path, person, planned

RUNNING: Row = {"start": "2026-01", "current": {"rotation": "ward", "since": "2027-01"}}
AWAY_IN_JANUARY = [months("2027-01", "2027-01")]


def test_leave_keeps_it_from_beginning_and_then_there_is_none() -> None:
    """The one block of the ward that there may be is still to come, and the clinic may not be before it."""
    rotations: dict[str, Row | None] = {"clinic": {"after": ["ward"]}}
    asked = [{"id": "c", "rotations": ["clinic"], "min_blocks": 1}]
    plan = planned(make(person(**RUNNING, leave=AWAY_IN_JANUARY), rotations=rotations, requirements=asked))
    assert max(months_in(plan, "ward")) < min(months_in(plan, "clinic"))


def test_what_leave_parts_from_it_is_another_block() -> None:
    """Two months of ward by October, one at least asked of it now: with January's there are two blocks."""
    rows = [{"rotation": "ward", **months("2026-09", "2026-10")}]
    twice: dict[str, Row | None] = {"ward": {"max_blocks": 2}}
    plan = planned(make(person(**RUNNING, served=rows), rotations=twice))
    assert path(plan).startswith("ward*2 gp")
    assert objective(plan, "moves") == 3


@pytest.mark.parametrize("since", ["2027-01", "2026-11"])
def test_its_number_is_judged(since: str) -> None:
    """Where one block is let and was had, there is no second, whether it begins now or has waited since November."""
    rows = [{"rotation": "ward", **months("2026-08", "2026-09")}]
    running = {"start": "2026-01", "current": {"rotation": "ward", "since": since}}
    leave = [months("2026-10", "2026-12")]
    bites(make(person(**running, served=rows, leave=leave)), "block-count")
    planned(make(person(**running, served=rows, leave=leave), rotations={"ward": {"max_blocks": 2}}))


def test_a_row_of_its_months_does_not_part_it() -> None:
    """It has run since September, as the rows say too; leave in November has not ended it: one block, and gp."""
    row = {"rotation": "ward", **months("2026-09", "2026-12")}
    running = {"start": "2026-01", "current": {"rotation": "ward", "since": "2026-09"}}
    plan = planned(make(person(**running, served=[row], leave=[months("2026-11", "2026-11")])))
    assert objective(plan, "moves") == 2


def test_a_past_above_a_longest_block_stands_where_nothing_is_served_after_it() -> None:
    """Seven months of gp where six are the longest, all that is asked for done, January leave: done in January."""
    done = {"open_practice": 10.0, "institution": 2.0}
    row = {"rotation": "gp", **months("2026-06", "2026-12")}
    past: Row = {"start": "2026-01", "credited": done, "served": [row], "leave": AWAY_IN_JANUARY}
    plan = planned(make(person(**past, finish_by="2027-01"), rotations={"gp": {"max_months": 6}}))
    assert finish(plan) == "2027-01"
