"""Names of files for candidates whose ids may be anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

LONGEST = 40
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)  # names that Windows keeps for devices


class Stems(Mapping[str, str]):
    """The beginning of a file's name for each id: safe on every system, no two alike even where case is not told."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._stems: dict[str, str] = {}
        taken: set[str] = set()
        for candidate_id in ids:
            base = stem = _safe(candidate_id)
            number = 2
            while stem.casefold() in taken:
                stem = f"{base}-{number}"
                number += 1
            taken.add(stem.casefold())
            self._stems[candidate_id] = stem

    def __getitem__(self, key: str) -> str:
        return self._stems[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stems)

    def __len__(self) -> int:
        return len(self._stems)


def _safe(words: str) -> str:
    """``=cmd|'/c calc'!A1`` gives ``cmd-c-calc-A1``."""
    found = "-".join(re.findall(r"\w+", unicodedata.normalize("NFC", words)))[:LONGEST].strip("-_")
    return f"id-{found}".strip("-") if not found or _RESERVED.fullmatch(found) else found
