"""For the meeting: the plan beside the one before, and each thing that is handed out by one press."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from scheduler import api
from scheduler.texts import Phrase
from scheduler.web.store import Project
from tests.helpers.browsing import Browser, desk_in, project_with
from tests.helpers.tiny import make, months, person

NAME = "Kjersti Øvrebø"


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(desk_in(tmp_path))


@pytest.fixture
def project(browser: Browser) -> Project:
    """Two plans, of which the first is published; in the later one the ward is asked for earlier."""
    project = project_with(browser.desk, make(person(name=NAME), person()))
    first = keep(browser, project, None, [])
    browser.desk.store.publish(project.id, first, author="Kari")
    keep(browser, project, first, [months("2027-02", "2027-03", rotation="ward")])
    return browser.desk.store.project(project.id)


def keep(browser: Browser, project: Project, expected: int | None, fixed: list[dict[str, str]]) -> int:
    plan = api.plan(make(person(name=NAME, fixed=fixed), person()), workers=1)
    return browser.desk.store.save_plan(
        project.id, plan, expected=expected, author="Kari", what=Phrase("web.did-plan"), data=project.data
    )


def taken(browser: Browser, project: Project, what: str, **asked: object) -> bytes:
    answer = browser.get(f"/p/{project.id}/meeting/{what}", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return answer.content


def test_the_plan_stands_beside_the_published_one(browser: Browser, project: Project) -> None:
    page = browser.get(f"/p/{project.id}/meeting").text
    changes = page.partition("Hva som er endret")[2]
    assert "februar–mars 2027" in changes
    assert NAME in changes
    assert NAME not in browser.get(f"/p/{project.id}/meeting?anonymise=true").text
    assert "Hva som er endret" not in browser.get(f"/p/{project.id}/meeting?before=none").text


def test_the_chart_is_a_picture_and_a_pdf(browser: Browser, project: Project) -> None:
    compared = taken(browser, project, "png")
    assert compared.startswith(b"\x89PNG")
    assert compared != taken(browser, project, "png", before="none")
    assert compared != taken(browser, project, "png", anonymise="true")
    assert taken(browser, project, "pdf", by="arena").startswith(b"%PDF")


def test_the_page_has_names_unless_it_is_to_have_none(browser: Browser, project: Project) -> None:
    assert NAME in taken(browser, project, "page").decode()
    assert NAME not in taken(browser, project, "page", anonymise="true").decode()


def test_the_workbook_is_read_as_the_plan_that_it_was_made_of(
    browser: Browser, project: Project, tmp_path: Path
) -> None:
    content = taken(browser, project, "workbook")
    assert "Plan" in openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    book = tmp_path / "plan.xlsx"
    book.write_bytes(content)
    read, made = api.read_plan(book), browser.desk.store.plan(project.plan or 0)
    assert [[month.rotation for month in one.months] for one in read.candidates] == [
        [month.rotation for month in one.months] for one in made.candidates
    ]


@pytest.mark.parametrize(("what", "suffix"), [("documents", ".docx"), ("calendars", ".ics")])
def test_each_ones_files_come_in_one(browser: Browser, project: Project, what: str, suffix: str) -> None:
    with zipfile.ZipFile(io.BytesIO(taken(browser, project, what))) as archive:
        names = archive.namelist()
    assert {Path(name).suffix for name in names} == {suffix}
    assert {who for who in ("A01", "A02") if any(who in name for name in names)} == {"A01", "A02"}


def test_nothing_to_sign_is_made_of_a_plan_that_breaks_rules(browser: Browser, project: Project) -> None:
    plan = browser.desk.store.plan(project.plan or 0)
    broken = plan.model_copy(
        update={"candidates": [one.model_copy(update={"months": one.months[:-1]}) for one in plan.candidates]}
    )
    store = browser.desk.store
    store.save_plan(
        project.id, broken, expected=project.plan, author="", what=Phrase("web.did-plan"), data=project.data
    )
    assert "/meeting/documents" not in browser.get(f"/p/{project.id}/meeting").text
    refused = browser.get(f"/p/{project.id}/meeting/documents")
    assert (refused.status_code, "Planen bryter regler" in refused.text) == (409, True)
    assert taken(browser, project, "png").startswith(b"\x89PNG")


def test_without_a_plan_it_says_where_to_make_one(browser: Browser) -> None:
    project = project_with(browser.desk, make(person()))
    assert f'<a href="/p/{project.id}/plan">' in browser.get(f"/p/{project.id}/meeting").text
    assert browser.get(f"/p/{project.id}/meeting/png").status_code == 404


@pytest.mark.parametrize(
    ("what", "asked", "status"), [("exe", {}, 404), ("png", {"by": "x"}, 400), ("png", {"before": "9" * 99}, 400)]
)
def test_what_no_page_asks_for(
    browser: Browser, project: Project, what: str, asked: dict[str, str], status: int
) -> None:
    assert browser.get(f"/p/{project.id}/meeting/{what}", params=asked).status_code == status
