"""Making small what something holds of: a set, large chunks first, then smaller ones; a number, by halving."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def shrunk(
    units: Sequence[T],
    holds: Callable[[list[T]], list[T] | bool | None],
    enough: Callable[[list[T]], bool] = lambda _: False,
) -> tuple[list[T], bool]:
    """Leave out as many units as possible so that ``holds`` stays true; return the rest, and whether each is known to
    be needed.

    ``holds`` must be true of all units together. It may answer with a smaller list of which it was seen to be true, or
    with None where it is not known. As soon as ``enough`` is true of what is left, the search ends.
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


def smallest(numbers: range, holds: Callable[[int], bool]) -> int:
    """The first of the numbers for which it holds, where it holds from some number on; for the last it is known to.

    >>> smallest(range(1, 9), lambda number: number * number > 20)
    5
    """
    return numbers[bisect_left(numbers[:-1], True, key=holds)]
