"""A region's plan for the eyes of one municipality: what is others' has labels in place of ids and names.

Labels are given in the data that outputs are made of, not in the outputs, so that no page, chart, sheet or document can
forget one: the instance's rows and the plan's ids are called otherwise, and what is said in words is gone through.
Whoever is somebody else's, or nobody's, is hidden; what belongs to no municipality is shared and keeps its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from scheduler.files import read_instance
from scheduler.files.join import rename
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.replanning.renaming import ids_in, renamed
from scheduler.texts import Language, text

Tree = dict[str, Any]

NAMED = ("arenas", "municipalities")
"""Tables whose hidden rows have the label for a name, too: else they had their template's, or none for people."""
WORDS_OF_ROWS = {"name", "formerly", "what"}
WORDS_OF_PEOPLE = ("who", "what", "source")
ROTATIONS_OF_ROW = ("current", "fixed", "served", "wishes")


class OwnPart:
    """What one municipality is shown of a region: ``instance``, and plans made for the region with ``of_plan``."""

    def __init__(self, region: Instance, plan: Plan, municipality: str, lang: Language) -> None:
        if region.source is None or municipality not in region.municipalities:
            raise ValueError(municipality)
        self.candidates = [who.id for who in region.candidates.values() if who.municipality == municipality]
        self._lang, self._region = lang, region.source
        self._known = _ids_of(region.source)
        tree = deepcopy(dict(region.source))
        self._labels: dict[str, dict[str, str]] = {}
        self._label(_hidden(region, plan, municipality, tree))
        self._label(self._strangers(plan))
        self._words = _Words(region.source, self._labels)
        self._hide(tree)
        self.instance = read_instance(tree, self._words.cleaned(region.name))

    def of_plan(self, plan: Plan) -> Plan:
        """The plan with labels; one that was made for the same region at another time may name who has gone since."""
        self._label(self._strangers(plan))
        words = _Words(self._region, self._labels)
        called = renamed(plan, self._labels)
        tree = called.model_dump(mode="json", by_alias=True, exclude={"explanation", "draft", "instance"})
        instance = {"name": self.instance.name, "sha256": self.instance.sha256, "source": self.instance.source}
        return Plan.model_validate({**words.in_sentences(tree), "instance": instance})

    def _label(self, hidden: Iterator[tuple[str, str]]) -> None:
        """Give labels to those that have none; none that is somebody's id already."""
        for table, row_id in hidden:
            given = self._labels.setdefault(table, {})
            if row_id not in given:
                taken = {*given.values(), *self._known.get(table, ())}
                numbered = (text(f"own-part.{table}", self._lang, number=n) for n in range(1, len(taken) + 2))
                given[row_id] = next(label for label in numbered if label not in taken)

    def _strangers(self, plan: Plan) -> Iterator[tuple[str, str]]:
        """Ids that the instance has not, and that no own candidate has to do with."""
        entries = [*plan.candidates, *(plan.baseline.candidates if plan.baseline else ())]
        own = {named for entry in entries if entry.id in self.candidates for named in ids_in(entry)}
        for table, row_id in dict.fromkeys(named for entry in entries for named in ids_in(entry)):
            if (table, row_id) not in own and row_id not in self._known.get(table, ()):
                yield table, row_id

    def _hide(self, tree: Tree) -> None:
        """The rows with their labels, and without what else tells whose they are."""
        self._hide_sites(tree)
        for table, labels in self._labels.items():
            for row in tree.get(table, ()):
                if row["id"] in labels:
                    _bare(row)
                    row |= {"name": labels[row["id"]]} if table in NAMED else {}
        for row in tree.get("reservations", ()):
            if any(row.get(of) in self._labels.get(f"{of}s", ()) for of in ("arena", "supervisor")):
                row.pop("who", None)
        for row in (*tree.get("reservations", ()), *tree.get("candidates", ()), *tree.get("economy", ())):
            self._words.clean_row(row)
        tree["name"] = self._words.cleaned(tree.get("name", ""))
        rename(tree, self._labels)

    def _hide_sites(self, tree: Tree) -> None:
        """Places that have a site in common still have."""
        hidden = self._labels.get("arenas", {})
        rows = [row for row in tree.get("arenas", ()) if row.get("site")]
        shown = {row["site"] for row in rows if row["id"] not in hidden}
        sites: dict[str, str] = {}
        for row in rows:
            if row["id"] in hidden and row["site"] not in shown:
                row["site"] = sites.setdefault(row["site"], text("own-part.sites", self._lang, number=len(sites) + 1))


def _ids_of(tree: Mapping[str, Any]) -> dict[str, set[str]]:
    """Table by table the ids of its rows, those of former times among them."""
    rows = {table: value for table, value in tree.items() if isinstance(value, list)}
    return {
        table: {row_id for row in value if "id" in row for row_id in (row["id"], *row.get("formerly", ()))}
        for table, value in rows.items()
    }


def _hidden(region: Instance, plan: Plan, own: str, tree: Tree) -> Iterator[tuple[str, str]]:
    """Table and id of every row that is not the municipality's own, nor shared; former ids, too."""
    tables = {"municipalities": {row for row in region.municipalities if row != own}}
    tables["candidates"] = {who.id for who in region.candidates.values() if who.municipality != own}
    arenas = tables["arenas"] = {row.id for row in region.arenas.values() if row.municipality not in (None, own)}
    arenas |= _templates(tree, arenas)
    tables["groups"] = {row["id"] for row in tree.get("groups", ()) if row.get("municipality", own) != own}
    tables["supervisors"] = {row["id"] for row in tree.get("supervisors", ()) if _is_others(row, own, arenas)}
    tables["rotations"] = set(_rotations(region, plan, own, tree, arenas))
    tables["limits"] = {row["id"] for row in tree.get("limits", ()) if arenas.issuperset(row["arenas"])}
    tables["requirements"] = {
        row["id"]
        for row in tree.get("requirements", ())
        if (row.get("candidates") and tables["candidates"].issuperset(row["candidates"]))
        or tables["rotations"].issuperset(row["rotations"])
    }
    tables["quotas"] = {row["id"] for row in tree.get("quotas", ()) if row["municipality"] != own}
    for table, ids in tables.items():  # numbered in the order of the file
        for row in tree.get(table, ()):
            if row["id"] in ids:
                yield from ((table, row_id) for row_id in (row["id"], *row.get("formerly", ())))


def _templates(tree: Tree, hidden: set[str]) -> set[str]:
    """The templates of hidden arenas only."""
    users = {row["id"]: {one["id"] for one in tree["arenas"] if one.get("like") == row["id"]} for row in tree["arenas"]}
    abstract = (row["id"] for row in tree["arenas"] if row.get("abstract"))
    return {row_id for row_id in abstract if users[row_id] and hidden.issuperset(users[row_id])}


def _is_others(row: Tree, own: str, hidden_arenas: set[str]) -> bool:
    """Whether a supervisor is another municipality's, or nobody's and at its places only."""
    if row.get("municipality"):
        return bool(row["municipality"] != own)
    return bool(row.get("arenas")) and hidden_arenas.issuperset(row["arenas"])


def _rotations(region: Instance, plan: Plan, own: str, tree: Tree, hidden_arenas: set[str]) -> Iterator[str]:
    """Rotations that no own candidate may have, and those at others' places that none has."""
    people = [who for who in region.candidates.values() if who.municipality == own]
    ours = {who.id for who in people}
    used = {row_id for entry in plan.candidates if entry.id in ours for _, row_id in ids_in(entry)}
    for row in tree.get("candidates", ()):
        told = [inner for key in ROTATIONS_OF_ROW if row["id"] in ours for inner in _listed(row.get(key))]
        used |= {inner["rotation"] for inner in told if "rotation" in inner}
    allowed = {rotation for who in people for rotation in who.allowed}
    for rotation in region.rotations.values():
        open_to_us = rotation.id in allowed and hidden_arenas.isdisjoint(rotation.mix)
        if rotation.id not in used and not open_to_us:
            yield rotation.id


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _bare(row: Any) -> None:
    """Take from a hidden row, and from rows inside it, the words that people wrote."""
    for inner in row if isinstance(row, list) else [row]:
        if isinstance(inner, dict):
            for key in WORDS_OF_ROWS & inner.keys():
                del inner[key]
            for value in inner.values():
                _bare(value)


class _Words:
    """Words in which ids and names of hidden rows are replaced; a word that is also one of ours stays."""

    def __init__(self, tree: Mapping[str, Any], labels: Mapping[str, Mapping[str, str]]) -> None:
        self._said: dict[str, str] = {}
        kept: set[str] = set()
        for table, rows in tree.items():
            for row in rows if isinstance(rows, list) else ():
                row_id, name = row.get("id"), row.get("name")
                label = labels.get(table, {}).get(row_id)
                if label is None:
                    kept |= {word for word in (row_id, name) if word}
                else:
                    words = (row_id, name, *row.get("formerly", ()))
                    self._said |= {word: label for word in words if word and word not in self._said}
        for ids in labels.values():
            self._said = {**ids, **self._said}
        self._said |= {word: word for word in kept}
        longest_first = sorted(self._said, key=len, reverse=True)
        inside = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<!\w)(?:{inside})(?=s?(?!\w))")  # with the s of Norwegian's genitive, too

    def cleaned(self, words: str) -> str:
        """The words without what is hidden."""
        return self._pattern.sub(lambda found: self._said[found[0]], words)

    def clean_row(self, row: Any) -> None:
        """Clean what people wrote in a row and in rows inside it."""
        for inner in row if isinstance(row, list) else [row]:
            if isinstance(inner, dict):
                for key in WORDS_OF_PEOPLE:
                    if key in inner:
                        inner[key] = self.cleaned(inner[key])
                for value in inner.values():
                    self.clean_row(value)

    def in_sentences(self, tree: Any) -> Any:
        """A plan's tree with its sentences cleaned, as data and as they were written."""
        if isinstance(tree, list):
            return [self.in_sentences(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        if tree.keys() == {"key", "fields", "text"}:
            return {"key": tree["key"], "fields": self._everywhere(tree["fields"]), "text": self.cleaned(tree["text"])}
        return {key: self.in_sentences(value) for key, value in tree.items()}

    def _everywhere(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.cleaned(value)
        if isinstance(value, list):
            return [self._everywhere(item) for item in value]
        if isinstance(value, dict):
            return {key: self._everywhere(item) for key, item in value.items()}
        return value
