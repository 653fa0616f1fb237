"""Learning goals as files spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.files.goals import GoalsError, format_goals, parse_goals


def test_ranges_and_single_goals() -> None:
    assert parse_goals("001-003, 056") == {1, 2, 3, 56}
    assert parse_goals("7,8 ,  009") == {7, 8, 9}
    assert parse_goals("088-088") == {88}
    assert parse_goals("") == parse_goals("  ") == frozenset()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("054-001", "goals-reversed"),
        ("000", "unknown-goal"),
        ("080-089", "unknown-goal"),
        ("001,", "bad-goals"),
        ("1-2-3", "bad-goals"),
        ("0001", "bad-goals"),
        ("-1", "bad-goals"),
        ("٠٠١", "bad-goals"),
        ("all", "bad-goals"),
    ],
)
def test_what_is_not_a_list_of_goals(text: str, code: str) -> None:
    with pytest.raises(GoalsError) as caught:
        parse_goals(text)
    assert caught.value.code == code


def test_canonical_form() -> None:
    assert format_goals({3, 1, 2, 56, 88}) == "001-003, 056, 088"
    assert format_goals([]) == ""


@given(st.frozensets(st.integers(1, 88)))
def test_what_is_written_is_read_back(goals: frozenset[int]) -> None:
    assert parse_goals(format_goals(goals)) == goals
