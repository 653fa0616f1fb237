"""One edit of an instance, and the two ways in which it is written down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scheduler.changes.vocabulary import ADDABLE, NAMES, STEP_FIELDS
from scheduler.month import Month, format_month

BARE_ID = re.compile(r"[\w-]+")
NOTHING = "none"


class Action(StrEnum):
    """What an edit does."""

    ADD = "add"
    SET = "set"
    CLOSE = "close"
    LEAVE = "leave"
    UNFIX = "unfix"
    REMOVE = "remove"
    SWAP = "swap"
    NEW = "new"
    RULES = "rules"
    OVERLAY = "overlay"


@dataclass(frozen=True, slots=True)
class Change:
    """One edit. ``table`` is the word for it (``arena``), ``row`` the id; ``to`` is inclusive, as in files.

    ``value`` is the number added, the value set, the new row, the rotation unfixed, the rules or the overlay's tables;
    of a swap the rotation, whose blocks the candidate ``row`` and another one, ``field``, have in each other's place.
    """

    action: Action
    table: str = ""
    row: str = ""
    field: str = ""
    value: Any = None
    start: Month | None = None
    to: Month | None = None

    def mapping(self) -> dict[str, Any]:
        """The change as JSON spells it; :func:`scheduler.changes.change_from` reads it back."""
        window = dict(self._window())
        match self.action:
            case Action.ADD:
                return {self.table: self.row, self.field: self.value} | window
            case Action.SET:
                marked = {"set": True} if self.field in ADDABLE.get(self.table, ()) else {}
                return {self.table: self.row, self.field: self.value} | marked | window
            case Action.CLOSE:
                return {self.table: self.row, "close": True} | window
            case Action.LEAVE:
                return {self.table: self.row, "leave": window}
            case Action.UNFIX:
                return {self.table: self.row, "unfix": {"rotation": self.value} | window}
            case Action.REMOVE:
                return {self.table: self.row, "remove": True}
            case Action.SWAP:
                return {"swap": [self.row, self.field], "rotation": self.value}
            case Action.NEW:
                return {self.table: dict(self.value)}
            case Action.RULES | Action.OVERLAY:
                return {self.action.value: dict(self.value)}

    def inline(self) -> str:
        """The change on one line; :func:`scheduler.changes.parse_change` reads it back."""
        place = f"{self.table}.{spell_id(self.row)}"
        match self.action:
            case Action.ADD:
                return f"{place}.{self.field}{self.value:+}{self._at()}"
            case Action.SET:
                return f"{place}.{self.field}={spell_value(self.value)}{self._at()}"
            case Action.CLOSE:
                return " ".join(["close", place, *(f"{word} {month}" for word, month in self._window())])
            case Action.LEAVE:
                return f"{place}.leave{self._at()}"
            case Action.UNFIX:
                return f"{place}.unfix={spell_value(self.value)}{self._at()}"
            case Action.REMOVE | Action.SWAP | Action.NEW:
                return self._by_rows(place)
            case Action.RULES if len(self.value) == 1 and all(BARE_ID.fullmatch(key) for key in self.value):
                ((name, value),) = self.value.items()
                return f"rules.{name}={spell_value(value)}"
            case Action.RULES | Action.OVERLAY:
                return f"{self.action.value} {_json(self.value)}"

    def _by_rows(self, place: str) -> str:
        """A change of whole rows: one fewer, one more, or two that have each other's blocks."""
        match self.action:
            case Action.REMOVE:
                return f"remove {place}"
            case Action.SWAP:
                return " ".join(["swap", *map(spell_id, (self.row, self.field, self.value))])
        return f"add {self.table} {_json(self.value)}"

    @property
    def is_step(self) -> bool:
        """Whether it edits a function of time."""
        return self.field in STEP_FIELDS.get(self.table, ())

    @property
    def is_name(self) -> bool:
        """Whether it edits a function of time whose value is an id."""
        return self.field in NAMES.get(self.table, ())

    def _window(self) -> Iterator[tuple[str, str]]:
        if self.start is not None:
            yield "from", format_month(self.start)
        if self.to is not None:
            yield "to", format_month(self.to)

    def _at(self) -> str:
        if self.start is None and self.to is None:
            return ""
        window = dict(self._window())
        return f"@{window.get('from', '')}..{window.get('to', '')}"


def spell_id(row_id: str) -> str:
    """An id as a line of text has it: in quotation marks unless it is letters, digits and hyphens."""
    return row_id if BARE_ID.fullmatch(row_id) else _json(row_id)


def spell_value(value: Any) -> str:
    """A value as a line of text has it: text bare where nothing else could be meant."""
    if value is None:
        return NOTHING
    if isinstance(value, str) and BARE_ID.fullmatch(value) and value != NOTHING and not _is_json(value):
        return value
    return _json(value)


def read_value(text: str) -> Any:
    """The value of a piece of text: JSON where it is JSON, None for ``none``, the text itself otherwise."""
    if text == NOTHING:
        return None
    return json.loads(text, parse_constant=str) if _is_json(text) else text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _json(value: str | Mapping[str, Any] | Any) -> str:
    return json.dumps(value, ensure_ascii=False)
