"""`alis advance`, and the documents of those who are done."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest

from scheduler.files import load_instance, load_tree
from scheduler.files.write import spelled
from scheduler.report.archive import open_archive
from tests.helpers.command_line import alis, files_in
from tests.helpers.tiny import make, months, person, planned

TOML = """# kept
schema = 1
name = "Tiny town"  # kept, too

[horizon]
start = "2027-01"
months = 24
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A file with comments, and a plan beside it: A01 is done in 2027-12, A02 in 2028-05."""
    instance = make(person(fixed=[months("2027-01", "2027-02", rotation="ward")]), person(id="A02", start="2027-06"))
    plan = planned(instance)
    (tmp_path / "plan.json").write_text(plan.to_json(), encoding="utf-8")
    (tmp_path / "bare.json").write_text(json.dumps(instance.source), encoding="utf-8")
    path = tmp_path / "town.toml"
    path.write_text(TOML, encoding="utf-8")
    tree = load_tree(tmp_path / "bare.json").model_copy(update={"name": "Tiny town"})
    path.write_text(str(spelled(tree, ".toml", path)), encoding="utf-8")
    plan_of_town = alis("plan", path, "-o", tmp_path / "out", "--quiet")
    assert plan_of_town.exit_code == 0
    return path


def test_a_file_is_rolled_on_and_its_comments_stay(town: Path) -> None:
    before = town.read_bytes()
    done = alis("advance", town, town.parent / "out" / "plan.json", "--to", "2027-07", "--lang", "en")
    path = town.with_name("town-2027-07.toml")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"Wrote {path}\n")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# kept")
    assert "# kept, too" in text
    assert 'from = "2027-01", to = "2027-02"' in text
    assert town.read_bytes() == before
    assert alis("check", path).exit_code == 0
    assert alis("check", path, town.parent / "out" / "plan.json").exit_code == 0
    assert alis("advance", town, town.parent / "out" / "plan.json", "--to", "2027-07").exit_code == 2  # it is there


def test_a_workbook_stays_a_workbook(town: Path) -> None:
    book, json_file = town.with_suffix(".xlsx"), town.with_name("rolled.json")
    assert alis("convert", town, book).exit_code == 0
    plan = town.parent / "out" / "plan.json"
    assert alis("advance", book, plan, "--to", "2027-09").exit_code == 0
    assert alis("advance", town, plan, "--to", "2027-09", "-o", json_file).exit_code == 0
    rolled = load_instance(town.with_name("town-2027-09.xlsx"))
    assert rolled.sha256 == load_instance(json_file).sha256
    assert [month.month for month in rolled.candidates["A02"].past] == [24329, 24330, 24331]


def test_who_is_done_goes_to_an_archive_that_grows(town: Path) -> None:
    """A01 is done when the file begins in 2028-02, A02 when it begins in 2028-10; both confirmations are written."""
    plan = town.parent / "out" / "plan.json"
    archive = town.with_name("tiny-town-archive.json")
    first = alis("advance", town, plan, "--to", "2028-02", "--lang", "en")
    assert f"A01 is done and has been moved to {archive}" in first.stderr
    between = town.with_name("town-2028-02.toml")
    assert [row.id for row in load_tree(between).candidates] == ["A02"]
    assert alis("plan", between, "--baseline", plan, "-o", town.parent / "new", "--quiet").exit_code == 0
    later = alis("advance", between, town.parent / "new" / "plan.json", "--to", "2028-10")
    assert later.exit_code == 0
    assert load_tree(town.with_name("town-2028-10.toml")).candidates == []
    kept = json.loads(archive.read_text(encoding="utf-8"))["archive"]
    assert [[entry["id"] for entry in one["candidates"]] for one in kept] == [["A01"], ["A02"]]
    assert alis("documents", archive, "-o", town.parent / "papers").exit_code == 0
    assert len(files_in(town.parent / "papers")) == 6
    assert _periods(town.parent / "papers" / "A01-tjenesteperioder.docx") == [
        ("ward", "01.01.2027", "28.02.2027"), ("office-01", "01.03.2027", "31.12.2027"),
    ]  # fmt: skip
    (begin, end) = (_periods(town.parent / "papers" / "A02-tjenesteperioder.docx")[place] for place in (0, -1))
    assert (begin[1], end[2]) == ("01.06.2027", "31.05.2028")


def test_the_archive_has_nobody_twice(town: Path) -> None:
    plan, archive = town.parent / "out" / "plan.json", town.with_name("tiny-town-archive.json")
    for name in ("one.toml", "two.toml"):
        assert alis("advance", town, plan, "--to", "2028-02", "-o", town.with_name(name)).exit_code == 0
    assert len(json.loads(archive.read_text(encoding="utf-8"))["archive"]) == 1


def test_the_second_time_the_archive_gets_only_those_who_are_done_since(town: Path) -> None:
    """Rolled on twice from the same file: A01 is there already, and A02 comes with an instance without A01."""
    plan, archive = town.parent / "out" / "plan.json", town.with_name("tiny-town-archive.json")
    for month in ("2028-02", "2028-10"):
        assert alis("advance", town, plan, "--to", month).exit_code == 0
    kept = json.loads(archive.read_text(encoding="utf-8"))["archive"]
    people = [[row["id"] for row in one["instance"]["source"]["candidates"]] for one in kept]
    assert people == [[entry["id"] for entry in one["candidates"]] for one in kept] == [["A01"], ["A02"]]
    assert not any(one.standing.broken for one in open_archive(archive))


def test_what_is_no_archive_is_left_as_it_is(town: Path) -> None:
    plan, other = town.parent / "out" / "plan.json", town.with_name("mine.json")
    other.write_text('{"mine": 1}', encoding="utf-8")
    refused = alis("advance", town, plan, "--to", "2028-02", "--archive", other)
    assert refused.exit_code == 3
    assert other.read_text(encoding="utf-8") == '{"mine": 1}'
    assert not town.with_name("town-2028-02.toml").exists()


def test_a_month_outside_the_horizon_is_a_problem(town: Path) -> None:
    refused = alis("advance", town, town.parent / "out" / "plan.json", "--to", "2029-01", "--lang", "en")
    assert refused.exit_code == 3
    assert "from February 2027 to December 2028" in refused.stderr


def _periods(path: Path) -> list[tuple[str, str, str]]:
    table = docx.Document(str(path)).tables[1]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    return [(row[0], row[2], row[3]) for row in rows]


def test_who_has_left_is_not_said_to_be_done(tmp_path: Path) -> None:
    """A01's contract ends in 2027-04, A02 is done in 2027-12: a transfer sheet, and a confirmation."""
    fixed = [months("2027-01", "2027-02", rotation="ward")]
    instance = make(person(until="2027-04"), person(fixed=fixed))
    (tmp_path / "plan.json").write_text(planned(instance).to_json(), encoding="utf-8")
    town = tmp_path / "town.json"
    town.write_text(json.dumps(instance.source), encoding="utf-8")
    archive = tmp_path / "tiny-archive.json"
    said = alis("advance", town, tmp_path / "plan.json", "--to", "2028-02", "--lang", "en").stderr
    assert f"A02 is done and has been moved to {archive}" in said
    assert f"A01 has left before the training is over (until) and has been moved to {archive}" in said
    assert f"transfer sheet: alis documents {archive}" in said
    assert alis("documents", archive, "-o", tmp_path / "papers").exit_code == 0
    assert [name for name in files_in(tmp_path / "papers") if "overføring" in name] == ["A01-overføring.docx"]
