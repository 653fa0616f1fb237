"""The words of the workbook: titles and hints of sheets and columns, and which of them a title in a file means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from scheduler.files.workbook.layout import PAIRS, Column, Role, Sheet, layout, pair
from scheduler.texts import LANGUAGES, Language, Phrase, catalogue, phrase, text

CHAPTER = "workbook_in"
_MOST_PAIRS = 30
_FORM_TITLES = ("field", "value", "usual", "explanation")
_FORMER = "workbook_former"


def says(key: str, lang: Language, **fields: object) -> str:
    """A text of the workbook's chapter."""
    return text(f"{CHAPTER}.{key}", lang, **fields)


def _most_precise(group: str, key: str) -> str:
    """The catalogue's key for ``candidates.current.rotation``, or else for ``current.rotation`` and so on."""
    parts = key.split(".")
    for first in range(len(parts)):
        precise = f"{group}.{'.'.join(parts[first:])}"
        if f"{CHAPTER}.{precise}" in catalogue():
            return precise
    raise KeyError(f"{CHAPTER}.{group}.{key}")


def sheet_phrase(key: str) -> Phrase:
    """What a sheet is called, in no language yet."""
    return phrase(f"{CHAPTER}.sheet.{key}")


def sheet_title(key: str, lang: Language) -> str:
    """What a sheet is called: ``Kandidater``."""
    return sheet_phrase(key).said(lang)


def column_phrase(column: Column) -> Phrase:
    """What a column is called, in no language yet."""
    table = column.path[0] if column.role is Role.TABLE else ""
    return phrase(f"{CHAPTER}.{_most_precise('column', column.text)}", number=column.number, table=table)


def _column_names(column: Column) -> list[str]:
    """The titles of a column in a file, its key among them."""
    now = (column_title(column, lang) for lang in LANGUAGES)
    return [column.key, *now, *_former(_most_precise("column", column.text))]


def _former(key: str) -> list[str]:
    """What stood in workbooks that were written with other words; they are read as before."""
    return [text(f"{_FORMER}.{key}", lang) for lang in LANGUAGES if f"{_FORMER}.{key}" in catalogue()]


def column_title(column: Column, lang: Language) -> str:
    """What a column is called: ``Stillingsprosent``, ``Sted 2``."""
    return column_phrase(column).said(lang)


def language_of(told: Iterable[str], titles: Mapping[Language, Iterable[str]]) -> Language | None:
    """The language in which most of these titles are; None where they tell nothing.

    >>> language_of(["Kandidater", "Plan"], {"nb": ["Kandidater", "Plan"], "en": ["Candidates", "Plan"]})
    'nb'
    """
    there = {plain(title) for title in told}
    number = {lang: len(there & {plain(title) for title in known}) for lang, known in titles.items()}
    best = [lang for lang in number if number[lang] == max(number.values())]
    return best[0] if len(best) == 1 else None


def column_hint(column: Column, lang: Language) -> str:
    """What to write in a column, one or two sentences."""
    return says(_most_precise("hint", column.text), lang)


def plain(title: str) -> str:
    """A title without what people type differently: ``Min. måneder *`` and ``min_måneder`` are one.

    >>> plain("Min. måneder *")
    'minmåneder'
    """
    composed = unicodedata.normalize("NFKC", title[:200]).casefold()
    return "".join(char for char in composed if char.isalnum())


def is_note(title: str) -> bool:
    """Whether a sheet or column is the user's own: titled ``# …``, ``Merknad`` or ``Note``."""
    return title.lstrip().startswith("#") or bool(re.match(r"(merknad|notat|note|remark|comment)", plain(title)))


def is_ignored(sheet: str) -> bool:
    """Whether a sheet is not read at all: the read-me, the lists behind the drop-downs, the user's own."""
    return is_note(sheet) or sheets_by_title().get(plain(sheet), layout().sheets[0]) is None


def is_readme(sheet: str) -> bool:
    """Whether a sheet is the read-me, which names the sheets that the workbook was written with."""
    return plain(sheet) in {plain(sheet_title("readme", lang)) for lang in LANGUAGES}


@cache
def sheets_by_title() -> Mapping[str, Sheet | None]:
    """Every sheet by its titles in both languages and its key; None for those that are not read."""
    known: dict[str, Sheet | None] = {}
    for key in ("readme", "lists"):
        known |= dict.fromkeys((plain(sheet_title(key, lang)) for lang in LANGUAGES), None)
    for sheet in layout().sheets:
        known |= dict.fromkeys((plain(title) for title in _sheet_names(sheet)), sheet)
    return known


def _sheet_names(sheet: Sheet) -> list[str]:
    return [sheet.key, *(sheet_title(sheet.key, lang) for lang in LANGUAGES), *_former(f"sheet.{sheet.key}")]


@cache
def columns_by_title(sheet_key: str) -> Mapping[str, Column | None]:
    """Every column of a sheet by its titles in both languages and its key; None for those that are not read."""
    sheet = layout().by_key[sheet_key]
    known: dict[str, Column | None] = {}
    if sheet.is_form:
        known |= dict.fromkeys((plain(says(f"form.{name}", lang)) for name in _FORM_TITLES for lang in LANGUAGES), None)
    for column in [*sheet.columns, *_more_pairs(sheet)]:
        for title in _column_names(column):
            known.setdefault(plain(title), column)
    for column in sheet.columns:  # the bare key of a step or of what stands inside a table
        if column.role is not Role.TABLE:
            known.setdefault(plain(column.path[0] if column.role is Role.STEP else column.path[-1]), column)
    return known


def _more_pairs(sheet: Sheet) -> Iterable[Column]:
    for column in sheet.of(Role.MAP_KEY)[:1]:
        for number in range(PAIRS + 1, _MOST_PAIRS + 1):
            yield from pair(sheet.table or "", column.path[0], number)


def form_titles(lang: Language) -> list[str]:
    """The titles above a form: field, value, usual value, explanation."""
    return [says(f"form.{name}", lang) for name in _FORM_TITLES]


@cache
def words(key: str) -> Mapping[Language, str]:
    """How a word with a meaning of its own, or a choice, is spelled: ``free`` is ``fri``."""
    return {lang: says(f"word.{key}", lang) for lang in LANGUAGES}


@cache
def spellings(key: str) -> frozenset[str]:
    """Everything that means a word with a meaning of its own, without what people type differently."""
    return frozenset(plain(word) for word in (key, *words(key).values(), *_former(f"word.{key}")))
