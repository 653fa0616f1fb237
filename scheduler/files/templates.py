"""What ``like`` means: every field not given is the template's, and a function of time is laid over the template's.

Own rows of ``places``, ``percent``, ``min_places`` or ``shifts`` come after the template's rows. Of the rows that cover
a month the last wins, so they hold in the months that they cover and the template's go on in all others. An empty list
is given, too: it takes the template's rows away.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from scheduler.files.schema import FileArena, step_fields
from scheduler.instance.spelling import Known

Row = TypeVar("Row")

STEPS = step_fields(FileArena)
OWN = frozenset({"id", "like", "abstract", "formerly"})
"""What is an arena's own and never its template's."""


def laid_over(own: Sequence[Row] | None, template: Sequence[Row] | None) -> list[Row] | None:
    """The rows of a function of time: a template's, then an arena's own; None where neither gives any.

    >>> laid_over([{"from": "2028-01", "places": 0}], [{"places": 1}])
    [{'places': 1}, {'from': '2028-01', 'places': 0}]
    """
    if own is None:
        return None if template is None else list(template)
    return [*(template or ()), *own] if own else []


def merge_arenas(arenas: Mapping[str, FileArena], broken: Container[str] = ()) -> dict[str, FileArena]:
    """Every arena with the fields that it does not give taken from its template, and that one's template, and so on.

    ``abstract`` is not handed on. An arena whose chain runs into a broken or missing row, or in a circle, is left out.
    """
    merged: dict[str, FileArena | None] = {}
    for arena in arenas.values():
        chain: dict[str, FileArena] = {}
        link: str | None = arena.id
        while link is not None and link not in merged and link not in chain and link in arenas:
            chain[link] = arenas[link]
            link = arenas[link].like
        template = None if link is None else merged.get(link)
        sound = link is None or template is not None
        for member in reversed(chain.values()):
            sound = sound and member.id not in broken
            template = merged[member.id] = _over(template, member) if sound else None
    return {arena_id: found for arena_id in arenas if (found := merged[arena_id]) is not None}


def _over(template: FileArena | None, arena: FileArena) -> FileArena:
    """The arena's own fields over its template's."""
    given: dict[str, Any] = {}
    for link in (template, arena):
        if link is not None:
            for key in link.model_fields_set - OWN:
                value = getattr(link, key)
                given[key] = laid_over(value, given.get(key)) if key in STEPS else value
    return FileArena.model_construct(**given, id=arena.id, abstract=arena.abstract)


Rows = Sequence[Mapping[str, Any]]
"""Rows of a table as files have them: not yet read, and so with anything in them."""


def said_of(rows: Rows, row: Mapping[str, Any], field: str) -> Any:
    """What a row of ``[[arenas]]`` has in a field with its templates'; None where nobody gives it."""
    given = [link[field] for link in _chain(_by_id(rows), row) if link.get(field) is not None]
    if field not in STEPS:
        return given[0] if given else None
    whole: list[Any] | None = None
    for own in reversed(given):
        whole = laid_over(own, whole)
    return whole


def known_rows(table: str, rows: Rows) -> Known:
    """What the rows of a table may be called; an arena by its template's name, too, and a mere template by none."""
    by_id = _by_id(rows)
    pairs = ((row.get("id"), _name(by_id, row) if table == "arenas" else row.get("name")) for row in rows)
    return Known((pair, name if isinstance(name, str) else None) for pair, name in pairs if isinstance(pair, str))


def _name(by_id: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any]) -> Any:
    named = (link["name"] for link in _chain(by_id, row) if "name" in link)
    return None if row.get("abstract") is True else next(named, None)


def _by_id(rows: Rows) -> dict[str, Mapping[str, Any]]:
    """The first row of each id."""
    return {row["id"]: row for row in reversed(rows) if isinstance(row.get("id"), str)}


def _chain(by_id: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A row, its template, that one's template, and so on."""
    seen: set[int] = set()
    link: Mapping[str, Any] | None = row
    while link is not None and id(link) not in seen:
        yield link
        seen.add(id(link))
        like = link.get("like")
        link = by_id.get(like) if isinstance(like, str) else None
