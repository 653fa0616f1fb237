"""The whole folder's work as one file, out and in."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response

from scheduler.web.arriving import bare_name
from scheduler.web.pages.start import start_page
from scheduler.web.security import MOVING
from scheduler.web.sending import attachment
from scheduler.web.store import NotWorkError, now
from scheduler.web.visit import AVisit, see

router = APIRouter()


@router.get("/work/export")
def export(visit: AVisit) -> Response:
    """All projects with their whole history, as one file."""
    file = io.BytesIO()
    visit.store.write_work(file)
    return attachment(f"ALIS {now()[:10]}", ".zip", file.getvalue())


@router.post(MOVING)
def take_in(visit: AVisit, file: Annotated[UploadFile | str, File()] = "") -> Response:
    """The work of another folder beside that of this one."""
    if isinstance(file, str) or not file.filename:
        return start_page(visit, HTTPStatus.BAD_REQUEST, source="", problems=[visit.say("no-file")])
    name = bare_name(file.filename)
    try:
        took = visit.store.take_in_work(file.file)
    except NotWorkError:
        told = [visit.say("not-work")]
        return start_page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, source=name, problems=told)
    return see(f"/?said=taken-in&took={','.join(map(str, took))}")


@router.post("/work/replace")
def replace(visit: AVisit, old: Annotated[int, Form()], new: Annotated[int, Form()]) -> RedirectResponse:
    """Let work that came in take the place of that which was here under the same name."""
    try:
        visit.store.replace_project(old, new)
    except LookupError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    return see("/?said=replaced")
