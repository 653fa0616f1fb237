"""A plan is made by one press, in a process of its own, and what comes of it is told."""

import json
import time
from pathlib import Path

import pytest

from scheduler import api
from scheduler.api import Instance, RejectedError
from scheduler.planning import recipe
from scheduler.planning.alone import Alone
from scheduler.planning.greedy import Greedy
from scheduler.texts import Phrase
from scheduler.web.jobs import work
from scheduler.web.jobs.child import run
from scheduler.web.pages import jobs as jobs_page
from scheduler.web.store import JobState, Project
from tests.helpers.browsing import Browser, desk_in, project_with, searches_here
from tests.helpers.tiny import make, months, person, planned

SOON = 60.0


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(desk_in(tmp_path))


def two() -> Instance:
    return make(person(), person(practice=None))


def asked(browser: Browser, project: Project, **form: object) -> str:
    """The page after the press, with the search done at once."""
    with searches_here():
        return browser.post(f"/p/{project.id}/plan", data=form).text


def counts(browser: Browser, project: Project) -> int | None:
    return browser.desk.store.project(project.id).plan


def test_one_press_makes_the_plan_that_counts(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    assert "2 ALIS skal planlegges." in browser.get(f"/p/{project.id}/plan").text
    page = asked(browser, project)
    version = browser.desk.store.version(counts(browser, project) or 0)
    assert (version.what, version.data) == (Phrase("web.did-plan"), project.data)
    assert "Planen som gjelder" in page
    assert "bevist" in page
    assert "Version(" not in page
    assert browser.desk.store.plan(version.id).objectives == planned(two()).objectives


def test_a_search_has_a_process_of_its_own_that_can_be_followed_and_survives_the_server(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    page = browser.post(f"/p/{project.id}/plan")
    job = browser.desk.store.jobs.latest(project.id)
    assert job is not None
    assert f'data-progress="/p/{project.id}/jobs/{job.id}"' in page.text
    another = Browser(desk_in(browser.desk.folder))  # as a server that is started again
    until = time.monotonic() + SOON
    while 'data-over="yes"' not in another.get(f"/p/{project.id}/jobs/{job.id}").text:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert browser.desk.store.jobs.job(job.id).state is JobState.DONE
    assert counts(browser, project) is not None
    browser.desk.runner.end()


def test_a_second_press_during_a_search_begins_no_second_one(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    ask(browser, project)
    browser.desk.runner.start = lambda *_, **__: pytest.fail("begun")  # type: ignore[assignment, misc]
    assert "data-progress" in browser.post(f"/p/{project.id}/plan").text


def ask(browser: Browser, project: Project, **asked: object) -> int:
    """A search that waits for its process."""
    counting = browser.desk.store.project(project.id)
    return browser.desk.store.jobs.ask(
        project.id,
        "plan",
        asked,
        data=counting.data,
        plan=counting.plan,
        author="Kari",
        lang="nb",
        created="2027-01-01",
    )


def test_whoever_stops_keeps_the_best_so_far(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    job = ask(browser, project)
    page = browser.post(f"/p/{project.id}/jobs/{job}/stop")
    assert page.url.path == f"/p/{project.id}/plan"
    assert "Stopper, og beholder det beste så langt" in page.text
    run(browser.desk.folder, job)
    done = browser.desk.store.jobs.job(job)
    assert done.state is JobState.DONE
    assert done.result["stopped"] is True


def test_levels_are_told_while_it_searches(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    job = ask(browser, project, seconds=120)
    browser.desk.store.jobs.begin(job)
    browser.desk.store.jobs.tell(job, 75.0, {"event": ["part", 2, 3], "levels": {"delay": [4, 1]}})
    told = browser.get(f"/p/{project.id}/jobs/{job}").text
    assert "1:15" in told
    assert "av høyst 2 min 0 s" in told
    assert "4" in told.partition('class="levels"')[2]


def test_a_search_whose_process_is_gone_is_told_as_broken_off(browser: Browser) -> None:
    class Gone:
        def poll(self) -> int:
            return -9

    project = project_with(browser.desk, two())
    job = ask(browser, project)
    browser.desk.runner._processes[job] = Gone()  # type: ignore[assignment]
    page = browser.get(f"/p/{project.id}/plan").text
    assert "Letingen ble brutt." in page
    assert "Lag planen" in page
    assert browser.desk.store.jobs.job(job).state is JobState.LOST


def test_nobodys_edit_is_overwritten_by_a_search(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    job = ask(browser, project)
    edited = browser.desk.store.save_plan(
        project.id, planned(two()), expected=None, author="", what=Phrase("web.did-plan"), data=project.data
    )
    run(browser.desk.folder, job)
    assert counts(browser, project) == edited
    page = browser.get(f"/p/{project.id}/plan").text
    assert "noen endret planen mens det ble letet" in page
    made = browser.desk.store.jobs.job(job).result["plan"]
    stale = browser.post(f"/p/{project.id}/plan/use", data={"version": made, "expected": ""})
    assert stale.status_code == 409
    assert counts(browser, project) == edited
    used = browser.post(f"/p/{project.id}/plan/use", data={"version": made, "expected": edited})
    assert "Planen gjelder nå." in used.text
    assert counts(browser, project) == made


def test_no_plan_is_told_with_where_to_look_next(browser: Browser) -> None:
    there = person(fixed=[months("2027-01", "2027-02", rotation="ward")])
    project = project_with(browser.desk, make(there, there, arenas={"ward": {"places": [{"places": 1}]}}))
    page = asked(browser, project)
    assert "Det finnes ingen plan med disse dataene" in page
    assert "på siden Hvorfor" in page
    assert counts(browser, project) is None


def test_a_plan_on_top_keeps_what_is_frozen(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    asked(browser, project)
    first = counts(browser, project)
    page = asked(browser, project, on_top="current", freeze_to="2027-03")
    second = counts(browser, project)
    assert second is not None
    assert first is not None
    assert second != first
    assert browser.desk.store.version(second).what == Phrase("web.did-replan")
    assert "planen som gjelder, så lite som mulig" in page
    assert [one.months for one in browser.desk.store.plan(second).candidates] == [
        one.months for one in browser.desk.store.plan(first).candidates
    ]


def test_months_are_locked_as_they_are_typed_and_what_is_none_is_told_and_begins_nothing(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    asked(browser, project)
    jobs, before = browser.desk.store.jobs, browser.desk.store.jobs.latest(project.id)
    refused = browser.post(f"/p/{project.id}/plan", data={"on_top": "current", "freeze_to": "2027-13"})
    assert refused.status_code == 422
    assert "«2027-13» er ingen måned" in refused.text
    assert 'name="freeze_to" value="2027-13"' in refused.text
    assert jobs.latest(project.id) == before
    asked(browser, project, on_top="current", freeze_to="mars 2027")
    job = jobs.latest(project.id)
    assert job is not None
    assert job.asked["freeze_to"] == "2027-03"


def test_more_than_may_move_is_told_and_allowed_by_a_tick(browser: Browser) -> None:
    project = project_with(browser.desk, make(person(fixed=[months("2027-01", "2027-10", rotation="gp")])))
    asked(browser, project)
    before = counts(browser, project)
    moved = make(person(fixed=[months("2027-01", "2027-08", rotation="ward")]))
    saved = project_with(browser.desk, moved)
    store = browser.desk.store
    store.save_data(
        project.id, store.data(saved.data or 0), expected=project.data, author="", what=Phrase("web.did-begin")
    )
    form = {"on_top": "current", "freeze_to": ""}
    page = asked(browser, project, **form)
    assert "Mer enn tillatt måtte flyttes" in page
    assert "Planen er laget for en eldre utgave av dataene." in page
    assert counts(browser, project) == before
    assert "Planen er laget for en eldre" not in asked(browser, project, allow_all="true", **form)
    assert counts(browser, project) != before


def test_a_fault_leaves_its_file_in_the_folder_without_names(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(instance: Instance, **_: object) -> None:
        raise RejectedError(planned(instance), ())

    monkeypatch.setattr(api, "plan", refused)
    project = project_with(browser.desk, make(person(name="Kjersti Øvrebø")))
    page = asked(browser, project)
    assert "feil i programmet" in page
    (file,) = browser.desk.folder.glob("alis-feil-*.json")
    assert file.name in page
    record = file.read_text(encoding="utf-8")
    assert json.loads(record)["command"] == ["serve", "plan"]
    assert "Kjersti" not in record


@pytest.mark.parametrize(
    "form", [{"seconds": "0"}, {"seconds": "1e9"}, {"on_top": "other"}, {"prefer": "x"}, {"seconds": "<b>"}]
)
def test_a_form_that_no_page_sends_begins_nothing(browser: Browser, form: dict[str, str]) -> None:
    project = project_with(browser.desk, two())
    assert browser.post(f"/p/{project.id}/plan", data=form).status_code == 400
    assert browser.desk.store.jobs.latest(project.id) is None


def test_a_search_of_another_project_is_none_of_this_one(browser: Browser) -> None:
    mine, other = project_with(browser.desk, two()), project_with(browser.desk, two())
    job = ask(browser, other)
    assert browser.get(f"/p/{mine.id}/jobs/{job}").status_code == 404
    assert browser.post(f"/p/{mine.id}/jobs/{job}/stop").status_code == 404
    assert not browser.desk.store.jobs.job(job).stop_asked


def test_a_search_is_begun_once(browser: Browser) -> None:
    project = project_with(browser.desk, two())
    job = ask(browser, project)
    assert [one.id for one in browser.desk.store.jobs.unfinished()] == [job]
    browser.desk.store.jobs.begin(job)
    with pytest.raises(LookupError):
        browser.desk.store.jobs.begin(job)


def test_every_kind_of_search_has_its_page() -> None:
    assert work.WORK.keys() <= jobs_page.PAGE_OF.keys()


def test_a_search_that_ran_out_of_time_shows_its_draft_and_leaves_no_plan(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "RECIPE", (Alone(), Greedy()))
    places = [{"places": 1, "from": "2027-01", "to": "2027-04"}]
    project = project_with(browser.desk, make(person(), person(), person(), arenas={"ward": {"places": places}}))
    page = asked(browser, project)
    assert counts(browser, project) is None
    assert "Utkast, ikke en plan: tiden gikk ut da 2 av 3 var plassert. 1 er ikke plassert." in page
    assert "A03 er ikke plassert: ward er fullt i januar–februar 2027 (A01)" in page
    job = browser.desk.store.jobs.latest(project.id)
    assert job is not None
    chart = browser.get(f"/p/{project.id}/plan/came-so-far/{job.id}")
    assert (chart.status_code, chart.headers["content-type"]) == (200, "image/png")
    assert browser.get(f"/p/{project.id}/plan/came-so-far/{job.id + 1}").status_code == 404


def test_a_draft_of_what_was_placed_stands_beside_the_plan_there_is(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_with(browser.desk, make(person(), person(), person()))
    asked(browser, project)
    before, store = counts(browser, project), browser.desk.store
    places = {"ward": {"places": [{"places": 1, "from": "2027-01", "to": "2027-04"}]}}
    fewer = project_with(browser.desk, make(person(), person(), person(), arenas=places))
    content = store.data(fewer.data or 0)
    store.save_data(project.id, content, expected=project.data, author="", what=Phrase("web.did-begin"))
    monkeypatch.setattr(recipe, "RECIPE", (Alone(), Greedy()))
    page = asked(browser, project)
    assert "Utkast, ikke en plan" in page
    assert "Planen som gjelder" in page
    assert counts(browser, project) == before
