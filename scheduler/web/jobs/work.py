"""What each kind of job asks of the program, and what it makes of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scheduler import api
from scheduler.api import LIMITS, Allowed, Answer, Instance, OpenedPlan, Plan, PlanDiff, Row, WhatIf
from scheduler.month import Month, format_month, this_month
from scheduler.report.lines.draft import draft_heading, draft_rows
from scheduler.report.lines.intake import room_lines
from scheduler.report.lines.paths import fewer_line, path_line, path_title
from scheduler.report.lines.whatif import TextTable, changes_told
from scheduler.report.lines.why_not import why_not_lines
from scheduler.report.region import worth
from scheduler.texts import LANGUAGES, Language, Phrase, phrase
from scheduler.web.data import content_of, instance_in
from scheduler.web.drafts import looked_at, months_moved
from scheduler.web.opening import opened_plan
from scheduler.web.store import Job, Store

if TYPE_CHECKING:
    from scheduler import Progress, Stop

DRAFT_FILE = "draft.json"


@dataclass(frozen=True)
class Task:
    """A job with what it rests on, and how it is heard: ``stop`` is somebody's wish, ``tell`` says how far a search is,
    and ``note`` anything else that the page shows meanwhile."""

    store: Store
    job: Job
    stop: Stop
    tell: Callable[[Progress], None]
    note: Callable[[str, object], None]

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

    @cached_property
    def own_plan(self) -> OpenedPlan | None:
        """The plan that counted, where it was made for the data as they were."""
        if self.job.plan is None or self.store.version(self.job.plan).data != self.job.data:
            return None
        return opened_plan(self.store, self.job.plan)

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
    """What has been found: ``result`` for the page; a plan (with its ``state``), data and files for the store."""

    result: dict[str, Any]
    what: Phrase | None = None
    plan: Plan | None = None
    data: Any = None
    adopt: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    plan_state: Mapping[str, Any] | None = None


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
        return _without_plan(made, result)
    return Outcome(result, what, made, adopt=True)


def _without_plan(made: Plan, result: dict[str, Any]) -> Outcome:
    """What stands against a plan, and how far a search came that ran out of time: shown, and never what counts."""
    result = result | {"explanation": made.explanation}
    if made.draft is None:
        return Outcome(result)
    told = {lang: [draft_heading(made.draft, lang), *draft_rows(made.draft, lang)] for lang in LANGUAGES}
    return Outcome(result | {"draft": told}, files={DRAFT_FILE: made.to_json().encode()})


def explain(task: Task) -> Outcome:
    """What stands against a plan, and what would make one."""
    found = api.explain(task.instance, **task.search)
    return Outcome({"status": found.status.value, "explanation": found.told})


def why_not(task: Task) -> Outcome:
    """Why a candidate is not in a rotation in some months; compared with the plan, where it is one of these data."""
    asked = task.job.asked
    answer = api.why_not(
        task.instance, asked["candidate"], asked["rotation"], asked["start"], asked["end"], plan=task.own_plan,
        **task.search,
    )  # fmt: skip
    lines = {lang: why_not_lines(task.instance, answer, lang) for lang in LANGUAGES}
    return Outcome({"possible": answer.possible, "lines": lines, "explanation": answer.no_plan})


def why_delay(task: Task) -> Outcome:
    """What stands in the way of a candidate's being done by a month; if nothing does, whom it would cost what."""
    who, month = task.job.asked["candidate"], task.job.asked["month"]
    sooner = api.changed(task.instance, [{"candidate": who, "finish_by": month}])
    left = task.stop.seconds_left
    share = task.stop if left is None else task.stop.within(LIMITS.delay_explained_share * left)
    against = api.explain(sooner, stop=share, lang=task.job.lang)
    if against.told is not None:
        return Outcome({"explanation": _without_more_time(against.told, who)})
    made = api.plan(sooner, on_progress=task.tell, **task.search)
    if not made.status.has_plan:
        told = None if made.explanation is None else _without_more_time(made.explanation, who)
        return Outcome({"explanation": told, "status": made.status.value})
    found = None if task.own_plan is None else api.diff(task.own_plan, made)
    what = phrase("web.did-finish-by", who=who, month=month)
    result = {"status": made.status.value, "costs": None if found is None else _costs(found)}
    return Outcome(result, what, made, content_of(sooner.source or {}, task.job.lang))


def _without_more_time(told: Mapping[str, Any], who: str) -> dict[str, Any]:
    """The explanation without the remedy of letting the candidate be done later, which is what is asked about."""

    def gives_time(change: Mapping[str, Any]) -> bool:
        return change.get("candidate") == who and "finish_by" in change

    remedies = [remedy for remedy in told["remedies"] if not any(map(gives_time, changes_in(remedy)))]
    return {**told, "remedies": remedies}


def changes_in(remedy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The changes of an explanation's remedy."""
    change = remedy["change"]
    return change if isinstance(change, list) else [change]


def _costs(found: PlanDiff) -> list[dict[str, Any]]:
    """Whose finish and whose wishes are others than before."""
    return [
        {
            "candidate": one.id,
            "finish": [_month(one.before["finish"]), _month(one.after["finish"])],
            "wishes": [one.before["wishes_lost"], one.after["wishes_lost"]],
        }
        for one in found.candidates
        if {"finish", "wishes_lost"} & set(one.other)
    ]


def _month(month: Month | None) -> str | None:
    return None if month is None else format_month(month)


def mend_rest(task: Task) -> Outcome:
    """A plan that keeps every rule out of one that was edited by hand, with what was moved or pinned in its place."""
    looked = looked_at(task.store, task.job.asked["plan"])
    freeze_to, pins = task.job.asked.get("freeze_to"), looked.pins
    made = api.mend(looked.instance, looked.plan, pins, freeze_to=freeze_to, on_progress=task.tell, **task.search)
    result: dict[str, Any] = {"status": made.status.value}
    if not made.status.has_plan:
        return Outcome(result)
    result["moved"] = months_moved(looked.plan, made)
    state = looked.draft.mended_state()
    return Outcome(result, phrase("web.did-mended"), made, adopt=True, plan_state=state)


def other_ways(task: Task) -> Outcome:
    """Clearly different ways for one candidate; the plan with each, and a picture of them, as files."""
    asked = task.job.asked
    looked = looked_at(task.store, asked["plan"])
    found = api.alternatives(
        looked.instance,
        asked["candidate"],
        plan=looked.plan,
        number=asked["number"] + 1,  # the plan's own is the first
        apart=asked["apart"],
        free=asked["free"],
        pins=looked.draft.pins,
        freeze_to=asked["freeze_to"],
        **task.search,
    )
    ways = [
        {
            "number": cost.number,
            "title": {lang: path_title(cost, lang) for lang in LANGUAGES},
            "said": {lang: path_line(cost, lang) for lang in LANGUAGES},
            "blocks": [
                [looked.instance.rotations[block.rotation].name, format_month(block.from_), format_month(block.to)]
                for block in cost.entry.blocks
            ],
        }
        for cost in found.costs
    ]
    fewer = len(ways) <= asked["number"]
    rest = {lang: fewer_line(found, lang) for lang in LANGUAGES} if fewer else None
    plans = {way_file(cost.number): cost.plan.to_json().encode() for cost in found.costs}
    return Outcome({"ways": ways, "rest": rest}, files=plans)


def way_file(number: int) -> str:
    """The name of the file with the plan of a way."""
    return f"{number}.plan.json"


def room(task: Task) -> Outcome:
    """How many new ones there is room for from a month on."""
    found = api.headroom(task.instance, task.plan, task.job.asked["start"], **task.search)
    return Outcome({"most": found.most, "room": {lang: list(room_lines(found, lang)) for lang in LANGUAGES}})


def take_in(task: Task) -> Outcome:
    """New candidates on top of the plan, with the data that have them."""
    asked = task.job.asked
    count, start = asked["count"], asked["start"]
    made = api.intake(
        task.instance, task.plan, count, start, allowed=task.allowed, on_progress=task.tell, **task.search
    )
    result: dict[str, Any] = {"status": made.status.value}
    if not made.status.has_plan:
        return _without_plan(made, result)
    what = phrase("web.did-intake-one" if count == 1 else "web.did-intake", number=count, month=start)
    return Outcome(result, what, made, content_of(made.instance.source or {}, task.job.lang))


def what_if(task: Task) -> Outcome:
    """Versions side by side; the plan of each, and the data it is of, as files until somebody uses one."""
    asked = task.job.asked
    found = api.whatif(
        task.instance,
        asked["scenarios"],
        plan=task.plan if asked["on_top"] else None,
        freeze_to=this_month(),
        time_limit_s=asked["seconds"],
        lang=task.job.lang,
        listener=_Heard(task),
        asked=lambda: task.stop.asked,
    )
    tables = {lang: TextTable(lang, found.rows, task.instance) for lang in LANGUAGES}
    result = {
        "versions": [_version(row, task.instance, tables) for row in found.rows],
        "head": {lang: dict(zip(table.columns, table.head(), strict=True)) for lang, table in tables.items()},
        "remarks": {lang: list(table.remarks(found.rows)) for lang, table in tables.items()},
    }
    return Outcome(result, files=dict(_files(found)))


def one_more_place(task: Task) -> Outcome:
    """What one more place in an arena would be worth to each municipality: the data as they are and with it, anew."""
    asked = task.job.asked
    basis = task.instance
    found = api.whatif(
        basis,
        [list(api.places_added(basis, asked["arena"], 1))],
        time_limit_s=asked["seconds"],
        lang=task.job.lang,
        listener=_Heard(task),
        asked=lambda: task.stop.asked,
    )
    tables = {lang: TextTable(lang, instance=basis) for lang in LANGUAGES}
    base, more = found.rows
    result: dict[str, Any] = {"versions": [_version(row, basis, tables) for row in found.rows]}
    if base.plan is not None and more.plan is not None:
        after = api.changed(basis, [change.mapping() for change in more.changes])
        result["worth"] = worth(basis, base.plan, after, more.plan).tree()
    return Outcome(result)


def _version(row: Row, instance: Instance, tables: Mapping[Language, TextTable]) -> dict[str, Any]:
    """A version as the page shows it."""
    return {
        "key": row.key,
        "has_plan": row.plan is not None,
        "changes": [told.tree() for told in changes_told(row, instance)],
        "delay": None if row.delay is None else [float(row.delay.value), float(row.delay.bound)],
        "cells": {lang: dict(zip(table.columns, table.cells(row), strict=True)) for lang, table in tables.items()},
        "finishes": {lang: table.finishes(row) for lang, table in tables.items()},
    }


def _files(found: Answer) -> Iterator[tuple[str, bytes]]:
    trees = {case.key: case.tree for case in found.question.cases}
    for row in found.rows:
        if row.plan is not None and row.changes:
            plan_file, data_file = version_files(row.key)
            yield plan_file, row.plan.to_json().encode()
            yield data_file, json.dumps(trees[row.key]).encode()


def version_files(key: str) -> tuple[str, str]:
    """The names of the files with a version's plan, and with the tree of its instance."""
    return f"{key}.plan.json", f"{key}.instance.json"


class _Heard:
    """Notes a line for every version that is done."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.table = TextTable(task.job.lang, instance=task.instance)
        self.number = 0
        self.lines: list[str] = []

    def begins(self, question: WhatIf, number: int, slots: int) -> None:
        self.number = number

    def done(self, row: Row, tries: int) -> None:
        done, outcome = len(self.lines) + 1, self.table.outcome(row)
        told = self.table.say("done-one", done=done, all=self.number, name=self.table.name(row), outcome=outcome)
        self.lines = [*self.lines, told]
        self.task.note("lines", self.lines)


WORK: Mapping[str, Callable[[Task], Outcome]] = {
    "plan": make_plan,
    "explain": explain,
    "why-not": why_not,
    "why-delay": why_delay,
    "mend": mend_rest,
    "ways": other_ways,
    "room": room,
    "intake": take_in,
    "whatif": what_if,
    "worth": one_more_place,
}
"""By kind of job."""
LONGEST_S = LIMITS.longest_s
