"""Planning: one button, how far the search is, and what it has found."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from scheduler.api import LIMITS, OpenedPlan, Plan, instance_of
from scheduler.month import format_month, this_month
from scheduler.report.lines.summary import level_rows, remarks_of, standing_line
from scheduler.report.plan_file import opened_draft
from scheduler.web.data import data_in
from scheduler.web.jobs.work import DRAFT_FILE
from scheduler.web.opening import opened_plan
from scheduler.web.pages.jobs import shown_job
from scheduler.web.printing import Asked, handout
from scheduler.web.typed import month_typed
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

TIMES_S = (30, 60, 120, 300, 900)
USUAL_S = 120


@router.get("")
def plan(visit: AProjectVisit) -> HTMLResponse:
    """What there is to plan, the search if there is one, and the plan."""
    return _page(visit)


def _page(visit: ProjectVisit, status: HTTPStatus = HTTPStatus.OK, **typed: str) -> HTMLResponse:
    """The page; ``typed``: what is wrong with what was asked for, and the month that it was."""
    project = visit.project
    data = None if project.data is None else data_in(visit.store, project.data, visit.lang)
    opened = None if project.plan is None else opened_plan(visit.store, project.plan)
    return visit.page(
        "plan.html",
        status,
        page="plan",
        data=data,
        shown=shown_job(visit, "plan"),
        opened=opened,
        told=None if opened is None else _told(visit, opened),
        saved=None if project.plan is None else visit.store.version(project.plan),
        times=TIMES_S,
        usual=USUAL_S,
        **{"problem": "", "freeze_to": format_month(this_month()), **typed},
    )


def _told(visit: ProjectVisit, opened: OpenedPlan) -> dict[str, object]:
    """What there is to say of a plan: which rules it breaks, or how good it is."""
    instance, plan = opened.instance, opened.plan
    if instance is None or opened.standing.broken:
        broken = [violation.sentence(visit.lang) for violation in opened.standing.violations]
        return {"broken": broken, "levels": [], "remarks": [], "line": ""}
    return {
        "broken": [],
        "line": standing_line(plan, opened.standing, visit.lang),
        "levels": list(level_rows(instance, plan, visit.lang)),
        "remarks": remarks_of(instance, plan, visit.lang),
    }


@router.post("")
def begin(
    visit: AProjectVisit,
    seconds: Annotated[int, Form(ge=1, le=int(LIMITS.longest_s))] = USUAL_S,
    on_top: Annotated[Literal["", "current", "published"], Form()] = "",
    freeze_to: Annotated[str, Form()] = "",
    allow_all: Annotated[bool, Form()] = False,
    prefer: Annotated[Literal["", "delay"], Form()] = "",
) -> Response:
    """Begin a search on what counts now; a month to be locked that is none is told, never passed over."""
    project = visit.project
    basis = {"": None, "current": project.plan, "published": project.published}[on_top]
    asked: dict[str, object] = {"seconds": seconds}
    if basis is not None:
        month = month_typed(freeze_to)
        if month is None and freeze_to.strip():
            told = visit.say("not-a-month", found=freeze_to)
            return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, problem=told, freeze_to=freeze_to)
        asked |= {"on_top": True, "plan": basis, "allow_all": allow_all, "prefer": prefer or None}
        asked["freeze_to"] = None if month is None else format_month(month)
    shown = shown_job(visit, "plan")
    if shown is None or shown.job.state.over:
        visit.desk.runner.start(project, "plan", asked, author=visit.author, lang=visit.lang)
    return visit.to("plan")


@router.post("/use")
def use(
    visit: AProjectVisit, version: Annotated[int, Form()], expected: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Let a plan that lies beside count from now on."""
    visit.store.adopt(visit.project.id, version, expected=int(expected) if expected.isdecimal() else None)
    return visit.to("plan", "used")


@router.get("/came-so-far/{job}")
def draft_chart(visit: AProjectVisit, job: int) -> Response:
    """The chart of what a search had placed when its time ran out."""
    shown = shown_job(visit, "plan")
    if shown is None or shown.job.id != job or not shown.job.result.get("draft"):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    made = Plan.from_json(visit.store.jobs.file(job, DRAFT_FILE))
    instance = instance_of(made)
    assert instance is not None
    drawn = handout("png", Asked(opened_draft(made, instance), instance, None, False, "candidate", visit.lang))
    return Response(drawn.content, media_type=drawn.kind)
