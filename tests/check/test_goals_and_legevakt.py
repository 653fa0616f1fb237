"""goals, legevakt."""

from dataclasses import replace

import pytest

from tests.helpers.categories import PARALLEL
from tests.helpers.world import (
    FTE,
    STANDARD,
    START,
    arena,
    candidate,
    keys,
    m,
    months_of,
    only,
    passes,
    plan,
    span,
    steps,
    violations,
    with_arena,
    world,
)


def shifts(**by_month):
    """``shifts(s2026_09=1)``: shifts in 2026-09."""
    return [{"month": m(name[1:].replace("_", "-")), "shifts": number} for name, number in by_month.items()]


class TestGoals:
    @pytest.mark.parametrize(("exposure", "right"), [(2 * FTE, True), (2 * FTE + 1, False)])
    def test_long_enough_in_the_arena(self, exposure, right):
        instance = with_arena(world(), "ward", exposure=exposure)
        subject = plan(instance, STANDARD)
        if right:
            assert passes(instance, subject)
        else:
            found = only(instance, subject, "goals", "goals")
            assert (found.candidate, found.fields["goals"]) == ("A01", "004")

    def test_goals_done_before(self):
        instance = with_arena(world(candidate("A01", goals_done=frozenset({4}))), "ward", goals=frozenset())
        assert passes(instance, plan(instance, STANDARD))

    def test_partial_goals_never_suffice(self):
        instance = with_arena(world(), "ward", goals=frozenset(), goals_partial=frozenset({4}))
        assert only(instance, plan(instance, STANDARD), "goals", "goals").fields["goals"] == "004"

    def test_exposure_is_percent_times_share(self):
        """10 months at 20 % of the mix are 2.0 FTE-months in the clinic."""
        instance = world(candidate("A01", rules=replace(world().rules, goals=frozenset({5}))))
        instance = with_arena(instance, "clinic", goals=frozenset({5}), exposure=2 * FTE)
        assert passes(instance, plan(instance, "mixed*10 ward*2"))
        instance = with_arena(instance, "clinic", exposure=2 * FTE + 1)
        assert only(instance, plan(instance, "mixed*10 ward*2"), "goals", "goals")

    def test_neighbours_are_written_as_a_range(self):
        instance = with_arena(world(), "office1", goals=frozenset())
        subject = plan(instance, STANDARD, practice="office1")
        assert only(instance, subject, "goals", "goals").fields["goals"] == "001-002"

    def test_shifts_bound_goals_of_an_office(self):
        instance = with_arena(world(candidate("A01", shifts_done=1)), "legevakt", goals=frozenset())
        found = violations(instance, plan(instance, STANDARD))
        assert keys(found) == [("goals", "goals"), ("legevakt", "legevakt-number")]
        assert found[0].fields["goals"] == "003"
        assert passes(instance, plan(instance, STANDARD, shifts=shifts(s2026_09=1)))

    def test_the_roster_gives_its_goals_with_the_full_number(self):
        instance = with_arena(world(), "office1", goals=frozenset({1, 2}))
        assert passes(instance, plan(instance, STANDARD))

    def test_another_arena_does_not_depend_on_shifts(self):
        instance = with_arena(world(candidate("A01", shifts_done=0)), "ward", goals=frozenset({3, 4}))
        assert only(instance, plan(instance, STANDARD), "legevakt", "legevakt-number")


class TestNumber:
    def test_one_short(self):
        instance = with_arena(world(candidate("A01", shifts_done=0)), "ward", goals=frozenset({3, 4}))
        assert passes(instance, plan(instance, STANDARD, shifts=shifts(s2026_09=1, s2027_08=1)))
        found = only(instance, plan(instance, STANDARD, shifts=shifts(s2026_09=1)), "legevakt", "legevakt-number")
        assert (found.fields["have"], found.fields["need"]) == (1, 2)

    def test_not_asked_of_the_unfinished(self):
        instance = world(candidate("A01", shifts_done=0, percent=steps(40, 100)))
        assert passes(instance, plan(instance, "gp*24"))

    def test_no_legevakt_at_all(self):
        arenas = {name: row for name, row in world().arenas.items() if name != "legevakt"}
        arenas["ward"] = replace(arenas["ward"], goals=frozenset({3, 4}))
        instance = world(candidate("A01", shifts_done=0, legevakt_arena=None), arenas=arenas)
        found = violations(instance, plan(instance, STANDARD))
        assert keys(found) == [("legevakt", "legevakt-no-roster"), ("legevakt", "legevakt-number")]
        instance = world(candidate("A01", legevakt_arena=None), arenas=arenas)
        assert passes(instance, plan(instance, STANDARD))
        assert only(instance, plan(instance, STANDARD, shifts=shifts(s2026_09=1)), "legevakt", "legevakt-no-roster")
        slow = world(candidate("A01", shifts_done=0, legevakt_arena=None, percent=steps(40, 100)), arenas=arenas)
        assert passes(slow, plan(slow, "gp*24"))


class TestMonths:
    @pytest.mark.parametrize("month", ["2026-09", "2027-08"])
    def test_too_many_in_a_month(self, month):
        rows = [{"month": m(month), "shifts": 2}]
        found = only(world(), plan(world(), STANDARD, shifts=rows), "legevakt", "legevakt-month")
        assert (months_of(found), found.fields["have"]) == (month, 2)

    def test_two_rows_of_a_month_add_up(self):
        rows = [{"month": START, "shifts": 1}] * 2
        assert only(world(), plan(world(), STANDARD, shifts=rows), "legevakt", "legevakt-month")

    def test_on_leave(self):
        instance = world(candidate("A01", leave=(span("2026-11", "2026-11"),)))
        path = "gp*2 - gp*4 ward*2 gp*4"
        assert passes(instance, plan(instance, path, shifts=shifts(s2026_10=1, s2026_12=1)))
        found = only(instance, plan(instance, path, shifts=shifts(s2026_11=1)), "legevakt", "legevakt-leave")
        assert months_of(found) == "2026-11"

    def test_in_a_rotation_without(self):
        path = "gp*6 hospital*2 gp*4"
        assert passes(world(), plan(world(), path, shifts=shifts(s2027_02=1, s2027_05=1)))
        found = only(world(), plan(world(), path, shifts=shifts(s2027_04=1)), "legevakt", "legevakt-rotation")
        assert months_of(found) == "2027-04"

    def test_before_the_course(self):
        instance = world(candidate("A01", legevakt_from=m("2026-11")))
        assert passes(instance, plan(instance, STANDARD, shifts=shifts(s2026_11=1)))
        found = only(instance, plan(instance, STANDARD, shifts=shifts(s2026_10=1)), "legevakt", "legevakt-early")
        assert months_of(found) == "2026-10"

    @pytest.mark.parametrize("month", ["2026-08", "2027-09"])
    def test_outside_the_plan(self, month):
        rows = [{"month": m(month), "shifts": 1}]
        assert only(world(), plan(world(), STANDARD, shifts=rows), "legevakt", "legevakt-outside")


class TestRoster:
    def test_the_shifts_of_a_month(self):
        instance = with_arena(world(candidate("A01"), candidate("A02")), "legevakt", shifts=steps(1))
        subject = plan(instance, STANDARD, STANDARD, shifts=shifts(s2026_12=1))
        found = only(instance, subject, "legevakt", "legevakt-roster")
        assert (found.subject, months_of(found), found.fields["have"]) == ("legevakt", "2026-12", 2)
        assert passes(with_arena(instance, "legevakt", shifts=steps(2)), subject)

    def test_two_rosters_do_not_share(self):
        arenas = {**world().arenas, "night": arena("night", PARALLEL, {3})}
        two = (candidate("A01"), candidate("A02", legevakt_arena="night"))
        instance = with_arena(world(*two, arenas=arenas), "legevakt", shifts=steps(1))
        assert passes(instance, plan(instance, STANDARD, STANDARD, shifts=shifts(s2026_12=1)))
