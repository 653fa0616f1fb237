"""Work begins with a file, with the example, or with nothing but the answers to five questions."""

import io
from pathlib import Path

import openpyxl
import pytest

from scheduler import api
from scheduler.files import read_instance
from scheduler.files.schema import FileInstance
from scheduler.files.write import to_workbook
from scheduler.month import parse_month
from scheduler.texts import LANGUAGES, Language, Phrase
from scheduler.web.arriving import bare_name
from scheduler.web.data import data_in, instance_in
from scheduler.web.guide import PLACES, Answers, begun_with, tree_of, wrong_with
from scheduler.web.store import Project
from tests.helpers.browsing import Browser, Cells, desk_in
from tests.helpers.tiny import make, person

HOSTILE = "<img src=x onerror=alert(1)>.toml"


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(desk_in(tmp_path))


def only_project(browser: Browser) -> Project:
    (project,) = browser.desk.store.projects()
    return project


def workbook() -> bytes:
    return to_workbook(FileInstance.model_validate(make(person()).source), "nb")


# --- a file


def test_a_workbook_is_read_and_can_be_planned(browser: Browser) -> None:
    page = browser.post("/projects/file", files={"file": ("Kommunen vår.xlsx", workbook())})
    project = only_project(browser)
    assert page.url.path == f"/p/{project.id}/plan"
    assert "Lest og lagret." in page.text
    assert "1 ALIS skal planlegges." in page.text
    assert browser.desk.store.version(project.data or 0).what.fields == {"file": "Kommunen vår.xlsx"}


def test_a_workbook_with_mistakes_arrives_as_it_is_to_be_mended_here(browser: Browser) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    cells = book["ALIS"]
    next(cell for row in cells.iter_rows() for cell in row if cell.value == "2027-01").value = "snart"
    wrong = io.BytesIO()
    book.save(wrong)
    page = browser.post("/projects/file", files={"file": ("x.xlsx", wrong.getvalue())})
    assert "Dataene har 1 problem." in page.text
    data = data_in(browser.desk.store, only_project(browser).data or 0, "nb")
    assert [problem.code for problem in data.problems] == ["workbook-not-a-month"]


def test_a_plan_brings_its_data(browser: Browser) -> None:
    plan = api.plan(make(person()), workers=1)
    page = browser.post("/projects/file", files={"file": ("plan.json", plan.to_json().encode())})
    project = only_project(browser)
    assert project.plan is not None
    assert browser.desk.store.plan(project.plan) == plan
    assert browser.desk.store.version(project.plan).data == project.data
    assert "Planen som gjelder" in page.text


def test_what_is_wrong_with_a_text_file_is_told_and_nothing_is_begun(browser: Browser) -> None:
    page = browser.post("/projects/file", files={"file": (HOSTILE, b"schema = 1\n[horizon]\nstrat = 'snart'\n")})
    assert page.status_code == 422
    assert "&lt;img src=x onerror=alert(1)&gt;.toml kan ikke brukes slik den er" in page.text
    assert "strat" in page.text
    assert browser.desk.store.projects() == []


def test_a_text_file_with_mistakes_opens_with_each_at_its_cell(browser: Browser) -> None:
    data = (Path(__file__).parents[2] / "instances" / "broken" / "month-thirteen.toml").read_bytes()
    data = data.replace(b"months = 96", b"months = -5")
    assert b"months = -5" in data
    page = browser.post("/projects/file", files={"file": ("by.toml", data)})
    assert "Dataene har 2 problemer." in page.text
    leave = Cells(browser.get("/p/1/data/candidates.leave").text)
    (wrong,) = leave.wrong
    assert leave.values[wrong] == "2027-13"
    horizon = Cells(browser.get("/p/1/data/plan").text)
    assert [horizon.values[name] for name in horizon.wrong] == ["-5"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tom.xlsx", b""),
        ("bilde.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
        ("../../../etc/passwd", b"root:x:0:0"),
        ("C:\\planer\\x.json", b"[" * 5000),
        ("plan.json", b'{"tool": {}}'),
        ("nul\x00.toml", b"\xff\xfe\x00"),
        ("a" * 500 + ".toml", b"x"),
    ],
)
def test_any_other_file_is_turned_away_in_words(browser: Browser, name: str, content: bytes) -> None:
    page = browser.post("/projects/file", files={"file": (name, content)})
    assert page.status_code in (400, 422)
    assert "kan ikke brukes slik den er" in page.text
    assert browser.desk.store.projects() == []


def test_no_file_at_all(browser: Browser) -> None:
    page = browser.post("/projects/file", files={"file": ("", b"")})
    assert page.status_code == 400
    assert "Velg en fil først." in page.text


def test_the_example_keeps_its_comments(browser: Browser) -> None:
    page = browser.post("/projects/example")
    project = only_project(browser)
    assert "18 ALIS skal planlegges." in page.text
    assert "# Sarpsborg 2026" in browser.desk.store.version(project.data or 0).state["toml"]


def test_the_start_lists_the_work_there_is(browser: Browser) -> None:
    assert "Her er ikke noe arbeid ennå." in browser.get("/").text
    content = begun_with(answers(name="Fjordvik"), "nb").content
    browser.desk.store.add_project("<b>Fjordvik", content, author="", what=Phrase("web.did-begin"))
    assert "&lt;b&gt;Fjordvik" in browser.get("/").text


# --- from nothing


def answers(**given: object) -> Answers:
    """Three candidates in a small municipality, with these answers otherwise."""
    usual: dict[str, object] = {
        "name": "Fjordvik",
        "start": "2027-01",
        "offices": "Torget legekontor, 2\n\n Vågen 1",
        "places": {kind: place.usual for kind, place in PLACES.items()},
        "count": 3,
        "first": "",
    }
    return Answers(**(usual | given))  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answers_become_an_instance_without_a_remark(lang: Language) -> None:
    instance = read_instance(tree_of(answers(), lang))
    assert instance.remarks == ()
    assert [candidate.window_from for candidate in instance.candidates.values()] == [instance.start] * 3
    offices = {name: instance.arenas[name] for name in ("kontor-01", "kontor-02")}
    assert {arena.name: arena.places.at(instance.start) for arena in offices.values()} == {
        "Torget legekontor": 2,
        "Vågen": 1,
    }


@pytest.mark.parametrize(
    "left", [{"kad": 1}, {"hospital": 1}, dict.fromkeys(PLACES, 1)], ids=["kad", "hospital", "all"]
)
def test_what_is_begun_with_can_be_planned(left: dict[str, int]) -> None:
    plan = api.plan(tree_of(answers(places={**dict.fromkeys(PLACES, 0), **left}), "nb"), workers=1)
    assert plan.status.has_plan
    assert len(plan.candidates) == 3


@pytest.mark.parametrize(
    ("given", "questions"),
    [
        ({}, set()),
        ({"name": ""}, {"name"}),
        ({"start": "snart"}, {"start"}),
        ({"first": "2026-12"}, {"first"}),
        ({"first": "2034-12"}, set()),
        ({"first": "2035-01"}, {"first"}),
        ({"offices": " \n"}, {"offices"}),
        ({"offices": "Torget 2"}, {"offices"}),
        ({"places": {"kad": 0, "hospital": 0, "clinic": 1}}, {"places"}),
    ],
)
def test_what_cannot_be_begun_with_is_told_at_its_question(given: dict[str, object], questions: set[str]) -> None:
    for lang in LANGUAGES:
        assert wrong_with(answers(**given), lang).keys() == questions


def form(**given: object) -> dict[str, object]:
    usual: dict[str, object] = {"name": "Fjordvik", "start": "2027-01", "offices": "Torget, 3", "count": 3, "first": ""}
    return {**usual, "places": [place.usual for place in PLACES.values()], **given}


def test_five_questions_begin_the_work(browser: Browser) -> None:
    assert "5. Hvor mange ALIS" in browser.get("/new").text
    page = browser.post("/projects/new", data=form())
    assert "3 ALIS skal planlegges." in page.text
    assert only_project(browser).name == "Fjordvik"


def test_months_are_answered_in_words_too(browser: Browser) -> None:
    browser.post("/projects/new", data=form(start="mars 2027", first="09.2027"))
    instance = instance_in(browser.desk.store, only_project(browser).data or 0, "nb")
    assert instance.start == parse_month("2027-03")
    assert {one.window_from for one in instance.candidates.values()} == {parse_month("2027-09")}


def test_what_was_answered_stays_where_something_is_wrong(browser: Browser) -> None:
    page = browser.post("/projects/new", data=form(offices="<b>Torget, 1", start="2027-02"))
    assert page.status_code == 422
    assert "Kontorene har 1 plass til 3 ALIS." in page.text
    assert "&lt;b&gt;Torget, 1</textarea>" in page.text
    assert 'value="2027-02"' in page.text
    assert browser.desk.store.projects() == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a" * 240 + ".toml", "a" * 75 + ".toml"),
        ("..\\..\\x.toml", "x.toml"),
        ("x." + "y" * 300, "x." + "y" * 78),
        ("", "?"),
    ],
)
def test_of_a_long_file_name_the_ending_is_kept(sent: str, shown: str) -> None:
    """It says what kind of file it is, and that of a long name was lost: the file was one of an unknown kind."""
    assert bare_name(sent) == shown
