"""Rows with months that no month uses are remarked upon, in every list there is, and no other rows are.

The base tree's horizon is 2026-09..2034-08; A01 starts in it, A02 has a window.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.files import read_instance
from scheduler.files.schema import FileInstance, FileTable, _models_in, keys_of, step_fields
from scheduler.files.unused_rows import unused_rows
from scheduler.month import format_month
from scheduler.texts import LANGUAGES
from tests.helpers.input_tree import base, edited

OVERRULED, OUTSIDE = "row-overruled", "row-outside"
LISTS = [
    ("arenas.3.places", "places"),
    ("arenas.3.percent", "percent"),
    ("arenas.3.min_places", "places"),
    ("arenas.5.shifts", "shifts"),
    ("limits.0.places", "places"),
    ("limits.0.percent", "percent"),
    ("supervisors.0.places", "places"),
    ("candidates.0.percent", "percent"),
]


def told(*edits: tuple[str, Any]) -> list[tuple[str, str]]:
    """The remarks of this kind, with their places, in the order of the file."""
    instance = read_instance(edited(*edits))
    return [(remark.code, remark.place) for remark in instance.remarks if remark.code in (OVERRULED, OUTSIDE)]


def rows(value: str, *months: tuple[str | None, str | None]) -> list[dict[str, Any]]:
    """Rows of a list with these months, each with another value."""
    return [
        {key: month for key, month in (("from", start), ("to", end)) if month is not None} | {value: 60 + number}
        for number, (start, end) in enumerate(months)
    ]


def spelt(place: str, number: int) -> str:
    table, index, field = place.split(".")
    return f"{table}[{index}].{field}[{number}]"


def test_nothing_is_said_of_the_base() -> None:
    assert told() == []


@pytest.mark.parametrize(("place", "value"), LISTS)
def test_a_row_that_later_rows_cover(place: str, value: str) -> None:
    """July on, then January on: the first never holds. The other way round both do."""
    wrong = rows(value, ("2027-07", None), ("2027-01", None))
    assert told((place, wrong)) == [(OVERRULED, spelt(place, 0))]
    assert told((place, rows(value, (None, None), ("2027-01", None), ("2027-07", None)))) == []


@pytest.mark.parametrize(("place", "value"), LISTS)
def test_two_rows_may_cover_one_together(place: str, value: str) -> None:
    """Near miss: one month is left to it."""
    halves = (("2027-01", "2027-12"), ("2027-07", None), (None, "2027-06"))
    assert told((place, rows(value, *halves))) == [(OVERRULED, spelt(place, 0))]
    near = (("2027-01", "2027-12"), ("2027-07", None), (None, "2027-05"))
    assert told((place, rows(value, *near))) == []


@pytest.mark.parametrize(("place", "value"), LISTS)
def test_a_row_outside_the_horizon(place: str, value: str) -> None:
    """The last month before it and the first after it are outside, its own first and last are not."""
    start, end = read_instance(base()).start, read_instance(base()).end
    before, first, last, after = (format_month(month) for month in (start - 1, start, end - 1, end))
    outside = rows(value, (None, None), (None, before), (after, None))
    assert told((place, outside)) == [(OUTSIDE, spelt(place, 1)), (OUTSIDE, spelt(place, 2))]
    assert told((place, rows(value, (None, None), (None, first), (last, None)))) == []


def test_lists_without_a_value_are_each_for_themselves() -> None:
    """Two rows of leave may overlap; one before the start touches nothing."""
    twice = [{"from": "2027-01", "to": "2027-06"}, {"from": "2027-01", "to": "2027-06"}]
    assert told(("candidates.0.leave", twice)) == []
    early = [{"from": "2015-01", "to": "2015-06"}]
    assert told(("candidates.0.leave", early)) == [(OUTSIDE, "candidates[0].leave[0]")]


def test_a_fixed_block_beside_the_plan() -> None:
    """A year too early touches nothing, and would be taken for settled; where it touches a month, no word."""
    block = {"rotation": "hospital", "from": "2025-03", "to": "2025-08"}
    assert told(("candidates.0.fixed", [block])) == [(OUTSIDE, "candidates[0].fixed[0]")]
    late = {"rotation": "hospital", "from": "2034-09", "to": "2035-02"}
    assert told(("candidates.0.fixed", [late])) == [(OUTSIDE, "candidates[0].fixed[0]")]
    assert told(("candidates.0.fixed", [late | {"from": "2034-03"}])) == []
    assert told(("candidates.0.start", "2025-01"), ("candidates.0.fixed", [block])) == []


def test_a_candidate_who_began_before_the_plan_has_a_past() -> None:
    start = ("candidates.0.start", "2025-09")
    past = [{"from": "2026-01", "to": "2026-03"}]
    assert told(start, ("candidates.0.leave", past)) == []
    assert told(("candidates.0.leave", past)) == [(OUTSIDE, "candidates[0].leave[0]")]


def test_the_practice_over_time_is_such_a_list() -> None:
    """Offices, the later months first: the row that stands last holds in all of them."""
    offices = [{"practice": "office-1", "from": "2028-01"}, {"practice": "office-2"}]
    assert told(("candidates.0.practice", offices)) == [(OVERRULED, "candidates[0].practice[0]")]
    assert told(("candidates.0.practice", offices[::-1])) == []


def test_a_reservation_beside_the_horizon() -> None:
    gone = {"arena": "hospital", "places": 1, "from": "2020-01", "to": "2020-06"}
    assert told(("reservations", [gone]))[-1:] == [(OUTSIDE, "reservations[0]")]
    assert told(("reservations", [gone | {"to": "2026-12"}])) == []


def test_a_supervisor_has_months_of_their_own() -> None:
    places = rows("places", (None, None), ("2027-01", None))
    until = ("supervisors.0.to", "2026-12")
    assert told(("supervisors.0.places", places)) == []
    assert told(("supervisors.0.places", places), until) == [(OUTSIDE, "supervisors[0].places[1]")]


def test_a_template_s_row_holds_where_any_arena_has_it() -> None:
    """Two offices like one template: the template's row is overruled only when both say otherwise in all months."""
    template = {"id": "kind", "service": "other_general", "abstract": True, "places": [{"places": 1}]}
    own = [{"places": 2}]
    one = [template, {"id": "x-1", "like": "kind", "places": own}, {"id": "x-2", "like": "kind"}]
    both = [template, {"id": "x-1", "like": "kind", "places": own}, {"id": "x-2", "like": "kind", "places": own}]
    there = base()["arenas"]
    assert told(("arenas", there + one)) == []
    assert told(("arenas", there + both)) == [(OVERRULED, f"arenas[{len(there)}].places[0]")]


def test_no_list_of_steps_is_forgotten() -> None:
    """Whatever list of steps a table has, now or later, is looked at: none is named here or there."""
    looked_at = {"arenas", "limits", "quotas", "supervisors", "candidates"}
    tables = {name: next(_models_in(field.annotation), None) for name, field in FileInstance.model_fields.items()}
    having = {name for name, table in tables.items() if table is not None and has_steps(table)}
    assert having <= looked_at
    assert {"places", "percent", "min_places", "shifts"} <= set(step_fields(tables["arenas"]))  # type: ignore[arg-type]


def has_steps(table: type[FileTable]) -> bool:
    return bool(step_fields(table)) and bool(keys_of(table))


def test_both_languages_say_the_months() -> None:
    tree = edited(("candidates.0.percent", rows("percent", ("2027-07", None), ("2027-01", None))))
    (remark,) = unused_rows(FileInstance.model_validate(tree))
    for lang in LANGUAGES:
        assert "(2027-07..)" in remark.line(lang)
