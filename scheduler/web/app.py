"""The pages as one application, behind the guard."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp

from scheduler.fault import Document, Names, Situation, bare_record, leave, record_of
from scheduler.texts.refused import reason
from scheduler.web.desk import Desk
from scheduler.web.pages import PAGES, jobs, start, ways, work
from scheduler.web.rendering import STATIC
from scheduler.web.security import ENTRANCE, Guard, digest, refused
from scheduler.web.store import StaleError
from scheduler.web.visit import Visit, language_of

_WHY: Mapping[str, int] = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EACCES,
    "SQLITE_READONLY_DIRECTORY": errno.EACCES,
    "SQLITE_READONLY_DBMOVED": errno.ENOENT,
    "SQLITE_CANTOPEN": errno.ENOENT,
    "SQLITE_PERM": errno.EACCES,
}
"""What the system calls the same."""
NOT_ASKED = "what was sent is not kept"
_TOLD = {HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


def make_app(desk: Desk) -> ASGIApp:
    """Everything that a server on a folder answers."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(start.router)
    app.include_router(work.router)
    app.include_router(jobs.router, prefix="/p/{project_id}/jobs")
    app.include_router(ways.router, prefix="/p/{project_id}/ways")
    for page, router in PAGES.items():
        app.include_router(router, prefix=f"/p/{{project_id}}/{page}")
    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(StaleError, _stale)
    app.add_exception_handler(sqlite3.OperationalError, _not_reached)
    app.add_exception_handler(OSError, _not_reached)
    app.add_exception_handler(Exception, _fault)
    app.add_api_route(ENTRANCE, _entrance, methods=["GET"])
    return Guard(app, desk.door)


def _entrance(request: Request, token: str = "") -> HTMLResponse:
    """The one-time link becomes a cookie; a page of ours leads on, so that the cookie goes with the next request."""
    desk: Desk = request.app.state.desk
    if not desk.store.take_link(digest(token), desk.server):
        return refused("web.refused-used", HTTPStatus.FORBIDDEN)
    page = Visit(request, desk, desk.lang).page("entrance.html")
    desk.door.let_in(page)
    return page


def _visit(request: Request) -> Visit:
    desk: Desk = request.app.state.desk
    return Visit(request, desk, language_of(request, desk))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException | StarletteHTTPException)
    status = error.status_code if error.status_code in _TOLD else HTTPStatus.BAD_REQUEST
    return _visit(request).page("trouble.html", status, key=f"trouble-{int(status)}")


def _not_understood(request: Request, error: Exception) -> Response:
    """A form that no page of ours sends, or an address that none of them leads to."""
    assert isinstance(error, RequestValidationError)
    in_address = any(problem["loc"][:1] == ("path",) for problem in error.errors())
    status = HTTPStatus.NOT_FOUND if in_address else HTTPStatus.BAD_REQUEST
    return _visit(request).page("trouble.html", status, key=f"trouble-{int(status)}")


def _stale(request: Request, error: Exception) -> Response:
    """Somebody else has saved meanwhile; nothing has been overwritten."""
    return _visit(request).page("trouble.html", HTTPStatus.CONFLICT, key="trouble-409")


def _not_reached(request: Request, error: Exception) -> Response:
    """The folder cannot be written or read: a full disk, a network that is away. The program has done nothing wrong."""
    visit, why = _visit(request), _WHY.get(getattr(error, "sqlite_errorname", ""))
    told = error if why is None else OSError(why, "")
    said = visit.say("trouble-503-why", why=reason(told, visit.lang)) if isinstance(told, OSError) else ""
    try:
        return visit.page("trouble.html", HTTPStatus.SERVICE_UNAVAILABLE, key="trouble-503", file=said)
    except (sqlite3.Error, OSError):  # a page tells who has come, which nobody can look up now
        return refused("web.trouble-503-next", HTTPStatus.SERVICE_UNAVAILABLE)


def _fault(request: Request, error: Exception) -> Response:
    """The program's own fault: it leaves its file in the folder, without a message that might name anybody."""
    visit = _visit(request)
    route = request.scope.get("route")
    command = ["serve", request.method, getattr(route, "path", "")]
    unknown = Document(why_not=NOT_ASKED, texts=None)
    try:
        record = record_of(error, Situation(command, {}, {"request": unknown}), Names([], []))
    except Exception as failed:
        record = bare_record(error, failed)
    path = leave(record, [visit.desk.folder])
    file = visit.say("job-broken-next") if path is None else visit.say("job-broken-file", file=path.name)
    return visit.page("trouble.html", HTTPStatus.INTERNAL_SERVER_ERROR, key="trouble-500", file=file)
