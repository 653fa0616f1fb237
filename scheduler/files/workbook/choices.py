"""The lists behind the drop-downs: named ranges that grow with the sheets they are taken from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook

from scheduler.files.workbook.fill import Filled
from scheduler.files.workbook.grid import letters
from scheduler.files.workbook.kinds import Type
from scheduler.files.workbook.layout import Column, Role
from scheduler.files.workbook.looks import Looks
from scheduler.files.workbook.titles import sheet_title, words
from scheduler.month import format_month, parse_month
from scheduler.rulesets import ruleset_ids
from scheduler.texts import Language

FIRST_ROW = 4
"""The first row of data on the sheets, as the spreadsheet counts."""
_LONGEST = 300
_MONTHS_BEFORE, _MONTHS_AFTER = 48, 24


class Choices:
    """The drop-downs of one workbook; the lists that no sheet has stand on a hidden sheet of their own."""

    def __init__(self, book: Workbook, filled: list[Filled], tree: Mapping[str, Any], lang: Language) -> None:
        self.book = book
        self.lang = lang
        self.filled = {each_filled.sheet.key: each_filled for each_filled in filled}
        self.tree = tree
        self.lists: dict[str, list[tuple[str, str]]] = {}  # name -> (formula or "", value)
        self.names: dict[str, str] = {}  # name -> what it refers to
        for each_filled in filled:
            for column in each_filled.columns:
                self._prepare(column)
        for name, refers in self.names.items():
            book.define_name(name, refers)

    def name_for(self, column: Column) -> str | None:
        """The named range with the choices of a column; None if it has none."""
        kind = column.kind
        if kind.many or column.role is Role.TABLE:
            return "choices_yes_no" if column.role is Role.TABLE else None
        match kind.type:
            case Type.FLAG:
                return "choices_yes_no"
            case Type.MONTH:
                return "choices_months"
            case Type.CHOICE:
                return f"choices_{column.text.replace('.', '_')}"
            case Type.ID if column.words:
                return f"choices_{column.refers}_or_{column.words[0]}"
            case Type.ID if column.refers is not None:
                return f"choices_{column.refers}"
        return None

    def _prepare(self, column: Column) -> None:
        name = self.name_for(column)
        if name is None or name in self.names:
            return
        match column.kind.type:
            case Type.FLAG:
                self._list(name, [("", words(key)[self.lang]) for key in ("yes", "no")])
            case Type.MONTH:
                self._list(name, self._months())
            case Type.CHOICE:
                self._list(name, [("", words(key)[self.lang]) for key in column.kind.choices])
            case _ if column.refers == "rulesets":
                self._list(name, [("", ruleset) for ruleset in ruleset_ids()])
            case _ if column.words:
                own = [("", words(key)[self.lang]) for key in column.words]
                self._list(name, own + self._copies(str(column.refers)))
            case _:
                self.names[name] = _grows(*self._ids(str(column.refers)))

    def _ids(self, table: str) -> tuple[str, str, int, int]:
        """The sheet, the column's letters, the first and the last row of a table's ids."""
        filled = self.filled[table]
        number = next(n for n, column in enumerate(filled.columns, start=1) if column.path == ("id",))
        return sheet_title(table, self.lang), letters(number), FIRST_ROW, FIRST_ROW + _LONGEST

    def _copies(self, table: str) -> list[tuple[str, str]]:
        """Formulas that repeat a table's ids, each with what it comes to now."""
        title, column, first, last = self._ids(table)
        ids = [str(row.get("id", "")) for row in self.filled[table].rows]
        ids += [""] * (last - first + 1 - len(ids))
        cells = [f"'{title}'!{column}{row}" for row in range(first, last + 1)]
        return [(f'=IF({cell}="","",{cell})', candidate_id) for cell, candidate_id in zip(cells, ids, strict=False)]

    def _months(self) -> list[tuple[str, str]]:
        """Months around the horizon; formulas, so that they follow its start."""
        plan = self.filled["plan"]
        row = next(n for n, column in enumerate(plan.columns) if column.path == ("horizon", "start"))
        start = f"'{sheet_title('plan', self.lang)}'!$B${FIRST_ROW + row}"
        first = parse_month(self.tree["horizon"]["start"])
        length = int(self.tree["horizon"]["months"])
        count = f"LEFT({start},4)*12+RIGHT({start},2)-1"
        months = []
        for offset in range(-_MONTHS_BEFORE, min(length, _LONGEST) + _MONTHS_AFTER):
            value = format_month(first + offset)
            spelled = f'INT(({count}+{offset})/12)&"-"&RIGHT("0"&(MOD({count}+{offset},12)+1),2)'
            months.append((f'=IFERROR({spelled},"{value}")', value))
        return months

    def _list(self, name: str, entries: list[tuple[str, str]]) -> None:
        self.lists[name] = entries
        column = letters(len(self.lists))
        self.names[name] = _grows(sheet_title("lists", self.lang), column, 2, len(entries) + 1)

    def write(self, looks: Looks) -> None:
        """The hidden sheet with the lists."""
        sheet = self.book.add_worksheet(sheet_title("lists", self.lang))
        for number, (name, entries) in enumerate(self.lists.items()):
            sheet.write_string(0, number, name, looks.may)
            for row, (formula, value) in enumerate(entries, start=1):
                if formula:
                    sheet.write_formula(row, number, formula, looks.plain, value)
                else:
                    sheet.write_string(row, number, value, looks.plain)
        sheet.set_column(0, len(self.lists), 24)
        sheet.hide()


def _grows(title: str, column: str, first: int, last: int) -> str:
    """A range from the first to the last filled cell, so that the drop-down has no empty lines."""
    area = f"'{title}'!${column}${first}:${column}${last}"
    return f"='{title}'!${column}${first}:INDEX({area},MAX(1,COUNTIF({area},\"?*\")))"
