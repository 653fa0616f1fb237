"""Things worth knowing about a valid instance: what is unusual, and what is given but has no effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.files.check_region import region_remarks
from scheduler.files.schema import FileCandidate, FileInstance, FileRange, FileSupervisor, FileTable
from scheduler.files.templates import merge_arenas
from scheduler.files.without_effect import without_effect
from scheduler.instance.problems import Path, Problem, shown
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month, format_month

LOW_PERCENT = 50
LOW_PERCENT_MONTHS = 3
ROOM = ("places", "percent", "shifts")
"""Functions of time that give room: where they have rows, a month without one has none."""


def remarks(instance: Instance, file: FileInstance) -> Iterator[Problem]:
    """Everything worth knowing about an instance and the file it was read from, without order."""
    yield from _begin_late(file, instance.start)
    yield from without_effect(instance, file)
    yield from _arenas(instance)
    yield from region_remarks(instance, file)
    for index, candidate in enumerate(instance.candidates.values()):
        yield from _low_percent(instance, index, candidate)
        yield from _unrecognised(instance, index, candidate, file.candidates[index])
        yield from _nought_percent(index, file.candidates[index])


def _begin_late(file: FileInstance, start: Month) -> Iterator[Problem]:
    """Room that begins after the plan does, although no row says that there is none before."""
    places = _places(file)
    told: set[Path] = set()  # a template's row is many arenas'
    for rows, first in _rooms(file, start):
        late = [(row.from_, places[id(row)]) for row in rows if row.from_ is not None and row.from_ > first]
        if not late or any(_covers(row, first) for row in rows):
            continue
        begins, path = min(late, key=lambda step: step[0])
        if path not in told:
            told.add(path)
            fields = {"first": format_month(first), "last": format_month(begins - 1)}
            yield Problem("begins-late", path, format_month(begins), fields=fields)


def _rooms(file: FileInstance, start: Month) -> Iterator[tuple[list[FileRange], Month]]:
    """Every function of time that gives room, a template's rows included, with the first month it is for."""
    arenas = [row for row in merge_arenas({row.id: row for row in file.arenas}).values() if not row.abstract]
    for row in (*arenas, *file.limits, *file.supervisors, *file.quotas):
        first = max(start, row.from_ or start) if isinstance(row, FileSupervisor) else start
        for field in ROOM:
            yield _steps(row, field), first


def _places(file: FileInstance) -> dict[int, Path]:
    """Where each step stands, by the step itself (``id``): an arena's may stand in its template."""
    tables: dict[str, Sequence[FileTable]] = {
        "arenas": file.arenas,
        "limits": file.limits,
        "supervisors": file.supervisors,
        "quotas": file.quotas,
    }
    return {
        id(step): (table, index, field, number)
        for table, rows in tables.items()
        for index, row in enumerate(rows)
        for field in ROOM
        for number, step in enumerate(_steps(row, field))
    }


def _steps(row: FileTable, field: str) -> list[FileRange]:
    steps = getattr(row, field, None)
    return steps if isinstance(steps, list) else []


def _covers(row: FileRange, month: Month) -> bool:
    return (row.from_ is None or row.from_ <= month) and (row.to is None or month <= row.to)


def _arenas(instance: Instance) -> Iterator[Problem]:
    short = [candidate for candidate in instance.candidates.values() if candidate.shifts_missing]
    if short and not instance.parallel_arenas:
        yield Problem("no-roster", ("arenas",), fields={"candidates": len(short)})
    for arena in instance.arenas.values():
        alone = sorted(arena.goals_with_shifts - arena.goals)
        if alone:
            fields = {"arena": shown(arena.id), "goals": ", ".join(f"{goal:03d}" for goal in alone)}
            yield Problem("shift-goals-not-listed", ("arenas",), fields=fields)


def _low_percent(instance: Instance, index: int, candidate: Candidate) -> Iterator[Problem]:
    """More than three months in a row below 50 % (R08); full leave is something else and breaks the row."""
    run = 0
    for month in range(instance.first_month(candidate), instance.end_for(candidate)):
        percent = candidate.percent_at(month)
        run = run + 1 if 0 < percent < LOW_PERCENT else 0
        if run > LOW_PERCENT_MONTHS:
            fields: dict[str, object] = {"found": percent, "most": LOW_PERCENT_MONTHS, "low": LOW_PERCENT}
            fields["month"] = format_month(month - LOW_PERCENT_MONTHS)
            yield Problem("low-percent", ("candidates", index, "percent"), shown(percent), fields=fields)
            return


def _unrecognised(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Rotations that fall away because the candidate's ruleset does not recognise them; those named are problems."""
    gone = [] if row.allowed else [rotation for rotation in instance.rotations if rotation not in candidate.allowed]
    if gone:
        fields = {"ruleset": candidate.rules.ruleset}
        yield Problem("rotations-fall-away", ("candidates", index), ", ".join(map(shown, gone)), fields=fields)


def _nought_percent(index: int, row: FileCandidate) -> Iterator[Problem]:
    """A step of 0 percent: leave, spelled as part-time."""
    for number, step in enumerate(row.percent):
        if step.percent == 0:
            yield Problem("percent-nought", ("candidates", index, "percent", number))
