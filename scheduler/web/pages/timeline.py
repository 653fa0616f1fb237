"""The timeline: the plan as bars that can be dragged, and what that breaks. The script is built in ``web/``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from math import inf, isfinite
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from scheduler import api
from scheduler.api import Edge, Edit, Edited, InputError, Instance, Pin, Problem, Span, Status
from scheduler.month import Month, format_month, parse_month, this_month
from scheduler.report.board import Drawing, fault_id
from scheduler.texts import Phrase, catalogue, month_names, phrase
from scheduler.web.data import content_of, instance_in
from scheduler.web.drafts import Draft, Looked, looked_at, tried
from scheduler.web.rendering import STATIC
from scheduler.web.store import Job, StaleError
from scheduler.web.typed import spelled_month
from scheduler.web.visit import AProjectVisit, ProjectVisit, address

router = APIRouter()

SCRIPT = STATIC / "built" / "timeline.js"
WORDS = "web.board-"
MOST_EDITS = 50
LINKS = {"why": "why", "ways": "ways", "data": "data/candidates"}
MEND, MENDS_S = "mend", 120
TOGETHER = "with_data"
"""In the state of a plan that was saved together with its data."""


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Months(_Sent):
    """Months ``start`` up to, not including, ``end``, as numbers."""

    start: int = Field(ge=0, le=120_000)
    end: int = Field(ge=0, le=120_000)

    def span(self) -> Span:
        """As the program has it."""
        return Span(self.start, self.end)


class SentEdit(_Sent):
    """A block that is to be in other months; ``of`` None: a new one."""

    candidate: str
    rotation: str
    to: Months
    of: Months | None = None

    def edit(self) -> Edit:
        """As the program has it."""
        return Edit(self.candidate, self.rotation, self.to.span(), None if self.of is None else self.of.span())


@router.get("")
def timeline(visit: AProjectVisit) -> HTMLResponse:
    """The page around the timeline; what is drawn is asked for by the script."""
    looked = _looked(visit) if visit.project.plan is not None else None
    return visit.page("timeline.html", page="timeline", looked=looked, built=SCRIPT.exists())


@router.get("/data")
def data(visit: AProjectVisit) -> JSONResponse:
    """Everything that is drawn, and the words to draw it with."""
    looked = _required(visit)
    words = {key.removeprefix(WORDS): said[visit.lang] for key, said in catalogue().items() if key.startswith(WORDS)}
    return JSONResponse({**_drawn(visit, looked), "words": words, "months": month_names(visit.lang)})


@router.post("/edits")
def edits(
    visit: AProjectVisit,
    expected: Annotated[int, Body()],
    sent: Annotated[list[SentEdit], Body(min_length=1, max_length=MOST_EDITS)],
) -> JSONResponse:
    """Move, lengthen, add or take away blocks; what that breaks is told, and the plan is saved as it is then."""
    looked = _at(visit, expected)
    made = [one.edit() for one in sent]
    try:
        draft = looked.draft.with_edits(made)
        edited = tried(visit.store, draft)
    except (LookupError, ValueError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return _saved(visit, looked, draft, edited, _done(looked.instance, made))


@router.post("/pin")
def pin(
    visit: AProjectVisit,
    expected: Annotated[int, Body()],
    candidate: Annotated[str, Body()],
    rotation: Annotated[str, Body()],
    months: Annotated[Months, Body()],
    held: Annotated[bool, Body()],
) -> JSONResponse:
    """Hold a block where it is, or let it go."""
    looked = _at(visit, expected)
    if candidate not in looked.instance.candidates or rotation not in looked.instance.rotations:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    draft = looked.draft.with_pin(Pin(candidate, rotation, months.span()), held)
    done = phrase("web.did-pinned" if held else "web.did-unpinned", who=candidate, what=_name(looked, rotation))
    return _saved(visit, looked, draft, looked.edited, done)


@router.post("/keep")
def keep(
    visit: AProjectVisit, expected: Annotated[int, Body()], faults: Annotated[list[str], Body(max_length=1000)]
) -> JSONResponse:
    """What is broken stays so on purpose, and is told as that."""
    looked = _at(visit, expected)
    known = {fault_id(violation) for violation in looked.edited.broken}
    kept = tuple(fault for fault in dict.fromkeys((*looked.draft.kept, *faults)) if fault in known)
    draft = Draft(looked.draft.base, looked.draft.edits, looked.draft.pins, kept)
    return _saved(visit, looked, draft, looked.edited, phrase("web.did-kept", number=len(kept)))


class SentAbsence(_Sent):
    """What is to stand in the data: months of leave, or with ``percent`` of another post; ``end`` empty: from then on.

    As they were typed: what is wrong with them is told in the dialog.
    """

    candidate: str
    start: str = Field(max_length=40)
    end: str = Field(max_length=40)
    percent: str | None = Field(default=None, max_length=40)

    def change(self) -> dict[str, Any]:
        """As the program has it; InputError for what is no number. Months are looked at where it is made."""
        window = {"from": spelled_month(self.start), "to": spelled_month(self.end)}
        if self.percent is None:
            return {"candidate": self.candidate, "leave": window}
        given = {key: month for key, month in window.items() if month or key == "from"}
        return {"candidate": self.candidate, "percent": _number(self.percent), **given}

    @property
    def first(self) -> Month:
        """The first month, once it is known to be one."""
        return parse_month(spelled_month(self.start))

    def done(self) -> Phrase:
        """For the history, once it is made."""
        key = "leave" if self.percent is None else "percent" if self.end.strip() else "percent-on"
        fields = {"who": self.candidate, "first": spelled_month(self.start), "last": spelled_month(self.end)}
        return phrase(f"web.did-{key}", **fields, percent=self.change().get("percent", 0))


@router.post("/absence")
def absence(
    visit: AProjectVisit, expected: Annotated[int, Body()], sent: Annotated[SentAbsence, Body()]
) -> JSONResponse:
    """Write leave or a percent into the data, and show the same plan for them, with what that breaks.

    Where the data have been changed since the plan was made they get the row, and the plan stays as it is. What is
    wrong is told, and nothing is saved.
    """
    looked = _at(visit, expected)
    if expected != visit.project.plan:
        raise StaleError(expected, visit.project.plan)
    try:
        change = sent.change()
        if visit.project.data != looked.version.data:
            return _into_data_alone(visit, looked, sent, change)
        plan = api.edit_data(looked.instance, looked.plan, sent.candidate, [change])
        made = api.instance_of(plan)
        assert made is not None
        content = content_of(made.source or {}, visit.lang)
    except InputError as error:
        return _not_written(visit, error)
    state = looked.draft.with_data_state(looked.version.id, sent.first)
    _, version = visit.store.save_both(
        visit.project.id,
        content,
        plan,
        expected=(looked.version.data, looked.version.id),
        author=visit.author,
        what=sent.done(),
        state={**state, TOGETHER: True},
    )
    return JSONResponse(_drawn(visit, looked_at(visit.store, version)))


def _into_data_alone(visit: ProjectVisit, looked: Looked, sent: SentAbsence, change: dict[str, Any]) -> JSONResponse:
    if visit.project.data is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    instance = api.changed(instance_in(visit.store, visit.project.data, visit.lang), [change])
    content = content_of(instance.source or {}, visit.lang)
    visit.store.save_data(visit.project.id, content, expected=visit.project.data, author=visit.author, what=sent.done())
    said = f"{visit.said(sent.done())}. {visit.say('timeline-data-alone')}"
    return JSONResponse({**_drawn(visit, looked), "said": said})


def _number(said: str) -> int | float:
    """A number as people type it: ``62,5``."""
    try:
        number = float(said.strip().replace(",", "."))
    except ValueError:
        number = inf
    if not isfinite(number):
        raise InputError([Problem("not-a-number", found=said.strip())])
    return int(number) if number.is_integer() else number


def _not_written(visit: ProjectVisit, error: InputError) -> JSONResponse:
    told = [problem.sentence(visit.lang) for problem in error.problems if not problem.is_remark]
    return JSONResponse({"problems": told}, HTTPStatus.UNPROCESSABLE_ENTITY)


@router.post("/step")
def step(visit: AProjectVisit, expected: Annotated[int, Body()], by: Annotated[int, Body(ge=-1, le=1)]) -> JSONResponse:
    """Back to the version before, or on to the one after; data that were saved together with a plan go along."""
    try:
        if _with_data(visit, expected, by):
            version = visit.store.step_both(visit.project.id, by, expected=(visit.project.data, expected))
        else:
            version = visit.store.step(visit.project.id, "plan", by, expected=expected)
    except LookupError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return JSONResponse(_drawn(visit, looked_at(visit.store, version)))


def _with_data(visit: ProjectVisit, expected: int, by: int) -> bool:
    """Whether the step is over a plan and data that were saved together, and the data stand beside it still."""
    store, project = visit.store, visit.project
    other = store.neighbour(project.id, "plan", by)
    if other is None:
        return False
    here, there = store.version(expected), store.version(other)
    together = (here if by < 0 else there).state.get(TOGETHER)
    return bool(together) and (project.data, store.neighbour(project.id, "data", by)) == (here.data, there.data)


@router.get("/places")
def places(
    visit: AProjectVisit,
    expected: int,
    candidate: str,
    rotation: str,
    of: Annotated[tuple[int, int], Query()],
    edge: Edge | None = None,
) -> StreamingResponse:
    """A line for each place that a block could have, the nearest first: its months, and 1 if it may lie there."""
    looked = _at(visit, expected)
    if candidate not in {entry.id for entry in looked.plan.candidates} or rotation not in looked.instance.rotations:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    moved = Edit(candidate, rotation, Span(*of), Span(*of))

    def lines() -> Iterator[str]:
        for span, allowed in api.allowed_spans(looked.instance, looked.plan, moved, edge):
            yield f"{json.dumps([span.start, span.end, int(allowed)])}\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@router.post("/mend")
def mend(visit: AProjectVisit, expected: Annotated[int, Body(embed=True)]) -> JSONResponse:
    """Begin to mend the rest around what was moved; a search that runs already goes on."""
    looked = _at(visit, expected)
    if expected != visit.project.plan:
        raise StaleError(expected, visit.project.plan)
    running = _mending(visit)
    if running is not None:
        return JSONResponse(running)
    last = looked.lies_fast_to(this_month() - 1)
    asked = {"seconds": MENDS_S, "plan": expected, "freeze_to": None if last is None else format_month(last)}
    project = replace(visit.project, data=looked.version.data)  # the data that the plan was made for
    job = visit.desk.runner.start(project, MEND, asked, author=visit.author, lang=visit.lang)
    return JSONResponse(_job_shown(visit, visit.store.jobs.job(job)))


@router.get("/mend/{job_id}")
def mending(visit: AProjectVisit, job_id: int) -> JSONResponse:
    """How far that is, and what has come of it."""
    return JSONResponse(_job_shown(visit, visit.desk.runner.looked_at(_mend_job(visit, job_id))))


@router.post("/mend/{job_id}/stop")
def stop(visit: AProjectVisit, job_id: int) -> JSONResponse:
    """End it with what it has found."""
    visit.store.jobs.ask_to_stop(_mend_job(visit, job_id).id)
    return mending(visit, job_id)


# --- what these share ------------------------------------------------------------------------------------------------


def _looked(visit: ProjectVisit) -> Looked | None:
    """The plan that counts; None where it does not say for what data it was made."""
    assert visit.project.plan is not None
    try:
        return looked_at(visit.store, visit.project.plan)
    except ValueError:
        return None


def _required(visit: ProjectVisit) -> Looked:
    looked = None if visit.project.plan is None else _looked(visit)
    if looked is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return looked


def _at(visit: ProjectVisit, expected: int) -> Looked:
    """The version that the script showed. Whether it still counts the store says when something is saved."""
    try:
        looked = looked_at(visit.store, expected)
    except (LookupError, ValueError):
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    if looked.version.project != visit.project.id:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return looked


def _saved(visit: ProjectVisit, looked: Looked, draft: Draft, edited: Edited, done: Phrase) -> JSONResponse:
    version = visit.store.save_plan(
        visit.project.id,
        edited.plan,
        expected=looked.version.id,
        author=visit.author,
        what=done,
        state=draft.state(),
    )
    return JSONResponse(_drawn(visit, looked_at(visit.store, version)))


def _drawn(visit: ProjectVisit, looked: Looked) -> dict[str, Any]:
    steps = visit.store.steps(visit.project.id, "plan")
    edited = looked.edited
    drawing = Drawing(looked.instance, looked.plan, visit.lang, looked.before)
    kept = set(looked.draft.kept)
    return {
        "version": looked.version.id,
        "what": visit.said(looked.version.what),
        "board": drawing.board().tree(),
        "faults": [
            {"id": fault.id, "said": fault.said, "who": fault.who, "bars": fault.bars, "kept": fault.id in kept}
            for fault in drawing.faults(edited.broken)
        ],
        "known": [violation.sentence(visit.lang) for violation in edited.before],
        "settled": [violation.sentence(visit.lang) for violation in edited.settled],
        "pins": [
            {"who": one.candidate, "rotation": one.rotation, "start": one.span.start, "end": one.span.end}
            for one in looked.draft.pins
        ],
        "edits": len(looked.draft.edits),
        "steps": {"back": steps.back, "forward": steps.forward},
        "today": this_month(),
        "links": _links(visit),
        "mending": _mending(visit),
    }


def _mending(visit: ProjectVisit) -> dict[str, Any] | None:
    """The search that mends the project's plan, while there is one."""
    job = visit.store.jobs.latest(visit.project.id, MEND)
    job = None if job is None else visit.desk.runner.looked_at(job)
    return None if job is None or job.state.over else _job_shown(visit, job)


def _mend_job(visit: ProjectVisit, job_id: int) -> Job:
    try:
        job = visit.store.jobs.job(job_id)
    except LookupError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    if (job.project, job.kind) != (visit.project.id, MEND):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return job


def _job_shown(visit: ProjectVisit, job: Job) -> dict[str, Any]:
    outcome = _outcome(job) if job.state.over else None
    moved = [f"{who} ({number})" for who, number in (job.result or {}).get("moved", {}).items()]
    said = visit.say("timeline-mended-moved", who=", ".join(moved)) if moved else ""
    return {"id": job.id, "over": job.state.over, "seconds": job.seconds, "outcome": outcome, "said": said}


def _outcome(job: Job) -> str:
    """In a word, as the sentences of the script end."""
    result = job.result or {}
    if "plan" in result:
        return "done" if result["adopted"] else "aside"
    return {Status.INFEASIBLE: "none", Status.UNKNOWN: "unknown"}.get(result.get("status", ""), "broke")


def _links(visit: ProjectVisit) -> dict[str, str]:
    """The pages that a menu leads to."""
    return {page: address(visit.project, place) for page, place in LINKS.items()}


def _name(looked: Looked, rotation: str) -> str:
    return looked.instance.rotations[rotation].name or rotation


def _done(instance: Instance, made: Sequence[Edit]) -> Phrase:
    """What has been done, for the history."""
    first, *others = made
    if others:
        return phrase("web.did-swapped", who=first.candidate, other=others[-1].candidate)
    rotation = instance.rotations[first.rotation]
    fields = {
        "who": first.candidate,
        "what": rotation.name or rotation.id,
        "first": format_month(first.to.start),
        "last": format_month(first.to.end - 1),
    }
    if first.of is None:
        return phrase("web.did-removed" if rotation.base else "web.did-put", **fields)
    same = first.of.end - first.of.start == first.to.end - first.to.start
    return phrase("web.did-moved" if same else "web.did-resized", **fields)
