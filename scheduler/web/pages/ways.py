"""Other ways through for one candidate, which the timeline's menu leads to: what each costs and whom, and its use."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from scheduler.api import LIMITS, Plan
from scheduler.month import format_month, this_month
from scheduler.texts import phrase
from scheduler.web.drafts import Draft, Looked, looked_at
from scheduler.web.jobs.work import way_file
from scheduler.web.pages.jobs import Shown, shown_job
from scheduler.web.pages.plan import TIMES_S, USUAL_S
from scheduler.web.printing import ways_drawn
from scheduler.web.store import Job, JobState
from scheduler.web.visit import AProjectVisit, ProjectVisit, address, see

router = APIRouter()

KIND = "ways"
MOST, MOST_APART = 8, 60
USUAL = {"number": LIMITS.paths - 1, "apart": LIMITS.paths_apart, "free": False, "seconds": USUAL_S}
"""What is asked for unless told otherwise."""


@router.get("")
def ways(visit: AProjectVisit, candidate: str = "") -> HTMLResponse:
    """What can be asked, and the latest answer; the candidate may come along from the timeline."""
    looked = _looked(visit)
    shown = shown_job(visit, KIND)
    last = {} if shown is None else dict(shown.job.asked)
    return visit.page(
        "ways.html",
        page="ways",
        under="timeline",
        looked=looked,
        shown=shown,
        found=_found(shown),
        older=shown is not None and shown.job.plan != visit.project.plan,
        asked={**USUAL, "candidate": "", **last, **({"candidate": candidate} if candidate else {})},
        times=TIMES_S,
        most=MOST,
        most_apart=MOST_APART,
    )


def _looked(visit: ProjectVisit) -> Looked | None:
    """The plan that counts; None where there is none, or none that says for what data it was made."""
    try:
        return None if visit.project.plan is None else looked_at(visit.store, visit.project.plan)
    except ValueError:
        return None


def _found(shown: Shown | None) -> dict[str, Any] | None:
    if shown is None or shown.job.state is not JobState.DONE or "ways" not in shown.job.result:
        return None
    return dict(shown.job.result)


@router.post("")
def ask(
    visit: AProjectVisit,
    candidate: Annotated[str, Form()],
    number: Annotated[int, Form(ge=1, le=MOST)] = LIMITS.paths - 1,
    apart: Annotated[int, Form(ge=1, le=MOST_APART)] = LIMITS.paths_apart,
    free: Annotated[bool, Form()] = False,
    seconds: Annotated[int, Form(ge=1, le=int(LIMITS.longest_s))] = USUAL_S,
) -> RedirectResponse:
    """Look for so many ways of a candidate."""
    looked = _looked(visit)
    if looked is None or candidate not in {entry.id for entry in looked.plan.candidates}:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    last = looked.lies_fast_to(this_month() - 1)
    asked = {
        "candidate": candidate,
        "number": number,
        "apart": apart,
        "free": free,
        "seconds": seconds,
        "plan": looked.version.id,
        "freeze_to": None if last is None else format_month(last),
    }
    shown = shown_job(visit, KIND)
    if shown is None or shown.job.state.over:
        project = replace(visit.project, data=looked.version.data)  # the data that the plan was made for
        visit.desk.runner.start(project, KIND, asked, author=visit.author, lang=visit.lang)
    return visit.to("ways")


@router.get("/picture/{job}")
def picture(visit: AProjectVisit, job: int) -> Response:
    """All ways under each other, drawn."""
    asked = visit.job(job)
    found = asked.result.get("ways")
    if not found:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    plans = [_plan(visit, asked, way["number"]) for way in found]
    titles = [way["title"][visit.lang] for way in found]
    instance = looked_at(visit.store, asked.asked["plan"]).instance
    content = ways_drawn(instance, plans, asked.asked["candidate"], titles, visit.lang)
    return Response(content, media_type="image/png")


@router.post("/use")
def use(visit: AProjectVisit, job: Annotated[int, Form()], number: Annotated[int, Form()]) -> RedirectResponse:
    """Let the plan with a way count, if the one that was asked about still does; what is pinned stays so."""
    asked = visit.job(job)
    plan = _plan(visit, asked, number)
    visit.store.save_plan(
        visit.project.id,
        plan,
        expected=asked.asked["plan"],
        author=visit.author,
        what=phrase("web.did-way", who=asked.asked["candidate"]),
        state=Draft.of(visit.store.version(asked.asked["plan"])).mended_state(),
    )
    return see(address(visit.project, "timeline", {"said": "used"}))


def _plan(visit: ProjectVisit, asked: Job, number: int) -> Plan:
    """The plan with a way that a search has found."""
    try:
        return Plan.from_json(visit.store.jobs.file(asked.id, way_file(number)).decode())
    except LookupError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
