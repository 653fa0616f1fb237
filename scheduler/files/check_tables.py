"""What an instance's tables must be to mean anything: ids, references, sums, order. Candidates have their own file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.files.goals import goals_there_are, parse_goals
from scheduler.files.resolve import OBJECTIVES
from scheduler.files.rows import TABLES, FileRow, ReadableRows, cycles, waiting_for
from scheduler.files.ruleset import rules_of
from scheduler.files.schema import (
    WITH_FORMER_IDS,
    FileAbsence,
    FileArena,
    FileFixed,
    FileLeave,
    FileRange,
    FileRequirement,
    FileReservation,
    FileRotation,
    FileServed,
    FileTable,
)
from scheduler.instance.categories import counted
from scheduler.instance.problems import Path, Problem, from_after_to, shown, spell_place, unknown
from scheduler.instance.types import PARALLEL, PRACTICE
from scheduler.month import format_month
from scheduler.rulesets import load_ruleset, ruleset_ids

_GOAL_LISTS = ("goals", "goals_partial", "goals_with_shifts")
RESERVED = {"arenas": {PRACTICE}, "groups": {"free", "done"}}


def check_tables(readable: ReadableRows) -> Iterator[Problem]:
    """Every problem of meaning outside the candidates."""
    yield from _ids(readable)
    yield from _former_ids(readable)
    yield from _ranges(readable)
    yield from _rules(readable)
    yield from _goals(readable)
    yield from _objective(readable)
    yield from _arenas(readable)
    yield from _rotations(readable)
    yield from _after(readable)
    yield from _limits_and_reservations(readable)
    yield from _requirements(readable)
    yield from _economy(readable)
    for row in readable.supervisors:
        yield from arena_refs(readable, row.path("arenas"), row.data.arenas)
        if row.data.specialist and row.data.exempt_to is not None and row.sound("specialist", "exempt_to"):
            yield Problem("specialist-exempted", row.path("exempt_to"), format_month(row.data.exempt_to))


def _economy(readable: ReadableRows) -> Iterator[Problem]:
    """Shares of the grant: more than all of it, or the grant as a share of itself."""
    for row in readable.economy:
        if row.data.per != "percent-of-grant" or not row.sound("per", "amount", "side"):
            continue
        if row.data.side == "grant":
            yield Problem("grant-of-itself", row.path("per"), row.data.per)
        if row.data.amount > 100:
            yield Problem("number-range", row.path("amount"), str(row.data.amount), fields={"low": 0, "high": 100})


def arena_ref(readable: ReadableRows, path: Path, arena_id: str) -> Iterator[Problem]:
    """What is wrong with naming this arena here."""
    if arena_id not in readable.ids["arenas"]:
        yield unknown("unknown-arena", path, arena_id, readable.usable_arenas)
    elif arena_id in readable.merged_arenas and readable.merged_arenas[arena_id].abstract:
        yield Problem("abstract-arena", path, shown(arena_id))


def office_ref(readable: ReadableRows, path: Path, office: str) -> Iterator[Problem]:
    """What is wrong with naming this arena as somebody's own office."""
    if office not in readable.ids["arenas"]:
        yield unknown("unknown-arena", path, office, readable.offices)
    elif office in readable.merged_arenas and office not in readable.offices:
        fields = {"allowed": ", ".join(list(readable.offices)[:8]) or "–"}
        yield Problem("practice-not-office", path, shown(office), fields=fields, choices=readable.offices)


def arena_refs(readable: ReadableRows, path: Path, arena_ids: Iterable[str]) -> Iterator[Problem]:
    """What is wrong with a list of arenas."""
    for index, arena_id in enumerate(arena_ids):
        yield from arena_ref(readable, (*path, index), arena_id)


def rotation_refs(readable: ReadableRows, path: Path, rotation_ids: Iterable[str]) -> Iterator[Problem]:
    """The unknown ones in a list of rotations."""
    for index, rotation_id in enumerate(rotation_ids):
        yield from rotation_ref(readable, (*path, index), rotation_id)


def rotation_ref(readable: ReadableRows, path: Path, rotation_id: str) -> Iterator[Problem]:
    """Whether there is such a rotation."""
    known = readable.known["rotations"]
    if rotation_id not in known:
        yield unknown("unknown-rotation", path, rotation_id, known)


def _ids(readable: ReadableRows) -> Iterator[Problem]:
    for table, index, row_id in readable.repeated:
        if TABLES[table].model_fields.get("id") is not None:
            first = readable.ids[table][row_id]
            yield Problem("duplicate-id", (table, index, "id"), shown(row_id), fields={"first": f"{table}[{first}]"})
    for table, reserved in RESERVED.items():
        for row_id in sorted(reserved & readable.ids[table].keys()):
            yield Problem("reserved-id", (table, readable.ids[table][row_id], "id"), row_id)


def _former_ids(readable: ReadableRows) -> Iterator[Problem]:
    """An id that a row had before belongs to nobody else, now or then."""
    for table in WITH_FORMER_IDS:
        first = {row_id: (table, index, "id") for row_id, index in readable.ids[table].items()}
        for row in getattr(readable, table):
            for index, former in enumerate(row.data.formerly):
                path = row.path("formerly", index)
                if former in first:
                    fields = {"first": spell_place(first[former])}
                    yield Problem("formerly-taken", path, shown(former), fields=fields)
                first.setdefault(former, path)


def _ranges(readable: ReadableRows) -> Iterator[Problem]:
    for row in readable.all_rows():
        yield from _ranges_in(row.path(), row.data)


def _ranges_in(path: Path, table: FileTable) -> Iterator[Problem]:
    """Rows, at any depth, whose first month comes after the last."""
    if isinstance(table, FileAbsence) and table.from_ > table.to:
        yield from_after_to(path, str(table.from_), str(table.to), "day")
    if isinstance(table, FileRange | FileLeave | FileFixed | FileServed):
        start, end = table.from_, table.to
        if start is not None and end is not None and start > end:
            yield from_after_to(path, format_month(start), format_month(end))
    for name in table.model_fields_set:
        value = getattr(table, name)
        for index, inner in enumerate(value if isinstance(value, list) else []):
            if isinstance(inner, FileTable):
                yield from _ranges_in((*path, name, index), inner)


def _rules(readable: ReadableRows) -> Iterator[Problem]:
    name = readable.rules.ruleset
    if name not in ruleset_ids():
        yield ruleset_problem(("rules", "ruleset"), name)
        return
    numbers = load_ruleset(name).numbers
    for key in sorted(readable.rules.model_fields_set - {"ruleset"}):
        if key not in numbers:
            fields: dict[str, object] = {"allowed": ", ".join(numbers)}
            yield Problem("unknown-rule", ("rules", key), shown(key), fields=fields, choices=list(numbers))
        elif not numbers[key].may_override:
            yield Problem("fixed-rule", ("rules", key), fields={"name": key, "value": shown(numbers[key].value)})
    rules = rules_of(name, readable.rules)
    reachable = counted(dict.fromkeys(rules.services, rules.total), rules)
    if reachable < rules.total:
        fields = {"reachable": reachable / 10_000, "total": rules.total / 10_000}
        yield Problem("caps-below-total", ("rules",), fields=fields)


def _goals(readable: ReadableRows) -> Iterator[Problem]:
    """Goals that another ruleset has, and none of this file's."""
    known = {goal for ruleset in readable.rulesets for goal in ruleset.learning_goals.numbers()}
    lists: list[tuple[Path, str | None]] = [(("rules", "goals"), readable.rules.goals)]
    lists += [(row.path(key), getattr(row.data, key)) for row in readable.arenas for key in _GOAL_LISTS]
    lists += [(row.path("goals_done"), row.data.goals_done) for row in readable.candidates]
    for path, text in lists:
        for goal in sorted(parse_goals(text or "") - known)[:1]:
            fields = {"part": f"{goal:03d}", "allowed": goals_there_are(known)}
            yield Problem("unknown-goal", path, shown(text), fields=fields)


def ruleset_problem(path: Path, name: str) -> Problem:
    """A ruleset that does not exist."""
    fields = {"allowed": ", ".join(ruleset_ids())}
    return Problem("unknown-ruleset", path, shown(name), fields=fields, choices=ruleset_ids())


def _objective(readable: ReadableRows) -> Iterator[Problem]:
    order = readable.objective.order
    for index, level in enumerate(order):
        path: Path = ("objective", "order", index)
        if level not in OBJECTIVES:
            fields = {"allowed": ", ".join(OBJECTIVES)}
            yield Problem("unknown-objective", path, shown(level), fields=fields, choices=OBJECTIVES)
        elif level in order[:index]:
            yield Problem("repeated-objective", path, level)


def _arenas(readable: ReadableRows) -> Iterator[Problem]:
    by_id: dict[str, FileRow[FileArena]] = {}
    rows = (category for ruleset in readable.rulesets for category in ruleset.categories)
    services = [*dict.fromkeys(category.id for category in rows if category.served), PARALLEL]
    for row in readable.arenas:
        by_id.setdefault(row.data.id, row)
    for row in readable.arenas:
        like = row.data.like
        if like is not None and like not in readable.ids["arenas"]:
            yield unknown("unknown-arena", row.path("like"), like, readable.known["arenas"])
        merged = readable.merged_arenas.get(row.data.id)
        if merged is not None and merged.service is None and not merged.abstract and row.sound("service"):
            yield Problem("missing-key", row.path("service"), fields={"name": "service"})
        if row.data.service is not None and row.data.service not in services:
            fields = {"allowed": ", ".join(services)}
            yield Problem("not-one-of", row.path("service"), shown(row.data.service), fields=fields, choices=services)
    for circle in cycles({key: [row.data.like] if row.data.like else [] for key, row in by_id.items()}):
        yield Problem("like-cycle", by_id[circle[0]].path("like"), fields={"circle": _circle(circle)})


def _circle(ids: list[str]) -> str:
    return " → ".join(shown(node) for node in [*ids[:10], ids[0]])


def _rotations(readable: ReadableRows) -> Iterator[Problem]:
    for row in readable.rotations:
        if row.sound("mix"):
            yield from _mix(readable, row)
        low, high = row.data.min_months, row.data.max_months
        if low is not None and high is not None and low > high:
            yield _min_over_max(row.path("min_months"), low, high)


def _mix(readable: ReadableRows, row: FileRow[FileRotation]) -> Iterator[Problem]:
    total = sum(row.data.mix.values())
    if total != 100:
        yield Problem("mix-sum", row.path("mix"), str(total))
    for arena_id in row.data.mix:
        path = row.path("mix", arena_id)
        if arena_id == PRACTICE:
            continue
        if arena_id not in readable.ids["arenas"]:
            yield unknown("unknown-arena", path, arena_id, readable.in_a_mix)
            continue
        yield from arena_ref(readable, path, arena_id)
        merged = readable.merged_arenas.get(arena_id)
        if merged is not None and merged.service == PARALLEL and not merged.abstract:
            yield Problem("parallel-in-mix", path, shown(arena_id))


def _min_over_max(path: Path, low: float, high: float) -> Problem:
    return Problem("min-over-max", path, shown(low), fields={"found": low, "max": high})


def _after(readable: ReadableRows) -> Iterator[Problem]:
    for row in readable.rotations:
        for index, given in enumerate(row.data.after):
            if isinstance(given, str):
                yield from rotation_ref(readable, row.path("after", index), given)
            else:
                yield from rotation_refs(readable, row.path("after", index), given)
        for key in ("starts", "not_before", "after"):
            if row.data.base and getattr(row.data, key):
                yield Problem("base-start-rule", row.path(key), key)
    rows = readable.rotations_by_id
    for circle in cycles(waiting_for({row_id: row.data.after_one_of for row_id, row in rows.items()})):
        yield Problem("after-cycle", rows[circle[0]].path("after"), fields={"circle": _circle(circle)})


def _limits_and_reservations(readable: ReadableRows) -> Iterator[Problem]:
    for row in readable.limits:
        yield from arena_refs(readable, row.path("arenas"), row.data.arenas)
    for reservation in readable.reservations:
        yield from _reservation(readable, reservation)


def _reservation(readable: ReadableRows, row: FileRow[FileReservation]) -> Iterator[Problem]:
    """A reservation is of one arena or of one supervisor, and of some of what they have."""
    data = row.data
    if data.arena is not None:
        yield from arena_ref(readable, row.path("arena"), data.arena)
    if data.supervisor is not None and data.supervisor not in readable.ids["supervisors"]:
        yield unknown("unknown-supervisor", row.path("supervisor"), data.supervisor, readable.known["supervisors"])
    if (data.arena is None) == (data.supervisor is None) and row.sound("arena", "supervisor"):
        yield Problem("reservation-of-one", row.path())
    if (data.percent, data.places, data.shifts) == (None,) * 3 and row.sound("percent", "places", "shifts"):
        yield Problem("reservation-empty", row.path())


def _requirements(readable: ReadableRows) -> Iterator[Problem]:
    for row in readable.requirements:
        yield from rotation_refs(readable, row.path("rotations"), row.data.rotations)
        for index, candidate in enumerate(row.data.candidates):
            if candidate not in readable.ids["candidates"]:
                path = row.path("candidates", index)
                yield unknown("unknown-candidate", path, candidate, readable.known["candidates"])
        yield from _requirement_order(row)


def _requirement_order(row: FileRow[FileRequirement]) -> Iterator[Problem]:
    data = row.data
    if data.min_months is not None and data.max_months is not None and data.min_months > data.max_months:
        yield _min_over_max(row.path("min_months"), data.min_months, data.max_months)
    if data.min_blocks is not None and data.max_blocks is not None and data.min_blocks > data.max_blocks:
        yield _min_over_max(row.path("min_blocks"), data.min_blocks, data.max_blocks)
