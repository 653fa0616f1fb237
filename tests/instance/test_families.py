"""Who shares something with whom, directly or through others."""

from __future__ import annotations

from scheduler.instance.families import families


def test_who_shares_something_through_others_is_of_one_family() -> None:
    """c shares 2 with b, and b 1 with a, who stands between two others; d shares with nobody, and e has nothing."""
    shares = {"a": {1}, "d": {4}, "c": {2, 3}, "e": set[int](), "b": {1, 2}}
    assert families(shares) == [["a", "c", "b"], ["d"], ["e"]]


def test_nobody_has_no_family() -> None:
    assert families({}) == []
