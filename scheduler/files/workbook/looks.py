"""How the instance workbook looks: few colours, each with one meaning, readable in grey."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from scheduler.files.workbook.kinds import ValueKind

INK = "#1B2430"
QUIET = "#5B6675"
HAIRLINE = "#DFE3E8"
MUST = "#2F4A63"
MAY = "#DFE6ED"
NOTE = "#F6F1DD"
MISSING = "#F6C9BE"
TWICE = "#FBDFA3"
_FONT = "Calibri"
_TABS = {"plan": "#00558A", "candidates": "#E97A34", "rules": "#5B6675"}
_OTHER_TAB = "#00825F"


class Looks:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        def made(**properties: Any) -> Format:
            return book.add_format({"font_name": _FONT, "font_size": 11, "font_color": INK, **properties})

        title = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#FFFFFF"}
        self.heading = made(bold=True, font_size=16)
        self.about = made(font_color=QUIET, italic=True)
        self.must = made(**title | {"bg_color": MUST, "font_color": "#FFFFFF"})
        self.may = made(**title | {"bg_color": MAY})
        self.note = made(**title | {"bg_color": NOTE, "italic": True})
        grid = {"border": 1, "border_color": HAIRLINE}
        self.plain = made()
        self.text = made(num_format="@", **grid)
        self.noted = made(num_format="@", text_wrap=True, valign="top", **grid)
        self.number = made(num_format="General", align="center", **grid)
        self.line = made(bg_color=MAY, border=1, border_color="#FFFFFF")
        self.must_line = made(bg_color=MUST, font_color="#FFFFFF", bold=True, border=1, border_color="#FFFFFF")
        self.text_value = made(num_format="@", border=1, border_color=HAIRLINE, align="left")
        self.number_value = made(num_format="General", border=1, border_color=HAIRLINE, align="left")
        self.usual = made(font_color=QUIET, align="left")
        self.missing = book.add_format({"bg_color": MISSING})
        self.twice = book.add_format({"bg_color": TWICE})
        self.swatch_missing = made(bg_color=MISSING)
        self.swatch_twice = made(bg_color=TWICE)
        self.section = made(bold=True, font_size=13, font_color=MUST)
        self.paragraph = made(text_wrap=True, valign="top")
        self.code = made(font_name="Consolas", bg_color="#F6F7F9")
        self.bullet = made(valign="top", align="right", font_color=QUIET)
        self.link = made(font_color="#00558A", underline=1, valign="top")

    def cell(self, kind: ValueKind) -> Format:
        """For a cell of a table: everything but numbers is text, so that 007 and 2027-03 stay what they are."""
        return self.number if kind.is_number and not kind.many else self.text

    def value(self, kind: ValueKind) -> Format:
        """For a value of a form."""
        return self.number_value if kind.is_number and not kind.many else self.text_value

    def tab(self, key: str) -> str:
        """The colour of a sheet's tab: the plan, the candidates, the places, the rules."""
        return _TABS.get(key.partition(".")[0], _OTHER_TAB)
