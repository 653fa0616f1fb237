"""Leaving out what is not needed: what stays, how surely, and how soon."""

from scheduler.solver.shrink import shrunk

NEEDED = {3, 11, 12}


def test_what_is_needed_stays_in_order_and_is_known_to_be_needed() -> None:
    asked: list[list[int]] = []

    def holds(rest: list[int]) -> bool:
        asked.append(rest)
        return set(rest) >= NEEDED

    assert shrunk(range(64), holds) == ([3, 11, 12], True)
    assert len(asked) < 40  # chunks first: one by one it would be all 64


def test_of_nothing_it_is_asked_too() -> None:
    assert shrunk([7], lambda rest: True) == ([], True)
    assert shrunk([7], lambda rest: False) == ([7], True)
    assert shrunk([], lambda rest: False) == ([], True)


def test_fewer_than_asked_about_are_taken_at_their_word() -> None:
    """Without the first half it is told that 40 alone is enough: nobody asks about the others any more."""
    asked: list[list[int]] = []

    def holds(rest: list[int]) -> list[int] | bool:
        asked.append(rest)
        return [40] if 40 in rest else False

    assert shrunk(range(64), holds) == ([40], True)
    assert [rest for rest in asked if rest] == [[*range(32, 64)]]


def test_those_seen_to_be_needed_may_be_named_in_any_order_and_later_ones_are_still_tried() -> None:
    """Answers name all of the rest but the last one; whatever is not needed goes all the same."""

    def holds(rest: list[int]) -> list[int] | bool:
        if not set(rest) >= NEEDED:
            return False
        return rest[::-1][1:] if rest[-1] not in NEEDED else rest[::-1]

    assert shrunk(range(20), holds) == ([3, 11, 12], True)


def test_what_is_not_known_stays_and_is_not_sure() -> None:
    def holds(rest: list[int]) -> bool | None:
        return None if 5 not in rest else set(rest) >= NEEDED

    assert shrunk(range(16), holds) == ([3, 5, 11, 12], False)


def test_enough_ends_it() -> None:
    assert shrunk(range(16), lambda rest: True, lambda left: len(left) <= 8) == ([*range(8, 16)], False)
