"""The plan as a workbook: a grid to edit with live counters, the figures behind it, and the way back.

``write_workbook`` is here; :mod:`scheduler.report.workbook.read` reads an edited one.
"""

from __future__ import annotations

import datetime
import io
from copy import deepcopy
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from scheduler.accounting import reading_once
from scheduler.accounting.shown import as_shown
from scheduler.files.written import write_file
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report.standing import PlanStanding, standing_of
from scheduler.report.workbook.book import FONT, Book
from scheduler.report.workbook.changes import write_changes
from scheduler.report.workbook.goals import write_goals
from scheduler.report.workbook.grid import write_plan
from scheduler.report.workbook.groups import write_groups
from scheduler.report.workbook.layout import EARNED, HIDDEN_SHEETS, MUNICIPALITIES, OFFICES, SHEETS, sheet_title
from scheduler.report.workbook.lists import write_earned, write_lists, write_offices, write_percents, write_source
from scheduler.report.workbook.municipalities import write_municipalities
from scheduler.report.workbook.service import write_service
from scheduler.report.workbook.shifts import write_shifts
from scheduler.report.workbook.supervisors import write_supervisors
from scheduler.report.workbook.tables import write_about, write_levels, write_readings, write_wishes
from scheduler.texts import Language

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "default_format_properties": {"font_name": FONT, "font_size": 10},
}


def write_workbook(
    instance: Instance,
    plan: Plan,
    path: Path,
    lang: Language = "nb",
    baseline: Plan | None = None,
    made: datetime.date | None = None,
    standing: PlanStanding | None = None,
) -> None:
    """Write a plan that carries its instance (``plan.instance.source``) as a workbook.

    The sheet of changes compares with ``baseline``, or with the plan that this one was made from; ``made`` is the day
    that is written on the workbook (today if none is given); ``standing`` is what the check said of the plan, which is
    checked now if it is not given.
    """
    write_file(path, workbook_file(instance, plan, lang, baseline, made, standing))


@reading_once()
def workbook_file(
    instance: Instance,
    plan: Plan,
    lang: Language = "nb",
    baseline: Plan | None = None,
    made: datetime.date | None = None,
    standing: PlanStanding | None = None,
) -> bytes:
    """The file that ``write_workbook`` writes."""
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, deepcopy(_OPTIONS))  # which it changes
    standing = standing or standing_of(instance, plan)
    book = Book(workbook, as_shown(instance, plan), plan, lang, made or datetime.date.today(), standing, baseline)
    _write_sheets(book)
    properties: dict[str, Any] = {"title": plan.instance.name[:200], "author": plan.tool.name}
    workbook.set_properties({**properties, "created": datetime.datetime.combine(book.made, datetime.time(12))})
    workbook.close()
    return content.getvalue()


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet that takes formulas as they are written: none of ours is newer than Excel 2007.

    XlsxWriter looks for some forty newer functions in every formula, of which there are twenty thousand.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def _write_sheets(book: Book) -> None:
    at_need = {OFFICES: book.offices_change, EARNED: book.days_absent}
    shown = (*SHEETS, MUNICIPALITIES) if book.instance.municipalities else SHEETS
    for key in (*shown, *HIDDEN_SHEETS, *(key for key, there in at_need.items() if there)):
        book.workbook.add_worksheet(sheet_title(key, book.lang), _Sheet)
    lists = write_lists(book)
    write_plan(book, lists)
    write_service(book, lists)
    write_goals(book)
    write_shifts(book)
    write_groups(book, lists)
    write_supervisors(book, lists)
    write_wishes(book)
    write_changes(book)
    write_levels(book)
    write_readings(book)
    write_about(book)
    write_municipalities(book)
    write_percents(book)
    write_earned(book)
    write_offices(book)
    write_source(book)


__all__ = ["workbook_file", "write_workbook"]
