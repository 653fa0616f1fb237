"""What municipalities and quotas must be to mean anything, and what is worth knowing of them (decision 0034)."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.files.resolve import municipality_of
from scheduler.files.rows import FileRow, ReadableRows
from scheduler.files.schema import FileInstance, FileQuota
from scheduler.instance.problems import Path, Problem, shown, unknown
from scheduler.instance.types import PARALLEL, PRACTICE, Instance

NAMING_ONE = ("arenas", "groups", "supervisors", "candidates")
QUOTAS_OF = ("arenas", "limits", "groups")


def check_region(readable: ReadableRows) -> Iterator[Problem]:
    """Every problem of municipalities, wherever they are named, and of quotas."""
    for table in NAMING_ONE:
        for row in getattr(readable, table):
            if row.data.municipality is not None:
                yield from _municipality(readable, row.path("municipality"), row.data.municipality)
    yield from _own_office(readable)
    first: dict[tuple[str, str], Path] = {}
    for quota in readable.quotas:
        yield from _municipality(readable, quota.path("municipality"), quota.data.municipality)
        yield from _subject(readable, quota)
        key = quota.data.of, quota.data.municipality
        if key in first:
            yield Problem("quota-repeated", quota.path("of"), shown(quota.data.of), fields={"first": first[key][1]})
        first.setdefault(key, quota.path())


def _municipality(readable: ReadableRows, path: Path, named: str) -> Iterator[Problem]:
    if named not in readable.ids["municipalities"]:
        yield unknown("unknown-municipality", path, named, readable.known["municipalities"])


def _subject(readable: ReadableRows, quota: FileRow[FileQuota]) -> Iterator[Problem]:
    """A quota is of one arena that has heads, or of one limit, or of one group."""
    of, path = quota.data.of, quota.path("of")
    having = [table for table in QUOTAS_OF if of in readable.ids[table]]
    arena = readable.merged_arenas.get(of)
    if not having:
        known = [*readable.usable_arenas, *readable.ids["limits"], *readable.ids["groups"]]
        yield Problem("unknown-quota", path, shown(of), choices=known)
    elif len(having) > 1:
        yield Problem("quota-of-several", path, shown(of), fields={"tables": ", ".join(having)})
    elif arena is not None and arena.abstract:
        yield Problem("abstract-arena", path, shown(of))
    elif arena is not None and arena.service == PARALLEL:
        yield Problem("quota-of-shifts", path, shown(of))


def _own_office(readable: ReadableRows) -> Iterator[Problem]:
    """Who is to have an office chosen has one in the own municipality."""
    arenas = readable.merged_arenas
    if "arenas" not in readable.complete or not any(PRACTICE in row.data.mix for row in readable.rotations):
        return
    having = {arenas[office].municipality for office in readable.offices if office in arenas}
    for row in readable.candidates:
        if row.data.practice_steps or not row.sound("practice", "post", "municipality"):
            continue
        own = municipality_of(row.data, arenas)
        if own is not None and own in readable.ids["municipalities"] and own not in having:
            yield Problem("no-own-office", row.path("practice"), fields={"municipality": shown(own)})


def region_remarks(instance: Instance, file: FileInstance) -> Iterator[Problem]:
    """Candidates of no municipality where there are some, quotas that bound nothing, and fairness between none."""
    if "fairness" in file.objective.order and not any(each.n_candidates for each in instance.municipalities.values()):
        yield Problem("fairness-unused", ("objective", "order"), shown("fairness"))
    for index, candidate in enumerate(instance.candidates.values()):
        if instance.municipalities and candidate.municipality is None:
            yield Problem("no-municipality", ("candidates", index))
    for index, quota in enumerate(file.quotas):
        if not quota.places:
            yield Problem("quota-without-places", ("quotas", index))
