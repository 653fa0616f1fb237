"""An instance as a workbook that people like to fill in: drop-downs, limits, hints, frozen titles, a read-me sheet."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scheduler.files.remarked import Notes
from scheduler.files.ruleset import values_of
from scheduler.files.schema import FileInstance
from scheduler.files.workbook.cells import CellError, spell
from scheduler.files.workbook.choices import Choices
from scheduler.files.workbook.fill import Filled, Filler, Row
from scheduler.files.workbook.grid import letters
from scheduler.files.workbook.kinds import Type, ValueKind
from scheduler.files.workbook.layout import PRIVATE, Column, Role
from scheduler.files.workbook.looks import Looks
from scheduler.files.workbook.read import read_workbook
from scheduler.files.workbook.readme import write_readme
from scheduler.files.workbook.titles import column_hint, column_title, form_titles, says, sheet_title
from scheduler.instance.problems import InputError, Problem
from scheduler.rulesets import IN_FORCE, load_ruleset, ruleset_ids
from scheduler.texts import Language

TITLES = 2
"""The row of the titles, counted from 0; above it the sheet's name and what it is for."""
_SPARE_ROWS = 300
_MADE = datetime.datetime(2026, 1, 1)
_WIDTHS: Mapping[Type, int] = {Type.NAME: 26, Type.GOALS: 30, Type.ID: 14, Type.CHOICE: 22}
_WIDEST = 46


def to_workbook(file: FileInstance, lang: Language = "nb", notes: Notes | None = None) -> bytes:
    """The file as a workbook; InputError if it cannot be one without losing something. ``notes``: for people alone."""
    tree = file.tree()
    try:
        data = book_of(list(Filler(tree, lang).sheets()), tree, lang, notes)
    except CellError as error:
        raise InputError([Problem(error.code, fields=error.fields)]) from None
    if _read_back(data) != json.dumps(tree):
        raise InputError([Problem("workbook-cannot-hold")])
    return data


def _read_back(data: bytes) -> str | None:
    """The tree that the workbook gives; None if it gives none."""
    tree = read_workbook(data)
    if any(not problem.is_remark for problem in tree.problems):
        return None
    return json.dumps(FileInstance.model_validate(tree).tree())


def book_of(filled: list[Filled], tree: Mapping[str, Any], lang: Language, notes: Notes | None = None) -> bytes:
    """A workbook with these sheets; of ``tree`` the name, the horizon and the ruleset are asked."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(memory, options) as book:
        book.set_properties({"title": tree.get("name", ""), "created": _MADE})
        book.set_size(2400, 1500)
        looks = Looks(book)
        write_readme(book, looks, [each_filled.sheet for each_filled in filled], lang)
        sheets = {
            each_filled.sheet.key: book.add_worksheet(sheet_title(each_filled.sheet.key, lang))
            for each_filled in filled
        }
        choices = Choices(book, filled, tree, lang)
        writer = _Writer(looks, choices, lang, notes or {})
        for each_filled in filled:
            (writer.form if each_filled.sheet.is_form else writer.table)(
                sheets[each_filled.sheet.key], each_filled, tree
            )
        choices.write(looks)
    return memory.getvalue()


@dataclass(slots=True)
class _Writer:
    looks: Looks
    choices: Choices
    lang: Language
    notes: Notes

    def _top(self, sheet: Worksheet, filled: Filled) -> None:
        key = filled.sheet.key
        sheet.write_string(0, 0, sheet_title(key, self.lang), self.looks.heading)
        sheet.write_string(1, 0, says(f"about.{key}", self.lang), self.looks.about)
        sheet.set_row(0, 24, self.looks.plain)
        sheet.set_row(1, 20, self.looks.plain)
        sheet.set_tab_color(self.looks.tab(key))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TITLES)
        sheet.set_footer("&L&F&C&A&R&P / &N")

    def _put(self, sheet: Worksheet, row: int, column: int, content: str | int | float | None, look: Format) -> None:
        if content is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(content, str):
            sheet.write_string(row, column, content, look)
        else:
            sheet.write_number(row, column, content, look)

    # --- tables

    def table(self, sheet: Worksheet, filled: Filled, tree: Mapping[str, Any]) -> None:
        """A sheet with a row for each entry."""
        del tree
        self._top(sheet, filled)
        sheet.set_row(TITLES, 48)
        last = TITLES + max(len(filled.rows), 1) + _SPARE_ROWS
        for number, column in enumerate(filled.columns):
            self._title(sheet, number, column, [row.get(column.key) for row in filled.rows])
            self._guard(sheet, (TITLES + 1, number, last, number), column)
        self._note(sheet, filled)
        self._warn(sheet, filled, last)
        for position, row in enumerate(filled.rows, start=TITLES + 1):
            for number, column in enumerate(filled.columns):
                if column.key in row:
                    self._put(sheet, position, number, row[column.key], self.looks.cell(column.kind))
        if len(filled.columns) > 12:
            sheet.set_paper(8)  # A3
        named = len(filled.columns) > 1 and filled.columns[1].path == ("name",)
        sheet.freeze_panes(TITLES + 1, 2 if named else 1)

    def _title(self, sheet: Worksheet, number: int, column: Column, contents: list[Any]) -> None:
        title = column_title(column, self.lang) + (" *" if column.required else "")
        sheet.write_string(TITLES, number, title, self.looks.must if column.required else self.looks.may)
        width = _width(column.kind, title, contents)
        sheet.set_column(number, number, width, self.looks.cell(column.kind))

    def _note(self, sheet: Worksheet, filled: Filled) -> None:
        """A column for people's own notes, but not beside persons: nobody should write the reason for a leave."""
        if filled.sheet.key not in PRIVATE:
            number = len(filled.columns)
            sheet.write_string(TITLES, number, says("note", self.lang), self.looks.note)
            noted = self.notes.get(filled.sheet.key, {})
            sheet.set_column(number, number, 60 if noted else 34, self.looks.noted if noted else self.looks.text)
            titles = {column.path[0]: column_title(column, self.lang) for column in reversed(filled.columns)}
            for row, said in noted.items():
                told = [words if field not in titles else f"{titles[field]}: {words}" for field, words in said]
                sheet.write_string(TITLES + 1 + row, number, "\n".join(told), self.looks.noted)

    def _warn(self, sheet: Worksheet, filled: Filled, last: int) -> None:
        """Red where a required cell of a row in use is empty, orange where an id stands twice."""
        end = letters(len(filled.columns))
        first = TITLES + 2  # as the spreadsheet counts
        for number, column in enumerate(filled.columns):
            area = (TITLES + 1, number, last, number)
            if column.required:
                here = f"{letters(number + 1)}{first}"
                rule = f"=AND(COUNTA($A{first}:${end}{first})>0,LEN({here})=0)"
                sheet.conditional_format(*area, {"type": "formula", "criteria": rule, "format": self.looks.missing})
            if column.path == ("id",) and column.role is Role.VALUE:
                sheet.conditional_format(*area, {"type": "duplicate", "format": self.looks.twice})

    # --- forms

    def form(self, sheet: Worksheet, filled: Filled, tree: Mapping[str, Any]) -> None:
        """A sheet with a line for each field."""
        self._top(sheet, filled)
        usual = usual_values(filled.sheet.key, filled.columns, tree, self.lang)
        for number, (title, width) in enumerate(zip(form_titles(self.lang), (42, 30, 18, 90), strict=True)):
            sheet.write_string(TITLES, number, title, self.looks.may)
            sheet.set_column(number, number, width if usual or number != 2 else 1, self.looks.plain)
        for position, column in enumerate(filled.columns, start=TITLES + 1):
            look = self.looks.must_line if column.required else self.looks.line
            star = " *" if column.required else ""
            sheet.write_string(position, 0, column_title(column, self.lang) + star, look)
            self._put(sheet, position, 1, filled.rows[0].get(column.key), self.looks.value(column.kind))
            self._put(sheet, position, 2, usual.get(column.key), self.looks.usual)
            sheet.write_string(position, 3, column_hint(column, self.lang), self.looks.usual)
            noted = self.notes.get(column.path[0], {}).get(0, []) if len(column.path) > 1 else []
            told = [words for field, words in noted if field == column.path[1]]
            if told:
                sheet.write_string(TITLES, 4, says("note", self.lang), self.looks.note)
                sheet.set_column(4, 4, 60, self.looks.plain)
                sheet.write_string(position, 4, " ".join(told), self.looks.noted)
            self._guard(sheet, (position, 1, position, 1), column)
        sheet.freeze_panes(TITLES + 1, 1)

    # --- limits, drop-downs and hints

    def _guard(self, sheet: Worksheet, area: tuple[int, int, int, int], column: Column) -> None:
        options: dict[str, Any] = {
            "input_title": column_title(column, self.lang)[:32],
            "input_message": column_hint(column, self.lang)[:255],
            "error_title": says("refuse.title", self.lang)[:32],
            **self._limits(column),
        }
        sheet.data_validation(*area, options)

    def _limits(self, column: Column) -> dict[str, Any]:
        kind = column.kind
        name = self.choices.name_for(column)
        if name is not None:
            strict = kind.type in (Type.FLAG, Type.CHOICE)
            how = {"error_type": "stop"} if strict else {"error_type": "warning"}
            message = says("refuse.choice" if strict else "refuse.unknown", self.lang)
            shows = kind.type is not Type.MONTH  # a month may be spelled in other ways than the list's
            return {"validate": "list", "source": f"={name}", "error_message": message, "show_error": shows, **how}
        if kind.is_number and not kind.many:
            whole = kind.type is Type.WHOLE
            message = says("refuse.whole" if whole else "refuse.decimal", self.lang, low=kind.low, high=kind.high)
            bounds = {"criteria": "between", "minimum": kind.low, "maximum": kind.high}
            return {"validate": "integer" if whole else "decimal", "error_message": message, **bounds}
        return {"validate": "any"}


def _width(kind: ValueKind, title: str, contents: list[Any]) -> float:
    """Wide enough for the longest word of the title and for what stands below, within reason."""
    words = max(len(word) for word in title.split()) + 2
    longest = max((len(str(content)) for content in contents if content is not None), default=0) + 2
    usual = 20 if kind.many else _WIDTHS.get(kind.type, 10)
    return min(max(words, usual, longest), _WIDEST)


def usual_values(sheet: str, columns: Sequence[Column], tree: Mapping[str, Any], lang: Language) -> Row:
    """The numbers of the ruleset, for the form of the rules."""
    rules = tree.get("rules", {})
    ruleset = rules.get("ruleset", IN_FORCE) if isinstance(rules, Mapping) else IN_FORCE
    if sheet != "rules" or ruleset not in ruleset_ids():
        return {}
    numbers = values_of(load_ruleset(ruleset)).model_dump(mode="json", by_alias=True)
    return {
        column.key: spell(column, numbers[column.path[1]], lang)
        for column in columns
        if len(column.path) == 2 and numbers.get(column.path[1]) is not None
    }
