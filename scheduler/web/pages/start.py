"""The start: which work there is, and what belongs to none of it: who one is, in which language, and stopping."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from scheduler.texts import LANGUAGES
from scheduler.web.visit import AUTHOR, LANGUAGE_COOKIE, AVisit, ours, see

router = APIRouter()

LONGEST_NAME = 60
A_YEAR_S = 365 * 24 * 3600


@router.get("/")
def start(visit: AVisit) -> HTMLResponse:
    """All projects."""
    return visit.page("start.html", projects=visit.store.projects(), page="start")


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
