"""What the author of a ruleset's file may get wrong, as data: a code, a place in the file, what stood there.

The numbers that every ruleset has are those of the regulation in force, its categories' own aside; the rules there are
have a sentence each in the chapter ``rules`` of the catalogue. ``scheduler.files.ruleset`` puts faults into words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

Tree = Mapping[str, Any]
Path = tuple[str | int, ...]

SHAPE = ("id", "title", "may_give", "learning_goals", "categories")
"""The keys of a ruleset that are no numbers."""
OPTIONAL = ("placements",)
"""Further keys that are no numbers, and need not be there."""
NUMBER_KEYS = ("value", "unit", "source", "may_override", "note", "planning")
RESERVED_CATEGORIES = frozenset({"parallel", "counted", "uncounted"})
"""Words that mean something else where a category may stand."""
_PLACEMENT_KEYS = {"kind": True, "source": True, "alone_from": False}
_GOAL_KEYS = ("first", "last", "prefix")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a ruleset's file; ``choices``: what could have stood there; ``about`` fills the sentence."""

    code: str
    path: Path
    found: object = None
    choices: Collection[str] = ()
    about: Mapping[str, object] = field(default_factory=dict)


class RulesetError(Exception):
    """A ruleset's file is wrong: its ``faults``, all of them, and the ``tree`` that they are in."""

    def __init__(self, ruleset_id: str, tree: Tree, faults: tuple[Fault, ...]) -> None:
        super().__init__(ruleset_id, [(fault.code, fault.path) for fault in faults])
        self.ruleset_id, self.tree, self.faults = ruleset_id, tree, faults


def faults_of(tree: Tree, row: type, model: Tree, rules: Collection[str], languages: Collection[str]) -> list[Fault]:
    """All that is wrong with a ruleset's tree.

    ``row``: the class of a category's row. ``model``: the tree of a ruleset whose numbers every ruleset has. ``rules``:
    the ids of the rules that no ruleset brings with it.
    """
    return list(_Looking(tree, row, model, rules, languages).faults())


class _Looking:
    def __init__(self, tree: Tree, row: type, model: Tree, rules: Collection[str], languages: Collection[str]) -> None:
        self._tree, self._rules, self._languages = tree, rules, languages
        given = tree.get("categories")
        self._rows = [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
        self._row_fields = {each.name: each.default is MISSING for each in fields(row)}
        own = {word for each in _rows_of(model) for word in (each.get("minimum"), each.get("cap"))}
        self._common = {key: value for key, value in model.items() if key not in (*SHAPE, *OPTIONAL) and key not in own}
        self._numbers = [key for key in tree if key not in (*SHAPE, *OPTIONAL)]

    def faults(self) -> Iterator[Fault]:
        """In no order."""
        yield from self._shape()
        yield from self._may_give()
        yield from self._learning_goals()
        yield from self._categories()
        yield from self._placements()
        yield from self._all_numbers()

    def _shape(self) -> Iterator[Fault]:
        for key in SHAPE:
            if key not in self._tree:
                yield _missing((key,))
        if not isinstance(self._tree.get("id", ""), str):
            yield Fault("not-text", ("id",), self._tree["id"])
        yield from self._in_every_language(("title",), self._tree.get("title"))

    def _in_every_language(self, path: Path, said: object) -> Iterator[Fault]:
        if said is None:  # told as missing
            return
        if not isinstance(said, Mapping):
            yield Fault("ruleset-languages", path, said, about={"allowed": ", ".join(self._languages)})
            return
        for lang in self._languages:
            if lang not in said:
                yield _missing((*path, lang))
            elif not isinstance(said[lang], str) or not said[lang].strip():
                yield Fault("ruleset-languages", (*path, lang), said[lang], about={"allowed": lang})

    def _may_give(self) -> Iterator[Fault]:
        given = self._tree.get("may_give", [])
        if not isinstance(given, list):
            yield Fault("not-a-list", ("may_give",), given)
            return
        known = [*self._rules, *(rule for each in self._rows if isinstance(rule := each.get("rule"), str))]
        for index, rule in enumerate(given):
            if rule not in known:
                yield Fault("ruleset-unknown-rule", ("may_give", index), rule, known)

    def _learning_goals(self) -> Iterator[Fault]:
        given = self._tree.get("learning_goals")
        if given is None:
            return
        if not isinstance(given, Mapping):
            yield Fault("not-a-table", ("learning_goals",), given)
            return
        yield from _keys(("learning_goals",), given, dict.fromkeys(_GOAL_KEYS, True))
        first, last = given.get("first", 0), given.get("last", 0)
        ordered = {"first", "last"} <= given.keys()
        if ordered and not (_is_whole(first) and _is_whole(last) and 0 <= first <= last):
            yield Fault("ruleset-goals", ("learning_goals",), f"{first}–{last}")
        if not isinstance(given.get("prefix", ""), str):
            yield Fault("not-text", ("learning_goals", "prefix"), given["prefix"])

    # --- categories ---

    def _categories(self) -> Iterator[Fault]:
        given = self._tree.get("categories", [])
        if not isinstance(given, list):
            yield Fault("not-a-list", ("categories",), given)
            return
        for index, row in enumerate(given):
            if not isinstance(row, Mapping):
                yield Fault("not-a-table", ("categories", index), row)
                continue
            path: Path = ("categories", index)
            yield from _keys(path, row, self._row_fields)
            yield from self._words(path, row)
            for key in ("title", "short"):
                yield from self._in_every_language((*path, key), row.get(key))
            yield from self._bounds(path, row)
        yield from self._ids(given)
        yield from self._tree_of_them(given)
        number = sum(bool(row.get("own_practice")) and bool(row.get("served", True)) for row in self._rows)
        if "categories" in self._tree and number != 1:
            yield Fault("ruleset-own-practice", ("categories",), number)

    def _words(self, path: Path, row: Tree) -> Iterator[Fault]:
        for key in ("id", "minimum", "rule", "cap", "counts_into"):
            if key in row and not isinstance(row[key], str):
                yield Fault("not-text", (*path, key), row[key])
        kinds = row.get("kinds", [])
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            yield Fault("not-a-list", (*path, "kinds"), kinds)
        for key in ("served", "own_practice"):
            if key in row and not isinstance(row[key], bool):
                yield Fault("not-true-false", (*path, key), row[key])
        if row.get("id") in RESERVED_CATEGORIES:
            yield Fault("reserved-id", (*path, "id"), row["id"])

    def _placements(self) -> Iterator[Fault]:
        given = self._tree.get("placements", [])
        if not isinstance(given, list):
            yield Fault("not-a-list", ("placements",), given)
            return
        for index, row in enumerate(given):
            path: Path = ("placements", index)
            if not isinstance(row, Mapping):
                yield Fault("not-a-table", path, row)
                continue
            yield from _keys(path, row, _PLACEMENT_KEYS)
            for key in ("kind", "source"):
                if key in row and not isinstance(row[key], str):
                    yield Fault("not-text", (*path, key), row[key])
            if "alone_from" in row and not _is_number(row["alone_from"]):
                yield Fault("not-a-number", (*path, "alone_from"), row["alone_from"])

    def _bounds(self, path: Path, row: Tree) -> Iterator[Fault]:
        """The numbers that it names are there, and a minimum is a rule with an id of its own."""
        free = [key for key in self._numbers if key not in self._common]
        for key in ("minimum", "cap"):
            name = row.get(key)
            if isinstance(name, str) and name not in self._numbers:
                yield Fault("ruleset-unknown-number", (*path, key), name, free)
            elif isinstance(name, str) and name in self._common:
                yield Fault("ruleset-number-taken", (*path, key), name, free)
        for here, lacking in (("minimum", "rule"), ("rule", "minimum")):
            if here in row and lacking not in row:
                yield Fault("ruleset-minimum-and-rule", (*path, here), row[here], about={"name": lacking})
        if row.get("rule") in self._rules:
            yield Fault("ruleset-rule-taken", (*path, "rule"), row["rule"])

    def _ids(self, rows: list[Any]) -> Iterator[Fault]:
        for key in ("id", "rule", "minimum", "cap"):
            first: dict[object, int] = {}
            for index, row in enumerate(rows):
                word = row.get(key) if isinstance(row, Mapping) else None
                if not isinstance(word, str):
                    continue
                if word in first:
                    about = {"first": f"categories[{first[word]}]"}
                    yield Fault("duplicate-id", ("categories", index, key), word, about=about)
                first.setdefault(word, index)

    def _tree_of_them(self, rows: list[Any]) -> Iterator[Fault]:
        above = {row["id"]: row.get("counts_into") for row in self._rows if isinstance(row.get("id"), str)}
        told: set[object] = set()
        for index, row in enumerate(rows):
            into = row.get("counts_into") if isinstance(row, Mapping) else None
            if not isinstance(into, str):
                continue
            path: Path = ("categories", index, "counts_into")
            if into not in above:
                yield Fault("ruleset-counts-into", path, into, list(above))
            elif (circle := _circle(row.get("id"), above)) and not told & set(circle):
                told |= set(circle)
                yield Fault("ruleset-circle", path, into, about={"circle": " → ".join([*circle, circle[0]])})

    # --- numbers ---

    def _all_numbers(self) -> Iterator[Fault]:
        named = {name for row in self._rows for name in (row.get("minimum"), row.get("cap")) if isinstance(name, str)}
        for key, model in self._common.items():
            if key not in self._tree and "value" in model:
                yield _missing((key,))
        for key in self._numbers:
            row = self._tree[key]
            if key not in self._common and key not in named:
                lacking = [name for name in (*SHAPE, *self._common, *sorted(named)) if name not in self._tree]
                yield Fault("ruleset-number-unused", (key,), key, lacking)
            elif not isinstance(row, Mapping):
                yield Fault("not-a-table", (key,), row)
            else:
                yield from self._number(key, row)

    def _number(self, key: str, row: Tree) -> Iterator[Fault]:
        needed = {"value": "value" in self._common.get(key, {"value": 0}), "note": False, "planning": False}
        yield from _keys((key,), row, {name: needed.get(name, True) for name in NUMBER_KEYS})
        for name in ("unit", "source", "note"):
            if name in row and not isinstance(row[name], str):
                yield Fault("not-text", (key, name), row[name])
        for flag in ("may_override", "planning"):
            if not isinstance(row.get(flag, True), bool):
                yield Fault("not-true-false", (key, flag), row[flag])
        if "value" in row:
            yield from self._value(key, row["value"])

    def _value(self, key: str, value: object) -> Iterator[Fault]:
        model = self._common.get(key, {"value": 0}).get("value", "")
        if isinstance(model, bool):
            if not isinstance(value, bool):
                yield Fault("not-true-false", (key, "value"), value)
        elif isinstance(model, str):
            if not isinstance(value, str):
                yield Fault("not-text", (key, "value"), value)
        elif not _is_number(value):
            yield Fault("not-a-number", (key, "value"), value)


def _rows_of(tree: Tree) -> list[Tree]:
    return list(tree["categories"])


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    """At least 0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _missing(path: Path) -> Fault:
    return Fault("missing-key", path, about={"name": str(path[-1])})


def _keys(path: Path, table: Tree, known: Mapping[str, bool]) -> Iterator[Fault]:
    """Keys there are not, and keys that must be there and are not."""
    for key in table:
        if key not in known:
            yield Fault("unknown-key", (*path, key), key, list(known), {"allowed": ", ".join(known)})
    for key, needed in known.items():
        if needed and key not in table:
            yield _missing((*path, key))


def _circle(start: str, above: Mapping[str, str | None]) -> list[str]:
    """The categories that count into each other, from the start back to it; empty where it leads to the total."""
    seen: list[str] = []
    here: str | None = start
    while here is not None and here not in seen:
        seen.append(here)
        here = above.get(here)
    return seen if here == start else []
