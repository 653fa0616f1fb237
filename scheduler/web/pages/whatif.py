"""What if: up to three versions of the data planned and laid side by side, any of which can be used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from itertools import zip_longest
from math import isfinite
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response

from scheduler import api
from scheduler.api import LIMITS, InputError, Instance, Plan
from scheduler.texts import Phrase
from scheduler.web.data import content_of, data_in
from scheduler.web.jobs.work import version_files
from scheduler.web.pages.jobs import Shown, shown_job
from scheduler.web.pages.plan import TIMES_S, USUAL_S
from scheduler.web.store import JobState
from scheduler.web.typed import month_typed, spelled_month
from scheduler.web.visit import AProjectVisit, ProjectVisit

router = APIRouter()

KIND = "whatif"
MOST = 3
"""Versions beside the data as they are."""
STATE = "whatif"
"""Under which a plan's version keeps the job and the version of it that it was."""

Words = Annotated[list[str], Form()]


@dataclass(frozen=True, slots=True)
class Version:
    """What a version changes, as somebody typed it; ``kind`` empty: nothing."""

    kind: str = ""
    arena: str = ""
    number: str = ""
    candidate: str = ""
    percent: str = ""
    start: str = ""
    line: str = ""

    def changes(self, instance: Instance) -> list[str | Mapping[str, Any]]:
        """As ``api.whatif`` takes them; ValueError, with what was typed, where a month or a number is none."""
        match self.kind:
            case "places":
                start = self._from().get("from")
                return list(api.places_added(instance, self.arena, _number(self.number), start))
            case "percent":
                return [{"candidate": self.candidate, "percent": _number(self.percent), **self._from()}]
            case "close":
                return [{"arena": self.arena, "close": True, **self._from()}]
            case "leaves":
                return [{"candidate": self.candidate, "until": _month(self.start)}]
            case "line":
                return [line for line in map(str.strip, self.line.splitlines()) if line]
        return []

    def _from(self) -> dict[str, str]:
        return {"from": _month(self.start)} if self.start else {}


KINDS = ("places", "percent", "close", "leaves", "line")
"""What a version can change."""


class NotANumberError(ValueError):
    """What was typed is no number."""


def _number(said: str) -> int | float:
    try:
        number = float(said.replace(",", "."))
    except ValueError:
        raise NotANumberError(said) from None
    if not isfinite(number):
        raise NotANumberError(said)
    return int(number) if number.is_integer() else number


def _month(said: str) -> str:
    spelled = spelled_month(said)
    if month_typed(spelled) is None:
        raise ValueError(said)
    return spelled


@router.get("")
def whatif(visit: AProjectVisit) -> HTMLResponse:
    """What can be asked, and the latest answer."""
    return _page(visit)


def _page(visit: ProjectVisit, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    project = visit.project
    shown = shown_job(visit, KIND)
    asked: Mapping[str, Any] = {} if shown is None else shown.job.asked
    given = {
        "problems": (),
        "asked": [Version(**version) for version in asked.get("versions", ())],
        "on_top": asked.get("on_top", True),
        **values,
    }
    given["asked"] = [*given["asked"], *[Version()] * MOST][:MOST]
    return visit.page(
        "whatif.html",
        status,
        page="whatif",
        data=None if project.data is None else data_in(visit.store, project.data, visit.lang),
        shown=shown,
        found=_found(shown),
        bars=_bars(visit, shown),
        used=_used(visit, shown),
        older=shown is not None and (shown.job.data, shown.job.plan) != (project.data, project.plan),
        kinds=KINDS,
        times=TIMES_S,
        usual=asked.get("seconds", USUAL_S),
        **given,
    )


def _found(shown: Shown | None) -> Mapping[str, Any] | None:
    if shown is None or shown.job.state is not JobState.DONE or "versions" not in shown.job.result:
        return None
    return shown.job.result


def _used(visit: ProjectVisit, shown: Shown | None) -> str | None:
    """Which version of the answer counts now."""
    if shown is None or visit.project.plan is None:
        return None
    job, key = visit.store.version(visit.project.plan).state.get(STATE, (None, None))
    return key if job == shown.job.id else None


@dataclass(frozen=True, slots=True)
class Bar:
    """A version's delay in a plot: from 0 to 1, what is found and what no plan can be better than."""

    number: int
    said: str
    found: float
    proved: float


def _bars(visit: ProjectVisit, shown: Shown | None) -> list[Bar]:
    """The delays of the versions that have a plan; none where nobody is late in any."""
    found = _found(shown)
    if found is None:
        return []
    planned = [(number, one) for number, one in enumerate(found["versions"]) if one["delay"] is not None]
    most = max((one["delay"][0] for _, one in planned), default=0)
    if not most:
        return []
    return [
        Bar(number, one["cells"][visit.lang]["delay"], *(months / most for months in one["delay"]))
        for number, one in planned
    ]


# --- asking


@router.post("")
def ask(
    visit: AProjectVisit,
    kind: Words,
    arena: Words = [],  # noqa: B006 - FastAPI copies it
    number: Words = [],  # noqa: B006
    candidate: Words = [],  # noqa: B006
    percent: Words = [],  # noqa: B006
    start: Words = [],  # noqa: B006
    line: Words = [],  # noqa: B006
    basis: Annotated[str, Form()] = "data",
    seconds: Annotated[int, Form(ge=1, le=int(LIMITS.longest_s))] = USUAL_S,
) -> Response:
    """Plan the data as they are and with each version's changes."""
    columns = (kind, arena, number, candidate, percent, start, line)
    typed = [Version(*map(str.strip, row)) for row in zip_longest(*columns, fillvalue="")][:MOST]
    on_top = basis == "plan" and visit.project.plan is not None
    if visit.project.data is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    data = data_in(visit.store, visit.project.data, visit.lang)
    if data.instance is None:  # which the page says
        return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, asked=typed, on_top=on_top)
    problems = list(_problems(visit, data.instance, typed))
    if problems:
        return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems, asked=typed, on_top=on_top)
    scenarios = [changes for version in typed if (changes := version.changes(data.instance))]
    versions = [asdict(version) for version in typed]
    asked = {"versions": versions, "scenarios": scenarios, "on_top": on_top, "seconds": seconds}
    shown = shown_job(visit, KIND)
    if shown is None or shown.job.state.over:
        visit.desk.runner.start(visit.project, KIND, asked, author=visit.author, lang=visit.lang)
    return visit.to(KIND)


def _problems(visit: ProjectVisit, instance: Instance, typed: list[Version]) -> Iterator[str]:
    n_changes = 0
    for number, version in enumerate(typed, start=1):
        try:
            n_changes += len(version.changes(instance))
        except NotANumberError as error:
            yield visit.say("whatif-wrong", number=number, text=visit.say("not-a-number", found=str(error)))
        except ValueError as error:
            yield visit.say("whatif-wrong", number=number, text=visit.say("not-a-month", found=str(error)))
        else:
            continue
        n_changes += 1
    if not n_changes:
        yield visit.say("whatif-nothing")


# --- using


@router.post("/use")
def use(visit: AProjectVisit, job: Annotated[int, Form()], key: Annotated[str, Form()]) -> Response:
    """Let the data with a version's changes, and its plan, count, if what it rests on still does."""
    shown = shown_job(visit, KIND)
    found = _found(shown)
    if shown is None or shown.job.id != job or found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    version = next((one for one in found["versions"] if one["key"] == key), None)
    if version is None or not version["has_plan"] or not version["changes"]:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    plan, tree = (visit.store.jobs.file(job, name).decode() for name in version_files(key))
    try:
        content = content_of(json.loads(tree), visit.lang)
    except InputError as error:
        told = [problem.line(visit.lang) for problem in error.problems]
        return _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, problems=told)
    visit.store.save_both(
        visit.project.id,
        content,
        Plan.from_json(plan),
        expected=(shown.job.data, shown.job.plan),
        author=visit.author,
        what=Phrase.from_tree("web.did-whatif", {"changes": version["changes"]}),
        state={STATE: [job, key]},
    )
    return visit.to("plan", "used")
