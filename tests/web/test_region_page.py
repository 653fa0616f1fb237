"""The region's page: what each municipality gets, who holds what is shared, needs, and what one more is worth."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler import api
from scheduler.accounting import trajectories
from scheduler.api import Instance, Plan
from scheduler.report.region import shared_arena, shared_arenas, worth
from scheduler.report.words import Words
from tests.helpers.browsing import Browser, desk_in, project_with, searches_here
from tests.helpers.tiny import Row, make, months, person, planned


@pytest.fixture(autouse=True)
def _searches() -> Iterator[None]:
    with searches_here():
        yield


def region() -> Instance:
    """Ås has two and Bø one; the ward is nobody's and open from November 2027, so with one place somebody waits."""
    ward: Row = {"places": [months("2027-11", "2028-08", places=1)]}
    people = [person(municipality="a"), person(municipality="a"), person(municipality="b")]
    return make(
        *people,
        municipalities=[{"id": "a", "name": "Ås"}, {"id": "b", "name": "Bø"}],
        arenas={"ward": ward},
        quotas=[{"of": "ward", "municipality": "b", "places": [{"places": 1}]}],
    )


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    browser = Browser(desk_in(tmp_path))
    project_with(browser.desk, region())
    browser.post("/p/1/plan", data={"seconds": "60"})
    return browser


def delays(plan: Plan) -> dict[str, int]:
    return {entry.id: entry.delay for entry in plan.candidates}


def test_who_holds_the_ward_is_what_the_plan_says() -> None:
    """One place: at any time one head in all, and as many half-years as somebody is there."""
    instance = region()
    plan = planned(instance)
    (ward,) = [one for one in shared_arenas(instance) if one.id == "ward"]
    told = shared_arena(Words(instance, "nb"), plan, ward)
    assert [holder.name for holder in told.holders] == ["Ås", "Bø"]
    assert max(told.used) == 1
    there = {who for holder in told.holders for held in holder.held for who in held.who}
    in_ward = {
        one.candidate.id
        for one in trajectories(instance, plan)
        if any("ward" in month.rotation.mix for month in one.service)
    }
    assert there == in_ward == {"A01", "A02", "A03"}
    assert sum(told.begin) == 3
    assert sum(held.begin for held in told.holders[1].held) == 1
    assert [holder.quota for holder in told.holders] == ["", "1"]


def test_the_page_tells_all_of_it_in_both_languages(browser: Browser) -> None:
    page = browser.get("/p/1/region").text
    for said in ("Ås", "Bø", "hvem som har plassene", "Plasser som trengs", "A03", 'href="/p/1/timeline#municipality"'):
        assert said in page, said
    browser.post("/language", data={"lang": "en"})
    assert "who has the places" in browser.get("/p/1/region").text


def test_the_filter_leaves_one_municipality(browser: Browser) -> None:
    page = browser.get("/p/1/region?municipality=b&arena=ward").text
    assert '<th scope="row">Bø</th>' in page
    assert '<th scope="row">Ås</th>' not in page
    assert "A03" in page
    assert "A01" not in page


def test_the_need_list_is_by_municipality(browser: Browser) -> None:
    answer = browser.get("/p/1/region/needs/ward")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    words = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"Ås", "Bø"} <= words
    assert browser.get("/p/1/region/needs/nowhere").status_code == 404


def test_one_more_place_is_worth_what_the_two_plans_differ_by(browser: Browser) -> None:
    """With one place three wait for each other; what one more saves stands beside each municipality."""
    one = region()
    two = api.changed(one, api.places_added(one, "ward", 1))
    before, after = planned(one), planned(two)
    found = worth(one, before, two, after)
    saved = sum(delays(before).values()) - sum(delays(after).values())
    assert saved > 0
    assert sum(gain.delay[0] - gain.delay[1] for gain in found.gains) == saved
    changed = {who for who, late in delays(before).items() if late != delays(after)[who]}
    assert {own.candidate for own in found.people} == changed
    page = browser.post("/p/1/region/worth", data={"arena": "ward", "seconds": "30"}).text
    assert "En plass til: " in page
    assert "For hver kommune" in page
    job = browser.desk.store.jobs.latest(1, "worth")
    assert job is not None
    told = job.result["worth"]["gains"]
    assert sum(gain["delay"][0] - gain["delay"][1] for gain in told) == saved
    assert "Begge planene ble ikke funnet" not in page


def test_only_what_is_shared_can_be_asked_for(browser: Browser) -> None:
    assert browser.post("/p/1/region/worth", data={"arena": "office-01", "seconds": "30"}).status_code == 404


def test_without_municipalities_the_page_is_not_in_the_navigation(tmp_path: Path, browser: Browser) -> None:
    assert 'href="/p/1/region"' in browser.get("/p/1/plan").text
    project_with(browser.desk, make(person()))
    assert 'href="/p/2/region"' not in browser.get("/p/2/plan").text
    assert "Siden er for en plan med flere kommuner" in browser.get("/p/2/region").text
