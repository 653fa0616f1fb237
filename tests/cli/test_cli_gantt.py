"""`alis gantt`: a chart of a plan file, without any other file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import ORDER, PLAIN, WAIT, alis


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A plan file's text."""
    return alis("plan", WAIT, "-o", tmp_path_factory.mktemp("plan"), "--quiet", "--json").stdout


@pytest.fixture
def plan_path(made: str, tmp_path: Path) -> Path:
    """A plan alone in a folder, its instance's file out of reach."""
    path = tmp_path / "plan.json"
    path.write_text(made, encoding="utf-8")
    return path


def without_source(plan_path: Path) -> Path:
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    del tree["instance"]["source"]
    plan_path.write_text(json.dumps(tree), encoding="utf-8")
    return plan_path


@pytest.mark.parametrize(
    ("options", "name", "start"),
    [
        ([], "gantt.png", b"\x89PNG"),
        (["--by", "arena"], "gantt-arena.png", b"\x89PNG"),
        (["--by", "group", "--anonymise"], "gantt-group-anonymous.png", b"\x89PNG"),
        (["-o", "chart.pdf", "--paper", "a4"], "chart.pdf", b"%PDF"),
        (["-o", "new/chart.SVG", "--from", "2027-03", "--to", "2027-08"], "new/chart.SVG", b"<?xml"),
    ],
)
def test_charts(plan_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], name: str, start: bytes) -> None:
    monkeypatch.chdir(plan_path.parent)
    result = alis("gantt", plan_path, *options)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert (plan_path.parent / name).read_bytes().startswith(start)
    assert result.stderr.startswith("Skrev ")


def test_the_chart_speaks_the_language_and_hides_names(plan_path: Path) -> None:
    for lang, words in (("nb", "Rotasjonsplan per ALIS"), ("en", "Rotation plan by candidate")):
        target = plan_path.with_name(f"{lang}.svg")
        assert alis("gantt", plan_path, "-o", target, "--lang", lang, "--anonymise").exit_code == 0
        drawn = target.read_text(encoding="utf-8")
        assert words in drawn
        assert "Kandidat 1" not in drawn
        assert "A01" not in drawn


def changed(plan_path: Path) -> Path:
    """Another plan for the same instance: everybody finishes a month earlier."""
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    for entry in tree["candidates"]:
        del entry["months"][-1]
        entry["finish"] = entry["months"][-1]["month"]
    path = plan_path.with_name("old.json")
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


@pytest.mark.parametrize("by", ["candidate", "arena", "group"])
def test_a_plan_beside_the_one_before_it(plan_path: Path, by: str) -> None:
    target = plan_path.with_name("changes.svg")
    result = alis("gantt", plan_path, "--before", changed(plan_path), "-o", target, "--by", by)
    assert result.exit_code == 0, result.stderr
    assert "før og nå: " in target.read_text(encoding="utf-8")
    assert alis("gantt", plan_path, "--before", plan_path).exit_code == 0
    assert plan_path.with_name("gantt-changes.png").exists()


def test_a_plan_before_that_is_no_plan(plan_path: Path) -> None:
    assert alis("gantt", plan_path, "--before", PLAIN).exit_code == 3


def test_highlighting_is_by_name_too(plan_path: Path) -> None:
    by_id, by_name = plan_path.with_name("id.svg"), plan_path.with_name("name.svg")
    assert alis("gantt", plan_path, "-o", by_id, "--highlight", "A02").exit_code == 0
    assert alis("gantt", plan_path, "-o", by_name, "--highlight", "kandidat 2").exit_code == 0
    lines = [path.read_text(encoding="utf-8").splitlines() for path in (by_id, by_name)]
    assert [line for line in lines[0] if "Uthevet" in line] == [line for line in lines[1] if "Uthevet" in line] != []
    assert alis("gantt", plan_path, "-o", by_id, "--highlight", "Sykehus", "--by", "arena").exit_code == 0


def test_highlighting_is_by_id(plan_path: Path) -> None:
    target = plan_path.with_name("chart.svg")
    assert alis("gantt", plan_path, "-o", target, "--highlight", "A01").exit_code == 0
    assert "Uthevet" in target.read_text(encoding="utf-8")
    assert alis("gantt", plan_path, "-o", target, "--highlight", "hospital, A01", "--by", "arena").exit_code == 0
    for wrong, hint in (("a1x", "Mente du «A01»"), ("xyzzy", "kan ikke utheves"), ("hospital", "kan ikke utheves")):
        result = alis("gantt", plan_path, "--highlight", wrong)
        assert result.exit_code == 2
        assert hint in result.stderr


def test_the_chart_says_when_it_was_drawn(plan_path: Path) -> None:
    target = plan_path.with_name("chart.svg")
    assert alis("gantt", plan_path, "-o", target).exit_code == 0
    assert "tegnet " in target.read_text(encoding="utf-8")


def test_a_plan_without_its_instance_asks_for_it(plan_path: Path) -> None:
    path = without_source(plan_path)
    result = alis("gantt", path)
    assert result.exit_code == 3
    assert "--instance" in result.stderr
    assert alis("gantt", path, "--instance", WAIT).exit_code == 0


def test_an_instance_that_the_plan_was_not_made_for(plan_path: Path) -> None:
    result = alis("gantt", plan_path, "--instance", ORDER, "--lang", "en")
    assert result.exit_code == 3
    assert "another instance" in result.stderr


def test_a_file_type_that_is_no_chart(plan_path: Path) -> None:
    result = alis("gantt", plan_path, "-o", "chart.docx")
    assert result.exit_code == 2
    assert ".png, .pdf, .svg" in result.stderr


@pytest.mark.parametrize(
    "months", [["--to", "2020-01"], ["--from", "2100-01"], ["--from", "2027-05", "--to", "2027-04"]]
)
def test_months_without_any_plan(plan_path: Path, months: list[str]) -> None:
    result = alis("gantt", plan_path, *months)
    assert result.exit_code == 2
    assert "ingen måneder" in result.stderr


def test_a_plan_that_breaks_rules_is_drawn_with_a_word_about_it(plan_path: Path) -> None:
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    tree["candidates"][0]["delay"] = 17
    plan_path.write_text(json.dumps(tree), encoding="utf-8")
    result = alis("gantt", plan_path, "--quiet")
    assert result.exit_code == 0
    assert result.stderr == f"Obs: planen bryter 1 regel. Les mer med: alis check GRUNNLAG {plan_path}\n"


def test_the_outcome_of_a_run_without_a_plan(plan_path: Path) -> None:
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    tree["status"] = "infeasible"
    del tree["candidates"]
    plan_path.write_text(json.dumps(tree), encoding="utf-8")
    result = alis("gantt", plan_path)
    assert result.exit_code == 3
    assert "ingen plan" in result.stderr


def test_ids_that_the_instance_does_not_have(plan_path: Path) -> None:
    good = plan_path.read_text(encoding="utf-8")
    for edit in ('"rotation": "hospital"', '"id": "A01"', '"practice": "office-01"'):
        assert edit in good.partition('"status"')[2]
        before, middle, after = good.partition('"status"')
        key = edit.partition(":")[0]
        plan_path.write_text(before + middle + after.replace(edit, f'{key}: "moon"'), encoding="utf-8")
        result = alis("gantt", plan_path)
        assert result.exit_code in (0, 3), (edit, result.stderr)
        assert re.search(r"planen bryter \d+ regler\.", result.stderr)


def last_month_far_away(tree: Any) -> None:
    tree["candidates"][0]["months"][-1]["month"] = "9999-12"


def no_months(tree: Any) -> None:
    for entry in tree["candidates"]:
        entry["months"] = []


@pytest.mark.parametrize("edit", [last_month_far_away, no_months])
def test_months_that_no_chart_could_show(plan_path: Path, edit: Any) -> None:
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    edit(tree)
    plan_path.write_text(json.dumps(tree), encoding="utf-8")
    result = alis("gantt", plan_path)
    assert result.exit_code == 3
    assert "utenfor planperioden" in result.stderr


def test_months_asked_for_beyond_the_horizon_are_not_drawn(plan_path: Path) -> None:
    assert alis("gantt", plan_path, "--from", "0001-01", "--to", "9999-12").exit_code == 0


def test_a_failed_write_leaves_nothing(plan_path: Path) -> None:
    (plan_path.parent / "gantt.png").mkdir()
    result = alis("gantt", plan_path)
    assert result.exit_code == 2
    assert "er en mappe" in result.stderr
    assert sorted(path.name for path in plan_path.parent.iterdir()) == ["gantt.png", "plan.json"]


def test_an_instance_is_not_a_plan() -> None:
    assert alis("gantt", PLAIN).exit_code == 3
