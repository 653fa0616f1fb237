"""The data on pages: edited cell by cell, with what is wrong beside the cell, and Excel in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scheduler.api import load
from scheduler.files.table_edits import differences
from scheduler.files.tables import from_data
from scheduler.web.data import data_in
from scheduler.web.desk import Desk
from tests.helpers.browsing import Browser, Cells, desk_in, project_with
from tests.helpers.tiny import make, months, person

TWO = (person(name="Kari", leave=[months("2027-05", "2027-06")]), person(wishes=[{"rotation": "ward"}]))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path)


@pytest.fixture
def browser(desk: Desk) -> Browser:
    project_with(desk, make(*TWO))
    return Browser(desk)


def table(browser: Browser, sheet: str, every: bool = False) -> Cells:
    answer = browser.get(f"/p/1/data/{sheet}", params={"every": "true"} if every else {})
    assert answer.status_code == 200
    return Cells(answer.text)


def save(browser: Browser, sheet: str, form: dict[str, Any]) -> str:
    """The page that comes back."""
    answer = browser.post(f"/p/1/data/{sheet}", data=form)
    assert answer.status_code == 200, answer.text
    return answer.text


def source(browser: Browser) -> dict[str, Any]:
    """The instance as files spell it; there must be no problems."""
    version = browser.desk.store.project(1).data
    assert version is not None
    found = data_in(browser.desk.store, version, "nb")
    assert found.instance is not None, found.problems
    assert found.instance.source is not None
    return dict(found.instance.source)


def test_every_table_has_a_page_and_nothing_changes_by_saving_it(browser: Browser) -> None:
    before = browser.desk.store.project(1).data
    overview = browser.get("/p/1/data").text
    for lang in ("nb", "en"):
        browser.post("/language", data={"lang": lang})
        for sheet in data_in(browser.desk.store, 1, "nb").tables:
            assert f"/p/1/data/{sheet}" in overview
            page = table(browser, sheet, every=True)
            save(browser, sheet, page.form())
    assert browser.desk.store.project(1).data == before


def test_a_cell_is_edited_and_the_history_says_what(browser: Browser) -> None:
    page = table(browser, "candidates", every=True)
    assert page.values["c.0.name"] == "Kari"
    told = save(browser, "candidates", page.form(c__0__percent__percent="62,5"))
    assert "Lagret." in told
    assert source(browser)["candidates"][0]["percent"] == [{"percent": 62.5}]
    assert table(browser, "candidates").values["c.0.percent.percent"] == "62,5"
    [version, _] = browser.desk.store.versions(1, "data")
    assert version.what.said("nb") == "ALIS, A01: Stillingsprosent: – → 62.5"
    assert version.what.said("en") == "Candidates, A01: Percent: – → 62.5"


def test_a_wrong_cell_is_saved_and_told_beside_the_cell(browser: Browser) -> None:
    page = table(browser, "candidates")
    told = save(browser, "candidates", page.form(**{"c__1__practice__practice": "office-1"}))
    assert "det er feil i dataene" in told
    found = Cells(told)
    assert found.wrong == {"c.1.practice.practice"}
    assert found.values["c.1.practice.practice"] == "office-1"
    assert "office-01" in found.beside["c.1.practice.practice"]
    assert "data/candidates#c.1.practice.practice" in browser.get("/p/1/data").text
    assert 'name="seconds"' not in browser.get("/p/1/plan").text  # planning needs data without mistakes


def test_what_is_wrong_is_told_while_one_types_and_nothing_is_saved(browser: Browser) -> None:
    page = table(browser, "candidates")
    form = {**page.form(c__2__id="A03"), "gone": "0"}
    found = browser.post("/p/1/data/candidates/check", data=form).json()
    assert set(found["cells"]) == {"c.2.start.earliest"}  # the cell that is missing
    assert found["cells"]["c.2.start.earliest"][0]["remark"] is False
    assert found["told"] == "1 feil i dataene."
    assert len(browser.desk.store.versions(1)) == 1


def test_rows_are_added_and_removed_with_what_belongs_to_them(browser: Browser) -> None:
    page = table(browser, "candidates")
    new = {"c__3__id": "A09", "c__3__start__earliest": "2027-02"}  # the first of the new rows stays blank
    save(browser, "candidates", page.form(**new) | {"gone": "0"})
    people = source(browser)["candidates"]
    assert [row["id"] for row in people] == ["A02", "A09"]
    assert table(browser, "candidates.leave").values["c.0.id"] == ""
    assert browser.desk.store.versions(1)[0].what.said("nb") == (
        "ALIS: 1 ny rad, 1 rad fjernet; Permisjon: 1 rad fjernet"
    )


def test_an_id_that_is_written_otherwise_is_followed(browser: Browser) -> None:
    save(browser, "candidates", table(browser, "candidates").form(c__0__id="B01"))
    assert [row["leave"] for row in source(browser)["candidates"] if row["id"] == "B01"]
    save(browser, "rotations", table(browser, "rotations").form(c__1__id="post, den"))
    assert source(browser)["candidates"][1]["wishes"] == [{"rotation": "post, den"}]


def test_undo_and_redo(browser: Browser) -> None:
    page = table(browser, "candidates")
    save(browser, "candidates", page.form(c__0__name="Ola"))
    assert '<button name="by" value="1" disabled>' in browser.get("/p/1/data").text
    here = {"expected": "2", "back": "candidates"}
    back = browser.post("/p/1/data/step", data={**here, "by": "-1"})
    assert Cells(back.text).values["c.0.name"] == "Kari"
    again = browser.post("/p/1/data/step", data={"by": "1", "expected": "1"})
    assert "Gjort om." in again.text
    assert source(browser)["candidates"][0]["name"] == "Ola"


def test_two_windows_do_not_overwrite_each_other(browser: Browser) -> None:
    first, second = table(browser, "candidates"), table(browser, "candidates")
    save(browser, "candidates", first.form(c__0__name="Ola"))
    late = browser.post("/p/1/data/candidates", data=second.form(c__1__name="Per"))
    assert late.status_code == 409
    assert source(browser)["candidates"][0]["name"] == "Ola"
    assert "name" not in source(browser)["candidates"][1]
    again = Cells(late.text)  # what was typed is not lost: it stands in what the other has saved
    assert (again.values["c.0.name"], again.values["c.1.name"]) == ("Ola", "Per")
    save(browser, "candidates", again.form())
    assert [row["name"] for row in source(browser)["candidates"]] == ["Ola", "Per"]


def test_what_was_typed_meanwhile_finds_its_rows(browser: Browser) -> None:
    late = table(browser, "candidates").form(c__0__name="Ola", c__1__name="Per", c__2__id="A03") | {"gone": "0"}
    save(browser, "candidates", table(browser, "candidates").form(c__1__id="B02"))
    answer = browser.post("/p/1/data/candidates", data=late)
    assert answer.status_code == 409
    again = Cells(answer.text)
    assert [again.values[f"c.{row}.id"] for row in range(3)] == ["A01", "B02", "A03"]
    assert 'name="gone" value="0" checked' in answer.text
    assert 'name="gone" value="1"' in answer.text
    assert 'name="gone" value="2"' not in answer.text  # it is not there yet
    assert "A02: Navn: – → Per" in answer.text


def test_the_workbook_goes_out_and_comes_in(browser: Browser, tmp_path: Path) -> None:
    out = browser.get("/p/1/data/workbook")
    assert "tiny.xlsx" in out.headers["content-disposition"]
    path = tmp_path / "out.xlsx"
    path.write_bytes(out.content)
    assert load(path).source == source(browser)
    save(browser, "candidates", table(browser, "candidates").form(c__0__name="Ola"))
    sent = {"file": ("C:\\data\\vår.xlsx", out.content)}
    told = browser.post("/p/1/data/file", files=sent, data={"expected": "2"})
    assert told.status_code == 200
    assert source(browser)["candidates"][0]["name"] == "Kari"
    assert browser.desk.store.versions(1)[0].what.said("nb") == "Lest fra filen vår.xlsx"


def test_the_workbook_of_data_with_mistakes_has_them_in_its_cells(browser: Browser) -> None:
    save(browser, "plan", table(browser, "plan").form(c__0__horizon__start="når som helst"))
    save(browser, "candidates", table(browser, "candidates").form(c__0__start__earliest="i mars", c__1__name="Per"))
    before = browser.desk.store.data(browser.desk.store.project(1).data or 0)
    out = browser.get("/p/1/data/workbook")
    assert out.status_code == 200
    sent = {"file": ("ut.xlsx", out.content)}
    browser.post("/p/1/data/file", files=sent, data={"expected": "3"})
    page = table(browser, "candidates")
    assert page.values["c.0.start.earliest"] == "i mars"
    assert page.values["c.1.name"] == "Per"
    after = browser.desk.store.data(browser.desk.store.project(1).data or 0)
    assert differences(from_data(before), from_data(after)) == {}


def test_a_file_that_cannot_be_read_changes_nothing(browser: Browser) -> None:
    told = browser.post("/p/1/data/file", files={"file": ("x.xlsx", b"no workbook")}, data={"expected": "1"})
    assert told.status_code == 422
    assert "x.xlsx kan ikke brukes slik den er" in told.text
    nothing = browser.post("/p/1/data/file", files={"file": ("", b"")}, data={"expected": "1"})
    assert nothing.status_code == 400
    assert "Velg en fil først" in nothing.text
    assert len(browser.desk.store.versions(1)) == 1


HOSTILE = ('"><script>alert(1)</script>', "=1+1", "a\x00b", "æ" * 300, "'; DROP TABLE versions; --", "‮snu", "{{ 7*7 }}")


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_names_stay_text(browser: Browser, said: str) -> None:
    save(browser, "candidates", table(browser, "candidates").form(c__0__name=said))
    page = browser.get("/p/1/data/candidates").text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page or "7*7" not in said
    assert browser.get("/p/1/data").status_code == 200
    assert browser.get("/p/1/data/workbook").status_code == 200
    versions = len(browser.desk.store.versions(1))
    save(browser, "candidates", table(browser, "candidates").form())  # what a page shows of it is no change of it
    assert len(browser.desk.store.versions(1)) == versions


@pytest.mark.parametrize("data", [{}, {"expected": "x"}, {"expected": "1", "c.0.nothing": "1"}, {"expected": "²"}])
def test_a_form_that_no_page_sends_is_refused(browser: Browser, data: dict[str, str]) -> None:
    assert browser.post("/p/1/data/candidates", data=data).status_code == 400
    assert len(browser.desk.store.versions(1)) == 1


def test_what_another_project_has_is_not_looked_at(browser: Browser) -> None:
    project_with(browser.desk, make(person(name="Hemmelig")), "other")
    form = table(browser, "candidates").form() | {"expected": "2"}
    for what in ("candidates", "candidates/check"):
        assert browser.post(f"/p/1/data/{what}", data=form).status_code == 404
    assert browser.post("/p/1/data/step", data={"by": "-1", "expected": "2"}).status_code == 404


def test_what_is_not_there_is_told(browser: Browser) -> None:
    assert browser.get("/p/1/data/nothing").status_code == 404
    assert browser.post("/p/1/data/nothing", data={"expected": "1"}).status_code == 404
    assert browser.post("/p/1/data/candidates", data={"expected": "99"}).status_code == 404
    assert browser.post("/p/1/data/step", data={"by": "-1", "expected": "1"}).status_code == 200
    far = browser.post("/p/1/data/candidates", data={"expected": "1", "c.999999.name": "x"})
    assert far.status_code == 200
    assert len(browser.desk.store.data(2)["candidates"]["rows"]) == 3


def test_an_empty_table_says_what_to_do(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    project_with(desk, make())
    browser = Browser(desk)
    assert "Tabellen er tom" in browser.get("/p/1/data/groups").text
    page = table(browser, "candidates")
    told = save(browser, "candidates", page.form() | {"gone": "0"})
    assert "Tabellen er tom" in told
    assert "Det er ingen ALIS ennå" in browser.get("/p/1/data").text
