"""What goes into a workbook comes out of it: the same instance, byte for byte in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.files import InputError, load_tree, read_instance
from scheduler.files.load import load_instance
from scheduler.files.schema import FileInstance
from scheduler.files.workbook import read_workbook
from scheduler.files.workbook.cells import Cell, parse, quoted, spell, split
from scheduler.files.workbook.kinds import shapes
from scheduler.files.workbook.layout import Column, layout
from scheduler.files.workbook.write import to_workbook
from scheduler.texts import LANGUAGES, Language
from tests.helpers.planting import plant
from tests.helpers.workbooks import FULL, tree_of

REPO = Path(__file__).parents[3]
INSTANCES = [REPO / "instances" / "sarpsborg.toml", *sorted((REPO / "instances" / "small").glob("*.toml"))]


def as_json(tree: dict[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=1)


def there_and_back(tree: dict[str, Any], lang: Language = "nb") -> str:
    return as_json(tree_of(to_workbook(FileInstance.model_validate(tree), lang)))


def canonical(tree: dict[str, Any]) -> str:
    return as_json(FileInstance.model_validate(tree).tree())


@pytest.mark.parametrize("path", INSTANCES, ids=lambda path: path.stem)
def test_every_instance(path: Path) -> None:
    file = load_tree(path)
    assert there_and_back(file.tree()) == as_json(file.tree())


@pytest.mark.parametrize("seed", [1, 2, 10, 20])
def test_planted_instances(seed: int) -> None:
    tree = plant(seed, every_table=True).tree
    lang: Language = "en" if seed % 2 else "nb"
    assert there_and_back(tree, lang) == canonical(tree)


# --- every optional field once

ODD = {
    "name": " =cmd|'/c calc'!A1 ",
    "horizon": {"start": "2026-09", "months": 96},
    "rules": {
        "ruleset": "forskrift-2019",
        **dict.fromkeys(("total", "open_practice_min", "institution_min", "open_practice_cap"), 12.5),
        **dict.fromkeys(("other_general_cap", "general_cap", "institution_cap", "goal_exposure"), 0.1 + 0.2),
        "goals": "",
        "legevakt_shifts": 0,
        "legevakt_max_per_month": 3,
        "group_required": False,
        "group_leave_months_max": 2,
        "group_open_share_min": 50,
        "finish_by": "2040-01",
        "leave_credited_share": 0,
        "absence_free_share": 10,
        "absence_counts": "all",
        "absence_window": "year",
        "guidance_hours_per_year": 41.9,
        "guidance_hours_first_half_year": 30.0,
        "preparation_hours_per_year": 1e-7,
    },
    "objective": {"order": ["breadth", "delay", "forsinkelse"]},
    "arenas": [
        {"id": "007", "name": "<script>alert(1)</script>", "service": "open_practice", "abstract": False},
        {"id": "egen praksis", "like": "007", "goals": "001,\n002", "goals_partial": "", "goals_with_shifts": "3"},
        {"id": "–", "service": "institution", "site": "«Huset»", "exposure": 6.0, "max_away": 0, "kind": "hospital"},
        {"id": "–2", "like": "–", "formerly": ["– 2", "kad"], "municipality": "Ås"},
        {"id": 'a, "b"; c', "service": "other_general", "places": [], "percent": [{"percent": 300}]},
        {"id": "2027-03", "min_places": [{"places": 1, "to": "2027-01"}], "shifts": [{"shifts": 1}, {"shifts": 2}]},
        {"id": "_x0041_", "places": [{"places": 1}, {"places": 2, "from": "2028-01"}, {"places": 0}]},
        {"id": "x" * 200, "name": "y" * 200, "service": "parallel"},
        {"id": "1e5", "name": "  to  mellomrom\xa0", "approved": [{"from": "2026-09"}, {"to": "2026-01"}]},
        {"id": "1e6", "approved": [], "own_supervisor": False},
        {"id": "1e7", "own_supervisor": True},
        {"id": "https://a.no/#b", "name": '"i anførsel"'},
        {"id": "TRUE", "name": "x005F_ \U0001f600 \ufffe"},
    ],
    "limits": [
        {"id": "a + b", "name": "  '=1+1", "arenas": []},
        {"id": "c", "arenas": ['a, "b"; c', "–", "007"], "places": [{"places": 2, "from": "2027-01"}]},
        {"id": "d", "arenas": ["007"], "percent": [], "places": []},
    ],
    "reservations": [
        {"arena": "007", "who": "@LIS1", "percent": 20, "places": 1, "from": "2026-09", "to": "2027-02"},
        {"supervisor": "V", "places": 1, "to": "2027-02"},
        {"arena": "007", "shifts": 3},
    ],
    "rotations": [
        {"id": "gp", "name": "Fastlege", "mix": {"practice": 100}, "base": True, "starts": [], "after": []},
        {"id": "m", "mix": {'a, "b"; c': 10, "007": 20, "egen praksis": 30, "practice": 39, "–": 1}, "base": False},
        {"id": "e", "mix": {}, "starts": [3], "not_before": 12, "legevakt": False, "after": ["gp", ["m", "gp"]]},
        {"id": "f", "mix": {"x": 100}, "min_months": 0, "max_months": 12, "max_blocks": 2, "starts": [3, 9]},
        {"id": "g", "mix": {"x": 100}, "formerly": ["e, f", "007"], "after": [["h | i", "gp"], "h | i", "j, k"]},
    ],
    "requirements": [
        {
            "id": "r",
            "name": "-r",
            "rotations": ["gp"],
            "min_months": 6.0,
            "max_months": 7.25,
            "min_blocks": 0,
            "max_blocks": 2,
        },
        {"id": "s", "rotations": [], "candidates": ["A 1", "–"]},
    ],
    "groups": [
        {"id": "fri", "start": "2027-02", "months": 24, "places": 8},
        {"id": "+1", "start": "2027-02", "places": 0, "formerly": ["G-1"], "municipality": "3001"},
    ],
    "supervisors": [
        {"id": "V1", "places": 2, "specialist": False, "arenas": ["007"], "from": "2026-09", "to": "2027-01"},
        {"id": "V2", "name": "V", "places": [{"places": 2}]},
        {"id": "V3", "places": [], "formerly": []},
        {"id": "V4", "places": [{"places": 2}, {"places": 0, "from": "2030-01"}], "arenas": []},
        {"id": "V6", "places": 1, "exempt_to": "2028-06", "municipality": "Ås"},
        {"id": "V5", "places": [{"places": 1, "from": "2027-01"}], "specialist": True},
    ],
    "municipalities": [{"id": "3001"}, {"id": "Ås", "name": "Ås, i «Follo»"}],
    "quotas": [
        {"of": "–", "municipality": "3001", "places": [{"places": 1}, {"places": 0, "from": "2028-01"}]},
        {"id": "av +1", "of": "+1", "municipality": "Ås", "places": [{"places": 2}]},
        {"of": "a + b", "municipality": "Ås"},
    ],
    "candidates": [
        {"id": "A 1", "start": "2026-09", "municipality": "3001"},
        {"id": "-", "start": {"earliest": "2026-09", "latest": "2027-03"}, "group": {"id": "free"}, "credited": {}},
        {
            "id": "B",
            "start": "2026-09",
            "group": {"id": "fri", "open_year_done": False},
            "percent": [],
            "leave": [],
            "absence": [],
        },
        {"id": "C", "start": "2026-09", "group": "fri", "fixed": [], "wishes": [], "allowed": [], "goals_done": ""},
        {"id": "D", "start": "2026-09", "group": "done", "percent": [{"percent": 0, "to": "2027-01"}, {"percent": 60}]},
        {
            "id": "E",
            "name": "-1+1",
            "start": "2026-09",
            "practice": "egen praksis",
            "post": "007",
            "ruleset": "ordning-2017",
            "percent": [{"percent": 100}, {"percent": 60, "from": "2028-01", "to": "2028-12"}],
            "leave": [{"from": "2027-01", "to": "2027-10"}, {"from": "2026-01", "to": "2026-02"}],
            "credited": {"open_practice": 0.0, "other_general": 1.25, "institution": 6.0},
            "months_done": 0,
            "goals_done": "055, 085",
            "group": "+1",
            "shifts_done": 10,
            "legevakt": "duty",
            "legevakt_from": "2026-11",
            "supervisor": "V1",
            "current": {"rotation": "gp", "since": "2025-03"},
            "served": [
                {"rotation": "gp", "from": "2025-03", "to": "2025-08", "percent": 37.5, "practice": "007"},
                {"rotation": "m, e", "from": "2025-09", "to": "2025-09", "supervisor": "V1", "counted": False},
                {"category": "institution", "months": 6.0, "goals": "055", "what": " =1+1 "},
            ],
            "fixed": [
                {"rotation": "m", "from": "2027-03", "to": "2027-08"},
                {"rotation": "e", "from": "2028-03", "to": "2028-08", "exempt": False},
            ],
            "wishes": [
                {"rotation": "m"},
                {"rotation": "e", "weight": 2, "from": "2029-01"},
                {"rotation": "gp", "to": "2030-01"},
            ],
            "allowed": ["gp", "m, e"],
            "finish_by": "2033-08",
            "until": "2032-06",
            "extra_months": 4.0,
            "lost_before": 3,
            "absence": [
                {"from": "2027-03-15", "to": "2027-04-02", "percent": 37.5},
                {"from": "2028-02-29", "to": "2028-02-29"},
            ],
            "agreement": {"signed": "2026-08", "kind": "self-employed"},
            "goals_status": [
                {"goals": "001-010", "status": "approved", "month": "2027-02"},
                {"goals": "011", "status": "started"},
            ],
            "formerly": ["e"],
        },
    ],
    "economy": [
        {"side": "grant", "what": "Tilskudd", "for": ["self-employed", "locum"], "amount": 120000, "per": "fte-year"},
        {
            **{"side": "cost", "what": "Veileder", "amount": 612.5, "per": "guidance-hour", "source": "vedtak 1"},
            **{"from": "2027-01", "to": "2027-12"},
        },
        {"side": "cost", "what": "Administrasjon", "for": [], "amount": 5, "per": "percent-of-grant"},
    ],
}


def used(tree: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if isinstance(tree, dict):
        return {path} | {one for key, value in tree.items() for one in used(value, (*path, key))}
    return {path} | {one for item in (tree if isinstance(tree, list) else []) for one in used(item, path)}


def test_every_optional_field_is_used_once_below() -> None:
    given_paths = used({**ODD, "schema": 1})
    for sheet in layout().tables():
        rows = shapes(FileInstance)[str(sheet.table)].rows
        assert rows is not None
        for key in shapes(rows):
            assert (str(sheet.table), key) in given_paths


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_optional_field_and_every_odd_text(lang: Language) -> None:
    assert there_and_back(ODD, lang) == canonical(ODD)


@pytest.mark.parametrize(
    "edit",
    [
        {"rules": {}, "objective": {}},
        {"objective": {"order": []}, "arenas": [], "limits": [], "reservations": [], "candidates": []},
        {"name": "Uten alt"},
        {"schema": 1},
    ],
)
def test_given_but_empty_is_not_the_same_as_not_given(edit: dict[str, Any]) -> None:
    tree = {"horizon": {"start": "2026-09", "months": 12}, **edit}
    assert there_and_back(tree) == canonical(tree)


def test_the_hash_of_the_instance_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(to_workbook(FileInstance.model_validate(FULL), "en"))
    assert load_instance(path).sha256 == read_instance(FULL, "a").sha256
    assert load_instance(path) == read_instance(FULL, "a")


def test_the_same_instance_gives_the_same_bytes() -> None:
    file = FileInstance.model_validate(FULL)
    assert to_workbook(file) == to_workbook(file)


def test_what_a_workbook_cannot_hold_is_said_and_not_written() -> None:
    twice = {**FULL, "candidates": [FULL["candidates"][0], FULL["candidates"][0]]}
    with pytest.raises(InputError) as caught:
        to_workbook(FileInstance.model_validate(twice))
    assert [problem.code for problem in caught.value.problems] == ["workbook-cannot-hold"]
    long = {**FULL, "rules": {"goals": "001, " * 7_000 + "002"}}
    with pytest.raises(InputError) as caught:
        to_workbook(FileInstance.model_validate(long))
    assert [problem.code for problem in caught.value.problems] == ["workbook-cell-too-long"]
    assert read_workbook(to_workbook(FileInstance.model_validate(FULL))).problems == ()


# --- single cells

NAME = Column(("name",), shapes(FileInstance)["name"].kind, "name")  # type: ignore[arg-type]
GROUP = next(column for column in layout().by_key["candidates"].columns if column.text == "candidates.group")
LIST = next(column for column in layout().by_key["candidates"].columns if column.text == "candidates.allowed")
TEXTS = st.one_of(
    st.text(max_size=20),
    st.text(alphabet=' ",;\\\n–-_x0Ff5\xa0fri', max_size=12),
    st.sampled_from(["fri", "free", "Fri", "ferdig", "–", '"', '""', "_x0041_", "x005F_", "true", "7"]),
)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([(), ("fri",), ("ferdig", "fri")]))
def test_a_text_is_read_as_it_was_written(said: str, known: tuple[str, ...]) -> None:
    for column in (NAME, GROUP):
        content = spell(column, said, "nb", known)
        assert isinstance(content, str)
        assert parse(column, Cell(content), known) == said
        assert "_x" not in content or content == said
    assert json.loads(quoted(said)) == said


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_a_list_is_read_as_it_was_written(items: list[str]) -> None:
    content = spell(LIST, items, "nb")
    assert parse(LIST, Cell(content)) == items
    assert len(split(str(content))) == max(len(items), 1)
