"""capacity, practice, away."""

import pytest

from scheduler.instance.types import Limit, Reservation, Step, Steps
from tests.helpers.world import (
    STANDARD,
    START,
    candidate,
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

TWO = (candidate("A01"), candidate("A02", practice="office2"))
EARLIER = "gp*4 ward*2 gp*6"  # ward in 2027-01 and 02; STANDARD has 03 and 04
OVERLAP = "gp*5 ward*2 gp*5"  # ward in 2027-02 and 03


class TestApproved:
    def test_nobody_is_there_while_it_is_not(self):
        """STANDARD has the ward in 2027-03 and 04."""
        for first, months in (("2027-03", None), ("2027-04", "2027-03"), ("2027-05", "2027-03..2027-04")):
            instance = with_arena(world(), "ward", approved=(Step(0, m(first)),))
            subject = plan(instance, STANDARD)
            if months is None:
                assert passes(instance, subject)
            else:
                found = only(instance, subject, "capacity", "not-approved")
                assert (found.subject, months_of(found)) == ("ward", months)


class TestPlaces:
    def test_room_for_one_after_the_other(self):
        instance = with_arena(world(*TWO), "ward", places=steps(1))
        assert passes(instance, plan(instance, STANDARD, EARLIER))

    def test_one_month_too_many(self):
        instance = with_arena(world(*TWO), "ward", places=steps(1))
        found = only(instance, plan(instance, STANDARD, OVERLAP), "capacity", "places")
        assert (found.subject, months_of(found)) == ("ward", "2027-03")
        assert found.sentence() == "Ward: 2 ALIS i mars 2027, plass til 1 (A01, A02)"

    def test_neighbouring_months_are_one_span(self):
        instance = with_arena(world(*TWO), "ward", places=steps(1))
        assert months_of(only(instance, plan(instance, STANDARD, STANDARD), "capacity", "places")) == "2027-03..2027-04"

    def test_a_month_that_no_row_covers_has_no_place(self):
        places = Steps((Step(1, m("2027-03"), m("2027-04")),))
        instance = with_arena(world(), "ward", places=places)
        found = only(instance, plan(instance, STANDARD), "capacity", "places")
        assert (months_of(found), found.fields["places"]) == ("2027-04", 0)

    def test_first_month(self):
        instance = with_arena(world(), "ward", places=Steps((Step(1, START + 1, None),)))
        found = only(instance, plan(instance, "ward*2 gp*10"), "capacity", "places")
        assert months_of(found) == "2026-09"

    def test_an_office_is_an_arena_too(self):
        instance = with_arena(world(candidate("A01"), candidate("A02")), "office1", places=steps(1))
        found = violations(instance, plan(instance, STANDARD, STANDARD))
        assert [(row.rule, row.subject, months_of(row)) for row in found] == [
            ("capacity", "office1", "2026-09..2027-02"),
            ("capacity", "office1", "2027-05..2027-08"),
        ]
        assert passes(with_arena(instance, "office1", places=steps(2)), plan(instance, STANDARD, STANDARD))

    def test_the_office_is_free_while_its_candidate_is_elsewhere(self):
        later = candidate("A02", leave=(span("2026-09", "2027-02"),))
        instance = with_arena(world(candidate("A01"), later), "office1", places=steps(1))
        path = "-*6 gp*2 ward*2 gp*8"
        found = only(instance, plan(instance, STANDARD, path), "capacity", "places")
        assert months_of(found) == "2027-07..2027-08"

    def test_reserved_places(self):
        row = Reservation("ward", "LIS1", span("2027-04", "2027-04"), percent=0, places=1)
        instance = with_arena(world(reservations=(row,)), "ward", places=steps(1))
        assert months_of(only(instance, plan(instance, STANDARD), "capacity", "places")) == "2027-04"
        assert passes(with_arena(instance, "ward", places=steps(2)), plan(instance, STANDARD))

    def test_more_reserved_than_there_is_and_nobody_there(self):
        row = Reservation("ward", "LIS1", span("2026-09", "2026-12"), percent=500, places=5)
        instance = with_arena(world(reservations=(row,)), "ward", places=steps(1), percent=steps(100))
        assert passes(instance, plan(instance, STANDARD))


class TestPercent:
    MIXED = "mixed*10 ward*2"  # 8 open, 2 other, 2 institution

    @pytest.mark.parametrize(("percent", "right"), [(20, True), (19, False)])
    def test_a_share_of_the_week(self, percent, right):
        instance = with_arena(world(), "clinic", percent=steps(percent))
        subject = plan(instance, self.MIXED)
        if right:
            assert passes(instance, subject)
        else:
            found = only(instance, subject, "capacity", "percent-ceiling")
            assert (found.fields["have"], months_of(found)) == (20.0, "2026-09..2027-06")

    def test_part_time_takes_less(self):
        """50 % of a post x 20 % of the mix is 10 %: room for two where there is 20 %."""
        half = [candidate(name, percent=steps(50, 100)) for name in ("A01", "A02")]
        instance = with_arena(world(*half), "clinic", percent=steps(20))
        path = "mixed*20 hospital*4"
        assert passes(instance, plan(instance, path, path))
        instance = with_arena(instance, "clinic", percent=steps(19))
        assert only(instance, plan(instance, path, path), "capacity", "percent-ceiling").fields["have"] == 20.0

    def test_reserved_percent(self):
        row = Reservation("ward", "LIS1", span("2027-04", "2027-06"), percent=20, places=0)
        instance = with_arena(world(reservations=(row,)), "ward", percent=steps(120))
        assert passes(instance, plan(instance, STANDARD))
        instance = with_arena(instance, "ward", percent=steps(119))
        found = only(instance, plan(instance, STANDARD), "capacity", "percent-ceiling")
        assert (months_of(found), found.fields["percent"]) == ("2027-04", 99)


class TestLimits:
    @staticmethod
    def limited(places=None, percent=None, arenas=("ward", "hospital"), **fields):
        return world(*TWO, limits={"house": Limit("house", arenas, places, percent)}, **fields)

    def test_places_over_two_arenas(self):
        instance = self.limited(places=steps(1))
        found = only(instance, plan(instance, STANDARD, "gp*5 hospital*2 gp*5"), "capacity", "places")
        assert (found.subject, months_of(found)) == ("house", "2027-03")
        assert passes(instance, plan(instance, STANDARD, EARLIER))

    def test_it_is_told_by_its_name(self):
        limit = Limit("house", ("ward", "hospital"), steps(1), None, "Huset samlet")
        instance = world(*TWO, limits={"house": limit})
        found = only(instance, plan(instance, STANDARD, "gp*5 hospital*2 gp*5"), "capacity", "places")
        assert "Huset samlet" in found.sentence("nb")
        assert found.subject == "house"

    def test_percent_over_two_arenas(self):
        instance = self.limited(percent=steps(199))
        path = "gp*5 hospital*2 gp*5"
        assert only(instance, plan(instance, STANDARD, path), "capacity", "percent-ceiling").subject == "house"
        assert passes(self.limited(percent=steps(200)), plan(instance, STANDARD, path))

    def test_a_candidate_in_two_of_its_arenas_is_one_head(self):
        limits = {"both": Limit("both", ("office1", "clinic"), steps(1), None)}
        instance = world(limits=limits)
        assert passes(instance, plan(instance, "mixed*10 ward*2"))

    def test_a_reservation_in_one_of_its_arenas(self):
        row = Reservation("hospital", "LIS1", span("2027-03", "2027-03"), percent=50, places=0)
        instance = self.limited(percent=steps(149), reservations=(row,))
        found = only(instance, plan(instance, STANDARD, EARLIER), "capacity", "percent-ceiling")
        assert (found.subject, months_of(found)) == ("house", "2027-03")


class TestLeast:
    @pytest.mark.parametrize(
        ("window", "missing"),
        [
            (("2027-03", "2027-04"), ""),
            (("2027-03", "2027-05"), "2027-05"),
            (("2027-02", "2027-04"), "2027-02"),
            (("2026-09", "2026-09"), "2026-09"),
            (("2028-08", "2028-09"), "2028-08"),
            (("2028-09", "2028-12"), ""),
        ],
    )
    def test_within_the_horizon(self, window, missing):
        covered = span(*window)
        instance = with_arena(world(), "ward", min_places=Steps((Step(1, covered.start, covered.end),)))
        subject = plan(instance, STANDARD)
        if missing:
            assert months_of(only(instance, subject, "capacity", "min-places")) == missing
        else:
            assert passes(instance, subject)


class TestPractice:
    def test_the_office_given(self):
        found = only(world(), plan(world(), STANDARD, practice="office2"), "practice", "practice-other")
        assert (found.candidate, found.subject) == ("A01", "office2")

    def test_the_plan_picks_one(self):
        instance = world(candidate("A01", practice=None))
        assert passes(instance, plan(instance, STANDARD, practice="office2"))

    @pytest.mark.parametrize("practice", ["ward", "nowhere"])
    def test_not_an_office(self, practice):
        instance = world(candidate("A01", practice=None, goals_done=frozenset({1, 2, 3, 4})))
        assert only(instance, plan(instance, STANDARD, practice=practice), "practice", "practice-unknown")

    def test_none_where_one_is_needed(self):
        instance = world(candidate("A01", practice=None, goals_done=frozenset({1, 2, 3, 4})))
        found = violations(instance, plan(instance, STANDARD, practice=None))
        assert [(row.rule, months_of(row)) for row in found] == [
            ("practice", "2026-09..2027-02"),
            ("practice", "2027-05..2027-08"),
        ]


class TestAway:
    def test_at_most_one_away(self):
        instance = with_arena(world(candidate("A01"), candidate("A02")), "office1", max_away=1)
        assert passes(instance, plan(instance, STANDARD, EARLIER))
        found = only(instance, plan(instance, STANDARD, OVERLAP), "away", "away")
        assert (found.subject, months_of(found), found.fields["have"]) == ("office1", "2027-03", 2)

    def test_the_post_decides_if_it_is_named(self):
        instance = with_arena(world(candidate("A01"), candidate("A02", post="office2")), "office1", max_away=1)
        assert passes(instance, plan(instance, STANDARD, OVERLAP))

    def test_a_post_outside_practice(self):
        instance = with_arena(world(candidate("A01", post="ward")), "ward", max_away=0)
        found = violations(instance, plan(instance, STANDARD))
        assert [months_of(row) for row in found] == ["2026-09..2027-02", "2027-05..2027-08"]

    def test_leave_does_not_count(self):
        away = (span("2027-03", "2027-04"),)
        instance = with_arena(world(candidate("A01"), candidate("A02", leave=away)), "office1", max_away=1)
        assert passes(instance, plan(instance, STANDARD, "gp*4 ward*2 -*2 gp*6"))

    def test_a_mix_that_contains_it_is_not_away(self):
        instance = with_arena(world(candidate("A01", goals_done=frozenset({4}))), "office1", max_away=0)
        found = violations(instance, plan(instance, "mixed*10 ward*2"))
        assert [months_of(row) for row in found] == ["2027-07..2027-08"]
