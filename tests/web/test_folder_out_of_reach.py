"""A disk that is full, and a folder that is gone: told in words with what to do; it is no fault of the program."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from pathlib import Path

import pytest

from scheduler.texts import catalogue
from scheduler.web.store import STORE_FILE, tables
from tests.helpers.browsing import Browser, desk_in

ENGLISH = re.compile(r"\b(database|disk is|No space|Permission|denied|unable|readonly|Traceback|Error)\b")


@pytest.fixture
def browser(folder: Path) -> Browser:
    browser = Browser(desk_in(folder))
    browser.get("/p/1/timeline/data")
    return browser


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page more than there is: what SQLite itself says of a full disk."""
    opened = tables._opened

    def no_more(path: Path) -> sqlite3.Connection:
        db = opened(path)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr(tables, "_opened", no_more)


def test_a_full_disk_is_told_as_that_and_nothing_is_saved(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    store, before = browser.desk.store, browser.desk.store.project(1)
    with monkeypatch.context() as patch:
        full(patch)
        much = {"noise": os.urandom(1_000_000).hex()}
        patch.setattr("scheduler.web.pages.timeline.content_of", lambda *_: much)
        absence = {"candidate": "A02", "start": "2027-03", "end": "2027-04", "percent": None}
        answer = browser.post("/p/1/timeline/absence", json={"expected": before.plan, "sent": absence})
    assert answer.status_code == 503
    assert "disken er full" in answer.text
    assert catalogue()["web.trouble-503-next"]["nb"] in answer.text
    assert not ENGLISH.search(re.sub(r"<[^>]+>", " ", answer.text))
    assert store.project(1) == before
    assert not list(browser.desk.folder.glob("*.json")), "no record of a fault: the program has none"


def test_a_folder_that_is_gone_is_told_in_both_languages(browser: Browser) -> None:
    """Not even who has come can be looked up: a bare page says what to do."""
    store = browser.desk.folder / STORE_FILE
    for path in browser.desk.folder.glob(f"{STORE_FILE}*"):
        path.unlink()
    store.mkdir()
    answer = browser.get("/p/1/plan")
    assert answer.status_code == 503
    for lang in ("nb", "en"):
        assert catalogue()["web.trouble-503-next"][lang] in answer.text


def test_what_the_system_says_of_a_file_is_told_in_words(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("scheduler.web.pages.data.workbook_of", broken)
    answer = browser.get("/p/1/data/workbook")
    assert (answer.status_code, "disken er full" in answer.text) == (503, True)
    assert not ENGLISH.search(re.sub(r"<[^>]+>", " ", answer.text))
