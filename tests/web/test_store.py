"""The folder's memory: versions, the undo stack across restarts, and two windows that never overwrite each other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from scheduler.texts import Phrase
from scheduler.web.store import STORE_FILE, NotOursError, StaleError, Steps, Store

FIRST = Phrase("web.page-start")


def begun(folder: Path) -> tuple[Store, int, int]:
    """A store with a project, and its first data: ``{"n": 0}``."""
    store = Store(folder)
    project = store.add_project("Bærum", {"n": 0}, author="Kari", what=FIRST)
    assert project.data is not None
    return store, project.id, project.data


def saved(store: Store, project: int, number: int, expected: int | None) -> int:
    return store.save_data(project, {"n": number}, expected=expected, author="Kari", what=FIRST)


def test_a_version_is_kept_with_who_and_what(tmp_path: Path) -> None:
    store, project, first = begun(tmp_path)
    second = store.save_data(
        project, {"n": 1}, expected=first, author="Ola", what=FIRST, comment="prøve", state={"at": [1, "æ"]}
    )
    again = Store(tmp_path)
    assert again.project(project).data == second
    version = again.version(second)
    assert (version.author, version.comment, version.made_of, version.kind) == ("Ola", "prøve", first, "data")
    assert version.state == {"at": [1, "æ"]}
    assert version.what == FIRST
    assert [again.data(one.id) for one in again.versions(project)] == [{"n": 1}, {"n": 0}]


def test_who_saves_on_an_old_version_is_told(tmp_path: Path) -> None:
    store, project, first = begun(tmp_path)
    other_window = Store(tmp_path)
    second = saved(other_window, project, 1, first)
    with pytest.raises(StaleError) as told:
        saved(store, project, 2, first)
    assert (told.value.expected, told.value.current) == (first, second)
    assert store.data(second) == {"n": 1}
    assert len(store.versions(project)) == 2


def test_undo_and_redo_of_any_depth_across_restarts(tmp_path: Path) -> None:
    store, project, version = begun(tmp_path)
    versions = [version]
    for number in range(1, 6):
        versions.append(saved(store, project, number, versions[-1]))
    assert Store(tmp_path).steps(project, "data") == Steps(5, 0)
    for number in (4, 3, 2, 1, 0):
        here = Store(tmp_path).step(project, "data", -1, expected=versions[number + 1])
        assert here == versions[number]
    with pytest.raises(LookupError):
        store.step(project, "data", -1, expected=versions[0])
    assert store.steps(project, "data") == Steps(0, 5)
    assert store.step(project, "data", 1, expected=versions[0]) == versions[1]
    other = saved(store, project, 9, versions[1])  # what was undone is gone from the stack, and is a version still
    assert store.steps(project, "data") == Steps(2, 0)
    assert store.step(project, "data", -1, expected=other) == versions[1]
    assert store.data(versions[5]) == {"n": 5}


def test_undo_on_what_counts_no_longer_is_told(tmp_path: Path) -> None:
    store, project, first = begun(tmp_path)
    second = saved(store, project, 1, first)
    saved(store, project, 2, second)
    with pytest.raises(StaleError):
        store.step(project, "data", -1, expected=second)


def test_a_version_that_is_restored_counts_and_can_be_undone(tmp_path: Path) -> None:
    store, project, first = begun(tmp_path)
    second = saved(store, project, 1, first)
    store.adopt(project, first, expected=second)
    assert store.project(project).data == first
    assert store.step(project, "data", -1, expected=first) == second


def test_a_version_of_another_project_cannot_be_restored(tmp_path: Path) -> None:
    store, project, first = begun(tmp_path)
    other = store.add_project("Sarpsborg", {}, author="", what=FIRST)
    assert other.data is not None
    with pytest.raises(LookupError):
        store.adopt(project, other.data, expected=first)


@pytest.mark.parametrize("content", [b"not a database at all, but a text that is longer than a header" * 9, b"x"])
def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / STORE_FILE).write_bytes(content)
    with pytest.raises(NotOursError):
        Store(tmp_path)
    assert (tmp_path / STORE_FILE).read_bytes() == content


@pytest.mark.parametrize("statement", ["CREATE TABLE other (x)", "PRAGMA user_version = 99"])
def test_a_store_of_another_program_is_left_alone(tmp_path: Path, statement: str) -> None:
    db = sqlite3.connect(tmp_path / STORE_FILE)
    db.execute(statement)
    db.commit()
    db.close()
    with pytest.raises(NotOursError):
        Store(tmp_path)
