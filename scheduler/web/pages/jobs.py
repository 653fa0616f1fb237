"""How far a search is, for whichever page shows it, and the wish to stop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from scheduler.api import Instance
from scheduler.report.lines.summary import level_line
from scheduler.texts import text
from scheduler.web.data import instance_in
from scheduler.web.store import Job
from scheduler.web.visit import AProjectVisit, ProjectVisit, see

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Shown:
    """A search as a page shows it: ``lines`` are how far each level is, ``event`` what it did last."""

    job: Job
    event: str
    lines: tuple[str, ...]
    limit: int | None

    @property
    def clock(self) -> str:
        """Minutes and seconds so far."""
        minutes, seconds = divmod(int(self.job.seconds), 60)
        return f"{minutes}:{seconds:02}"

    @property
    def share(self) -> float:
        """How much of the time is gone, from 0 to 1."""
        return min(self.job.seconds / self.limit, 1.0) if self.limit else 0.0


def shown_job(visit: ProjectVisit, *kinds: str) -> Shown | None:
    """The project's latest search of these kinds, if there is any."""
    job = visit.store.jobs.latest(visit.project.id, *kinds)
    return None if job is None else _shown(visit, visit.desk.runner.looked_at(job))


def _shown(visit: ProjectVisit, job: Job) -> Shown:
    limit = job.asked.get("seconds")
    lines = () if job.state.over else tuple(_lines(visit, job))
    return Shown(job, _event(visit, job.progress), lines, limit)


def _lines(visit: ProjectVisit, job: Job) -> list[str]:
    levels: Mapping[str, list[int | None]] = job.progress.get("levels", {})
    if not levels or job.data is None:
        return list(job.progress.get("lines", ()))
    instance: Instance = instance_in(visit.store, job.data, visit.lang)
    return [
        level_line(instance, level, value, bound, visit.lang)
        for level, (value, bound) in levels.items()
        if value is not None and bound is not None
    ]


def _event(visit: ProjectVisit, progress: Mapping[str, Any]) -> str:
    told = progress.get("event")
    if told is None:
        return visit.say("job-begins")
    event, number, of = told
    return text(f"cli.progress-{event}", visit.lang, **({"number": number, "of": of} if event == "part" else {}))


@router.get("/{job_id}")
def progress(visit: AProjectVisit, job_id: int) -> HTMLResponse:
    """The part of a page that says how far a search is."""
    job = visit.desk.runner.looked_at(visit.job(job_id))
    return visit.page("_job.html", shown=_shown(visit, job))


@router.post("/{job_id}/stop")
def stop(visit: AProjectVisit, job_id: int) -> RedirectResponse:
    """End a search with what it has found."""
    job = visit.job(job_id)
    visit.store.jobs.ask_to_stop(job.id)
    return see(f"/p/{visit.project.id}/{PAGE_OF.get(job.kind, 'plan')}")


PAGE_OF: Mapping[str, str] = {
    "plan": "plan",
    "mend": "timeline",
    "ways": "ways",
    "explain": "why",
    "why-not": "why",
    "why-delay": "why",
    "whatif": "whatif",
    "worth": "region",
    "intake": "intake",
    "room": "intake",
}
"""The page on which a kind of search is asked for and answered."""
