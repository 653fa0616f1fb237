"""What coordinators read of absence by date: the page, the documents, the workbook.

The tiny world, A01 absent for ten of March's 23 weekdays: gp 11 + ward 2, the month counts 56.53 %.
"""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from scheduler.accounting import trajectory_of
from scheduler.check import check_plan
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.report.documents.education_plan import education_plan
from scheduler.report.documents.service_periods import service_periods
from scheduler.report.documents.transfer_sheet import transfer_sheet
from scheduler.report.html import write_report
from scheduler.report.words import Words
from scheduler.report.workbook import write_workbook
from scheduler.report.workbook.layout import rotation_codes
from scheduler.report.workbook.read import read_workbook
from scheduler.texts import LANGUAGES, Language
from tests.helpers.plan_books import column_of, edited, row_of
from tests.helpers.tiny import finish, make, person, planned

GONE = [{"from": "2027-03-01", "to": "2027-03-14"}]


@pytest.fixture(scope="module")
def instance() -> Instance:
    return make(person(absence=GONE))


@pytest.fixture(scope="module")
def plan(instance: Instance) -> Plan:
    """The plan as it is published, with its instance inside."""
    found = planned(instance)
    return found.model_copy(update={"instance": found.instance.model_copy(update={"source": instance.source})})


def tables(content: bytes) -> list[list[list[str]]]:
    document = docx.Document(io.BytesIO(content))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def text_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_confirmation_has_what_was_taken_off(instance: Instance, plan: Plan) -> None:
    trajectory = trajectory_of(instance, plan.candidates[0])
    content = service_periods(Words(instance, "nb"), plan, trajectory)
    periods = next(table for table in tables(content) if table[0][0] == "Læringsarena")
    assert periods[0][5] == "Fravær trukket fra"
    office = [row for row in periods[1:] if row[0] == "office-01"]
    taken, served = ([float(row[at].replace(",", ".")) for row in office] for at in (5, 6))
    assert (sum(taken), sum(served)) == (pytest.approx(0.43), pytest.approx(10.57))
    assert "Alt fravær trekkes fra; det rundes opp på fire desimaler" in text_of(content)
    sheet = tables(transfer_sheet(Words(instance, "nb"), plan, trajectory))
    periods = next(table for table in sheet if len(table[0]) == 5)
    credit = (float(row[4].replace(",", ".")) for row in periods[1:] if row[0] == "office-01")
    assert sum(credit) == pytest.approx(10.57)


def test_without_absence_the_column_is_for_a_pen() -> None:
    instance = make(person())
    plan = planned(instance)
    content = service_periods(Words(instance, "nb"), plan, trajectory_of(instance, plan.candidates[0]))
    periods = next(table for table in tables(content) if table[0][0] == "Læringsarena")
    assert {row[5] for row in periods[1:]} == {""}


@pytest.mark.parametrize(
    ("lang", "row", "effect"),
    [
        ("nb", ["Fravær 100 %", "01.03.2027 – 14.03.2027", "Hverdager: 10"], "Permisjon og fravær flytter tidligst"),
        ("en", ["Absence 100%", "01.03.2027 – 14.03.2027", "Weekdays: 10"], "Leave and absence move the earliest"),
    ],
)
def test_the_education_plan_has_the_days(
    instance: Instance, plan: Plan, lang: Language, row: list[str], effect: str
) -> None:
    content = education_plan(Words(instance, lang), plan, trajectory_of(instance, plan.candidates[0]))
    told = [each for table in tables(content) for each in table if each[0] == row[0]]
    assert [each[0] for each in told] == [row[0]]
    assert told[0][2] == row[2]
    assert effect in text_of(content)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_the_month_counts_as_and_how_absence_is_read(tmp_path: Path, lang: Language) -> None:
    rules = {"absence_free_share": 2.5, "absence_window": "year"}
    instance = make(person(absence=GONE), rules=rules)
    write_report(instance, planned(instance), tmp_path / "page.html", lang)
    page = html.unescape(re.sub(r"<[^>]*>", " ", (tmp_path / "page.html").read_text(encoding="utf-8")))
    said = " ".join(page.split())
    right = {
        "nb": ("mars 2027 teller 86,53 %", "Fravær teller inntil 2,5 % av tjenestetiden i kalenderåret"),
        "en": ("Mar 2027 counts 86.53%", "Absence counts up to 2.5 % of the service time of the calendar year"),
    }[lang]
    for sentence in right:
        assert sentence in said


def test_the_plans_workbook_counts_with_what_is_earned(tmp_path: Path, instance: Instance, plan: Plan) -> None:
    """The sheet of percents has the post, for ceilings; sums of service read the one of what counts."""
    path = tmp_path / "plan.xlsx"
    write_workbook(instance, plan, path)
    book = load_workbook(path)
    at = row_of(plan, "A01"), column_of(instance, parse_month("2027-03"))
    assert (book["Stilling"].cell(*at).value, book["Teller"].cell(*at).value) == (100, 56.53)
    formulas = [cell.value for row in book["Tjeneste"].iter_rows() for cell in row if cell.data_type == "f"]
    assert any("Teller" in formula for formula in formulas)
    assert not any("Stilling" in formula for formula in formulas)
    assert read_workbook(path) == plan


def test_a_month_moved_in_the_workbook_keeps_what_it_counts_as(tmp_path: Path, instance: Instance, plan: Plan) -> None:
    def edit(book: object) -> None:
        cell = book["Plan"].cell(row_of(plan, "A01"), column_of(instance, parse_month("2027-03")))  # type: ignore[index]
        cell.value = rotation_codes(instance)["clinic"]

    path = tmp_path / "plan.xlsx"
    write_workbook(instance, plan, path)
    changed = read_workbook(edited(path, edit))
    entry = changed.candidates[0]
    assert entry.absence == plan.candidates[0].absence
    assert entry.service.by_category["other_general"] == 0.5653
    assert "part-time" not in {violation.rule for violation in check_plan(instance, changed)}
    assert finish(plan) == "2028-01"
