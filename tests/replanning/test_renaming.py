"""A published plan in the words of today's file: nothing of it keeps a former id."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from scheduler.accounting.baseline import carried_by_successor
from scheduler.plan import IdOf, Plan, PlanCandidate, Sentence
from scheduler.replanning.renaming import ids_in, renamed
from tests.helpers.tiny import make, person, planned

TODAY = {
    "candidates": {"A01": "kari"},
    "rotations": {"gp": "practice-year", "ward": "beds"},
    "arenas": {"office-01": "high-street"},
    "groups": {"G1": "autumn"},
    "supervisors": {"V01": "vera"},
}


@pytest.fixture(scope="module")
def full() -> Plan:
    """A plan in which every kind of id stands, its basis included; reasons, which are told as they were, left out."""
    instance = make(
        person(supervisor="V01", group="G1", wishes=[{"rotation": "ward"}]),
        groups=[{"id": "G1", "start": "2027-03", "months": 6, "places": 2}],
        supervisors=[{"id": "V01", "places": 2}],
        rules={"group_required": True},
    )
    made = planned(instance)
    entry = made.candidates[0].model_copy(update={"group_reason": None})
    made = made.model_copy(update={"candidates": [entry]})
    return made.model_copy(update={"baseline": carried_by_successor(made, None, ["A01"])})


def test_every_former_id_is_one_of_today(full: Plan) -> None:
    assert {table for table, _ in ids_in(full)} == set(TODAY)
    found = json.loads(renamed(full, TODAY).to_json())
    del found["instance"], found["messages"]
    for ids in TODAY.values():
        for former, today in ids.items():
            assert f'"{former}"' not in json.dumps(found)
            assert f'"{today}"' in json.dumps(found)


def test_there_and_back_is_the_same_plan(full: Plan) -> None:
    back = {table: {today: former for former, today in ids.items()} for table, ids in TODAY.items()}
    assert renamed(renamed(full, TODAY), back) == full


def test_an_id_is_only_that_of_its_table(full: Plan) -> None:
    """A rotation may be called what an arena was called before."""
    only_arenas = renamed(full, {"arenas": {"gp": "elsewhere", "A01": "elsewhere", "ward": "elsewhere"}})
    assert only_arenas == full


def test_nothing_former_is_the_very_plan(full: Plan) -> None:
    assert renamed(full, {}) is full
    assert renamed(full, {"candidates": {}}) is full


# --- whoever adds a field with an id says so -------------------------------------------------------------------------

WORDS = {
    "PlanTool": {"name", "version", "ortools"},
    "PlanInstance": {"name", "sha256"},
    "PlanObjective": {"id"},
}


def models(part: Any, found: set[type[BaseModel]]) -> set[type[BaseModel]]:
    if isinstance(part, type) and issubclass(part, BaseModel) and part not in found | {Sentence}:
        found.add(part)
        for field in part.model_fields.values():
            models(field.annotation, found)
    for inner in get_args(part):
        models(inner, found)
    return found


def texts(annotation: Any, metadata: tuple[Any, ...] = ()) -> bool:
    """Whether any text may stand there that is not marked as an id."""
    if any(isinstance(mark, IdOf) for mark in (*metadata, *getattr(annotation, "__metadata__", ()))):
        return False
    return annotation is str or any(texts(inner) for inner in get_args(annotation))


def test_every_text_of_a_plan_is_an_id_of_a_table_or_a_word_of_the_program() -> None:
    found = models(Plan, set())
    assert PlanCandidate in found
    for model in found:
        fields = {
            name for name, field in model.model_fields.items() if texts(field.annotation, tuple(field.metadata))
        } - {"explanation", "source", "by_category", "credited"}
        assert fields <= WORDS.get(model.__name__, set()), model.__name__
