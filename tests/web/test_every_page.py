"""What holds on every page of a project, whichever there are: nothing inline, help, both languages, and it opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler import api
from scheduler.texts import LANGUAGES, Language, text
from scheduler.web.pages import PAGES
from tests.helpers.browsing import Browser, desk_in, project_with, searches_here
from tests.helpers.command_line import ORDER, WAIT
from tests.helpers.tiny import make, person
from tests.texts.test_norwegian import words_of, wrong

INLINE = re.compile(r"\son\w+=|\sstyle=|<style|<script(?![^>]* src=\"/static/)|javascript:", re.IGNORECASE)
UNDER = {"ways": "timeline"}
"""Pages that another one leads to, and the one."""
TYPED = re.compile(r"^20\d\d-\d\d$|skrives 20\d\d-\d\d|\bShift med\b|[a-z_]+\.\w+\.\S+")
"""What is to be typed as it is: a month in a field, a key, a change of a what-if."""
FROM_ELSEWHERE = re.compile(r"(?:src|href|action)=\"(?!/|#)[^\"]*\"")


@pytest.fixture(autouse=True)
def _searches() -> Iterator[None]:
    with searches_here():
        yield


def browser_of(folder: Path, state: str) -> Browser:
    """A project with a plan, one without, one without candidates, one with mistakes in its data."""
    desk = desk_in(folder)
    project_with(desk, make(person(name="<b>Kari</b>"), person()))
    browser = Browser(desk)
    form = {"expected": "1"}
    match state:
        case "planned":
            browser.post("/p/1/plan", data={"seconds": "60"})
        case "empty":
            browser.post("/p/1/data/candidates", data={**form, "gone": ["0", "1"]})
        case "wrong":
            browser.post("/p/1/data/candidates", data={**form, "c.0.start.earliest": "x"})
    return browser


@pytest.mark.parametrize("state", ["planned", "unplanned", "empty", "wrong"])
def test_every_page_opens(tmp_path: Path, state: str) -> None:
    browser = browser_of(tmp_path, state)
    for lang in LANGUAGES:
        browser.post("/language", data={"lang": lang})
        for page in (*PAGES, *UNDER):
            answer = browser.get(f"/p/1/{page}")
            assert answer.status_code == 200, (page, lang)
            assert not INLINE.search(answer.text), page
            assert not FROM_ELSEWHERE.search(answer.text), page
            assert "<b>Kari" not in answer.text, page
            assert_has_help(answer.text, page, lang)
            assert f'href="/p/1/{UNDER.get(page, page)}" aria-current="page"' in answer.text


def assert_has_help(shown: str, page: str, lang: Language) -> None:
    first = text(f"web.help-{page}", lang).partition("|")[0].strip()
    assert first.partition(",")[0].partition("«")[0].partition("“")[0] in shown, page


@pytest.mark.parametrize("page", ["0", "99", "x", "-1", "9" * 30])
def test_a_project_that_is_not_there(tmp_path: Path, page: str) -> None:
    browser = browser_of(tmp_path, "unplanned")
    for name in PAGES:
        assert browser.get(f"/p/{page}/{name}").status_code == 404


@pytest.mark.parametrize("where", ["there is a plan", "there is none"])
def test_no_page_has_an_english_word_or_a_bare_id(tmp_path: Path, where: str) -> None:
    """The ids of this town are English words, and its names are not; what is to be edited is shown as it is."""
    desk = desk_in(tmp_path)
    project_with(desk, api.load(ORDER if where == "there is a plan" else WAIT), name="Sykehus i Lilleby")
    browser = Browser(desk)
    if where == "there is a plan":
        browser.post("/p/1/plan", data={"seconds": "60"})
    read = {}
    for page in ("/", *(f"/p/1/{page}" for page in (*PAGES, *UNDER))):
        said = words_of(browser.get(page).text)
        assert len(said) > 20, page
        read[page] = wrong([TYPED.sub("", words) for words in said])
    assert [(page, found) for page, found in read.items() if found] == []
