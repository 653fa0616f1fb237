"""What might be changed so that a conflict is gone: proposals, smallest first, none of which touches the law.

The ruleset says which rules may give way (``may_give``). A proposal is one change or more of an instance's tree; how
much of it is needed (months, places) is found by trying, in ``scheduler.explanation.remedies``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from scheduler.changes.change import Action, Change
from scheduler.explanation.conflict import Conflict
from scheduler.explanation.rule_instances import RuleInstance
from scheduler.files.ruleset import load_ruleset
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Instance
from scheduler.month import Month, format_month

FOR_ALL = 12  # a change of a rotation's or requirement's numbers concerns everybody: as much as a year of one place
MOST_PLACES = 8
MOST_MONTHS_LATER = 60
PERCENT_STEP = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kind of change with its amount left open.

    ``make(amount, start, end)`` gives the changes for an amount (1 .. ``most``) in the months ``start`` up to, not
    including, ``end`` (None, None where it has no window); ``cost(amount, months)`` is how small it is, in months.
    """

    make: Callable[[int, Month | None, Month | None], list[Change]]
    cost: Callable[[int, int], float]
    most: int = 1
    window: tuple[Month, Month] | None = None


def may_give(instance: Instance) -> frozenset[str]:
    """The rules that people have set."""
    return load_ruleset(instance.rules.ruleset).may_give


def proposals(instance: Instance, conflict: Conflict) -> Iterator[Proposal]:
    """What might be tried against the conflict."""
    allowed = may_give(instance)
    for rule_instance in conflict.instances:
        if rule_instance.rule in allowed:
            make = _KINDS.get((rule_instance.rule, rule_instance.kind))
            if make is not None:
                yield from make(instance, conflict, rule_instance)


def _window(instance: Instance, conflict: Conflict, rule_instance: RuleInstance) -> tuple[Month, Month]:
    begin, end = conflict.narrowing.windows.get(rule_instance.key, (0, instance.end - instance.start))
    return instance.start + begin, instance.start + end


def _step(table: str, field: str, unit: int = 1) -> Callable[[str, bool], Callable[..., list[Change]]]:
    def of(subject: str, fewer: bool = False) -> Callable[..., list[Change]]:
        def make(amount: int, start: Month | None, end: Month | None) -> list[Change]:
            value = (-amount if fewer else amount) * unit
            to = None if end is None else end - 1
            return [Change(Action.ADD, table, subject, field, value, start, to)]

        return make

    return of


def _set(table: str, row: str, field: str, value: Callable[[int], object]) -> Callable[..., list[Change]]:
    return lambda amount, _start, _end: [Change(Action.SET, table, row, field, value(amount))]


def _just(value: object, _amount: int) -> object:
    return value


def _each_month(unit: float = 1.0) -> Callable[[int, int], float]:
    return lambda amount, months: amount * months * unit


# --- places ----------------------------------------------------------------------------------------------------------


def _capacity(instance: Instance, conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    subject = (instance.limits if rule_instance.kind == "limit" else instance.arenas)[rule_instance.subject or ""]
    table = "limit" if rule_instance.kind == "limit" else "arena"
    window = _window(instance, conflict, rule_instance)
    if subject.places is not None:
        yield Proposal(_step(table, "places")(subject.id, False), _each_month(), MOST_PLACES, window)
    if subject.percent is not None:
        more = _step(table, "percent", PERCENT_STEP)(subject.id, False)
        yield Proposal(more, _each_month(PERCENT_STEP / 100), 100 // PERCENT_STEP * 2, window)


def _floor(instance: Instance, conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    fewer = _step("arena", "min_places")(rule_instance.subject or "", True)
    start, end = _window(instance, conflict, rule_instance)
    steps = instance.arenas[rule_instance.subject or ""].min_places
    least = 0 if steps is None else min((steps.at(month) for month in range(start, end)), default=0)
    if least:
        yield Proposal(fewer, _each_month(), least, (start, end))


def _roster(instance: Instance, conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    more = _step("arena", "shifts")(rule_instance.subject or "", False)
    yield Proposal(more, _each_month(0.25), 40, _window(instance, conflict, rule_instance))


def _away(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    now = instance.arenas[rule_instance.subject or ""].max_away or 0
    make = _set("arena", rule_instance.subject or "", "max_away", lambda amount: now + amount)
    yield Proposal(make, lambda amount, _: FOR_ALL * amount, 4)


# --- groups and supervisors ------------------------------------------------------------------------------------------


def _group_places(_instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    def make(amount: int, _start: Month | None, _end: Month | None) -> list[Change]:
        return [Change(Action.ADD, "group", rule_instance.subject or "", "places", amount)]

    yield Proposal(make, lambda amount, _: 2 * amount, MOST_PLACES)


def _other_group(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    """Another group for one whose group was fixed: the plan chooses among those with room."""
    candidate = instance.candidates[rule_instance.candidate or ""]
    if candidate.group.group_id is None:
        return
    for group in instance.groups.values():
        if group.id != candidate.group.group_id and group.span.start >= max(candidate.start_earliest, instance.start):
            yield Proposal(_set("candidate", candidate.id, "group", partial(_just, group.id)), lambda *_: 3)


def _supervisor(instance: Instance, conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    if rule_instance.candidate is not None:
        yield Proposal(_set("candidate", rule_instance.candidate, "supervisor", lambda _: None), lambda *_: 2)
        return
    if rule_instance.subject is not None:
        for candidate_id in conflict.candidates:
            if instance.candidates[candidate_id].supervisor == rule_instance.subject:
                yield Proposal(_set("candidate", candidate_id, "supervisor", lambda _: None), lambda *_: 2)
        more = _step("supervisor", "places")(rule_instance.subject, False)
        yield Proposal(more, _each_month(0.5), 4, (instance.start, instance.end))
        return
    new_id = next(f"V-ny-{n}" for n in range(1, 1000) if f"V-ny-{n}" not in instance.supervisors)

    def make(amount: int, _start: Month | None, _end: Month | None) -> list[Change]:
        return [Change(Action.NEW, "supervisor", new_id, value={"id": new_id, "places": amount, "specialist": True})]

    yield Proposal(make, lambda amount, _: FOR_ALL * amount, MOST_PLACES)


# --- a candidate's own -----------------------------------------------------------------------------------------------


def _later(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    candidate = instance.candidates[rule_instance.candidate or ""]
    latest, bound = candidate.finish_by, candidate.rules.finish_by
    if latest is None or (bound is not None and latest >= bound):
        return
    most = MOST_MONTHS_LATER if bound is None else bound - latest
    make = _set("candidate", candidate.id, "finish_by", lambda amount: format_month(latest + amount))
    yield Proposal(make, lambda amount, _: amount, most)


def _unfix(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    candidate = instance.candidates[rule_instance.candidate or ""]
    if rule_instance.subject == "current":
        yield Proposal(_set("candidate", candidate.id, "current", lambda _: None), lambda *_: FOR_ALL)
        return
    row = candidate.fixed[int(rule_instance.subject or 0)]
    if row.frozen:
        return  # what has been served cannot be had otherwise
    unfix = Change(
        Action.UNFIX, "candidate", candidate.id, value=row.rotation, start=row.span.start, to=row.span.end - 1
    )
    yield Proposal(lambda *_: [unfix], lambda *_: row.span.end - row.span.start)


def _block_length(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    rotation = instance.rotations[rule_instance.subject or ""]
    if rotation.min_months > 1:
        shorter = _set("rotation", rotation.id, "min_months", lambda amount: rotation.min_months - amount)
        yield Proposal(shorter, lambda amount, _: FOR_ALL + amount, rotation.min_months - 1)
    if rotation.max_months is not None:
        longest = rotation.max_months
        longer = _set("rotation", rotation.id, "max_months", lambda amount: longest + amount)
        yield Proposal(longer, lambda amount, _: FOR_ALL + amount, 24)


def _block_start(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    rotation = instance.rotations[rule_instance.subject or ""]
    if rotation.starts:
        for month in sorted(set(range(1, 13)) - rotation.starts):
            starts = sorted({*rotation.starts, month})
            yield Proposal(_set("rotation", rotation.id, "starts", partial(_just, starts)), lambda *_: FOR_ALL + 1)
    if rotation.not_before:
        earlier = _set("rotation", rotation.id, "not_before", lambda amount: rotation.not_before - amount)
        yield Proposal(earlier, lambda amount, _: FOR_ALL + amount, rotation.not_before)
    if rotation.after:
        yield Proposal(_set("rotation", rotation.id, "after", lambda _: []), lambda *_: 2 * FOR_ALL)


def _block_count(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    rotation = instance.rotations[rule_instance.subject or ""]
    most = rotation.max_blocks or 0
    more = _set("rotation", rotation.id, "max_blocks", lambda amount: most + amount)
    yield Proposal(more, lambda amount, _: FOR_ALL + amount, 3)


def _requirement(instance: Instance, _conflict: Conflict, rule_instance: RuleInstance) -> Iterator[Proposal]:
    row = next(row for row in instance.requirements if row.id == rule_instance.subject)
    concerned = len(row.candidates) or len(instance.candidates)
    if row.min_work:
        least = row.min_work / CREDIT_PER_FTE_MONTH
        fewer = _set("requirement", row.id, "min_months", lambda amount: max(least - amount, 0.0))
        yield Proposal(fewer, lambda amount, _: amount * concerned, max(int(-(-least // 1)), 1))
    if row.max_work is not None:
        highest = row.max_work / CREDIT_PER_FTE_MONTH
        more = _set("requirement", row.id, "max_months", lambda amount: highest + amount)
        yield Proposal(more, lambda amount, _: amount * concerned, 24)
    if row.min_blocks:
        blocks = row.min_blocks
        yield Proposal(
            _set("requirement", row.id, "min_blocks", lambda amount: blocks - amount),
            lambda amount, _: 6 * amount * concerned,
            blocks,
        )
    if row.max_blocks is not None:
        most = row.max_blocks
        yield Proposal(
            _set("requirement", row.id, "max_blocks", lambda amount: most + amount),
            lambda amount, _: 6 * amount * concerned,
            4,
        )


_KINDS: dict[tuple[str, str | None], Callable[[Instance, Conflict, RuleInstance], Iterator[Proposal]]] = {
    ("capacity", "arena"): _capacity,
    ("capacity", "limit"): _capacity,
    ("capacity", "floor"): _floor,
    ("legevakt", "roster"): _roster,
    ("away", "arena"): _away,
    ("group", "group"): _group_places,
    ("group", "candidate"): _other_group,
    ("supervision", "supervisor"): _supervisor,
    ("finish-by", None): _later,
    ("fixed", "row"): _unfix,
    ("block-length", "rotation"): _block_length,
    ("block-start", "rotation"): _block_start,
    ("block-count", "rotation"): _block_count,
    ("requirement", "requirement"): _requirement,
}
