"""What people call the rows of an instance: the row that a word means, or what it may have been meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.instance.problems import InputError, unknown
from scheduler.instance.spelling import Known, nearest
from scheduler.instance.types import Arena, Candidate, Rotation, Supervisor


def named(rows: Iterable[Candidate | Rotation | Arena]) -> Known:
    """What words may stand for: the rows' ids and names."""
    return Known((row.id, row.name) for row in rows)


def called(rows: Mapping[str, Arena | Rotation | Supervisor], row_id: str) -> str:
    """What people call a row; its id where there is no such row."""
    return rows[row_id].name if row_id in rows else row_id


def meant(word: str, known: Known) -> str | None:
    """The id that a word stands for, None if there is none; InputError if several are called so."""
    bearers = known.bearers(word)
    if len(bearers) > 1:
        raise InputError([unknown("name-of-several", (), word, known)])
    return bearers[0] if bearers else None


def likely(word: str, known: Known) -> str:
    """The id that a word looks most like, or the first few that there are."""
    return nearest(word, known) or ", ".join(list(known)[:5])
