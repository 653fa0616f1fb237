"""Offices by months in changes: `candidate.A05.practice=office-07@2028-06..`."""

from typing import Any

import pytest

from scheduler.changes import apply, change_from, parse_change
from scheduler.changes.words import sentence
from scheduler.files import InputError

TREE: dict[str, Any] = {
    "horizon": {"start": "2027-01", "months": 24},
    "arenas": [{"id": f"office-{number}", "service": "open_practice"} for number in (1, 2)],
    "candidates": [{"id": "A01", "start": "2027-01", "practice": "office-1"}, {"id": "A02", "start": "2027-01"}],
}


def practice(*lines: str, candidate: int = 0) -> Any:
    return apply(TREE, [parse_change(line) for line in lines])["candidates"][candidate].get("practice")


def test_another_office_from_a_month_on_for_a_while_and_always() -> None:
    assert practice("candidate.A01.practice=office-2@2027-06..") == [
        {"to": "2027-05", "practice": "office-1"},
        {"from": "2027-06", "practice": "office-2"},
    ]
    assert practice("candidate.A01.practice=office-2@2027-06..2027-07") == [
        {"to": "2027-05", "practice": "office-1"},
        {"from": "2027-06", "to": "2027-07", "practice": "office-2"},
        {"from": "2027-08", "practice": "office-1"},
    ]
    assert practice("candidate.A01.practice=office-2") == "office-2"
    later = practice("candidate.A02.practice=office-2@2027-06..", candidate=1)
    assert later == [{"from": "2027-06", "practice": "office-2"}]


def test_none_lets_the_plan_choose() -> None:
    assert practice("candidate.A01.practice=none") is None
    assert practice("candidate.A01.practice=none@2027-06..") == [{"to": "2027-05", "practice": "office-1"}]
    back = ("candidate.A01.practice=office-2@2027-06..", "candidate.A01.practice=office-1@2027-06..")
    assert practice(*back) == "office-1"


def test_it_is_read_back_and_said() -> None:
    change = parse_change("candidate.A01.practice=office-2@2027-06..")
    assert change.mapping() == {"candidate": "A01", "practice": "office-2", "from": "2027-06"}
    assert parse_change(change.inline()) == change == change_from(change.mapping())
    assert sentence(change, "en") == "“A01” has the office office-2 from June 2027"
    assert sentence(change) == "«A01» har fastlegekontoret office-2 fra juni 2027"


@pytest.mark.parametrize("line", ["candidate.A01.practice=3", "candidate.A01.practice+1"])
def test_an_office_is_no_number(line: str) -> None:
    with pytest.raises(InputError):
        parse_change(line)
