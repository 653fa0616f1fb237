"""Municipalities' files as one region's (decision 0035).

Each file is one municipality's, unless it names municipalities itself. What is shared is one row of the region; any
other row with the same id in two files is a problem, or gets its municipality before its id where that is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from scheduler.files.schema import FileInstance
from scheduler.files.templates import said_of
from scheduler.files.workbook.layout import REFERENCES
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.types import PARALLEL
from scheduler.month import format_month, parse_month
from scheduler.texts import Phrase, phrase

Tree = dict[str, Any]
Renamed = Mapping[str, Mapping[str, str]]
"""By table the new id of each that has one."""

HOSPITAL = "hospital"
SAME_IF_EQUAL = ("arenas", "rotations", "limits", "requirements", "groups")
"""Tables of which equal rows with one id are one row; of arenas only templates are."""
WITH_IDS = ("arenas", "rotations", "limits", "requirements", "groups", "supervisors", "candidates")
NAMING_ONE = ("arenas", "groups", "supervisors", "candidates")
QUOTAS_OF = ("arenas", "limits", "groups")


@dataclass(frozen=True, slots=True)
class Part:
    """A municipality's file: what the municipality is to be called, and its tree."""

    id: str
    name: str
    tree: Tree


@dataclass
class Joined:
    """The region's tree, and what is to be told of how it came about."""

    tree: Tree
    told: list[Phrase] = field(default_factory=list)


def joined(parts: Sequence[Part], name: str, shared: Collection[str] = (), prefix: bool = False) -> Joined:
    """The parts as one; InputError with everything that does not go together.

    ``shared``: ids or names of arenas and groups that are one and the same wherever they are; hospitals always are.
    ``prefix``: of rows that have one id, the later ones get their municipality's id before it.
    """
    parts = [Part(part.id, part.name, deepcopy(part.tree)) for part in parts]
    problems = [*_unlike(parts), *_same_municipality(parts)]
    region = Joined({"schema": 1, "name": name, "horizon": _horizon(parts)})
    for key in ("rules", "objective"):
        if key in parts[0].tree:
            region.tree[key] = parts[0].tree[key]
    for part in parts:
        _own(part, shared)
        _match(region, part, shared)
        problems += _add(region, part, prefix)
    if problems:
        raise InputError(problems)
    if any("economy" in part.tree for part in parts):
        region.told.append(phrase("join.no-economy"))
    return region


def part_of(stem: str, file: FileInstance) -> Part:
    """A file as a part: the municipality is called as the file is."""
    return Part(stem, file.name or stem, file.tree())


# --- what has to be alike


def _unlike(parts: Sequence[Part]) -> Iterator[Problem]:
    """Rules, objectives and the first month are the region's, so that they cannot differ."""
    first = parts[0]
    for part in parts[1:]:
        fields = {"first": first.id, "other": part.id}
        for key in ("rules", "objective"):
            if part.tree.get(key, {}) != first.tree.get(key, {}):
                yield Problem("join-unlike", (key,), fields={**fields, "table": key})
        if part.tree["horizon"]["start"] != first.tree["horizon"]["start"]:
            yield Problem("join-start", ("horizon", "start"), part.tree["horizon"]["start"], fields=fields)


def _same_municipality(parts: Sequence[Part]) -> Iterator[Problem]:
    seen: set[str] = set()
    for part in parts:
        if part.id in seen and not part.tree.get("municipalities"):
            yield Problem("join-same-municipality", ("municipalities",), shown(part.id))
        seen.add(part.id)


def _horizon(parts: Sequence[Part]) -> Tree:
    """From the first month of all to the last of any."""
    starts = [parse_month(part.tree["horizon"]["start"]) for part in parts]
    ends = [start + part.tree["horizon"]["months"] for start, part in zip(starts, parts, strict=True)]
    return {"start": format_month(min(starts)), "months": max(ends) - min(starts)}


# --- a part by itself: what went without saying is said


def _own(part: Part, shared: Collection[str]) -> None:
    """What is everybody's in the file is only its own candidates' in a region, and what is the file's is its own."""
    tree = part.tree
    rotations = [row["id"] for row in tree.get("rotations", ())]
    rosters = [row["id"] for row in _arenas(tree) if said_of(tree["arenas"], row, "service") == PARALLEL]
    for row in tree.get("candidates", ()):
        row["allowed"] = row.get("allowed") or rotations
        if len(rosters) == 1:
            row.setdefault("legevakt", rosters[0])
    everybody = [row["id"] for row in tree.get("candidates", ())]
    tree["requirements"] = [
        {**row, "candidates": row.get("candidates") or everybody} for row in tree.get("requirements", ()) if everybody
    ]
    if tree.get("municipalities"):
        return
    tree["municipalities"] = [{"id": part.id, "name": part.name}]
    for table in NAMING_ONE:
        for row in tree.get(table, ()):
            if not row.get("abstract") and not _is_shared(tree, table, row, shared):
                row.setdefault("municipality", part.id)


def _arenas(tree: Tree) -> list[Tree]:
    return [row for row in tree.get("arenas", ()) if not row.get("abstract")]


def _is_shared(tree: Tree, table: str, row: Tree, shared: Collection[str]) -> bool:
    if table == "groups":
        return row["id"] in shared
    if table != "arenas" or row.get("abstract"):
        return False
    named = {row["id"], said_of(tree["arenas"], row, "name")}
    return said_of(tree["arenas"], row, "kind") == HOSPITAL or not named.isdisjoint(shared)


# --- what is shared is one row


def _match(region: Joined, part: Part, shared: Collection[str]) -> None:
    """Call what is shared as the region does, and compare what the two files say of it."""
    renamed: dict[str, dict[str, str]] = {"arenas": {}, "groups": {}}
    known = {table: region.tree.get(table, []) for table in renamed}
    for table, ids in renamed.items():
        kept = []
        for row in part.tree.get(table, ()):
            same = _same(region.tree, table, known[table], part.tree, row, shared)
            if same is None:
                kept.append(row)
                continue
            ids[row["id"]] = same["id"]
            unlike = sorted(key for key in {*same, *row} - {"id", "name", "formerly"} if same.get(key) != row.get(key))
            key = "join.shared-unlike" if unlike else "join.shared"
            fields = {"what": same["id"], "other": part.name, "fields": ", ".join(unlike)}
            region.told.append(phrase(key, **fields))
        part.tree[table] = kept
    rename(part.tree, renamed)


def _same(
    region: Tree, table: str, rows: Sequence[Tree], tree: Tree, row: Tree, shared: Collection[str]
) -> Tree | None:
    """The region's row that the part's row is another spelling of: shared, and of one id or name."""
    if not _is_shared({**tree, table: [*tree.get(table, ())]}, table, row, shared):
        return None
    name = said_of(tree["arenas"], row, "name") if table == "arenas" else None
    for other in rows:
        if not _is_shared(region, table, other, shared):
            continue
        if other["id"] == row["id"] or (name and said_of(region["arenas"], other, "name") == name):
            return other
    return None


# --- everything else


def _add(region: Joined, part: Part, prefix: bool) -> Iterator[Problem]:
    """Add the part's rows; those whose id is taken are a problem, or are called otherwise."""
    for table in WITH_IDS:  # each table may name those before it
        rows = {row["id"]: row for row in region.tree.get(table, ())}
        taken = [
            row["id"]
            for row in part.tree.get(table, ())
            if row["id"] in rows and not _is_one(table, rows[row["id"]], row)
        ]
        if taken and not prefix:
            yield from (_taken(part, table, row_id) for row_id in taken)
        elif taken:
            region.told.append(phrase("join.prefixed", other=part.name, table=table, ids=", ".join(taken)))
            rename(part.tree, {table: {row_id: f"{part.id}-{row_id}" for row_id in taken}})
    for table in (*WITH_IDS, "reservations", "municipalities", "quotas"):
        rows_here = region.tree.setdefault(table, [])
        for row in part.tree.get(table, ()):
            same = next((other for other in rows_here if _is_one(table, other, row)), None)
            if same is None:
                rows_here.append(row)
            elif table == "requirements":
                same["candidates"] += [who for who in row["candidates"] if who not in same["candidates"]]


def _is_one(table: str, row: Tree, other: Tree) -> bool:
    """Whether two rows are one row of the region: they say the same, but for whom a requirement is of."""
    if (table in WITH_IDS and table not in SAME_IF_EQUAL) or (table == "arenas" and not row.get("abstract")):
        return False
    beside = {"candidates"} if table == "requirements" else set[str]()
    return {key: row[key] for key in row.keys() - beside} == {key: other[key] for key in other.keys() - beside}


def _taken(part: Part, table: str, row_id: str) -> Problem:
    return Problem("join-same-id", (table,), shown(row_id), fields={"other": part.name, "table": table})


# --- calling rows otherwise


def rename(tree: Tree, renamed: Renamed) -> None:
    """Rows with their new ids, and whatever names them."""
    for table, ids in renamed.items():
        for row in tree.get(table, ()):
            row["id"] = ids.get(row["id"], row["id"])
    for place, table in REFERENCES.items():
        ids = renamed.get(table, {})
        owner, *keys = place.split(".")
        for row in tree.get(owner, ()) if ids and isinstance(tree.get(owner), list) else ():
            _renamed_at(row, keys, ids)
    of = {old: new for table in QUOTAS_OF for old, new in renamed.get(table, {}).items()}
    for row in tree.get("quotas", ()):
        row["of"] = of.get(row["of"], row["of"])


def _renamed_at(row: Any, keys: Sequence[str], ids: Mapping[str, str]) -> None:
    """Rename what a field names: an id, ids in lists, those of steps and tables, or the keys of a mapping."""
    key, *rest = keys
    if not isinstance(row, dict) or key not in row:
        return
    if rest:
        for inner in row[key] if isinstance(row[key], list) else [row[key]]:
            _renamed_at(inner, rest, ids)
    elif key == "mix":
        row[key] = {ids.get(arena, arena): share for arena, share in row[key].items()}
    else:
        row[key] = _renamed_value(row[key], key, ids)


def _renamed_value(value: Any, key: str, ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, list):
        return [_renamed_value(item, key, ids) for item in value]
    if isinstance(value, dict):
        return {name: ids.get(inner, inner) if name in (key, "id") else inner for name, inner in value.items()}
    return value
