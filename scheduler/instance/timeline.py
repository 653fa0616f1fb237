"""A candidate's own clock: which months are worked, at what percent, and what that adds up to.

Times here are months since the start of the horizon (0 .. n), ends exclusive, so that solver numbers stay small.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from scheduler.exact import Exact, common_step, parts_in, whole_if_it_is
from scheduler.instance.past_blocks import (
    cut_short,
    left_at_best,
    open_block,
    reached_before,
    still_to_last,
    work_waited,
)
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month

FAR_MONTHS = 1200  # how far past the horizon a projected finish is looked for: a hundred years


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely a model counts a candidate's work and credit, so that all of it is whole numbers.

    Work is counted in ``work`` parts of a percent-month, a share of the mix times ``share``; both are 1 where every
    percent is whole. Somebody at 53.33 % in mixes of whole fifths has work in hundredths and shares in twentieths.
    """

    work: int = 1
    share: Exact = 1

    def of_work(self, amount: Exact) -> int:
        """Work (percent-months) as the model counts it."""
        return int(amount * self.work)

    def weight(self, share: Exact) -> int:
        """A share of the mix as the weight that the model gives to work."""
        return int(share * self.share)

    def credit(self, amount: Exact) -> int:
        """Credit as the model counts it: what work times weight comes to."""
        return int(amount * self.work * self.share)


def grain_of(percents: Collection[Exact], shares: Collection[Exact]) -> Grain:
    """The coarsest grain in which these percents of a post, with these shares of the mix, are whole."""
    work, parts = parts_in(percents), parts_in(shares)
    if work == parts == 1:
        return Grain()
    step = common_step([*(share * parts for share in shares), 100 * parts, work * parts])
    return Grain(work, whole_if_it_is(Fraction(parts) / step))


@dataclass(frozen=True, slots=True)
class Timeline:
    """The candidate's months as tables.

    ``percent[t]`` is the percent worked in month t (0 on leave), ``earned[t]`` what of it counts: less, where days
    of the month are absent. ``service[t]`` and ``work[t]`` are the service months
    and the work in percent-months (100 = one FTE-month) in ``[first, t)``; ``work`` goes on past the horizon.
    ``n_months`` ends them: with the horizon, or with the contract (``until``), after which ``percent`` is 0.
    ``earliest_end[a]`` is the exclusive end of the earliest finish for a candidate who starts in month a;
    ``due`` that of one who starts in the first month of the start window, from which delay counts. ``leaving``: the
    contract ends before the training can, wherever the horizon does. ``may_leave``: it ends within the horizon and the
    training could be over by then, but need not be. ``elapsed``: service months before the horizon of the block that
    the plan may go on with. ``grain``: how models count work and credit.
    """

    first: int
    last_start: int
    n_months: int
    percent: tuple[Exact, ...]
    earned: tuple[Exact, ...]
    service: tuple[int, ...]
    work: tuple[Exact, ...]
    earliest_end: dict[int, int]
    due: int
    unfinished: bool
    leaving: bool
    may_leave: bool
    elapsed: int
    grain: Grain

    @property
    def end(self) -> int:
        """The end of the months that can be planned."""
        return self.n_months

    @property
    def work_in_horizon(self) -> tuple[int, ...]:
        """``work`` up to the end of the months that can be planned, as a model counts it."""
        return tuple(map(self.grain.of_work, self.work[: self.n_months + 1]))

    @property
    def service_at_full_time(self) -> tuple[int, ...]:
        """Work as it would be at 100 % in every service month: what the model holds before ``part-time`` speaks."""
        return tuple(self.grain.of_work(100 * months) for months in self.service)

    def works(self, t: int) -> bool:
        """Whether month t, inside the horizon, is a service month (if the candidate is active)."""
        return self.percent[t] > 0


def timeline_of(instance: Instance, candidate: Candidate) -> Timeline:
    """The candidate's clock, tabulated once."""
    return instance.remembered(candidate, _tabulated)


def due_of(instance: Instance, candidate: Candidate) -> Month:
    """The month after the earliest finish, if there is one inside the horizon: delay counts from there."""
    timeline = timeline_of(instance, candidate)
    return instance.start + min(timeline.due, timeline.end)


def _tabulated(instance: Instance, candidate: Candidate) -> Timeline:
    n, whole = instance.end_for(candidate) - instance.start, instance.end - instance.start
    first = instance.first_month(candidate) - instance.start
    last_start = max(min(candidate.start_latest - instance.start, n - 1), first)
    worked = [candidate.percent_at(instance.start + t) for t in range(whole + FAR_MONTHS)]
    earned = (
        [candidate.earned_at(instance.start + t) for t in range(whole + FAR_MONTHS)] if candidate.absences else worked
    )
    work = _running_total(earned, first)
    service = tuple(accumulate((int(p > 0 and t >= first) for t, p in enumerate(worked[:n])), initial=0))
    ends = _earliest_ends(candidate, work, first, last_start)
    counted_from = instance.counted_from(candidate) - instance.start
    finishing = {start: end for start, end in ends.items() if end <= n}
    may_leave = bool(finishing) and instance.may_leave(candidate)
    return Timeline(
        first=first,
        last_start=max(ends if may_leave else finishing or ends),
        n_months=n,
        percent=(*worked[:n], *(0 for _ in range(n, whole))),
        earned=(*earned[:n], *(0 for _ in range(n, whole))),
        service=service,
        work=work,
        earliest_end=finishing or ends,
        due=_due(candidate, earned, counted_from, instance.start),
        unfinished=not finishing,
        may_leave=may_leave,
        leaving=candidate.until is not None and min(ends.values()) > candidate.until + 1 - instance.start,
        elapsed=_elapsed(instance, candidate),
        grain=grain_of({*earned, *(month.earned for month in candidate.past)}, _shares(instance, candidate)),
    )


def _shares(instance: Instance, candidate: Candidate) -> set[Exact]:
    served = {month.rotation for month in candidate.past}
    rotations = [*instance.rotations_of(candidate), *(instance.rotations[rotation_id] for rotation_id in served)]
    return {share for rotation in rotations for share in rotation.mix.values()}


def _running_total(worked: Iterable[Exact], start: int) -> tuple[Exact, ...]:
    months = (percent if t >= start else 0 for t, percent in enumerate(worked))
    return tuple(map(whole_if_it_is, accumulate(months, initial=0)))


def _due(candidate: Candidate, worked: list[Exact], start: int, horizon: Month) -> int:
    """The end of the total for one who begins in the window's first month; not above 0 where that lies behind us."""
    reached = reached_before(candidate, horizon + start)
    if reached is not None:
        return reached + 1 - horizon
    missing = left_at_best(candidate) - work_waited(candidate, horizon + start)
    return _ends_of(missing, _running_total(worked, start), start, start)[start]


def _earliest_ends(candidate: Candidate, work: tuple[Exact, ...], first: int, last_start: int) -> dict[int, int]:
    return _ends_of(left_at_best(candidate), work, first, last_start)


def _ends_of(missing: Exact, work: tuple[Exact, ...], first: int, last_start: int) -> dict[int, int]:
    ends = {}
    for start in range(first, last_start + 1):
        end = start + 1
        while end < len(work) - 1 and 100 * (work[end] - work[start]) < missing:
            end += 1
        ends[start] = end
    return ends


def _elapsed(instance: Instance, candidate: Candidate) -> int:
    going_on = open_block(instance, candidate)
    return 0 if going_on is None else going_on.elapsed


def running_months(instance: Instance, candidate: Candidate) -> int:
    """Months of the horizon that the open block takes before another may begin; 0 if it need not go on.

    4 of a shortest length of 6 where 2 have been served; at least 1 of one that the file says is running, unless leave
    begins or the longest is reached.
    """
    timeline, going_on = timeline_of(instance, candidate), open_block(instance, candidate)
    if going_on is None or not timeline.works(timeline.first):
        return 0
    rotation = instance.rotations[going_on.rotation]
    if rotation.max_months is not None and going_on.elapsed >= rotation.max_months:
        return 0
    least = max(still_to_last(instance, candidate, going_on), int(going_on.given))
    leave = cut_short(instance, candidate)
    return min(least, (timeline.end if leave is None else leave - instance.start) - timeline.first)


def surely_in_service(timeline: Timeline, t: int) -> bool:
    """Whether the candidate serves in month t whatever the plan: after the latest start, before the earliest finish."""
    end = timeline.end if timeline.unfinished else min(timeline.earliest_end.values())
    return timeline.last_start <= t < min(end, timeline.end) and timeline.works(t)
