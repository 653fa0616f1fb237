"""Invented words for the user's own: the same one everywhere, in the same order, and none that the user has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import count
from typing import Any

from pydantic import BaseModel

from scheduler.fault.documents import Document
from scheduler.fault.trees import Tree, replaced
from scheduler.files.check_tables import RESERVED
from scheduler.files.resolve import OBJECTIVES
from scheduler.files.schema import (
    FileArena,
    FileCandidate,
    FileGroup,
    FileLimit,
    FileRequirement,
    FileRotation,
    FileSupervisor,
)
from scheduler.instance.spelling import plain
from scheduler.instance.types import PARALLEL
from scheduler.plan import PlanCandidate, PlanGuidance, PlanPublished
from scheduler.rulesets import ruleset_ids, served_categories
from scheduler.texts import catalogue

PLACE, OTHER = "P", "X"
HIDDEN, SOMEWHERE = "…", "path"
FAMILIES: Mapping[type[BaseModel], str] = {
    **dict.fromkeys((FileCandidate, PlanCandidate, PlanPublished), "A"),
    **dict.fromkeys((FileSupervisor, PlanGuidance), "V"),
    FileGroup: "G",
    **dict.fromkeys((FileArena, FileRotation, FileLimit, FileRequirement), PLACE),  # often one word for two of them
}
"""The letter that invented ids begin with. Within a family they are in the order of the real ones, so that whatever the
program sorts by id comes in the same order again."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_QUOTED = re.compile(r"""(?<!\w)(['"])(.*?)\1(?!\w)|«(.*?)»|“(.*?)”""", re.DOTALL)
_PATH = re.compile(r"""(['"])(?:[A-Za-z]:|[\\/~.])?[^'"\n]*[\\/][^'"\n]*\1|\S*[\\/]\S+""")
_CUT_SHORT = re.compile(r"\w+(?:…|\.\.\.)")
_LONG_NUMBER = re.compile(r"\d{6,}")
_MONTHS = re.compile(r"\d{4}-\d{2}(?:\.\.\d{4}-\d{2})?")
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_FILE_WORDS = frozenset({"plan", "instance", "report", "gantt", "json", "toml", "xlsx", "html", "png", "csv", "pdf"})
_TOKEN = re.compile(r"[\w-]+")
_MONTH_OR_NUMBER = re.compile(r"[\d-]{1,7}")


@cache
def program_words() -> frozenset[str]:
    """Words that files may use as ids and that the program gives a meaning; they are nobody's own, and stay."""
    reserved = (word for words in RESERVED.values() for word in words)
    services = (*served_categories(), PARALLEL)
    return frozenset({*OBJECTIVES, *reserved, *ruleset_ids(), *services, *catalogue(), "alis-scheduler"})


class Names:
    """Invented words for everything that stands in some documents, and for what else is met.

    ``hidden`` are words and paths that are to be told by no name at all (the user's, folders).
    """

    def __init__(self, documents: Iterable[Document], hidden: Iterable[str] = ()) -> None:
        found = _Found()
        for document in documents:
            if document.model is not None:
                replaced(document.tree, document.model, found)
            found.others.update(_composed(text) for text in document.texts or ())
        self._hidden = {_composed(word) for word in hidden if word.strip()}
        self._prefixes = _unused_prefixes(found)
        self._invented: dict[str, str] = {}
        self._by_plain: dict[str, str] = {}
        self._numbers = count(1)
        for family, ids in found.ids.items():
            width = max(2, len(str(len(ids))))
            new = ids - self._invented.keys() - program_words()
            for number, own in enumerate(sorted(new), start=1):
                self._call(own, f"{self._prefixes[family]}{number:0{width}}")
        for name, row in found.names.items():
            if name not in program_words() and name not in self._invented:
                self._call(name, self._by_plain.get(plain(name)) or f"N-{self.word(row)}")
        for text in sorted(found.others):
            self.word(text)

    # --- words and trees

    def row(self, model: type[BaseModel], tree: Mapping[str, Any]) -> None:
        """Nothing: a table is looked at word by word."""

    def word(self, text: str) -> str:
        """What stands for a text of the user's own; one never seen before gets a word of its own.

        Another spelling of an id or a name (case, spaces) is the same word, as it is where files and commands are read.
        """
        own = _composed(text)
        if own in self._invented:
            return self._invented[own]
        if own in program_words() or _VERSION.fullmatch(own) or _MONTHS.fullmatch(own):
            return own
        return self._call(own, self._by_plain.get(plain(own)) or f"{self._prefixes[OTHER]}{next(self._numbers):02}")

    def _call(self, own: str, invented: str) -> str:
        self._invented[own] = invented
        self._by_plain.setdefault(plain(own), invented)
        return invented

    def key(self, text: str) -> str:
        """What stands for a key that no schema knows: an id's word, else the key itself."""
        return self._invented.get(_composed(text), text)

    def knows(self, text: str) -> bool:
        """Whether the text is somebody's word in the documents, or has been met before, or is the program's own."""
        own = _composed(text)
        return own in self._invented or own in program_words() or plain(own) in self._by_plain

    def tree(self, document: Document) -> Tree:
        """A document with every text of the user's own replaced."""
        assert document.model is not None
        return replaced(document.tree, document.model, self)

    # --- text

    def said(self, text: str, familiar: Collection[str] = ()) -> str:
        """A message of the program's, which may say anything: known words replaced, what might be somebody's left out.

        What stands in quotation marks is data more often than not: it stays only if it is made of invented words, words
        of the program and the ``familiar`` ones (names in the code). Paths go, and so do pieces of known names.
        """
        text = _composed(text)
        text = _PATH.sub(f"<{SOMEWHERE}>", self._without_hidden(text))
        known = {own.casefold(): new for own, new in self._invented.items()}
        text = _any_of(known).sub(lambda match: known[match[0].casefold()], text) if known else text
        made = {*self._invented.values(), *program_words(), *familiar, SOMEWHERE}
        text = _QUOTED.sub(lambda match: _quoted(match, made), text)
        text = _LONG_NUMBER.sub(HIDDEN, _CUT_SHORT.sub(HIDDEN, text))
        pieces = self._pieces()
        return _WORD.sub(lambda match: HIDDEN if match[0].casefold() in pieces else match[0], text)

    def _without_hidden(self, text: str) -> str:
        hidden = {word.casefold() for word in self._hidden}
        return _any_of(hidden).sub(HIDDEN, text) if hidden else text

    def _pieces(self) -> set[str]:
        """The single words of names and paths."""
        own = {piece.casefold() for text in (*self._invented, *self._hidden) for piece in _WORD.findall(text)}
        return own - _FILE_WORDS


class _Found:
    """The user's own words in documents: ids by family, names with the row they belong to, and the rest."""

    def __init__(self) -> None:
        self.ids: dict[str, set[str]] = {family: set() for family in FAMILIES.values()}
        self.names: dict[str, str] = {}
        self.others: set[str] = set()

    def row(self, model: type[BaseModel], tree: Mapping[str, Any]) -> None:
        own, name = tree.get("id"), tree.get("name")
        if isinstance(own, str) and model in FAMILIES:
            self.ids[FAMILIES[model]].add(_composed(own))
            if isinstance(name, str):
                self.names.setdefault(_composed(name), _composed(own))

    def word(self, text: str) -> str:
        self.others.add(_composed(text))
        return text

    def key(self, text: str) -> str:
        return text

    def all(self) -> set[str]:
        return {*self.others, *self.names, *(candidate_id for ids in self.ids.values() for candidate_id in ids)}


def _composed(text: str) -> str:
    """Text with one spelling for å, whichever of Unicode's two it came in."""
    return unicodedata.normalize("NFC", text)


def _unused_prefixes(found: _Found) -> dict[str, str]:
    """What comes before the number in each family, so that no invented word is one of the user's: A, else AX, AXX …"""
    own = {piece.casefold() for text in found.all() for piece in re.findall(r"[^\W_]+", text)}
    taken = {piece.rstrip("0123456789") for piece in own if piece[-1].isdigit()}
    return {
        family: next(prefix for prefix in (family + "X" * more for more in count()) if prefix.casefold() not in taken)
        for family in {*FAMILIES.values(), OTHER}
    }


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Any of the texts as whole words, the longest first; an underscore parts words, as in names of variables."""
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])", re.IGNORECASE)


def _quoted(match: re.Match[str], known: Collection[str]) -> str:
    """What stood in quotation marks, every word left out that nobody knows."""
    inside = match[0][1:-1]

    def shown(word: re.Match[str]) -> str:
        return word[0] if word[0] in known or _MONTH_OR_NUMBER.fullmatch(word[0]) else HIDDEN

    return match[0][0] + _TOKEN.sub(shown, inside) + match[0][-1]
