"""An instance file rolled on to a later month: what a published plan says of the months before it has been served.

Each of those months becomes a month of a ``served`` row, as published: rotation, percent, office, supervisor. All that
told of the past and is told by rows now is taken out of the file, and nothing is counted twice; whoever is done leaves
it for the archive. Planned again on the same plan nothing moves, and no level has another value (decision 0021).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from scheduler.accounting.guidance import guidance
from scheduler.exact import plain
from scheduler.files import read_instance
from scheduler.instance.past import Told
from scheduler.instance.problems import InputError, Problem
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month, format_month, parse_month, runs
from scheduler.plan import Plan, PlanCandidate, PlanMonth, PlanWish, Status
from scheduler.replanning.matching import matched
from scheduler.texts import Phrase, phrase

Row = dict[str, Any]
OF_ONES_OWN = frozenset(f"reasons.wish-{why}" for why in ("rules", "never", "delay", "other-wish"))
"""Reasons for which a wish is not met whatever the others do: they make nobody go first the next time."""
_OF_ITSELF: Row = {"from": "", "to": "", "shifts": 0}
"""What a row of months has of its own when it goes on as the one before."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """An instance that begins in a later month, and what is to be told of it.

    ``finished``: a plan of those whose plan ended before it, with their own instance; None if there are none.
    """

    instance: Instance
    finished: Plan | None
    told: tuple[Phrase, ...] = ()


def advance(instance: Instance, published: Plan, to: Month) -> Advanced:
    """Roll an instance on to a month, by a plan of it; InputError if the plan does not fit, or the month."""
    _require_inside(instance, to)
    held = matched(instance, published, to - 1)
    entries = {entry.id: entry for entry in held.plan.candidates}
    done = [entry for entry in held.plan.candidates if entry.months and entry.last < to]
    tree = _rolled(instance, entries, to, {entry.id for entry in done})
    if "wishes" in instance.objective_order:
        _put_lost(tree, entries, _first_of(published, instance))
    begins = [row for row in instance.candidates.values() if row.id not in entries and row.start_latest < to]
    told = [phrase("advance.not-in-plan", who=row.id) for row in begins]
    losers = [row for row in tree.get("candidates", []) if row["id"] in entries and row.get("lost_before")]
    if losers:
        weights = [phrase("reasons.lost-before", who=row["id"], lost=row["lost_before"]) for row in losers]
        told.append(phrase("advance.lost-before", who=weights))
    rolled = read_instance(tree, instance.name, may_be_empty=True)
    finished = plan_of(instance, held.plan, done) if done else None
    return Advanced(rolled, finished, (*held.told, *told))


def _require_inside(instance: Instance, to: Month) -> None:
    if not instance.start < to < instance.end:
        fields = {"first": format_month(instance.start + 1), "last": format_month(instance.end - 1)}
        raise InputError([Problem("advance-outside", found=format_month(to), fields=fields)], "--to")


# --- the file --------------------------------------------------------------------------------------------------------


def _rolled(instance: Instance, entries: Mapping[str, PlanCandidate], to: Month, done: set[str]) -> Row:
    """The instance's tree as it is from the month on."""
    tree: Row = deepcopy(dict(instance.source or {}))
    tree["horizon"] = {**tree["horizon"], "start": format_month(to), "months": instance.end - to}
    rows = [row for row in tree.get("candidates", []) if row["id"] not in done]
    _put(tree, "candidates", [_rolled_row(instance, row, entries.get(row["id"]), to) for row in rows])
    _put(tree, "requirements", list(_still_asked(tree.get("requirements", []), done)))
    return tree


def _put(tree: Row, key: str, value: Any) -> None:
    """Set a value; a key that was not there and has nothing to say stays away."""
    if value or key in tree:
        tree[key] = value


def _still_asked(rows: list[Row], gone: set[str]) -> Iterator[Row]:
    """Rows that name nobody are for everybody: one that named only those who are gone goes with them."""
    for row in rows:
        named = row.get("candidates", [])
        left = [who for who in named if who not in gone]
        if left or not named:
            yield {**row, "candidates": left} if named else row


def _rolled_row(instance: Instance, row: Row, entry: PlanCandidate | None, to: Month) -> Row:
    """A candidate's row with what the plan says of the months before ``to`` in it, and nothing told twice."""
    candidate = instance.candidates[row["id"]]
    new = {**row}
    fixed = [_from_on(block, to) for block in row.get("fixed", []) if parse_month(block["to"]) >= to]
    _put(new, "fixed", fixed)
    _put(new, "wishes", [_with_its_window(instance, candidate, wish) for wish in row.get("wishes", [])])
    if entry is None:
        return new
    _put(new, "served", list(_joined([*row.get("served", []), *_rows(candidate, entry, to, instance.start)])))
    new.pop("current", None)
    if entry.start < to:
        new["start"] = _start(row["start"], entry.start)
        group = instance.group_named(entry.membership)
        if candidate.group.free and group is not None and group.span.start < to:
            years = [{"id": part.id, "year": number} for number, part in enumerate(group.parts, start=1)]
            new["group"] = years or group.id
    if (practice := _practice(row.get("practice"), candidate, entry, instance.start, to)) is not None:
        new["practice"] = practice
    return new


def _first_of(published: Plan, instance: Instance) -> Month:
    """The first month of the horizon that a plan was made for."""
    horizon = (published.instance.source or {}).get("horizon")
    return instance.start if horizon is None else parse_month(horizon["start"])


def _put_lost(tree: Row, entries: Mapping[str, PlanCandidate], start: Month) -> None:
    """What each lost in the plan is what they lost before the next; who wished for nothing in it keeps theirs."""
    for row in tree.get("candidates", []):
        entry = entries.get(row["id"])
        open_then = [] if entry is None else [wish for wish in entry.wishes if wish.to is None or wish.to >= start]
        if not open_then:
            continue
        row.pop("lost_before", None)
        if lost := sum(wish.weight for wish in open_then if _lost_to_others(wish)):
            row["lost_before"] = lost


def _lost_to_others(wish: PlanWish) -> bool:
    """Whether a wish was not met, and not for reasons of one's own."""
    return not wish.met and (wish.reason is None or wish.reason.key not in OF_ONES_OWN)


def _from_on(block: Row, to: Month) -> Row:
    """The part of a block that lies in the new horizon."""
    return {**block, "from": format_month(max(parse_month(block["from"]), to))}


def _with_its_window(instance: Instance, candidate: Candidate, wish: Row) -> Row:
    """A wish that only ends in some month begins where it began: its length says how much of it is wanted."""
    if "to" not in wish or "from" in wish:
        return wish
    first = min([instance.start, *(month.month for month in candidate.past)])
    return {**wish, "from": format_month(first)}


def _start(given: str | Row, taken: Month) -> str | Row:
    """A start that was chosen is one; the window's first month stays, for the earliest finish counts from there."""
    if isinstance(given, str) or given["earliest"] == format_month(taken):
        return given if isinstance(given, str) else str(given["earliest"])
    return {**given, "latest": format_month(taken)}


def _practice(
    given: str | list[Row] | None, candidate: Candidate, entry: PlanCandidate, start: Month, to: Month
) -> str | list[Row] | None:
    """The offices with those that the plan gave before ``to``; None where the file names just these.

    Where no office was named of months before the plan, none is now: it would be that of those months, too.
    """
    served = range(max(entry.first, start), min(entry.last + 1, to))
    planned = [(month, entry.practice_at(month)) for month in served]
    offices = [(begin, office) for begin, _, office in runs(planned) if office is not None]
    if not offices or all(candidate.practice.at(month) == office for month, office in planned):
        return None
    if given is None and len(offices) == 1 and all(month.practice for month in candidate.past):
        return offices[0][1]
    named = [{"practice": given}] if isinstance(given, str) else list(given or [])
    until = {"to": format_month(to - 1)} if isinstance(given, list) else {}
    return [*named, *({"practice": office, "from": format_month(begin), **until} for begin, office in offices)]


def _rows(candidate: Candidate, entry: PlanCandidate, to: Month, start: Month) -> Iterator[Row]:
    """Rows of service: of the block that ran into the old horizon, and of the plan's months before ``to``."""
    running = (month for month in candidate.past if month.told is Told.CURRENT)
    office = {month.month: {"practice": month.practice} if month.practice else {} for month in running}
    before = [
        (month.month, {"rotation": month.rotation, "percent": plain(month.percent), **office[month.month]})
        for month in candidate.past
        if month.month in office
    ]
    for begin, end, what in runs(before):
        yield _row(begin, end, {**what, "in_credited": True})
    supervisors = {month: row.id for row in entry.supervisors for month in range(row.from_, row.to + 1)}
    served = [
        (month.month, _of_month(entry, month, supervisors.get(month.month)))
        for month in entry.service_months
        if start <= month.month < to
    ]
    for begin, end, what in runs(served):
        taken = sum(row.shifts for row in entry.shifts if begin <= row.month < end)
        yield _row(begin, end, what | ({"shifts": taken} if taken else {}))


def _joined(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, those of months that go on as they were in one."""
    last: Row | None = None
    for row in rows:
        if last is not None and _goes_on(last, row):
            taken = last.get("shifts", 0) + row.get("shifts", 0)
            last = {**last, "to": row["to"], **({"shifts": taken} if taken else {})}
            continue
        if last is not None:
            yield last
        last = row
    if last is not None:
        yield last


def _goes_on(before: Row, row: Row) -> bool:
    """Whether a row tells of the months right after another one, and the same."""
    if not ("to" in before and "from" in row) or parse_month(row["from"]) != parse_month(before["to"]) + 1:
        return False
    return {**before, **_OF_ITSELF} == {**row, **_OF_ITSELF}


def _of_month(entry: PlanCandidate, month: PlanMonth, supervisor: str | None) -> Row:
    """What a row tells of a month of the plan."""
    office = entry.practice_at(month.month)
    told = {"rotation": month.rotation, "percent": plain(month.percent), "practice": office, "supervisor": supervisor}
    return {key: value for key, value in told.items() if value is not None}


def _row(start: Month, end: Month, what: Mapping[str, Any]) -> Row:
    months = {"from": format_month(start), "to": format_month(end - 1)}
    return {"rotation": what["rotation"], **months, **{key: each for key, each in what.items() if key != "rotation"}}


# --- those who are done ----------------------------------------------------------------------------------------------


def plan_of(instance: Instance, plan: Plan, done: list[PlanCandidate]) -> Plan:
    """The part of the plan of those whose plan has ended, with an instance in which there are no others."""
    ids = {entry.id for entry in done}
    source = dict(instance.source or {})
    rows = [row for row in source.get("candidates", []) if row["id"] in ids]
    others = {row["id"] for row in source.get("candidates", [])} - ids
    source["candidates"] = rows
    _put(source, "requirements", list(_still_asked(source.get("requirements", []), others)))
    own = read_instance(source, instance.name)
    about = plan.instance.model_copy(update={"sha256": own.sha256, "source": own.source})
    told_of_all: Row = {"objectives": [], "messages": [], "baseline": None, "status": Status.FEASIBLE}
    return plan.model_copy(
        update={**told_of_all, "instance": about, "candidates": done, "guidance": guidance(own, done)}
    )
