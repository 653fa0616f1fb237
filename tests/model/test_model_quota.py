"""Quotas: a municipality's heads in an arena, under a limit and in a group, in the first and last month, and beside
others'."""

from typing import Any

import pytest

from scheduler.accounting.baseline import with_published
from scheduler.explanation.explain import explain
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.replanning.affected import baseline_for
from scheduler.solver.engine import Settings, Stop
from tests.helpers.tiny import Row, faults, is_impossible, make, months, person, planned


def again(published: Plan, instance: Instance, freeze_to: str) -> Plan:
    """Planned on top of a published plan."""
    replanned = with_published(instance, baseline_for(instance, published, parse_month(freeze_to)))
    plan = planned(replanned)
    assert faults(replanned, plan) == []
    return plan


TOWNS: list[Row] = [{"id": "a", "name": "Ås"}, {"id": "b", "name": "Bø"}]


def ward_months(plan: Plan, candidate: str) -> set[int]:
    (entry,) = (entry for entry in plan.candidates if entry.id == candidate)
    return {row.month for row in entry.months if row.rotation == "ward"}


def quota(*places: Row, of: str = "ward", municipality: str = "a") -> Row:
    return {"of": of, "municipality": municipality, "places": list(places)}


def with_quotas(*towns: str, quotas: list[Row], **more: Any) -> Instance:
    return make(*(person(municipality=town) for town in towns), municipalities=TOWNS, quotas=quotas, **more)


def test_two_of_one_town_take_turns_and_another_town_does_not_count() -> None:
    """The ward is open to all in four months; two of a have one place in it, and so are there one after the other."""
    four = {"ward": {"places": [months("2027-03", "2027-06", places=3)]}}
    plan = planned(with_quotas("a", "a", "b", quotas=[quota({"places": 1})], arenas=four))
    one, other, third = (ward_months(plan, name) for name in ("A01", "A02", "A03"))
    assert one.isdisjoint(other)
    assert one | other == set(range(parse_month("2027-03"), parse_month("2027-07")))
    assert len(third) == 2


@pytest.mark.parametrize(("last", "fits"), [("2027-06", True), ("2027-05", False)])
def test_four_months_are_enough_for_two_and_three_are_not(last: str, fits: bool) -> None:
    """Two months of ward each: exactly four months of one place, in the first and the last month that the rows name."""
    instance = with_quotas("a", "a", quotas=[quota({"places": 0}, months("2027-03", last, places=1))])
    assert is_impossible(instance) is not fits


def test_the_quota_holds_in_the_last_month_of_the_horizon() -> None:
    """Twelve months end with the horizon: the ward in the last two would be too late for the second."""
    quotas = [quota({"places": 0}, months("2027-11", "2027-12", places=1))]
    assert is_impossible(with_quotas("a", "a", quotas=quotas, n_months=12, rules={"total": 12}))
    planned(with_quotas("a", "b", quotas=quotas, n_months=12))


def test_a_quota_under_a_limit_counts_one_head_in_all_its_arenas() -> None:
    limit = {"id": "beds", "arenas": ["ward", "clinic"], "places": [{"places": 9}]}
    mixed = {"ward": {"mix": {"ward": 50, "clinic": 50}, "min_months": 4}}
    instance = with_quotas("a", quotas=[quota({"places": 1}, of="beds")], limits=[limit], rotations=mixed)
    planned(instance)
    none = with_quotas("a", quotas=[quota({"places": 0}, of="beds")], limits=[limit], rotations=mixed)
    assert is_impossible(none)


GROUPS: list[Row] = [
    {"id": "G1", "start": "2027-01", "months": 12, "places": 8},
    {"id": "G2", "start": "2027-02", "months": 12, "places": 8},
]


def test_a_group_has_no_more_of_a_town_than_its_quota() -> None:
    """The first of a is in the earlier group, the second in the later one; b's are not bound by it."""
    quotas = [quota({"places": 1}, of="G1")]
    plan = planned(with_quotas("a", "a", "b", quotas=quotas, groups=GROUPS, rules={"group_required": True}))
    assert [entry.group for entry in plan.candidates] == ["G1", "G2", "G1"]
    closed = [quota({"places": 1}, of=name) for name in ("G1", "G2")]
    many = with_quotas("a", "a", "a", quotas=closed, groups=GROUPS, rules={"group_required": True})
    assert is_impossible(many)


def test_a_quota_of_a_single_month_of_a_group_holds_for_its_year() -> None:
    quotas = [quota({"places": 2}, months("2027-12", "2027-12", places=1), of="G1")]
    plan = planned(with_quotas("a", "a", quotas=quotas, groups=GROUPS, rules={"group_required": True}))
    assert sorted(str(entry.group) for entry in plan.candidates) == ["G1", "G2"]


def test_what_is_frozen_is_judged_by_no_quota_of_today() -> None:
    """Both are in the ward in the first two months; the quota comes later, and nobody moves."""
    early = {"ward": {"places": [months("2027-01", "2027-02", places=2)]}}
    published = planned(with_quotas("a", "a", quotas=[], arenas=early))
    after = with_quotas("a", "a", quotas=[quota({"places": 1})], arenas=early)
    plan = again(published, after, "2027-02")
    assert ward_months(plan, "A01") == ward_months(plan, "A02")
    assert faults(after, published)


def test_the_conflict_names_the_town_and_a_remedy_that_was_tried() -> None:
    two = {"ward": {"places": [months("2027-03", "2027-04", places=2)]}}
    instance = with_quotas("a", "a", quotas=[quota({"places": 1})], arenas=two)
    assert instance.source is not None
    _, found = explain(instance, Settings(workers=1), Stop(60.0), "en", instance.source)
    assert found is not None
    (conflict,) = found["conflicts"]
    assert "Ås" in conflict["text"]
    assert {"id": "quota", "quota": "ward-a", "of": "ward", "municipality": "a"}.items() <= next(
        row for row in conflict["rules"] if row["id"] == "quota"
    ).items()
    assert any(row["change"].get("quota") == "ward-a" and row["verified"] for row in found["remedies"])


# --- offices of one's own municipality -------------------------------------------------------------------------------

OFFICES: dict[str, Row | None] = {
    "office-01": {"municipality": "a"},
    "office-02": {"service": "open_practice", "municipality": "b"},
}


def test_an_office_that_the_plan_chooses_is_in_the_own_municipality() -> None:
    people = [person(practice=None, municipality=town) for town in ("b", "a", "b")]
    plan = planned(make(*people, municipalities=TOWNS, arenas=OFFICES))
    assert [entry.practice for entry in plan.candidates] == ["office-02", "office-01", "office-02"]


def test_another_towns_office_is_told_unless_it_is_named() -> None:
    unnamed, named = (person(practice=office, municipality="b") for office in (None, "office-01"))
    instance = make(named, municipalities=TOWNS, arenas=OFFICES)
    plan = planned(instance)
    assert [entry.practice for entry in plan.candidates] == ["office-01"]
    told = faults(make(unnamed, municipalities=TOWNS, arenas=OFFICES), plan)
    assert [line for line in told if "Bø" in line] == [
        "practice: A01: has been given the office “office-01”, which is not in Bø"
    ]
