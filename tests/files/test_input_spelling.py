"""What a word may mean: an id before a name, a name before nothing, and nobody where two bear it."""

import unicodedata

import pytest

from scheduler.instance.problems import unknown
from scheduler.instance.spelling import Known, nearest

TOWN = Known([
    ("K1", "Kari Nordmann"), ("K2", "Lars Holm"), ("K3", "Åse Lie"), ("K4", "Åse Lie"), ("k5", None), ("K6", "K1"),
    ("ward", "Helsehuset, korttidsavdeling for eldre (institusjonstjeneste)"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("K2", "K2"),
        ("k2", "K2"),
        ("K 2", "K2"),
        ("Lars Holm", "K2"),
        ("  lars   HOLM ", "K2"),
        ("larsholm", "K2"),
        ("K5", "k5"),
        ("K1", "K1"),  # an id, though K6 is called so
        ("Åse Lie", None),  # two are called so
        ("Lars Holmen", None),
        ("Lars", None),
        ("", None),
    ],
)
def test_what_a_word_stands_for(word: str, meant: str | None) -> None:
    assert TOWN.meant(word) == meant


def test_two_ids_that_differ_in_case_are_two() -> None:
    known = Known([("a1", None), ("A1", None), ("ward A1", "a 1")])
    assert (known.meant("a1"), known.meant("A1"), known.bearers("a 1")) == ("a1", "A1", ["a1", "A1"])


def test_a_composed_letter_and_its_parts_are_one() -> None:
    assert Known([("K3", "Åse Lie")]).meant(unicodedata.normalize("NFD", "åse lie")) == "K3"


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("Lars Holm", "K2"),
        ("Lars Hol", "K2"),
        ("Holm", "K2"),
        ("Kari", "K1"),
        ("korttidsavdeling", "ward"),  # a part of one name alone
        ("Ås", None),
        ("Anne Berg", None),
        ("K9", None),
        (3, None),
    ],
)
def test_the_nearest_is_an_id_whether_by_id_or_by_name(word: object, near: str | None) -> None:
    assert nearest(word, TOWN) == near


def test_of_equally_near_ones_the_first_is_suggested() -> None:
    assert nearest("A09", Known([("A02", None), ("A01", None), ("A03", None)])) == "A02"
    assert nearest("A09", ["A02", "A01", "A03"]) == "A02"


def test_a_part_of_two_names_is_near_neither() -> None:
    known = Known([("a", "Sykehjemmet Borgen, avdeling for eldre"), ("b", "Sykehjemmet Kurland, avdeling for eldre")])
    assert nearest("eldre", known) is None


def test_a_name_of_several_is_told_with_all_of_them() -> None:
    problem = unknown("unknown-candidate", (), "åse lie", TOWN)
    assert (problem.code, problem.fields) == ("name-of-several", {"allowed": "K3, K4"})
    assert problem.sentence() == "Flere heter «åse lie»: K3, K4. Skriv id-en til den det gjelder."
    assert unknown("unknown-candidate", (), "Lars Holm", TOWN).code == "unknown-candidate"
