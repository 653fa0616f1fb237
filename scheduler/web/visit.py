"""One request: who asks, in which language, of which project, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from scheduler.texts import LANGUAGES, Language, Phrase, text
from scheduler.web.desk import Desk
from scheduler.web.rendering import rendered
from scheduler.web.store import Job, Project, Store

AUTHOR = "author"
LANGUAGE_COOKIE = "alis-lang"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with the desk it is made at; ``project`` None where the page is nobody's, such as the start."""

    request: Request
    desk: Desk
    lang: Language
    project: Project | None = None

    @property
    def store(self) -> Store:
        """The folder's memory."""
        return self.desk.store

    @property
    def author(self) -> str:
        """The name that what is saved bears; empty until somebody has typed one."""
        return self.store.setting(AUTHOR) or ""

    def say(self, key: str, **fields: object) -> str:
        """A sentence of the pages' chapter."""
        return text(f"web.{key}", self.lang, **fields)

    def said(self, phrase: Phrase) -> str:
        """A phrase in the reader's language."""
        return phrase.said(self.lang)

    def page(self, template: str, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
        """A page of ours."""
        return HTMLResponse(rendered(template, self, values), status)

    def to(self, page: str, said: str | None = None, **query: object) -> RedirectResponse:
        """On to a page of the project; ``said``: what has just been done, the key of a sentence ``said-…``."""
        assert self.project is not None
        return see(address(self.project, page, {**({"said": said} if said else {}), **query}))


@dataclass(frozen=True, slots=True)
class ProjectVisit(Visit):
    """A visit to a page of a project."""

    project: Project

    def job(self, job_id: int) -> Job:
        """A search of this project; anybody else's is not found."""
        try:
            job = self.store.jobs.job(job_id)
        except LookupError:
            raise HTTPException(HTTPStatus.NOT_FOUND) from None
        if job.project != self.project.id:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return job


def address(project: Project, page: str, query: Mapping[str, object] | None = None) -> str:
    """Where a page of a project is."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"/p/{project.id}/{page}{asked}"


def see(place: str) -> RedirectResponse:
    """Look there next, whatever was asked."""
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)


def ours(place: str) -> str:
    """The place, if it is a path of ours; else the start."""
    split = urlsplit(place)
    local = place.startswith("/") and not place.startswith(("//", "/\\")) and not split.scheme and not split.netloc
    return place if local else "/"


def language_of(request: Request, desk: Desk) -> Language:
    """The language that the reader has chosen, else the server's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return next((lang for lang in LANGUAGES if lang == chosen), desk.lang)


def _visit(request: Request) -> Visit:
    desk: Desk = request.app.state.desk
    return Visit(request, desk, language_of(request, desk))


def _project_visit(request: Request, project_id: int) -> ProjectVisit:
    desk: Desk = request.app.state.desk
    try:
        project = desk.store.project(project_id)
    except LookupError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    return ProjectVisit(request, desk, language_of(request, desk), project)


AVisit = Annotated[Visit, Depends(_visit)]
AProjectVisit = Annotated[ProjectVisit, Depends(_project_visit)]
