"""The history: every version with who, when and what, compared, restored, published, commented on."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.browsing import Browser, Cells, desk_in, project_with, searches_here
from tests.helpers.tiny import make, person


@pytest.fixture(autouse=True)
def _searches() -> Iterator[None]:
    with searches_here():
        yield


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """Data (1), a plan of them (2), other data (3)."""
    desk = desk_in(tmp_path)
    project_with(desk, make(person(name="Kari")))
    browser = Browser(desk)
    browser.post("/author", data={"name": "Ola Nordmann"})
    browser.post("/p/1/plan", data={"seconds": "60"})
    page = Cells(browser.get("/p/1/data/candidates?every=true").text)
    browser.post("/p/1/data/candidates", data=page.form(c__0__percent__percent="50"))
    assert [version.kind for version in desk.store.versions(1)] == ["data", "plan", "data"]
    return browser


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def post(browser: Browser, what: str, **form: Any) -> Any:
    project = browser.desk.store.project(1)
    heads = {"data": project.data, "plan": project.plan or ""}
    return browser.post(f"/p/1/history/{what}", data={**heads, **form})


def test_every_version_with_who_when_and_what(browser: Browser) -> None:
    told = words(browser.get("/p/1/history").text)
    saved = browser.desk.store.version(3).saved[:16]
    assert f"{saved} ALIS, A01: Stillingsprosent: – → 50 gjelder nå Ola Nordmann" in told
    assert "Planlagt på nytt gjelder nå" in told
    browser.post("/language", data={"lang": "en"})
    assert "Candidates, A01: Percent: – → 50 counts now" in words(browser.get("/p/1/history").text)


def test_one_alone_has_nothing_to_be_compared_with(browser: Browser) -> None:
    data, plans = browser.get("/p/1/history").text.partition('id="of-plan"')[2].partition('id="of-data"')[::2][::-1]
    assert "compare-data" in data
    assert 'type="radio"' in data
    assert 'type="radio"' not in plans
    assert "Sammenlign" not in words(plans)


def test_two_versions_of_the_data_are_compared(browser: Browser) -> None:
    page = Cells(browser.get("/p/1/data/candidates?every=true").text)
    new = {"c__1__id": "A02", "c__1__start__earliest": "2027-02"}
    browser.post("/p/1/data/candidates", data=page.form(**new))
    for pair in ({"a": 1, "b": 4}, {"a": 4, "b": 1}):  # the older one is before, whichever way they are chosen
        told = words(browser.get("/p/1/history/compare", params=pair).text)
        assert "ALIS A01: Stillingsprosent: – → 50 A02, ny: Id A02, Start februar 2027" in told
    told = words(browser.get("/p/1/history/compare", params={"a": 3, "b": 3}).text)
    assert "Ingenting er forskjellig" in told


def test_what_is_only_spelled_otherwise_is_no_difference(browser: Browser) -> None:
    page = Cells(browser.get("/p/1/data/candidates?every=true").text)
    browser.post(
        "/p/1/data/candidates", data=page.form(c__0__percent__percent="50 %", c__0__start__earliest="jan 2027")
    )
    assert len(browser.desk.store.versions(1, "data")) == 3
    assert "Ingenting er forskjellig" in browser.get("/p/1/history/compare", params={"a": 3, "b": 4}).text
    page = Cells(browser.get("/p/1/data/candidates?every=true").text)
    browser.post("/p/1/data/candidates", data=page.form(c__0__start__earliest="når?"))  # what cannot be read is shown
    told = words(browser.get("/p/1/history/compare", params={"a": 4, "b": 5}).text)
    assert "Start: jan 2027 → når?" in told


def test_two_plans_are_compared(browser: Browser) -> None:
    browser.post("/p/1/plan", data={"seconds": "60"})
    told = words(browser.get("/p/1/history/compare", params={"a": 2, "b": 4}).text)
    assert "A01 Kari" in told
    assert "Før og etter" in told or "ferdig" in told
    same = words(browser.get("/p/1/history/compare", params={"a": 2, "b": 2}).text)
    assert "Ingenting er forskjellig" in same


def test_data_and_a_plan_are_not_compared(browser: Browser) -> None:
    answer = browser.get("/p/1/history/compare", params={"a": 1, "b": 2})
    assert answer.status_code == 422
    assert "Velg to utgaver av samme slag" in answer.text


def test_a_version_is_restored(browser: Browser) -> None:
    answer = post(browser, "restore", version=1)
    assert "Gjenopprettet" in answer.text
    assert browser.desk.store.project(1).data == 1
    assert len(browser.desk.store.versions(1)) == 3
    browser.post("/p/1/data/step", data={"by": "-1", "expected": "1"})
    assert browser.desk.store.project(1).data == 3


def test_a_plan_is_restored_with_its_data(browser: Browser) -> None:
    browser.post("/p/1/plan", data={"seconds": "60"})
    assert post(browser, "restore", version=2).status_code == 200
    assert (browser.desk.store.project(1).data, browser.desk.store.project(1).plan) == (3, 2)
    assert post(browser, "restore", version=2, together="true").status_code == 200
    assert (browser.desk.store.project(1).data, browser.desk.store.project(1).plan) == (1, 2)


def test_a_page_of_before_restores_nothing(browser: Browser) -> None:
    for version in (1, 2):
        late = {"data": 1, "plan": 99, "version": version}
        assert browser.post("/p/1/history/restore", data=late).status_code == 409
    assert browser.desk.store.project(1).data == 3


def test_a_plan_is_published(browser: Browser) -> None:
    answer = post(browser, "publish", version=2)
    assert "Planen er merket som publisert" in answer.text
    assert browser.desk.store.project(1).published == 2
    [told] = browser.desk.store.publications(1)
    assert (told.version, told.author) == (2, "Ola Nordmann")
    assert f"publisert {told.published[:16]} av Ola Nordmann" in words(answer.text)
    assert post(browser, "publish", version=1).status_code == 404  # data are not published


def test_a_plan_that_breaks_rules_is_asked_about_first(browser: Browser) -> None:
    store = browser.desk.store
    plan = store.plan(2)
    entry = plan.candidates[0]
    short = entry.model_copy(update={"months": entry.months[:-4]})
    broken = plan.model_copy(update={"candidates": [short]})
    what = store.version(2).what
    version = store.save_plan(1, broken, expected=2, author="", what=what, data=1)
    answer = post(browser, "publish", version=version)
    assert answer.status_code == 422
    assert "Planen bryter regler" in answer.text
    assert store.project(1).published is None
    assert post(browser, "publish", version=version, anyway="true").status_code == 200
    assert store.project(1).published == version


def test_a_comment_is_kept_and_not_overwritten_unseen(browser: Browser) -> None:
    answer = post(browser, "comment", version=3, was="", comment=" vedtatt \n 3. mars <b> ")
    assert "vedtatt 3. mars &lt;b&gt;" in answer.text
    assert post(browser, "comment", version=3, was="", comment="noe annet").status_code == 409
    assert browser.desk.store.version(3).comment == "vedtatt 3. mars <b>"
    assert post(browser, "comment", version=3, was="vedtatt 3. mars <b>", comment="").status_code == 200
    assert browser.desk.store.version(3).comment == ""


def test_versions_of_another_project_are_not_there(browser: Browser) -> None:
    project_with(browser.desk, make(person()), "other")
    for what in ("restore", "publish", "comment"):
        assert post(browser, what, version=4).status_code == 404
    assert browser.get("/p/1/history/compare", params={"a": 1, "b": 4}).status_code == 404
    told = words(browser.get("/p/2/history").text)
    assert "Det er ingen plan ennå" in told
    assert "Ola Nordmann Gjenopprett" not in told


def test_old_versions_are_a_step_away(browser: Browser) -> None:
    store = browser.desk.store
    head = 3
    for number in range(45):
        head = store.save_data(1, store.data(3), expected=head, author=f"N{number}", what=store.version(3).what)
    told = browser.get("/p/1/history").text
    assert "Vis 7 eldre" in told
    assert "N0" not in words(told).split()
    assert "N0" in words(browser.get("/p/1/history", params={"every": "true"}).text).split()
