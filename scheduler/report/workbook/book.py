"""The workbook being written: the plan, read, and the means that every sheet shares (formats, texts, references)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from scheduler.accounting import Trajectory, trajectory_of
from scheduler.instance.types import Instance
from scheduler.month import Month, calendar_month
from scheduler.plan import Plan, PlanCandidate
from scheduler.report import style
from scheduler.report.standing import PlanStanding
from scheduler.report.workbook.layout import (
    CHAPTER,
    EARNED,
    FIRST_MONTH,
    FIRST_ROW,
    HEAD_ROW,
    YEAR_ROW,
    date_of,
    month_column,
    rotation_codes,
    service_heads,
    sheet_title,
)
from scheduler.texts import Language, localised, text

Sheet = Any  # XlsxWriter ships no types
Format = Any

FONT = "Arial"  # there, or with the same widths, on every system
HEAD = "#34495E"
BAND = "#EEF1F5"
EDITABLE = "#FFFDF2"
RED = "#C00000"
RED_TINT = "#F8CBC6"
FULL_TINT = "#E3E8EE"
MARGIN_INCHES = 0.35
A3 = 8
_LONGEST_FOOTER = 80
_MONTHS_ON_A_PAGE = 48


@dataclass
class Book:
    """A plan on its way into a workbook. ``made`` is the day that is written on it."""

    workbook: Any
    instance: Instance
    plan: Plan
    lang: Language
    made: datetime.date
    standing: PlanStanding
    baseline: Plan | None = None

    def __post_init__(self) -> None:
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    # --- the plan, read

    @cached_property
    def entries(self) -> list[PlanCandidate]:
        """The candidates of the plan that the instance knows."""
        return [entry for entry in self.plan.candidates if entry.id in self.instance.candidates]

    @cached_property
    def trajectories(self) -> list[Trajectory]:
        """The entries, read; in the order of the rows."""
        return [trajectory_of(self.instance, entry) for entry in self.entries]

    @property
    def offices_change(self) -> bool:
        """Whether somebody's office becomes another one."""
        return any(len(entry.practices) > 1 for entry in self.entries)

    @cached_property
    def days_absent(self) -> bool:
        """Whether a month of somebody's counts less than the percent of a post in it."""
        people = (trajectory.candidate for trajectory in self.trajectories)
        return any(candidate.deducted_at(month) for candidate in people for month in self.months)

    @property
    def earned(self) -> str:
        """The hidden sheet that says what each month counts as."""
        return EARNED if self.days_absent else "percent"

    @cached_property
    def codes(self) -> dict[str, str]:
        """The short code of each rotation."""
        return rotation_codes(self.instance)

    @property
    def months(self) -> range:
        """Every month of the horizon."""
        return range(self.instance.start, self.instance.end)

    @cached_property
    def service_heads(self) -> tuple[str, ...]:
        """The columns of the sheet of service sums."""
        return service_heads(self.instance)

    def service_column(self, key: str) -> int:
        """The column of one of its figures."""
        return self.service_heads.index(key)

    @cached_property
    def last_used(self) -> Month:
        """The last month in which anybody has anything planned."""
        return max((entry.last for entry in self.entries if entry.months), default=self.instance.end - 1)

    # --- places

    @property
    def last_row(self) -> int:
        """The row of the last candidate (the first one if there is none)."""
        return FIRST_ROW + max(len(self.entries), 1) - 1

    def column(self, month: Month) -> int:
        """The column of a month on sheets with a calendar."""
        return month_column(self.instance, month)

    def ref(self, key: str) -> str:
        """A sheet as formulas name it: ``'Plan'!``."""
        return f"'{sheet_title(key, self.lang)}'!"

    def down(self, column: int, absolute_column: bool = False) -> str:
        """The candidates' cells in a column: ``G$7:G$24``."""
        name = ("$" if absolute_column else "") + xl_col_to_name(column)
        return f"{name}${FIRST_ROW + 1}:{name}${self.last_row + 1}"

    def across(self, row: int) -> str:
        """A row's cells in all months of the horizon: ``$G7:$CX7``."""
        first, last = xl_col_to_name(FIRST_MONTH), xl_col_to_name(self.column(self.instance.end - 1))
        return f"${first}{row + 1}:${last}{row + 1}"

    def listed(self, column: int, n_rows: int) -> str:
        """A column of the hidden lists, its head left out: ``'Lister'!$A$2:$A$13``."""
        return self.ref("lists") + str(xl_range_abs(1, column, max(n_rows, 1), column))

    # --- words

    def say(self, key: str, **fields: object) -> str:
        """A text of the workbook's chapter."""
        return text(
            f"{CHAPTER}.{key}", self.lang, **{name: localised(field, self.lang) for name, field in fields.items()}
        )

    def rotation_name(self, rotation_id: str) -> str:
        """A rotation's name; the id if the instance does not know it."""
        rotation = self.instance.rotations.get(rotation_id)
        return rotation_id if rotation is None else rotation.name

    def name_of(self, entry: PlanCandidate) -> str:
        """A candidate's name, short enough for a column; blank if it only repeats the id."""
        name = self.instance.candidates[entry.id].name
        return "" if name == entry.id else shortened(name, 30)

    # --- formats

    def format(self, **properties: object) -> Format:
        """A format with these properties over the house's font; the same one for the same properties."""
        given = {"font_name": FONT, "font_size": 9, "valign": "vcenter", "font_color": style.INK, **properties}
        key = tuple(sorted(given.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(given)
        return self._formats[key]

    def cell(self, **properties: object) -> Format:
        """A cell of a table: a hairline round it."""
        return self.format(**{"border": 7, "border_color": style.RULE, **properties})

    def date_format(self, pattern: str = "mmm yyyy") -> str:
        """A number format for months, named in the workbook's language whatever the reader's."""
        return f"[$-{'414' if self.lang == 'nb' else '409'}]{pattern}"

    def decimal_format(self, pattern: str = "0.0") -> str:
        """A number format for decimals, comma in Norwegian."""
        return f"[$-414]{pattern}" if self.lang == "nb" else pattern

    # --- sheets

    def sheet(self, key: str) -> Sheet:
        """One of the workbook's sheets, which are all there from the beginning, in order."""
        return self.workbook.get_worksheet_by_name(sheet_title(key, self.lang))

    def titled_sheet(self, key: str, note: str | None = None, *, shifts: bool = False, **fields: object) -> Sheet:
        """A sheet with its title and a note on what it shows, ready to be printed on A3 landscape.

        ``shifts``: it shows how many shifts there are to be, and the note tells where that is a planning figure.
        """
        sheet = self.sheet(key)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.set_margins(MARGIN_INCHES, MARGIN_INCHES, MARGIN_INCHES, 0.6)
        sheet.fit_to_pages(1, 0)
        title = self.say(f"title-{key}", name=shortened(self.plan.instance.name, 60))
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title, self.format(font_size=16, bold=True))
        told = [] if note is None else [self.say(note, **fields)]
        rules = self.instance.rules
        if shifts and "legevakt_shifts" in rules.planning:
            told.append(self.say("note-planning-figure", number=rules.legevakt_shifts))
        self._write_note(sheet, " ".join(told))
        status = _for_print(self.say("status-then", status=self.standing.label(self.lang)))
        foot = f"&L{_for_print(self.plan.instance.name)} · {status}&C{self.plan.instance.sha256[:12]}"
        sheet.set_footer(f"{foot}&R{self.say('page', page='&P', pages='&N')}")
        return sheet

    def _write_note(self, sheet: Sheet, note: str) -> None:
        """The line under the title; in red before it, that the plan breaks rules."""
        quiet = self.format(font_color=style.QUIET)
        if not self.standing.broken:
            sheet.write_string(1, 0, note, quiet)
            return
        alarm = self.format(font_color=RED, bold=True)
        sheet.write_rich_string(
            1, 0, alarm, self.standing.sentence(self.lang), quiet, f" {note or self.say('no-note')}"
        )

    def heads(
        self, sheet: Sheet, keys: Sequence[str], widths: Iterable[float], row: int = HEAD_ROW, at: int = 0
    ) -> None:
        """Heads of columns, named in the catalogue, and the columns' widths."""
        for number, (key, width) in enumerate(zip(keys, widths, strict=True), start=at):
            sheet.write_string(row, number, self.say(f"head-{key}"), self.head())
            sheet.set_column(number, number, width)

    def head(self, **properties: object) -> Format:
        """The head of a column."""
        look = {"bold": True, "bg_color": HEAD, "font_color": "#FFFFFF", "text_wrap": True}
        return self.cell(**{**look, **properties})

    def calendar(self, sheet: Sheet, width: float) -> None:
        """Years and months over the columns of a calendar, from the first month of the horizon to its last."""
        sheet.set_column(FIRST_MONTH, self.column(self.instance.end - 1), width)
        sheet.set_row(HEAD_ROW, 42)
        for month in self.months:
            column = self.column(month)
            look = self.head(
                num_format=self.date_format("mmm"), rotation=90, align="center", font_size=9, **self.year_line(month)
            )
            sheet.write_datetime(HEAD_ROW, column, date_of(month), look)
            if month == self.instance.start or calendar_month(month) == 1:
                look = self.format(bold=True, **self.year_line(month))
                sheet.write_string(YEAR_ROW, column, str(date_of(month).year), look)

    @staticmethod
    def year_line(month: Month) -> dict[str, object]:
        """A stronger line before each January."""
        return {"left": 1, "left_color": style.QUIET} if calendar_month(month) == 1 else {}

    def print_calendar(self, sheet: Sheet, last_row: int) -> None:
        """Print on as many pages side by side as keep letters readable, the left columns and the heads on each."""
        n_months = self.last_used - self.instance.start + 1
        sheet.repeat_rows(YEAR_ROW, HEAD_ROW)
        sheet.repeat_columns(0, FIRST_MONTH - 1)
        sheet.print_area(0, 0, last_row, self.column(self.last_used))
        sheet.fit_to_pages(-(-n_months // _MONTHS_ON_A_PAGE), 0)


def shortened(words: str, longest: int) -> str:
    """At most so many letters, an ellipsis in the place of the rest."""
    words = " ".join(words.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + style.ELLIPSIS


def _for_print(words: str) -> str:
    """Text for headers and footers, where & gives orders."""
    return shortened(words, _LONGEST_FOOTER).replace("&", "&&")
