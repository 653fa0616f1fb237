"""A course as it is lived: two years and twelve events, each mended with no more moved than has to be.

In the small town the brute force says how little that is, and what delay it leaves; in Sarpsborg the solver proves it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler import api
from scheduler.files import bundled_instance_path
from scheduler.files.load import read_tree
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan
from tests.helpers.lived import Course, Tree, level, row_of, told
from tests.helpers.tiny import ROTATIONS, RULES, months, months_in, person
from tests.oracle import answer

# --- a small town ----------------------------------------------------------------------------------------------------

STARTS, A_MONTH_LATER = [3, 5, 9, 11], [4, 6, 10, 12]


def small_town() -> Tree:
    """Two offices, one bed in the hospital and one at KAD, which everybody visits; twelve FTE-months of service."""
    places = {"office-01": 4, "office-02": 3, "hospital": 1, "kad": 1}
    services = {"hospital": "institution", "kad": "other_general"}
    return {
        "schema": 1,
        "name": "small town",
        "horizon": {"start": "2027-01", "months": 28},
        "rules": {**RULES, "general_cap": 12},
        "arenas": [
            {"id": name, "service": services.get(name, "open_practice"), "places": [{"places": number}]}
            for name, number in places.items()
        ],
        "rotations": [
            {"id": "gp", **ROTATIONS["gp"]},
            {"id": "hospital", "mix": {"hospital": 100}, "min_months": 2, "max_months": 2, "starts": STARTS},
            {"id": "kad", "mix": {"kad": 100}, "min_months": 2, "max_months": 3, "max_blocks": 2},
        ],
        "requirements": [{"id": "visit", "rotations": ["kad"], "min_months": 2}],
        "supervisors": [{"id": "V01", "places": 2}, {"id": "V02", "places": 2}, {"id": "V03", "places": 3}],
        "candidates": [
            {"id": "A01", **person()},
            {
                "id": "A02",
                **person(practice="office-02", supervisor="V02", fixed=[months("2027-01", "2027-02", rotation="kad")]),
            },
            {"id": "A03", **person(start="2027-04", practice="office-02")},
        ],
    }


def arriving(who: str, **more: Any) -> str:
    return "add candidate " + json.dumps({"id": who, **person(start="2027-09"), **more})


def to_hospital(first: str, last: str) -> list[Tree]:
    return [months(first, last, rotation="hospital")]


class SmallTown(Course):
    """The brute force is asked as well, of the same file on top of the same plan."""

    def _published(self, made: Plan) -> Plan:
        super()._published(made)
        before, freeze_to = json.loads(self.before[1].to_json()), format_month(self.now)
        found = answer(made.instance.source or {}, published=before, freeze_to=freeze_to)
        assert found.feasible
        assert {name: found.values[name][0] for name in ("changes", "delay")} == {
            name: level(made, name).value for name in ("changes", "delay")
        }
        return made


def moves_nobody(made: Plan) -> bool:
    return level(made, "changes").value == 0 and "No published month has moved." in told(made)


def test_two_years_of_a_small_town() -> None:
    tree = small_town()
    town = SmallTown(tree, api.plan(tree, workers=1), workers=1)

    town.rolled_on("2027-02")
    sick = town.happens("candidate.A01.leave@2027-03..2027-04")
    assert [format_month(row.month) for row in sick.candidate("A01").months if row.rotation is None] == [
        "2027-03",
        "2027-04",
    ]

    town.rolled_on("2027-03")
    part_time = town.happens("candidate.A02.percent=60@2027-06..2027-10")
    assert part_time.candidate("A02").finish is not None

    town.rolled_on("2027-05")
    closed = town.happens("close arena.office-02 from 2027-08")
    assert moves_nobody(closed)
    assert {format_month(row.from_) for who in ("A02", "A03") for row in closed.candidate(who).practices[1:]} == {
        "2027-08"
    }

    town.rolled_on("2027-06")
    assert moves_nobody(town.happens("supervisor.V02.places=0@2027-09.."))

    town.rolled_on("2027-07")
    away = [months("2028-08", "2028-10")]
    two = (
        arriving("N01", wishes=to_hospital("2028-05", "2028-06")),
        arriving("N02", wishes=to_hospital("2028-03", "2028-04"), leave=away),
    )
    arrived = town.happens(*two)  # five in January 2028, and four seats: A01 stays away a month longer
    assert all(arrived.candidate(who).delay == 0 for who in ("N01", "N02"))

    town.rolled_on("2027-08")
    withdrawn = town.happens("remove candidate.A03")
    assert moves_nobody(withdrawn)
    assert any(line.startswith("Free after A03: ") for line in told(withdrawn))

    town.rolled_on("2027-09")
    later = town.happens(f"rotation.hospital.starts={json.dumps(A_MONTH_LATER)}")
    assert months_in(later, "hospital", "N02") == ["2028-04", "2028-05"]

    town.rolled_on("2027-10")
    assert moves_nobody(town.happens("arena.kad.places+1@2028-01.."))

    town.rolled_on("2028-01")
    failed = town.happens(by_hand=not_approved("A02", "kad"))
    assert len(months_in(failed, "kad", "A02")) == 2

    town.rolled_on("2028-02")
    ended = town.happens("candidate.A02.until=2028-03")
    assert moves_nobody(ended)
    assert ended.candidate("A02").finish is None

    town.rolled_on("2028-03")
    swapped = town.swapped("N01", "N02", "hospital")
    assert months_in(swapped, "hospital", "N01") == ["2028-04", "2028-05"]
    assert months_in(swapped, "hospital", "N02") == ["2028-06", "2028-07"]

    town.rolled_on("2028-08")
    early = town.happens(by_hand=back_early("N02", "2028-08", "2028-08"))
    assert moves_nobody(early)
    assert format_month(early.candidate("N02").finish or 0) == "2028-09"


def not_approved(candidate: str, rotation: str) -> Callable[[Tree], None]:
    """What somebody served of a rotation was not approved."""

    def by_hand(tree: Tree) -> None:
        rows = [row for row in row_of(tree, candidate)["served"] if row["rotation"] == rotation]
        assert rows
        for row in rows:
            row["counted"] = False

    return by_hand


def back_early(candidate: str, first: str, last: str) -> Callable[[Tree], None]:
    """The one leave of somebody ends in that month."""

    def by_hand(tree: Tree) -> None:
        row_of(tree, candidate)["leave"] = [months(first, last)]

    return by_hand


# --- Sarpsborg -------------------------------------------------------------------------------------------------------

PUBLISHED = Path(__file__).parents[2] / "reports" / "sarpsborg" / "plan.json"


@pytest.mark.slow
def test_two_years_of_sarpsborg() -> None:
    """Every plan of twelve events is proved to have moved the least; what need move nobody does not."""
    tree = read_tree(bundled_instance_path())
    town = Course(tree, Plan.from_json(PUBLISHED.read_text(encoding="utf-8")), workers=2, time_limit_s=300)

    town.rolled_on("2026-10")
    assert moved_of(town.happens("candidate.A15.leave@2027-01..2027-03")) <= {"A15"}

    town.rolled_on("2026-12")
    assert moved_of(town.happens("candidate.A17.percent=60@2027-03..2027-08")) <= {"A17"}

    town.rolled_on("2027-01")
    closed = town.happens("close arena.kontor-09 from 2027-06")
    assert moves_nobody(closed)
    assert [format_month(row.from_) for row in closed.candidate("A13").practices[1:]] == ["2027-06"]

    town.rolled_on("2027-03")
    left = town.happens("supervisor.V05.places=0@2027-06..")
    assert moves_nobody(left)
    assert not [
        row
        for entry in left.candidates
        for row in entry.supervisors
        if row.id == "V05" and row.to >= parse_month("2027-06")
    ]

    town.rolled_on("2027-05")
    away = [months("2028-10", "2029-06")]
    both = [{"id": "N01", "start": "2027-09"}, {"id": "N02", "start": "2027-09", "leave": away}]
    assert moves_nobody(town.happens(*(f"add candidate {json.dumps(row)}" for row in both)))

    town.rolled_on("2027-08")
    withdrawn = town.happens("remove candidate.A18")
    assert moves_nobody(withdrawn)
    assert any(line.startswith("Free after A18: ") for line in told(withdrawn))

    town.rolled_on("2027-10")
    later = town.happens("rotation.sykehus.starts=[4,10]")
    assert moved_of(later) <= {"A13", "A15", "A17"}  # who was to begin in March
    assert all(month[5:] != "03" for who in ("A13", "A15", "A17") for month in months_in(later, "sykehus", who)[:1])

    town.rolled_on("2027-12")
    assert moves_nobody(town.happens("arena.kad4a.places+1@2028-03.."))

    town.rolled_on("2028-02")
    failed = town.happens(by_hand=not_approved("A16", "kad4a"))
    assert moved_of(failed) <= {"A16"}
    assert failed.candidate("A16").service.by_category["institution"] >= 6

    town.rolled_on("2028-04")
    ended = town.happens("candidate.A08.until=2029-06")
    assert moves_nobody(ended)
    assert format_month(ended.candidate("A08").until or 0) == "2029-06"

    town.rolled_on("2028-06")
    had = {who: months_in(town.plan, "kad4a", who) for who in ("A06", "A09")}
    swapped = town.swapped("A06", "A09", "kad4a")
    assert {who: months_in(swapped, "kad4a", who) for who in ("A09", "A06")} == {"A09": had["A06"], "A06": had["A09"]}
    assert moved_of(swapped) == {"A06", "A09"}

    town.rolled_on("2028-08")
    assert moves_nobody(town.happens(by_hand=back_early("N02", "2028-10", "2029-03")))
    ever = {row["id"] for row in tree["candidates"]} | {"N01", "N02"}
    assert {*town.done, *(entry.id for entry in town.plan.candidates)} == ever - {"A18"}


def moved_of(made: Plan) -> set[str]:
    """Who has published months that have moved."""
    return {message.fields["who"] for message in made.messages if message.key == "replan.moved-one"}
