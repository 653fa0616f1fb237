"""The history: every version of data and plans, any two compared, restored, published and commented on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from scheduler import api
from scheduler.api import InputError
from scheduler.files.schema import FileInstance
from scheduler.files.tables import Tables, from_data, tables_of, tree_of
from scheduler.report.lines.difference import diff_lines, names_of
from scheduler.texts import Language
from scheduler.web.differing import difference_lines
from scheduler.web.opening import opened_plan
from scheduler.web.store import KINDS, Kind, Publication, Version
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

FIRST = 40
"""Versions of a kind that are shown at once."""
LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A version as the list shows it; ``published``: when it became the published plan, the latest first."""

    version: Version
    what: str
    counts: bool
    is_published: bool
    published: tuple[Publication, ...]

    @property
    def id(self) -> int:
        """The version's id."""
        return self.version.id


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what is different, with its heading."""

    title: str
    lines: tuple[str, ...]


@router.get("")
def history(visit: AProjectVisit, every: bool = False) -> HTMLResponse:
    """All versions, the newest first."""
    return _page(visit, every=every)


def _page(visit: ProjectVisit, status: int = HTTPStatus.OK, every: bool = False, **values: Any) -> HTMLResponse:
    entries: dict[str, list[Entry]] = {kind: [] for kind in KINDS}
    published = visit.store.publications(visit.project.id)
    for version in visit.store.versions(visit.project.id):
        entries[version.kind].append(_entry(visit, version, published))
    shown = {kind: found if every else found[:FIRST] for kind, found in entries.items()}
    more = {kind: len(entries[kind]) - len(shown[kind]) for kind in KINDS}
    given = {"broken": (), "asked": None, **values}
    return visit.page("history.html", status, page="history", entries=shown, more=more, kinds=KINDS, **given)


def _entry(visit: ProjectVisit, version: Version, published: Sequence[Publication]) -> Entry:
    return Entry(
        version,
        visit.said(version.what),
        visit.project.head(version.kind) == version.id,
        visit.project.published == version.id,
        tuple(one for one in published if one.version == version.id),
    )


def _version(visit: ProjectVisit, version_id: int, kind: Kind | None = None) -> Version:
    try:
        version = visit.store.version(version_id)
    except LookupError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    if version.project != visit.project.id or kind not in (None, version.kind):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return version


# --- comparing


@router.get("/compare")
def compare(visit: AProjectVisit, a: int, b: int) -> HTMLResponse:
    """What is different between two versions of the data, or of the plan; the older one is the one before."""
    before, after = (_version(visit, version) for version in sorted((a, b)))
    if before.kind != after.kind:
        return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, asked="kinds")
    parts = _of_data(visit, before, after) if before.kind == "data" else _of_plans(visit, before, after)
    published = visit.store.publications(visit.project.id)
    sides = [_entry(visit, version, published) for version in (before, after)]
    return visit.page("compare.html", page="history", kind=before.kind, sides=sides, parts=parts)


def _of_data(visit: ProjectVisit, before: Version, after: Version) -> list[Part]:
    old, new = _alike([from_data(visit.store.data(version.id)) for version in (before, after)], visit.lang)
    return [Part(title, tuple(lines)) for title, lines in difference_lines(old, new, visit.lang)]


def _alike(both: Sequence[Tables], lang: Language) -> Sequence[Tables]:
    """Spelled in the same way, so that only what means something else is different; as they are, where one cannot be
    read."""
    try:
        return [tables_of(FileInstance.model_validate(_read(tables, lang)), lang) for tables in both]
    except (InputError, ValidationError):
        return both


def _read(tables: Tables, lang: Language) -> dict[str, Any]:
    tree = tree_of(tables, lang)
    if any(not problem.is_remark for problem in tree.problems):
        raise InputError(tree.problems)
    return tree


def _of_plans(visit: ProjectVisit, before: Version, after: Version) -> list[Part]:
    old, new = (opened_plan(visit.store, version.id) for version in (before, after))
    found = api.diff(old, new)
    names = names_of(old.instance, new.instance)
    lines = diff_lines(found, names, visit.lang, (old.standing, new.standing))
    return [] if found.same else [Part("", tuple(lines))]


# --- changing what counts


@router.post("/restore")
def restore(
    visit: AProjectVisit,
    version: Annotated[int, Form()],
    data: Annotated[str, Form()] = "",
    plan: Annotated[str, Form()] = "",
    together: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    """Let a version count again. ``data``, ``plan``: those that counted when the page was shown; ``together``: a plan
    with the data that it was made for."""
    chosen = _version(visit, version)
    expected = {"data": _number(data), "plan": _number(plan)}
    if together and chosen.kind == "plan" and chosen.data is not None:
        visit.store.adopt_both(visit.project.id, chosen.data, chosen.id, expected=(expected["data"], expected["plan"]))
    else:
        visit.store.adopt(visit.project.id, chosen.id, expected=expected[chosen.kind])
    return visit.to("history", "restored")


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() else None


@router.post("/publish")
def publish(visit: AProjectVisit, version: Annotated[int, Form()], anyway: Annotated[bool, Form()] = False) -> Response:
    """Mark a plan as the one that is published; one that breaks rules is asked about first."""
    chosen = _version(visit, version, "plan")
    standing = opened_plan(visit.store, chosen.id).standing
    if standing.broken and not anyway:
        lines = [violation.sentence(visit.lang) for violation in standing.violations]
        return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, broken=lines, asked=chosen.id)
    visit.store.publish(visit.project.id, chosen.id, author=visit.author)
    return visit.to("history", "published")


@router.post("/comment")
def comment(
    visit: AProjectVisit,
    version: Annotated[int, Form()],
    was: Annotated[str, Form()] = "",
    comment: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Note something on a version."""
    chosen = _version(visit, version)
    noted = " ".join(comment.split())[:LONGEST_COMMENT]
    visit.store.comment(chosen.id, noted, expected=was)
    return visit.to("history", "noted")
