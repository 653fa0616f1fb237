"""The coordinator's work walked in a real browser: from nothing to a plan, one place fewer, the next intake, and
the picture for the meeting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers.chromium import NARROW, WIDE, Tab, a_browser, serving, tab_of

SEARCHES_MS = 90_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def tab(chromium: Browser, tmp_path: Path) -> Iterator[Tab]:
    with serving(tmp_path) as desk:
        tab = tab_of(chromium, desk)
        yield tab
        tab.assert_well()
        tab.page.context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def goes_to(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def test_from_nothing_to_what_if_and_the_next_intake_and_the_picture_for_the_meeting(tab: Tab) -> None:
    page = tab.page
    page.get_by_role("link", name="Svar på fem spørsmål").click()
    page.locator("main [name=name]").fill("Fjordvik")
    page.locator("[name=offices]").fill("Torget legekontor, 2\nVågen 1")
    page.locator("[name=count]").fill("2")
    press(page, "Lag dataene")
    expect(page.get_by_text("2 ALIS skal planlegges.")).to_be_visible()
    press(page, "Lag planen")
    expect(page.locator("[data-progress]")).to_be_visible()
    page.reload()  # the search goes on
    expect(page.get_by_role("heading", name="Planen som gjelder")).to_be_visible(timeout=SEARCHES_MS)
    assert_looks_well(tab)

    goes_to(page, "Hva hvis")
    version = page.get_by_role("group", name="Versjon 1")
    version.locator("[name=kind]").select_option("places")
    version.locator("[name=arena]").select_option("kad4")
    version.locator("[name=number]").fill("-1")
    page.get_by_label("Planlagt på nytt").check()
    page.locator("[name=seconds]").select_option("30")
    press(page, "Planlegg versjonene")
    expect(page.get_by_role("heading", name="Versjonene side ved side")).to_be_visible(timeout=SEARCHES_MS)
    assert_looks_well(tab)
    page.get_by_role("row", name="1. Én plass færre").get_by_role("button").click()
    expect(page.get_by_text("Planen gjelder nå.")).to_be_visible()
    goes_to(page, "Historikk")
    expect(page.get_by_text("Hva hvis: én plass færre").first).to_be_visible()

    goes_to(page, "Neste opptak")
    page.locator("[name=count]").fill("1")
    press(page, "Planlegg dem")
    expect(page.get_by_text("Planen med de nye er klar")).to_be_visible(timeout=SEARCHES_MS)
    assert_looks_well(tab)
    press(page, "Bruk denne")
    expect(page.get_by_text("Planen gjelder nå.")).to_be_visible()
    expect(page.get_by_text("3 ALIS skal planlegges.")).to_be_visible()

    goes_to(page, "Møte")
    page.get_by_label("Uten navn").check()
    assert_looks_well(tab)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Gantt som bilde (PNG)").click()
    assert taken.value.suggested_filename == "gantt.png"
    assert "anonymise=true" in taken.value.url  # ticked, and nothing else pressed
    assert taken.value.path().read_bytes().startswith(b"\x89PNG")


def assert_looks_well(tab: Tab) -> None:
    """Nothing is wider than the window."""
    for size in (NARROW, WIDE):
        tab.page.set_viewport_size(size)
        wider = tab.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, tab.page.url
