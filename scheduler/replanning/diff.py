"""Two plans side by side: what moved, for whom, and what it cost. Plain data; the words come last.

Runs of months are inclusive at both ends, as in the files. Figures are those of the plan files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scheduler.accounting import spans_by_key, trajectory_of
from scheduler.constraints import RULES
from scheduler.constraints.complete import complete
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month, format_month
from scheduler.plan import Plan, PlanCandidate
from scheduler.replanning.matching import same_word
from scheduler.replanning.renaming import renamed
from scheduler.texts import Phrase, phrase

FIGURES = ("finish", "delay", "wishes_lost", "away", "blocks", "counted", "uncounted")
Offices = tuple[tuple[Month | None, str], ...]
"""Offices in order; with the month from which it is, each that is not the first."""
OF_FINISHES = ("delay", "fairness")
"""Levels that are not known as long as somebody's finish is not."""
CHOICES = ("start", "practice", "group", "supervisors", "shifts")


class ChangeKind(StrEnum):
    """What happened to a month.

    Elsewhere now; leave now; work again after leave; without a rotation now, though it is no leave; with one again; no
    longer in the plan; new in the plan.
    """

    MOVED = "moved"
    LEAVE = "leave"
    BACK = "back"
    GAP = "gap"
    FILLED = "filled"
    DROPPED = "dropped"
    ADDED = "added"


OF_BROKEN_PLANS = frozenset({ChangeKind.GAP, ChangeKind.FILLED})
"""What happens only where a plan breaks rules, and is told only then."""


@dataclass(frozen=True, slots=True)
class ChangedSpan:
    """Months, both ends included, with what they were and what they are; None: no rotation, or no month of the plan."""

    kind: ChangeKind
    start: Month
    to: Month
    before: str | None
    after: str | None

    @property
    def n_months(self) -> int:
        """Number of months."""
        return self.to - self.start + 1


@dataclass(frozen=True, slots=True)
class CandidateDiff:
    """One candidate in both plans; ``before`` or ``after`` empty: new, or gone."""

    id: str
    runs: tuple[ChangedSpan, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Only in the new plan."""
        return not self.before

    @property
    def is_gone(self) -> bool:
        """Only in the old plan."""
        return not self.after

    @property
    def other(self) -> list[str]:
        """The figures and choices that are not the same."""
        if self.is_new or self.is_gone:
            return []
        return [name for name in (*CHOICES, *FIGURES) if self.before[name] != self.after[name] and self._told(name)]

    def _told(self, name: str) -> bool:
        """Months away are not told in a plan file that is older than they are; so nothing is said of them."""
        return name != "away" or None not in (self.before[name], self.after[name])

    @property
    def same(self) -> bool:
        """Whether nothing is different."""
        return not (self.runs or self.other or self.is_new or self.is_gone)

    def months(self, *kinds: ChangeKind) -> int:
        """Number of months to which one of these things happened."""
        return sum(run.n_months for run in self.runs if run.kind in kinds)


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """All that is different; ``figures`` maps each level to its value before and after (None: the plan has no such, or
    it is not known).

    ``not_done``: who in the old and in the new plan has months that end before everything is done: their finish, their
    delay and what is summed up of these are not known. ``since``: the first month that is compared, where one plan
    begins later than the other: what lies before it has been served, and is no difference. ``alike``: who is only in
    the old plan, and who only in the new one, and may be the same.
    """

    candidates: tuple[CandidateDiff, ...]
    figures: Mapping[str, tuple[float | None, float | None]]
    not_done: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    since: Month | None = None
    alike: tuple[tuple[str, str], ...] = ()

    @property
    def same(self) -> bool:
        """Whether the plans say the same of everybody."""
        return not self.candidates

    def months(self, *kinds: ChangeKind) -> int:
        """Number of months, over everybody in both plans, to which one of these things happened."""
        return sum(difference.months(*kinds) for difference in self.candidates)

    def as_tree(self) -> dict[str, Any]:
        """The difference as JSON's tables, months spelled out."""
        return {
            "same": self.same,
            "since": None if self.since is None else format_month(self.since),
            "months": {kind.value: n for kind in ChangeKind if (n := self.months(kind)) or kind not in OF_BROKEN_PLANS},
            "objectives": [{"id": level, "before": was, "after": now} for level, (was, now) in self.figures.items()],
            "alike": [{"before": before, "after": after} for before, after in self.alike],
            "not_done": dict(zip(("before", "after"), map(list, self.not_done), strict=True)),
            "candidates": [_candidate_tree(each_difference) for each_difference in self.candidates],
        }


def diff(old: Plan, new: Plan, made_for: tuple[Instance | None, Instance | None] = (None, None)) -> PlanDiff:
    """What is different between two plans, candidate by candidate in the order of the new one.

    ``made_for`` are the plans' instances: without one, every month without a rotation counts as leave. Former ids of
    the one are the other's ids of today; what lies before the later plan's first month is left alone.
    """
    sides = (_Side.of(old, made_for[0], made_for[1]), _Side.of(new, made_for[1], made_for[0]))
    since = _both_planned_from(*sides)
    before, after = (side.entries for side in sides)
    left = [entry.id for entry in before.values() if entry.id not in after and not _over(entry, since)]
    compared = [_compared(candidate_id, sides, since) for candidate_id in (*after, *left)]
    values = [_levels(plan, bool(side.not_done)) for plan, side in zip((old, new), sides, strict=True)]
    levels = dict.fromkeys([*values[1], *values[0]])
    return PlanDiff(
        candidates=tuple(difference for difference in compared if not difference.same),
        figures={level: (values[0].get(level), values[1].get(level)) for level in levels},
        not_done=(sides[0].not_done, sides[1].not_done),
        since=since,
        alike=tuple((one, other) for one in left for other in after if other not in before and same_word(one, other)),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two plans, former ids of the other's instance being those of today.

    Its candidates, those whom its own instance knows, who is not done, and the first month that it plans.
    """

    entries: Mapping[str, PlanCandidate]
    known: Mapping[str, Candidate]
    not_done: tuple[str, ...]
    first: Month | None

    @classmethod
    def of(cls, plan: Plan, own: Instance | None, other: Instance | None) -> _Side:
        today = plan if other is None else renamed(plan, other.formerly)
        ids = {was.id: now.id for was, now in zip(plan.candidates, today.candidates, strict=True)}
        known = {} if own is None else {ids[was]: own.candidates[was] for was in ids if was in own.candidates}
        firsts = (entry.first for entry in plan.candidates if entry.months)
        return cls(
            entries={entry.id: entry for entry in today.candidates},
            known=known,
            not_done=tuple(ids[was] for was in _not_done(plan, own)),
            first=min(firsts, default=None) if own is None else own.start,
        )


def _over(entry: PlanCandidate, since: Month | None) -> bool:
    """Whether a candidate's plan had come to its end before what is compared."""
    return since is not None and bool(entry.months) and entry.last < since


def _both_planned_from(old: _Side, new: _Side) -> Month | None:
    """The later first month of the two plans; None where both begin with the same."""
    if old.first is None or new.first is None or old.first == new.first:
        return None
    return max(old.first, new.first)


def _not_done(plan: Plan, instance: Instance | None) -> tuple[str, ...]:
    """Whose months end before everything is done that a finish waits for, though not at the end of the horizon."""
    if instance is None:
        return ()
    known = [trajectory_of(instance, entry) for entry in plan.candidates if entry.id in instance.candidates]
    return tuple(
        trajectory.candidate.id for trajectory in known if not trajectory.unfinished and not complete(RULES, trajectory)
    )


def _levels(plan: Plan, some_not_done: bool) -> dict[str, float | None]:
    return {level.id: None if some_not_done and level.id in OF_FINISHES else level.value for level in plan.objectives}


def _compared(candidate_id: str, sides: tuple[_Side, _Side], since: Month | None) -> CandidateDiff:
    old, new = (_from(since, side.entries.get(candidate_id)) for side in sides)
    there = None if old is None or new is None else (_months(old, sides[0]), _months(new, sides[1]))
    return CandidateDiff(
        id=candidate_id,
        runs=() if there is None else tuple(_runs(*there)),
        before={} if old is None else _facts(old, candidate_id not in sides[0].not_done),
        after={} if new is None else _facts(new, candidate_id not in sides[1].not_done),
    )


def _from(since: Month | None, entry: PlanCandidate | None) -> PlanCandidate | None:
    """A candidate's plan from a month on: who began before it has begun, and nothing is told of months away in all."""
    if since is None or entry is None:
        return entry
    return entry.model_copy(
        update={
            "start": max(entry.start, since),
            "months": [row for row in entry.months if row.month >= since],
            "blocks": [block for block in entry.blocks if block.to >= since],
            "shifts": [row for row in entry.shifts if row.month >= since],
            "away": None,
        }
    )


def _facts(entry: PlanCandidate, done: bool) -> dict[str, Any]:
    """Figures and choices, comparable; supervisors by service month, so that leave inside a span changes nothing.

    Of who is not ``done`` there is no finish and no delay.
    """
    working = {row.month for row in entry.service_months}
    return {
        "start": entry.start,
        "practice": _offices(entry),
        "group": entry.membership,
        "supervisors": {m: row.id for row in entry.supervisors for m in range(row.from_, row.to + 1) if m in working},
        "shifts": {row.month: row.shifts for row in entry.shifts},
        "finish": entry.finish_or_projected if done else None,
        "delay": entry.delay if done else None,
        "wishes_lost": sum(wish.weight for wish in entry.wishes if not wish.met),
        "away": entry.away,
        "blocks": len(entry.blocks),
        "counted": entry.service.counted,
        "uncounted": entry.service.uncounted,
    }


def spelled_offices(offices: Offices) -> str | None:
    """The office; where there are several, from which month each: ``office-01, 2028-06: office-02``."""
    return ", ".join(name if month is None else f"{format_month(month)}: {name}" for month, name in offices) or None


def told_offices(offices: Offices, names: Mapping[str, str]) -> list[str | Phrase]:
    """The office by its name; where there are several, from which month each: ``Havna fra juni 2028``."""
    called = [(month, names.get(f"arena:{office}", office)) for month, office in offices]
    return [
        name if month is None else phrase("replan.office-from", office=name, month=format_month(month))
        for month, name in called
    ]


def _offices(entry: PlanCandidate) -> Offices:
    first = () if entry.practice is None else ((None, entry.practice),)
    return (*first, *((row.from_, row.practice) for row in entry.practices[1:]))


@dataclass(frozen=True, slots=True)
class _Month:
    """What a plan says of a month; without a rotation it is leave, or a gap."""

    rotation: str | None
    gap: bool


def _months(entry: PlanCandidate, side: _Side) -> dict[Month, _Month]:
    known = side.known.get(entry.id)
    return {
        row.month: _Month(row.rotation, row.rotation is None and known is not None and not known.on_leave(row.month))
        for row in entry.months
    }


def _runs(before: Mapping[Month, _Month], after: Mapping[Month, _Month]) -> Iterator[ChangedSpan]:
    pairs = [
        ((kind, was.rotation if was else None, now.rotation if now else None), month)
        for month in sorted({*before, *after})
        for was, now in [(before.get(month), after.get(month))]
        if (kind := _kind(was, now)) is not None
    ]
    found = [ChangedSpan(kind, span.start, span.end - 1, was, now) for (kind, was, now), span in spans_by_key(pairs)]
    yield from sorted(found, key=lambda run: run.start)


def _kind(was: _Month | None, now: _Month | None) -> ChangeKind | None:
    """What happened to a month of which the plans say this; None: nothing that anybody would have to know."""
    there, here = was is not None and was.rotation is not None, now is not None and now.rotation is not None
    if there and here:
        return None if was == now else ChangeKind.MOVED
    if here:
        return ChangeKind.ADDED if was is None else ChangeKind.FILLED if was.gap else ChangeKind.BACK
    if now is not None and now.gap:
        return None if was is not None and was.gap else ChangeKind.GAP
    if there:
        return ChangeKind.DROPPED if now is None else ChangeKind.LEAVE
    return None


def _candidate_tree(difference: CandidateDiff) -> dict[str, Any]:
    return {
        "id": difference.id,
        "status": "new" if difference.is_new else "gone" if difference.is_gone else "changed",
        "different": difference.other,
        "runs": [
            {
                "kind": run.kind.value,
                "from": format_month(run.start),
                "to": format_month(run.to),
                "months": run.n_months,
                "before": run.before,
                "after": run.after,
            }
            for run in difference.runs
        ],
        "before": _spelled(difference.before) if difference.before else None,
        "after": _spelled(difference.after) if difference.after else None,
    }


def _spelled(facts: Mapping[str, Any]) -> dict[str, Any]:
    spelled = dict(facts)
    for name in ("start", "finish"):
        spelled[name] = None if facts[name] is None else format_month(facts[name])
    spelled["practice"] = spelled_offices(facts["practice"])
    for name in ("supervisors", "shifts"):
        spelled[name] = {format_month(month): value for month, value in facts[name].items()}
    return spelled
