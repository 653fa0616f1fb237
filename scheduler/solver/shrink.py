"""Leaving out of a set what is not needed for something to hold of it: large chunks first, then smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def shrunk(
    units: Sequence[T],
    holds: Callable[[list[T]], list[T] | bool | None],
    enough: Callable[[list[T]], bool] = lambda _: False,
) -> tuple[list[T], bool]:
    """As few of the units as it still holds of; and whether every one that stayed is known to be needed.

    It is known to hold of all of them. ``holds`` may answer with fewer of them it is seen to hold of, in any order, or
    with None: not known. ``enough`` ends it early.
    """
    left = list(units)
    size, sure = max(len(left) // 2, 1), True
    while left:
        place = 0
        while place < len(left):
            if enough(left):
                return left, False
            rest = left[:place] + left[place + size :]
            answer = holds(rest)
            if answer:
                seen = rest if answer is True else answer
                place = sum(unit in seen for unit in left[:place])
                left = [unit for unit in rest if unit in seen]
                continue
            sure = sure and (size > 1 or answer is False)
            place += size
        if size == 1:
            break
        size = max(min(size // 2, len(left) // 2), 1)
    return left, sure
