"""group: two years beside the training. With a group of 24 months the plan lasts the whole horizon."""

from dataclasses import replace

import pytest

from scheduler.instance.types import Current, GroupChoice
from tests.helpers.world import (
    INSTITUTION,
    RULES_HERE,
    STANDARD,
    START,
    candidate,
    edited,
    group,
    keys,
    months_of,
    only,
    passes,
    plan,
    span,
    steps,
    violations,
    world,
)

FREE = GroupChoice()
TWO_YEARS = "gp*6 ward*2 gp*16"


def free(**fields):
    return candidate("A01", group=FREE, **fields)


def test_the_second_year_is_open():
    instance = world(free(), groups=group())
    subject = plan(instance, TWO_YEARS, group="G1")
    assert passes(instance, subject)
    assert subject.candidates[0].open_group_year == 2
    assert subject.candidates[0].delay == 12


def test_none_chosen():
    instance = world(free(), groups=group())
    assert only(instance, plan(instance, STANDARD), "group", "group-none").candidate == "A01"


def test_none_known_by_that_name():
    instance = world(free(), groups=group())
    assert only(instance, plan(instance, STANDARD, group="G7"), "group", "group-unknown").subject == "G7"


def test_done_needs_none():
    instance = world(groups=group())
    assert passes(instance, plan(instance, STANDARD))
    assert ("group", "group-done") in keys(violations(instance, plan(instance, STANDARD, group="G1")))


def test_the_one_given():
    instance = world(candidate("A01", group=GroupChoice(group_id="G1")), groups=group() | group("G2"))
    assert passes(instance, plan(instance, TWO_YEARS))
    assert only(instance, plan(instance, TWO_YEARS, group="G2"), "group", "group-other").subject == "G1"
    found = only(instance, plan(instance, STANDARD, group=None), "group", "group-other")
    assert found.sentence() == "A01: skal gå i veiledningsgruppen «G1», men er satt i «-»"


@pytest.mark.parametrize(("start", "right"), [("2026-09", True), ("2026-08", False)])
def test_it_starts_within_the_horizon(start, right):
    early = free(start_earliest=START - 6, start_latest=START - 6)
    months = 24 if right else 25
    instance = world(early, groups=group(start=start, months=months))
    subject = plan(instance, TWO_YEARS, group="G1")
    assert passes(instance, subject) if right else only(instance, subject, "group", "group-start")


@pytest.mark.parametrize(("start", "right"), [("2026-10", True), ("2026-09", False)])
def test_it_starts_no_earlier_than_the_candidate(start, right):
    instance = world(free(start_earliest=START + 1, start_latest=START + 1), groups=group(start=start, months=23))
    path = "gp*6 ward*2 gp*15"
    if right:
        assert passes(instance, plan(instance, path, group="G1"))
    else:
        assert ("group", "group-start") in keys(violations(instance, plan(instance, path, group="G1")))


@pytest.mark.parametrize(("months", "right"), [(24, True), (25, False)])
def test_it_ends_no_later_than_the_finish(months, right):
    instance = world(free(), groups=group(months=months))
    subject = plan(instance, TWO_YEARS, group="G1")
    if right:
        assert passes(instance, subject)
    else:
        assert only(instance, subject, "group", "group-end").fields == {"end": "2028-09", "finish": "2028-08"}


class TestLeave:
    @pytest.mark.parametrize(("last", "right"), [("2026-11", True), ("2026-12", False)])
    def test_two_months_in_a_year(self, last, right):
        instance = world(free(leave=(span("2026-10", last),)), groups=group())
        path = "gp -*2 gp*4 ward*2 gp*15" if right else "gp -*3 gp*4 ward*2 gp*14"
        subject = plan(instance, path, group="G1")
        if right:
            assert passes(instance, subject)
        else:
            found = only(instance, subject, "group", "group-leave")
            assert (found.fields["have"], months_of(found)) == (3, "2026-09..2027-08")

    def test_two_in_each_year(self):
        instance = world(free(leave=(span("2027-07", "2027-10"),)), groups=group())
        assert passes(instance, plan(instance, "gp*6 ward*2 gp*2 -*4 gp*10", group="G1"))


class TestOpenYear:
    def test_both_years_broken(self):
        instance = world(free(), groups=group())
        found = only(instance, plan(instance, "gp*6 ward*2 gp*6 hospital gp*9", group="G1"), "group", "group-open-year")
        assert found.subject == "G1"

    @pytest.mark.parametrize(("share", "right"), [(80, True), (81, False)])
    def test_enough_of_the_mix(self, share, right):
        rules = replace(RULES_HERE, group_open_share_min=share)
        instance = world(free(rules=rules), groups=group())
        subject = plan(instance, "gp*6 ward*2 gp*6 mixed gp*9", group="G1")
        assert passes(instance, subject) if right else only(instance, subject, "group", "group-open-year")

    @pytest.mark.parametrize(("path", "right"), [("gp*10 ward*2 gp*12", True), ("gp*11 ward*2 gp*11", False)])
    def test_the_edge_of_the_year(self, path, right):
        instance = world(free(), groups=group())
        subject = plan(instance, path, group="G1")
        assert passes(instance, subject) if right else only(instance, subject, "group", "group-open-year")

    def test_the_last_month_of_the_group(self):
        instance = world(free(), groups=group())
        assert passes(instance, plan(instance, "gp*6 ward*2 gp*16", group="G1"))
        assert only(instance, plan(instance, "gp*6 ward*2 gp*15 hospital", group="G1"), "group", "group-open-year")

    def test_leave_counts_as_open(self):
        instance = world(free(leave=(span("2027-10", "2027-11"),)), groups=group())
        assert passes(instance, plan(instance, "gp*6 ward*2 gp*5 -*2 gp*9", group="G1"))


class TestFixed:
    """A group under way: 2026-03 to 2028-02, given by the coordinator."""

    PATH = "gp*6 ward*2 gp*10"  # until 2028-02; the ward is in the group's second year

    @staticmethod
    def under_way(**fields):
        choice = fields.pop("group", GroupChoice(group_id="G1"))
        return world(candidate("A01", group=choice, **fields), groups=group(start="2026-03"))

    def test_its_start_is_not_questioned_and_months_of_current_count(self):
        instance = self.under_way(current=Current("gp", START - 6))
        subject = plan(instance, self.PATH)
        assert passes(instance, subject)
        assert subject.candidates[0].open_group_year == 1

    @pytest.mark.parametrize(("share", "right"), [(80, True), (81, False)])
    def test_current_needs_enough_open_practice(self, share, right):
        rules = replace(RULES_HERE, group_open_share_min=share)
        instance = self.under_way(current=Current("mixed", START - 6), rules=rules)
        subject = plan(instance, "mixed gp*5 ward*2 gp*10")
        assert passes(instance, subject) if right else only(instance, subject, "group", "group-open-year")

    @pytest.mark.parametrize("fields", [{}, {"current": Current("gp", START - 5)}])
    def test_months_before_the_horizon_do_not_count_otherwise(self, fields):
        instance = self.under_way(**fields)
        assert only(instance, plan(instance, self.PATH), "group", "group-open-year")

    def test_the_open_year_may_be_done(self):
        choice = GroupChoice(group_id="G1", open_year_done=True)
        instance = self.under_way(group=choice)
        assert passes(instance, plan(instance, self.PATH))
        instance = self.under_way(group=choice, current=Current("gp", START - 6))
        assert passes(instance, edited(plan(instance, self.PATH), {"open_group_year": None}))

    def test_its_leave_is_not_questioned(self):
        leave = (span("2026-10", "2026-12"),)
        instance = self.under_way(current=Current("gp", START - 6), leave=leave)
        assert passes(instance, plan(instance, "gp -*3 gp*2 ward*2 gp*10"))

    def test_its_end_is(self):
        instance = self.under_way(current=Current("gp", START - 6))
        assert only(instance, plan(instance, STANDARD), "group", "group-end")


class TestPlaces:
    @pytest.mark.parametrize(("places", "right"), [(2, True), (1, False)])
    def test_free_and_fixed_members(self, places, right):
        two = (free(), candidate("A02", group=GroupChoice(group_id="G1")))
        instance = world(*two, groups=group(places=places))
        subject = plan(instance, TWO_YEARS, TWO_YEARS, group="G1")
        if right:
            assert passes(instance, subject)
        else:
            found = only(instance, subject, "group", "group-places")
            assert (found.subject, found.fields["have"]) == ("G1", 2)


class TestUnfinished:
    def test_a_membership_is_not_required(self):
        instance = world(free(percent=steps(40, 100)), groups=group())
        subject = plan(instance, "gp*24")
        assert passes(instance, subject)

    def test_a_group_may_run_beyond_the_horizon(self):
        instance = world(free(percent=steps(40, 100)), groups=group(start="2028-01"))
        assert passes(instance, plan(instance, "gp*17 ward*3 gp*4", group="G1"))

    def test_nothing_speaks_against_what_is_not_planned_yet(self):
        instance = world(free(percent=steps(40, 100)), groups=group(start="2028-08", months=12))
        assert passes(instance, plan(instance, "gp*24", group="G1"))
        found = only(instance, plan(instance, "gp*23 hospital", group="G1"), "group", "group-open-year")
        assert found.candidate == "A01"

    def test_what_lies_inside_the_horizon_is_checked(self):
        instance = world(free(percent=steps(40, 100)), groups=group())
        path = "gp*6 ward*2 gp*6 hospital gp*9"
        assert only(instance, plan(instance, path, group="G1"), "group", "group-open-year")


def test_the_number_of_the_open_year():
    instance = world(free(), groups=group())
    subject = plan(instance, TWO_YEARS, group="G1")
    assert only(instance, edited(subject, {"open_group_year": 1}), "figures", "figure")
    assert only(instance, edited(subject, {"open_group_year": None}), "figures", "figure")
    credited = world(free(credited={INSTITUTION: 20_000}, goals_done=frozenset({4})), groups=group())
    both = plan(credited, "gp*24", group="G1")
    assert passes(credited, edited(both, {"open_group_year": 2}))
