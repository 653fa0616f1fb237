"""How far an instance goes until it is a plan that has been checked (docs/decisions/0017)."""

from __future__ import annotations

from scheduler import api
from tests.helpers.tiny import make, months, person
from tests.helpers.way import Way, walked

MOST_FILES, MOST_CLIMBS = 39, 19


def test_the_way_to_a_checked_plan_gets_no_longer() -> None:
    """Two who want the one place in the ward first, so that a wish is lost; a group, and a supervisor for both.

    Where it fails, something new is handed the instance, or comes back up with it: hand on what was read with it
    instead (``Trajectory``, ``PlanRead``, ``Task``). Only where there is a reason are the numbers to be raised.
    """
    wish = [{"rotation": "ward", "weight": 1, **months("2027-01", "2027-02")}]
    instance = make(
        person(wishes=wish, group="g"),
        person(wishes=wish, group="g"),
        arenas={"ward": {"places": [{"places": 1}]}},
        groups=[{"id": "g", "start": "2027-01", "places": 2}],
        supervisors=[{"id": "V01", "name": "V01", "places": 2}],
    )
    with walked(Way()) as way:
        plan = api.plan(instance, workers=1, time_limit_s=60)
    assert plan.status is api.Status.OPTIMAL
    assert [wish.met for entry in plan.candidates for wish in entry.wishes].count(False) == 1
    assert len(way.files) <= MOST_FILES, sorted(way.files)
    assert len(way.climbs) <= MOST_CLIMBS, way.climbs
