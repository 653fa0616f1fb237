"""Every text a coordinator reads, in Norwegian bokmål (default) and English, from one catalogue.

The catalogue is the TOML files of this folder, one chapter a file; each entry is ``key = {nb = "…", en = "…"}`` with
``str.format`` fields. A test shows that every key has both languages and that both use the same fields.

A month as files spell it is said in words wherever it fills a text, and so are months: ``2027-03`` is ``mars 2027``,
``2027-03..2027-08`` is ``mars–august 2027``. ``{month:short}`` says it as charts do, ``{month:file}`` leaves it as it
is typed. What is quoted (``«{found}»``) and what somebody has called something (``NAMES``) is never said otherwise.

A field with a bar says no number but what goes with it, in singular or plural: ``{n} {n:plass|plasser}`` is ``1 plass``
and ``2 plasser``; both languages say *one* of 1 alone. Months of any year by number, a list or ``3, 9``, are said as
``{starts:yearly}``: ``mars og september``, ``januar–juni``, ``alle måneder``.

What is kept for later, in a file above all, is a ``Phrase``: which text and what fills it in, in no language yet.

The chapter ``categories`` holds what is said of every category of a ruleset: its keys and texts are filled in with what
the rulesets call theirs, and stand in the other chapters where these have nothing of their own.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Literal

from scheduler.exact import plain
from scheduler.month import PATTERN, Month, calendar_month, parse_month, year
from scheduler.rulesets import IN_FORCE, CategoryRow, load_ruleset, ruleset_ids

Language = Literal["nb", "en"]
LANGUAGES: tuple[Language, ...] = ("nb", "en")
Form = Literal["short", "long"]
FORMS: tuple[Form, ...] = ("short", "long")
AS_TYPED = "file"
"""How a field is shown whose month is to be typed again, after an option above all."""
_OWN_WORDS = "arena candidate group groups ids label name path practice rotation row rows supervisor unit what who"
NAMES = frozenset(_OWN_WORDS.split())
"""Fields that are somebody's own word; a group may well be called 2027-03."""
QUOTES = ("«", "“", "`", '"')
_MONTHS = re.compile(rf"{PATTERN}(?:\.\.{PATTERN})?(?:, {PATTERN}(?:\.\.{PATTERN})?)*")
CATEGORIES = "categories.toml"
YEARLY = "yearly"
BAR = "|"
LEAST_SPAN = 3
"""So many months in a row are said by the first and the last."""
OWN = "own"
"""The field that is what a ruleset calls the category of one's own practice."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts as ``{"chapter.key": {"nb": …, "en": …}}``."""
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml") and file.name != CATEGORIES:
            chapter = file.name.removesuffix(".toml")
            for key, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
                texts[f"{chapter}.{key}"] = entry
    templates = tomllib.loads((files(__package__) / CATEGORIES).read_text(encoding="utf-8"))
    for row in (row for ruleset_id in ruleset_ids() for row in load_ruleset(ruleset_id).categories):
        for key, entry in _said_of(row, templates):
            texts.setdefault(key, entry)
    return texts


def _said_of(row: CategoryRow, templates: Mapping[str, dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """What the templates come to for a category; those about a minimum or cap that it has not are left out."""
    names = {"id": row.id, "rule": row.rule, "minimum": row.minimum, "cap": row.cap}
    for template, entry in templates.items():
        before, _, after = template.partition("{")
        name, _, rest = after.partition("}")
        if names[name] is not None:
            said = {
                lang: words.replace("<title>", row.title[lang]).replace("<short>", row.short[lang])
                for lang, words in entry.items()
            }
            yield f"{before}{names[name]}{rest}", said


def text(key: str, lang: Language = "nb", /, **fields: object) -> str:
    """The text of a key with its fields, which may have any name, filled in; KeyError for an unknown key."""
    return _with_fields(catalogue()[key][lang], fields, lang)


def _with_fields(words: str, fields: Mapping[str, object], lang: Language) -> str:
    """``str.format`` that can say months, and the singular and plural of words."""
    return "".join(
        said if name is None else said + _filled(name, form, fields, lang) for said, name, form in _parts(words)
    )


@cache
def _parts(words: str) -> tuple[tuple[str, str | None, str], ...]:
    """A text taken apart: words, the field after them (None at the end), and how it is to be said."""
    return tuple(
        (said, name, form or (AS_TYPED if name in NAMES or said.endswith(QUOTES) else ""))
        for said, name, form, _ in string.Formatter().parse(words)
    )


def _filled(name: str, form: str, fields: Mapping[str, object], lang: Language) -> str:
    """A field as it stands in a text; how it is to be said may have fields of its own."""
    if name == OWN and OWN not in fields:  # a plan of before rulesets brought their categories does not say it
        return category_name(load_ruleset(IN_FORCE).own_practice).said(lang)
    value: Any = fields[name]
    if form in FORMS:
        return month_in_words(parse_month(value), lang, form)
    if form == YEARLY:
        return months_of_year(value, lang)
    if BAR in form:
        one, many = _with_fields(form, fields, lang).split(BAR, maxsplit=1)
        return one if value == 1 or value == "1" else many
    if form == "" and isinstance(value, str):
        return months_in_words(value, lang)
    shown = "" if form == AS_TYPED else form
    return format(localised(value, lang) if not shown or isinstance(value, Fraction) else value, shown)


def months_in_words(said: str, lang: Language) -> str:
    """Months as files spell them in words; anything else as it is.

    >>> months_in_words("2027-03..2027-08, 2028-11..2029-01", "nb")
    'mars–august 2027, november 2028–januar 2029'
    """
    if _MONTHS.fullmatch(said) is None:
        return said
    return ", ".join(_span_in_words(*span.split(".."), lang=lang) for span in said.split(", "))


def _span_in_words(first: str, last: str | None = None, *, lang: Language) -> str:
    """``mars 2027``, ``mars–august 2027``, ``november 2028–januar 2029``: the year of both is said once."""
    end = month_in_words(parse_month(last or first), lang, "long")
    if last is None or last == first:
        return end
    start = parse_month(first)
    same = year(start) == year(parse_month(last))
    begin = month_names(lang, "long")[calendar_month(start) - 1] if same else month_in_words(start, lang, "long")
    return f"{begin}–{end}"


def month_names(lang: Language, form: Form = "short") -> list[str]:
    """The names of the twelve months."""
    return [text(f"months.{form}-{number}", lang) for number in range(1, 13)]


def months_of_year(months: object, lang: Language) -> str:
    """Months of any year (numbers, or a text of them) in words, three or more in a row as a span.

    >>> months_of_year([3, 9], "nb"), months_of_year("1, 2, 3, 9", "en")
    ('mars og september', 'January–March and September')
    """
    numbers = sorted({int(month) for month in (months if isinstance(months, list | tuple) else str(months).split(","))})
    names = month_names(lang, "long")
    if len(numbers) == len(names):
        return text("months.all", lang)
    said: list[str] = []
    for _, run in groupby(enumerate(numbers), lambda numbered: numbered[1] - numbered[0]):
        row = [names[number - 1] for _, number in run]
        said += row if len(row) < LEAST_SPAN else [f"{row[0]}–{row[-1]}"]
    *before, last = said
    return text("months.and", lang, first=", ".join(before), last=last) if before else last


@cache
def month_in_words(month: Month, lang: Language, form: Form = "short") -> str:
    """A month as people write it: ``sep. 2027``, or ``september 2027``."""
    return text("months.of-year", lang, name=month_names(lang, form)[calendar_month(month) - 1], year=year(month))


def localised(value: object, lang: Language) -> object:
    """Decimals as the language writes them, zeros at the end left out: 23.5 is ``23,5`` in nb, 24.0 is ``24``."""
    if not isinstance(value, float | Fraction):
        return value
    value = float(value)
    number = f"{value:.4f}".rstrip("0").rstrip(".")
    return number.replace(".", ",") if lang == "nb" else number


@dataclass(frozen=True)
class Phrase:
    """A text of the catalogue with its fields: numbers, words of the user's (ids, names), months, phrases, lists.

    ``Phrase("reasons.group-full", {"group": "G1", "places": 6})`` is "G1 er full (6 plasser)" in nb.
    """

    key: str
    fields: Mapping[str, object] = dataclass_field(default_factory=dict, hash=False)

    def said(self, lang: Language) -> str:
        """In words; KeyError for an unknown key or a field that is not there.

        Decimals are written as the language does; a list's phrases are parted by semicolons, its words by commas.
        """
        return text(self.key, lang, **{name: said_in(value, lang) for name, value in self.fields.items()})

    def tree(self) -> dict[str, object]:
        """As JSON's table, with the phrases inside it."""
        return {"key": self.key, "fields": {name: _tree(value) for name, value in self.fields.items()}}

    @classmethod
    def from_tree(cls, key: str, fields: Mapping[str, object]) -> Phrase:
        """The phrase of which ``tree`` gave this."""
        return cls(key, {name: _from_tree(value) for name, value in fields.items()})


def phrase(key: str, /, **fields: object) -> Phrase:
    """A phrase with its fields by name."""
    return Phrase(key, fields)


def category_name(category_id: str) -> Phrase:
    """What a ruleset calls one of its categories, inside a sentence: ``åpen praksis``."""
    return phrase(f"figures.{category_id}")


def phrase_of(key: str, fields: Mapping[str, object]) -> Phrase:
    """A phrase with those of the fields that its text names."""
    named = {name for _, name, _, _ in string.Formatter().parse(catalogue()[key][LANGUAGES[0]])}
    return Phrase(key, {name: value for name, value in fields.items() if name in named})


def chained(key: str, phrases: Sequence[Phrase]) -> Phrase:
    """Phrases joined by a text with the fields ``first`` and ``last``; a single one as it is."""
    *before, last = phrases
    return phrase(key, first=chained(key, before), last=last) if before else last


def either(words: Sequence[str]) -> str | Phrase:
    """One of these: ``clinic``, and of several ``clinic or ward``."""
    *before, last = words
    return phrase("explain.either", first=either(before), last=last) if before else last


def said_in(value: object, lang: Language) -> object:
    """A field of a phrase in words: phrases, lists of them and decimals; anything else as it is."""
    match value:
        case Phrase():
            said = value.said(lang)  # a rule is a sentence; inside another it goes without its full stop
            return said.rstrip(".") if value.key.startswith("rules.") else said
        case list() | tuple():
            separator = "; " if any(isinstance(part, Phrase) for part in value) else ", "
            return separator.join(str(said_in(part, lang)) for part in value)
    return localised(value, lang)


def _tree(value: object) -> object:
    match value:
        case Phrase():
            return value.tree()
        case list() | tuple():
            return [_tree(part) for part in value]
        case Fraction():
            return plain(value)
    return value


def _from_tree(value: object) -> object:
    match value:
        case {"key": str(key), "fields": dict(fields)}:
            return Phrase.from_tree(key, fields)
        case list():
            return [_from_tree(part) for part in value]
    return value
