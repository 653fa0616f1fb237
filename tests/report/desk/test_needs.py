"""Places needed at the hospital, counted from the plan file's own blocks."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler import api
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan
from scheduler.report.desk.needs import Need, needs, needs_book, needs_lines, window_of
from scheduler.report.words import Words
from tests.helpers import pages

REPO = Path(__file__).parents[3]


def told(need: Need) -> tuple[str, str, str, int, float]:
    return (
        *(need.candidate, format_month(need.span.start), format_month(need.span.end - 1)),
        *(need.months, float(need.fte)),
    )


def test_stays_of_a_small_town() -> None:
    """A01 September 2027 to February 2028; A02 November 2027 to June 2028 at 80 %; A03 May to October 2028."""
    found = needs(pages.town(), pages.plan_of(pages.town()), "hospital")
    assert [told(need) for need in found] == [
        ("A01", "2027-09", "2028-02", 6, 6.0),
        ("A02", "2027-11", "2028-06", 8, 6.4),
        ("A03", "2028-05", "2028-10", 6, 6.0),
    ]
    assert not any(need.running for need in found)
    windows = [(format_month(need.window.start), format_month(need.window.end - 1)) for need in found]
    assert windows == [("2027-07", "2027-12"), ("2027-07", "2027-12"), ("2028-01", "2028-06")]  # no months of start


def test_a_mixed_week_needs_its_share() -> None:
    """A01 has six months of 20 % clinic from March 2028: 1.2 FTE-months."""
    found = needs(pages.town(), pages.plan_of(pages.town()), "clinic")
    assert [told(need) for need in found] == [("A01", "2028-03", "2028-08", 6, 1.2)]


@pytest.fixture(scope="module")
def sarpsborg() -> tuple[Instance, Plan]:
    raw = json.loads((REPO / "reports" / "sarpsborg" / "plan.json").read_text(encoding="utf-8"))
    return api.load(raw["instance"]["source"]), Plan.from_json(json.dumps(raw))


def test_the_bundled_example_has_what_its_blocks_say(sarpsborg: tuple[Instance, Plan]) -> None:
    raw = json.loads((REPO / "reports" / "sarpsborg" / "plan.json").read_text(encoding="utf-8"))
    blocks = [
        (entry["id"], block["from"], block["to"])
        for entry in raw["candidates"]
        for block in entry["blocks"]
        if block["rotation"] == "sykehus"
    ]
    found = needs(*sarpsborg, "sykehus")
    assert sorted(told(need)[:3] for need in found) == sorted(blocks)
    for need in found:  # starts in March and September
        month = need.span.start % 12 + 1
        assert month in (3, 9)
        assert (need.window.start, need.window.end) == (need.span.start, need.span.start + 6)


def test_a_window_between_two_months_of_start(sarpsborg: tuple[Instance, Plan]) -> None:
    hospital = sarpsborg[0].rotations["sykehus"]
    window = window_of(hospital, parse_month("2027-01"))
    assert [format_month(window.start), format_month(window.end - 1)] == ["2026-09", "2027-02"]


def test_the_workbook_by_municipality() -> None:
    """Two plans, of two towns: the windows' places add up."""
    one = needs(pages.town(), pages.plan_of(pages.town()), "hospital")
    other = pages.town(name="Storeby")
    both = [*one, *needs(other, pages.plan_of(other), "hospital")]
    words = Words(pages.town(), "nb")
    book = load_workbook(io.BytesIO(needs_book(words, both, "Sykehuset")))
    rows = [row for row in book["Per halvår"].iter_rows(values_only=True) if row[0]]
    at = next(number for number, row in enumerate(rows) if row[0] == "Halvår")
    assert rows[at][:4] == ("Halvår", "Lilleby", "Storeby", "Sum")
    assert [row[1:4] for row in rows[at + 1 :]] == [(2, 2, 4), (1, 1, 2), (3, 3, 6)]
    text = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "Kandidat" not in text
    assert list(needs_lines(one, "nb", "Sykehuset")) == [
        "Sykehuset: det trengs 3 plasser i planperioden. Opphold som alt er i gang: 0.",
        "Flest i perioden juli 2027 til desember 2027: 2.",
    ]
