"""The coordinator's desk from the command line: papers beside a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.helpers import pages
from tests.helpers.command_line import alis, files_in
from tests.helpers.tiny import make, person

ONE, TWO, NONE = ({"places": [{"places": number}]} for number in (1, 2, 0))
RATE = {"side": "grant", "what": "Tilskudd", "amount": 12_000, "per": "fte-year"}


@pytest.fixture
def plan_path(tmp_path: Path) -> Path:
    """A plan alone in a folder, its instance inside: A01 with an agreement, and a rate."""
    tree = pages.tree(economy=[RATE])
    tree["candidates"][0]["agreement"] = {"kind": "salaried", "signed": "2026-09"}
    path = tmp_path / "plan.json"
    path.write_text(pages.plan_of(pages.town(), source=tree).to_json(), encoding="utf-8")
    return path


def test_a_grant_of_nine_months(plan_path: Path) -> None:
    result = alis("grant", plan_path, "--from", "2026-09", "--to", "2027-05")
    assert result.exit_code == 0, result.stderr
    path = plan_path.with_name("tilskudd-2026-09-2027-05.xlsx")
    assert result.stderr.splitlines() == [
        "3 ALIS: 9 månedsverk under underskrevet ALIS-avtale, 77 timer individuell veiledning.",  # 22 months x 3.5
        "Tilskudd: kr 9\u00a0000. Kommunen beholder kr 0; igjen er kr 9\u00a0000.",
        "A02 Kandidat 2 mangler underskrevet ALIS-avtale i 4 måneder.",
        "A03 Kandidat 3 mangler underskrevet ALIS-avtale i 9 måneder.",
        f"Skrev {path}",
    ]
    assert load_workbook(path).sheetnames == ["Per ALIS", "Måneder", "Satser", "Uten avtale"]


def test_a_plan_made_before_the_agreements_and_the_file_of_today(plan_path: Path, tmp_path: Path) -> None:
    plan_path.write_text(pages.plan_of(pages.town(), source=pages.tree()).to_json(), encoding="utf-8")
    today = tmp_path / "today.json"
    today.write_text(json.dumps(pages.tree(economy=[RATE])), encoding="utf-8")
    result = alis("economy", plan_path, "--year", "2027", "--instance", today, "--lang", "en")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("2027: 3 ALIS, income NOK 0, costs NOK 0, net NOK 0.")  # nobody has an agreement
    assert load_workbook(plan_path.with_name("economy.xlsx")).sheetnames == ["2027", "Months 2027", "Rates"]


def test_a_window_that_ends_before_it_begins_is_refused(plan_path: Path) -> None:
    result = alis("grant", plan_path, "--from", "2027-05", "--to", "2026-09")
    assert result.exit_code == 2
    assert "--from er etter --to." in result.stderr
    assert not list(plan_path.parent.glob("*.xlsx"))


def test_the_locum_need_and_the_places_needed(plan_path: Path) -> None:
    assert alis("locum", plan_path).exit_code == 0
    assert load_workbook(plan_path.with_name("vikarbehov.xlsx")).sheetnames == ["Enheter", "Diagram", "Måneder"]
    result = alis("needs", plan_path, "--arena", "Sykehuset")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("Sykehuset: det trengs 3 plasser i planperioden.")
    assert load_workbook(plan_path.with_name("behov-sykehuset.xlsx")).sheetnames == ["Per halvår", "Opphold"]
    unknown = alis("needs", plan_path, "--arena", "hopsital")
    assert (unknown.exit_code, unknown.stderr) == (
        2,
        "Grunnlaget har ingen læringsarena hopsital. Mente du hospital?\n",
    )


def test_the_half_yearly_package_and_the_general_plan(plan_path: Path) -> None:
    assert alis("documents", plan_path, "--meetings", "2027-03").exit_code == 0
    assert alis("documents", plan_path, "--general").exit_code == 0
    assert files_in(plan_path.with_name("documents")) == [
        *("V01-møter-2027-03.ics", "generell-utdanningsplan.docx", "halvårsmøter-2027-03.docx"),
        "leder-møter-2027-03.ics",
    ]


def test_how_many_every_half_year(tmp_path: Path) -> None:
    """12 months each, 10 in the office and 2 on the ward with one place: one of two places is half a year's."""
    given = make(person(), arenas={"office-01": TWO, "ward": ONE, "clinic": NONE}, n_months=24)
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(given.source), encoding="utf-8")
    result = alis("intake", path, "--steady", "--json", "--workers", "1", "--time-limit", "20")
    assert result.exit_code == 0, result.stderr
    told = {"at_most": 1, "limits": ["places in the offices", "clinic"], "planned": 1, "months": 24}
    assert json.loads(result.stdout) == told
    assert result.stderr.startswith("Høyst 1 kan begynne hvert halvår i lengden")
    without = alis("intake", path, "--max")
    assert (without.exit_code, "--start" in without.stderr) == (2, True)
