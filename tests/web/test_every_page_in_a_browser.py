"""Every page in a real browser, wide and narrow, in both languages: nothing serious for axe, nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from scheduler.api import Plan
from scheduler.texts import LANGUAGES, Language, phrase
from scheduler.web.desk import Desk
from scheduler.web.pages import PAGES
from scheduler.web.visit import LANGUAGE_COOKIE
from tests.helpers.browsing import project_with
from tests.helpers.chromium import NARROW, WIDE, a_browser, serving, tab_of
from tests.helpers.tiny import make, person

MORE = ("/", "/new", "/p/1/data/candidates?every=true", "/p/1/data/rules", "/p/1/ways", "/p/1/history/compare?a=1&b=3")
BESIDE = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, two_in_one_ward: Plan) -> Iterator[Desk]:
    """A project with a plan, and data that have been changed since and have a mistake."""
    folder: Path = tmp_path_factory.mktemp("folder")
    with serving(folder) as desk:
        what = phrase("web.did-example")
        project_with(
            desk, make(person(name="Kari <b>Nord</b>"), person(), arenas={"ward": {"places": [{"places": 1}]}})
        )
        desk.store.save_plan(1, two_in_one_ward, expected=None, author="Kari", what=what, data=1)
        content = desk.store.data(1)
        content["candidates"]["rows"][0]["practice.practice"] = "office-1"
        desk.store.save_data(1, content, expected=1, author="Kari", what=what)
        yield desk


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_serious_and_nothing_beside_the_window(
    chromium: Browser, desk: Desk, size: ViewportSize, lang: Language
) -> None:
    tab = tab_of(chromium, desk, size)
    tab.page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": lang, "url": desk.door.origin}])
    found = {}
    for place in (*MORE, *(f"/p/1/{page}" for page in PAGES)):
        tab.page.goto(f"{desk.door.origin}{place}", wait_until="networkidle")
        assert tab.page.locator("html").get_attribute("lang") == lang
        wrong = tab.broken_rules_of_access()
        if (beside := tab.page.evaluate(BESIDE)) > 0:
            wrong.append(f"{beside} pixels beside the window")
        if wrong:
            found[place] = wrong
    tab.assert_well()
    tab.page.context.close()
    assert found == {}
