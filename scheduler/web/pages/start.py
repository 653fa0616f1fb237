"""The start: which work there is, new work, and what belongs to none: who one is, in which language, and stopping."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field

from scheduler.api import InputError
from scheduler.month import format_month, this_month
from scheduler.texts import LANGUAGES, Phrase, phrase
from scheduler.web.arriving import Arrived, arrived, bare_name, example
from scheduler.web.guide import LONGEST_NAME, MOST_CANDIDATES, MOST_PLACES, PLACES, Answers, begun_with, wrong_with
from scheduler.web.store import Project
from scheduler.web.visit import AUTHOR, LANGUAGE_COOKIE, AVisit, Visit, address, ours, see

router = APIRouter()

FEW_CANDIDATES = 3
A_YEAR_S = 365 * 24 * 3600


@router.get("/")
def start(visit: AVisit, took: str = "") -> HTMLResponse:
    """All projects, and how to begin one; ``took``: those that have just been taken in."""
    return start_page(visit, twice=_twice(visit.store.projects(), took.split(",")))


def _twice(projects: Sequence[Project], took: Collection[str]) -> list[tuple[Project, Project]]:
    """Each project of those taken in, with the latest of the same name that was here before."""
    found = []
    here = [one for one in projects if str(one.id) not in took]
    for new in (one for one in projects if str(one.id) in took):
        old = next((one for one in here if one.name == new.name and one.id < new.id), None)
        if old is not None:
            found.append((old, new))
    return found


def start_page(visit: Visit, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """The start, with what could not be read."""
    shown = {"problems": (), "source": None, "twice": (), **values}
    return visit.page("start.html", status, projects=visit.store.projects(), page="start", **shown)


@router.post("/projects/file")
def from_file(visit: AVisit, file: Annotated[UploadFile | str, File()] = "") -> Response:
    """A new project from a workbook, a text file or a plan; where no file was chosen, a nameless one arrives."""
    if isinstance(file, str) or not file.filename:
        return start_page(visit, HTTPStatus.BAD_REQUEST, source="", problems=[visit.say("no-file")])
    name = bare_name(file.filename)
    try:
        found = arrived(name, file.file.read(), visit.lang)
    except InputError as error:
        told = [problem.line(visit.lang) for problem in error.problems]
        return start_page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, source=name, problems=told)
    return _go_on(_added(visit, found, phrase("web.did-read", file=name)))


@router.post("/projects/example")
def from_example(visit: AVisit) -> Response:
    """A new project with the bundled example."""
    found = example(visit.lang)
    return _go_on(_added(visit, found, phrase("web.did-example")))


@router.get("/new")
def questions(visit: AVisit) -> HTMLResponse:
    """Five questions, for whoever has no file."""
    start = format_month(this_month() + 1)
    usual = {kind: place.usual for kind, place in PLACES.items()}
    return _asked(visit, Answers("", start, "", usual, FEW_CANDIDATES, ""))


def _asked(visit: Visit, answers: Answers, wrong: Mapping[str, str] | None = None) -> HTMLResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return visit.page("new.html", status, page="new", answers=answers, wrong=wrong or {}, most=MOST_CANDIDATES)


@router.post("/projects/new")
def from_nothing(
    visit: AVisit,
    count: Annotated[int, Form(ge=1, le=MOST_CANDIDATES)],
    name: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    offices: Annotated[str, Form()] = "",
    places: Annotated[list[Annotated[int, Field(ge=0, le=MOST_PLACES)]] | None, Form()] = None,
    first: Annotated[str, Form()] = "",
) -> Response:
    """A new project from the answers; with something wrong, the questions again with what that is."""
    numbers = dict(zip(PLACES, places or [], strict=False))
    answers = Answers(" ".join(name.split())[:LONGEST_NAME], start.strip(), offices, numbers, count, first.strip())
    wrong = wrong_with(answers, visit.lang)
    if wrong:
        return _asked(visit, answers, wrong)
    found = begun_with(answers, visit.lang)
    return _go_on(_added(visit, found, phrase("web.did-begin")))


def _added(visit: Visit, found: Arrived, what: Phrase) -> Project:
    state = {} if found.toml is None else {"toml": found.toml}
    project = visit.store.add_project(found.name, found.content, author=visit.author, what=what, state=state)
    if found.plan is not None:
        visit.store.save_plan(project.id, found.plan, expected=None, author=visit.author, what=what, data=project.data)
    return project


def _go_on(project: Project) -> RedirectResponse:
    """To the plan, which says whether there is anything to mend."""
    return see(address(project, "plan", {"said": "arrived"}))


@router.post("/author")
def author(visit: AVisit, name: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/") -> RedirectResponse:
    """The name that what is saved bears from now on."""
    visit.store.set(AUTHOR, " ".join(name.split())[:LONGEST_NAME])
    return see(ours(back))


@router.post("/language")
def language(visit: AVisit, lang: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> RedirectResponse:
    """The other language."""
    response = see(ours(back))
    if lang in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=A_YEAR_S, httponly=True, samesite="strict")
    return response


@router.post("/stop")
def stop(visit: AVisit) -> HTMLResponse:
    """End the program; what was saved stays in the folder."""
    visit.desk.stop()
    return visit.page("trouble.html", key="stopped")
