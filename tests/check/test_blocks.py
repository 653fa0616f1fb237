"""block-length, block-start, block-count."""

import pytest

from scheduler.instance.types import Current, FixedBlock
from tests.helpers.world import (
    STANDARD,
    START,
    candidate,
    keys,
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


class TestLength:
    def test_too_short(self):
        found = only(world(), plan(world(), "gp*6 ward hospital gp*4"), "block-length", "block-short")
        assert (found.candidate, found.subject, months_of(found)) == ("A01", "ward", "2027-03")
        assert (found.fields["have"], found.fields["min"]) == (1, 2)

    def test_too_long(self):
        found = only(world(), plan(world(), "gp*5 ward*4 gp*4"), "block-length", "block-long")
        assert (months_of(found), found.fields["max"]) == ("2027-02..2027-05", 3)

    @pytest.mark.parametrize("path", [STANDARD, "gp*6 ward*3 gp*3", "ward*2 gp*10", "gp*10 ward*2"])
    def test_at_the_limits(self, path):
        assert passes(world(), plan(world(), path))

    def test_the_finish_cuts_a_base_block_only(self):
        instance = with_rotation(world(), "gp", min_months=3)
        assert passes(instance, plan(instance, "gp*9 ward*2 gp*1"))
        assert passes(instance, plan(instance, "gp*3 ward*2 gp*7"))
        found = only(instance, plan(instance, "gp*2 ward*2 gp*8"), "block-length", "block-short")
        assert months_of(found) == "2026-09..2026-10"

    def test_a_short_last_block_is_not_finished(self):
        assert ("block-length", "block-short") in keys(violations(world(), plan(world(), "gp*10 hospital ward")))

    @pytest.mark.parametrize(("since", "right"), [(START - 1, True), (START, False)])
    def test_the_running_block_counts_from_since(self, since, right):
        instance = world(candidate("A01", current=Current("ward", since)))
        subject = plan(instance, "ward gp*10 hospital")
        assert passes(instance, subject) if right else only(instance, subject, "block-length", "block-short")

    @pytest.mark.parametrize(("months", "right"), [(1, True), (2, False)])
    def test_the_running_block_is_not_too_long_either(self, months, right):
        instance = world(candidate("A01", current=Current("ward", START - 2)))
        path = "ward gp*10 hospital" if months == 1 else "ward*2 gp*10"
        subject = plan(instance, path)
        assert passes(instance, subject) if right else only(instance, subject, "block-length", "block-long")

    def test_leave_before_the_horizon_is_not_counted(self):
        leave = (span("2026-08", "2026-08"),)
        instance = world(candidate("A01", current=Current("ward", START - 2), leave=leave))
        assert passes(instance, plan(instance, "ward*2 gp*10"))

    def test_a_running_block_at_its_longest_has_ended(self):
        instance = world(candidate("A01", current=Current("ward", START - 3)))
        assert passes(instance, plan(instance, "gp*6 hospital*2 gp*4"))
        assert ("block-length", "block-long") in keys(violations(instance, plan(instance, "ward gp*10 hospital")))

    def test_the_horizon_cuts_the_last_block_of_an_unfinished_candidate(self):
        instance = world(candidate("A01", percent=steps(40, 100)))
        assert passes(instance, plan(instance, "gp*23 ward"))
        found = only(instance, plan(instance, "gp*21 ward gp*2"), "block-length", "block-short")
        assert months_of(found) == "2028-06"

    def test_leave_at_the_end_of_the_horizon_is_not_the_horizon(self):
        instance = world(candidate("A01", percent=steps(40, 100), leave=(span("2028-08", "2028-08"),)))
        assert only(instance, plan(instance, "gp*22 ward -"), "block-length", "block-short")


class TestStart:
    @pytest.mark.parametrize(("starts", "right"), [({3}, True), ({3, 9}, True), ({4}, False), ({2}, False)])
    def test_the_calendar_month(self, starts, right):
        instance = with_rotation(world(), "ward", starts=frozenset(starts))
        subject = plan(instance, STANDARD)
        if right:
            assert passes(instance, subject)
        else:
            found = only(instance, subject, "block-start", "block-start-month")
            assert (months_of(found), found.end) == ("2027-03", found.start + 1)

    @pytest.mark.parametrize(("starts", "right"), [({9}, True), ({10}, False)])
    def test_the_first_month(self, starts, right):
        instance = with_rotation(world(), "ward", starts=frozenset(starts))
        subject = plan(instance, "ward*2 gp*10")
        assert passes(instance, subject) if right else only(instance, subject, "block-start", "block-start-month")

    @pytest.mark.parametrize(("need", "done", "right"), [(6, 0, True), (7, 0, False), (7, 1, True)])
    def test_service_months_before(self, need, done, right):
        instance = with_rotation(world(candidate("A01", months_done=done)), "ward", not_before=need)
        subject = plan(instance, STANDARD)
        if right:
            assert passes(instance, subject)
        else:
            assert only(instance, subject, "block-start", "block-not-before").fields["have"] == 6

    def test_leave_is_not_a_service_month(self):
        instance = with_rotation(world(candidate("A01", leave=(span("2026-11", "2026-11"),))), "ward", not_before=6)
        assert passes(instance, plan(instance, "gp*2 - gp*4 ward*2 gp*4"))
        found = only(instance, plan(instance, "gp*2 - gp*3 ward*2 gp*5"), "block-start", "block-not-before")
        assert found.fields["have"] == 5

    def test_after_another_rotation(self):
        instance = with_rotation(world(), "ward", after=(("clinic",),))
        assert passes(instance, plan(instance, "clinic ward*2 gp*9"))
        found = only(instance, plan(instance, "gp*6 ward*2 clinic gp*3"), "block-start", "block-after")
        assert (found.subject, found.fields["after"]) == ("ward", "clinic")

    def test_after_one_of_two(self):
        """Either is enough, neither is not, and both rows of ``after`` must be met; the sentence names both."""
        instance = with_rotation(world(), "ward", after=(("clinic", "gp"),))
        assert passes(instance, plan(instance, "clinic ward*2 gp*9"))
        assert passes(instance, plan(instance, "gp*6 ward*2 clinic gp*3"))
        found = only(instance, plan(instance, "ward*2 clinic gp*9"), "block-start", "block-after")
        assert "“clinic or gp”" in found.sentence("en")
        assert "«clinic eller gp»" in found.sentence("nb")
        both = with_rotation(world(), "ward", after=(("clinic", "gp"), ("gp",)))
        assert only(both, plan(both, "clinic ward*2 gp*9"), "block-start", "block-after").fields["after"] == "gp"

    def test_after_a_block_that_ended_at_the_horizon(self):
        instance = with_rotation(
            world(candidate("A01", current=Current("clinic", START - 2))), "ward", after=(("clinic",),)
        )
        ended = with_rotation(instance, "clinic", max_months=2)
        assert passes(ended, plan(ended, STANDARD))

    def test_fixed_and_running_blocks_are_exempt(self):
        fixed = (FixedBlock("ward", span("2027-03", "2027-04")),)
        instance = with_rotation(world(candidate("A01", fixed=fixed)), "ward", starts=frozenset({4}), not_before=12)
        assert passes(instance, plan(instance, STANDARD))
        running = with_rotation(
            world(candidate("A01", current=Current("ward", START - 1))), "ward", starts=frozenset({4}), not_before=12
        )
        assert passes(running, plan(running, "ward*2 gp*10"))

    def test_a_fixed_row_that_began_before_the_horizon(self):
        fixed = (FixedBlock("ward", span("2026-08", "2026-10")),)
        instance = with_rotation(world(candidate("A01", fixed=fixed)), "ward", starts=frozenset({4}))
        assert passes(instance, plan(instance, "ward*2 gp*10"))

    def test_a_fixed_row_inside_a_block_does_not_exempt_its_start(self):
        fixed = (FixedBlock("ward", span("2027-04", "2027-04")),)
        instance = with_rotation(world(candidate("A01", fixed=fixed)), "ward", starts=frozenset({4}))
        assert only(instance, plan(instance, STANDARD), "block-start", "block-start-month")


class TestCount:
    def test_at_the_limit_and_above(self):
        assert passes(world(), plan(world(), "clinic gp*3 clinic ward*2 gp*5"))
        found = only(world(), plan(world(), "gp*3 hospital gp*3 hospital gp*4"), "block-count", "block-count")
        assert (found.subject, months_of(found), found.fields["have"]) == ("hospital", "2027-04", 2)

    def test_base_is_unlimited(self):
        assert passes(world(), plan(world(), "gp*2 clinic gp*2 clinic gp*4 ward*2"))

    def test_a_block_that_ended_at_the_horizon_counts(self):
        leave = (span("2026-09", "2026-09"),)
        instance = world(candidate("A01", current=Current("hospital", START - 2), leave=leave))
        assert only(instance, plan(instance, "- gp*5 hospital*2 gp*5"), "block-count", "block-count")
        assert passes(instance, plan(instance, "- gp*5 ward*2 gp*5"))

    def test_the_running_block_counts_once(self):
        instance = world(candidate("A01", current=Current("hospital", START - 2)))
        assert passes(instance, plan(instance, "hospital*2 gp*10"))
        assert only(instance, plan(instance, "hospital gp*10 hospital"), "block-count", "block-count")
