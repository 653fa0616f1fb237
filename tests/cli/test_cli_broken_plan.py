"""A plan.xlsx edited by hand so that it breaks rules: what each command says and does with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import docx
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from scheduler.cli import main
from scheduler.files.schema import FileInstance
from scheduler.plan import Status
from scheduler.report.workbook import write_workbook
from scheduler.report.workbook.layout import FIRST_ROW, month_column
from tests.helpers import pages
from tests.helpers.command_line import alis, files_in

NAMED = ("gantt", "report")


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    """The town's plan as a workbook, proved on every level."""
    plan = pages.plan_of(pages.town(), source=pages.tree())
    assert plan.status is Status.OPTIMAL
    path = tmp_path / "fine" / "plan.xlsx"
    write_workbook(pages.town(), plan, path)
    return path


@pytest.fixture
def broken(fine: Path) -> Path:
    """Three months of A01's cleared, and A03 put into the hospital beside A01 and A02, where there are two places."""

    def edit(book: Any) -> None:
        for month in range(3, 6):
            book["Plan"].cell(FIRST_ROW + 1, at(f"2027-0{month}")).value = None
        for month in range(9, 13):
            for row in (FIRST_ROW + 2, FIRST_ROW + 3):
                book["Plan"].cell(row, at(f"2027-{month:02d}")).value = "hosp"

    return edited(fine, edit)


def at(month: str) -> int:
    year, number = month.split("-")
    return month_column(pages.town(), int(year) * 12 + int(number) - 1) + 1


def edited(path: Path, edit: Any) -> Path:
    book = load_workbook(path)
    edit(book)
    target = path.parent.parent / "plan.xlsx"
    book.save(target)
    return target


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.json"
    path.write_text(json.dumps(FileInstance.model_validate(pages.tree()).tree()), encoding="utf-8")
    return path


@pytest.fixture
def number(town: Path, broken: Path) -> int:
    """How many rules the check says are broken."""
    result = alis("check", town, broken, "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)["violations"]
    assert {"one-rotation", "capacity", "service-total"} <= {one["rule"] for one in found}
    heading, *lines = result.stderr.splitlines()
    assert heading == f"Planen bryter {len(found)} regler:"
    assert len(lines) == len(found)
    return len(found)


@pytest.mark.parametrize("by", ["candidate", "arena", "group"])
@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_every_chart_is_drawn_with_a_word_about_it(broken: Path, number: int, by: str, suffix: str) -> None:
    target = broken.with_name(f"chart{suffix}")
    result = alis("gantt", broken, "--by", by, "-o", target, "--quiet")
    told = f"Obs: planen bryter {number} regler. Les mer med: alis check GRUNNLAG {broken}\n"
    assert (result.exit_code, result.stderr) == (0, told)
    if suffix == ".svg":
        drawn = target.read_text(encoding="utf-8")
        assert f"Planen bryter {number} regler." in drawn
        assert not re.search(r"bevist|best mulig|gyldig|gjennomførbar", drawn, re.I)
        assert ("mangler" in drawn) is (by != "arena")


def test_the_page_says_it(broken: Path, number: int) -> None:
    assert alis("report", broken).exit_code == 0
    page = broken.with_name("report.html").read_text(encoding="utf-8")
    assert f"Planen bryter {number} regler." in page
    assert "Gyldig plan" not in page
    assert "best mulig" not in page


def test_the_words_are_english_in_english(broken: Path, number: int) -> None:
    result = alis("report", broken, "--lang", "en")
    assert f"Note: the plan breaks {number} rules." in result.stderr
    assert f"The plan breaks {number} rules." in broken.with_name("report.html").read_text(encoding="utf-8")


def test_documents_are_refused_with_one_sentence(broken: Path, number: int) -> None:
    before = files_in(broken.parent)
    result = alis("documents", broken)
    assert result.exit_code == 3
    assert result.stderr == (
        f"Ingen dokumenter er skrevet, for planen bryter {number} regler: se hvilke med "
        f"«alis check GRUNNLAG {broken}», eller skriv dem likevel med --force.\n"
    )
    assert files_in(broken.parent) == before


def test_documents_that_are_forced_say_what_they_rest_on(broken: Path, number: int) -> None:
    result = alis("documents", broken, "--force")
    assert result.exit_code == 0
    assert result.stderr.startswith(f"Obs: planen bryter {number} regler.")
    written = sorted(broken.with_name("documents").glob("*.docx"))
    assert len(written) == 6
    for path in written:
        document = docx.Document(str(path))
        assert any(paragraph.text.startswith(f"Planen bryter {number} regler.") for paragraph in document.paragraphs)
        assert f"bryter {number} regler" in document.sections[0].footer.paragraphs[0].text
        assert "gyldig plan" not in document.sections[0].footer.paragraphs[0].text


def test_documents_of_a_plan_that_holds_need_no_force(fine: Path) -> None:
    result = alis("documents", fine)
    assert (result.exit_code, result.stderr) == (0, f"Skrev 9 filer i {fine.with_name('documents')}\n")


def test_a_difference_says_how_both_plans_stand(fine: Path, broken: Path, number: int) -> None:
    result = alis("diff", fine, broken)
    assert result.exit_code == 0
    assert f"Obs: planen bryter {number} regler. Les mer med: alis check GRUNNLAG {broken}\n" in result.stderr
    assert f"  Planen: bevist best mulig → bryter {number} regler\n" in result.stderr
    assert "mars–mai 2027: Fastlege → mangler rotasjon" in result.stderr
    told = json.loads(alis("diff", fine, broken, "--json").stdout)
    assert told["standing"] == {
        "before": {"standing": "proved", "broken": 0},
        "after": {"standing": "broken", "broken": number},
    }


def test_a_plan_without_its_instance_is_called_unchecked(fine: Path) -> None:
    bare = fine.with_name("bare.json")
    bare.write_text(pages.plan_of(pages.town()).to_json(), encoding="utf-8")
    other = pages.plan_of(pages.town(), pages.entry(pages.town(), "A01"))
    target = fine.with_name("other.json")
    target.write_text(other.to_json(), encoding="utf-8")
    assert "  Planen: ikke kontrollert → ikke kontrollert\n" in alis("diff", bare, target).stderr


def test_other_paths_are_not_looked_for_beside_a_plan_that_does_not_hold(town: Path, broken: Path, number: int) -> None:
    """The alternatives were rejected by the check before, and the program blamed itself."""
    result = alis("paths", town, "A02", "--plan", broken)
    assert result.exit_code == 3
    assert f"Planen bryter {number} regler, og andre løp kan bare finnes ut fra en plan som holder." in result.stderr


def test_one_rule_is_singular(fine: Path, town: Path) -> None:
    def edit(book: Any) -> None:
        for row in (FIRST_ROW + 1, FIRST_ROW + 3):  # V02 has one place
            book["Veiledere"].cell(row, 3).value = "V02"

    one = edited(fine, edit)
    found = json.loads(alis("check", town, one, "--json").stdout)["violations"]
    assert len(found) == 1, found
    for command in NAMED:
        assert "Obs: planen bryter 1 regel. " in alis(command, one).stderr
    assert "Planen bryter 1 regel." in one.with_name("report.html").read_text(encoding="utf-8")
    assert alis("check", town, one).stderr.startswith("Planen bryter 1 regel:\n")


def test_a_row_that_is_cleared_altogether_stops_no_output(fine: Path) -> None:
    def edit(book: Any) -> None:
        for month in range(7, at("2030-08") + 1):
            book["Plan"].cell(FIRST_ROW + 1, month).value = None

    empty = edited(fine, edit)
    for by in ("candidate", "arena", "group"):
        assert alis("gantt", empty, "--by", by).exit_code == 0
    assert alis("report", empty).exit_code == 0
    assert alis("documents", empty, "--force").exit_code == 0
    assert alis("diff", fine, empty).exit_code == 0
    page = empty.with_name("report.html").read_text(encoding="utf-8")
    assert "A01: har ingen planlagte måneder" in page
    assert "aug. 2026" not in page  # the month before the plan begins is nobody's finish


@pytest.mark.parametrize(("environment", "red"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_on_a_screen_it_is_red(broken: Path, environment: dict[str, str], red: bool) -> None:
    result = CliRunner().invoke(main, ["gantt", str(broken)], color=True, env=environment)
    assert (click.style("Obs: planen", fg="red")[:-4] in result.stderr) is red
