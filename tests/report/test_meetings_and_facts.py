"""Meetings and the facts about one candidate, against numbers worked out by hand (tests/helpers/pages.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.accounting import Trajectory, cut, finish_of, trajectories, trajectory_of
from scheduler.instance.types import Instance, Span
from scheduler.month import first_day, format_month, last_day, parse_month
from scheduler.report.facts import (
    goal_sources,
    lacks,
    lacks_at_earliest,
    leave_spans,
    months_cost_by_leave,
    part_time_spans,
    periods_served,
    shifts_by_year,
    supervision,
)
from scheduler.report.meetings import group_months, half_yearly_meetings, suggested_day
from scheduler.report.words import Words, tidy
from tests.helpers import pages


def trajectory(instance: Instance, candidate_id: str, path: str | None = None) -> Trajectory:
    return trajectory_of(instance, pages.entry(instance, candidate_id, path))


def spelled(trajectory_: Trajectory) -> list[tuple[int, str, str | None]]:
    return [
        (meeting.number, format_month(meeting.due), None if meeting.month is None else format_month(meeting.month))
        for meeting in half_yearly_meetings(trajectory_)
    ]


# --- meetings --------------------------------------------------------------------------------------------------------


def test_a_meeting_every_six_months_and_the_last_one_inside_the_training(instance: Instance) -> None:
    assert spelled(trajectory(instance, "A01")) == [
        (1, "2027-03", "2027-03"),
        (2, "2027-09", "2027-09"),
        (3, "2028-03", "2028-03"),
        (4, "2028-09", "2028-08"),  # the finish is 2028-08: a month early
    ]


def test_meetings_are_counted_from_the_start_of_the_training_and_not_held_in_leave(instance: Instance) -> None:
    """Start 2026-03, leave 2027-01 .. 2027-10: 2027-03 falls out, 2027-09 too (2027-10 is leave as well)."""
    assert spelled(trajectory(instance, "A02"))[:4] == [
        (1, "2026-09", "2026-09"),
        (2, "2027-03", None),
        (3, "2027-09", None),
        (4, "2028-03", "2028-03"),
    ]


@pytest.mark.parametrize(
    ("leave", "held"),
    [(("2027-03", "2027-03"), "2027-02"), (("2027-02", "2027-03"), "2027-04"), (("2027-02", "2027-04"), None)],
)
def test_a_meeting_in_leave_moves_by_one_month_if_that_helps(
    instance: Instance, leave: tuple[str, str], held: str | None
) -> None:
    span = Span(parse_month(leave[0]), parse_month(leave[1]) + 1)
    read = trajectory(instance, "A01")
    away = replace(read, candidate=replace(read.candidate, leave=(span,)))
    assert spelled(away)[0] == (1, "2027-03", held)


def test_the_suggested_day_is_the_second_wednesday() -> None:
    assert suggested_day(parse_month("2027-03")).isoformat() == "2027-03-10"
    assert suggested_day(parse_month("2026-09")).isoformat() == "2026-09-09"
    for month in range(pages.START, pages.START + 60):
        assert suggested_day(month).weekday() == 2
        assert 8 <= suggested_day(month).day <= 14


def test_group_months_are_numbered_from_the_start_of_the_group(instance: Instance) -> None:
    found = group_months(trajectory(instance, "A01"))
    assert [group_month.number for group_month in found] == list(range(1, 25))
    assert [group_month.group_year for group_month in found] == [1] * 12 + [2] * 12
    assert format_month(found[-1].month) == "2028-08"
    assert group_months(trajectory(instance, "A02")) == []


# --- facts -----------------------------------------------------------------------------------------------------------


def test_one_line_for_each_arena_share_and_period(instance: Instance) -> None:
    found = periods_served(trajectory(instance, "A01"))
    assert [
        (service_period.arena, service_period.percent, format_month(service_period.span.start), service_period.credit)
        for service_period in found
    ] == [
        ("office-1", 100, "2026-09", 12.0),
        ("hospital", 100, "2027-09", 6.0),
        ("office-1", 80, "2028-03", 4.8),
        ("clinic", 20, "2028-03", pytest.approx(1.2)),
    ]
    assert found[1].service == "institution"
    part_time = periods_served(trajectory(instance, "A02"))
    assert [(service_period.arena, service_period.percent, service_period.credit) for service_period in part_time] == [
        ("office-2", 100, 4.0),
        ("hospital", 80, 6.4),
        ("office-2", 80, 8.0),
    ]


def test_when_each_goal_is_covered_and_by_what(instance: Instance) -> None:
    """Goals 1 and 2 after one month; 3 with the fourth shift in 2027-01; 4 after six months of hospital."""
    found = goal_sources(trajectory(instance, "A01"))
    assert {goal: (goal_source.arenas, format_month(goal_source.month)) for goal, goal_source in found.items()} == {
        1: (("office-1", "clinic"), "2026-09"),
        2: (("office-1",), "2026-09"),
        3: (("office-1", "legevakt"), "2027-01"),
        4: (("hospital",), "2028-02"),
    }
    assert 1 not in goal_sources(trajectory(instance, "A02"))  # met before


def test_guidance_by_calendar_year_is_by_service_months(instance: Instance) -> None:
    (only,) = supervision(trajectory(instance, "A02"))
    assert only.months_by_year == {2026: 4, 2027: 2, 2028: 12, 2029: 4}
    assert only.hours_by_year == {2026: 14.0, 2027: 7.0, 2028: 42.0, 2029: 14.0}  # 42 / 12 each month


def test_leave_part_time_shifts_and_what_leave_costs(instance: Instance) -> None:
    read = trajectory(instance, "A02")
    assert leave_spans(read) == [Span(parse_month("2027-01"), parse_month("2027-11"))]
    assert part_time_spans(read) == [(80, Span(parse_month("2027-11"), parse_month("2029-05")))]
    assert shifts_by_year(read) == {2028: 1}
    # Without leave 14 months at 100 % and 4 / 0.8 = 5 more: 2028-03; with it 2029-04.
    assert months_cost_by_leave(read) == 13
    assert months_cost_by_leave(trajectory(instance, "A01")) == 0


def test_what_was_lacking_at_the_earliest_finish(instance: Instance) -> None:
    """A03 at 2028-08: 18 + 4 = 22 of 24 count, 4 of 6 in hospital, whose block and goal are not done."""
    found = {lack.key: lack for lack in lacks_at_earliest(trajectory(instance, "A03"), [])}
    assert set(found) == {"lack-total", "lack-institution", "lack-block", "lack-goals"}
    assert (found["lack-total"].have, found["lack-total"].need) == (22.0, 24.0)
    assert (found["lack-institution"].have, found["lack-institution"].need) == (4.0, 6.0)
    assert found["lack-goals"].goals == {4}


def test_nothing_is_lacking_at_the_finish_and_everything_at_the_beginning(instance: Instance) -> None:
    for read in trajectories(instance, pages.plan_of(instance)):
        assert list(lacks(read)) == []
    early = {lack.key for lack in lacks(cut(trajectory(instance, "A01"), pages.START + 1))}
    wanted = {"lack-total", "lack-open_practice", "lack-institution", "lack-group-ends", "lack-goals"}
    wanted |= {"lack-shifts-planned"}
    assert early == wanted


# --- words -----------------------------------------------------------------------------------------------------------


def test_months_dates_and_numbers_in_both_languages(instance: Instance) -> None:
    march = parse_month("2027-03")
    nb, en = Words(instance, "nb"), Words(instance, "en")
    assert (nb.month(march), en.month(march)) == ("mars 2027", "Mar 2027")
    assert nb.period(march, march + 6) == "mars 2027 – aug. 2027"
    assert nb.period(march, march + 1) == "mars 2027"
    assert (nb.number(6.5), en.number(6.5), nb.number(24.0)) == ("6,5", "6.5", "24")
    assert (nb.date(first_day(march)), en.date(last_day(march))) == ("01.03.2027", "31 Mar 2027")
    assert (nb.months(1), nb.months(3)) == ("1 måned", "3 måneder")
    assert nb.goals({1, 2, 3, 56}) == "001–003, 056"


def test_names_are_left_out_on_request(instance: Instance) -> None:
    open_, closed = Words(instance, "nb"), Words(instance, "nb", anonymise=True)
    assert (open_.candidate("A01"), closed.candidate("A01")) == ("A01 Kandidat 1", "A01")
    assert (open_.supervisor("V01"), closed.supervisor("V01")) == ("V01 Veileder 1", "V01")


@pytest.mark.parametrize(
    ("words", "tidied"),
    [("a\tb\nc", "a b c"), ("a\x00b", "a?b"), ("\ud800x", "?x"), ("abc\u202edef", "abcdef"), ("Åse Ø", "Åse Ø")],
)
def test_a_users_text_is_made_fit_for_any_file(words: str, tidied: str) -> None:
    assert tidy(words) == tidied


def test_an_unfinished_candidate_has_a_projected_finish() -> None:
    """Twelve months of horizon and no more: eighteen of twenty-four FTE-months are lacking at its end, or the group."""
    instance = pages.town(horizon={"start": "2026-09", "months": 12})
    read = trajectory(instance, "A01", "gp*12")
    assert read.unfinished
    assert finish_of(read) > read.end
