"""fixed, finish-by, horizon."""

from dataclasses import replace

import pytest

from scheduler.instance.types import Current, FixedBlock
from tests.helpers.world import (
    RULES_HERE,
    STANDARD,
    START,
    candidate,
    edited,
    keys,
    m,
    months_of,
    only,
    passes,
    plan,
    span,
    steps,
    violations,
    with_rotation,
    world,
)


def fixed(rotation, start, to, **fields):
    return world(candidate("A01", fixed=(FixedBlock(rotation, span(start, to)),), **fields))


class TestFixed:
    @pytest.mark.parametrize(
        ("start", "to", "wrong"),
        [
            ("2027-03", "2027-04", None),
            ("2027-03", "2027-05", "2027-05"),
            ("2027-02", "2027-04", "2027-02"),
            ("2026-08", "2026-08", None),
        ],
    )
    def test_months_of_the_ward(self, start, to, wrong):
        instance = fixed("ward", start, to)
        subject = plan(instance, STANDARD)
        if wrong is None:
            assert passes(instance, subject)
        else:
            found = only(instance, subject, "fixed", "fixed")
            assert (found.candidate, found.fields["rotation"], months_of(found)) == ("A01", "Gp", wrong)

    @pytest.mark.parametrize(("month", "right"), [("2026-09", True), ("2027-08", True), ("2027-09", False)])
    def test_first_last_and_one_after(self, month, right):
        instance = fixed("gp", month, month)
        subject = plan(instance, STANDARD)
        assert passes(instance, subject) if right else only(instance, subject, "fixed", "fixed")

    def test_leave_inside_a_fixed_row(self):
        instance = fixed("gp", "2026-10", "2026-12", leave=(span("2026-11", "2026-11"),))
        assert passes(instance, plan(instance, "gp*2 - gp*4 ward*2 gp*4"))

    def test_beyond_the_horizon(self):
        instance = fixed("gp", "2028-09", "2028-12")
        assert passes(instance, plan(instance, STANDARD))


class TestCurrent:
    def test_it_holds_the_first_month(self):
        instance = world(candidate("A01", current=Current("clinic", START - 1)))
        assert passes(instance, plan(instance, "clinic gp*9 ward*2"))
        found = only(instance, plan(instance, STANDARD), "fixed", "fixed-current")
        assert (found.subject, months_of(found)) == ("clinic", "2026-09")

    def test_not_when_on_leave(self):
        instance = world(candidate("A01", current=Current("clinic", START - 1), leave=(span("2026-09", "2026-09"),)))
        assert passes(instance, plan(instance, f"- {STANDARD}"))

    @pytest.mark.parametrize(("longest", "right"), [(2, True), (3, False)])
    def test_not_when_at_its_longest(self, longest, right):
        instance = with_rotation(
            world(candidate("A01", current=Current("clinic", START - 2))), "clinic", max_months=longest
        )
        subject = plan(instance, STANDARD)
        assert passes(instance, subject) if right else only(instance, subject, "fixed", "fixed-current")


class TestFinishBy:
    @pytest.mark.parametrize(("month", "right"), [("2027-08", True), ("2027-07", False)])
    def test_the_candidates_own(self, month, right):
        instance = world(candidate("A01", finish_by=m(month)))
        subject = plan(instance, STANDARD)
        if right:
            assert passes(instance, subject)
        else:
            assert months_of(only(instance, subject, "finish-by", "finish-by")) == "2027-08"

    def test_the_rulesets(self):
        instance = world(candidate("A01", rules=replace(RULES_HERE, finish_by=m("2027-07"))))
        assert only(instance, plan(instance, STANDARD), "finish-by", "finish-by")

    def test_the_unfinished_are_judged_by_the_projection(self):
        """At 40 % 24 months earn 9.6 of 12; the 2.4 that are left take six months more: 2029-02."""
        slow = {"percent": steps(40, 100)}
        assert passes(
            world(candidate("A01", finish_by=m("2029-02"), **slow)),
            plan(world(candidate("A01", finish_by=m("2029-02"), **slow)), "gp*24"),
        )
        instance = world(candidate("A01", finish_by=m("2029-01"), **slow))
        assert only(instance, plan(instance, "gp*24"), "finish-by", "finish-by")


class TestHorizon:
    def test_just_inside_and_just_beyond(self):
        """12 FTE-months at 50 % take exactly the 24 months of the horizon; at 49 % one more."""
        instance = world(candidate("A01", percent=steps(50, 100)))
        assert passes(instance, plan(instance, "gp*20 ward*3 hospital"))
        instance = world(candidate("A01", percent=steps(49, 100)))
        subject = plan(instance, "gp*24")
        assert passes(instance, subject)
        row = subject.candidates[0]
        assert (row.unfinished, row.finish, row.earliest_finish) == (True, None, m("2028-09"))

    def test_unfinished_is_not_a_way_out(self):
        instance = world()
        subject = edited(plan(instance, STANDARD), {"unfinished": True})
        assert only(instance, subject, "horizon", "horizon-finished").candidate == "A01"

    def test_unfinished_is_told(self):
        instance = world(candidate("A01", percent=steps(40, 100)))
        subject = edited(plan(instance, "gp*24"), {"unfinished": False})
        assert only(instance, subject, "horizon", "horizon-unfinished")

    def test_planned_to_the_end(self):
        instance = world(candidate("A01", percent=steps(40, 100)))
        found = only(instance, plan(instance, "gp*23"), "horizon", "horizon-stops")
        assert months_of(found) == "2028-08"

    def test_not_beyond_the_end(self):
        instance = world(candidate("A01", percent=steps(40, 100)))
        found = only(instance, plan(instance, "gp*25"), "horizon", "horizon-beyond")
        assert months_of(found) == "2028-09"

    def test_minima_are_not_asked_ceilings_are(self):
        instance = world(candidate("A01", percent=steps(40, 100)))
        assert keys(violations(instance, plan(instance, "gp*19 ward*4 gp"))) == [("block-length", "block-long")]

    def test_a_late_start_is_not_a_way_out_either(self):
        """12 months from 2027-09 just fit; from 2027-10 they do not, but an earlier start would have done."""
        instance = world(candidate("A01", start_latest=START + 13))
        assert passes(instance, plan(instance, STANDARD, start=START + 12))
        subject = plan(instance, "gp*6 ward*2 gp*3", start=START + 13)
        assert keys(violations(instance, subject)) == [("service-total", "service-total")]
