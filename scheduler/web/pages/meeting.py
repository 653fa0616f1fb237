"""The meeting: the plan beside the one before, and one press for each thing that is handed out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response

from scheduler import api
from scheduler.api import OpenedPlan
from scheduler.report.lines.difference import diff_lines, names_of
from scheduler.report.lines.summary import level_rows
from scheduler.web.opening import opened_plan
from scheduler.web.printing import FOR_ALL, HANDOUTS, SIGNED, WITH_NAMES, Asked, handout
from scheduler.web.store import Version
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

By = Literal["candidate", "arena", "group"]
BY: tuple[By, ...] = ("candidate", "arena", "group")
Before = Annotated[str, Query(max_length=12)]


@router.get("")
def meeting(visit: AProjectVisit, before: Before = "", anonymise: bool = False, by: By = "candidate") -> HTMLResponse:
    """The plan that counts, what is different from another one, and what can be handed out."""
    opened = _counting(visit)
    earlier = _earlier(visit)
    chosen = _chosen(visit, earlier, before)
    instance = None if opened is None else opened.instance
    levels = [] if opened is None or instance is None else list(level_rows(instance, opened.plan, visit.lang))
    return visit.page(
        "meeting.html",
        page="meeting",
        opened=opened,
        levels=levels,
        earlier=earlier,
        before=None if chosen is None else chosen.id,
        lines=[] if chosen is None or opened is None else _changes(visit, chosen, opened, anonymise),
        anonymise=anonymise,
        by=by,
        rows=BY,
        for_all=FOR_ALL,
        with_names=WITH_NAMES,
        signed=SIGNED,
    )


def _counting(visit: ProjectVisit) -> OpenedPlan | None:
    return None if visit.project.plan is None else opened_plan(visit.store, visit.project.plan)


def _earlier(visit: ProjectVisit) -> list[Version]:
    """The other plans there are, the published one first."""
    project = visit.project
    others = [version for version in visit.store.versions(project.id, "plan") if version.id != project.plan]
    return sorted(others, key=lambda version: version.id != project.published)


def _chosen(visit: ProjectVisit, earlier: list[Version], before: str) -> Version | None:
    """The plan to compare with: the one asked for, or the published one; ``none`` for none."""
    asked = before or str(visit.project.published or "")
    return next((version for version in earlier if str(version.id) == asked), None)


def _changes(visit: ProjectVisit, before: Version, opened: OpenedPlan, anonymise: bool) -> list[str]:
    old = opened_plan(visit.store, before.id)
    found = api.diff(old, opened)
    if found.same:
        return [visit.say("meeting-same")]
    names = {} if anonymise else names_of(old.instance, opened.instance)
    return list(diff_lines(found, names, visit.lang, (old.standing, opened.standing)))


@router.get("/{what}")
def hand_out(
    visit: AProjectVisit, what: str, before: Before = "", anonymise: bool = False, by: By = "candidate"
) -> Response:
    """A file of the plan that counts."""
    opened = _counting(visit)
    if what not in HANDOUTS or opened is None or opened.instance is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if what in SIGNED and opened.standing.broken:
        return visit.page("trouble.html", HTTPStatus.CONFLICT, key="trouble-broken")
    chosen = _chosen(visit, _earlier(visit), before)
    earlier = None if chosen is None else visit.store.plan(chosen.id)
    made = handout(what, Asked(opened, opened.instance, earlier, anonymise, by, visit.lang))
    named = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.content, media_type=made.kind, headers=named)
