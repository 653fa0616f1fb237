"""From the instance's tree to what stands in the cells: the inverse of :mod:`scheduler.files.workbook.read`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.files.schema import RANGE
from scheduler.files.workbook.cells import EMPTY, CellError, spell
from scheduler.files.workbook.layout import PAIRS, Column, Role, Sheet, layout, pair
from scheduler.files.workbook.titles import words
from scheduler.rulesets import ruleset_ids
from scheduler.texts import Language

Tree = Mapping[str, Any]
Row = dict[str, str | int | float]


@dataclass(slots=True)
class Filled:
    """A sheet's columns and rows; a row holds contents by the key of their column. A form has one row."""

    sheet: Sheet
    columns: list[Column]
    rows: list[Row] = field(default_factory=list)


class Filler:
    """The sheets of one instance in one language; with ``lenient`` what is no such value stands as it is spelled."""

    def __init__(self, tree: Tree, lang: Language, lenient: bool = False) -> None:
        self.tree = tree
        self.lang = lang
        self.lenient = lenient
        self.known: dict[str, set[str]] = {"rulesets": set(ruleset_ids())}
        for sheet in layout().tables():
            key = str(sheet.table)
            self.known[key] = {str(row["id"]) for row in tree.get(key, []) if "id" in row}

    def sheets(self) -> Iterator[Filled]:
        """Every sheet, in the order of the workbook."""
        for sheet in layout().sheets:
            if sheet.is_form:
                filled = Filled(sheet, list(sheet.columns), [self._form(sheet)])
            elif sheet.parent is not None:
                filled = Filled(sheet, list(sheet.columns), list(self._children(sheet)))
            else:
                filled = Filled(sheet, self._columns(sheet), list(self._table(sheet)))
            used = {key for row in filled.rows for key in row}
            filled.columns = [
                column for column in filled.columns if column.role is not Role.TABLE or column.key in used
            ]
            yield filled

    def _spell(self, column: Column, value: Any) -> str | int | float:
        try:
            return spell(column, value, self.lang, self.known.get(column.refers or "", ()))
        except CellError:
            if not self.lenient or isinstance(value, list | dict):
                raise
            return value if type(value) in (int, float) else str(value)

    def _form(self, sheet: Sheet) -> Row:
        row: Row = {}
        for column in sheet.columns:
            node = self.tree if len(column.path) == 1 else self.tree.get(column.path[0], {})
            if column.role is Role.TABLE:
                if self.tree.get(column.path[0]) == {}:
                    row[column.key] = words("yes")[self.lang]
            elif column.path[-1] in node:
                row[column.key] = self._spell(column, node[column.path[-1]])
        return row

    def _columns(self, sheet: Sheet) -> list[Column]:
        """The columns of a table, with as many pairs as its longest mapping needs."""
        columns = list(sheet.columns)
        for first in sheet.of(Role.MAP_KEY)[:1]:
            key = first.path[0]
            longest = max((len(row.get(key, ())) for row in self.tree.get(str(sheet.table), [])), default=0)
            last = max(position for position, column in enumerate(columns) if column.path[0] == key)
            more = [
                each_column for n in range(PAIRS + 1, longest + 1) for each_column in pair(str(sheet.table), key, n)
            ]
            columns[last + 1 : last + 1] = more
        return columns

    def _table(self, sheet: Sheet) -> Iterator[Row]:
        rows = self.tree.get(str(sheet.table))
        if rows == []:
            yield {sheet.columns[0].key: EMPTY}
        columns = self._columns(sheet)
        for tree in rows or []:
            row: Row = {}
            for column in columns:
                if (content := self._content(column, tree)) is not None:
                    row[column.key] = content
            yield row

    def _content(self, column: Column, tree: Tree) -> str | int | float | None:
        """What stands in a column of a row; None if nothing does."""
        value = tree.get(column.path[0])
        if value is None:
            return None
        match column.role:
            case Role.STEP:
                return self._step(column, value)
            case Role.MAP_KEY | Role.MAP_VALUE:
                return self._pair(column, value)
            case Role.TABLE:
                return words("yes")[self.lang] if isinstance(value, dict) and self._looks_bare(column, value) else None
        if len(column.path) == 1:
            return self._spell(column, value)
        if not isinstance(value, dict):
            return self._spell(column, value) if column.alone else None
        return self._spell(column, value[column.path[1]]) if column.path[1] in value else None

    def _looks_bare(self, column: Column, value: Tree) -> bool:
        """Whether a table inside a row would not be seen as one: it is empty, or a bare value could be meant."""
        alone = {
            each_column.path[1]
            for sheet in layout().tables()
            for each_column in sheet.columns
            if each_column.alone and each_column.role is Role.VALUE and each_column.path[0] == column.path[0]
        }
        return not value or set(value) == alone

    def _step(self, column: Column, value: Any) -> str | int | float | None:
        if not isinstance(value, list):
            return self._spell(column, value)
        if not value:
            return EMPTY
        return self._spell(column, value[0][column.path[1]]) if is_constant(column, value) else None

    def _pair(self, column: Column, value: Tree) -> str | int | float | None:
        entries = list(value.items())
        if not entries and column.number == 1 and column.role is Role.MAP_KEY:
            return EMPTY
        if column.number > len(entries):
            return None
        return self._spell(column, entries[column.number - 1][0 if column.role is Role.MAP_KEY else 1])

    def _children(self, sheet: Sheet) -> Iterator[Row]:
        owner = sheet.of(Role.OWNER)[0]
        parent = layout().by_key[str(sheet.parent)]
        for tree in self.tree.get(str(sheet.parent), []):
            for key in sheet.lists:
                entries = tree.get(key)
                columns = [column for column in sheet.columns if column.path[0] in (key, *RANGE)]
                if entries == [] and not sheet.key.endswith(".steps"):
                    own = next(column for column in columns if column.path[0] == key)
                    yield {owner.key: self._spell(owner, tree["id"]), own.key: EMPTY}
                for entry in self._apart(parent, key, entries):
                    row = {
                        each_column.key: self._spell(each_column, entry[each_column.path[-1]])
                        for each_column in columns
                        if each_column.path[-1] in entry
                    }
                    yield {owner.key: self._spell(owner, tree["id"]), **row}

    def _apart(self, parent: Sheet, key: str, entries: Any) -> list[Tree]:
        """The entries of a list that do not stand in the row of the parent itself."""
        if not isinstance(entries, list):
            return []
        inline = [column for column in parent.of(Role.STEP) if column.path[0] == key and is_constant(column, entries)]
        return entries[1:] if inline else entries


def is_constant(column: Column, steps: list[Tree]) -> bool:
    """Whether the first of some steps holds always and so stands in the row itself, as one number."""
    if not steps or set(steps[0]) != {column.path[1]}:
        return False
    return not column.alone or len(steps) > 1  # alone, the number would be read as a number and not as a list
