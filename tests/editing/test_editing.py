"""Blocks moved by hand, in the world whose plans are added up by hand: gp*6 ward*2 gp*4 is done by 2027-08."""

from __future__ import annotations

import pytest

from scheduler.accounting import PlanRead, Readings
from scheduler.check import FIGURES, check_figures, check_plan
from scheduler.constraints.rule import Violation
from scheduler.editing import Edge, Edit, Edited, allowed_spans, edited
from scheduler.instance.types import Instance, Span
from scheduler.plan import Plan, Status
from tests.helpers.world import (
    END,
    STANDARD,
    candidate,
    m,
    plan,
    span,
    steps,
    supervisor,
    with_arena,
    with_rotation,
    world,
)  # fmt: skip

WARD = span("2027-03", "2027-04")


def path(found: Plan, number: int = 0) -> str:
    """A plan's months as the tests spell them: ``gp*6 ward*2 - gp*4``."""
    parts: list[tuple[str, int]] = []
    for row in found.candidates[number].months:
        name = row.rotation or "-"
        many = parts.pop()[1] if parts and parts[-1][0] == name else 0
        parts.append((name, many + 1))
    return " ".join(name if many == 1 else f"{name}*{many}" for name, many in parts)


def rules(found: tuple[Violation, ...]) -> list[str]:
    return [violation.rule for violation in found]


def drag(instance: Instance, told: Plan, to: Span, of: Span | None = WARD, rotation_id: str = "ward") -> Edited:
    """One edit; whatever it breaks, the plan's own figures are right, and the whole check says the same."""
    found = edited(instance, told, [Edit("A01", rotation_id, to, of)])
    assert list(check_figures(PlanRead(instance, found.plan))) == []
    assert_all_told(instance, found)
    return found


def assert_all_told(instance: Instance, found: Edited) -> None:
    told = [violation.phrase() for part in (found.broken, found.before, found.settled) for violation in part]
    assert sorted(told, key=repr) == sorted(
        (violation.phrase() for violation in check_plan(instance, found.plan, without={FIGURES})), key=repr
    )


@pytest.mark.parametrize(
    ("to", "after", "broken"),
    [
        (span("2026-11", "2026-12"), "gp*2 ward*2 gp*8", []),
        (span("2027-04", "2027-05"), "gp*7 ward*2 gp*3", []),  # over months it had itself
        (span("2027-08", "2027-09"), "gp*11 ward*2", []),  # after the finish: the ward is waited for
        (span("2027-03", "2027-03"), "gp*6 ward gp*5", ["service-total", "institution", "block-length"]),
        (span("2027-03", "2027-05"), "gp*6 ward*3 gp*3", []),  # a longer one
        (span("2027-03", "2027-06"), "gp*6 ward*4 gp*3", ["block-length"]),  # three count: a month later
    ],
)
def test_a_block_is_moved_and_the_plan_ends_when_all_is_done(to: Span, after: str, broken: list[str]) -> None:
    instance = world()
    found = drag(instance, plan(instance, STANDARD), to)
    assert path(found.plan) == after
    assert rules(found.broken) == broken
    assert found.plan.status is Status.FEASIBLE
    assert not any(level.proved for level in found.plan.objectives)


def test_what_is_not_done_goes_on_in_the_office_until_it_is() -> None:
    instance = world()
    found = edited(instance, plan(instance, "ward*3 gp*9"), [Edit("A01", "clinic", span("2027-01", "2027-07"))])
    assert path(found.plan) == "ward*3 gp clinic*7 gp*5"  # other service counts six: 3 + 6 + 6, and no less office
    assert found.broken == ()


def test_what_lies_after_the_month_in_which_all_is_done_is_cut() -> None:
    instance = world()
    told = plan(instance, "gp*11 ward*2")
    found = drag(instance, told, span("2026-11", "2026-12"), span("2027-08", "2027-09"))
    assert path(found.plan) == "gp*2 ward*2 gp*8"
    assert (told.candidates[0].delay, found.plan.candidates[0].delay) == (1, 0)


def test_leave_stays_leave_and_takes_a_part_of_the_block() -> None:
    instance = world(candidate("A01", leave=(span("2027-01", "2027-01"),)))
    found = drag(
        instance, plan(instance, "gp*4 - gp*2 ward*2 gp*4"), span("2026-12", "2027-02"), span("2027-04", "2027-05")
    )
    assert path(found.plan) == "gp*3 ward - ward gp*7"
    assert "block-length" in rules(found.broken)


def test_the_percent_of_added_months_is_the_candidates() -> None:
    instance = world(candidate("A01", percent=steps(50, 50)))
    told = plan(instance, "gp*16 ward*4 gp*4")
    found = drag(instance, told, span("2026-11", "2027-02"), span("2028-01", "2028-04"))
    assert {row.percent for row in found.plan.candidates[0].months} == {50}


def test_an_edit_taken_back_is_one_left_out() -> None:
    instance = world()
    told = plan(instance, STANDARD)
    first, second = (
        Edit("A01", "ward", span("2026-11", "2026-12"), WARD),
        Edit("A01", "clinic", span("2027-05", "2027-05")),
    )
    both, one, none = (edited(instance, told, edits).plan for edits in ([first, second], [first], []))
    assert path(both) == "gp*2 ward*2 gp*4 clinic gp*3"
    assert path(one) == "gp*2 ward*2 gp*8"
    assert none == told
    assert edited(instance, told, [first, Edit("A01", "ward", WARD, span("2026-11", "2026-12"))]).plan.candidates == (
        told.candidates
    )


def test_only_what_the_edits_break_is_theirs() -> None:
    instance = with_rotation(world(candidate("A01"), candidate("A02")), "gp", max_months=3)
    found = drag(instance, plan(instance, STANDARD, STANDARD), span("2026-10", "2026-11"))
    assert {violation.candidate for violation in found.before} == {"A02"}
    assert {violation.candidate for violation in found.broken} == {"A01"}
    assert_all_told(instance, found)
    again = edited(instance, plan(instance, STANDARD, STANDARD), [], found.before)
    assert again.broken == ()


def test_a_full_arena_is_told_with_its_months() -> None:
    instance = with_arena(world(candidate("A01"), candidate("A02")), "ward", places=steps(1))
    told = plan(instance, STANDARD, "gp*8 ward*2 gp*2")
    (violation,) = drag(instance, told, span("2027-04", "2027-05")).broken
    assert (violation.rule, violation.subject, violation.months()) == ("capacity", "ward", "2027-05")


def test_supervisors_and_shifts_are_settled_anew_and_break_nothing_of_the_edits() -> None:
    one = candidate("A01", shifts_done=1)
    instance = with_rotation(world(one, supervisors={"V01": supervisor()}), "hospital", min_months=2)
    guided = {"id": "V01", "from": m("2026-09"), "to": m("2027-08")}
    told = plan(instance, STANDARD, shifts=[{"month": m("2026-10"), "shifts": 1}], supervisors=[guided])
    found = edited(instance, told, [Edit("A01", "hospital", span("2026-10", "2026-11"))])
    assert rules(found.broken) == []
    assert rules(found.settled) == ["legevakt"]


@pytest.mark.parametrize("to", [Span(m("2026-08"), m("2026-10")), Span(END - 1, END + 1), Span(END, END)])
def test_months_outside_the_plan_are_refused(to: Span) -> None:
    instance = world()
    with pytest.raises(ValueError, match="A01"):
        edited(instance, plan(instance, STANDARD), [Edit("A01", "ward", to)])


@pytest.mark.parametrize("edit", [Edit("A09", "ward", WARD), Edit("A01", "word", WARD)])
def test_nobody_and_nothing_are_refused(edit: Edit) -> None:
    instance = world()
    with pytest.raises(LookupError):
        edited(instance, plan(instance, STANDARD), [edit])


TWO_IN_ONE_WARD = with_rotation(
    with_arena(world(candidate("A01"), candidate("A02")), "ward", places=steps(1)),
    "ward",
    starts=frozenset({1, 3, 5, 7, 8, 9, 11}),  # of the year: some places are free, and no block begins then
)


@pytest.mark.parametrize("paths", [(STANDARD, "gp*8 ward*2 gp*2"), (STANDARD, STANDARD), (STANDARD, "gp*4 ward*8")])
@pytest.mark.parametrize("rotation_id", ["ward", "hospital"])
def test_where_a_block_may_go_is_where_moving_it_breaks_nothing_more(paths: tuple[str, str], rotation_id: str) -> None:
    """Also of a plan that breaks rules already, and of a block that becomes another rotation's."""
    told = plan(TWO_IN_ONE_WARD, *paths)
    found = dict(allowed_spans(TWO_IN_ONE_WARD, told, Edit("A01", rotation_id, WARD, WARD)))
    asked = {
        place: not edited(TWO_IN_ONE_WARD, told, [Edit("A01", rotation_id, place, WARD)]).broken
        for place in (Span(start, start + 2) for start in range(told.candidates[0].first, END - 1))
    }
    assert found == asked
    assert len(set(asked.values())) == (2 if rotation_id == "ward" else 1), "some are free and some are not"


@pytest.mark.parametrize(("edge", "other"), [("start", "end"), ("end", "start")])
def test_how_far_an_edge_may_go(edge: Edge, other: str) -> None:
    told = plan(TWO_IN_ONE_WARD, STANDARD, "gp*8 ward*2 gp*2")
    found = dict(allowed_spans(TWO_IN_ONE_WARD, told, Edit("A01", "ward", WARD, WARD), edge))
    assert {getattr(place, other) for place in found} == {getattr(WARD, other)}
    assert found == {
        place: not edited(TWO_IN_ONE_WARD, told, [Edit("A01", "ward", place, WARD)]).broken for place in found
    }
    assert set(found.values()) == {True, False}


def test_the_nearest_places_are_told_first() -> None:
    told = plan(TWO_IN_ONE_WARD, STANDARD, STANDARD)
    starts = [place.start for place, _ in allowed_spans(TWO_IN_ONE_WARD, told, Edit("A01", "ward", WARD, WARD))]
    assert starts[:4] == [WARD.start, WARD.start - 1, WARD.start + 1, WARD.start - 2]


def test_two_who_are_edited_and_one_who_is_not_are_all_looked_at() -> None:
    instance = with_rotation(world(candidate("A01"), candidate("A02"), candidate("A03")), "ward", max_months=1)
    told = plan(instance, STANDARD, STANDARD, STANDARD)
    edits = [Edit("A01", "ward", span("2026-11", "2026-12"), WARD), Edit("A02", "clinic", span("2026-12", "2027-06"))]
    found = edited(instance, told, edits)
    assert_all_told(instance, found)
    assert {violation.candidate for violation in found.before} == {"A03"}


@pytest.mark.parametrize("most", [Readings.MOST, 1])
def test_what_was_read_before_changes_nothing_of_what_is_found(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Edits made, taken back and made again of one plan that is held open: each time what a fresh look finds."""
    monkeypatch.setattr(Readings, "MOST", most)
    instance = with_arena(world(*(candidate(f"A0{number}") for number in (1, 2, 3))), "ward", places=steps(1))
    told = plan(instance, STANDARD, "gp*4 ward*2 gp*6", "gp*9 ward*2 gp")
    readings, made = Readings(told), list[Edit]()
    for number, month in enumerate(["2027-01", "2027-04", "2026-10", "2027-02", "2027-05", "2027-02"]):
        who = ("A01", "A02", "A03")[number % 3]
        made.append(Edit(who, "ward", Span(m(month), m(month) + 2), None))
        instead = Edit(who, "clinic", Span(m("2027-03"), m("2027-06")), None)
        for edits in (made, made[:-1], [*made[:-1], instead], made):
            found = edited(instance, told, edits, readings=readings)
            assert found == edited(instance, told, edits)
            assert_all_told(instance, found)
