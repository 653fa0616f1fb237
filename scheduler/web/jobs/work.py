"""What each kind of job asks of the program, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scheduler import api
from scheduler.api import LIMITS, Allowed, Instance, Plan
from scheduler.texts import Phrase, phrase
from scheduler.web.data import instance_in
from scheduler.web.store import Job, Store

if TYPE_CHECKING:
    from scheduler import Progress, Stop


@dataclass(frozen=True)
class Task:
    """A job with what it rests on, and how it is heard: ``tell`` says how far it is, ``stop`` is somebody's wish."""

    store: Store
    job: Job
    stop: Stop
    tell: Callable[[Progress], None]

    @cached_property
    def instance(self) -> Instance:
        """The data as they were when the job was asked; InputError."""
        assert self.job.data is not None
        return instance_in(self.store, self.job.data, self.job.lang)

    @cached_property
    def plan(self) -> Plan:
        """The plan that counted when the job was asked, or that the job names."""
        version = self.job.asked.get("plan", self.job.plan)
        assert version is not None
        return self.store.plan(version)

    @property
    def search(self) -> dict[str, Any]:
        """How to search."""
        return {"stop": self.stop, "lang": self.job.lang}

    @property
    def allowed(self) -> Allowed:
        """How much of a published plan may move."""
        return Allowed(1.0, 1.0) if self.job.asked.get("allow_all") else Allowed()


@dataclass(frozen=True)
class Outcome:
    """What has been found: ``result`` for the page; a plan, data and files for the store."""

    result: dict[str, Any]
    what: Phrase | None = None
    plan: Plan | None = None
    data: Any = None
    adopt: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)


def make_plan(task: Task) -> Outcome:
    """A plan from scratch, or on top of another one."""
    asked = task.job.asked
    if not asked.get("on_top"):
        made = api.plan(task.instance, on_progress=task.tell, **task.search)
        return _planned(made, phrase("web.did-plan"))
    made = api.replan(
        task.instance,
        task.plan,
        freeze_to=asked.get("freeze_to"),
        gone=asked.get("gone", ()),
        allowed=task.allowed,
        prefer=asked.get("prefer"),
        on_progress=task.tell,
        **task.search,
    )
    return _planned(made, phrase("web.did-replan"))


def _planned(made: Plan, what: Phrase) -> Outcome:
    """The plan as the one that counts; without one, what stands against it."""
    result: dict[str, Any] = {"status": made.status.value}
    if not made.status.has_plan:
        return Outcome(result | {"explanation": made.explanation})
    return Outcome(result, what, made, adopt=True)


WORK: Mapping[str, Callable[[Task], Outcome]] = {"plan": make_plan}
"""By kind of job."""
LONGEST_S = LIMITS.longest_s
