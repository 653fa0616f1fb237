"""What the author of a ruleset may get wrong: told in both languages, with place and nearest spelling, all at once."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from scheduler.constraints import RULES
from scheduler.constraints.category_minimum import CategoryMinimum
from scheduler.files.ruleset import as_problems
from scheduler.instance.problems import codes, in_file_order
from scheduler.rulesets import RulesetError, faults_in, ruleset_ids, ruleset_of
from scheduler.rulesets.faults import Fault
from scheduler.texts import LANGUAGES, catalogue
from tests.helpers.another_ruleset import Alis, program_with

HERE = Path(__file__).parent
TWO_KINDS = (HERE / "two-kinds.toml").read_text(encoding="utf-8")
REMOVED = object()

Edit = tuple[str, Any]


def tree(*edits: Edit) -> dict[str, Any]:
    """The regulation's file, edited: ``("categories.3.cap", "hospital_cap")``."""
    read = tomllib.loads((files("scheduler.rulesets") / "forskrift-2019.toml").read_text(encoding="utf-8"))
    for place, value in edits:
        *parts, last = place.split(".")
        table: Any = read
        for part in parts:
            table = table[int(part)] if isinstance(table, list) else table[part]
        key: Any = int(last) if isinstance(table, list) else last
        if value is REMOVED:
            del table[key]
        else:
            table[key] = value
    return read


def faults(*edits: Edit) -> tuple[Fault, ...]:
    """What is wrong with the file so edited."""
    with pytest.raises(RulesetError) as told:
        ruleset_of(tree(*edits))
    return told.value.faults


OPEN, OTHER, GENERAL, INSTITUTION = (f"categories.{index}." for index in range(4))
CASES: list[tuple[str, str, str | None, list[Edit]]] = [
    ("missing-key", "goal_exposure", None, [("goal_exposure", REMOVED)]),
    ("missing-key", "total", None, [("total", REMOVED)]),
    ("missing-key", "may_give", None, [("may_give", REMOVED)]),
    ("missing-key", "categories", None, [("categories", REMOVED)]),
    ("missing-key", "total.source", None, [("total.source", REMOVED)]),
    ("missing-key", "total.value", None, [("total.value", REMOVED)]),
    ("missing-key", "categories[3].short", None, [(INSTITUTION + "short", REMOVED)]),
    ("missing-key", "title.en", None, [("title.en", REMOVED)]),
    ("missing-key", "learning_goals.prefix", None, [("learning_goals.prefix", REMOVED)]),
    ("unknown-key", "categories[3].count_into", "counts_into", [(INSTITUTION + "count_into", "general")]),
    ("unknown-key", "total.sorce", "source", [("total.sorce", "S0")]),
    ("not-text", "categories[3].cap", None, [(INSTITUTION + "cap", 12)]),
    ("not-text", "goals.value", None, [("goals.value", 88)]),
    ("not-a-number", "total.value", None, [("total.value", "60")]),
    ("not-a-number", "total.value", None, [("total.value", -1)]),
    ("not-true-false", "group_required.value", None, [("group_required.value", 1)]),
    ("not-true-false", "categories[3].served", None, [(INSTITUTION + "served", "no")]),
    ("not-true-false", "total.may_override", None, [("total.may_override", "yes")]),
    ("not-true-false", "total.planning", None, [("total.planning", "yes")]),
    ("not-a-list", "may_give", None, [("may_give", "capacity")]),
    ("not-a-list", "categories", None, [("categories", {})]),
    ("not-a-table", "categories[1]", None, [("categories.1", "other")]),
    ("not-a-table", "goal_exposure", None, [("goal_exposure", 1)]),
    ("not-a-table", "learning_goals", None, [("learning_goals", 88)]),
    ("ruleset-languages", "categories[3].title", None, [(INSTITUTION + "title", "Hospital")]),
    ("ruleset-languages", "categories[3].title.nb", None, [(INSTITUTION + "title.nb", " ")]),
    ("ruleset-goals", "learning_goals", None, [("learning_goals.last", 0)]),
    ("ruleset-unknown-rule", "may_give[4]", "capacity", [("may_give.4", "capasity")]),
    ("ruleset-unknown-number", "categories[3].cap", "institution_cap", [(INSTITUTION + "cap", "instituton_cap")]),
    ("ruleset-number-taken", "categories[3].cap", None, [(INSTITUTION + "cap", "total")]),
    ("ruleset-number-unused", "goal_exposur", "goal_exposure", [
        ("goal_exposure", REMOVED), ("goal_exposur", {"value": 1, "unit": "", "source": "", "may_override": True}),
    ]),
    ("ruleset-minimum-and-rule", "categories[3].minimum", None, [(INSTITUTION + "rule", REMOVED)]),
    ("ruleset-minimum-and-rule", "categories[1].rule", None, [(OTHER + "rule", "other")]),
    ("ruleset-rule-taken", "categories[3].rule", None, [(INSTITUTION + "rule", "service-total")]),
    ("ruleset-counts-into", "categories[1].counts_into", "general", [(OTHER + "counts_into", "generel")]),
    ("ruleset-circle", "categories[0].counts_into", None, [(GENERAL + "counts_into", "open_practice")]),
    ("ruleset-circle", "categories[3].counts_into", None, [(INSTITUTION + "counts_into", "institution")]),
    ("ruleset-own-practice", "categories", None, [(INSTITUTION + "own_practice", True)]),
    ("ruleset-own-practice", "categories", None, [(OPEN + "own_practice", False)]),
    ("ruleset-own-practice", "categories", None, [(OPEN + "served", False)]),
    ("duplicate-id", "categories[3].id", None, [(INSTITUTION + "id", "general")]),
    ("duplicate-id", "categories[3].rule", None, [(INSTITUTION + "rule", "open-practice")]),
    ("not-a-list", "categories[3].kinds", None, [(INSTITUTION + "kinds", "hospital")]),
    ("not-a-list", "placements", None, [("placements", {"kind": "kad"})]),
    ("not-a-table", "placements[0]", None, [("placements", ["kad"])]),
    ("missing-key", "placements[0].source", None, [("placements", [{"kind": "kad"}])]),
    ("unknown-key", "placements[0].alone", "alone_from", [
        ("placements", [{"kind": "kad", "source": "HD", "alone": 50}]),
    ]),
    ("not-a-number", "placements[0].alone_from", None, [
        ("placements", [{"kind": "kad", "source": "HD", "alone_from": "half"}]),
    ]),
    ("reserved-id", "categories[3].id", None, [(INSTITUTION + "id", "parallel")]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "nearest", "edits"), CASES)
def test_each_is_told_in_its_place(code: str, place: str, nearest: str | None, edits: list[Edit]) -> None:
    ruleset_of(tree())
    found = in_file_order(as_problems(faults(*edits)), tree(*edits))
    problem = next(problem for problem in found if problem.code == code)
    assert (problem.place, problem.nearest) == (place, nearest)
    for lang in LANGUAGES:
        assert problem.line(lang).startswith(place)


def test_a_circle_is_told_once() -> None:
    found = faults((GENERAL + "counts_into", "open_practice"))
    assert [fault.code for fault in found] == ["ruleset-circle"]
    assert found[0].about == {"circle": "open_practice → general → open_practice"}


def test_every_code_is_tried() -> None:
    of_files = {"ruleset-id"}  # below
    assert {code for code in codes() if code.startswith("ruleset-") and code != "ruleset-closed"} == of_files | {
        case[0] for case in CASES if case[0].startswith("ruleset-")
    }


def test_the_rulesets_that_are_there_are_in_order() -> None:
    assert set(ruleset_ids()) == {"forskrift-2019", "ordning-2017"}
    assert [faults_in(ruleset_id) for ruleset_id in (*ruleset_ids(), "nothing")] == [None] * 3


def test_the_rules_there_are_have_a_sentence_and_no_ruleset_may_take_their_ids() -> None:
    """Were one of them without a sentence in the chapter, a category could take its id unseen."""
    for rule in RULES:
        assert f"rules.{rule.id}" in catalogue()
        if not isinstance(rule, CategoryMinimum):
            (fault,) = faults((INSTITUTION + "rule", rule.id))
            assert (fault.code, fault.found) == ("ruleset-rule-taken", rule.id)


@pytest.fixture(scope="module")
def alis(tmp_path_factory: pytest.TempPathFactory) -> Alis:
    """The program with a ruleset that is wrong in many places, and with one that is no file of TOML."""
    text = TWO_KINDS
    for right, wrong in (
        ('"capacity"', '"capasity"'),
        ('rule = "outreach-least"', 'rule = "capacity"'),
        ('counts_into = "clinic"', 'counts_into = "klinic"'),
        ("[goal_exposure]", "[goal_exposur]"),
        ('id = "two-kinds"', 'id = "to-slag"'),
    ):
        assert right in text
        text = text.replace(right, wrong)
    many = {"two-kinds": text, "torn": 'id = "torn', "steep": TWO_KINDS.replace('"two-kinds"', '"steep"')}
    many["steep"] = many["steep"].replace("value = 50", "value = 300")
    return program_with(many, tmp_path_factory.mktemp("home"))


def problems(alis: Alis, town: Path) -> set[tuple[str, str, str | None]]:
    done = alis("check", town, "--json")
    assert done.returncode == 3, done.stderr
    return {(row["code"], row["place"], row["nearest"]) for row in json.loads(done.stdout)["problems"]}


def test_all_are_told_in_one_pass_with_the_file_that_they_are_in(alis: Alis) -> None:
    town = HERE / "two-kinds-town.toml"
    assert problems(alis, town) == {
        ("ruleset-id", "id", None),
        ("ruleset-unknown-rule", "may_give[4]", "capacity"),
        ("ruleset-rule-taken", "categories[1].rule", None),
        ("ruleset-counts-into", "categories[1].counts_into", "clinic"),
        ("missing-key", "goal_exposure", None),
        ("ruleset-number-unused", "goal_exposur", "goal_exposure"),
    }
    said = alis("check", town).stderr
    assert "two-kinds.toml" in said
    assert "categories[1].rule (outreach): Id-en «capacity» tilhører en annen regel." in said
    assert "Det finnes ingen regel «capasity», så den kan heller ikke vike. Mente du «capacity»?" in said


@pytest.mark.parametrize(
    ("ruleset", "told"), [("torn", ("file-syntax", "")), ("steep", ("number-range", "group_open_share_min.value"))]
)
def test_others(alis: Alis, tmp_path: Path, ruleset: str, told: tuple[str, str]) -> None:
    town = tmp_path / "town.toml"
    text = (HERE / "two-kinds-town.toml").read_text(encoding="utf-8")
    town.write_text(text.replace('ruleset = "two-kinds"', f'ruleset = "{ruleset}"'), encoding="utf-8")
    assert told in {found[:2] for found in problems(alis, town)}


def test_who_uses_another_ruleset_is_not_troubled(alis: Alis) -> None:
    assert alis("check", HERE.parents[1] / "instances" / "small" / "01-plain-sixty.toml").returncode == 0
