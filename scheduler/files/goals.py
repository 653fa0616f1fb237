"""Learning goals as files spell them: ``"001-054, 056"``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scheduler.month import runs
from scheduler.rulesets import known_goals

_PART = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?", re.ASCII)


class GoalsError(ValueError):
    """A list of goals that cannot be read: ``code`` names the problem, ``part`` is the piece at fault."""

    def __init__(self, code: str, part: str, suggestion: str | None = None) -> None:
        super().__init__(f"{code}: {part}")
        self.code = code
        self.part = part
        self.suggestion = suggestion


def parse_goals(text: str) -> frozenset[int]:
    """Read a list of goals, of those that some ruleset has; raise GoalsError for the first piece that is not one.

    >>> sorted(parse_goals("001-003, 056"))
    [1, 2, 3, 56]
    """
    goals: set[int] = set()
    if not text.strip():
        return frozenset()
    for part in text.split(","):
        goals |= _parse_part(part.strip())
    return frozenset(goals)


def _parse_part(part: str) -> set[int]:
    match = _PART.fullmatch(part)
    if match is None:
        raise GoalsError("bad-goals", part)
    first, last = int(match[1]), int(match[2] or match[1])
    for goal in (first, last, *range(first, last)):
        if goal not in known_goals():
            raise GoalsError("unknown-goal", f"{goal:03d}")
    if first > last:
        raise GoalsError("goals-reversed", part, f"{last:03d}-{first:03d}")
    return set(range(first, last + 1))


def goals_there_are(goals: Iterable[int]) -> str:
    """Goals as a sentence names them: ``001–088``."""
    return format_goals(goals).replace("-", "–")


def format_goals(goals: Iterable[int]) -> str:
    """Write goals in the canonical form: ascending, three digits, runs of two or more joined.

    >>> format_goals({56, 3, 2, 1})
    '001-003, 056'
    """
    unbroken = ((start, end - 1) for start, end, _ in runs((goal, None) for goal in sorted(set(goals))))
    return ", ".join(f"{first:03d}" if first == last else f"{first:03d}-{last:03d}" for first, last in unbroken)
