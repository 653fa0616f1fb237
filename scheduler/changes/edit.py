"""Applying changes to an instance's tree: a new tree, the old one untouched, or every problem at once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, NoReturn

from scheduler.changes.change import Action, Change
from scheduler.changes.reserved import reserved_in, with_reserved
from scheduler.changes.steps import Rows, Value, edit_steps, months_below, value_at, window_of
from scheduler.changes.vocabulary import RESERVED, TABLES, most_of, step_key
from scheduler.exact import exact
from scheduler.files.schema import FileInstance, keys_of
from scheduler.files.templates import known_rows, said_of
from scheduler.files.workbook.layout import REFERENCES, WORDS
from scheduler.instance.problems import InputError, Path, Problem, shown, unknown
from scheduler.instance.spelling import nearest
from scheduler.instance.types import ROOM_FOR_ALL
from scheduler.month import format_month, parse_month

Tree = dict[str, Any]
_UNKNOWN = {
    "arena": "unknown-arena",
    "rotation": "unknown-rotation",
    "group": "unknown-group",
    "supervisor": "unknown-supervisor",
    "municipality": "unknown-municipality",
    "candidate": "unknown-candidate",
}


def apply(tree: Mapping[str, Any], changes: Iterable[Change]) -> Tree:
    """The tree with the changes made one after another; InputError with the problems of all that cannot be made.

    The new tree is a tree, not yet an instance: reading it (``read_instance``) tells what the changes break elsewhere.
    """
    return applied(tree, changes)[0]


def applied(tree: Mapping[str, Any], changes: Iterable[Change]) -> tuple[Tree, tuple[Change, ...]]:
    """The same, and the changes that follow from these: who was with a supervisor that is gone may have any."""
    edited = copy.deepcopy(dict(tree))
    problems: list[Problem] = []
    following: list[Change] = []
    for change in changes:
        try:
            edit = _Edit(edited, change)
            edit.make()
            following += edit.following
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return edited, tuple(following)


class _Edit:
    """One change to a tree that may be edited in place."""

    def __init__(self, tree: Tree, change: Change) -> None:
        self.tree = tree
        self.path: Path = (shown(change.inline()),)
        self.following: list[Change] = []
        self.change = self._by_ids(change)
        start = parse_month(tree["horizon"]["start"])
        self.horizon = range(start, start + tree["horizon"]["months"])

    def _by_ids(self, change: Change) -> Change:
        """The change with ids where it names rows; a word that means none is left for who reads it to refuse."""
        if change.action in (Action.NEW, Action.RULES, Action.OVERLAY, Action.SWAP):
            return change
        field = f"{TABLES[change.table]}.{change.field}"
        refers = "rotations" if change.action is Action.UNFIX else REFERENCES.get(field, "")
        value = change.value
        if refers in TABLES.values():
            words = WORDS.get(field, ())
            value = self._ids_of(refers, value, words)
        return replace(change, row=self._meant(TABLES[change.table], change.row), value=value)

    def _ids_of(self, table: str, value: Any, words: Collection[str]) -> Any:
        """The ids that a value names; a list, and one of alternatives inside, item by item."""
        if isinstance(value, list):
            return [self._ids_of(table, item, words) for item in value]
        return value if isinstance(value, str) and value in words else self._meant(table, value)

    def _meant(self, table: str, word: Any) -> Any:
        """The id of the row that a word stands for; the word itself where it is no row's id or name."""
        known = known_rows(table, self.tree.get(table, []))
        bearers = known.bearers(word) if isinstance(word, str) else []
        if len(bearers) > 1:
            raise InputError([unknown("name-of-several", self.path, word, known)])
        return bearers[0] if bearers else word

    def make(self) -> None:
        """Edit the tree."""
        if self.change.action is Action.SWAP:
            self._refuse("swap-without-plan", shown(self.change.inline()))
        self._refuse_beside_the_horizon()
        if self.change.is_step and self.change.field.startswith(RESERVED):
            self._reserve()
        elif self.change.is_step:
            self._step()
        else:
            self._made_by[self.change.action](self)

    def _set_plain(self) -> None:
        _put(self._row(), self.change.field, self.change.value)

    def _rules(self) -> None:
        rules = self.tree.setdefault("rules", {})
        for name, value in self.change.value.items():
            _put(rules, name, value)

    # --- functions of time -------------------------------------------------------------------------------------------

    def _step(self) -> None:
        change, row = self.change, self._row()
        key, rows = step_key(change.field), self._rows_of(row, change.field)
        if change.action is Action.ADD:
            rows = self._added(rows, key)
        else:
            around = None if change.table == "candidate" else ROOM_FOR_ALL
            rows = self._set(rows, key, change.value, around)
        may_be_bare = change.table == "supervisor" or change.is_name
        bare = may_be_bare and len(rows) == 1 and set(rows[0]) == {key}
        _put(row, change.field, rows[0][key] if bare else None if change.is_name and not rows else rows)

    def _reserve(self) -> None:
        """What others use, in all their rows together."""
        change, subject = self.change, {self.change.table: self._row()["id"]}
        key, amount = change.field.removeprefix(RESERVED), exact(change.value)
        rows = [self._with_id(row, change.table) for row in self.tree.get("reservations") or []]
        adds, mine = change.action is Action.ADD, [row for row in rows if row.items() >= subject.items()]
        months = [month for month in self.horizon if month in self._window()]
        have = {month: reserved_in(mine, key, month) for month in months}
        below = next((month for month in months if adds and have[month] + amount < 0), None)
        if below is not None:
            self._refuse("change-below-zero", f"{change.value:+}", month=format_month(below), have=have[below])
        highest, most = max(have.values(), default=0) + amount, most_of(change.table, change.field)
        if adds and highest > most:
            self._refuse("number-range", str(highest), low=0, high=most)
        made = with_reserved(
            rows, subject, key, lambda now: max(now + amount, exact(0)) if adds else amount, change.start, change.to
        )
        _put(self.tree, "reservations", made)

    def _with_id(self, row: Mapping[str, Any], table: str) -> Tree:
        """A reservation that names its arena or supervisor by id, whatever the file calls it."""
        return {**row, table: self._meant(TABLES[table], row[table])} if row.get(table) is not None else {**row}

    def _window(self) -> range:
        first, end = window_of(self.change.start, self.change.to)
        return range(first, end)

    def _added(self, rows: Rows, key: str) -> Rows:
        change, amount = self.change, exact(self.change.value)
        if not rows:
            self._refuse("change-no-ceiling", shown(change.row), field=change.field, table=change.table)
        below = list(months_below(rows, key, -amount, change.start, change.to, self.horizon))
        if below:
            have = value_at(rows, key, below[0])
            self._refuse("change-below-zero", f"{change.value:+}", month=format_month(below[0]), have=have)

        def add(value: Value) -> Value:
            if value is None or isinstance(value, str):
                return amount if amount > 0 else None
            return max(value + amount, 0)

        made = edit_steps(rows, key, add, change.start, change.to)
        most = most_of(change.table, change.field)
        highest = max(row[key] for row in made)
        if highest > most:
            self._refuse("number-range", str(highest), low=0, high=most)
        return made

    def _set(self, rows: Rows, key: str, value: float | str | None, around: int | None) -> Rows:
        """Set the value in the window; ``around`` stands in the months beside it where there were no rows at all."""
        change = self.change
        if not rows and around is not None and (change.start, change.to) != (None, None):
            rows = [{key: around}]
        new = value if value is None or isinstance(value, str) else exact(value)
        return edit_steps(rows, key, lambda _: new, change.start, change.to)

    def _rows_of(self, row: Tree, field: str) -> Rows:
        """The step rows of a field: the row's own over its template's."""
        own = row.get(field)
        if own is not None and not isinstance(own, list):
            return [{step_key(field): own}]
        return list(self._said(row, field) or [])

    def _said(self, row: Tree, field: str) -> Any:
        """What the row has in a field, of an arena with its templates'."""
        rows = self.tree.get("arenas", []) if self.change.table == "arena" else []
        return said_of(rows, row, field)

    def _add_plain(self) -> None:
        row, change = self._row(), self.change
        value = row[change.field] + change.value
        if value < 0:
            month = format_month(self.horizon[0])
            self._refuse("change-below-zero", f"{change.value:+d}", month=month, have=row[change.field])
        row[change.field] = value

    def _close(self) -> None:
        """No places (no shifts, for a roster) in the window, and no least number of heads either."""
        row = self._row()
        field = "shifts" if self._said(row, "service") == "parallel" else "places"
        row[field] = self._set(self._rows_of(row, field), field, 0, ROOM_FOR_ALL)
        least = self._rows_of(row, "min_places")
        if least:
            row["min_places"] = self._set(least, "places", 0, None)

    # --- candidates --------------------------------------------------------------------------------------------------

    def _leave(self) -> None:
        """A leave of its own row; months that another row covers already become part of one row."""
        row, start, to = self._row(), self.change.start, self.change.to
        assert start is not None
        assert to is not None
        apart = []
        for other in row.get("leave", []):
            other_start, other_to = parse_month(other["from"]), parse_month(other["to"])
            if other_start <= to and start <= other_to:
                start, to = min(start, other_start), max(to, other_to)
            else:
                apart.append(other)
        row["leave"] = sorted(
            [*apart, {"from": format_month(start), "to": format_month(to)}], key=lambda each_row: each_row["from"]
        )

    def _unfix(self) -> None:
        """Fixed months of the rotation inside the window become free; the rest of the block stays fixed."""
        row, change = self._row(), self.change
        assert change.start is not None
        assert change.to is not None
        kept: Rows = []
        for block in row.get("fixed", []):
            start, to = parse_month(block["from"]), parse_month(block["to"])
            if block["rotation"] != change.value or to < change.start or change.to < start:
                kept.append(block)
                continue
            sides = ((start, change.start - 1), (change.to + 1, to))
            kept += [
                {**block, "from": format_month(first), "to": format_month(last)}
                for first, last in sides
                if first <= last
            ]
        if kept == row.get("fixed", []):
            have = [f"{block['rotation']} {block['from']}..{block['to']}" for block in row.get("fixed", [])]
            self._refuse("change-not-fixed", shown(change.value), candidate=change.row, allowed=", ".join(have) or "-")
        row["fixed"] = kept

    # --- rows --------------------------------------------------------------------------------------------------------

    def _remove(self) -> None:
        row = self._row()
        if self.change.table == "supervisor" and self._has_served():  # what was before the horizon stays true
            row["to"] = format_month(self.horizon.start - 1)
        else:
            self.tree[TABLES[self.change.table]].remove(row)
        if self.change.table == "candidate":
            self.tree["requirements"] = [*_without_candidate(self.tree.get("requirements", []), self.change.row)]
        if self.change.table == "supervisor" and "reservations" in self.tree:  # others' places with who is gone
            kept = [row for row in self.tree["reservations"] if row.get("supervisor") != self.change.row]
            self.tree["reservations"] = kept
        if self.change.table in _WITHOUT:
            self._let_go(self.change.table, _WITHOUT[self.change.table])

    def _has_served(self) -> bool:
        """Whether months before the horizon have been with the supervisor."""
        people = self.tree.get("candidates", [])
        return any(row.get("supervisor") == self.change.row for each in people for row in each.get("served") or [])

    def _let_go(self, field: str, value: Any) -> None:
        """Candidates who named what is gone."""
        for row in self.tree.get("candidates", []):
            if self.change.row in _named(row.get(field)):
                _put(row, field, value)
                self.following.append(Change(Action.SET, "candidate", row["id"], field, value))
            elif isinstance(row.get(field), list):
                gone = [step for step in row[field] if step.get(field) == self.change.row]
                _put(row, field, [step for step in row[field] if step not in gone] or None)
                for step in gone:
                    start, to = (parse_month(step[key]) if step.get(key) else None for key in ("from", "to"))
                    self.following.append(Change(Action.SET, "candidate", row["id"], field, value, start, to))

    def _new(self) -> None:
        table = TABLES[self.change.table]
        rows = self.tree.setdefault(table, [])
        for index, row in enumerate(rows):
            if row["id"] == self.change.row:
                self._refuse("duplicate-id", shown(self.change.row), first=f"{table}[{index}]")
        self.tree[table] = [*rows, copy.deepcopy(self.change.value)]

    def _overlay(self) -> None:
        """Tables merged field by field, their rows by id; rows without an id are added."""
        known = keys_of(FileInstance)
        for name, value in self.change.value.items():
            if name not in known:
                near = nearest(name, known)
                raise InputError(
                    [Problem("unknown-key", (*self.path, name), shown(name), near, {"allowed": ", ".join(known)})]
                )
            if isinstance(value, Mapping):
                _merge(self.tree.setdefault(name, {}), value)
            elif isinstance(value, list):
                self._merge_rows(name, value)
            else:
                _put(self.tree, name, value)

    def _merge_rows(self, name: str, overlay: Sequence[Any]) -> None:
        rows = self.tree[name] = list(self.tree.get(name, []))
        for index, row in enumerate(overlay):
            if not isinstance(row, Mapping):
                raise InputError([Problem("not-a-table", (*self.path, name, index), shown(row))])
            there = _find(rows, row.get("id")) if "id" in row else None
            if there is None:
                rows.append(copy.deepcopy(dict(row)))
            else:
                _merge(there, row)

    def _row(self) -> Tree:
        table, row_id = self.change.table, self.change.row
        rows = self.tree.get(TABLES[table], [])
        row = _find(rows, row_id)
        if row is None:
            code, known = _UNKNOWN.get(table, "change-unknown-row"), known_rows(TABLES[table], rows)
            fields = {"table": table, "allowed": ", ".join(known) or "-"}
            raise InputError([Problem(code, self.path, shown(row_id), nearest(row_id, known), fields)])
        return row

    _made_by: ClassVar[Mapping[Action, Callable[[_Edit], None]]] = {
        Action.ADD: _add_plain,
        Action.SET: _set_plain,
        Action.CLOSE: _close,
        Action.LEAVE: _leave,
        Action.UNFIX: _unfix,
        Action.REMOVE: _remove,
        Action.NEW: _new,
        Action.RULES: _rules,
        Action.OVERLAY: _overlay,
    }

    # --- problems ----------------------------------------------------------------------------------------------------

    def _refuse_beside_the_horizon(self) -> None:
        start, to = self.change.start, self.change.to
        first, last = self.horizon[0], self.horizon[-1]
        if (start is not None and start > last) or (to is not None and to < first):
            beside = to if to is not None and to < first else start
            assert beside is not None
            self._refuse(
                "change-beside-horizon", format_month(beside), first=format_month(first), last=format_month(last)
            )

    def _refuse(self, code: str, found: str, **fields: object) -> NoReturn:
        raise InputError([Problem(code, self.path, found, fields=fields)])


_WITHOUT: Mapping[str, Any] = {"supervisor": None, "group": "free"}
"""What a candidate's field says once the row of that table is gone that it named."""


def _named(value: Any) -> list[Any]:
    """The ids that a reference names: one, that of a table, or those of a list."""
    if isinstance(value, list):
        return [name for member in value for name in _named(member)]
    return [value.get("id"), value.get("second")] if isinstance(value, Mapping) else [value]


def _without_candidate(requirements: Iterable[Tree], candidate: str) -> Iterable[Tree]:
    """Requirements without the candidate; one that named nobody else goes too (an empty list would mean all)."""
    for row in requirements:
        names = row.get("candidates", [])
        if candidate not in names:
            yield row
        elif len(names) > 1:
            yield {**row, "candidates": [name for name in names if name != candidate]}


def _find(rows: Iterable[Tree], row_id: object) -> Tree | None:
    return next((row for row in rows if row.get("id") == row_id), None)


def _put(table: Tree, key: str, value: Any) -> None:
    """Set a key; None takes it away."""
    if value is None:
        table.pop(key, None)
    else:
        table[key] = copy.deepcopy(value)


def _merge(table: Tree, overlay: Mapping[str, Any]) -> None:
    for key, value in overlay.items():
        _put(table, key, value)
