"""A table of the data in a real browser: what is wrong while one types, keys and pasting as in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scheduler.web.desk import Desk
from tests.helpers.browsing import project_with
from tests.helpers.chromium import Tab, a_browser, serving, tab_of
from tests.helpers.tiny import make, person

COPIED = "A04\tKari\t2027-02\r\nA05\tPer\t2027-03\r\nA06\tÅse\tfeil\r\nA07\tIda\t2027-04\r\n"
PASTE = """(field, text) => {
    const copied = new DataTransfer();
    copied.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: copied, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving(tmp_path) as desk:
        project_with(desk, make(person(percent=[{"percent": 80}]), person(), person()))
        yield desk


@pytest.fixture
def tab(chromium: Browser, desk: Desk) -> Iterator[Tab]:
    tab = tab_of(chromium, desk)
    tab.page.goto(f"{desk.door.origin}/p/1/data/candidates")
    yield tab
    tab.assert_well()
    tab.page.context.close()


def cell(page: Page, name: str) -> Locator:
    return page.locator(f'[name="c.{name}"]')


def beside(page: Page, name: str) -> Locator:
    return page.locator(f'[id="w-c.{name}"]')


def test_what_is_wrong_shows_while_one_types_and_is_gone_when_mended(tab: Tab, desk: Desk) -> None:
    page = tab.page
    cell(page, "1.percent.percent").fill("180")
    expect(beside(page, "1.percent.percent")).to_have_text("180 er utenfor det tillatte, 0–100.")
    expect(cell(page, "1.percent.percent")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#told")).to_have_text("1 feil i dataene.")
    expect(page.locator("#unsaved")).to_have_text("Endringer som ikke er lagret.")
    cell(page, "1.percent.percent").fill("60")
    expect(beside(page, "1.percent.percent")).to_be_hidden()
    expect(page.locator("#told")).to_have_text("Alt stemmer.")
    assert len(desk.store.versions(1)) == 1
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status").first).to_have_text("Lagret.")
    expect(cell(page, "1.percent.percent")).to_have_value("60")
    assert len(desk.store.versions(1)) == 2


def test_enter_and_the_arrows_go_up_and_down(tab: Tab) -> None:
    page = tab.page
    cell(page, "0.percent.percent").focus()
    for key, row in (("Enter", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("Shift+Enter", 0), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(cell(page, f"{row}.percent.percent")).to_be_focused()


def test_cells_of_a_spreadsheet_are_pasted_with_as_many_rows_as_it_takes(tab: Tab, desk: Desk) -> None:
    page = tab.page
    cell(page, "3.id").evaluate(PASTE, COPIED)
    expect(cell(page, "6.name")).to_have_value("Ida")
    expect(cell(page, "7.id")).to_have_value("")  # there is always a blank one
    expect(cell(page, "7.id")).to_have_attribute("aria-label", "Rad 8: Id")
    expect(beside(page, "5.start.earliest")).to_contain_text("feil")
    cell(page, "5.start.earliest").fill("2027-03")
    expect(page.locator("#told")).to_have_text("Alt stemmer.")
    page.get_by_role("button", name="Lagre tabellen").click()
    expect(page.get_by_role("status").first).to_have_text("Lagret.")
    rows = desk.store.data(2)["candidates"]["rows"]
    assert [(row["id"], row.get("name")) for row in rows[3:]] == [
        *(("A04", "Kari"), ("A05", "Per"), ("A06", "Åse"), ("A07", "Ida")),
    ]


def test_a_problem_leads_to_its_cell(tab: Tab, desk: Desk) -> None:
    page = tab.page
    cell(page, "2.practice.practice").fill("office-1")
    page.get_by_role("button", name="Lagre tabellen").click()
    expect(page.get_by_role("status").first).to_contain_text("det er feil i dataene")
    page.goto(f"{desk.door.origin}/p/1/data")
    page.get_by_role("link", name="ALIS, A03: Fastlegekontor").click()
    expect(cell(page, "2.practice.practice")).to_be_focused()
    page.get_by_role("button", name="Angre").click()
    expect(page.get_by_role("status").first).to_have_text("Angret.")
    expect(cell(page, "2.practice.practice")).to_have_value("office-01")
