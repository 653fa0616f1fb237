"""From a workbook to the instance's tree, cell by cell, with the cell of every place and everything that is wrong.

Nothing is decided here about what an instance may say: what can be read goes into the tree, and the schema and the
checks of meaning judge it there. A cell that cannot be read stands in the tree as UNREADABLE, so that no check takes
its field for missing.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from scheduler.files.schema import RANGE
from scheduler.files.templates import known_rows
from scheduler.files.workbook.cells import Cell, CellError, parse, parse_day
from scheduler.files.workbook.grid import Faulty, Grid, place, read_grids
from scheduler.files.workbook.kinds import Type
from scheduler.files.workbook.layout import BY_DATE, Column, Role, Sheet, layout
from scheduler.files.workbook.months import drops_a_day
from scheduler.files.workbook.places import Places, SheetTree
from scheduler.files.workbook.sheets import Open, deleted, open_sheets, unread
from scheduler.files.workbook.titles import column_title, columns_by_title, is_ignored, is_readme, plain
from scheduler.instance.absence import split_days
from scheduler.instance.problems import InputError, Problem, shown, unknown
from scheduler.instance.problems import Path as TreePath
from scheduler.instance.spelling import Known, nearest
from scheduler.month import format_month
from scheduler.rulesets import ruleset_ids
from scheduler.texts import LANGUAGES, text

MOST_PROBLEMS = 1_000
_MOST_SUGGESTIONS = 100
_ENDS = ("to", "finish_by", "exempt_to", "latest")
"""Keys of months up to the end of which something holds."""

Tree = dict[str, Any]
Cells = dict[int, Cell | Faulty]


class Unreadable:
    """What stands in the tree for a cell that could not be read; no type of the schema accepts it."""

    def __repr__(self) -> str:
        return "?"


UNREADABLE: Final = Unreadable()


def _shown(content: object) -> str:
    """What stood in a cell; of a date at midnight only the date, as the cell does."""
    if isinstance(content, datetime.datetime) and content.time() == datetime.time():
        content = content.date()
    return shown(content)


def read_workbook(data: bytes) -> SheetTree:
    """The tree of a workbook file; InputError if it is no workbook at all."""
    grids = read_grids(data, lambda title: is_ignored(title) and not is_readme(title))
    readme = [grid for grid in grids if is_readme(grid.title)]
    return read_tables([grid for grid in grids if grid not in readme], readme)


def read_tables(grids: list[Grid], readme: Sequence[Grid] = ()) -> SheetTree:
    """The tree of a workbook's sheets, which are those that its read-me names unless somebody has deleted one."""
    opened, problems, lang = open_sheets(grids)
    if not opened:
        raise InputError(problems)
    reader = _Reader(opened)
    reader.problems += problems
    reader.read()
    broken = {*unread(grids, opened)}
    reader.problems += deleted(readme, {*opened, *broken}, grids)
    silent = reader.silent | {(key,) for key in broken}
    told = [problem.in_words_of(lang) for problem in reader.problems[:MOST_PROBLEMS]]
    return SheetTree(reader.tree, reader.places, told, silent, reader.orphans, lang)


class _Reader:
    """The sheets that are read, and the tree, places and problems that come of them."""

    def __init__(self, opened: dict[str, Open]) -> None:
        self.opened = opened
        self.tree: Tree = {}
        self.places = Places()
        self.problems: list[Problem] = []
        self.known: dict[str, dict[str, int]] = {"rulesets": dict.fromkeys(ruleset_ids(), 0)}
        self.silent: set[TreePath] = set()
        self.orphans: dict[str, list[str]] = {}
        self.n_suggested = 0

    def read(self) -> None:
        """Forms, then tables, then what belongs to their rows."""
        tables = [self.opened[sheet.key] for sheet in layout().tables() if sheet.key in self.opened]
        for opened in tables:
            self.known[opened.sheet.key] = self._ids(opened)
        for sheet in layout().forms():
            if sheet.key in self.opened:
                self._form(self.opened[sheet.key])
        for opened in tables:
            self._table(opened)
        for sheet in layout().sheets:
            if sheet.parent is not None and not self.tree.get(sheet.parent) and sheet.key in self.opened:
                self._orphans(self.opened[sheet.key], sheet.parent)

    def _orphans(self, opened: Open, table: str) -> None:
        """Remember where the rows begin that belong to no row, because their table has none."""
        first = next((row for row, _ in opened.data_rows()), None)
        if first is not None:
            self.orphans.setdefault(table, []).append(opened.at(first, next(iter(opened.columns))))

    def _ids(self, opened: Open) -> dict[str, int]:
        """The ids of a table with the index of their row, as far as they can be read, the first of each."""
        number = next((n for n, column in opened.columns.items() if column.path == ("id",)), None)
        found: dict[str, int] = {}
        rows = (cells for _, cells in opened.data_rows() if not self._is_mark(opened, cells))
        for index, cells in enumerate(rows):
            cell = cells.get(number) if number is not None else None
            if number is None or not isinstance(cell, Cell):
                continue
            try:
                said = parse(opened.columns[number], cell)
            except CellError as error:  # told when the row is read
                said = str(error.fields.get("number", ""))
            found.setdefault(unicodedata.normalize("NFC", said), index)
        return found

    def _is_mark(self, opened: Open, cells: Cells) -> bool:
        """Whether a row only says that the table is given, but empty."""
        ((number, cell), *more) = cells.items()
        return not more and opened.columns[number].key == opened.sheet.columns[0].key and _is_dash(cell)

    # --- a cell

    def _value(self, opened: Open, row: int, number: int, column: Column, cells: Cells, path: TreePath) -> Any:
        """The value of a cell that is filled; UNREADABLE, and a problem, if it has none."""
        cell = cells[number]
        where = opened.at(row, number)
        if isinstance(cell, Faulty):
            self.silent.add(path)
            self.problems.append(Problem(cell.code, path, cell.found, cell=where))
            return UNREADABLE
        try:
            value = parse(column, cell, self.known.get(column.refers or "", {}))
        except CellError as error:
            self.silent.add(path)
            near = self._nearest(str(cell.content), error.choices)
            self.problems.append(Problem(error.code, path, _shown(cell.content), near, error.fields, cell=where))
            return UNREADABLE
        if column.kind.type is Type.MONTH and drops_a_day(cell.content, cell.epoch, is_end=column.path[-1] in _ENDS):
            fields = {"month": value}
            self.problems.append(Problem("workbook-day-dropped", path, _shown(cell.content), fields=fields, cell=where))
        return value

    def _nearest(self, word: str, choices: Any) -> str | None:
        self.n_suggested += 1
        return nearest(word, choices) if choices and self.n_suggested <= _MOST_SUGGESTIONS else None

    def _note(self, opened: Open, row: int, number: int, path: TreePath) -> None:
        """Remember the cell of a place in the tree."""
        where = opened.at(row, number)
        self.places.cells.setdefault(path, where)
        if number in opened.titles:
            self.places.titles.setdefault(path, opened.titles[number])
        if opened.grid.hidden or row in opened.grid.hidden_rows or number in opened.grid.hidden_columns:
            self.places.hidden.add(where)

    # --- forms

    def _form(self, opened: Open) -> None:
        known = columns_by_title(opened.sheet.key)
        taken: dict[str, int] = {}
        for titled in opened.sheet.columns:
            if len(titled.path) > 1:
                self.places.cells[titled.path[:1]] = place(opened.grid.title)
        for row, cells in opened.data_rows():
            label = cells.get(opened.field_column)
            said = str(label.content) if isinstance(label, Cell) else ""
            column: Column | None = known.get(plain(said))
            filled = opened.value_column in cells
            if column is None:
                if filled:
                    self._stray(opened, row, said)
            elif column.key in taken:
                fields = {"first": opened.at(taken[column.key], opened.field_column)}
                where = opened.at(row, opened.field_column)
                self.problems.append(Problem("workbook-field-twice", found=shown(said), fields=fields, cell=where))
            else:
                taken[column.key] = row
                self._field(opened, row, column, cells, shown(said.strip()))

    def _stray(self, opened: Open, row: int, said: str) -> None:
        """A value beside a label that no field has."""
        titles = [column_title(column, lang) for column in opened.sheet.columns for lang in LANGUAGES]
        code = "workbook-field-unknown" if said.strip() else "workbook-field-untitled"
        where = opened.at(row, opened.field_column)
        self.problems.append(Problem(code, found=shown(said), nearest=self._nearest(said, titles), cell=where))

    def _field(self, opened: Open, row: int, column: Column, cells: Cells, title: str) -> None:
        self._note(opened, row, opened.value_column, column.path)
        self.places.titles[column.path] = title
        if opened.value_column not in cells:
            return
        if column.role is Role.TABLE:
            self.tree.setdefault(column.path[0], {})
            return
        value = self._value(opened, row, opened.value_column, column, cells, column.path)
        node = self.tree if len(column.path) == 1 else self.tree.setdefault(column.path[0], {})
        node[column.path[-1]] = value

    # --- tables

    def _table(self, opened: Open) -> None:
        """The rows of a table, and then those of the sheets that belong to it."""
        key = opened.sheet.key
        self.places.cells[(key,)] = place(opened.grid.title)
        rows: list[Tree] = []
        for row, cells in opened.data_rows():
            if self._is_mark(opened, cells):
                self.tree.setdefault(key, [])
                continue
            rows.append(self._row(opened, row, cells, (key, len(rows))))
            self.tree[key] = rows
        inline = [{path: tree.pop(path, None) for path in _step_keys(opened.sheet)} for tree in rows]
        constant = [frozenset(path for path, found in steps.items() if found) for steps in inline]
        for child in layout().children(key):
            if child.key in self.opened and rows:
                self._child(self.opened[child.key], key, rows, inline)
        for tree, steps, keys in zip(rows, inline, constant, strict=True):
            _put_steps(opened.sheet, tree, steps, keys)

    def _row(self, opened: Open, row: int, cells: Cells, path: TreePath) -> Tree:
        self._note(opened, row, next(iter(opened.columns)), path)
        tree: Tree = {}
        self._absent(opened, path, tree, 0)
        for number, column in opened.columns.items():
            match column.role:
                case Role.VALUE if len(column.path) == 1:
                    self._note(opened, row, number, (*path, *column.path))
                    if number in cells:
                        where = (*path, *column.path)
                        tree[column.path[0]] = self._value(opened, row, number, column, cells, where)
                case Role.STEP:
                    self._step(opened, row, number, cells, path, tree)
        self._inner_tables(opened, row, cells, path, tree)
        self._mappings(opened, row, cells, path, tree)
        return tree

    def _absent(self, opened: Open, path: TreePath, tree: Tree, depth: int) -> None:
        """Fields whose column is not there at all: that has been told, and once is enough."""
        for column in opened.absent:
            if column.role is not Role.OWNER:
                tree[column.path[depth]] = UNREADABLE
                self.silent.add((*path, column.path[depth]))

    def _step(self, opened: Open, row: int, number: int, cells: Cells, path: TreePath, tree: Tree) -> None:
        """A first step that holds always, as ``[{"places": 1}]``, or an empty list; in the row until its children."""
        column = opened.columns[number]
        key, name = column.path
        self._note(opened, row, number, (*path, key))
        if number not in cells:
            return
        if _is_dash(cells[number]):
            tree[key] = []
            return
        for inner in ((*path, key, 0), (*path, key, 0, name)):
            self._note(opened, row, number, inner)
        where = (*path, key) if column.alone else (*path, key, 0, name)
        tree[key] = [{name: self._value(opened, row, number, column, cells, where)}]

    def _inner_tables(self, opened: Open, row: int, cells: Cells, path: TreePath, tree: Tree) -> None:
        """Tables inside the row; one of which only the first field is filled may be a bare value."""
        asked: set[str] = set()
        alone: dict[str, str] = {}
        for number, column in opened.columns.items():
            if column.role is Role.TABLE and number in cells:
                tree.setdefault(column.path[0], {})
                asked.add(column.path[0])
            if column.role is not Role.VALUE or len(column.path) != 2:
                continue
            key, name = column.path
            self._note(opened, row, number, (*path, *column.path))
            if column.alone:
                alone[key] = name
                self._note(opened, row, number, (*path, key))
            if number in cells and tree.get(key) is not UNREADABLE:
                inner = tree.setdefault(key, {})
                inner[name] = self._value(opened, row, number, column, cells, (*path, *column.path))
        for key, name in alone.items():
            if key not in asked and isinstance(tree.get(key), dict) and list(tree[key]) == [name]:
                tree[key] = tree[key][name]

    def _mappings(self, opened: Open, row: int, cells: Cells, path: TreePath, tree: Tree) -> None:
        """The pairs of columns of a mapping, such as place and percent."""
        numbers = {(column.number, column.role): number for number, column in opened.columns.items() if column.number}
        for n in sorted({n for n, _ in numbers}):
            at_key, at_value = numbers.get((n, Role.MAP_KEY)), numbers.get((n, Role.MAP_VALUE))
            if at_key is None or at_value is None:
                continue
            whole = (*path, opened.columns[at_key].path[0])
            self._note(opened, row, at_key, whole)
            self.places.values.setdefault(whole, opened.at(row, at_value))
            if at_key in cells or at_value in cells:
                self._pair(opened, row, (at_key, at_value), cells, whole, tree)

    def _pair(self, opened: Open, row: int, at: tuple[int, int], cells: Cells, whole: TreePath, tree: Tree) -> None:
        at_key, at_value = at
        mapping: Tree = tree.setdefault(str(whole[-1]), {})
        if at_value not in cells and _is_dash(cells[at_key]):
            return
        if at_key not in cells or at_value not in cells:
            empty = at_key if at_key not in cells else at_value
            self.silent.add(whole)
            self.problems.append(Problem("workbook-pair-half", whole, cell=opened.at(row, empty)))
            if at_key not in cells:
                return
        key = self._value(opened, row, at_key, opened.columns[at_key], cells, whole)
        if key is UNREADABLE:
            return
        path = (*whole, key)
        if key in mapping:
            self.silent.add(whole)
            self.problems.append(Problem("workbook-pair-twice", path, shown(key), cell=opened.at(row, at_key)))
            return
        self._note(opened, row, at_key, path)
        self.places.values[path] = opened.at(row, at_value)
        filled = at_value in cells
        mapping[key] = (
            self._value(opened, row, at_value, opened.columns[at_value], cells, path) if filled else UNREADABLE
        )

    # --- rows that belong to other rows

    def _child(self, opened: Open, table: str, rows: list[Tree], inline: list[Tree]) -> None:
        known = known_rows(table, rows)
        for row, cells in opened.data_rows():
            index = self._owner(opened, row, cells, table, known)
            if index is None or index >= len(rows):
                continue
            if opened.sheet.key == f"{table}.steps":
                self._steps(opened, row, cells, (table, index), inline[index])
            else:
                self._entry(opened, row, cells, (table, index), rows[index])

    def _owner(self, opened: Open, row: int, cells: Cells, table: str, known: Known) -> int | None:
        """The index of the row that a cell names by its id."""
        number = next((n for n, column in opened.columns.items() if column.role is Role.OWNER), None)
        if number is None:
            return None
        where = opened.at(row, number)
        if number not in cells:
            self.problems.append(Problem("workbook-owner-missing", cell=where))
            return None
        said = self._value(opened, row, number, opened.columns[number], cells, ())
        if said is UNREADABLE:
            return None
        index = self.known[table].get(unicodedata.normalize("NFC", said))
        if index is None:
            problem = unknown("workbook-owner-unknown", (), said, known, sheet=self.opened[table].grid.title)
            near = self._nearest(said, problem.choices)
            self.problems.append(replace(problem, nearest=near, choices=(), cell=where))
        return index

    def _steps(self, opened: Open, row: int, cells: Cells, path: TreePath, steps: Tree) -> None:
        """A row of steps: its months, and the value of one list (or of several that change together)."""
        values = [(n, column) for n, column in opened.columns.items() if len(column.path) == 2]
        for number, column in values:
            key, name = column.path
            if number not in cells:
                continue
            entries = steps[key] = steps.get(key) or []
            if _is_dash(cells[number]):
                continue
            inner = (*path, key, len(entries))
            self._note(opened, row, number, inner)
            self._note(opened, row, number, (*inner, name))
            entry = {name: self._value(opened, row, number, column, cells, (*inner, name))}
            entries.append(entry | self._months(opened, row, cells, inner))
        if not any(number in cells for number, _ in values):
            first = values[0][0] if values else 1
            titles = {lang: ", ".join(column_title(column, lang) for _, column in values) for lang in LANGUAGES}
            self.problems.append(Problem("workbook-step-empty", fields={"titles": titles}, cell=opened.at(row, first)))

    def _months(self, opened: Open, row: int, cells: Cells, inner: TreePath) -> Tree:
        months: Tree = {}
        for number, column in opened.columns.items():
            if column.path[0] in RANGE:
                path = (*inner, column.path[0])
                self._note(opened, row, number, path)
                if number in cells:
                    months[column.path[0]] = self._value(opened, row, number, column, cells, path)
        return months

    def _entry(self, opened: Open, row: int, cells: Cells, path: TreePath, tree: Tree) -> None:
        """A row of a list that is no steps, such as a wish."""
        fields = [(number, column) for number, column in opened.columns.items() if len(column.path) == 2]
        key = opened.sheet.lists[0]
        entries: list[Tree] = tree.setdefault(key, [])
        filled = [number for number, _ in fields if number in cells]
        if len(filled) == 1 and _is_dash(cells[filled[0]]):
            return
        days = self._days(opened, cells) if opened.sheet.key in BY_DATE else None
        if days is not None:
            self._by_date(opened, row, path, tree, days)
            return
        inner = (*path, key, len(entries))
        self._note(opened, row, next(iter(opened.columns)), inner)
        entry: Tree = {}
        self._absent(opened, inner, entry, 1)
        for number, column in fields:
            where = (*inner, column.path[1])
            self._note(opened, row, number, where)
            if number in cells:
                entry[column.path[1]] = self._value(opened, row, number, column, cells, where)
        entries.append(entry)

    def _days(self, opened: Open, cells: Cells) -> tuple[datetime.date, datetime.date] | None:
        """The first and the last day of a row of months that speaks of days; None where no date lies inside a month."""
        at = {column.path[-1]: (column, cells.get(number)) for number, column in opened.columns.items()}
        found: list[datetime.date] = []
        inside = False
        for key in RANGE:
            column, cell = at.get(key, (None, None))
            if column is None or not isinstance(cell, Cell):
                return None
            inside |= drops_a_day(cell.content, cell.epoch, is_end=key in _ENDS)
            try:
                found.append(datetime.date.fromisoformat(parse_day(column, cell)))
            except CellError:  # told when the row is read as one of months
                return None
        return (found[0], found[1]) if inside else None

    def _by_date(
        self, opened: Open, row: int, path: TreePath, tree: Tree, days: tuple[datetime.date, datetime.date]
    ) -> None:
        """Whole months stay in their list; what is left before and after them goes to the list of parts of months."""
        months, parts = opened.sheet.lists[0], BY_DATE[opened.sheet.key]
        whole, left = split_days(*days)
        rows = [(months, {"from": format_month(whole[0]), "to": format_month(whole[-1])})] if whole else []
        rows += [(parts, {"from": first.isoformat(), "to": last.isoformat()}) for first, last in left]
        numbers = {column.path[-1]: number for number, column in opened.columns.items()}
        for key, entry in rows:
            entries: list[Tree] = tree.setdefault(key, [])
            inner = (*path, key, len(entries))
            self._note(opened, row, next(iter(opened.columns)), inner)
            for name in entry:
                self._note(opened, row, numbers[name], (*inner, name))
            entries.append(entry)
        fields = {
            "parts": {
                lang: "; ".join(
                    text(f"problems.by-date-{key}", lang, **{"first": entry["from"], "last": entry["to"]})
                    for key, entry in rows
                )
                for lang in LANGUAGES
            }
        }
        where, said = opened.at(row, numbers["from"]), f"{days[0]} – {days[1]}"
        self.problems.append(Problem("leave-by-date", (*path, months), said, fields=fields, cell=where))


def _is_dash(cell: Cell | Faulty) -> bool:
    return isinstance(cell, Cell) and cell.is_dash


def _step_keys(sheet: Sheet) -> Iterator[str]:
    return (column.path[0] for column in sheet.of(Role.STEP))


def _put_steps(sheet: Sheet, tree: Tree, steps: Tree, constant: frozenset[str]) -> None:
    """The lists of steps into their row; a lone number of the row itself stays one where the schema allows it."""
    for column in sheet.of(Role.STEP):
        key, name = column.path
        found = steps.get(key)
        if found is not None:
            tree[key] = found[0][name] if column.alone and key in constant and len(found) == 1 else found
