"""The next intake: how many there is room for, and new ones planned on top of the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler import api
from scheduler.instance.types import Instance
from scheduler.texts import Phrase
from scheduler.web.data import instance_in
from scheduler.web.store import Project
from tests.helpers.browsing import Browser, desk_in, project_with, searches_here
from tests.helpers.tiny import make, person

FEW = {arena: {"places": [{"places": 2}]} for arena in ("office-01", "ward", "clinic")}


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(desk_in(tmp_path))


@pytest.fixture
def project(browser: Browser) -> Project:
    """One candidate where there are six places in all."""
    return planned_in(browser, make(person(), arenas=FEW))


def planned_in(browser: Browser, instance: Instance) -> Project:
    """A project with the instance and its plan."""
    project = project_with(browser.desk, instance)
    plan, what = api.plan(instance, workers=1), Phrase("web.did-plan")
    browser.desk.store.save_plan(project.id, plan, expected=None, author="", what=what, data=project.data)
    return browser.desk.store.project(project.id)


def asked(browser: Browser, project: Project, **form: object) -> str:
    with searches_here():
        return browser.post(f"/p/{project.id}/intake", data={"start": "2027-01"} | form).text


def test_it_says_how_many_there_is_room_for(browser: Browser, project: Project) -> None:
    page = asked(browser, project, kind="room")
    job = browser.desk.store.jobs.latest(project.id, "room")
    assert job is not None
    found = api.headroom(make(person(), arenas=FEW), browser.desk.store.plan(project.plan or 0), "2027-01", workers=1)
    assert 0 < found.most < 6
    assert job.result["most"] == found.most
    assert job.result["room"]["nb"][0] in page
    norwegian, english = (job.result["room"][lang] for lang in ("nb", "en"))
    assert len(norwegian) == len(english) == 3
    assert not set(norwegian) & set(english)  # nor what stands in the way, which the program has found out
    assert browser.desk.store.project(project.id) == project


def test_a_month_may_be_words(browser: Browser, project: Project) -> None:
    asked(browser, project, kind="room", start="januar 2027")
    job = browser.desk.store.jobs.latest(project.id, "room")
    assert job is not None
    assert job.asked["start"] == "2027-01"


def test_new_ones_are_planned_on_top_and_count_when_they_are_used(browser: Browser, project: Project) -> None:
    page = asked(browser, project, kind="intake", count=1)
    assert "Planen med de nye er klar" in page
    assert browser.desk.store.project(project.id) == project
    job = browser.desk.store.jobs.latest(project.id, "intake")
    assert job is not None
    form = {"job": job.id, "plan": project.plan}
    assert browser.post(f"/p/{project.id}/intake/use", data={**form, "plan": 99}).status_code == 409
    assert "Planen gjelder nå." in browser.post(f"/p/{project.id}/intake/use", data=form).text
    counting = browser.desk.store.project(project.id)
    before, after = browser.desk.store.plan(project.plan or 0), browser.desk.store.plan(counting.plan or 0)
    assert len(after.candidates) == 2
    assert after.candidate("A01").months == before.candidate("A01").months
    assert len(instance_in(browser.desk.store, counting.data or 0, "nb").candidates) == 2
    assert "Den gjelder nå." in browser.get(f"/p/{project.id}/intake").text


def test_more_than_there_is_room_for_is_told(browser: Browser) -> None:
    """The ward is open for as long as one needs it, and then never again."""
    ward = {"places": [{"places": 1, "to": "2027-02"}, {"places": 0, "from": "2027-03"}]}
    project = planned_in(browser, make(person(), arenas={"ward": ward}))
    page = asked(browser, project, kind="intake", count=1)
    assert "Så mange er det ikke plass til i den måneden" in page
    assert browser.desk.store.project(project.id) == project


@pytest.mark.parametrize(("form", "status"), [({"start": "<b>"}, 422), ({"count": 0}, 400), ({"kind": "x"}, 400)])
def test_what_cannot_be_asked_begins_nothing(
    browser: Browser, project: Project, form: dict[str, object], status: int
) -> None:
    usual = {"kind": "room", "start": "2027-01"}
    answer = browser.post(f"/p/{project.id}/intake", data={**usual, **form})
    assert answer.status_code == status
    assert "<b>" not in answer.text.partition("<main")[2]
    assert browser.desk.store.jobs.latest(project.id, "room", "intake") is None


def test_a_month_outside_the_plan_is_told(browser: Browser, project: Project) -> None:
    assert "Dette må rettes først" in asked(browser, project, kind="room", start="2040-01")


def test_without_a_plan_it_says_where_to_make_one(browser: Browser) -> None:
    project = project_with(browser.desk, make(person()))
    assert "Det må være en plan" in browser.get(f"/p/{project.id}/intake").text
    form = {"kind": "room", "start": "2027-01"}
    assert browser.post(f"/p/{project.id}/intake", data=form).status_code == 404
