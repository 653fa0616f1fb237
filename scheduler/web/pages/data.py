"""The data: each table of the instance to edit in place, what is wrong beside its cell, undo, and Excel in and out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from scheduler.api import InputError, Problem
from scheduler.files.table_book import workbook_of
from scheduler.files.table_edits import RowChange, as_shown, carried, differences, with_cells, without_blanks
from scheduler.files.tables import Spot, Table, Tables, about, as_data, from_data, title_of
from scheduler.files.workbook.cells import LONGEST_CELL
from scheduler.files.workbook.titles import column_title
from scheduler.report.words import tidy
from scheduler.texts import phrase
from scheduler.web.arriving import arrived, bare_name
from scheduler.web.data import Data, data_in, judged
from scheduler.web.differing import edited, row_phrase
from scheduler.web.sending import attachment
from scheduler.web.sheet import Said, Shown, name_of, shown_table
from scheduler.web.store import StaleError
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

MOST_FIELDS = 400_000
_MOST_TOLD = 100
_NAME = re.compile(r"c\.(\d{1,6})\.(.+)")


async def _form(request: Request) -> FormData:
    """A form with as many cells as the largest table has."""
    return await request.form(max_fields=MOST_FIELDS)


AForm = Annotated[FormData, Depends(_form)]


@dataclass(frozen=True, slots=True)
class Place:
    """A problem with the way to its cell."""

    said: Said
    table: str
    where: str
    to: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A table in the list of tables."""

    key: str
    title: str
    about: str
    rows: int | None
    wrong: int


def _data(visit: ProjectVisit) -> Data:
    return data_in(visit.store, _version(visit), visit.lang)


def _tables(visit: ProjectVisit, version: int) -> Tables:
    try:
        if visit.store.version(version).project == visit.project.id:
            return from_data(visit.store.data(version))
    except LookupError:
        pass
    raise HTTPException(HTTPStatus.NOT_FOUND)


def _version(visit: ProjectVisit) -> int:
    if visit.project.data is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.project.data


def _shared(visit: ProjectVisit, data: Data) -> dict[str, Any]:
    """What the page says of all tables, whichever it shows."""
    return {
        "page": "data",
        "data": data,
        "wrong": sum(not problem.is_remark for problem in data.problems),
        "entries": _entries(visit, data),
        "steps": visit.store.steps(visit.project.id, "data"),
        "expected": _version(visit),
    }


def _entries(visit: ProjectVisit, data: Data) -> list[Entry]:
    wrong: dict[str, int] = {}
    for problem, spot in data.placed():
        if spot is not None and not problem.is_remark:
            wrong[spot.sheet] = wrong.get(spot.sheet, 0) + 1
    return [
        Entry(
            key,
            title_of(key, visit.lang),
            about(key, visit.lang),
            None if table.is_form else len(table.rows),
            wrong.get(key, 0),
        )
        for key, table in data.tables.items()
    ]


@router.get("")
def overview(visit: AProjectVisit) -> HTMLResponse:
    """All tables, what is wrong in any of them, and Excel in and out."""
    return _overview(visit)


def _overview(visit: ProjectVisit, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    data = _data(visit)
    places = [_place(visit, problem, spot, data) for problem, spot in data.placed()]
    shown = {"refused": (), "source": "", **values}
    more = max(len(places) - _MOST_TOLD, 0)
    return visit.page("data.html", status, places=places[:_MOST_TOLD], more=more, **_shared(visit, data), **shown)


def _place(visit: ProjectVisit, problem: Problem, spot: Spot | None, data: Data) -> Place:
    said = Said.of(problem, visit.lang)
    if spot is None:
        return Place(said, "", "", "")
    table = data.tables[spot.sheet]
    title = column_title(table.column(spot.column), visit.lang)
    row = table.rows[spot.row].get("id") if not table.is_form else None
    number = f"{visit.say('row')} {spot.row + 1}"
    where = title if table.is_form else f"{row or number}: {title}"
    return Place(said, title_of(spot.sheet, visit.lang), where, f"{spot.sheet}#{name_of(spot.row, spot.column)}")


@router.get("/workbook")
def workbook(visit: AProjectVisit) -> Response:
    """The data as a workbook."""
    tables = _tables(visit, _version(visit))
    return attachment(visit.project.name, ".xlsx", workbook_of(tables, visit.lang))


@router.post("/file")
def from_file(
    visit: AProjectVisit, expected: Annotated[int, Form()], file: Annotated[UploadFile | str, File()] = ""
) -> Response:
    """Other data in place of these, from a file; these stay in the history."""
    if isinstance(file, str) or not file.filename:
        return _overview(visit, HTTPStatus.BAD_REQUEST, refused=[visit.say("no-file")])
    name = bare_name(file.filename)
    try:
        found = arrived(name, file.file.read(), visit.lang)
    except InputError as error:
        told = [problem.line(visit.lang) for problem in error.problems]
        return _overview(visit, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told, source=name)
    visit.store.save_data(
        visit.project.id,
        found.content,
        expected=expected,
        author=visit.author,
        what=phrase("web.did-read", file=name),
        state={} if found.toml is None else {"toml": found.toml},
    )
    return visit.to("data", "arrived")


@router.post("/step")
def step(
    visit: AProjectVisit,
    by: Annotated[Literal["-1", "1"], Form()],
    expected: Annotated[int, Form()],
    back: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Undo, or redo."""
    page = f"data/{back}" if back in _tables(visit, expected) else "data"
    try:
        visit.store.step(visit.project.id, "data", int(by), expected=expected)
    except LookupError:
        return visit.to(page)
    return visit.to(page, "undone" if by == "-1" else "redone")


@router.get("/{sheet}")
def table(visit: AProjectVisit, sheet: str, every: bool = False) -> HTMLResponse:
    """One table, every cell a field."""
    data = _data(visit)
    _known(data.tables, sheet)
    return _table(visit, data, sheet, shown_table(data, sheet, visit.lang, every, visit.say("row")), every)


def _table(
    visit: ProjectVisit, data: Data, sheet: str, shown: Shown, every: bool, status: int = HTTPStatus.OK, **values: Any
) -> HTMLResponse:
    return visit.page(
        "data_table.html",
        status,
        shown=shown,
        sheet=sheet,
        title=title_of(sheet, visit.lang),
        about=about(sheet, visit.lang),
        every=every,
        **_shared(visit, data),
        **{"meanwhile": False, "lost": (), **values},
    )


def _known(tables: Tables, sheet: str) -> Table:
    if sheet not in tables:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return tables[sheet]


@router.post("/{sheet}")
def save(visit: AProjectVisit, sheet: str, form: AForm) -> Response:
    """What was typed, as a new version, with its problems if it has any.

    Has somebody else saved meanwhile, what was typed stands in their table, to be looked at and saved from there.
    """
    every = {"every": "true"} if form.get("every") else {}
    expected = _expected(form)
    before = _tables(visit, expected)
    tables = without_blanks(_typed(visit, before, sheet, form), sheet)
    what = edited(before, tables)
    if what is None:
        return visit.to(f"data/{sheet}", "unchanged", **every)
    try:
        visit.store.save_data(visit.project.id, as_data(tables), expected=expected, author=visit.author, what=what)
    except StaleError:
        return _meanwhile(visit, sheet, differences(before, tables).get(sheet, []), bool(every))
    sound = judged(tables, visit.lang).instance is not None
    return visit.to(f"data/{sheet}", "saved" if sound else "saved-wrong", **every)


def _meanwhile(visit: ProjectVisit, sheet: str, changes: list[RowChange], every: bool) -> HTMLResponse:
    visit = replace(visit, project=visit.store.project(visit.project.id))
    here = _tables(visit, _version(visit))
    again = carried(changes, here, sheet)
    data = judged(again.tables, visit.lang)
    shown = shown_table(data, sheet, visit.lang, every, visit.say("row"), len(here[sheet].rows), again.gone)
    lost = [row_phrase(change).said(visit.lang) for change in again.lost]
    return _table(visit, data, sheet, shown, every, HTTPStatus.CONFLICT, meanwhile=True, lost=lost)


@router.post("/{sheet}/check")
def look(visit: AProjectVisit, sheet: str, form: AForm) -> JSONResponse:
    """What would be wrong with what is typed, without saving it."""
    before = _tables(visit, _expected(form))
    data = judged(_typed(visit, before, sheet, form), visit.lang)
    cells = {
        name_of(position, key): [{"text": said.text, "remark": said.remark} for said in _all(visit, problems)]
        for (position, key), problems in data.at(sheet).items()
    }
    wrong = sum(not problem.is_remark for problem in data.problems)
    return JSONResponse({"cells": cells, "told": _count(visit, wrong)})


def _all(visit: ProjectVisit, problems: list[Problem]) -> list[Said]:
    return [Said.of(problem, visit.lang) for problem in problems]


def _count(visit: ProjectVisit, wrong: int) -> str:
    if wrong == 0:
        return visit.say("data-fine")
    return visit.say("data-wrong", number=wrong)


def _expected(form: FormData) -> int:
    said = str(form.get("expected", ""))
    if not said.isascii() or not said.isdecimal():
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return int(said)


def _typed(visit: ProjectVisit, tables: Tables, sheet: str, form: FormData) -> Tables:
    rows = _known(tables, sheet).rows
    cells: dict[tuple[int, str], str] = {}
    for name, value in form.multi_items():
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        if not isinstance(value, str) or len(value) > LONGEST_CELL:
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        position, key = int(match[1]), match[2]
        was = rows[position].get(key) if position < len(rows) else None
        if value != tidy(as_shown(was, visit.lang)):
            cells[position, key] = value
    gone = {int(said) for said in form.getlist("gone") if isinstance(said, str) and said.isdecimal()}
    try:
        return with_cells(tables, sheet, cells, gone, visit.lang)
    except LookupError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
