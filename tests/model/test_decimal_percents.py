"""Percents with decimals, everywhere one stands: exact in the plan, and in all that is made of it."""

from __future__ import annotations

import json

import pytest

from scheduler.changes import apply, parse_change
from scheduler.files import InputError, read_instance
from scheduler.files.schema import FileInstance
from scheduler.files.workbook import read_workbook
from scheduler.files.workbook.write import to_workbook
from scheduler.instance.timeline import timeline_of
from scheduler.plan import Plan
from tests.helpers.tiny import is_impossible, make, months, person, planned


@pytest.mark.parametrize(
    ("percent", "n_months"),
    [(37.5, 32), (53.33, 23), (66.67, 18), (66, 19), (66.66, 19)],
)
def test_the_calendar_is_exact(percent: float, n_months: int) -> None:
    """12 FTE-months at 37.5 % take 32 months; at 66.67 % 17.9991, at 66.66 % 18.0018."""
    instance = make(person(percent=[{"percent": percent}]), n_months=36)
    assert timeline_of(instance, instance.candidates["A01"]).due == n_months


def test_a_plan_says_the_percent_and_counts_exactly() -> None:
    """10 + 2 FTE-months: at 53.33 % the ward takes 4 months (2.1332), and practice 19 (10.1327); what counts is 12."""
    plan = planned(make(person(percent=[{"percent": 53.33}]), n_months=30))
    (candidate,) = json.loads(plan.model_dump_json(by_alias=True))["candidates"]
    assert {month["percent"] for month in candidate["months"]} == {53.33}
    assert candidate["delay"] == 0
    assert candidate["service"]["institution"] == 4 * 0.5333
    assert candidate["service"]["open_practice"] == 19 * 0.5333
    assert candidate["service"]["counted"] == 12.0
    assert Plan.model_validate_json(plan.model_dump_json(by_alias=True)) == plan


@pytest.mark.parametrize(("ceiling", "fit"), [(75, True), (74.99, False)])
def test_a_ceiling_of_posts(ceiling: float, fit: bool) -> None:
    """Two at 37.5 % are 75 %. Only the first six months will do for the ward, so both are there at once."""
    ward = {"ward": {"percent": [{"percent": 0}, months("2027-01", "2027-06", percent=ceiling)]}}
    both = [person(percent=[{"percent": 37.5}]), person(percent=[{"percent": 37.5}])]
    instance = make(*both, n_months=36, arenas=ward, rotations={"ward": {"min_months": 6}})
    assert is_impossible(instance) is not fit


@pytest.mark.parametrize(("taken", "fit"), [(12.5, True), (12.51, False)])
def test_a_reservation_and_a_limit(taken: float, fit: bool) -> None:
    """87.5 % less 12.5 % are two at 37.5 %."""
    both = [person(percent=[{"percent": 37.5}]), person(percent=[{"percent": 37.5}])]
    instance = make(
        *both,
        n_months=36,
        arenas={"ward": {"places": [{"places": 0}, months("2027-01", "2027-06", places=2)]}},
        rotations={"ward": {"min_months": 6}},
        limits=[{"id": "beds", "arenas": ["ward"], "percent": [{"percent": 87.5}]}],
        reservations=[{"arena": "ward", "who": "LIS1", "percent": taken}],
    )
    assert is_impossible(instance) is not fit


def test_a_share_of_the_week() -> None:
    """A third of the week in the ward is 0.3333 FTE-months a month: 2 take seven months, six come to 1.9998."""
    mix = {"practice": 66.67, "ward": 33.33}
    assert is_impossible(make(rotations={"ward": None, "third": {"mix": mix, "max_months": 6}}))
    thirds = {"ward": None, "third": {"mix": mix, "max_months": 7}}
    (candidate,) = planned(make(rotations=thirds)).candidates
    served = [month.rotation for month in candidate.months].count("third")
    assert served == 7
    assert candidate.service.by_category["institution"] == 7 * 0.3333


def test_two_files_spell_it_alike() -> None:
    """TOML's tree and a workbook's are one; written back, the numbers are as they were."""
    tree = json.loads(json.dumps(dict(make(person(percent=[{"percent": 53.33}])).source or {})))
    file = FileInstance.model_validate(tree)
    again = read_workbook(to_workbook(file))
    assert again["candidates"][0]["percent"] == [{"percent": 53.33}]
    assert file.tree()["candidates"][0]["percent"] == [{"percent": 53.33}]
    assert read_instance(again).candidates == read_instance(tree).candidates


@pytest.mark.parametrize(
    ("percent", "code", "said"),
    [
        (53.333, "percent-decimals", "53.33"),
        (0.6, "percent-as-fraction", "60"),
        (0.600000024, "percent-as-fraction", "60"),
        (0.375, "percent-as-fraction", "37.5"),
        (100.01, "number-range", "100"),
    ],
)
def test_what_is_no_percent(percent: float, code: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        make(person(percent=[{"percent": percent}]))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert said in problem.sentence("en")


def test_changes_take_decimals() -> None:
    """What if somebody worked 37.5 %; and 12.5 more percent of a post."""
    instance = make(arenas={"ward": {"percent": [{"percent": 100}]}})
    less, more = parse_change("candidate.A01.percent=37.5@2027-07.."), parse_change("arena.ward.percent+12.5")
    assert [parse_change(change.inline()) for change in (less, more)] == [less, more]
    assert instance.source is not None
    changed = read_instance(apply(instance.source, [less, more]))
    assert changed.candidates["A01"].percent_at(instance.end) == 37.5
    assert changed.arenas["ward"].percent is not None
    assert changed.arenas["ward"].percent.at(instance.start) == 112.5
