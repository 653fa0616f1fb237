"""A region: what each municipality gets, who holds what is shared, and what one more place would be worth to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from scheduler.api import LIMITS, Instance, OpenedPlan
from scheduler.report.desk.needs import needs, needs_book
from scheduler.report.municipalities import municipal_table, municipal_titles
from scheduler.report.region import SharedArena, shared_arena, shared_arenas
from scheduler.report.words import Words
from scheduler.texts import text
from scheduler.web.data import data_in
from scheduler.web.opening import opened_plan
from scheduler.web.pages.jobs import Shown, shown_job
from scheduler.web.pages.plan import TIMES_S, USUAL_S
from scheduler.web.printing import KINDS
from scheduler.web.store import JobState
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

KIND = "worth"
Word = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Gained:
    """A municipality, or a candidate, that has another figure with one more place."""

    name: str
    cells: tuple[str, ...]


@router.get("")
def region(visit: AProjectVisit, municipality: Word = "", arena: Word = "") -> HTMLResponse:
    """The municipalities' table and who holds what is shared, of all or of one; and what one more place is worth."""
    project = visit.project
    data = None if project.data is None else data_in(visit.store, project.data, visit.lang)
    opened = None if project.plan is None else opened_plan(visit.store, project.plan)
    instance = None if opened is None else opened.instance
    shown = shown_job(visit, KIND)
    return visit.page(
        "region.html",
        page="region",
        data=data,
        opened=opened,
        **_plan_told(visit, opened, instance, municipality, arena),
        asked={"municipality": municipality, "arena": arena},
        shared=[] if data is None or data.instance is None else shared_arenas(data.instance),
        shown=shown,
        worth=_worth(visit, shown),
        older=shown is not None and shown.job.data != project.data,
        times=TIMES_S,
        usual=USUAL_S,
    )


def _plan_told(
    visit: ProjectVisit, opened: OpenedPlan | None, instance: Instance | None, municipality: str, arena: str
) -> dict[str, Any]:
    """Of the plan that counts: the table, and the arenas that are shared; all of it or what the filter leaves."""
    if opened is None or instance is None or not instance.municipalities:
        return {"municipalities": {}, "titles": [], "rows": [], "arenas": [], "held": []}
    words = Words(instance, visit.lang)
    table = municipal_table(words, opened.plan)
    places = shared_arenas(instance)
    held = [shared_arena(words, opened.plan, one) for one in places if arena in ("", one.id)]
    return {
        "municipalities": {row.id: row.name or row.id for row in instance.municipalities.values()},
        "titles": municipal_titles(words),
        "rows": [row for town, row in table.items() if municipality in ("", town)],
        "arenas": [(one.id, words.arena(one.id)) for one in places],
        "held": [_filtered(one, municipality) for one in held],
    }


def _filtered(arena: SharedArena, municipality: str) -> tuple[SharedArena, list[Any]]:
    return arena, [one for one in arena.holders if municipality in ("", one.municipality)]


# --- the need list


@router.get("/needs/{arena}")
def need_list(visit: AProjectVisit, arena: str) -> Response:
    """The need list of an arena as a workbook, places by half-year and municipality."""
    opened, instance = _counting(visit)
    if arena not in instance.arenas:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    words = Words(instance, visit.lang)
    found = needs(instance, opened.plan, arena)
    name = text("needs.file", visit.lang, arena=arena)
    content = needs_book(words, found, words.arena(arena), opened.standing)
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._") else "_" for letter in name)
    return Response(
        content, media_type=KINDS[".xlsx"], headers={"Content-Disposition": f'attachment; filename="{safe}"'}
    )


def _counting(visit: ProjectVisit) -> tuple[OpenedPlan, Instance]:
    opened = None if visit.project.plan is None else opened_plan(visit.store, visit.project.plan)
    if opened is None or opened.instance is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return opened, opened.instance


# --- one more place


@router.post("/worth")
def ask(
    visit: AProjectVisit,
    arena: Annotated[str, Form(max_length=100)],
    seconds: Annotated[int, Form(ge=1, le=int(LIMITS.longest_s))] = USUAL_S,
) -> RedirectResponse:
    """Plan the data as they are and with one more place, anew."""
    data = None if visit.project.data is None else data_in(visit.store, visit.project.data, visit.lang)
    if data is None or data.instance is None or arena not in {one.id for one in shared_arenas(data.instance)}:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    shown = shown_job(visit, KIND)
    if shown is None or shown.job.state.over:
        asked = {"arena": arena, "seconds": seconds}
        visit.desk.runner.start(visit.project, KIND, asked, author=visit.author, lang=visit.lang)
    return visit.to("region")


def _worth(visit: ProjectVisit, shown: Shown | None) -> Mapping[str, Any] | None:
    """The latest answer in words: a line for each municipality, and for everybody with another delay."""
    if shown is None or shown.job.state is not JobState.DONE or shown.job.data is None:
        return None
    if "versions" not in shown.job.result:
        return None
    instance = data_in(visit.store, shown.job.data, visit.lang).instance
    assert instance is not None, "it was planned"
    words = Words(instance, visit.lang)
    versions = [one["cells"][visit.lang] for one in shown.job.result["versions"]]
    found = shown.job.result.get("worth", {"gains": [], "people": []})
    towns = {row.id: row.name or row.id for row in instance.municipalities.values()}
    return {
        "arena": words.arena(shown.job.asked["arena"]),
        "versions": versions,
        "planned": "worth" in shown.job.result,
        "gains": [
            Gained(towns[row["municipality"]], _cells(words, row["delay"], row["wishes"])) for row in found["gains"]
        ],
        "people": [
            Gained(
                words.candidate(row["candidate"]), (towns.get(row["municipality"], ""), *_cells(words, row["delay"]))
            )
            for row in found["people"]
        ],
    }


def _cells(words: Words, *pairs: tuple[int, int]) -> tuple[str, ...]:
    return tuple(words.number(figure) for pair in pairs for figure in pair)
