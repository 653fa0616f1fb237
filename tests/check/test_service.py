"""service-total, open-practice, institution, part-time, leave."""

from dataclasses import replace

import pytest

from tests.helpers.categories import with_category
from tests.helpers.world import (
    FTE,
    INSTITUTION,
    RULES_HERE,
    STANDARD,
    candidate,
    edited,
    keys,
    months_of,
    only,
    passes,
    plan,
    rows_of,
    span,
    steps,
    violations,
    with_rotation,
    with_rows,
    world,
)


def test_a_month_short_of_the_total():
    found = only(world(), plan(world(), "gp*6 ward*2 gp*3"), "service-total", "service-total")
    assert (found.candidate, found.fields["have"], found.fields["need"]) == ("A01", 11.0, 12.0)


def test_what_is_above_a_cap_does_not_count():
    """12 months of open practice count 10; without institution 10 of 12."""
    found = violations(world(), plan(world(), "gp*12"))
    assert keys(found) == [
        ("service-total", "service-total"),
        ("institution", "institution"),
        ("goals", "goals"),
    ]
    assert found[0].fields["have"] == 10.0


def test_credited_time_counts():
    instance = world(candidate("A01", credited={INSTITUTION: 2 * FTE}, goals_done=frozenset({4})))
    subject = plan(instance, "gp*10")
    assert passes(instance, subject)
    assert subject.candidates[0].service.by_category["institution"] == 2.0


def test_open_practice_at_and_below_its_minimum():
    assert passes(world(), plan(world(), "gp*6 ward*2 clinic*4"))
    found = only(world(), plan(world(), "gp*5 ward*3 clinic*4"), "open-practice", "open-practice")
    assert (found.fields["have"], found.fields["need"]) == (5.0, 6.0)


def test_institution_at_and_below_its_minimum():
    instance = world(candidate("A01", rules=with_category(RULES_HERE, INSTITUTION, minimum=3 * FTE)))
    assert passes(instance, plan(instance, "gp*6 ward*3 gp*3"))
    found = only(instance, plan(instance, STANDARD), "institution", "institution")
    assert (found.fields["have"], found.fields["need"]) == (2.0, 3.0)


class TestPartTime:
    def test_eighty_percent_takes_fifteen_months(self):
        instance = world(candidate("A01", percent=steps(80, 100)))
        subject = plan(instance, "gp*8 ward*3 gp*4")
        assert passes(instance, subject)
        assert subject.candidates[0].service.by_category["open_practice"] == pytest.approx(9.6)
        assert subject.candidates[0].delay == 0

    @pytest.mark.parametrize(("number", "month"), [(0, "2026-09"), (12, "2027-09")])
    def test_a_month_at_another_percent(self, number, month):
        instance = world(candidate("A01", shifts_done=1))
        subject = plan(instance, "gp*6 ward*2 gp*5", shifts=[{"month": instance.start + 12, "shifts": 1}])
        rows = rows_of(subject)
        rows[number]["percent"] = 80
        found = only(instance, with_rows(instance, subject, rows), "part-time", "percent")
        assert (found.fields["have"], found.fields["need"], months_of(found)) == (80, 100, month)

    @pytest.mark.parametrize("name", ["open_practice", "other_general", "institution", "counted", "uncounted"])
    def test_sums_of_the_file(self, name):
        subject = plan(world(), STANDARD)
        right = subject.candidates[0].service.model_dump()
        assert passes(world(), edited(subject, {"service": {**right, name: right[name] + 0.00009}}))
        wrong = edited(subject, {"service": {**right, name: right[name] + 0.001}})
        assert only(world(), wrong, "part-time", "figure").fields["figure"] == f"service.{name}"

    def test_a_sum_that_is_no_number(self):
        subject = plan(world(), STANDARD)
        right = subject.candidates[0].service.model_dump()
        wrong = edited(subject, {"service": {**right, "counted": float("nan")}})
        assert only(world(), wrong, "part-time", "figure")

    def test_more_than_a_full_month(self):
        instance = with_rotation(world(), "ward", mix={"ward": 100, "clinic": 10})
        found = only(instance, plan(instance, STANDARD), "part-time", "credit-above-full")
        assert months_of(found) == "2027-03..2027-04"


class TestLeave:
    AWAY = candidate("A01", leave=(span("2026-11", "2026-11"),))

    def test_leave_earns_nothing_and_the_base_block_runs_on(self):
        instance = world(self.AWAY)
        subject = plan(instance, "gp*2 - gp*4 ward*2 gp*4")
        assert passes(instance, subject)
        assert len(subject.candidates[0].blocks) == 3

    def test_percent_zero_is_leave(self):
        percent = replace(steps(100, 100), rows=(replace(steps(0).rows[0], start=span("2026-11", "2026-11").start),))
        instance = world(candidate("A01", percent=percent))
        assert instance.candidates["A01"].on_leave(instance.start + 2)

    def test_a_rotation_on_leave(self):
        instance = world(self.AWAY)
        found = only(instance, plan(instance, "gp*7 ward*2 gp*4"), "leave", "leave-rotation")
        assert (found.subject, months_of(found)) == ("gp", "2026-11")

    @pytest.mark.parametrize("month", ["2026-09", "2027-09"])
    def test_a_percent_on_leave(self, month):
        instance = world(candidate("A01", leave=(span(month, month),), shifts_done=1))
        path = "- gp*6 ward*2 gp*4" if month == "2026-09" else f"{STANDARD} -"
        number = 0 if month == "2026-09" else 12
        subject = plan(instance, path, shifts=[{"month": instance.start + 11, "shifts": 1}])
        rows = rows_of(subject)
        rows[number]["percent"] = 100
        found = violations(instance, with_rows(instance, subject, rows))
        assert ("leave", "leave-percent") in keys(found)
        assert months_of(found[[row.rule for row in found].index("leave")]) == month

    def test_leave_ends_a_block_that_is_not_base(self):
        instance = world(candidate("A01", leave=(span("2027-04", "2027-04"),)))
        found = violations(instance, plan(instance, "gp*6 ward - ward gp*4"))
        assert keys(found) == [
            ("block-length", "block-short"),
            ("block-length", "block-short"),
            ("block-count", "block-count"),
        ]

    def test_leave_takes_no_place(self):
        two = (candidate("A01"), candidate("A02", leave=(span("2026-09", "2027-08"),)))
        arenas = {**world().arenas, "office1": replace(world().arenas["office1"], places=steps(1))}
        instance = world(*two, arenas=arenas)
        assert passes(instance, plan(instance, STANDARD, f"-*12 {STANDARD}"))
