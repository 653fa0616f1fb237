"""What a candidate has not done yet, of all that a finish waits for."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class Lack:
    """Something not done at a point of time: the key of its sentence in the chapter *report*, and what fills it.

    ``have`` and ``need`` are in the unit of the sentence (FTE-months, shifts, months).
    """

    key: str
    have: float = 0
    need: float = 0
    subject: str = ""
    goals: frozenset[int] = frozenset()
    month: Month | None = None
