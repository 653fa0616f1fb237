"""What rows of past service must be to mean anything: whole, before the horizon, and telling each month once."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.files.check_tables import office_ref, rotation_refs
from scheduler.files.past import past_months
from scheduler.files.resolve import candidate_percent, leave_spans
from scheduler.files.rows import FileRow, ReadableRows
from scheduler.files.schema import FileCandidate, FileServed
from scheduler.instance.problems import Problem, shown, unknown
from scheduler.instance.types import PARALLEL
from scheduler.month import Month, format_month

CandidateRow = FileRow[FileCandidate]
_OF_MONTHS = ("from", "to", "percent", "practice", "supervisor", "shifts")
_OF_CATEGORY = ("months", "goals", "what")


def check_past(readable: ReadableRows, row: CandidateRow, horizon_start: Month) -> Iterator[Problem]:
    """Every problem of meaning in a candidate's rows of past service."""
    if not row.sound("served"):
        return
    for index, served in enumerate(row.data.served):
        yield from _whole(row, index, served)
        yield from _names(readable, row, index, served)
        yield from _before(row, index, served, horizon_start)
    yield from _overlaps(row)
    yield from _against_current(row, horizon_start)
    yield from _told_twice(row, horizon_start)


def _whole(row: CandidateRow, index: int, served: FileServed) -> Iterator[Problem]:
    """Either a rotation with its months, or a category with so many of them."""
    given = {name.rstrip("_") for name in served.model_fields_set if getattr(served, name) not in (None, "")}
    path = row.path("served", index)
    if ("rotation" in given) == ("category" in given):
        yield Problem("served-kind", path)
        return
    mine, needed, others = (
        ("rotation", ("from", "to"), _OF_CATEGORY) if "rotation" in given else ("category", ("months",), _OF_MONTHS)
    )
    for key in needed:
        if key not in given:
            yield Problem("served-incomplete", path, fields={"kind": mine, "missing": key})
    for key in others:
        if key in given:
            yield Problem("served-out-of-place", (*path, key), fields={"kind": mine, "key": key})


def _names(readable: ReadableRows, row: CandidateRow, index: int, served: FileServed) -> Iterator[Problem]:
    path = row.path("served", index)
    if served.rotation is not None:
        known = readable.known["rotations"]
        yield from (
            (
                Problem(
                    problem.code, (*path, "rotation"), problem.found, fields=problem.fields, choices=problem.choices
                )
                for problem in rotation_refs(readable, path, [served.rotation])
            )
            if served.rotation not in known
            else ()
        )
    if served.practice is not None:
        yield from office_ref(readable, (*path, "practice"), served.practice)
    if served.supervisor is not None and served.supervisor not in readable.ids["supervisors"]:
        yield unknown("unknown-supervisor", (*path, "supervisor"), served.supervisor, readable.known["supervisors"])
    rules = readable.rules_for(row.data)
    if rules is not None and served.category is not None and served.category not in rules.services:
        fields = {"allowed": ", ".join(rules.services)}
        found = shown(PARALLEL if served.category == PARALLEL else served.category)
        yield Problem("served-category", (*path, "category"), found, fields=fields, choices=rules.services)


def _before(row: CandidateRow, index: int, served: FileServed, horizon_start: Month) -> Iterator[Problem]:
    if served.to is not None and served.to >= horizon_start:
        fields = {"horizon": format_month(horizon_start)}
        yield Problem("served-in-horizon", row.path("served", index, "to"), format_month(served.to), fields=fields)


def _overlaps(row: CandidateRow) -> Iterator[Problem]:
    """Two rows that tell the same month."""
    owner: dict[Month, int] = {}
    for index, served in enumerate(row.data.served):
        if served.from_ is None or served.to is None:
            continue
        twice = [month for month in range(served.from_, served.to + 1) if month in owner]
        if twice:
            fields = {"other": f"served[{owner[twice[0]]}]", "month": format_month(twice[0])}
            yield Problem("served-overlap", row.path("served", index), fields=fields)
        owner |= dict.fromkeys(range(served.from_, served.to + 1), index)


def _against_current(row: CandidateRow, horizon_start: Month) -> Iterator[Problem]:
    """The running block is in another rotation than a row says of the same month."""
    current = row.data.current
    for index, served in enumerate(row.data.served):
        if current is None or served.rotation in (None, current.rotation) or served.to is None:
            continue
        if current.since <= served.to < horizon_start:
            fields = {"current": shown(current.rotation), "since": format_month(current.since)}
            yield Problem("served-against-current", row.path("served", index), shown(served.rotation), fields=fields)


def _told_twice(row: CandidateRow, horizon_start: Month) -> Iterator[Problem]:
    """More service months than there are calendar months since the start."""
    months = [served.from_ for served in row.data.served if served.rotation is not None and served.from_ is not None]
    if not months or not row.data.months_done or not row.sound("percent", "leave", "absence", "months_done"):
        return
    percent, leave = candidate_percent(row.data.percent), leave_spans(row.data)
    told = sum(month.earns for month in past_months(row.data, horizon_start, percent, leave))
    since = min(*months, row.data.earliest_start)
    if told + row.data.months_done > horizon_start - since:
        fields = {"rows": told, "months": horizon_start - since, "since": format_month(since)}
        yield Problem("served-twice", row.path("months_done"), str(row.data.months_done), fields=fields)
