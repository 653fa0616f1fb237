"""`alis documents` and `alis report`: files from a plan file, without any other file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.helpers import pages
from tests.helpers.command_line import PLAIN, alis, files_in


@pytest.fixture
def plan_path(tmp_path: Path) -> Path:
    """A plan alone in a folder, its instance inside."""
    path = tmp_path / "plan.json"
    path.write_text(pages.plan_of(pages.town(), source=pages.tree()).to_json(), encoding="utf-8")
    return path


def test_documents_of_the_candidates_asked_for(plan_path: Path) -> None:
    result = alis("documents", plan_path, "--candidate", "A01", "--candidate", "A03")
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    folder = plan_path.with_name("documents")
    assert result.stderr == f"Skrev 6 filer i {folder}\n"
    assert len(list(folder.glob("A01-*"))) == len(list(folder.glob("A03-*"))) == 3
    assert list(folder.glob("A02-*")) == []


def test_documents_of_everybody_in_english(plan_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    result = alis("documents", plan_path, "-o", folder, "--lang", "en", "--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
    assert files_in(folder) == [
        f"{who}-{what}"
        for who in pages.PATHS
        for what in ("calendar.ics", "education-plan.docx", "service-periods.docx")
    ]


def test_a_meeting_that_moves_is_the_next_in_its_sequence_when_written_again(plan_path: Path) -> None:
    calendar = plan_path.with_name("documents") / "A01-kalender.ics"
    assert alis("documents", plan_path, "--candidate", "A01").exit_code == 0
    first = calendar.read_bytes()
    assert alis("documents", plan_path, "--candidate", "A01").exit_code == 0
    assert calendar.read_bytes() == first
    renamed = pages.plan_of(pages.town({"A01": "Nytt Navn"}), source=pages.tree({"A01": "Nytt Navn"}))
    plan_path.write_text(renamed.to_json(), encoding="utf-8")
    assert alis("documents", plan_path, "--candidate", "A01").exit_code == 0
    assert b"SEQUENCE:1\r\n" in calendar.read_bytes()


def test_a_candidate_may_be_asked_for_by_name(plan_path: Path) -> None:
    assert alis("documents", plan_path, "--candidate", "kandidat  3").exit_code == 0
    assert {name[:3] for name in files_in(plan_path.with_name("documents"))} == {"A03"}


def test_a_name_that_two_bear_is_told_with_both(plan_path: Path) -> None:
    names = {"A01": "Åse Lie", "A02": "Åse Lie"}
    plan_path.write_text(pages.plan_of(pages.town(names), source=pages.tree(names)).to_json(), encoding="utf-8")
    result = alis("documents", plan_path, "--candidate", "Åse Lie")
    assert result.exit_code == 3
    assert "Flere heter «Åse Lie»: A01, A02." in result.stderr
    assert not plan_path.with_name("documents").exists()


def test_an_unknown_candidate_is_told_with_the_nearest(plan_path: Path) -> None:
    result = alis("documents", plan_path, "--candidate", "A0l")
    assert result.exit_code == 2
    assert result.stderr == "Planen har ingen ALIS A0l. Mente du A01?\n"
    assert not plan_path.with_name("documents").exists()


def test_a_page_from_a_plan_file(plan_path: Path) -> None:
    assert alis("report", plan_path).exit_code == 0
    page = plan_path.with_name("report.html").read_text(encoding="utf-8")
    assert "A01 Kandidat 1" in page
    assert '<html lang="nb">' in page
    result = alis("report", plan_path, "--anonymise", "--lang", "en")
    assert result.stderr == f"Wrote {plan_path.with_name('report-anonymous.html')}\n"
    anonymous = plan_path.with_name("report-anonymous.html").read_text(encoding="utf-8")
    assert "Kandidat 1" not in anonymous
    assert '<html lang="en">' in anonymous


@pytest.mark.parametrize("command", ["documents", "report"])
def test_what_stops_them(plan_path: Path, command: str) -> None:
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    source = tree["instance"].pop("source")
    plan_path.write_text(json.dumps(tree), encoding="utf-8")
    assert alis(command, plan_path).exit_code == 3
    named = plan_path.with_name("town.json")
    named.write_text(json.dumps(source), encoding="utf-8")
    assert alis(command, plan_path, "--instance", named).exit_code == 0
    assert alis(command, plan_path, "--instance", PLAIN).exit_code == 3
    assert alis(command, plan_path.with_name("nowhere.json")).exit_code == 3
    plan_path.write_text(json.dumps({**tree, "status": "unknown", "candidates": []}), encoding="utf-8")
    assert alis(command, plan_path, "--instance", named).exit_code == 3


def test_a_page_has_the_ending_of_a_page(plan_path: Path) -> None:
    assert alis("report", plan_path, "-o", plan_path.with_name("page.pdf")).exit_code == 2


@pytest.mark.parametrize("command", ["documents", "report"])
def test_a_plan_that_breaks_rules_is_shown_but_not_without_a_word(plan_path: Path, command: str) -> None:
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    tree["candidates"][0]["months"][0]["rotation"] = "moon"
    plan_path.write_text(json.dumps(tree), encoding="utf-8")
    result = alis(command, plan_path, "--quiet", *(["--force"] if command == "documents" else []))
    assert result.exit_code == 0
    assert re.match(r"Obs: planen bryter \d+ regler\. ", result.stderr)
