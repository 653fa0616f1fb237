"""The general education plan: the bundled example against the numbers of the municipality's own plan, by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest

from scheduler import api
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report.documents.general_plan import coverage, general_plan
from scheduler.report.standing import standing_of
from scheduler.report.words import Words
from tests.helpers import pages

REPO = Path(__file__).parents[3]
OFFICE_ONLY = (5, 12, 13, 14, 16, 20, 22, 26, 33, 35, 56, 86, 87)
"""Goals that no other arena gives in full: eleven are listed nowhere else, 012 and 035 only in part."""


@pytest.fixture(scope="module")
def sarpsborg() -> Instance:
    return api.load(REPO / "instances" / "sarpsborg.toml")


def test_the_numbers_of_goals_are_those_of_the_sources_lists(sarpsborg: Instance) -> None:
    """85 in the offices, 8 on the legevakt, 54 nursing homes, 54 ward, 2, 42 clinics, 27 + 26 prison, 0 + 2, 7, 2."""
    found = coverage(sarpsborg)
    numbers = [(len(place.goals), len(place.partial)) for place in found.places]
    assert numbers == [(85, 0), (8, 0), (54, 0), (54, 0), (2, 0), (42, 0), (27, 26), (0, 2), (7, 0), (2, 0)]
    assert [len(place.arenas) for place in found.places] == [18, 1, 5, 1, 1, 3, 1, 1, 1, 1]
    assert [place.mark(40) for place in found.places[:3]] == ["●*", "●", "●"]
    assert [found.places[6].mark(goal) for goal in (1, 2, 36)] == ["", "○", "●"]


def test_all_goals_are_covered_and_two_places_stand_alone(sarpsborg: Instance) -> None:
    found = coverage(sarpsborg)
    assert (found.missing, found.only_partial) == ((), ())
    assert found.alone == {1: OFFICE_ONLY, 2: (69,)}


@pytest.mark.parametrize(
    ("without", "missing", "partly"),
    [
        ({"legevakt"}, (69,), (69,)),
        ({"kad4a", "sykehus"}, (55, 85), ()),
        ({"borgen", "kurland", "hannestad", "fengsel", "administrasjon"}, (), ()),
    ],
)
def test_what_is_missing_without_some(
    sarpsborg: Instance, without: set[str], missing: tuple[int, ...], partly: tuple[int, ...]
) -> None:
    """No legevakt: 069 only in part, in prison. No institution: 055 and 085. Without the others nothing is missing."""
    kept = {name: arena for name, arena in sarpsborg.arenas.items() if not any(part in name for part in without)}
    assert len(kept) < len(sarpsborg.arenas)
    found = coverage(replace(sarpsborg, arenas=kept))
    assert (found.missing, found.only_partial) == (missing, partly)


def read(instance: Instance, plan: Plan) -> tuple[list[str], list[list[list[str]]]]:
    content = general_plan(Words(instance, "nb"), plan, standing_of(instance, plan))
    paper = docx.Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    return [line.text for line in paper.paragraphs], tables


def test_the_document_of_a_small_town() -> None:
    """Goals 1-4: both offices give 1-3, the hospital 4, the clinic 1, the legevakt 3."""
    instance, plan = pages.town(), pages.plan_of(pages.town())
    lines, tables = read(instance, plan)
    assert "Alle mål er dekket: hvert læringsmål (4 i alt) kan nås på minst én læringsarena." in lines
    alone = next(table for table in tables if table[0] == ["Læringsarena", "Læringsmål", "Antall"])
    assert alone[1:] == [["Sykehuset", "004", "1"]]
    matrix = next(table for table in tables if table[0][0] == "Mål")
    assert matrix[0] == ["Mål", "1", "2", "3", "4", "5"]
    assert matrix[1:] == [
        ["ALM 001", "●", "●", "", "●", ""],
        ["ALM 002", "●", "●", "", "", ""],
        ["ALM 003", "●*", "●*", "", "", "●"],
        ["ALM 004", "", "", "●", "", ""],
    ]
    assert "Kommunen har 2 veiledere, av dem 2 spesialister, med plass til 4 ALIS i september 2026." in lines
    asked = next(table for table in tables if table[0] == ["Tjeneste", "Krav"] or table[0][1] == "Krav")
    assert [row[1] for row in asked[1:]] == [
        "minst 12; høyst 18 teller",
        "høyst 10 teller",
        "minst 6; høyst 12 teller",
        "minst 24",
    ]


def test_what_is_not_covered_is_told_in_red() -> None:
    tree: dict[str, Any] = pages.tree()
    next(row for row in tree["arenas"] if row["id"] == "hospital")["goals"] = ""
    next(row for row in tree["arenas"] if row["id"] == "clinic")["goals_partial"] = "004"
    instance = api.load(tree | {"candidates": [{**row, "goals_done": "004"} for row in tree["candidates"]]})
    lines, _ = read(instance, pages.plan_of(pages.town()))
    assert "Dette mangler: 1 læringsmål kan ikke nås fullt ut på noen læringsarena (004)." in lines
    assert "Av dem kan disse nås delvis: 004. Delvis er ikke nok alene." in lines
    assert not any("Alle mål er dekket" in line for line in lines)
