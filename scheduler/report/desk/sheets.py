"""Small workbooks of tables: a title, what to know, heads, rows, a row of sums; printed on A4 across."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import xlsxwriter

from scheduler.month import Month, first_day
from scheduler.report import style
from scheduler.report.standing import PlanStanding
from scheduler.report.words import tidy
from scheduler.texts import Language

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "default_format_properties": {"font_name": "Arial", "font_size": 10},
}
_HEAD, _ALARM = "#34495E", "#C00000"
_A4 = 9
_HEAD_HEIGHT = 40
_CHART_WIDTH, _CHART_HEIGHT = 1000, 600


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A month, shown as ``sep. 2026`` and sorted as a date."""

    month: Month


@dataclass(frozen=True, slots=True)
class Kroner:
    """Kroner: whole ones, or with øre where they are exact parts."""

    amount: Fraction | int
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with what it comes to now, which is how it looks."""

    formula: str
    value: Kroner | float | Fraction


Cell = str | int | float | Fraction | MonthCell | Kroner | Formula | None


class Sheets:
    """A workbook being written; ``content`` gives it."""

    def __init__(self, title: str, lang: Language, made: Month, standing: PlanStanding | None = None) -> None:
        self._raw = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._raw, _OPTIONS)
        self._lang, self._standing = lang, standing
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        created = datetime.datetime.combine(first_day(made), datetime.time(12))
        self._book.set_properties({"title": tidy(title)[:200], "created": created})

    def sheet(
        self, name: str, title: str, notes: Iterable[str], heads: Sequence[tuple[str, float]],
        rows: Iterable[Sequence[Cell]], sums: Sequence[Cell] | None = None,
    ) -> Any:  # fmt: skip
        """One more sheet with a table: heads are words and widths. Notes stand above it, a line each."""
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{tidy(title)[:80].replace('&', '&&')}&R&P / &N")
        sheet.write_string(0, 0, tidy(title), self._format(bold=True, font_size=14))
        top = self.notes(sheet, notes)
        for column, (head, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            look = {"bg_color": _HEAD, "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
            sheet.write_string(top, column, head, self._format(bold=True, border=7, **look))
        sheet.set_row(top, _HEAD_HEIGHT)
        sheet.repeat_rows(top)
        sheet.freeze_panes(top + 1, 0)
        at = top + 1
        for row in rows:
            self._row(sheet, at, row, bold=False)
            at += 1
        if sums is not None:
            self._row(sheet, at, sums, bold=True)
        return sheet

    def stacked(self, own: str, title: str, name: str, first: int, n_rows: int, n_columns: int) -> None:
        """A sheet with stacked columns of a table on another, whose first row is ``first``: a series a row."""
        sheet = self._book.add_worksheet(own)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 1)
        chart = self._book.add_chart({"type": "column", "subtype": "stacked"})
        for row in range(first, first + n_rows):
            chart.add_series(
                {
                    "name": [name, row, 0],
                    "categories": [name, first - 1, 1, first - 1, n_columns],
                    "values": [name, row, 1, row, n_columns],
                    "gap": 60,
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "right", "font": {"size": 8}})
        chart.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHT})
        sheet.insert_chart(0, 0, chart)

    def first_row(self, n_notes: int) -> int:
        """The row of a table's first entry as formulas count, where so many notes stand above it."""
        return self._top(n_notes) + 2

    def _top(self, n_notes: int) -> int:
        return 2 + n_notes + (self._standing is not None and self._standing.broken)

    def notes(self, sheet: Any, notes: Iterable[str]) -> int:
        """Lines under the title; in red before them that the plan breaks rules. The row after them."""
        at = 1
        if self._standing is not None and self._standing.broken:
            sheet.write_string(at, 0, self._standing.sentence(self._lang), self._format(bold=True, font_color=_ALARM))
            at += 1
        for note in notes:
            sheet.write_string(at, 0, tidy(note), self._format(font_color=style.QUIET))
            at += 1
        return at + 1

    def _row(self, sheet: Any, at: int, row: Sequence[Cell], *, bold: bool) -> None:
        for column, cell in enumerate(row):
            self._cell(sheet, at, column, cell, bold=bold)

    def _cell(self, sheet: Any, at: int, column: int, cell: Cell, *, bold: bool) -> None:
        look: dict[str, object] = {
            "border": 7,
            "border_color": style.RULE,
            **({"bold": True, "top": 1} if bold else {}),
        }
        match cell:
            case None:
                sheet.write_blank(at, column, None, self._format(**look))
            case str():
                sheet.write_string(at, column, tidy(cell), self._format(**look))
            case MonthCell(month):
                language = "414" if self._lang == "nb" else "409"
                shown = self._format(num_format=f"[$-{language}]mmm yyyy", align="left", **look)
                sheet.write_datetime(at, column, datetime.datetime.combine(first_day(month), datetime.time()), shown)
            case Formula(formula, value):
                shown = self._format(num_format=self._pattern(value), **look)
                sheet.write_formula(at, column, formula, shown, _float(value))
            case _:
                sheet.write_number(at, column, _float(cell), self._format(num_format=self._pattern(cell), **look))

    def _format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"font_name": "Arial", "font_size": 10, "font_color": style.INK, **properties}
            )
        return self._formats[key]

    def _pattern(self, value: Kroner | float | Fraction) -> str:
        """Whole numbers without decimals, others with two; thousands apart in kroner, the comma in Norwegian."""
        match value:
            case Kroner(exact=exact):
                pattern = "# ##0.00" if exact else "# ##0"
            case int():
                pattern = "0"
            case _:
                pattern = "0.00"
        return f"[$-414]{pattern}" if self._lang == "nb" else pattern

    def content(self) -> bytes:
        """The file."""
        self._book.close()
        return self._raw.getvalue()


def _float(value: Kroner | float | Fraction) -> float:
    return float(value.amount if isinstance(value, Kroner) else value)
