"""The next intake: how many there is room for, and new candidates on top of the plan with the fewest changes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from scheduler import api
from scheduler.api import LIMITS
from scheduler.month import format_month, this_month
from scheduler.report.lines.difference import diff_lines, names_of
from scheduler.web.opening import opened_plan
from scheduler.web.pages.jobs import Shown, shown_job
from scheduler.web.pages.plan import TIMES_S, USUAL_S
from scheduler.web.store import JobState
from scheduler.web.typed import month_typed
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

KINDS = ("room", "intake")
MOST = 50
SOON = 3
"""Months until those who begin next begin, unless told otherwise."""


@router.get("")
def intake(visit: AProjectVisit) -> HTMLResponse:
    """What can be asked, and the latest answer."""
    return _page(visit)


def _page(visit: ProjectVisit, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    project = visit.project
    opened = None if project.plan is None else opened_plan(visit.store, project.plan)
    shown = shown_job(visit, *KINDS)
    given = {"problem": "", "start": _usual(shown), "count": 1, **values}
    return visit.page(
        "intake.html", status, page="intake", opened=opened, shown=shown, found=_found(shown),
        changes=_changes(visit, shown), times=TIMES_S, usual=USUAL_S, most=MOST, **given,
    )  # fmt: skip


def _usual(shown: Shown | None) -> str:
    """The month asked about last, or one soon."""
    return format_month(this_month() + SOON) if shown is None else str(shown.job.asked["start"])


def _found(shown: Shown | None) -> dict[str, Any] | None:
    if shown is None or shown.job.state is not JobState.DONE or {"problems", "moved"} & shown.job.result.keys():
        return None
    return dict(shown.job.result)


def _changes(visit: ProjectVisit, shown: Shown | None) -> list[str]:
    """What the plan with the new ones changes of the one it is on top of."""
    found = _found(shown)
    if shown is None or found is None or "plan" not in found or shown.job.plan is None:
        return []
    old, new = (opened_plan(visit.store, version) for version in (shown.job.plan, found["plan"]))
    names = names_of(old.instance, new.instance)
    return list(diff_lines(api.diff(old, new), names, visit.lang, (old.standing, new.standing)))


@router.post("")
def ask(
    visit: AProjectVisit,
    kind: Annotated[Literal["room", "intake"], Form()],
    start: Annotated[str, Form()] = "",
    count: Annotated[int, Form(ge=1, le=MOST)] = 1,
    seconds: Annotated[int, Form(ge=1, le=int(LIMITS.longest_s))] = USUAL_S,
    allow_all: Annotated[bool, Form()] = False,
) -> Response:
    """How many is there room for; or: plan so many."""
    month = month_typed(start)
    if month is None:
        told = visit.say("not-a-month", found=start)
        return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, problem=told, start=start, count=count)
    if visit.project.data is None or visit.project.plan is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    asked = {"start": format_month(month), "count": count, "seconds": seconds, "allow_all": allow_all}
    shown = shown_job(visit, *KINDS)
    if shown is None or shown.job.state.over:
        visit.desk.runner.start(visit.project, kind, asked, author=visit.author, lang=visit.lang)
    return visit.to("intake")


@router.post("/use")
def use(visit: AProjectVisit, job: Annotated[int, Form()], plan: Annotated[int, Form()]) -> RedirectResponse:
    """Let the data with the new ones, and the plan of them, count; ``plan``: the one that the page showed."""
    shown = shown_job(visit, *KINDS)
    found = _found(shown)
    if shown is None or shown.job.id != job or found is None or not {"data", "plan"} <= found.keys():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    visit.store.adopt_both(visit.project.id, found["data"], found["plan"], expected=(shown.job.data, plan))
    return visit.to("plan", "used")
