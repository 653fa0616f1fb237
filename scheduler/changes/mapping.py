"""Reading a change from a mapping, as JSON, a scenario file or a remedy has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from scheduler.changes.change import Action, Change
from scheduler.changes.vocabulary import ADDABLE, NAMES, REMOVABLE, RESERVED, STEP_FIELDS, TABLES, most_of, plain_fields
from scheduler.exact import PERCENT_DECIMALS, exact_percent, plain
from scheduler.instance.problems import InputError, Path, Problem, from_after_to, shown
from scheduler.instance.spelling import nearest
from scheduler.month import Month, parse_month

FIRST_WORDS = (*TABLES, "rules", "overlay", "swap")
_WINDOW = ("from", "to")


def change_from(mapping: Mapping[str, Any], path: Path = ("change",)) -> Change:
    """The change that a mapping spells; InputError with a problem's place (``path``), find and nearest spelling.

    >>> change_from({"arena": "hospital", "places": 1, "from": "2027-03", "to": "2027-08"}).inline()
    'arena.hospital.places+1@2027-03..2027-08'
    """
    if not isinstance(mapping, Mapping):
        _refuse("not-a-table", path, found=shown(mapping))
    words = [word for word in mapping if word in FIRST_WORDS]
    if "swap" in words:
        return _swap(mapping, path)
    if len(words) > 1:  # {"candidate": "A03", "group": "free"}, {"quota": "ward-halden", "municipality": "halden"}
        words = [word for word in words if _has_as_fields(mapping, word, words)] or words
    if len(words) != 1:
        _refuse_words(mapping, words, path)
    return _Reader(mapping, words[0], path).read()


def _has_as_fields(mapping: Mapping[str, Any], word: str, words: Iterable[str]) -> bool:
    """Whether a word is the row's, and the other ones are fields of it."""
    if word not in TABLES or isinstance(mapping[word], Mapping):
        return False
    fields = {*STEP_FIELDS.get(word, ()), *plain_fields(word)}
    return all(other in fields for other in words if other != word)


def _refuse_words(mapping: Mapping[str, Any], words: list[str], path: Path) -> NoReturn:
    first = next(iter(mapping), None)
    found = ", ".join(words) if words else "{}" if first is None else shown(first)
    near = None if words else nearest(first, FIRST_WORDS)
    _refuse("change-unknown-table", path, found=found, near=near, allowed=", ".join(FIRST_WORDS))


def _swap(mapping: Mapping[str, Any], path: Path) -> Change:
    """Two candidates and the rotation of which each gets the other's blocks."""
    refuse_keys(mapping, ("swap", "rotation"), path)
    two, rotation = mapping["swap"], mapping.get("rotation")
    if not (isinstance(two, list) and len(two) == 2 and all(isinstance(word, str) and word.strip() for word in two)):
        _refuse("not-text", (*path, "swap"), found=shown(two))
    if not isinstance(rotation, str) or not rotation.strip():
        _refuse("not-text", (*path, "rotation"), found=shown(rotation))
    return Change(Action.SWAP, "candidate", two[0], two[1], rotation)


class _Reader:
    """One mapping, its first word known."""

    def __init__(self, mapping: Mapping[str, Any], table: str, path: Path) -> None:
        self.mapping = mapping
        self.table = table
        self.path = path
        self.subject = mapping[table]
        self.words = [word for word in mapping if word != table and word not in _WINDOW]

    def read(self) -> Change:
        if self.table in ("rules", "overlay"):
            self._only(self.table)
            return Change(Action(self.table), value=self._table_at(self.table))
        if isinstance(self.subject, Mapping):
            return self._new()
        if not isinstance(self.subject, str) or not self.subject.strip():
            _refuse("not-text", (*self.path, self.table), found=shown(self.subject))
        special = {"close": self._close, "leave": self._leave, "unfix": self._unfix, "remove": self._remove}
        for word, read in special.items():
            if word in self.words:
                return read()
        return self._field()

    # --- special words ---------------------------------------------------------------------------------------------

    def _new(self) -> Change:
        self._only(self.table)
        row = dict(self.subject)
        if not isinstance(row.get("id"), str):
            _refuse("missing-key", (*self.path, self.table, "id"), name="id")
        return Change(Action.NEW, self.table, row["id"], value=row)

    def _close(self) -> Change:
        if self.table != "arena":
            self._unknown("close")
        self._only(self.table, "close", *_WINDOW)
        self._true("close")
        start, to = self._window(self.mapping, self.path)
        return Change(Action.CLOSE, self.table, self.subject, start=start, to=to)

    def _remove(self) -> Change:
        if self.table not in REMOVABLE:
            self._unknown("remove")
        self._only(self.table, "remove")
        self._true("remove")
        return Change(Action.REMOVE, self.table, self.subject)

    def _leave(self) -> Change:
        if self.table != "candidate":
            self._unknown("leave")
        self._only(self.table, "leave")
        start, to = self._whole_window("leave", _WINDOW)
        return Change(Action.LEAVE, self.table, self.subject, start=start, to=to)

    def _unfix(self) -> Change:
        if self.table != "candidate":
            self._unknown("unfix")
        self._only(self.table, "unfix")
        start, to = self._whole_window("unfix", ("rotation", *_WINDOW))
        rotation = self.mapping["unfix"].get("rotation")
        if not isinstance(rotation, str):
            _refuse("not-text", (*self.path, "unfix", "rotation"), found=shown(rotation))
        return Change(Action.UNFIX, self.table, self.subject, value=rotation, start=start, to=to)

    # --- fields ------------------------------------------------------------------------------------------------------

    def _field(self) -> Change:
        words = [word for word in self.words if word != "set"]
        if len(words) != 1:
            allowed = ", ".join(self._allowed())
            found = words or [
                word for word in _WINDOW if word in self.mapping
            ]  # months are of a field, and none by itself
            _refuse("change-one-field", self.path, found=", ".join(map(shown, found)) or "-", allowed=allowed)
        (field,) = words
        if field not in self._allowed():
            self._unknown(field)
        value = self.mapping[field]
        addable, step = field in ADDABLE.get(self.table, ()), field in STEP_FIELDS.get(self.table, ())
        if "set" in self.words:
            if not addable:
                _refuse("change-set", (*self.path, "set"), found=field)
            self._true("set")
        adds = addable and "set" not in self.words
        if field in NAMES.get(self.table, ()):
            if value is not None and not isinstance(value, str):
                _refuse("not-text", (*self.path, field), found=shown(value))
        elif addable or step:
            most = most_of(self.table, field)
            read = _percent if field.removeprefix(RESERVED) == "percent" else _number
            value = read(value, (*self.path, field), -most if adds else 0, most)
        if adds and value == 0:
            _refuse("change-zero", (*self.path, field), found="0")
        start, to = self._window(self.mapping, self.path)
        if not step and (start, to) != (None, None):
            _refuse("change-no-window", self.path, found=f"{self.table}.{field}")
        return Change(Action.ADD if adds else Action.SET, self.table, self.subject, field, value, start, to)

    def _allowed(self) -> list[str]:
        special = {
            "close": self.table == "arena",
            "leave": self.table == "candidate",
            "unfix": self.table == "candidate",
            "remove": self.table in REMOVABLE,
        }
        fields = [*STEP_FIELDS.get(self.table, ()), *plain_fields(self.table)]
        return [*fields, *(word for word, possible in special.items() if possible)]

    # --- parts -------------------------------------------------------------------------------------------------------

    def _unknown(self, word: str) -> NoReturn:
        allowed = self._allowed()
        fields = {"table": self.table, "allowed": ", ".join(allowed)}
        raise InputError(
            [Problem("change-unknown-field", (*self.path, word), shown(word), nearest(word, allowed), fields)]
        )

    def _only(self, *words: str) -> None:
        """Refuse keys that say nothing here."""
        refuse_keys(self.mapping, words, self.path)

    def _true(self, word: str) -> None:
        if self.mapping[word] is not True:
            _refuse("change-only-true", (*self.path, word), found=shown(self.mapping[word]))

    def _table_at(self, word: str) -> dict[str, Any]:
        value = self.mapping[word]
        if not isinstance(value, Mapping) or not value:
            _refuse("not-a-table", (*self.path, word), found=shown(value))
        return dict(value)

    def _whole_window(self, word: str, keys: Iterable[str]) -> tuple[Month, Month]:
        inner = self._table_at(word)
        refuse_keys(inner, keys, (*self.path, word))
        start, to = self._window(inner, (*self.path, word))
        if start is None or to is None:
            _refuse("change-needs-window", (*self.path, word), found=f"{self.table}.{word}")
        return start, to

    def _window(self, mapping: Mapping[str, Any], path: Path) -> tuple[Month | None, Month | None]:
        start, to = (_month(mapping.get(key), (*path, key)) for key in _WINDOW)
        if start is not None and to is not None and start > to:
            raise InputError([from_after_to(path, mapping["from"], mapping["to"])])
        return start, to


def refuse_keys(mapping: Mapping[str, Any], allowed: Iterable[str], path: Path) -> None:
    """Raise InputError with every key of the mapping that is not among those allowed."""
    known = list(allowed)
    fields = {"allowed": ", ".join(known)}
    found = [
        Problem("unknown-key", (*path, key), shown(key), nearest(key, known), fields)
        for key in map(str, mapping)
        if key not in known
    ]
    if found:
        raise InputError(found)


def _month(value: object, path: Path) -> Month | None:
    if value is None:
        return None
    try:
        return parse_month(value) if isinstance(value, str) else _refuse("bad-month", path, found=shown(value))
    except ValueError:
        _refuse("bad-month", path, found=shown(value))


def _number(value: object, path: Path, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        code = "number-as-text" if isinstance(value, str) else "not-a-number"
        _refuse(code, path, found=shown(value))
    if isinstance(value, float) and not value.is_integer():
        _refuse("not-a-whole-number", path, found=shown(value))
    if not low <= value <= high:
        _refuse("number-range", path, found=shown(value), low=low, high=high)
    return int(value)


def _percent(value: object, path: Path, low: int, high: int) -> int | float:
    """A percent, or what is added to one; with at most two decimals."""
    if not isinstance(value, float) or not low <= value <= high:
        return _number(value, path, low, high)
    percent = exact_percent(value)
    if percent is None:
        _refuse("percent-decimals", path, found=shown(value), decimals=PERCENT_DECIMALS)
    if 0 < abs(value) < 1:
        _refuse("percent-as-fraction", path, found=shown(value), meant=plain(100 * percent))
    return plain(percent)


def _refuse(code: str, path: Path, found: str | None = None, near: str | None = None, **fields: object) -> NoReturn:
    raise InputError([Problem(code, path, found, near, fields)])


def all_of(read: Callable[[Any, Path], Change], items: Iterable[Any], path: Path) -> list[Change]:
    """Read every item of a list; one InputError with the problems of all of them."""
    changes: list[Change] = []
    problems: list[Problem] = []
    for index, item in enumerate(items):
        try:
            changes.append(read(item, (*path, index)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return changes
