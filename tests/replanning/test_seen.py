"""A file that has been rolled on, held against the plan before: nothing has changed that is only seen from later."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import api
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from tests.helpers.tiny import make, months, person, planned

WARD_FIRST = [months("2027-02", "2027-03", rotation="ward")]


@pytest.fixture(scope="module")
def town() -> tuple[Instance, Plan]:
    """Two with a supervisor each: days absent in March, leave around May, half a post in June; A02 begins in April."""
    lived: dict[str, Any] = {
        "absence": [{"from": "2027-03-10", "to": "2027-03-19"}],
        "leave": [months("2027-05", "2027-05")],
        "percent": [months("2027-06", "2027-06", percent=50)],
    }
    people = person(fixed=WARD_FIRST, wishes=[{"rotation": "clinic"}], **lived), person(start="2027-04")
    supervisors = [{"id": "V01", "places": 1}, {"id": "V02", "places": 1}]
    instance = make(*people, supervisors=supervisors)
    made = planned(instance)
    return instance, made.model_copy(update={"instance": made.instance.model_copy(update={"source": instance.source})})


@pytest.mark.parametrize("to", ["2027-02", "2027-03", "2027-04", "2027-05", "2027-06", "2027-09", "2028-01"])
def test_nothing_is_told_as_changed_that_is_only_seen_from_a_later_month(town: tuple[Instance, Plan], to: str) -> None:
    rolled = api.advance(*town, to).instance
    found = api.check(rolled, town[1], freeze_to=to)
    assert found.other_data
    assert (found.violations, [one.sentence("en") for one in found.recounted], found.matching) == ([], [], ())


def test_what_has_changed_in_the_rolled_file_is_told_and_nothing_else(town: tuple[Instance, Plan]) -> None:
    """A week absent in October, entered in the file of September: that month earns less, and nothing before it."""
    tree: Any = dict(api.advance(*town, "2027-09").instance.source or {})
    row = next(row for row in tree["candidates"] if row["id"] == "A02")
    row["absence"] = [{"from": "2027-10-04", "to": "2027-10-08"}]
    said = [one.sentence("en") for one in api.check(tree, town[1], freeze_to="2027-09").recounted]
    assert said
    assert all("A02" in line or line.startswith("In all") for line in said), said
    assert not [line for line in said if "guidance" in line]
