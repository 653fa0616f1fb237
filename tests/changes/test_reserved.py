"""What others use of places, changed month by month: ``arena.ward.reserved_places-1@2027-05..``."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.changes import apply, change_from, parse_change, parse_sweep
from scheduler.changes.reserved import reserved_in, with_reserved
from scheduler.changes.words import sentence
from scheduler.files import InputError, read_instance
from scheduler.month import format_month, parse_month
from tests.helpers.tiny import finish, person, planned
from tests.helpers.waiting import tree as queue

JAN27, MAR29 = parse_month("2027-01"), parse_month("2029-03")
LIS1 = {"arena": "ward", "who": "LIS1", "from": "2027-03", "to": "2027-10", "places": 2, "percent": 50}


def changed(*lines: str, rows: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    tables = {
        "reservations": [LIS1] if rows is None else rows,
        "supervisors": [{"id": "V01", "name": "Berit Berg", "places": 2}],
    }
    made = apply(queue(places=3, **tables), [parse_change(line) for line in lines])
    read_instance(made)
    return list(made["reservations"])


def test_more_is_a_row_of_its_own_and_less_goes_from_the_rows_there_are() -> None:
    assert changed("arena.ward.reserved_places+1@2027-05..") == [
        LIS1,
        {"arena": "ward", "places": 1, "from": "2027-05"},
    ]
    less = changed("arena.ward.reserved_places-1@2027-05..2027-06")
    assert [(row["from"], row["to"], row["places"]) for row in less] == [
        ("2027-03", "2027-04", 2), ("2027-05", "2027-06", 1), ("2027-07", "2027-10", 2),
    ]  # fmt: skip
    assert {(row["who"], row["percent"]) for row in less} == {("LIS1", 50)}
    assert changed("arena.ward.reserved_places=0") == [{key: value for key, value in LIS1.items() if key != "places"}]
    assert changed("arena.ward.reserved_places=0", "arena.ward.reserved_percent=0") == []


def test_of_a_roster_an_office_and_a_supervisor_by_name() -> None:
    rows = [{"supervisor": "Berit Berg", "places": 1}]
    assert changed("supervisor.Berit Berg.reserved_places+1", rows=rows) == [
        {"supervisor": "V01", "places": 1}, {"supervisor": "V01", "places": 1},
    ]  # fmt: skip
    assert changed("supervisor.V01.reserved_places=0", rows=rows) == []
    assert changed("arena.office-01.reserved_places=2@2027-05..", rows=[]) == [
        {"arena": "office-01", "places": 2, "from": "2027-05"}
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("arena.ward.reserved_places-3@2027-03..2027-10", "change-below-zero"),
        ("arena.ward.reserved_places-1@2027-10..2027-11", "change-below-zero"),
        ("arena.ward.reserved_places+9999", "number-range"),
        ("arena.ward.reserved_places+0", "change-zero"),
        ("arena.wrd.reserved_places+1", "unknown-arena"),
        ("supervisor.V01.reserved_shifts+1", "change-unknown-field"),
        ("limit.L.reserved_places+1", "change-unknown-field"),
    ],
)
def test_what_cannot_be(line: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        changed(line)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_it_is_spelt_and_said_in_both_languages() -> None:
    for line, nb, en in (
        ("arena.ward.reserved_places+1@2027-05..", "andre bruker én plass mer på «ward» fra mai 2027",
         "others use one more place at “ward” from May 2027"),
        ("arena.duty.reserved_shifts=4", "andre tar 4 vakter i måneden på «duty»",
         "others take 4 shifts a month at “duty”"),
        ("supervisor.V01.reserved_places-2", "andre bruker 2 plasser færre hos veilederen «V01»",
         "others use 2 places fewer with the supervisor “V01”"),
    ):  # fmt: skip
        change = parse_change(line)
        assert (sentence(change, "nb"), sentence(change, "en")) == (nb, en)
        assert change.inline() == line
        assert change_from(change.mapping()) == change
    assert [change.value for change in parse_sweep("arena.ward.reserved_places=0..2").changes] == [0, 1, 2]


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"places": st.integers(0, 3)},
            optional={
                "from": st.integers(JAN27, MAR29).map(format_month),
                "to": st.integers(JAN27, MAR29).map(format_month),
                "percent": st.integers(1, 100),
            },
        ),
        max_size=4,
    ),
    window=st.tuples(st.none() | st.integers(JAN27, MAR29), st.none() | st.integers(JAN27, MAR29)),
    new=st.integers(0, 5),
)
def test_what_is_reserved_is_what_was_asked_inside_and_what_it_was_outside(
    rows: list[dict[str, Any]], window: tuple[int | None, int | None], new: int
) -> None:
    theirs = [{"arena": "ward", **row} for row in rows]
    made = with_reserved(theirs, {"arena": "ward"}, "places", lambda _: new, *window)
    start, to = window
    for month in range(JAN27 - 1, MAR29 + 2):
        inside = (start is None or start <= month) and (to is None or month <= to)
        assert reserved_in(made, "places", month) == (new if inside else reserved_in(theirs, "places", month))
        assert reserved_in(made, "percent", month) == reserved_in(theirs, "percent", month)


def test_a_plan_keeps_to_it() -> None:
    """One in the ward's one place, which others have to the end of the year; a month of theirs less is not enough."""
    base = queue(places=1, candidates=1, reservations=[{"arena": "ward", "places": 1, "to": "2027-12"}])
    base["candidates"] = [{"id": "A01", **person()}]
    found = []
    for line in ("arena.ward.reserved_places-1@2027-12..2027-12", "arena.ward.reserved_places-1@2027-11..2027-12"):
        found.append(finish(planned(read_instance(apply(base, [parse_change(line)])))))
    assert found == ["2028-01", "2027-12"]
