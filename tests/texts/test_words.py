"""The catalogue itself: singular and plural, and no text that nobody says."""

from __future__ import annotations

import re
import string
from fractions import Fraction

import pytest

from scheduler.instance.problems import Problem, codes
from scheduler.texts import LANGUAGES, NAMES, Language, catalogue, phrase, text

A_MONTH = "2027-03"
NO_PLURALS: dict[Language, str] = {
    "nb": """bare begynner ble bytter celle deltaker dekker eldre eller endrer er etter faller finner forsinkelse fører
        gjelder hadde hele ikke inneholder kommer ligger mangler men mindre per periode slutter starter teller tellende
        tidligere time trenger ute utenfor under varer veileder veiledningstime viser være""",
    "en": """allows as begins brings changes comes counts dates does ends exists falls finishes gets gives goes has
        holds is its keeps lacks leaves less lies needs plans rows runs says stands starts supervises takes this was""",
}
"""Words that look like plurals where they follow a number and are none: 1 teller, 1 counts."""
PLURALS: dict[Language, list[str]] = {
    "nb": [r"\b1 (?:[a-zæøå]+(?:e|te|ede) )?([a-zæøå]*(?:er|ene|erne))\b", r"\b1 ([a-zæøå]+e)\b"],
    "en": [r"\b1 (?:[a-z-]+ )?([a-zA-Z-]*[a-z]s)\b"],
}
"""Nouns and adjectives in the plural, straight after the number or with a word between."""


def fields_of(words: str) -> dict[str, str]:
    """Each field and how it is shown, those inside another among them."""
    found: dict[str, str] = {}
    for _, name, spec, _ in string.Formatter().parse(words):
        if name:
            found |= {name: spec or ""} | fields_of(spec or "")
    return found


def filled(key: str, lang: Language, number: object) -> dict[str, object]:
    """Every field of a text as this number; a field that is asked for as a month is a month."""
    shown = fields_of(catalogue()[key][lang])
    return {name: A_MONTH if spec in ("long", "short") else number for name, spec in shown.items()}


def said_with(key: str, lang: Language, number: object) -> str:
    """The text where every field is this number."""
    return text(key, lang, **filled(key, lang, number))


def plurals_after_one(said: str, lang: Language) -> list[str]:
    hits = [found for rule in PLURALS[lang] for found in re.finditer(rule, said)]
    return [found[0] for found in hits if found[1] not in NO_PLURALS[lang].split()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_with_a_number_has_its_singular(lang: Language) -> None:
    ours = [key for key in catalogue() if not key.startswith("usage.")]  # those are the library click's own sentences
    found = {key: plurals_after_one(said_with(key, lang, 1), lang) for key in ours}
    assert {key: wrong for key, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_with_both_forms_says_them(lang: Language) -> None:
    """Where a text has two forms, one and two are not said alike."""
    both = [key for key, said in catalogue().items() if "|" in " ".join(fields_of(said[lang]).values())]
    assert len(both) > 50
    assert [key for key in both if said_with(key, lang, 1).replace("1", "2") == said_with(key, lang, 2)] == []


def test_the_forms_are_those_of_the_number() -> None:
    said = [text("cli.documents-written", "nb", number=number, path="a") for number in (0, 1, 2)]
    assert said == ["Skrev 0 filer i a", "Skrev 1 fil i a", "Skrev 2 filer i a"]
    assert text("explain.places", "nb", places="1") == "1 plass"
    assert text("explain.places", "nb", places="1,5") == "1,5 plasser"
    assert text("whatif.begins", "en", name="A", number=2, slots=3, seconds=60).startswith(
        "Planning “A”: 2 versions, 3 at"
    )
    for lang, wrong in (("nb", "1 måneder"), ("en", "1 service months")):
        assert plurals_after_one(f"endret i {wrong}", lang) == [wrong]
    assert plurals_after_one("til 1 nye, 1 publiserte måned og 1 ny", "nb") == ["1 nye", "1 publiserte"]


@pytest.mark.parametrize(
    ("starts", "nb", "en"),
    [
        ([3, 9], "mars og september", "March and September"),
        ("1, 2, 3, 9", "januar–mars og september", "January–March and September"),
        ([4], "april", "April"),
        (list(range(12, 0, -1)), "alle måneder", "all months"),
    ],
)
def test_months_of_any_year_are_words_and_never_twelve_numbers(starts: list[int] | str, nb: str, en: str) -> None:
    said = phrase("explain.block-start-month", rotation="Sykehus", starts=starts)
    assert said.said("nb") == f"Sykehus begynner bare i {nb}"
    assert said.said("en") == f"Sykehus begins in {en} only"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", codes())
def test_the_field_of_a_problem_may_have_any_name(code: str, lang: Language) -> None:
    """A row of past service with a key too many has a field ``key``, as the function that fills in a text has one."""
    fields = filled(f"problems.{code}", lang, 1) | {"key": "from", "lang": "de"}
    assert Problem(code, fields=fields).sentence(lang)


AS_TYPED = "cli.intake-outside documents.file-half-yearly documents.file-leader documents.file-of-supervisor"
"""Texts in which a month is to be typed, or names a file."""


@pytest.mark.parametrize(
    ("spelled", "nb", "en"),
    [
        ("2027-09", "september 2027", "September 2027"),
        ("2027-09..2027-09", "september 2027", "September 2027"),
        ("2027-01..2027-03", "januar–mars 2027", "January–March 2027"),
        ("2027-11..2028-01", "november 2027–januar 2028", "November 2027–January 2028"),
        (["2027-01..2027-02", "2028-05"], "januar–februar 2027, mai 2028", "January–February 2027, May 2028"),
        ("2027-09-01", "2027-09-01", "2027-09-01"),
        ("G2027-09", "G2027-09", "G2027-09"),
    ],
)
def test_months_that_fill_a_text_are_words(spelled: str | list[str], nb: str, en: str) -> None:
    said = phrase("explain.leave", months=spelled)
    assert said.said("nb") == f"permisjon i {nb}"
    assert said.said("en") == f"leave in {en}"


def test_what_is_quoted_or_called_like_a_month_stays_as_it_is() -> None:
    assert text("problems.unknown-group", "nb", found="2027-03") == "Veiledningsgruppen «2027-03» finnes ikke."
    assert phrase("explain.group-fixed", group="2027-03", months="2027-03").said("nb") == (
        "veiledningsgruppe 2027-03 (mars 2027)"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_says_a_month_as_files_spell_it(lang: Language) -> None:
    """Every field but what is somebody's own word, or quoted, is filled with a month."""
    found = set()
    ours = {key: said for key, said in catalogue().items() if not key.startswith("usage.")}
    for key, said in ours.items():
        fields = {name: 1 if name in NAMES else A_MONTH for name in fields_of(said[lang])}
        fields |= {name: 1 for name, spec in fields_of(said[lang]).items() if spec not in ("", "long", "short", "file")}
        told = re.sub(r"[«“`\"'][^»”`\"']*[»”`\"']", "", text(key, lang, **fields))
        if told.count(A_MONTH) > said[lang].count(A_MONTH):
            found.add(key)
    assert found == set(AS_TYPED.split())


POINT = re.compile(r"(?<![\d.-])\d+\.\d+(?![\d.-])")
"""A decimal as English writes it, and not a day, a month or part of a longer number."""
A_POINT_IS_MEANT = {"problems.workbook-became-a-date.help", "workbook_in.readme.months"}
"""Texts that say 9.6 and 03.2027 because that is what is typed."""


@pytest.mark.parametrize("number", [2.5, Fraction(5, 2)])
def test_no_norwegian_sentence_has_a_decimal_point(number: float | Fraction) -> None:
    """Whatever number a text is filled with, and whatever it says itself: 2,5."""
    for key in catalogue():
        if any(spec == "yearly" or spec.endswith("d") for spec in fields_of(catalogue()[key]["nb"]).values()):
            continue  # a whole number is asked for
        said = (text(key, "nb", **filled(key, "nb", number)), phrase(key, **filled(key, "nb", number)).said("nb"))
        assert [words for words in said if "2.5" in words] == [], key
        assert key in A_POINT_IS_MEANT or POINT.search(catalogue()[key]["nb"]) is None, key


def test_the_numbers_of_a_problem_are_written_as_its_language_does() -> None:
    problem = Problem("min-over-max", found="5.5", fields={"found": 5.5, "max": 1.25})
    assert problem.sentence("nb") == "Minste tillatte (5,5) er større enn største (1,25)."
    assert problem.sentence("en") == "The least allowed (5.5) is more than the most (1.25)."
