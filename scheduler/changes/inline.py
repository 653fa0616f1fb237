"""Reading a change from one line of text: ``arena.kad4a.places+1@2027-09..2029-08``."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from scheduler.changes.change import Change, read_value
from scheduler.changes.mapping import FIRST_WORDS, change_from
from scheduler.changes.vocabulary import ADDABLE, STEP_FIELDS, TABLES, plain_fields
from scheduler.instance.problems import InputError, Path, Problem, shown
from scheduler.instance.spelling import nearest

EXAMPLE = "arena.kad4a.places+1@2027-09..2029-08"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_BARE = r'[^\s."=@]+(?: +[^\s."=@]+)*'
_ID = rf"(?:{_QUOTED}|{_BARE})"
"""An id, or a name of several words; one with a point in it, or another mark of ours, stands in quotation marks."""
_WINDOW = re.compile(r"@(?P<from>[^@.\s]*)(?P<dots>\.\.(?P<to>[^@.\s]*))?\Z")
_PLACE = re.compile(rf"(?P<table>\w+)\.(?P<row>{_ID})(?:\.(?P<rest>.*))?", re.DOTALL)
_EDIT = re.compile(
    r"(?P<field>[a-z_]+)(?:(?P<sign>[+-])(?P<amount>\d{1,9}(?:\.\d{1,9})?)|=(?P<value>.+))?", re.DOTALL | re.IGNORECASE
)
_CLOSED = re.compile(rf"(\w+)\.({_QUOTED}|{_BARE}?(?=\s+(?:from|fra|to|til)\b|\s*\Z))")
_CLOSE_WINDOW = re.compile(r"\s+(from|fra|to|til)\s+(\S+)")
_RULE = re.compile(r"rules\.(?P<name>[\w-]+)=(?P<value>.+)", re.DOTALL)
_SWAP = re.compile(rf"({_QUOTED}|\S+)\s+({_QUOTED}|\S+)\s+({_QUOTED}|\S.*)")
_OWN_WORDS = ("close", "remove", "add", "swap")


def parse_change(text: str, path: Path | None = None) -> Change:
    """The change that a line of text spells; InputError where it is none.

    >>> parse_change("candidate.A03.percent=60@2027-01..").mapping()
    {'candidate': 'A03', 'percent': 60, 'from': '2027-01'}
    """
    place: Path = (shown(text),) if path is None else path
    line = text.strip()
    word, _, rest = line.partition(" ")
    match word:
        case "close":
            mapping = _close(rest.strip(), text, place)
        case "remove":
            mapping = _remove(rest.strip(), text, place)
        case "swap":
            mapping = _swap(rest.strip(), text, place)
        case "add":
            table, _, row = rest.strip().partition(" ")
            mapping = {table: _json_table(row, text, place)}
        case "rules" | "overlay":
            mapping = {word: _json_table(rest, text, place)}
        case _:
            mapping = _edit(line, text, place)
    return change_from(mapping, place)


def split_window(text: str) -> tuple[str, dict[str, str]]:
    """A line without its ``@from..to``, and the months as a mapping; ``@2027-03`` is that one month."""
    match = None if text.endswith('"') else _WINDOW.search(text)
    if match is None:
        return text, {}
    start, to = match["from"], match["to"] if match["dots"] else match["from"]
    given = {"from": start, "to": to}
    return text[: match.start()], {key: month for key, month in given.items() if month}


def _edit(line: str, text: str, path: Path) -> dict[str, Any]:
    rule = _RULE.fullmatch(line)
    if rule:
        return {"rules": {rule["name"]: read_value(rule["value"])}}
    bare, window = split_window(line)
    place = _PLACE.fullmatch(bare)
    edit = _EDIT.fullmatch(place["rest"] or "") if place else None
    if place is None or edit is None:
        _no_change(text, path)
    table, row, field = place["table"], _row_id(place["row"]), edit["field"]
    if field == "leave" and edit["sign"] is None and edit["value"] is None:
        return {table: row, "leave": window or {"from": None}}
    if field == "unfix" and edit["value"] is not None:
        return {table: row, "unfix": {"rotation": read_value(edit["value"])} | window}
    if edit["sign"] is not None:
        known = (*STEP_FIELDS.get(table, ()), *plain_fields(table)) if table in TABLES else ()
        if field in known and field not in ADDABLE.get(table, ()):
            _not_added(table, field, path)
        return {table: row, field: read_value(edit["sign"].replace("+", "") + edit["amount"])} | window
    if edit["value"] is None:
        _no_change(text, path)
    marked = {"set": True} if field in ADDABLE.get(table, ()) else {}
    return {table: row, field: read_value(edit["value"].strip())} | marked | window


def _not_added(table: str, field: str, path: Path) -> NoReturn:
    allowed = [f"{word}.{name}" for word, names in ADDABLE.items() for name in names]
    fields = {"allowed": ", ".join(allowed)}
    raise InputError([Problem("change-not-added", path, f"{table}.{field}", fields=fields)])


def _close(rest: str, text: str, path: Path) -> dict[str, Any]:
    bare, window = split_window(rest)
    place = _CLOSED.match(bare)
    if place is None:
        _no_change(text, path)
    tail = bare[place.end() :]
    for word, month in _CLOSE_WINDOW.findall(tail):
        window["from" if word in ("from", "fra") else "to"] = month
    if _CLOSE_WINDOW.sub("", tail).strip():
        _no_change(text, path)
    return {place[1]: _row_id(place[2]), "close": True} | window


def _remove(rest: str, text: str, path: Path) -> dict[str, Any]:
    place = _PLACE.fullmatch(rest)
    if place is None or place["rest"] is not None:
        _no_change(text, path)
    return {place["table"]: _row_id(place["row"]), "remove": True}


def _swap(rest: str, text: str, path: Path) -> dict[str, Any]:
    """Two candidates and a rotation; a name of several words stands in quotation marks, but for the last."""
    words = _SWAP.fullmatch(rest)
    if words is None:
        _no_change(text, path)
    candidate, other, rotation = map(_row_id, words.groups())
    return {"swap": [candidate, other], "rotation": rotation}


def _row_id(spelled: str) -> str:
    return str(read_value(spelled)) if spelled.startswith('"') else spelled


def _json_table(spelled: str, text: str, path: Path) -> Any:
    try:
        table = json.loads(spelled)
    except (ValueError, RecursionError):
        table = None
    if not isinstance(table, dict):
        _no_change(text, path)
    return table


def _no_change(text: str, path: Path) -> NoReturn:
    first = re.match(r"\s*(\w+)", text)
    near = nearest(first[1], [*FIRST_WORDS, *_OWN_WORDS]) if first else None
    if first and near == first[1]:
        near = None
    raise InputError([Problem("change-syntax", path, shown(text), near, {"example": EXAMPLE})])
