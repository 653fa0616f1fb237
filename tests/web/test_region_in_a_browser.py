"""The region's page in a real browser, wide and narrow, in both languages, and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from scheduler.texts import LANGUAGES, Language
from scheduler.web.desk import Desk
from scheduler.web.visit import LANGUAGE_COOKIE
from tests.helpers.browsing import Browser as InTheHead
from tests.helpers.browsing import project_with, searches_here
from tests.helpers.chromium import NARROW, WIDE, a_browser, serving, tab_of
from tests.web.test_every_page_in_a_browser import BESIDE
from tests.web.test_region_page import region


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A planned region in which one more place has been asked for."""
    folder: Path = tmp_path_factory.mktemp("region")
    with serving(folder) as desk:
        project_with(desk, region())
        with searches_here():
            browser = InTheHead(desk)
            browser.post("/p/1/plan", data={"seconds": "60"})
            browser.post("/p/1/region/worth", data={"arena": "ward", "seconds": "30"})
        yield desk


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_serious_and_nothing_beside_the_window(
    chromium: Browser, desk: Desk, size: ViewportSize, lang: Language
) -> None:
    tab = tab_of(chromium, desk, size)
    tab.page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": lang, "url": desk.door.origin}])
    tab.page.goto(f"{desk.door.origin}/p/1/region", wait_until="networkidle")
    expect(tab.page.locator("#worth")).to_be_visible()
    assert tab.page.locator("html").get_attribute("lang") == lang
    assert tab.broken_rules_of_access() == []
    assert tab.page.evaluate(BESIDE) <= 0
    tab.assert_well()
    tab.page.context.close()


def test_by_keys_the_filter_leaves_one_municipality(chromium: Browser, desk: Desk) -> None:
    tab = tab_of(chromium, desk)
    page = tab.page
    page.goto(f"{desk.door.origin}/p/1/region", wait_until="networkidle")
    page.locator("select[name=municipality]").focus()
    page.keyboard.press("B")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/region?municipality=b&arena=")
    expect(page.get_by_role("rowheader", name="Ås")).to_have_count(1)  # of the answer, which is of all
    tab.assert_well()
    page.context.close()


def test_the_timeline_has_municipalities_as_groups_and_is_searched_by_them(chromium: Browser, desk: Desk) -> None:
    tab = tab_of(chromium, desk)
    page = tab.page
    page.goto(f"{desk.door.origin}/p/1/region", wait_until="networkidle")
    page.get_by_role("link", name="Tidslinjen kommune for kommune").click()
    expect(page.locator(".board-rows .board-row")).to_have_count(5)
    assert [row.strip()[:3] for row in page.locator(".board-rows .board-label").all_inner_texts()] == [
        "Ås",
        "A01",
        "A02",
        "Bø",
        "A03",
    ]
    expect(page.get_by_role("button", name="Kommune")).to_have_attribute("aria-pressed", "true")
    assert tab.broken_rules_of_access() == []
    page.get_by_role("searchbox").fill("bø")
    expect(page.locator(".board-rows .board-row")).to_have_count(2)
    page.get_by_role("button", name="ALIS", exact=True).click()
    expect(page.locator(".board-rows .board-row")).to_have_count(1)
    tab.assert_well()
    page.context.close()
