"""A TOML file written back with other content: its comments, its order and its spelling stay as somebody wrote them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from typing import Any

import tomli_w
import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, InlineTable, Item, Key, Table

from scheduler.fields import SCHEMA_KEY, without_schema_key

Tree = Mapping[str, Any]
Holder = Container | Table


def rewritten(original: str, tree: Tree) -> str:
    """The tree as TOML, in the words of a file that said nearly the same.

    Rows (``[[candidates]]``) are known by their ``id``, else by their place. Comments are worth no mistake: where the
    file made of both does not say what the tree says, it is the tree alone.
    """
    try:
        document = tomlkit.parse(original)
        told_to_editors = {key: document[key] for key in (SCHEMA_KEY,) if key in document}
        _put(document, {**told_to_editors, **tree})
        text = tomlkit.dumps(document)
        if without_schema_key(tomllib.loads(text)) == tree:
            return text
    except (TOMLKitError, tomllib.TOMLDecodeError):
        pass
    return tomli_w.dumps(tree)


def _put(holder: Holder, tree: Tree) -> None:
    """Make a table say what the tree says, and touch nothing that it says already."""
    for key in [key for key in holder if key not in tree]:
        del holder[key]
    for key, value in tree.items():
        there = holder.get(key)
        if isinstance(there, Table) and isinstance(value, Mapping):
            _put(there, value)
        elif isinstance(there, AoT) and _order_stays(there, value):
            _put_rows(there, value, _ahead_of(holder, key))
        elif there is None:
            tail = _cut_tail(holder)
            holder.append(key, _top(value) if isinstance(holder, Container) else _item(value))
            _body(holder).extend(tail)
        elif there != value:
            inline = isinstance(there, InlineTable) or not isinstance(holder, Container)
            holder[key] = _with_notes(there, value) or (_item(value) if inline else _top(value))


def _with_notes(there: Item, wanted: Any) -> Item | None:
    """A list with comments between its values, changed only where it says something else; or nothing.

    What is made is read once more: where it says something else than is wanted, the list is written anew.
    """
    if not (isinstance(there, Array) and isinstance(wanted, list) and "#" in there.as_string()):
        return None
    array = _ended_by_comma(there)
    before, after = ([repr(part) for part in parts] for parts in (there.unwrap(), wanted))
    for _, first, last, start, end in reversed(SequenceMatcher(None, before, after, autojunk=False).get_opcodes()):
        both = min(last - first, end - start)
        for place in range(last - 1, first + both - 1, -1):
            del array[place]
        for place, value in enumerate(wanted[start + both : end], start=first + both):
            array.insert(place, _item(value))
        for place, value in enumerate(wanted[start : start + both], start=first):
            if array[place] != value:
                array[place] = _item(value)
    try:
        return array if tomllib.loads(f"list = {array.as_string()}")["list"] == wanted else None
    except tomllib.TOMLDecodeError:  # such as a comma after a comment
        return None


def _ended_by_comma(array: Array) -> Array:
    """The list again, with a comma after its last value: others can come after it, and after a comment there."""
    text = array.as_string()
    last = array[-1].as_string() if array else text
    end = text.rfind(last) + len(last)
    if not array or text[end:].lstrip().startswith(","):
        return deepcopy(array)
    made = tomlkit.parse(f"list = {text[:end]},{text[end:]}\n")["list"]
    return made if isinstance(made, Array) else deepcopy(array)


def _order_stays(rows: AoT, wanted: Sequence[Tree]) -> bool:
    """Whether the rows that stay come in the order that they are in."""
    before, after = _ids(rows.unwrap()), _ids(wanted)
    return [row_id for row_id in before if row_id in after] == [row_id for row_id in after if row_id in before]


def _ids(rows: Sequence[Tree]) -> list[object]:
    """What the rows are known by."""
    return [row.get("id", place) for place, row in enumerate(rows)]


def _ahead_of(holder: Holder, key: str) -> list[tuple[Key | None, Item]]:
    """Where what is said before the first row stands: the end of the table before it; nowhere where there is none."""
    items = [(each.key, item) for each, item in _body(holder) if each is not None]
    place = [each for each, _ in items].index(key)
    before: Item | None = items[place - 1][1] if place else None
    while isinstance(before, AoT | Table):
        last = _last_of(before)
        if isinstance(before, Table) and not isinstance(last, AoT | Table):
            return _body(before)
        before = last
    return []


def _last_of(part: AoT | Table) -> Item | None:
    """The last row, or the last value of a table, which may be a table itself; nothing where there is none."""
    if isinstance(part, AoT):
        return part[-1] if len(part) else None
    return next((item for key, item in reversed(_body(part)) if key is not None), None)


def _put_rows(rows: AoT, wanted: Sequence[Tree], ahead: list[tuple[Key | None, Item]]) -> None:
    """``ahead``: where what is said before the first row stands."""
    known = _ids(rows.unwrap())
    ids = _ids(wanted)
    for place in reversed(range(len(known))):
        if known[place] not in ids:
            tail = _cut_tail(rows[place])
            del rows[place]
            (_body(rows[place - 1]) if place else ahead).extend(tail)
    for place, (row_id, row) in enumerate(zip(ids, wanted, strict=True)):
        if row_id in known:
            _put(rows[place], row)
        else:
            new = _table(row)
            tail = _cut_tail(rows[place - 1]) if place else []
            if place:
                rows[place - 1].add(tomlkit.nl())
            rows.insert(place, new)
            _body(rows[place]).extend(tail or [(None, tomlkit.nl())] if place + 1 < len(rows) else tail)


def _cut_tail(holder: Holder) -> list[tuple[Key | None, Item]]:
    """Take off what comes after the last value: blank lines, and comments, which are about what comes next."""
    body = _body(holder)
    last = max((place for place, (key, _) in enumerate(body) if key is not None), default=len(body) - 1)
    tail = body[last + 1 :]
    del body[last + 1 :]
    return tail


def _body(holder: Holder) -> list[tuple[Key | None, Item]]:
    """Values, comments and blank lines of a table, as they come."""
    return holder.body if isinstance(holder, Container) else holder.value.body


def _top(value: Any) -> Item:
    """A value of the file itself: tables and rows have heads of their own."""
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        rows = tomlkit.aot()
        for row in value:
            rows.append(_table(row))
        return rows
    return _item(value)


def _table(row: Tree) -> Table:
    table = tomlkit.table()
    for key, value in row.items():
        table.append(key, _item(value))
    return table


def _item(value: Any) -> Item:
    """A value inside a table, on one line."""
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, part in value.items():
            inline.append(key, _item(part))
        return inline
    if isinstance(value, list):
        array = tomlkit.array()
        for part in value:
            array.append(_item(part))
        return array
    item: Item = tomlkit.item(value)
    return item
