"""Why a text file cannot be parsed, in the coordinator's words; the standard library's parsers say it in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scheduler.texts import LANGUAGES, Language, text

_REASONS: Mapping[str, re.Pattern[str]] = {
    "quote": re.compile(r"Illegal character|Unterminated string|Invalid control character"),
    "backslash": re.compile(r"Unescaped|Invalid hex|Escaped|[Ii]nvalid \\|escape"),
    "name": re.compile(r"Expected '=' after|Invalid initial|Invalid statement|property name"),
    "twice": re.compile(r"redefine|mutate|Duplicate|twice"),
    "more": re.compile(r"Expected newline|Extra data"),
    "bracket": re.compile(r"Unclosed|Expect(ed|ing) '|delimiter"),
    "long": re.compile(r"digits"),
    "date": re.compile(r"date|month must|day (is|must)|hour|minute|second"),
    "value": re.compile(r"Invalid value|Expecting value"),
}
"""By key of the chapter ``syntax``, what the parsers say of it; the first that fits is told."""


def syntax_reason(message: str) -> dict[Language, str]:
    """What a parser's message means, in both languages."""
    key = next((key for key, said in _REASONS.items() if said.search(message)), "other")
    return {lang: text(f"syntax.{key}", lang) for lang in LANGUAGES}
