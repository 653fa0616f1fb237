"""What if: versions side by side, and the one that is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler import api
from scheduler.month import parse_month
from scheduler.texts import Phrase
from scheduler.web.data import instance_in
from scheduler.web.jobs.child import run
from scheduler.web.store import Job, Project, now
from tests.helpers.browsing import Browser, desk_in, project_with, searches_here
from tests.helpers.tiny import make, months, person

NARROW_WARD = {"ward": {"places": [months("2027-01", "2027-10", places=0), {"from": "2027-11", "places": 1}]}}
"""One place for two, who both need it at the end of their year: somebody waits two months."""


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(desk_in(tmp_path))


@pytest.fixture
def project(browser: Browser) -> Project:
    return project_with(browser.desk, make(person(), person(), arenas=NARROW_WARD))


@pytest.fixture
def planned(browser: Browser, project: Project) -> Project:
    plan = api.plan(instance_in(browser.desk.store, project.data or 0, "nb"), workers=1)
    what = Phrase("web.did-plan")
    browser.desk.store.save_plan(project.id, plan, expected=None, author="", what=what, data=project.data)
    return browser.desk.store.project(project.id)


def version(kind: str = "", **typed: str) -> dict[str, str]:
    """One version as the form sends it, all its fields with it."""
    fields = {"arena": "office-01", "number": "1", "candidate": "A01", "percent": "", "start": "", "line": ""}
    return {"kind": kind, **fields, **typed}


def sent(*versions: dict[str, str], **more: str) -> dict[str, object]:
    rows = [*versions, *[version()] * 3][:3]
    return {**{name: [row[name] for row in rows] for name in rows[0]}, "seconds": "60", **more}


def asked(browser: Browser, project: Project, *versions: dict[str, str], **more: str) -> str:
    with searches_here():
        return browser.post(f"/p/{project.id}/whatif", data=sent(*versions, **more)).text


def job_of(browser: Browser, project: Project) -> Job:
    job = browser.desk.store.jobs.latest(project.id, "whatif")
    assert job is not None
    return job


def test_versions_stand_side_by_side_and_one_is_used(browser: Browser, project: Project) -> None:
    page = asked(
        browser,
        project,
        version("places", arena="ward", number="1", start="2027-11"),
        version("leaves", candidate="A02", start="2027-06"),
        version("line", line="candidate.A01.percent=80@2027-03..2027-06\ncandidate.A02.percent=80@2027-03..2027-06"),
    )
    job = job_of(browser, project)
    versions = job.result["versions"]
    assert [one["key"] for one in versions] == ["base", "scenario-1", "scenario-2", "scenario-3"]
    assert all(one["has_plan"] for one in versions)
    as_is, roomier = versions[0]["delay"], versions[1]["delay"]
    assert as_is[0] > roomier[0] == 0
    assert page.count('class="found"') == 4
    assert versions[1]["cells"]["nb"]["name"] in page
    assert browser.desk.store.project(project.id) == project

    form = {"job": job.id, "key": "scenario-1"}
    assert browser.post(f"/p/{project.id}/whatif/use", data={**form, "key": "base"}).status_code == 404
    assert "Planen gjelder nå." in browser.post(f"/p/{project.id}/whatif/use", data=form).text
    store, counting = browser.desk.store, browser.desk.store.project(project.id)
    instance, plan = instance_in(store, counting.data or 0, "nb"), store.plan(counting.plan or 0)
    places = instance.arenas["ward"].places
    assert places is not None
    assert (places.at(parse_month("2027-10")), places.at(parse_month("2027-11"))) == (0, 2)
    assert plan.instance.sha256 == instance.sha256
    assert store.version(counting.plan or 0).data == counting.data
    assert api.check(instance, plan).violations == []
    assert "Den gjelder nå" in browser.get(f"/p/{project.id}/whatif").text
    assert "Hva hvis: " in browser.get(f"/p/{project.id}/history").text
    assert browser.post(f"/p/{project.id}/whatif/use", data=form).status_code == 409


def test_a_place_more_is_a_post_more_where_posts_are_limited(browser: Browser) -> None:
    ward = {"percent": [months("2027-01", "2027-10", percent=0), {"from": "2027-11", "percent": 100}]}
    project = project_with(browser.desk, make(person(), person(), arenas={"ward": ward}))
    asked(browser, project, version("places", arena="ward", number="1", start="2027-11"))
    as_is, roomier = job_of(browser, project).result["versions"]
    assert as_is["delay"][0] > roomier["delay"][0] == 0


def test_on_top_of_the_plan_as_little_moves_as_can_be(browser: Browser, planned: Project) -> None:
    page = asked(browser, planned, version("places", arena="ward", number="1", start="2027-11"), basis="plan")
    job = job_of(browser, planned)
    base, more = job.result["versions"]
    assert job.asked["on_top"]
    assert base["delay"][0] == more["delay"][0] > 0
    assert more["cells"]["nb"]["moved"] == "0"
    assert "Bruk denne" in page
    store, form = browser.desk.store, {"job": job.id, "key": "scenario-1"}
    browser.post(f"/p/{planned.id}/whatif/use", data=form)
    counting = store.project(planned.id)
    before, after = store.plan(planned.plan or 0), store.plan(counting.plan or 0)
    assert counting.plan != planned.plan
    assert [entry.months for entry in after.candidates] == [entry.months for entry in before.candidates]


def test_what_cannot_be_planned_is_told(browser: Browser, project: Project) -> None:
    page = asked(browser, project, version("close", arena="ward"))
    (_, closed) = job_of(browser, project).result["versions"]
    assert not closed["has_plan"]
    assert closed["cells"]["nb"]["verdict"] in ("nei", "trolig ikke")
    assert 'name="key"' not in page


def test_a_search_that_is_stopped_shows_what_it_has(browser: Browser, project: Project) -> None:
    desk = browser.desk
    scenarios = [[{"arena": "ward", "places": 1}], ["remove candidate.A02"]]
    question = {"versions": [], "scenarios": scenarios, "on_top": False, "seconds": 60}
    job = desk.store.jobs.ask(
        project.id, "whatif", question, data=project.data, plan=None, author="", lang="nb", created=now()
    )
    desk.store.jobs.ask_to_stop(job)
    run(desk.runner.folder, job)
    page = browser.get(f"/p/{project.id}/whatif").text
    assert "Letingen ble stoppet" in page
    verdicts = [one["cells"]["nb"]["verdict"] for one in job_of(browser, project).result["versions"]]
    assert len(verdicts) == 3
    assert "ikke kjørt" in verdicts
    assert "ikke kjørt" in page


def test_months_may_be_words(browser: Browser, project: Project) -> None:
    asked(browser, project, version("close", arena="ward", start="sep. 2027"))
    assert job_of(browser, project).asked["scenarios"] == [[{"arena": "ward", "close": True, "from": "2027-09"}]]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (version("places", number="<b>"), "er ikke et tall"),
        (version("places", number="1", start="x"), "er ingen måned"),
        (version("leaves", start=""), "er ingen måned"),
        (version("percent", percent="nan"), "er ikke et tall"),
        (version("line", line=" "), "Skriv minst én endring"),
        (version(), "Skriv minst én endring"),
    ],
)
def test_what_is_written_wrong_begins_nothing(
    browser: Browser, project: Project, wrong: dict[str, str], told: str
) -> None:
    answer = browser.post(f"/p/{project.id}/whatif", data=sent(wrong))
    assert answer.status_code == 422
    assert told in answer.text
    assert "<b>" not in answer.text.partition('role="alert"')[2].partition("</section>")[0]
    assert browser.desk.store.jobs.latest(project.id, "whatif") is None


def test_a_line_that_is_no_change_is_told(browser: Browser, project: Project) -> None:
    page = asked(browser, project, version("line", line="what?"))
    assert "what?" in page.partition("Dette må rettes først")[2].partition("</ul>")[0]


def test_a_change_that_cannot_be_made_has_its_reason_below_the_table(browser: Browser, project: Project) -> None:
    page = asked(browser, project, version("line", line="arena.nowhere.places+1"))
    assert "feil i endringen" in page
    assert "Læringsarenaen «nowhere» finnes ikke" in page.partition("feil i endringen")[2]


def test_no_line_of_the_form_is_read_as_a_file(browser: Browser, project: Project, tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text('changes = ["arena.ward.places+1"]', encoding="utf-8")
    assert "Dette må rettes først" in asked(browser, project, version("line", line=str(file)))
    assert "versions" not in job_of(browser, project).result


def test_an_answer_to_other_data_is_used_no_more(browser: Browser, project: Project) -> None:
    asked(browser, project, version("places", arena="ward", number="1"))
    store = browser.desk.store
    content = store.data(project.data or 0)
    store.save_data(project.id, content, expected=project.data, author="", what=Phrase("web.did-example"))
    page = browser.get(f"/p/{project.id}/whatif").text
    assert "spør på nytt for å bruke en versjon" in page
    assert 'name="key"' not in page
    form = {"job": job_of(browser, project).id, "key": "scenario-1"}
    assert browser.post(f"/p/{project.id}/whatif/use", data=form).status_code == 409
