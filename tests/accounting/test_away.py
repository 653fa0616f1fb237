"""Months away from one's own post and the longest row of them, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import accounting
from scheduler.accounting import Trajectory
from scheduler.report.away import Away, from_own_lists, who_is_away
from tests.helpers.world import START, candidate, edited, entry, only, passes, plan, span, world


def trajectory(path: str, *, office: str | None = "office1", **fields: Any) -> Trajectory:
    instance = world(candidate("A01", **fields))
    return accounting.trajectory_of(instance, entry(instance, "A01", path, practice=office))


def away(found: Trajectory) -> tuple[list[int], int]:
    """The months away, counted from the first, and the longest row."""
    return [month - START for month in accounting.away_months(found)], accounting.longest_away(found)


@pytest.mark.parametrize(
    ("path", "months", "longest"),
    [
        ("gp*12", [], 0),
        ("ward*2 gp*10", [0, 1], 2),  # from the first month
        ("gp*10 ward*2", [10, 11], 2),  # up to the last
        ("gp*2 ward*2 clinic*3 gp*5", [2, 3, 4, 5, 6], 5),  # side by side: one row
        ("gp*2 ward*2 gp clinic*3 gp*4", [2, 3, 5, 6, 7], 3),  # a month at the post breaks it
        ("gp*2 ward*2 mixed clinic*3 gp*4", [2, 3, 5, 6, 7], 3),  # some of a month's mix is enough
    ],
)
def test_months_and_the_longest_row(path: str, months: list[int], longest: int) -> None:
    assert away(trajectory(path)) == (months, longest)


@pytest.mark.parametrize(
    ("path", "months", "longest"),
    [
        ("gp*2 ward - ward gp*7", [2, 4], 2),  # leave neither counts nor breaks the row
        ("gp*3 - ward*2 gp*6", [4, 5], 2),
        ("ward*3 - gp*8", [0, 1, 2], 3),
    ],
)
def test_leave(path: str, months: list[int], longest: int) -> None:
    assert away(trajectory(path, leave=(span("2026-12", "2026-12"),))) == (months, longest)


class TestThePost:
    def test_is_the_unit_that_is_named(self) -> None:
        """Employed by the ward: the months in practice are those away, and in two rows."""
        assert away(trajectory("gp*3 ward*2 gp*4", post="ward")) == ([0, 1, 2, 5, 6, 7, 8], 4)

    def test_may_be_a_part_of_a_mix(self) -> None:
        assert away(trajectory("gp*3 mixed*2 clinic ward", post="clinic")) == ([0, 1, 2, 6], 3)

    def test_is_one_office_while_the_plan_uses_another(self) -> None:
        assert away(trajectory("gp*3 ward*2", office="office2", post="office1")) == ([0, 1, 2, 3, 4], 5)

    def test_is_the_office_that_the_plan_chose(self) -> None:
        assert away(trajectory("gp*3 ward*2", practice=None, office="office2")) == ([3, 4], 2)

    def test_without_one_nobody_is_away(self) -> None:
        assert away(trajectory("ward*3 clinic*2", practice=None, office=None)) == ([], 0)


def test_the_level_adds_up_months_and_takes_the_longest_row_of_one() -> None:
    """A01 5 months in two rows of 2 and 3, A02 4 in one: 9, and 4 in a row, though A01 has more months."""
    instance = world(candidate("A01"), candidate("A02"))
    subject = plan(instance, "gp*2 ward*2 gp clinic*3 gp*4", "gp*4 clinic*4 gp*4")
    found = accounting.levels(instance, accounting.trajectories(instance, subject))["away"]
    assert (found.value, found.worst) == (9, 4)


def test_the_plan_file_tells_them_and_the_checker_reckons_them_again() -> None:
    """Five months in two rows; a file that says six, or four in a row, is wrong, and one that says nothing is not."""
    instance = world(candidate("A01"))
    subject = plan(instance, "gp*2 ward*2 gp clinic*3 gp*4")
    (row,) = subject.candidates
    assert (row.away, row.away_row, row.away_needed) == (5, 3, None)
    for told, figure in (({"away": 6}, "away"), ({"away_row": 4}, "away_row")):
        found = only(instance, edited(subject, told), "figures", "figure")
        assert found.fields["figure"] == figure
    assert passes(instance, edited(subject, {"away": None, "away_row": None}))
    assert passes(instance, edited(subject, {"away_needed": 3}))  # a search's word, which no arithmetic can judge


def test_who_is_listed_as_away() -> None:
    """The most months first; nobody needs more than there are; who is never away is not listed."""
    instance = world(candidate("A01", post="office1"), candidate("A02"), candidate("A03", post="ward"))
    subject = plan(instance, "gp*4 ward*2 gp*6", "gp*2 ward*2 gp clinic*3 gp*4", "ward*11 gp")
    subject = edited(edited(subject, {"away_needed": 3}), {"away_needed": 2}, number=1)
    found = who_is_away(accounting.trajectories(instance, subject))
    assert found == [Away("A02", 5, 3, 2), Away("A01", 2, 2, 2), Away("A03", 1, 1, None, "ward")]
    assert from_own_lists(found) == 7


def test_who_is_away_from_which_unit() -> None:
    """For ``max_away``: leave does not count, and it is the own post's months, not those of the office used."""
    instance = world(candidate("A01", leave=(span("2026-10", "2026-10"),)), candidate("A02", post="ward"))
    subject = plan(instance, "ward - ward gp", "gp*2 ward gp")
    found = accounting.away_by_unit(accounting.trajectories(instance, subject))
    assert found == {
        "office1": {START: ["A01"], START + 2: ["A01"]},
        "ward": {START: ["A02"], START + 1: ["A02"], START + 3: ["A02"]},
    }


def test_earliest_finish_counts_from_the_first_month_of_the_window() -> None:
    """Twelve months from 2026-09 are done in 2027-08; who starts two months later is two months late."""
    window = candidate("A01", start_latest=START + 3)
    instance = world(window)
    row = entry(instance, "A01", "gp*6 ward*2 gp*4", start=START + 2)
    assert (row.earliest_finish - START, row.finish, row.delay) == (11, START + 13, 2)
    frozen = world(candidate("A01", start_earliest=START + 2, start_latest=START + 2, window_from=START))
    assert entry(frozen, "A01", "gp*6 ward*2 gp*4", start=START + 2).delay == 2
