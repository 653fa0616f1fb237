"""A plan whose frozen months are otherwise in today's file: outputs count what the check counts."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from scheduler import api
from scheduler.accounting import fte_months, service_sums, trajectories, with_figures
from scheduler.accounting.shown import as_shown
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.report.documents import write_documents
from scheduler.report.facts import periods_served
from scheduler.report.gantt.chart import Chart
from scheduler.report.html.page import page_of
from scheduler.report.workbook import write_workbook
from tests.helpers.tiny import Row, make, months, person

TWO = {"office-01": {"places": [{"places": 2}]}, "office-02": {"service": "open_practice"}}
EVER = api.Allowed(1.0, 1.0)
PUBLISHED = person(fixed=[months("2027-02", "2027-03", rotation="ward")], leave=[months("2027-04", "2027-04")])
OTHERWISE: dict[str, tuple[Row, Row]] = {
    "leave": ({"leave": [months("2027-02", "2027-05")]}, {}),
    "no leave": ({"leave": []}, {}),
    "less of a post": ({"percent": [months("2027-01", "2027-06", percent=50)]}, {}),
    "other percents": ({"percent": [{"percent": 80}]}, {}),
    "days absent": ({"absence": [{"from": "2027-01-04", "to": "2027-01-15"}]}, {}),
    "days absent, some free": ({"absence": [{"from": "2027-02-01", "to": "2027-03-31"}]}, {"absence_free_share": 10}),
    "another office": ({"practice": "office-02"}, {}),
    "a later start": ({"start": {"earliest": "2027-01", "latest": "2027-09"}}, {}),
    "done by less": ({}, {"total": 4, "open_practice_min": 1}),
}


@pytest.fixture(scope="module")
def published() -> Plan:
    return api.plan(make(PUBLISHED, person(start="2027-03"), arenas=TWO), workers=1)


def repaired(published: Plan, otherwise: str) -> tuple[Instance, Plan]:
    row, rules = OTHERWISE[otherwise]
    today = person(leave=PUBLISHED["leave"])
    instance = make(today | row, person(start="2027-03"), arenas=TWO, rules=rules)
    made = api.replan(instance, published, freeze_to="2027-05", allowed=EVER, workers=1, prefer="delay")
    return instance, made


@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_what_is_shown_is_what_is_checked(published: Plan, otherwise: str) -> None:
    instance, made = repaired(published, otherwise)
    assert api.check(instance, made).violations == []
    known = as_shown(instance, made)
    for entry in made.candidates:
        assert with_figures(known, entry) == entry
    for trajectory in trajectories(known, made):
        told = made.candidate(trajectory.candidate.id).service.by_category
        listed = sum(period.credit for period in periods_served(trajectory))
        assert listed == pytest.approx(sum(told.values()), abs=1e-3)
        sums = {service: fte_months(credit) for service, credit in service_sums(trajectory).items()}
        assert {service: sums[service] for service in told} == pytest.approx(told, abs=1e-4)


def test_leave_of_today_takes_nothing_from_frozen_months_in_any_output(published: Plan, tmp_path: Path) -> None:
    """Ward in February and March, frozen: today's leave there was not taken, and that of April was."""
    instance, made = repaired(published, "leave")
    page = page_of(instance, made, "en", datetime.date(2027, 6, 1))
    shown = next(person for person in page.people if person.id == "A01")
    assert not page.broken
    (ward,) = [stay for stay in shown.stays if "ward" in stay]
    assert (ward[-2], ward[-1]) == ("100%", "2")
    write_workbook(instance, made, tmp_path / "plan.xlsx", "en")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Percent"]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "A01")
    posts = [value for value in row[1:] if value is not None]
    assert posts[:6] == [100, 100, 100, 0, 100, 100]
    write_documents(instance, made, tmp_path, "en", ["A01"])
    told = ZipFile(tmp_path / "A01-service-periods.docx").read("word/document.xml").decode()
    told = " ".join(re.sub("<[^>]+>", " ", told).split())
    assert "ward Institution service 1 Feb 2027 31 Mar 2027 100% 2 Leave 1 Apr 2027 30 Apr 2027" in told
    chart = Chart.of(instance, made)
    months_on_leave = [part.start for part in chart.segments(made.candidate("A01")) if part.rotation is None]
    assert months_on_leave == [parse_month("2027-04")]
