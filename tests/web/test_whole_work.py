"""The whole folder's work as one file: out, and into another folder beside what is there."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.web.store import Steps, Store
from tests.helpers.browsing import Browser, Cells, desk_in, project_with, searches_here
from tests.helpers.tiny import make, person

Work = dict[str, Any]


@pytest.fixture(autouse=True)
def _searches() -> Iterator[None]:
    with searches_here():
        yield


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """A project with data changed once, undone, and a plan that is published; and another project."""
    desk = desk_in(tmp_path / "one")
    browser = Browser(desk)
    browser.post("/author", data={"name": "Ola"})
    project_with(desk, make(person(name="Kari")))
    project_with(desk, make(person()), "Bærum <b>")
    browser.post("/p/1/plan", data={"seconds": "60"})
    browser.post("/p/1/history/publish", data={"version": "3"})
    browser.post("/p/1/history/comment", data={"version": "3", "comment": "vedtatt"})
    page = Cells(browser.get("/p/1/data/candidates").text)
    browser.post("/p/1/data/candidates", data=page.form(c__0__name="Per"))
    browser.post("/p/1/data/step", data={"by": "-1", "expected": "4"})
    return browser


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()


def exported(browser: Browser) -> bytes:
    answer = browser.get("/work/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def imported(folder: Path, content: bytes) -> tuple[Any, Store]:
    other = Browser(desk_in(folder))
    return other.post("/work/import", files={"file": ("ALIS.zip", content)}), other.desk.store


def test_work_that_was_here_before_is_kept_or_replaced_as_one_says(browser: Browser) -> None:
    store, kept = browser.desk.store, [version.saved for version in browser.desk.store.versions(1)]
    browser.post("/p/1/plan", data={"seconds": "60"})  # since it went out
    page = browser.post("/work/import", files={"file": ("ALIS.zip", exported(browser))})
    assert [one.id for one in store.projects()] == [4, 3, 2, 1]
    assert "«tiny» var her fra før" in page.text
    assert '<input type="hidden" name="old" value="1"><input type="hidden" name="new" value="3">' in page.text
    for old, new in ((1, 4), (3, 1), (1, 9), (9, 1), (1, 1)):  # not two of the same name, one after the other
        assert browser.post("/work/replace", data={"old": old, "new": new}).status_code == 404
    assert "Erstattet." in browser.post("/work/replace", data={"old": 1, "new": 3}).text
    assert [one.id for one in store.projects()] == [4, 3, 2]
    assert [version.saved for version in store.versions(3)][-len(kept) :] == kept
    assert store.versions(1) == []
    assert browser.get("/p/1/plan").status_code == 404
    assert browser.get("/p/3/plan").status_code == 200


def test_a_plan_that_was_edited_by_hand_is_edited_further_in_another_folder(browser: Browser, tmp_path: Path) -> None:
    data = browser.get("/p/1/timeline/data").json()
    bar = next(one for one in data["board"]["bars"] if one["kind"] == "block")
    of = {"start": bar["start"], "end": bar["end"]}
    to = {name: month - 1 for name, month in of.items()}
    edit = {"candidate": bar["who"], "rotation": bar["rotation"], "to": to, "of": of}
    edited = browser.post("/p/1/timeline/edits", json={"expected": data["version"], "sent": [edit]}).json()
    for name in ("another", "a third"):  # so that nothing has the number it had
        project_with(desk_in(tmp_path / "two"), make(person()), name)
    imported(tmp_path / "two", exported(browser))
    there = Browser(desk_in(tmp_path / "two")).get("/p/3/timeline/data").json()
    assert (there["board"]["bars"], there["faults"], there["edits"]) == (edited["board"]["bars"], edited["faults"], 1)


def test_all_of_it_comes_into_another_folder(browser: Browser, tmp_path: Path) -> None:
    here = browser.desk.store
    answer, there = imported(tmp_path / "two", exported(browser))
    assert "Hentet inn" in answer.text
    assert [one.name for one in there.projects()] == ["Bærum <b>", "tiny"]
    old, new = here.versions(1), there.versions(1)
    for before, after in zip(old, new, strict=True):
        told = [(one.kind, one.saved, one.author, one.what, one.comment, one.state) for one in (before, after)]
        assert told[0] == told[1]
    assert [there.data(one.id) for one in new if one.kind == "data"] == [
        here.data(one.id) for one in old if one.kind == "data"
    ]
    project, [plan] = there.project(1), [one for one in new if one.kind == "plan"]
    assert (project.plan, project.published) == (plan.id, plan.id)
    assert there.plan(plan.id) == here.plan(3)
    assert plan.data == project.data
    assert there.steps(1, "data") == Steps(0, 1)
    assert [one.author for one in there.publications(1)] == ["Ola"]


def test_what_is_there_stays_and_it_may_come_twice(browser: Browser) -> None:
    store = browser.desk.store
    before = [store.project(number) for number in (1, 2)]
    for _ in range(2):
        sent = {"file": ("ALIS.zip", exported(browser))}
        assert browser.post("/work/import", files=sent).status_code == 200
    assert [store.project(number) for number in (1, 2)] == before
    assert len(store.projects()) == 8


def changed(content: bytes, change: Callable[[Work], object], parts: dict[str, str | None] | None = None) -> bytes:
    """The file with its list changed, and parts replaced or (None) left out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            said: str | None = old.read(name).decode()
            if name == "work.json":
                work = json.loads(said or "")
                change(work)
                said = json.dumps(work)
            said = (parts or {}).get(name, said)
            if said is not None:
                new.writestr(name, said)
    return made.getvalue()


def first(work: Work) -> Work:
    project: Work = work["projects"][0]
    return project


WRONG: dict[str, Callable[[Work], object]] = {
    "a later form": lambda work: work.update(form=2),
    "something unknown": lambda work: work.update(more=1),
    "no projects": lambda work: work.pop("projects"),
    "a version that is not there": lambda work: first(work).update(data=99),
    "a plan as data": lambda work: first(work).update(data=3),
    "data as the published plan": lambda work: first(work).update(published=1),
    "no data": lambda work: first(work).update(data=None),
    "a step to nowhere": lambda work: first(work)["steps"][0].update(version=99),
    "standing elsewhere": lambda work: first(work)["steps"][0].update(current=0),
    "two steps of a number": lambda work: first(work)["steps"].append(first(work)["steps"][0]),
    "an unknown phrase": lambda work: first(work)["versions"][0]["what"].update(key="web.nothing"),
    "a phrase without its fields": lambda work: first(work)["versions"][0]["what"].update(
        key="web.did-read", fields={}
    ),
    "a phrase that is none": lambda work: first(work)["versions"][0].update(what={"key": 1}),
    "a name without end": lambda work: first(work).update(name="x" * 3000),
    "a version of a later one": lambda work: first(work)["versions"][0].update(made_of=4),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_file_that_is_not_whole_changes_nothing(
    browser: Browser, tmp_path: Path, change: Callable[[Work], object]
) -> None:
    answer, there = imported(tmp_path / "two", changed(exported(browser), change))
    assert answer.status_code == 422
    assert "Last ned alt" in answer.text
    assert there.projects() == []


PARTS: dict[str, dict[str, str | None]] = {
    "left out": {"versions/1.json": None},
    "no json": {"versions/1.json": "{"},
    "no tables": {"versions/1.json": "[1]"},
    "no rows": {"versions/1.json": '{"plan": 1}'},
    "rows of something else": {"versions/1.json": '{"plan": {"columns": [], "rows": [{"name": []}]}}'},
    "columns of something else": {"versions/1.json": '{"plan": {"columns": [1], "rows": []}}'},
    "no plan": {"versions/3.json": "{}"},
    "without end": {"versions/1.json": "[" * 100_000},
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS.keys())
def test_content_that_is_none_changes_nothing(browser: Browser, tmp_path: Path, parts: dict[str, str | None]) -> None:
    answer, there = imported(tmp_path / "two", changed(exported(browser), lambda work: None, parts))
    assert answer.status_code == 422
    assert there.projects() == []


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all" * 99])
def test_a_file_that_is_no_zip_changes_nothing(tmp_path: Path, content: bytes) -> None:
    answer, there = imported(tmp_path / "two", content)
    assert answer.status_code == 422
    assert there.projects() == []


def test_no_file_is_told(tmp_path: Path) -> None:
    answer = Browser(desk_in(tmp_path / "two")).post("/work/import", files={"file": ("", b"")})
    assert answer.status_code == 400
    assert "Velg en fil først" in answer.text


def test_a_part_that_unpacks_without_end_is_refused(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = exported(browser)
    monkeypatch.setattr("scheduler.web.store.moving.LARGEST_PART", 500)
    answer, there = imported(tmp_path / "two", content)
    assert answer.status_code == 422
    assert there.projects() == []


def test_a_whole_folder_may_be_larger_than_a_form(browser: Browser) -> None:
    length = {"Content-Length": str(30_000_000), "Content-Type": "text/plain"}
    assert browser.post("/work/import", content=b"", headers=length).status_code != 413
    assert browser.post("/projects/file", content=b"", headers=length).status_code == 413
    length["Content-Length"] = str(2_000_000_000)
    assert browser.post("/work/import", content=b"", headers=length).status_code == 413


def test_an_empty_folder_has_nothing_to_take_along(tmp_path: Path) -> None:
    other = Browser(desk_in(tmp_path / "two"))
    assert "/work/export" not in other.get("/").text
    assert "/work/import" in other.get("/").text
