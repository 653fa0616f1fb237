"""Other ways for one candidate, from the timeline's menu: found beside the others, drawn, and one of them used."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from scheduler import api
from scheduler.api import Pin, Span
from scheduler.web.drafts import Draft, looked_at
from scheduler.web.opening import opened_plan
from tests.helpers.browsing import Browser, desk_in, searches_here

AT = "/p/1/ways"


@pytest.fixture
def browser(folder: Path) -> Browser:
    return Browser(desk_in(folder))


def asked(browser: Browser, **form: object) -> str:
    with searches_here():
        return browser.post(AT, data={"candidate": "A01", "number": 2, "apart": 2, **form}).text


def test_the_menu_of_the_timeline_leads_there(browser: Browser) -> None:
    link = browser.get("/p/1/timeline/data").json()["links"]["ways"]
    page = browser.get(link, params={"candidate": "A02"}).text
    assert '<option value="A02" selected>' in page


def test_a_way_is_shown_with_its_price_and_becomes_the_plan_when_it_is_used(browser: Browser) -> None:
    page = asked(browser)
    before = browser.desk.store.project(1).plan or 0
    job = browser.desk.store.jobs.latest(1, "ways")
    assert job is not None
    assert [way["number"] for way in job.result["ways"]] == [1, 2, 3]
    assert job.result["ways"][1]["said"]["nb"] in page
    assert browser.desk.store.project(1).plan == before
    drawn = browser.get(f"{AT}/picture/{job.id}")
    assert drawn.headers["content-type"] == "image/png"
    width, height = struct.unpack(">II", drawn.content[16:24])
    assert width > 3 * height  # three lines, and not the rest of the sheet
    answer = browser.post(f"{AT}/use", data={"job": job.id, "number": 2})
    assert answer.url.path == "/p/1/timeline"
    old, new = (opened_plan(browser.desk.store, plan) for plan in (before, browser.desk.store.project(1).plan or 0))
    assert not new.standing.broken
    assert [one.id for one in api.diff(old, new).candidates] == ["A01"]
    assert browser.post(f"{AT}/use", data={"job": job.id, "number": 3}).status_code == 409
    assert "Planen er endret siden" in browser.get(AT).text
    browser.desk.store.step(1, "plan", -1, expected=browser.desk.store.project(1).plan)
    assert browser.desk.store.project(1).plan == before


def test_what_is_pinned_stays_in_every_way(browser: Browser) -> None:
    store = browser.desk.store
    version = store.project(1).plan or 0
    (block,) = (one for one in store.plan(version).candidate("A01").blocks if one.rotation == "ward")
    pin = Pin("A01", "ward", Span(block.from_, block.to + 1))
    state = Draft.of(store.version(version)).with_pin(pin, held=True).state()
    store.save_plan(1, store.plan(version), expected=version, author="", what=store.version(version).what, state=state)
    asked(browser)
    job = store.jobs.latest(1, "ways")
    assert job is not None
    assert len(job.result["ways"]) == 3
    for way in job.result["ways"]:
        plan = api.Plan.from_json(store.jobs.file(job.id, f"{way['number']}.plan.json").decode())
        assert {row.rotation for row in plan.candidate("A01").months if row.month in pin.span.months()} == {"ward"}
    browser.post(f"{AT}/use", data={"job": job.id, "number": 2})
    assert looked_at(store, store.project(1).plan or 0).draft.pins == (pin,)


def test_what_a_question_found_makes_room_when_it_is_asked_anew(browser: Browser) -> None:
    asked(browser)
    asked(browser)
    first, second = (browser.desk.store.jobs.job(number) for number in (1, 2))
    assert browser.desk.store.jobs.file(second.id, "2.plan.json")
    with pytest.raises(LookupError):
        browser.desk.store.jobs.file(first.id, "2.plan.json")
    assert browser.get(f"{AT}/picture/{first.id}").status_code == 404


@pytest.mark.parametrize("form", [{"candidate": "A99"}, {"candidate": "<b>"}, {"number": "0"}, {"apart": "x"}])
def test_what_cannot_be_asked_begins_nothing(browser: Browser, form: dict[str, str]) -> None:
    assert browser.post(AT, data={"candidate": "A01", **form}).status_code in (400, 404)
    assert browser.desk.store.jobs.latest(1, "ways") is None
    assert browser.get(f"{AT}/picture/1").status_code == 404
    assert browser.post(f"{AT}/use", data={"job": 1, "number": 1}).status_code == 404
