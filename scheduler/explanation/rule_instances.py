"""The instances of rules that may stand against a plan: this arena's places, that candidate's date, one by one.

Each has the key by which ``scheduler.variables.Scope`` leaves it out of a model, so that a conflict is a set of keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scheduler.constraints.rule import EVERYBODY
from scheduler.instance.occupancy import counted_credit
from scheduler.instance.timeline import Timeline, timeline_of
from scheduler.instance.types import COUNTED_SERVICES, Arena, Candidate, Instance, Service

FLOOR = "floor"  # what a scope calls ``min_places``; a rule instance of ``capacity``
HORIZON_END = "horizon-end"  # "planned to its end"; a rule instance of ``horizon``


_Make = Callable[..., "RuleInstance"]


@dataclass(frozen=True, slots=True)
class RuleInstance:
    """One rule for one subject. ``rule`` is the contract's id, ``key`` the scope's name for this instance.

    ``candidate`` owns it, or it is shared (None). ``kind`` says what ``subject`` is: arena, limit, floor, group,
    supervisor, roster, rotation, requirement, row (of ``fixed``), goal.
    """

    rule: str
    key: str
    candidate: str | None = None
    kind: str | None = None
    subject: str | None = None

    @property
    def by_month(self) -> bool:
        """Whether it speaks of months one by one, so that it can be narrowed to a window."""
        return self.candidate is None and self.kind != "group"


KEEP_LAST = (
    "one-rotation",
    "practice",
    "block-count",
    "block-length",
    "block-start",
    "leave",
    "legevakt",
    "supervision",
    "away",
    "group",
    "goals",
    "horizon",
    "part-time",
    "open-practice",
    "service-total",
    "institution",
    "requirement",
    "fixed",
    "finish-by",
    "capacity",
)
"""Where two explanations are equally short, the one that keeps the rules at the end of this list is told."""


def rule_instances(instance: Instance) -> list[RuleInstance]:
    """Every rule instance that can take part in a conflict, those best told last."""
    found = [*_shared(instance)]
    for candidate in instance.candidates.values():
        found += _own(instance, candidate, timeline_of(instance, candidate))
    return sorted(found, key=lambda rule_instance: KEEP_LAST.index(rule_instance.rule))


def _shared(instance: Instance) -> Iterator[RuleInstance]:
    for arena in instance.arenas.values():
        yield from _of_arena(arena)
    for limit in instance.limits.values():
        yield RuleInstance("capacity", f"capacity:{limit.id}", None, "limit", limit.id)
    for group in instance.groups.values():
        yield RuleInstance("group", f"group:{group.id}", None, "group", group.id)
    if instance.supervisors:
        yield RuleInstance("supervision", f"supervision:{EVERYBODY}", None, "supervisor", None)
        for one in sorted({c.supervisor for c in instance.candidates.values() if c.supervisor is not None}):
            yield RuleInstance("supervision", f"supervision:{one}", None, "supervisor", one)


def _of_arena(arena: Arena) -> Iterator[RuleInstance]:
    if arena.service is Service.PARALLEL:
        if arena.shifts is not None:
            yield RuleInstance("legevakt", f"legevakt:{arena.id}", None, "roster", arena.id)
    else:
        if arena.places is not None or arena.percent is not None:
            yield RuleInstance("capacity", f"capacity:{arena.id}", None, "arena", arena.id)
        if arena.min_places is not None:
            yield RuleInstance("capacity", f"{FLOOR}:{arena.id}", None, "floor", arena.id)
        if arena.max_away is not None:
            yield RuleInstance("away", f"away:{arena.id}", None, "arena", arena.id)


def _own(instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleInstance]:
    """A candidate's own; minima only where they still ask for something, percent and leave only where there are some.

    ``one-rotation`` is a fact of everybody in the model: its instance is that the candidate is in training at all.
    """

    def one(rule: str, kind: str | None = None, subject: str | None = None, name: str | None = None) -> RuleInstance:
        key = f"{rule}:{candidate.id}" if name is None else f"{rule}:{name}"
        return RuleInstance(rule, key, candidate.id, kind, subject)

    percents = set(timeline.percent[timeline.first :])
    rules, credited, finishes = candidate.rules, candidate.credited, not timeline.unfinished
    counted = counted_credit(candidate, {service: credited.get(service, 0) for service in COUNTED_SERVICES})
    there = {
        "one-rotation": True,
        "service-total": finishes and counted < rules.total,
        "open-practice": finishes and credited.get(Service.OPEN_PRACTICE, 0) < rules.open_practice_min,
        "institution": finishes and credited.get(Service.INSTITUTION, 0) < rules.institution_min,
        "goals": finishes and bool(rules.goals - candidate.goals_done),
        "part-time": bool(percents - {0, 100}),
        "leave": 0 in percents,
        "practice": candidate.practice is None,
        "legevakt": rules.legevakt_shifts > candidate.shifts_done,
        "finish-by": candidate.finish_by is not None,
    }
    yield from (one(rule) for rule, stated in there.items() if stated)
    if not candidate.group.done and (rules.group_required or candidate.group.group_id is not None):
        yield one("group", "candidate")
    if candidate.supervisor is not None:
        yield one("supervision", "supervisor", candidate.supervisor)
    if timeline.unfinished:
        yield RuleInstance("horizon", f"{HORIZON_END}:{candidate.id}", candidate.id)
    yield from _blocks(instance, candidate, one)


def _blocks(instance: Instance, candidate: Candidate, one: _Make) -> Iterator[RuleInstance]:
    for rotation in instance.rotations_of(candidate):
        name = f"{candidate.id}:{rotation.id}"
        if rotation.min_months > 1 or rotation.max_months is not None:
            yield one("block-length", "rotation", rotation.id, name)
        if rotation.starts or rotation.not_before or rotation.after:
            yield one("block-start", "rotation", rotation.id, name)
        if rotation.max_blocks is not None:
            yield one("block-count", "rotation", rotation.id, name)
    for row in instance.requirements:
        if row.names(candidate.id):
            yield one("requirement", "requirement", row.id, f"{row.id}:{candidate.id}")
    for number in range(len(candidate.fixed)):
        yield one("fixed", "row", str(number), f"{candidate.id}:{number}")
    if candidate.current is not None:
        yield one("fixed", "row", "current", f"{candidate.id}:current")
