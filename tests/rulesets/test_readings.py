"""Readings: every number that no source gives has one, each stands where it says, what-if takes each turned round."""

from __future__ import annotations

import html
import re
import string

import pytest
from openpyxl import load_workbook

import scheduler
from scheduler.changes import apply, parse_change
from scheduler.changes.readings import ReadingHere, readings_in, readings_of
from scheduler.files import bundled_instance_path, load_instance, read_instance
from scheduler.files.schema import keys_of, table_at
from scheduler.rulesets import load_ruleset, ruleset_ids
from scheduler.rulesets.readings import load_readings
from scheduler.texts import LANGUAGES
from scheduler.whatif.asking import question_of
from tests.helpers.command_line import SMALL, alis

NO_SOURCE = re.compile(
    r"no source|no number|not stated|not found|planning default|taken to be|what r52 leaves|as in forskrift|read as"
    r"|read over|policy|cautious|not netted|old scheme:",
    re.IGNORECASE,
)
ALL = [(ruleset, here) for ruleset in ruleset_ids() for here in readings_in(ruleset)]
PLAIN = SMALL / "01-plain-sixty.toml"


def name(row: tuple[str, ReadingHere]) -> str:
    return f"{row[0]}:{row[1].reading.id}"


def test_every_number_that_no_source_gives_has_a_reading() -> None:
    for ruleset in ruleset_ids():
        told = {key for reading in load_readings(ruleset) for key in reading.keys}
        numbers = load_ruleset(ruleset).numbers.values()
        open_ones = {f"rules.{number.key}" for number in numbers if NO_SOURCE.search(f"{number.source} {number.note}")}
        without_effect = {f"rules.{number.key}" for number in numbers if "no effect" in number.source}
        assert open_ones - without_effect - told == set(), ruleset
        assert len(open_ones) > 5  # the test sees what it looks for


def test_every_number_of_the_example_that_no_source_gives_has_a_reading() -> None:
    """What is marked as ours in the file; but for its length, and what is told of persons, who are invented."""
    told = {key for reading in load_readings("forskrift-2019") for key in reading.keys}
    ours, table = set(), ""
    for line in bundled_instance_path().read_text(encoding="utf-8").splitlines():
        if head := re.match(r"\[+(\w+)\]+", line):
            table = head[1]
        elif "default to edit" in line and (key := re.match(r"(\w+) = ", line)):
            ours.add(f"{table}.{key[1]}")
    of_persons = {key for key in ours if key.startswith(("candidates.", "supervisors."))} - {"supervisors.places"}
    assert ours - of_persons - {"horizon.months"} - told == set()
    assert {"groups.start", "groups.places", "reservations.shifts", "supervisors.places"} <= told
    assert len(ours) > 15  # the test sees what it looks for


def test_institution_service_that_is_only_recommended_can_be_left_out() -> None:
    """Where the caps ask for it all the same, nothing would be read otherwise: the goals alone are left."""
    source = load_instance(PLAIN).source or {}
    no_goals = {
        **source,
        "rules": {**source.get("rules", {}), "goals": ""},
        "arenas": [*source["arenas"], {"id": "home", "service": "other_general"}],
        "rotations": [*source["rotations"], {"id": "home", "mix": {"home": 100}, "min_months": 6}],
    }
    (here,) = [here for here in readings_of(read_instance(no_goals)) if here.reading.id == "institution-required"]
    assert here.change is not None
    for tree, months in ((no_goals, 6), (apply(no_goals, [here.change]), 0)):
        (entry,) = scheduler.plan(read_instance(tree), time_limit_s=60, workers=1).candidates
        assert entry.service.by_category["institution"] == months


@pytest.mark.parametrize("row", ALL, ids=name)
def test_each_stands_where_it_says_and_in_both_languages(row: tuple[str, ReadingHere]) -> None:
    ruleset, here = row
    for key in here.reading.keys:
        table, _, field = key.partition(".")
        found = table_at((table,))
        assert found is not None, key
        assert field in keys_of(found), key
    for words in (here.reading.title, here.reading.assumed, here.reading.against):
        assert set(words) == set(LANGUAGES)
        assert all(word.strip() for word in words.values())
    for words in (here.reading.how, here.reading.other):
        assert set(words) in (set(), set(LANGUAGES))
    parsed = [string.Formatter().parse(words) for words in here.reading.assumed.values()]
    named = [{field for _, field, _, _ in parts if field} for parts in parsed]
    assert named[0] == named[1] <= set(load_ruleset(ruleset).numbers)
    assert bool(here.reading.other) == bool(here.reading.otherwise)


@pytest.mark.parametrize("row", [row for row in ALL if row[1].reading.otherwise], ids=name)
def test_each_turned_round_is_a_change_that_what_if_accepts(row: tuple[str, ReadingHere]) -> None:
    """It is written on a line and read back, the instance has no problems with it, and its rules are others."""
    ruleset, here = row
    numbers = load_ruleset(ruleset).numbers
    assert all(numbers[key].may_override for key in here.reading.otherwise)
    plain = load_instance(PLAIN).source or {}
    source = {**plain, "rules": {"ruleset": ruleset}}
    assert here.change is not None
    assert parse_change(here.change.inline()) == here.change
    before, after = read_instance(source), read_instance(apply(source, [here.change]))
    assert before.rules != after.rules
    (turned,) = [one for one in readings_of(after) if one.reading.id == here.reading.id]
    assert turned.turned
    assert turned.change is not None
    assert read_instance(apply(after.source or {}, [turned.change])).rules == before.rules


def test_those_of_the_example_are_told_with_its_numbers() -> None:
    instance = load_instance(bundled_instance_path())
    said = {here.reading.id: here.assumed("nb") for here in readings_of(instance)}
    assert said["shifts"] == f"{instance.rules.legevakt_shifts} legevakter er et planleggingstall, ikke forskriftens."
    assert len(said) == len(load_readings("forskrift-2019"))


def test_what_if_plans_with_each_of_them() -> None:
    answer = scheduler.whatif(PLAIN, readings=True, time_limit_s=120, workers=1, lang="en")
    wanted = [here.other("en") for here in readings_in("forskrift-2019") if here.change is not None]
    assert [row.name for row in answer.rows[1:]] == wanted
    assert answer.question.left_out == ()
    assert sum(row.delay is not None for row in answer.rows) > 1


def test_a_reading_that_the_file_cannot_have_is_left_out() -> None:
    """With 66 months in all, of which 54 and 12 can count, institution service cannot count six only."""
    plain = load_instance(PLAIN).source or {}
    asked = question_of(read_instance({**plain, "rules": {"total": 66}}), (), (), None, (), "nb")
    assert asked.left_out == ("4,5 år er et gulv",)
    assert "4,5 år er et gulv" not in [case.name for case in asked.cases]


def test_the_page_and_the_workbook_list_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plan")
    assert alis("plan", PLAIN, "-o", folder, "--workers", "1", "--lang", "en").exit_code == 0
    page = html.unescape((folder / "report.html").read_text(encoding="utf-8"))
    cells = [[cell.value for cell in row] for row in load_workbook(folder / "plan.xlsx")["Readings"].iter_rows()]
    for here in readings_of(load_instance(PLAIN)):
        assert here.title("en") in page
        row = next(row for row in cells if row[0] == here.title("en"))
        assert row[1] == here.assumed("en")
        assert (row[6] or None) == (here.change.inline() if here.change else None)
