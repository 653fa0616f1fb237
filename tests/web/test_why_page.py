"""Why there is no plan, why somebody is not there, why somebody is late: asked, answered, and used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.api import Instance
from scheduler.web.data import instance_in
from scheduler.web.store import Job
from tests.helpers.browsing import Browser, desk_in, project_with, searches_here
from tests.helpers.tiny import make, months, person

WARD = months("2027-03", "2027-06", rotation="ward")
SECONDS = {"seconds": "60"}


@pytest.fixture(autouse=True)
def _searches() -> Iterator[None]:
    with searches_here():
        yield


def browser_with(folder: Path, instance: Instance) -> Browser:
    desk = desk_in(folder)
    project_with(desk, instance)
    return Browser(desk)


def impossible(folder: Path) -> Browser:
    """Two who must be in the ward in the same months, with one place."""
    arenas = {"ward": {"places": [{"places": 1}]}}
    return browser_with(folder, make(person(fixed=[WARD]), person(fixed=[WARD]), arenas=arenas))


def one_is_late(folder: Path) -> Browser:
    """The ward has a place in two months of the first year, and in two of the second: one has to wait."""
    places = [months("2027-05", "2027-06", places=1), months("2028-01", "2028-02", places=1)]
    arenas = {"ward": {"places": [{"places": 0}, *places]}}
    return browser_with(folder, make(person(), person(), arenas=arenas))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def ask(browser: Browser, what: str, **form: str) -> str:
    answer = browser.post(f"/p/1/why/{what}", data={**SECONDS, **form})
    assert answer.status_code == 200, answer.text
    return answer.text


def job(browser: Browser) -> Job:
    found = browser.desk.store.jobs.latest(1)
    assert found is not None
    return found


def data(browser: Browser) -> Instance:
    version = browser.desk.store.project(1).data
    assert version is not None
    return instance_in(browser.desk.store, version, "nb")


def use(browser: Browser, number: int, **other: Any) -> Any:
    form = {"job": job(browser).id, "number": number, "expected": browser.desk.store.project(1).data, **other}
    return browser.post("/p/1/why/use", data=form)


def test_what_stands_in_the_way_and_a_remedy_that_is_used(tmp_path: Path) -> None:
    browser = impossible(tmp_path)
    told = words(ask(browser, "explain"))
    assert "Bevist" in told
    assert "ward: 2 ALIS (A01, A02)" in told
    assert "Én plass mer på «ward» fra mars 2027 til og med juni 2027 prøvd: gir en plan" in told
    used = use(browser, 0)
    assert used.url.path == "/p/1/plan"
    assert "Endringen er gjort i dataene" in used.text
    source = data(browser).source
    assert source is not None
    assert months("2027-03", "2027-06", places=2) in source["arenas"][1]["places"]
    [version, _] = browser.desk.store.versions(1, "data")
    assert version.what.said("en").startswith("Changed so that there is a plan: one more place at “ward”")
    assert "Dataene er endret siden" in browser.get("/p/1/why").text
    assert "Det finnes en plan: ingenting står i veien" in words(ask(browser, "explain"))


def test_the_answer_is_in_the_readers_language(tmp_path: Path) -> None:
    browser = impossible(tmp_path)
    ask(browser, "explain")
    browser.post("/language", data={"lang": "en"})
    told = words(browser.get("/p/1/why").text)
    assert "ward: 2 candidates (A01, A02)" in told
    assert "One more place at" in told


def test_planning_without_a_plan_says_the_same_here(tmp_path: Path) -> None:
    browser = impossible(tmp_path)
    page = browser.post("/p/1/plan", data={"seconds": "60"})
    assert "Det finnes ingen plan med disse dataene" in page.text
    told = words(browser.get("/p/1/why").text)
    assert "ward: 2 ALIS (A01, A02)" in told
    assert use(browser, 1).status_code == 200
    assert len(data(browser).candidates["A01"].fixed) + len(data(browser).candidates["A02"].fixed) == 1


def test_a_remedy_on_data_that_have_changed_says_so(tmp_path: Path) -> None:
    browser = impossible(tmp_path)
    ask(browser, "explain")
    first = browser.desk.store.project(1).data
    assert use(browser, 0).status_code == 200
    assert use(browser, 0, expected=first).status_code == 409
    assert len(browser.desk.store.versions(1, "data")) == 2
    assert use(browser, 99).status_code == 404
    assert use(browser, 0, job=99).status_code == 404


def test_a_remedy_that_the_data_no_longer_take_changes_nothing(tmp_path: Path) -> None:
    browser = impossible(tmp_path)
    ask(browser, "explain")
    browser.post("/p/1/data/candidates", data={"expected": "1", "gone": "0"})
    refused = use(browser, 1)  # that A01 is no longer fixed, who is gone
    assert refused.status_code == 422
    assert "A01" in words(refused.text)
    assert len(browser.desk.store.versions(1, "data")) == 2


def test_why_not_there(tmp_path: Path) -> None:
    browser = one_is_late(tmp_path)
    where = {"candidate": "A01", "rotation": "ward"}
    told = words(ask(browser, "why-not", **where, start="2027-03", end="2027-04"))
    assert "Hvorfor er ikke A01 i ward fra mars 2027 til april 2027?" in told
    assert "A01 kan ikke være i ward i mars–april 2027, uansett hva de andre gjør" in told
    told = words(ask(browser, "why-not", **where, start="2027-05", end="2028-01"))
    assert "Hvorfor er ikke A01 i ward fra mai 2027 til januar 2028?" in told


def test_months_may_be_words(tmp_path: Path) -> None:
    browser = one_is_late(tmp_path)
    told = words(ask(browser, "why-not", candidate="A01", rotation="ward", start="mars 2027", end="04.2027"))
    assert "Hvorfor er ikke A01 i ward fra mars 2027 til april 2027?" in told
    told = words(ask(browser, "why-delay", candidate="A01", month="juni 2027"))
    assert "juni 2027" in told
    job = browser.desk.store.jobs.latest(1)
    assert job is not None
    assert job.asked["month"] == "2027-06"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"candidate": "A01", "rotation": "ward", "start": "mars"}, "«mars» er ingen måned"),
        ({"candidate": "A01", "rotation": "ward", "start": ""}, "er ingen måned"),
        ({"candidate": "A01", "rotation": "ward", "start": "2027-03", "end": "x"}, "«x» er ingen måned"),
    ],
)
def test_a_question_that_is_none_is_told_and_what_was_typed_stays(
    tmp_path: Path, form: dict[str, str], told: str
) -> None:
    browser = one_is_late(tmp_path)
    answer = browser.post("/p/1/why/why-not", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert '<option value="ward" selected>' in answer.text
    assert browser.desk.store.jobs.latest(1) is None


def test_a_question_that_the_data_cannot_answer_is_told(tmp_path: Path) -> None:
    browser = one_is_late(tmp_path)
    told = ask(browser, "why-not", candidate="A09", rotation="<i>", start="2027-03")
    assert "A09" in told
    assert "&lt;i&gt;" in told
    assert "<i>" not in told
    assert browser.post("/p/1/why/why-delay", data={"candidate": "A09", "month": "2027-12"}).status_code == 422


def test_why_a_delay_what_it_costs_and_the_plan_that_is_used(tmp_path: Path) -> None:
    browser = one_is_late(tmp_path)
    assert "Lag en plan først" in browser.get("/p/1/why").text
    browser.post("/p/1/plan", data={"seconds": "60"})
    page = words(browser.get("/p/1/why").text)
    assert "2 måneder etter desember 2027" in page
    late = next(entry.id for entry in browser.desk.store.plan(1 + 1).candidates if entry.delay)
    other = "A01" if late == "A02" else "A02"
    told = words(ask(browser, "why-delay", candidate=late))
    assert f"Det går an: {late} kan være ferdig i desember 2027." in told
    assert f"{late} 2028-02 → 2027-12" in told
    assert f"{other} 2027-12 → 2028-02" in told
    project = browser.desk.store.project(1)
    form = {"job": job(browser).id, "plan": project.plan}
    assert "Bruk denne" in browser.get("/p/1/why").text
    assert browser.post("/p/1/why/adopt", data=form).status_code == 200
    now = browser.desk.store.project(1)
    assert now.plan != project.plan
    assert data(browser).candidates[late].finish_by == data(browser).start + 11
    assert now.plan is not None
    assert browser.desk.store.plan(now.plan).candidate(late).delay == 0
    assert browser.desk.store.version(now.plan).data == now.data
    assert browser.post("/p/1/why/adopt", data=form).status_code == 409


def test_a_plan_of_data_that_have_changed_is_not_used(tmp_path: Path) -> None:
    browser = one_is_late(tmp_path)
    browser.post("/p/1/plan", data={"seconds": "60"})
    late = next(entry.id for entry in browser.desk.store.plan(2).candidates if entry.delay)
    ask(browser, "why-delay", candidate=late)
    browser.post("/p/1/data/candidates", data={"expected": "1", "c.0.name": "Kari"})
    told = browser.get("/p/1/why").text
    assert "Spør på nytt" in told
    assert "/why/adopt" not in told
    form = {"job": job(browser).id, "plan": 2}
    assert browser.post("/p/1/why/adopt", data=form).status_code == 409
    assert data(browser).candidates["A01"].name == "Kari"


def test_why_a_delay_that_cannot_be_helped_with_what_would_help(tmp_path: Path) -> None:
    browser = one_is_late(tmp_path)
    browser.post("/p/1/data/candidates", data={"expected": "1", "c.0.finish_by": "2027-12"})
    browser.post("/p/1/plan", data={"seconds": "60"})
    told = words(ask(browser, "why-delay", candidate="A02", month="2027-12"))
    assert "Hvorfor er ikke A02 ferdig i desember 2027?" in told
    assert "Det som hjelper" in told
    remedies = job(browser).result["explanation"]["remedies"]
    assert remedies
    assert not any("candidate.A02.finish_by" in line for remedy in remedies for line in remedy["inline"])
    assert any("ward" in line for remedy in remedies for line in remedy["inline"])


def test_nobody_is_late(tmp_path: Path) -> None:
    browser = browser_with(tmp_path, make(person()))
    browser.post("/p/1/plan", data={"seconds": "60"})
    assert "Ingen er forsinket" in browser.get("/p/1/why").text


def test_without_data_to_plan_it_says_what_to_do(tmp_path: Path) -> None:
    browser = browser_with(tmp_path, make(person()))
    browser.post("/p/1/data/candidates", data={"expected": "1", "c.0.start.earliest": "x"})
    assert "Rett dem på siden Data først" in browser.get("/p/1/why").text
    assert browser.post("/p/1/why/why-delay", data={"candidate": "A01", "month": "2027-12"}).status_code == 422
    assert "ALIS!C4" in ask(browser, "explain")
    browser.post("/p/1/data/candidates", data={"expected": "2", "gone": "0"})
    assert "Det er ingen ALIS å planlegge ennå" in browser.get("/p/1/why").text


def test_an_answer_of_another_project_is_not_used(tmp_path: Path) -> None:
    browser = impossible(tmp_path)
    ask(browser, "explain")
    project_with(browser.desk, make(person()), "other")
    form = {"job": job(browser).id, "number": 0, "expected": 2}
    assert browser.post("/p/2/why/use", data=form).status_code == 404
