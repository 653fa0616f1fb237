"""Which rotations a candidate's ruleset recognises: a kind of place may count only in some category, or not alone.

A rotation that is not recognised is none that the candidate may take, like one that is not in ``allowed``. What share
of a post it is hangs on the candidate's percent: the least of the months ahead in which they work decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.exact import Exact
from scheduler.files.schema import FileArena, FileRotation
from scheduler.instance.types import PRACTICE, PercentSteps, Span
from scheduler.rulesets import Ruleset

FULL = 100


def speaks_of_kinds(ruleset: Ruleset) -> bool:
    """Whether a ruleset says anything of kinds of places."""
    return bool(ruleset.placements) or any(row.kinds for row in ruleset.categories)


def recognised(rotation: FileRotation, arenas: Mapping[str, FileArena], ruleset: Ruleset, percent: Exact) -> bool:
    """Whether a ruleset recognises a rotation for somebody who works so many percent.

    Under ordning-2017, with 60 percent: 80 % nursing home + 20 % administration is 48 percent of a post in a nursing
    home, too little alone; with 40 % practice in the mix any share will do.
    """
    kinds_of = {row.id: row.kinds for row in ruleset.categories}
    beside_practice = False
    share_of: dict[str, Exact] = {}
    for arena_id, share in rotation.mix.items():
        arena = arenas.get(arena_id)
        if arena_id == PRACTICE or (arena is not None and arena.service == ruleset.own_practice):
            beside_practice = True
        elif arena is not None:
            kinds = kinds_of.get(arena.service or "", ())
            if kinds and arena.kind not in kinds:
                return False
            if arena.kind is not None:
                share_of[arena.kind] = share_of.get(arena.kind, 0) + share
    return beside_practice or all(
        row.alone_from is not None and share_of[row.kind] * percent >= row.alone_from * FULL
        for row in ruleset.placements
        if row.kind in share_of
    )


def least_percent(percent: PercentSteps, leave: Iterable[Span], ahead: range) -> Exact:
    """The least percent of the months ahead in which somebody works; 100 where there is none."""
    spans = tuple(leave)
    working = (percent.at(month) for month in ahead if not any(month in span for span in spans))
    return min((each_percent for each_percent in working if each_percent > 0), default=FULL)
