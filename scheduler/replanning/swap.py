"""Two people's blocks of a rotation in each other's place, as rows of the file: what then has to move is for a repair.

Each is fixed in the months that the other had, bound by all that a block of the rotation waits for, and asked for no
more of it than that. Blocks that have begun before the freeze stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from math import ceil
from typing import Any, NoReturn

from scheduler.accounting import spans
from scheduler.changes import Action, Change
from scheduler.instance.named import meant, named
from scheduler.instance.problems import InputError, Path, Problem, shown
from scheduler.instance.published import Baseline
from scheduler.instance.spelling import nearest
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance, Rotation, Span
from scheduler.month import format_month, format_span, parse_month
from scheduler.texts import LANGUAGES, Language, text

Row = dict[str, Any]
FULL = CREDIT_PER_FTE_MONTH // 100
DECIMALS = 10_000  # of an FTE-month, as files have them


def with_swaps(
    tree: Mapping[str, Any], on_top: Callable[[Mapping[str, Any]], Instance], changes: Iterable[Change]
) -> Row:
    """The tree with the swaps among these changes, each of the blocks in the published plan.

    ``on_top``: a tree's instance on top of that plan. InputError with what is in the way of any of them.
    """
    swaps = [change for change in changes if change.action is Action.SWAP]
    swapped = deepcopy(dict(tree))
    if not swaps:
        return swapped
    instance = on_top(tree)
    problems: list[Problem] = []
    for change in swaps:
        try:
            _Swap(instance, change).make(swapped)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return swapped


class _Swap:
    """One swap, every word of it known."""

    def __init__(self, instance: Instance, change: Change) -> None:
        assert instance.baseline is not None
        self.baseline: Baseline = instance.baseline
        self.instance = instance
        self.path: Path = (shown(change.inline()),)
        self.rotation = self._rotation(change.value)
        self.two = [self._candidate(word) for word in (change.row, change.field)]
        if self.two[0].id == self.two[1].id:
            self._refuse("swap-oneself", self.two[0].id)
        self.ahead = [self._ahead(candidate) for candidate in self.two]
        if self.ahead[0] == self.ahead[1]:
            self._refuse("swap-same", self.rotation.id, months=_told(self.ahead[0]))

    def make(self, tree: Row) -> None:
        """Put it into a tree."""
        for candidate, theirs in zip(self.two, reversed(self.ahead), strict=True):
            row = next(row for row in tree["candidates"] if row["id"] == candidate.id)
            row["fixed"] = [*self._settled(row.get("fixed", [])), *self._given(theirs)]
            tree["requirements"] = [*tree.get("requirements", []), self._no_more(candidate, theirs)]

    def _settled(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Fixed rows but for the rotation's after the freeze, which are swapped themselves."""
        before = self.baseline.frozen_before
        for row in rows:
            if row["rotation"] != self.rotation.id or parse_month(row["to"]) < before:
                yield row
            elif parse_month(row["from"]) < before:
                yield {**row, "to": format_month(before - 1)}

    def _given(self, theirs: Sequence[Span]) -> Iterator[Row]:
        for span in theirs:
            months = {"from": format_month(span.start), "to": format_month(span.end - 1)}
            yield {"rotation": self.rotation.id, **months, "exempt": False}

    def _no_more(self, candidate: Candidate, theirs: Sequence[Span]) -> Row:
        """No other month of the rotation than those, and what has been served."""
        served = sum(row.work for row in candidate.past if row.rotation == self.rotation.id and row.exposes)
        given = sum(FULL * candidate.earned_at(month) for span in theirs for month in span.months())
        most = ceil(DECIMALS * (served + given) / CREDIT_PER_FTE_MONTH) / DECIMALS
        name = f"swap {candidate.id} {self.rotation.id}"
        return {"id": name, "rotations": [self.rotation.id], "max_months": most, "candidates": [candidate.id]}

    # --- words and months ------------------------------------------------------------------------------------------

    def _rotation(self, word: str) -> Rotation:
        known = named(self.instance.rotations.values())
        found = self.instance.rotations.get(meant(word, known) or word)
        if found is None:
            self._refuse("unknown-rotation", word, nearest(word, known))
        if found.base:
            self._refuse("swap-base", found.id)
        return found

    def _candidate(self, word: str) -> Candidate:
        known = named(self.instance.candidates.values())
        found = self.instance.candidates.get(meant(word, known) or word)
        if found is None:
            self._refuse("unknown-candidate", word, nearest(word, known))
        if found.id not in self.baseline.published:
            self._refuse("swap-not-in-plan", found.id)
        return found

    def _ahead(self, candidate: Candidate) -> list[Span]:
        """The blocks of the rotation that begin after the freeze."""
        before = self.baseline.frozen_before
        blocks = self._blocks(candidate, self.rotation.id)
        ahead = [span for span in blocks if span.start >= before]
        if not ahead and blocks:
            fields = {"who": candidate.id, "months": _told(blocks), "month": format_month(before)}
            self._refuse("swap-frozen", self.rotation.id, **fields)
        if not ahead:
            self._refuse(
                "swap-no-block",
                self.rotation.id,
                who=candidate.id,
                ahead={lang: self._all_ahead(candidate, lang) for lang in LANGUAGES},
            )
        return ahead

    def _all_ahead(self, candidate: Candidate, lang: Language) -> str:
        rotations = [one for one in self.instance.rotations.values() if not one.base]
        told = [
            text("replan.free-place", lang, what=rotation.name, span=_told(ahead))
            for rotation in rotations
            if (ahead := [s for s in self._blocks(candidate, rotation.id) if s.start >= self.baseline.frozen_before])
        ]
        return "; ".join(told) or "–"

    def _blocks(self, candidate: Candidate, rotation: str) -> list[Span]:
        rotations = self.baseline.published[candidate.id].rotations
        return list(spans(month for month, there in rotations.items() if there == rotation))

    def _refuse(self, code: str, found: str, near: str | None = None, **fields: object) -> NoReturn:
        raise InputError([Problem(code, self.path, shown(found), near, fields)])


def _told(blocks: Iterable[Span]) -> str:
    return ", ".join(format_span(span.start, span.end) for span in blocks)
