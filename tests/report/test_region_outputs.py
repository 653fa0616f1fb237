"""A region's charts and page stay readable: one colour and one entry of the legend for a kind of place.

And the page of many stays small, folds what is a municipality's own, and is filtered by municipality.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from benchmarks.generate import planted
from benchmarks.plans import plan_of, supervise
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report.gantt.chart import Chart
from scheduler.report.gantt.legend import _legend_entries
from scheduler.report.html import report_page
from scheduler.report.html.page import page_of
from scheduler.report.html.palette import Palette
from scheduler.report.words import Words
from tests.helpers.chromium import a_browser


@cache
def region() -> tuple[Instance, Plan]:
    """Forty in eight municipalities and more, and a plan made by hand."""
    made = planted("region", 1, 0.5, 40, municipalities=True)
    instance = read_instance(made.tree)
    return instance, plan_of(instance, made.tight, supervise(instance, made.tight, made.supervision), "by hand")


@pytest.fixture
def chart() -> Chart:
    instance, plan = region()
    return Chart.of(instance, plan)


def test_the_legend_has_one_entry_for_a_kind_of_place(chart: Chart) -> None:
    places = [words for words, mark in _legend_entries(chart) if mark.kind == "bar"]
    assert len(places) == len(set(places)), places
    assert {"Sykehuset", "Sykehjem"} <= set(places)
    used = {chart.families[arena].arena for key in chart.used_rotations for arena in chart.instance.rotations[key].mix
            if arena in chart.families}  # fmt: skip
    assert len(used) > len(places), "several municipalities' places are one entry"


def test_bars_say_what_a_place_is_and_not_its_id(chart: Chart) -> None:
    """Nobody is in two municipalities' wards, so each may be called the ward."""
    for key in chart.used_rotations:
        assert key not in chart.forms[key] or chart.instance.rotations[key].name == key, key


def test_the_page_has_one_tone_for_a_kind_of_place() -> None:
    instance, plan = region()
    palette = Palette(Words(instance, "nb"))
    assert len({tone.fill for tone in palette.tones}) == len(palette.tones)
    assert len({tone.label for tone in palette.tones}) == len(palette.tones)
    used = {month.rotation for entry in plan.candidates for month in entry.months if month.rotation is not None}
    assert len(palette.used(used)) <= len(palette.tones) < 10


# --- the page of many


MOST_BYTES_A_HEAD = 22_000  # of 84 in Østfold 18,000; with every month and goal told by itself it was 39,000


@cache
def page() -> str:
    instance, plan = region()
    return report_page(instance, plan)


def test_the_page_of_a_region_stays_small() -> None:
    instance, _ = region()
    assert len(page().encode()) < MOST_BYTES_A_HEAD * len(instance.candidates)


def test_places_are_folded_by_municipality_and_none_is_lost() -> None:
    """What is shared stands open, each municipality's own in its fold; together they are all the rows there were."""
    instance, plan = region()
    found = page_of(instance, plan, "nb", None)
    own = {fold.municipality: fold for fold in found.folds}
    assert list(own) == [name for name in instance.municipalities if name in own]
    shared = {row.label for table in found.heat for part in table.parts for row in part.rows}
    assert "Sykehuset" in shared
    for fold in found.folds:
        rows = {row.label for table in fold.tables for part in table.parts for row in part.rows}
        arenas = {arena.name for arena in instance.arenas.values() if arena.municipality == fold.municipality}
        owners = {limit.name: {instance.arenas[arena].municipality for arena in limit.arenas}
                  for limit in instance.limits.values()}  # fmt: skip
        assert rows <= arenas | {f"Felles tak: {name}" for name, own in owners.items() if own == {fold.municipality}}
        assert not rows & shared
        assert fold.full <= fold.rows
    taken = {arena for entry in plan.candidates for row in entry.months if row.rotation
             for arena in instance.rotations[row.rotation].mix if arena in instance.arenas}  # fmt: skip
    told = shared | {
        row.label for fold in found.folds for table in fold.tables for part in table.parts for row in part.rows
    }
    assert {instance.arenas[arena].name for arena in taken} <= told


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    path = tmp_path_factory.mktemp("region") / "report.html"
    path.write_text(page(), encoding="utf-8")
    with a_browser() as browser:
        opened = browser.new_page()
        opened.goto(path.as_uri())
        yield opened


def test_a_municipality_is_filtered_in_every_part_and_its_places_open(tab: Tab) -> None:
    instance, _ = region()
    chosen = next(iter(instance.municipalities.values()))
    own = [who for who, candidate in instance.candidates.items() if candidate.municipality == chosen.id]
    tab.locator("#municipality").select_option(chosen.id)
    expect(tab.locator(".timeline .row:visible")).to_have_count(len(own))
    expect(tab.locator(".person:visible")).to_have_count(len(own))
    expect(tab.locator("details.fold:visible")).to_have_count(1)
    expect(tab.locator("details.fold[open] summary")).to_contain_text(chosen.name)
    tab.get_by_label("Søk ALIS").fill(own[0])
    expect(tab.locator(".timeline .row:visible")).to_have_count(1)
    tab.get_by_role("button", name="Nullstill").click()
    expect(tab.locator(".timeline .row:visible")).to_have_count(len(instance.candidates))


def test_what_is_pointed_at_says_its_month_and_who_is_there(tab: Tab) -> None:
    cell = tab.locator("#capacity > .heat-block td[data-who]").first
    cell.hover()
    expect(cell).to_have_attribute("title", re.compile(r"^[^{}]+, \w+\.? \d{4}( – \w+\.? \d{4})?: \d+ av \d+ .*A\d"))
    tab.locator(".person .title button").first.click()
    goal = tab.locator(".goals li.by").first
    goal.hover()
    expect(goal).to_have_attribute("title", re.compile(r"^ALM \d{3}: [^{}]+, fra utgangen av "))


def test_paper_has_few_pages_of_many(tab: Tab) -> None:
    """Whoever is not opened stands in the table; all forty opened would be forty pages and more."""
    tab.get_by_role("button", name="Lukk alle").click()
    assert _pages(tab.pdf(prefer_css_page_size=True)) < 30


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
