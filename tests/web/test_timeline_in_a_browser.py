"""The timeline under a pointer and by keys, in a real browser: A01 is dragged onto the place that A02 has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from scheduler.month import parse_month
from scheduler.web.desk import Desk
from tests.helpers.chromium import NARROW, WIDE, Tab, a_browser, serving, tab_of

MINE, TAKEN = parse_month("2027-11"), parse_month("2027-05")
SEARCHES_MS = 60_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    with serving(folder) as desk:
        yield desk


@pytest.fixture
def tab(chromium: Browser, desk: Desk) -> Iterator[Tab]:
    tab = opened(chromium, desk)
    yield tab
    tab.assert_well()
    tab.page.context.close()


def opened(chromium: Browser, desk: Desk, size: ViewportSize | None = None, view: str = "") -> Tab:
    tab = tab_of(chromium, desk, size)
    tab.page.goto(f"{desk.door.origin}/p/1/timeline{view}")
    expect(tab.page.locator(".board-bar").first).to_be_visible()
    return tab


def bar(page: Page, who: str, start: int, kind: str = "block") -> Locator:
    return page.locator(f'button.{kind}[data-bar="{who}:{start}"]')


def drag(page: Page, block: Locator, by: int, *, at: float = 0.5, drop: bool = True) -> None:
    """Takes a block at a share of its width, and moves it by months."""
    box = block.bounding_box()
    assert box is not None
    px = page.evaluate("parseFloat(getComputedStyle(document.getElementById('board')).getPropertyValue('--px'))")
    x, y = box["x"] + box["width"] * at, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by * px / 2, y, steps=3)
    page.mouse.move(x + by * px, y, steps=3)
    if drop:
        page.mouse.up()


def faults(page: Page) -> Locator:
    return page.locator(".board-faults li")


def test_drag_then_violation_then_undo_and_a_reload_keeps_each(tab: Tab) -> None:
    page = tab.page
    drag(page, bar(page, "A01", MINE), TAKEN - MINE)
    expect(bar(page, "A01", TAKEN)).to_have_class(re.compile("broken"))
    expect(bar(page, "A02", TAKEN)).to_have_class(re.compile("broken"))
    expect(faults(page)).to_have_count(1)
    expect(page.locator(".board-cell.over")).to_have_count(2)
    page.reload()
    expect(bar(page, "A01", TAKEN)).to_have_class(re.compile("broken"))
    page.get_by_role("button", name="Ta tilbake").click()
    expect(bar(page, "A01", MINE)).to_be_visible()
    expect(faults(page)).to_have_count(0)
    page.reload()
    expect(bar(page, "A01", MINE)).to_be_visible()
    page.get_by_role("button", name="Gjør om igjen").click()
    expect(bar(page, "A01", TAKEN)).to_be_visible()


def test_while_dragging_what_is_allowed_is_lit_and_escape_puts_it_back(tab: Tab) -> None:
    page = tab.page
    drag(page, bar(page, "A01", MINE), TAKEN - MINE, drop=False)
    expect(page.locator(".board-row[data-row=A01] .board-lit .run").first).to_be_attached()
    dragged = page.locator(".board-bar.dragged")
    expect(dragged).to_have_class(re.compile("may-not"))
    expect(page.get_by_role("status")).to_contain_text("mai 2027 – juni 2027: bryter regler her")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".board-lit")).to_have_count(0)
    drag(page, bar(page, "A01", MINE), TAKEN + 2 - MINE, drop=False)
    expect(dragged).to_have_class(re.compile(r"may(\s|$)"))
    page.mouse.up()
    expect(bar(page, "A01", TAKEN + 2)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Ingen regler brytes")


def test_the_edge_of_a_block_is_dragged_alone(tab: Tab) -> None:
    page = tab.page
    drag(page, bar(page, "A02", TAKEN), 2, at=0.96)
    expect(bar(page, "A02", TAKEN)).to_have_attribute("aria-label", re.compile(r"mai 2027 – aug. 2027 \(4 mnd.\)"))


def test_by_keys_alone(tab: Tab) -> None:
    """Find the block, move it by months, undo, redo, pin it so that it stays, take it away."""
    page = tab.page
    page.locator(".board-bar[tabindex='0']").focus()
    page.keyboard.press("Control+ArrowRight")
    expect(bar(page, "A01", MINE)).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    expect(bar(page, "A01", MINE - 2)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(bar(page, "A01", MINE)).to_be_visible()
    page.keyboard.press("Control+y")
    expect(bar(page, "A01", MINE - 2)).to_be_visible()
    bar(page, "A01", MINE - 2).focus()
    page.keyboard.press("f")
    expect(bar(page, "A01", MINE - 2)).to_have_class(re.compile("pinned"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    expect(bar(page, "A01", MINE - 2)).to_be_visible()
    page.keyboard.press("f")
    expect(bar(page, "A01", MINE - 2)).not_to_have_class(re.compile("pinned"))
    page.keyboard.press("Delete")
    expect(bar(page, "A01", MINE - 2)).to_have_count(0)
    expect(faults(page).first).to_be_visible()


def test_the_menu_swaps_two_and_puts_a_new_block(tab: Tab) -> None:
    page = tab.page
    bar(page, "A01", MINE).click(button="right")
    ways = page.get_by_role("menuitem", name="Andre veier for denne")
    expect(ways).to_have_attribute("href", "/p/1/ways?candidate=A01")
    page.get_by_role("menuitem", name=re.compile("Bytt med A02")).click()
    expect(bar(page, "A01", TAKEN)).to_be_visible()
    expect(bar(page, "A02", MINE)).to_be_visible()
    expect(faults(page)).to_have_count(0)
    bar(page, "A01", parse_month("2027-01"), "base").click(button="right", position={"x": 4, "y": 8})
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("clinic lagt til i jan. 2027")


def test_leave_and_percent_are_typed_where_one_is_by_keys_alone(tab: Tab) -> None:
    """The menu's forms: what is wrong is told in them, what is right is in the bars, and one undo takes it back."""
    page = tab.page
    bar(page, "A01", MINE).focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Fravær …").focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Fravær for A01 Kari <b>Nord</b>")
    expect(form.get_by_label("Fra og med")).to_be_focused()
    expect(form.get_by_label("Fra og med")).to_have_value("2027-11")
    expect(form.get_by_label("Til og med")).to_have_value("2027-12")
    assert tab.broken_rules_of_access() == []
    page.keyboard.type("2027-13")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("«2027-13» er ikke en måned")
    assert len(tab.wrong) == 1, "the browser's own note of the answer"
    tab.wrong.clear()
    page.keyboard.press("Shift+Home")
    page.keyboard.type("2027-12")
    page.keyboard.press("Enter")
    expect(form).to_have_count(0)
    expect(page.locator(f'.board-bar.leave[data-bar="A01:{MINE + 1}"]')).to_be_visible()
    expect(bar(page, "A01", MINE)).to_have_class(re.compile("broken"))
    expect(page.get_by_role("status")).to_contain_text("fravær des. 2027 – des. 2027")
    assert tab.broken_rules_of_access() == []
    page.keyboard.press("Control+z")
    expect(faults(page)).to_have_count(0)
    bar(page, "A02", TAKEN).click(button="right")
    page.get_by_role("menuitem", name="Stillingsprosent …").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Prosent").fill("62,5")
    form.get_by_role("button", name="Lagre i dataene").click()
    expect(page.get_by_role("button", name=re.compile("^A02.*62,5 %")).first).to_be_visible()
    for view in ("Arena", "Gruppe", "ALIS"):
        page.get_by_role("button", name=view, exact=True).click()
        expect(page.locator("button.board-bar small").first).to_have_text(re.compile("62,5 %"))
        assert tab.broken_rules_of_access() == [], view  # the percent that is seen is in what the bar is called
    page.keyboard.press("Escape")
    page.goto(f"{tab.origin}/p/1/data/candidates.steps")
    expect(page.get_by_label(re.compile("A02.*prosent", re.IGNORECASE))).to_have_value("62,5")


def test_a_form_of_the_menu_is_left_by_escape_and_nothing_is_done(tab: Tab) -> None:
    page = tab.page
    bar(page, "A01", MINE).click(button="right")
    page.get_by_role("menuitem", name="Fravær …").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".board-bar.leave")).to_have_count(0)
    expect(page.get_by_role("button", name="Angre")).to_be_disabled()


def test_what_a_menu_would_do_is_left_by_escape(tab: Tab) -> None:
    page = tab.page
    bar(page, "A01", MINE).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(bar(page, "A01", MINE)).to_be_focused()


def test_what_two_windows_do_is_never_overwritten_silently(chromium: Browser, desk: Desk, tab: Tab) -> None:
    other = opened(chromium, desk)
    drag(tab.page, bar(tab.page, "A01", MINE), -1)
    expect(bar(tab.page, "A01", MINE - 1)).to_be_visible()
    drag(other.page, bar(other.page, "A02", TAKEN), 1)
    expect(other.page.get_by_role("status")).to_contain_text("Noen andre har lagret")
    expect(bar(other.page, "A01", MINE - 1)).to_be_visible()
    expect(bar(other.page, "A02", TAKEN)).to_be_visible()
    assert all("409" in said for said in other.wrong)  # the browser's own note of the answer
    other.page.context.close()


def test_kept_broken_it_is_told_as_that(tab: Tab) -> None:
    page = tab.page
    drag(page, bar(page, "A01", MINE), TAKEN - MINE)
    page.get_by_role("button", name="Behold slik").click()
    expect(bar(page, "A01", TAKEN)).to_have_class(re.compile("kept"))
    expect(page.get_by_role("button", name="Behold slik")).to_have_count(0)
    page.reload()
    expect(bar(page, "A01", TAKEN)).to_have_class(re.compile("kept"))


def test_a_word_finds_rows_and_names_are_text(tab: Tab) -> None:
    page = tab.page
    expect(page.locator(".board-label").first).to_contain_text("Kari <b>Nord</b>")
    page.get_by_label("Finn").fill("kari")
    expect(page.locator(".board-row[data-row]")).to_have_count(1)
    page.get_by_label("Finn").fill("nobody")
    expect(page.locator(".board-none")).to_be_visible()


def test_zoom_changes_how_wide_a_month_is(tab: Tab) -> None:
    page = tab.page

    def width() -> float:
        box = bar(page, "A01", MINE).bounding_box()
        assert box is not None
        return box["width"]

    before = width()
    page.get_by_role("button", name="Mindre").click()
    assert width() < before
    page.get_by_role("button", name="Alt").click()
    assert width() == pytest.approx(before)


def test_on_paper_blocks_say_what_they_are_however_narrow_a_month_is(tab: Tab) -> None:
    page, board = tab.page, tab.page.locator("#board")
    while board.get_attribute("data-zoom") != "years":
        page.get_by_role("button", name="Mindre").click()
    what = bar(page, "A01", MINE).locator(".board-what")
    expect(what).to_be_hidden()
    page.emulate_media(media="print")
    expect(what).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("view", ["", "#arena", "#group"])
def test_axe_finds_nothing_serious(chromium: Browser, desk: Desk, size: ViewportSize, view: str) -> None:
    tab = opened(chromium, desk, size, view)
    first = bar(tab.page, "A01", MINE)
    drag(tab.page, first, TAKEN - MINE)
    expect(faults(tab.page)).to_have_count(1)
    assert tab.broken_rules_of_access() == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.assert_well()
    tab.page.context.close()


def test_drag_then_violation_then_mend_then_undo(tab: Tab) -> None:
    """Mending is a search in a process of its own; the page is loaded again while it runs."""
    page = tab.page
    drag(page, bar(page, "A01", MINE), TAKEN - MINE)
    page.get_by_role("button", name="Rett resten").click()
    expect(page.get_by_role("status")).to_contain_text("Retter resten")
    page.reload()
    expect(page.locator(".board-bar.broken")).to_have_count(0, timeout=SEARCHES_MS)
    expect(bar(page, "A01", TAKEN)).to_be_visible()
    expect(bar(page, "A02", TAKEN)).to_have_count(0, timeout=SEARCHES_MS)
    expect(page.get_by_role("status")).to_contain_text("Resten er rettet")
    page.get_by_role("button", name="Angre").click()
    expect(bar(page, "A02", TAKEN)).to_have_class(re.compile("broken"))
