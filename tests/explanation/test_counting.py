"""Counting speaks only of what is impossible, and of that with the right numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.constraints.count import Count
from scheduler.explanation.counting import count
from scheduler.explanation.oracle import FeasibilityOracle
from scheduler.explanation.sentences import count_phrase
from scheduler.files import load_instance
from scheduler.month import format_month
from scheduler.solver.engine import Settings, Stop
from tests.helpers.planted import PLANTS, planted
from tests.helpers.planting import plant
from tests.helpers.tiny import make, months, person

SETTINGS = Settings(workers=1)

INSTANCES = Path(__file__).parents[2] / "instances"
BUNDLED = [INSTANCES / "sarpsborg.toml", *sorted((INSTANCES / "small").glob("*.toml"))]
ROSTER = {"service": "parallel"}


def figures(counts: list[Count]) -> list[tuple[str, float, float, tuple[str, ...]]]:
    return [(shortfall.text_key, shortfall.have, shortfall.need, shortfall.candidates) for shortfall in counts]


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_nothing_is_said_of_an_instance_that_has_a_plan(first: int) -> None:
    for seed in range(first, first + 10):
        assert count(plant(seed).instance) == [], seed


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_nothing_is_said_of_a_bundled_instance_unless_it_is_impossible(path: Path) -> None:
    impossible = "# expect: infeasible" in path.read_text(encoding="utf-8")
    assert impossible or count(load_instance(path)) == []


@pytest.mark.parametrize("name", PLANTS)
def test_what_is_counted_is_impossible(name: str) -> None:
    """The witness of a count cannot hold together, says the solver."""
    _, instance, _ = planted(name)
    oracle = FeasibilityOracle(instance, SETTINGS, Stop(60.0), explicit_shifts=True)
    for shortfall in count(instance):
        assert oracle.impossible(shortfall.keys & oracle.everything) is True, shortfall


def test_a_date_before_the_earliest_finish() -> None:
    (shortfall,) = count(make(person(start="2027-02", finish_by="2027-12")))
    assert (shortfall.text_key, format_month(shortfall.start), format_month(shortfall.end - 1)) == (
        "count-finish",
        "2027-12",
        "2028-01",
    )


def test_demand_against_places_in_a_window() -> None:
    """Three need two months each, one place and four months."""
    ward = {"places": [{"places": 1, "from": "2027-03", "to": "2027-06"}]}
    instance = make(person(), person(), person(), arenas={"ward": ward})
    assert figures(count(instance)) == [("count-stays", 4, 6, ("A01", "A02", "A03"))]
    said = count_phrase(instance, count(instance)[0]).said("nb")
    assert said.startswith("ward: 3 ALIS (A01, A02, A03) må til sammen være her minst 6 måneder")
    enough = {"places": [{"places": 1, "from": "2027-03", "to": "2027-08"}]}
    assert count(make(person(), person(), person(), arenas={"ward": enough})) == []


def test_candidates_of_different_years_are_an_intake_beyond_what_there_is_room_for() -> None:
    ward = {"places": [{"places": 1, "from": "2027-03", "to": "2027-06"}]}
    instance = make(person(start="2026-06", months_done=0), person(), person(), arenas={"ward": ward})
    assert "det tas inn flere enn det er plass til" in count_phrase(instance, count(instance)[0]).said("nb")


def test_groups_that_are_too_small_or_too_late() -> None:
    rules = {"group_required": True}
    rows = [{"id": f"G{n}", "start": "2027-01", "months": 12, "places": 1} for n in (1, 2)]
    assert count(make(person(), person(), rules=rules, groups=rows)) == []
    assert figures(count(make(person(), person(), person(), rules=rules, groups=rows))) == [
        ("count-groups", 2, 3, ("A01", "A02", "A03"))
    ]
    late = [{"id": "G1", "start": "2028-06", "months": 12, "places": 9}]
    assert figures(count(make(person(), rules=rules, groups=late))) == [("count-no-group", 0, 1, ("A01",))]


def test_too_much_leave_in_every_group_that_there_is_time_for() -> None:
    """The group begins and ends in time; three months of leave are in its first year, and two may be."""
    groups = [{"id": "G1", "start": "2027-02", "months": 24, "places": 5}]
    instance = make(
        person(leave=[months("2027-03", "2027-05")]),
        n_months=36,
        rules={"group_required": True},
        groups=groups,
    )
    found = count(instance)
    assert ("count-group-leave", 2, 3, ("A01",)) in figures(found)
    said = [count_phrase(instance, shortfall).said("nb") for shortfall in found]
    assert "A01: for mye permisjon i et år av veiledningsgruppe G1: 3 måneder, høyst 2." in said


def test_shifts_from_the_course_on() -> None:
    """Two months at four a month are 8 of 10."""
    row = person(legevakt_from="2027-11", finish_by="2027-12")
    instance = make(row, rules={"legevakt_shifts": 10}, arenas={"legevakt": ROSTER})
    assert figures(count(instance)) == [("count-shifts", 8, 10, ("A01",))]


def test_a_roster_with_too_few_shifts_for_all() -> None:
    shifts = {**ROSTER, "shifts": [{"shifts": 1, "from": "2027-01", "to": "2027-07"}]}
    instance = make(person(), person(), rules={"legevakt_shifts": 4}, arenas={"legevakt": shifts})
    assert figures(count(instance)) == [("count-roster", 7, 8, ("A01", "A02"))]


def test_supervisors_against_heads() -> None:
    counts = count(make(person(), person(), supervisors=[{"id": "V01", "places": 1}]))
    assert figures(counts) == [("count-supervisors", 1, 2, ("A01", "A02"))]


def test_what_counts_up_to_the_caps_only() -> None:
    """Office and ward count 9 + 2 of the 12, and the clinic is not among A01's rotations."""
    instance = make(person(allowed=["gp", "ward"]), rules={"open_practice_cap": 9})
    assert figures(count(instance)) == [("count-cap", 11, 12, ("A01",))]


def test_a_date_before_the_first_month_somewhere_is_told_as_that() -> None:
    """Not in the ward in the first month, and done by then: a window from the second month to the first one."""
    rules = {"total": 1, "open_practice_min": 0, "institution_min": 1}
    ward = {"places": [{"places": 1}]}
    instance = make(
        person(finish_by="2027-01"), rules=rules, arenas={"ward": ward}, rotations={"ward": {"not_before": 1}}
    )
    (shortfall,) = count(instance)
    assert figures([shortfall]) == [("count-too-late", 0, 2, ("A01",))]
    assert count_phrase(instance, shortfall).said("nb") == (
        "ward: A01 må være her, men kan ikke før i februar 2027; siste mulige måned er januar 2027."
    )
    assert shortfall.start < shortfall.end
