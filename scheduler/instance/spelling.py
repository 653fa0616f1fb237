"""What a word may mean: ids and names compared as people type them, and the spelling that a word looks most like."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Iterator

_LONGEST_COMPARED = 200
_MOST_COMPARED = 2_000
_SHORTEST_PART = 3
_ALIKE = 0.6


def plain(word: str) -> str:
    """A word without what people type differently: ``Lars  Holm`` and ``larsholm`` are one.

    >>> plain(" Lars Holm")
    'larsholm'
    """
    return "".join(unicodedata.normalize("NFC", word).casefold().split())


class Known(Collection[str]):
    """The ids that a word may stand for, in the order of the file, and what else each of them is called."""

    def __init__(self, called: Iterable[tuple[str, str | None]]) -> None:
        """Pairs of an id and a name; an id may come several times, and without a name."""
        self._ids: dict[str, None] = {}
        self._by_id: dict[str, dict[str, None]] = {}
        self._by_name: dict[str, dict[str, None]] = {}
        for row_id, name in called:
            self._ids[row_id] = None
            self._by_id.setdefault(plain(row_id), {})[row_id] = None
            if name is not None:
                self._by_name.setdefault(plain(name), {})[row_id] = None

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def bearers(self, word: str) -> list[str]:
        """The ids that the word may stand for, blind to case and spaces; an id stands for itself before any name."""
        if word in self._ids:
            return [word]
        key = plain(word)
        return list(self._by_id.get(key) or self._by_name.get(key) or ())

    def meant(self, word: str) -> str | None:
        """The one id that the word stands for; None if there is none, or if several bear the name."""
        bearers = self.bearers(word)
        return bearers[0] if len(bearers) == 1 else None

    def spellings(self) -> dict[str, str]:
        """The id by everything that stands for one alone."""
        meanings = self._by_id | {word: ids for word, ids in self._by_name.items() if word not in self._by_id}
        return {word: next(iter(ids)) for word, ids in meanings.items() if len(ids) == 1}


def nearest(word: object, allowed: Iterable[str]) -> str | None:
    """The allowed spelling that looks most like the word, or None when none comes close.

    Of what is :class:`Known` by names as well: the id of whose id or name looks most like the word, or else holds it.
    """
    if not isinstance(word, str) or len(word) > _LONGEST_COMPARED:
        return None
    spellings = allowed.spellings() if isinstance(allowed, Known) else {plain(choice): choice for choice in allowed}
    choices, said = dict(list(spellings.items())[:_MOST_COMPARED]), plain(word)
    match = _closest(said, choices)
    if match is None and isinstance(allowed, Known) and len(said) >= _SHORTEST_PART:
        holding = [spelling for spelling in choices if said in spelling]
        match = holding[0] if len(holding) == 1 else None
    return None if match is None else choices[match]


def _closest(said: str, choices: Iterable[str]) -> str | None:
    """The choice that has most in common with the word, of equals the first; None if none has enough."""
    best, least = None, _ALIKE
    matcher = difflib.SequenceMatcher(b=said)
    for choice in choices:
        matcher.set_seq1(choice)
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= least:
            ratio = matcher.ratio()
            if ratio > least or (best is None and ratio == least):
                best, least = choice, ratio
    return best
