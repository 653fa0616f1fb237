"""Invented words: whatever a file or a message says, nothing of the user's own is left, and everything else is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unmistakable import OWN_WORDS, TOML, TREE, found_in

from scheduler.changes import parse_sweep, scenario_of
from scheduler.fault import Document, Names, plan_document
from scheduler.fault.changes import scenario_replaced, sweep_replaced
from scheduler.fault.documents import instance_document
from scheduler.fault.names import program_words
from scheduler.files import bundled_instance_path, load_tree, read_instance
from scheduler.plan import Plan, Sentence
from scheduler.solve import Options, solve
from scheduler.texts import chained, phrase

TOWN = instance_document(TREE)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve(read_instance(TREE), Options(time_limit_s=30, workers=1))


def numbers_of(plan: Plan) -> list[tuple[str, float, bool]]:
    return [(level.id, level.value, level.proved) for level in plan.objectives]


def test_every_word_of_the_instance_is_looked_for() -> None:
    assert set(re.findall(r'(?:id|name|who|site) = "([^"]+)"', TOML)) == set(OWN_WORDS)
    assert len(found_in(TOML)) > 30  # the test sees what it looks for


# --- files


def test_nothing_of_the_users_own_is_left_in_an_instance() -> None:
    made = Names([TOWN]).tree(TOWN)
    assert found_in(json.dumps(made, ensure_ascii=False)) == []


def test_months_numbers_goals_and_words_of_the_program_stay() -> None:
    made = Names([TOWN]).tree(TOWN)
    for key in ("schema", "horizon", "rules", "objective"):
        assert made[key] == TREE[key]
    mix = [row["mix"] for row in made["rotations"]]
    assert [list(row.values()) for row in mix] == [[100], [100], [80, 20]]
    assert [next(iter(row)) for row in mix if "practice" in row] == ["practice", "practice"]
    assert [row["service"] for row in made["arenas"] if "service" in row] == [
        *("open_practice", "institution", "other_general")
    ]
    assert made["candidates"][0]["percent"] == TREE["candidates"][0]["percent"]
    assert made["candidates"][1]["start"] == TREE["candidates"][1]["start"]


def test_references_lead_to_the_same_rows() -> None:
    made = Names([TOWN]).tree(TOWN)
    template, office, ward, clinic = (row["id"] for row in made["arenas"])
    assert made["arenas"][1]["like"] == template
    assert made["limits"][0]["arenas"] == [ward, clinic]
    assert list(made["rotations"][2]["mix"]) == ["practice", clinic]
    assert made["rotations"][2]["after"] == [ward] == made["requirements"][0]["rotations"]
    kjersti, aase = made["candidates"]
    assert made["requirements"][0]["candidates"] == [kjersti["id"]]
    assert (kjersti["practice"], kjersti["group"]) == (office, made["groups"][0]["id"])
    assert kjersti["supervisor"] == made["supervisors"][0]["id"]
    assert aase["fixed"][0]["rotation"] == ward
    assert (kjersti["id"], kjersti["name"], aase["id"]) == ("A01", "N-A01", "A02")


def test_an_instance_in_other_words_has_the_same_plan(plan: Plan) -> None:
    other = read_instance(Names([TOWN]).tree(TOWN))
    assert other.remarks == ()
    assert numbers_of(solve(other, Options(time_limit_s=30, workers=1))) == numbers_of(plan)


def test_the_bundled_instance_stays_an_instance_whose_ids_come_in_the_same_order() -> None:
    document = instance_document(load_tree(bundled_instance_path()).tree())
    names = Names([document])
    before, after = read_instance(document.tree), read_instance(names.tree(document))
    for table in ("candidates", "arenas", "rotations", "groups", "supervisors", "limits"):
        ids, other = list(getattr(before, table)), list(getattr(after, table))
        assert [names.word(one) for one in ids] == other
        assert sorted(range(len(ids)), key=ids.__getitem__) == sorted(range(len(ids)), key=other.__getitem__)
        assert not set(ids) & set(other)  # `A01` of the input is not `A01` of the record, which may be another


def test_a_published_plan_speaks_of_the_same_people_and_no_free_text_is_left(plan: Plan) -> None:
    told = plan.model_copy(update={"messages": [Sentence(text="Kjersti Øvrebø-Lunde er sykmeldt")]}, deep=True)
    told.candidates[0].group_reason = Sentence(text="fordi Torgeir Skarvøy sluttet")
    document = plan_document(told)
    names = Names([TOWN, document])
    made = Plan.from_json(json.dumps(names.tree(document)))
    assert found_in(made.to_json()) == []
    assert found_in(document_text(document)) != []
    assert [entry.id for entry in made.candidates] == ["A01", "A02"]
    assert made.candidates[0].blocks[0].from_ == plan.candidates[0].blocks[0].from_
    rotations = {row["id"] for row in names.tree(TOWN)["rotations"]}
    assert {block.rotation for entry in made.candidates for block in entry.blocks} <= rotations
    assert [level.id for level in made.objectives] == [level.id for level in plan.objectives]
    assert made.status is plan.status


def test_reasons_keep_their_key_their_months_and_numbers_and_lose_the_names(plan: Plan) -> None:
    full = phrase("reasons.group-full", group="gruppe-haust", places=6)
    reason = phrase("reasons.group-chosen", group="gruppe-haust", start="2028-02", end="2030-01", leave=2, year=1)
    told = plan.model_copy(deep=True)
    told.candidates[0].group_reason = Sentence.of(
        chained("reasons.then", [reason, phrase("reasons.group-others", reasons=[full])]), "nb"
    )
    told.messages.append(Sentence.of(phrase("replan.concerned", who=["kjersti", "Åse Marit D'Onofrio"]), "nb"))
    clause = phrase("explain.whose", who=["kjersti"], clause=phrase("explain.leave", months=["2028-01..2028-02"]))
    conflict = Sentence.of(phrase("explain.nobody", clauses=[clause]), "nb").model_dump()
    told.explanation = {"certainty": "proved", "conflicts": [conflict], "remedies": []}
    document = plan_document(told)
    made = Plan.from_json(json.dumps(Names([TOWN, document]).tree(document)))
    assert found_in(made.to_json()) == []
    assert made.explanation is not None
    assert Sentence.inside(made.explanation["conflicts"][0]).said("en") == (
        "These do not go together: A01: leave in January–February 2028."
    )
    group_reason = made.candidates[0].group_reason
    assert group_reason is not None
    assert group_reason.said("en") == (
        "G01 (February 2028 to January 2030) fits: 2 leave months in its years, open practice throughout group year 1, "
        "and over before the candidate finishes. Earlier groups that do not fit: G01 is full (6 places)."
    )
    assert made.messages[-1].said("en") == "The published plan no longer holds for: A01, N-A02."


def document_text(document: Document) -> str:
    return json.dumps(document.tree, ensure_ascii=False)


def test_ids_that_are_months_or_goals_or_words_of_the_program() -> None:
    tree: dict[str, Any] = {
        **TREE,
        "groups": [{"id": "2027-09", "start": "2027-09", "places": 4}, {"id": "055", "start": "2028-09", "places": 1}],
        "candidates": [{"id": "055", "start": "2027-09", "goals_done": "055", "group": "2027-09"}],
        "requirements": [],
        "limits": [{"id": "delay", "arenas": ["sjukeheim-ost"]}],
    }
    document = instance_document(tree)
    made = Names([document]).tree(document)
    (row,) = made["candidates"]
    assert (row["start"], row["goals_done"], row["group"]) == ("2027-09", "055", made["groups"][0]["id"])
    assert made["groups"][0] == {"id": "G01", "start": "2027-09", "places": 4}
    assert row["id"] == "A01"
    assert made["objective"]["order"][0] == "delay" == made["limits"][0]["id"]
    assert "delay" in program_words()


def test_another_spelling_is_the_same_word() -> None:
    """Blind to case and spaces, as the command line is to names in place of ids."""
    names = Names([TOWN])
    assert names.word("kjersti  ØVREBØ-LUNDE") == names.word("Kjersti Øvrebø-Lunde") == "N-A01"
    assert names.word("SJUKEHEIM-ost") == "P06"
    assert names.knows("torgeirskarvøy")
    assert not names.knows("Turid")


# --- command lines


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("arena.tinghaug.places+1@2027-09..2029-08", "arena.P08.places+1@2027-09..2029-08"),
        ("close arena.tinghaug; remove candidate.kjersti", "close arena.P08; remove candidate.A01"),
        ('candidate."Åse Marit  d\'onofrio".leave@2028-01..2028-02', "candidate.N-A02.leave@2028-01..2028-02"),
        ("candidate.kjersti.practice=tinghaug", "candidate.A01.practice=P08"),
        ("candidate.Åse_Marit.finish_by=2034-02", "candidate.A02.finish_by=2034-02"),
        ("candidate.Åse_Marit.unfix=sjukeheim-ost@2028-09..2028-10", "candidate.A02.unfix=P06@2028-09..2028-10"),
        ("rules.legevakt_shifts=30", "rules.legevakt_shifts=30"),
        (
            'add candidate {"id": "Turid", "name": "Turid Vik", "start": "2028-02", "tull": {"Vik": "Vik"}}',
            'add candidate {"id": "X04", "name": "X05", "start": "2028-02", "X07": {"X06": "X06"}}',
        ),
        ('overlay {"groups": [{"id": "gruppe-haust"}]}', 'overlay {"groups": [{"id": "G01"}]}'),
    ],
)  # fmt: skip
def test_scenarios(scenario: str, told: str) -> None:
    assert scenario_replaced(scenario, Names([TOWN])) == told
    assert len(scenario_of(told).changes) == len(scenario_of(scenario).changes)


def test_sweeps() -> None:
    told = sweep_replaced("arena.tinghaug.places=1..5/2@2027-09..", Names([TOWN]))
    assert told == "arena.P08.places=1..5/2@2027-09.."
    assert parse_sweep(told).values == (1, 3, 5)
    assert sweep_replaced("rules.legevakt_shifts=10..12", Names([TOWN])) == "rules.legevakt_shifts=10..12"
    assert sweep_replaced("kjersti", Names([TOWN])) is None
    assert scenario_replaced("kjersti", Names([TOWN])) is None


# --- messages


def test_messages_keep_what_the_program_says() -> None:
    names = Names([TOWN])
    for said in (
        "list index out of range",
        "unsupported operand type(s) for +: 'int' and 'NoneType'",
        "a plan of 96 months cannot start in 2027-13",
    ):
        assert names.said(said, {"int", "NoneType"}) == said
    assert names.said("'NoneType' object has no attribute 'finish'", {"NoneType", "finish"}).endswith("'finish'")
    assert names.said("nobody for kjersti in 2028-04 at tinghaug") == "nobody for A01 in 2028-04 at P08"
    assert names.said("variable x_kjersti_sjukeheim-ost_3") == "variable x_A01_P06_3"


@pytest.mark.parametrize(
    "said",
    [
        "'Kjersti'",
        "KJERSTI ØVREBØ-LUNDE",
        "A\N{COMBINING RING ABOVE}se Marit",
        "Åse Marit D'Onof…",
        "Onofr...",
        "[Errno 2] No such file or directory: '/home/torgeir skarvøy/plan.toml'",
        r"C:\Users\Torgeir Skarvøy\Documents\fjordvik.toml is gone",
        "fjordvik-kommune-hemmelig",
        "invalid literal for int() with base 10: 'Nordmann'",
        "could not find 01018012345",
        "«Nordmann» er ikke en måned",
    ],
)
def test_messages_give_nobody_away(said: str) -> None:
    made = Names([TOWN], ["torgeir skarvøy"]).said(said)
    assert found_in(made) == []
    for word in ("Nordmann", "Onof", "Documents", "01018012345"):
        assert word not in made


own = st.sampled_from(OWN_WORDS).map(str.split).flatmap(st.sampled_from)
around = st.sampled_from(["", " ", "'", '"', "x_", ": ", "=", "(", ")", "/", "\\", "-", ".", "\n", "«", "»", "1"])


@given(st.lists(st.one_of(st.sampled_from(OWN_WORDS), own, own.map(str.upper), around, st.text(max_size=5))))
def test_no_message_gives_anybody_away(parts: list[str]) -> None:
    made = Names([TOWN]).said("".join(parts))
    whole = {piece for part in parts for piece in found_in(part)} & set(found_in("".join(parts)))
    assert not whole & set(found_in(made))
