"""Why: what stands against a plan and what would make one, why somebody is not there, and why somebody is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from scheduler import api
from scheduler.api import LIMITS, InputError, Instance
from scheduler.month import format_month
from scheduler.report.lines.delay import Delayed, delayed
from scheduler.texts import Phrase
from scheduler.web.data import content_of, data_in, instance_in
from scheduler.web.jobs.work import changes_in
from scheduler.web.opening import opened_plan
from scheduler.web.pages.jobs import Shown, shown_job
from scheduler.web.pages.plan import TIMES_S, USUAL_S
from scheduler.web.store import Job, JobState
from scheduler.web.typed import month_typed, spelled_month
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

KINDS = ("explain", "why-not", "why-delay")


_WORDS = ("candidate", "rotation", "start", "end", "late", "month")
"""What the forms ask for."""

Seconds = Annotated[int, Form(ge=1, le=int(LIMITS.longest_s))]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that makes a plan: ``tried`` if a plan was found with it."""

    number: int
    text: str
    tried: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What stands against a plan, and what would make one, in the reader's language."""

    proved: bool
    bottleneck: tuple[str, ...]
    against: tuple[str, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What somebody else pays: ``finish`` and ``wishes`` before and after, None where they are the same."""

    candidate: str
    finish: tuple[str, str] | None
    wishes: tuple[int, int] | None


@router.get("")
def why(visit: AProjectVisit, candidate: str = "", rotation: str = "", start: str = "") -> HTMLResponse:
    """The latest answer, and what can be asked; the words of a question may come along from another page."""
    return _page(visit, asked={"candidate": candidate, "rotation": rotation, "start": start})


def _page(visit: ProjectVisit, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    project = visit.project
    data = None if project.data is None else data_in(visit.store, project.data, visit.lang)
    shown = shown_job(visit, "plan", *KINDS)
    answer = _answer(visit, shown)
    given = {"problems": (), **values, "asked": {**dict.fromkeys(_WORDS, ""), **values.get("asked", {})}}
    return visit.page(
        "why.html",
        status,
        page="why",
        data=data,
        shown=shown,
        late=_late(visit),
        times=TIMES_S,
        usual=USUAL_S,
        **answer,
        **given,
    )


def _late(visit: ProjectVisit) -> list[tuple[Delayed, str]]:
    """Those with a delay in the plan that counts, each with the earliest finish as a form has it."""
    if visit.project.plan is None:
        return []
    opened = opened_plan(visit.store, visit.project.plan)
    if opened.instance is None:
        return []
    found = delayed(opened.instance, opened.plan, opened.standing, visit.lang)
    return [(one, format_month(one.earliest)) for one in found]


def _answer(visit: ProjectVisit, shown: Shown | None) -> dict[str, Any]:
    """What the latest search has found; nothing of one that goes on, and of a plan only why there is none."""
    nothing: dict[str, Any] = {"question": "", "told": None, "lines": (), "costs": None, "older": False, "found": None}
    if shown is None or shown.job.state is not JobState.DONE:
        return nothing
    job, result = shown.job, shown.job.result
    explanation = result.get("explanation")
    if job.kind == "plan" and (explanation is None or result.get("status") not in ("infeasible", "unknown")):
        return nothing
    if "problems" in result:
        return nothing
    costs = result.get("costs")
    return {
        "question": _question(visit, job),
        "told": None if explanation is None else told_of(visit, explanation),
        "lines": result.get("lines", {}).get(visit.lang, ()),
        "costs": None if costs is None else [_cost(one) for one in costs],
        "older": job.data != visit.project.data,
        "found": result,
    }


def _question(visit: ProjectVisit, job: Job) -> str:
    """What was asked, as a heading."""
    if job.kind == "why-not":
        asked = {**job.asked, "rotation": _rotation(visit, job)}
        end = asked["end"]
        return visit.say("asked-why-not" if end is None else "asked-why-not-to", **asked)
    return visit.say("asked-why-delay" if job.kind == "why-delay" else "asked-explain", **job.asked)


def _rotation(visit: ProjectVisit, job: Job) -> str:
    assert job.data is not None
    rotation = instance_in(visit.store, job.data, visit.lang).rotations.get(job.asked["rotation"])
    return job.asked["rotation"] if rotation is None else rotation.name


def told_of(visit: ProjectVisit, explanation: Mapping[str, Any]) -> Told:
    """An explanation as a plan file has it, in the reader's language."""
    against = explanation.get("conflicts") or explanation.get("counts") or ()
    remedies = [
        Remedy(number, _begun(said(visit, entry["fields"]["changes"])), entry["verified"])
        for number, entry in enumerate(explanation.get("remedies", ()))
    ]
    bottleneck, causes = (
        tuple(said(visit, entry) for entry in entries) for entries in (explanation.get("bottleneck", ()), against)
    )
    return Told(explanation["certainty"] == "proved", bottleneck, causes, tuple(remedies))


def said(visit: ProjectVisit, entry: Mapping[str, Any]) -> str:
    """A sentence of the explanation."""
    return visit.said(Phrase.from_tree(entry["key"], entry["fields"]))


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _cost(entry: Mapping[str, Any]) -> Cost:
    finish, wishes = entry["finish"], entry["wishes"]
    return Cost(
        entry["candidate"],
        None if finish[0] == finish[1] else (finish[0] or "–", finish[1] or "–"),
        None if wishes[0] == wishes[1] else (wishes[0], wishes[1]),
    )


# --- asking


def _begin(visit: ProjectVisit, kind: str, asked: Mapping[str, Any]) -> RedirectResponse:
    shown = shown_job(visit, "plan", *KINDS)
    if shown is None or shown.job.state.over:
        visit.desk.runner.start(visit.project, kind, asked, author=visit.author, lang=visit.lang)
    return visit.to("why")


def _instance(visit: ProjectVisit) -> Instance:
    if visit.project.data is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return instance_in(visit.store, visit.project.data, visit.lang)


def _refused(visit: ProjectVisit, problems: list[str], **asked: str) -> HTMLResponse:
    return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems, asked=asked)


@router.post("/explain")
def ask_explain(visit: AProjectVisit, seconds: Seconds = USUAL_S) -> RedirectResponse:
    """What stands against a plan?"""
    return _begin(visit, "explain", {"seconds": seconds})


@router.post("/why-not")
def ask_why_not(
    visit: AProjectVisit,
    candidate: Annotated[str, Form()] = "",
    rotation: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    end: Annotated[str, Form()] = "",
    seconds: Seconds = USUAL_S,
) -> Response:
    """Why is a candidate not in a rotation in these months?"""
    months = {"start": spelled_month(start), "end": spelled_month(end)}
    asked = {"candidate": candidate.strip(), "rotation": rotation.strip(), **months}
    wrong = [month for name, month in months.items() if month_typed(month) is None and (month or name == "start")]
    if wrong:
        return _refused(visit, [visit.say("not-a-month", found=found) for found in wrong], **asked)
    return _begin(visit, "why-not", {**asked, "end": asked["end"] or None, "seconds": seconds})


@router.post("/why-delay")
def ask_why_delay(
    visit: AProjectVisit,
    candidate: Annotated[str, Form()] = "",
    month: Annotated[str, Form()] = "",
    seconds: Seconds = USUAL_S,
) -> Response:
    """Why is a candidate not done by a month?"""
    late = {one.id: earliest for one, earliest in _late(visit)}
    month = spelled_month(month) or late.get(candidate, "")
    if month_typed(month) is None:
        return _refused(visit, [visit.say("not-a-month", found=month)], late=candidate, month=month)
    try:
        who = api.candidate_id(_instance(visit), candidate)
    except InputError as error:
        return _refused(visit, [problem.line(visit.lang) for problem in error.problems], month=month)
    return _begin(visit, "why-delay", {"candidate": who, "month": month, "seconds": seconds})


# --- using what was found


@router.post("/use")
def use(
    visit: AProjectVisit,
    job: Annotated[int, Form()],
    number: Annotated[int, Form(ge=0)],
    expected: Annotated[int, Form()],
) -> Response:
    """Make a remedy's changes to the data."""
    explanation = visit.job(job).result.get("explanation") or {}
    remedies = explanation.get("remedies", ())
    if number >= len(remedies):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    remedy = remedies[number]
    try:
        made = api.changed(_instance(visit), changes_in(remedy))
        content = content_of(made.source or {}, visit.lang)
    except InputError as error:
        return _refused(visit, [problem.line(visit.lang) for problem in error.problems])
    what = Phrase.from_tree("web.did-remedy", {"changes": remedy["fields"]["changes"]})
    visit.store.save_data(visit.project.id, content, expected=expected, author=visit.author, what=what)
    return visit.to("plan", "remedy")


@router.post("/adopt")
def adopt(visit: AProjectVisit, job: Annotated[int, Form()], plan: Annotated[str, Form()] = "") -> RedirectResponse:
    """Let the data with the earlier finish, and the plan of them, count, if the data are still those that were asked
    about. ``plan``: what the page showed."""
    asked = visit.job(job)
    if not {"data", "plan"} <= asked.result.keys():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    shown = int(plan) if plan.isascii() and plan.isdecimal() else None
    made = asked.result["data"], asked.result["plan"]
    visit.store.adopt_both(visit.project.id, *made, expected=(asked.data, shown))
    return visit.to("plan", "used")
