"""A region's charts and page stay readable: one colour and one entry of the legend for a kind of place."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.generate import planted
from benchmarks.plans import plan_of, supervise
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report.gantt.chart import Chart
from scheduler.report.gantt.legend import _legend_entries
from scheduler.report.html.palette import Palette
from scheduler.report.words import Words


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
