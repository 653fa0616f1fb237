"""A ruleset of other categories is one more file: it is planned, checked and drawn, and no code knows its words.

The numbers are counted by hand. Ten months are needed. Of outreach three months count (into clinic work), two must be
there, and nobody is taken for less than four: so seven months in the own clinic and four of outreach, one of which does
not count, eleven in all where ten would do. A02 has two months of outreach from before and needs eight in the clinic.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.helpers.another_ruleset import Alis, program_with

HERE = Path(__file__).parent
TOWN = HERE / "two-kinds-town.toml"


@pytest.fixture(scope="module")
def alis(tmp_path_factory: pytest.TempPathFactory) -> Alis:
    """The program with the ruleset's file in its folder."""
    text = (HERE / "two-kinds.toml").read_text(encoding="utf-8")
    return program_with({"two-kinds": text}, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def made(alis: Alis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the plan and what is drawn of it."""
    folder = tmp_path_factory.mktemp("plan")
    done = alis("plan", TOWN, "-o", folder, "--workers", "1", "--time-limit", "60", "--quiet")
    assert done.returncode == 0, done.stderr
    return folder


def test_it_is_planned(made: Path) -> None:
    plan = json.loads((made / "plan.json").read_text(encoding="utf-8"))
    assert plan["status"] == "optimal"
    whole = {"clinic": 7.0, "outreach": 4.0, "counted": 10.0, "uncounted": 1.0}
    begun = {"clinic": 8.0, "outreach": 2.0, "counted": 10.0, "uncounted": 0.0}
    assert [(entry["delay"], entry["service"]) for entry in plan["candidates"]] == [(1, whole), (0, begun), (1, whole)]
    assert [goal["value"] for goal in plan["objectives"] if goal["id"] == "delay"] == [2]


def test_it_is_checked(alis: Alis, made: Path, tmp_path: Path) -> None:
    """Three of A01's months of outreach in the clinic, and A02's last two left out: 1 of 2 outreach, 8 of 9 clinic."""
    assert alis("check", TOWN, made / "plan.json").returncode == 0
    plan = json.loads((made / "plan.json").read_text(encoding="utf-8"))
    first, second = plan["candidates"][:2]
    outreach = [month for month in first["months"] if month["rotation"] == "street"]
    for month in outreach[1:]:
        month["rotation"] = "own"
    del second["months"][-2:]
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(plan), encoding="utf-8")
    found = violations(alis, edited)
    assert found["outreach-least"]["text"] == "A01: 1 månedsverk i kategorien «oppsøkende», trenger 2"
    assert found["clinic-least"]["text"] == "A02: 8 månedsverk i kategorien «klinikk», trenger 9"
    assert found["service-total"]["text"] == "A02: 8 tellende månedsverk, trenger 10"


def violations(alis: Alis, plan: Path) -> dict[str, Any]:
    """What ``alis check`` holds against a plan, by rule; the last of each."""
    listed = json.loads(alis("check", TOWN, plan, "--json").stdout)["violations"]
    return {row["rule"]: row for row in listed}


def test_it_is_drawn(alis: Alis, made: Path, tmp_path: Path) -> None:
    assert (made / "gantt.png").stat().st_size > 10_000
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "Oppsøkende arbeid, minst" in page
    assert 'data-goal="SAM {number}"' in page  # what is told of each is put together when somebody points at it
    assert "{goal}: Gateteamet" in page
    assert "Gruppens år i klinikk" in page
    assert "åpen praksis" not in page.lower()
    heads = [cell.value for cell in load_workbook(made / "plan.xlsx")["Tjeneste"][6]]
    assert [head for head in heads if head and "oppsøkende" in head] == [
        "Fra før: oppsøkende", "I alt: oppsøkende", "Krav: oppsøkende", "Tak: oppsøkende", "Mangler: oppsøkende",
    ]  # fmt: skip
    assert alis("documents", made / "plan.json", "-o", tmp_path).returncode == 0
    heads = [cell.value for sheet in load_workbook(made / "plan.xlsx") for row in sheet.iter_rows() for cell in row]
    assert not [head for head in heads if "åpen praksis" in str(head).lower()]


def test_the_workbook_has_its_columns(alis: Alis, tmp_path: Path) -> None:
    """Credit by category goes to a workbook and back."""
    there, back = tmp_path / "town.xlsx", tmp_path / "back.json"
    assert alis("convert", TOWN, there).returncode == 0
    assert alis("convert", there, back).returncode == 0
    rows = json.loads(back.read_text(encoding="utf-8"))["candidates"]
    assert [row.get("credited") for row in rows] == [None, {"outreach": 2.0}, None]


def test_what_only_another_ruleset_has_is_a_problem(alis: Alis, tmp_path: Path) -> None:
    text = TOWN.read_text(encoding="utf-8")
    for right, wrong in (
        ('service = "outreach"', 'service = "institution"'),
        ('goals = "120"', 'goals = "088"'),
        ("credited = { outreach = 2.0 }", "credited = { institution = 2.0 }"),
        ('ruleset = "two-kinds"', 'ruleset = "two-kinds"\ninstitution_min = 6'),
    ):
        assert right in text
        text = text.replace(right, wrong)
    broken = tmp_path / "broken.toml"
    broken.write_text(text, encoding="utf-8")
    listed = json.loads(alis("check", broken, "--json").stdout)["problems"]
    assert {(row["code"], row["place"]) for row in listed} == {
        ("unknown-rule", "rules.institution_min"),
        ("not-one-of", "arenas[1].service"),
        ("unknown-goal", "arenas[1].goals"),
        ("unknown-key", "candidates[1].credited.institution"),
    }
