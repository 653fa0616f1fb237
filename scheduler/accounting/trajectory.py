"""Reading a plan: one candidate's months in readable form, its blocks, and months merged into spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import TypeVar, cast

from scheduler.accounting.credit import FULL_POST, earliest_counted_from, earliest_finish
from scheduler.exact import Exact
from scheduler.instance.absence import earned
from scheduler.instance.past import PastMonth
from scheduler.instance.types import Candidate, Instance, Rotation, Span
from scheduler.month import Month, runs
from scheduler.plan import Plan, PlanCandidate

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServiceMonth:
    """One month of work: the rotation and the percent of a post; of a month before the plan also how it is told.

    ``deducted``: what days absent take off that percent.
    """

    month: Month
    rotation: Rotation
    percent: Exact
    past: PastMonth | None = None
    deducted: Exact = 0

    @property
    def work(self) -> Exact:
        """The whole month in credit: 80 % is 8,000."""
        return self.earned * FULL_POST

    @property
    def earned(self) -> Exact:
        """The percent that counts: that of the post, less days absent."""
        return earned(self.percent, self.deducted)


@dataclass(frozen=True, slots=True)
class Block:
    """A block from its first service month up to (not including) ``end``; the number counts service months."""

    rotation: Rotation
    start: Month
    end: Month
    service_months: int


@dataclass(frozen=True)
class Trajectory:
    """One candidate's plan, read: service months in order; planned from ``first`` up to ``end``, leave included.

    ``instance``: that which it was read with, and which every sum over its months goes by.
    ``past``: the service months before the plan, and frozen ones in it, which counts read and no rule judges.
    ``told``: what the file says of the candidate; ``entry`` is that from the first month after the frozen ones on.
    ``earliest_finish`` counts from the first month of the start window, whatever start the plan chooses: a late start
    is a delay. ``unfinished`` and ``leaving`` go by the earliest start that is left, so that nobody escapes the minima
    by starting late: the horizon, or the contract, ends before the training can.
    """

    instance: Instance = field(repr=False, compare=False)
    candidate: Candidate
    entry: PlanCandidate
    told: PlanCandidate
    first: Month
    end: Month
    past: tuple[ServiceMonth, ...]
    service: tuple[ServiceMonth, ...]
    counted_from: Month
    unfinished: bool
    leaving: bool
    by_month: Mapping[Month, ServiceMonth] = field(repr=False)

    @property
    def leaves(self) -> bool:
        """Whether the plan ends with the contract, and the training is not over: it cannot be, or it is not."""
        in_time = self.unfinished and self.candidate.until is not None and self.end == self.candidate.until + 1
        return self.leaving or in_time

    @cached_property
    def earliest_finish(self) -> Month:
        """The first month at whose end all could be served, counted from the first month of the start window."""
        return earliest_counted_from(self.candidate.as_judged, self.counted_from)

    @cached_property
    def soonest(self) -> Month:
        """The earliest finish of one who has begun when this one has."""
        judged = self.candidate.as_judged
        return earliest_finish(judged, self.first if judged.frozen is None else max(self.first, judged.frozen.end))

    @property
    def shown(self) -> tuple[ServiceMonth, ...]:
        """The service months of the horizon: those that are frozen, and those of the plan."""
        frozen = self.candidate.frozen
        if frozen is None:
            return self.service
        return (*(month for month in self.past if month.month >= frozen.start), *self.service)

    @property
    def whole_service(self) -> tuple[ServiceMonth, ...]:
        """The service months before the plan, and those of the plan."""
        return self.past + self.service

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the plan, in order; computed once."""
        return tuple(_blocks(self.service))

    @cached_property
    def shown_blocks(self) -> tuple[Block, ...]:
        """The same with the frozen months."""
        return self.blocks if self.candidate.frozen is None else tuple(_blocks(self.shown))


_Known = dict[tuple[int, int], tuple[Instance, PlanCandidate, Trajectory]]
"""By identity; what the identities stand for is held as well, so that no other object can get one meanwhile."""

_read_before: ContextVar[_Known | None] = ContextVar("_read_before", default=None)


@dataclass(frozen=True)
class PlanRead:
    """A plan held against an instance, with everybody's months read once for all who look at them."""

    instance: Instance
    plan: Plan

    @cached_property
    def trajectories(self) -> list[Trajectory]:
        """As ``trajectories``."""
        return trajectories(self.instance, self.plan)


def trajectories(instance: Instance, plan: Plan) -> list[Trajectory]:
    """Every candidate of the instance that the plan holds, in plan order; the first entry counts if there are two."""
    entries: dict[str, PlanCandidate] = {}
    for entry in plan.candidates:
        if entry.id in instance.candidates:
            entries.setdefault(entry.id, entry)
    return [trajectory_of(instance, entry) for entry in entries.values()]


class Readings:
    """What has been read of a plan's entries, kept for the plans that are edited from it and share most of them.

    Whoever keeps it changes neither the plan nor its instance. Of other entries only what ``once`` has made is kept.
    """

    MOST = 1000
    """Results of ``once``; the oldest go first."""

    def __init__(self, plan: Plan) -> None:
        self._own = {id(entry): entry for entry in plan.candidates}
        self._known: _Known = {}
        self._made: dict[Hashable, tuple[PlanCandidate, object]] = {}

    def once(self, key: Hashable, make: Callable[[], tuple[PlanCandidate, T]]) -> tuple[PlanCandidate, T]:
        """An entry and what is known of it, made once for the key: the same entry each time, which is read once."""
        if key not in self._made:
            self._made[key] = entry, _ = make()
            self._own[id(entry)] = entry
            for oldest in list(self._made)[: -self.MOST]:
                self._forget(self._made.pop(oldest)[0])
        return cast("tuple[PlanCandidate, T]", self._made[key])

    def _forget(self, entry: PlanCandidate) -> None:
        del self._own[id(entry)]
        for key in [key for key in self._known if key[1] == id(entry)]:
            del self._known[key]

    def begin(self) -> _Known:
        """What is known by now, to be added to."""
        return dict(self._known)

    def end(self, known: _Known) -> None:
        """Keep what has been read meanwhile of the plan's own entries."""
        self._known.update((key, read) for key, read in known.items() if key[1] in self._own)


@contextmanager
def reading_once(kept: Readings | None = None) -> Iterator[None]:
    """While inside, each candidate's months are read once, whoever asks for them. No plan may be changed meanwhile.

    ``kept``: what was read before of a plan that shares entries with those that are read here.
    """
    if _read_before.get() is not None:
        yield
        return
    known = {} if kept is None else kept.begin()
    token = _read_before.set(known)
    try:
        yield
    finally:
        _read_before.reset(token)
        if kept is not None:
            kept.end(known)


def reckoned_once(of: Callable[[Trajectory], T]) -> Callable[[Trajectory], T]:
    """A function that is asked once of each trajectory: that never changes, nor may what is told of it."""
    name = f"{of.__module__}.{of.__qualname__}"

    @wraps(of)
    def known(trajectory: Trajectory) -> T:
        reckoned = trajectory.__dict__
        if name not in reckoned:
            reckoned[name] = of(trajectory)
        return cast(T, reckoned[name])

    return known


def trajectory_of(instance: Instance, entry: PlanCandidate) -> Trajectory:
    """Read one candidate's months: in order, the first row of a month counts, unknown rotations are passed over.

    A month of full leave earns nothing, whatever percent its row claims.
    """
    known = _read_before.get()
    if known is None:
        return _read(instance, entry)
    key = id(instance), id(entry)
    if key not in known:
        known[key] = instance, entry, _read(instance, entry)
    return known[key][2]


def _read(instance: Instance, entry: PlanCandidate) -> Trajectory:
    candidate = instance.candidates[entry.id]
    told, door = entry, instance.door(candidate)
    if candidate.frozen is not None:
        entry = entry.planned_from(door)
    by_month: dict[Month, ServiceMonth] = {}
    seen: set[Month] = set()
    for row in sorted(entry.months, key=lambda month: month.month):
        if row.month not in seen and row.rotation is not None and row.rotation in instance.rotations:
            percent = 0 if candidate.on_leave(row.month) else row.percent
            absent = candidate.deducted_at(row.month)
            by_month[row.month] = ServiceMonth(row.month, instance.rotations[row.rotation], percent, deducted=absent)
        seen.add(row.month)
    first = max(entry.start, door)
    soonest = earliest_finish(candidate.as_judged, instance.first_month(candidate.as_judged))
    end = max(seen) + 1 if seen else first
    left = entry.unfinished and _left(instance, candidate, end)
    return Trajectory(
        instance=instance,
        candidate=candidate,
        entry=entry,
        told=told,
        first=first,
        end=end,
        past=_past(instance, candidate),
        service=tuple(by_month.values()),
        counted_from=instance.counted_from(candidate.as_judged),
        unfinished=not candidate.done and (soonest >= instance.end_for(candidate.as_judged) or left),
        leaving=not candidate.done and candidate.until is not None and soonest > candidate.until,
        by_month=by_month,
    )


def _left(instance: Instance, candidate: Candidate, end: Month) -> bool:
    """Whether somebody may have left with the plan's last month, or the frozen months fill the horizon."""
    last = instance.end_for(candidate.as_judged)
    return end == last and (instance.may_leave(candidate) or instance.door(candidate.as_judged) == last)


def _past(instance: Instance, candidate: Candidate) -> tuple[ServiceMonth, ...]:
    return tuple(
        ServiceMonth(month.month, instance.rotations[month.rotation], month.percent, month, month.deducted)
        for month in candidate.past
        if month.rotation in instance.rotations
    )


def cut(trajectory: Trajectory, end: Month) -> Trajectory:
    """The trajectory's months before ``end``, as if the plan stopped there."""
    service = tuple(month for month in trajectory.service if month.month < end)
    return replace(trajectory, end=min(end, trajectory.end), service=service)


def spans(months: Iterable[Month]) -> Iterator[Span]:
    """Merge months into spans: 3, 4, 5, 9 gives [3, 6) and [9, 10)."""
    return (Span(start, end) for start, end, _ in runs((month, None) for month in sorted(set(months))))


def spans_by_key(pairs: Iterable[tuple[K, Month]]) -> Iterator[tuple[K, Span]]:
    """Merge months that share a key into spans: (a, 3), (a, 4), (b, 4) gives (a, [3, 5)) and (b, [4, 5))."""
    months: dict[K, list[Month]] = defaultdict(list)
    for key, month in pairs:
        months[key].append(month)
    for key, values in months.items():
        for span in spans(values):
            yield key, span


def _blocks(service: Iterable[ServiceMonth]) -> Iterator[Block]:
    """Maximal runs in one rotation; a base block runs on across months without service, any other ends there."""
    running: Block | None = None
    for month in service:
        if running is not None and _continues(running, month):
            running = replace(running, end=month.month + 1, service_months=running.service_months + 1)
            continue
        if running is not None:
            yield running
        running = Block(month.rotation, month.month, month.month + 1, 1)
    if running is not None:
        yield running


def _continues(block: Block, month: ServiceMonth) -> bool:
    same = block.rotation.id == month.rotation.id
    return same and (block.rotation.base or block.end == month.month)
