"""A year each in two guidance groups: settled by the coordinator, or for the plan to choose.

Groups begin in January and last two years; leave in March to August 2028 is six months of the second year of a group
that begins in 2027, where two are allowed, and of the first of one that begins in 2028.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from scheduler.accounting import trajectory_of
from scheduler.files import read_instance
from scheduler.instance.problems import InputError
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, PlanCandidate
from scheduler.replanning.advance import advance
from scheduler.report.meetings import group_months
from tests.helpers.tiny import Row, is_impossible, make, months, person, planned, rules_broken

LEAVE = [months("2028-03", "2028-08")]
BOTH = [{"id": "G1", "year": 1}, {"id": "G2", "year": 2}]


def group(name: str, start: str, places: int = 1) -> Row:
    return {"id": name, "start": start, "places": places}


def town(*people: Row, groups: list[Row] | None = None, **fields: Any) -> Instance:
    given = [group("G1", "2027-01"), group("G2", "2028-01")] if groups is None else groups
    return make(*people, n_months=48, rules={"group_required": True}, groups=given, **fields)


def memberships(plan: Plan) -> list[str | None]:
    return [entry.membership for entry in plan.candidates]


def test_two_years_in_two_groups_where_the_plan_may_choose_so() -> None:
    """Neither G1 nor G2 will do by itself; 2027 in G1 and 2029 in G2 will, and the training goes on to its end."""
    assert is_impossible(town(person(leave=LEAVE)))
    plan = planned(town(person(leave=LEAVE, group={"split": True})))
    entry = plan.candidates[0]
    assert (entry.group, entry.second_group, format_month(entry.finish or 0)) == ("G1", "G2", "2029-12")


def test_who_may_have_one_group_for_both_years_has_one() -> None:
    assert memberships(planned(town(person(group={"split": True})))) == ["G1"]


def test_the_second_year_comes_after_the_first() -> None:
    """G2 begins half a year before: its second year begins in 2027-07, within the first of G1."""
    groups = [group("G1", "2027-01"), group("G2", "2026-07")]
    assert is_impossible(town(person(leave=LEAVE, group={"split": True}), groups=groups))
    groups = [group("G1", "2027-01"), group("G2", "2027-09")]
    second = planned(town(person(leave=LEAVE, group={"split": True}), groups=groups)).candidates[0]
    assert (second.group, second.second_group) == ("G1", "G2")


@pytest.mark.parametrize("other", ["G1", "G2"])
def test_a_place_is_taken_in_each_of_the_two_for_its_year_only(other: str) -> None:
    """One place each. A01 has the first year of G1 and the second of G2: there is no room beside that in either ..."""
    assert is_impossible(town(person(group=BOTH), person(group=other)))


def test_the_other_halves_are_free_for_somebody_else() -> None:
    """... but for the years that are left: A02 has the first of G0 and the second of G1."""
    groups = [group("G0", "2026-12"), group("G1", "2027-01"), group("G2", "2028-01")]
    rest = [{"id": "G0", "year": 1}, {"id": "G1", "year": 2}]
    plan = planned(town(person(group=BOTH), person(group=rest), groups=groups))
    assert memberships(plan) == ["G1 + G2", "G0 + G1"]
    assert is_impossible(town(person(group=BOTH), person(group=BOTH), groups=groups))


@pytest.mark.parametrize(("hospital", "possible"), [("2027-06", True), ("2029-06", True), (None, False)])
def test_one_of_the_two_years_is_in_open_practice(hospital: str | None, possible: bool) -> None:
    """A month of ward in one of the years leaves the other open; a month in both leaves none."""
    fixed = [months(month, month, rotation="ward") for month in ([hospital] if hospital else ["2027-06", "2029-06"])]
    rotations = {"ward": {"min_months": 1, "max_blocks": 2}}
    instance = town(person(group=BOTH, fixed=fixed), rotations=rotations, arenas={"ward": {"places": [{"places": 1}]}})
    if not possible:
        assert is_impossible(instance)
        return
    assert planned(instance).candidates[0].open_group_year == (2 if hospital == "2027-06" else 1)


def test_a_split_that_nobody_allowed_is_turned_down() -> None:
    free, split = town(person()), town(person(group=BOTH))
    plan = planned(split)
    told = plan.model_copy(update={"instance": plan.instance.model_copy(update={"sha256": free.sha256})})
    assert rules_broken(free, told) == {"group"}


def test_the_groups_months_are_those_of_the_two_years() -> None:
    instance = town(person(group=BOTH))
    plan = planned(instance)
    found = group_months(trajectory_of(instance, plan.candidates[0]))
    assert [(found[at].group, found[at].group_year, format_month(found[at].month)) for at in (0, 11, 12, 23)] == [
        ("G1", 1, "2027-01"), ("G1", 1, "2027-12"), ("G2", 2, "2029-01"), ("G2", 2, "2029-12"),
    ]  # fmt: skip


def test_a_plan_file_tells_both_and_an_older_one_is_read() -> None:
    entry = planned(town(person(group=BOTH))).candidates[0]
    tree = entry.model_dump(mode="json", by_alias=True)
    assert (tree["group"], tree["second_group"]) == ("G1", "G2")
    assert PlanCandidate.model_validate_json(json.dumps(tree)).membership == "G1 + G2"
    del tree["second_group"]
    assert PlanCandidate.model_validate_json(json.dumps(tree)).membership == "G1"


# --- how it is written -----------------------------------------------------------------------------------------------


def test_rows_and_table_mean_the_same_and_one_group_twice_is_one_group() -> None:
    trees = [BOTH, BOTH[::-1], {"id": "G1", "second": "G2"}]
    assert len({town(person(group=given)).sha256 for given in trees}) == 1
    same = town(person(group=[{"id": "G1", "year": 1}, {"id": "G1", "year": 2}]))
    assert same.candidates["A01"].group.group_id == "G1"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([{"id": "G1", "year": 1}], "group-years"),
        ([{"id": "G1", "year": 1}, {"id": "G2", "year": 1}], "group-years"),
        ([{"id": "G1", "year": 1}, {"id": "G3", "year": 2}], "unknown-group"),
        ([{"id": "G2", "year": 1}, {"id": "G1", "year": 2}], "group-years-order"),
        ({"id": "G1", "split": True}, "split-settled"),
        ({"second": "G2"}, "missing-key"),
        ({}, "missing-key"),
    ],
)
def test_what_cannot_be_is_a_problem(given: object, code: str) -> None:
    with pytest.raises(InputError) as found:
        town(person(group=given))
    assert [problem.code for problem in found.value.problems] == [code]


def test_the_source_of_an_instance_reads_back_as_the_same() -> None:
    instance = town(person(group=BOTH))
    assert instance.source is not None
    assert read_instance(dict(instance.source)).sha256 == instance.sha256


def test_a_file_rolled_on_keeps_the_two_groups_that_were_chosen() -> None:
    """Rolled on to 2028-01, a year after the first group began; planned again on the same plan nothing moves."""
    instance = town(person(leave=LEAVE, group={"split": True}))
    plan = planned(instance)
    rolled = advance(instance, plan, parse_month("2028-01")).instance
    assert rolled.candidates["A01"].group.group_id == "G1 + G2"
    again = planned(rolled).candidates[0]
    assert (again.membership, again.finish) == ("G1 + G2", plan.candidates[0].finish)


def test_who_has_left_by_then_is_in_the_archive() -> None:
    instance = make(person(until="2027-06"), person(extra_months=2))
    found = advance(instance, planned(instance), parse_month("2027-09"))
    assert list(found.instance.candidates) == ["A02"]
    assert found.finished is not None
    assert [entry.id for entry in found.finished.candidates] == ["A01"]
    assert planned(found.instance).candidates[0].delay == 0
